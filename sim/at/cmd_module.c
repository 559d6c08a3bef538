/*
 * Commands of the HL family about the module: +KSREP, +KGSN.
 */
#include "at/args.h"
#include "at/port.h"

#include <string.h>

/* --- +KSREP --------------------------------------------------------------------------------- */

static int handle_start_report(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    /* From 4.5.1 there is a third field; what it means is not known, it is kept. */
    bool has_third = hlsim__at_figures(port)->ksrep_third_field >= 0;
    const char *act = hlsim__setting_text(settings, HLSIM__SETTING_KSREP);
    int stat = hlsim__sim_stat(hlsim__sim_state(&port->modem->sim));

    if (request->form == HLSIM__AT_READ) {
        if (has_third) {
            hlsim__at_answer(port, "+KSREP: %s,%d,%s", act, stat,
                             hlsim__setting_text(settings, HLSIM__SETTING_KSREP_THIRD));
        } else {
            hlsim__at_answer(port, "+KSREP: %s,%d", act, stat);
        }
        return HLSIM__AT_OK;
    }
    if (request->arg_count > 1 && !has_third) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (hlsim__setting_put_number(settings, HLSIM__SETTING_KSREP, request->args[0].number) < 0) {
        return HLSIM__AT_ERROR;
    }
    if (hlsim__at_has(request, 1) && hlsim__setting_put_number(settings, HLSIM__SETTING_KSREP_THIRD,
                                                               request->args[1].number) < 0) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

/* --- +KGSN ---------------------------------------------------------------------------------- */

static int handle_numbers(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *imei = port->modem->config.imei;
    int svn = (int)hlsim__at_figures(port)->svn;

    switch (request->args[0].number) {
    case 0:
        hlsim__at_answer(port, "+KGSN: %s", imei);
        break;
    case 1:
        hlsim__at_answer(port, "+KGSN: %.14s%02d", imei, svn);
        break;
    case 2:
        hlsim__at_answer(port, "+KGSN: %.14s-%c SV:%02d", imei, imei[strlen(imei) - 1], svn);
        break;
    default:
        /* 3 is the serial number (FSN); without a number of the customer's own, 4 repeats it. */
        hlsim__at_answer(port, "+KGSN: %s", port->modem->config.serial);
        break;
    }
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+KSREP",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-1"}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_start_report,
     .help = "report of the start",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "PWR_KSREP, PWR_WAKEUP",
     .lacks = "what the third field means"},
    {.name = "+KGSN",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-4"}},
     .spec_count = 1,
     .handle = handle_numbers,
     .help = "IMEI and serial numbers",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "GEN_KGSN",
     .lacks = "a number of the customer's own"},
};

const struct hlsim__at_topic hlsim__at_module = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
