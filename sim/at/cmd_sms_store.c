/*
 * Stored messages: +CPMS, +CMGL, +CMGR, +CMGD (27.005 3.2.2, 3.4.2, 3.4.3, 3.5.4).
 */
#include "at/args.h"
#include "at/sms_text.h"
#include "modem/cms.h"

#include <stdio.h>
#include <string.h>

#define TEXT_PARAMETER HLSIM__AT_CMS(HLSIM__CMS_TEXT_PARAMETER)
#define PDU_PARAMETER  HLSIM__AT_CMS(HLSIM__CMS_PDU_PARAMETER)

#define ALL_MESSAGES   HLSIM__MESSAGE_STATUSES /* <stat> 4, "ALL" */

static const char *const store_names[HLSIM__STORES] = {
#define STORE_NAME(name, text) text,
    HLSIM__STORE_MAP(STORE_NAME)
#undef STORE_NAME
};

static enum hlsim__store reading(const struct hlsim__at_port *port)
{
    return hlsim__at_ram(port)->sms.memories[HLSIM__SMS_READING];
}

/* --- +CPMS ---------------------------------------------------------------------------------- */

static int find_store(const char *name)
{
    for (int i = 0; i < HLSIM__STORES; i++) {
        if (strcmp(store_names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static void answer_memories(struct hlsim__at_port *port, bool with_names)
{
    const struct hlsim__sms_service *service = &hlsim__at_ram(port)->sms;
    char text[80];
    size_t size = 0;

    for (size_t i = 0; i < HLSIM__SMS_MEMORIES; i++) {
        enum hlsim__store store = service->memories[i];

        size += (size_t)snprintf(text + size, sizeof text - size, i == 0 ? "" : ",");
        if (with_names) {
            size +=
                (size_t)snprintf(text + size, sizeof text - size, "\"%s\",", store_names[store]);
        }
        size += (size_t)snprintf(text + size, sizeof text - size, "%zu,%zu",
                                 hlsim__messages_count(port->modem, store),
                                 hlsim__messages_capacity(port->modem, store));
    }
    hlsim__at_answer(port, "+CPMS: %s", text);
}

static int handle_memories(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__sms_service *service = &hlsim__at_ram(port)->sms;
    enum hlsim__store chosen[HLSIM__SMS_MEMORIES];

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")");
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_SET) {
        memcpy(chosen, service->memories, sizeof chosen);
        for (size_t i = 0; i < request->arg_count; i++) {
            int store = find_store(request->args[i].text);

            if (request->args[i].type == HLSIM__AT_ARG_EMPTY) {
                continue;
            }
            if (store < 0) {
                return TEXT_PARAMETER;
            }
            chosen[i] = (enum hlsim__store)store;
        }
        memcpy(service->memories, chosen, sizeof chosen);
    }
    answer_memories(port, request->form == HLSIM__AT_READ);
    return HLSIM__AT_OK;
}

/* --- +CMGL, +CMGR --------------------------------------------------------------------------- */

static int answer_message(struct hlsim__at_port *port, const char *name, size_t shown_index,
                          size_t index, struct hlsim__message *message)
{
    char text[16 + HLSIM__AT_SMS_TEXT_MAX];
    size_t head = (size_t)snprintf(text, sizeof text, "%s: ", name);
    int error = 0;

    hlsim__at_sms_show(port->modem, message, shown_index, text + head);
    hlsim__at_answer_lines(port, text);
    if (message->status == HLSIM__MESSAGE_UNREAD && !port->ram->answer_full) {
        message->status = HLSIM__MESSAGE_READ;
        error = hlsim__messages_write(port->modem, reading(port), index, message);
    }
    return error < 0 ? hlsim__at_cms_of_error(error) : HLSIM__AT_OK;
}

static int handle_read(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__message message;
    size_t index = (size_t)request->args[0].number;
    int error;

    if (request->form == HLSIM__AT_TEST) {
        return HLSIM__AT_OK;
    }
    error = hlsim__messages_read(port->modem, reading(port), index, &message);
    if (error < 0) {
        return hlsim__at_cms_of_error(error);
    }
    return answer_message(port, request->name, 0, index, &message);
}

static const char *const statuses[] = {
#define STATUS_TEXT(name, text) text,
    HLSIM__MESSAGE_STATUS_MAP(STATUS_TEXT)
#undef STATUS_TEXT
        "ALL"};

/* The <stat> that is asked for, as a number; -1: none. */
static int wanted_status(const struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__at_arg *arg = &request->args[0];

    if (request->form == HLSIM__AT_EXECUTE || arg->type == HLSIM__AT_ARG_EMPTY) {
        return HLSIM__MESSAGE_UNREAD;
    }
    if (!hlsim__at_ram(port)->sms.text) {
        return arg->type == HLSIM__AT_ARG_NUMBER && arg->number >= 0 && arg->number <= ALL_MESSAGES
                   ? (int)arg->number
                   : -1;
    }
    for (int i = 0; arg->type == HLSIM__AT_ARG_STRING && i <= ALL_MESSAGES; i++) {
        if (strcmp(statuses[i], arg->text) == 0) {
            return i;
        }
    }
    return -1;
}

static int handle_list(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    bool text = hlsim__at_ram(port)->sms.text;
    int status = wanted_status(port, request);
    int result = HLSIM__AT_OK;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, text ? "+CMGL: (\"REC UNREAD\",\"REC READ\",\"STO UNSENT\","
                                      "\"STO SENT\",\"ALL\")"
                                    : "+CMGL: (0-4)");
        return HLSIM__AT_OK;
    }
    if (status < 0) {
        return text ? TEXT_PARAMETER : PDU_PARAMETER;
    }
    for (size_t i = 1; result == HLSIM__AT_OK && port->modem->power.on &&
                       i <= hlsim__messages_capacity(port->modem, reading(port));
         i++) {
        struct hlsim__message message;

        if (hlsim__messages_read(port->modem, reading(port), i, &message) == 0 &&
            (status == ALL_MESSAGES || (int)message.status == status)) {
            result = answer_message(port, request->name, i, i, &message);
        }
    }
    return result;
}

/* --- +CMGD ---------------------------------------------------------------------------------- */

/* <delflag> 1 to 3: read, and sent, and unsent; 4: all (27.005 3.5.4). */
static bool is_doomed(int64_t flag, enum hlsim__message_status status)
{
    switch (status) {
    case HLSIM__MESSAGE_READ:
        return flag >= 1;
    case HLSIM__MESSAGE_SENT:
        return flag >= 2;
    case HLSIM__MESSAGE_UNSENT:
        return flag >= 3;
    default:
        return flag >= 4;
    }
}

static int delete_many(struct hlsim__at_port *port, int64_t flag)
{
    int error = 0;

    for (size_t i = 1; error == 0 && i <= hlsim__messages_capacity(port->modem, reading(port));
         i++) {
        struct hlsim__message message;

        if (hlsim__messages_read(port->modem, reading(port), i, &message) == 0 &&
            is_doomed(flag, message.status)) {
            error = hlsim__messages_remove(port->modem, reading(port), i);
        }
    }
    return error;
}

/* The places that are taken. */
static void answer_places(struct hlsim__at_port *port)
{
    char text[4 * HLSIM__MESSAGES_MAX + 1] = "";
    size_t size = 0;

    for (size_t i = 1; i <= hlsim__messages_capacity(port->modem, reading(port)); i++) {
        struct hlsim__message message;

        if (hlsim__messages_read(port->modem, reading(port), i, &message) == 0) {
            size +=
                (size_t)snprintf(text + size, sizeof text - size, "%s%zu", size == 0 ? "" : ",", i);
        }
    }
    hlsim__at_answer(port, "+CMGD: (%s),(0-4)", text);
}

static int handle_delete(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t flag = hlsim__at_number(request, 1, 0);
    int error;

    if (request->form == HLSIM__AT_TEST) {
        answer_places(port);
        return HLSIM__AT_OK;
    }
    error = flag == 0 ? hlsim__messages_remove(port->modem, reading(port),
                                               (size_t)request->args[0].number)
                      : delete_many(port, flag);
    if (!port->modem->power.on) {
        return HLSIM__AT_NO_WORD;
    }
    if (error == HLSIM_E_NOT_FOUND) {
        return HLSIM__AT_OK; /* the place is empty, as was asked for */
    }
    if (error == 0) {
        hlsim__sms_ready(port->modem);
    }
    return error < 0 ? hlsim__at_cms_of_error(error) : HLSIM__AT_OK;
}

#define OF_27005 .evidence = HLSIM_EVIDENCE_INFERRED, .source = "27.005"

static const struct hlsim__at_row rows[] = {
    {.name = "+CPMS",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL},
               {.range = NULL, .optional = true, .may_be_empty = true},
               {.range = NULL, .optional = true, .may_be_empty = true}},
     .spec_count = 3,
     .handle = handle_memories,
     .own_test = true,
     .sim_forms = HLSIM__AT_READ | HLSIM__AT_SET,
     .help = "memories of messages",
     OF_27005},
    {.name = "+CMGL",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL, .optional = true}},
     .spec_count = 1,
     .handle = handle_list,
     .own_test = true,
     .sim_forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .help = "list messages",
     OF_27005},
    {.name = "+CMGR",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-65535"}},
     .spec_count = 1,
     .handle = handle_read,
     .own_test = true,
     .sim_forms = HLSIM__AT_SET,
     .help = "read a message",
     OF_27005},
    {.name = "+CMGD",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-65535"}, {.range = "0-4", .optional = true}},
     .spec_count = 2,
     .handle = handle_delete,
     .own_test = true,
     .sim_forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .help = "delete messages",
     OF_27005},
};

const struct hlsim__at_topic hlsim__at_sms_store = {
    .set = "3gpp",
    .cme_range = HLSIM__AT_CMS(HLSIM__CMS_INDEX),
    .cme_missing = HLSIM__AT_CMS(HLSIM__CMS_TEXT_PARAMETER),
    .cms = true,
    HLSIM__AT_ROWS(rows),
};
