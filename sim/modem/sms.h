/*
 * The short message service of the module: what is sent and what becomes of what comes in. How the
 * host is told is the listener's matter; where messages come from and go to, the service centre's.
 */
#ifndef HLSIM_MODEM_SMS_H
#define HLSIM_MODEM_SMS_H

#include "codec/charset.h"
#include "modem/messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim__modem;

/* What the network does for messages of this modem; set by whoever is the network. */
struct hlsim__sms_centre {
    void *user;
    /* A TPDU has left the modem. */
    void (*submit)(void *user, const uint8_t *tpdu, size_t size);
    /* The modem may take messages again which it could not take before. */
    void (*ready)(void *user);
};

/* What the host is told of. */
struct hlsim__sms_arrival {
    bool stored; /* in `store` at `index`; otherwise it is shown and kept nowhere */
    bool report; /* a status report */
    enum hlsim__store store;
    size_t index;
    struct hlsim__message message;
};

/* AT+CPMS: what is read and deleted, written and sent, received. */
enum hlsim__sms_memory {
    HLSIM__SMS_READING,
    HLSIM__SMS_WRITING,
    HLSIM__SMS_RECEIVING,
    HLSIM__SMS_MEMORIES
};

/* What a start forgets. */
struct hlsim__sms_service {
    bool text;   /* AT+CMGF */
    bool header; /* AT+CSDH */
    enum hlsim__store memories[HLSIM__SMS_MEMORIES];
    uint8_t first; /* AT+CSMP: <fo>, <vp>, <pid>, <dcs> */
    uint8_t validity;
    uint8_t protocol;
    uint8_t coding;
    enum hlsim__charset charset; /* AT+CSCS */
    int level;                   /* AT+CSMS */
    int more;                    /* AT+CMMS */
    int bearer;                  /* AT+CGSMS */
    uint8_t reference;           /* of the next message */
};

void hlsim__sms_init(struct hlsim__sms_service *service, const struct hlsim__modem *modem);

/* AT+CNMI, which lies in flash. */
enum hlsim__cnmi {
    HLSIM__CNMI_MODE,
    HLSIM__CNMI_MT,
    HLSIM__CNMI_BM,
    HLSIM__CNMI_DS,
    HLSIM__CNMI_BFR,
    HLSIM__CNMI_VALUES
};

void hlsim__sms_indications(const struct hlsim__modem *modem, int ret_values[HLSIM__CNMI_VALUES]);
int hlsim__sms_set_indications(struct hlsim__modem *modem, const int values[HLSIM__CNMI_VALUES]);

/* 0, or the code of a +CMS ERROR that keeps the service from working: no card, a PIN. */
int hlsim__sms_refusal(const struct hlsim__modem *modem);

/* The service centre's address, from the card (EF-SMSP). */
void hlsim__sms_centre_read(const struct hlsim__modem *modem,
                            struct hlsim__sms_address *ret_centre);
int hlsim__sms_centre_write(struct hlsim__modem *modem, const struct hlsim__sms_address *centre);

/*
 * Sends a SUBMIT and gives it its reference. 0; the code of a +CMS ERROR; HLSIM_E_POWER, after
 * which nothing may be touched. `centre` without digits: the card's.
 */
int hlsim__sms_send(struct hlsim__modem *modem, const struct hlsim__sms_address *centre,
                    uint8_t *tpdu, size_t size);

/*
 * Something comes in. 0; HLSIM_E_UNREACHABLE: not now; HLSIM_E_FULL: there is no room; in both
 * cases the centre is told when to try again. HLSIM_E_POWER, HLSIM_E_NO_MEMORY.
 */
int hlsim__sms_deliver(struct hlsim__modem *modem, const uint8_t *tpdu, size_t size);

/* The modem registered, has room again, became ready to listen: the centre may try again. */
void hlsim__sms_ready(struct hlsim__modem *modem);

#endif
