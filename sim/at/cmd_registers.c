/*
 * The S-registers of V.250. S3, S4 and S5 are the characters that the line discipline goes by; the
 * S2 and S12 the escape's (online.c); the others belong to calls and are kept.
 */
#include "at/port.h"

static int handle_register(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__at_profile *profile = &port->ram->profile;
    int *value = hlsim__at_profile_field(profile, request->name);

    if (request->form == HLSIM__AT_READ) {
        for (size_t i = 0; i < HLSIM__AT_REGISTERS; i++) {
            if (hlsim__at_register_field(profile, i) == value) {
                hlsim__at_answer(port, "%03d", hlsim__at_register_value(profile, i));
            }
        }
        return HLSIM__AT_OK;
    }
    *value = (int)request->args[0].number;
    return HLSIM__AT_OK;
}

/* Those of the escape, which V.250 leaves to the maker. */
#define ESCAPE_REGISTER(title, values, sentence)                                                   \
    {                                                                                              \
        .name = (title), .forms = HLSIM__AT_READ | HLSIM__AT_SET, .specs = {{.range = (values)}},  \
        .spec_count = 1, .handle = handle_register, .help = (sentence),                            \
        .evidence = HLSIM_EVIDENCE_INFERRED, .source = "every modem since Hayes"                   \
    }

#define REGISTER(title, values, sentence)                                                          \
    {                                                                                              \
        .name = (title), .forms = HLSIM__AT_READ | HLSIM__AT_SET, .specs = {{.range = (values)}},  \
        .spec_count = 1, .handle = handle_register, .help = (sentence),                            \
        .source = "V.250 5.3.2, 6.2, 6.3"                                                          \
    }

static const struct hlsim__at_row rows[] = {
    REGISTER("S0", "0-255", "rings until a call is answered"),
    REGISTER("S1", "0-255", "rings so far"),
    ESCAPE_REGISTER("S2", "0-255", "character of the escape to commands; above 127 there is none"),
    REGISTER("S3", "0-127", "character that ends a line"),
    REGISTER("S4", "0-127", "character that follows it in answers"),
    REGISTER("S5", "0-127", "character that takes one back"),
    REGISTER("S7", "1-255", "seconds until a call is completed"),
    REGISTER("S8", "1-255", "seconds of a comma in a number"),
    REGISTER("S10", "1-254", "tenths of a second without carrier"),
    ESCAPE_REGISTER("S12", "0-255", "fiftieths of a second of the pause around an escape"),
};

const struct hlsim__at_topic hlsim__at_registers = {
    HLSIM__AT_OF_V250,
    HLSIM__AT_ROWS(rows),
};
