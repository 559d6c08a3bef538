/*
 * Starts the user's program and says how it ended. Knows neither modem nor judge.
 */
#include "program_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool make_folder(struct program_host *host)
{
    const char *base = getenv("TMPDIR");
    int size = snprintf(host->folder, sizeof host->folder, "%s/hl78sim-XXXXXX",
                        base != NULL && base[0] == '/' ? base : "/tmp");

    if (size < 0 || (size_t)size + sizeof "/control" > sizeof host->folder ||
        mkdtemp(host->folder) == NULL) {
        host->folder[0] = '\0';
        return false;
    }
    return true;
}

const char *program_host_control(struct program_host *host, const struct run_options *options)
{
    if (options->control != NULL) {
        snprintf(host->control, sizeof host->control, "%s", options->control);
        return options->control;
    }
    if (options->parsed.tail.count == 0 || !make_folder(host)) {
        return NULL;
    }
    strcpy(host->control, host->folder);
    strcat(host->control, "/control");
    return host->control;
}

int program_host_start(struct program_host *host, struct ev_loop *loop,
                       const struct run_options *options, const struct hlpty_port *port,
                       struct hlpty_error *reterr)
{
    const struct text_list *tail = &options->parsed.tail;
    char **argv = calloc(tail->count + 1, sizeof *argv);
    struct hlpty_child_config config = {
        .loop = loop,
        .tty = port->kind == HLPTY_PLACE_PTY ? hlpty_port_name(port) : NULL,
        .tcp = port->kind == HLPTY_PLACE_TCP ? port->tcp.text : NULL,
        .control = host->control[0] != '\0' ? host->control : NULL};
    int error = argv == NULL ? HLSIM_E_NO_MEMORY : 0;

    for (size_t i = 0; error == 0 && i < tail->count; i++) {
        argv[i] = strdup(tail->items[i]);
        error = argv[i] == NULL ? HLSIM_E_NO_MEMORY : 0;
    }
    if (error == 0) {
        config.argv = argv;
        error = hlpty_child_start(&host->child, &config, reterr);
        host->started = error == 0;
    } else {
        snprintf(reterr->text, sizeof reterr->text, "%s", hlsim_error_text(error));
    }
    for (size_t i = 0; argv != NULL && i < tail->count; i++) {
        free(argv[i]);
    }
    free(argv);
    return error;
}

void program_host_judge(const struct program_host *host, struct run_result *result)
{
    if (host->child.signal != 0) {
        run_result_problem(result, "the host program was killed by signal %d (%s)",
                           host->child.signal, strsignal(host->child.signal));
    } else if (host->child.status != 0) {
        result->host_failed = true;
        snprintf(result->problem, sizeof result->problem, "exit status %d", host->child.status);
    }
}

/* ---- The judge's actor ---- */

static enum hlsim_acted act(void *user, const struct hlsim_action *action)
{
    static const char *const mine[] = {"host_power_cut", "product_power_cut", "host_do"};

    (void)user;
    for (size_t i = 0; i < sizeof mine / sizeof *mine; i++) {
        if (strcmp(action->name, mine[i]) == 0) {
            return HLSIM_ACT_IMPOSSIBLE;
        }
    }
    return HLSIM_ACT_NOT_MINE;
}

static int read_path(void *user, const char *path, struct hlsim_value *ret_value)
{
    const struct program_host *host = user;

    if (strncmp(path, "host.", 5) != 0) {
        return HLSIM_E_NOT_FOUND;
    }
    if (strcmp(path, "host.exit") != 0 || !host->given) {
        return HLSIM_E_UNSUPPORTED;
    }
    *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_NULL};
    if (host->started && !host->child.running && host->child.status >= 0) {
        ret_value->type = HLSIM_VALUE_INT;
        ret_value->integer = host->child.status;
    }
    return 0;
}

struct hlsim_actor program_host_actor(struct program_host *host)
{
    return (struct hlsim_actor){.user = host, .act = act, .undo = act, .read = read_path};
}

void program_host_free(struct program_host *host)
{
    if (host->folder[0] != '\0') {
        rmdir(host->folder);
        host->folder[0] = '\0';
    }
}
