/*
 * Device services: AT+WDSI, +WDSC, +WDSS, +WDSR, +WDSG. Only translates; what is decided is decided
 * in modem/services.c.
 */
#include "at/args.h"
#include "at/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APN_MAX 100 /* 23.003 9.1 */

static struct hlsim__settings *settings_of(const struct hlsim__at_port *port)
{
    return &hlsim__at_ram(port)->settings;
}

static int put_number(struct hlsim__at_port *port, enum hlsim__setting setting, int64_t value)
{
    return hlsim__setting_put_number(settings_of(port), setting, value) < 0 ? HLSIM__AT_ERROR
                                                                            : HLSIM__AT_OK;
}

/* --- +WDSI ---------------------------------------------------------------------------------- */

static int handle_indications(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *range = hlsim__at_figures(port)->wdsi_range;

    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(port, "+WDSI: %s",
                         hlsim__setting_text(settings_of(port), HLSIM__SETTING_WDSI));
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+WDSI: (%s)", range);
        return HLSIM__AT_OK;
    default:
        if (!hlsim__at_in_range(range, request->args[0].number)) {
            return HLSIM__CME_OUT_OF_RANGE;
        }
        return put_number(port, HLSIM__SETTING_WDSI, request->args[0].number);
    }
}

/* --- +WDSC ---------------------------------------------------------------------------------- */

#define RETRY_TIMERS    8
#define RETRY_MAX       20160 /* two weeks, in minutes */
#define MODE_POLLING    3
#define MODE_RETRIES    4
#define MODE_LAST       6
#define CONFIG_MODE(id) ((enum hlsim__setting)(HLSIM__SETTING_WDSC_0 + (int)(id)))

/* The retry timers; slots that are not in use are shown as zeros by some firmwares only. */
static void answer_retries(struct hlsim__at_port *port)
{
    const char *text = hlsim__setting_text(settings_of(port), HLSIM__SETTING_WDSC_4);
    size_t size = strlen(text);

    if (!hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_retry_slots_unused_shown]) {
        while (size > 2 && strncmp(text + size - 2, ",0", 2) == 0) {
            size -= 2;
        }
    }
    hlsim__at_answer(port, "+WDSC: 4,%.*s", (int)size, text);
}

static void answer_configuration(struct hlsim__at_port *port)
{
    for (int mode = 0; mode <= MODE_LAST; mode++) {
        if (mode == MODE_RETRIES) {
            answer_retries(port);
        } else {
            hlsim__at_answer(port, "+WDSC: %d,%s", mode,
                             hlsim__setting_text(settings_of(port), CONFIG_MODE(mode)));
        }
    }
}

static int set_retries(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char text[HLSIM__SETTING_SIZE] = "";
    size_t size = 0;

    if (request->arg_count > RETRY_TIMERS + 1) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    for (size_t i = 0; i < RETRY_TIMERS; i++) {
        int64_t minutes = 0;

        if (i + 1 < request->arg_count) {
            const struct hlsim__at_arg *arg = &request->args[i + 1];

            if (arg->type == HLSIM__AT_ARG_EMPTY) {
                return HLSIM__CME_MISSING;
            }
            /* The first may be 0 (no retry), the others not: "(0-20160),(1-20160)x7". */
            if (arg->type != HLSIM__AT_ARG_NUMBER || arg->number < (i > 0) ||
                arg->number > RETRY_MAX) {
                return HLSIM__CME_OUT_OF_RANGE;
            }
            minutes = arg->number;
        }
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%lld", i == 0 ? "" : ",",
                                 (long long)minutes);
    }
    return hlsim__setting_put_text(settings_of(port), HLSIM__SETTING_WDSC_4, text) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

static int set_configuration(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t mode = request->args[0].number;
    int64_t max = mode == MODE_POLLING ? HLSIM__POLLING_MAX : 1;

    if (!hlsim__at_has(request, 1)) {
        return HLSIM__CME_MISSING;
    }
    if (mode == MODE_RETRIES) {
        return set_retries(port, request);
    }
    if (request->arg_count > 2 || request->args[1].type != HLSIM__AT_ARG_NUMBER ||
        request->args[1].number < 0 || request->args[1].number > max) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (mode == MODE_POLLING) {
        return hlsim__services_set_polling(&hlsim__at_ram(port)->services,
                                           request->args[1].number) < 0
                   ? HLSIM__AT_ERROR
                   : HLSIM__AT_OK;
    }
    return put_number(port, CONFIG_MODE(mode), request->args[1].number);
}

static int handle_configuration(struct hlsim__at_port *port,
                                const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_READ:
        answer_configuration(port);
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer_lines(port, "+WDSC: (0-2,5,6),(0-1)\n+WDSC: 3,(0-525600)\n"
                                     "+WDSC: 4,(0-20160),(1-20160),(1-20160),(1-20160),"
                                     "(1-20160),(1-20160),(1-20160),(1-20160)");
        return HLSIM__AT_OK;
    default:
        return set_configuration(port, request);
    }
}

/* --- +WDSS ---------------------------------------------------------------------------------- */

/* The older form of the family: AT+WDSS=0,"apn". */
static int name_access_point(struct hlsim__at_port *port, const struct hlsim__at_arg *apn)
{
    if (!hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_session_apn_by_name] ||
        apn->type != HLSIM__AT_ARG_STRING || strlen(apn->text) > APN_MAX) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return hlsim__setting_put_text(settings_of(port), HLSIM__SETTING_WDSS_0, apn->text) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

static int set_session(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__services *services = &hlsim__at_ram(port)->services;
    int64_t value = request->args[1].number;

    if (request->args[0].number == 0) {
        return name_access_point(port, &request->args[1]);
    }
    if (request->args[1].type != HLSIM__AT_ARG_NUMBER || value < 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (request->args[0].number == 2) {
        if (value < 1 || value > hlsim__at_figures(port)->wdss_cid_max) {
            return HLSIM__CME_OUT_OF_RANGE;
        }
        return hlsim__services_choose_context(services, value);
    }
    if (value > 1) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (value == 1) {
        return hlsim__services_open(services);
    }
    hlsim__services_close(services);
    return HLSIM__AT_OK;
}

static int handle_session(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    long long cid_max = (long long)hlsim__at_figures(port)->wdss_cid_max;
    int64_t cid = hlsim__setting_number(settings_of(port), HLSIM__SETTING_WDSS_2);

    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(port, "+WDSS: 1,%d",
                         hlsim__session_is_open(&hlsim__at_ram(port)->services.session) ? 1 : 0);
        if (cid > 0) {
            hlsim__at_answer(port, "+WDSS: 2,%lld", (long long)cid);
        }
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+WDSS: 1,(0-1)");
        hlsim__at_answer(port, "+WDSS: 2,(1-%lld)", cid_max);
        return HLSIM__AT_OK;
    default:
        return set_session(port, request);
    }
}

/* --- +WDSR ---------------------------------------------------------------------------------- */

static int handle_reply(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return hlsim__services_reply(&hlsim__at_ram(port)->services, request->args[0].number,
                                 hlsim__at_number(request, 1, -1));
}

/* --- +WDSG ---------------------------------------------------------------------------------- */

static int handle_status(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__services *services = &hlsim__at_ram(port)->services;

    if (request->form == HLSIM__AT_EXECUTE) {
        hlsim__at_answer(port, "+WDSG: 0,%d", (int)hlsim__services_state(services));
        hlsim__at_answer(port, "+WDSG: 1,%d", (int)hlsim__services_package(services));
    }
    return HLSIM__AT_OK;
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)
static const struct hlsim__at_row rows[] = {
    {.name = "+WDSI",
     .forms = PARAMETER,
     .specs = {{.range = "0-8191"}},
     .spec_count = 1,
     .handle = handle_indications,
     .own_test = true,
     .help = "indications",
     .evidence = HLSIM_EVIDENCE_DOCUMENTED,
     .source = "AN5.0 4.2; AV_WDSS: its range"},
    {.name = "+WDSC",
     .forms = PARAMETER,
     .specs = {{.range = "0-6"}, {.may_be_empty = true, .optional = true}},
     .spec_count = 2,
     .more_args = RETRY_TIMERS - 1,
     .handle = handle_configuration,
     .own_test = true,
     .help = "agreements, polling, retries",
     .evidence = HLSIM_EVIDENCE_DOCUMENTED,
     .source = "AN5.0 6.2; AV_WDSS: its range",
     .lacks = "line 6, whose meaning is not known, is kept and does nothing"},
    {.name = "+WDSS",
     .forms = PARAMETER,
     .specs = {{.range = "0-2"}, {.range = NULL}},
     .spec_count = 2,
     .handle = handle_session,
     .own_test = true,
     .help = "session",
     .evidence = HLSIM_EVIDENCE_DOCUMENTED,
     .source = "AN5.0 4.1; AV_WDSS: its range"},
    {.name = "+WDSR",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-9"}, {.range = "0-1440", .optional = true}},
     .spec_count = 2,
     .handle = handle_reply,
     .help = "reply to an agreement",
     .evidence = HLSIM_EVIDENCE_DOCUMENTED,
     .source = "AN5.0 6.3; AV_WDSS: its range",
     .lacks = "8 and 9: there is nothing to uninstall"},
    {.name = "+WDSG",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_status,
     .own_test = true,
     .help = "state of services and package",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "HL76 and BX: the texts; a status script reads it on HL78"},
};

const struct hlsim__at_topic hlsim__at_services = {
    HLSIM__AT_OF_AVMS,
    HLSIM__AT_ROWS(rows),
};
