/*
 * Radio technologies and bands: +KSRAT, +KSELACQ, +KBNDCFG, +KBND, +KCARRIERCFG. All of it is in
 * force from the next start on (modem/technology.h).
 */
#include "at/args.h"
#include "at/port.h"

#include <stdio.h>
#include <string.h>

static bool has_quirk(const struct hlsim__at_port *port, enum hlsim_quirk quirk)
{
    return hlsim__at_ram(port)->personality->quirks[quirk];
}

static const char *list_of(const struct hlsim__at_port *port)
{
    return hlsim__setting_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_KSELACQ);
}

static int put(struct hlsim__at_port *port, enum hlsim__setting setting, const char *text)
{
    return hlsim__setting_put_text(&hlsim__at_ram(port)->settings, setting, text) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

/* --- +KSRAT --------------------------------------------------------------------------------- */

/* Whether the list of +KSELACQ, which counts from 1, has a technology; an empty one has them all.
 */
static bool listed(const struct hlsim__at_port *port, int64_t technology)
{
    const char *list = list_of(port);

    return *list == '\0' || strchr(list, '1' + (int)technology) != NULL;
}

static int choose_technology(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    int64_t technology = request->args[0].number;
    bool has_flag = hlsim__at_has(request, 1);
    bool reboots = has_flag && request->args[1].number == 1;
    char text[4];
    int result = HLSIM__AT_OK;

    if (technology > figures->ksrat_max ||
        (request->arg_count > 1 && !has_quirk(port, HLSIM_QUIRK_ksrat_reboot_flag))) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (reboots) {
        result = put(port, HLSIM__SETTING_KSELACQ, "");
    } else if (!listed(port, technology)) {
        return HLSIM__AT_OK; /* and no switch */
    }
    snprintf(text, sizeof text, "%d", (int)technology);
    if (result == HLSIM__AT_OK) {
        result = put(port, HLSIM__SETTING_KSRAT, text);
    }
    if (result == HLSIM__AT_OK && (reboots || has_quirk(port, HLSIM_QUIRK_ksrat_resets))) {
        port->ram->then = HLSIM__AT_RESET;
    }
    return result;
}

static int handle_technology(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(port, "+KSRAT: %d", (int)hlsim__at_ram(port)->radio.technology);
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+KSRAT: (0-%d),(0-1)", (int)hlsim__at_figures(port)->ksrat_max);
        return HLSIM__AT_OK;
    default:
        return choose_technology(port, request);
    }
}

/* --- +KSELACQ ------------------------------------------------------------------------------- */

/* "(0),(0-2),(1-2)": a mode, then as many places as there are technologies. */
static int answer_list_ranges(struct hlsim__at_port *port)
{
    int count = (int)hlsim__at_figures(port)->ksrat_max + 1;
    char text[64];
    size_t size = (size_t)snprintf(text, sizeof text, "(0),(0-%d)", count);

    if (!has_quirk(port, HLSIM_QUIRK_kselacq_testable)) {
        return HLSIM__AT_ERROR;
    }
    for (int i = 1; i < count && size < sizeof text; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, ",(1-%d)", count);
    }
    hlsim__at_answer(port, "+KSELACQ: %s", text);
    return HLSIM__AT_OK;
}

static int put_list(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t max = hlsim__at_figures(port)->ksrat_max + 1;
    char list[2 * HLSIM__TECHNOLOGIES + 1] = "";

    if (request->arg_count == 2 && request->args[1].type == HLSIM__AT_ARG_NUMBER &&
        request->args[1].number == 0) {
        return put(port, HLSIM__SETTING_KSELACQ, "");
    }
    for (size_t i = 1; i < request->arg_count; i++) {
        const struct hlsim__at_arg *arg = &request->args[i];
        size_t size = strlen(list);

        if (arg->type == HLSIM__AT_ARG_EMPTY) {
            return HLSIM__CME_MISSING;
        }
        if (arg->type != HLSIM__AT_ARG_NUMBER || arg->number < 1 || arg->number > max ||
            strchr(list, '0' + (int)arg->number) != NULL) {
            return HLSIM__CME_OUT_OF_RANGE;
        }
        snprintf(list + size, sizeof list - size, "%s%d", i == 1 ? "" : ",", (int)arg->number);
    }
    return put(port, HLSIM__SETTING_KSELACQ, list);
}

static int handle_list(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *list = list_of(port);

    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(port, "+KSELACQ: %s", *list == '\0' ? "0" : list);
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        return answer_list_ranges(port);
    default:
        return put_list(port, request);
    }
}

/* --- +KBNDCFG, +KBND ------------------------------------------------------------------------ */

/* Firmwares without NB-NTN show three lines, also where the module has no GSM. */
static enum hlsim__technology last_line(const struct hlsim__at_port *port)
{
    return hlsim__at_figures(port)->technology_max > HLSIM__TECHNOLOGY_GSM ? HLSIM__TECHNOLOGY_NTN
                                                                           : HLSIM__TECHNOLOGY_GSM;
}

static void answer_bands(struct hlsim__at_port *port)
{
    const struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;

    for (int i = 0; i <= (int)last_line(port); i++) {
        enum hlsim__technology technology = (enum hlsim__technology)i;
        const char *chosen = hlsim__setting_text(settings, hlsim__setting_bands(technology));

        hlsim__at_answer(port, "+KBNDCFG: %d,%s", i,
                         *chosen != '\0'
                             ? chosen
                             : hlsim__technology_bands(technology, hlsim__at_figures(port)));
    }
}

static int put_bands(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    enum hlsim__technology chosen = (enum hlsim__technology)request->args[0].number;
    bool wipes = has_quirk(port, HLSIM_QUIRK_kbndcfg_wipes_others);
    char none[HLSIM__BANDS_SIZE];
    char text[HLSIM__BANDS_SIZE];
    struct hlsim__bands bands;
    int result;

    if (request->args[0].number > hlsim__at_figures(port)->technology_max ||
        hlsim__bands_parse(request->args[1].text, &bands) < 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    hlsim__bands_format((struct hlsim__bands){0, 0}, none);
    hlsim__bands_format(bands, text);
    result = put(port, hlsim__setting_bands(chosen), text);
    for (int i = 0; wipes && result == HLSIM__AT_OK && i <= (int)last_line(port); i++) {
        if (i != (int)chosen) {
            result = put(port, hlsim__setting_bands((enum hlsim__technology)i), none);
        }
    }
    if (result == HLSIM__AT_OK) {
        hlsim__at_answer(port, "+KBNDCFG: %d,%s", (int)chosen, text);
    }
    return result;
}

static int handle_bands(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_READ:
        answer_bands(port);
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+KBNDCFG: (0-%d)", (int)hlsim__at_figures(port)->technology_max);
        return HLSIM__AT_OK;
    default:
        return put_bands(port, request);
    }
}

/* The band of the cell that is heard; none of them without one. */
static int handle_band(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    struct hlsim__bands bands = {0, 0};
    char text[HLSIM__BANDS_SIZE];

    (void)request;
    if (hlsim__radio_hears(radio)) {
        bands = hlsim__technology_band(radio->technology, hlsim__at_figures(port));
    }
    hlsim__bands_format(bands, text);
    hlsim__at_answer(port, "+KBND: %d,%s", (int)radio->technology, text);
    return HLSIM__AT_OK;
}

/* --- +KCARRIERCFG --------------------------------------------------------------------------- */

static int handle_carrier(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *range = hlsim__at_figures(port)->kcarrier_range;

    switch (request->form) {
    case HLSIM__AT_READ:
        hlsim__at_answer(
            port, "+KCARRIERCFG: %s",
            hlsim__setting_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_KCARRIER));
        return HLSIM__AT_OK;
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+KCARRIERCFG: (%s)", range);
        return HLSIM__AT_OK;
    default:
        if (!hlsim__at_in_range(range, request->args[0].number)) {
            return HLSIM__CME_OUT_OF_RANGE;
        }
        return hlsim__setting_put_number(&hlsim__at_ram(port)->settings, HLSIM__SETTING_KCARRIER,
                                         request->args[0].number) < 0
                   ? HLSIM__AT_ERROR
                   : HLSIM__AT_OK;
    }
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+KSRAT",
     .forms = PARAMETER,
     .specs = {{.range = "0-3"}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_technology,
     .own_test = true,
     .help = "radio technology",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KSRAT; the flag: a driver",
     .lacks = "+KSRAT? between a choice and the reset shows the technology in use, a guess"},
    {.name = "+KSELACQ",
     .forms = PARAMETER,
     .specs = {{.range = "0"}, {.range = NULL}},
     .spec_count = 2,
     .more_args = HLSIM__TECHNOLOGIES - 1,
     .handle = handle_list,
     .own_test = true,
     .help = "order of radio technologies",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KSELACQ for =?; drivers for the rest"},
    {.name = "+KBNDCFG",
     .forms = PARAMETER,
     .specs = {{.range = "0-3"}, {.range = NULL}},
     .spec_count = 2,
     .handle = handle_bands,
     .own_test = true,
     .latency = HLSIM__AT_RADIO,
     .slow_forms = HLSIM__AT_SET,
     .help = "bands to be used",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KBND",
     .lacks = "the answer takes up to 60 s on a module; bands that it lacks are accepted here"},
    {.name = "+KBND",
     .forms = HLSIM__AT_READ,
     .handle = handle_band,
     .help = "band in use",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KBND"},
    {.name = "+KCARRIERCFG",
     .forms = PARAMETER,
     .specs = {{.range = "0-255"}},
     .spec_count = 1,
     .handle = handle_carrier,
     .own_test = true,
     .help = "operator's configuration",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CEL tests: 0 in a new module",
     .lacks = "it is kept and changes nothing"},
};

const struct hlsim__at_topic hlsim__at_technology = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
