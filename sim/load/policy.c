/*
 * The key `policy`: when the host may give an agreement. Knows the window's three forms and nothing
 * about the goal.
 */
#include "load/policy.h"

#include <hl78sim/time.h>

#include <ctype.h>
#include <string.h>

#define DAY_MINUTES 1440u

/* Two digits and what follows them; false when there are none or they are too large. */
static bool take_two(const char **at, unsigned limit, char end, unsigned *ret_number)
{
    if (!isdigit((unsigned char)(*at)[0]) || !isdigit((unsigned char)(*at)[1]) || (*at)[2] != end) {
        return false;
    }
    *ret_number = (unsigned)((*at)[0] - '0') * 10 + (unsigned)((*at)[1] - '0');
    *at += end == '\0' ? 2 : 3;
    return *ret_number < limit;
}

/* "22:30-06:00" */
static bool parse_day(const char *text, struct hlsim_scenario_policy *policy)
{
    unsigned hours[2];
    unsigned minutes[2];

    if (!take_two(&text, 24, ':', &hours[0]) || !take_two(&text, 60, '-', &minutes[0]) ||
        !take_two(&text, 24, ':', &hours[1]) || !take_two(&text, 60, '\0', &minutes[1])) {
        return false;
    }
    policy->from_minute = hours[0] * 60 + minutes[0];
    policy->to_minute = hours[1] * 60 + minutes[1];
    return true;
}

static void read_window(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    struct hlsim_scenario_policy *policy = target;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";

    (void)about;
    if (strcmp(text, "always") == 0) {
        policy->window = HLSIM_WINDOW_ALWAYS;
    } else if (strcmp(text, "boot") == 0) {
        policy->window = HLSIM_WINDOW_BOOT;
    } else if (!parse_day(text, policy)) {
        hlsim__reader_complain(reader,
                               "expected \"always\", \"boot\" or times such as \"22:00-06:00\"");
    } else if (policy->from_minute == policy->to_minute) {
        hlsim__reader_complain(reader, "expected two different times");
    } else {
        policy->window = HLSIM_WINDOW_DAY;
    }
}

static void read_whole_minutes(struct hlsim__reader *reader, const cJSON *value, void *target,
                               const void *about)
{
    int64_t *duration = target;

    (void)about;
    if (!hlsim__reader_wants_duration(reader, value, duration)) {
        return;
    }
    if (*duration % HLSIM_MINUTE != 0 || *duration < HLSIM_MINUTE ||
        *duration > DAY_MINUTES * HLSIM_MINUTE) {
        hlsim__reader_complain(reader, "expected whole minutes, 1m to 24h");
    }
}

static void read_some_time(struct hlsim__reader *reader, const cJSON *value, void *target,
                           const void *about)
{
    int64_t *duration = target;

    (void)about;
    if (hlsim__reader_wants_duration(reader, value, duration) && *duration < HLSIM_SECOND) {
        hlsim__reader_complain(reader, "expected one second or more");
    }
}

#define POLICY(key, function, field)                                                               \
    {                                                                                              \
        .name = (key), .read = (function), .offset = offsetof(struct hlsim_scenario_policy, field) \
    }

static const struct hlsim__key policy_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "window", .read = read_window},
    POLICY("off_for", read_some_time, off_for),
    POLICY("open_for", read_some_time, open_for),
    POLICY("defer", read_whole_minutes, defer),
};

void hlsim__read_policy(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    static const char *const boot_keys[] = {"off_for", "open_for"};
    const struct hlsim_scenario_policy *policy = target;

    (void)about;
    HLSIM__READ_OBJECT(reader, value, policy_keys, target);
    for (size_t i = 0; i < 2; i++) {
        if (policy->window != HLSIM_WINDOW_BOOT &&
            cJSON_GetObjectItemCaseSensitive(value, boot_keys[i]) != NULL) {
            hlsim__reader_enter(reader, boot_keys[i]);
            hlsim__reader_complain(reader, "goes with the window \"boot\" only");
            hlsim__reader_leave(reader);
        }
    }
}
