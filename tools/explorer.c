/*
 * Strikes and watches what comes of it. A place has recovered when the update has succeeded with
 * both sides up again. Where the scenario itself ends otherwise, a failure that both sides agree
 * upon is enough, or the end that it comes to without a fault.
 */
#include "explorer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

/* ---- Setting up ---- */

static void set_kinds(struct explorer *explorer)
{
    if (explorer->fault == EXPLORER_POWER_CUT) {
        explorer->kind_count = HLSIM_CUT_KINDS;
        memcpy(explorer->kinds, hlsim_cut_places, sizeof hlsim_cut_places);
        return;
    }
    explorer->kind_count = HLPAIR_CUT_KINDS;
    for (int kind = 0; kind < HLPAIR_CUT_KINDS; kind++) {
        explorer->kinds[kind] = (struct hlsim_place_kind){
            .name = hlpair_cut_kind_name((enum hlpair_cut_kind)kind),
            .torn = HLSIM_TORN_BIT(HLSIM_TORN_NOTHING) | HLSIM_TORN_BIT(HLSIM_TORN_COMPLETE)};
    }
    /* Half of a record is the old one; half of a line is a place of its own. */
    explorer->kinds[HLPAIR_CUT_SEND].torn |= HLSIM_TORN_BIT(HLSIM_TORN_PREFIX);
}

int explorer_init(struct explorer *explorer, const struct hlsim_setup *setup,
                  enum explorer_fault fault)
{
    memset(explorer, 0, sizeof *explorer);
    explorer->setup = setup;
    explorer->fault = fault;
    set_kinds(explorer);
    return explorer_goal_init(&explorer->goal, setup);
}

/* ---- Watching ---- */

static int64_t count_boots(struct explorer *explorer)
{
    struct hlsim_value value;

    explorer_read(explorer->bench, "modem.boots", &value);
    return value.integer;
}

/* Whether what the fault took is there again. */
static bool is_back(struct explorer *explorer)
{
    if (!explorer->struck) {
        return true;
    }
    return explorer->fault == EXPLORER_POWER_CUT ? count_boots(explorer) > explorer->boots
                                                 : explorer->reported;
}

/* The ends that count at once. */
static bool has_recovered(struct explorer *explorer, const struct explorer_end *end)
{
    if (!is_back(explorer)) {
        return false;
    }
    return explorer_end_is_update(end, &explorer->goal) ||
           (explorer->planned && (explorer_end_is_failure(end, &explorer->goal) ||
                                  explorer_end_is_like(end, &explorer->plan_end)));
}

/* Those of a run in which nothing more came. A module that the scenario keeps from starting for
 * good does not start after a fault. */
static bool has_recovered_at_last(struct explorer *explorer, const struct explorer_end *end)
{
    return has_recovered(explorer, end) ||
           (is_back(explorer) && explorer_end_is_put_off(end, &explorer->goal)) ||
           (explorer->planned && explorer->fault == EXPLORER_POWER_CUT &&
            explorer_end_is_like(end, &explorer->plan_end));
}

/* The child sees to the power's return once the step in which it went has unwound. */
static void settle(struct explorer *explorer)
{
    explorer->settled = true;
    hlsim_judge_expect_nothing(explorer->judge);
    if (explorer->fault == EXPLORER_POWER_CUT) {
        explorer->boots = count_boots(explorer);
        hlsim_world_set_cut_hook(explorer->bench->world, 0, NULL, NULL);
        hlsim_world_power_back_in(explorer->bench->world, 0, explorer->off_time);
    }
}

/* Without a fault all of the scenario counts, with one only how the update ends. */
static bool is_over(struct explorer *explorer)
{
    const struct hlsim_host_report *report = hlpair_report(explorer->bench->pair);
    bool early = explorer->planned && hlsim_world_now(explorer->bench->world) < explorer->plan_at;
    struct explorer_end end;

    if (report == NULL || early) {
        return false;
    }
    explorer_end_read(explorer->bench, &end);
    if (explorer->struck) {
        return has_recovered(explorer, &end) ||
               (!explorer->planned && !explorer->gives_up && explorer_end_is_given_up(&end));
    }
    return (explorer_end_is_update(&end, &explorer->goal) ||
            (explorer_end_is_given_up(&end) && explorer_end_is_final(&end, &explorer->goal))) &&
           hlsim_judge_decided(explorer->judge);
}

static bool stop(void *user)
{
    struct explorer *explorer = user;

    if (explorer->struck && !explorer->settled) {
        settle(explorer);
    }
    return explorer->fork_error != 0 || is_over(explorer);
}

static void note_event(void *user, const struct hlsim_event *event)
{
    struct explorer *explorer = user;
    const struct hlsim_field *name = hlsim_event_field(event, "name");

    if (event->kind == HLSIM_EVENT_HOST_REPORT) {
        const struct hlsim_field *result = hlsim_event_field(event, "result");
        const char *text = result != NULL ? (const char *)result->data : "";

        explorer->reported = explorer->struck;
        explorer->gives_up =
            explorer->gives_up ||
            (!explorer->struck && (strcmp(text, "failed") == 0 || strcmp(text, "none") == 0));
    } else if (explorer->promise[0] == '\0') {
        snprintf(explorer->promise, sizeof explorer->promise, "%s: %s", event->source,
                 name != NULL ? (const char *)name->data : "?");
    }
}

/* An end that is no update, but all that the scenario expects: every fault may come to it too. */
static void note_plan_end(struct explorer *explorer, const struct explorer_end *end)
{
    bool expected = true;

    hlsim_judge_close(explorer->judge, "the run ended");
    for (size_t i = 0; i < hlsim_judge_finding_count(explorer->judge); i++) {
        expected =
            expected && hlsim_judge_finding(explorer->judge, i)->outcome != HLSIM_OUTCOME_FAILED;
    }
    explorer->planned = expected;
    explorer->plan_end = *end;
    explorer->plan_at = hlsim_world_now(explorer->bench->world);
}

/* What is missing, in words. */
static void explain(struct explorer *explorer, int result, const struct explorer_end *end,
                    struct farm_word *ret_word)
{
    bool given_up = explorer_end_is_given_up(end);
    const char *how = given_up                 ? "the host gave up"
                      : result == HLPAIR_LIMIT ? "the limit was reached"
                                               : "nothing can happen any more";
    char text[160];

    explorer_end_format(end, text, sizeof text);
    ret_word->code = given_up ? EXIT_FAILED : EXIT_LIVENESS;
    snprintf(ret_word->why, sizeof ret_word->why, "%s: %s%s", how, text,
             is_back(explorer) ? "" : ", not back");
}

static void judge_end(struct explorer *explorer, int result, struct farm_word *ret_word)
{
    struct explorer_end end;

    memset(ret_word, 0, sizeof *ret_word);
    if (result < 0) {
        ret_word->code = result == HLSIM_E_PROMISE ? EXIT_PROMISE : EXIT_ENVIRONMENT;
        snprintf(ret_word->why, sizeof ret_word->why, "%s%s%s", hlsim_error_text(result),
                 explorer->promise[0] == '\0' ? "" : ": ", explorer->promise);
        return;
    }
    explorer_end_read(explorer->bench, &end);
    if (explorer->plan == NULL && !explorer_end_is_update(&end, &explorer->goal)) {
        note_plan_end(explorer, &end);
    }
    if (!(result == HLPAIR_STOPPED ? has_recovered(explorer, &end)
                                   : has_recovered_at_last(explorer, &end))) {
        explain(explorer, result, &end, ret_word);
    }
}

/* ---- Striking ---- */

static void become_child(struct explorer *explorer)
{
    explorer->struck = true;
    explorer->reported = false;
    if (explorer->timeout > 0) {
        const struct itimerval limit = {
            .it_value = {.tv_sec = explorer->timeout / HLSIM_SECOND,
                         .tv_usec = explorer->timeout % HLSIM_SECOND / HLSIM_US}};

        setitimer(ITIMER_REAL, &limit, NULL);
    }
}

static bool at_place(struct explorer *explorer, unsigned kind, uint64_t occurrence,
                     enum hlsim_torn *ret_torn)
{
    size_t first = 0;
    size_t count = 0;

    if (explorer->struck || explorer->fork_error != 0) {
        return false;
    }
    explorer->occurrences[kind] = occurrence;
    if (explorer->plan != NULL) {
        count = hlsim_plan_at(explorer->plan, kind, occurrence, &first);
    }
    for (size_t i = 0; i < count; i++) {
        int forked = farm_fork(explorer->farm, first + i);

        if (forked < 0) {
            explorer->fork_error = -forked;
            return false;
        }
        if (forked > 0) {
            become_child(explorer);
            *ret_torn = explorer->plan->places[first + i].torn;
            return true;
        }
    }
    return false;
}

static bool at_modem_place(void *user, const struct hlsim_cut_point *point,
                           enum hlsim_torn *ret_torn)
{
    return at_place(user, (unsigned)point->kind, point->occurrence, ret_torn);
}

static bool at_host_place(void *user, enum hlpair_cut_kind kind, uint64_t occurrence,
                          enum hlsim_torn *ret_torn)
{
    return at_place(user, (unsigned)kind, occurrence, ret_torn);
}

static int prepare(struct explorer *explorer)
{
    struct memory_bench *bench = explorer->bench;
    struct hlsim_stream *stream = hlsim_world_stream(bench->world);
    int error = hlsim_stream_subscribe(
        stream, HLSIM_EVENT_BIT(HLSIM_EVENT_PROMISE) | HLSIM_EVENT_BIT(HLSIM_EVENT_HOST_REPORT),
        note_event, explorer);

    if (error < 0) {
        return error;
    }
    explorer->judge = hlsim_world_judge(bench->world, &explorer->setup->scenario, bench->actors,
                                        bench->actor_count);
    if (explorer->judge == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    if (explorer->fault == EXPLORER_POWER_CUT) {
        hlsim_world_set_cut_hook(bench->world, 0, at_modem_place, explorer);
    } else {
        hlpair_set_cut_hook(bench->pair, at_host_place, explorer, explorer->off_time);
    }
    return memory_bench_start(bench);
}

/* One run to its end. In a child it does not return. The bench is freed by the caller. */
static void run(struct explorer *explorer, const struct hlsim_world_config *world,
                struct farm_word *ret_word)
{
    int result = memory_bench_open(explorer->bench, explorer->setup, world, true);

    memset(explorer->occurrences, 0, sizeof explorer->occurrences);
    explorer->promise[0] = '\0';
    if (result < 0) {
        *ret_word = (struct farm_word){.code = EXIT_ENVIRONMENT};
        snprintf(ret_word->why, sizeof ret_word->why, "%s", hlsim_error_text(result));
        return;
    }
    result = prepare(explorer);
    if (result == 0) {
        result = memory_bench_run(explorer->bench, explorer->setup->scenario.limit, stop, explorer);
    }
    judge_end(explorer, result, ret_word);
    if (explorer->struck) {
        farm_end(explorer->farm, ret_word);
    }
    hlsim_judge_free(explorer->judge);
    explorer->judge = NULL;
}

void explorer_count(struct explorer *explorer, struct farm_word *ret_word)
{
    explorer->plan = NULL;
    explorer->bench = &explorer->counted;
    run(explorer, &explorer->setup->world, ret_word);
}

/*
 * What thousands of children would do alike is done before them: the packages' sums are computed,
 * and the flash pages of the first run stay, so that the children find theirs there.
 */
static void share(struct explorer *explorer, struct hlsim_world_config *ret_world)
{
    const struct hlsim_airvantage_config *airvantage = &explorer->setup->world.airvantage;
    size_t count = 0;

    for (size_t i = 0; i < airvantage->package_count; i++) {
        /* Those that are broken on purpose may have no sums; then nothing is known of them. */
        count += hlsim_package_know(airvantage->packages[i].bytes, airvantage->packages[i].size,
                                    &explorer->known[count]) == 0;
    }
    *ret_world = explorer->setup->world;
    ret_world->known_count = count;
    ret_world->known = explorer->known;
    ret_world->sibling = explorer->counted.world;
}

int explorer_strike(struct explorer *explorer, const struct hlsim_plan *plan, struct farm *farm)
{
    struct hlsim_world_config world;
    struct memory_bench bench;
    struct farm_word word;

    explorer->plan = plan;
    explorer->farm = farm;
    explorer->fork_error = 0;
    explorer->bench = &bench;
    share(explorer, &world);
    run(explorer, &world, &word);
    farm_wait(farm);
    memory_bench_free(&bench);
    explorer->bench = &explorer->counted;
    return -explorer->fork_error;
}

void explorer_free(struct explorer *explorer)
{
    memory_bench_free(&explorer->counted);
}
