/*
 * Registration: +CREG, +CGREG, +CEREG with their reports, +CGATT, and the reports of the packet
 * domain, +CGEREP with +CGEV.
 */
#include "at/port.h"

#include <stdio.h>
#include <string.h>

/* <n> of 27.007 7.2, 10.1.20 and 10.1.22: how much is told. */
enum {
    TELLS_STATUS = 1,
    TELLS_CELL = 2,
    TELLS_CAUSE = 3,
    TELLS_PSM = 4,
    TELLS_PSM_AND_CAUSE = 5,
};

#define TEXT_SIZE 96

static const char *const names[HLSIM__DOMAINS] = {"+CREG", "+CGREG", "+CEREG"};

static int *mode_of(struct hlsim__at_port *port, enum hlsim__domain domain)
{
    struct hlsim__at_profile *profile = &port->ram->profile;

    return domain == HLSIM__DOMAIN_CS   ? &profile->creg
           : domain == HLSIM__DOMAIN_PS ? &profile->cgreg
                                        : &profile->cereg;
}

static void add(char text[TEXT_SIZE], const char *more)
{
    size_t size = strlen(text);

    snprintf(text + size, TEXT_SIZE - size, "%s", more);
}

/* ",\"tac\",\"ci\",act" of a cell that the module is registered in. */
static void add_cell(const struct hlsim__at_port *port, char text[TEXT_SIZE])
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    enum hlsim__technology technology = hlsim__at_ram(port)->radio.technology;
    bool gsm = technology == HLSIM__TECHNOLOGY_GSM;
    unsigned cell = (unsigned)figures->cell;
    char more[40];

    /* A GSM cell has an identity of two bytes, one of E-UTRAN of four. */
    snprintf(more, sizeof more, ",\"%04X\",\"%0*X\",%d", (unsigned)figures->tac & 0xffffu,
             gsm ? 4 : 8, gsm ? cell & 0xffffu : cell, hlsim__technology_act(technology));
    add(text, more);
}

/* What stands behind <n>: "1", or "1,"tac","ci",7,,,"active","tau"". */
static void describe(const struct hlsim__at_port *port, enum hlsim__domain domain, int mode,
                     char text[TEXT_SIZE])
{
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    enum hlsim__registration status = radio->shown[domain];
    bool registered = status == HLSIM__REGISTERED_HOME || status == HLSIM__REGISTERED_ROAMING;
    bool denied = status == HLSIM__REGISTRATION_DENIED || status == HLSIM__EMERGENCY_ONLY;
    char more[40];

    snprintf(text, TEXT_SIZE, "%d", (int)status);
    if (mode >= TELLS_CELL && registered) {
        add_cell(port, text);
    }
    if ((mode == TELLS_CAUSE || mode == TELLS_PSM_AND_CAUSE) && denied) {
        /* <cause_type> 0: a cause of 24.301 */
        snprintf(more, sizeof more, ",,,,0,%d", port->modem->air.denied);
        add(text, more);
    }
    if (mode >= TELLS_PSM && registered && radio->psm_active[0] != '\0') {
        snprintf(more, sizeof more, ",,,\"%s\",\"%s\"", radio->psm_active, radio->psm_tau);
        add(text, more);
    }
}

void hlsim__at_port_registration(struct hlsim__at_port *port, enum hlsim__domain domain)
{
    int mode = *mode_of(port, domain);
    char body[TEXT_SIZE];
    char text[TEXT_SIZE + 16];

    if (mode >= TELLS_STATUS) {
        describe(port, domain, mode, body);
        snprintf(text, sizeof text, "%s: %s", names[domain], body);
        hlsim__at_port_urc(port, text);
    }
}

static int handle_registration(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    enum hlsim__domain domain = strcmp(request->name, "+CEREG") == 0   ? HLSIM__DOMAIN_EPS
                                : strcmp(request->name, "+CGREG") == 0 ? HLSIM__DOMAIN_PS
                                                                       : HLSIM__DOMAIN_CS;
    int *mode = mode_of(port, domain);
    char text[TEXT_SIZE];

    if (request->form == HLSIM__AT_READ) {
        describe(port, domain, *mode, text);
        hlsim__at_answer(port, "%s: %d,%s", request->name, *mode, text);
    } else if (request->args[0].type == HLSIM__AT_ARG_NUMBER) {
        *mode = (int)request->args[0].number;
    }
    return HLSIM__AT_OK;
}

/* --- +CGATT, +CGEREP ------------------------------------------------------------------------ */

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

void hlsim__at_port_packet_event(struct hlsim__at_port *port, const char *event)
{
    char text[TEXT_SIZE];

    if (port->ram->profile.cgerep > 0) {
        snprintf(text, sizeof text, "+CGEV: %s", event);
        hlsim__at_port_urc(port, text);
    }
}

/* What is reported in data mode is held back by the port, so that <bfr> has no part in it. */
static int handle_events(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CGEREP: %d,%d", port->ram->profile.cgerep,
                         port->ram->profile.cgerep_buffer);
        return HLSIM__AT_OK;
    }
    port->ram->profile.cgerep = (int)request->args[0].number;
    if (request->arg_count > 1) {
        port->ram->profile.cgerep_buffer = (int)request->args[1].number;
    }
    return HLSIM__AT_OK;
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+CREG",
     .forms = PARAMETER,
     .specs = {{.range = "0-3", .may_be_empty = true}},
     .spec_count = 1,
     .handle = handle_registration,
     .help = "registration",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CEL_CREG"},
    {.name = "+CGREG",
     .forms = PARAMETER,
     .specs = {{.range = "0-3", .may_be_empty = true}},
     .spec_count = 1,
     .handle = handle_registration,
     .help = "registration to the packet domain",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 10.1.20, as +CREG",
     .lacks = "on LTE it follows +CREG, which is not known of the module"},
    {.name = "+CEREG",
     .forms = PARAMETER,
     .specs = {{.range = "0-5", .may_be_empty = true}},
     .spec_count = 1,
     .handle = handle_registration,
     .help = "EPS registration",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CPSMS; 27.007 10.1.22"},
    {.name = "+CGATT",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .handle = handle_attach,
     .latency = HLSIM__AT_RADIO,
     .slow_forms = HLSIM__AT_SET,
     .sim_forms = HLSIM__AT_SET,
     .help = "packet domain attach",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CEL tests: OK within 10 s"},
    {.name = "+CGEREP",
     .forms = PARAMETER,
     .specs = {{.range = "0-2"}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_events,
     .help = "reports of the packet domain",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CEL tests for =?; 27.007 10.1.19 for +CGEV"},
};

const struct hlsim__at_topic hlsim__at_registration = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
