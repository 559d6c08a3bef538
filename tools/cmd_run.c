/*
 * hl78sim run: scenarios, each with one verdict. Knows the options; run_many.c runs.
 */
#include "command.h"
#include "run_many.h"
#include "trace_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Runs of one scenario that are compared at most. */
#define REPEAT_MAX 1000

/* ---- Options ---- */

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static bool check_outputs(const struct run_options *options)
{
    if (is_stdout(options->trace) + is_stdout(options->junit) + is_stdout(options->tap) +
            is_stdout(options->transcript) + is_stdout(options->pcap) >
        1) {
        return run_refuse("-", "only one output can be the standard output");
    }
    if (options->trace_payload && options->trace == NULL && options->out == NULL) {
        return run_refuse("--trace-payload", "needs --trace FILE or --out DIR");
    }
    return true;
}

/* Side by side there is no one port that everybody could have. */
static bool check_jobs(const struct run_options *options, enum run_place place)
{
    if (!options->jobs.given) {
        return true;
    }
    if (options->jobs.value < 1) {
        return run_refuse("-j", "expected at least 1");
    }
    if (options->transcript != NULL) {
        return run_refuse("--transcript", "is of one dialogue; with -j use --out DIR");
    }
    if (options->jobs.value > 1 && (place == RUN_PLACE_MODEM || options->control != NULL ||
                                    (options->port != NULL && strcmp(options->port, "pty") != 0))) {
        return run_refuse("-j", "needs a port for each: memory, or --port pty without a path");
    }
    return true;
}

static bool check_options(struct run_options *options, enum run_place *ret_place)
{
    const char *host = options->host;

    if (host != NULL && strcmp(host, "engine") != 0 && strcmp(host, "none") != 0) {
        return strstr(host, ".so") != NULL ? run_refuse("--host FILE.so", "not supported yet")
                                           : run_refuse("--host", "expected engine or none");
    }
    if (options->repeat.given &&
        (options->repeat.value < 1 || options->repeat.value > REPEAT_MAX)) {
        return run_refuse("--repeat", "expected 1 to 1000");
    }
    return check_outputs(options) && run_place_choose(options, ret_place) &&
           check_jobs(options, *ret_place);
}

/* ---- All scenarios ---- */

static bool load(struct scenario_list *list, const struct run_options *options,
                 enum run_place place)
{
    bool good = scenario_list_load(list, &options->parsed.operands, &options->overrides) &&
                scenario_list_select(list, &options->keys, options->shard);

    if (good && options->trace != NULL && list->count > 1) {
        return run_refuse("--trace", "is of one scenario; for many use --out DIR");
    }
    if (good && options->pcap != NULL && list->count > 1) {
        return run_refuse("--pcap", "is of one scenario; for many use --out DIR");
    }
    for (size_t i = 0; good && i < list->count; i++) {
        good = run_place_permits(place, options, list->entries[i].path, list->entries[i].setup);
    }
    return good;
}

/* Whether there is a folder now; errno says why not. */
static bool make_one_folder(const char *path)
{
    struct stat status;

    if (mkdir(path, 0777) == 0) {
        return true;
    }
    if (errno != EEXIST || stat(path, &status) != 0) {
        return false;
    }
    errno = ENOTDIR;
    return S_ISDIR(status.st_mode);
}

/* Makes the folder with all that leads to it. */
static bool make_folder(const char *path)
{
    char *copy = strdup(path);
    bool good = copy != NULL;

    for (char *slash = copy; good && slash != NULL;) {
        slash = strchr(slash + 1, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
        good = make_one_folder(copy);
        if (slash != NULL) {
            *slash = '/';
        }
    }
    if (!good) {
        fprintf(stderr, "%s: the folder cannot be made: %s\n", path, strerror(errno));
    }
    free(copy);
    return good;
}

static enum exit_code run_with_outputs(const struct run_many_config *given)
{
    struct run_many_config config = *given;
    const struct run_options *options = config.options;
    bool taken = is_stdout(options->trace) || is_stdout(options->junit) ||
                 is_stdout(options->tap) || is_stdout(options->pcap);
    struct text_file transcript;
    enum exit_code code;

    config.banner = taken ? stderr : stdout;
    if (options->out != NULL && !make_folder(options->out)) {
        return EXIT_ENVIRONMENT;
    }
    if (options->transcript != NULL) {
        if (!text_file_open(&transcript, options->transcript)) {
            return EXIT_ENVIRONMENT;
        }
        config.transcript = &transcript;
    }
    code = run_many(&config);
    if (config.transcript != NULL && !text_file_close(config.transcript)) {
        code = exit_code_worse(code, EXIT_ENVIRONMENT);
    }
    return code;
}

static enum exit_code run(const char *program, const void *values)
{
    struct run_options options = *(const struct run_options *)values;
    struct scenario_list list = {0};
    struct run_many_config config = {.program = program, .options = &options, .list = &list};
    enum exit_code code = EXIT_USAGE;

    if (check_options(&options, &config.place)) {
        if (load(&list, &options, config.place)) {
            code = run_with_outputs(&config);
        }
        scenario_list_free(&list);
    }
    return code;
}

#define AT(field) offsetof(struct run_options, field)

static const struct option_row rows[] = {
    SETUP_OVERRIDE_ROWS(AT(overrides)),
    {"host", 0, OPTION_TEXT, AT(host), NULL, "engine|none",
     "the built-in engine (default), or nobody: others act"},
    {"modem", 0, OPTION_TEXT, AT(modem), NULL, "emulator|TTY",
     "the emulator (default) or a real modem on a serial port"},
    {"port", 0, OPTION_TEXT, AT(port), NULL, "PORT",
     "where the emulator shows up: pty[:PATH], a serial port that leads to a board (/dev/ttyUSB0), "
     "or tcp:[HOST:]PORT"},
    {"lwm2m", 0, OPTION_TEXT, AT(lwm2m), NULL, "URI",
     "the modem is a client of that real server (coap://HOST:PORT or coaps://HOST:PORT): its "
     "bootstrap server, or with credentials dm its DM server"},
    {"internet", 0, OPTION_TEXT, AT(reach), NULL, "none|loopback|host",
     "where the modem's sockets lead beyond the simulated network: nowhere (default), to this "
     "machine (default with --lwm2m and --forward), or wherever this machine can reach"},
    {"forward", 0, OPTION_TEXTS, AT(forwards), NULL, "PORT:PORT",
     "a port of 127.0.0.1 that leads to a port on which the modem listens; may be repeated"},
    {"control", 0, OPTION_TEXT, AT(control), NULL, "PATH", "a socket for hl78sim ctl"},
    {"time", 0, OPTION_TEXT, AT(time), NULL, "virtual|real|xN|skip",
     "as fast as can be (in memory), by the clock (on a port), N times faster, or leaping over "
     "what the modem takes"},
    {"trace", 0, OPTION_TEXT, AT(trace), NULL, "FILE",
     "every event as JSON Lines (-: standard output)"},
    {"trace-payload", 0, OPTION_FLAG, AT(trace_payload), NULL, NULL,
     "payloads as they are in the trace, and not their digests"},
    {"transcript", 0, OPTION_TEXT, AT(transcript), NULL, "FILE",
     "the dialogue for people (-: standard output)"},
    {"pcap", 0, OPTION_TEXT, AT(pcap), NULL, "FILE",
     "the simulated network for Wireshark, on both sides of the NAT box (-: standard output)"},
    {"junit", 0, OPTION_TEXT, AT(junit), NULL, "FILE", "JUnit XML (-: standard output)"},
    {"tap", 0, OPTION_TEXT, AT(tap), NULL, "FILE", "TAP, version 13 (-: standard output)"},
    {"out", 0, OPTION_TEXT, AT(out), NULL, "DIR",
     "trace, transcript, capture, JUnit and TAP of every scenario, each named after it"},
    {"select", 'k', OPTION_TEXTS, AT(keys), NULL, "PATTERN",
     "only scenarios with it in path, name or tags; tag:WORD, !PATTERN; may be repeated"},
    {"shard", 0, OPTION_TEXT, AT(shard), NULL, "K/N", "only the K-th of N equal shares"},
    {"jobs", 'j', OPTION_NUMBER, AT(jobs), NULL, "N",
     "so many scenarios side by side, as processes"},
    {"strict", 0, OPTION_FLAG, AT(strict), NULL, NULL,
     "what cannot be seen or done here fails instead of being skipped"},
    {"repeat", 0, OPTION_NUMBER, AT(repeat), NULL, "K", "run K times and compare the traces"},
    {"timeout", 0, OPTION_DURATION, AT(timeout), NULL, "DURATION",
     "wall-clock limit of each scenario"},
    {"allow-install", 0, OPTION_FLAG, AT(allow_install), NULL, NULL,
     "with a real modem: permit to replace its firmware"},
    {.name = NULL},
};

const struct command command_run = {
    .name = "run",
    .operands = "SCENARIO|DIR... [OPTIONS] [-- HOST-COMMAND ARG...]",
    .about = "Run scenarios and judge them",
    .details =
        "A folder stands for all scenarios below it. Each gets one verdict; every failure ends "
        "with a line that repeats it. Without --port, --modem and a host command everything "
        "happens in memory and in virtual time.\n"
        "-k selects: a PATTERN fits a scenario when it stands in the path, the name or a tag, or, "
        "with a * in it, when it fits one of them as a whole; tag:WORD asks tags alone; !PATTERN "
        "takes out what fits. A selection that leaves nothing is an error.\n"
        "--out writes NAME.trace.jsonl, NAME.transcript.txt, NAME.pcapng, NAME.junit.xml and "
        "NAME.tap for every scenario; NAME is that of its file, or its whole path where several "
        "have that name. A "
        "transcript that --transcript shows is not written again.\n"
        "With --lwm2m AirVantage is not there: what is expected of it is skipped. Sockets need "
        "--time real (default then) or xN.\n"
        "With -j every scenario has a process of its own, also with -j 1: one that crashes fails "
        "alone.",
    .examples = "hl78sim run scenarios -j 4 --out results --junit results.xml\n"
                "hl78sim run scenarios -k fota/ -k '!tag:slow' --shard 1/3\n"
                "hl78sim run update.json --transcript -\n"
                "hl78sim run update.json --time x10 -- ./my-host {tty}\n"
                "hl78sim run update.json --lwm2m coap://127.0.0.1:5683",
    .options = rows,
    .size = sizeof(struct run_options),
    .run = run,
};
