/*
 * Which bit of the mask an indication belongs to, and how its line looks.
 */
#include "modem/indication.h"

#include "modem/modem.h"

#include <stdio.h>

static const int64_t bits[] = {
#define EVENT(number, bit, sentence, evidence, source)      [number] = (bit),
#define NEVER(number, bit, sentence, evidence, source, why) [number] = (bit),
#include "modem/wdsi.def"
#undef EVENT
#undef NEVER
};

static int64_t bit_of(int number)
{
    return number >= 0 && (size_t)number < sizeof bits / sizeof *bits ? bits[number] : 0;
}

void hlsim__indicate(struct hlsim__modem *modem, int number, int64_t value)
{
    int64_t mask = hlsim__setting_number(&modem->ram.settings, HLSIM__SETTING_WDSI);
    bool shown = (mask & bit_of(number)) != 0;
    char text[32];

    if (!modem->power.on) {
        return;
    }
    if (value == HLSIM__NO_VALUE) {
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_INDICATION, HLSIM_INT("number", number),
                    HLSIM_INT("shown", shown));
        snprintf(text, sizeof text, "+WDSI: %d", number);
    } else {
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_INDICATION, HLSIM_INT("number", number),
                    HLSIM_INT("value", value), HLSIM_INT("shown", shown));
        snprintf(text, sizeof text, "+WDSI: %d,%lld", number, (long long)value);
    }
    if (shown) {
        hlsim__modem_urc(modem, text);
    }
}

void hlsim__indicate_commit(struct hlsim__modem *modem, int number, int64_t value)
{
    uint64_t before = modem->stream->cause;

    if (before == 0) {
        hlsim__stream_set_cause(modem->stream, modem->commits);
    }
    hlsim__indicate(modem, number, value);
    hlsim__stream_set_cause(modem->stream, before);
}
