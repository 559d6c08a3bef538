/*
 * The modem's settings: a copy in RAM of what lies in flash, read at boot and written through.
 */
#ifndef HLSIM_MODEM_SETTINGS_H
#define HLSIM_MODEM_SETTINGS_H

#include "flash/nvm.h"
#include "profile/profile.h"

#include <stdint.h>

#define HLSIM__SETTING_SIZE 256 /* room for any value with its NUL */

/* PDP contexts that AT+CGDCONT can define. */
#define HLSIM__PDP_MAX 4

enum hlsim__setting {
#define SETTING(id, key, size, factory) HLSIM__SETTING_##id,
#include "modem/setting.def"
#undef SETTING
    HLSIM__SETTINGS
};

/* All values side by side, each as large as it can become. */
struct hlsim__setting_values {
#define SETTING(id, key, size, factory) char id[size];
#include "modem/setting.def"
#undef SETTING
};

struct hlsim__settings {
    struct hlsim__nvm *store;
    struct hlsim__setting_values values;
};

/* Reads all settings; what was never written has the factory value of this personality. */
void hlsim__settings_load(struct hlsim__settings *settings, struct hlsim__nvm *store,
                          const struct hlsim_profile *personality);

const char *hlsim__setting_text(const struct hlsim__settings *settings, enum hlsim__setting id);

/* The value as a number; -1 when it is none. */
int64_t hlsim__setting_number(const struct hlsim__settings *settings, enum hlsim__setting id);

/* Written to flash, then used. HLSIM_E_LIMIT when the value is longer than the setting's size, else
 * errors as hlsim__nvm_put; nothing has changed then in RAM. */
int hlsim__setting_put_text(struct hlsim__settings *settings, enum hlsim__setting id,
                            const char *value);
int hlsim__setting_put_number(struct hlsim__settings *settings, enum hlsim__setting id,
                              int64_t value);

/* Forgets what was written: the factory's values again, from the next start on. Errors as
 * hlsim__nvm_delete; a cut leaves the rest as it is. */
int hlsim__settings_erase(struct hlsim__settings *settings);

/* The setting of that key, or -1. */
int hlsim__setting_find(const char *key);

/* The n-th context (from 1): HLSIM__SETTING_PDP_1 + n - 1. */
static inline enum hlsim__setting hlsim__setting_pdp(int64_t cid)
{
    return (enum hlsim__setting)(HLSIM__SETTING_PDP_1 + (int)cid - 1);
}

/* What AT+WPPP has set for that context, likewise. */
static inline enum hlsim__setting hlsim__setting_wppp(int64_t cid)
{
    return (enum hlsim__setting)(HLSIM__SETTING_WPPP_1 + (int)cid - 1);
}

#endif
