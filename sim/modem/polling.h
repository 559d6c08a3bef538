/*
 * Polling mode (AT+WDSC=3, AN5.0 4.1.3): when the module opens a session by itself. Opens none
 * itself; the next time is remembered without supply.
 */
#ifndef HLSIM_MODEM_POLLING_H
#define HLSIM_MODEM_POLLING_H

#include "core/sched.h"

struct hlsim__modem;

#define HLSIM__POLLING_MAX 525600 /* a year, in minutes [T:AV_WDSS] */

struct hlsim__polling {
    struct hlsim__modem *modem;
    void (*due)(void *user);
    void *user;
    struct hlsim__timer timer;
};

void hlsim__polling_init(struct hlsim__polling *polling, struct hlsim__modem *modem,
                         void (*due)(void *user), void *user);

/* After a start: the period under way goes on. */
void hlsim__polling_resume(struct hlsim__polling *polling);

/* The period of line 3 is another one now: a whole one begins, or, with 0, none. */
void hlsim__polling_changed(struct hlsim__polling *polling);

#endif
