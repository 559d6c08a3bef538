/*
 * Registration and packet data: +CREG, +CEREG, +CGDCONT, +CGATT, +CGACT, +CGPADDR.
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
                         hlsim__radio_stat(&hlsim__at_ram(port)->radio));
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

static void release_context(struct hlsim__at_port *port, int64_t cid)
{
    hlsim__pdp_release(&hlsim__at_ram(port)->pdp, cid);
    hlsim__services_context_down(&hlsim__at_ram(port)->services, cid);
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

/* What is not defined any more is let go of. */
static int put_context(struct hlsim__at_port *port, int64_t cid, const char *text)
{
    struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    enum hlsim__setting setting = hlsim__setting_pdp(cid);

    if (hlsim__setting_put_text(&ram->settings, setting, text) < 0) {
        return HLSIM__AT_ERROR;
    }
    if (*text == '-') {
        release_context(port, cid);
    }
    return HLSIM__AT_OK;
}

static int define_context(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    static const char *const types[] = {"IP", "IPV6", "IPV4V6", "NONIP"};
    int64_t cid = request->args[0].number;
    const char *apn = request->arg_count > 2 ? request->args[2].text : "";
    char text[HLSIM__SETTING_SIZE];
    int size;

    if (request->arg_count == 1) {
        return put_context(port, cid, "-");
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(request->args[1].text, types[i]) == 0 && strchr(apn, ',') == NULL) {
            size = snprintf(text, sizeof text, "%s,%s", types[i], apn);
            return size < (int)sizeof text ? put_context(port, cid, text)
                                           : HLSIM__CME_INCORRECT_PARAMETERS;
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

/* --- +CGATT, +CGACT, +CGPADDR --------------------------------------------------------------- */

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

/* 0 or the CME code of what hlsim__pdp_request said. */
static int activate(struct hlsim__at_port *port, int64_t cid)
{
    int refused = hlsim__pdp_request(&hlsim__at_ram(port)->pdp, cid);

    if (refused > 0) {
        return hlsim__pdp_cme(refused);
    }
    if (refused == HLSIM_E_NOT_FOUND) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    return refused < 0 ? HLSIM__CME_ACTIVATION : HLSIM__AT_OK;
}

/* Without a context all that are defined are meant (27.007 10.1.10). */
static int set_active(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__pdp *pdp = &hlsim__at_ram(port)->pdp;
    bool up = request->args[0].number == 1;
    int64_t only = request->arg_count > 1 ? request->args[1].number : 0;
    int result = HLSIM__AT_OK;

    for (int64_t cid = 1; result == HLSIM__AT_OK && cid <= HLSIM__PDP_MAX; cid++) {
        if (only != 0 ? cid != only : !hlsim__pdp_defined(pdp, cid)) {
            continue;
        }
        if (up) {
            result = activate(port, cid);
        } else {
            release_context(port, cid);
        }
    }
    return result;
}

static int handle_active(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__pdp *pdp = &hlsim__at_ram(port)->pdp;

    if (request->form == HLSIM__AT_SET) {
        return set_active(port, request);
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CGACT: (0,1)");
        return HLSIM__AT_OK;
    }
    for (int cid = 1; cid <= HLSIM__PDP_MAX; cid++) {
        if (hlsim__pdp_defined(pdp, cid)) {
            hlsim__at_answer(port, "+CGACT: %d,%d", cid, hlsim__pdp_up(pdp, cid));
        }
    }
    return HLSIM__AT_OK;
}

static int handle_address(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__pdp *pdp = &hlsim__at_ram(port)->pdp;
    int64_t only = request->arg_count > 0 ? request->args[0].number : 0;
    char address[HLSIM_ADDRESS_SIZE];
    char cids[2 * HLSIM__PDP_MAX + 1] = "";

    for (int cid = 1; cid <= HLSIM__PDP_MAX; cid++) {
        if (!hlsim__pdp_up(pdp, cid) || (only != 0 && cid != only)) {
            continue;
        }
        if (request->form == HLSIM__AT_TEST) {
            size_t size = strlen(cids);

            snprintf(cids + size, sizeof cids - size, "%s%d", size == 0 ? "" : ",", cid);
        } else {
            hlsim_ip_format(hlsim__pdp_ip(pdp, cid), address, sizeof address);
            hlsim__at_answer(port, "+CGPADDR: %d,\"%s\"", cid, address);
        }
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CGPADDR: (%s)", cids);
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
    {.name = "+CGACT",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}, {.range = "1-4", .optional = true}},
     .spec_count = 2,
     .handle = handle_active,
     .own_test = true,
     .latency = HLSIM__AT_RADIO,
     .help = "PDP contexts up or down"},
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
