/*
 * All topics in one list. A profile names the command sets that its firmware has, and the commands
 * that it has not.
 */
#include "at/table.h"

#include "base/checksum.h"

#include <stdio.h>
#include <string.h>

static const struct hlsim__at_topic *const topics[] = {
    &hlsim__at_basic,
    &hlsim__at_registers,
    &hlsim__at_serial,
    &hlsim__at_identity,
    &hlsim__at_device,
    &hlsim__at_sim,
    &hlsim__at_registration,
    &hlsim__at_context,
    &hlsim__at_context_hl,
    &hlsim__at_technology,
    &hlsim__at_cell,
    &hlsim__at_clock,
    &hlsim__at_operator,
    &hlsim__at_signal,
    &hlsim__at_module,
    &hlsim__at_power,
    &hlsim__at_services,
    &hlsim__at_local_update,
    &hlsim__at_call,
    &hlsim__at_multiplexer,
    &hlsim__at_sleep,
    &hlsim__at_saving,
    &hlsim__at_edrx,
    &hlsim__at_edrx_config,
    &hlsim__at_gpio,
    &hlsim__at_dial,
    &hlsim__at_dial_3gpp,
    &hlsim__at_sms_setup,
    &hlsim__at_sms_store,
    &hlsim__at_sms_send,
    &hlsim__at_sim_files,
    &hlsim__at_phonebook,
    &hlsim__at_vendor_identity,
    &hlsim__at_engineering,
    &hlsim__at_public_key,
    &hlsim__at_dns,
    &hlsim__at_sockets_connection,
    &hlsim__at_tcp,
    &hlsim__at_udp,
    &hlsim__at_socket_options,
    &hlsim__at_secure_sockets,
    &hlsim__at_http,
    &hlsim__at_ftp,
    &hlsim__at_functionality,
    &hlsim__at_rc76,
};

#define ROWS_MAX 256 /* of one topic, and more than all of them */

/* Whether `word` is one of the comma-separated words of `list`; "+K*" are all that begin so. */
static bool listed(const char *list, const char *word)
{
    size_t size = strlen(word);

    while (*list != '\0') {
        size_t item = strcspn(list, ",");
        bool many = item > 0 && list[item - 1] == '*';

        if (many ? strncmp(list, word, item - 1) == 0
                 : item == size && strncmp(list, word, size) == 0) {
            return true;
        }
        list += item + (list[item] == ',');
    }
    return false;
}

const struct hlsim__answer *hlsim__at_table_answer(const struct hlsim_profile *personality,
                                                   const char *command)
{
    const struct hlsim__answer *answer = hlsim__profile_answer(personality, command);
    char name[HLSIM_PROFILE_COMMAND_MAX];

    if (answer == NULL) {
        return NULL;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(command, "=?"), command);
    return listed(personality->figures.commands_absent, name) ? NULL : answer;
}

static bool has(const struct hlsim_profile *personality, const struct hlsim__at_topic *topic,
                const struct hlsim__at_row *row)
{
    return listed(personality->figures.command_sets, topic->set) &&
           !listed(personality->figures.commands_absent, row->name);
}

/* A row as topic and number in it, one more than zero. */
static uint16_t find(const struct hlsim_profile *personality, const char *name)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        for (size_t j = 0; j < topics[i]->row_count; j++) {
            const struct hlsim__at_row *row = &topics[i]->rows[j];

            if (strcmp(row->name, name) == 0 && has(personality, topics[i], row)) {
                return (uint16_t)(i * ROWS_MAX + j + 1);
            }
        }
    }
    return 0;
}

static const struct hlsim__at_row *row_at(uint16_t place, const struct hlsim__at_topic **ret_topic)
{
    size_t topic = (place - 1u) / ROWS_MAX;

    *ret_topic = topics[topic];
    return &topics[topic]->rows[(place - 1u) % ROWS_MAX];
}

const struct hlsim__at_row *hlsim__at_table_find(const struct hlsim_profile *personality,
                                                 const char *name,
                                                 const struct hlsim__at_topic **ret_topic)
{
    uint16_t place = find(personality, name);

    return place == 0 ? NULL : row_at(place, ret_topic);
}

const struct hlsim__at_row *hlsim__at_table_recall(struct hlsim__at_found *found,
                                                   const struct hlsim_profile *personality,
                                                   const char *name,
                                                   const struct hlsim__at_topic **ret_topic)
{
    uint64_t digest = hlsim__digest(name, strlen(name));
    uint16_t *place = &found->places[digest % HLSIM__AT_FOUND_MAX];

    if (*place != 0) {
        const struct hlsim__at_row *row = row_at(*place, ret_topic);

        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }
    *place = find(personality, name);
    return *place == 0 ? NULL : row_at(*place, ret_topic);
}

void hlsim__at_table_walk(const struct hlsim_profile *personality,
                          void (*each)(void *user, const struct hlsim__at_row *row), void *user)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        for (size_t j = 0; j < topics[i]->row_count; j++) {
            if (has(personality, topics[i], &topics[i]->rows[j])) {
                each(user, &topics[i]->rows[j]);
            }
        }
    }
}

void hlsim__at_table_all(void (*each)(void *user, const struct hlsim__at_topic *topic,
                                      const struct hlsim__at_row *row),
                         void *user)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        for (size_t j = 0; j < topics[i]->row_count; j++) {
            each(user, topics[i], &topics[i]->rows[j]);
        }
    }
}
