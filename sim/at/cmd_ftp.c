/*
 * The FTP client: +KFTPCFG, +KFTPCNX, +KFTPSND, +KFTPRCV, +KFTPLS, +KFTPDEL, +KFTPCLOSE,
 * +KFTPCFGDEL. What takes a while is in ftp_data.h.
 */
#include "at/args.h"
#include "at/session.h"

#include <stdio.h>
#include <string.h>

static struct hlsim__ftp_session *session_of(const struct hlsim__at_port *port,
                                             const struct hlsim__at_request *request)
{
    return hlsim__ftp_find(port->modem, request->args[0].number);
}

/* A text that can stand in a line to the server. */
static bool is_clean(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

/* --- +KFTPCFG ------------------------------------------------------------------------------- */

enum { CNX, HOST, LOGIN, PASSWORD, PORT, MODE, START };

static int judge(const struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *host = hlsim__at_text(request, HOST);
    const char *login = hlsim__at_text(request, LOGIN);
    const char *password = hlsim__at_text(request, PASSWORD);

    if (*host == '\0') {
        return HLSIM__CME_MISSING;
    }
    if (strlen(host) >= HLSIM__FTP_HOST_SIZE || strpbrk(host, " /") != NULL || !is_clean(host) ||
        request->args[CNX].number > hlsim__at_figures(port)->cnx_max ||
        strlen(login) >= HLSIM__FTP_LOGIN_SIZE || strlen(password) >= HLSIM__FTP_LOGIN_SIZE ||
        !is_clean(login) || !is_clean(password) || !hlsim__at_fits(request, START, "0-1")) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return hlsim__at_number(request, MODE, 1) == 0 ? HLSIM__CME_FEATURE : HLSIM__AT_OK;
}

static int configure(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__ftp_config config = {.cnx = hlsim__at_session_cnx(port, request, CNX),
                                       .port = (uint16_t)hlsim__at_number(request, PORT, 21),
                                       .mode = (int)hlsim__at_number(request, MODE, 1),
                                       .start = (int)hlsim__at_number(request, START, 1)};
    struct hlsim__ftp_session *session;
    int result = judge(port, request);

    if (result != HLSIM__AT_OK) {
        return result;
    }
    snprintf(config.host, sizeof config.host, "%s", hlsim__at_text(request, HOST));
    snprintf(config.login, sizeof config.login, "%s", hlsim__at_text(request, LOGIN));
    snprintf(config.password, sizeof config.password, "%s", hlsim__at_text(request, PASSWORD));
    result = hlsim__ftp_create(port->modem, &config, &session);
    if (result != 0) {
        return result;
    }
    if (config.start != 0) {
        result = hlsim__ftp_connect(session);
    }
    if (result != 0) {
        (void)hlsim__ftp_delete(session);
        return result;
    }
    hlsim__at_answer(port, "+KFTPCFG: %d", session->id);
    return HLSIM__AT_OK;
}

static int handle_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_SET) {
        return configure(port, request);
    }
    for (int id = 1; id <= HLSIM__FTP_SESSIONS_MAX; id++) {
        const struct hlsim__ftp_session *session = hlsim__ftp_find(port->modem, id);

        if (session != NULL) {
            const struct hlsim__ftp_config *config = &session->config;

            hlsim__at_answer(port, "+KFTPCFG: %d,%d,\"%s\",\"%s\",\"\",%u,%d,%d", session->id,
                             config->cnx, config->host, config->login, (unsigned)config->port,
                             config->mode, session->state == HLSIM__FTP_OPEN);
        }
    }
    return HLSIM__AT_OK;
}

/* --- Orders --------------------------------------------------------------------------------- */

/* The path at `place` and the file behind it, as one. 0 or the code of what is wrong with them. */
static int read_path(const struct hlsim__at_request *request, size_t place, char *ret_path)
{
    const char *path = hlsim__at_text(request, place);
    const char *file = hlsim__at_text(request, place + 1);
    size_t size = strlen(path);
    bool parted = size == 0 || *file == '\0' || path[size - 1] == '/';

    if (size + strlen(file) + 1 >= HLSIM__FTP_PATH_SIZE || !is_clean(path) || !is_clean(file)) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    snprintf(ret_path, HLSIM__FTP_PATH_SIZE, "%s%s%s", path, parted ? "" : "/", file);
    return 0;
}

/* Place 1 is a local file, of which the module has none; 2 and 3 are the path and the file. */
static int judge_move(const struct hlsim__at_port *port, const struct hlsim__at_request *request,
                      char *ret_path)
{
    if (session_of(port, request) == NULL) {
        return HLSIM__CME_SESSION;
    }
    if (*hlsim__at_text(request, 1) != '\0') {
        return HLSIM__CME_FEATURE;
    }
    return *hlsim__at_text(request, 3) == '\0' ? HLSIM__CME_MISSING
                                               : read_path(request, 2, ret_path);
}

static int handle_receive(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char path[HLSIM__FTP_PATH_SIZE];
    struct hlsim__ftp_ask ask = {.path = path,
                                 .ascii = hlsim__at_number(request, 4, 0) == 1,
                                 .offset = hlsim__at_number(request, 5, 0)};
    int result = judge_move(port, request, path);

    return result != HLSIM__AT_OK ? result
                                  : hlsim__at_ftp_receive(port, session_of(port, request), &ask);
}

static int handle_send(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char path[HLSIM__FTP_PATH_SIZE];
    struct hlsim__ftp_ask ask = {.path = path,
                                 .ascii = hlsim__at_number(request, 4, 0) == 1,
                                 .append = hlsim__at_number(request, 5, 0) == 1};
    int result = judge_move(port, request, path);

    return result != HLSIM__AT_OK ? result
                                  : hlsim__at_ftp_send(port, session_of(port, request), &ask);
}

static int handle_list(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__ftp_session *session = session_of(port, request);
    char path[HLSIM__FTP_PATH_SIZE];
    struct hlsim__ftp_ask ask = {.job = *hlsim__at_text(request, 2) == '\0' ? HLSIM__FTP_LIST
                                                                            : HLSIM__FTP_SIZE,
                                 .path = path,
                                 .ascii = hlsim__at_number(request, 3, 0) == 1};
    int result = session == NULL ? HLSIM__CME_SESSION : read_path(request, 1, path);

    return result != HLSIM__AT_OK ? result : hlsim__at_ftp_plain(port, session, &ask);
}

static int handle_remove(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__ftp_session *session = session_of(port, request);
    char path[HLSIM__FTP_PATH_SIZE];
    struct hlsim__ftp_ask ask = {.job = HLSIM__FTP_DELETE, .path = path};
    int result = session == NULL ? HLSIM__CME_SESSION : read_path(request, 1, path);

    if (result == HLSIM__AT_OK && *hlsim__at_text(request, 2) == '\0') {
        result = HLSIM__CME_MISSING;
    }
    return result != HLSIM__AT_OK ? result : hlsim__at_ftp_plain(port, session, &ask);
}

/* --- Sessions ------------------------------------------------------------------------------- */

static int handle_connect(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__ftp_session *session = session_of(port, request);

    return session == NULL ? HLSIM__CME_SESSION : hlsim__ftp_connect(session);
}

static int handle_close(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__ftp_session *session = session_of(port, request);
    int result = session == NULL ? HLSIM__CME_SESSION : hlsim__ftp_close(session);

    if (result == HLSIM__AT_OK && hlsim__at_number(request, 1, 1) == 0) {
        result = hlsim__ftp_delete(session);
    }
    return result;
}

static int handle_delete(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__ftp_session *session = session_of(port, request);

    return session == NULL ? HLSIM__CME_SESSION : hlsim__ftp_delete(session);
}

#define TEST_SET HLSIM__AT_TEST | HLSIM__AT_SET
#define ID       "1-6"
#define GUESS    .evidence = HLSIM_EVIDENCE_GUESS, .source = "as AT+KHTTP...; after the HL76 guide"
#define MOVED    .evidence = HLSIM_EVIDENCE_TEST, .source = "KFTP tests: the end; all else is a guess"

static const struct hlsim__at_row rows[] = {
    {.name = "+KFTPCFG",
     .forms = HLSIM__AT_READ | TEST_SET,
     .specs = {{.range = "1-2", .may_be_empty = true},
               {.range = NULL},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = "1-65535", .optional = true},
               {.range = "0-1", .optional = true}},
     .spec_count = 6,
     .more_args = 1,
     .handle = handle_config,
     .help = "FTP session",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KFTPCFG tests: the password is not shown; order and defaults are a guess",
     .lacks = "the active mode, which is refused by CME 918"},
    {.name = "+KFTPCNX",
     .forms = TEST_SET,
     .specs = {{.range = ID}},
     .spec_count = 1,
     .handle = handle_connect,
     .help = "connect an FTP session and log in",
     GUESS},
    {.name = "+KFTPRCV",
     .forms = TEST_SET,
     .specs = {{.range = ID},
               {.range = NULL, .may_be_empty = true},
               {.range = NULL, .may_be_empty = true},
               {.range = NULL},
               {.range = "0-1", .optional = true},
               {.range = "0-4294967295", .optional = true}},
     .spec_count = 6,
     .handle = handle_receive,
     .help = "show a file of the server",
     MOVED,
     .lacks = "files of the module"},
    {.name = "+KFTPSND",
     .forms = TEST_SET,
     .specs = {{.range = ID},
               {.range = NULL, .may_be_empty = true},
               {.range = NULL, .may_be_empty = true},
               {.range = NULL},
               {.range = "0-1", .optional = true},
               {.range = "0-1", .optional = true}},
     .spec_count = 6,
     .handle = handle_send,
     .help = "write a file of the server, up to the pattern",
     MOVED,
     .lacks = "files of the module"},
    {.name = "+KFTPLS",
     .forms = TEST_SET,
     .specs = {{.range = ID},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = "0-1", .optional = true}},
     .spec_count = 4,
     .handle = handle_list,
     .help = "the size of a file of the server, or the names in a directory",
     GUESS},
    {.name = "+KFTPDEL",
     .forms = TEST_SET,
     .specs = {{.range = ID},
               {.range = NULL, .may_be_empty = true},
               {.range = NULL},
               {.range = "0-1", .optional = true}},
     .spec_count = 4,
     .handle = handle_remove,
     .help = "delete a file of the server",
     GUESS},
    {.name = "+KFTPCLOSE",
     .forms = TEST_SET,
     .specs = {{.range = ID}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_close,
     .help = "close an FTP session",
     GUESS},
    {.name = "+KFTPCFGDEL",
     .forms = TEST_SET,
     .specs = {{.range = ID}},
     .spec_count = 1,
     .handle = handle_delete,
     .help = "delete an FTP session",
     GUESS},
};

const struct hlsim__at_topic hlsim__at_ftp = {
    HLSIM__AT_OF_HL,
    .of_sockets = true,
    HLSIM__AT_ROWS(rows),
};
