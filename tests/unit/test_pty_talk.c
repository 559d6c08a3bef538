/*
 * Tests of how a port on a real pseudo terminal follows a host that speaks fast: what it knows when
 * it hands bytes on, and how often it needs the loop for it.
 */
#include <hlpty/port.h>

#include "test_pty_bench.h"

#include "lib/suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TRIPS 100u

/* A modem that answers each byte with one, and its port. */
struct fixture {
    struct bench bench;
    struct hlpty_presence *presence;
    struct hlpty_port port;
    struct hlpty_error error;
    int host;
    unsigned trips;
    uint64_t left_when_taken; /* hosts that were known to have left when both had spoken */
    char heard[8];
};

static size_t modem_receive(void *user, const uint8_t *bytes, size_t size)
{
    struct fixture *f = user;

    if (strlen(f->heard) + size < sizeof f->heard) {
        strncat(f->heard, (const char *)bytes, size);
    }
    CU_ASSERT_EQUAL(hlsim_link_write(&f->bench.link, HLSIM_MODEM, bytes, size), (int)size);
    return size;
}

static void host_open(struct fixture *f)
{
    f->host = open(hlpty_pty_path(&f->port.pty), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    CU_ASSERT_TRUE_FATAL(f->host >= 0);
}

static void host_say(const struct fixture *f, const char *text)
{
    CU_ASSERT_EQUAL(write(f->host, text, 1), 1);
}

static void setup(struct fixture *f, void (*arrived)(void *user), void (*taken)(void *user))
{
    struct hlsim_link_end end = {.user = f, .receive = modem_receive};
    struct hlpty_port_config config = {.user = f, .arrived = arrived, .taken = taken};

    memset(f, 0, sizeof *f);
    bench_init(&f->bench, 1);
    hlsim_link_attach(&f->bench.link, HLSIM_MODEM, &end);
    CU_ASSERT_EQUAL_FATAL(hlpty_presence_create(f->bench.loop, &f->presence, &f->error), 0);
    config.loop = f->bench.loop;
    config.presence = f->presence;
    config.link = &f->bench.link;
    CU_ASSERT_EQUAL_FATAL(hlpty_port_open(&f->port, &config, &f->error), 0);
    host_open(f);
}

static void teardown(struct fixture *f)
{
    close(f->host);
    hlpty_port_close(&f->port);
    hlpty_presence_free(f->presence);
    bench_free(&f->bench);
}

static int arrived_bytes(const struct fixture *f)
{
    int count = 0;

    CU_ASSERT_EQUAL(ioctl(f->port.pty.master, FIONREAD, &count), 0);
    return count;
}

/* The host leaves and the next one speaks between a look at who is there and the modem's turn. */
static void hosts_change(void *user)
{
    struct fixture *f = user;

    if (f->port.pty.came == 1 && f->heard[0] == '\0') {
        int before = arrived_bytes(f);

        close(f->host);
        host_open(f);
        host_say(f, "B");
        while (arrived_bytes(f) == before) {
        }
    }
}

static void note_who_left(void *user)
{
    struct fixture *f = user;

    if (f->port.pump.to_modem == 2) {
        f->left_when_taken = f->port.pty.left;
    }
}

static bool both_were_heard(void *user)
{
    return strlen(((struct fixture *)user)->heard) == 2;
}

static void a_host_has_left_before_the_next_ones_bytes_are_acted_upon(void)
{
    struct fixture f;

    setup(&f, hosts_change, note_who_left);
    host_say(&f, "A");
    CU_ASSERT_TRUE(bench_run(&f.bench, both_were_heard, &f));
    CU_ASSERT_STRING_EQUAL(f.heard, "AB");
    CU_ASSERT_EQUAL(f.left_when_taken, 1);
    CU_ASSERT_EQUAL(f.port.pty.came, 2);
    teardown(&f);
}

static void act(void *user)
{
    hlpty_world_loop_act(&((struct fixture *)user)->bench.runner);
}

/* Asked after every turn: speaks again as soon as it is answered. */
static bool host_has_talked(void *user)
{
    struct fixture *f = user;
    char answer;

    if (read(f->host, &answer, 1) == 1) {
        f->trips++;
        host_say(f, "x");
    }
    return f->trips >= TRIPS;
}

static void a_host_that_speaks_at_once_is_answered_without_turns_of_the_loop(void)
{
    struct fixture f;
    unsigned before;

    setup(&f, NULL, act);
    before = ev_iteration(f.bench.loop);
    host_say(&f, "x");
    CU_ASSERT_TRUE(bench_run(&f.bench, host_has_talked, &f));
    CU_ASSERT_EQUAL(f.trips, TRIPS);
    CU_ASSERT_TRUE(ev_iteration(f.bench.loop) - before < TRIPS / 2);
    teardown(&f);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_host_has_left_before_the_next_ones_bytes_are_acted_upon),
    SUITE_TEST(a_host_that_speaks_at_once_is_answered_without_turns_of_the_loop),
};

int main(void)
{
    return suite_run("pty talk", tests, sizeof tests / sizeof *tests);
}
