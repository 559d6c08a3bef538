/*
 * The commands of another family, RC76xx, that begin with '!': image preference, radio technology,
 * bands, state, reset [vendor's forum: RC7620; reports of modem owners].
 */
#include "at/port.h"

#include "modem/flashing.h"

#include <stdio.h>
#include <string.h>

#define CARRIER_SIZE 24

/* --- !ENTERCND ------------------------------------------------------------------------------ */

static int handle_enter(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (strcmp(request->args[0].text, hlsim__at_figures(port)->engineering_password) != 0) {
        return HLSIM__AT_ERROR;
    }
    port->ram->engineering = true;
    return HLSIM__AT_OK;
}

/* --- !IMPREF -------------------------------------------------------------------------------- */

struct image {
    char carrier[CARRIER_SIZE];
    char config[2 * CARRIER_SIZE];
};

static void describe(const struct hlsim__at_port *port, const char *carrier,
                     struct image *ret_image)
{
    snprintf(ret_image->carrier, sizeof ret_image->carrier, "%s", carrier);
    snprintf(ret_image->config, sizeof ret_image->config, "%s_%s", carrier,
             hlsim__at_figures(port)->carrier_config);
}

static void show_image(struct hlsim__at_port *port, const char *which, const struct image *image)
{
    hlsim__at_answer(port, "%s fw version: %s", which, hlsim__at_ram(port)->firmware);
    hlsim__at_answer(port, "%s carrier name: %s", which, image->carrier);
    hlsim__at_answer(port, "%s config name: %s", which, image->config);
    hlsim__at_answer(port, "%s subpri index: 001", which);
}

static int show_preference(struct hlsim__at_port *port)
{
    const char *wanted = hlsim__setting_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_IMPREF);
    char carrier[CARRIER_SIZE];
    struct image preferred;
    struct image current;

    hlsim__flashing_carrier(port->modem, carrier, sizeof carrier);
    describe(port, carrier, &current);
    describe(port, *wanted == '\0' ? carrier : wanted, &preferred);
    hlsim__at_answer(port, "!IMPREF:");
    show_image(port, "preferred", &preferred);
    show_image(port, "current", &current);
    if (strcmp(preferred.carrier, current.carrier) != 0) {
        hlsim__at_answer(port, "carrier name mismatch");
    }
    if (strcmp(preferred.config, current.config) != 0) {
        hlsim__at_answer(port, "config name mismatch");
    }
    return HLSIM__AT_OK;
}

static int handle_preference(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *wanted = request->args[0].text;

    if (!port->ram->engineering) {
        return HLSIM__AT_ERROR;
    }
    if (request->form == HLSIM__AT_READ) {
        return show_preference(port);
    }
    if (strcmp(wanted, "SIERRA") != 0 && strcmp(wanted, "GENERIC") != 0) {
        return HLSIM__AT_ERROR;
    }
    return hlsim__setting_put_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_IMPREF, wanted) <
                   0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

/* --- !SELRAT, !BAND ------------------------------------------------------------------------- */

static int keep_number(struct hlsim__at_port *port, enum hlsim__setting setting,
                       const struct hlsim__at_request *request)
{
    return hlsim__setting_put_number(&hlsim__at_ram(port)->settings, setting,
                                     request->args[0].number) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

static const struct {
    int64_t number;
    const char *name;
} technologies[] = {{0, "Automatic"}, {1, "UMTS 3G Only"}, {6, "LTE Only"}};

static const char *technology_name(int64_t number)
{
    for (size_t i = 0; i < sizeof technologies / sizeof *technologies; i++) {
        if (technologies[i].number == number) {
            return technologies[i].name;
        }
    }
    return "";
}

static int handle_technology(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t number = hlsim__setting_number(&hlsim__at_ram(port)->settings, HLSIM__SETTING_SELRAT);

    if (request->form == HLSIM__AT_SET) {
        return port->ram->engineering ? keep_number(port, HLSIM__SETTING_SELRAT, request)
                                      : HLSIM__AT_ERROR;
    }
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "!SELRAT: %02d, %s", (int)number, technology_name(number));
        return HLSIM__AT_OK;
    }
    hlsim__at_answer(port, "!SELRAT: Index, Name");
    for (size_t i = 0; i < sizeof technologies / sizeof *technologies; i++) {
        hlsim__at_answer(port, "%02d, %s", (int)technologies[i].number, technologies[i].name);
    }
    return HLSIM__AT_OK;
}

static int handle_band(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_SET) {
        return port->ram->engineering ? keep_number(port, HLSIM__SETTING_BAND, request)
                                      : HLSIM__AT_ERROR;
    }
    hlsim__at_answer(port, "Index, Name");
    hlsim__at_answer(port, "00, All bands");
    return HLSIM__AT_OK;
}

/* --- !GSTATUS ------------------------------------------------------------------------------- */

static int handle_status(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    bool online = ram->radio.functionality == 1;
    bool registered = hlsim__radio_registered(&ram->radio);
    bool attached = hlsim__radio_attached(&ram->radio);

    (void)request;
    hlsim__at_answer(port, "!GSTATUS:");
    hlsim__at_answer(port, "Current Time:  %-14lldTemperature: 30",
                     (long long)port->modem->sched->now / HLSIM_SECOND);
    hlsim__at_answer(port, "Reset Counter: %-14dMode:        %s", 1,
                     online ? "ONLINE" : "LOW POWER MODE");
    hlsim__at_answer(port, "System mode:   %-14sPS state:    %s", registered ? "LTE" : "No service",
                     attached ? "Attached" : "Not attached");
    if (registered) {
        hlsim__at_answer(port, "EMM state:     Registered     Normal Service");
        hlsim__at_answer(port, "RRC state:     RRC Connected");
        hlsim__at_answer(port, "RSSI (dBm):    %-14lldRSRP (dBm):  %lld",
                         (long long)figures->rsrp + (long long)figures->rssi_above_rsrp,
                         (long long)figures->rsrp);
        hlsim__at_answer(port, "RSRQ (dB):     %-14lldCell ID:     %08llX",
                         (long long)figures->rsrq, (unsigned long long)figures->cell);
    } else {
        hlsim__at_answer(port, "EMM state:     Deregistered   No Cell");
    }
    return HLSIM__AT_OK;
}

/* --- !RESET --------------------------------------------------------------------------------- */

static int handle_reset(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    port->ram->then = HLSIM__AT_RESET;
    return HLSIM__AT_OK;
}

#define SETTABLE (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "!ENTERCND",
     .forms = HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_enter,
     .help = "engineering commands are allowed until the next start",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "vendor's forum, an RC7620 00.08.07.00"},
    {.name = "!IMPREF",
     .forms = HLSIM__AT_READ | HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_preference,
     .help = "which image and carrier package runs and which is preferred",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "vendor's forum, an RC7620 00.08.07.00",
     .lacks = "a preference that differs only shows; the module would switch images at its start"},
    {.name = "!SELRAT",
     .forms = SETTABLE,
     .specs = {{.range = "0,1,6"}},
     .spec_count = 1,
     .handle = handle_technology,
     .own_test = true,
     .help = "radio technologies that are used",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "reports of modem owners; the list but for 00 is a guess",
     .lacks = "the choice is kept and changes nothing"},
    {.name = "!BAND",
     .forms = SETTABLE,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .handle = handle_band,
     .own_test = true,
     .help = "bands that are used",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "reports of modem owners",
     .lacks = "all bands are the only choice"},
    {.name = "!GSTATUS",
     .forms = HLSIM__AT_READ,
     .handle = handle_status,
     .help = "state of the radio",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "reports of modem owners; which lines there are depends on them",
     .lacks = "bands, channels, antennas and TAC; the temperature is constant"},
    {.name = "!RESET",
     .forms = HLSIM__AT_EXECUTE,
     .handle = handle_reset,
     .help = "restarts the module",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "report of an RC7620 00.08.19.00"},
};

const struct hlsim__at_topic hlsim__at_rc76 = {
    .set = "rc76",
    .cme_range = HLSIM__AT_ERROR,
    .cme_missing = HLSIM__AT_ERROR,
    HLSIM__AT_ROWS(rows),
};
