/*
 * hlhost - a host-side AT client and firmware-update (FOTA) client for HL78xx modules.
 *
 * The engine is a pure step function: it is handed one event and the time, and fills in an update
 * that says what the caller should do. It reads no clock, opens no file, allocates nothing and
 * keeps no state outside struct hlhost_engine, so the same code runs in a simulation, in a POSIX
 * process and on a microcontroller. A firmware project embeds it by copying this folder.
 *
 * Time is in milliseconds, 64 bits, from any fixed origin, and never goes back.
 *
 * The record is the engine's only memory over a loss of the host's power: a few bytes which state
 * what it intends. Whenever an update carries a record, it carries no bytes for the modem; the
 * caller makes the record durable and then steps HLHOST_EVENT_PERSISTED. Only after that does the
 * engine send the bytes that depend on the record. After a start the engine believes the modem,
 * not the record: it asks where the modem is.
 */
#ifndef HLHOST_ENGINE_H
#define HLHOST_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits, all of them sizes in bytes including a final NUL where there is a text. */
#define HLHOST_VERSION_SIZE 48  /* a firmware text, e.g. "HL7800.4.6.8.0" */
#define HLHOST_LINE_SIZE    160 /* the longest line from the modem that is looked at */
#define HLHOST_TX_SIZE      96  /* the longest command */
#define HLHOST_RECORD_SIZE  96  /* the record is never larger */
#define HLHOST_DATA_SIZE    128 /* the most bytes of a package that are wanted at a time */

/* X(name, number, text) */
#define HLHOST_ERROR_MAP(X)                                                                        \
    X(HLHOST_E_INVALID, -1, "invalid argument")                                                    \
    X(HLHOST_E_STATE, -2, "not possible in this state")                                            \
    X(HLHOST_E_CONFIG, -3, "configuration is not usable")

enum hlhost_error {
    HLHOST_OK = 0,
#define HLHOST_ERROR_ENUM(name, number, text) name = number,
    HLHOST_ERROR_MAP(HLHOST_ERROR_ENUM)
#undef HLHOST_ERROR_ENUM
};

const char *hlhost_error_text(int code);

/* How the goal ended. X(name, text); the texts are those of the path host.result. */
#define HLHOST_RESULT_MAP(X)                                                                       \
    X(HLHOST_RESULT_PENDING, "pending")   /* not decided yet */                                    \
    X(HLHOST_RESULT_NONE, "none")         /* the server offered nothing */                         \
    X(HLHOST_RESULT_UPDATED, "updated")   /* the wanted version runs */                            \
    X(HLHOST_RESULT_DEFERRED, "deferred") /* the policy said: not now */                           \
    X(HLHOST_RESULT_FAILED, "failed")     /* see the reason */                                     \
    X(HLHOST_RESULT_DONE, "done")         /* every step of the script passed */

enum hlhost_result {
#define HLHOST_RESULT_ENUM(name, text) name,
    HLHOST_RESULT_MAP(HLHOST_RESULT_ENUM)
#undef HLHOST_RESULT_ENUM
};

/* Why. X(name, text) */
#define HLHOST_REASON_MAP(X)                                                                       \
    X(HLHOST_REASON_NONE, "")                                                                      \
    X(HLHOST_REASON_NO_ANSWER, "the modem does not answer")                                        \
    X(HLHOST_REASON_COMMAND_REFUSED, "the modem refused a command")                                \
    X(HLHOST_REASON_SIM_NOT_READY, "the SIM is not ready")                                         \
    X(HLHOST_REASON_NOT_REGISTERED, "no network registration")                                     \
    X(HLHOST_REASON_NO_SESSION, "no session with the server")                                      \
    X(HLHOST_REASON_SESSION_DENIED, "the server denies the session")                               \
    X(HLHOST_REASON_NOT_AUTHENTICATED, "authentication with the server fails")                     \
    X(HLHOST_REASON_NOTHING_OFFERED, "no package was offered")                                     \
    X(HLHOST_REASON_DOWNLOAD_FAILED, "the download failed")                                        \
    X(HLHOST_REASON_DOWNLOAD_STALLED, "the download makes no progress")                            \
    X(HLHOST_REASON_NOT_CERTIFIED, "the package is not certified")                                 \
    X(HLHOST_REASON_INSTALL_FAILED, "the installation failed")                                     \
    X(HLHOST_REASON_INSTALL_SILENT, "the installation reports nothing")                            \
    X(HLHOST_REASON_WRONG_VERSION, "another version runs than the one wanted")                     \
    X(HLHOST_REASON_RECORD_NOT_DURABLE, "the record cannot be stored")                             \
    X(HLHOST_REASON_MODEM_RESTARTS, "the modem restarts again and again")                          \
    X(HLHOST_REASON_LINK_DOWN, "the line to the modem is down")                                    \
    X(HLHOST_REASON_POLICY, "the policy allows no update now")                                     \
    X(HLHOST_REASON_PIN_WANTED, "the SIM asks for its PIN")                                        \
    X(HLHOST_REASON_PIN_REFUSED, "the SIM refused the PIN")                                        \
    X(HLHOST_REASON_PUK_WANTED, "the SIM is blocked and asks for its PUK")                         \
    X(HLHOST_REASON_NO_ACCESS_POINT, "no access point is set, or an agreement is pending")         \
    X(HLHOST_REASON_CONTEXT_REFUSED, "the network refuses the data connection")                    \
    X(HLHOST_REASON_TRANSFER_FAILED, "the transfer to the modem failed")                           \
    X(HLHOST_REASON_NO_PACKAGE, "the package cannot be read")                                      \
    X(HLHOST_REASON_SCRIPT_STEP, "a step of the script was not answered as expected")

enum hlhost_reason {
#define HLHOST_REASON_ENUM(name, text) name,
    HLHOST_REASON_MAP(HLHOST_REASON_ENUM)
#undef HLHOST_REASON_ENUM
};

const char *hlhost_result_text(enum hlhost_result result);
const char *hlhost_reason_text(enum hlhost_reason reason);

/* User agreements which the host wants to give itself (AT+WDSC modes 1 and 2). */
enum hlhost_agreement {
    HLHOST_AGREE_DOWNLOAD = 1u << 1,
    HLHOST_AGREE_INSTALL = 1u << 2,
};

enum hlhost_goal {
    HLHOST_GOAL_UPDATE,       /* have the firmware updated by the server, check it, report */
    HLHOST_GOAL_SCRIPT,       /* carry out the steps of a script */
    HLHOST_GOAL_LOCAL_UPDATE, /* send a package over the line (AT+WDSD), install it, check, report
                               */
};

/* When an update is allowed. What START did not say (the time of day, the time off) opens none. */
enum hlhost_window {
    HLHOST_WINDOW_ALWAYS,
    HLHOST_WINDOW_DAY,  /* between two times of the day */
    HLHOST_WINDOW_BOOT, /* for a while after a start before which the product was off for long */
};

/*
 * While its window is closed nothing is begun, and what the modem asks for is put off: AT+WDSR=2 or
 * 5 with minutes; the agreement for a connection (1) is given always. The result is `deferred`
 * then, which is not the end: the goal goes on, and is decided once more, when a window of the day
 * opens or when the modem asks while the window is open. An update to a version that runs already
 * is put off likewise. An install that has begun cannot be put off any more.
 *
 * The host can hold a policy only if the modem asks: for HLHOST_GOAL_UPDATE every window but ALWAYS
 * needs HLHOST_AGREE_INSTALL. Which version is offered the modem does not say before it runs: a
 * wanted version is checked afterwards.
 */
struct hlhost_policy {
    enum hlhost_window window;
    uint16_t from_minute;   /* DAY: local time, in minutes since midnight, 0 to 1439 */
    uint16_t to_minute;     /* DAY: first minute outside; below `from_minute`: over midnight */
    int64_t off_for_ms;     /* BOOT: the product was off for so long at least [10 min] */
    int64_t open_for_ms;    /* BOOT: from START on [30 min] */
    unsigned defer_minutes; /* 1 to 1440; a window of the day may open sooner [60] */
};

/*
 * One step of a script. The step sends a command line (NULL: nothing, it only waits) and then waits
 * for a line that matches `expect`. Matching: '*' stands for any run of characters, "\\*" is a
 * star, "\\\\" a backslash, everything else is literal, case does not matter, the whole line must
 * match. A step with a command is also answered by its final result, so that `expect` = "OK" and
 * `expect` = "+CME ERROR: 650" are the usual forms; a step fails when its command ends in another
 * final result than the one expected, or when its time is over. When `expect` is an information
 * line or URC, the step ends once that line was seen and the command's final result has come. A
 * step with `data` sends those bytes as they are and is answered as a command is, for example
 * {"AT+KTCPSND=1,5", "CONNECT"} and then {data "hello--EOF--Pattern--", "OK"}.
 */
struct hlhost_step {
    const char *send;    /* without line end; NULL: no command */
    const char *expect;  /* NULL: "OK" when something is sent, otherwise a pause */
    int64_t timeout_ms;  /* 0: 10 s when something is sent, 60 s otherwise; of a pause not 0 */
    const uint8_t *data; /* raw bytes, for the data mode of the step before; only without `send` */
    size_t data_size;
};

/*
 * What is wanted. The structure is copied; texts and the script are borrowed and must outlive the
 * engine. Zero in a time, in the mask or in `attempts` means the default in brackets. The
 * version is compared with AT+CGMR by components (version.h says how).
 *
 * The PIN is entered when the SIM asks for it, also after an update. The record counts the tries: a
 * refused PIN is never tried again, whatever restarts; a try whose answer was lost is repeated
 * once, so that a third of the SIM's three tries is never used up.
 *
 * `cid` and `apn` are set (AT+CGDCONT, AT+WDSS=2) when AT+WDSS=1,1 is refused with 650 while no
 * agreement is pending, or with 133. 148 and what is refused after that is tried again as often as
 * `attempts` says and then reported with its code; so is a session that the server denies (7).
 *
 * A problem with the download (+WDSI: 11) is answered by its cause (AN5.0 table 1): after 3 (RAM)
 * the modem is restarted (AT+CFUN=1,1) and verifies what it has; after 4 the session is closed and
 * opened again and the download resumed, both as often as `attempts` says without progress. 0 (no
 * memory), 1 (HTTP), 2 (bad package), 5 (flash), 13 (not certified) and 15 (install failed) are
 * reported at once. The modem is never restarted between +WDSI: 14 and 15 or 16.
 *
 * A package of which the modem knows no more (AT+WDSG) before all of it has come was taken back by
 * the server: the result is `none` when no other is offered.
 *
 * A session in which nothing is offered, or a download without a sign of life, may have lost its
 * way back through the network: the session is closed and opened again, as often as `attempts`
 * says, before that is reported; after the third attempt without progress in a download, or without
 * any session, the modem is restarted, since it may have asked for that while the host had no
 * power, or its client be locked up. Before an update the
 * engine waits `register_wait_ms` for a network and 30 s for a SIM; once a package was offered, for
 * both, as long as the goal may last: a day.
 *
 * An install that reports nothing for `install_wait_ms` is reported as failed, and
 * power_off_allowed stays false until the modem tells its outcome (15 or 16) or has started anew
 * and was asked for its version; the goal is decided once more then. So it is when a modem goes on
 * by itself with an update that had failed, and installs it.
 *
 * Power may have failed before the first record was stored. At a start whose record knows of no
 * package a modem that installs without asking (no HLHOST_AGREE_INSTALL) may therefore be silent
 * for `install_wait_ms`, and power_off_allowed is false until it was asked for its package
 * (AT+WDSG; a modem that does not know the command has none). A package of which only the modem
 * knows counts as offered. A modem that never answered is reported, and the goal goes on and is
 * decided once more when it starts after all.
 */
struct hlhost_config {
    enum hlhost_goal goal;
    const struct hlhost_step *script; /* goal script only */
    size_t script_count;
    uint32_t package_size; /* bytes of the package; goal local update only */
    uint16_t block_size;   /* of XMODEM, 1024 (if that fails, 128) or 128 [1024] */
    const char *pin;       /* four to eight digits; NULL: somebody else enters it */
    unsigned cid;          /* 1 to 20, for AT+WDSS=2; 0: as it stands, the APN being that of 1 */
    const char *apn;       /* up to 63 characters without quotes; NULL: as it stands */
    struct hlhost_policy policy;
    const char *version;      /* wanted version, e.g. "4.6.8.0"; NULL: any change will do */
    unsigned agreements;      /* bits of enum hlhost_agreement */
    unsigned indications;     /* AT+WDSI mask [4479] */
    int64_t session_wait_ms;  /* 23,1 after WDSS=1,1 [90 s] */
    int64_t offer_wait_ms;    /* 9 or 2 after 23,1 [90 s] */
    int64_t stall_wait_ms;    /* next sign of life while downloading [10 min] */
    int64_t install_wait_ms;  /* 15 or 16 after 14 [15 min]; reports and never cuts power */
    int64_t boot_wait_ms;     /* first answer after a (re)start while no install is likely [60 s] */
    int64_t answer_wait_ms;   /* final result of a command [10 s] */
    int64_t register_wait_ms; /* registration, while no package is known [10 min] */
    unsigned attempts;        /* sessions tried before giving up [5] */
};

enum hlhost_event_kind {
    HLHOST_EVENT_START,     /* the host has power; first and only once in a life of the engine */
    HLHOST_EVENT_BYTES,     /* bytes came from the modem */
    HLHOST_EVENT_TIMEOUT,   /* the deadline of the last update has come */
    HLHOST_EVENT_WRITABLE,  /* the line takes bytes again, after `sent` was short */
    HLHOST_EVENT_LINK,      /* the line came up or went down */
    HLHOST_EVENT_PERSISTED, /* the record of the last update is durable, or could not be stored */
    HLHOST_EVENT_REQUEST,   /* somebody asks the host to send a command line now */
    HLHOST_EVENT_DATA,      /* the bytes of the package that the last update wanted */
};

struct hlhost_event {
    enum hlhost_event_kind kind;
    int64_t now_ms;
    union {
        struct {
            const uint8_t *record; /* what the last life made durable; NULL and 0: nothing */
            size_t record_size;
            bool clock_known;
            uint32_t clock_ms; /* local time of the day: since midnight, below 86400000 */
            bool off_known;
            int64_t off_ms; /* for how long the product had no power before this start */
        } start;
        struct {
            const uint8_t *data;
            size_t size;
        } bytes;
        struct {
            const uint8_t *data; /* copied */
            size_t size;         /* as wanted; 0: the package cannot be read */
        } data;
        struct {
            bool up;
        } link;
        struct {
            bool ok;
        } persisted;
        struct {
            const char *line; /* without line end; copied */
        } request;
    };
};

struct hlhost_report {
    enum hlhost_result result;
    enum hlhost_reason reason;
    int detail;        /* CME code, +WDSI: 11 cause or script step (from 1); -1: none */
    int64_t outage_ms; /* from +WDSI: 14 (a life that missed it: from its start) to the first OK */
    char before[HLHOST_VERSION_SIZE]; /* AT+CGMR when the goal began, "" while unknown */
    char after[HLHOST_VERSION_SIZE];  /* AT+CGMR when it was read last, "" while unknown */
};

/*
 * What the caller should do, in this order: make the record durable (then step PERSISTED), send the
 * bytes, arm the deadline, note the report, and, if data is wanted and the bytes were taken
 * completely, step DATA. Pointers stay valid until the next step. Wanted data stands in every
 * update until it comes, so that after a short write it is asked for again.
 */
struct hlhost_update {
    const uint8_t *record; /* NULL: nothing new to store */
    size_t record_size;
    const uint8_t *bytes; /* NULL: nothing to send */
    size_t bytes_size;
    uint32_t data_offset;   /* bytes of the package that are wanted, see HLHOST_EVENT_DATA */
    uint32_t data_size;     /* at most HLHOST_DATA_SIZE; 0: none */
    int64_t deadline_ms;    /* INT64_MAX: none; replaces the one before */
    bool power_off_allowed; /* false from +WDSI: 14 until the outcome is known, and while a modem
                               about which nothing is known may be installing */
    bool transfer;          /* what passes is a package and no text, from behind these bytes on */
    const struct hlhost_report *report; /* not NULL in a step that decides the goal */
};

/* Opaque to callers; its size is public so that it can be static. Defined in engine_state.h. */
struct hlhost_engine;

/* Bytes that an engine takes; alignment as for int64_t. */
size_t hlhost_engine_size(void);

/*
 * Makes an engine in `memory` (hlhost_engine_size() bytes, aligned for int64_t).
 * HLHOST_E_CONFIG when the configuration contradicts itself (a script without steps, a step that
 * neither sends nor expects, a text that is too long, a policy that cannot be held); then
 * `*ret_engine` is untouched.
 */
int hlhost_engine_init(void *memory, const struct hlhost_config *config,
                       struct hlhost_engine **ret_engine);

/*
 * One event in, one update out. The first event must be START. After an update with a record other
 * events may come before PERSISTED and are understood at once, so that power_off_allowed is never
 * late, but nothing is sent and no deadline runs until PERSISTED was stepped. 0, or HLHOST_E_STATE
 * (a second START, PERSISTED without a record, REQUEST while one waits, DATA that is not wanted or
 * before the bytes were taken) or HLHOST_E_INVALID (time goes back, a request that is empty, too
 * long or has a line end, data of another size) for a caller's mistake; the
 * engine is unchanged then. Bytes from the modem never cause an error.
 */
int hlhost_engine_step(struct hlhost_engine *engine, const struct hlhost_event *event,
                       struct hlhost_update *ret_update);

/*
 * The bytes of the last update were taken only in part (`taken` of them): the rest is offered again
 * at WRITABLE. Without this call before the next step all of them count as taken.
 */
void hlhost_engine_sent(struct hlhost_engine *engine, size_t taken);

/* The state as it stands; never NULL. */
const struct hlhost_report *hlhost_engine_report(const struct hlhost_engine *engine);

#endif
