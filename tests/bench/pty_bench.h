/*
 * What benchmarks on pseudo terminals have in common: a served modem on one side, on the other the
 * least that a program can do, measured in turns - rates jump with the processor on which a
 * terminal's worker happens to run. Whatever fails ends the program.
 */
#ifndef HL78SIM_TESTS_BENCH_PTY_BENCH_H
#define HL78SIM_TESTS_BENCH_PTY_BENCH_H

#include <stddef.h>
#include <sys/types.h>

double pty_bench_now(void); /* in seconds, by the clock */

void pty_bench_fail(const char *what);

/* Runs `respond` in a process of its own on the far end of a pseudo terminal. */
pid_t pty_bench_start_responder(void (*respond)(int master), int *ret_fd);

/* Serves a modem at `path` with --time skip: in real time one would measure the module's own
 * latency. `overrides`: values of --set, the last one NULL; may be NULL. */
pid_t pty_bench_start_modem(const char *program, const char *path, const char *const *overrides,
                            int *ret_fd);

/* Writes all of it; reads until the text `mark` has come, and no error in its place. */
void pty_bench_put(int fd, const char *bytes, size_t size);
void pty_bench_await(int fd, const char *mark);

/* Sorts them. */
double pty_bench_median(double *values, size_t count);

/* From now on this process and those run on the first processor that it may use. */
void pty_bench_pin(const pid_t *pids, size_t count);

void pty_bench_end(pid_t pid);

#endif
