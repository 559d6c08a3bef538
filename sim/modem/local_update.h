/*
 * A package that the host sends itself (AN5.0 7): where it goes, when it is certified, who is
 * asked. How its bytes come (at/cmd_local_update.c) is not known here.
 */
#ifndef HLSIM_MODEM_LOCAL_UPDATE_H
#define HLSIM_MODEM_LOCAL_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim__services;

/* `size` bytes will come; a local package that waited for its agreement is replaced. 0 or a CME
 * code: a package of the server is under way, and there is room for one. */
int hlsim__local_update_begin(struct hlsim__services *services, uint32_t size);

/* Negative: they could not be kept, and the transfer must end. Power may have failed. */
int hlsim__local_update_data(struct hlsim__services *services, const uint8_t *bytes, size_t size);

/* All bytes came: the host is asked whether to install, whatever AT+WDSC=2 says (AN5.0 7). Negative
 * as above. */
int hlsim__local_update_finish(struct hlsim__services *services);

/* The transfer ended before. */
void hlsim__local_update_abort(struct hlsim__services *services);

/* The host has agreed: whether the package that waits may be installed. One from the server was
 * certified before; a local one is now, and 12, 13 or 11 says how that went. */
bool hlsim__local_update_certified(struct hlsim__services *services);

#endif
