/*
 * Who the module is: ATI, +CGMI, +CGMM, +CGMR, +CGSN.
 */
#include "at/port.h"

static int answer_figure(struct hlsim__at_port *port, const char *figure)
{
    char text[HLSIM_PROFILE_TEXT_MAX];

    hlsim__modem_expand(port->modem, figure, text, sizeof text);
    hlsim__at_answer_lines(port, text);
    return HLSIM__AT_OK;
}

static int handle_information(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);

    switch (request->form == HLSIM__AT_SET ? request->args[0].number : 0) {
    case 3:
        return answer_figure(port, figures->ati3);
    case 8:
        return answer_figure(port, figures->ati8);
    case 9:
        return answer_figure(port, figures->ati9);
    default:
        return answer_figure(port, figures->ati);
    }
}

static int handle_manufacturer(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    return answer_figure(port, hlsim__at_figures(port)->cgmi);
}

static int handle_model(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    return answer_figure(port, hlsim__at_figures(port)->cgmm);
}

static int handle_revision(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    return answer_figure(port, hlsim__at_figures(port)->cgmr);
}

static int handle_serial(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    hlsim__at_answer(port, "%s", port->modem->config.imei);
    return HLSIM__AT_OK;
}

#define FORMS (HLSIM__AT_EXECUTE | HLSIM__AT_TEST)

static const struct hlsim__at_row rows[] = {
    {.name = "I",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .specs = {{.range = "0,3,8,9"}},
     .spec_count = 1,
     .handle = handle_information,
     .help = "product and firmware"},
    {.name = "+CGMI", .forms = FORMS, .handle = handle_manufacturer, .help = "manufacturer"},
    {.name = "+CGMM", .forms = FORMS, .handle = handle_model, .help = "model"},
    {.name = "+CGMR", .forms = FORMS, .handle = handle_revision, .help = "firmware revision"},
    {.name = "+CGSN", .forms = FORMS, .handle = handle_serial, .help = "IMEI"},
};

const struct hlsim__at_topic hlsim__at_identity = {
    .set = "3gpp",
    .cme_range = HLSIM__AT_ERROR,
    .cme_missing = HLSIM__AT_ERROR,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
};
