/*
 * How much of the module is on: +CFUN, +CPOF, +CPWROFF, +RESTOREDEFAULTS.
 */
#include "at/port.h"

#include "modem/account.h"
#include "modem/flashing.h"

/* The quirk functionality_lost_after_ppp, on a port whose call is over. */
static bool lost_after_ppp(const struct hlsim__at_port *port)
{
    return hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_functionality_lost_after_ppp] &&
           hlsim__at_port_is_uart(port) && port->ram->had_call && !hlsim__at_online_held(port);
}

static int handle_functionality(struct hlsim__at_port *port,
                                const struct hlsim__at_request *request)
{
    if (lost_after_ppp(port)) {
        return HLSIM__AT_ERROR;
    }
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+CFUN: %d", hlsim__at_ram(port)->radio.functionality);
        return HLSIM__AT_OK;
    }
    if (request->arg_count > 1 && request->args[1].number == 1) {
        port->ram->then = HLSIM__AT_RESET;
        return HLSIM__AT_OK;
    }
    if (hlsim__flashing_is_stuck(port->modem)) {
        return HLSIM__CME_NOT_SUPPORTED;
    }
    if (request->args[0].number == 0 &&
        hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_functionality_stuck] &&
        hlsim__flashing_note_stuck(port->modem) < 0) {
        return HLSIM__AT_ERROR;
    }
    hlsim__modem_set_functionality(port->modem, (int)request->args[0].number);
    return HLSIM__AT_OK;
}

/* AT+CPOF, AT+CPWROFF and AT+CPWROFF=0 take leave of the network, AT+CPWROFF=1 does not [Z2]. */
static int handle_off(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    bool fast = request->form == HLSIM__AT_SET && request->args[0].number == 1;

    port->ram->then = fast ? HLSIM__AT_OFF_FAST : HLSIM__AT_OFF;
    return HLSIM__AT_OK;
}

/* All settings are the factory's again; what the device is to its servers stays, and a package that
 * waits in flash (docs/evidence.md). */
static int handle_restore(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__modem_ram *ram = hlsim__at_ram(port);

    (void)request;
    if (ram->personality->quirks[HLSIM_QUIRK_restore_forgets_credentials] &&
        (hlsim__account_erase(&ram->store, HLSIM__LWM2M_DM) < 0 ||
         hlsim__account_erase(&ram->store, HLSIM__LWM2M_BOOTSTRAP) < 0)) {
        return HLSIM__AT_ERROR;
    }
    if (hlsim__settings_erase(&ram->settings) < 0 || hlsim__sockets_erase(&ram->sockets) < 0) {
        return HLSIM__AT_ERROR;
    }
    port->ram->then = HLSIM__AT_RESET;
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+CFUN",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-1,4"}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_functionality,
     .latency = HLSIM__AT_RADIO,
     .slow_forms = HLSIM__AT_SET,
     .help = "functionality and reset",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "PWR_CFUN: CFUN=4,1 resets, too"},
    {.name = "+CPOF",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_off,
     .help = "switch off",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "drivers switch off by it; silent until the wake pin"},
    {.name = "+CPWROFF",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .handle = handle_off,
     .help = "switch off; 1: at once",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "drivers: =1 is the fast way"},
    {.name = "+RESTOREDEFAULTS",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .handle = handle_restore,
     .help = "settings of a new module, and a reset",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "a test restores by it: about 30 s"},
};

/* +CFUN alone is of 27.007. */
const struct hlsim__at_topic hlsim__at_functionality = {
    HLSIM__AT_OF_3GPP,
    .rows = rows,
    .row_count = 1,
};

const struct hlsim__at_topic hlsim__at_power = {
    .set = "hl",
    .cme_range = HLSIM__CME_INCORRECT_PARAMETERS,
    .cme_missing = HLSIM__CME_INCORRECT_PARAMETERS,
    .rows = rows + 1,
    .row_count = sizeof rows / sizeof *rows - 1,
};
