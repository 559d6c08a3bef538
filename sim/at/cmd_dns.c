/*
 * AT+DNS: the address of a name, as the network's resolver knows it.
 */
#include "at/port.h"

static int handle_resolve(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim_network *network = port->modem->network;
    uint32_t ip;

    if (!hlsim__radio_attached(&hlsim__at_ram(port)->radio) || !port->modem->iface.covered) {
        return HLSIM__CME_NO_SERVICE;
    }
    hlsim__at_takes(port, network->config.delay_up + network->config.delay_down);
    if (hlsim__network_resolve(network, request->args[0].text, &ip) < 0) {
        return HLSIM__CME_DNS;
    }
    hlsim__at_answer(port, "+DNS: \"%u.%u.%u.%u\"", (unsigned)(ip >> 24),
                     (unsigned)(ip >> 16 & 0xff), (unsigned)(ip >> 8 & 0xff),
                     (unsigned)(ip & 0xff));
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+DNS",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_resolve,
     .sim_forms = HLSIM__AT_SET,
     .help = "address of a host's name",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "an Arduino library uses it; the form of the answer is not known",
     .lacks = "queries of names that real servers know; an address is known at once"},
};

const struct hlsim__at_topic hlsim__at_dns = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
