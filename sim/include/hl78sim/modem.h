/*
 * What a modem is like when it leaves the factory: model, firmware, numbers, settings.
 */
#ifndef HL78SIM_MODEM_H
#define HL78SIM_MODEM_H

#include <hl78sim/link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* AT ports of one modem. */
#define HLSIM_PORTS_MAX 4

struct hlsim_profile_family;

/* A setting of a new module other than its factory value: the keys of modem.settings. */
struct hlsim_setting {
    char key[24]; /* "wdsi", "wdsc.1", "wdss.2", "ksrep", "apn.1", ... */
    char value[64];
};

#define HLSIM_SETTINGS_MAX 32

/* What is said instead of the module's own answer to a command line. */
struct hlsim_response {
    char command[160]; /* a pattern of the whole line, as matchers have it */
    char *lines;       /* parted by '\n'; "": none */
    enum {
        HLSIM_RESPONSE_OK,
        HLSIM_RESPONSE_ERROR,
        HLSIM_RESPONSE_NO_CARRIER,
        HLSIM_RESPONSE_CME, /* `code` */
    } result;
    int code;
    int64_t delay;  /* nanoseconds from the command to the answer */
    uint32_t count; /* so many times, then no more; 0: always */
};

#define HLSIM_RESPONSES_MAX 32

/* Texts of a SIM card, with their NUL. */
#define HLSIM_ICCID_SIZE  24
#define HLSIM_IMSI_SIZE   16
#define HLSIM_PIN_SIZE    9
#define HLSIM_NUMBER_SIZE 22

/* Of the factory's bootstrap account. */
#define HLSIM_BOOTSTRAP_URI_SIZE 128 /* with its NUL */
#define HLSIM_BOOTSTRAP_KEY_SIZE 16

/* Of an account's identity, with its NUL. */
#define HLSIM_LWM2M_IDENTITY_SIZE 64

struct hlsim_modem_config {
    const struct hlsim_profile_family *family; /* borrowed, outlives the world */
    char firmware[32];                         /* the version in slot A */
    char imei[16];                             /* 15 digits */
    char serial[16];                           /* 14 characters, the FSN */
    char iccid[HLSIM_ICCID_SIZE];
    char imsi[HLSIM_IMSI_SIZE];
    char sim_number[HLSIM_NUMBER_SIZE];           /* of the card, "+" and digits; "": its own */
    bool sim_absent;                              /* the slot is empty at first */
    char sim_pin[HLSIM_PIN_SIZE];                 /* asked for at every start; "": not asked for */
    char sim_puk[HLSIM_PIN_SIZE];                 /* 8 digits; "": the card's own */
    char bootstrap_uri[HLSIM_BOOTSTRAP_URI_SIZE]; /* instead of the profile's; "": that one */
    unsigned char bootstrap_key[HLSIM_BOOTSTRAP_KEY_SIZE]; /* the world draws it when it is zero */
    bool credentials;                      /* DM credentials present, and known to the server */
    char dm_uri[HLSIM_BOOTSTRAP_URI_SIZE]; /* of these; "": AirVantage's */
    /* Of the DM account when there are `credentials`, else of the factory's bootstrap account:
     * instead of the profile's or the server's, "" or zero: those. */
    char lwm2m_identity[HLSIM_LWM2M_IDENTITY_SIZE];
    unsigned char lwm2m_key[HLSIM_BOOTSTRAP_KEY_SIZE];
    unsigned ports;                /* 1 to HLSIM_PORTS_MAX */
    struct hlsim_wire_config wire; /* of the first, the UART */
    size_t setting_count;
    const struct hlsim_setting *settings; /* borrowed until the world is there, which copies them */
    size_t response_count;
    const struct hlsim_response
        *responses; /* borrowed, outlive the world; the first match counts */
};

#endif
