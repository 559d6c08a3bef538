/*
 * One request at a time and one timer.
 */
#include "modem/agreement.h"

#include "base/assert.h"
#include "modem/indication.h"
#include "modem/modem.h"

static const char *const texts[] = {
#define AGREEMENT_TEXT(name, text) [name] = text,
    HLSIM__AGREEMENT_MAP(AGREEMENT_TEXT)
#undef AGREEMENT_TEXT
};

const char *hlsim__agreement_text(enum hlsim__agreement_kind kind)
{
    HLSIM_ASSERT((size_t)kind < sizeof texts / sizeof *texts);
    return texts[kind];
}

static void set(struct hlsim__agreement *agreement, enum hlsim__agreement_kind asked)
{
    struct hlsim__modem *modem = agreement->modem;

    if (agreement->asked != asked) {
        agreement->asked = asked;
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_AGREEMENT,
                    HLSIM_TEXT("wanted", hlsim__agreement_text(asked)));
    }
}

/* Unanswered for too long, or the deferral is over. */
static void ask_again(void *owner)
{
    struct hlsim__agreement *agreement = owner;

    hlsim__agreement_ask(agreement, hlsim__agreement_due(agreement));
}

void hlsim__agreement_init(struct hlsim__agreement *agreement, struct hlsim__modem *modem)
{
    agreement->modem = modem;
    agreement->asked = HLSIM__AGREEMENT_NONE;
    agreement->deferred = HLSIM__AGREEMENT_NONE;
    hlsim__timer_init(&agreement->timer, &modem->timers, ask_again, agreement);
}

static int64_t repeat_after(const struct hlsim__agreement *agreement)
{
    return agreement->modem->ram.personality->figures.agreement_repeat;
}

void hlsim__agreement_ask(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind)
{
    HLSIM_ASSERT(kind != HLSIM__AGREEMENT_NONE);
    set(agreement, kind);
    agreement->deferred = HLSIM__AGREEMENT_NONE;
    hlsim__indicate(agreement->modem, kind == HLSIM__AGREEMENT_DOWNLOAD ? 2 : 3, HLSIM__NO_VALUE);
    hlsim__timer_set_in(&agreement->timer, repeat_after(agreement));
}

void hlsim__agreement_defer(struct hlsim__agreement *agreement, int64_t minutes)
{
    agreement->deferred = hlsim__agreement_due(agreement);
    set(agreement, HLSIM__AGREEMENT_NONE);
    hlsim__timer_set_in(&agreement->timer,
                        minutes < 0 ? repeat_after(agreement) : minutes * HLSIM_MINUTE);
}

void hlsim__agreement_clear(struct hlsim__agreement *agreement)
{
    set(agreement, HLSIM__AGREEMENT_NONE);
    agreement->deferred = HLSIM__AGREEMENT_NONE;
    hlsim__timer_cancel(&agreement->timer);
}

enum hlsim__agreement_kind hlsim__agreement_due(const struct hlsim__agreement *agreement)
{
    return agreement->asked != HLSIM__AGREEMENT_NONE ? agreement->asked : agreement->deferred;
}
