/*
 * Who the module is: ATI, +CGMI, +CGMM, +CGMR, +CGSN, and the same by their names in V.250 6.1.
 */
#include "at/port.h"

static int answer_figure(struct hlsim__at_port *port, const char *figure)
{
    char text[HLSIM_PROFILE_TEXT_MAX];

    hlsim__modem_expand(port->modem, figure, text, sizeof text);
    hlsim__at_answer_lines(port, text);
    return HLSIM__AT_OK;
}

/* --- What goes wrong with ATI on some modules ------------------------------------------------- */

static size_t swallow(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    (void)port;
    (void)bytes;
    return size;
}

/* What an exception handler says; there is no result, and the module starts anew. */
static int crash(struct hlsim__at_port *port)
{
    static const struct hlsim__at_taker taker = {.receive = swallow};
    static const char dump[] = "\r\nException: data abort\r\n"
                               "PC: 0x00000000 LR: 0x00000000 SP: 0x00000000\r\n"
                               "Reset\r\n";

    hlsim__at_port_begin_data(port, &taker);
    hlsim__at_port_send_data(port, (const uint8_t *)dump, sizeof dump - 1);
    if (port->modem->power.on) {
        hlsim__modem_reset_soon(port->modem);
    }
    return HLSIM__AT_DATA;
}

static bool has_quirk(const struct hlsim__at_port *port, enum hlsim_quirk quirk)
{
    return hlsim__at_ram(port)->personality->quirks[quirk];
}

static int handle_parts(struct hlsim__at_port *port)
{
    if (has_quirk(port, HLSIM_QUIRK_ati9_crashes)) {
        return crash(port);
    }
    return has_quirk(port, HLSIM_QUIRK_version_unknown)
               ? HLSIM__AT_OK
               : answer_figure(port, hlsim__at_figures(port)->ati9);
}

static int handle_version(struct hlsim__at_port *port)
{
    return answer_figure(port, has_quirk(port, HLSIM_QUIRK_version_unknown)
                                   ? "{model}.?.?.?.0"
                                   : hlsim__at_figures(port)->ati3);
}

/* --- ATI ------------------------------------------------------------------------------------ */

static int handle_information(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);

    switch (request->form == HLSIM__AT_SET ? request->args[0].number : 0) {
    case 3:
        return handle_version(port);
    case 8:
        return answer_figure(port, figures->ati8);
    case 9:
        return handle_parts(port);
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

#define IDENTITY(title, function, sentence)                                                        \
    {                                                                                              \
        .name = (title), .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST, .handle = (function),        \
        .help = (sentence), .evidence = HLSIM_EVIDENCE_TEST,                                       \
        .source = "identity tests; 27.007 5, V.250 6.1"                                            \
    }

static const struct hlsim__at_row rows[] = {
    {.name = "I",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .specs = {{.range = "0,3,8,9"}},
     .spec_count = 1,
     .handle = handle_information,
     .help = "product and firmware",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "AN5.0 6.5: ATI, ATI3, ATI8; ATI9's layout is a guess",
     .lacks = "numbers other than 0, 3, 8 and 9"},
    IDENTITY("+CGMI", handle_manufacturer, "manufacturer"),
    IDENTITY("+CGMM", handle_model, "model"),
    IDENTITY("+CGMR", handle_revision, "firmware revision"),
    IDENTITY("+CGSN", handle_serial, "IMEI"),
    IDENTITY("+GMI", handle_manufacturer, "manufacturer"),
    IDENTITY("+GMM", handle_model, "model"),
    IDENTITY("+GMR", handle_revision, "firmware revision"),
    IDENTITY("+GSN", handle_serial, "IMEI"),
};

const struct hlsim__at_topic hlsim__at_identity = {
    .set = "3gpp",
    .cme_range = HLSIM__AT_ERROR,
    .cme_missing = HLSIM__AT_ERROR,
    HLSIM__AT_ROWS(rows),
};
