/*
 * Walks through the tables of commands and of actions for those who want to list them.
 */
#include <hl78sim/catalogue.h>

#include "at/table.h"
#include "load/action.h"
#include "profile/profile.h"

#include <stdio.h>
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
            .help = row->help == NULL ? "" : row->help,
            .evidence = row->source == NULL ? NULL : hlsim__evidence_text(row->evidence),
            .source = row->source};

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
