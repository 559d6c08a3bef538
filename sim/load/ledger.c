/*
 * The ledger of fidelity: what of the module is built, how far, and how well it is known. Made from
 * the tables of commands, events and unsolicited lines and from the shipped profiles' constant
 * answers; knows no text of its own.
 */
#include <hl78sim/catalogue.h>

#include "at/table.h"
#include "load/shipped.h"
#include "profile/profile.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

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

static const char *text_of(const cJSON *entry, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, key));

    return text == NULL ? "" : text;
}

static void tell_answers(const struct walk *walk, const cJSON *answers)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, answers)
    {
        struct search search = {.command = entry->string};
        char name[64];
        const struct hlsim_ledger_row ledger = {.name = name,
                                                .sentence = "",
                                                .status = HLSIM_LEDGER_CONSTANT,
                                                .evidence = text_of(entry, "evidence"),
                                                .source = text_of(entry, "source"),
                                                .lacks = "always the same"};

        hlsim__at_table_all(match_row, &search);
        if (!search.found) {
            snprintf(name, sizeof name, "AT%s", entry->string);
            walk->each(walk->user, &ledger);
        }
    }
}

static int tell_constants(const struct walk *walk)
{
    for (size_t i = 0; i < hlsim__shipped_profile_count; i++) {
        const struct hlsim__shipped *shipped = &hlsim__shipped_profiles[i];
        cJSON *root = cJSON_ParseWithLength((const char *)shipped->text, shipped->size);

        if (root == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        tell_answers(walk, cJSON_GetObjectItemCaseSensitive(
                               cJSON_GetObjectItemCaseSensitive(root, "base"), "answers"));
        cJSON_Delete(root);
    }
    return 0;
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
