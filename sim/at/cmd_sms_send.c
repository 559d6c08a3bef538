/*
 * Messages that the host writes: +CMGS, +CMGW, +CMSS (27.005 3.5.1 to 3.5.3, 4.3, 4.4).
 */
#include "at/args.h"
#include "at/sms_text.h"
#include "modem/cms.h"

#include <string.h>

#define TEXT_PARAMETER HLSIM__AT_CMS(HLSIM__CMS_TEXT_PARAMETER)
#define PDU_PARAMETER  HLSIM__AT_CMS(HLSIM__CMS_PDU_PARAMETER)

/* Octets of TPDU that AT+CMGS=<length> may announce. */
#define LENGTH_MIN 7
#define LENGTH_MAX HLSIM__SMS_TPDU_MAX

struct written {
    struct hlsim__sms_address centre; /* "": the card's */
    size_t size;
    uint8_t tpdu[HLSIM__SMS_TPDU_MAX];
};

static const struct hlsim__sms_service *service_of(const struct hlsim__at_port *port)
{
    return &hlsim__at_ram(port)->sms;
}

/* --- From what was typed to a TPDU ---------------------------------------------------------- */

/* The default alphabet in the host's set; anything else comes as digits (27.005 3.1, <data>). */
static int read_text(const struct hlsim__at_port *port, const char *text, size_t size,
                     struct hlsim__sms *sms)
{
    uint16_t units[HLSIM__SMS_TEXT_MAX];
    int count;

    if (hlsim__sms_coding(sms->coding) != HLSIM__SMS_7_BIT) {
        count = hlsim__hex_read(text, size, sms->data, sizeof sms->data);
        sms->data_size = count < 0 ? 0 : (size_t)count;
        sms->length = (uint8_t)sms->data_size;
        return count < 0 ? count : 0;
    }
    count = hlsim__charset_read(service_of(port)->charset, text, size, units, HLSIM__SMS_TEXT_MAX);
    return count < 0 ? count : hlsim__sms_set_text(sms, units, (size_t)count);
}

static int from_text(const struct hlsim__at_port *port, const char *text, size_t size,
                     struct written *ret_written)
{
    const struct hlsim__sms_service *service = service_of(port);
    struct hlsim__sms sms = {.address = port->ram->typing.address,
                             .protocol = service->protocol,
                             .coding = service->coding};

    /* Only the relative form of a validity period fits into one octet; without any, bits are 0. */
    sms.first = (uint8_t)((service->first & ~3) | HLSIM__SMS_SUBMIT);
    sms.validity_size = (sms.first & HLSIM__SMS_VPF) == 0x10 ? 1 : 0;
    sms.first = (uint8_t)(sms.validity_size == 1 ? sms.first : sms.first & ~HLSIM__SMS_VPF);
    sms.validity[0] = service->validity;
    if (size > HLSIM__AT_PROMPT_MAX || read_text(port, text, size, &sms) < 0) {
        return TEXT_PARAMETER;
    }
    ret_written->size = hlsim__sms_encode(&sms, ret_written->tpdu);
    return HLSIM__AT_OK;
}

/* Digits of the service centre's address and the TPDU, of which the command has said the length. */
static int from_pdu(const struct hlsim__at_port *port, const char *text, size_t size,
                    struct written *ret_written)
{
    uint8_t octets[1 + HLSIM__SMS_DIGITS_MAX + HLSIM__SMS_TPDU_MAX];
    int count = size > HLSIM__AT_PROMPT_MAX ? HLSIM_E_LIMIT
                                            : hlsim__hex_read(text, size, octets, sizeof octets);
    size_t head;

    if (count < 1) {
        return PDU_PARAMETER;
    }
    head = 1u + octets[0];
    if (head > (size_t)count || (int64_t)((size_t)count - head) != port->ram->typing.number) {
        return PDU_PARAMETER;
    }
    if (octets[0] > 1 &&
        hlsim__sms_address_decode(octets + 1, octets[0],
                                  2u * (octets[0] - 1u) - (octets[octets[0]] >> 4 == 0xf),
                                  &ret_written->centre) < 0) {
        return PDU_PARAMETER;
    }
    ret_written->size = (size_t)count - head;
    memcpy(ret_written->tpdu, octets + head, ret_written->size);
    return HLSIM__AT_OK;
}

static int read_written(const struct hlsim__at_port *port, const char *text, size_t size,
                        struct written *ret_written, struct hlsim__sms *ret_sms)
{
    int result;

    memset(ret_written, 0, sizeof *ret_written);
    result = service_of(port)->text ? from_text(port, text, size, ret_written)
                                    : from_pdu(port, text, size, ret_written);
    if (result == HLSIM__AT_OK &&
        hlsim__sms_decode(ret_written->tpdu, ret_written->size, ret_sms) < 0) {
        result = service_of(port)->text ? TEXT_PARAMETER : PDU_PARAMETER;
    }
    return result;
}

/* --- +CMGS ---------------------------------------------------------------------------------- */

/* Sends; the answer "NAME: reference". */
static int send(struct hlsim__at_port *port, const char *name, struct written *written)
{
    int result = hlsim__sms_send(port->modem, &written->centre, written->tpdu, written->size);

    if (result < 0) {
        return HLSIM__AT_NO_WORD;
    }
    if (result > 0) {
        return HLSIM__AT_CMS(result);
    }
    hlsim__at_takes(port, hlsim__at_figures(port)->sms_latency);
    hlsim__at_answer(port, "%s: %d", name, written->tpdu[1]);
    return HLSIM__AT_OK;
}

static int send_typed(struct hlsim__at_port *port, const char *text, size_t size)
{
    struct written written;
    struct hlsim__sms sms;
    int result = read_written(port, text, size, &written, &sms);

    if (result == HLSIM__AT_OK && hlsim__sms_kind(&sms) != HLSIM__SMS_SUBMIT) {
        result = PDU_PARAMETER;
    }
    return result != HLSIM__AT_OK ? result : send(port, "+CMGS", &written);
}

/* --- +CMGW ---------------------------------------------------------------------------------- */

static int store_typed(struct hlsim__at_port *port, const char *text, size_t size)
{
    enum hlsim__store store = service_of(port)->memories[HLSIM__SMS_WRITING];
    struct hlsim__sms_address centre;
    struct hlsim__message message;
    struct written written;
    struct hlsim__sms sms;
    int result = read_written(port, text, size, &written, &sms);

    if (result != HLSIM__AT_OK) {
        return result;
    }
    hlsim__sms_centre_read(port->modem, &centre);
    if (hlsim__message_make(&message, (enum hlsim__message_status)port->ram->typing.status,
                            written.centre.digits[0] == '\0' ? &centre : &written.centre,
                            written.tpdu, written.size) < 0) {
        return PDU_PARAMETER;
    }
    result = hlsim__messages_add(port->modem, store, &message);
    if (!port->modem->power.on) {
        return HLSIM__AT_NO_WORD;
    }
    if (result < 0) {
        return hlsim__at_cms_of_error(result);
    }
    hlsim__at_answer(port, "+CMGW: %d", result);
    return HLSIM__AT_OK;
}

/* --- Prompts -------------------------------------------------------------------------------- */

static const struct hlsim__at_prompt_kind sending_text = {"\r\n> ", true, send_typed};
static const struct hlsim__at_prompt_kind sending_pdu = {"\r\n> ", false, send_typed};
static const struct hlsim__at_prompt_kind storing_text = {"\r\n> ", true, store_typed};
static const struct hlsim__at_prompt_kind storing_pdu = {"\r\n> ", false, store_typed};

/* In text mode a number and its type, in PDU mode the length of the TPDU. */
static int read_target(struct hlsim__at_port *port, const struct hlsim__at_request *request,
                       struct hlsim__sms_address *ret_address, int64_t *ret_length)
{
    const struct hlsim__at_arg *arg = &request->args[0];
    int64_t type = hlsim__at_number(request, 1, 0);

    *ret_length = arg->number;
    if (!service_of(port)->text) {
        return arg->type == HLSIM__AT_ARG_NUMBER && arg->number >= LENGTH_MIN &&
                       arg->number <= LENGTH_MAX
                   ? HLSIM__AT_OK
                   : PDU_PARAMETER;
    }
    if (arg->type == HLSIM__AT_ARG_EMPTY || (type != 0 && (type < 128 || type > 255)) ||
        hlsim__at_sms_number(port, arg->text, type, ret_address) < 0) {
        return TEXT_PARAMETER;
    }
    return HLSIM__AT_OK;
}

static int handle_send(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__sms_address address = {0};
    int64_t length;
    int result = read_target(port, request, &address, &length);

    if (result != HLSIM__AT_OK) {
        return result;
    }
    result = hlsim__at_prompt_begin(port, service_of(port)->text ? &sending_text : &sending_pdu);
    port->ram->typing.address = address;
    port->ram->typing.number = length;
    return result;
}

/* <stat>, a number in PDU mode and words in text mode; -1: none of them. */
static int written_status(const struct hlsim__at_port *port, const struct hlsim__at_arg *arg)
{
    static const char *const words[] = {
#define STATUS_TEXT(name, text) text,
        HLSIM__MESSAGE_STATUS_MAP(STATUS_TEXT)
#undef STATUS_TEXT
    };

    if (!service_of(port)->text) {
        return arg->type == HLSIM__AT_ARG_NUMBER && arg->number >= 0 &&
                       arg->number < HLSIM__MESSAGE_STATUSES
                   ? (int)arg->number
                   : -1;
    }
    for (int i = 0; i < HLSIM__MESSAGE_STATUSES; i++) {
        if (strcmp(words[i], arg->text) == 0) {
            return i;
        }
    }
    return -1;
}

static int handle_write(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    bool text = service_of(port)->text;
    size_t status_at = text ? 2 : 1;
    struct hlsim__sms_address address = {.type = HLSIM__SMS_UNKNOWN_NUMBER};
    int status = HLSIM__MESSAGE_UNSENT;
    int64_t length = 0;
    int result = HLSIM__AT_OK;

    if (!text || hlsim__at_has(request, 0)) {
        result = read_target(port, request, &address, &length);
    }
    if (result == HLSIM__AT_OK && hlsim__at_has(request, status_at)) {
        status = written_status(port, &request->args[status_at]);
        result = status < 0 ? (text ? TEXT_PARAMETER : PDU_PARAMETER) : HLSIM__AT_OK;
    }
    if (result != HLSIM__AT_OK) {
        return result;
    }
    result = hlsim__at_prompt_begin(port, text ? &storing_text : &storing_pdu);
    port->ram->typing.address = address;
    port->ram->typing.number = length;
    port->ram->typing.status = status;
    return result;
}

/* --- +CMSS ---------------------------------------------------------------------------------- */

static int handle_send_stored(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    enum hlsim__store store = service_of(port)->memories[HLSIM__SMS_WRITING];
    size_t index = (size_t)request->args[0].number;
    int64_t type = hlsim__at_number(request, 2, 0);
    struct written written = {.size = 0};
    struct hlsim__message message;
    struct hlsim__sms sms;
    int result;

    if (request->form == HLSIM__AT_TEST) {
        return HLSIM__AT_OK;
    }
    result = hlsim__messages_read(port->modem, store, index, &message);
    if (result < 0) {
        return hlsim__at_cms_of_error(result);
    }
    if (hlsim__sms_decode(message.octets + message.centre_size, message.size - message.centre_size,
                          &sms) < 0 ||
        hlsim__sms_kind(&sms) != HLSIM__SMS_SUBMIT) {
        return HLSIM__AT_CMS(HLSIM__CMS_NOT_ALLOWED);
    }
    if (hlsim__at_has(request, 1) &&
        hlsim__at_sms_number(port, request->args[1].text, type, &sms.address) < 0) {
        return TEXT_PARAMETER;
    }
    written.size = hlsim__sms_encode(&sms, written.tpdu);
    result = send(port, request->name, &written);
    if (result == HLSIM__AT_OK && message.status == HLSIM__MESSAGE_UNSENT) {
        message.status = HLSIM__MESSAGE_SENT;
        result = hlsim__messages_write(port->modem, store, index, &message);
        result = result < 0 ? hlsim__at_cms_of_error(result) : HLSIM__AT_OK;
    }
    return result;
}

#define OF_27005 .evidence = HLSIM_EVIDENCE_INFERRED, .source = "27.005"

static const struct hlsim__at_row rows[] = {
    {.name = "+CMGS",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}, {.range = "0-255", .optional = true}},
     .spec_count = 2,
     .handle = handle_send,
     .sim_forms = HLSIM__AT_SET,
     .help = "send a message",
     OF_27005},
    {.name = "+CMGW",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL, .optional = true},
               {.range = "0-255", .optional = true, .may_be_empty = true},
               {.range = NULL, .optional = true}},
     .spec_count = 3,
     .handle = handle_write,
     .sim_forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .help = "write a message into the memory",
     OF_27005},
    {.name = "+CMSS",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-65535"},
               {.range = NULL, .optional = true},
               {.range = "128-255", .optional = true}},
     .spec_count = 3,
     .handle = handle_send_stored,
     .own_test = true,
     .sim_forms = HLSIM__AT_SET,
     .help = "send a message from the memory",
     OF_27005},
};

const struct hlsim__at_topic hlsim__at_sms_send = {
    .set = "3gpp",
    .cme_range = TEXT_PARAMETER,
    .cme_missing = TEXT_PARAMETER,
    .cms = true,
    HLSIM__AT_ROWS(rows),
};
