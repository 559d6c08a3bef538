/*
 * Short messages, how they are handled: +CSCS, +CMGF, +CSDH, +CSMP, +CSCA, +CSMS, +CMMS, +CGSMS,
 * +CNMI, +CNMA (27.005 3.2 to 3.4, 27.007 5.5).
 */
#include "at/args.h"
#include "at/sms_text.h"
#include "modem/cms.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_PARAMETER HLSIM__AT_CMS(HLSIM__CMS_TEXT_PARAMETER)

static struct hlsim__sms_service *service_of(const struct hlsim__at_port *port)
{
    return &hlsim__at_ram(port)->sms;
}

/* --- Switches ------------------------------------------------------------------------------- */

static int handle_charset(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int charset;

    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(port, "+CSCS: \"%s\"", hlsim__charset_name(service_of(port)->charset));
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+CSCS: (\"IRA\",\"GSM\",\"UCS2\")");
        return HLSIM__AT_OK;
    default:
        charset = hlsim__charset_find(request->args[0].text);
        if (charset < 0 || request->args[0].type != HLSIM__AT_ARG_STRING) {
            return TEXT_PARAMETER;
        }
        service_of(port)->charset = (enum hlsim__charset)charset;
        return HLSIM__AT_OK;
    }
}

static int handle_format(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CMGF: %d", service_of(port)->text);
    } else {
        service_of(port)->text = hlsim__at_number(request, 0, 0) == 1;
    }
    return HLSIM__AT_OK;
}

static int handle_header(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CSDH: %d", service_of(port)->header);
    } else {
        service_of(port)->header = hlsim__at_number(request, 0, 0) == 1;
    }
    return HLSIM__AT_OK;
}

static int handle_more(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CMMS: %d", service_of(port)->more);
    } else {
        service_of(port)->more = (int)hlsim__at_number(request, 0, 0);
    }
    return HLSIM__AT_OK;
}

static int handle_bearer(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CGSMS: %d", service_of(port)->bearer);
    } else if (hlsim__at_has(request, 0)) {
        service_of(port)->bearer = (int)request->args[0].number;
    }
    return HLSIM__AT_OK;
}

/* Messages that end at the module, that begin there, and of the cell broadcast: all are there. */
static int handle_service(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CSMS: %d,1,1,1", service_of(port)->level);
    } else {
        service_of(port)->level = (int)request->args[0].number;
        hlsim__at_answer(port, "+CSMS: 1,1,1");
    }
    return HLSIM__AT_OK;
}

static int handle_acknowledge(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CNMA: (0-2)");
        return HLSIM__AT_OK;
    }
    return service_of(port)->level == 1 ? HLSIM__AT_OK : HLSIM__AT_CMS(HLSIM__CMS_NO_CNMA);
}

/* --- Parameters of what is sent ------------------------------------------------------------- */

static int handle_parameters(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__sms_service *service = service_of(port);
    uint8_t *const values[] = {&service->first, &service->validity, &service->protocol,
                               &service->coding};

    if (request->form == HLSIM__AT_TEST) {
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CSMP: %d,%d,%d,%d", service->first, service->validity,
                         service->protocol, service->coding);
        return HLSIM__AT_OK;
    }
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (hlsim__at_has(request, i)) {
            *values[i] = (uint8_t)request->args[i].number;
        }
    }
    return HLSIM__AT_OK;
}

static int handle_centre(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char number[HLSIM__AT_SMS_NUMBER_MAX];
    struct hlsim__sms_address centre;
    int64_t type = hlsim__at_number(request, 1, 0);

    if (request->form == HLSIM__AT_READ) {
        hlsim__sms_centre_read(port->modem, &centre);
        hlsim__at_sms_show_number(port->modem, &centre, number);
        hlsim__at_answer(port, "+CSCA: \"%s\",%d", number,
                         centre.type == 0 ? HLSIM__SMS_UNKNOWN_NUMBER : centre.type);
        return HLSIM__AT_OK;
    }
    if (hlsim__at_sms_number(port, request->args[0].text, type, &centre) < 0) {
        return TEXT_PARAMETER;
    }
    return hlsim__sms_centre_write(port->modem, &centre) < 0
               ? HLSIM__AT_CMS(HLSIM__CMS_MEMORY_FAILURE)
               : HLSIM__AT_OK;
}

/* --- Indications ---------------------------------------------------------------------------- */

static int handle_indications(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int values[HLSIM__CNMI_VALUES];

    hlsim__sms_indications(port->modem, values);
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CNMI: %d,%d,%d,%d,%d", values[HLSIM__CNMI_MODE],
                         values[HLSIM__CNMI_MT], values[HLSIM__CNMI_BM], values[HLSIM__CNMI_DS],
                         values[HLSIM__CNMI_BFR]);
        return HLSIM__AT_OK;
    }
    for (size_t i = 0; i < HLSIM__CNMI_VALUES; i++) {
        if (hlsim__at_has(request, i)) {
            values[i] = (int)request->args[i].number;
        }
    }
    return hlsim__sms_set_indications(port->modem, values) < 0
               ? HLSIM__AT_CMS(HLSIM__CMS_MEMORY_FAILURE)
               : HLSIM__AT_OK;
}

#define ALL_FORMS (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)
#define OF_27005  .evidence = HLSIM_EVIDENCE_INFERRED, .source = "27.005"

static const struct hlsim__at_row rows[] = {
    {.name = "+CSCS",
     .forms = ALL_FORMS,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_charset,
     .own_test = true,
     .help = "character set",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 5.5"},
    {.name = "+CMGF",
     .forms = ALL_FORMS,
     .specs = {{.range = "0-1", .optional = true}},
     .spec_count = 1,
     .handle = handle_format,
     .help = "messages as PDU or as text",
     OF_27005},
    {.name = "+CSDH",
     .forms = ALL_FORMS,
     .specs = {{.range = "0-1", .optional = true}},
     .spec_count = 1,
     .handle = handle_header,
     .help = "headers of messages in text mode",
     OF_27005},
    {.name = "+CSMP",
     .forms = ALL_FORMS,
     .specs = {{.range = "0-255", .optional = true, .may_be_empty = true},
               {.range = "0-255", .optional = true, .may_be_empty = true},
               {.range = "0-255", .optional = true, .may_be_empty = true},
               {.range = "0-255", .optional = true, .may_be_empty = true}},
     .spec_count = 4,
     .handle = handle_parameters,
     .own_test = true,
     .help = "parameters of messages in text mode",
     OF_27005,
     .lacks = "validity periods in absolute form"},
    {.name = "+CSCA",
     .forms = ALL_FORMS,
     .specs = {{.range = NULL}, {.range = "128-255", .optional = true}},
     .spec_count = 2,
     .handle = handle_centre,
     .sim_forms = HLSIM__AT_READ | HLSIM__AT_SET,
     .help = "address of the service centre",
     OF_27005},
    {.name = "+CSMS",
     .forms = ALL_FORMS,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .handle = handle_service,
     .help = "message service",
     OF_27005},
    {.name = "+CMMS",
     .forms = ALL_FORMS,
     .specs = {{.range = "0-2", .optional = true}},
     .spec_count = 1,
     .handle = handle_more,
     .help = "link held for more messages",
     OF_27005,
     .lacks = "no link is held: every message takes the same time"},
    {.name = "+CGSMS",
     .forms = ALL_FORMS,
     .specs = {{.range = "0-3", .optional = true}},
     .spec_count = 1,
     .handle = handle_bearer,
     .help = "way that messages take",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 10.1.21",
     .lacks = "the way makes no difference"},
    {.name = "+CNMI",
     .forms = ALL_FORMS,
     .specs = {{.range = "1,2", .optional = true, .may_be_empty = true},
               {.range = "0-2", .optional = true, .may_be_empty = true},
               {.range = "0,2", .optional = true, .may_be_empty = true},
               {.range = "0-2", .optional = true, .may_be_empty = true},
               {.range = "0-1", .optional = true, .may_be_empty = true}},
     .spec_count = 5,
     .handle = handle_indications,
     .help = "indications of messages",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "SMS tests: ranges, persistence",
     .lacks = "cell broadcasts; modes 1 and 2 are the same"},
    {.name = "+CNMA",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-2", .optional = true}},
     .spec_count = 1,
     .handle = handle_acknowledge,
     .own_test = true,
     .help = "acknowledgement of a message",
     OF_27005,
     .lacks = "what is not acknowledged is not sent again"},
};

const struct hlsim__at_topic hlsim__at_sms_setup = {
    .set = "3gpp",
    .cme_range = TEXT_PARAMETER,
    .cme_missing = TEXT_PARAMETER,
    .cms = true,
    HLSIM__AT_ROWS(rows),
};
