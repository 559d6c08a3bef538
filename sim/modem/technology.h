/*
 * Radio technologies and bands: which ones the host has chosen (+KSRAT, +KSELACQ, +KBNDCFG), as the
 * last start has read it, and which of them finds a cell. What is set now counts from the next
 * start on.
 */
#ifndef HLSIM_MODEM_TECHNOLOGY_H
#define HLSIM_MODEM_TECHNOLOGY_H

#include "modem/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* <mode> of +KSRAT */
enum hlsim__technology {
    HLSIM__TECHNOLOGY_M1 = 0,
    HLSIM__TECHNOLOGY_NB1 = 1,
    HLSIM__TECHNOLOGY_GSM = 2,
    HLSIM__TECHNOLOGY_NTN = 3,   /* NB-IoT by satellite */
    HLSIM__TECHNOLOGY_UTRAN = 4, /* of other families; +KSRAT does not know it */
    HLSIM__TECHNOLOGIES,
};

/* Bands as one bit each, band 1 the lowest; of GSM 850, 900, 1800, 1900. */
struct hlsim__bands {
    uint16_t high;
    uint64_t low;
};

#define HLSIM__BANDS_DIGITS 20
#define HLSIM__BANDS_SIZE   (HLSIM__BANDS_DIGITS + 1)

/* Up to 20 hexadecimal digits; HLSIM_E_FORMAT. */
int hlsim__bands_parse(const char *text, struct hlsim__bands *ret_bands);
void hlsim__bands_format(struct hlsim__bands bands, char ret_text[HLSIM__BANDS_SIZE]);

/* What is in force from a start to the next. */
struct hlsim__tuning {
    size_t count; /* of technologies that are looked for, in that order */
    enum hlsim__technology order[HLSIM__TECHNOLOGIES];
    struct hlsim__bands bands[HLSIM__TECHNOLOGIES];
};

void hlsim__tuning_load(struct hlsim__tuning *tuning, const struct hlsim__settings *settings,
                        const struct hlsim_profile *personality);

/* Whether a technology finds a cell: the module has it, the network too, and a band is common. */
bool hlsim__tuning_finds(const struct hlsim__tuning *tuning,
                         const struct hlsim_profile *personality,
                         enum hlsim__technology technology);

/* The first technology of the order that finds a cell; HLSIM__TECHNOLOGIES when none does. */
enum hlsim__technology hlsim__tuning_find(const struct hlsim__tuning *tuning,
                                          const struct hlsim_profile *personality);

/* The band of the network's cell in that technology. */
struct hlsim__bands hlsim__technology_band(enum hlsim__technology technology,
                                           const struct hlsim__figures *figures);

/* The bands with which a module leaves the factory, as AT+KBNDCFG? shows them. */
const char *hlsim__technology_bands(enum hlsim__technology technology,
                                    const struct hlsim__figures *figures);

/* <AcT> of 27.007 (7.3, 7.2) and the network bearer of LwM2M's object 4, resource 0. */
int hlsim__technology_act(enum hlsim__technology technology);
int hlsim__technology_bearer(enum hlsim__technology technology);

/* Whether it is E-UTRAN, whose registration +CEREG shows. */
static inline bool hlsim__technology_is_eps(enum hlsim__technology technology)
{
    return technology != HLSIM__TECHNOLOGY_GSM && technology != HLSIM__TECHNOLOGY_UTRAN;
}

/* The setting of +KBNDCFG for that technology; UTRAN has none. */
static inline enum hlsim__setting hlsim__setting_bands(enum hlsim__technology technology)
{
    return (enum hlsim__setting)(HLSIM__SETTING_KBND_0 + (int)technology);
}

#endif
