/*
 * UDP sessions: +KUDPCFG, +KUDPSND, +KUDPRCV, +KUDPCLOSE, +KUDPDEL.
 */
#include "at/args.h"
#include "at/session.h"

#include <stdio.h>
#include <string.h>

static struct hlsim__socket *session_of(const struct hlsim__at_port *port,
                                        const struct hlsim__at_request *request)
{
    return hlsim__sockets_find(hlsim__at_sockets(port), request->args[0].number, HLSIM__SOCKET_UDP);
}

/* --- +KUDPCFG ------------------------------------------------------------------------------- */

enum { CNX, MODE, LOCAL_PORT, DATA_MODE, HOST, PORT, FAMILY, RESTORED };

static void answer_session(struct hlsim__at_port *port, const struct hlsim__socket *socket)
{
    const struct hlsim__socket_config *config = &socket->config;

    hlsim__at_answer(port, "+KUDPCFG: %d,%d,%d,%d,%u,%d,\"%s\",%u,%d", socket->id,
                     socket->state == HLSIM__SOCKET_UP || socket->ghost, config->cnx,
                     (int)config->mode, (unsigned)config->local_port, config->data_mode,
                     config->host, (unsigned)config->port, config->family);
}

static int configure(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    const char *host = hlsim__at_text(request, HOST);
    struct hlsim__socket_config config = {
        .kind = HLSIM__SOCKET_UDP,
        .mode =
            (enum hlsim__socket_mode)hlsim__at_number(request, MODE, figures->socket_mode_left_out),
        .cnx = hlsim__at_session_cnx(port, request, CNX),
        .local_port = (uint16_t)hlsim__at_number(request, LOCAL_PORT, 0),
        .data_mode = (int)hlsim__at_number(request, DATA_MODE, 0),
        .port = (uint16_t)hlsim__at_number(request, PORT, 0),
        .family = (int)hlsim__at_number(request, FAMILY, 0),
        .restored = (int)hlsim__at_number(request, RESTORED, figures->socket_restored)};
    struct hlsim__socket *socket;
    int result;

    if (config.cnx > figures->cnx_max || strlen(host) >= sizeof config.host ||
        strchr(host, ' ') != NULL || !hlsim__at_fits(request, FAMILY, "0-1") ||
        !hlsim__at_fits(request, RESTORED, "0-1")) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if ((int)config.mode < 0 || (config.mode == HLSIM__SOCKET_SERVER && config.local_port == 0)) {
        return HLSIM__CME_MISSING;
    }
    if (hlsim__cnx_config(hlsim__sockets_cnx(hlsim__at_sockets(port), config.cnx)) == NULL) {
        return HLSIM__CME_SESSION;
    }
    snprintf(config.host, sizeof config.host, "%s", host);
    result =
        hlsim__socket_create(hlsim__at_sockets(port), &config, figures->udp_sessions_max, &socket);
    if (result != 0) {
        return hlsim__at_session_result(result);
    }
    hlsim__at_answer(port, "+KUDPCFG: %d", socket->id);
    hlsim__socket_open_udp(socket);
    return HLSIM__AT_OK;
}

static int handle_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_TEST:
        hlsim__at_answer(port,
                         "+KUDPCFG: (1-%d),(0-1),(0-65535),(0-1),<remote-name/ip>,(1-65535),"
                         "(0-1),(0-1)",
                         (int)hlsim__at_figures(port)->cnx_max);
        return HLSIM__AT_OK;
    case HLSIM__AT_READ:
        for (int id = 1; id <= HLSIM__SOCKETS_MAX; id++) {
            const struct hlsim__socket *socket =
                hlsim__sockets_find(hlsim__at_sockets(port), id, HLSIM__SOCKET_UDP);

            if (socket != NULL) {
                answer_session(port, socket);
            }
        }
        return HLSIM__AT_OK;
    default:
        return configure(port, request);
    }
}

/* --- +KUDPSND, +KUDPRCV, +KUDPCLOSE, +KUDPDEL ------------------------------------------------ */

/* To the far end of AT+KUDPCFG when none is named. */
static int handle_send(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket *socket;
    const char *host;
    int64_t to_port;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KUDPSND: (1-%d),<remote-name/ip>,(1-65535),(1-4294967295)",
                         (int)hlsim__at_figures(port)->udp_sessions_max);
        return HLSIM__AT_OK;
    }
    socket = session_of(port, request);
    if (socket == NULL || socket->ghost ||
        hlsim__cnx_config(hlsim__sockets_cnx(hlsim__at_sockets(port), socket->config.cnx)) ==
            NULL) {
        return HLSIM__CME_SESSION;
    }
    host = hlsim__at_has(request, 1) ? request->args[1].text : socket->config.host;
    to_port = hlsim__at_number(request, 2, socket->config.port);
    if (*host == '\0' || to_port == 0) {
        return HLSIM__CME_MISSING;
    }
    if (strlen(host) >= HLSIM__SOCKET_HOST_SIZE) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (socket->state != HLSIM__SOCKET_UP) {
        return HLSIM__CME_SESSION_STATE;
    }
    return hlsim__at_socket_send_to(port, socket, host, (uint16_t)to_port, request->args[3].number);
}

static int handle_receive(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket *socket = session_of(port, request);
    struct hlsim_address from;
    size_t waiting;

    if (socket == NULL) {
        return HLSIM__CME_SESSION;
    }
    if (socket->state != HLSIM__SOCKET_UP &&
        !hlsim__socket_next_datagram(socket, &from, &waiting)) {
        return HLSIM__CME_SESSION_STATE;
    }
    return hlsim__at_socket_receive(port, socket, request->args[1].number);
}

static int handle_close(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return hlsim__at_session_close(session_of(port, request));
}

static int handle_delete(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return hlsim__at_session_delete(session_of(port, request));
}

#define TEST_SET HLSIM__AT_TEST | HLSIM__AT_SET
#define ID       .range = "0-4294967295", .last = HLSIM__AT_LAST(udp_sessions_max)
#define COUNT    "1-4294967295"

static const struct hlsim__at_row rows[] = {
    {.name = "+KUDPCFG",
     .forms = HLSIM__AT_READ | TEST_SET,
     .specs = {{.range = "1-2", .may_be_empty = true},
               {.range = "0-1", .may_be_empty = true},
               {.range = "0-65535", .optional = true},
               {.range = "0-1", .optional = true},
               {.range = NULL, .optional = true},
               {.range = "0-65535", .optional = true}},
     .spec_count = 6,
     .more_args = 2,
     .handle = handle_config,
     .own_test = true,
     .help = "UDP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KUDP; the read and test forms are a guess",
     .lacks = "IPv6"},
    {.name = "+KUDPSND",
     .forms = TEST_SET,
     .specs = {{ID},
               {.range = NULL, .may_be_empty = true},
               {.range = "1-65535", .may_be_empty = true},
               {.range = COUNT}},
     .spec_count = 4,
     .handle = handle_send,
     .own_test = true,
     .help = "send datagrams up to the pattern",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KUDP"},
    {.name = "+KUDPRCV",
     .forms = TEST_SET,
     .specs = {{ID}, {.range = COUNT}},
     .spec_count = 2,
     .handle = handle_receive,
     .help = "read a received datagram",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KUDP",
     .lacks = "several datagrams at once"},
    {.name = "+KUDPCLOSE",
     .forms = TEST_SET,
     .specs = {{ID}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_close,
     .help = "close a UDP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KUDP"},
    {.name = "+KUDPDEL",
     .forms = TEST_SET,
     .specs = {{ID}},
     .spec_count = 1,
     .handle = handle_delete,
     .help = "delete a UDP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KUDP"},
};

const struct hlsim__at_topic hlsim__at_udp = {
    HLSIM__AT_OF_HL,
    .of_sockets = true,
    HLSIM__AT_ROWS(rows),
};
