/*
 * The SIM card and its slot. The card has a memory of its own: PIN, PUK and what is left of the
 * tries outlive the modem's power, its settings and its firmware. What the card forgets with its
 * supply is that the PIN was shown. Does not know what needs a card.
 */
#ifndef HLSIM_MODEM_SIM_H
#define HLSIM_MODEM_SIM_H

#include <hl78sim/modem.h>

#include <stdbool.h>
#include <stdint.h>

#define HLSIM__SIM_PIN_TRIES 3  /* ETSI TS 102 221 9.5.1 */
#define HLSIM__SIM_PUK_TRIES 10 /* the same */
#define HLSIM__SIM_PIN_MIN   4  /* digits */
#define HLSIM__SIM_PIN_MAX   8
#define HLSIM__SIM_PUK_SIZE  8
#define HLSIM__SIM_PREFERRED 8 /* operators in the list of +CPOL */

/* X(name, <stat> of +KSUP [Z], text of the path modem.sim) */
#define HLSIM__SIM_MAP(X)                                                                          \
    X(HLSIM__SIM_READY, 0, "ready")                                                                \
    X(HLSIM__SIM_WANTS_PIN, 1, "pin")                                                              \
    X(HLSIM__SIM_WANTS_PUK, 1, "puk")                                                              \
    X(HLSIM__SIM_BLOCKED, 4, "blocked")                                                            \
    X(HLSIM__SIM_ABSENT, 2, "absent")

enum hlsim__sim_state {
#define HLSIM__SIM_ENUM(name, stat, text) name,
    HLSIM__SIM_MAP(HLSIM__SIM_ENUM)
#undef HLSIM__SIM_ENUM
};

struct hlsim__sim_record;

struct hlsim__sim {
    bool present;
    char iccid[HLSIM_ICCID_SIZE];
    char imsi[HLSIM_IMSI_SIZE];
    char number[HLSIM_NUMBER_SIZE]; /* its own telephone number */
    char pin[HLSIM__SIM_PIN_MAX + 1];
    char puk[HLSIM__SIM_PUK_SIZE + 1];
    bool pin_enabled;
    unsigned pin_tries; /* that are left */
    unsigned puk_tries;
    char preferred[HLSIM__SIM_PREFERRED][7]; /* operators, 5 or 6 digits; "": none */
    bool shown;                              /* the PIN was shown since the card got its supply */
    bool unreadable;                         /* the module has lost it, until its next start */
    uint16_t selected;                       /* the file that AT+CSIM has selected; 0: none */
    struct hlsim__sim_record *records;       /* of its files, sim_files.h */
};

/* A new card, in its slot or not. */
void hlsim__sim_init(struct hlsim__sim *sim, const struct hlsim_modem_config *config);

/* Another card in the slot: its own numbers, untouched tries, no PIN asked for. */
void hlsim__sim_exchange(struct hlsim__sim *sim, const char *iccid, const char *imsi);

/* Gives back the card's memory. */
void hlsim__sim_free(struct hlsim__sim *sim);

/* The card lost its supply and has it again. */
void hlsim__sim_restart(struct hlsim__sim *sim);

enum hlsim__sim_state hlsim__sim_state(const struct hlsim__sim *sim);
int hlsim__sim_stat(enum hlsim__sim_state state);
const char *hlsim__sim_text(enum hlsim__sim_state state);

static inline bool hlsim__sim_ready(const struct hlsim__sim *sim)
{
    return hlsim__sim_state(sim) == HLSIM__SIM_READY;
}

/* What a command that needs the card is answered: 0, or CME 10, 11, 12 or 13 (27.007 9.2.1). */
int hlsim__sim_refusal(const struct hlsim__sim *sim);

/*
 * What a host asks of the card: 0, or a CME code. A text that cannot be a PIN or a PUK is
 * refused (50) without costing a try; a wrong one (16) costs one, also where it is the last.
 */
int hlsim__sim_show_pin(struct hlsim__sim *sim, const char *pin);
int hlsim__sim_unblock(struct hlsim__sim *sim, const char *puk, const char *new_pin);
int hlsim__sim_enable_pin(struct hlsim__sim *sim, bool enable, const char *pin);
int hlsim__sim_change_pin(struct hlsim__sim *sim, const char *pin, const char *new_pin);

#endif
