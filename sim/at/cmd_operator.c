/*
 * Operators and networks: +COPS (27.007 7.3), +COPN, +CPOL, +WS46.
 */
#include "at/args.h"
#include "at/port.h"

#include <stdio.h>
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
    hlsim__at_answer(port, "+COPS: %d,%d,\"%s\",%d", (int)radio->selection, radio->operator_format,
                     operator_name(port, radio->operator_format),
                     hlsim__technology_act(radio->technology));
}

/* The operator with each technology that is heard, in use (2) or not (1); none without coverage. */
static void answer_scan(struct hlsim__at_port *port)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    const struct hlsim__radio *radio = &ram->radio;
    char text[HLSIM_PROFILE_TEXT_MAX * 3];
    size_t size = 0;

    text[0] = '\0';
    for (size_t i = 0; hlsim__radio_hears(radio) && i < radio->tuning.count; i++) {
        enum hlsim__technology technology = radio->tuning.order[i];
        bool used = hlsim__radio_registered(radio) && technology == radio->technology;

        if (hlsim__tuning_finds(&radio->tuning, ram->personality, technology) &&
            size < sizeof text) {
            size += (size_t)snprintf(text + size, sizeof text - size,
                                     "%s(%d,\"%s\",\"%s\",\"%s\",%d)", size == 0 ? "" : ",",
                                     used ? 2 : 1, operator_name(port, 0), operator_name(port, 1),
                                     operator_name(port, 2), hlsim__technology_act(technology));
        }
    }
    hlsim__at_answer(port, "+COPS: %s,,(0,1,2,3,4),(0,1,2)", text);
}

/* Whether <act>, when there is one, is the technology in which the operator is heard. */
static bool has_act(const struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    enum hlsim__technology heard = hlsim__tuning_find(&ram->radio.tuning, ram->personality);

    return request->arg_count < 4 || request->args[3].type != HLSIM__AT_ARG_NUMBER ||
           (heard < HLSIM__TECHNOLOGIES && request->args[3].number == hlsim__technology_act(heard));
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
    if (!hlsim__radio_hears(radio) || !has_act(port, request) ||
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
    bool has_format = hlsim__at_has(request, 1);

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

/* --- +COPN, +CPOL, +WS46 -------------------------------------------------------------------- */

/* The names that the module knows: that of the one network there is. */
static int handle_names(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_EXECUTE) {
        hlsim__at_answer(port, "+COPN: \"%s\",\"%s\"", operator_name(port, 2),
                         operator_name(port, 0));
    }
    return HLSIM__AT_OK;
}

static bool is_operator(const struct hlsim__at_arg *arg)
{
    size_t size = strlen(arg->text);

    return (size == 5 || size == 6) && strspn(arg->text, "0123456789") == size;
}

/* AT+CPOL=<index>[,<format>,<oper>]: the list of preferred operators lies on the card; digits only
 * (<format> 2) are kept there (31.102 4.2.5). Without an operator the entry is deleted. */
static int put_preferred(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char *place;

    if (request->args[0].type == HLSIM__AT_ARG_EMPTY) {
        return request->arg_count == 2 ? HLSIM__AT_OK : HLSIM__CME_INCORRECT_PARAMETERS;
    }
    place = port->modem->sim.preferred[request->args[0].number - 1];
    if (request->arg_count == 1) {
        place[0] = '\0';
        return HLSIM__AT_OK;
    }
    if (request->arg_count < 3 || request->args[1].number != 2 || !is_operator(&request->args[2])) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    strcpy(place, request->args[2].text);
    return HLSIM__AT_OK;
}

static int handle_preferred(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_SET) {
        return put_preferred(port, request);
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CPOL: (1-%d),(2)", HLSIM__SIM_PREFERRED);
        return HLSIM__AT_OK;
    }
    for (int i = 0; i < HLSIM__SIM_PREFERRED; i++) {
        const char *place = port->modem->sim.preferred[i];

        if (place[0] != '\0') {
            hlsim__at_answer(port, "+CPOL: %d,2,\"%s\"", i + 1, place);
        }
    }
    return HLSIM__AT_OK;
}

static int handle_stack(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    const char *range = hlsim__at_figures(port)->ws46_range;

    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(port, "+WS46: %s", hlsim__setting_text(settings, HLSIM__SETTING_WS46));
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+WS46: (%s)", range);
        return HLSIM__AT_OK;
    default:
        if (!hlsim__at_in_range(range, request->args[0].number)) {
            return HLSIM__CME_INCORRECT_PARAMETERS;
        }
        return hlsim__setting_put_number(settings, HLSIM__SETTING_WS46, request->args[0].number) < 0
                   ? HLSIM__AT_ERROR
                   : HLSIM__AT_OK;
    }
}

static const struct hlsim__at_row rows[] = {
    {.name = "+COPS",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-4", .may_be_empty = true},
               {.range = "0-2", .optional = true},
               {.range = NULL, .optional = true},
               {.range = "0-15", .optional = true}},
     .spec_count = 4,
     .handle = handle_operator,
     .own_test = true,
     .latency = HLSIM__AT_SCAN,
     .slow_forms = HLSIM__AT_TEST,
     .sim_forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .help = "operator",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CEL_COPS; 27.007 7.3",
     .lacks = "one operator only; the choice does not outlive a start"},
    {.name = "+COPN",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_names,
     .help = "names of operators",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "27.007 7.21",
     .lacks = "a module knows hundreds of names"},
    {.name = "+CPOL",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "1-8", .may_be_empty = true},
               {.range = "0-2", .optional = true},
               {.range = NULL, .optional = true},
               {.range = "0-1", .optional = true}},
     .spec_count = 4,
     .more_args = 4,
     .handle = handle_preferred,
     .own_test = true,
     .sim_forms = HLSIM__AT_READ | HLSIM__AT_SET,
     .help = "preferred operators on the card",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 7.19",
     .lacks = "the list guides no choice; names instead of digits are refused"},
    {.name = "+WS46",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-255"}},
     .spec_count = 1,
     .handle = handle_stack,
     .own_test = true,
     .help = "kinds of networks",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CEL tests: 28; 27.007 5.9",
     .lacks = "it is kept and limits nothing"},
};

const struct hlsim__at_topic hlsim__at_operator = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
