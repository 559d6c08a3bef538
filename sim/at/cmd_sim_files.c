/*
 * Access to the files of the SIM card: +CRSM, which names a command of the card, and +CSIM, which
 * carries one as it is (27.007 8.18, 8.17).
 */
#include "at/args.h"
#include "at/port.h"
#include "codec/charset.h"
#include "modem/sim_files.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_BYTES 256

static struct hlsim__sim *sim_of(const struct hlsim__at_port *port)
{
    return &port->modem->sim;
}

/* --- +CRSM ---------------------------------------------------------------------------------- */

static bool is_update(int64_t instruction)
{
    return instruction == HLSIM__SIM_UPDATE_BINARY || instruction == HLSIM__SIM_UPDATE_RECORD;
}

static bool is_known(int64_t instruction)
{
    return is_update(instruction) || instruction == HLSIM__SIM_READ_BINARY ||
           instruction == HLSIM__SIM_READ_RECORD || instruction == HLSIM__SIM_GET_RESPONSE ||
           instruction == HLSIM__SIM_STATUS;
}

static void answer_access(struct hlsim__at_port *port, struct hlsim__sim_access *access)
{
    uint8_t bytes[ANSWER_BYTES];
    char digits[2 * ANSWER_BYTES + 1];
    size_t size;
    unsigned status = hlsim__sim_access(sim_of(port), access, bytes, &size);

    hlsim__hex_write(bytes, size, digits);
    if (size > 0) {
        char line[sizeof digits + 24];

        snprintf(line, sizeof line, "+CRSM: %u,%u,\"%s\"", status >> 8, status & 0xff, digits);
        hlsim__at_answer_lines(port, line);
    } else {
        hlsim__at_answer(port, "+CRSM: %u,%u", status >> 8, status & 0xff);
    }
}

static int handle_access(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *data = hlsim__at_text(request, 5);
    uint8_t bytes[ANSWER_BYTES];
    int size = hlsim__hex_read(data, strlen(data), bytes, sizeof bytes);
    struct hlsim__sim_access access = {.instruction = (int)request->args[0].number,
                                       .file = (uint16_t)hlsim__at_number(request, 1, 0),
                                       .p1 = (uint8_t)hlsim__at_number(request, 2, 0),
                                       .p2 = (uint8_t)hlsim__at_number(request, 3, 0),
                                       .length = (size_t)hlsim__at_number(request, 4, 0),
                                       .data = bytes};

    if (request->form == HLSIM__AT_TEST) {
        return HLSIM__AT_OK;
    }
    if (!sim_of(port)->present) {
        return HLSIM__CME_SIM_ABSENT;
    }
    if (!is_known(request->args[0].number) || size < 0 ||
        (is_update(request->args[0].number) && (size_t)size != access.length)) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    answer_access(port, &access);
    return HLSIM__AT_OK;
}

/* --- +CSIM ---------------------------------------------------------------------------------- */

#define INS_VERIFY 0x20
#define INS_SELECT 0xa4
#define SW_RETRIES 0x63c0

/* VERIFY without a PIN asks how many tries are left (TS 102 221 11.1.9). */
static unsigned verify(const struct hlsim__sim *sim, size_t size)
{
    if (size != 0) {
        return HLSIM__SW_SECURITY; /* a PIN is shown by AT+CPIN */
    }
    if (!sim->pin_enabled || sim->shown) {
        return HLSIM__SW_OK;
    }
    return SW_RETRIES | sim->pin_tries;
}

/* By identifier, alone or at the end of a path. */
static unsigned select(struct hlsim__sim *sim, const uint8_t *data, size_t size, uint8_t p2,
                       uint8_t *ret_bytes, size_t *ret_size)
{
    struct hlsim__sim_access access = {.instruction = HLSIM__SIM_GET_RESPONSE};
    uint16_t file;

    if (size < 2 || size % 2 != 0) {
        return HLSIM__SW_LENGTH;
    }
    file = (uint16_t)(data[size - 2] << 8 | data[size - 1]);
    if (hlsim__sim_file(file) == NULL) {
        return HLSIM__SW_FILE;
    }
    sim->selected = file;
    access.file = file;
    return p2 == 0x04 ? hlsim__sim_access(sim, &access, ret_bytes, ret_size) : HLSIM__SW_OK;
}

static unsigned transmit(struct hlsim__sim *sim, const uint8_t *apdu, size_t size,
                         uint8_t *ret_bytes, size_t *ret_size)
{
    size_t length = size > 4 ? apdu[4] : 0;
    const struct hlsim__sim_access access = {.instruction = apdu[1],
                                             .file = sim->selected,
                                             .p1 = apdu[2],
                                             .p2 = apdu[3],
                                             .length = length,
                                             .data = apdu + 5};
    bool carries = apdu[1] == INS_VERIFY || apdu[1] == INS_SELECT || is_update(apdu[1]);

    *ret_size = 0;
    if (carries && size > 4 && size - 5 != length) {
        return HLSIM__SW_LENGTH;
    }
    switch (apdu[1]) {
    case INS_VERIFY:
        return verify(sim, length);
    case INS_SELECT:
        return select(sim, apdu + 5, length, apdu[3], ret_bytes, ret_size);
    default:
        return is_known(apdu[1]) ? hlsim__sim_access(sim, &access, ret_bytes, ret_size)
                                 : HLSIM__SW_INSTRUCTION;
    }
}

static int handle_transmit(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *text = request->form == HLSIM__AT_SET ? request->args[1].text : "";
    uint8_t apdu[ANSWER_BYTES + 8] = {0};
    uint8_t bytes[ANSWER_BYTES + 2];
    char digits[2 * sizeof bytes + 1];
    char line[sizeof digits + 24];
    int size = hlsim__hex_read(text, strlen(text), apdu, sizeof apdu);
    size_t answered;
    unsigned status;

    if (request->form == HLSIM__AT_TEST) {
        return HLSIM__AT_OK;
    }
    if (!sim_of(port)->present) {
        return HLSIM__CME_SIM_ABSENT;
    }
    if (size < 4 || (int64_t)strlen(text) != request->args[0].number) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    status = transmit(sim_of(port), apdu, (size_t)size, bytes, &answered);
    bytes[answered++] = (uint8_t)(status >> 8);
    bytes[answered++] = (uint8_t)status;
    hlsim__hex_write(bytes, answered, digits);
    snprintf(line, sizeof line, "+CSIM: %zu,\"%s\"", 2 * answered, digits);
    hlsim__at_answer_lines(port, line);
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+CRSM",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-255"},
               {.range = "0-65535", .optional = true, .may_be_empty = true},
               {.range = "0-255", .optional = true, .may_be_empty = true},
               {.range = "0-255", .optional = true, .may_be_empty = true},
               {.range = "0-255", .optional = true, .may_be_empty = true},
               {.range = NULL, .optional = true, .may_be_empty = true}},
     .spec_count = 6,
     .more_args = 1, /* a path: identifiers are unique here */
     .handle = handle_access,
     .own_test = true,
     .latency = HLSIM__AT_CARD,
     .slow_forms = HLSIM__AT_SET,
     .help = "files of the SIM card",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 8.18, 31.102",
     .lacks = "files beyond a dozen; the path of a file makes no difference"},
    {.name = "+CSIM",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "8-522"}, {.range = NULL}},
     .spec_count = 2,
     .handle = handle_transmit,
     .own_test = true,
     .latency = HLSIM__AT_CARD,
     .slow_forms = HLSIM__AT_SET,
     .help = "commands to the SIM card",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 8.17",
     .lacks = "applications, logical channels, authentication, toolkit"},
};

const struct hlsim__at_topic hlsim__at_sim_files = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
