/*
 * Opens and closes the judge of one run with its listeners. Runs nothing.
 */
#include "judging.h"

#include "capture_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note_promise(void *user, const struct hlsim_event *event)
{
    struct judging *judging = user;
    const struct hlsim_field *name = hlsim_event_field(event, "name");

    if (judging->promise[0] == '\0') {
        snprintf(judging->promise, sizeof judging->promise, "%s: %s", event->source,
                 name != NULL ? (const char *)name->data : "?");
    }
}

static void copy_text(const struct hlsim_event *event, const char *name, char *to, size_t size)
{
    const struct hlsim_field *field = hlsim_event_field(event, name);

    snprintf(to, size, "%s", field != NULL ? (const char *)field->data : "");
}

static void note_report(void *user, const struct hlsim_event *event)
{
    struct run_host *host = &((struct judging *)user)->host;
    const struct hlsim_field *outage = hlsim_event_field(event, "outage");

    copy_text(event, "result", host->result, sizeof host->result);
    copy_text(event, "reason", host->reason, sizeof host->reason);
    copy_text(event, "before", host->before, sizeof host->before);
    copy_text(event, "after", host->after, sizeof host->after);
    host->outage = outage != NULL ? outage->integer : 0;
}

static int open_trace(struct judging *judging)
{
    const struct run_case *run = judging->run;
    const struct hlsim_trace_config config = {.write = run->outputs.trace,
                                              .user = run->outputs.trace_user,
                                              .payload = run->options->trace_payload,
                                              .scenario = run->setup->scenario.name,
                                              .profile = run->setup->profile,
                                              .version = HL78SIM_VERSION,
                                              .seed = run->setup->world.seed,
                                              .epoch = run->setup->world.epoch};

    return config.write == NULL
               ? 0
               : hlsim_trace_create(hlsim_world_stream(judging->world), &config, &judging->trace);
}

static int open_capture(struct judging *judging)
{
    const struct run_case *run = judging->run;

    return run->outputs.capture == NULL
               ? 0
               : capture_start(judging->world, run->setup, run->outputs.capture,
                               run->outputs.capture_user, &judging->capture);
}

int judging_open(struct judging *judging, const struct run_case *run, struct hlsim_world *world,
                 const struct hlsim_actor *actors, size_t actor_count)
{
    const struct hlsim_transcript_config transcript = {.write = run->outputs.transcript,
                                                       .user = run->outputs.transcript_user,
                                                       .colour = run->outputs.colour};
    struct hlsim_stream *stream = hlsim_world_stream(world);
    int error;

    *judging = (struct judging){.run = run, .world = world};
    error = open_trace(judging);
    if (error == 0) {
        error = open_capture(judging);
    }
    if (error == 0) {
        error = hlsim_transcript_create(stream, &transcript, &judging->transcript);
    }
    if (error == 0) {
        error = hlsim_stream_subscribe(stream, HLSIM_EVENT_BIT(HLSIM_EVENT_PROMISE), note_promise,
                                       judging);
    }
    if (error == 0) {
        error = hlsim_stream_subscribe(stream, HLSIM_EVENT_BIT(HLSIM_EVENT_HOST_REPORT),
                                       note_report, judging);
    }
    if (error == 0) {
        judging->judge = hlsim_world_judge(world, &run->setup->scenario, actors, actor_count);
        error = judging->judge == NULL ? HLSIM_E_NO_MEMORY : 0;
    }
    if (error == 0) {
        hlsim_judge_set_strict(judging->judge, run->options->strict);
    }
    return error;
}

bool judging_done(void *user)
{
    struct judging *judging = user;

    return hlsim_judge_decided(judging->judge);
}

void judging_settle(struct judging *judging)
{
    if (judging->capture != NULL) {
        /* An error stays, and is told at the end. */
        (void)hlsim_capture_settle(judging->capture, hlsim_world_now(judging->world));
    }
}

static unsigned count_failures(const struct hlsim_judge *judge)
{
    unsigned count = 0;

    for (size_t i = 0; i < hlsim_judge_finding_count(judge); i++) {
        count += hlsim_judge_finding(judge, i)->outcome == HLSIM_OUTCOME_FAILED;
    }
    return count;
}

static void copy_findings(const struct hlsim_judge *judge, struct run_result *result)
{
    size_t count = hlsim_judge_finding_count(judge);

    result->findings = calloc(count + 1, sizeof *result->findings);
    if (result->findings == NULL) {
        run_result_problem(result, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct hlsim_finding *from = hlsim_judge_finding(judge, i);
        struct run_finding *to = &result->findings[result->finding_count++];

        to->outcome = from->outcome;
        snprintf(to->pointer, sizeof to->pointer, "%s", from->pointer);
        snprintf(to->what, sizeof to->what, "%s", from->what);
        snprintf(to->why, sizeof to->why, "%s", from->why);
    }
}

void judging_close(struct judging *judging, enum run_end end, struct run_result *result)
{
    const char *line;

    if (result->end != RUN_ENVIRONMENT) {
        result->end = end;
    }
    if (judging->promise[0] != '\0' && result->end != RUN_ENVIRONMENT) {
        result->end = RUN_PROMISE;
        snprintf(result->problem, sizeof result->problem, "%s", judging->promise);
    }
    if (result->end == RUN_DECIDED && judging->run->setup->scenario.has_end) {
        result->end = RUN_ENDS;
    }
    result->host = judging->host;
    result->early_failures = count_failures(judging->judge);
    result->at = hlsim_world_now(judging->world);
    hlsim_judge_close(judging->judge, run_end_text(result->end));
    copy_findings(judging->judge, result);
    while (result->tail_count < HLSIM_TRANSCRIPT_TAIL) {
        line = hlsim_transcript_tail(judging->transcript, result->tail_count);
        if (line == NULL) {
            break;
        }
        snprintf(result->tail[result->tail_count++], sizeof result->tail[0], "%s", line);
    }
}

void judging_free_judge(struct judging *judging)
{
    hlsim_judge_free(judging->judge);
    judging->judge = NULL;
}

int judging_free(struct judging *judging)
{
    int error = 0;

    if (judging->transcript != NULL) {
        error = hlsim_transcript_error(judging->transcript);
    }
    if (judging->trace != NULL) {
        int result = hlsim_trace_flush(judging->trace);

        error = result < 0 ? result : error;
    }
    if (judging->capture != NULL) {
        int result = hlsim_capture_end(judging->capture);

        error = result < 0 ? result : error;
    }
    hlsim_capture_free(judging->capture);
    hlsim_trace_free(judging->trace);
    hlsim_transcript_free(judging->transcript);
    return error;
}
