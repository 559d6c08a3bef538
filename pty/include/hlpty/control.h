/*
 * The control socket: a local stream socket, private to its owner, on which each line is one
 * request and each line back a reply. The texts are JSON objects, which is the caller's business;
 * lines, limits and clients are this file's.
 *
 * A client that closes its sending side gets the replies that are ready at that moment, and is then
 * closed; who waits for something later (events, a wait) must keep its side open.
 */
#ifndef HLPTY_CONTROL_H
#define HLPTY_CONTROL_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include <hlpty/error.h>

/* A request without its line end. A longer one is answered with an error and its client closed. */
#define HLPTY_CONTROL_LINE_MAX 4096

/* Clients at once; more are turned away. */
#define HLPTY_CONTROL_CLIENTS_MAX 64

/* Bytes that wait for one client; a client that lets more come together is told so and dropped. */
#define HLPTY_CONTROL_OUTPUT_MAX 65536

struct hlpty_control;
struct hlpty_control_client;

struct hlpty_control_config {
    struct ev_loop *loop;
    const char *path; /* borrowed during the call */
    void *user;
    /* One request. Replies by hlpty_control_send, now or later. */
    void (*request)(void *user, struct hlpty_control_client *client, const char *line);
    /* The client is gone, or was too slow: it must not be used any more. May be NULL. */
    void (*gone)(void *user, struct hlpty_control_client *client);
};

/*
 * Listens at `path` with mode 0600. A socket file that nobody listens on any more is replaced;
 * HLSIM_E_EXISTS when somebody does, or when the path is something else. 0 or an error.
 */
int hlpty_control_open(const struct hlpty_control_config *config,
                       struct hlpty_control **ret_control, struct hlpty_error *reterr);

/* Closes all clients (`gone` is called) and removes the socket file if it is still ours. */
void hlpty_control_close(struct hlpty_control *control);

/* Sends one line; `line` is without line end. A client that is too slow gets a last line that says
 * so, instead of those that it did not take, and is closed. */
void hlpty_control_send(struct hlpty_control_client *client, const char *line);

size_t hlpty_control_client_count(const struct hlpty_control *control);

/* One call from the other side, as `hl78sim ctl` makes it. */
struct hlpty_control_call {
    const char *path;
    const char *line; /* the request, without line end */
    int timeout_ms;   /* for the whole call; negative: none */
    void *user;
    /* One reply line; false: enough, the call ends well. */
    bool (*reply)(void *user, const char *line);
};

/*
 * Sends one request and hands over the reply lines until enough came. 0; HLSIM_E_NOT_FOUND or
 * HLSIM_E_IO when nobody listens; HLSIM_E_GONE when the other side closed before; HLSIM_E_LIMIT
 * when the time is over or a line is longer than HLPTY_CONTROL_OUTPUT_MAX. Blocks.
 */
int hlpty_control_call(const struct hlpty_control_call *call, struct hlpty_error *reterr);

/* The same for one reply line, which is copied. HLSIM_E_LIMIT also when `size` is too small. */
struct hlpty_control_exchange {
    const char *path;
    const char *line;
    int timeout_ms;
    char *reply; /* set on success only */
    size_t reply_size;
};

int hlpty_control_exchange(const struct hlpty_control_exchange *exchange,
                           struct hlpty_error *reterr);

#endif
