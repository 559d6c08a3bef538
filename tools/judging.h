/*
 * The judge of one run and what listens beside it: trace, transcript, capture, the last lines. The
 * same for every runner.
 */
#ifndef HL78SIM_TOOLS_JUDGING_H
#define HL78SIM_TOOLS_JUDGING_H

#include <hl78sim/world.h>

#include "run.h"

struct judging {
    const struct run_case *run;
    struct hlsim_world *world;
    struct hlsim_judge *judge;
    struct hlsim_trace *trace; /* NULL: none */
    struct hlsim_transcript *transcript;
    struct hlsim_capture *capture; /* NULL: none */
    struct run_host host;
    char promise[192]; /* the first that was broken, and whose; "" while none is */
};

/*
 * Puts judge and listeners into a world, before time runs. 0, or an error, after which only
 * judging_free may be called. The structure must stay where it is.
 */
int judging_open(struct judging *judging, const struct run_case *run, struct hlsim_world *world,
                 const struct hlsim_actor *actors, size_t actor_count);

/* True when the run can end; for hlpair_run and the loops of ports (`user` is the judging). */
bool judging_done(void *user);

/* All of the present has happened: who looks at the capture while the run goes on may see it. */
void judging_settle(struct judging *judging);

/*
 * The run has ended for the reason `end`: closes the judge and fills in what it found and the last
 * lines. A result that tells of a failed environment already keeps saying so.
 */
void judging_close(struct judging *judging, enum run_end end, struct run_result *result);

/* Frees the judge: before the world is. */
void judging_free_judge(struct judging *judging);

/* Frees the rest: after the world was, which may still speak in its end. Negative: the outputs
 * failed. */
int judging_free(struct judging *judging);

#endif
