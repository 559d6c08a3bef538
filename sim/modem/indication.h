/*
 * Device services indications (+WDSI): one event in the trace each, and a line for the host when
 * AT+WDSI's mask lets it through.
 */
#ifndef HLSIM_MODEM_INDICATION_H
#define HLSIM_MODEM_INDICATION_H

#include <stdint.h>

struct hlsim__modem;

/* The indication has no value behind its number. */
#define HLSIM__NO_VALUE (-1)

/* Raises an indication; its cause is the stream's present one. */
void hlsim__indicate(struct hlsim__modem *modem, int number, int64_t value);

/* The same when what caused it is the modem's last commit to flash, unless a datagram is being
 * handled just now. */
void hlsim__indicate_commit(struct hlsim__modem *modem, int number, int64_t value);

#endif
