/*
 * The HTTP client: +KHTTPCFG, +KHTTPCNX, +KHTTPHEADER, +KHTTPGET, +KHTTPHEAD, +KHTTPPOST,
 * +KHTTPPUT, +KHTTPDELETE, +KHTTPCLOSE, +KHTTPDEL. Data modes are in http_data.h.
 */
#include "at/args.h"
#include "at/session.h"

#include <stdio.h>
#include <string.h>

static struct hlsim__http_session *session_of(const struct hlsim__at_port *port,
                                              const struct hlsim__at_request *request)
{
    return hlsim__web_find(port->modem, request->args[0].number);
}

/* --- +KHTTPCFG ------------------------------------------------------------------------------ */

enum { CNX, HOST, PORT, VERSION, LOGIN, PASSWORD, START };

static int judge(const struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *host = hlsim__at_text(request, HOST);

    if (strncmp(host, "https:", 6) == 0) {
        return HLSIM__CME_PROTOCOL;
    }
    if (*host == '\0') {
        return HLSIM__CME_MISSING;
    }
    if (strlen(host) >= HLSIM__HTTP_HOST_SIZE || strpbrk(host, " /") != NULL ||
        request->args[CNX].number > hlsim__at_figures(port)->cnx_max ||
        strlen(hlsim__at_text(request, LOGIN)) >= HLSIM__HTTP_LOGIN_SIZE ||
        strlen(hlsim__at_text(request, PASSWORD)) >= HLSIM__HTTP_LOGIN_SIZE ||
        !hlsim__at_fits(request, START, "0-1")) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return HLSIM__AT_OK;
}

static int configure(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__http_config config = {.cnx = hlsim__at_session_cnx(port, request, CNX),
                                        .port = (uint16_t)hlsim__at_number(request, PORT, 80),
                                        .version = (int)hlsim__at_number(request, VERSION, 0),
                                        .start = (int)hlsim__at_number(request, START, 1)};
    struct hlsim__http_session *session;
    int result = judge(port, request);

    if (result != HLSIM__AT_OK) {
        return result;
    }
    snprintf(config.host, sizeof config.host, "%s", hlsim__at_text(request, HOST));
    snprintf(config.login, sizeof config.login, "%s", hlsim__at_text(request, LOGIN));
    snprintf(config.password, sizeof config.password, "%s", hlsim__at_text(request, PASSWORD));
    result = hlsim__web_create(port->modem, &config, &session);
    if (result != 0) {
        return result;
    }
    if (config.start != 0) {
        result = hlsim__web_connect(session);
    }
    if (result != 0) {
        (void)hlsim__web_delete(session);
        return result;
    }
    hlsim__at_answer(port, "+KHTTPCFG: %d", session->id);
    return HLSIM__AT_OK;
}

static int handle_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_SET) {
        return configure(port, request);
    }
    for (int id = 1; id <= HLSIM__HTTP_SESSIONS_MAX; id++) {
        const struct hlsim__http_session *session = hlsim__web_find(port->modem, id);

        if (session != NULL) {
            const struct hlsim__http_config *config = &session->config;

            hlsim__at_answer(port, "+KHTTPCFG: %d,%d,\"%s\",%u,%d,\"%s\",\"\",%d", session->id,
                             config->cnx, config->host, (unsigned)config->port, config->version,
                             config->login, config->start);
        }
    }
    return HLSIM__AT_OK;
}

/* --- Requests ------------------------------------------------------------------------------- */

/* The URI at that place, or the code of what is wrong with it. */
static int judge_uri(const struct hlsim__at_request *request, size_t place)
{
    const char *uri = hlsim__at_text(request, place);

    if (*uri == '\0') {
        return HLSIM__CME_MISSING;
    }
    return strlen(uri) >= HLSIM__HTTP_URI_SIZE || strpbrk(uri, " \t") != NULL
               ? HLSIM__CME_OUT_OF_RANGE
               : HLSIM__AT_OK;
}

static int ask(struct hlsim__at_port *port, const struct hlsim__at_request *request,
               const char *method, bool show_head)
{
    struct hlsim__http_session *session = session_of(port, request);
    int result = session == NULL ? HLSIM__CME_SESSION : judge_uri(request, 1);

    return result != HLSIM__AT_OK
               ? result
               : hlsim__at_http_ask(port, session, method, hlsim__at_text(request, 1), show_head);
}

static int handle_get(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return ask(port, request, "GET", hlsim__at_number(request, 2, 1) != 0);
}

static int handle_head(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return ask(port, request, "HEAD", true);
}

static int handle_remove(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return ask(port, request, "DELETE", hlsim__at_number(request, 2, 1) != 0);
}

/* Place 1 is a local file, of which the module has none. */
static int upload(struct hlsim__at_port *port, const struct hlsim__at_request *request,
                  const char *method)
{
    struct hlsim__http_session *session = session_of(port, request);
    int result = session == NULL ? HLSIM__CME_SESSION : judge_uri(request, 2);

    if (result == HLSIM__AT_OK && *hlsim__at_text(request, 1) != '\0') {
        result = HLSIM__CME_FEATURE;
    }
    return result != HLSIM__AT_OK
               ? result
               : hlsim__at_http_upload(port, session, method, hlsim__at_text(request, 2));
}

static int handle_post(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return upload(port, request, "POST");
}

static int handle_put(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return upload(port, request, "PUT");
}

static int handle_headers(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__http_session *session = session_of(port, request);

    if (session == NULL) {
        return HLSIM__CME_SESSION;
    }
    return *hlsim__at_text(request, 1) != '\0' ? HLSIM__CME_FEATURE
                                               : hlsim__at_http_upload(port, session, NULL, "");
}

/* --- Sessions ------------------------------------------------------------------------------- */

static int handle_connect(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__http_session *session = session_of(port, request);

    return session == NULL ? HLSIM__CME_SESSION : hlsim__web_connect(session);
}

static int handle_close(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__http_session *session = session_of(port, request);
    bool keeps = hlsim__at_number(request, 1, 1) != 0;
    int result;

    if (session == NULL) {
        return HLSIM__CME_SESSION;
    }
    result = hlsim__web_close(session);
    if (result != 0) {
        return result;
    }
    if (!keeps) {
        (void)hlsim__web_delete(session);
    }
    return hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_http_close_no_carrier]
               ? HLSIM__AT_NO_CARRIER
               : HLSIM__AT_OK;
}

static int handle_delete(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__http_session *session = session_of(port, request);

    return session == NULL ? HLSIM__CME_SESSION : hlsim__web_delete(session);
}

static int refuse_secure(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)port;
    (void)request;
    return HLSIM__CME_FEATURE;
}

#define TEST_SET HLSIM__AT_TEST | HLSIM__AT_SET
#define ID       "1-6"
#define GUESS    .evidence = HLSIM_EVIDENCE_GUESS, .source = "as AT+KTCPCFG; after the HL76 guide"

static const struct hlsim__at_row rows[] = {
    {.name = "+KHTTPCFG",
     .forms = HLSIM__AT_READ | TEST_SET,
     .specs = {{.range = "1-2", .may_be_empty = true},
               {.range = NULL},
               {.range = "1-65535", .optional = true},
               {.range = "0-1", .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 6,
     .more_args = 1,
     .handle = handle_config,
     .help = "HTTP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "MEM; order and defaults of the arguments are a guess",
     .lacks = "HTTPS, which is refused by CME 920"},
    {.name = "+KHTTPCNX",
     .forms = TEST_SET,
     .specs = {{.range = ID}},
     .spec_count = 1,
     .handle = handle_connect,
     .help = "connect an HTTP session",
     GUESS},
    {.name = "+KHTTPHEADER",
     .forms = TEST_SET,
     .specs = {{.range = ID}, {.range = NULL, .optional = true}},
     .spec_count = 2,
     .handle = handle_headers,
     .help = "further lines of requests, up to the pattern",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "as AT+KTCPSND",
     .lacks = "lines from a file of the module"},
    {.name = "+KHTTPGET",
     .forms = TEST_SET,
     .specs = {{.range = ID}, {.range = NULL}, {.range = "0-1", .optional = true}},
     .spec_count = 3,
     .handle = handle_get,
     .help = "ask for a resource and show the answer",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "MEM: the end; the pattern behind the answer is a guess"},
    {.name = "+KHTTPHEAD",
     .forms = TEST_SET,
     .specs = {{.range = ID}, {.range = NULL}},
     .spec_count = 2,
     .handle = handle_head,
     .help = "ask for the head of an answer",
     GUESS},
    {.name = "+KHTTPPOST",
     .forms = TEST_SET,
     .specs = {{.range = ID},
               {.range = NULL, .may_be_empty = true},
               {.range = NULL},
               {.range = "0-1", .optional = true}},
     .spec_count = 4,
     .handle = handle_post,
     .help = "send a body up to its announced length, or the pattern",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KHTTPPOST tests: it ends at Content-Length, without the pattern",
     .lacks = "the answer's body, which is not shown; bodies from a file of the module"},
    {.name = "+KHTTPPUT",
     .forms = TEST_SET,
     .specs = {{.range = ID},
               {.range = NULL, .may_be_empty = true},
               {.range = NULL},
               {.range = "0-1", .optional = true}},
     .spec_count = 4,
     .handle = handle_put,
     .help = "the same with PUT",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "as AT+KHTTPPOST",
     .lacks = "the answer's body, which is not shown; bodies from a file of the module"},
    {.name = "+KHTTPDELETE",
     .forms = TEST_SET,
     .specs = {{.range = ID}, {.range = NULL}, {.range = "0-1", .optional = true}},
     .spec_count = 3,
     .handle = handle_remove,
     .help = "ask for a resource to be deleted",
     GUESS},
    {.name = "+KHTTPCLOSE",
     .forms = TEST_SET,
     .specs = {{.range = ID}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_close,
     .help = "close an HTTP session",
     .evidence = HLSIM_EVIDENCE_AMBIGUOUS,
     .source = "MEM accepts OK and NO CARRIER"},
    {.name = "+KHTTPDEL",
     .forms = TEST_SET,
     .specs = {{.range = ID}},
     .spec_count = 1,
     .handle = handle_delete,
     .help = "delete an HTTP session",
     GUESS},
    {.name = "+KHTTPSCFG",
     .forms = HLSIM__AT_SET,
     .more_args = 12,
     .handle = refuse_secure,
     .help = "HTTPS session",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "CME table: 918, not supported",
     .lacks = "HTTPS as a whole"},
};

const struct hlsim__at_topic hlsim__at_http = {
    HLSIM__AT_OF_HL,
    .of_sockets = true,
    HLSIM__AT_ROWS(rows),
};
