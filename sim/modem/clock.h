/*
 * The module's clock (+CCLK): runs on over starts, and without supply where the quirk
 * clock_runs_without_supply says so; the network sets it where +CTZU lets it.
 */
#ifndef HLSIM_MODEM_CLOCK_H
#define HLSIM_MODEM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

struct hlsim__clock {
    bool runs;      /* it had a supply since it was made or lost it */
    int64_t offset; /* seconds to add to the world's date: local time */
    int zone;       /* in quarters of an hour */
};

/* The date outside, UTC, in seconds since 1970. */
int64_t hlsim__clock_world(const struct hlsim__modem *modem);

/* A start from cold by this firmware: a clock that does not run begins at the figure clock_start.
 */
void hlsim__clock_started(struct hlsim__modem *modem);

/* Local time in seconds since 1970, as AT+CCLK? says it. */
int64_t hlsim__clock_now(const struct hlsim__modem *modem);

/* Sets local time and zone. */
void hlsim__clock_set(struct hlsim__modem *modem, int64_t seconds, int zone);

/* The network has said its time (24.301 8.2.13): it is taken over where +CTZU is on. */
void hlsim__clock_network_time(struct hlsim__modem *modem);

#endif
