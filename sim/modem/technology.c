/*
 * Which technology, which band. Knows the settings and the figures of the network; does not
 * register.
 */
#include "modem/technology.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int act;
    int bearer;
} codes[HLSIM__TECHNOLOGIES] = {
    [HLSIM__TECHNOLOGY_M1] = {7, 6},  /* E-UTRAN; LTE-FDD */
    [HLSIM__TECHNOLOGY_NB1] = {9, 7}, /* E-UTRAN (NB-S1); NB-IoT */
    [HLSIM__TECHNOLOGY_GSM] = {0, 0},
    [HLSIM__TECHNOLOGY_NTN] = {14, 7}, /* satellite E-UTRAN (NB-S1), from release 17 on */
    [HLSIM__TECHNOLOGY_UTRAN] = {2, 2},
};

int hlsim__technology_act(enum hlsim__technology technology)
{
    HLSIM_ASSERT(technology < HLSIM__TECHNOLOGIES);
    return codes[technology].act;
}

int hlsim__technology_bearer(enum hlsim__technology technology)
{
    HLSIM_ASSERT(technology < HLSIM__TECHNOLOGIES);
    return codes[technology].bearer;
}

int hlsim__bands_parse(const char *text, struct hlsim__bands *ret_bands)
{
    static const char digits[] = "0123456789ABCDEF";
    struct hlsim__bands bands = {0, 0};
    size_t size = strlen(text);

    if (size == 0 || size > HLSIM__BANDS_DIGITS || strspn(text, "0123456789abcdefABCDEF") != size) {
        return HLSIM_E_FORMAT;
    }
    for (; *text != '\0'; text++) {
        const char *place = strchr(digits, *text >= 'a' ? *text - 'a' + 'A' : *text);
        uint64_t digit = (uint64_t)(place - digits);

        bands.high = (uint16_t)((unsigned)bands.high << 4 | (unsigned)(bands.low >> 60));
        bands.low = bands.low << 4 | digit;
    }
    *ret_bands = bands;
    return 0;
}

void hlsim__bands_format(struct hlsim__bands bands, char ret_text[HLSIM__BANDS_SIZE])
{
    snprintf(ret_text, HLSIM__BANDS_SIZE, "%04X%016llX", (unsigned)bands.high,
             (unsigned long long)bands.low);
}

const char *hlsim__technology_bands(enum hlsim__technology technology,
                                    const struct hlsim__figures *figures)
{
    switch (technology) {
    case HLSIM__TECHNOLOGY_M1:
    case HLSIM__TECHNOLOGY_UTRAN:
        return figures->bands_m1;
    case HLSIM__TECHNOLOGY_NB1:
    case HLSIM__TECHNOLOGY_NTN:
        return figures->bands_nb1;
    default:
        return figures->bands_gsm;
    }
}

struct hlsim__bands hlsim__technology_band(enum hlsim__technology technology,
                                           const struct hlsim__figures *figures)
{
    int64_t band = technology == HLSIM__TECHNOLOGY_GSM ? figures->band_gsm : figures->band;
    struct hlsim__bands bands = {0, 0};

    if (band >= 1 && band <= 64) {
        bands.low = UINT64_C(1) << (band - 1);
    } else if (band > 64 && band <= 80) {
        bands.high = (uint16_t)(1u << (band - 65));
    }
    return bands;
}

/* +KSELACQ: "1,2" are CAT-M1 and NB-IoT; empty: +KSRAT alone decides. */
static void read_order(struct hlsim__tuning *tuning, const struct hlsim__settings *settings)
{
    const char *list = hlsim__setting_text(settings, HLSIM__SETTING_KSELACQ);
    int64_t only = hlsim__setting_number(settings, HLSIM__SETTING_KSRAT);

    tuning->count = 0;
    for (; *list != '\0' && tuning->count < HLSIM__TECHNOLOGIES; list++) {
        if (*list >= '1' && *list < '1' + (int)HLSIM__TECHNOLOGIES) {
            tuning->order[tuning->count++] = (enum hlsim__technology)(*list - '1');
        }
    }
    if (tuning->count == 0) {
        tuning->order[tuning->count++] = only > 0 && only < (int64_t)HLSIM__TECHNOLOGIES
                                             ? (enum hlsim__technology)only
                                             : HLSIM__TECHNOLOGY_M1;
    }
}

void hlsim__tuning_load(struct hlsim__tuning *tuning, const struct hlsim__settings *settings,
                        const struct hlsim_profile *personality)
{
    read_order(tuning, settings);
    for (int i = 0; i < (int)HLSIM__TECHNOLOGIES; i++) {
        enum hlsim__technology technology = (enum hlsim__technology)i;
        const char *chosen = technology == HLSIM__TECHNOLOGY_UTRAN
                                 ? ""
                                 : hlsim__setting_text(settings, hlsim__setting_bands(technology));

        if (hlsim__bands_parse(chosen, &tuning->bands[i]) < 0 &&
            hlsim__bands_parse(hlsim__technology_bands(technology, &personality->figures),
                               &tuning->bands[i]) < 0) {
            tuning->bands[i] = (struct hlsim__bands){0, 0};
        }
    }
}

bool hlsim__tuning_finds(const struct hlsim__tuning *tuning,
                         const struct hlsim_profile *personality, enum hlsim__technology technology)
{
    const struct hlsim__figures *figures = &personality->figures;
    struct hlsim__bands cell = hlsim__technology_band(technology, figures);
    struct hlsim__bands ours = tuning->bands[technology];

    return !personality->quirks[HLSIM_QUIRK_bands_not_applied] &&
           ((int64_t)technology <= figures->technology_max ||
            (int64_t)technology == figures->technology_first) &&
           (figures->network_technologies >> technology & 1) != 0 &&
           ((cell.high & ours.high) != 0 || (cell.low & ours.low) != 0);
}

enum hlsim__technology hlsim__tuning_find(const struct hlsim__tuning *tuning,
                                          const struct hlsim_profile *personality)
{
    for (size_t i = 0; i < tuning->count; i++) {
        if (hlsim__tuning_finds(tuning, personality, tuning->order[i])) {
            return tuning->order[i];
        }
    }
    return HLSIM__TECHNOLOGIES;
}
