/*
 * The UART of a port: its speed and the form of its characters. What a real wire does with that is
 * not known here.
 */
#include "at/args.h"
#include "at/port.h"

/* V.250 6.2.10; 0 leaves it to the module to find the speed of its host. The profile that AT&W
 * saves has it, as AT&V shows (docs/evidence.md); the UART changes once the answer is out. */
static int handle_speed(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *speeds = hlsim__at_figures(port)->ipr_speeds;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+IPR: %d", port->ram->profile.speed);
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+IPR: (),(%s)", speeds);
        return HLSIM__AT_OK;
    }
    if (!hlsim__at_in_range(speeds, request->args[0].number)) {
        return HLSIM__AT_ERROR;
    }
    port->ram->profile.speed = (int)request->args[0].number;
    return HLSIM__AT_OK;
}

/* V.250 6.2.11; 3,3 is eight data bits, no parity, one stop bit. */
static int handle_framing(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__at_profile *profile = &port->ram->profile;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+ICF: %d,%d", profile->framing, profile->parity);
        return HLSIM__AT_OK;
    }
    profile->framing = (int)request->args[0].number;
    if (hlsim__at_has(request, 1)) {
        profile->parity = (int)request->args[1].number;
    }
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+ICF",
     .forms = HLSIM__AT_SET | HLSIM__AT_READ | HLSIM__AT_TEST,
     .specs = {{.range = "1-6"}, {.range = "0-3", .optional = true}},
     .spec_count = 2,
     .handle = handle_framing,
     .help = "form of the UART's characters",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "V.250 6.2.11",
     .lacks = "the wire carries eight bits whatever it says"},
    {.name = "+IPR",
     .forms = HLSIM__AT_SET | HLSIM__AT_READ | HLSIM__AT_TEST,
     .specs = {{.range = "0-921600"}},
     .spec_count = 1,
     .handle = handle_speed,
     .own_test = true,
     .help = "speed of the UART",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "V.250 6.2.10; 115200 and 921600 are used by hosts [Z]",
     .lacks = "with 0 the speed stays what it was"},
};

const struct hlsim__at_topic hlsim__at_serial = {
    HLSIM__AT_OF_V250,
    HLSIM__AT_ROWS(rows),
};
