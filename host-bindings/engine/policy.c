/*
 * Windows of the day and after a boot. Times of day in 32 bits: a small core divides no 64.
 */
#include "policy.h"

#include "at_client.h"

#define DAY_S            86400u
#define DAY_MINUTES      1440
#define MINUTE_S         60u
#define MINUTE_MS        60000
#define OFF_FOR_DEFAULT  (10 * INT64_C(60000))
#define OPEN_FOR_DEFAULT (30 * INT64_C(60000))
#define DEFER_DEFAULT    60u
#define DEFER_MAX        1440u /* AT+WDSR=? */

bool hlhost__policy_fill(struct hlhost_policy *policy)
{
    if (policy->off_for_ms == 0) {
        policy->off_for_ms = OFF_FOR_DEFAULT;
    }
    if (policy->open_for_ms == 0) {
        policy->open_for_ms = OPEN_FOR_DEFAULT;
    }
    if (policy->defer_minutes == 0) {
        policy->defer_minutes = DEFER_DEFAULT;
    }
    if (policy->off_for_ms < 0 || policy->open_for_ms < 0 || policy->defer_minutes > DEFER_MAX) {
        return false;
    }
    switch (policy->window) {
    case HLHOST_WINDOW_ALWAYS:
    case HLHOST_WINDOW_BOOT:
        return true;
    case HLHOST_WINDOW_DAY:
        return policy->from_minute < DAY_MINUTES && policy->to_minute < DAY_MINUTES &&
               policy->from_minute != policy->to_minute;
    }
    return false;
}

/* Seconds since local midnight; right for the first year of a life (2^35 ms). */
static uint32_t time_of_day(const struct hlhost__facts *facts, int64_t now_ms)
{
    return (uint32_t)((now_ms - facts->midnight_ms) >> 3) / 125u % DAY_S;
}

static bool is_in_day(const struct hlhost_policy *policy, uint32_t at_s)
{
    uint32_t from_s = policy->from_minute * MINUTE_S;
    uint32_t to_s = policy->to_minute * MINUTE_S;

    if (from_s < to_s) {
        return at_s >= from_s && at_s < to_s;
    }
    return at_s >= from_s || at_s < to_s;
}

bool hlhost__policy_is_open(const struct hlhost_policy *policy, const struct hlhost__facts *facts,
                            int64_t now_ms)
{
    switch (policy->window) {
    case HLHOST_WINDOW_ALWAYS:
        return true;
    case HLHOST_WINDOW_DAY:
        return facts->clock_known && is_in_day(policy, time_of_day(facts, now_ms));
    case HLHOST_WINDOW_BOOT:
        return facts->off_known && facts->off_ms >= policy->off_for_ms &&
               now_ms - facts->start_ms < policy->open_for_ms;
    }
    return false;
}

int64_t hlhost__policy_opens_at(const struct hlhost_policy *policy,
                                const struct hlhost__facts *facts, int64_t now_ms)
{
    uint32_t wait_s;

    if (policy->window != HLHOST_WINDOW_DAY || !facts->clock_known) {
        return INT64_MAX;
    }
    wait_s = (policy->from_minute * MINUTE_S + DAY_S - time_of_day(facts, now_ms)) % DAY_S;
    return hlhost__time_add(now_ms, (int64_t)wait_s * 1000);
}

unsigned hlhost__policy_minutes(const struct hlhost_policy *policy,
                                const struct hlhost__facts *facts, int64_t now_ms)
{
    int64_t opens_ms = hlhost__policy_opens_at(policy, facts, now_ms);

    if (opens_ms < hlhost__time_add(now_ms, (int64_t)policy->defer_minutes * MINUTE_MS)) {
        uint32_t minutes = ((uint32_t)(opens_ms - now_ms) + MINUTE_MS - 1) / MINUTE_MS;

        return minutes > 0 ? minutes : 1;
    }
    return policy->defer_minutes;
}
