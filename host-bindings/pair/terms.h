/*
 * The terms on which a host works, as the scenario states them: its clock, and the policy that says
 * when it may give an agreement. Reads the host's bytes for agreements; reckons for itself, not
 * with the engine's help.
 */
#ifndef HL78PAIR_TERMS_H
#define HL78PAIR_TERMS_H

#include <hl78sim/scenario.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlpair__terms {
    const struct hlsim_scenario_host *host; /* NULL: none */
    int64_t started_at;                     /* the host's present life */
    int64_t off;                            /* before it; HLSIM_NEVER: unknown */
    int64_t lost_at;                        /* when its power went; HLSIM_NEVER: it never did */
    char line[16];                          /* the beginning of the command that is being sent */
    size_t line_size;
};

void hlpair__terms_init(struct hlpair__terms *terms, const struct hlsim_scenario_host *host);

/* The host loses its power, and gets it. */
void hlpair__terms_stop(struct hlpair__terms *terms, int64_t now);
void hlpair__terms_start(struct hlpair__terms *terms, int64_t now);

/* The time of the day at `now`, and the time off before this life; HLSIM_NEVER: not known. */
int64_t hlpair__terms_clock(const struct hlpair__terms *terms, int64_t now);
int64_t hlpair__terms_off(const struct hlpair__terms *terms);

/* The host sends bytes: false when that gives an agreement which the policy does not allow. */
bool hlpair__terms_allow(struct hlpair__terms *terms, int64_t now, const uint8_t *bytes,
                         size_t size);

#endif
