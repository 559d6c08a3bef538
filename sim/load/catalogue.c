/*
 * Walks through tables and shipped profiles for those who want to list them. Judges no text: what
 * is shipped was checked when it was built in.
 */
#include <hl78sim/catalogue.h>

#include "at/table.h"
#include "load/action.h"
#include "load/shipped.h"
#include "profile/profile.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Commands ---- */

struct command_walk {
    const struct hlsim_profile *personality;
    void (*each)(void *user, const struct hlsim_catalogue_command *command);
    void *user;
};

static void show_command(void *user, const struct hlsim__at_row *row)
{
    const struct command_walk *walk = user;
    const struct hlsim__at_topic *topic = NULL;
    char name[HLSIM__AT_NAME_MAX + 2];

    snprintf(name, sizeof name, "AT%s", row->name);
    if (hlsim__at_table_find(walk->personality, row->name, &topic) != NULL) {
        const struct hlsim_catalogue_command command = {
            .name = name,
            .set = topic->set,
            .execute = (row->forms & HLSIM__AT_EXECUTE) != 0,
            .read = (row->forms & HLSIM__AT_READ) != 0,
            .test = (row->forms & HLSIM__AT_TEST) != 0,
            .set_form = (row->forms & HLSIM__AT_SET) != 0,
            .help = row->help == NULL ? "" : row->help};

        walk->each(walk->user, &command);
    }
}

void hlsim_catalogue_commands(const struct hlsim_setup *setup,
                              void (*each)(void *user,
                                           const struct hlsim_catalogue_command *command),
                              void *user)
{
    struct command_walk walk = {.personality = hlsim__profile_choose(
                                    setup->family, setup->modem.firmware, hlsim_version_compare),
                                .each = each,
                                .user = user};

    hlsim__at_table_walk(walk.personality, show_command, &walk);
}

/* ---- Quirks and figures ---- */

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(member(object, key));

    return text == NULL ? "" : text;
}

static const cJSON *find_firmware(const cJSON *root, const char *firmware)
{
    const cJSON *element;

    cJSON_ArrayForEach(element, member(root, "firmwares"))
    {
        if (strcmp(text_of(element, "firmware"), firmware) == 0) {
            return element;
        }
    }
    return NULL;
}

/* The entry of the firmware, of those that it is like, or of the base; a firmware is like one that
 * stands before it, so that this ends. */
static const cJSON *find_entry(const cJSON *root, const char *firmware, const char *group,
                               const char *name)
{
    const cJSON *element = find_firmware(root, firmware);

    while (element != NULL) {
        const cJSON *entry = member(member(element, group), name);

        if (entry != NULL) {
            return entry;
        }
        element = find_firmware(root, text_of(element, "like"));
    }
    return member(member(member(root, "base"), group), name);
}

static void print_value(const cJSON *value, char *text, size_t size)
{
    if (cJSON_IsNumber(value)) {
        snprintf(text, size, "%.15g", value->valuedouble);
    } else if (cJSON_IsBool(value)) {
        snprintf(text, size, "%s", cJSON_IsTrue(value) ? "true" : "false");
    } else {
        snprintf(text, size, "%s", cJSON_IsString(value) ? value->valuestring : "");
    }
}

static void show_facts(const cJSON *root, const char *firmware, enum hlsim_catalogue_facts which,
                       void (*each)(void *user, const struct hlsim_catalogue_fact *fact),
                       void *user)
{
    bool quirks = which == HLSIM_CATALOGUE_QUIRKS;
    size_t count = quirks ? HLSIM_QUIRKS : hlsim__figure_count();

    for (size_t i = 0; i < count; i++) {
        struct hlsim_catalogue_fact fact = {0};
        char value[HLSIM_PROFILE_TEXT_MAX];
        const cJSON *entry;

        if (quirks) {
            const struct hlsim__quirk_info *info = hlsim__quirk_at((enum hlsim_quirk)i);

            fact = (struct hlsim_catalogue_fact){.name = info->name, .sentence = info->sentence};
        } else {
            const struct hlsim__figure_info *info = hlsim__figure_at(i);

            fact = (struct hlsim_catalogue_fact){.name = info->name, .sentence = info->sentence};
        }
        entry = find_entry(root, firmware, quirks ? "quirks" : "figures", fact.name);
        print_value(member(entry, "value"), value, sizeof value);
        fact.value = value;
        fact.evidence = text_of(entry, "evidence");
        fact.source = text_of(entry, "source");
        each(user, &fact);
    }
}

int hlsim_catalogue_facts(const char *profile, enum hlsim_catalogue_facts which,
                          void (*each)(void *user, const struct hlsim_catalogue_fact *fact),
                          void *user)
{
    for (size_t i = 0; i < hlsim__shipped_profile_count; i++) {
        const struct hlsim__shipped *shipped = &hlsim__shipped_profiles[i];
        size_t model = strlen(shipped->model);
        cJSON *root;
        bool found;

        if (strncmp(profile, shipped->model, model) != 0 || profile[model] != '-') {
            continue;
        }
        root = cJSON_ParseWithLength((const char *)shipped->text, shipped->size);
        if (root == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        found = find_firmware(root, profile + model + 1) != NULL;
        if (found) {
            show_facts(root, profile + model + 1, which, each, user);
        }
        cJSON_Delete(root);
        if (found) {
            return 0;
        }
    }
    return HLSIM_E_NOT_FOUND;
}

/* ---- Actions ---- */

struct action_about {
    const char *name;
    enum hlsim_hardware hardware;
    const char *sentence;
};

static const struct action_about abouts[] = {
#define ACTION(action, where, about)                                                               \
    {.name = #action, .hardware = HLSIM_HARDWARE_##where, .sentence = about},
#include "load/action.def"
#undef ACTION
};

static const struct action_about *about_action(const char *name)
{
    for (size_t i = 0; i < sizeof abouts / sizeof *abouts; i++) {
        if (strcmp(abouts[i].name, name) == 0) {
            return &abouts[i];
        }
    }
    return NULL;
}

enum hlsim_hardware hlsim_catalogue_action_hardware(const char *name)
{
    const struct action_about *about = about_action(name);

    return about == NULL ? HLSIM_HARDWARE_NO : about->hardware;
}

bool hlsim_catalogue_action(size_t index, struct hlsim_catalogue_action *ret_action)
{
    const struct action_about *about;

    if (!hlsim__action_at(index, ret_action)) {
        return false;
    }
    about = about_action(ret_action->name);
    ret_action->hardware = about == NULL ? HLSIM_HARDWARE_NO : about->hardware;
    ret_action->sentence = about == NULL ? "" : about->sentence;
    return true;
}

void hlsim_catalogue_action_key(size_t action, size_t index, struct hlsim_catalogue_key *ret_key)
{
    hlsim__action_key_at(action, index, ret_key);
}
