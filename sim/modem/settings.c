/*
 * Settings by number in RAM, by key in flash. Does not know what they mean.
 */
#include "modem/settings.h"

#include "base/assert.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct setting {
    const char *key;
    size_t offset; /* in struct hlsim__setting_values */
    size_t size;
    const char *factory;
};

static const struct setting table[HLSIM__SETTINGS] = {
#define SETTING(id, key, size, factory)                                                            \
    {key, offsetof(struct hlsim__setting_values, id), size, factory},
#include "modem/setting.def"
#undef SETTING
};

#define SETTING(id, key, size, factory)                                                            \
    _Static_assert((size) <= HLSIM__SETTING_SIZE && sizeof(factory) <= (size), key);
#include "modem/setting.def"
#undef SETTING

static char *value_of(struct hlsim__settings *settings, enum hlsim__setting id)
{
    return (char *)&settings->values + table[id].offset;
}

/* The figure that says the factory value of a setting, or NULL. */
static const int64_t *factory_figure(const struct hlsim__figures *figures, enum hlsim__setting id)
{
    switch (id) {
    case HLSIM__SETTING_WDSC_5:
        return &figures->wdsc5_default;
    case HLSIM__SETTING_WDSC_6:
        return &figures->wdsc6_default;
    case HLSIM__SETTING_WDSS_2:
        return &figures->wdss_cid_default;
    case HLSIM__SETTING_KSREP:
        return &figures->ksrep_default;
    case HLSIM__SETTING_KSREP_THIRD:
        return &figures->ksrep_third_field;
    case HLSIM__SETTING_KSRAT:
        return &figures->technology_first;
    case HLSIM__SETTING_KALT_RRC:
        return &figures->kaltcfg_default;
    case HLSIM__SETTING_CTZU:
        return &figures->ctzu_default;
    default:
        return NULL;
    }
}

/* The same for a text, or NULL. */
static const char *factory_text(const struct hlsim__figures *figures, enum hlsim__setting id)
{
    switch (id) {
    case HLSIM__SETTING_CPSMS_TAU:
        return figures->cpsms_tau_default;
    case HLSIM__SETTING_CPSMS_ACTIVE:
        return figures->cpsms_active_default;
    default:
        return NULL;
    }
}

static void set_factory(struct hlsim__settings *settings, const struct hlsim_profile *personality,
                        enum hlsim__setting id)
{
    const int64_t *figure = factory_figure(&personality->figures, id);
    const char *text = factory_text(&personality->figures, id);

    if (figure != NULL) {
        snprintf(value_of(settings, id), table[id].size, "%lld", (long long)*figure);
    } else {
        snprintf(value_of(settings, id), table[id].size, "%s",
                 text != NULL ? text : table[id].factory);
    }
}

void hlsim__settings_load(struct hlsim__settings *settings, struct hlsim__nvm *store,
                          const struct hlsim_profile *personality)
{
    settings->store = store;
    for (int i = 0; i < HLSIM__SETTINGS; i++) {
        enum hlsim__setting id = (enum hlsim__setting)i;
        int size = hlsim__nvm_get(store, table[id].key, value_of(settings, id), table[id].size - 1);

        if (size >= 0) {
            value_of(settings, id)[size] = '\0';
        } else {
            set_factory(settings, personality, id);
        }
    }
}

const char *hlsim__setting_text(const struct hlsim__settings *settings, enum hlsim__setting id)
{
    HLSIM_ASSERT((size_t)id < HLSIM__SETTINGS);
    return (const char *)&settings->values + table[id].offset;
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
    if (strlen(value) >= table[id].size) {
        return HLSIM_E_LIMIT;
    }
    error = hlsim__nvm_put(settings->store, table[id].key, value, strlen(value));
    if (error < 0) {
        return error;
    }
    strcpy(value_of(settings, id), value);
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
        error = hlsim__nvm_delete(settings->store, table[id].key);
        error = error == HLSIM_E_NOT_FOUND ? 0 : error;
    }
    return error;
}

int hlsim__setting_find(const char *key)
{
    for (int id = 0; id < HLSIM__SETTINGS; id++) {
        if (strcmp(table[id].key, key) == 0) {
            return id;
        }
    }
    return -1;
}
