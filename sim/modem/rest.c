/*
 * The timers of idle mode, and what the network grants of them.
 */
#include "modem/rest.h"

#include "base/assert.h"
#include "modem/modem.h"
#include "modem/saving_code.h"
#include "modem/sms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 27.007 7.3: <AcT> of NB-IoT. */
#define ACT_NARROW_BAND 9

static const char *const texts[] = {
#define REST_TEXT(name, text) [name] = text,
    HLSIM__REST_MAP(REST_TEXT)
#undef REST_TEXT
};

const char *hlsim__rest_text(enum hlsim__rest_state state)
{
    HLSIM_ASSERT((size_t)state < sizeof texts / sizeof *texts);
    return texts[state];
}

static const struct hlsim__figures *figures_of(const struct hlsim__rest *rest)
{
    return &rest->modem->ram.personality->figures;
}

bool hlsim__rest_narrow_band(const struct hlsim__modem *modem)
{
    return hlsim__technology_act(modem->ram.radio.technology) == ACT_NARROW_BAND;
}

/* --- What is granted ------------------------------------------------------------------------ */

/* A code that the host asks for, or, on firmwares that speak of seconds, a time. */
static uint8_t asked_code(const struct hlsim__rest *rest, enum hlsim__setting setting,
                          enum hlsim__saving_timer timer)
{
    const char *text = hlsim__setting_text(&rest->modem->ram.settings, setting);
    uint8_t code = 0;

    if (rest->modem->ram.personality->quirks[HLSIM_QUIRK_cpsms_in_seconds]) {
        return hlsim__saving_code(timer, strtoll(text, NULL, 10) * HLSIM_SECOND);
    }
    (void)hlsim__saving_parse(text, 8, &code);
    return code;
}

static uint8_t granted_code(uint8_t asked, enum hlsim__saving_timer timer, int64_t instead)
{
    return instead > 0 ? hlsim__saving_code(timer, instead) : asked;
}

static void grant_psm(struct hlsim__rest *rest)
{
    const struct hlsim_network_config *network = &rest->modem->network->config;
    struct hlsim__rest_grants *grants = &rest->grants;

    grants->psm = network->psm &&
                  hlsim__setting_number(&rest->modem->ram.settings, HLSIM__SETTING_CPSMS) == 1;
    grants->active =
        granted_code(asked_code(rest, HLSIM__SETTING_CPSMS_ACTIVE, HLSIM__SAVING_ACTIVE),
                     HLSIM__SAVING_ACTIVE, network->psm_active);
    grants->tau = granted_code(asked_code(rest, HLSIM__SETTING_CPSMS_TAU, HLSIM__SAVING_TAU),
                               HLSIM__SAVING_TAU, network->psm_tau);
    /* A network that deactivates a timer grants no PSM (24.008 10.5.7.4, 10.5.7.4a); nor does one
     * for which the time to sleep is over before it begins. */
    if (hlsim__saving_time(HLSIM__SAVING_ACTIVE, grants->active) < 0 ||
        hlsim__saving_time(HLSIM__SAVING_TAU, grants->tau) <=
            hlsim__saving_time(HLSIM__SAVING_ACTIVE, grants->active)) {
        grants->psm = false;
    }
}

static void grant_edrx(struct hlsim__rest *rest)
{
    const struct hlsim_network_config *network = &rest->modem->network->config;
    const struct hlsim__settings *settings = &rest->modem->ram.settings;
    struct hlsim__rest_grants *grants = &rest->grants;
    bool narrow = hlsim__rest_narrow_band(rest->modem);
    const char *asked =
        hlsim__setting_text(settings, narrow ? HLSIM__SETTING_EDRX_5 : HLSIM__SETTING_EDRX_4);

    grants->edrx = network->edrx && hlsim__saving_parse(asked, 4, &grants->cycle);
    if (!grants->edrx) {
        return;
    }
    if (!hlsim__saving_parse(hlsim__setting_text(settings, HLSIM__SETTING_EDRX_WINDOW), 4,
                             &grants->window)) {
        grants->window = 0;
    }
    if (network->edrx_cycle > 0) {
        grants->cycle = hlsim__saving_cycle_code(narrow, network->edrx_cycle);
    }
    if (network->edrx_window > 0) {
        grants->window = hlsim__saving_window_code(narrow, network->edrx_window);
    }
}

/* +CEDRXP (27.007 7.40), when the host wants to know (AT+CEDRXS=2). */
static void tell_edrx(const struct hlsim__rest *rest)
{
    struct hlsim__modem *modem = rest->modem;
    const struct hlsim__settings *settings = &modem->ram.settings;
    const struct hlsim__rest_grants *grants = &rest->grants;
    bool narrow = hlsim__rest_narrow_band(modem);
    char cycle[HLSIM__SAVING_BITS_SIZE];
    char window[HLSIM__SAVING_BITS_SIZE];
    char text[64];

    if (hlsim__setting_number(settings, HLSIM__SETTING_EDRX) != 2) {
        return;
    }
    hlsim__saving_format(grants->cycle, 4, cycle);
    hlsim__saving_format(grants->window, 4, window);
    if (grants->edrx) {
        snprintf(
            text, sizeof text, "+CEDRXP: %d,\"%s\",\"%s\",\"%s\"", narrow ? 5 : 4,
            hlsim__setting_text(settings, narrow ? HLSIM__SETTING_EDRX_5 : HLSIM__SETTING_EDRX_4),
            cycle, window);
    } else {
        snprintf(text, sizeof text, "+CEDRXP: 0");
    }
    hlsim__modem_urc(modem, text);
}

/* --- States --------------------------------------------------------------------------------- */

static void plan(struct hlsim__rest *rest);

/* +KPSMEV, on firmwares that have it. */
static void tell_psm(const struct hlsim__rest *rest, bool begins)
{
    struct hlsim__modem *modem = rest->modem;
    char text[16];

    if (hlsim__setting_number(&modem->ram.settings, HLSIM__SETTING_KPSMEV) == 1) {
        snprintf(text, sizeof text, "+KPSMEV: %d", begins);
        hlsim__modem_urc(modem, text);
    }
}

static void set_state(struct hlsim__rest *rest, enum hlsim__rest_state state)
{
    struct hlsim__modem *modem = rest->modem;
    enum hlsim__rest_state before = rest->state;
    bool psm = state == HLSIM__REST_PSM;

    if (before == state) {
        return;
    }
    rest->state = state;
    if (rest->grants.psm || rest->grants.edrx) {
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_REST,
                    HLSIM_TEXT("state", hlsim__rest_text(state)));
    }
    if (psm != (before == HLSIM__REST_PSM) && state != HLSIM__REST_OFF) {
        hlsim__radio_sleep(&modem->ram.radio, psm);
        tell_psm(rest, psm);
    }
    hlsim__sleep_radio_rests(&modem->ram.sleep, state);
    hlsim__iface_set_asleep(&modem->iface, psm || state == HLSIM__REST_EDRX);
    if (!modem->iface.asleep && hlsim__radio_registered(&modem->ram.radio)) {
        hlsim__sms_ready(modem);
    }
    if (before == HLSIM__REST_PSM && !modem->iface.covered) {
        /* It was lost while nobody listened. */
        hlsim__radio_coverage_changed(&modem->ram.radio);
    }
}

int64_t hlsim__rest_quiet_at(const struct hlsim__rest *rest)
{
    return rest->state == HLSIM__REST_CONNECTED
               ? rest->last_traffic + figures_of(rest)->rrc_inactivity
               : rest->last_traffic;
}

/* Idle mode begins anew: the network has let go, or the modem has reported (a tracking area
 * update). */
static void go_idle(struct hlsim__rest *rest)
{
    rest->idle_since = rest->modem->sched->now;
    if (rest->grants.psm) {
        hlsim__timer_set_in(&rest->tau, hlsim__saving_time(HLSIM__SAVING_TAU, rest->grants.tau));
    }
    set_state(rest, HLSIM__REST_IDLE);
    if (rest->state == HLSIM__REST_IDLE) {
        plan(rest);
    }
}

/* Idle mode at this moment, and when it will look otherwise. */
static void plan(struct hlsim__rest *rest)
{
    const struct hlsim__rest_grants *grants = &rest->grants;
    bool narrow = hlsim__rest_narrow_band(rest->modem);
    int64_t since = rest->modem->sched->now - rest->idle_since;
    int64_t active = grants->psm ? hlsim__saving_time(HLSIM__SAVING_ACTIVE, grants->active) : -1;
    int64_t cycle = hlsim__saving_cycle(narrow, grants->cycle);
    int64_t window = hlsim__saving_window(narrow, grants->window);
    int64_t next = active >= 0 ? active - since : HLSIM_NEVER;
    enum hlsim__rest_state state = HLSIM__REST_IDLE;

    if (next <= 0) {
        hlsim__timer_cancel(&rest->timer);
        set_state(rest, HLSIM__REST_PSM);
        return;
    }
    if (grants->edrx && window < cycle) {
        int64_t phase = since % cycle;
        int64_t left = phase < window ? window - phase : cycle - phase;

        state = phase < window ? HLSIM__REST_IDLE : HLSIM__REST_EDRX;
        next = left < next ? left : next;
    }
    if (next != HLSIM_NEVER) {
        hlsim__timer_set_in(&rest->timer, next);
    }
    set_state(rest, state);
}

static void fire(void *owner)
{
    struct hlsim__rest *rest = owner;
    int64_t quiet_at = hlsim__rest_quiet_at(rest);

    if (rest->state != HLSIM__REST_CONNECTED) {
        plan(rest);
    } else if (quiet_at > rest->modem->sched->now) {
        hlsim__timer_set(&rest->timer, quiet_at);
    } else {
        go_idle(rest);
    }
}

/* T3412: the modem says that it is there, and the network lets go at once. */
static void report(void *owner)
{
    go_idle(owner);
}

static void connect(struct hlsim__rest *rest)
{
    rest->last_traffic = rest->modem->sched->now;
    hlsim__timer_cancel(&rest->tau);
    hlsim__timer_cancel(&rest->timer);
    if (rest->grants.psm || rest->grants.edrx) {
        hlsim__timer_set_in(&rest->timer, figures_of(rest)->rrc_inactivity);
    }
    set_state(rest, HLSIM__REST_CONNECTED);
}

static void traffic(void *user)
{
    struct hlsim__rest *rest = user;

    if (rest->state == HLSIM__REST_CONNECTED) {
        rest->last_traffic = rest->modem->sched->now;
    } else if (rest->state != HLSIM__REST_OFF) {
        connect(rest);
    }
}

/* --- From outside --------------------------------------------------------------------------- */

static void tell_radio(const struct hlsim__rest *rest)
{
    char active[HLSIM__SAVING_BITS_SIZE];
    char tau[HLSIM__SAVING_BITS_SIZE];

    hlsim__saving_format(rest->grants.active, 8, active);
    hlsim__saving_format(rest->grants.tau, 8, tau);
    hlsim__radio_grant_psm(&rest->modem->ram.radio, rest->grants.psm ? active : NULL,
                           rest->grants.psm ? tau : NULL);
}

static void ask(struct hlsim__rest *rest)
{
    struct hlsim__rest_grants before = rest->grants;
    const struct hlsim__rest_grants *now = &rest->grants;

    grant_psm(rest);
    grant_edrx(rest);
    tell_radio(rest);
    if (now->edrx != before.edrx || now->cycle != before.cycle || now->window != before.window) {
        tell_edrx(rest);
    }
    connect(rest);
}

void hlsim__rest_asks(struct hlsim__rest *rest)
{
    if (rest->state != HLSIM__REST_OFF) {
        ask(rest);
    }
}

void hlsim__rest_registered(struct hlsim__rest *rest, bool registered)
{
    if (registered && rest->state == HLSIM__REST_OFF) {
        ask(rest);
    } else if (!registered) {
        hlsim__timer_cancel(&rest->timer);
        hlsim__timer_cancel(&rest->tau);
        set_state(rest, HLSIM__REST_OFF);
        memset(&rest->grants, 0, sizeof rest->grants);
    }
}

void hlsim__rest_init(struct hlsim__rest *rest, struct hlsim__modem *modem)
{
    rest->modem = modem;
    hlsim__timer_init(&rest->timer, &modem->timers, fire, rest);
    hlsim__timer_init(&rest->tau, &modem->timers, report, rest);
    hlsim__iface_watch(&modem->iface, traffic, rest);
}
