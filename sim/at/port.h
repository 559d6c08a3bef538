/*
 * One AT port: the line discipline of V.250 on a byte link - echo, collecting a command line,
 * framing of answers, unsolicited lines between answers. What the commands do is not known here.
 */
#ifndef HLSIM_AT_PORT_H
#define HLSIM_AT_PORT_H

#include "at/collect.h"
#include "at/ftp_data.h"
#include "at/http_data.h"
#include "at/mux.h"
#include "at/online.h"
#include "at/profile.h"
#include "at/prompt.h"
#include "at/socket_data.h"
#include "at/table.h"
#include "at/xmodem.h"
#include "core/link.h"
#include "modem/modem.h"

/* Limits of one port, in bytes. */
#define HLSIM__AT_ANSWER_MAX 8192  /* an answer with its final result */
#define HLSIM__AT_OUTPUT_MAX 16384 /* what waits for a link that is full */
#define HLSIM__AT_INPUT_MAX  1024  /* what came while a command was being carried out */
#define HLSIM__AT_HELD_MAX   4096  /* unsolicited lines held back during a command */

/* What follows the answer. */
enum hlsim__at_afterwards {
    HLSIM__AT_GO_ON,
    HLSIM__AT_RESET,    /* the modem starts anew */
    HLSIM__AT_OFF,      /* it takes leave of the network and switches off */
    HLSIM__AT_OFF_FAST, /* it switches off */
    HLSIM__AT_MUX,      /* the port carries others */
};

struct hlsim__at_port;

/*
 * Who takes a port's bytes while it is in data mode. There is no echo then and no command line, and
 * unsolicited lines wait for the final result. A reset or a loss of power ends it without a word.
 * Any may be NULL.
 */
struct hlsim__at_taker {
    /*
     * Bytes have come. Returns how many were taken. Fewer than all: either data mode was ended by
     * one of them, and the rest is command line again; or the rest is to be offered again after
     * hlsim__at_port_resume, and the host's link fills. Must not look at the port once power has
     * failed. NULL: what the host sends meanwhile is its next command line.
     */
    size_t (*receive)(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);
    /* CONNECT, or the prompt, has been sent, and data mode has begun; it may be ended at once. */
    void (*begun)(struct hlsim__at_port *port);
    /* There is room again, after hlsim__at_port_send_some took less than it was given. */
    void (*writable)(struct hlsim__at_port *port);
    /* Lines of the host in `changed` are at these levels now (HLSIM_LINE_DTR, ...). */
    void (*lines)(struct hlsim__at_port *port, unsigned levels, unsigned changed);
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
    bool engineering;  /* AT!ENTERCND was given the password */
    bool asleep;       /* the UART is off, what is said waits */
    bool busy;         /* a command is being carried out, its answer is not out yet */
    bool later;        /* and its handler will tell the result */
    bool orphaned;     /* whoever gave it is gone: nobody is answered */
    bool loses_line;   /* the next command line is not answered */
    bool connect_held; /* CONNECT waits for one more command line */
    bool feed_due;     /* a line feed that comes now belongs to the end of the line before */
    bool had_call;     /* there was a call (ATD) since the start */
    const struct hlsim__at_taker *taker;  /* NULL: no data mode */
    const struct hlsim__at_taker *coming; /* the next one, behind CONNECT or the prompt */
    const char *prompt;                   /* NULL: CONNECT */
    const char *rate;                     /* what may follow CONNECT; NULL: nothing */
    struct hlsim__at_online online;
    struct hlsim__at_mux_settings mux; /* of AT+CMUX */
    int64_t latency;                   /* of the slowest command of the line */
    int64_t answer_due;                /* when it has passed, for an answer that comes later */
    enum hlsim__at_afterwards then;    /* what the line does to the modem once it is answered */
    size_t answer_size;
    size_t answer_lines;
    bool answer_full; /* a line was left out */
    int result;
    size_t input_size;
    size_t held_size;
    size_t output_size;
    struct hlsim__at_found found;
    /* What is large stands last: what a port has never used of it takes no memory. */
    struct hlsim__at_upload upload;
    struct hlsim__at_prompt typing;
    struct hlsim__at_socket_data socket_data;
    struct hlsim__at_http_data http_data;
    struct hlsim__at_ftp_data ftp_data;
    struct hlsim__at_collector collector;
    char answer[HLSIM__AT_ANSWER_MAX];
    uint8_t input[HLSIM__AT_INPUT_MAX];
    char held[HLSIM__AT_HELD_MAX];
    uint8_t output[HLSIM__AT_OUTPUT_MAX];
};

struct hlsim__at_port {
    struct hlsim__modem *modem;
    struct hlsim_link *link;
    struct hlsim__at_port_ram *ram;
    struct hlsim__at_mux *mux; /* what this port carries; owned; NULL: AT+CMUX was not given yet */
    bool carried;              /* it is a channel of another */
    unsigned number;           /* which of the modem's ports, or of what carries it */
};

/* Puts a port on the modem's end of a link; its RAM is the caller's and zero, and the caller
 * registers it with the modem's power latch. */
void hlsim__at_port_init(struct hlsim__at_port *port, struct hlsim__modem *modem,
                         struct hlsim_link *link, struct hlsim__at_port_ram *ram);

/* The firmware has started: a new context, as AT&W saved it. */
void hlsim__at_port_start(struct hlsim__at_port *port);

/* Another host, on a link that was closed: it finds the context that AT&W saved, and nothing of
 * what was typed or said before. A command under way goes on, and answers nobody. */
void hlsim__at_port_renew(struct hlsim__at_port *port);

/* The firmware is gone, or the world is: what the port had outside of its RAM. */
void hlsim__at_port_lost(struct hlsim__at_port *port);
void hlsim__at_port_free(struct hlsim__at_port *port);

/* The UART falls asleep or is on again, with the context that it had. What comes meanwhile is lost;
 * what is to be said waits. */
void hlsim__at_port_sleep(struct hlsim__at_port *port, bool asleep);

/* A command is under way, or begun, or a data mode, or something is still to be sent: the module
 * must not fall asleep. */
bool hlsim__at_port_busy(const struct hlsim__at_port *port);

/* RI, a pulse for what waits. */
void hlsim__at_port_ring(struct hlsim__at_port *port, bool on);

/* An unsolicited line, or lines parted by '\n'; held while a command is being carried out. */
void hlsim__at_port_urc(struct hlsim__at_port *port, const char *text);

/* The same with bytes behind the text, whatever they are, as one line. Room for so many bytes is
 * there now, text and line ends included, wherever the port speaks; what is more is lost. */
void hlsim__at_port_urc_bytes(struct hlsim__at_port *port, const char *text, const uint8_t *bytes,
                              size_t size);
size_t hlsim__at_port_urc_room(struct hlsim__at_port *port);

/* cmd_registration.c: +CREG, +CGREG or +CEREG for ports that asked for it. */
void hlsim__at_port_registration(struct hlsim__at_port *port, enum hlsim__domain domain);

/* cmd_registration.c: "+CGEV: <event>" for ports that asked for it by +CGEREP. */
void hlsim__at_port_packet_event(struct hlsim__at_port *port, const char *event);

/* cmd_clock.c: +CTZV, +CTZE or +CTZEU for ports that asked for it by +CTZR. */
void hlsim__at_port_network_time(struct hlsim__at_port *port);

/* Whether data calls and packages may come this way (figure port_roles). */
bool hlsim__at_port_takes_data(const struct hlsim__at_port *port);

/* The first port, by itself: not a USB port, not a channel of another. */
bool hlsim__at_port_is_uart(const struct hlsim__at_port *port);

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
 * A handler that returned HLSIM__AT_LATER (a network has to be asked, a peer has to answer) tells
 * the result by this; not earlier than the command's latency has passed it is sent. Meanwhile what
 * the handler answered waits, more may be added, and the modem owes its host an answer.
 */
void hlsim__at_port_finish(struct hlsim__at_port *port, int result);

/*
 * Data mode (data_mode.c). The three that begin one are for handlers, which then return
 * HLSIM__AT_DATA, or for what a handler that returned HLSIM__AT_LATER has waited for; `taker` and
 * texts are borrowed. A port has one taker at a time.
 *
 * begin_data: at once and without a word (XMODEM).
 * connect: after the command's latency what the handler has answered is sent, and CONNECT, framed
 * as V and Q say; then data mode begins and `begun` is called. What the host typed meanwhile is
 * data. prompt: the same with a text that is sent as it is ("\r\n> ").
 */
void hlsim__at_port_begin_data(struct hlsim__at_port *port, const struct hlsim__at_taker *taker);
void hlsim__at_port_connect(struct hlsim__at_port *port, const struct hlsim__at_taker *taker);
void hlsim__at_port_prompt(struct hlsim__at_port *port, const char *prompt,
                           const struct hlsim__at_taker *taker);

/* CONNECT is on its way and waits for one more command line, which is not carried out (quirk
 * connect_waits_for_command), in command state until then; that line has come. */
void hlsim__at_port_hold_connect(struct hlsim__at_port *port);
void hlsim__at_port_release_connect(struct hlsim__at_port *port);

/*
 * Sends bytes as they are. Power may have failed afterwards: then nothing may be touched.
 * send_data: what does not fit any more is lost (room is for HLSIM__AT_OUTPUT_MAX and what the link
 * holds). send_some: returns how many were taken, and `writable` follows when that is not all.
 */
void hlsim__at_port_send_data(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);
size_t hlsim__at_port_send_some(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);

/*
 * The end-of-data pattern as AT+KPATTERN says it now, for data that begin; and behind data that the
 * host was shown: true when all of it has been sent, else `writable` follows.
 */
void hlsim__at_port_set_pattern(const struct hlsim__at_port *port,
                                struct hlsim__eof_pattern *ret_pattern);
bool hlsim__at_port_send_pattern(struct hlsim__at_port *port, struct hlsim__eof_pattern *pattern);

/* The taker takes bytes again: what it left is offered to it now. Not from within `receive`. */
void hlsim__at_port_resume(struct hlsim__at_port *port);

/*
 * Ends data mode; the final result (as a handler returns it) and what was held back follow after
 * the command's latency, or, behind CONNECT, that of any command; hlsim__at_takes makes it longer.
 * Also before CONNECT is out, which then never comes. end_shown: of data that the module shows; the
 * result comes right behind its last byte. end_data_later: the result is told by
 * hlsim__at_port_finish.
 */
void hlsim__at_port_end_data(struct hlsim__at_port *port, int result);
void hlsim__at_port_end_shown(struct hlsim__at_port *port, int result);
void hlsim__at_port_end_data_later(struct hlsim__at_port *port);

/* Ends a data mode that no command waits for: without a result. */
void hlsim__at_port_leave_data(struct hlsim__at_port *port);

/* What the profile says of lines, speed and flow control has changed. */
void hlsim__at_port_drive_wire(struct hlsim__at_port *port);

static inline struct hlsim__modem_ram *hlsim__at_ram(const struct hlsim__at_port *port)
{
    return &port->modem->ram;
}

static inline const struct hlsim__figures *hlsim__at_figures(const struct hlsim__at_port *port)
{
    return &port->modem->ram.personality->figures;
}

#endif
