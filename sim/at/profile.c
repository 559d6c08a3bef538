/*
 * A profile as a struct and as the text "E=1,Q=0,..." in a setting.
 */
#include "at/profile.h"

#include "at/parse.h"
#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct field {
    const char *key;
    size_t offset;
};

static const struct field fields[] = {
#define FIELD(member, name) {.key = (name), .offset = offsetof(struct hlsim__at_profile, member)},
#include "at/profile.def"
#undef FIELD
};

#define FIELD_COUNT (sizeof fields / sizeof *fields)

static int *value_of(struct hlsim__at_profile *profile, size_t index)
{
    return (int *)((char *)profile + fields[index].offset);
}

int *hlsim__at_profile_field(struct hlsim__at_profile *profile, const char *key)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(fields[i].key, key) == 0) {
            return value_of(profile, i);
        }
    }
    return NULL;
}

static enum hlsim__setting setting_of(int number)
{
    HLSIM_ASSERT(number >= 0);
    HLSIM_ASSERT(number < HLSIM__AT_PROFILES);
    return number == 0 ? HLSIM__SETTING_PORT_PROFILE : HLSIM__SETTING_PORT_PROFILE_1;
}

/* Profiles are written by hand too: what no command can set is brought within bounds. */
#define VALUE_MAX 255
#define SPEED_MAX 9999999

static int value_in(const char *text, int max)
{
    long value = strtol(text, NULL, 10);

    return value < 0 ? HLSIM__AT_REGISTER_UNSET : value > max ? max : (int)value;
}

/* Takes over what a text says; names that it does not know, and what it does not say, stay. */
static void apply(struct hlsim__at_profile *profile, const char *text)
{
    while (*text != '\0') {
        size_t item = strcspn(text, ",");
        size_t name = strcspn(text, "=");

        for (size_t i = 0; name < item && i < FIELD_COUNT; i++) {
            if (fields[i].key[0] == text[0] && strlen(fields[i].key) == name &&
                strncmp(fields[i].key, text, name) == 0) {
                int *value = value_of(profile, i);

                *value =
                    value_in(text + name + 1, value == &profile->speed ? SPEED_MAX : VALUE_MAX);
            }
        }
        text += item + (text[item] == ',');
    }
}

void hlsim__at_profile_factory(struct hlsim__at_profile *profile,
                               const struct hlsim_profile *personality)
{
    memset(profile, 0, sizeof *profile);
    for (size_t i = 0; i < HLSIM__AT_REGISTERS; i++) {
        *hlsim__at_register_field(profile, i) = HLSIM__AT_REGISTER_UNSET;
    }
    apply(profile, personality->figures.port_profile);
    profile->cmee = (int)personality->figures.cmee_default;
    profile->speed = (int)personality->figures.port_speed;
    profile->s12 = (int)personality->figures.escape_guard;
}

void hlsim__at_profile_load(struct hlsim__at_profile *profile,
                            const struct hlsim__settings *settings,
                            const struct hlsim_profile *personality, int number)
{
    hlsim__at_profile_factory(profile, personality);
    apply(profile, hlsim__setting_text(settings, setting_of(number)));
    if (!hlsim__at_in_range(personality->figures.ipr_speeds, profile->speed)) {
        profile->speed = (int)personality->figures.port_speed;
    }
}

int hlsim__at_profile_store(const struct hlsim__at_profile *profile,
                            struct hlsim__settings *settings, int number)
{
    struct hlsim__at_profile copy = *profile;
    char text[HLSIM__SETTING_SIZE];
    size_t size = 0;

    for (size_t i = 0; i < FIELD_COUNT; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s=%d", i == 0 ? "" : ",",
                                 fields[i].key, *value_of(&copy, i));
        HLSIM_ASSERT(size < sizeof text);
    }
    return hlsim__setting_put_text(settings, setting_of(number), text);
}

/* --- S-registers ---------------------------------------------------------------------------- */

/* The defaults of V.250 6.2.1 to 6.2.3 and 6.3; S7 and S10 are the module's choice there. S2 and
 * S12 are no part of V.250; the second is set by a figure always. */
static const struct {
    size_t offset;
    int value;
} registers[HLSIM__AT_REGISTERS] = {
    {offsetof(struct hlsim__at_profile, s0), 0},    {offsetof(struct hlsim__at_profile, s1), 0},
    {offsetof(struct hlsim__at_profile, s3), '\r'}, {offsetof(struct hlsim__at_profile, s4), '\n'},
    {offsetof(struct hlsim__at_profile, s5), '\b'}, {offsetof(struct hlsim__at_profile, s7), 60},
    {offsetof(struct hlsim__at_profile, s8), 2},    {offsetof(struct hlsim__at_profile, s10), 14},
    {offsetof(struct hlsim__at_profile, s2), '+'},  {offsetof(struct hlsim__at_profile, s12), 50},
};

enum {
    REGISTER_S3 = 2,
    REGISTER_S4 = 3,
    REGISTER_S5 = 4,
    REGISTER_S2 = 8,
    REGISTER_S12 = 9,
};

int *hlsim__at_register_field(struct hlsim__at_profile *profile, size_t index)
{
    HLSIM_ASSERT(index < HLSIM__AT_REGISTERS);
    return (int *)((char *)profile + registers[index].offset);
}

int hlsim__at_register_value(const struct hlsim__at_profile *profile, size_t index)
{
    int value;

    HLSIM_ASSERT(index < HLSIM__AT_REGISTERS);
    value = *(const int *)((const char *)profile + registers[index].offset);
    return value == HLSIM__AT_REGISTER_UNSET ? registers[index].value : value;
}

uint8_t hlsim__at_profile_line_end(const struct hlsim__at_profile *profile)
{
    return (uint8_t)hlsim__at_register_value(profile, REGISTER_S3);
}

uint8_t hlsim__at_profile_line_feed(const struct hlsim__at_profile *profile)
{
    return (uint8_t)hlsim__at_register_value(profile, REGISTER_S4);
}

uint8_t hlsim__at_profile_backspace(const struct hlsim__at_profile *profile)
{
    return (uint8_t)hlsim__at_register_value(profile, REGISTER_S5);
}

int hlsim__at_profile_escape(const struct hlsim__at_profile *profile)
{
    return hlsim__at_register_value(profile, REGISTER_S2);
}

int hlsim__at_profile_guard(const struct hlsim__at_profile *profile)
{
    return hlsim__at_register_value(profile, REGISTER_S12);
}
