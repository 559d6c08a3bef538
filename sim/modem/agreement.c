/*
 * One timer a kind. The store holds, under the kind's own key, when the request is asked next.
 */
#include "modem/agreement.h"

#include "base/assert.h"
#include "modem/deadline.h"
#include "modem/indication.h"
#include "modem/modem.h"

static const char *const texts[] = {
#define AGREEMENT_TEXT(name, text) [name] = text,
    HLSIM__AGREEMENT_MAP(AGREEMENT_TEXT)
#undef AGREEMENT_TEXT
};

/* A reboot that was asked for is done by any start: it has no key. */
static const char *const keys[HLSIM__AGREEMENT_KINDS] = {
    [HLSIM__AGREEMENT_CONNECT] = "ask.connect",
    [HLSIM__AGREEMENT_DOWNLOAD] = "ask.download",
    [HLSIM__AGREEMENT_INSTALL] = "ask.install",
};

const char *hlsim__agreement_text(enum hlsim__agreement_kind kind)
{
    HLSIM_ASSERT((size_t)kind < HLSIM__AGREEMENT_KINDS);
    return texts[kind];
}

static struct hlsim__agreement_request *request_of(struct hlsim__agreement *agreement,
                                                   enum hlsim__agreement_kind kind)
{
    HLSIM_ASSERT(kind > HLSIM__AGREEMENT_NONE && kind < HLSIM__AGREEMENT_KINDS);
    return &agreement->requests[kind];
}

static enum hlsim__agreement_kind kind_of(const struct hlsim__agreement_request *request)
{
    return (enum hlsim__agreement_kind)(request - request->agreement->requests);
}

static const struct hlsim__figures *figures_of(const struct hlsim__agreement *agreement)
{
    return &agreement->modem->ram.personality->figures;
}

/* --- What is wanted ------------------------------------------------------------------------- */

enum hlsim__agreement_kind hlsim__agreement_asked(const struct hlsim__agreement *agreement)
{
    for (int kind = HLSIM__AGREEMENT_KINDS - 1; kind > HLSIM__AGREEMENT_NONE; kind--) {
        if (agreement->requests[kind].asked) {
            return (enum hlsim__agreement_kind)kind;
        }
    }
    return HLSIM__AGREEMENT_NONE;
}

static void tell(struct hlsim__agreement *agreement)
{
    struct hlsim__modem *modem = agreement->modem;
    enum hlsim__agreement_kind asked = hlsim__agreement_asked(agreement);

    if (asked != agreement->told) {
        agreement->told = asked;
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_AGREEMENT,
                    HLSIM_TEXT("wanted", hlsim__agreement_text(asked)));
    }
}

/* --- The store ------------------------------------------------------------------------------ */

static int remember(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind,
                    int64_t wait)
{
    return keys[kind] == NULL ? 0 : hlsim__deadline_put(agreement->modem, keys[kind], wait);
}

static int forget(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind)
{
    return keys[kind] == NULL ? 0 : hlsim__deadline_forget(agreement->modem, keys[kind]);
}

/* --- Asking --------------------------------------------------------------------------------- */

static int number_of(const struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind)
{
    switch (kind) {
    case HLSIM__AGREEMENT_CONNECT:
        return 1;
    case HLSIM__AGREEMENT_DOWNLOAD:
        return 2;
    case HLSIM__AGREEMENT_INSTALL:
        return 3;
    default:
        return (int)figures_of(agreement)->reboot_request_event;
    }
}

static void ask(struct hlsim__agreement_request *request)
{
    struct hlsim__agreement *agreement = request->agreement;
    enum hlsim__agreement_kind kind = kind_of(request);

    request->asked = true;
    request->deferred = false;
    tell(agreement);
    agreement->ops.asking(agreement->ops.user, kind);
    hlsim__indicate(agreement->modem, number_of(agreement, kind), HLSIM__NO_VALUE);
    hlsim__timer_set_in(&request->timer, figures_of(agreement)->agreement_repeat);
}

void hlsim__agreement_ask(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind)
{
    /* A deferral is over; that somebody wants to connect is known from here alone. */
    int error =
        kind == HLSIM__AGREEMENT_CONNECT ? remember(agreement, kind, 0) : forget(agreement, kind);

    if (error == 0) {
        ask(request_of(agreement, kind));
    }
}

/* Unanswered for too long, or the deferral is over. */
static void ask_again(void *owner)
{
    struct hlsim__agreement_request *request = owner;

    if (request->deferred) {
        hlsim__agreement_ask(request->agreement, kind_of(request));
    } else {
        ask(request);
    }
}

bool hlsim__agreement_resume(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind)
{
    struct hlsim__agreement_request *request = request_of(agreement, kind);
    int64_t left;

    if (request->asked) {
        ask(request);
        return true;
    }
    if (request->deferred) {
        return true;
    }
    left = keys[kind] == NULL ? -1 : hlsim__deadline_left(agreement->modem, keys[kind]);
    if (left == 0 && kind == HLSIM__AGREEMENT_CONNECT) {
        ask(request); /* What is remembered is right already. */
    } else if (left == 0) {
        hlsim__agreement_ask(agreement, kind);
    } else if (left > 0) {
        request->deferred = true;
        hlsim__timer_set_in(&request->timer, left);
    }
    return left >= 0;
}

/* --- Answers -------------------------------------------------------------------------------- */

void hlsim__agreement_defer(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind,
                            int64_t minutes)
{
    struct hlsim__agreement_request *request = request_of(agreement, kind);
    int64_t wait = minutes < 0 ? figures_of(agreement)->agreement_repeat : minutes * HLSIM_MINUTE;

    if (remember(agreement, kind, wait) < 0) {
        return;
    }
    request->asked = false;
    request->deferred = true;
    tell(agreement);
    hlsim__timer_set_in(&request->timer, wait);
}

void hlsim__agreement_clear(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind)
{
    struct hlsim__agreement_request *request = request_of(agreement, kind);

    if (forget(agreement, kind) < 0) {
        return;
    }
    request->asked = false;
    request->deferred = false;
    hlsim__timer_cancel(&request->timer);
    tell(agreement);
}

void hlsim__agreement_init(struct hlsim__agreement *agreement, struct hlsim__modem *modem,
                           const struct hlsim__agreement_ops *ops)
{
    agreement->modem = modem;
    agreement->ops = *ops;
    agreement->told = HLSIM__AGREEMENT_NONE;
    for (size_t i = 0; i < HLSIM__AGREEMENT_KINDS; i++) {
        struct hlsim__agreement_request *request = &agreement->requests[i];

        request->agreement = agreement;
        hlsim__timer_init(&request->timer, &modem->timers, ask_again, request);
    }
}
