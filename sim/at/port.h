/*
 * One AT port: the line discipline of V.250 on a byte link - echo, collecting a command line,
 * framing of answers, unsolicited lines between answers. What the commands do is not known here.
 */
#ifndef HLSIM_AT_PORT_H
#define HLSIM_AT_PORT_H

#include "at/collect.h"
#include "at/profile.h"
#include "at/row.h"
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

/* What a port knows while the firmware runs. */
struct hlsim__at_port_ram {
    struct hlsim__at_profile profile;
    struct hlsim__at_collector collector;
    bool busy; /* a command is being carried out, its answer is not out yet */
    struct hlsim__timer answer_timer;
    bool waits_for_host;            /* a data mode has begun, and the host's bytes are due */
    int64_t latency;                /* of the slowest command of the line */
    enum hlsim__at_afterwards then; /* what the line does to the modem once it is answered */
    size_t answer_size;
    size_t answer_lines;
    char answer[HLSIM__AT_ANSWER_MAX];
    int result;
    size_t input_size;
    uint8_t input[HLSIM__AT_INPUT_MAX];
    size_t held_size;
    char held[HLSIM__AT_HELD_MAX];
    size_t output_size;
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

/* The registration status has changed: +CREG and +CEREG for ports that asked for it. */
void hlsim__at_port_registration(struct hlsim__at_port *port, int status);

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

static inline struct hlsim__modem_ram *hlsim__at_ram(const struct hlsim__at_port *port)
{
    return &port->modem->ram;
}

static inline const struct hlsim__figures *hlsim__at_figures(const struct hlsim__at_port *port)
{
    return &port->modem->ram.personality->figures;
}

#endif
