/*
 * A command as a row of a table. A constant answer is one line in a profile; a plain parameter is a
 * row without a function; behaviour is a row and one function in its topic's file.
 */
#ifndef HLSIM_AT_ROW_H
#define HLSIM_AT_ROW_H

#include "at/parse.h"
#include "modem/cme.h"
#include "modem/settings.h"
#include "profile/profile.h"

struct hlsim__at_port;

/* What a handler returns: one of these, or the code of a +CME ERROR (1 and up). */
#define HLSIM__AT_OK         0
#define HLSIM__AT_ERROR      (-1)
#define HLSIM__AT_NO_WORD    (-2) /* the command took the modem down: nothing is answered */
#define HLSIM__AT_DATA       (-3) /* a data mode of at/port.h was begun: the result comes later */
#define HLSIM__AT_NO_CARRIER (-4)
#define HLSIM__AT_SILENT     (-5) /* nothing is answered, and the next command is waited for */
#define HLSIM__AT_LATER      (-7) /* hlsim__at_port_finish will tell the result */
#define HLSIM__AT_CONNECT    (-6) /* of a data mode only: hlsim__at_port_connect */

/* The code of a +CMS ERROR (27.005 3.2.5), which is shown whatever AT+CMEE says. */
#define HLSIM__AT_CMS(code) (HLSIM__AT_CMS_BASE + (code))
#define HLSIM__AT_CMS_BASE  10000

#define HLSIM__AT_SPECS_MAX 6

struct hlsim__at_spec {
    const char *range; /* of a number, e.g. "0-1,4"; NULL: a text */
    bool optional;     /* may be absent, and then all behind it */
    bool may_be_empty; /* AT+CREG= is OK on HL78xx [T:CEL_CREG] */
    size_t last;       /* HLSIM__AT_LAST: where =? shows 1 to a figure instead of the range */
};

#define HLSIM__AT_LAST(figure) offsetof(struct hlsim__figures, figure)

enum hlsim__at_latency {
    HLSIM__AT_SHORT, /* figure answer_latency */
    HLSIM__AT_LIST,  /* figure list_latency */
    HLSIM__AT_CARD,  /* figure sim_latency */
    HLSIM__AT_RADIO, /* figure radio_latency */
    HLSIM__AT_SCAN,  /* figure scan_latency */
};

struct hlsim__at_row {
    const char *name;
    unsigned forms;                                   /* bits of enum hlsim__at_form */
    struct hlsim__at_spec specs[HLSIM__AT_SPECS_MAX]; /* of the set form */
    size_t spec_count;
    size_t more_args; /* behind those, for the handler to judge */
    /* Called with arguments that fit the specs. NULL: a plain parameter, kept in `setting`. */
    int (*handle)(struct hlsim__at_port *port, const struct hlsim__at_request *request);
    enum hlsim__setting setting;
    bool own_test; /* the handler answers =? too; otherwise it is made from the specs */
    enum hlsim__at_latency latency;
    unsigned slow_forms; /* those that take that long; 0: all */
    unsigned sim_forms;  /* those that need a SIM card that is ready */
    const char *help;
    /* For the ledger (docs/fidelity.md): whence the texts are known, how well, and what the module
     * does that this does not; NULL: nothing is known to be missing. */
    enum hlsim_evidence evidence;
    const char *source;
    const char *lacks;
};

/* Rows of one command set that belong to one topic. */
struct hlsim__at_topic {
    const char *set; /* "v250", "3gpp", "hl", "avms", "rc76" */
    int cme_range;   /* the answer to a value out of range, to a missing one; HLSIM__AT_ERROR */
    int cme_missing;
    int cme_unexpected; /* to one too many; 0: as out of range */
    bool cms;           /* what the SIM card refuses is a +CMS ERROR */
    bool of_sockets;    /* not answered any more after the quirk receive_error_half_deaf */
    const struct hlsim__at_row *rows;
    size_t row_count;
};

/* The sets, with what most of their topics answer to a value out of range and to a missing one. */
#define HLSIM__AT_OF_V250                                                                          \
    .set = "v250", .cme_range = HLSIM__AT_ERROR, .cme_missing = HLSIM__AT_ERROR
#define HLSIM__AT_OF_3GPP                                                                          \
    .set = "3gpp", .cme_range = HLSIM__CME_INCORRECT_PARAMETERS,                                   \
    .cme_missing = HLSIM__CME_INCORRECT_PARAMETERS
#define HLSIM__AT_OF_HL                                                                            \
    .set = "hl", .cme_range = HLSIM__CME_OUT_OF_RANGE, .cme_missing = HLSIM__CME_MISSING,          \
    .cme_unexpected = HLSIM__CME_UNEXPECTED
#define HLSIM__AT_OF_AVMS                                                                          \
    .set = "avms", .cme_range = HLSIM__CME_OUT_OF_RANGE, .cme_missing = HLSIM__CME_MISSING

#define HLSIM__AT_ROWS(table) .rows = (table), .row_count = sizeof(table) / sizeof *(table)

extern const struct hlsim__at_topic hlsim__at_basic;
extern const struct hlsim__at_topic hlsim__at_registers;
extern const struct hlsim__at_topic hlsim__at_identity;
extern const struct hlsim__at_topic hlsim__at_device;
extern const struct hlsim__at_topic hlsim__at_sim;
extern const struct hlsim__at_topic hlsim__at_registration;
extern const struct hlsim__at_topic hlsim__at_context;
extern const struct hlsim__at_topic hlsim__at_context_hl;
extern const struct hlsim__at_topic hlsim__at_technology;
extern const struct hlsim__at_topic hlsim__at_cell;
extern const struct hlsim__at_topic hlsim__at_clock;
extern const struct hlsim__at_topic hlsim__at_operator;
extern const struct hlsim__at_topic hlsim__at_signal;
extern const struct hlsim__at_topic hlsim__at_module;
extern const struct hlsim__at_topic hlsim__at_serial;
extern const struct hlsim__at_topic hlsim__at_functionality;
extern const struct hlsim__at_topic hlsim__at_power;
extern const struct hlsim__at_topic hlsim__at_services;
extern const struct hlsim__at_topic hlsim__at_local_update;
extern const struct hlsim__at_topic hlsim__at_rc76;
extern const struct hlsim__at_topic hlsim__at_sms_setup;
extern const struct hlsim__at_topic hlsim__at_sms_store;
extern const struct hlsim__at_topic hlsim__at_sms_send;
extern const struct hlsim__at_topic hlsim__at_sim_files;
extern const struct hlsim__at_topic hlsim__at_phonebook;
extern const struct hlsim__at_topic hlsim__at_engineering;
extern const struct hlsim__at_topic hlsim__at_vendor_identity;
extern const struct hlsim__at_topic hlsim__at_public_key;
extern const struct hlsim__at_topic hlsim__at_dns;
extern const struct hlsim__at_topic hlsim__at_sockets_connection;
extern const struct hlsim__at_topic hlsim__at_tcp;
extern const struct hlsim__at_topic hlsim__at_udp;
extern const struct hlsim__at_topic hlsim__at_socket_options;
extern const struct hlsim__at_topic hlsim__at_secure_sockets;
extern const struct hlsim__at_topic hlsim__at_call;
extern const struct hlsim__at_topic hlsim__at_dial;
extern const struct hlsim__at_topic hlsim__at_dial_3gpp;
extern const struct hlsim__at_topic hlsim__at_http;
extern const struct hlsim__at_topic hlsim__at_ftp;
extern const struct hlsim__at_topic hlsim__at_multiplexer;
extern const struct hlsim__at_topic hlsim__at_sleep;
extern const struct hlsim__at_topic hlsim__at_saving;
extern const struct hlsim__at_topic hlsim__at_edrx;
extern const struct hlsim__at_topic hlsim__at_edrx_config;
extern const struct hlsim__at_topic hlsim__at_gpio;

#endif
