/*
 * A byte link: the only thing between a host and a modem's port. It has two ends; each end is
 * handed bytes by a call and offers bytes by a call. Delivery is a scheduled event of its own, so
 * that nothing re-enters: bytes that are written while a receive call runs arrive after it.
 */
#ifndef HL78SIM_LINK_H
#define HL78SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The two ends, and so the two senders. */
enum hlsim_side {
    HLSIM_HOST,
    HLSIM_MODEM,
};

/*
 * Lines besides the data, named from the host's end (V.24). X(name, bit, text); the texts are those
 * of events, actions and matchers. `link` is no wire: whether anybody holds the host's end, as a
 * program that has the port open or a connected TCP client does. The host drives the first three.
 */
#define HLSIM_LINE_MAP(X)                                                                          \
    X(HLSIM_LINE_DTR, 0, "dtr")                                                                    \
    X(HLSIM_LINE_RTS, 1, "rts")                                                                    \
    X(HLSIM_LINE_LINK, 2, "link")                                                                  \
    X(HLSIM_LINE_CTS, 3, "cts")                                                                    \
    X(HLSIM_LINE_DSR, 4, "dsr")                                                                    \
    X(HLSIM_LINE_DCD, 5, "dcd")                                                                    \
    X(HLSIM_LINE_RI, 6, "ri")

enum hlsim_line {
#define HLSIM_LINE_ENUM(name, bit, text) name = 1 << (bit),
    HLSIM_LINE_MAP(HLSIM_LINE_ENUM)
#undef HLSIM_LINE_ENUM
};

#define HLSIM_LINES_OF_HOST ((unsigned)(HLSIM_LINE_DTR | HLSIM_LINE_RTS | HLSIM_LINE_LINK))
#define HLSIM_LINES_OF_MODEM                                                                       \
    ((unsigned)(HLSIM_LINE_CTS | HLSIM_LINE_DSR | HLSIM_LINE_DCD | HLSIM_LINE_RI))

/* The speed of a UART to which nobody has said anything else, in bit/s. */
#define HLSIM_LINK_SPEED 115200

/* "dtr" for HLSIM_LINE_DTR; and back, 0 when no line has that name. */
const char *hlsim_line_name(enum hlsim_line line);
unsigned hlsim_line_find(const char *name);

/* Bytes that wait in one direction at most. */
#define HLSIM_LINK_CAPACITY 8192

struct hlsim_link;

/* What a line does to the bytes that it carries. All zero: they arrive at once, as they are. */
struct hlsim_wire_config {
    bool paced;          /* ten bits a byte at the modem's speed */
    bool cut;            /* they arrive in pieces, and late, so that writes are cut and merged */
    bool speed_checked;  /* on a terminal, the speed that the host has set there counts */
    unsigned host_speed; /* of the host's UART, in bit/s; another than the modem's gives garbage;
                            0: it follows the modem's */
};

struct hlsim_link_end {
    void *user;
    /*
     * Bytes have come. Returns how many were taken; when fewer than `size`, the rest is kept and
     * offered again after hlsim_link_resume.
     */
    size_t (*receive)(void *user, const uint8_t *bytes, size_t size);
    /* After a write that was cut short: there is room again. May be NULL. */
    void (*writable)(void *user);
    /* The other end's lines in `changed` are at these levels now. May be NULL. */
    void (*lines)(void *user, unsigned levels, unsigned changed);
    /* The modem's UART runs at another speed now, in bit/s. Told to the host's end; may be NULL. */
    void (*speed)(void *user, unsigned speed);
    /* The modem's UART obeys RTS and drives CTS from now on (AT&K3), or does not. As `speed`. */
    void (*flow)(void *user, bool rts_cts);
    /* The port has vanished, as a USB device does, or is there again. As `speed`. */
    void (*presence)(void *user, bool present);
};

/* Puts a party at one end; `end` is copied. NULL: nobody is there, and what arrives is lost. */
void hlsim_link_attach(struct hlsim_link *link, enum hlsim_side side,
                       const struct hlsim_link_end *end);

/*
 * Queues bytes from `side`. Returns how many were taken; 0 means "full now" and that a `writable`
 * call follows; negative (HLSIM_E_POWER) means that this end can send nothing.
 */
int hlsim_link_write(struct hlsim_link *link, enum hlsim_side side, const uint8_t *bytes,
                     size_t size);

/* How many bytes of a write would be taken; 0 means "full now" and that a `writable` call follows.
 */
size_t hlsim_link_room(struct hlsim_link *link, enum hlsim_side side);

/* The party at `side` takes bytes again. */
void hlsim_link_resume(struct hlsim_link *link, enum hlsim_side side);

/*
 * Drives the lines in `mask` (of `side` only) to `levels`. The other end is told, and an event says
 * so, at this instant but after what was written before; a pulse within one instant is none. A new
 * link has the host's lines high and the modem's low.
 */
void hlsim_link_set_lines(struct hlsim_link *link, enum hlsim_side side, unsigned mask,
                          unsigned levels);

/* The levels of all lines now. */
unsigned hlsim_link_lines(const struct hlsim_link *link);

/* The modem's UART changes its speed, behind the bytes that it has written. */
void hlsim_link_set_speed(struct hlsim_link *link, unsigned speed);
unsigned hlsim_link_speed(const struct hlsim_link *link);

/* The same for flow control by RTS and CTS, which a new link has. */
void hlsim_link_set_flow(struct hlsim_link *link, bool rts_cts);
bool hlsim_link_flow(const struct hlsim_link *link);

/* What the line does to bytes from now on; what is under way keeps its time. */
void hlsim_link_set_wire(struct hlsim_link *link, const struct hlsim_wire_config *config);

const struct hlsim_wire_config *hlsim_link_wire(const struct hlsim_link *link);

/* The host's UART runs at that speed now; 0: it follows the modem's. */
void hlsim_link_set_host_speed(struct hlsim_link *link, unsigned speed);

/* Whether the port is there; while it is not, bytes are lost both ways and the host's lines are
 * low. */
bool hlsim_link_present(const struct hlsim_link *link);

/* True when bytes wait in either direction. */
int hlsim_link_busy(const struct hlsim_link *link);

#endif
