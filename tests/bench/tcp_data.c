/*
 * Data of a TCP session on a pseudo terminal: what AT+KTCPSND takes for a far end that discards it,
 * and what comes back by AT+KTCPRCV from one that echoes it, against a bare pair of terminals that
 * moves the same bytes. The radio is made so fast that it is not what is measured.
 *
 *     tcp_data PROGRAM
 */
#include "pty_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TURNS    9
#define UP_SIZE  1000000 /* bytes of one AT+KTCPSND */
#define ECHO     1400    /* of one that comes back */
#define ECHOES   100     /* in one turn */
#define END      "--EOF--Pattern--"
#define END_SIZE (sizeof END - 1)

static char data[UP_SIZE];

/* ---- The bare pair ---- */

/* Says OK when so many bytes have come, and gives ECHO bytes back behind each so many. */
static void swallow(int master)
{
    static char bytes[65536];
    size_t size = 0;
    ssize_t got;

    while ((got = read(master, bytes, sizeof bytes)) > 0) {
        size += (size_t)got;
        if (size == UP_SIZE + END_SIZE) {
            size = 0;
            if (write(master, "OK\r\n", 4) < 0) {
                _exit(1);
            }
        }
    }
}

static void echo(int master)
{
    static char bytes[65536];
    ssize_t got;

    while ((got = read(master, bytes, sizeof bytes)) > 0) {
        if (write(master, bytes, (size_t)got) < 0) {
            _exit(1);
        }
    }
}

/* ---- A host ---- */

static void put(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);

        if (put < 0) {
            pty_bench_fail("write");
        }
        bytes += put;
        size -= (size_t)put;
    }
}

/* Reads until the text `mark` has come. */
static void await(int fd, const char *mark)
{
    static char bytes[65536];
    size_t size = 0;

    do {
        ssize_t got = read(fd, bytes + size, sizeof bytes - 1 - size);

        if (got <= 0) {
            pty_bench_fail("read");
        }
        size += (size_t)got;
        bytes[size] = '\0';
        if (strstr(bytes, "ERROR") != NULL || strstr(bytes, "NO CARRIER") != NULL ||
            size + 1 == sizeof bytes) {
            fprintf(stderr, "instead of %s: %.200s\n", mark, bytes);
            exit(1);
        }
    } while (strstr(bytes, mark) == NULL);
}

static void await_size(int fd, size_t size)
{
    static char bytes[65536];

    while (size > 0) {
        ssize_t got = read(fd, bytes, size < sizeof bytes ? size : sizeof bytes);

        if (got <= 0) {
            pty_bench_fail("read");
        }
        size -= (size_t)got;
    }
}

static void say(int fd, const char *line, const char *mark)
{
    put(fd, line, strlen(line));
    put(fd, "\r", 1);
    await(fd, mark);
}

/* ---- Turns, in megabytes a second ---- */

static double turn_up_bare(int fd)
{
    double start = pty_bench_now();

    put(fd, data, UP_SIZE);
    put(fd, END, END_SIZE);
    await(fd, "OK\r\n");
    return UP_SIZE / 1e6 / (pty_bench_now() - start);
}

static double turn_up_modem(int fd)
{
    char line[64];
    double start;

    snprintf(line, sizeof line, "AT+KTCPSND=1,%d", UP_SIZE);
    say(fd, line, "CONNECT");
    start = pty_bench_now();
    put(fd, data, UP_SIZE);
    put(fd, END, END_SIZE);
    await(fd, "OK\r\n");
    return UP_SIZE / 1e6 / (pty_bench_now() - start);
}

static double turn_echo_bare(int fd)
{
    double start = pty_bench_now();

    for (int i = 0; i < ECHOES; i++) {
        put(fd, data, ECHO);
        await_size(fd, ECHO);
    }
    return 2 * ECHO * ECHOES / 1e6 / (pty_bench_now() - start);
}

/* With the lines that go with it: that is what a driver has of it. */
static double turn_echo_modem(int fd)
{
    char send[64];
    char receive[64];
    double start = pty_bench_now();

    snprintf(send, sizeof send, "AT+KTCPSND=2,%d", ECHO);
    snprintf(receive, sizeof receive, "AT+KTCPRCV=2,%d", ECHO);
    for (int i = 0; i < ECHOES; i++) {
        say(fd, send, "CONNECT");
        put(fd, data, ECHO);
        put(fd, END, END_SIZE);
        await(fd, "+KTCP_DATA: 2,");
        say(fd, receive, END "\r\nOK\r\n");
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

    for (int i = 0; i < TURNS; i++) {
        bare_rates[i] = bare_turn(bare);
        modem_rates[i] = modem_turn(modem);
    }
    printf("%s on a pty: modem %.1f, bare pair %.1f MB a second", what,
           pty_bench_median(modem_rates, TURNS), pty_bench_median(bare_rates, TURNS));
    printf(": %.1f %% (medians of %d turns)\n",
           100 * modem_rates[TURNS / 2] / bare_rates[TURNS / 2], TURNS);
}

int main(int argc, char **argv)
{
    static const char *const overrides[] = {"network.bitrate=2000000000", "network.latency=0ms",
                                            "modem.set.send_settle=0ms", NULL};
    char folder[] = "/tmp/hl78sim-bench-XXXXXX";
    char path[sizeof folder + 8];
    int swallower;
    int echoer;
    int modem;
    pid_t pids[3];

    if (argc != 2 || mkdtemp(folder) == NULL) {
        fprintf(stderr, "usage: %s PROGRAM\n", argv[0]);
        return 2;
    }
    memset(data, 'd', sizeof data);
    snprintf(path, sizeof path, "%s/modem", folder);
    pids[0] = pty_bench_start_responder(swallow, &swallower);
    pids[1] = pty_bench_start_responder(echo, &echoer);
    pids[2] = pty_bench_start_modem(argv[1], path, overrides, &modem);
    connect_sessions(modem);
    compare("AT+KTCPSND", swallower, turn_up_bare, modem, turn_up_modem);
    compare("AT+KTCPSND and KTCPRCV in turn", echoer, turn_echo_bare, modem, turn_echo_modem);
    for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
        pty_bench_end(pids[i]);
    }
    rmdir(folder);
    return 0;
}
