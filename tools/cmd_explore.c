/*
 * hl78sim explore: one scenario, once for every place where a fault can strike.
 */
#include "command.h"
#include "explorer.h"
#include "outcome.h"
#include "setup_file.h"
#include "shard.h"
#include "terminal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of a list of places. */
#define LIST_SIZE_MAX (64u << 20)

struct explore_options {
    struct parsed parsed;
    struct setup_overrides overrides;
    const char *fault;
    const char *plan;
    int64_t off_time;
    int64_t timeout; /* wall clock of one run; 0: none */
    struct option_number jobs;
    const char *shard; /* "K/N"; NULL: all */
};

/* How a place ended; `why` is NULL until it has. */
struct place_end {
    enum exit_code code;
    char *why; /* owned */
};

struct exploration {
    const char *program;
    const char *path;
    const struct explore_options *options;
    struct hlsim_plan_spec spec;
    struct shard shard;
    struct explorer explorer;
    struct hlsim_plan plan;
    struct farm farm;
    struct place_end *ends; /* of the plan's places */
    size_t ended;
    size_t failed;
    struct progress progress;
};

static void place_done(void *user, size_t place, const struct farm_word *word)
{
    struct exploration *exploration = user;

    exploration->ends[place].code = word->code;
    exploration->ends[place].why = strdup(word->why);
    exploration->ended++;
    exploration->failed += word->code != EXIT_PASSED;
    progress_show(&exploration->progress, exploration->ended, exploration->failed);
}

/* ---- What is told ---- */

/* The command for this scenario with its overrides. */
static void print_command(const struct exploration *exploration, const char *command)
{
    const struct explore_options *options = exploration->options;

    outcome_quote(stdout, exploration->program);
    printf(" %s ", command);
    outcome_quote(stdout, exploration->path);
    printf(" --seed %" PRIu64, exploration->explorer.setup->world.seed);
    if (options->overrides.profile != NULL) {
        printf(" --profile ");
        outcome_quote(stdout, options->overrides.profile);
    }
    for (size_t i = 0; i < options->overrides.sets.count; i++) {
        printf(" --set ");
        outcome_quote(stdout, options->overrides.sets.items[i]);
    }
}

static void print_repro(const struct exploration *exploration, const char *place)
{
    char off_time[32];

    hlsim_time_format(exploration->options->off_time, off_time, sizeof off_time);
    printf("repro: printf '%s\\n' | ", place);
    print_command(exploration, "explore");
    printf(" --fault %s --plan list:/dev/stdin --off-time %ss\n", exploration->options->fault,
           off_time);
}

static void print_failures(const struct exploration *exploration)
{
    for (size_t i = 0; i < exploration->plan.count; i++) {
        const struct place_end *end = &exploration->ends[i];
        char place[HLSIM_PLACE_TEXT];

        if (end->why != NULL && end->code == EXIT_PASSED) {
            continue;
        }
        hlsim_place_format(&exploration->plan.places[i], exploration->explorer.kinds, place,
                           sizeof place);
        printf("FAIL  %s: %s\n", place,
               end->why != NULL ? end->why : "never reached: there is no such place");
        print_repro(exploration, place);
    }
}

/* How many places of each kind were struck, then the one line that counts. */
static void print_counts(const struct exploration *exploration)
{
    size_t recovered = 0;

    for (size_t kind = 0; kind < exploration->explorer.kind_count; kind++) {
        size_t struck = 0;
        size_t good = 0;

        for (size_t i = 0; i < exploration->plan.count; i++) {
            if (exploration->plan.places[i].kind == kind && exploration->ends[i].why != NULL) {
                struck++;
                good += exploration->ends[i].code == EXIT_PASSED;
            }
        }
        recovered += good;
        printf("%-8s %zu struck, %zu recovered (%" PRIu64 " operations)\n",
               exploration->explorer.kinds[kind].name, struck, good,
               exploration->explorer.occurrences[kind]);
    }
    printf("%zu of %zu places recovered\n", recovered, exploration->plan.count);
}

/* 3 before 4 before 1; a place that was never reached is one of liveness. */
static enum exit_code verdict(const struct exploration *exploration)
{
    enum exit_code code = EXIT_PASSED;

    for (size_t i = 0; i < exploration->plan.count; i++) {
        code = exit_code_worse(code, exploration->ends[i].why == NULL ? EXIT_LIVENESS
                                                                      : exploration->ends[i].code);
    }
    return code;
}

/* ---- The plan ---- */

static bool read_list(struct exploration *exploration)
{
    const char *file = exploration->spec.file;
    const char *what = "";
    uint8_t *text;
    size_t size;
    size_t line = 0;
    int result;

    if (!file_read(file, LIST_SIZE_MAX, &text, &size)) {
        return false;
    }
    result = hlsim_plan_read(&exploration->plan, (const char *)text, size, &line, &what);
    free(text);
    if (result == HLSIM_E_FORMAT) {
        fprintf(stderr, "%s:%zu: expected %s\n", file, line, what);
    } else if (result < 0) {
        fprintf(stderr, "%s: %s\n", file, hlsim_error_text(result));
    } else if (exploration->plan.count == 0) {
        fprintf(stderr, "%s: there is no place in it\n", file);
    }
    return result == 0 && exploration->plan.count > 0;
}

static bool select_places(struct exploration *exploration)
{
    const struct explorer *explorer = &exploration->explorer;
    int result = 0;

    if (exploration->spec.kind != HLSIM_PLAN_LIST) {
        result = hlsim_plan_select(&exploration->plan, &exploration->spec, explorer->occurrences,
                                   explorer->setup->world.seed);
    }
    if (result == 0) {
        exploration->plan.count =
            shard_pick(&exploration->shard, exploration->plan.places, exploration->plan.count,
                       sizeof *exploration->plan.places);
        exploration->ends = calloc(exploration->plan.count + 1, sizeof *exploration->ends);
        result = exploration->ends == NULL ? HLSIM_E_NO_MEMORY : 0;
    }
    if (result < 0) {
        fprintf(stderr, "hl78sim explore: %s\n", hlsim_error_text(result));
    }
    return result == 0;
}

/* ---- Exploring ---- */

static enum exit_code strike(struct exploration *exploration)
{
    uint64_t counted[HLSIM_PLACE_KINDS_MAX];
    int result;

    memcpy(counted, exploration->explorer.occurrences, sizeof counted);
    farm_init(&exploration->farm, farm_jobs(&exploration->options->jobs), place_done, exploration);
    progress_begin(&exploration->progress, exploration->plan.count, "places", "not recovered");
    result = explorer_strike(&exploration->explorer, &exploration->plan, &exploration->farm);
    farm_close(&exploration->farm);
    progress_clear(&exploration->progress);
    if (exploration->farm.stopped) {
        fprintf(stderr, "hl78sim explore: a signal came after %zu of %zu places\n",
                exploration->ended, exploration->plan.count);
        return EXIT_ENVIRONMENT;
    }
    if (result < 0) {
        fprintf(stderr, "hl78sim explore: fork: %s\n", strerror(-result));
        return EXIT_ENVIRONMENT;
    }
    print_failures(exploration);
    print_counts(exploration);
    if (memcmp(counted, exploration->explorer.occurrences, sizeof counted) != 0) {
        fprintf(stderr, "hl78sim explore: two runs with the same seed had different places\n");
        return exit_code_worse(verdict(exploration), EXIT_NOT_DETERMINISTIC);
    }
    return verdict(exploration);
}

/* Children inherit what is buffered: nothing may be. */
static void print_plan_end(const struct explorer *explorer)
{
    char text[160];

    if (explorer->planned) {
        explorer_end_format(&explorer->plan_end, text, sizeof text);
        printf("the scenario ends with %s\n", text);
    }
    fflush(stdout);
}

static enum exit_code explore(struct exploration *exploration)
{
    const struct explorer *explorer = &exploration->explorer;
    struct farm_word word;

    printf("%s: seed %" PRIu64 ", %s, %s, plan %s\n", exploration->path,
           explorer->setup->world.seed, explorer->setup->profile, exploration->options->fault,
           exploration->options->plan);
    explorer_count(&exploration->explorer, &word);
    if (word.code != EXIT_PASSED) {
        printf("FAIL  without a fault: %s\n", word.why);
        printf("repro: ");
        print_command(exploration, "run");
        printf("\n");
        return word.code;
    }
    print_plan_end(explorer);
    if (!select_places(exploration)) {
        return EXIT_ENVIRONMENT;
    }
    if (exploration->plan.count == 0) {
        fprintf(stderr, "hl78sim explore: --shard %s: no place is left\n",
                exploration->options->shard == NULL ? "1/1" : exploration->options->shard);
        return EXIT_USAGE;
    }
    return strike(exploration);
}

static void free_exploration(struct exploration *exploration)
{
    for (size_t i = 0; exploration->ends != NULL && i < exploration->plan.count; i++) {
        free(exploration->ends[i].why);
    }
    free(exploration->ends);
    hlsim_plan_free(&exploration->plan);
}

static enum exit_code explore_setup(struct exploration *exploration,
                                    const struct hlsim_setup *setup)
{
    const struct explore_options *options = exploration->options;
    enum exit_code code = EXIT_USAGE;
    struct explorer *explorer = &exploration->explorer;
    bool host = strcmp(options->fault, "host_power_cut") == 0;
    int error = explorer_init(explorer, setup, host ? EXPLORER_HOST_POWER_CUT : EXPLORER_POWER_CUT);

    if (error < 0) {
        fprintf(stderr, "%s: /host: expected the goal \"update\", by which recovery is known\n",
                exploration->path);
        return EXIT_USAGE;
    }
    explorer->off_time = options->off_time;
    explorer->timeout = options->timeout;
    hlsim_plan_init(&exploration->plan, explorer->kinds, explorer->kind_count);
    if (exploration->spec.kind != HLSIM_PLAN_LIST || read_list(exploration)) {
        code = explore(exploration);
    }
    explorer_free(explorer);
    free_exploration(exploration);
    return code;
}

static bool check_options(const struct explore_options *options, struct hlsim_plan_spec *ret_spec,
                          struct shard *ret_shard)
{
    int result = hlsim_plan_spec_parse(options->plan, ret_spec);
    const char *mistake = NULL;

    if (options->parsed.operands.count != 1) {
        mistake = "expected one SCENARIO";
    } else if (options->fault == NULL) {
        mistake = "--fault is needed: power_cut or host_power_cut";
    } else if (result == HLSIM_E_UNSUPPORTED) {
        mistake = "--plan: this plan is not supported yet";
    } else if (result < 0) {
        mistake = "--plan: expected linear, random:N or list:FILE";
    } else if (options->jobs.given && options->jobs.value == 0) {
        mistake = "-j: expected at least 1";
    } else if (!shard_read(options->shard, ret_shard)) {
        mistake = "--shard: expected K/N, the K-th of N shares";
    } else if (options->parsed.has_tail) {
        mistake = "--: a host program cannot be explored";
    }
    if (mistake != NULL) {
        fprintf(stderr, "hl78sim explore: %s\n", mistake);
    }
    return mistake == NULL;
}

static enum exit_code run(const char *program, const void *values)
{
    const struct explore_options *options = values;
    struct exploration *exploration = calloc(1, sizeof *exploration);
    struct hlsim_setup *setup = NULL;
    enum exit_code code = EXIT_USAGE;
    int error;

    if (exploration == NULL) {
        return EXIT_ENVIRONMENT;
    }
    exploration->program = program;
    exploration->options = options;
    if (check_options(options, &exploration->spec, &exploration->shard)) {
        exploration->path = options->parsed.operands.items[0];
        if (setup_file_load(exploration->path, &options->overrides, &setup)) {
            error = hlsim_setup_build_packages(setup);
            if (error < 0) {
                fprintf(stderr, "%s: a package cannot be built: %s\n", exploration->path,
                        hlsim_error_text(error));
                code = EXIT_ENVIRONMENT;
            } else {
                code = explore_setup(exploration, setup);
            }
        }
    }
    hlsim_setup_free(setup);
    free(exploration);
    return code;
}

static const char *const faults[] = {"power_cut", "host_power_cut", NULL};

#define AT(field) offsetof(struct explore_options, field)

static const struct option_row rows[] = {
    {"fault", 0, OPTION_CHOICE, AT(fault), faults, "power_cut|host_power_cut",
     "what strikes: the modem's supply, or the host's"},
    {"plan", 0, OPTION_TEXT, AT(plan), NULL, "linear|random:N|list:FILE",
     "at every place (default), at N of them chosen by the seed, or at those of a file"},
    {"off-time", 0, OPTION_DURATION, AT(off_time), NULL, "DURATION",
     "how long the power stays away (10s)"},
    {"jobs", 'j', OPTION_NUMBER, AT(jobs), NULL, "N",
     "places side by side (as many as there are processors)"},
    {"shard", 0, OPTION_TEXT, AT(shard), NULL, "K/N",
     "only the K-th of N equal shares of the plan"},
    {"timeout", 0, OPTION_DURATION, AT(timeout), NULL, "DURATION", "wall-clock limit of one place"},
    SETUP_OVERRIDE_ROWS(AT(overrides)),
    {.name = NULL},
};

static const struct explore_options defaults = {.plan = "linear", .off_time = 10 * HLSIM_SECOND};

const struct command command_explore = {
    .name = "explore",
    .operands = "SCENARIO --fault ACTION [OPTIONS]",
    .about = "Run a scenario once for every place where a fault can strike",
    .details = "A first run counts the places: writes to flash, bytes sent, datagrams sent. A "
               "second one forks at each of them, and the copy lives on with the fault. A scenario "
               "has recovered when its update succeeds all the same, or, where it is made to end "
               "otherwise, when it ends so or both sides agree that the update failed.",
    .examples = "hl78sim explore update.json --fault power_cut -j 4\n"
                "hl78sim explore update.json --fault host_power_cut --plan random:200 --shard 2/3",
    .options = rows,
    .size = sizeof(struct explore_options),
    .defaults = &defaults,
    .run = run,
};
