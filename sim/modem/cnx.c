/*
 * The state machine behind +KCNX_IND (HL75 guide 11.7.5). What becomes of sessions is sockets.c's.
 */
#include "modem/cnx.h"

#include "modem/modem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What AT+KCNXTIMER shows of a connection for which it was not given. */
#define FACTORY_TIMERS "60,2,60,30"

static void act(void *owner);

static enum hlsim__setting config_of(const struct hlsim__cnx *cnx)
{
    return (enum hlsim__setting)(HLSIM__SETTING_CNX_1 + cnx->number - 1);
}

static enum hlsim__setting timers_of(const struct hlsim__cnx *cnx)
{
    return (enum hlsim__setting)(HLSIM__SETTING_CNX_TIMER_1 + cnx->number - 1);
}

void hlsim__cnx_init(struct hlsim__cnx *cnx, struct hlsim__modem *modem, int number)
{
    memset(cnx, 0, sizeof *cnx);
    cnx->modem = modem;
    cnx->number = number;
    hlsim__timer_init(&cnx->timer, &modem->timers, act, cnx);
}

/* --- Configuration -------------------------------------------------------------------------- */

const char *hlsim__cnx_config(const struct hlsim__cnx *cnx)
{
    const char *text = hlsim__setting_text(&cnx->modem->ram.settings, config_of(cnx));

    return cnx->forgotten || text[0] == '-' ? NULL : text;
}

int hlsim__cnx_configure(struct hlsim__cnx *cnx, const char *text, const char *apn)
{
    struct hlsim__settings *settings = &cnx->modem->ram.settings;
    int error = hlsim__setting_put_text(settings, config_of(cnx), text);
    char context[HLSIM__SETTING_SIZE];

    if (error < 0) {
        return error;
    }
    cnx->forgotten = false;
    if (hlsim__pdp_defined(&cnx->modem->ram.pdp, cnx->number)) {
        return 0;
    }
    snprintf(context, sizeof context, "IP,%s", apn);
    return hlsim__setting_put_text(settings, hlsim__setting_pdp(cnx->number), context);
}

void hlsim__cnx_forget(struct hlsim__cnx *cnx)
{
    cnx->forgotten = true;
}

bool hlsim__cnx_timers(const struct hlsim__cnx *cnx, struct hlsim__cnx_timers *ret_timers)
{
    const char *stored = hlsim__setting_text(&cnx->modem->ram.settings, timers_of(cnx));
    bool set = stored[0] != '-';
    const char *text = set ? stored : FACTORY_TIMERS;
    int *const numbers[] = {&ret_timers->timeout, &ret_timers->trials, &ret_timers->pause,
                            &ret_timers->idle};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *end;

        *numbers[i] = (int)strtol(text, &end, 10);
        text = end + (*end == ',');
    }
    return set;
}

int hlsim__cnx_set_timers(struct hlsim__cnx *cnx, const struct hlsim__cnx_timers *timers)
{
    char text[48];

    snprintf(text, sizeof text, "%d,%d,%d,%d", timers->timeout, timers->trials, timers->pause,
             timers->idle);
    return hlsim__setting_put_text(&cnx->modem->ram.settings, timers_of(cnx), text);
}

/* --- States --------------------------------------------------------------------------------- */

static void tell(const struct hlsim__cnx *cnx, const char *rest)
{
    char text[96];

    snprintf(text, sizeof text, "+KCNX_IND: %d,%s", cnx->number, rest);
    hlsim__modem_urc(cnx->modem, text);
}

static void tell_number(const struct hlsim__cnx *cnx, int status, int number)
{
    char rest[32];

    snprintf(rest, sizeof rest, "%d,%d", status, number);
    tell(cnx, rest);
}

static const struct hlsim__figures *figures_of(const struct hlsim__cnx *cnx)
{
    return &cnx->modem->ram.personality->figures;
}

static void close_now(struct hlsim__cnx *cnx)
{
    hlsim__timer_cancel(&cnx->timer);
    cnx->state = HLSIM__CNX_CLOSED;
    cnx->held = false;
    /* The context of the attachment stays up with it. */
    if (cnx->number != 1) {
        hlsim__pdp_release(&cnx->modem->ram.pdp, cnx->number);
    }
}

static void begin_attempt(struct hlsim__cnx *cnx)
{
    struct hlsim__cnx_timers timers;

    hlsim__cnx_timers(cnx, &timers);
    cnx->state = HLSIM__CNX_CONNECTING;
    cnx->pausing = false;
    cnx->attempt++;
    cnx->give_up_at = cnx->modem->sched->now + timers.timeout * HLSIM_SECOND;
    tell_number(cnx, 4, cnx->attempt);
    hlsim__timer_set_in(&cnx->timer, figures_of(cnx)->cnx_time);
}

static void attempt_failed(struct hlsim__cnx *cnx)
{
    struct hlsim__cnx_timers timers;
    char rest[64];

    hlsim__cnx_timers(cnx, &timers);
    snprintf(rest, sizeof rest, "2,%d,%d,%d", cnx->attempt, timers.trials, timers.pause);
    tell(cnx, rest);
    if (cnx->attempt < timers.trials) {
        cnx->pausing = true;
        hlsim__timer_set_in(&cnx->timer, timers.pause * HLSIM_SECOND);
        return;
    }
    close_now(cnx);
    hlsim__sockets_cnx_changed(&cnx->modem->ram.sockets, cnx->number);
}

/* Asks the network; what cannot be reached now may come until the attempt is given up. */
static void attempt(struct hlsim__cnx *cnx)
{
    int refused = hlsim__pdp_request(&cnx->modem->ram.pdp, cnx->number);

    if (refused == 0) {
        hlsim__timer_cancel(&cnx->timer);
        cnx->state = HLSIM__CNX_UP;
        tell_number(cnx, 1, 0);
        hlsim__sockets_cnx_changed(&cnx->modem->ram.sockets, cnx->number);
    } else if (refused > 0 || cnx->modem->sched->now >= cnx->give_up_at) {
        attempt_failed(cnx);
    } else {
        hlsim__timer_set(&cnx->timer, cnx->give_up_at);
    }
}

static void act(void *owner)
{
    struct hlsim__cnx *cnx = owner;

    if (cnx->state == HLSIM__CNX_IDLE) {
        close_now(cnx);
        tell(cnx, "3");
        hlsim__sockets_cnx_changed(&cnx->modem->ram.sockets, cnx->number);
    } else if (cnx->pausing) {
        begin_attempt(cnx);
    } else {
        attempt(cnx);
    }
}

void hlsim__cnx_need(struct hlsim__cnx *cnx)
{
    if (cnx->state == HLSIM__CNX_CLOSED) {
        cnx->attempt = 0;
        begin_attempt(cnx);
    } else if (cnx->state == HLSIM__CNX_IDLE) {
        hlsim__timer_cancel(&cnx->timer);
        cnx->state = HLSIM__CNX_UP;
        tell(cnx, "6");
    }
}

void hlsim__cnx_unused(struct hlsim__cnx *cnx)
{
    struct hlsim__cnx_timers timers;

    if (cnx->state != HLSIM__CNX_UP || cnx->held ||
        !cnx->modem->ram.personality->quirks[HLSIM_QUIRK_cnx_idle_told]) {
        return;
    }
    hlsim__cnx_timers(cnx, &timers);
    cnx->state = HLSIM__CNX_IDLE;
    tell_number(cnx, 5, timers.idle);
    hlsim__timer_set_in(&cnx->timer, timers.idle * HLSIM_SECOND);
}

void hlsim__cnx_close(struct hlsim__cnx *cnx)
{
    if (cnx->state != HLSIM__CNX_CLOSED) {
        close_now(cnx);
        tell(cnx, "3");
        hlsim__sockets_cnx_changed(&cnx->modem->ram.sockets, cnx->number);
    }
}

void hlsim__cnx_network(struct hlsim__cnx *cnx)
{
    bool up = hlsim__pdp_up(&cnx->modem->ram.pdp, cnx->number);

    if (hlsim__cnx_is_up(cnx) && !up) {
        close_now(cnx);
        tell(cnx, "0,0");
        hlsim__sockets_cnx_changed(&cnx->modem->ram.sockets, cnx->number);
    } else if (cnx->state == HLSIM__CNX_CONNECTING && !cnx->pausing &&
               cnx->modem->sched->now < cnx->give_up_at) {
        /* The network came while it was waited for. */
        hlsim__timer_set_in(&cnx->timer, figures_of(cnx)->cnx_time);
    }
}
