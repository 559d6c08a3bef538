/*
 * The calendar and the text form of virtual time. Reads no clock.
 */
#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include "base/assert.h"

#include <stdio.h>
#include <string.h>

#define SECONDS_A_DAY 86400

/* Days from 1970-01-01 to a civil date, with years that begin in March so that the leap day comes
 * last. */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    int64_t era;
    int64_t year_of_era;
    int64_t day_of_year;

    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    if (month < 1) {
        month += 12;
        year--;
    }
    if (month <= 2) {
        year--;
    }
    era = (year >= 0 ? year : year - 399) / 400;
    year_of_era = year - era * 400;
    day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

int64_t hlsim_date_to_unix(const struct hlsim_date *date)
{
    return days_from_civil(date->year, date->month, date->day) * SECONDS_A_DAY +
           (int64_t)date->hour * 3600 + (int64_t)date->minute * 60 + date->second;
}

void hlsim_date_from_unix(int64_t unix_seconds, struct hlsim_date *ret_date)
{
    int64_t days = unix_seconds / SECONDS_A_DAY;
    int64_t rest = unix_seconds % SECONDS_A_DAY;
    int64_t era;
    int64_t day_of_era;
    int64_t year_of_era;
    int64_t day_of_year;
    int64_t month;

    if (rest < 0) {
        rest += SECONDS_A_DAY;
        days--;
    }
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    day_of_era = days - era * 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month = (5 * day_of_year + 2) / 153;
    ret_date->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    ret_date->month = (int)(month < 10 ? month + 3 : month - 9);
    ret_date->year = (int)(year_of_era + era * 400 + (ret_date->month <= 2));
    ret_date->hour = (int)(rest / 3600);
    ret_date->minute = (int)(rest / 60 % 60);
    ret_date->second = (int)(rest % 60);
}

static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

int hlsim_date_parse(const char *text, int64_t *ret_unix_seconds)
{
    struct hlsim_date date;
    struct hlsim_date back;

    if (strlen(text) != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':' || text[19] != 'Z') {
        return HLSIM_E_FORMAT;
    }
    date.year = digits(text, 4);
    date.month = digits(text + 5, 2);
    date.day = digits(text + 8, 2);
    date.hour = digits(text + 11, 2);
    date.minute = digits(text + 14, 2);
    date.second = digits(text + 17, 2);
    if (date.year < 0 || date.month < 1 || date.day < 1 || date.hour < 0 || date.minute < 0 ||
        date.second < 0) {
        return HLSIM_E_FORMAT;
    }
    hlsim_date_from_unix(hlsim_date_to_unix(&date), &back);
    if (back.month != date.month || back.day != date.day || back.hour != date.hour ||
        back.minute != date.minute || back.second != date.second) {
        return HLSIM_E_FORMAT;
    }
    *ret_unix_seconds = hlsim_date_to_unix(&date);
    return 0;
}

int hlsim_time_format(int64_t at, char *text, size_t size)
{
    int length;

    HLSIM_ASSERT(at >= 0);
    length = snprintf(text, size, "%lld.%09lld", (long long)(at / HLSIM_SECOND),
                      (long long)(at % HLSIM_SECOND));
    HLSIM_ASSERT(length > 0 && (size_t)length < size);
    for (int kept = 9; kept > 3 && text[length - 1] == '0'; kept--) {
        text[--length] = '\0';
    }
    return length;
}
