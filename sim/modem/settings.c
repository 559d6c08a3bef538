/*
 * Settings by number in RAM, by key in flash. Does not know what they mean.
 */
#include "modem/settings.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const keys[HLSIM__SETTINGS] = {
#define SETTING(id, key) [HLSIM__SETTING_##id] = key,
#include "modem/setting.def"
#undef SETTING
};

/* Section 3.1: the retry timers of a new module; two slots are not used. */
#define RETRY_TIMERS "15,60,240,480,1440,2880,0,0"
/* Figure 6 of AN5.0: context 1 exists, with an empty APN. */
#define CONTEXT_1 "IP,"

static void factory(const struct hlsim_profile *personality, enum hlsim__setting id, char *ret_text)
{
    const struct hlsim__figures *figures = &personality->figures;
    long long number = 0;

    switch (id) {
    case HLSIM__SETTING_WDSC_4:
        snprintf(ret_text, HLSIM__SETTING_SIZE, "%s", RETRY_TIMERS);
        return;
    case HLSIM__SETTING_PDP_1:
        snprintf(ret_text, HLSIM__SETTING_SIZE, "%s", CONTEXT_1);
        return;
    case HLSIM__SETTING_PDP_2:
    case HLSIM__SETTING_PDP_3:
    case HLSIM__SETTING_PDP_4:
        snprintf(ret_text, HLSIM__SETTING_SIZE, "-");
        return;
    case HLSIM__SETTING_PORT_PROFILE:
    case HLSIM__SETTING_PORT_PROFILE_1:
        *ret_text = '\0'; /* all as the figures of the personality say */
        return;
    case HLSIM__SETTING_WDSC_5:
        number = figures->wdsc5_default;
        break;
    case HLSIM__SETTING_WDSC_6:
        number = figures->wdsc6_default;
        break;
    case HLSIM__SETTING_WDSS_2:
        number = figures->wdss_cid_default;
        break;
    case HLSIM__SETTING_KSREP:
        number = figures->ksrep_default;
        break;
    case HLSIM__SETTING_KSREP_THIRD:
        number = figures->ksrep_third_field;
        break;
    default:
        break;
    }
    snprintf(ret_text, HLSIM__SETTING_SIZE, "%lld", number);
}

void hlsim__settings_load(struct hlsim__settings *settings, struct hlsim__nvm *store,
                          const struct hlsim_profile *personality)
{
    settings->store = store;
    for (int id = 0; id < HLSIM__SETTINGS; id++) {
        int size = hlsim__nvm_get(store, keys[id], settings->values[id], HLSIM__SETTING_SIZE - 1);

        if (size >= 0) {
            settings->values[id][size] = '\0';
        } else {
            factory(personality, (enum hlsim__setting)id, settings->values[id]);
        }
    }
}

const char *hlsim__setting_text(const struct hlsim__settings *settings, enum hlsim__setting id)
{
    HLSIM_ASSERT((size_t)id < HLSIM__SETTINGS);
    return settings->values[id];
}

int64_t hlsim__setting_number(const struct hlsim__settings *settings, enum hlsim__setting id)
{
    const char *text = hlsim__setting_text(settings, id);
    char *end;
    long long value = strtoll(text, &end, 10);

    return end == text || *end != '\0' ? -1 : value;
}

int hlsim__setting_put_text(struct hlsim__settings *settings, enum hlsim__setting id,
                            const char *value)
{
    int error;

    HLSIM_ASSERT((size_t)id < HLSIM__SETTINGS);
    if (strlen(value) >= HLSIM__SETTING_SIZE) {
        return HLSIM_E_LIMIT;
    }
    error = hlsim__nvm_put(settings->store, keys[id], value, strlen(value));
    if (error < 0) {
        return error;
    }
    strcpy(settings->values[id], value);
    return 0;
}

int hlsim__setting_put_number(struct hlsim__settings *settings, enum hlsim__setting id,
                              int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)value);
    return hlsim__setting_put_text(settings, id, text);
}

int hlsim__settings_erase(struct hlsim__settings *settings)
{
    int error = 0;

    for (int id = 0; error == 0 && id < HLSIM__SETTINGS; id++) {
        error = hlsim__nvm_delete(settings->store, keys[id]);
        error = error == HLSIM_E_NOT_FOUND ? 0 : error;
    }
    return error;
}

int hlsim__setting_find(const char *key)
{
    for (int id = 0; id < HLSIM__SETTINGS; id++) {
        if (strcmp(keys[id], key) == 0) {
            return id;
        }
    }
    return -1;
}
