/*
 * hl78sim list: what there is. All of it comes from the tables that the simulator works by.
 */
#include "cmd_list_fidelity.h"
#include "command.h"
#include "hardware_fit.h"
#include "list.h"
#include "runner_modem.h"
#include "setup_file.h"
#include "share_folder.h"

#include <hl78sim/catalogue.h>

#include <stdlib.h>
#include <string.h>

/* Bytes of a path. */
#define FOLDER_SIZE 4200

/* ---- Texts ---- */

/* As scenarios write it, in the largest unit that leaves no fraction. */
static void print_duration(char *text, size_t size, int64_t duration)
{
    static const struct {
        int64_t unit;
        const char *name;
    } units[] = {{HLSIM_HOUR, "h"}, {HLSIM_MINUTE, "m"}, {HLSIM_SECOND, "s"}, {HLSIM_MS, "ms"}};

    if (duration == 0) {
        snprintf(text, size, "0s");
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (duration % units[i].unit == 0) {
            snprintf(text, size, "%lld%s", (long long)(duration / units[i].unit), units[i].name);
            return;
        }
    }
    snprintf(text, size, "%lldus", (long long)(duration / HLSIM_US));
}

static void print_value(char *text, size_t size, const struct hlsim_catalogue_key *key)
{
    switch (key->value->type) {
    case HLSIM_VALUE_BOOL:
        snprintf(text, size, "%s", key->value->integer != 0 ? "true" : "false");
        break;
    case HLSIM_VALUE_INT:
        if (key->kind == HLSIM_KEY_DURATION) {
            print_duration(text, size, key->value->integer);
        } else if (key->kind == HLSIM_KEY_SHARE) {
            snprintf(text, size, "%g", (double)key->value->integer / 1e6);
        } else {
            snprintf(text, size, "%lld", (long long)key->value->integer);
        }
        break;
    case HLSIM_VALUE_TEXT:
        snprintf(text, size, "%s", key->value->text);
        break;
    case HLSIM_VALUE_NULL:
    default:
        text[0] = '\0';
        break;
    }
}

/* ---- Actions ---- */

static void show_key(const struct hlsim_catalogue_key *key)
{
    char value[HLSIM_VALUE_MAX];

    print_value(value, sizeof value, key);
    printf(" %s", key->name);
    if (key->required) {
        printf(" (needed)");
    } else if (key->same_as != NULL) {
        printf("=%s", key->same_as);
    } else if (value[0] != '\0') {
        printf("=%s", value);
    }
    for (size_t i = 0; key->choices != NULL && key->choices[i] != NULL; i++) {
        if (strcmp(key->choices[i], value) != 0) {
            printf("|%s", key->choices[i]);
        }
    }
}

static void show_action(size_t index, const struct hlsim_catalogue_action *action)
{
    static const char *const hardware[] = {"no", "lab", "yes"};
    char duration[32];

    printf("%-22s %s (real modem: %s)\n", action->name, action->sentence,
           hardware[action->hardware]);
    if (action->key_count == 0 && !action->undone) {
        return;
    }
    printf("%22s", "");
    for (size_t i = 0; i < action->key_count; i++) {
        struct hlsim_catalogue_key key;

        hlsim_catalogue_action_key(index, i, &key);
        show_key(&key);
    }
    if (action->undone) {
        print_duration(duration, sizeof duration, action->undo_after);
        printf(" for%s%s", action->undo_after == HLSIM_NEVER ? "" : "=",
               action->undo_after == HLSIM_NEVER ? "" : duration);
    }
    printf("\n");
}

static enum exit_code list_actions(const struct list_options *options)
{
    struct hlsim_catalogue_action action;

    for (size_t i = 0; hlsim_catalogue_action(i, &action); i++) {
        if (options->names) {
            printf("%s\n", action.name);
        } else {
            show_action(i, &action);
        }
    }
    return EXIT_PASSED;
}

/* ---- Scenarios ---- */

static void show_scenario(const char *path, const struct hlsim_setup *setup)
{
    const struct hlsim_scenario *scenario = &setup->scenario;

    printf("%s: %s\n  real modem: %s%s", path, scenario->name,
           hardware_fit_word(hardware_fit(setup)),
           scenario_may_install(setup) ? ", may install (--allow-install)" : "");
    for (size_t i = 0; i < scenario->tag_count; i++) {
        printf("%s%s", i == 0 ? "; tags: " : " ", scenario->tags[i]);
    }
    printf("%s%s\n", scenario->known_failure[0] != '\0' ? "; known to fail: " : "",
           scenario->known_failure);
}

static enum exit_code list_files(const struct list_options *options, const struct text_list *from)
{
    static const struct setup_overrides none;
    struct text_list files;
    enum exit_code code = file_list_expand("list", from, true, &files) ? EXIT_PASSED : EXIT_USAGE;

    for (size_t i = 0; i < files.count; i++) {
        struct hlsim_setup *setup;

        if (options->names) {
            printf("%s\n", files.items[i]);
        } else if (setup_file_load(files.items[i], &none, &setup)) {
            show_scenario(files.items[i], setup);
            hlsim_setup_free(setup);
        } else {
            code = EXIT_USAGE;
        }
    }
    file_list_free(&files);
    return code;
}

static enum exit_code list_scenarios(const struct list_options *options)
{
    const struct text_list *operands = &options->parsed.operands;
    const struct text_list given = {.count = operands->count - 1, .items = operands->items + 1};
    char folder[FOLDER_SIZE];
    const char *item = folder;
    const struct text_list shipped = {.count = 1, .items = &item};

    if (given.count > 0) {
        return list_files(options, &given);
    }
    if (!share_folder_scenarios(folder, sizeof folder)) {
        fprintf(stderr, "hl78sim list: the shipped scenarios are not where this program was "
                        "installed; name a folder\n");
        return EXIT_ENVIRONMENT;
    }
    return list_files(options, &shipped);
}

static enum exit_code list_ledger(const struct list_options *options)
{
    (void)options;
    return list_fidelity() == 0 ? EXIT_PASSED : EXIT_ENVIRONMENT;
}

/* ---- The command ---- */

static const struct {
    const char *name;
    enum exit_code (*list)(const struct list_options *options);
    bool of_profile;
} subjects[] = {
    {"profiles", list_profiles, false}, {"commands", list_commands, true},
    {"quirks", list_quirks, true},      {"figures", list_figures, true},
    {"actions", list_actions, false},   {"scenarios", list_scenarios, false},
    {"fidelity", list_ledger, false},
};

#define SUBJECT_COUNT (sizeof subjects / sizeof *subjects)

static enum exit_code run(const char *program, const void *values)
{
    const struct list_options *options = values;
    const struct text_list *operands = &options->parsed.operands;
    const char *names[SUBJECT_COUNT] = {0};
    char hint[HINT_SIZE];

    (void)program;
    for (size_t i = 0; i < SUBJECT_COUNT; i++) {
        names[i] = subjects[i].name;
        if (operands->count > 0 && strcmp(operands->items[0], names[i]) == 0) {
            if (operands->count > 1 && subjects[i].list != list_scenarios) {
                fprintf(stderr, "hl78sim list %s: expected nothing more\n", names[i]);
                return EXIT_USAGE;
            }
            if (options->profile != NULL && !subjects[i].of_profile) {
                fprintf(stderr, "hl78sim list: %s have no --profile\n", names[i]);
                return EXIT_USAGE;
            }
            return subjects[i].list(options);
        }
    }
    fprintf(stderr, "hl78sim list: expected profiles, commands, quirks, figures, actions, "
                    "scenarios or fidelity");
    if (operands->count > 0) {
        fprintf(stderr, " and not \"%s\"%s", operands->items[0],
                nearest_hint(operands->items[0], names, SUBJECT_COUNT, hint));
    }
    fprintf(stderr, "\n");
    return EXIT_USAGE;
}

#define AT(field) offsetof(struct list_options, field)

static const struct option_row rows[] = {
    {"profile", 0, OPTION_TEXT, AT(profile), NULL, "NAME",
     "of this firmware: its commands, its quirks and figures; a name or a file"},
    {"names", 0, OPTION_FLAG, AT(names), NULL, NULL, "only names, one a line"},
    {"evidence", 0, OPTION_FLAG, AT(evidence), NULL, NULL,
     "profiles: how many of its values are known how well, and from which other models"},
    {.name = NULL},
};

const struct command command_list = {
    .name = "list",
    .operands = "profiles|commands|quirks|figures|actions|scenarios|fidelity [DIR...]",
    .about = "Tell what there is",
    .details =
        "Profiles are models with their firmwares; commands those that a firmware has; quirks and "
        "figures its behaviours and values, each with its "
        "evidence and source; actions what can strike in a scenario, with keys and defaults.\n"
        "Without --profile a model is named where it says something itself; elsewhere it has what "
        "the model has that it is like, and list profiles --evidence says which that is.\n"
        "Fidelity is the ledger of what is built, how well it is known and what it lacks, as a "
        "page "
        "of Markdown.\n"
        "Scenarios are the shipped ones, or those in folders. With each stands how much of it can "
        "be had with a real modem: yes; lab, when commands of a lab must act for it; part, when "
        "some expectations cannot be seen; no, when an action is not possible.",
    .examples = "hl78sim list commands --profile HL7800-1.6.3\n"
                "hl78sim list quirks --profile mine.json\n"
                "hl78sim list profiles --evidence\nhl78sim list scenarios",
    .options = rows,
    .size = sizeof(struct list_options),
    .run = run,
};
