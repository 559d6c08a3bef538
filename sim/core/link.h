/*
 * The inside of a byte link: a ring and a delivery timer each way, the lines of both ends, the tap,
 * the modem's latch.
 */
#ifndef HLSIM_CORE_LINK_H
#define HLSIM_CORE_LINK_H

#include <hl78sim/link.h>
#include <hl78sim/tap.h>

#include "core/power.h"
#include "core/sched.h"
#include "core/wire.h"

/* Changes between lines and data that are still on their way to the tap. */
#define HLSIM__LINK_TURNS_MAX 4

struct hlsim__link_way {
    struct hlsim_link *link;
    enum hlsim_side from;
    struct hlsim__timer delivery;
    bool reading;      /* the receiver is being called with bytes of the ring */
    bool reader_waits; /* the receiver took less than it was offered */
    bool writer_waits; /* the sender was told "full now" */
    size_t start;
    size_t count;
    size_t tapped;   /* of them, from the start, that the tap has seen */
    uint64_t passed; /* bytes that the tap has seen, ever */
    bool data;       /* what the tap sees next is data */
    size_t turn_count;
    uint64_t turns[HLSIM__LINK_TURNS_MAX]; /* at these counts of `passed` it changes */
    size_t piece;                          /* of the ring, what arrives with the next delivery */
    size_t capacity;                       /* of the ring, which grows to HLSIM_LINK_CAPACITY */
    uint8_t *ring;
    struct hlsim__timer signal; /* tells the other end of lines and speed */
    unsigned lines_told;        /* levels that it knows */
};

struct hlsim_link {
    struct hlsim__timer_group timers; /* of the line itself: a modem's power cut keeps them */
    struct hlsim__power *power;       /* the modem's latch: asked before its bytes leave */
    struct hlsim__promise_scope *scope;
    struct hlsim_tap *tap;
    bool silent;        /* the modem's UART is off */
    bool broke_silence; /* it sent something even so */
    bool wired;         /* a host was attached at some time: before, there is no wire to tap */
    struct hlsim__wire wire;
    bool absent; /* the port has vanished */
    bool absent_told;
    bool crowded;    /* the modem takes no more: CTS is low */
    unsigned driven; /* what both ends want of their lines, HLSIM_LINE_* */
    unsigned lines;  /* levels of all lines */
    unsigned speed;  /* of the modem's UART */
    unsigned speed_told;
    bool flow; /* RTS/CTS */
    bool flow_told;
    struct hlsim_link_end ends[2];
    struct hlsim__link_way ways[2];
};

/* `tap` and `power` outlive the link; `power` NULL: the modem's end always has a supply. */
void hlsim__link_init(struct hlsim_link *link, struct hlsim__sched *sched,
                      struct hlsim__power *power, struct hlsim__promise_scope *scope,
                      struct hlsim_tap *tap);

/* The line's own random numbers, by the world's seed and a name. */
void hlsim__link_seed(struct hlsim_link *link, uint64_t seed, const char *name);

/* The next bytes from `side` come out with a bit turned, or not at all. */
void hlsim__link_garble(struct hlsim_link *link, enum hlsim_side from, uint64_t bytes);
void hlsim__link_lose(struct hlsim_link *link, enum hlsim_side from, uint64_t bytes);

/* Nothing from `side` passes, until it does again; the modem's CTS is low while nothing from the
 * host does. False when it was so already. */
bool hlsim__link_stall(struct hlsim_link *link, enum hlsim_side from, bool stalled);

/* The port vanishes, with what is under way, or returns. False when it was so already. */
bool hlsim__link_set_present(struct hlsim_link *link, bool present);

/*
 * The modem's port begins (or ends) a data mode. For what comes from the host that holds at once;
 * for what the modem sends it holds behind everything that it wrote before, and `ahead` bytes more
 * which the port still holds back. `hlsim__link_data_of` says it of one sender: between a command
 * and its CONNECT the host's bytes are data and the modem's are not.
 */
void hlsim__link_data(struct hlsim_link *link, bool data, size_t ahead);
void hlsim__link_data_of(struct hlsim_link *link, enum hlsim_side side, bool data, size_t ahead);

/*
 * The modem's UART is off, or on again: its lines are low, except RI which may ring, and what comes
 * is lost there. That nothing is sent meanwhile is the port's to see to; hlsim__link_kept_silent
 * tells whether it did, ever since.
 */
void hlsim__link_set_silent(struct hlsim_link *link, bool silent);

static inline bool hlsim__link_kept_silent(const struct hlsim_link *link)
{
    return !link->broke_silence;
}

/* Nothing is delivered any more; gives the rings back. */
void hlsim__link_free(struct hlsim_link *link);

/* The modem's supply failed: what it had queued is lost, half a command line is forgotten. */
void hlsim__link_modem_lost(struct hlsim_link *link);

#endif
