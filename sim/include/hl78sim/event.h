/*
 * The one stream of events: the log, the language of triggers and expectations, the trace and the
 * proof of determinism. Sinks subscribe by kind and are called in the order of subscription.
 */
#ifndef HL78SIM_EVENT_H
#define HL78SIM_EVENT_H

#include <hl78sim/time.h>

#include <stddef.h>
#include <stdint.h>

/*
 * X(kind, name). Names are stable: scenarios and traces use them. The first seven come from the tap
 * on a byte link and from nowhere else.
 */
#define HLSIM_EVENT_MAP(X)                                                                         \
    X(HLSIM_EVENT_HOST, "host")         /* line: a command line received by the modem */           \
    X(HLSIM_EVENT_RESPONSE, "response") /* line, to: an information line and its command */        \
    X(HLSIM_EVENT_RESULT, "result")     /* line, to: a final result and its command */             \
    X(HLSIM_EVENT_URC, "urc")           /* line: an unsolicited line */                            \
    X(HLSIM_EVENT_DATA, "data")         /* dir, payload: bytes in data mode, as they passed */     \
    X(HLSIM_EVENT_LINE, "line")         /* line, level: dtr, rts, link, cts, ... changed */        \
    X(HLSIM_EVENT_SPEED, "line.speed")  /* speed: of the modem's UART, in bit/s */                 \
    X(HLSIM_EVENT_ACTION, "action")     /* name, outcome: an action of the scenario */             \
    X(HLSIM_EVENT_POWER, "power")       /* on, by: a supply changed */                             \
    X(HLSIM_EVENT_CUT, "power.cut")     /* point, occurrence, torn: power went at a cut point */   \
    X(HLSIM_EVENT_BOOT, "modem.boot")   /* step, firmware, by: how far a start is */               \
    X(HLSIM_EVENT_NETWORK, "modem.registration")  /* status: 27.007 registration status */         \
    X(HLSIM_EVENT_REST, "modem.rest")             /* state: how the radio rests (PSM, eDRX) */     \
    X(HLSIM_EVENT_SLEEP, "modem.sleep")           /* state, radio: how deep the module sleeps */   \
    X(HLSIM_EVENT_GPIO, "modem.gpio")             /* pin, level: driven by the module */           \
    X(HLSIM_EVENT_PDP, "modem.pdp")               /* cid, state: up, down, refused; cause */       \
    X(HLSIM_EVENT_INDICATION, "modem.indication") /* number, value, shown: a WDSI event */         \
    X(HLSIM_EVENT_SESSION, "modem.session")       /* state: closed, bootstrap, dm */               \
    X(HLSIM_EVENT_UPDATE, "modem.update")         /* state, stored, size, result */                \
    X(HLSIM_EVENT_AGREEMENT, "modem.agreement")   /* wanted: none, connect, ..., reboot */         \
    X(HLSIM_EVENT_SOCKET, "modem.socket")         /* session, kind, state: as +KTCPSTAT says it */ \
    X(HLSIM_EVENT_COMMIT, "flash.commit")         /* what, size: a record became durable */        \
    X(HLSIM_EVENT_MOUNT, "flash.mount")        /* records, discarded: the log was read at boot */  \
    X(HLSIM_EVENT_NET_SEND, "net.send")        /* from, to, protocol, payload */                   \
    X(HLSIM_EVENT_NET_RECEIVE, "net.receive")  /* from, to, protocol, payload */                   \
    X(HLSIM_EVENT_NET_DROP, "net.drop")        /* from, to, protocol, why, passed */               \
    X(HLSIM_EVENT_NET_SECRET, "net.secret")    /* client_random, master: of a session of DTLS */   \
    X(HLSIM_EVENT_NAT_OPEN, "nat.open")        /* inside, outside: a mapping was made */           \
    X(HLSIM_EVENT_NAT_RELEASE, "nat.release")  /* inside, outside, why */                          \
    X(HLSIM_EVENT_SERVER, "server")            /* server, request, code, endpoint: one exchange */ \
    X(HLSIM_EVENT_SMS, "sms")                  /* what: sent, delivered, waits; from, to, text */  \
    X(HLSIM_EVENT_IGNORED, "air.ignored")      /* by, why: bytes from the air not understood */    \
    X(HLSIM_EVENT_SYSTEM, "airvantage.system") /* endpoint, state, what */                         \
    /* operation, state; of a task also result, reason, endpoint; of the whole also kind and how   \
     * many tasks are pending, in_progress, success, failure, cancelled, timeout */                \
    X(HLSIM_EVENT_OPERATION, "airvantage.operation")                                               \
    X(HLSIM_EVENT_PPP, "modem.ppp") /* state, why, count: a dial-up link, docs/dial-up.md */       \
    X(HLSIM_EVENT_HOST_RECORD, "host.record") /* size: the host's record was stored */             \
    X(HLSIM_EVENT_HOST_REPORT, "host.report") /* result, reason, before, after, outage */          \
    X(HLSIM_EVENT_PROMISE, "promise.broken")  /* name: a promise does not hold */                  \
    X(HLSIM_EVENT_VERDICT, "verdict")         /* expectation, outcome, why */

enum hlsim_event_kind {
#define HLSIM_EVENT_ENUM(kind, name) kind,
    HLSIM_EVENT_MAP(HLSIM_EVENT_ENUM)
#undef HLSIM_EVENT_ENUM
        HLSIM_EVENT_KINDS
};

enum hlsim_field_type {
    HLSIM_FIELD_INT,
    HLSIM_FIELD_TEXT,
    HLSIM_FIELD_BYTES,
};

/* One field; texts are NUL-terminated, payloads are borrowed and valid during the call only. */
struct hlsim_field {
    const char *key;
    enum hlsim_field_type type;
    int64_t integer;  /* of INT */
    const void *data; /* of TEXT and BYTES */
    size_t size;      /* of BYTES */
};

#define HLSIM_INT(name, value)                                                                     \
    {                                                                                              \
        .key = (name), .type = HLSIM_FIELD_INT, .integer = (int64_t)(value)                        \
    }
#define HLSIM_TEXT(name, value)                                                                    \
    {                                                                                              \
        .key = (name), .type = HLSIM_FIELD_TEXT, .data = (value)                                   \
    }
#define HLSIM_BYTES(name, bytes, count)                                                            \
    {                                                                                              \
        .key = (name), .type = HLSIM_FIELD_BYTES, .data = (bytes), .size = (count)                 \
    }

struct hlsim_event {
    int64_t at;
    uint64_t id;    /* 1, 2, 3, ... in the order of happening */
    uint64_t cause; /* the id of the event that caused this one; 0: none named */
    enum hlsim_event_kind kind;
    const char *source; /* which part: "modem:0", "modem:0/port:1", "network", "airvantage", ... */
    const struct hlsim_field *fields;
    size_t field_count;
};

typedef void (*hlsim_event_sink)(void *user, const struct hlsim_event *event);

struct hlsim_stream;

#define HLSIM_EVENT_BIT(kind) (UINT64_C(1) << (kind))
#define HLSIM_EVENT_ALL       (HLSIM_EVENT_BIT(HLSIM_EVENT_KINDS) - 1)

/* How many sinks one stream can have. */
#define HLSIM_SINKS_MAX 32

/*
 * Calls `sink` for every event whose kind is in `kinds` (HLSIM_EVENT_BIT of each). A sink must not
 * change the world; it may emit further events, which are delivered after this one.
 * HLSIM_E_LIMIT when there are HLSIM_SINKS_MAX sinks already.
 */
int hlsim_stream_subscribe(struct hlsim_stream *stream, uint64_t kinds, hlsim_event_sink sink,
                           void *user);

/* "host", "net.send", ...; never NULL. */
const char *hlsim_event_kind_name(enum hlsim_event_kind kind);

/* The kind of that name, or -1. */
int hlsim_event_kind_find(const char *name);

/* The field of that name, or NULL. */
const struct hlsim_field *hlsim_event_field(const struct hlsim_event *event, const char *key);

#endif
