/*
 * The ledger of fidelity: what of the module is built, how far, and how well it is known. Made from
 * the tables of commands, events and unsolicited lines and from the shipped profiles' constant
 * answers; knows no text of its own.
 */
#include <hl78sim/catalogue.h>

#include "at/table.h"
#include "profile/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Models that are shipped. */
#define FAMILIES_MAX 32

struct walk {
    void (*each)(void *user, const struct hlsim_ledger_row *row);
    void *user;
};

static const char *const evidences[] = {
#define EVIDENCE_TEXT(name, text) text,
    HLSIM_EVIDENCE_MAP(EVIDENCE_TEXT)
#undef EVIDENCE_TEXT
};

/* ---- Commands ---- */

static void tell_row(void *user, const struct hlsim__at_topic *topic,
                     const struct hlsim__at_row *row)
{
    const struct walk *walk = user;
    char name[HLSIM__AT_NAME_MAX + 2];
    const struct hlsim_ledger_row ledger = {.name = name,
                                            .sentence = row->help,
                                            .status = row->lacks == NULL ? HLSIM_LEDGER_IMPLEMENTED
                                                                         : HLSIM_LEDGER_PARTIAL,
                                            .evidence = evidences[row->evidence],
                                            .source = row->source == NULL ? "" : row->source,
                                            .lacks = row->lacks == NULL ? "" : row->lacks};

    (void)topic;
    snprintf(name, sizeof name, "AT%s", row->name);
    walk->each(walk->user, &ledger);
}

/* Looks for a row whose name a constant answer's command begins with: it is that row's, then. */
struct search {
    const char *command;
    bool found;
};

static void match_row(void *user, const struct hlsim__at_topic *topic,
                      const struct hlsim__at_row *row)
{
    struct search *search = user;
    size_t size = strlen(row->name);

    (void)topic;
    search->found = search->found || (strncmp(search->command, row->name, size) == 0 &&
                                      strchr("?=", search->command[size]) != NULL);
}

/* Whether the base of one of the first `count` models answers that too. */
static bool told_before(struct hlsim_profile_family *const *families, size_t count,
                        const char *command)
{
    for (size_t i = 0; i < count; i++) {
        if (hlsim__profile_answer(&families[i]->base, command) != NULL) {
            return true;
        }
    }
    return false;
}

static void tell_answer(const struct walk *walk, const struct hlsim__answer *answer)
{
    struct search search = {.command = answer->command};
    char name[HLSIM_PROFILE_COMMAND_MAX + 2];
    const struct hlsim_ledger_row ledger = {.name = name,
                                            .sentence = "",
                                            .status = HLSIM_LEDGER_CONSTANT,
                                            .evidence =
                                                hlsim__evidence_text(answer->known.evidence),
                                            .source = answer->known.source,
                                            .lacks = "always the same"};

    hlsim__at_table_all(match_row, &search);
    if (!search.found) {
        snprintf(name, sizeof name, "AT%s", answer->command);
        walk->each(walk->user, &ledger);
    }
}

static void tell_constants_of(const struct walk *walk, struct hlsim_profile_family *const *families,
                              size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct hlsim_profile *base = &families[i]->base;

        for (size_t j = 0; j < base->answer_count; j++) {
            const struct hlsim__answer *answer = &base->answers[j];

            if (answer->lines != NULL && !told_before(families, i, answer->command)) {
                tell_answer(walk, answer);
            }
        }
    }
}

static int tell_constants(const struct walk *walk)
{
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    struct hlsim_profile_family *families[FAMILIES_MAX];
    size_t count = 0;
    int error = diagnostics == NULL ? HLSIM_E_NO_MEMORY : 0;

    while (error == 0 && count < FAMILIES_MAX) {
        error = hlsim_load_shipped_model(count, &families[count], diagnostics);
        count += error == 0;
    }
    error = error == HLSIM_E_NOT_FOUND ? 0 : error;
    if (error == 0) {
        tell_constants_of(walk, families, count);
    }
    for (size_t i = 0; i < count; i++) {
        hlsim_profile_family_free(families[i]);
    }
    free(diagnostics);
    return error;
}

static void tell_refused(const struct walk *walk)
{
    const struct hlsim_ledger_row rows[] = {
#define REFUSED(command, why, how_well, whence)                                                    \
    {"AT" command, "", HLSIM_LEDGER_REFUSED, evidences[HLSIM_EVIDENCE_##how_well], whence, why},
#include "at/refused.def"
#undef REFUSED
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        walk->each(walk->user, &rows[i]);
    }
}

/* ---- Events and unsolicited lines ---- */

static void tell_events(const struct walk *walk)
{
    const struct hlsim_ledger_row rows[] = {
#define EVENT(number, bit, sentence, how_well, whence)                                             \
    {#number, sentence, HLSIM_LEDGER_IMPLEMENTED, evidences[HLSIM_EVIDENCE_##how_well], whence, ""},
#define NEVER(number, bit, sentence, how_well, whence, why)                                        \
    {#number, sentence, HLSIM_LEDGER_REFUSED, evidences[HLSIM_EVIDENCE_##how_well], whence, why},
#include "modem/wdsi.def"
#undef EVENT
#undef NEVER
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        walk->each(walk->user, &rows[i]);
    }
}

static void tell_urcs(const struct walk *walk)
{
    const struct hlsim_ledger_row rows[] = {
#define URC(prefix, sentence, how_well, whence, missing)                                           \
    {prefix,                                                                                       \
     sentence,                                                                                     \
     sizeof(missing) > 1 ? HLSIM_LEDGER_PARTIAL : HLSIM_LEDGER_IMPLEMENTED,                        \
     evidences[HLSIM_EVIDENCE_##how_well],                                                         \
     whence,                                                                                       \
     missing},
#include "core/urc.def"
#undef URC
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        walk->each(walk->user, &rows[i]);
    }
}

int hlsim_catalogue_ledger(enum hlsim_ledger_part part,
                           void (*each)(void *user, const struct hlsim_ledger_row *row), void *user)
{
    struct walk walk = {.each = each, .user = user};
    int error = 0;

    switch (part) {
    case HLSIM_LEDGER_COMMANDS:
        hlsim__at_table_all(tell_row, &walk);
        error = tell_constants(&walk);
        tell_refused(&walk);
        break;
    case HLSIM_LEDGER_EVENTS:
        tell_events(&walk);
        break;
    case HLSIM_LEDGER_URCS:
        tell_urcs(&walk);
        break;
    }
    return error;
}
