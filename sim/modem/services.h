/*
 * Device services: the one place that decides about sessions, agreements and updates. Below it are
 * session.c, agreement.c and update.c, which know nothing of each other; at/ translates AT+WDS* to
 * and from it.
 */
#ifndef HLSIM_MODEM_SERVICES_H
#define HLSIM_MODEM_SERVICES_H

#include "modem/agreement.h"
#include "modem/session.h"
#include "modem/update.h"

struct hlsim__modem;

struct hlsim__services {
    struct hlsim__modem *modem;
    struct hlsim__session session;
    struct hlsim__agreement agreement;
    struct hlsim__update update;
    bool event_0_raised;
    bool outcome_read;                 /* the server has read how the last update went */
    bool accepted;                     /* a download was accepted while no session was open */
    bool network_was_off;              /* by AT+CFUN or AT+CGATT */
    struct hlsim__timer take_up_timer; /* what is pending after a start, a stop or a lost network */
    struct hlsim__timer outcome_timer; /* 15 or 16 */
};

/* Reads what is pending from flash; says nothing yet. */
void hlsim__services_init(struct hlsim__services *services, struct hlsim__modem *modem);

/* The firmware has come up (+KSUP). */
void hlsim__services_started(struct hlsim__services *services);

/* The SIM card that the start had to wait for is ready: a PIN was entered, a card put in. */
void hlsim__services_sim_ready(struct hlsim__services *services);

/* A data connection was gained or lost. */
void hlsim__services_network(struct hlsim__services *services, bool up);

/* Of a firmware that runs: a session is being opened or closed, a download runs, an outcome is
 * about to be told. */
bool hlsim__services_owe(const struct hlsim__services *services);

/* AT+WDSS=1,1: 0 or a CME code. */
int hlsim__services_open(struct hlsim__services *services);

/* AT+WDSS=1,0 */
void hlsim__services_close(struct hlsim__services *services);

/* AT+WDSS=2,<cid>: 0 or a CME code. */
int hlsim__services_choose_context(struct hlsim__services *services, int64_t cid);

/* AT+WDSR=<reply>[,<minutes>]; minutes < 0: not given. 0 or a CME code. */
int hlsim__services_reply(struct hlsim__services *services, int64_t reply, int64_t minutes);

#endif
