/*
 * Data of a TCP session on a pseudo terminal: what AT+KTCPSND takes for a far end that discards it,
 * what AT+KTCPRCV gives of what has come back from one that echoes it, and small messages there and
 * back. Each against a bare pair of terminals whose other end does nothing but swallow, give, or
 * answer as many bytes in as many turns. The radio is made so fast that it is not what is measured.
 * Between two processors much of the time is the wake-up of a sleeping one, so all is measured
 * twice.
 *
 *     tcp_data PROGRAM
 */
#include "pty_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TURNS      101
#define UP_SIZE    1000000 /* bytes of one AT+KTCPSND */
#define SENDS      1       /* in one turn */
#define DOWN_SIZE  16000   /* bytes of one AT+KTCPRCV; a session keeps 17,520 */
#define READS      20      /* in one turn */
#define ECHO       1400    /* of one message that comes back */
#define ECHOES     50      /* in one turn */
#define RESPONDERS 3
#define END        "--EOF--Pattern--"
#define END_SIZE   (sizeof END - 1)
#define LINE_SIZE  24 /* of a command, filled up with spaces: a responder counts bytes */

static char data[UP_SIZE];

/* ---- The bare pair ---- */

static void give(int master, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(master, bytes, size);

        if (put < 0) {
            _exit(1);
        }
        bytes += put;
        size -= (size_t)put;
    }
}

static void get(int master, size_t size)
{
    static char bytes[65536];

    while (size > 0) {
        ssize_t got = read(master, bytes, size < sizeof bytes ? size : sizeof bytes);

        if (got <= 0) {
            _exit(1);
        }
        size -= (size_t)got;
    }
}

static void swallow(int master)
{
    for (;;) {
        get(master, UP_SIZE + END_SIZE);
        give(master, "OK\r\n", 4);
    }
}

static void deliver(int master)
{
    for (;;) {
        get(master, LINE_SIZE + 1);
        give(master, data, DOWN_SIZE);
        give(master, END "\r\nOK\r\n", END_SIZE + 6);
    }
}

static void echo(int master)
{
    for (;;) {
        get(master, LINE_SIZE + 1);
        give(master, "CONNECT\r\n", 9);
        get(master, ECHO + END_SIZE);
        give(master, "OK\r\n+KTCP_DATA: 2,1400\r\n", 25);
        get(master, LINE_SIZE + 1);
        give(master, "CONNECT\r\n", 9);
        give(master, data, ECHO);
        give(master, END "\r\nOK\r\n", END_SIZE + 6);
    }
}

/* ---- A host ---- */

static void say(int fd, const char *line, const char *mark)
{
    pty_bench_put(fd, line, strlen(line));
    pty_bench_put(fd, "\r", 1);
    pty_bench_await(fd, mark);
}

static void say_sized(int fd, const char *name, int session, int size, const char *mark)
{
    char line[LINE_SIZE + 1];
    char padded[LINE_SIZE + 1];

    snprintf(line, sizeof line, "AT+%s=%d,%d", name, session, size);
    snprintf(padded, sizeof padded, "%-*s", LINE_SIZE, line);
    say(fd, padded, mark);
}

/* ---- Turns, in megabytes a second ---- */

static double turn_up_bare(int fd)
{
    double start = pty_bench_now();

    for (int i = 0; i < SENDS; i++) {
        pty_bench_put(fd, data, UP_SIZE);
        pty_bench_put(fd, END, END_SIZE);
        pty_bench_await(fd, "OK\r\n");
    }
    return SENDS * UP_SIZE / 1e6 / (pty_bench_now() - start);
}

static double turn_up_modem(int fd)
{
    double start = pty_bench_now();

    for (int i = 0; i < SENDS; i++) {
        say_sized(fd, "KTCPSND", 1, UP_SIZE, "CONNECT");
        pty_bench_put(fd, data, UP_SIZE);
        pty_bench_put(fd, END, END_SIZE);
        pty_bench_await(fd, "OK\r\n");
    }
    return SENDS * UP_SIZE / 1e6 / (pty_bench_now() - start);
}

static double turn_down_bare(int fd)
{
    double start = pty_bench_now();

    for (int i = 0; i < READS; i++) {
        say_sized(fd, "KTCPRCV", 2, DOWN_SIZE, END "\r\nOK\r\n");
    }
    return READS * DOWN_SIZE / 1e6 / (pty_bench_now() - start);
}

/* Until all of it has come back. */
static void await_echo(int fd)
{
    char mark[32];
    char answer[256] = "";
    size_t size;

    snprintf(mark, sizeof mark, ",%d\r\n", DOWN_SIZE);
    do {
        pty_bench_put(fd, "AT+KTCPSTAT=2\r", 14);
        for (size = 0; strstr(answer, "OK\r\n") == NULL; answer[size] = '\0') {
            ssize_t got = read(fd, answer + size, sizeof answer - 1 - size);

            if (got <= 0) {
                pty_bench_fail("read");
            }
            size += (size_t)got;
        }
    } while (strstr(answer, mark) == NULL);
}

/* What is sent for it to come back does not count. */
static double turn_down_modem(int fd)
{
    double took = 0;

    for (int i = 0; i < READS; i++) {
        double start;

        say_sized(fd, "KTCPSND", 2, DOWN_SIZE, "CONNECT");
        pty_bench_put(fd, data, DOWN_SIZE);
        pty_bench_put(fd, END, END_SIZE);
        pty_bench_await(fd, "+KTCP_DATA: 2,");
        await_echo(fd);
        start = pty_bench_now();
        say_sized(fd, "KTCPRCV", 2, DOWN_SIZE, END "\r\nOK\r\n");
        took += pty_bench_now() - start;
    }
    return READS * DOWN_SIZE / 1e6 / took;
}

/* Both ends alike: the modem's, and a responder that counts. */
static double turn_echo(int fd)
{
    double start = pty_bench_now();

    for (int i = 0; i < ECHOES; i++) {
        say_sized(fd, "KTCPSND", 2, ECHO, "CONNECT");
        pty_bench_put(fd, data, ECHO);
        pty_bench_put(fd, END, END_SIZE);
        pty_bench_await(fd, "+KTCP_DATA: 2,");
        say_sized(fd, "KTCPRCV", 2, ECHO, END "\r\nOK\r\n");
    }
    return 2 * ECHO * ECHOES / 1e6 / (pty_bench_now() - start);
}

static void connect_sessions(int fd)
{
    say(fd, "ATE0", "OK\r\n");
    say(fd, "AT+KCNXCFG=1,\"GPRS\",\"internet\"", "OK\r\n");
    say(fd, "AT+KTCPCFG=1,0,\"echo.example\",9", "OK\r\n");
    say(fd, "AT+KTCPCFG=1,0,\"echo.example\",7", "OK\r\n");
    say(fd, "AT+KTCPCNX=1", "+KTCP_IND: 1,1");
    say(fd, "AT+KTCPCNX=2", "+KTCP_IND: 2,1");
}

static void compare(const char *what, int bare, double (*bare_turn)(int fd), int modem,
                    double (*modem_turn)(int fd))
{
    double bare_rates[TURNS];
    double modem_rates[TURNS];
    double bare_rate;
    double modem_rate;

    for (int i = 0; i < TURNS; i++) {
        bare_rates[i] = bare_turn(bare);
        modem_rates[i] = modem_turn(modem);
    }
    modem_rate = pty_bench_median(modem_rates, TURNS);
    bare_rate = pty_bench_median(bare_rates, TURNS);
    printf("%s on a pty: modem %.1f, bare pair %.1f MB a second: %.1f %% (medians of %d turns)",
           what, modem_rate, bare_rate, 100 * modem_rate / bare_rate, TURNS);
    printf(", fastest turns %.1f %%\n", 100 * modem_rates[TURNS - 1] / bare_rates[TURNS - 1]);
}

static void compare_all(const int *bare, int modem)
{
    compare("AT+KTCPSND", bare[0], turn_up_bare, modem, turn_up_modem);
    compare("AT+KTCPRCV", bare[1], turn_down_bare, modem, turn_down_modem);
    compare("both in turns of 1,400 bytes", bare[2], turn_echo, modem, turn_echo);
}

int main(int argc, char **argv)
{
    static const char *const overrides[] = {"network.bitrate=2000000000", "network.latency=0ms",
                                            NULL};
    char folder[] = "/tmp/hl78sim-bench-XXXXXX";
    char path[sizeof folder + 8];
    void (*const responses[RESPONDERS])(int master) = {swallow, deliver, echo};
    int bare[RESPONDERS];
    int modem;
    pid_t pids[RESPONDERS + 1];

    if (argc != 2 || mkdtemp(folder) == NULL) {
        fprintf(stderr, "usage: %s PROGRAM\n", argv[0]);
        return 2;
    }
    memset(data, 'd', sizeof data);
    snprintf(path, sizeof path, "%s/modem", folder);
    for (size_t i = 0; i < RESPONDERS; i++) {
        pids[i] = pty_bench_start_responder(responses[i], &bare[i]);
    }
    pids[RESPONDERS] = pty_bench_start_modem(argv[1], path, overrides, &modem);
    connect_sessions(modem);
    compare_all(bare, modem);
    pty_bench_pin(pids, RESPONDERS + 1);
    printf("All on one processor, where nobody has to wake another one up:\n");
    compare_all(bare, modem);
    for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
        pty_bench_end(pids[i]);
    }
    rmdir(folder);
    return 0;
}
