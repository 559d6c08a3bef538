/*
 * Tests of the user's own host program: how it is started, and how its end is told.
 */
#include <hlpty/child.h>
#include <hlpty/control.h>
#include <hlpty/pty.h>

#include "test_pty_bench.h"

#include "lib/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fixture {
    struct ev_loop *loop;
    struct hlpty_child child;
    struct hlpty_error error;
    unsigned ended;
};

static void on_ended(void *user)
{
    ((struct fixture *)user)->ended++;
}

static bool has_ended(void *user)
{
    return ((struct fixture *)user)->ended > 0;
}

static int start(struct fixture *f, char *const *argv)
{
    struct hlpty_child_config config = {.loop = ev_default_loop(0),
                                        .argv = argv,
                                        .tty = "/dev/pts/77",
                                        .control = "/run/ctl.sock",
                                        .user = f,
                                        .ended = on_ended};

    memset(f, 0, sizeof *f);
    f->loop = config.loop;
    return hlpty_child_start(&f->child, &config, &f->error);
}

/* Runs a line of shell; its exit status, or -1. */
static int shell(struct fixture *f, const char *line)
{
    char name[] = "sh";
    char option[] = "-c";
    char text[256];
    char zero[] = "zero";
    char first[] = "--port={tty}:{control}";
    char *argv[] = {name, option, text, zero, first, NULL};

    snprintf(text, sizeof text, "%s", line);
    CU_ASSERT_EQUAL_FATAL(start(f, argv), 0);
    CU_ASSERT_TRUE(bench_wait(f->loop, has_ended, f));
    CU_ASSERT_EQUAL(f->ended, 1);
    CU_ASSERT_FALSE(f->child.running);
    return f->child.status;
}

static void the_exit_status_is_told(void)
{
    struct fixture f;

    CU_ASSERT_EQUAL(shell(&f, "exit 0"), 0);
    CU_ASSERT_EQUAL(shell(&f, "exit 37"), 37);
    CU_ASSERT_EQUAL(f.child.signal, 0);
}

static void the_signal_that_ended_it_is_told(void)
{
    struct fixture f;

    CU_ASSERT_EQUAL(shell(&f, "kill -SEGV $$"), -1);
    CU_ASSERT_EQUAL(f.child.signal, SIGSEGV);
    CU_ASSERT_FALSE(f.child.asked);
}

static void placeholders_and_environment_lead_to_the_port(void)
{
    struct fixture f;

    setenv("HL78SIM_TTY", "/dev/wrong", 1);
    CU_ASSERT_EQUAL(shell(&f, "test \"$1\" = --port=/dev/pts/77:/run/ctl.sock"), 0);
    CU_ASSERT_EQUAL(shell(&f, "test \"$HL78SIM_TTY\" = /dev/pts/77"), 0);
    CU_ASSERT_EQUAL(shell(&f, "test \"$HL78SIM_CONTROL\" = /run/ctl.sock"), 0);
    CU_ASSERT_EQUAL(shell(&f, "test -n \"$PATH\""), 0);
    unsetenv("HL78SIM_TTY");
}

static void ignore_request(void *user, struct hlpty_control_client *client, const char *line)
{
    (void)user;
    (void)client;
    (void)line;
}

/* The child must not hold our terminals and sockets: a port that it keeps open never ends. */
static void no_descriptor_of_ours_is_inherited(void)
{
    struct ev_loop *loop = ev_default_loop(0);
    char path[64] = "/tmp/hl78sim-test-child.XXXXXX";
    struct hlpty_control_config control = {.loop = loop, .path = path, .request = ignore_request};
    struct hlpty_presence *presence = NULL;
    struct hlpty_control *server = NULL;
    struct hlpty_pty_config config = {0};
    struct hlpty_pty pty;
    struct fixture f;
    char line[256];
    bool inherited[256];
    int ours = 0;

    for (int fd = 0; fd < 256; fd++) {
        inherited[fd] = fcntl(fd, F_GETFD) >= 0;
    }
    CU_ASSERT_EQUAL_FATAL(hlpty_presence_create(loop, &presence, NULL), 0);
    config.presence = presence;
    CU_ASSERT_EQUAL_FATAL(hlpty_pty_open(&pty, &config, NULL), 0);
    /* A name that is free: made, and given back. */
    close(mkstemp(path));
    unlink(path);
    CU_ASSERT_EQUAL_FATAL(hlpty_control_open(&control, &server, NULL), 0);
    /* A shell may have a descriptor of that number itself, but not one that leads where ours does.
     */
    for (int fd = 0; fd < 256; fd++) {
        char own[64];
        char target[128] = "";

        snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
        if (inherited[fd] || readlink(own, target, sizeof target - 1) < 0) {
            continue;
        }
        ours++;
        snprintf(line, sizeof line, "test \"$(readlink /proc/$$/fd/%d)\" != '%s'", fd, target);
        CU_ASSERT_EQUAL(shell(&f, line), 0);
    }
    CU_ASSERT_TRUE(ours >= 4);
    hlpty_control_close(server);
    hlpty_pty_close(&pty);
    hlpty_presence_free(presence);
}

static void a_command_that_does_not_exist_is_told_apart(void)
{
    struct fixture f;
    char missing[] = "hl78sim-no-such-command";
    char folder[] = "/tmp";
    char *argv[] = {missing, NULL};

    CU_ASSERT_EQUAL(start(&f, argv), HLSIM_E_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(f.error.text, "hl78sim-no-such-command: host command not found");
    argv[0] = folder;
    CU_ASSERT_EQUAL(start(&f, argv), HLSIM_E_IO);
    CU_ASSERT_FALSE(f.child.running);
}

static void a_program_that_is_asked_ends_by_sigterm(void)
{
    struct fixture f;
    char name[] = "sleep";
    char seconds[] = "1000";
    char *argv[] = {name, seconds, NULL};

    CU_ASSERT_EQUAL_FATAL(start(&f, argv), 0);
    hlpty_child_ask_to_end(&f.child);
    hlpty_child_ask_to_end(&f.child);
    CU_ASSERT_TRUE(bench_wait(f.loop, has_ended, &f));
    CU_ASSERT_TRUE(f.child.asked);
    CU_ASSERT_EQUAL(f.child.signal, SIGTERM);
    /* Once it is over nobody is signalled any more. */
    hlpty_child_ask_to_end(&f.child);
    CU_ASSERT_EQUAL(f.ended, 1);
}

static void a_program_that_does_not_listen_is_killed_after_its_grace(void)
{
    struct fixture f;
    char name[] = "sleep";
    char seconds[] = "1000";
    char *argv[] = {name, seconds, NULL};
    int64_t asked;

    /* Ignored signals are inherited, so the program is deaf from its first moment. */
    signal(SIGTERM, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(start(&f, argv), 0);
    signal(SIGTERM, SIG_DFL);
    asked = hlpty_clock_wall();
    hlpty_child_ask_to_end(&f.child);
    CU_ASSERT_TRUE(bench_wait(f.loop, has_ended, &f));
    CU_ASSERT_EQUAL(f.child.signal, SIGKILL);
    CU_ASSERT_TRUE(hlpty_clock_wall() - asked >= 19 * HLSIM_SECOND / 10);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_exit_status_is_told),
    SUITE_TEST(the_signal_that_ended_it_is_told),
    SUITE_TEST(placeholders_and_environment_lead_to_the_port),
    SUITE_TEST(no_descriptor_of_ours_is_inherited),
    SUITE_TEST(a_command_that_does_not_exist_is_told_apart),
    SUITE_TEST(a_program_that_is_asked_ends_by_sigterm),
    SUITE_TEST(a_program_that_does_not_listen_is_killed_after_its_grace),
};

int main(void)
{
    return suite_run("pty child", tests, sizeof tests / sizeof *tests);
}
