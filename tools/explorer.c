/*
 * Strikes and watches what comes of it. A place has recovered only when the wanted version runs,
 * the operation, where there is one, is a success and the host says updated - all of it with both
 * sides up again.
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

/* The host has the package itself: the server knows of no operation. */
static bool is_local(const struct explorer *explorer)
{
    return explorer->setup->scenario.host.package[0] != '\0';
}

/* The version of the scenario's host, or that of its package, or of the first operation's. */
static void set_wanted(struct explorer *explorer)
{
    const struct hlsim_setup *setup = explorer->setup;
    const struct hlsim_scenario_host *host = &setup->scenario.host;
    const char *id =
        is_local(explorer) ? host->package : setup->world.airvantage.operations[0].package;
    const char *wanted = host->version;

    for (size_t i = 0; wanted[0] == '\0' && i < setup->package_count; i++) {
        if (strcmp(setup->packages[i].id, id) == 0) {
            wanted = setup->packages[i].to;
        }
    }
    snprintf(explorer->wanted, sizeof explorer->wanted, "%s", wanted);
}

int explorer_init(struct explorer *explorer, const struct hlsim_setup *setup,
                  enum explorer_fault fault)
{
    memset(explorer, 0, sizeof *explorer);
    explorer->setup = setup;
    explorer->fault = fault;
    set_kinds(explorer);
    set_wanted(explorer);
    return setup->scenario.host.kind == HLSIM_SCENARIO_HOST_GOAL && explorer->wanted[0] != '\0'
               ? 0
               : HLSIM_E_UNSUPPORTED;
}

/* ---- Watching ---- */

static bool read_path(struct explorer *explorer, const char *path, struct hlsim_value *ret_value)
{
    for (size_t i = 0; i < explorer->bench->actor_count; i++) {
        const struct hlsim_actor *actor = &explorer->bench->actors[i];

        if (actor->read(actor->user, path, ret_value) == 0) {
            return true;
        }
    }
    memset(ret_value, 0, sizeof *ret_value);
    return false;
}

static bool is_text(struct explorer *explorer, const char *path, const char *expected)
{
    struct hlsim_value value;

    return read_path(explorer, path, &value) && value.type == HLSIM_VALUE_TEXT &&
           strcmp(value.text, expected) == 0;
}

static int64_t count_boots(struct explorer *explorer)
{
    struct hlsim_value value;

    read_path(explorer, "modem.boots", &value);
    return value.integer;
}

static bool runs_wanted(struct explorer *explorer)
{
    struct hlsim_value value;

    return read_path(explorer, "modem.firmware", &value) && value.type == HLSIM_VALUE_TEXT &&
           hlsim_version_compare(value.text, explorer->wanted) == 0;
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

static bool has_recovered(struct explorer *explorer)
{
    const struct hlsim_host_report *report = hlpair_report(explorer->bench->pair);

    return report != NULL && strcmp(report->result, "updated") == 0 && is_back(explorer) &&
           runs_wanted(explorer) &&
           (is_local(explorer) || is_text(explorer, "airvantage.operation", "success"));
}

/* The host has decided otherwise: nothing will make it an update any more. What it has put off may
 * become one. */
static bool has_given_up(const struct explorer *explorer)
{
    const struct hlsim_host_report *report = hlpair_report(explorer->bench->pair);

    return report != NULL && strcmp(report->result, "updated") != 0 &&
           strcmp(report->result, "deferred") != 0;
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

static bool stop(void *user)
{
    struct explorer *explorer = user;

    if (explorer->struck && !explorer->settled) {
        settle(explorer);
    }
    if (explorer->fork_error != 0 || has_given_up(explorer)) {
        return true;
    }
    /* Without a fault all of the scenario counts, with one only that it recovers. */
    return has_recovered(explorer) && (explorer->struck || hlsim_judge_decided(explorer->judge));
}

static void note_event(void *user, const struct hlsim_event *event)
{
    struct explorer *explorer = user;
    const struct hlsim_field *name = hlsim_event_field(event, "name");

    if (event->kind == HLSIM_EVENT_HOST_REPORT) {
        explorer->reported = explorer->struck;
    } else if (explorer->promise[0] == '\0') {
        snprintf(explorer->promise, sizeof explorer->promise, "%s: %s", event->source,
                 name != NULL ? (const char *)name->data : "?");
    }
}

/* What is missing, in words. */
static void explain(struct explorer *explorer, const char *how, char *why, size_t size)
{
    const struct hlsim_host_report *report = hlpair_report(explorer->bench->pair);
    struct hlsim_value firmware;
    struct hlsim_value operation;

    read_path(explorer, "modem.firmware", &firmware);
    read_path(explorer, "airvantage.operation", &operation);
    snprintf(why, size, "%s: firmware %.31s, operation %.15s, host %s%s%s%s", how,
             firmware.type == HLSIM_VALUE_TEXT ? firmware.text : "none",
             operation.type == HLSIM_VALUE_TEXT ? operation.text : "none",
             report == NULL ? "silent" : report->result,
             report == NULL || report->reason[0] == '\0' ? "" : ": ",
             report == NULL ? "" : report->reason, is_back(explorer) ? "" : ", not back");
}

static void judge_end(struct explorer *explorer, int result, struct farm_word *ret_word)
{
    memset(ret_word, 0, sizeof *ret_word);
    if (result < 0) {
        ret_word->code = result == HLSIM_E_PROMISE ? EXIT_PROMISE : EXIT_ENVIRONMENT;
        snprintf(ret_word->why, sizeof ret_word->why, "%s%s%s", hlsim_error_text(result),
                 explorer->promise[0] == '\0' ? "" : ": ", explorer->promise);
    } else if (has_recovered(explorer)) {
        ret_word->code = EXIT_PASSED;
    } else if (result == HLPAIR_STOPPED) {
        ret_word->code = EXIT_FAILED;
        explain(explorer, "the host gave up", ret_word->why, sizeof ret_word->why);
    } else {
        ret_word->code = EXIT_LIVENESS;
        explain(explorer,
                result == HLPAIR_LIMIT ? "the limit was reached" : "nothing can happen any more",
                ret_word->why, sizeof ret_word->why);
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
