/*
 * Small texts of the language: durations, the name that was probably meant. Knows no
 * JSON.
 */
#ifndef HLSIM_LOAD_VALUES_H
#define HLSIM_LOAD_VALUES_H

#include <stdbool.h>
#include <stddef.h>

/* `count` decimal digits and nothing else. */
bool hlsim__is_digits(const char *text, size_t count);

/* Searches the nearest of several names. */
struct hlsim__nearest {
    const char *wanted;
    const char *best; /* NULL: none is near */
    size_t distance;
};

void hlsim__nearest_init(struct hlsim__nearest *nearest, const char *wanted);
void hlsim__nearest_offer(struct hlsim__nearest *nearest, const char *name);

/* Room for a hint of hlsim__nearest_hint. */
#define HLSIM__HINT_SIZE 160

/* " (did you mean \"wdsi\"?)", or "" when none is near; returns `hint`. */
const char *hlsim__nearest_hint(const struct hlsim__nearest *nearest, char hint[HLSIM__HINT_SIZE]);

#endif
