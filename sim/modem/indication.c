/*
 * Which bit of the mask an indication belongs to, and how its line looks.
 */
#include "modem/indication.h"

#include "modem/modem.h"

#include <stdio.h>

struct mask_bit {
    int first;
    int last;
    int64_t bit;
};

/* [HL76, for the family]; bit 4096 of 23 is inferred; 24, an agreement as 1 to 3 are, a guess. */
static const struct mask_bit mask_bits[] = {
    {0, 0, 1},    {1, 3, 2},     {4, 5, 4},     {6, 8, 8},      {9, 11, 16},    {12, 13, 32},
    {14, 16, 64}, {17, 17, 128}, {18, 18, 256}, {21, 21, 2048}, {23, 23, 4096}, {24, 24, 2},
};

static int64_t bit_of(int number)
{
    for (size_t i = 0; i < sizeof mask_bits / sizeof *mask_bits; i++) {
        if (number >= mask_bits[i].first && number <= mask_bits[i].last) {
            return mask_bits[i].bit;
        }
    }
    return 0;
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
