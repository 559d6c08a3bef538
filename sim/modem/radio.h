/*
 * The radio: functionality (+CFUN), the operator (+COPS), registration (+CREG, +CEREG), the
 * attachment to the packet domain and what is received. The technology in use is the first one of
 * those chosen (technology.h) that finds a cell.
 */
#ifndef HLSIM_MODEM_RADIO_H
#define HLSIM_MODEM_RADIO_H

#include "core/sched.h"
#include "modem/technology.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

/* 27.007 10.1.22 */
enum hlsim__registration {
    HLSIM__NOT_REGISTERED = 0,
    HLSIM__REGISTERED_HOME = 1,
    HLSIM__SEARCHING = 2,
    HLSIM__REGISTRATION_DENIED = 3,
    HLSIM__UNREACHABLE = 4, /* "unknown": asleep in PSM, or out of coverage */
    HLSIM__REGISTERED_ROAMING = 5,
    HLSIM__EMERGENCY_ONLY = 8,
};

/* Whose registration a command shows. */
enum hlsim__domain {
    HLSIM__DOMAIN_CS,  /* +CREG */
    HLSIM__DOMAIN_PS,  /* +CGREG */
    HLSIM__DOMAIN_EPS, /* +CEREG: not registered while GSM or UTRAN is in use */
    HLSIM__DOMAINS,
};

/* Timers of PSM: eight binary digits as AT+CPSMS has them, and the NUL. */
#define HLSIM__PSM_TIMER_SIZE 9

/* Strength and quality of the cell: dBm, dB, dB. */
struct hlsim__signal {
    int rsrp;
    int rsrq;
    int sinr;
};

/* The radio network as this modem meets it, as far as the scenario has changed it: no part of the
 * modem, so that no start mends it. */
struct hlsim__air {
    unsigned char denied; /* the network refuses to register it, with this cause (24.301); 0: not */
    bool emergency;       /* it is refused, but for calls of emergency */
    bool measured;        /* `signal` instead of the figures */
    struct hlsim__signal signal;
};

/* 27.007 7.3, <mode> of +COPS */
enum hlsim__selection {
    HLSIM__SELECT_AUTOMATIC = 0,
    HLSIM__SELECT_MANUAL = 1,
    HLSIM__SELECT_NONE = 2, /* deregistered by the host */
    HLSIM__SELECT_MANUAL_AUTOMATIC = 4,
};

struct hlsim__radio {
    struct hlsim__modem *modem;
    void (*connected)(struct hlsim__modem *modem, bool up); /* a data connection came or went */
    int functionality;                                      /* +CFUN: 0, 1, 4 */
    bool wants_data;                                        /* +CGATT */
    enum hlsim__selection selection;                        /* +COPS */
    int operator_format;                                    /* +COPS: 0 long, 1 short, 2 digits */
    enum hlsim__registration status;
    enum hlsim__registration shown[HLSIM__DOMAINS]; /* as the ports were told */
    struct hlsim__tuning tuning;
    enum hlsim__technology technology; /* in use, or looked for first */
    bool asleep;                       /* in PSM */
    char psm_active[HLSIM__PSM_TIMER_SIZE];
    char psm_tau[HLSIM__PSM_TIMER_SIZE];
    struct hlsim__timer found_timer;
    struct hlsim__timer lost_timer; /* until a search is given up, and goes on unseen */
};

/* The settings are loaded. */
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

/* +COPS=0, 1, 2, 4; the operator is there. */
void hlsim__radio_select(struct hlsim__radio *radio, enum hlsim__selection selection);

/* The SIM card became ready, or ceased to be. */
void hlsim__radio_sim_changed(struct hlsim__radio *radio);

/* +CGATT=0, 1: on LTE the registration ends and begins with it, without a search. */
void hlsim__radio_set_attach(struct hlsim__radio *radio, bool attach);

/*
 * After a hibernation in which the network kept the modem: registered, without a search. After a
 * sleep that cost it that: it registers anew.
 */
void hlsim__radio_resume(struct hlsim__radio *radio);
void hlsim__radio_start_over(struct hlsim__radio *radio);

/* Model side: `modem->air` has changed. */
void hlsim__radio_air_changed(struct hlsim__radio *radio);

/*
 * The network has granted these timers of PSM (T3324, T3412), each eight binary digits; NULL for
 * both: none. +CEREG shows them from <n> 4 on.
 */
void hlsim__radio_grant_psm(struct hlsim__radio *radio, const char *active, const char *tau);

/* Falls asleep in PSM (status 4 is shown) or wakes up. The registration stays valid, and so does
 * what rests on it, unless somebody else ends that. */
void hlsim__radio_sleep(struct hlsim__radio *radio, bool asleep);

static inline bool hlsim__radio_registered(const struct hlsim__radio *radio)
{
    return radio->status == HLSIM__REGISTERED_HOME || radio->status == HLSIM__REGISTERED_ROAMING;
}

/* The cell's signal, whether or not it is heard. */
struct hlsim__signal hlsim__radio_signal(const struct hlsim__radio *radio);

/* True when the packet domain can be used: contexts (pdp.h) can be activated. */
bool hlsim__radio_attached(const struct hlsim__radio *radio);

/* True when the host, or a missing card, keeps the modem off the data network: not a loss. */
bool hlsim__radio_switched_off(const struct hlsim__radio *radio);

/* True when a cell is heard, registered or not. */
bool hlsim__radio_hears(const struct hlsim__radio *radio);

#endif
