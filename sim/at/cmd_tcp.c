/*
 * TCP sessions: +KTCPCFG, +KTCPCNX, +KTCPSTAT, +KTCPCLOSE, +KTCPDEL, and +KTCPSND, +KTCPRCV,
 * +KTCPSTART, whose data modes are in socket_data.h.
 */
#include "at/args.h"
#include "at/session.h"

#include <stdio.h>
#include <string.h>

static struct hlsim__socket *session_of(const struct hlsim__at_port *port,
                                        const struct hlsim__at_request *request)
{
    return hlsim__sockets_find(hlsim__at_sockets(port), request->args[0].number, HLSIM__SOCKET_TCP);
}

/* --- +KTCPCFG ------------------------------------------------------------------------------- */

enum { CNX, MODE, HOST, PORT, LOCAL_PORT, DATA_MODE, REPORT, FAMILY, CIPHER, RESTORED };

static void answer_session(struct hlsim__at_port *port, const struct hlsim__socket *socket)
{
    const struct hlsim__socket_config *config = &socket->config;
    char host[HLSIM__SOCKET_HOST_SIZE + 2] = "";

    if (config->host[0] != '\0') {
        snprintf(host, sizeof host, "\"%s\"", config->host);
    }
    hlsim__at_answer(port, "+KTCPCFG: %d,%d,%d,%d,,%s,%u,%u,%d,%d,%d", socket->id,
                     socket->state == HLSIM__SOCKET_UP, config->cnx, (int)config->mode, host,
                     (unsigned)config->port, (unsigned)config->local_port, config->data_mode,
                     config->report_sent, config->family);
}

static int judge(const struct hlsim__at_request *request, int64_t mode)
{
    bool client = mode == HLSIM__SOCKET_CLIENT || mode == HLSIM__SOCKET_TLS_CLIENT;
    const char *host = hlsim__at_text(request, HOST);

    if (mode < 0 || !hlsim__at_has(request, PORT) || (client && *host == '\0')) {
        return HLSIM__CME_MISSING;
    }
    if (strlen(host) >= HLSIM__SOCKET_HOST_SIZE || strchr(host, ' ') != NULL ||
        !hlsim__at_fits(request, REPORT, "0-1") || !hlsim__at_fits(request, FAMILY, "0-1") ||
        !hlsim__at_fits(request, CIPHER, "0-15") || !hlsim__at_fits(request, RESTORED, "0-1")) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return HLSIM__AT_OK;
}

static int configure(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    struct hlsim__socket_config config = {
        .kind = HLSIM__SOCKET_TCP,
        .mode =
            (enum hlsim__socket_mode)hlsim__at_number(request, MODE, figures->socket_mode_left_out),
        .cnx = hlsim__at_session_cnx(port, request, CNX),
        .port = (uint16_t)hlsim__at_number(request, PORT, 0),
        .local_port = (uint16_t)hlsim__at_number(request, LOCAL_PORT, 0),
        .data_mode = (int)hlsim__at_number(request, DATA_MODE, 0),
        .report_sent = (int)hlsim__at_number(request, REPORT, 0),
        .family = (int)hlsim__at_number(request, FAMILY, 0),
        .cipher = (int)hlsim__at_number(request, CIPHER, 0),
        .restored = (int)hlsim__at_number(request, RESTORED, figures->socket_restored)};
    struct hlsim__socket *socket;
    int result = judge(request, hlsim__at_number(request, MODE, figures->socket_mode_left_out));

    if (result == HLSIM__AT_OK && config.cnx > figures->cnx_max) {
        result = HLSIM__CME_OUT_OF_RANGE;
    }
    if (result != HLSIM__AT_OK) {
        return result;
    }
    snprintf(config.host, sizeof config.host, "%s", hlsim__at_text(request, HOST));
    result =
        hlsim__socket_create(hlsim__at_sockets(port), &config, figures->tcp_sessions_max, &socket);
    if (result != 0) {
        return hlsim__at_session_result(result);
    }
    hlsim__at_answer(port, "+KTCPCFG: %d", socket->id);
    return HLSIM__AT_OK;
}

static int handle_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_TEST:
        hlsim__at_answer(port,
                         "+KTCPCFG: (1-%d),(0,1,3,4),<remote-name/ip>,(1-65535),(0-65535),"
                         "(0-1),(0-1),(0-1),(0-15),(0-1)",
                         (int)hlsim__at_figures(port)->cnx_max);
        return HLSIM__AT_OK;
    case HLSIM__AT_READ:
        for (int id = 1; id <= HLSIM__SOCKETS_MAX; id++) {
            const struct hlsim__socket *socket =
                hlsim__sockets_find(hlsim__at_sockets(port), id, HLSIM__SOCKET_TCP);

            if (socket != NULL) {
                answer_session(port, socket);
            }
        }
        return HLSIM__AT_OK;
    default:
        return configure(port, request);
    }
}

/* --- +KTCPCNX, +KTCPSTAT, +KTCPCLOSE, +KTCPDEL ----------------------------------------------- */

static int handle_connect(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket *socket = session_of(port, request);

    return socket == NULL ? HLSIM__CME_SESSION : hlsim__socket_connect(socket);
}

static int handle_state(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket *socket = session_of(port, request);

    if (socket == NULL) {
        return HLSIM__CME_SESSION;
    }
    if (socket->lost) {
        return (int)hlsim__at_figures(port)->no_carrier_stat_cme;
    }
    hlsim__at_answer(port, "+KTCPSTAT: %d,%d,%zu,%zu", (int)socket->state, socket->notif,
                     hlsim__tcp_unsent(&socket->tcp), hlsim__socket_received(socket)->size);
    return HLSIM__AT_OK;
}

static int handle_close(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return hlsim__at_session_close(session_of(port, request));
}

static int handle_delete(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return hlsim__at_session_delete(session_of(port, request));
}

/* --- +KTCPSND, +KTCPRCV, +KTCPSTART ---------------------------------------------------------- */

static int handle_send(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket *socket = session_of(port, request);

    if (socket == NULL) {
        return HLSIM__CME_SESSION;
    }
    if (socket->lost) {
        return (int)hlsim__at_figures(port)->no_carrier_send_cme;
    }
    if (socket->state != HLSIM__SOCKET_UP || socket->config.mode == HLSIM__SOCKET_SERVER) {
        return HLSIM__CME_SESSION_STATE;
    }
    return hlsim__at_socket_send(port, socket, request->args[1].number);
}

static int handle_receive(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket *socket = session_of(port, request);
    size_t waiting;

    if (socket == NULL) {
        return HLSIM__CME_SESSION;
    }
    waiting = hlsim__socket_received(socket)->size;
    if ((socket->state != HLSIM__SOCKET_UP && waiting == 0) ||
        socket->config.mode == HLSIM__SOCKET_SERVER) {
        return HLSIM__CME_SESSION_STATE;
    }
    if (request->args[1].number > (int64_t)waiting &&
        hlsim__sockets_quirk(hlsim__at_sockets(port), HLSIM_QUIRK_receive_error_half_deaf)) {
        hlsim__at_sockets(port)->half_deaf = true;
        return HLSIM__AT_ERROR;
    }
    return hlsim__at_socket_receive(port, socket, request->args[1].number);
}

static int handle_start(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket *socket;

    if (request->form != HLSIM__AT_SET) {
        return HLSIM__AT_OK; /* F-NC; HL75 guide 11.10.11 */
    }
    socket = session_of(port, request);
    if (socket == NULL) {
        return HLSIM__CME_SESSION;
    }
    if (socket->lost) {
        return (int)hlsim__at_figures(port)->no_carrier_start_cme;
    }
    if (socket->config.mode == HLSIM__SOCKET_SERVER) {
        return HLSIM__CME_SESSION_STATE;
    }
    return hlsim__at_socket_start(port, socket);
}

#define TEST_SET HLSIM__AT_TEST | HLSIM__AT_SET
#define ID       .range = "0-4294967295", .last = HLSIM__AT_LAST(tcp_sessions_max)
#define COUNT    "1-4294967295"

static const struct hlsim__at_row rows[] = {
    {.name = "+KTCPCFG",
     .forms = HLSIM__AT_READ | TEST_SET,
     .specs = {{.range = "1-2", .may_be_empty = true},
               {.range = "0,1,3,4", .may_be_empty = true},
               {.range = NULL, .optional = true},
               {.range = "1-65535", .optional = true},
               {.range = "0-65535", .optional = true},
               {.range = "0-1", .optional = true}},
     .spec_count = 6,
     .more_args = 4,
     .handle = handle_config,
     .own_test = true,
     .help = "TCP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP; FR; the test form is a guess",
     .lacks = "the choice of a client's own port, and IPv6"},
    {.name = "+KTCPCNX",
     .forms = TEST_SET,
     .specs = {{ID}},
     .spec_count = 1,
     .handle = handle_connect,
     .help = "connect or listen",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP",
     .lacks = "TLS: a secure session ends with notification 13; servers and clients of connection "
              "2 use the address of connection 1"},
    {.name = "+KTCPSTAT",
     .forms = TEST_SET,
     .specs = {{ID}},
     .spec_count = 1,
     .handle = handle_state,
     .help = "state of a TCP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP; F-NC",
     .lacks = "state 4: a session is closed as soon as its host says so"},
    {.name = "+KTCPSND",
     .forms = TEST_SET,
     .specs = {{ID}, {.range = COUNT}},
     .spec_count = 2,
     .handle = handle_send,
     .help = "send data up to the pattern",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP; MEM; FR"},
    {.name = "+KTCPRCV",
     .forms = TEST_SET,
     .specs = {{ID}, {.range = COUNT}},
     .spec_count = 2,
     .handle = handle_receive,
     .help = "read received data",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "MEM; KTCP_SRV",
     .lacks = "an escape amid the data"},
    {.name = "+KTCPSTART",
     .forms = HLSIM__AT_READ | TEST_SET,
     .specs = {{ID}},
     .spec_count = 1,
     .handle = handle_start,
     .own_test = true,
     .help = "data go through as they are",
     .evidence = HLSIM_EVIDENCE_DOCUMENTED,
     .source = "HL75 guide 11.10.11; KTCPSTART"},
    {.name = "+KTCPCLOSE",
     .forms = TEST_SET,
     .specs = {{ID}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_close,
     .help = "close a TCP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP"},
    {.name = "+KTCPDEL",
     .forms = TEST_SET,
     .specs = {{ID}},
     .spec_count = 1,
     .handle = handle_delete,
     .help = "delete a TCP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP"},
};

const struct hlsim__at_topic hlsim__at_tcp = {
    HLSIM__AT_OF_HL,
    .of_sockets = true,
    HLSIM__AT_ROWS(rows),
};
