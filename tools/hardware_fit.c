/*
 * Goes through actions, expectations and paths of a scenario. The columns "hardware" of the
 * language's tables decide.
 */
#include "hardware_fit.h"

#include "runner_modem.h"

#include <hl78sim/catalogue.h>

#include <string.h>

static enum hardware_fit worse(enum hardware_fit a, enum hardware_fit b)
{
    return a > b ? a : b;
}

/* Paths below these are not to be had from outside of a module; those of the portal by a lab. */
static enum hardware_fit fit_path(const char *path)
{
    static const char *const inside[] = {"modem.update", "modem.stored", "modem.credentials",
                                         "network."};

    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        if (strncmp(path, inside[i], strlen(inside[i])) == 0) {
            return HARDWARE_PART;
        }
    }
    return strncmp(path, "airvantage.", 11) == 0 ? HARDWARE_LAB : HARDWARE_YES;
}

static enum hardware_fit fit_matcher(const struct hlsim_matcher *matcher)
{
    switch (matcher->type) {
    case HLSIM_MATCHER_STATE:
        return fit_path(matcher->state.path);
    case HLSIM_MATCHER_EVENT:
        return (RUNNER_MODEM_OBSERVABLE & HLSIM_EVENT_BIT(matcher->kind)) != 0 ? HARDWARE_YES
                                                                               : HARDWARE_PART;
    case HLSIM_MATCHER_PROGRESS:
    default:
        return HARDWARE_YES;
    }
}

static enum hardware_fit fit_action(const struct hlsim_planned_action *plan)
{
    enum hardware_fit trigger = plan->has_when ? fit_matcher(&plan->when) : HARDWARE_YES;

    switch (hlsim_catalogue_action_hardware(plan->action.name)) {
    case HLSIM_HARDWARE_YES:
        return trigger;
    case HLSIM_HARDWARE_LAB:
        return worse(trigger, HARDWARE_LAB);
    case HLSIM_HARDWARE_NO:
    default:
        return HARDWARE_NO;
    }
}

static enum hardware_fit fit_expect(const struct hlsim_expect *expect)
{
    enum hardware_fit fit = HARDWARE_YES;

    if (expect->kind == HLSIM_EXPECT_SEEN || expect->kind == HLSIM_EXPECT_NEVER) {
        fit = fit_matcher(&expect->what);
    }
    if (expect->has_from) {
        fit = worse(fit, fit_matcher(&expect->from));
    }
    if (expect->has_until) {
        fit = worse(fit, fit_matcher(&expect->until));
    }
    for (size_t i = 0; i < expect->order_count; i++) {
        fit = worse(fit, fit_matcher(&expect->order[i]));
    }
    for (size_t i = 0; i < expect->final_count; i++) {
        fit = worse(fit, fit_path(expect->finals[i].path));
    }
    return fit;
}

enum hardware_fit hardware_fit(const struct hlsim_setup *setup)
{
    const struct hlsim_scenario *scenario = &setup->scenario;
    enum hardware_fit fit = scenario->has_end ? fit_matcher(&scenario->end_when) : HARDWARE_YES;

    fit = worse(fit, setup->modem.response_count > 0 ? HARDWARE_NO : HARDWARE_YES);
    for (size_t i = 0; i < scenario->action_count; i++) {
        fit = worse(fit, fit_action(&scenario->actions[i]));
    }
    for (size_t i = 0; i < scenario->expect_count; i++) {
        fit = worse(fit, fit_expect(&scenario->expects[i]));
    }
    return fit;
}

const char *hardware_fit_word(enum hardware_fit fit)
{
    static const char *const words[] = {"yes", "lab", "part", "no"};

    return words[fit];
}
