/*
 * One AT port: the line discipline of V.250 on a byte link - echo, collecting a command line,
 * framing of answers, unsolicited lines between answers. What the commands do is not known here.
 */
#ifndef HLSIM_AT_PORT_H
#define HLSIM_AT_PORT_H

#include "at/parse.h"
#include "at/row.h"
#include "core/link.h"
#include "modem/modem.h"

/* Limits of one port, in bytes. */
#define HLSIM__AT_ANSWER_MAX 4096 /* an answer with its final result */
#define HLSIM__AT_OUTPUT_MAX 8192 /* what waits for a link that is full */
#define HLSIM__AT_INPUT_MAX  1024 /* what came while a command was being carried out */
#define HLSIM__AT_HELD_MAX   4096 /* unsolicited lines held back during a command */

/* What AT&W saves of a port. */
struct hlsim__at_profile {
    int echo;
    int quiet;
    int verbose;
    int cmee;
    int creg;
    int cereg;
};

/* What a port knows while the firmware runs. */
struct hlsim__at_port_ram {
    struct hlsim__at_profile profile;
    char line[HLSIM__AT_LINE_MAX + 1];
    size_t line_size;
    bool line_too_long;
    bool busy; /* a command is being carried out, its answer is not out yet */
    struct hlsim__timer answer_timer;
    enum hlsim__at_latency latency;
    bool waits_for_host; /* a data mode has begun, and the host's bytes are due */
    bool reset_after;    /* the command restarts the modem once it is answered */
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

/* Saves the port's profile (AT&W), or takes the factory's (AT&F). HLSIM__AT_OK or an error. */
int hlsim__at_profile_save(struct hlsim__at_port *port);
void hlsim__at_profile_factory(struct hlsim__at_port *port);

static inline struct hlsim__modem_ram *hlsim__at_ram(const struct hlsim__at_port *port)
{
    return &port->modem->ram;
}

static inline const struct hlsim__figures *hlsim__at_figures(const struct hlsim__at_port *port)
{
    return &port->modem->ram.personality->figures;
}

#endif
