/*
 * The user's own host program: started with the port's path in its hands, watched, and asked to end
 * when the run is over.
 */
#ifndef HLPTY_CHILD_H
#define HLPTY_CHILD_H

#include <ev.h>
#include <stdbool.h>
#include <sys/types.h>

#include <hlpty/error.h>

/* What an asked program gets before it is killed, in seconds. */
#define HLPTY_CHILD_GRACE 2.0

struct hlpty_child_config {
    struct ev_loop *loop; /* the default loop: no other sees children end */
    /* The command and its arguments, NULL at the end. "{tty}", "{tcp}" and "{control}" are replaced
     * wherever they stand. Borrowed during the call. */
    char *const *argv;
    const char *tty;     /* also HL78SIM_TTY in the environment; NULL: none */
    const char *tcp;     /* HOST:PORT, also HL78SIM_TCP; NULL: none */
    const char *control; /* also HL78SIM_CONTROL; NULL: none */
    void *user;
    void (*ended)(void *user); /* may be NULL */
};

struct hlpty_child {
    struct ev_loop *loop;
    ev_child watcher;
    ev_timer grace;
    void *user;
    void (*ended)(void *user);
    pid_t pid;
    bool running;
    bool asked; /* to end, by us */
    int status; /* exit status, when it ended by itself and not by a signal; else -1 */
    int signal; /* the signal that ended it; 0: none */
};

/*
 * Starts the program. HLSIM_E_NOT_FOUND when there is no such command, HLSIM_E_IO when it cannot be
 * executed; nothing runs then. The structure must stay where it is until the program has ended.
 */
int hlpty_child_start(struct hlpty_child *child, const struct hlpty_child_config *config,
                      struct hlpty_error *reterr);

/* SIGTERM now, SIGKILL after HLPTY_CHILD_GRACE. Nothing when it has ended already. */
void hlpty_child_ask_to_end(struct hlpty_child *child);

#endif
