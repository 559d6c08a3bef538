/*
 * The latch: counts cut points, asks the hook, poisons RAM. Does not know what the device is.
 */
#include "core/power.h"

#include "base/assert.h"
#include "base/sparse.h"

#include <string.h>

static const char *const cut_names[HLSIM_CUT_KINDS] = {
#define HLSIM_CUT_NAME(kind, name) [kind] = name,
    HLSIM_CUT_MAP(HLSIM_CUT_NAME)
#undef HLSIM_CUT_NAME
};

static const char *const torn_names[HLSIM_TORN_KINDS] = {
#define HLSIM_TORN_NAME(kind, name) [kind] = name,
    HLSIM_TORN_MAP(HLSIM_TORN_NAME)
#undef HLSIM_TORN_NAME
};

static int find(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *hlsim_cut_kind_name(enum hlsim_cut_kind kind)
{
    HLSIM_ASSERT((size_t)kind < HLSIM_CUT_KINDS);
    return cut_names[kind];
}

const char *hlsim_torn_name(enum hlsim_torn torn)
{
    HLSIM_ASSERT((size_t)torn < HLSIM_TORN_KINDS);
    return torn_names[torn];
}

int hlsim_cut_kind_find(const char *name)
{
    return find(cut_names, HLSIM_CUT_KINDS, name);
}

int hlsim_torn_find(const char *name)
{
    return find(torn_names, HLSIM_TORN_KINDS, name);
}

void hlsim__power_init(struct hlsim__power *power, struct hlsim_stream *stream, const char *source)
{
    memset(power, 0, sizeof *power);
    power->stream = stream;
    power->source = source;
}

void hlsim__power_set_hook(struct hlsim__power *power, hlsim_cut_hook hook, void *user)
{
    power->hook = hook;
    power->hook_user = user;
}

void hlsim__power_register_ram(struct hlsim__power *power, void *start, size_t size)
{
    HLSIM_ASSERT(power->ram_count < HLSIM__RAM_MAX);
    power->ram[power->ram_count].start = start;
    power->ram[power->ram_count].size = size;
    power->ram_count++;
}

void hlsim__power_on(struct hlsim__power *power)
{
    HLSIM_ASSERT(!power->on);
    power->on = true;
    power->tripped = false;
    HLSIM__EMIT(power->stream, power->source, HLSIM_EVENT_POWER, HLSIM_INT("on", 1));
}

void hlsim__power_off(struct hlsim__power *power, const char *by)
{
    power->on = false;
    power->tripped = false;
    for (size_t i = 0; i < power->ram_count; i++) {
        hlsim__fill_used(power->ram[i].start, power->ram[i].size, HLSIM__RAM_POISON);
    }
    HLSIM__EMIT(power->stream, power->source, HLSIM_EVENT_POWER, HLSIM_INT("on", 0),
                HLSIM_TEXT("by", by));
}

int hlsim__power_ask(struct hlsim__power *power, enum hlsim_cut_kind kind,
                     enum hlsim_torn *ret_torn)
{
    struct hlsim_cut_point point;

    *ret_torn = HLSIM_TORN_NOTHING;
    if (!power->on) {
        return HLSIM_E_POWER;
    }
    point.kind = kind;
    point.occurrence = ++power->occurrences[kind];
    if (power->hook == NULL || !power->hook(power->hook_user, &point, ret_torn)) {
        return 0;
    }
    power->on = false;
    power->tripped = true;
    HLSIM__EMIT(power->stream, power->source, HLSIM_EVENT_CUT,
                HLSIM_TEXT("point", hlsim_cut_kind_name(kind)),
                HLSIM_INT("occurrence", point.occurrence),
                HLSIM_TEXT("torn", hlsim_torn_name(*ret_torn)));
    return HLSIM_E_POWER;
}
