/*
 * AT+CMUX (27.007 5.7): several ports on one.
 */
#include "at/port.h"

/* What AT+CMUX=? shows, an answer of the profile, and k behind it. */
static const char *const ranges[HLSIM__AT_MUX_PARAMETERS] = {
    "0", "0", "1-8", "1-1509", "1-255", "0-100", "2-255", "1-255", "0-255"};

static int answer_read(struct hlsim__at_port *port)
{
    const int *values = port->ram->mux.values;

    hlsim__at_answer(port, "+CMUX: %d,%d,%d,%d,%d,%d,%d,%d,%d", values[0], values[1], values[2],
                     values[3], values[4], values[5], values[6], values[7], values[8]);
    return HLSIM__AT_OK;
}

static int handle_mux(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__at_mux_settings settings = {.values = HLSIM__AT_MUX_DEFAULTS};

    if (request->form == HLSIM__AT_READ) {
        return answer_read(port);
    }
    for (size_t i = 0; i < request->arg_count; i++) {
        const struct hlsim__at_arg *arg = &request->args[i];

        if (arg->type == HLSIM__AT_ARG_EMPTY) {
            continue;
        }
        if (arg->type != HLSIM__AT_ARG_NUMBER || !hlsim__at_in_range(ranges[i], arg->number)) {
            return HLSIM__CME_INCORRECT_PARAMETERS;
        }
        settings.values[i] = (int)arg->number;
        settings.speed_given = settings.speed_given || i == HLSIM__AT_MUX_SPEED;
    }
    if (port->carried || hlsim__at_online_held(port)) {
        return HLSIM__CME_NOT_ALLOWED;
    }
    if (!hlsim__at_mux_prepare(port, &settings)) {
        return HLSIM__AT_ERROR;
    }
    port->ram->mux = settings;
    port->ram->then = HLSIM__AT_MUX;
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+CMUX",
     .forms = HLSIM__AT_READ | HLSIM__AT_SET,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .more_args = HLSIM__AT_MUX_PARAMETERS - 1,
     .handle = handle_mux,
     .help = "several ports on one",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CMUX: the text of the read form; 27.010 5.2, basic option",
     .lacks = "the advanced option, and power saving (PSC)"},
};

const struct hlsim__at_topic hlsim__at_multiplexer = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
