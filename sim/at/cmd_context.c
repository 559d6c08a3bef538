/*
 * Packet data contexts: +CGDCONT, +CGACT, +CGPADDR, +CGCONTRDP.
 */
#include "at/args.h"
#include "at/port.h"

#include "at/cmd_context.h"

#include <stdio.h>
#include <string.h>

/* EPS bearer identities begin at 5 (24.301 9.3.2). */
#define FIRST_BEARER 5

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
    const char *apn = hlsim__at_text(request, 2);
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

/* --- +CGACT --------------------------------------------------------------------------------- */

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
    int64_t only = hlsim__at_number(request, 1, 0);
    int result = HLSIM__AT_OK;

    for (int64_t cid = 1; result == HLSIM__AT_OK && cid <= HLSIM__PDP_MAX; cid++) {
        if (only != 0 ? cid != only : !hlsim__pdp_defined(pdp, cid)) {
            continue;
        }
        if (only != 0 && hlsim__pdp_up(pdp, cid) == up &&
            hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_cgact_same_state_fails]) {
            return HLSIM__AT_ERROR;
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

/* --- +CGPADDR, +CGCONTRDP ------------------------------------------------------------------- */

/* "+NAME: (1,2)": the contexts that are up. */
static int answer_cids(struct hlsim__at_port *port, const char *name)
{
    const struct hlsim__pdp *pdp = &hlsim__at_ram(port)->pdp;
    char cids[2 * HLSIM__PDP_MAX + 1] = "";

    for (int cid = 1; cid <= HLSIM__PDP_MAX; cid++) {
        size_t size = strlen(cids);

        if (hlsim__pdp_up(pdp, cid)) {
            snprintf(cids + size, sizeof cids - size, "%s%d", size == 0 ? "" : ",", cid);
        }
    }
    hlsim__at_answer(port, "%s: (%s)", name, cids);
    return HLSIM__AT_OK;
}

static void answer_address(struct hlsim__at_port *port, const char *name, int cid)
{
    char address[HLSIM_ADDRESS_SIZE];

    hlsim_ip_format(hlsim__pdp_ip(&hlsim__at_ram(port)->pdp, cid), address, sizeof address);
    hlsim__at_answer(port, "%s: %d,\"%s\"", name, cid, address);
}

/* "+CGCONTRDP: 1,5,"apn","10.0.0.2.255.255.0.0","gateway","dns","dns"" (27.007 10.1.23) */
static void answer_parameters(struct hlsim__at_port *port, const char *name, int cid)
{
    const struct hlsim__pdp *pdp = &hlsim__at_ram(port)->pdp;
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    char address[HLSIM_ADDRESS_SIZE];
    char mask[HLSIM_ADDRESS_SIZE];
    char gateway[HLSIM_ADDRESS_SIZE];

    hlsim_ip_format(hlsim__pdp_ip(pdp, cid), address, sizeof address);
    hlsim_ip_format(hlsim__pdp_mask(), mask, sizeof mask);
    hlsim_ip_format(hlsim__pdp_gateway(pdp, cid), gateway, sizeof gateway);
    hlsim__at_answer(port, "%s: %d,%d,\"%s\",\"%s.%s\",\"%s\",\"%s\",\"%s\"", name, cid,
                     FIRST_BEARER + cid - 1, hlsim__pdp_apn(pdp, cid), address, mask, gateway,
                     figures->dns_1, figures->dns_2);
}

/* A line for each context that is up, or for the one that is asked for. */
static int answer_each(struct hlsim__at_port *port, const struct hlsim__at_request *request,
                       void (*answer)(struct hlsim__at_port *port, const char *name, int cid))
{
    int64_t only = hlsim__at_number(request, 0, 0);

    if (request->form == HLSIM__AT_TEST) {
        return answer_cids(port, request->name);
    }
    for (int cid = 1; cid <= HLSIM__PDP_MAX; cid++) {
        if (hlsim__pdp_up(&hlsim__at_ram(port)->pdp, cid) && (only == 0 || cid == only)) {
            answer(port, request->name, cid);
        }
    }
    return HLSIM__AT_OK;
}

int hlsim__at_handle_address(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return answer_each(port, request, answer_address);
}

static int handle_parameters(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return answer_each(port, request, answer_parameters);
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+CGDCONT",
     .forms = PARAMETER,
     .specs = {{.range = "1-4"},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 4,
     .more_args = 11, /* how the context is set up; there is one way only */
     .handle = handle_context,
     .own_test = true,
     .help = "PDP contexts",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "AN5.0 figure 6 for the line; 27.007 10.1.1",
     .lacks = "types other than IP get an address of IPv4 all the same"},
    {.name = "+CGACT",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}, {.range = "1-4", .optional = true}},
     .spec_count = 2,
     .handle = handle_active,
     .own_test = true,
     .latency = HLSIM__AT_RADIO,
     .slow_forms = HLSIM__AT_SET,
     .help = "PDP contexts up or down",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 10.1.10"},
    {.name = "+CGPADDR",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "1-4", .optional = true}},
     .spec_count = 1,
     .handle = hlsim__at_handle_address,
     .own_test = true,
     .help = "PDP addresses",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP_SRV: the address is quoted"},
    {.name = "+CGCONTRDP",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "1-4", .optional = true}},
     .spec_count = 1,
     .handle = handle_parameters,
     .own_test = true,
     .help = "what the network gave a PDP context",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "a driver reads its seven fields; 27.007 10.1.23 for the quotes"},
};

const struct hlsim__at_topic hlsim__at_context = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
