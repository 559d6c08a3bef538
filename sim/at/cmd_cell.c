/*
 * The cell and the transmitter as the HL family shows them: +KCELLMEAS, +KMON, +KALTCFG,
 * +WMTXPOWER.
 */
#include "at/args.h"
#include "at/port.h"

#include <string.h>

/* Open-loop power of the uplink (36.213 5.1): what the cell wants to receive, and the module's
 * largest (class 3). */
#define PUSCH_TARGET (-90)
#define PUCCH_TARGET (-100)
#define POWER_MAX    23 /* dBm */

#define TIMER        "RRC_INACTIVITY_TIMER"

/* --- +KCELLMEAS ----------------------------------------------------------------------------- */

static int power_for(int target, int path_loss)
{
    return target + path_loss > POWER_MAX ? POWER_MAX : target + path_loss;
}

static void answer_cell(struct hlsim__at_port *port)
{
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    struct hlsim__signal signal = hlsim__radio_signal(radio);
    int path_loss = (int)hlsim__at_figures(port)->cell_power - signal.rsrp;

    if (hlsim__radio_hears(radio) && radio->technology != HLSIM__TECHNOLOGY_GSM) {
        hlsim__at_answer(port, "+KCELLMEAS: %d,%d,%d,%d,%d", signal.rsrp, path_loss,
                         power_for(PUSCH_TARGET, path_loss), power_for(PUCCH_TARGET, path_loss),
                         signal.sinr);
    } else {
        hlsim__at_answer(port, "+KCELLMEAS: ,,,,");
    }
}

static int handle_measurement(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *range = hlsim__at_figures(port)->kcellmeas_range;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KCELLMEAS: (%s)", range);
        return HLSIM__AT_OK;
    }
    if (!hlsim__at_in_range(range, request->args[0].number)) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (request->args[0].number == 1) {
        if (request->arg_count < 2 || request->args[1].type != HLSIM__AT_ARG_NUMBER) {
            return HLSIM__CME_MISSING;
        }
        hlsim__at_takes(port, request->args[1].number * HLSIM_SECOND);
    }
    answer_cell(port);
    return HLSIM__AT_OK;
}

/* --- +KMON ---------------------------------------------------------------------------------- */

static int handle_monitor(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)port;
    (void)request;
    return HLSIM__AT_OK;
}

/* --- +KALTCFG ------------------------------------------------------------------------------- */

static void answer_timer(struct hlsim__at_port *port)
{
    hlsim__at_answer(port, "+KALTCFG: \"" TIMER "\",%s",
                     hlsim__setting_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_KALT_RRC));
}

/* <mode> 0 shows a value, 1 changes it. */
static int handle_altair(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KALTCFG: (0-1),(\"" TIMER "\")");
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_READ) {
        answer_timer(port);
        return HLSIM__AT_OK;
    }
    if (strcmp(request->args[1].text, TIMER) != 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (request->args[0].number == 0) {
        answer_timer(port);
        return HLSIM__AT_OK;
    }
    if (!hlsim__at_has(request, 2)) {
        return HLSIM__CME_MISSING;
    }
    return hlsim__setting_put_number(settings, HLSIM__SETTING_KALT_RRC, request->args[2].number) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

/* --- +WMTXPOWER ----------------------------------------------------------------------------- */

static int handle_transmitter(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t max = hlsim__at_figures(port)->wmtxpower_max;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+WMTXPOWER: (0-1),(1-85),(0-262143),(0-%d)", (int)max);
        return HLSIM__AT_OK;
    }
    if (request->args[0].number == 0) {
        return HLSIM__AT_OK;
    }
    if (!hlsim__at_has(request, 3)) {
        return HLSIM__CME_MISSING;
    }
    return request->args[3].number > max ? HLSIM__CME_OUT_OF_RANGE : HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+KCELLMEAS",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-1"}, {.range = "1-3600", .optional = true}},
     .spec_count = 2,
     .handle = handle_measurement,
     .own_test = true,
     .help = "strength and power at the cell",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "drivers; the powers follow 36.213 5.1",
     .lacks = "a timed measurement gives one line at its end"},
    {.name = "+KMON",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-2"}},
     .spec_count = 1,
     .handle = handle_monitor,
     .help = "cells around",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KMON for =?",
     .lacks = "its lines about the cells, whose layout is not public"},
    {.name = "+KALTCFG",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-1"}, {.range = NULL}, {.range = "0-65535", .optional = true}},
     .spec_count = 3,
     .handle = handle_altair,
     .own_test = true,
     .help = "timer of the radio",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KALTCFG for =?, name and default; the meaning of the modes is a guess",
     .lacks = "other names than the one timer, and what the timer does"},
    {.name = "+WMTXPOWER",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-1"},
               {.range = "1-85", .optional = true},
               {.range = "0-262143", .optional = true},
               {.range = "0-65535", .optional = true}},
     .spec_count = 4,
     .handle = handle_transmitter,
     .own_test = true,
     .help = "test of the transmitter",
     .evidence = HLSIM_EVIDENCE_AMBIGUOUS,
     .source = "WMTXPOWER for the largest power; the other arguments are a guess",
     .lacks = "it sends nothing"},
};

const struct hlsim__at_topic hlsim__at_cell = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
