/*
 * How deep the module sleeps (AT+KSLEEP), and what wakes it. It may sleep when its host allows it -
 * DTR is low, or nothing has passed for a while -, nothing is under way, and, for more than a plain
 * sleep, its radio is quiet. No byte leaves a UART that sleeps and none is understood.
 *
 *     sleep           the UART is off; everything else goes on
 *     lite hibernate  the same, but only a pin wakes it; memory is kept
 *     hibernate       the firmware has stopped: what wakes it starts it from flash
 *
 * That a module that hibernates is one that starts is modem.c's; the radio's own rest is rest.h's.
 */
#ifndef HLSIM_MODEM_SLEEP_H
#define HLSIM_MODEM_SLEEP_H

#include "core/sched.h"
#include "modem/rest.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

/* X(name, text): texts are those of the event modem.sleep and the path modem.sleep. */
#define HLSIM__SLEEP_MAP(X)                                                                        \
    X(HLSIM__AWAKE, "awake")                                                                       \
    X(HLSIM__ASLEEP, "sleep")                                                                      \
    X(HLSIM__LITE_HIBERNATE, "lite_hibernate")                                                     \
    X(HLSIM__HIBERNATE, "hibernate")

enum hlsim__sleep_depth {
#define HLSIM__SLEEP_ENUM(name, text) name,
    HLSIM__SLEEP_MAP(HLSIM__SLEEP_ENUM)
#undef HLSIM__SLEEP_ENUM
};

/* <mngt> of AT+KSLEEP */
enum hlsim__sleep_management {
    HLSIM__SLEEP_BY_DTR = 0,
    HLSIM__SLEEP_BY_MODULE = 1,
    HLSIM__SLEEP_NEVER = 2,
};

/* AT+KSLEEP as the setting says it. */
struct hlsim__sleep_rule {
    int management;
    int level;    /* 0 sleep, 1 lite hibernate, 2 hibernate */
    int delay;    /* in seconds */
    int64_t wait; /* silence before it sleeps: the delay, but not less than sleep_after */
};

/* Of a firmware that runs. */
struct hlsim__sleep {
    struct hlsim__modem *modem;
    enum hlsim__sleep_depth depth;
    bool host_ready;              /* DTR */
    enum hlsim__rest_state radio; /* how deep the radio rested while it slept: edrx, psm or less */
    int64_t last_byte;
    struct hlsim__timer decide_timer;
    struct hlsim__timer wake_timer;  /* until the UART is on */
    struct hlsim__timer ring_timer;  /* a pulse of RI */
    struct hlsim__timer pulse_timer; /* of GPIO6 */
    struct hlsim__timer sim_timer;   /* +KSUP: 2 behind +KSUP: 0 */
};

/* What a module that hibernates still knows: it lies outside of its RAM. */
struct hlsim__hibernation {
    bool on;
    bool by_dtr;                  /* DTR wakes it */
    enum hlsim__rest_state radio; /* how deep the radio rested when it began */
    bool kept;                    /* the network has it registered, and its first context stands */
    struct hlsim__timer alarm;
};

void hlsim__sleep_init(struct hlsim__sleep *sleep, struct hlsim__modem *modem);

/* The start has come as far as +KSUP; the host allows something else (AT+KSLEEP). */
void hlsim__sleep_consider(struct hlsim__sleep *sleep);

/* DTR of the UART has this level, with a firmware that runs or without. */
void hlsim__sleep_host_ready(struct hlsim__modem *modem, bool ready);

/* How deep the modem sleeps; also of one whose firmware does not run. */
enum hlsim__sleep_depth hlsim__sleep_depth(const struct hlsim__modem *modem);

/* Bytes of the host have come: understood by a UART that is on, lost on one that sleeps. */
void hlsim__sleep_bytes(struct hlsim__sleep *sleep);

/* A line waits for a UART that sleeps: RI says so. */
void hlsim__sleep_word_waits(struct hlsim__sleep *sleep);

/* The wake pin. False when there was nothing to wake. */
bool hlsim__sleep_wake(struct hlsim__sleep *sleep);

/* The radio rests in another way. */
void hlsim__sleep_radio_rests(struct hlsim__sleep *sleep, enum hlsim__rest_state state);

/* A sleep is over in which the radio rested so: tells of it. What such a sleep costs others is to
 * be called from here. */
void hlsim__sleep_over(struct hlsim__sleep *sleep, enum hlsim__rest_state radio);

/* +KSUP behind a start or a sleep; may be followed by a card that has fallen off. */
void hlsim__sleep_say_awake(struct hlsim__sleep *sleep, bool woken);

/* The low-power monitor of GPIO6 (AT+KHWIOCFG=3,1,6): high while the module is awake. */
void hlsim__sleep_monitor(const struct hlsim__sleep *sleep, bool high);

/* The UART is on its way up. */
static inline bool hlsim__sleep_owes(const struct hlsim__sleep *sleep)
{
    return hlsim__timer_armed(&sleep->wake_timer);
}

void hlsim__sleep_rule(const struct hlsim__modem *modem, struct hlsim__sleep_rule *ret_rule);

const char *hlsim__sleep_text(enum hlsim__sleep_depth depth);

#endif
