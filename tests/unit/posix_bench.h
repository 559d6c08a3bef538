/*
 * A real pseudo-terminal with a driver at one end and a modem made by hand at the other, and the
 * host that the driver drives. One bench at a time.
 */
#ifndef HLSIM_TESTS_POSIX_BENCH_H
#define HLSIM_TESTS_POSIX_BENCH_H

#include <hlposix/driver.h>
#include <hlposix/modem_actor.h>
#include <hlposix/queries.h>
#include <hlposix/record.h>
#include <hlposix/serial.h>

#include <hl78sim/tap.h>
#include <hl78sim/time.h>

#include "core/sched.h"
#include "core/stream.h"

#include <ev.h>

#define BULK_SIZE 200000u
#define LOG_SIZE  4096

struct posix_exchange {
    const char *command; /* without AT line end; NULL ends the table */
    const char *answer;
};

struct posix_bench {
    struct ev_loop *loop;
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    char folder[64];
    char record_path[96];
    int master;
    struct hlposix_serial serial;
    struct hlposix_wire wire;
    struct hlposix_driver driver;
    struct hlposix_queries queries;
    struct hlposix_modem_actor actor;
    bool queried;
    int64_t calendar; /* of the host; negative: it has none */
    const char *why;  /* of a failure */
    char why_text[128];
    /* the modem */
    ev_io modem;
    const struct posix_exchange *exchanges;
    size_t modem_size;
    char modem_line[128];
    size_t modem_total;
    bool modem_wrong;
    bool modem_reads_raw;
    char record_at_command[64]; /* what the file held when the command came */
    /* what the tap said */
    char log[LOG_SIZE];
};

/* The host under test: persists "sent", then sends AT+GO, then reports what it was answered. */
struct posix_host {
    struct posix_bench *fixture;
    size_t bulk_sent;
    size_t offered;
    int64_t last_now;
    bool went_back;
    bool timed_out;
    bool link_down;
    char heard[256];
    char record[16];
    char start_record[16];
    int64_t start_clock;
    int64_t start_off;
    uint64_t wanted; /* where in the package its next data is */
    char data[8];    /* what it was given; "none" for nothing */
    uint8_t bytes[BULK_SIZE];
    struct hlsim_host_report report;
};

extern struct posix_host *posix_bench_living; /* the host of the test that runs */
extern unsigned posix_bench_lives;
extern unsigned posix_bench_deaths;

void posix_bench_setup(struct posix_bench *f);
void posix_bench_teardown(struct posix_bench *f);
void posix_bench_start(struct posix_bench *f);

/* Lets time pass until it is true; false after a time that is far too long. */
bool posix_bench_run_until(struct posix_bench *f, bool (*predicate)(struct posix_bench *f));
bool posix_bench_has_reported(struct posix_bench *f);

#endif
