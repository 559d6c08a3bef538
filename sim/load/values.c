/*
 * Parses small texts.
 */
#include "load/values.h"

#include <hl78sim/load.h>

#include <stdio.h>
#include <string.h>

/* Names longer than this are never near to anything. */
#define NEAR_NAME_MAX 48

struct unit {
    const char *name;
    int64_t nanoseconds;
    size_t digits_max; /* so that 31 years are never exceeded by far, and sums never overflow */
};

static const struct unit units[] = {
    {"us", HLSIM_US, 9},    {"ms", HLSIM_MS, 9},  {"s", HLSIM_SECOND, 9},
    {"m", HLSIM_MINUTE, 7}, {"h", HLSIM_HOUR, 5}, {"d", HLSIM_DAY, 4},
};

static size_t digit_run(const char *text)
{
    return strspn(text, "0123456789");
}

int hlsim_duration_parse(const char *text, int64_t *ret_nanoseconds)
{
    size_t whole_digits = digit_run(text);
    const char *fraction = text + whole_digits;
    size_t fraction_digits = 0;
    int64_t whole = 0;
    int64_t value;

    if (*fraction == '.') {
        fraction++;
        fraction_digits = digit_run(fraction);
        if (fraction_digits == 0 || fraction_digits > 9) {
            return HLSIM_E_FORMAT;
        }
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        int64_t place = units[i].nanoseconds;

        if (strcmp(fraction + fraction_digits, units[i].name) != 0) {
            continue;
        }
        if (whole_digits == 0 || whole_digits > units[i].digits_max) {
            return HLSIM_E_FORMAT;
        }
        for (size_t j = 0; j < whole_digits; j++) {
            whole = whole * 10 + (text[j] - '0');
        }
        value = whole * place;
        for (size_t j = 0; j < fraction_digits; j++) {
            place /= 10;
            value += (fraction[j] - '0') * place;
        }
        *ret_nanoseconds = value;
        return 0;
    }
    return HLSIM_E_FORMAT;
}

bool hlsim__is_digits(const char *text, size_t count)
{
    return strlen(text) == count && digit_run(text) == count;
}

void hlsim__nearest_init(struct hlsim__nearest *nearest, const char *wanted)
{
    nearest->wanted = wanted;
    nearest->best = NULL;
    /* About one slip in three characters; more is a different word. */
    nearest->distance = strlen(wanted) / 3 + 2;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions and replacements that make one name of the other. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NEAR_NAME_MAX + 1];
    size_t b_size = strlen(b);

    for (size_t j = 0; j <= b_size; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < b_size; j++) {
            size_t above = row[j + 1];

            row[j + 1] = smaller(diagonal + (a[i] != b[j]), smaller(above, row[j]) + 1);
            diagonal = above;
        }
    }
    return row[b_size];
}

void hlsim__nearest_offer(struct hlsim__nearest *nearest, const char *name)
{
    size_t found;

    if (strlen(nearest->wanted) > NEAR_NAME_MAX || strlen(name) > NEAR_NAME_MAX) {
        return;
    }
    found = distance(nearest->wanted, name);
    if (found < nearest->distance) {
        nearest->distance = found;
        nearest->best = name;
    }
}

const char *hlsim__nearest_hint(const struct hlsim__nearest *nearest, char hint[HLSIM__HINT_SIZE])
{
    hint[0] = '\0';
    if (nearest->best != NULL) {
        snprintf(hint, HLSIM__HINT_SIZE, " (did you mean \"%s\"?)", nearest->best);
    }
    return hint;
}
