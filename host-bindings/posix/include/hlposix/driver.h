/*
 * Drives a host (any struct hlsim_host_ops, so also the built-in engine) against a real modem in
 * real time: its bytes on a wire, its deadlines as timers, its record in a file. Time handed to the
 * host is nanoseconds since hlposix_driver_start; a loss of the host's power does not reset it. For
 * how long there was no power before hlposix_driver_start nobody knows: the record's file is only
 * as young as the last change of intent.
 */
#ifndef HLPOSIX_DRIVER_H
#define HLPOSIX_DRIVER_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hl78sim/host.h>
#include <hlposix/error.h>
#include <hlposix/wire.h>

/* The largest record. */
#define HLPOSIX_RECORD_MAX 4096

struct hlposix_driver_config {
    struct ev_loop *loop;
    struct hlposix_wire *wire; /* open, and outlives the driver */
    const struct hlsim_host_ops *ops;
    const void *host;        /* handed to ops->create, also after a power cut */
    const char *record_path; /* borrowed; NULL: the record lives as long as the driver */
    const uint8_t *package;  /* what the host may want data of; borrowed; NULL: none */
    size_t package_size;
    void *user;
    /* The host's calendar: nanoseconds since 1970 of local time. NULL, or false: it has none, and
     * neither the time of the day nor a time off is told. */
    bool (*clock)(void *user, int64_t *ret_now);
    /* The callbacks run inside a step of the host: they must not stop or cut it. */
    void (*recorded)(void *user, size_t size); /* a record became durable; may be NULL */
    void (*reported)(void *user);              /* see hlposix_driver_report; may be NULL */
    void (*transfer)(void *user, bool on);     /* what passes is a package, or text; may be NULL */
    /* The line died (`why`, borrowed). True: hlposix_driver_line_back or _give_up follows, not from
     * within; the host knows that it is down. NULL: it is dead for good. */
    bool (*lost)(void *user, const char *why);
    /* The host made a mistake or the line is dead for good (`why`, borrowed); may be NULL. */
    void (*failed)(void *user, const char *why);
};

/* A host's report, with its texts copied. */
struct hlposix_report {
    bool decided;
    char result[16];
    char reason[96];
    int64_t outage; /* nanoseconds */
    int detail;
    char before[64];
    char after[64];
};

struct hlposix_driver {
    struct hlposix_driver_config config;
    void *host; /* NULL: without power */
    ev_timer deadline;
    int64_t started; /* of the monotonic clock */
    int64_t now;     /* last told to the host */
    int64_t due;     /* the armed deadline */
    bool lost_known; /* the host lost its power at ... */
    int64_t lost;    /* ... this time of its calendar */
    bool power_off_allowed;
    bool transfer; /* as told */
    bool failed;
    size_t record_size;
    uint8_t record[HLPOSIX_RECORD_MAX];
    struct hlposix_report report;
};

/* Gives the host power: reads its record and steps START. 0, or an error with its text. */
int hlposix_driver_start(struct hlposix_driver *driver, const struct hlposix_driver_config *config,
                         struct hlposix_error *reterr);

/* Takes the host away and leaves the wire. */
void hlposix_driver_stop(struct hlposix_driver *driver);

/* The line that was lost is there again, or will not be. */
void hlposix_driver_line_back(struct hlposix_driver *driver);
void hlposix_driver_give_up(struct hlposix_driver *driver, const char *why);

/* The host loses all but its record. False when it has no power. */
bool hlposix_driver_power_cut(struct hlposix_driver *driver);

/* The host starts again from its record. False when it has power. */
bool hlposix_driver_power_back(struct hlposix_driver *driver);

/* Asks the host to send a command line. False when it has no power or cannot just now. */
bool hlposix_driver_request(struct hlposix_driver *driver, const char *line);

/* What the host reported last; `decided` is false until it did. */
const struct hlposix_report *hlposix_driver_report(const struct hlposix_driver *driver);

#endif
