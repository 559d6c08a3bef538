/*
 * hl78sim list: what there is. All of it comes from the tables that the simulator works by.
 */
#include "cmd_list_fidelity.h"
#include "command.h"
#include "hardware_fit.h"
#include "runner_modem.h"
#include "setup_file.h"
#include "share_folder.h"

#include <hl78sim/catalogue.h>

#include <stdlib.h>
#include <string.h>

/* Bytes of a path. */
#define FOLDER_SIZE 4200

struct list_options {
    struct parsed parsed;
    const char *profile; /* NULL: all, or the default one */
    bool names;
};

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

/* ---- Profiles, commands, quirks, figures ---- */

static enum exit_code unknown_profile(const char *name)
{
    const char *names[32] = {0};
    char texts[32][64];
    char hint[HINT_SIZE];
    size_t count = 0;

    while (count < 32 &&
           hlsim_shipped_profile_name(count, texts[count], sizeof texts[count]) != NULL) {
        names[count] = texts[count];
        count++;
    }
    fprintf(stderr, "hl78sim list: unknown profile \"%s\"%s\n", name,
            nearest_hint(name, names, count, hint));
    return EXIT_USAGE;
}

static enum exit_code list_profiles(const struct list_options *options)
{
    char name[64];

    (void)options;
    for (size_t i = 0; hlsim_shipped_profile_name(i, name, sizeof name) != NULL; i++) {
        printf("%s\n", name);
    }
    return EXIT_PASSED;
}

static void show_command(void *user, const struct hlsim_catalogue_command *command)
{
    const struct list_options *options = user;
    char forms[32];

    snprintf(forms, sizeof forms, "%s%s%s%s", command->execute ? "execute " : "",
             command->set_form ? "set " : "", command->read ? "read " : "",
             command->test ? "test " : "");
    if (options->names) {
        printf("%s\n", command->name);
    } else {
        printf("%-14s %-22s %-5s %s\n", command->name, forms, command->set, command->help);
    }
}

static enum exit_code list_commands(const struct list_options *options)
{
    static const char text[] = "{\"name\": \"list\"}";
    const struct setup_overrides overrides = {.profile = options->profile};
    struct list_options copy = *options;
    struct hlsim_setup *setup;

    if (!setup_text_load("list commands", text, sizeof text - 1, &overrides, &setup)) {
        return EXIT_USAGE;
    }
    hlsim_catalogue_commands(setup, show_command, &copy);
    hlsim_setup_free(setup);
    return EXIT_PASSED;
}

/* One walk over the names, and for each of them one over the profiles: `wanted` and `profile` are
 * those of the inner. */
struct fact_walk {
    const struct list_options *options;
    enum hlsim_catalogue_facts which;
    const char *wanted;
    const char *profile;
};

static void show_value(void *user, const struct hlsim_catalogue_fact *fact)
{
    const struct fact_walk *walk = user;

    if (strcmp(fact->name, walk->wanted) == 0) {
        printf("  %-20s %s (%s: %s)\n", walk->profile, fact->value, fact->evidence, fact->source);
    }
}

static void show_fact(void *user, const struct hlsim_catalogue_fact *fact)
{
    const struct fact_walk *walk = user;
    const struct list_options *options = walk->options;
    struct fact_walk inner = {.options = options, .wanted = fact->name};
    char name[64];

    if (options->names) {
        printf("%s\n", fact->name);
        return;
    }
    printf("%s: %s\n", fact->name, fact->sentence);
    for (size_t i = 0; hlsim_shipped_profile_name(i, name, sizeof name) != NULL; i++) {
        inner.profile = name;
        if (options->profile == NULL || strcmp(options->profile, name) == 0) {
            hlsim_catalogue_facts(name, walk->which, show_value, &inner);
        }
    }
}

static enum exit_code list_facts(const struct list_options *options,
                                 enum hlsim_catalogue_facts which)
{
    struct fact_walk walk = {.options = options, .which = which};
    char first[64];

    if (options->profile == NULL) {
        hlsim_shipped_profile_name(0, first, sizeof first);
    }
    return hlsim_catalogue_facts(options->profile == NULL ? first : options->profile, which,
                                 show_fact, &walk) == 0
               ? EXIT_PASSED
               : unknown_profile(options->profile);
}

static enum exit_code list_quirks(const struct list_options *options)
{
    return list_facts(options, HLSIM_CATALOGUE_QUIRKS);
}

static enum exit_code list_figures(const struct list_options *options)
{
    return list_facts(options, HLSIM_CATALOGUE_FIGURES);
}

static enum exit_code list_ledger(const struct list_options *options)
{
    (void)options;
    return list_fidelity() == 0 ? EXIT_PASSED : EXIT_ENVIRONMENT;
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
     "of this firmware: its commands, its quirks and figures"},
    {"names", 0, OPTION_FLAG, AT(names), NULL, NULL, "only names, one a line"},
    {.name = NULL},
};

const struct command command_list = {
    .name = "list",
    .operands = "profiles|commands|quirks|figures|actions|scenarios|fidelity [DIR...]",
    .about = "Tell what there is",
    .details =
        "Profiles are models with their firmwares; commands those that a firmware has; quirks and "
        "figures its behaviours and values, each with its evidence and source; actions what can "
        "strike in a scenario, with keys and defaults.\n"
        "Scenarios are the shipped ones, or those in folders. With each stands how much of it can "
        "be had with a real modem: yes; lab, when commands of a lab must act for it; part, when "
        "some expectations cannot be seen; no, when an action is not possible.",
    .examples = "hl78sim list commands --profile HL7800-1.6.3\nhl78sim list scenarios",
    .options = rows,
    .size = sizeof(struct list_options),
    .run = run,
};
