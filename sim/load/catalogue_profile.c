/*
 * Shows what profiles say, each value with its evidence, for those who want to list it.
 */
#include <hl78sim/catalogue.h>
#include <hl78sim/time.h>

#include "at/table.h"
#include "base/assert.h"
#include "profile/profile.h"

#include <stdio.h>
#include <string.h>

_Static_assert(HLSIM_CATALOGUE_VALUE_SIZE >= HLSIM_PROFILE_TEXT_MAX, "a text is one value");
_Static_assert(HLSIM_CATALOGUE_EVIDENCES == HLSIM_EVIDENCES, "one tally each");

const char *hlsim_catalogue_model(const struct hlsim_profile_family *family)
{
    return family->model;
}

const char *hlsim_catalogue_firmware(const struct hlsim_profile_family *family, size_t index)
{
    return index < family->count ? family->profiles[index].firmware : NULL;
}

/* ---- Sums ---- */

static size_t value_count(const struct hlsim_profile *profile)
{
    return (size_t)HLSIM__FIGURES + (size_t)HLSIM_QUIRKS + profile->answer_count;
}

static const struct hlsim__provenance *value_at(const struct hlsim_profile *profile, size_t index)
{
    if (index < HLSIM__FIGURES) {
        return &profile->figures_known[index];
    }
    index -= HLSIM__FIGURES;
    return index < HLSIM_QUIRKS ? &profile->quirks_known[index]
                                : &profile->answers[index - HLSIM_QUIRKS].known;
}

void hlsim_catalogue_tally(const struct hlsim_profile_family *family, size_t firmware,
                           struct hlsim_catalogue_tally ret_tally[HLSIM_CATALOGUE_EVIDENCES])
{
    const struct hlsim_profile *profile = &family->profiles[firmware];

    HLSIM_ASSERT(firmware < family->count);
    for (int i = 0; i < HLSIM_EVIDENCES; i++) {
        ret_tally[i] = (struct hlsim_catalogue_tally){
            .evidence = hlsim__evidence_text((enum hlsim_evidence)i)};
    }
    for (size_t i = 0; i < value_count(profile); i++) {
        ret_tally[value_at(profile, i)->evidence].count++;
    }
}

/* Whether one of the first `count` values is from that model. */
static bool seen(const struct hlsim_profile *profile, size_t count, const char *from)
{
    for (size_t i = 0; i < count; i++) {
        const char *other = value_at(profile, i)->from;

        if (other != NULL && strcmp(other, from) == 0) {
            return true;
        }
    }
    return false;
}

const char *hlsim_catalogue_ancestor(const struct hlsim_profile_family *family, size_t firmware,
                                     size_t index)
{
    const struct hlsim_profile *profile = &family->profiles[firmware];

    HLSIM_ASSERT(firmware < family->count);
    for (size_t i = 0; i < value_count(profile); i++) {
        const char *from = value_at(profile, i)->from;

        if (from != NULL && !seen(profile, i, from) && index-- == 0) {
            return from;
        }
    }
    return NULL;
}

/* ---- Values ---- */

/* As profiles write it: in the largest unit that leaves three digits behind the point at most. */
static void print_duration(char *text, size_t size, int64_t duration)
{
    static const struct {
        int64_t unit;
        const char *name;
    } units[] = {{HLSIM_HOUR, "h"}, {HLSIM_MINUTE, "m"}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (duration > 0 && duration % units[i].unit == 0) {
            snprintf(text, size, "%lld%s", (long long)(duration / units[i].unit), units[i].name);
            return;
        }
    }
    if (duration > 0 && duration < HLSIM_SECOND) {
        snprintf(text, size, "%.15gms", (double)duration / (double)HLSIM_MS);
    } else {
        snprintf(text, size, "%.15gs", (double)duration / (double)HLSIM_SECOND);
    }
}

static void print_figure(char *text, size_t size, const struct hlsim__figure_info *figure,
                         const struct hlsim__figures *figures)
{
    const void *field = (const char *)figures + figure->offset;

    switch (figure->type) {
    case HLSIM_FIGURE_DURATION:
        print_duration(text, size, *(const int64_t *)field);
        break;
    case HLSIM_FIGURE_NUMBER:
        snprintf(text, size, "%lld", (long long)*(const int64_t *)field);
        break;
    case HLSIM_FIGURE_TEXT:
    default:
        snprintf(text, size, "%s", *(const char *const *)field);
        break;
    }
}

static void tell_source(struct hlsim_catalogue_fact *fact, const struct hlsim__provenance *known)
{
    fact->evidence = hlsim__evidence_text(known->evidence);
    fact->source = known->source;
    fact->from = known->from;
}

bool hlsim_catalogue_fact(const struct hlsim_profile_family *family, size_t firmware,
                          enum hlsim_catalogue_facts which, size_t index,
                          struct hlsim_catalogue_fact *ret_fact)
{
    const struct hlsim_profile *profile = &family->profiles[firmware];

    HLSIM_ASSERT(firmware < family->count);
    if (which == HLSIM_CATALOGUE_QUIRKS && index < HLSIM_QUIRKS) {
        const struct hlsim__quirk_info *quirk = hlsim__quirk_at((enum hlsim_quirk)index);

        *ret_fact = (struct hlsim_catalogue_fact){.name = quirk->name, .sentence = quirk->sentence};
        strcpy(ret_fact->value, profile->quirks[index] ? "true" : "false");
        tell_source(ret_fact, &profile->quirks_known[index]);
        return true;
    }
    if (which == HLSIM_CATALOGUE_FIGURES && index < HLSIM__FIGURES) {
        const struct hlsim__figure_info *figure = hlsim__figure_at(index);

        *ret_fact =
            (struct hlsim_catalogue_fact){.name = figure->name, .sentence = figure->sentence};
        print_figure(ret_fact->value, sizeof ret_fact->value, figure, &profile->figures);
        tell_source(ret_fact, &profile->figures_known[index]);
        return true;
    }
    return false;
}

void hlsim_catalogue_answers(const struct hlsim_setup *setup,
                             void (*each)(void *user, const struct hlsim_catalogue_fact *fact),
                             void *user)
{
    const struct hlsim_profile *profile =
        hlsim__profile_choose(setup->family, setup->modem.firmware, hlsim_version_compare);

    for (size_t i = 0; i < profile->answer_count; i++) {
        const struct hlsim__answer *answer = &profile->answers[i];
        char name[HLSIM_PROFILE_COMMAND_MAX + 2];
        struct hlsim_catalogue_fact fact = {.name = name, .sentence = "constant answer"};

        if (hlsim__at_table_answer(profile, answer->command) == NULL) {
            continue;
        }
        snprintf(name, sizeof name, "AT%s", answer->command);
        snprintf(fact.value, sizeof fact.value, "%s", answer->lines);
        tell_source(&fact, &answer->known);
        each(user, &fact);
    }
}
