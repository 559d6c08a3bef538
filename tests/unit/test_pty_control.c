/*
 * Tests of the control socket and of the ready file.
 */
#include <hlpty/control.h>
#include <hlpty/ready_file.h>

#include "test_pty_bench.h"

#include "lib/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK_REPLY "{\"ok\":true}"

struct fixture {
    struct ev_loop *loop;
    struct hlpty_control *control;
    struct hlpty_error error;
    char folder[64];
    char path[96];
    unsigned requests;
    unsigned gone;
    size_t last_size;
    char last[64];
    struct hlpty_control_client *client; /* of the last request */
};

/* A client: what it has read so far. */
struct caller {
    int fd;
    size_t size;
    bool closed;
    char text[8192];
};

static void on_request(void *user, struct hlpty_control_client *client, const char *line)
{
    struct fixture *f = user;

    f->requests++;
    f->client = client;
    f->last_size = strlen(line);
    snprintf(f->last, sizeof f->last, "%s", line);
    if (strcmp(line, "silent") != 0) {
        hlpty_control_send(client, OK_REPLY);
    }
}

static void on_gone(void *user, struct hlpty_control_client *client)
{
    struct fixture *f = user;

    f->gone++;
    if (f->client == client) {
        f->client = NULL;
    }
}

static int open_control(struct fixture *f, struct hlpty_control **ret_control)
{
    struct hlpty_control_config config = {
        .loop = f->loop, .path = f->path, .user = f, .request = on_request, .gone = on_gone};

    return hlpty_control_open(&config, ret_control, &f->error);
}

static void make_folder(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    /* Not the default loop: it would collect the children of this process itself. */
    f->loop = ev_loop_new(EVFLAG_AUTO);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f->loop);
    strcpy(f->folder, "/tmp/hl78sim-test-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/control", f->folder);
}

static void setup(struct fixture *f)
{
    make_folder(f);
    CU_ASSERT_EQUAL_FATAL(open_control(f, &f->control), 0);
}

/* Fails when anything was left behind. */
static void remove_folder(struct fixture *f)
{
    CU_ASSERT_EQUAL(rmdir(f->folder), 0);
    ev_loop_destroy(f->loop);
}

static void teardown(struct fixture *f)
{
    hlpty_control_close(f->control);
    remove_folder(f);
}

static void caller_open(struct caller *caller, const struct fixture *f)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memset(caller, 0, sizeof *caller);
    strcpy(address.sun_path, f->path);
    caller->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(connect(caller->fd, (const struct sockaddr *)&address, sizeof address),
                          0);
}

static void caller_say(struct caller *caller, const char *text, size_t size)
{
    CU_ASSERT_EQUAL(send(caller->fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT), (ssize_t)size);
}

static void caller_read(struct caller *caller)
{
    ssize_t got = 1;

    while (!caller->closed && got > 0) {
        got = recv(caller->fd, caller->text + caller->size, sizeof caller->text - 1 - caller->size,
                   MSG_DONTWAIT);
        caller->size += got > 0 ? (size_t)got : 0;
        caller->closed = got == 0 || (got < 0 && errno != EAGAIN);
    }
    caller->text[caller->size] = '\0';
}

static bool caller_has_line(void *user)
{
    struct caller *caller = user;

    caller_read(caller);
    return strchr(caller->text, '\n') != NULL;
}

static bool caller_is_closed(void *user)
{
    struct caller *caller = user;

    caller_read(caller);
    return caller->closed;
}

static void one_line_in_gives_one_line_out(void)
{
    struct fixture f;
    struct caller caller;

    setup(&f);
    caller_open(&caller, &f);
    caller_say(&caller, "{\"do\":\"reset\"}\n", 15);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_has_line, &caller));
    CU_ASSERT_STRING_EQUAL(caller.text, OK_REPLY "\n");
    CU_ASSERT_STRING_EQUAL(f.last, "{\"do\":\"reset\"}");
    close(caller.fd);
    teardown(&f);
}

static void the_socket_is_private_to_its_owner(void)
{
    struct fixture f;
    struct stat status;

    setup(&f);
    CU_ASSERT_EQUAL(stat(f.path, &status), 0);
    CU_ASSERT_EQUAL(status.st_mode & 07777, 0600);
    teardown(&f);
}

static bool two_requests(void *user)
{
    return ((struct fixture *)user)->requests >= 2;
}

static bool one_request(void *user)
{
    return ((struct fixture *)user)->requests >= 1;
}

static void lines_are_put_together_and_taken_apart(void)
{
    struct fixture f;
    struct caller caller;

    setup(&f);
    caller_open(&caller, &f);
    caller_say(&caller, "fir", 3);
    for (unsigned i = 0; i < 10; i++) {
        ev_run(f.loop, EVRUN_NOWAIT);
    }
    CU_ASSERT_EQUAL(f.requests, 0);
    caller_say(&caller, "st\nsecond\n\nhal", 14);
    CU_ASSERT_TRUE(bench_wait(f.loop, two_requests, &f));
    CU_ASSERT_STRING_EQUAL(f.last, "second");
    /* A half line at the end is no request; what is complete was answered. */
    shutdown(caller.fd, SHUT_WR);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_is_closed, &caller));
    CU_ASSERT_EQUAL(f.requests, 2);
    CU_ASSERT_STRING_EQUAL(caller.text, OK_REPLY "\n" OK_REPLY "\n");
    CU_ASSERT_EQUAL(f.gone, 1);
    close(caller.fd);
    teardown(&f);
}

static void a_request_of_4096_bytes_passes_and_a_longer_one_is_refused(void)
{
    struct fixture f;
    struct caller caller;
    char line[HLPTY_CONTROL_LINE_MAX + 1];

    setup(&f);
    memset(line, 'x', sizeof line);
    line[HLPTY_CONTROL_LINE_MAX] = '\n';
    caller_open(&caller, &f);
    caller_say(&caller, line, sizeof line);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_has_line, &caller));
    CU_ASSERT_EQUAL(f.last_size, HLPTY_CONTROL_LINE_MAX);
    line[HLPTY_CONTROL_LINE_MAX] = 'x';
    caller_say(&caller, line, sizeof line);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_is_closed, &caller));
    CU_ASSERT_EQUAL(f.requests, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(caller.text, "{\"ok\":false,\"error\":"));
    close(caller.fd);
    teardown(&f);
}

static void a_request_with_a_nul_is_refused(void)
{
    struct fixture f;
    struct caller caller;

    setup(&f);
    caller_open(&caller, &f);
    caller_say(&caller, "a\0b\n", 4);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_is_closed, &caller));
    CU_ASSERT_EQUAL(f.requests, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(caller.text, "\"ok\":false"));
    close(caller.fd);
    teardown(&f);
}

struct crowd {
    size_t count;
    struct caller callers[20];
};

static bool crowd_is_answered(void *user)
{
    struct crowd *crowd = user;
    bool all = true;

    for (size_t i = 0; i < crowd->count; i++) {
        all = caller_has_line(&crowd->callers[i]) && all;
    }
    return all;
}

static bool no_clients(void *user)
{
    return hlpty_control_client_count(((struct fixture *)user)->control) == 0;
}

static void twenty_clients_are_served_at_once(void)
{
    struct fixture f;
    static struct crowd crowd = {.count = 20};

    setup(&f);
    for (size_t i = 0; i < crowd.count; i++) {
        caller_open(&crowd.callers[i], &f);
        caller_say(&crowd.callers[i], "sta", 3);
    }
    for (size_t i = crowd.count; i-- > 0;) {
        caller_say(&crowd.callers[i], "tus\n", 4);
    }
    CU_ASSERT_TRUE(bench_wait(f.loop, crowd_is_answered, &crowd));
    CU_ASSERT_EQUAL(f.requests, 20);
    CU_ASSERT_EQUAL(hlpty_control_client_count(f.control), 20);
    for (size_t i = 0; i < crowd.count; i++) {
        CU_ASSERT_STRING_EQUAL(crowd.callers[i].text, OK_REPLY "\n");
        close(crowd.callers[i].fd);
    }
    CU_ASSERT_TRUE(bench_wait(f.loop, no_clients, &f));
    CU_ASSERT_EQUAL(f.gone, 20);
    teardown(&f);
}

static void more_clients_than_the_limit_are_turned_away(void)
{
    struct fixture f;
    int fds[HLPTY_CONTROL_CLIENTS_MAX];
    struct caller late;

    setup(&f);
    for (size_t i = 0; i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        struct caller one;

        caller_open(&one, &f);
        fds[i] = one.fd;
        ev_run(f.loop, EVRUN_NOWAIT);
    }
    caller_open(&late, &f);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_is_closed, &late));
    CU_ASSERT_PTR_NOT_NULL(strstr(late.text, "too many clients"));
    CU_ASSERT_EQUAL(hlpty_control_client_count(f.control), HLPTY_CONTROL_CLIENTS_MAX);
    close(late.fd);
    for (size_t i = 0; i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        close(fds[i]);
    }
    teardown(&f);
}

static bool client_is_gone(void *user)
{
    struct fixture *f = user;

    if (f->client != NULL) {
        hlpty_control_send(f->client, "{\"event\":\"something that nobody reads\"}");
    }
    return f->gone == 1;
}

#define TOO_SLOW "}\n{\"ok\":false,\"error\":\"too slow: lines were lost\"}\n"

/* Reads to the end and keeps the last bytes alone. */
static bool drained(void *user)
{
    struct caller *caller = user;
    ssize_t got;

    for (;;) {
        if (caller->size > sizeof caller->text / 2) {
            size_t kept = sizeof caller->text / 4;

            memmove(caller->text, caller->text + caller->size - kept, kept);
            caller->size = kept;
        }
        got = recv(caller->fd, caller->text + caller->size, sizeof caller->text / 4, MSG_DONTWAIT);
        if (got <= 0) {
            caller->text[caller->size] = '\0';
            return got == 0;
        }
        caller->size += (size_t)got;
    }
}

static void a_client_that_does_not_read_is_dropped_and_the_others_stay(void)
{
    struct fixture f;
    struct caller slow;
    struct caller good;

    setup(&f);
    caller_open(&slow, &f);
    caller_say(&slow, "silent\n", 7);
    CU_ASSERT_TRUE(bench_wait(f.loop, one_request, &f));
    caller_open(&good, &f);
    CU_ASSERT_TRUE(bench_wait(f.loop, client_is_gone, &f));
    caller_say(&good, "status\n", 7);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_has_line, &good));
    CU_ASSERT_STRING_EQUAL(good.text, OK_REPLY "\n");
    CU_ASSERT_TRUE(bench_wait(f.loop, drained, &slow));
    CU_ASSERT_STRING_EQUAL(slow.text + slow.size - (sizeof TOO_SLOW - 1), TOO_SLOW);
    close(slow.fd);
    close(good.fd);
    teardown(&f);
}

static void a_reply_that_never_fits_is_told_and_the_client_closed(void)
{
    static char line[HLPTY_CONTROL_OUTPUT_MAX + 1];
    struct fixture f;
    struct caller caller;

    memset(line, 'x', sizeof line - 1);
    setup(&f);
    caller_open(&caller, &f);
    caller_say(&caller, "silent\n", 7);
    CU_ASSERT_TRUE(bench_wait(f.loop, one_request, &f));
    hlpty_control_send(f.client, line);
    CU_ASSERT_TRUE(bench_wait(f.loop, drained, &caller));
    CU_ASSERT_STRING_EQUAL(caller.text, &TOO_SLOW[2]);
    close(caller.fd);
    teardown(&f);
}

/* More than a socket and we keep for somebody who does not read. */
#define FLOOD_LINES 40000

static void clients_that_take_nothing_give_way(void)
{
    int fds[HLPTY_CONTROL_CLIENTS_MAX];
    struct caller good;
    struct fixture f;

    setup(&f);
    for (size_t i = 0; i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        struct caller slow;

        caller_open(&slow, &f);
        fds[i] = slow.fd;
        caller_say(&slow, "silent\n", 7);
        f.requests = 0;
        CU_ASSERT_TRUE(bench_wait(f.loop, one_request, &f));
        for (unsigned line = 0; line < FLOOD_LINES; line++) {
            hlpty_control_send(f.client, "{\"event\":\"something that nobody reads\"}");
        }
        f.gone = 0;
        CU_ASSERT_TRUE(bench_wait(f.loop, client_is_gone, &f));
    }
    CU_ASSERT_EQUAL(hlpty_control_client_count(f.control), HLPTY_CONTROL_CLIENTS_MAX);
    caller_open(&good, &f);
    caller_say(&good, "status\n", 7);
    CU_ASSERT_TRUE(bench_wait(f.loop, caller_has_line, &good));
    CU_ASSERT_STRING_EQUAL(good.text, OK_REPLY "\n");
    for (size_t i = 0; i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        close(fds[i]);
    }
    close(good.fd);
    teardown(&f);
}

static void a_left_over_socket_is_replaced_and_a_living_one_is_not(void)
{
    struct fixture f;
    struct hlpty_control *second = NULL;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    make_folder(&f);
    strcpy(address.sun_path, f.path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    CU_ASSERT_EQUAL_FATAL(open_control(&f, &f.control), 0);
    CU_ASSERT_EQUAL(open_control(&f, &second), HLSIM_E_EXISTS);
    CU_ASSERT_PTR_NULL(second);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.error.text, f.path));
    teardown(&f);
}

static void a_file_in_the_place_of_the_socket_is_left_alone(void)
{
    struct fixture f;
    struct stat status;
    int fd;

    make_folder(&f);
    fd = open(f.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    close(fd);
    CU_ASSERT_EQUAL(open_control(&f, &f.control), HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(lstat(f.path, &status), 0);
    CU_ASSERT_TRUE(S_ISREG(status.st_mode));
    unlink(f.path);
    remove_folder(&f);
}

static void a_path_that_fits_no_address_is_refused(void)
{
    struct fixture f = {.loop = ev_default_loop(0)};
    struct hlpty_control_config config = {.loop = f.loop, .request = on_request};
    char path[200];

    memset(path, 'p', sizeof path);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    config.path = path;
    CU_ASSERT_EQUAL(hlpty_control_open(&config, &f.control, &f.error), HLSIM_E_LIMIT);
    CU_ASSERT_PTR_NULL(f.control);
}

struct child {
    pid_t pid;
    int status;
};

static bool child_has_ended(void *user)
{
    struct child *child = user;

    return waitpid(child->pid, &child->status, WNOHANG) == child->pid;
}

static void the_calling_side_gets_its_reply(void)
{
    struct fixture f;
    struct child child = {0};

    setup(&f);
    child.pid = fork();
    if (child.pid == 0) {
        char reply[64] = "";
        struct hlpty_control_exchange exchange = {.path = f.path,
                                                  .line = "status",
                                                  .timeout_ms = 10000,
                                                  .reply = reply,
                                                  .reply_size = sizeof reply};
        int error = hlpty_control_exchange(&exchange, NULL);

        _exit(error == 0 && strcmp(reply, OK_REPLY) == 0 ? 0 : 1);
    }
    CU_ASSERT_TRUE(bench_wait(f.loop, child_has_ended, &child));
    CU_ASSERT_TRUE(WIFEXITED(child.status) && WEXITSTATUS(child.status) == 0);
    CU_ASSERT_EQUAL(f.requests, 1);
    teardown(&f);
}

static void the_calling_side_says_why_it_got_none(void)
{
    struct fixture f;
    struct hlpty_error error;
    char reply[8];
    struct hlpty_control_exchange exchange = {
        .line = "status", .timeout_ms = 20, .reply = reply, .reply_size = sizeof reply};

    setup(&f);
    exchange.path = f.path;
    /* The server's loop does not run: nothing comes. */
    CU_ASSERT_EQUAL(hlpty_control_exchange(&exchange, &error), HLSIM_E_LIMIT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "20 ms"));
    exchange.path = "/nowhere/at/all";
    CU_ASSERT_EQUAL(hlpty_control_exchange(&exchange, &error), HLSIM_E_NOT_FOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nobody listens"));
    teardown(&f);
}

static void the_ready_file_appears_whole_and_goes(void)
{
    struct fixture f;
    struct hlpty_ready_file file;
    struct stat status;
    char text[32] = "";
    int fd;

    make_folder(&f);
    CU_ASSERT_EQUAL(hlpty_ready_file_write(&file, f.path, "{\"pid\":1}\n", &f.error), 0);
    fd = open(f.path, O_RDONLY | O_CLOEXEC);
    CU_ASSERT_EQUAL(read(fd, text, sizeof text - 1), 10);
    close(fd);
    CU_ASSERT_STRING_EQUAL(text, "{\"pid\":1}\n");
    hlpty_ready_file_remove(&file);
    CU_ASSERT_NOT_EQUAL(lstat(f.path, &status), 0);
    remove_folder(&f);
    CU_ASSERT_EQUAL(hlpty_ready_file_write(&file, f.path, "{}", &f.error), HLSIM_E_NOT_FOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.error.text, f.path));
}

static void a_ready_file_of_somebody_else_is_not_removed(void)
{
    struct fixture f;
    struct hlpty_ready_file mine;
    struct hlpty_ready_file other;
    struct stat status;

    make_folder(&f);
    CU_ASSERT_EQUAL(hlpty_ready_file_write(&mine, f.path, "{\"pid\":1}", &f.error), 0);
    CU_ASSERT_EQUAL(hlpty_ready_file_write(&other, f.path, "{\"pid\":2}", &f.error), 0);
    hlpty_ready_file_remove(&mine);
    CU_ASSERT_EQUAL(lstat(f.path, &status), 0);
    hlpty_ready_file_remove(&other);
    remove_folder(&f);
}

static void what_is_no_file_is_not_replaced_by_a_ready_file(void)
{
    struct fixture f;
    struct hlpty_ready_file file;
    struct stat status;

    make_folder(&f);
    CU_ASSERT_EQUAL(mkfifo(f.path, 0600), 0);
    CU_ASSERT_EQUAL(hlpty_ready_file_write(&file, f.path, "{}", &f.error), HLSIM_E_EXISTS);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.error.text, "not replaced"));
    CU_ASSERT_EQUAL(lstat(f.path, &status), 0);
    CU_ASSERT_TRUE(S_ISFIFO(status.st_mode));
    unlink(f.path);
    remove_folder(&f);
}

static const struct suite_test tests[] = {
    SUITE_TEST(one_line_in_gives_one_line_out),
    SUITE_TEST(the_socket_is_private_to_its_owner),
    SUITE_TEST(lines_are_put_together_and_taken_apart),
    SUITE_TEST(a_request_of_4096_bytes_passes_and_a_longer_one_is_refused),
    SUITE_TEST(a_request_with_a_nul_is_refused),
    SUITE_TEST(twenty_clients_are_served_at_once),
    SUITE_TEST(more_clients_than_the_limit_are_turned_away),
    SUITE_TEST(a_client_that_does_not_read_is_dropped_and_the_others_stay),
    SUITE_TEST(a_reply_that_never_fits_is_told_and_the_client_closed),
    SUITE_TEST(clients_that_take_nothing_give_way),
    SUITE_TEST(a_left_over_socket_is_replaced_and_a_living_one_is_not),
    SUITE_TEST(a_file_in_the_place_of_the_socket_is_left_alone),
    SUITE_TEST(a_path_that_fits_no_address_is_refused),
    SUITE_TEST(the_calling_side_gets_its_reply),
    SUITE_TEST(the_calling_side_says_why_it_got_none),
    SUITE_TEST(the_ready_file_appears_whole_and_goes),
    SUITE_TEST(a_ready_file_of_somebody_else_is_not_removed),
    SUITE_TEST(what_is_no_file_is_not_replaced_by_a_ready_file),
};

int main(void)
{
    return suite_run("pty control", tests, sizeof tests / sizeof *tests);
}
