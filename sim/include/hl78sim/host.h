/*
 * The interface that an in-process host implements to be driven in virtual time against the
 * emulator: a pure step function with all its state in a context. The built-in engine is its first
 * implementer (host-bindings/pair/engine_host.c).
 */
#ifndef HL78SIM_HOST_H
#define HL78SIM_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hlsim_host_event_kind {
    HLSIM_HOST_START,     /* first event of a life: the record of the last life, or nothing */
    HLSIM_HOST_BYTES,     /* bytes came from the modem */
    HLSIM_HOST_TIMEOUT,   /* the deadline of the last update has come */
    HLSIM_HOST_WRITABLE,  /* the link takes bytes again */
    HLSIM_HOST_LINK,      /* the link came up or went down */
    HLSIM_HOST_PERSISTED, /* the record of the last update is durable, or could not be stored */
    HLSIM_HOST_REQUEST,   /* somebody asks the host to send a command line */
    HLSIM_HOST_DATA,      /* the bytes that the last update wanted; none: they cannot be read */
};

struct hlsim_host_event {
    enum hlsim_host_event_kind kind;
    int64_t now;          /* nanoseconds of virtual time */
    const uint8_t *bytes; /* of START (the record), BYTES and DATA */
    size_t size;
    bool flag;        /* of LINK: up; of PERSISTED: durable */
    const char *line; /* of REQUEST */
    int64_t clock;    /* of START: nanoseconds since local midnight; HLSIM_NEVER: unknown */
    int64_t off;      /* of START: how long there was no power before; HLSIM_NEVER: unknown */
};

struct hlsim_host_report {
    const char *result; /* "updated", "deferred", "failed", "none", "done"; never NULL */
    const char *reason; /* a sentence, "" when there is none */
    int64_t outage;     /* nanoseconds without a usable modem during the install; 0: none */
    int detail;         /* a code that belongs to the reason; -1: none */
    const char *before; /* the firmware text before and after, "" while unknown */
    const char *after;
};

/* To be done in this order: store the record, send the bytes, arm the deadline, note the report,
 * and if data is wanted and all bytes were taken, step DATA. */
struct hlsim_host_update {
    const uint8_t *record; /* NULL: nothing new to store */
    size_t record_size;
    const uint8_t *bytes; /* NULL: nothing to send */
    size_t bytes_size;
    uint64_t data_offset;   /* bytes of the host's package that are wanted */
    size_t data_size;       /* 0: none */
    int64_t deadline;       /* HLSIM_NEVER: none; replaces the one before */
    bool power_off_allowed; /* false while the modem installs */
    bool transfer;          /* what passes behind these bytes is a package and no text */
    const struct hlsim_host_report *report; /* not NULL in a step that decides */
};

struct hlsim_host_ops {
    const char *name;
    /* A host without power; `config` is what the implementer defines. NULL: no memory. */
    void *(*create)(const void *config);
    /* One event in, one update out; its pointers stay valid until the next step. 0 or an error. */
    int (*step)(void *host, const struct hlsim_host_event *event, struct hlsim_host_update *update);
    /* How many of the update's bytes the link took; the rest is offered again at WRITABLE. */
    void (*sent)(void *host, size_t taken);
    void (*destroy)(void *host);
};

#endif
