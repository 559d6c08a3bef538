/*
 * Who the module is, by commands of the family and of its makers: +KOTPR, +WIMEI, +HWREV, +GCAP and
 * the V.250 names of +CGMI, +CGMM, +CGMR and +CGSN.
 */
#include "at/port.h"

#include <string.h>

/* --- +KOTPR --------------------------------------------------------------------------------- */

static int handle_parameter(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim_modem_config *config = &port->modem->config;
    const char *name = request->args[0].text;

    if (strcmp(name, "FSN") == 0) {
        hlsim__at_answer(port, "+KOTPR: \"%s\"", config->serial);
        return HLSIM__AT_OK;
    }
    if (strcmp(name, "IMEI") == 0) {
        hlsim__at_answer(port, "+KOTPR: %s", config->imei);
        return HLSIM__AT_OK;
    }
    return HLSIM__CME_OUT_OF_RANGE;
}

/* --- +WIMEI, +HWREV, +GCAP ------------------------------------------------------------------ */

static int handle_imei(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    hlsim__at_answer(port, "+WIMEI: %s", port->modem->config.imei);
    return HLSIM__AT_OK;
}

static int handle_hardware(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    hlsim__at_answer(port, "+HWREV: %s", hlsim__at_figures(port)->hwrev);
    return HLSIM__AT_OK;
}

/* The command sets that the module has: that of 27.007. */
static int handle_capabilities(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    hlsim__at_answer(port, "+GCAP: +CGSM");
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+KOTPR",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_parameter,
     .help = "parameters written once",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KOTPR tests: FSN quoted, IMEI bare; the head of the answer is a guess",
     .lacks = "parameters other than FSN and IMEI"},
    {.name = "+WIMEI",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST,
     .handle = handle_imei,
     .help = "IMEI",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "SIM tests",
     .lacks = "writing"},
    {.name = "+HWREV",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_READ | HLSIM__AT_TEST,
     .handle = handle_hardware,
     .help = "hardware revision",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "the command is known from tests, its answer is not"},
    {.name = "+GCAP",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_capabilities,
     .help = "command sets",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "V.250 6.1.9, 27.007 5.5"},
};

const struct hlsim__at_topic hlsim__at_vendor_identity = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
