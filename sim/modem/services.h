/*
 * Device services: the one place that decides about sessions, agreements and updates. Below it are
 * session.c, agreement.c and update.c, which know nothing of each other; at/ translates AT+WDS* to
 * and from it.
 */
#ifndef HLSIM_MODEM_SERVICES_H
#define HLSIM_MODEM_SERVICES_H

#include "modem/agreement.h"
#include "modem/polling.h"
#include "modem/session.h"
#include "modem/update.h"

struct hlsim__modem;

struct hlsim__services {
    struct hlsim__modem *modem;
    struct hlsim__agreement agreement;
    struct hlsim__polling polling;
    bool event_0_raised;
    bool announced;                    /* the size was said since the download was last taken up */
    bool outcome_read;                 /* the server has read how the last update went */
    bool receipt_wanted;               /* it observes that, and is to acknowledge it */
    int64_t receipt_by;                /* until then the session stays open for it */
    bool accepted;                     /* a download was accepted while no session was open */
    bool reopen;                       /* a stopped download goes on at once, in a new session */
    bool session_was_lost;             /* the network was switched off, or lost for long */
    struct hlsim__timer take_up_timer; /* what is pending after a start, a stop or a lost network */
    struct hlsim__timer outcome_timer; /* 15 or 16 */
    struct hlsim__timer lost_timer;    /* the figure network_lost_close */
    struct hlsim__update update;
    struct hlsim__session session;
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

/* When the services want to do something next by themselves - polling, what was put off, another
 * try; HLSIM_NEVER: nothing is planned. A module that hibernates must be awake then. */
int64_t hlsim__services_next_at(const struct hlsim__services *services);

/* The host has let go of a packet data context (AT+CGACT, AT+CGDCONT). */
void hlsim__services_context_down(struct hlsim__services *services, int64_t cid);

/* --- What the host asks --------------------------------------------------------------------- */

/* AT+WDSS=1,1: 0 or a CME code. */
int hlsim__services_open(struct hlsim__services *services);

/* AT+WDSS=1,0 */
void hlsim__services_close(struct hlsim__services *services);

/* AT+WDSS=2,<cid>: 0 or a CME code. */
int hlsim__services_choose_context(struct hlsim__services *services, int64_t cid);

/* AT+WDSC=3,<minutes>; 0: off. 0 or HLSIM_E_POWER. */
int hlsim__services_set_polling(struct hlsim__services *services, int64_t minutes);

/* AT+WDSR=<reply>[,<minutes>]; `value` from 0 on, minutes < 0: not given. 0 or a CME code. */
int hlsim__services_reply(struct hlsim__services *services, int64_t value, int64_t minutes);

/* AT+WDSG line 0 [HL76]; nothing here prohibits (0) or deactivates (1) the services. */
enum hlsim__services_state {
    HLSIM__SERVICES_TO_BE_PROVISIONED = 2, /* no access point: AT+WDSS=1,1 gives 650 */
    HLSIM__SERVICES_ACTIVATED = 3,
};

/* AT+WDSG line 1 [HL76] */
enum hlsim__services_package {
    HLSIM__PACKAGE_NONE = 0,
    HLSIM__PACKAGE_SESSION = 1,    /* a session is under treatment */
    HLSIM__PACKAGE_AVAILABLE = 2,  /* on the server, also while it is being downloaded */
    HLSIM__PACKAGE_DOWNLOADED = 3, /* ready to be installed */
};

enum hlsim__services_state hlsim__services_state(const struct hlsim__services *services);
enum hlsim__services_package hlsim__services_package(const struct hlsim__services *services);

/* --- Between services.c and services_host.c ------------------------------------------------- */

/* +WDSI: 0 where it means that the SIM is unlocked and an APN is set (AN1.1 table 1). */
void hlsim__services_raise_event_0(struct hlsim__services *services);

/* +WDSI: 9 with the bytes that are still to come. */
void hlsim__services_announce(struct hlsim__services *services);

/* A DM session is open: goes on with what needs one. */
void hlsim__services_go_on(struct hlsim__services *services);

/* +WDSI: 14, and the firmware makes room for the installer. */
void hlsim__services_begin_install(struct hlsim__services *services);

#endif
