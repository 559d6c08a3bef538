/*
 * Decides when the module sleeps and how deep, and what it finds when it wakes.
 */
#include "modem/sleep.h"

#include "base/assert.h"
#include "modem/modem.h"

#include <stdio.h>
#include <stdlib.h>

#define PERCENT 100

static const char *const texts[] = {
#define SLEEP_TEXT(name, text) [name] = text,
    HLSIM__SLEEP_MAP(SLEEP_TEXT)
#undef SLEEP_TEXT
};

const char *hlsim__sleep_text(enum hlsim__sleep_depth depth)
{
    HLSIM_ASSERT((size_t)depth < sizeof texts / sizeof *texts);
    return texts[depth];
}

static const struct hlsim__figures *figures_of(const struct hlsim__sleep *sleep)
{
    return &sleep->modem->ram.personality->figures;
}

static bool quirk(const struct hlsim__sleep *sleep, enum hlsim_quirk quirk)
{
    return sleep->modem->ram.personality->quirks[quirk];
}

static bool happens(struct hlsim__sleep *sleep, int64_t percent)
{
    return (int64_t)hlsim__rng_below(&sleep->modem->sleep_rng, PERCENT) < percent;
}

void hlsim__sleep_rule(const struct hlsim__modem *modem, struct hlsim__sleep_rule *ret_rule)
{
    char *rest;

    ret_rule->management =
        (int)strtol(hlsim__setting_text(&modem->ram.settings, HLSIM__SETTING_KSLEEP), &rest, 10);
    ret_rule->level = (int)strtol(rest + (*rest == ','), &rest, 10);
    ret_rule->delay = (int)strtol(rest + (*rest == ','), &rest, 10);
    ret_rule->wait = ret_rule->delay * HLSIM_SECOND;
    if (ret_rule->wait < modem->ram.personality->figures.sleep_after) {
        ret_rule->wait = modem->ram.personality->figures.sleep_after;
    }
}

/* --- What is told --------------------------------------------------------------------------- */

static void say(const struct hlsim__sleep *sleep, enum hlsim__sleep_depth depth,
                enum hlsim__rest_state radio)
{
    const struct hlsim__modem *modem = sleep->modem;

    HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_SLEEP,
                HLSIM_TEXT("state", hlsim__sleep_text(depth)),
                HLSIM_TEXT("radio", hlsim__rest_text(radio)));
}

void hlsim__sleep_monitor(const struct hlsim__sleep *sleep, bool high)
{
    struct hlsim__modem *modem = sleep->modem;
    int64_t pin = hlsim__setting_number(&modem->ram.settings, HLSIM__SETTING_LOW_POWER_GPIO);

    if (pin > 0 && modem->monitor_high != high) {
        modem->monitor_high = high;
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_GPIO, HLSIM_INT("pin", pin),
                    HLSIM_INT("level", high));
    }
}

static void ring(const struct hlsim__sleep *sleep, bool on)
{
    const struct hlsim__modem_listener *listener = &sleep->modem->listener;

    if (listener->ring != NULL) {
        listener->ring(listener->user, on);
    }
}

static void ring_ends(void *owner)
{
    ring(owner, false);
}

static void sim_falls_off(void *owner)
{
    struct hlsim__sleep *sleep = owner;
    struct hlsim__modem *modem = sleep->modem;
    char text[16];

    modem->sim.unreadable = true;
    snprintf(text, sizeof text, "+KSUP: %d", hlsim__sim_stat(hlsim__sim_state(&modem->sim)));
    hlsim__modem_urc(modem, text);
    hlsim__modem_sim_changed(modem);
}

void hlsim__sleep_over(struct hlsim__sleep *sleep, enum hlsim__rest_state radio)
{
    say(sleep, HLSIM__AWAKE, radio);
}

void hlsim__sleep_say_awake(struct hlsim__sleep *sleep, bool woken)
{
    struct hlsim__modem *modem = sleep->modem;
    char text[16];

    if (hlsim__setting_number(&modem->ram.settings, HLSIM__SETTING_KSREP) == 1) {
        snprintf(text, sizeof text, "+KSUP: %d", hlsim__sim_stat(hlsim__sim_state(&modem->sim)));
        hlsim__modem_urc(modem, text);
    }
    if (woken && quirk(sleep, HLSIM_QUIRK_sim_lost_on_wake) && hlsim__sim_ready(&modem->sim) &&
        happens(sleep, figures_of(sleep)->sim_lost_percent)) {
        hlsim__timer_set_in(&sleep->sim_timer, figures_of(sleep)->sim_lost_after);
    }
}

/* --- How deep ------------------------------------------------------------------------------- */

/* Something is under way that a sleep would break. */
static bool busy(const struct hlsim__sleep *sleep)
{
    const struct hlsim__modem *modem = sleep->modem;
    const struct hlsim__modem_ram *ram = &modem->ram;

    return hlsim__modem_owes(modem) || hlsim__timer_armed(&ram->off_timer) ||
           hlsim__agreement_asked(&ram->services.agreement) != HLSIM__AGREEMENT_NONE ||
           (modem->listener.busy != NULL && modem->listener.busy(modem->listener.user));
}

/* A radio that has been granted PSM or eDRX is quiet once it rests by that; others when nothing has
 * passed for a while. */
static bool radio_is_quiet(const struct hlsim__sleep *sleep)
{
    const struct hlsim__modem_ram *ram = &sleep->modem->ram;
    bool rests = ram->rest.state == HLSIM__REST_PSM || ram->rest.state == HLSIM__REST_EDRX ||
                 ram->radio.functionality != 1;

    if (ram->rest.grants.psm || ram->rest.grants.edrx ||
        quirk(sleep, HLSIM_QUIRK_hibernates_with_radio_only)) {
        return rests;
    }
    return rests || hlsim__rest_quiet_at(&ram->rest) <= sleep->modem->sched->now;
}

/* How deep it may sleep now, by its host and by what is under way. */
static enum hlsim__sleep_depth allowed(const struct hlsim__sleep *sleep,
                                       const struct hlsim__sleep_rule *rule)
{
    if (rule->management == HLSIM__SLEEP_NEVER ||
        (rule->management == HLSIM__SLEEP_BY_DTR && sleep->host_ready) || busy(sleep)) {
        return HLSIM__AWAKE;
    }
    if (rule->level == 0 || !radio_is_quiet(sleep)) {
        return HLSIM__ASLEEP;
    }
    /* A session lives in memory: it keeps the module from losing it. */
    if (rule->level == 1 || quirk(sleep, HLSIM_QUIRK_hibernate_keeps_memory) ||
        hlsim__session_is_open(&sleep->modem->ram.services.session)) {
        return HLSIM__LITE_HIBERNATE;
    }
    return HLSIM__HIBERNATE;
}

/* --- Falling asleep ------------------------------------------------------------------------- */

static int64_t earlier(int64_t at, const struct hlsim__timer *timer)
{
    return hlsim__timer_armed(timer) && timer->at < at ? timer->at : at;
}

/* What the module has planned, and would sleep through. */
static int64_t next_plan(const struct hlsim__modem *modem)
{
    int64_t at = hlsim__services_next_at(&modem->ram.services);

    return modem->ram.rest.grants.psm ? earlier(at, &modem->ram.rest.tau) : at;
}

static void hibernate(struct hlsim__sleep *sleep, const struct hlsim__sleep_rule *rule)
{
    struct hlsim__modem *modem = sleep->modem;
    const struct hlsim__modem_ram *ram = &modem->ram;
    bool kept =
        hlsim__radio_registered(&ram->radio) &&
        !(ram->rest.state == HLSIM__REST_PSM && quirk(sleep, HLSIM_QUIRK_psm_loses_sockets));
    int64_t at = next_plan(modem);

    hlsim__modem_hibernate(modem);
    modem->hibernation.by_dtr = rule->management == HLSIM__SLEEP_BY_DTR;
    modem->hibernation.kept = kept;
    modem->hibernation.radio = sleep->radio;
    if (at != HLSIM_NEVER) {
        hlsim__timer_set(&modem->hibernation.alarm, at);
    }
}

static void enter(struct hlsim__sleep *sleep, enum hlsim__sleep_depth depth,
                  const struct hlsim__sleep_rule *rule)
{
    struct hlsim__modem *modem = sleep->modem;
    bool was_awake = sleep->depth == HLSIM__AWAKE;

    sleep->depth = depth;
    sleep->radio = modem->ram.rest.state;
    say(sleep, depth, sleep->radio);
    hlsim__sleep_monitor(sleep, false);
    if (depth == HLSIM__HIBERNATE) {
        hibernate(sleep, rule);
        return;
    }
    if (was_awake && modem->listener.sleep != NULL) {
        modem->listener.sleep(modem->listener.user, true);
    }
}

static bool may_ever_sleep(const struct hlsim__sleep *sleep, const struct hlsim__sleep_rule *rule)
{
    return rule->management == HLSIM__SLEEP_BY_MODULE ||
           (rule->management == HLSIM__SLEEP_BY_DTR && !sleep->host_ready);
}

/* The deepest sleep that this rule ever leads to. */
static enum hlsim__sleep_depth deepest(const struct hlsim__sleep *sleep,
                                       const struct hlsim__sleep_rule *rule)
{
    return rule->level == 2 && quirk(sleep, HLSIM_QUIRK_hibernate_keeps_memory)
               ? HLSIM__LITE_HIBERNATE
               : (enum hlsim__sleep_depth)(HLSIM__ASLEEP + rule->level);
}

static void decide(void *owner)
{
    struct hlsim__sleep *sleep = owner;
    struct hlsim__sleep_rule rule;
    int64_t now = sleep->modem->sched->now;
    enum hlsim__sleep_depth depth;

    hlsim__sleep_rule(sleep->modem, &rule);
    depth = allowed(sleep, &rule);
    if (sleep->depth == HLSIM__AWAKE && sleep->last_byte + rule.wait > now) {
        hlsim__timer_set(&sleep->decide_timer, sleep->last_byte + rule.wait);
        return;
    }
    if (depth > sleep->depth && !hlsim__timer_armed(&sleep->wake_timer)) {
        enter(sleep, depth, &rule);
    }
    if (sleep->depth < deepest(sleep, &rule) && may_ever_sleep(sleep, &rule)) {
        hlsim__timer_set_in(&sleep->decide_timer, rule.wait);
    }
}

void hlsim__sleep_consider(struct hlsim__sleep *sleep)
{
    struct hlsim__sleep_rule rule;

    hlsim__sleep_rule(sleep->modem, &rule);
    sleep->last_byte = sleep->modem->sched->now;
    if (may_ever_sleep(sleep, &rule)) {
        hlsim__timer_set_in(&sleep->decide_timer, rule.wait);
    } else {
        hlsim__timer_cancel(&sleep->decide_timer);
    }
}

/* --- Waking --------------------------------------------------------------------------------- */

static void wake_up(void *owner)
{
    struct hlsim__sleep *sleep = owner;
    struct hlsim__modem *modem = sleep->modem;
    bool deep = sleep->depth == HLSIM__LITE_HIBERNATE;

    sleep->depth = HLSIM__AWAKE;
    hlsim__sleep_over(sleep, sleep->radio);
    hlsim__timer_cancel(&sleep->ring_timer);
    ring(sleep, false);
    hlsim__sleep_monitor(sleep, true);
    if (modem->listener.sleep != NULL) {
        modem->listener.sleep(modem->listener.user, false);
    }
    if (deep && quirk(sleep, HLSIM_QUIRK_wake_reported)) {
        hlsim__sleep_say_awake(sleep, true);
    }
    if (deep && sleep->radio == HLSIM__REST_PSM && quirk(sleep, HLSIM_QUIRK_psm_loses_sockets)) {
        hlsim__radio_start_over(&modem->ram.radio);
    }
    hlsim__sleep_consider(sleep);
}

bool hlsim__sleep_wake(struct hlsim__sleep *sleep)
{
    const struct hlsim__figures *figures = figures_of(sleep);

    if (sleep->depth == HLSIM__AWAKE) {
        return false;
    }
    if (!hlsim__timer_armed(&sleep->wake_timer)) {
        hlsim__timer_cancel(&sleep->decide_timer);
        hlsim__timer_set_in(&sleep->wake_timer, sleep->depth == HLSIM__ASLEEP
                                                    ? figures->sleep_wake
                                                    : figures->lite_hibernate_wake);
    }
    return true;
}

static void follow_host(struct hlsim__sleep *sleep, bool ready)
{
    struct hlsim__sleep_rule rule;

    sleep->host_ready = ready;
    hlsim__sleep_rule(sleep->modem, &rule);
    if (rule.management != HLSIM__SLEEP_BY_DTR) {
        return;
    }
    if (ready) {
        hlsim__timer_cancel(&sleep->decide_timer);
        hlsim__sleep_wake(sleep);
    } else if (sleep->depth == HLSIM__AWAKE) {
        hlsim__sleep_consider(sleep);
    }
}

void hlsim__sleep_host_ready(struct hlsim__modem *modem, bool ready)
{
    modem->host_ready = ready;
    if (modem->power.on && modem->running) {
        follow_host(&modem->ram.sleep, ready);
    } else if (ready && modem->hibernation.on && modem->hibernation.by_dtr) {
        hlsim__modem_wake(modem);
    }
}

enum hlsim__sleep_depth hlsim__sleep_depth(const struct hlsim__modem *modem)
{
    if (modem->hibernation.on) {
        return HLSIM__HIBERNATE;
    }
    return modem->power.on && modem->running ? modem->ram.sleep.depth : HLSIM__AWAKE;
}

void hlsim__sleep_bytes(struct hlsim__sleep *sleep)
{
    struct hlsim__sleep_rule rule;

    sleep->last_byte = sleep->modem->sched->now;
    if (sleep->depth == HLSIM__ASLEEP) {
        hlsim__sleep_rule(sleep->modem, &rule);
        if (rule.management == HLSIM__SLEEP_BY_MODULE) {
            hlsim__sleep_wake(sleep);
        }
    }
}

void hlsim__sleep_word_waits(struct hlsim__sleep *sleep)
{
    struct hlsim__sleep_rule rule;

    hlsim__sleep_rule(sleep->modem, &rule);
    if (sleep->modem->ram.rest.grants.edrx && quirk(sleep, HLSIM_QUIRK_ring_missing_in_edrx) &&
        happens(sleep, figures_of(sleep)->ring_missing_percent)) {
        return;
    }
    if (!hlsim__timer_armed(&sleep->ring_timer)) {
        ring(sleep, true);
        hlsim__timer_set_in(&sleep->ring_timer, figures_of(sleep)->ring_pulse);
    }
    if (rule.management == HLSIM__SLEEP_BY_MODULE) {
        hlsim__sleep_wake(sleep);
    }
}

/* --- The radio ------------------------------------------------------------------------------ */

static void pulse_ends(void *owner)
{
    const struct hlsim__sleep *sleep = owner;

    if (sleep->depth != HLSIM__AWAKE) {
        hlsim__sleep_monitor(sleep, false);
    }
}

void hlsim__sleep_radio_rests(struct hlsim__sleep *sleep, enum hlsim__rest_state state)
{
    if (sleep->depth == HLSIM__AWAKE) {
        return;
    }
    sleep->radio = state > sleep->radio ? state : sleep->radio;
    if (state == HLSIM__REST_IDLE && quirk(sleep, HLSIM_QUIRK_monitor_pulses_in_psm)) {
        hlsim__sleep_monitor(sleep, true);
        hlsim__timer_set_in(&sleep->pulse_timer, figures_of(sleep)->monitor_pulse);
    }
}

void hlsim__sleep_init(struct hlsim__sleep *sleep, struct hlsim__modem *modem)
{
    sleep->modem = modem;
    sleep->host_ready = modem->host_ready;
    hlsim__timer_init(&sleep->decide_timer, &modem->timers, decide, sleep);
    hlsim__timer_init(&sleep->wake_timer, &modem->timers, wake_up, sleep);
    hlsim__timer_init(&sleep->ring_timer, &modem->timers, ring_ends, sleep);
    hlsim__timer_init(&sleep->pulse_timer, &modem->timers, pulse_ends, sleep);
    hlsim__timer_init(&sleep->sim_timer, &modem->timers, sim_falls_off, sleep);
    hlsim__sleep_monitor(sleep, true);
}
