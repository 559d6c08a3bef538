/*
 * The serving side of the control socket: clients, lines in, lines out. Understands no request.
 */
#include <hlpty/control.h>

#include "control_address.h"
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often what a client sent in vain is read at its end: more than a socket keeps. */
#define REST_READS 128

struct hlpty_control_client {
    struct hlpty_control *control;
    struct hlpty_control_client *next;
    int fd;
    ev_io readable;
    ev_io writable;
    bool ending; /* is closed when its output is gone */
    bool slow;   /* it let more come together than fits */
    bool told;   /* the user knows that it is gone */
    bool dead;   /* is closed as soon as nobody holds it */
    size_t input_count;
    size_t output_start;
    size_t output_count;
    char input[HLPTY_CONTROL_LINE_MAX + 1];
    char output[HLPTY_CONTROL_OUTPUT_MAX];
};

struct hlpty_control {
    struct hlpty_control_config config;
    ev_io readable;
    ev_prepare sweep; /* closes clients where nobody holds them any more */
    int fd;
    struct sockaddr_un address;
    dev_t device; /* of the socket file, to remove none but our own */
    ino_t inode;
    struct hlpty_control_client *first;
    size_t client_count;
};

static void tell_gone(struct hlpty_control_client *client)
{
    const struct hlpty_control_config *config = &client->control->config;

    if (!client->told && config->gone != NULL) {
        config->gone(config->user, client);
    }
    client->told = true;
}

/* Bytes that nobody has read would be answered by a reset, which takes the last reply with it. */
static void take_rest(struct hlpty_control_client *client)
{
    char bytes[HLPTY_CONTROL_LINE_MAX];

    for (unsigned i = 0; i < REST_READS && recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0;
         i++) {
    }
}

static void free_client(struct hlpty_control_client *client)
{
    struct hlpty_control *control = client->control;
    struct hlpty_control_client **place = &control->first;

    while (*place != client) {
        place = &(*place)->next;
    }
    *place = client->next;
    control->client_count--;
    ev_io_stop(control->config.loop, &client->readable);
    ev_io_stop(control->config.loop, &client->writable);
    tell_gone(client);
    take_rest(client);
    close(client->fd);
    free(client);
}

static void on_sweep(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    struct hlpty_control *control = watcher->data;
    struct hlpty_control_client *next;

    (void)loop;
    (void)events;
    for (struct hlpty_control_client *client = control->first; client != NULL; client = next) {
        next = client->next;
        if (client->dead) {
            free_client(client);
        } else if (client->slow) {
            /* Its last line may never be taken, but nobody has to do with it any more. */
            tell_gone(client);
        }
    }
}

static void kill_client(struct hlpty_control_client *client)
{
    client->dead = true;
    ev_io_stop(client->control->config.loop, &client->readable);
    ev_io_stop(client->control->config.loop, &client->writable);
}

static void flush_output(struct hlpty_control_client *client)
{
    while (client->output_count > 0 && !client->dead) {
        ssize_t sent = send(client->fd, client->output + client->output_start, client->output_count,
                            MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            ev_io_start(client->control->config.loop, &client->writable);
            return;
        }
        if (sent < 0) {
            kill_client(client);
            return;
        }
        client->output_start += (size_t)sent;
        client->output_count -= (size_t)sent;
    }
    ev_io_stop(client->control->config.loop, &client->writable);
    client->output_start = 0;
    if (client->ending) {
        kill_client(client);
    }
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    flush_output(watcher->data);
}

/* Reads nothing more and closes when the output is gone. */
static void end_client(struct hlpty_control_client *client)
{
    client->ending = true;
    ev_io_stop(client->control->config.loop, &client->readable);
    if (client->output_count == 0) {
        kill_client(client);
    }
}

/* What waits is cut behind the first line of it, which may have left in part; a last line says why.
 * Nobody else waits for such a client. */
static void drop_slow(struct hlpty_control_client *client)
{
    static const char last[] = "{\"ok\":false,\"error\":\"too slow: lines were lost\"}\n";
    char *output = client->output + client->output_start;
    char *end = memchr(output, '\n', client->output_count);
    size_t kept = end == NULL ? 0 : (size_t)(end - output) + 1;

    client->slow = true;
    if (kept + sizeof last - 1 > sizeof client->output) {
        kill_client(client);
        return;
    }
    memmove(client->output, output, kept);
    memcpy(client->output + kept, last, sizeof last - 1);
    client->output_start = 0;
    client->output_count = kept + sizeof last - 1;
    end_client(client);
    flush_output(client);
}

void hlpty_control_send(struct hlpty_control_client *client, const char *line)
{
    size_t size = strlen(line);

    if (client->dead) {
        return;
    }
    if (client->ending && client->slow) {
        return;
    }
    if (size + 1 > sizeof client->output - client->output_count) {
        drop_slow(client);
        return;
    }
    memmove(client->output, client->output + client->output_start, client->output_count);
    client->output_start = 0;
    memcpy(client->output + client->output_count, line, size);
    client->output[client->output_count + size] = '\n';
    client->output_count += size + 1;
    flush_output(client);
}

static void refuse(struct hlpty_control_client *client, const char *why)
{
    hlpty_control_send(client, why);
    end_client(client);
}

/* Hands over the complete lines of the input and keeps the rest. */
static void hand_lines(struct hlpty_control_client *client)
{
    struct hlpty_control *control = client->control;
    size_t start = 0;
    char *end;

    while (!client->dead && !client->ending &&
           (end = memchr(client->input + start, '\n', client->input_count - start)) != NULL) {
        char *line = client->input + start;
        size_t size = (size_t)(end - line);

        start += size + 1;
        *end = '\0';
        if (memchr(line, '\0', size) != NULL) {
            refuse(client, "{\"ok\":false,\"error\":\"a request is a text\"}");
        } else if (size > 0) {
            control->config.request(control->config.user, client, line);
        }
    }
    memmove(client->input, client->input + start, client->input_count - start);
    client->input_count -= start;
    if (client->input_count > HLPTY_CONTROL_LINE_MAX && !client->dead && !client->ending) {
        refuse(client, "{\"ok\":false,\"error\":\"a request is longer than 4096 bytes\"}");
    }
}

static void on_client_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty_control_client *client = watcher->data;
    ssize_t count = recv(client->fd, client->input + client->input_count,
                         sizeof client->input - client->input_count, MSG_DONTWAIT);

    (void)loop;
    (void)events;
    if (count < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) {
        return;
    }
    if (count <= 0) {
        end_client(client);
        return;
    }
    client->input_count += (size_t)count;
    hand_lines(client);
}

/* A client that is at its end, but does not take its last lines, gives way to a new one. */
static void make_room(struct hlpty_control *control)
{
    for (struct hlpty_control_client *client = control->first; client != NULL;
         client = client->next) {
        if (client->ending || client->dead) {
            free_client(client);
            return;
        }
    }
}

static void on_connection(struct ev_loop *loop, ev_io *watcher, int events)
{
    static const char full[] = "{\"ok\":false,\"error\":\"too many clients\"}\n";
    struct hlpty_control *control = watcher->data;
    struct hlpty_control_client *client;
    int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)events;
    if (fd < 0) {
        return;
    }
    if (control->client_count == HLPTY_CONTROL_CLIENTS_MAX) {
        make_room(control);
    }
    client = control->client_count < HLPTY_CONTROL_CLIENTS_MAX ? calloc(1, sizeof *client) : NULL;
    if (client == NULL) {
        ssize_t told = send(fd, full, sizeof full - 1, MSG_NOSIGNAL);

        /* Turned away in any case. */
        (void)told;
        close(fd);
        return;
    }
    client->control = control;
    client->fd = fd;
    client->next = control->first;
    control->first = client;
    control->client_count++;
    ev_io_init(&client->readable, on_client_readable, fd, EV_READ);
    ev_io_init(&client->writable, on_writable, fd, EV_WRITE);
    client->readable.data = client;
    client->writable.data = client;
    ev_io_start(loop, &client->readable);
}

/* Whether a socket file is left over: nobody listens on it. */
static int remove_stale(struct hlpty_control *control, struct hlpty_error *reterr)
{
    const char *path = control->address.sun_path;
    struct stat status;
    int fd;

    if (lstat(path, &status) != 0) {
        return errno == ENOENT ? 0 : hlpty__fail_errno(reterr, path);
    }
    if (!S_ISSOCK(status.st_mode)) {
        return hlpty__fail(reterr, HLSIM_E_EXISTS, "%s: exists and is not a socket; not replaced",
                           path);
    }
    fd = hlpty__control_connect(&control->address);
    if (fd >= 0) {
        close(fd);
        return hlpty__fail(reterr, HLSIM_E_EXISTS, "%s: another process listens on it", path);
    }
    if (errno != ECONNREFUSED) {
        return hlpty__fail_errno(reterr, path);
    }
    return unlink(path) == 0 ? 0 : hlpty__fail_errno(reterr, path);
}

static int listen_at(struct hlpty_control *control, struct hlpty_error *reterr)
{
    const char *path = control->address.sun_path;
    struct stat status;
    mode_t mask;
    int bound;

    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->fd < 0) {
        return hlpty__fail_errno(reterr, path);
    }
    /* The file must never be open to others, not even for a moment. */
    mask = umask(0177);
    bound = bind(control->fd, (const struct sockaddr *)&control->address, sizeof control->address);
    umask(mask);
    if (bound != 0 || listen(control->fd, SOMAXCONN) != 0 || lstat(path, &status) != 0) {
        return hlpty__fail_errno(reterr, path);
    }
    control->device = status.st_dev;
    control->inode = status.st_ino;
    return 0;
}

int hlpty_control_open(const struct hlpty_control_config *config,
                       struct hlpty_control **ret_control, struct hlpty_error *reterr)
{
    struct hlpty_control *control = calloc(1, sizeof *control);
    int error;

    HLPTY_ASSERT(config->loop != NULL && config->request != NULL);
    if (control == NULL) {
        return hlpty__fail(reterr, HLSIM_E_NO_MEMORY, "out of memory");
    }
    control->config = *config;
    control->config.path = NULL;
    control->fd = -1;
    error = hlpty__control_address(config->path, &control->address, reterr);
    if (error == 0) {
        error = remove_stale(control, reterr);
    }
    if (error == 0) {
        error = listen_at(control, reterr);
    }
    if (error < 0) {
        if (control->fd >= 0) {
            close(control->fd);
        }
        free(control);
        return error;
    }
    ev_io_init(&control->readable, on_connection, control->fd, EV_READ);
    control->readable.data = control;
    ev_io_start(config->loop, &control->readable);
    ev_prepare_init(&control->sweep, on_sweep);
    control->sweep.data = control;
    ev_prepare_start(config->loop, &control->sweep);
    *ret_control = control;
    return 0;
}

void hlpty_control_close(struct hlpty_control *control)
{
    struct hlpty_control_client *next;
    struct stat status;

    if (control == NULL) {
        return;
    }
    for (struct hlpty_control_client *client = control->first; client != NULL; client = next) {
        next = client->next;
        flush_output(client);
        free_client(client);
    }
    ev_io_stop(control->config.loop, &control->readable);
    ev_prepare_stop(control->config.loop, &control->sweep);
    if (lstat(control->address.sun_path, &status) == 0 && status.st_dev == control->device &&
        status.st_ino == control->inode) {
        unlink(control->address.sun_path);
    }
    close(control->fd);
    free(control);
}

size_t hlpty_control_client_count(const struct hlpty_control *control)
{
    return control->client_count;
}
