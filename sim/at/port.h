/*
 * One AT port: the line discipline of V.250 on a byte link - echo, collecting a command line,
 * framing of answers, unsolicited lines between answers. What the commands do is not known here.
 */
#ifndef HLSIM_AT_PORT_H
#define HLSIM_AT_PORT_H

#include "at/collect.h"
#include "at/profile.h"
#include "at/row.h"
#include "at/xmodem.h"
#include "core/link.h"
#include "modem/modem.h"

/* Limits of one port, in bytes. */
#define HLSIM__AT_ANSWER_MAX 4096 /* an answer with its final result */
#define HLSIM__AT_OUTPUT_MAX 8192 /* what waits for a link that is full */
#define HLSIM__AT_INPUT_MAX  1024 /* what came while a command was being carried out */
#define HLSIM__AT_HELD_MAX   4096 /* unsolicited lines held back during a command */

/* What follows the answer. */
enum hlsim__at_afterwards {
    HLSIM__AT_GO_ON,
    HLSIM__AT_RESET,    /* the modem starts anew */
    HLSIM__AT_OFF,      /* it takes leave of the network and switches off */
    HLSIM__AT_OFF_FAST, /* it switches off */
};

struct hlsim__at_port;

/*
 * Who takes a port's bytes while it is in data mode. There is no echo then and no command line, and
 * unsolicited lines wait for the final result. A reset or a loss of power ends it without a word.
 */
struct hlsim__at_taker {
    /* Bytes have come. Returns how many were taken: all, unless data mode was ended by one of them;
     * the rest is command line again. Must not look at the port once power has failed. */
    size_t (*receive)(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);
};

/* AT+WDSD: a local package on its way in. */
struct hlsim__at_upload {
    struct hlsim__timer silence; /* of the receiver */
    struct hlsim__timer limit;   /* nothing came at all */
    struct hlsim__xmodem xmodem;
};

/* What a port knows while the firmware runs. */
struct hlsim__at_port_ram {
    struct hlsim__at_profile profile;
    struct hlsim__timer answer_timer;
    bool engineering; /* AT!ENTERCND was given the password */
    bool busy;        /* a command is being carried out, its answer is not out yet */
    const struct hlsim__at_taker *taker; /* NULL: no data mode */
    int64_t latency;                     /* of the slowest command of the line */
    enum hlsim__at_afterwards then;      /* what the line does to the modem once it is answered */
    size_t answer_size;
    size_t answer_lines;
    int result;
    size_t input_size;
    size_t held_size;
    size_t output_size;
    /* What is large stands last: what a port has never used of it takes no memory. */
    struct hlsim__at_upload upload;
    struct hlsim__at_collector collector;
    char answer[HLSIM__AT_ANSWER_MAX];
    uint8_t input[HLSIM__AT_INPUT_MAX];
    char held[HLSIM__AT_HELD_MAX];
    uint8_t output[HLSIM__AT_OUTPUT_MAX];
};

struct hlsim__at_port {
    struct hlsim__modem *modem;
    struct hlsim_link *link;
    struct hlsim__at_port_ram *ram; /* registered with the modem's power latch */
};

/* Puts a port on the modem's end of a link; its RAM is the caller's and zero, and a part of the
 * modem's. */
void hlsim__at_port_init(struct hlsim__at_port *port, struct hlsim__modem *modem,
                         struct hlsim_link *link, struct hlsim__at_port_ram *ram);

/* The firmware has started: a new context, as AT&W saved it. */
void hlsim__at_port_start(struct hlsim__at_port *port);

/* An unsolicited line; held while a command is being carried out. */
void hlsim__at_port_urc(struct hlsim__at_port *port, const char *text);

/* cmd_registration.c: +CREG, +CGREG or +CEREG for ports that asked for it. */
void hlsim__at_port_registration(struct hlsim__at_port *port, enum hlsim__domain domain);

/* cmd_registration.c: "+CGEV: <event>" for ports that asked for it by +CGEREP. */
void hlsim__at_port_packet_event(struct hlsim__at_port *port, const char *event);

/* cmd_clock.c: +CTZV, +CTZE or +CTZEU for ports that asked for it by +CTZR. */
void hlsim__at_port_network_time(struct hlsim__at_port *port);

/* A command is being carried out: its answer is owed. */
bool hlsim__at_port_owes(const struct hlsim__at_port *port);

/* The modem waits for its host inside a data mode: only what the host does can go on. */
bool hlsim__at_port_waits_for_host(const struct hlsim__at_port *port);

/* --- For handlers --------------------------------------------------------------------------- */

/* Adds an information line to the answer; what does not fit any more is left out. */
void hlsim__at_answer(struct hlsim__at_port *port, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds the lines of a text parted by '\n'. */
void hlsim__at_answer_lines(struct hlsim__at_port *port, const char *text);

/* The answer takes that long at least, for what the row cannot say. */
static inline void hlsim__at_takes(struct hlsim__at_port *port, int64_t latency)
{
    if (latency > port->ram->latency) {
        port->ram->latency = latency;
    }
}

/*
 * Begins data mode; the handler then returns HLSIM__AT_DATA. `taker` is borrowed. What the handler
 * has answered before is not sent: a command that is answered by CONNECT sends that as data.
 */
void hlsim__at_port_begin_data(struct hlsim__at_port *port, const struct hlsim__at_taker *taker);

/* Sends bytes as they are. Power may have failed afterwards: then nothing may be touched. */
void hlsim__at_port_send_data(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);

/* Ends data mode; the final result (as a handler returns it) and what was held back follow. */
void hlsim__at_port_end_data(struct hlsim__at_port *port, int result);

static inline struct hlsim__modem_ram *hlsim__at_ram(const struct hlsim__at_port *port)
{
    return &port->modem->ram;
}

static inline const struct hlsim__figures *hlsim__at_figures(const struct hlsim__at_port *port)
{
    return &port->modem->ram.personality->figures;
}

#endif
