/*
 * The UART of a port: its speed. What a real wire does with that is not known here.
 */
#include "at/port.h"

/* V.250 6.2.10. The profile that AT&W saves has it, as AT&V shows (docs/evidence.md); the UART
 * changes once the answer is out. */
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

static const struct hlsim__at_row rows[] = {
    {.name = "+IPR",
     .forms = HLSIM__AT_SET | HLSIM__AT_READ | HLSIM__AT_TEST,
     .specs = {{.range = "1-921600"}},
     .spec_count = 1,
     .handle = handle_speed,
     .own_test = true,
     .help = "speed of the UART"},
};

const struct hlsim__at_topic hlsim__at_serial = {
    .set = "v250",
    .cme_range = HLSIM__AT_ERROR,
    .cme_missing = HLSIM__AT_ERROR,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
};
