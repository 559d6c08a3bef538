/*
 * The SIM card: +CPIN, +CLCK, +CPWD, +CIMI, +CCID, %CCID. What the card thinks of it is decided in
 * modem/sim.c.
 */
#include "at/port.h"

#include <string.h>

static struct hlsim__sim *sim_of(const struct hlsim__at_port *port)
{
    return &port->modem->sim;
}

/* A PIN may come quoted or not; a number has its digits in `text` too. */
static bool is_secret(const struct hlsim__at_arg *arg)
{
    return arg->type == HLSIM__AT_ARG_STRING || arg->type == HLSIM__AT_ARG_NUMBER;
}

/* --- +CPIN ---------------------------------------------------------------------------------- */

static int answer_pin(struct hlsim__at_port *port)
{
    switch (hlsim__sim_state(sim_of(port))) {
    case HLSIM__SIM_READY:
        hlsim__at_answer(port, "+CPIN: READY");
        return HLSIM__AT_OK;
    case HLSIM__SIM_WANTS_PIN:
        hlsim__at_answer(port, "+CPIN: SIM PIN");
        return HLSIM__AT_OK;
    case HLSIM__SIM_WANTS_PUK:
        hlsim__at_answer(port, "+CPIN: SIM PUK");
        return HLSIM__AT_OK;
    default:
        return hlsim__sim_refusal(sim_of(port));
    }
}

static int handle_pin(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__sim *sim = sim_of(port);
    int result;

    if (request->form == HLSIM__AT_READ) {
        return answer_pin(port);
    }
    if (!is_secret(&request->args[0]) ||
        (request->arg_count > 1 && !is_secret(&request->args[1]))) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    result = request->arg_count > 1
                 ? hlsim__sim_unblock(sim, request->args[0].text, request->args[1].text)
                 : hlsim__sim_show_pin(sim, request->args[0].text);
    if (result == 0) {
        hlsim__modem_sim_changed(port->modem);
    }
    return result;
}

/* --- +CLCK, +CPWD --------------------------------------------------------------------------- */

#define LOCK_OFF   0
#define LOCK_ON    1
#define LOCK_QUERY 2

/* The locks to a network and its kind, which this module does not have in use (CLCK tests). */
static bool is_network_lock(const char *facility)
{
    return strcmp(facility, "PN") == 0 || strcmp(facility, "PU") == 0 ||
           strcmp(facility, "PS") == 0;
}

static int handle_lock(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__sim *sim = sim_of(port);
    const char *facility = request->args[0].text;
    int64_t mode = request->args[1].number;
    bool card = strcmp(facility, "SC") == 0;
    int result;

    if (request->args[0].type != HLSIM__AT_ARG_STRING || (!card && !is_network_lock(facility))) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    if (mode == LOCK_QUERY) {
        hlsim__at_answer(port, "+CLCK: %d", card && sim->pin_enabled ? LOCK_ON : LOCK_OFF);
        return HLSIM__AT_OK;
    }
    if (!card) {
        return HLSIM__CME_NOT_SUPPORTED;
    }
    if (request->arg_count < 3 || !is_secret(&request->args[2])) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    result = hlsim__sim_enable_pin(sim, mode == LOCK_ON, request->args[2].text);
    hlsim__modem_sim_changed(port->modem);
    return result;
}

static int handle_password(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int result;

    if (request->args[0].type != HLSIM__AT_ARG_STRING || !is_secret(&request->args[1]) ||
        !is_secret(&request->args[2])) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    if (strcmp(request->args[0].text, "SC") != 0) {
        return is_network_lock(request->args[0].text) ? HLSIM__CME_NOT_SUPPORTED
                                                      : HLSIM__CME_INCORRECT_PARAMETERS;
    }
    result = hlsim__sim_change_pin(sim_of(port), request->args[1].text, request->args[2].text);
    hlsim__modem_sim_changed(port->modem);
    return result;
}

/* --- Numbers of the card -------------------------------------------------------------------- */

/* A firmware that crashes at ATI9 reads neither. */
static bool numbers_fail(const struct hlsim__at_port *port)
{
    return hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_ati9_crashes];
}

static int handle_imsi(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    if (numbers_fail(port)) {
        return HLSIM__AT_ERROR;
    }
    hlsim__at_answer(port, "%s", sim_of(port)->imsi);
    return HLSIM__AT_OK;
}

/* Can be read without a PIN: the card's EF-ICCID has the access condition "always". */
static int handle_iccid(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (!sim_of(port)->present) {
        return HLSIM__CME_SIM_ABSENT;
    }
    if (numbers_fail(port)) {
        return HLSIM__AT_ERROR;
    }
    if (hlsim__modem_card_is_mute(port->modem)) {
        return HLSIM__AT_SILENT;
    }
    hlsim__at_answer(port, "%s: %s", request->name, sim_of(port)->iccid);
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+CPIN",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}, {.range = NULL, .optional = true}},
     .spec_count = 2,
     .handle = handle_pin,
     .latency = HLSIM__AT_CARD,
     .slow_forms = HLSIM__AT_SET,
     .help = "SIM access",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "SIM_CPIN",
     .lacks = "the PIN2"},
    {.name = "+CLCK",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}, {.range = "0-2"}, {.range = NULL, .optional = true}},
     .spec_count = 3,
     .handle = handle_lock,
     .latency = HLSIM__AT_CARD,
     .slow_forms = HLSIM__AT_SET,
     .sim_forms = HLSIM__AT_SET,
     .help = "whether the PIN is asked for",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "SIM_CPIN, SIM tests: =?",
     .lacks = "the locks to a network are never in force"},
    {.name = "+CPWD",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}, {.range = NULL}, {.range = NULL}},
     .spec_count = 3,
     .handle = handle_password,
     .latency = HLSIM__AT_CARD,
     .slow_forms = HLSIM__AT_SET,
     .sim_forms = HLSIM__AT_SET,
     .help = "another PIN",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 7.5"},
    {.name = "+CIMI",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_imsi,
     .sim_forms = HLSIM__AT_EXECUTE,
     .help = "IMSI",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "SIM tests"},
    {.name = "+CCID",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_READ,
     .handle = handle_iccid,
     .help = "ICCID of the SIM card",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "SIM_CCID",
     .lacks = "the EID of an eSIM"},
    {.name = "%CCID",
     .forms = HLSIM__AT_EXECUTE,
     .handle = handle_iccid,
     .help = "the same, as the radio's own command",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "SIM_CCID"},
};

const struct hlsim__at_topic hlsim__at_sim = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
