/*
 * Tests of a modem's port on a real pseudo terminal: bytes, back-pressure, hosts that come and go,
 * the symbolic link.
 */
#include <hlpty/port.h>

#include "test_pty_bench.h"

#include "lib/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define MEGABYTE 1048576u

/* A modem that says what it is told to and keeps what it hears. */
struct modem {
    struct bench *bench;
    size_t heard;
    char last[64]; /* the end of what was heard */
    bool wrong;    /* heard is not the pattern */
    size_t to_say;
    size_t said;
};

struct fixture {
    struct bench bench;
    struct hlpty_presence *presence;
    struct hlpty_port port;
    struct modem modem;
    struct hlpty_error error;
    int host;
    size_t host_read;
    bool host_wrong;
    size_t wanted;
};

/* Not periodic in any power of two, so that a lost or doubled block shows. */
static uint8_t pattern(size_t index)
{
    return (uint8_t)(index % 251 ^ index / 65521);
}

static size_t modem_receive(void *user, const uint8_t *bytes, size_t size)
{
    struct modem *modem = user;

    for (size_t i = 0; i < size; i++) {
        modem->wrong |= bytes[i] != pattern(modem->heard + i);
        memmove(modem->last, modem->last + 1, sizeof modem->last - 2);
        modem->last[sizeof modem->last - 2] = (char)bytes[i];
    }
    modem->heard += size;
    return size;
}

static void modem_go_on(void *user)
{
    struct modem *modem = user;
    uint8_t block[1000];

    while (modem->said < modem->to_say) {
        size_t size = modem->to_say - modem->said;
        int taken;

        size = size < sizeof block ? size : sizeof block;
        for (size_t i = 0; i < size; i++) {
            block[i] = pattern(modem->said + i);
        }
        taken = hlsim_link_write(&modem->bench->link, HLSIM_MODEM, block, size);
        if (taken <= 0) {
            return;
        }
        modem->said += (size_t)taken;
    }
}

static void modem_say(struct fixture *f, const char *text)
{
    int taken = hlsim_link_write(&f->bench.link, HLSIM_MODEM, (const uint8_t *)text, strlen(text));

    CU_ASSERT_EQUAL(taken, (int)strlen(text));
}

static bool open_port(struct fixture *f, const char *link_path)
{
    struct hlpty_port_config config = {.loop = f->bench.loop,
                                       .presence = f->presence,
                                       .link = &f->bench.link,
                                       .link_path = link_path};

    return hlpty_port_open(&f->port, &config, &f->error) == 0;
}

static void setup(struct fixture *f)
{
    struct hlsim_link_end end = {
        .user = &f->modem, .receive = modem_receive, .writable = modem_go_on};

    memset(f, 0, sizeof *f);
    f->host = -1;
    bench_init(&f->bench, 1);
    f->modem.bench = &f->bench;
    hlsim_link_attach(&f->bench.link, HLSIM_MODEM, &end);
    CU_ASSERT_EQUAL_FATAL(hlpty_presence_create(f->bench.loop, &f->presence, &f->error), 0);
}

static void teardown(struct fixture *f)
{
    hlpty_port_close(&f->port);
    hlpty_presence_free(f->presence);
    bench_free(&f->bench);
}

static int host_open(struct fixture *f)
{
    int fd = open(hlpty_pty_path(&f->port.pty), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    CU_ASSERT_TRUE_FATAL(fd >= 0);
    return fd;
}

static bool host_has_read(void *user)
{
    struct fixture *f = user;
    uint8_t bytes[4096];
    ssize_t got;

    while ((got = read(f->host, bytes, sizeof bytes)) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            f->host_wrong |= bytes[i] != pattern(f->host_read + (size_t)i);
        }
        f->host_read += (size_t)got;
    }
    return f->host_read >= f->wanted;
}

static bool hosts_came(void *user)
{
    struct fixture *f = user;

    return f->port.pty.came >= f->wanted;
}

static bool hosts_left(void *user)
{
    struct fixture *f = user;

    return f->port.pty.left >= f->wanted;
}

static bool something_unread(void *user)
{
    return hlpty_port_unread(&((struct fixture *)user)->port);
}

static bool modem_heard(void *user)
{
    struct fixture *f = user;

    return f->modem.heard >= f->wanted;
}

struct flood {
    struct fixture *fixture;
    size_t written;
};

static bool flooded_both_ways(void *user)
{
    struct flood *flood = user;
    struct fixture *f = flood->fixture;
    uint8_t block[1500];
    ssize_t put = 0;

    while (flood->written < MEGABYTE && put >= 0) {
        size_t size = MEGABYTE - flood->written;

        size = size < sizeof block ? size : sizeof block;
        for (size_t i = 0; i < size; i++) {
            block[i] = pattern(flood->written + i);
        }
        put = write(f->host, block, size);
        flood->written += put > 0 ? (size_t)put : 0;
    }
    return host_has_read(f) && f->modem.heard >= MEGABYTE;
}

static void a_megabyte_passes_both_ways_at_once_unharmed(void)
{
    struct fixture f;
    struct flood flood = {.fixture = &f};

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    f.host = host_open(&f);
    f.wanted = MEGABYTE;
    f.modem.to_say = MEGABYTE;
    modem_go_on(&f.modem);
    CU_ASSERT_TRUE(bench_run(&f.bench, flooded_both_ways, &flood));
    CU_ASSERT_EQUAL(f.host_read, MEGABYTE);
    CU_ASSERT_EQUAL(f.modem.heard, MEGABYTE);
    CU_ASSERT_FALSE(f.host_wrong);
    CU_ASSERT_FALSE(f.modem.wrong);
    close(f.host);
    teardown(&f);
}

struct stall {
    struct fixture *fixture;
    size_t said;
    int64_t since;
};

/* The modem has said nothing more for 50 ms of virtual time. */
static bool modem_is_stuck(void *user)
{
    struct stall *stall = user;
    struct fixture *f = stall->fixture;

    if (f->modem.said != stall->said) {
        stall->said = f->modem.said;
        stall->since = f->bench.sched.now;
    }
    return f->bench.sched.now - stall->since > 50 * HLSIM_MS;
}

static void a_host_that_does_not_read_stops_the_modem_and_loses_nothing(void)
{
    struct fixture f;
    struct stall stall = {.fixture = &f};

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    f.host = host_open(&f);
    f.modem.to_say = MEGABYTE;
    modem_go_on(&f.modem);
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_is_stuck, &stall));
    CU_ASSERT_TRUE(f.modem.said > 0 && f.modem.said < MEGABYTE);
    CU_ASSERT_TRUE(hlpty_port_unread(&f.port));
    f.wanted = MEGABYTE;
    CU_ASSERT_TRUE(bench_run(&f.bench, host_has_read, &f));
    CU_ASSERT_EQUAL(f.host_read, MEGABYTE);
    CU_ASSERT_FALSE(f.host_wrong);
    close(f.host);
    teardown(&f);
}

static bool host_has_spoken(void *user)
{
    return ((struct fixture *)user)->port.pump.to_modem > 0;
}

static void a_host_that_has_spoken_since_is_no_late_reader(void)
{
    struct fixture f;

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    f.host = host_open(&f);
    f.modem.to_say = 20;
    modem_go_on(&f.modem);
    CU_ASSERT_TRUE(bench_run(&f.bench, something_unread, &f));
    CU_ASSERT_EQUAL(write(f.host, "A", 1), 1);
    CU_ASSERT_TRUE(bench_run(&f.bench, host_has_spoken, &f));
    CU_ASSERT_FALSE(hlpty_port_unread(&f.port));
    close(f.host);
    teardown(&f);
}

/* With time standing still the link fills up: the pump must stop reading and the kernel hold the
 * rest; then everything goes through. */
static void a_full_link_stops_the_host_and_loses_nothing(void)
{
    const size_t size = HLSIM_LINK_CAPACITY + HLPTY_PUMP_CHUNK + 3000;
    struct fixture f;
    size_t written = 0;

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    f.host = host_open(&f);
    for (unsigned turn = 0; turn < 200; turn++) {
        while (written < size) {
            uint8_t byte = pattern(written);

            if (write(f.host, &byte, 1) != 1) {
                break;
            }
            written++;
        }
        ev_run(f.bench.loop, EVRUN_NOWAIT);
    }
    CU_ASSERT_EQUAL(f.port.pump.to_modem, HLSIM_LINK_CAPACITY);
    CU_ASSERT_EQUAL(f.modem.heard, 0);
    CU_ASSERT_EQUAL(written, size);
    f.wanted = size;
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_heard, &f));
    CU_ASSERT_EQUAL(f.modem.heard, size);
    CU_ASSERT_FALSE(f.modem.wrong);
    close(f.host);
    teardown(&f);
}

static bool heard_the_command(void *user)
{
    struct fixture *f = user;
    const char *end = f->modem.last + sizeof f->modem.last - 1;

    return memcmp(end - 3, "AT\r", 3) == 0;
}

static void bytes_of_a_host_that_leaves_at_once_still_arrive(void)
{
    struct fixture f;

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    f.host = host_open(&f);
    CU_ASSERT_EQUAL(write(f.host, "AT\r", 3), 3);
    close(f.host);
    CU_ASSERT_TRUE(bench_run(&f.bench, heard_the_command, &f));
    CU_ASSERT_EQUAL(f.modem.heard, 3);
    teardown(&f);
}

static bool host_reads_text(int fd, char *text, size_t size)
{
    ssize_t got = read(fd, text, size - 1);

    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static void a_new_host_never_sees_what_the_last_one_left(void)
{
    struct fixture f;
    char text[64];

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    for (unsigned i = 0; i < 50; i++) {
        f.host = host_open(&f);
        f.wanted = 2 * i + 1;
        CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_came, &f));
        modem_say(&f, "\r\nold\r\n");
        CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, something_unread, &f));
        close(f.host);
        f.host = host_open(&f);
        f.wanted = 2 * i + 1;
        CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_left, &f));
        CU_ASSERT_EQUAL(f.port.pty.hosts, 1);
        CU_ASSERT_FALSE(host_reads_text(f.host, text, sizeof text));
        modem_say(&f, "\r\nnew\r\n");
        CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, something_unread, &f));
        CU_ASSERT_TRUE(host_reads_text(f.host, text, sizeof text));
        CU_ASSERT_STRING_EQUAL(text, "\r\nnew\r\n");
        close(f.host);
        f.wanted = 2 * i + 2;
        CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_left, &f));
    }
    CU_ASSERT_EQUAL(f.port.pty.came, 100);
    CU_ASSERT_EQUAL(f.port.pty.left, 100);
    teardown(&f);
}

static void what_nobody_listens_to_is_lost(void)
{
    struct fixture f;
    char text[64];

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    close(host_open(&f));
    f.wanted = 1;
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_left, &f));
    modem_say(&f, "\r\n+WDSI: 4\r\n");
    f.host = host_open(&f);
    /* The open is seen only after the modem has spoken to nobody. */
    bench_run_until(&f.bench, f.bench.sched.now);
    f.wanted = 2;
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_came, &f));
    CU_ASSERT_FALSE(host_reads_text(f.host, text, sizeof text));
    close(f.host);
    teardown(&f);
}

static bool said_before_host(void *user)
{
    return ((struct fixture *)user)->port.pump.to_host > 0;
}

static void the_first_host_sees_what_was_said_before_it(void)
{
    struct fixture f;
    char text[64];

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    modem_say(&f, "\r\n+KSUP: 0\r\n");
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, said_before_host, &f));
    f.host = host_open(&f);
    f.wanted = 1;
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_came, &f));
    CU_ASSERT_TRUE(host_reads_text(f.host, text, sizeof text));
    CU_ASSERT_STRING_EQUAL(text, "\r\n+KSUP: 0\r\n");
    close(f.host);
    teardown(&f);
}

/* inotify merges alike events that follow each other; the count must not suffer. */
static void hosts_that_open_together_are_all_counted(void)
{
    struct fixture f;
    int fds[5];

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    for (unsigned i = 0; i < 5; i++) {
        fds[i] = host_open(&f);
    }
    hlpty_presence_poll(f.presence);
    CU_ASSERT_EQUAL(f.port.pty.hosts, 5);
    for (unsigned i = 0; i < 4; i++) {
        close(fds[i]);
    }
    hlpty_presence_poll(f.presence);
    CU_ASSERT_EQUAL(f.port.pty.hosts, 1);
    CU_ASSERT_EQUAL(f.port.pty.left, 0);
    close(fds[4]);
    hlpty_presence_poll(f.presence);
    CU_ASSERT_EQUAL(f.port.pty.hosts, 0);
    CU_ASSERT_EQUAL(f.port.pty.came, 1);
    CU_ASSERT_EQUAL(f.port.pty.left, 1);
    teardown(&f);
}

/* More events than the kernel keeps: who is there is found out anew. */
static void an_overflown_event_queue_does_not_confuse_the_count(void)
{
    struct fixture f;

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    for (unsigned i = 0; i < 5000; i++) {
        close(host_open(&f));
    }
    f.host = host_open(&f);
    hlpty_presence_poll(f.presence);
    hlpty_presence_poll(f.presence);
    CU_ASSERT_EQUAL(f.port.pty.hosts, 1);
    CU_ASSERT_EQUAL(f.port.pty.came, f.port.pty.left + 1);
    close(f.host);
    hlpty_presence_poll(f.presence);
    CU_ASSERT_EQUAL(f.port.pty.hosts, 0);
    CU_ASSERT_EQUAL(f.port.pty.came, f.port.pty.left);
    teardown(&f);
}

static bool a_while_has_passed(void *user)
{
    struct fixture *f = user;

    return f->bench.sched.now >= 200 * HLSIM_MS;
}

static void the_loop_does_not_spin_when_the_last_host_has_left(void)
{
    struct fixture f;
    unsigned before;

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    close(host_open(&f));
    f.wanted = 1;
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_left, &f));
    before = ev_iteration(f.bench.loop);
    CU_ASSERT_TRUE(bench_run(&f.bench, a_while_has_passed, &f));
    CU_ASSERT_TRUE(ev_iteration(f.bench.loop) - before < 100);
    teardown(&f);
}

static void the_line_is_raw_again_for_the_next_host(void)
{
    struct fixture f;
    struct termios settings;

    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, NULL));
    f.host = host_open(&f);
    CU_ASSERT_EQUAL(tcgetattr(f.host, &settings), 0);
    CU_ASSERT_EQUAL(settings.c_lflag & (tcflag_t)(ICANON | ECHO | ISIG), 0);
    CU_ASSERT_EQUAL(cfgetospeed(&settings), B115200);
    settings.c_lflag |= ICANON | ECHO;
    CU_ASSERT_EQUAL(tcsetattr(f.host, TCSANOW, &settings), 0);
    close(f.host);
    f.wanted = 1;
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, hosts_left, &f));
    f.host = host_open(&f);
    CU_ASSERT_EQUAL(tcgetattr(f.host, &settings), 0);
    CU_ASSERT_EQUAL(settings.c_lflag & (tcflag_t)(ICANON | ECHO), 0);
    close(f.host);
    teardown(&f);
}

struct folder {
    char path[64];
    char link[96];
};

static void make_folder(struct folder *folder)
{
    strcpy(folder->path, "/tmp/hl78sim-test-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder->path));
    snprintf(folder->link, sizeof folder->link, "%s/modem", folder->path);
}

static void the_link_stays_the_same_and_goes_at_the_end(void)
{
    struct fixture f;
    struct folder folder;
    struct stat status;

    make_folder(&folder);
    CU_ASSERT_EQUAL(symlink("/nowhere/left-over", folder.link), 0);
    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, folder.link));
    CU_ASSERT_STRING_EQUAL(hlpty_pty_path(&f.port.pty), folder.link);
    for (unsigned i = 0; i < 3; i++) {
        f.host = host_open(&f);
        CU_ASSERT_TRUE(isatty(f.host));
        close(f.host);
    }
    teardown(&f);
    CU_ASSERT_NOT_EQUAL(lstat(folder.link, &status), 0);
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

static void a_file_in_the_place_of_the_link_is_left_alone(void)
{
    struct fixture f;
    struct folder folder;
    struct stat status;
    int fd;

    make_folder(&folder);
    fd = open(folder.link, O_WRONLY | O_CREAT, 0600);
    CU_ASSERT_EQUAL(write(fd, "data", 4), 4);
    close(fd);
    setup(&f);
    CU_ASSERT_FALSE_FATAL(open_port(&f, folder.link));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.error.text, folder.link));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.error.text, "not a symbolic link"));
    hlpty_presence_free(f.presence);
    bench_free(&f.bench);
    CU_ASSERT_EQUAL(lstat(folder.link, &status), 0);
    CU_ASSERT_TRUE(S_ISREG(status.st_mode) && status.st_size == 4);
    unlink(folder.link);
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

static void a_link_that_was_taken_over_is_not_removed(void)
{
    struct fixture f;
    struct folder folder;
    struct stat status;

    make_folder(&folder);
    setup(&f);
    CU_ASSERT_TRUE_FATAL(open_port(&f, folder.link));
    CU_ASSERT_EQUAL(unlink(folder.link), 0);
    CU_ASSERT_EQUAL(symlink("/dev/null", folder.link), 0);
    teardown(&f);
    CU_ASSERT_EQUAL(lstat(folder.link, &status), 0);
    unlink(folder.link);
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_megabyte_passes_both_ways_at_once_unharmed),
    SUITE_TEST(a_host_that_does_not_read_stops_the_modem_and_loses_nothing),
    SUITE_TEST(a_host_that_has_spoken_since_is_no_late_reader),
    SUITE_TEST(a_full_link_stops_the_host_and_loses_nothing),
    SUITE_TEST(bytes_of_a_host_that_leaves_at_once_still_arrive),
    SUITE_TEST(a_new_host_never_sees_what_the_last_one_left),
    SUITE_TEST(what_nobody_listens_to_is_lost),
    SUITE_TEST(the_first_host_sees_what_was_said_before_it),
    SUITE_TEST(hosts_that_open_together_are_all_counted),
    SUITE_TEST(an_overflown_event_queue_does_not_confuse_the_count),
    SUITE_TEST(the_loop_does_not_spin_when_the_last_host_has_left),
    SUITE_TEST(the_line_is_raw_again_for_the_next_host),
    SUITE_TEST(the_link_stays_the_same_and_goes_at_the_end),
    SUITE_TEST(a_file_in_the_place_of_the_link_is_left_alone),
    SUITE_TEST(a_link_that_was_taken_over_is_not_removed),
};

int main(void)
{
    return suite_run("pty port", tests, sizeof tests / sizeof *tests);
}
