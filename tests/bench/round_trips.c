/*
 * AT round trips on a pseudo terminal: a served modem against a program that answers OK to every
 * line and does nothing else.
 *
 *     round_trips PROGRAM
 */
#include "pty_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TURNS 15
#define TRIPS 2000 /* of one side in one turn */

static void respond(int master)
{
    static const char ok[] = "\r\nOK\r\n";
    char bytes[512];
    ssize_t got;

    while ((got = read(master, bytes, sizeof bytes)) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            if (bytes[i] == '\r' && write(master, ok, sizeof ok - 1) < 0) {
                _exit(1);
            }
        }
    }
}

/* ---- Turns ---- */

static void trip(int fd, const char *line)
{
    pty_bench_put(fd, line, strlen(line));
    pty_bench_await(fd, "OK\r\n");
}

static double turn(int fd)
{
    double start = pty_bench_now();

    for (int i = 0; i < TRIPS; i++) {
        trip(fd, "AT\r");
    }
    return TRIPS / (pty_bench_now() - start);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/hl78sim-bench-XXXXXX";
    char path[sizeof folder + 8];
    double modem_rates[TURNS];
    double trivial_rates[TURNS];
    int modem;
    int trivial;
    pid_t modem_pid;
    pid_t trivial_pid;

    if (argc != 2 || mkdtemp(folder) == NULL) {
        fprintf(stderr, "usage: %s PROGRAM\n", argv[0]);
        return 2;
    }
    snprintf(path, sizeof path, "%s/modem", folder);
    trivial_pid = pty_bench_start_responder(respond, &trivial);
    modem_pid = pty_bench_start_modem(argv[1], path, NULL, &modem);
    trip(modem, "ATE0\r");
    for (int i = 0; i < TURNS; i++) {
        trivial_rates[i] = turn(trivial);
        modem_rates[i] = turn(modem);
    }
    printf("AT round trips on a pty: modem %.0f, trivial responder %.0f a second",
           pty_bench_median(modem_rates, TURNS), pty_bench_median(trivial_rates, TURNS));
    printf(": %.1f %% (medians of %d turns)\n",
           100 * modem_rates[TURNS / 2] / trivial_rates[TURNS / 2], TURNS);
    pty_bench_end(modem_pid);
    pty_bench_end(trivial_pid);
    rmdir(folder);
    return 0;
}
