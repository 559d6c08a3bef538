/*
 * A small hand-made modem and the bench that runs the host engine against it in virtual time. It
 * knows nothing of the simulator, so that a misreading cannot hide in code shared with it; it does
 * only what the vendor's guidelines print.
 */
#ifndef ENGINE_PEER_H
#define ENGINE_PEER_H

#include "engine_receiver.h"
#include "hlhost/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_TIMERS 16
#define PEER_EVENTS 32 /* +WDSI numbers 0 to 31 */

enum peer_stage {
    PEER_IDLE,
    PEER_DOWNLOADING,
    PEER_STORED,
    PEER_INSTALLING,
};

enum peer_end {
    PEER_INSTALLS,       /* 16, and the package's version runs */
    PEER_INSTALL_FAILS,  /* 15, and the version before runs */
    PEER_INSTALL_HANGS,  /* silence for ever */
    PEER_INSTALLS_OTHER, /* 16, and a version that nobody wanted */
};

struct peer_timer {
    int64_t at_ms; /* INT64_MAX: free */
    int action;
    int value;
};

struct peer {
    /* How it behaves. */
    const char *version_before, *version_after;
    bool operation; /* the server has a package for it */
    enum peer_end end;
    bool refuses_all;    /* ERROR to everything */
    const char *refuses; /* ERROR to the commands that begin so; NULL: none */
    const char *ignores; /* no answer to the commands that begin so; NULL: none */
    bool silent;         /* no answer to anything */
    bool urc_between;    /* a URC behind every line, and inside every echo */
    bool cmee_stuck;     /* plain ERROR whatever AT+CMEE says */
    bool says_twice;     /* every indication twice */
    uint32_t lost;       /* indications that never arrive, by bits */
    int restart_at;      /* restarts in place of answering the n-th command; 0: never */
    int ksup_at;         /* a stray +KSUP before the answer to the n-th command; 0: never */
    int open_error;      /* CME code for AT+WDSS=1,1; 0: accepted */
    int denies;          /* so many sessions end in 7 */
    int auth_fails;      /* so many pairs of 4 and 5 before 6 */
    int problem;         /* +WDSI: 11,<problem> at 50 %, once; -1: none */
    bool not_certified;
    bool sim_missing, no_network;
    bool locked;          /* by peer_lock */
    bool slow_closing;    /* the session closes before 14 */
    const char *pin;      /* the SIM asks for it; NULL: it does not */
    bool pin_busy;        /* the first AT+CPIN= is answered with CME 14 */
    const char *good_apn; /* CME 133 with any other; NULL: all are good */
    bool no_cid;          /* CME 650 until AT+WDSS=2 names one */
    int wdsd_refusals;    /* so many AT+WDSD end in CME 3 at once */
    bool large_fails;     /* a transfer with blocks of 1024 ends in CME 3 (EURY-4127) */
    bool lazy_asking;     /* +WDSI: 3 is not said after a transfer */
    struct receiver receiver;

    /* Non-volatile. */
    const char *version;
    unsigned mask;
    int agreement[3];
    enum peer_stage stage;
    int percent;
    char apn[64];
    int cid;
    int pin_left; /* tries; 0: it asks for the PUK */

    /* Volatile. */
    int64_t now_ms;
    int64_t data_ms; /* of the last byte of a transfer */
    bool up, echo, cmee, session, unlocked;
    int pending; /* agreement asked for: 2 or 3 */
    char line[256];
    size_t line_size;
    struct peer_timer timers[PEER_TIMERS];

    /* What is told. */
    char out[8192];
    size_t out_size;
    int commands;      /* command lines received */
    int opens;         /* AT+WDSS=1,1 among them */
    int pins;          /* AT+CPIN= among them */
    int wdsds;         /* AT+WDSD= among them */
    int accepted;      /* AT+WDSR=3 and 4 */
    char deferred[32]; /* the last AT+WDSR=2 or 5 */
    char last_command[256];
    bool critical; /* between +WDSI: 14 and 15 or 16 */
    int boots;
};

struct bench {
    struct peer peer;
    struct hlhost_config config;
    struct hlhost_engine *engine;
    int64_t memory[512];
    int64_t now_ms, deadline_ms;
    size_t split;     /* bytes to the engine in pieces of this size; 0: as they come */
    bool store_fails; /* no record becomes durable */
    bool store_waits; /* PERSISTED is the test's business */
    int kill_at;      /* the host loses power at this point; 0: never */
    int points;       /* points passed */
    bool killed;
    size_t takes;    /* bytes that the line takes at a time; 0: all */
    bool unreadable; /* the package is */

    /* What START says. */
    bool clock_known;
    uint32_t clock_ms;
    bool off_known;
    int64_t off_ms;

    uint8_t record[HLHOST_RECORD_SIZE];
    size_t record_size;
    int sends;   /* updates with bytes */
    int records; /* made durable */
    bool power_off_allowed;
    struct hlhost_report report; /* the one that decided */
    bool decided;
    int commands_decided; /* commands the peer had received by then */

    /* Promises broken; all stay zero. */
    int bytes_before_record;
    int power_off_in_install;
    int late_deadlines; /* the engine asked again and again for the same moment */
};

/* An HL7800 at 4.4.14.0 for which the server has 4.6.8.0, up and with echo on. */
void peer_init(struct peer *peer);

/* The time of its next action, INT64_MAX for none; what is due at `now_ms`; bytes from the host. */
int64_t peer_next(const struct peer *peer);
void peer_run(struct peer *peer);
void peer_bytes(struct peer *peer, const uint8_t *data, size_t size);

/* Such a modem, and an update to 4.6.8.0 with defaults everywhere. */
void bench_init(struct bench *bench);

/* The host gets power: a new engine with the durable record, and START. False: refused. */
bool bench_start(struct bench *bench);

/* Runs until the goal is decided and `after_ms` more, or until `limit_ms`. */
void bench_run(struct bench *bench, int64_t limit_ms, int64_t after_ms);

/* Runs, second by second, until so much of the package is in the modem. */
void bench_run_to_percent(struct bench *bench, int percent);

/* What a host never does, whatever happens: asserted. */
void bench_check_promises(const struct bench *bench);

/* A life from power on until the goal is decided and `after_ms` more, at most `life_ms`: asserts
 * that it is decided, and the promises. */
void bench_live(struct bench *bench, int64_t life_ms, int64_t after_ms);

/* Hands bytes to the engine as if the modem had sent them. */
void bench_bytes(struct bench *bench, const void *data, size_t size);

/* Any other event at the present time. */
int bench_step(struct bench *bench, struct hlhost_event event);

/* The modem says a line of itself. */
void peer_say(struct peer *peer, const char *text);

/* The modem's client locks up: it says and does nothing until a restart, but OK to AT+WDSS. */
void peer_lock(struct peer *peer);

/* The server cancels what the modem downloads. */
void peer_take_back(struct peer *peer);

/* The modem loses power for a moment and boots. */
void peer_restart(struct peer *peer);

#endif
