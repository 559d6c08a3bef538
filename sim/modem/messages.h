/*
 * Where short messages are stored: on the SIM card (EF-SMS) and in the module's flash. Knows no
 * network and no AT command.
 */
#ifndef HLSIM_MODEM_MESSAGES_H
#define HLSIM_MODEM_MESSAGES_H

#include "codec/sms.h"

#include <stddef.h>
#include <stdint.h>

struct hlsim__modem;

/* Behind the status in a record of EF-SMS. */
#define HLSIM__MESSAGE_MAX 175
/* Messages in the module at most: they share their flash with the settings. */
#define HLSIM__MESSAGES_MAX 60

/* X(name, <mem> of 27.005) */
#define HLSIM__STORE_MAP(X)                                                                        \
    X(HLSIM__STORE_SM, "SM") /* the SIM card */                                                    \
    X(HLSIM__STORE_ME, "ME") /* the module */

enum hlsim__store {
#define HLSIM__STORE_ENUM(name, text) name,
    HLSIM__STORE_MAP(HLSIM__STORE_ENUM)
#undef HLSIM__STORE_ENUM
        HLSIM__STORES
};

/* X(name, <stat> in text mode); the number is <stat> in PDU mode (27.005 3.1). */
#define HLSIM__MESSAGE_STATUS_MAP(X)                                                               \
    X(HLSIM__MESSAGE_UNREAD, "REC UNREAD")                                                         \
    X(HLSIM__MESSAGE_READ, "REC READ")                                                             \
    X(HLSIM__MESSAGE_UNSENT, "STO UNSENT")                                                         \
    X(HLSIM__MESSAGE_SENT, "STO SENT")

enum hlsim__message_status {
#define HLSIM__MESSAGE_ENUM(name, text) name,
    HLSIM__MESSAGE_STATUS_MAP(HLSIM__MESSAGE_ENUM)
#undef HLSIM__MESSAGE_ENUM
        HLSIM__MESSAGE_STATUSES
};

struct hlsim__message {
    enum hlsim__message_status status;
    size_t centre_size; /* the service centre's address with its length, before the TPDU */
    size_t size;        /* all */
    uint8_t octets[HLSIM__MESSAGE_MAX];
};

/* The message as `octets`: service centre ("" for none) and TPDU. HLSIM_E_LIMIT: too long. */
int hlsim__message_make(struct hlsim__message *message, enum hlsim__message_status status,
                        const struct hlsim__sms_address *centre, const uint8_t *tpdu, size_t size);

size_t hlsim__messages_capacity(const struct hlsim__modem *modem, enum hlsim__store store);
size_t hlsim__messages_count(const struct hlsim__modem *modem, enum hlsim__store store);

/* Indices count from 1. HLSIM_E_RANGE: there is no such place; HLSIM_E_NOT_FOUND: it is empty. */
int hlsim__messages_read(const struct hlsim__modem *modem, enum hlsim__store store, size_t index,
                         struct hlsim__message *ret_message);

/* Into that place, over what was there. HLSIM_E_RANGE, HLSIM_E_NO_MEMORY, errors of
 * hlsim__nvm_put. */
int hlsim__messages_write(struct hlsim__modem *modem, enum hlsim__store store, size_t index,
                          const struct hlsim__message *message);

/* Into the first free place: its index, HLSIM_E_FULL, or errors as above. */
int hlsim__messages_add(struct hlsim__modem *modem, enum hlsim__store store,
                        const struct hlsim__message *message);

/* HLSIM_E_RANGE, HLSIM_E_NOT_FOUND, errors as above. */
int hlsim__messages_remove(struct hlsim__modem *modem, enum hlsim__store store, size_t index);

#endif
