/*
 * Points in time that the modem remembers without supply: when a request that was put off is asked
 * again, when the next polling is due. They are dates in the store; timers belong to their owners.
 * What happens then is not known here.
 *
 * A module whose clock runs on without supply (quirk clock_runs_without_supply) counts the time
 * that it was off; one whose clock does not begins the whole wait anew at a start from cold. A
 * reset keeps the clock of both.
 */
#ifndef HLSIM_MODEM_DEADLINE_H
#define HLSIM_MODEM_DEADLINE_H

#include <stdint.h>

struct hlsim__modem;

/* Remembers `wait` (nanoseconds) from now under a key of the store. 0 or HLSIM_E_POWER. */
int hlsim__deadline_put(struct hlsim__modem *modem, const char *key, int64_t wait);

/* What is left of it, 0 when it has passed; negative: nothing is remembered. */
int64_t hlsim__deadline_left(struct hlsim__modem *modem, const char *key);

/* Forgets it; 0 also when there was none, or HLSIM_E_POWER. */
int hlsim__deadline_forget(struct hlsim__modem *modem, const char *key);

#endif
