/*
 * What the files of deeds share: a row for each action of the language that the world carries out,
 * and how the keys of an action are read.
 */
#ifndef HLSIM_WORLD_DEED_H
#define HLSIM_WORLD_DEED_H

#include "world/inside.h"

struct hlsim__deed {
    const char *name;
    enum hlsim_acted (*act)(struct hlsim__world_modem *slot, const struct hlsim_action *action);
    enum hlsim_acted (*undo)(struct hlsim__world_modem *slot, const struct hlsim_action *action);
};

/* radio_deeds.c */
extern const struct hlsim__deed hlsim__radio_deeds[];
extern const size_t hlsim__radio_deed_count;

/* airvantage_deeds.c */
extern const struct hlsim__deed hlsim__airvantage_deeds[];
extern const size_t hlsim__airvantage_deed_count;

/* wire_deeds.c */
extern const struct hlsim__deed hlsim__wire_deeds[];
extern const size_t hlsim__wire_deed_count;

/* The value of a key, or the other one when it has none. */
static inline int64_t hlsim__deed_number(const struct hlsim_action *action, const char *key,
                                         int64_t otherwise)
{
    const struct hlsim_value *value = hlsim_action_param(action, key);

    return value == NULL || value->type == HLSIM_VALUE_NULL ? otherwise : value->integer;
}

static inline const char *hlsim__deed_text(const struct hlsim_action *action, const char *key,
                                           const char *otherwise)
{
    const struct hlsim_value *value = hlsim_action_param(action, key);

    return value == NULL || value->type != HLSIM_VALUE_TEXT ? otherwise : value->text;
}

static inline enum hlsim_acted hlsim__deed_acted(int error)
{
    return error < 0 ? HLSIM_ACT_NOTHING : HLSIM_ACTED;
}

#endif
