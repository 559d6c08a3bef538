/*
 * Starts one program and tells how it ended. Knows nothing about what it does.
 */
#include <hlpty/child.h>

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct placeholder {
    const char *name;
    const char *value;
};

/* What exec needs, made before the fork. */
struct command {
    char **argv;
    char **environment;
};

static void free_texts(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        free(texts[i]);
    }
    free(texts);
}

/* The placeholder that `text` starts with, or NULL. */
static const struct placeholder *placeholder_at(const char *text,
                                                const struct placeholder *placeholders)
{
    for (; placeholders->name != NULL; placeholders++) {
        if (strncmp(text, placeholders->name, strlen(placeholders->name)) == 0) {
            return placeholders;
        }
    }
    return NULL;
}

/* A copy of `text` with its placeholders replaced; NULL: no memory. */
static char *replace(const char *text, const struct placeholder *placeholders)
{
    char *copy = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&copy, &size);

    if (out == NULL) {
        return NULL;
    }
    while (*text != '\0') {
        const struct placeholder *placeholder = placeholder_at(text, placeholders);

        if (placeholder != NULL) {
            fputs(placeholder->value, out);
            text += strlen(placeholder->name);
        } else {
            fputc(*text++, out);
        }
    }
    if (fclose(out) != 0) {
        free(copy);
        return NULL;
    }
    return copy;
}

static char **make_argv(const struct hlpty_child_config *config)
{
    const struct placeholder placeholders[] = {
        {"{tty}", config->tty != NULL ? config->tty : ""},
        {"{tcp}", config->tcp != NULL ? config->tcp : ""},
        {"{control}", config->control != NULL ? config->control : ""},
        {NULL, NULL},
    };
    size_t count = 0;
    char **argv;

    while (config->argv[count] != NULL) {
        count++;
    }
    argv = calloc(count + 1, sizeof *argv);
    for (size_t i = 0; argv != NULL && i < count; i++) {
        argv[i] = replace(config->argv[i], placeholders);
        if (argv[i] == NULL) {
            free_texts(argv);
            return NULL;
        }
    }
    return argv;
}

/* What the environment says of the port; what it says of another one is left out. */
struct variable {
    const char *name;
    const char *value; /* NULL: none */
};

#define VARIABLES 3

static bool is_ours(const char *text, const struct variable *variables)
{
    for (size_t i = 0; i < VARIABLES; i++) {
        size_t size = strlen(variables[i].name);

        if (strncmp(text, variables[i].name, size) == 0 && text[size] == '=') {
            return true;
        }
    }
    return false;
}

/* Appends the variables that have a value; false: no memory. */
static bool add_variables(char **made, size_t used, const struct variable *variables)
{
    for (size_t i = 0; i < VARIABLES; i++) {
        if (variables[i].value == NULL) {
            continue;
        }
        if (asprintf(&made[used], "%s=%s", variables[i].name, variables[i].value) < 0) {
            made[used] = NULL;
            return false;
        }
        used++;
    }
    return true;
}

static char **make_environment(const struct hlpty_child_config *config)
{
    const struct variable variables[VARIABLES] = {{"HL78SIM_TTY", config->tty},
                                                  {"HL78SIM_TCP", config->tcp},
                                                  {"HL78SIM_CONTROL", config->control}};
    size_t count = 0;
    size_t used = 0;
    bool complete = true;
    char **made;

    while (environ[count] != NULL) {
        count++;
    }
    made = calloc(count + VARIABLES + 1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count && complete; i++) {
        if (!is_ours(environ[i], variables)) {
            made[used] = strdup(environ[i]);
            complete = made[used] != NULL;
            used += complete;
        }
    }
    if (!complete || !add_variables(made, used, variables)) {
        free_texts(made);
        return NULL;
    }
    return made;
}

/* Runs in the child; does not come back. */
static _Noreturn void become(const struct command *command, int report)
{
    sigset_t none;
    int number;
    ssize_t told;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execvpe(command->argv[0], command->argv, command->environment);
    number = errno;
    told = write(report, &number, sizeof number);
    _exit(told == sizeof number ? 127 : 126);
}

/* The errno of a failed exec, or 0: the pipe closes by itself when exec works. */
static int exec_result(int report)
{
    int number = 0;
    ssize_t got;

    do {
        got = read(report, &number, sizeof number);
    } while (got < 0 && errno == EINTR);
    return got == sizeof number ? number : 0;
}

static int spawn(struct hlpty_child *child, const struct command *command,
                 struct hlpty_error *reterr)
{
    const char *name = command->argv[0];
    int report[2];
    int number;

    if (pipe2(report, O_CLOEXEC) != 0) {
        return hlpty__fail_errno(reterr, name);
    }
    child->pid = fork();
    if (child->pid == 0) {
        become(command, report[1]);
    }
    close(report[1]);
    if (child->pid < 0) {
        close(report[0]);
        return hlpty__fail_errno(reterr, name);
    }
    number = exec_result(report[0]);
    close(report[0]);
    if (number == 0) {
        return 0;
    }
    waitpid(child->pid, NULL, 0);
    if (number == ENOENT || number == ENOTDIR) {
        return hlpty__fail(reterr, HLSIM_E_NOT_FOUND, "%s: host command not found", name);
    }
    return hlpty__fail(reterr, HLSIM_E_IO, "%s: host command cannot be executed: %s", name,
                       strerror(number));
}

static void on_ended(struct ev_loop *loop, ev_child *watcher, int events)
{
    struct hlpty_child *child = watcher->data;
    int status = watcher->rstatus;

    (void)events;
    ev_child_stop(loop, watcher);
    ev_timer_stop(loop, &child->grace);
    child->running = false;
    child->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    child->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (child->ended != NULL) {
        child->ended(child->user);
    }
}

static void on_grace_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct hlpty_child *child = watcher->data;

    (void)loop;
    (void)events;
    kill(child->pid, SIGKILL);
}

int hlpty_child_start(struct hlpty_child *child, const struct hlpty_child_config *config,
                      struct hlpty_error *reterr)
{
    struct command command;
    int error;

    HLPTY_ASSERT(config->argv != NULL && config->argv[0] != NULL);
    HLPTY_ASSERT(ev_is_default_loop(config->loop));
    memset(child, 0, sizeof *child);
    child->loop = config->loop;
    child->user = config->user;
    child->ended = config->ended;
    child->status = -1;
    command.argv = make_argv(config);
    command.environment = make_environment(config);
    if (command.argv == NULL || command.environment == NULL) {
        error = hlpty__fail(reterr, HLSIM_E_NO_MEMORY, "out of memory");
    } else {
        error = spawn(child, &command, reterr);
    }
    free_texts(command.argv);
    free_texts(command.environment);
    if (error < 0) {
        return error;
    }
    child->running = true;
    ev_child_init(&child->watcher, on_ended, child->pid, 0);
    ev_timer_init(&child->grace, on_grace_over, HLPTY_CHILD_GRACE, 0.0);
    child->watcher.data = child;
    child->grace.data = child;
    ev_child_start(config->loop, &child->watcher);
    return 0;
}

void hlpty_child_ask_to_end(struct hlpty_child *child)
{
    if (!child->running || child->asked) {
        return;
    }
    child->asked = true;
    kill(child->pid, SIGTERM);
    ev_now_update(child->loop);
    ev_timer_start(child->loop, &child->grace);
}
