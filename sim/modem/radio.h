/*
 * The radio: functionality (+CFUN), registration (+CREG, +CEREG) and the attachment to the packet
 * domain.
 */
#ifndef HLSIM_MODEM_RADIO_H
#define HLSIM_MODEM_RADIO_H

#include "core/sched.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

/* 27.007 10.1.22 */
enum hlsim__registration {
    HLSIM__NOT_REGISTERED = 0,
    HLSIM__REGISTERED_HOME = 1,
    HLSIM__SEARCHING = 2,
};

struct hlsim__radio {
    struct hlsim__modem *modem;
    void (*connected)(struct hlsim__modem *modem, bool up); /* a data connection came or went */
    int functionality;                                      /* +CFUN: 0, 1, 4 */
    bool wants_data;                                        /* +CGATT */
    enum hlsim__registration status;
    struct hlsim__timer found_timer;
};

void hlsim__radio_init(struct hlsim__radio *radio, struct hlsim__modem *modem,
                       void (*connected)(struct hlsim__modem *modem, bool up));

/* Begins to search; registers the figure register_after later when there is coverage. */
void hlsim__radio_search(struct hlsim__radio *radio);

/* Lets the search of a start end the figure register_after from now. */
void hlsim__radio_found_soon(struct hlsim__radio *radio);

/* The interface's coverage has changed. */
void hlsim__radio_coverage_changed(struct hlsim__radio *radio);

/* +CFUN=0, 1, 4 */
void hlsim__radio_set_functionality(struct hlsim__radio *radio, int functionality);

/* +CGATT=0, 1 */
void hlsim__radio_set_attach(struct hlsim__radio *radio, bool attach);

static inline bool hlsim__radio_registered(const struct hlsim__radio *radio)
{
    return radio->status == HLSIM__REGISTERED_HOME;
}

/* True when the packet domain can be used: contexts (pdp.h) can be activated. */
bool hlsim__radio_attached(const struct hlsim__radio *radio);

#endif
