/*
 * AT round trips on a pseudo terminal: a served modem against a program that answers OK to every
 * line and does nothing else, in turns, by medians - rates on a pty jump with the processor on
 * which the terminal's worker happens to run. The modem is served with --time skip: in real time
 * one would measure the module's own latency.
 *
 *     round_trips PROGRAM
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define TURNS 15
#define TRIPS 2000 /* of one side in one turn */

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int open_raw(const char *path)
{
    int fd = open(path, O_RDWR | O_NOCTTY);
    struct termios settings;

    if (fd < 0 || tcgetattr(fd, &settings) < 0) {
        fail(path);
    }
    cfmakeraw(&settings);
    if (tcsetattr(fd, TCSANOW, &settings) < 0) {
        fail(path);
    }
    return fd;
}

/* ---- The trivial one ---- */

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
    _exit(0);
}

static pid_t start_responder(int *ret_fd)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    pid_t pid;

    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
        fail("posix_openpt");
    }
    *ret_fd = open_raw(ptsname(master));
    pid = fork();
    if (pid == 0) {
        respond(master);
    }
    close(master);
    return pid;
}

/* ---- The modem ---- */

static pid_t start_modem(const char *program, const char *path, int *ret_fd)
{
    int output[2];
    char byte = 0;
    unsigned lines = 0;
    pid_t pid;

    if (pipe(output) < 0) {
        fail("pipe");
    }
    pid = fork();
    if (pid == 0) {
        dup2(output[1], STDOUT_FILENO);
        close(output[0]);
        execl(program, program, "serve", "--time", "skip", "--pty", path, (char *)NULL);
        _exit(127);
    }
    close(output[1]);
    /* Said when the port is there: a line for the modem, one for each of its two ports. */
    while (lines < 3 && read(output[0], &byte, 1) == 1) {
        lines += byte == '\n';
    }
    close(output[0]);
    *ret_fd = open_raw(path);
    return pid;
}

/* ---- Turns ---- */

static void trip(int fd, const char *line)
{
    char bytes[512];
    size_t size = 0;

    if (write(fd, line, strlen(line)) < 0) {
        fail("write");
    }
    do {
        ssize_t got = read(fd, bytes + size, sizeof bytes - 1 - size);

        if (got <= 0) {
            fail("read");
        }
        size += (size_t)got;
        bytes[size] = '\0';
    } while (strstr(bytes, "OK\r\n") == NULL && size + 1 < sizeof bytes);
}

static double turn(int fd)
{
    double start = now();

    for (int i = 0; i < TRIPS; i++) {
        trip(fd, "AT\r");
    }
    return TRIPS / (now() - start);
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return (difference > 0) - (difference < 0);
}

static double median(double *values)
{
    qsort(values, TURNS, sizeof *values, compare);
    return values[TURNS / 2];
}

static void end(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
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
    trivial_pid = start_responder(&trivial);
    modem_pid = start_modem(argv[1], path, &modem);
    trip(modem, "ATE0\r");
    for (int i = 0; i < TURNS; i++) {
        trivial_rates[i] = turn(trivial);
        modem_rates[i] = turn(modem);
    }
    printf("AT round trips on a pty: modem %.0f, trivial responder %.0f a second",
           median(modem_rates), median(trivial_rates));
    printf(": %.1f %% (medians of %d turns)\n",
           100 * modem_rates[TURNS / 2] / trivial_rates[TURNS / 2], TURNS);
    end(modem_pid);
    end(trivial_pid);
    rmdir(folder);
    return 0;
}
