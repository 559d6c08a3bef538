/*
 * Sleep of the module and power saving of its radio: +KSLEEP, +CPSMS, +KPSMEV, +KSTATEV.
 */
#include "at/args.h"
#include "at/port.h"

#include "modem/saving_code.h"

#include <stdio.h>

/* --- +KSLEEP -------------------------------------------------------------------------------- */

/* What is not named stays as it was. */
static int handle_sleep(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    struct hlsim__sleep_rule rule;
    int values[3];
    char text[40];

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+KSLEEP: %s",
                         hlsim__setting_text(&ram->settings, HLSIM__SETTING_KSLEEP));
        return HLSIM__AT_OK;
    }
    hlsim__sleep_rule(port->modem, &rule);
    values[0] = rule.management;
    values[1] = rule.level;
    values[2] = rule.delay;
    for (size_t i = 0; i < request->arg_count; i++) {
        if (request->args[i].type == HLSIM__AT_ARG_NUMBER) {
            values[i] = (int)request->args[i].number;
        }
    }
    snprintf(text, sizeof text, "%d,%d,%d", values[0], values[1], values[2]);
    if (hlsim__setting_put_text(&ram->settings, HLSIM__SETTING_KSLEEP, text) < 0) {
        return HLSIM__AT_ERROR;
    }
    hlsim__sleep_consider(&ram->sleep);
    return HLSIM__AT_OK;
}

/* --- +CPSMS --------------------------------------------------------------------------------- */

#define TAU_ARG        3
#define ACTIVE_ARG     4
#define SECONDS_MAX    (INT64_C(31) * 320 * 3600)
#define DEACTIVATED    7 /* the unit of GPRS timer 2, in its three high bits */
#define LAST_UNIT      2 /* further ones are not offered (AT+CPSMS=?) */
#define UNIT_OF(code)  ((code) >> 5)
#define DISABLED_RESET 2

static bool in_seconds(const struct hlsim__at_port *port)
{
    return hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_cpsms_in_seconds];
}

static void answer_saving(struct hlsim__at_port *port)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    const char *mode = hlsim__setting_text(&ram->settings, HLSIM__SETTING_CPSMS);
    const char *tau = hlsim__setting_text(&ram->settings, HLSIM__SETTING_CPSMS_TAU);
    const char *active = hlsim__setting_text(&ram->settings, HLSIM__SETTING_CPSMS_ACTIVE);

    if (in_seconds(port)) {
        hlsim__at_answer(port, "+CPSMS: %s,0,0,%s,%s", mode, tau, active);
    } else if (ram->personality->quirks[HLSIM_QUIRK_cpsms_read_quoted]) {
        hlsim__at_answer(port, "+CPSMS: %s,,,\"%s\",\"%s\"", mode, tau, active);
    } else {
        hlsim__at_answer(port, "+CPSMS: %s,,,%s,%s", mode, tau, active);
    }
}

/* Whether an argument is a time as this firmware writes it; one that is empty is. */
static bool is_time(const struct hlsim__at_port *port, const struct hlsim__at_arg *arg, bool active)
{
    uint8_t code;

    if (arg->type == HLSIM__AT_ARG_EMPTY) {
        return true;
    }
    if (in_seconds(port)) {
        return arg->type == HLSIM__AT_ARG_NUMBER && arg->number >= 0 && arg->number <= SECONDS_MAX;
    }
    return hlsim__saving_parse(arg->text, 8, &code) &&
           (!active || UNIT_OF(code) <= LAST_UNIT || UNIT_OF(code) == DEACTIVATED);
}

static int put_time(struct hlsim__at_port *port, const struct hlsim__at_request *request,
                    size_t place, enum hlsim__setting setting)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;

    if (!hlsim__at_has(request, place)) {
        return 0;
    }
    return in_seconds(port)
               ? hlsim__setting_put_number(settings, setting, request->args[place].number)
               : hlsim__setting_put_text(settings, setting, request->args[place].text);
}

/* PSM is off, and its timers are those of a new module (27.007 7.38). */
static int reset_saving(struct hlsim__at_port *port)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    const struct hlsim__figures *figures = hlsim__at_figures(port);

    if (hlsim__setting_put_number(settings, HLSIM__SETTING_CPSMS, 0) < 0 ||
        hlsim__setting_put_text(settings, HLSIM__SETTING_CPSMS_TAU, figures->cpsms_tau_default) <
            0 ||
        hlsim__setting_put_text(settings, HLSIM__SETTING_CPSMS_ACTIVE,
                                figures->cpsms_active_default) < 0) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

static int set_saving(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__at_arg *args = request->args;

    if (args[0].type == HLSIM__AT_ARG_EMPTY || args[0].number == DISABLED_RESET) {
        return reset_saving(port);
    }
    if ((request->arg_count > TAU_ARG && !is_time(port, &args[TAU_ARG], false)) ||
        (request->arg_count > ACTIVE_ARG && !is_time(port, &args[ACTIVE_ARG], true))) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    if (put_time(port, request, TAU_ARG, HLSIM__SETTING_CPSMS_TAU) < 0 ||
        put_time(port, request, ACTIVE_ARG, HLSIM__SETTING_CPSMS_ACTIVE) < 0 ||
        hlsim__setting_put_number(&hlsim__at_ram(port)->settings, HLSIM__SETTING_CPSMS,
                                  args[0].number) < 0) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

static int handle_saving(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int result;

    if (request->form == HLSIM__AT_READ) {
        answer_saving(port);
        return HLSIM__AT_OK;
    }
    if (request->args[0].type == HLSIM__AT_ARG_NUMBER &&
        request->args[0].number > hlsim__at_figures(port)->cpsms_mode_max) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    result = set_saving(port, request);
    if (result == HLSIM__AT_OK) {
        hlsim__rest_asks(&hlsim__at_ram(port)->rest);
    }
    return result;
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row module_rows[] = {
    {.name = "+KSLEEP",
     .forms = PARAMETER,
     .specs = {{.range = "0-2"},
               {.range = "0-2", .optional = true},
               {.range = "0-99", .optional = true}},
     .spec_count = 3,
     .handle = handle_sleep,
     .help = "when the module sleeps, and how deep",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KSLEEP; the values of a new module are a guess"},
    {.name = "+KPSMEV",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .setting = HLSIM__SETTING_KPSMEV,
     .help = "tells of PSM by +KPSMEV",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "an open driver for 781x",
     .lacks = "the text of the indication is a guess"},
    {.name = "+KSTATEV",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .setting = HLSIM__SETTING_KSTATEV,
     .help = "tells of the search for a network by +KSTATEV",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "an open driver for 781x",
     .lacks = "tells that a search begins (0) and that a cell was found (2), and nothing else"},
};

static const struct hlsim__at_row network_rows[] = {
    {.name = "+CPSMS",
     .forms = PARAMETER,
     .specs = {{.range = "0-2", .may_be_empty = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 5,
     .handle = handle_saving,
     .help = "power saving mode",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CPSMS; 27.007 7.38",
     .lacks = "the timers of GERAN are taken and ignored"},
};

const struct hlsim__at_topic hlsim__at_sleep = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(module_rows),
};

const struct hlsim__at_topic hlsim__at_saving = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(network_rows),
};
