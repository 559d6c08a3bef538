/*
 * Dialling: D with the numbers of packet data (27.007 10.2.1.1), and +CGDATA (10.1.12). Other
 * numbers reach nobody: the module has no voice. What follows CONNECT is in modem/dialup.h.
 */
#include "at/args.h"
#include "at/port.h"
#include "modem/dialup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX  64 /* characters of a number that are looked at */
#define DEFAULT_CID 1

/* --- The connection ------------------------------------------------------------------------- */

static void begun(void *user)
{
    hlsim__dialup_begun(user);
}

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    hlsim__dialup_receive(user, bytes, size);
    return size;
}

static void writable(void *user)
{
    hlsim__dialup_writable(user);
}

static void hang_up(void *user)
{
    hlsim__dialup_close(user);
}

static const struct hlsim__at_connection connection = {
    .begun = begun, .receive = receive, .writable = writable, .hang_up = hang_up, .lasting = true};

static size_t transmit(void *user, const uint8_t *bytes, size_t size)
{
    return hlsim__at_online_send(user, bytes, size);
}

static void end(struct hlsim__at_port *port, int result)
{
    const struct hlsim_profile *personality = hlsim__at_ram(port)->personality;
    struct hlsim__dialup *dialup = port->ram->online.user;

    if (personality->quirks[HLSIM_QUIRK_ppp_end_keeps_line]) {
        return;
    }
    hlsim__at_online_end(port, result);
    hlsim__dialup_close(dialup);
}

static void dialled_ended(void *user, bool in_order)
{
    (void)in_order;
    end(user, HLSIM__AT_NO_CARRIER);
}

/* 27.007 10.1.12: an end in order is OK here. */
static void data_ended(void *user, bool in_order)
{
    end(user, in_order ? HLSIM__AT_OK : HLSIM__AT_NO_CARRIER);
}

static const struct hlsim__dialup_line dialled = {.transmit = transmit, .ended = dialled_ended};
static const struct hlsim__dialup_line opened = {.transmit = transmit, .ended = data_ended};

/* CONNECT, or what hlsim__dialup_open says. */
static int connect(struct hlsim__at_port *port, int64_t cid, const struct hlsim__dialup_line *line,
                   int *ret_result)
{
    const struct hlsim__dialup_call call = {.cid = cid, .line = line, .user = port};
    struct hlsim__dialup *dialup;
    int rc;

    if (hlsim__at_online_held(port)) {
        return HLSIM_E_EXISTS;
    }
    rc = hlsim__sim_refusal(&port->modem->sim) != 0
             ? HLSIM_E_UNREACHABLE
             : hlsim__dialup_open(port->modem, &call, &dialup);
    if (rc != 0) {
        return rc;
    }
    *ret_result = hlsim__at_online_begin(port, &connection, dialup);
    port->ram->had_call = true;
    if (hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_connect_waits_for_command]) {
        hlsim__at_port_hold_connect(port);
    }
    return 0;
}

/* --- D -------------------------------------------------------------------------------------- */

/*
 * The number without what only says how to dial (V.250 6.3.1: T, P, comma, W, @, !) and without
 * what makes it readable. False when there is a character that no number has, or too many.
 */
static bool tidy(const char *text, char *number)
{
    size_t size = 0;

    for (; *text != '\0'; text++) {
        char c = (char)toupper((unsigned char)*text);

        if (strchr("TPW,@!.() ", c) != NULL && (size == 0 || c != 'P')) {
            continue;
        }
        if (strchr("0123456789*#+ABCDP;", c) == NULL || size == NUMBER_MAX) {
            return false;
        }
        number[size++] = c;
    }
    number[size] = '\0';
    return true;
}

/* The text up to the next '*', or to the '#' that ends the number; what stands behind. */
static const char *take_field(const char *text, char *field)
{
    size_t size = strcspn(text, "*#");

    memcpy(field, text, size);
    field[size] = '\0';
    return text + size;
}

enum number {
    NUMBER_OF_SOMEBODY,
    NUMBER_OF_DATA,
    NUMBER_BAD,
};

/* *99[*[called address][*[protocol][*[context]]]]#, and *98 with the context behind the first *. */
static enum number read_number(const char *number, int64_t *ret_cid)
{
    bool data = strncmp(number, "*99", 3) == 0;
    char field[NUMBER_MAX + 1] = "";
    const char *rest = number + 3;
    int fields = 0;
    int last = data ? 3 : 1;

    *ret_cid = DEFAULT_CID;
    if ((!data && strncmp(number, "*98", 3) != 0) || (*rest != '*' && *rest != '#')) {
        return NUMBER_OF_SOMEBODY;
    }
    while (*rest == '*' && fields < last) {
        fields++;
        rest = take_field(rest + 1, field);
        if (data && fields == 2 && *field != '\0' && strcmp(field, "1") != 0 &&
            strcmp(field, "PPP") != 0) {
            return NUMBER_BAD;
        }
    }
    if (strcmp(rest, "#") != 0) {
        return NUMBER_BAD;
    }
    if (fields == last && *field != '\0') {
        bool digits = strspn(field, "0123456789") == strlen(field) && strlen(field) < 4;

        *ret_cid = digits ? strtoll(field, NULL, 10) : 0;
    }
    return *ret_cid >= 1 && *ret_cid <= HLSIM__PDP_MAX ? NUMBER_OF_DATA : NUMBER_BAD;
}

static int handle_dial(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char number[NUMBER_MAX + 1] = "";
    int result = HLSIM__AT_NO_CARRIER;
    int64_t cid;

    if (request->form == HLSIM__AT_EXECUTE) {
        return HLSIM__AT_NO_CARRIER;
    }
    if (!tidy(request->args[0].text, number)) {
        return HLSIM__AT_ERROR;
    }
    switch (read_number(number, &cid)) {
    case NUMBER_OF_DATA:
        return connect(port, cid, &dialled, &result) == 0 ? result : HLSIM__AT_NO_CARRIER;
    case NUMBER_BAD:
        return HLSIM__AT_ERROR;
    default:
        return HLSIM__AT_NO_CARRIER;
    }
}

static const struct hlsim__at_row dial_rows[] = {
    {.name = "D",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_dial,
     .latency = HLSIM__AT_RADIO,
     .help = "dial: *99# or *99***<cid>#",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 10.2.1.1; V.250 6.3.1",
     .lacks = "no voice: other numbers are NO CARRIER; IPv4 alone"},
};

const struct hlsim__at_topic hlsim__at_dial = {
    HLSIM__AT_OF_V250,
    HLSIM__AT_ROWS(dial_rows),
};

/* --- +CGDATA -------------------------------------------------------------------------------- */

static int handle_data(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t cid = hlsim__at_number(request, 1, DEFAULT_CID);
    int result = HLSIM__AT_ERROR;
    int rc;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CGDATA: (\"PPP\")");
        return HLSIM__AT_OK;
    }
    if (hlsim__at_has(request, 0) && strcmp(request->args[0].text, "PPP") != 0) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    rc = connect(port, cid, &opened, &result);
    if (rc == 0) {
        return result;
    }
    return rc > 0                      ? hlsim__pdp_cme(rc)
           : rc == HLSIM_E_UNREACHABLE ? HLSIM__AT_NO_CARRIER
                                       : HLSIM__CME_INCORRECT_PARAMETERS;
}

static const struct hlsim__at_row data_rows[] = {
    {.name = "+CGDATA",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL, .optional = true}, {.range = "1-4", .optional = true}},
     .spec_count = 2,
     .handle = handle_data,
     .own_test = true,
     .latency = HLSIM__AT_RADIO,
     .slow_forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .help = "data state: PPP into a context",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "27.007 10.1.12",
     .lacks = "one protocol and one context at a time"},
};

const struct hlsim__at_topic hlsim__at_dial_3gpp = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(data_rows),
};
