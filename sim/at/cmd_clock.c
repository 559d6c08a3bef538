/*
 * The clock and the network's time: +CCLK, +CTZU, +CTZR with +CTZV, +CTZE and +CTZEU.
 */
#include "at/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUARTER INT64_C(900) /* seconds */

/* <reporting> of +CTZR (27.007 8.41) */
enum {
    TELLS_ZONE = 1,       /* +CTZV */
    TELLS_LOCAL_TIME = 2, /* +CTZE */
    TELLS_UTC = 3,        /* +CTZEU */
};

/* "yy/MM/dd,hh:mm:ss" with an optional time zone in quarters of an hour (27.007 8.15). */
static int parse_clock(const char *text, int64_t *ret_seconds, int *ret_zone)
{
    char iso[24];
    size_t size = strlen(text);

    if (size != 17 && size != 20) {
        return HLSIM_E_FORMAT;
    }
    snprintf(iso, sizeof iso, "20%.2s-%.2s-%.2sT%.8sZ", text, text + 3, text + 6, text + 9);
    if (text[2] != '/' || text[5] != '/' || text[8] != ',' ||
        hlsim_date_parse(iso, ret_seconds) < 0) {
        return HLSIM_E_FORMAT;
    }
    *ret_zone = 0;
    if (size == 20) {
        if ((text[17] != '+' && text[17] != '-') || text[18] < '0' || text[18] > '9' ||
            text[19] < '0' || text[19] > '9') {
            return HLSIM_E_FORMAT;
        }
        *ret_zone = ((text[18] - '0') * 10 + (text[19] - '0')) * (text[17] == '-' ? -1 : 1);
    }
    return *ret_zone < -48 || *ret_zone > 56 ? HLSIM_E_RANGE : 0;
}

static int handle_clock(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim_date date;
    int64_t seconds;
    int zone;

    if (request->form == HLSIM__AT_READ) {
        hlsim_date_from_unix(hlsim__clock_now(port->modem), &date);
        hlsim__at_answer(port, "+CCLK: \"%02d/%02d/%02d,%02d:%02d:%02d%+03d\"", date.year % 100,
                         date.month, date.day, date.hour, date.minute, date.second,
                         port->modem->clock.zone);
        return HLSIM__AT_OK;
    }
    if (parse_clock(request->args[0].text, &seconds, &zone) < 0) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    hlsim__clock_set(port->modem, seconds, zone);
    return HLSIM__AT_OK;
}

static int handle_reports(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CTZR: %d", port->ram->profile.ctzr);
    } else {
        port->ram->profile.ctzr = (int)request->args[0].number;
    }
    return HLSIM__AT_OK;
}

void hlsim__at_port_network_time(struct hlsim__at_port *port)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    int reports = port->ram->profile.ctzr;
    int zone = (int)figures->network_zone;
    bool utc = reports == TELLS_UTC;
    struct hlsim_date date;
    char text[80];

    if (reports == TELLS_ZONE) {
        snprintf(text, sizeof text, "+CTZV: \"%+03d\"", zone);
    } else if (reports == TELLS_LOCAL_TIME || utc) {
        hlsim_date_from_unix(hlsim__clock_world(port->modem) + (utc ? 0 : zone * QUARTER), &date);
        snprintf(text, sizeof text, "+CTZE%s: \"%+03d\",%d,\"%04d/%02d/%02d,%02d:%02d:%02d\"",
                 utc ? "U" : "", zone, (int)figures->network_dst, date.year, date.month, date.day,
                 date.hour, date.minute, date.second);
    } else {
        return;
    }
    hlsim__at_port_urc(port, text);
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+CCLK",
     .forms = PARAMETER,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_clock,
     .help = "clock",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "GEN_CCLK"},
    {.name = "+CTZU",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .setting = HLSIM__SETTING_CTZU,
     .help = "the network sets the clock",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 8.40; used by drivers"},
    {.name = "+CTZR",
     .forms = PARAMETER,
     .specs = {{.range = "0-3"}},
     .spec_count = 1,
     .handle = handle_reports,
     .help = "reports of the network's time",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 8.41; a driver reads +CTZEU",
     .lacks = "whether it reports each registration or changed zones alone is not known"},
};

const struct hlsim__at_topic hlsim__at_clock = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
