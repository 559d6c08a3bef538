/*
 * When the radio rests: after a while without traffic the network lets go of the connection, and
 * then the radio listens now and then only (extended discontinuous reception, eDRX), or not at all
 * until it says by itself that it is there (power saving mode, PSM). Whether the module sleeps
 * beside its radio is sleep.h's.
 *
 *     connected --rrc_inactivity--> idle --T3324--> PSM --T3412--> idle ...
 *                                   idle <--window, cycle--> eDRX
 *
 * Traffic leads back to connected, from everywhere [24.008 4.7.2.8, 23.682 4.5.4, 4.5.13].
 */
#ifndef HLSIM_MODEM_REST_H
#define HLSIM_MODEM_REST_H

#include "core/sched.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

/* X(name, text): texts are those of the event modem.rest and the path modem.rest. */
#define HLSIM__REST_MAP(X)                                                                         \
    X(HLSIM__REST_OFF, "off") /* not registered */                                                 \
    X(HLSIM__REST_CONNECTED, "connected")                                                          \
    X(HLSIM__REST_IDLE, "idle")                                                                    \
    X(HLSIM__REST_EDRX, "edrx") /* between two paging windows */                                   \
    X(HLSIM__REST_PSM, "psm")

enum hlsim__rest_state {
#define HLSIM__REST_ENUM(name, text) name,
    HLSIM__REST_MAP(HLSIM__REST_ENUM)
#undef HLSIM__REST_ENUM
};

/* What the network has granted. */
struct hlsim__rest_grants {
    bool psm;
    uint8_t active; /* T3324, T3412 as coded on the air (saving_code.h) */
    uint8_t tau;
    bool edrx;
    uint8_t cycle; /* four bits each */
    uint8_t window;
};

struct hlsim__rest {
    struct hlsim__modem *modem;
    enum hlsim__rest_state state;
    struct hlsim__rest_grants grants;
    int64_t last_traffic;
    int64_t idle_since;
    struct hlsim__timer timer; /* to the next state */
    struct hlsim__timer tau;   /* T3412 */
};

void hlsim__rest_init(struct hlsim__rest *rest, struct hlsim__modem *modem);

/* The modem is registered, or not any more. */
void hlsim__rest_registered(struct hlsim__rest *rest, bool registered);

/* The host asks for something else (AT+CPSMS, AT+CEDRXS): the network is asked now when there is
 * one, else at the next registration. */
void hlsim__rest_asks(struct hlsim__rest *rest);

/* When the connection will have been silent for the figure rrc_inactivity; the past: it has. */
int64_t hlsim__rest_quiet_at(const struct hlsim__rest *rest);

/* Whether cycles and windows are those of NB-IoT. */
bool hlsim__rest_narrow_band(const struct hlsim__modem *modem);

const char *hlsim__rest_text(enum hlsim__rest_state state);

#endif
