/*
 * The device itself: error reports, list of commands.
 */
#include "at/port.h"
#include "at/table.h"

#include <stdio.h>
#include <string.h>

/* --- +CMEE ---------------------------------------------------------------------------------- */

/* Some firmwares may keep it without AT&W (docs/evidence.md): in the profile of the next start. */
static int keep_error_reports(struct hlsim__at_port *port)
{
    struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    struct hlsim__at_profile stored;

    if (!ram->personality->quirks[HLSIM_QUIRK_cmee_kept_at_once]) {
        return HLSIM__AT_OK;
    }
    hlsim__at_profile_load(&stored, &ram->settings, ram->personality, 0);
    stored.cmee = port->ram->profile.cmee;
    return hlsim__at_profile_store(&stored, &ram->settings, 0) < 0 ? HLSIM__AT_ERROR : HLSIM__AT_OK;
}

static int handle_error_reports(struct hlsim__at_port *port,
                                const struct hlsim__at_request *request)
{
    int64_t max = hlsim__at_figures(port)->cmee_max;

    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(port, "+CMEE: %d", port->ram->profile.cmee);
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+CMEE: (0-%lld)", (long long)max);
        return HLSIM__AT_OK;
    default:
        if (request->args[0].number > max) {
            return HLSIM__CME_INCORRECT_PARAMETERS;
        }
        port->ram->profile.cmee = (int)request->args[0].number;
        return keep_error_reports(port);
    }
}

/* --- +CLAC ---------------------------------------------------------------------------------- */

static void list_row(void *user, const struct hlsim__at_row *row)
{
    hlsim__at_answer(user, "AT%s", row->name);
}

/* Commands that a profile alone knows: their answers are constant. */
static void list_constants(struct hlsim__at_port *port)
{
    const struct hlsim_profile *personality = hlsim__at_ram(port)->personality;
    const struct hlsim__at_topic *topic;
    char last[HLSIM__AT_NAME_MAX] = "";

    for (size_t i = 0; i < personality->answer_count; i++) {
        char name[HLSIM__AT_NAME_MAX];

        snprintf(name, sizeof name, "%.*s", (int)strcspn(personality->answers[i].command, "=?"),
                 personality->answers[i].command);
        if (hlsim__at_table_find(personality, name, &topic) == NULL && strcmp(name, last) != 0) {
            hlsim__at_answer(port, "AT%s", name);
            strcpy(last, name);
        }
    }
}

static int handle_list(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_EXECUTE) {
        hlsim__at_table_walk(hlsim__at_ram(port)->personality, list_row, port);
        list_constants(port);
    }
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+CMEE",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-2"}},
     .spec_count = 1,
     .handle = handle_error_reports,
     .own_test = true,
     .help = "error reports",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "GEN_CMEE"},
    {.name = "+CLAC",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_list,
     .help = "list of commands",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 8.37; Sierra tests use it"},
};

const struct hlsim__at_topic hlsim__at_device = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
