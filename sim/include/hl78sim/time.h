/*
 * Virtual time: nanoseconds since the world's power-on, and the calendar behind the world's epoch.
 */
#ifndef HL78SIM_TIME_H
#define HL78SIM_TIME_H

#include <stddef.h>
#include <stdint.h>

#define HLSIM_US     INT64_C(1000)
#define HLSIM_MS     (1000 * HLSIM_US)
#define HLSIM_SECOND (1000 * HLSIM_MS)
#define HLSIM_MINUTE (60 * HLSIM_SECOND)
#define HLSIM_HOUR   (60 * HLSIM_MINUTE)
#define HLSIM_DAY    (24 * HLSIM_HOUR)

/* Later than anything that can happen. */
#define HLSIM_NEVER INT64_MAX

/* A date in UTC, proleptic Gregorian calendar. */
struct hlsim_date {
    int year;
    int month; /* 1-12 */
    int day;   /* 1-31 */
    int hour;
    int minute;
    int second;
};

/* Seconds since 1970-01-01T00:00:00Z to a date and back. Any field may be out of its range in
 * hlsim_date_to_unix (the 32nd of January is the 1st of February). */
void hlsim_date_from_unix(int64_t unix_seconds, struct hlsim_date *ret_date);
int64_t hlsim_date_to_unix(const struct hlsim_date *date);

/* "2024-10-01T08:00:00Z" -> seconds since 1970; HLSIM_E_FORMAT when it is not exactly that shape or
 * no such date exists. */
int hlsim_date_parse(const char *text, int64_t *ret_unix_seconds);

/* Writes `at` as "12.345678901" (seconds) with its trailing zeros cut to at least three digits;
 * `size` of 32 is always enough. Returns the text's length. */
int hlsim_time_format(int64_t at, char *text, size_t size);

#endif
