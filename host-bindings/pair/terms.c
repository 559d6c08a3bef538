/*
 * Clock, time off and the window of the policy, from the scenario and virtual time.
 */
#include "terms.h"

#include <hl78sim/time.h>

#include <ctype.h>
#include <string.h>

#define OFF_FOR_DEFAULT  (10 * HLSIM_MINUTE)
#define OPEN_FOR_DEFAULT (30 * HLSIM_MINUTE)
#define GRACE            HLSIM_MS /* hosts may count in milliseconds */

void hlpair__terms_init(struct hlpair__terms *terms, const struct hlsim_scenario_host *host)
{
    memset(terms, 0, sizeof *terms);
    terms->host = host;
    terms->off = HLSIM_NEVER;
    terms->lost_at = HLSIM_NEVER;
}

void hlpair__terms_stop(struct hlpair__terms *terms, int64_t now)
{
    terms->lost_at = now;
    terms->line_size = 0;
}

void hlpair__terms_start(struct hlpair__terms *terms, int64_t now)
{
    terms->started_at = now;
    terms->off = terms->lost_at == HLSIM_NEVER ? HLSIM_NEVER : now - terms->lost_at;
}

int64_t hlpair__terms_clock(const struct hlpair__terms *terms, int64_t now)
{
    if (terms->host == NULL || terms->host->clock == HLSIM_NEVER) {
        return HLSIM_NEVER;
    }
    return (terms->host->clock + now) % HLSIM_DAY;
}

/* Without a clock nobody knows for how long there was no power. */
int64_t hlpair__terms_off(const struct hlpair__terms *terms)
{
    return terms->host == NULL || terms->host->clock == HLSIM_NEVER ? HLSIM_NEVER : terms->off;
}

static bool is_in_day(const struct hlsim_scenario_policy *policy, int64_t clock)
{
    int64_t from = policy->from_minute * HLSIM_MINUTE;
    int64_t length = (policy->to_minute * HLSIM_MINUTE + HLSIM_DAY - from) % HLSIM_DAY;

    return clock != HLSIM_NEVER && (clock + HLSIM_DAY - from) % HLSIM_DAY < length + GRACE;
}

static bool is_open(const struct hlpair__terms *terms, int64_t now)
{
    const struct hlsim_scenario_policy *policy = &terms->host->policy;
    int64_t off_for = policy->off_for > 0 ? policy->off_for : OFF_FOR_DEFAULT;
    int64_t open_for = policy->open_for > 0 ? policy->open_for : OPEN_FOR_DEFAULT;
    int64_t off = hlpair__terms_off(terms);

    switch (policy->window) {
    case HLSIM_WINDOW_DAY:
        return is_in_day(policy, hlpair__terms_clock(terms, now));
    case HLSIM_WINDOW_BOOT:
        return off != HLSIM_NEVER && off >= off_for && now - terms->started_at < open_for + GRACE;
    case HLSIM_WINDOW_ALWAYS:
        break;
    }
    return true;
}

/* AT+WDSR=3 or 4, in whatever case. */
static bool is_agreement(const char *line)
{
    static const char head[] = "AT+WDSR=";
    size_t i = 0;

    while (head[i] != '\0' && toupper((unsigned char)line[i]) == head[i]) {
        i++;
    }
    return head[i] == '\0' && (line[i] == '3' || line[i] == '4') && line[i + 1] == '\0';
}

bool hlpair__terms_allow(struct hlpair__terms *terms, int64_t now, const uint8_t *bytes,
                         size_t size)
{
    bool allowed = true;

    for (size_t i = 0; i < size && terms->host != NULL; i++) {
        if (bytes[i] != '\r' && bytes[i] != '\n') {
            if (terms->line_size < sizeof terms->line - 1) {
                terms->line[terms->line_size++] = (char)bytes[i];
            }
            continue;
        }
        terms->line[terms->line_size] = '\0';
        terms->line_size = 0;
        allowed = allowed && (!is_agreement(terms->line) || is_open(terms, now));
    }
    return allowed;
}
