/*
 * The choice of an operator: +COPS (27.007 7.3).
 */
#include "at/port.h"

#include <string.h>

#define FORMAT_ONLY 3 /* <mode> that sets the format of the answer alone */

static const char *operator_name(const struct hlsim__at_port *port, int format)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);

    switch (format) {
    case 0:
        return figures->operator_long;
    case 1:
        return figures->operator_short;
    default:
        return figures->operator_digits;
    }
}

static void answer_operator(struct hlsim__at_port *port)
{
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;

    if (!hlsim__radio_registered(radio)) {
        hlsim__at_answer(port, "+COPS: %d", (int)radio->selection);
        return;
    }
    hlsim__at_answer(port, "+COPS: %d,%d,\"%s\",%lld", (int)radio->selection,
                     radio->operator_format, operator_name(port, radio->operator_format),
                     (long long)hlsim__at_figures(port)->operator_act);
}

/* One operator, in use (2) or not (1); none without coverage. */
static void answer_scan(struct hlsim__at_port *port)
{
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;

    if (!hlsim__radio_hears(radio)) {
        hlsim__at_answer(port, "+COPS: ,,(0,1,2,3,4),(0,1,2)");
        return;
    }
    hlsim__at_answer(port, "+COPS: (%d,\"%s\",\"%s\",\"%s\",%lld),,(0,1,2,3,4),(0,1,2)",
                     hlsim__radio_registered(radio) ? 2 : 1, operator_name(port, 0),
                     operator_name(port, 1), operator_name(port, 2),
                     (long long)hlsim__at_figures(port)->operator_act);
}

/* AT+COPS=1,<format>,<operator>[,<act>]: an operator that is not there leaves all as it was. */
static int select_by_hand(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    int mode = (int)request->args[0].number;
    int format;

    if (request->arg_count < 3 || request->args[1].type != HLSIM__AT_ARG_NUMBER ||
        request->args[2].type == HLSIM__AT_ARG_EMPTY) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    format = (int)request->args[1].number;
    if (!hlsim__radio_hears(radio) ||
        strcmp(request->args[2].text, operator_name(port, format)) != 0) {
        if (mode == HLSIM__SELECT_MANUAL) {
            return HLSIM__CME_NO_SERVICE;
        }
        mode = HLSIM__SELECT_AUTOMATIC; /* <mode> 4 falls back to it */
    }
    radio->operator_format = format;
    hlsim__at_takes(port, hlsim__at_figures(port)->radio_latency);
    hlsim__radio_select(radio, (enum hlsim__selection)mode);
    return HLSIM__AT_OK;
}

static int select_operator(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    bool has_format = request->arg_count > 1 && request->args[1].type == HLSIM__AT_ARG_NUMBER;

    if (request->args[0].type == HLSIM__AT_ARG_EMPTY) {
        /* OK on HL78xx, and nothing happens [T:CEL_COPS]. */
        return request->arg_count > 1 ? HLSIM__CME_INCORRECT_PARAMETERS : HLSIM__AT_OK;
    }
    switch (request->args[0].number) {
    case HLSIM__SELECT_MANUAL:
    case HLSIM__SELECT_MANUAL_AUTOMATIC:
        return select_by_hand(port, request);
    case FORMAT_ONLY:
        if (!has_format) {
            return HLSIM__CME_INCORRECT_PARAMETERS;
        }
        radio->operator_format = (int)request->args[1].number;
        return HLSIM__AT_OK;
    default:
        if (has_format) {
            radio->operator_format = (int)request->args[1].number;
        }
        hlsim__at_takes(port, hlsim__at_figures(port)->radio_latency);
        hlsim__radio_select(radio, (enum hlsim__selection)request->args[0].number);
        return HLSIM__AT_OK;
    }
}

static int handle_operator(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_READ:
        answer_operator(port);
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        answer_scan(port);
        return HLSIM__AT_OK;
    default:
        return select_operator(port, request);
    }
}

static const struct hlsim__at_row rows[] = {
    {.name = "+COPS",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-4", .may_be_empty = true},
               {.range = "0-2", .optional = true},
               {.range = NULL, .optional = true},
               {.range = "0-9", .optional = true}},
     .spec_count = 4,
     .handle = handle_operator,
     .own_test = true,
     .latency = HLSIM__AT_SCAN,
     .slow_forms = HLSIM__AT_TEST,
     .sim_forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .help = "operator"},
};

const struct hlsim__at_topic hlsim__at_operator = {
    .set = "3gpp",
    .cme_range = HLSIM__CME_INCORRECT_PARAMETERS,
    .cme_missing = HLSIM__CME_INCORRECT_PARAMETERS,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
};
