/*
 * hl78sim list profiles, commands, quirks, figures: what firmwares are, and how that is known.
 */
#include "list.h"
#include "setup_file.h"

#include <stdlib.h>
#include <string.h>

/* Characters of "HL7800-M-4.3.9.0 to 4.6.8.0". */
#define RANGE_SIZE 96

/* A setup whose modem has that profile; false after messages. */
static bool load_setup(const char *profile, struct hlsim_setup **ret_setup)
{
    static const char text[] = "{\"name\": \"list\"}";
    const struct setup_overrides overrides = {.profile = profile};

    return setup_text_load("list", text, sizeof text - 1, &overrides, ret_setup);
}

/* ---- Families ---- */

int list_families_load(struct list_families *ret_families)
{
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    int result = diagnostics == NULL ? HLSIM_E_NO_MEMORY : 0;

    ret_families->count = 0;
    while (result == 0 && ret_families->count < LIST_FAMILIES_MAX) {
        result = hlsim_load_shipped_model(ret_families->count,
                                          &ret_families->items[ret_families->count], diagnostics);
        ret_families->count += result == 0;
    }
    free(diagnostics);
    return result == HLSIM_E_NOT_FOUND ? 0 : result;
}

void list_families_free(struct list_families *families)
{
    for (size_t i = 0; i < families->count; i++) {
        hlsim_profile_family_free(families->items[i]);
    }
}

static size_t index_of(const struct hlsim_profile_family *family, const char *firmware)
{
    size_t index = 0;

    while (strcmp(hlsim_catalogue_firmware(family, index), firmware) != 0) {
        index++;
    }
    return index;
}

/* ---- Profiles ---- */

static void show_profile(const struct list_options *options,
                         const struct hlsim_profile_family *family, size_t firmware)
{
    struct hlsim_catalogue_tally tally[HLSIM_CATALOGUE_EVIDENCES];
    const char *between = "";
    const char *ancestor;
    char name[RANGE_SIZE];

    snprintf(name, sizeof name, "%s-%s", hlsim_catalogue_model(family),
             hlsim_catalogue_firmware(family, firmware));
    if (!options->evidence) {
        printf("%s\n", name);
        return;
    }
    printf("%-20s ", name);
    hlsim_catalogue_tally(family, firmware, tally);
    for (size_t i = 0; i < HLSIM_CATALOGUE_EVIDENCES; i++) {
        if (tally[i].count > 0) {
            printf("%s%s %zu", between, tally[i].evidence, tally[i].count);
            between = ", ";
        }
    }
    for (size_t i = 0; (ancestor = hlsim_catalogue_ancestor(family, firmware, i)) != NULL; i++) {
        printf("%s%s", i == 0 ? "; like " : ", ", ancestor);
    }
    printf("\n");
}

static void show_family(const struct list_options *options,
                        const struct hlsim_profile_family *family)
{
    for (size_t i = 0; hlsim_catalogue_firmware(family, i) != NULL; i++) {
        show_profile(options, family, i);
    }
}

enum exit_code list_profiles(const struct list_options *options)
{
    struct list_families families;
    int result = list_families_load(&families);

    for (size_t i = 0; result == 0 && i < families.count; i++) {
        show_family(options, families.items[i]);
    }
    list_families_free(&families);
    return result == 0 ? EXIT_PASSED : EXIT_ENVIRONMENT;
}

/* ---- Commands ---- */

static void show_command(void *user, const struct hlsim_catalogue_command *command)
{
    const struct list_options *options = user;
    char forms[32];

    snprintf(forms, sizeof forms, "%s%s%s%s", command->execute ? "execute " : "",
             command->set_form ? "set " : "", command->read ? "read " : "",
             command->test ? "test " : "");
    if (options->names) {
        printf("%s\n", command->name);
        return;
    }
    printf("%-14s %-22s %-5s %s", command->name, forms, command->set, command->help);
    if (command->source != NULL) {
        printf(" (%s: %s)", command->evidence, command->source);
    }
    printf("\n");
}

static void show_answer(void *user, const struct hlsim_catalogue_fact *fact)
{
    const struct list_options *options = user;

    if (!options->names) {
        printf("%-37s const %s%s%s (%s: %s)\n", fact->name, fact->sentence,
               fact->from == NULL ? "" : ", as ", fact->from == NULL ? "" : fact->from,
               fact->evidence, fact->source);
    }
}

enum exit_code list_commands(const struct list_options *options)
{
    struct list_options copy = *options;
    struct hlsim_setup *setup;

    if (!load_setup(options->profile, &setup)) {
        return EXIT_USAGE;
    }
    hlsim_catalogue_commands(setup, show_command, &copy);
    hlsim_catalogue_answers(setup, show_answer, &copy);
    hlsim_setup_free(setup);
    return EXIT_PASSED;
}

/* ---- Quirks and figures ---- */

static void show_value(const char *name, const struct hlsim_catalogue_fact *fact)
{
    printf("  %-28s ", name);
    for (const char *at = fact->value; *at != '\0'; at++) {
        fputs(*at == '\n' ? "\\n" : (char[]){*at, '\0'}, stdout);
    }
    printf(" (%s%s%s: %s)\n", fact->evidence, fact->from == NULL ? "" : ", as ",
           fact->from == NULL ? "" : fact->from, fact->source);
}

static bool alike(const struct hlsim_catalogue_fact *a, const struct hlsim_catalogue_fact *b)
{
    return strcmp(a->value, b->value) == 0 && strcmp(a->evidence, b->evidence) == 0 &&
           strcmp(a->source, b->source) == 0 && (a->from == NULL) == (b->from == NULL);
}

void list_ranges(const struct hlsim_profile_family *family, enum hlsim_catalogue_facts which,
                 size_t index,
                 void (*each)(void *user, const char *firmwares,
                              const struct hlsim_catalogue_fact *fact),
                 void *user)
{
    struct hlsim_catalogue_fact fact;
    struct hlsim_catalogue_fact next;
    char name[RANGE_SIZE];

    for (size_t first = 0; hlsim_catalogue_firmware(family, first) != NULL;) {
        size_t last = first;
        bool all;

        hlsim_catalogue_fact(family, first, which, index, &fact);
        while (hlsim_catalogue_firmware(family, last + 1) != NULL &&
               hlsim_catalogue_fact(family, last + 1, which, index, &next) && alike(&fact, &next)) {
            last++;
        }
        all = first == 0 && hlsim_catalogue_firmware(family, last + 1) == NULL;
        snprintf(name, sizeof name, "%s%s%s%s%s", hlsim_catalogue_model(family), all ? "" : "-",
                 all ? "" : hlsim_catalogue_firmware(family, first),
                 all || first == last ? "" : " to ",
                 all || first == last ? "" : hlsim_catalogue_firmware(family, last));
        each(user, name, &fact);
        first = last + 1;
    }
}

/* None for what another model says. */
static void show_own(void *user, const char *firmwares, const struct hlsim_catalogue_fact *fact)
{
    (void)user;
    if (fact->from == NULL) {
        show_value(firmwares, fact);
    }
}

static void show_all(const struct list_options *options, enum hlsim_catalogue_facts which,
                     const struct list_families *families)
{
    struct hlsim_catalogue_fact fact;

    for (size_t i = 0; hlsim_catalogue_fact(families->items[0], 0, which, i, &fact); i++) {
        if (options->names) {
            printf("%s\n", fact.name);
            continue;
        }
        printf("%s: %s\n", fact.name, fact.sentence);
        for (size_t j = 0; j < families->count; j++) {
            list_ranges(families->items[j], which, i, show_own, NULL);
        }
    }
}

static enum exit_code list_all(const struct list_options *options, enum hlsim_catalogue_facts which)
{
    struct list_families families;
    int result = list_families_load(&families);

    if (result == 0) {
        show_all(options, which, &families);
    }
    list_families_free(&families);
    return result == 0 ? EXIT_PASSED : EXIT_ENVIRONMENT;
}

static enum exit_code list_one(const struct list_options *options, enum hlsim_catalogue_facts which)
{
    struct hlsim_catalogue_fact fact;
    struct hlsim_setup *setup;
    size_t firmware;

    if (!load_setup(options->profile, &setup)) {
        return EXIT_USAGE;
    }
    firmware = index_of(setup->family, setup->modem.firmware);
    for (size_t i = 0; hlsim_catalogue_fact(setup->family, firmware, which, i, &fact); i++) {
        if (options->names) {
            printf("%s\n", fact.name);
        } else {
            printf("%s: %s\n", fact.name, fact.sentence);
            show_value(options->profile, &fact);
        }
    }
    hlsim_setup_free(setup);
    return EXIT_PASSED;
}

enum exit_code list_quirks(const struct list_options *options)
{
    return options->profile == NULL ? list_all(options, HLSIM_CATALOGUE_QUIRKS)
                                    : list_one(options, HLSIM_CATALOGUE_QUIRKS);
}

enum exit_code list_figures(const struct list_options *options)
{
    return options->profile == NULL ? list_all(options, HLSIM_CATALOGUE_FIGURES)
                                    : list_one(options, HLSIM_CATALOGUE_FIGURES);
}
