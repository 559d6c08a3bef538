/*
 * Registration and packet data: +CREG, +CEREG, +CGDCONT, +CGATT, +CGPADDR.
 */
#include "at/port.h"

#include <stdio.h>
#include <string.h>

/* --- +CREG, +CEREG -------------------------------------------------------------------------- */

static int registration(struct hlsim__at_port *port, const struct hlsim__at_request *request,
                        int *mode)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "%s: %d,%d", request->name, *mode,
                         (int)hlsim__at_ram(port)->radio.status);
    } else if (request->args[0].type == HLSIM__AT_ARG_NUMBER) {
        *mode = (int)request->args[0].number;
    }
    return HLSIM__AT_OK;
}

static int handle_creg(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return registration(port, request, &port->ram->profile.creg);
}

static int handle_cereg(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return registration(port, request, &port->ram->profile.cereg);
}

/* --- +CGDCONT ------------------------------------------------------------------------------- */

/* What follows the address in every context line of figure 6 of AN5.0. */
#define CONTEXT_TAIL "0,0,0,0,0,,0,,,,"

static void answer_context(struct hlsim__at_port *port, int cid)
{
    const char *text = hlsim__setting_text(&hlsim__at_ram(port)->settings, hlsim__setting_pdp(cid));
    size_t type = strcspn(text, ",");
    const char *apn = text[type] == ',' ? text + type + 1 : "";

    if (text[0] == '-') {
        return;
    }
    if (*apn != '\0') {
        hlsim__at_answer(port, "+CGDCONT: %d,\"%.*s\",\"%s\",," CONTEXT_TAIL, cid, (int)type, text,
                         apn);
    } else {
        hlsim__at_answer(port, "+CGDCONT: %d,\"%.*s\",,," CONTEXT_TAIL, cid, (int)type, text);
    }
}

static int define_context(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    static const char *const types[] = {"IP", "IPV6", "IPV4V6", "NONIP"};
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    enum hlsim__setting setting = hlsim__setting_pdp(request->args[0].number);
    const char *apn = request->arg_count > 2 ? request->args[2].text : "";
    char text[HLSIM__SETTING_SIZE];
    int size;

    if (request->arg_count == 1) {
        return hlsim__setting_put_text(settings, setting, "-") < 0 ? HLSIM__AT_ERROR : HLSIM__AT_OK;
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(request->args[1].text, types[i]) == 0 && strchr(apn, ',') == NULL) {
            size = snprintf(text, sizeof text, "%s,%s", types[i], apn);
            if (size >= (int)sizeof text || hlsim__setting_put_text(settings, setting, text) < 0) {
                break;
            }
            return HLSIM__AT_OK;
        }
    }
    return HLSIM__CME_INCORRECT_PARAMETERS;
}

static int handle_context(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_READ:
        for (int cid = 1; cid <= HLSIM__PDP_MAX; cid++) {
            answer_context(port, cid);
        }
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+CGDCONT: (1-%d),\"IP\",,,(0),(0)", HLSIM__PDP_MAX);
        hlsim__at_answer(port, "+CGDCONT: (1-%d),\"IPV6\",,,(0),(0)", HLSIM__PDP_MAX);
        hlsim__at_answer(port, "+CGDCONT: (1-%d),\"IPV4V6\",,,(0),(0)", HLSIM__PDP_MAX);
        return HLSIM__AT_OK;
    default:
        return define_context(port, request);
    }
}

/* --- +CGATT, +CGPADDR ----------------------------------------------------------------------- */

static int handle_attach(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CGATT: %d", hlsim__radio_attached(radio) ? 1 : 0);
    } else {
        hlsim__radio_set_attach(radio, request->args[0].number == 1);
    }
    return HLSIM__AT_OK;
}

static int handle_address(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    char address[HLSIM_ADDRESS_SIZE];

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CGPADDR: (1)");
    } else if (hlsim__radio_attached(radio) &&
               (request->arg_count == 0 || request->args[0].number == 1)) {
        hlsim_ip_format(hlsim__radio_ip(radio), address, sizeof address);
        hlsim__at_answer(port, "+CGPADDR: 1,\"%s\"", address);
    }
    return HLSIM__AT_OK;
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+CREG",
     .forms = PARAMETER,
     .specs = {{.range = "0-3", .may_be_empty = true}},
     .spec_count = 1,
     .handle = handle_creg,
     .help = "registration"},
    {.name = "+CEREG",
     .forms = PARAMETER,
     .specs = {{.range = "0-5", .may_be_empty = true}},
     .spec_count = 1,
     .handle = handle_cereg,
     .help = "EPS registration"},
    {.name = "+CGDCONT",
     .forms = PARAMETER,
     .specs = {{.range = "1-4"},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 4,
     .handle = handle_context,
     .own_test = true,
     .help = "PDP contexts"},
    {.name = "+CGATT",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .handle = handle_attach,
     .latency = HLSIM__AT_RADIO,
     .slow_forms = HLSIM__AT_SET,
     .sim_forms = HLSIM__AT_SET,
     .help = "packet domain attach"},
    {.name = "+CGPADDR",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "1-4", .optional = true}},
     .spec_count = 1,
     .handle = handle_address,
     .own_test = true,
     .help = "PDP addresses"},
};

const struct hlsim__at_topic hlsim__at_network = {
    .set = "3gpp",
    .cme_range = HLSIM__CME_INCORRECT_PARAMETERS,
    .cme_missing = HLSIM__CME_INCORRECT_PARAMETERS,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
};
