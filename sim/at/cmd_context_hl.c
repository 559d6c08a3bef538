/*
 * Packet data contexts, the HL family's own commands: +KCGPADDR, +WPPP.
 */
#include "at/args.h"
#include "at/cmd_context.h"
#include "at/port.h"

#include <stdio.h>
#include <string.h>

/* <auth> of +WPPP */
#define AUTH_NONE 0

/* Room for name and password, each with its NUL. */
#define WORD_SIZE 65

/* The text of a context's setting, "auth,user,password", as a line. */
static void answer_account(struct hlsim__at_port *port, int64_t cid)
{
    const char *text =
        hlsim__setting_text(&hlsim__at_ram(port)->settings, hlsim__setting_wppp(cid));
    const char *user = strchr(text, ',');
    const char *password = user == NULL ? NULL : strchr(user + 1, ',');

    if (password == NULL) {
        return;
    }
    hlsim__at_answer(port, "+WPPP: %.*s,%d,\"%.*s\",\"%s\"", (int)(user - text), text, (int)cid,
                     (int)(password - user - 1), user + 1, password + 1);
}

static int put_account(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t cid = hlsim__at_number(request, 1, 1);
    const char *user = hlsim__at_text(request, 2);
    const char *password = hlsim__at_text(request, 3);
    char text[2 * WORD_SIZE + 4] = "";

    if (strlen(user) >= WORD_SIZE || strlen(password) >= WORD_SIZE || strchr(user, ',') != NULL) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (request->args[0].number != AUTH_NONE) {
        if (request->arg_count < 4) {
            return HLSIM__CME_MISSING;
        }
        snprintf(text, sizeof text, "%d,%s,%s", (int)request->args[0].number, user, password);
    }
    return hlsim__setting_put_text(&hlsim__at_ram(port)->settings, hlsim__setting_wppp(cid), text) <
                   0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

static int handle_account(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_SET) {
        return put_account(port, request);
    }
    for (int64_t cid = 1; cid <= HLSIM__PDP_MAX; cid++) {
        answer_account(port, cid);
    }
    return hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_wppp_read_fails] ? HLSIM__AT_ERROR
                                                                                 : HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+KCGPADDR",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "1-4", .optional = true}},
     .spec_count = 1,
     .handle = hlsim__at_handle_address,
     .own_test = true,
     .help = "PDP addresses",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KUDP"},
    {.name = "+WPPP",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-2"},
               {.range = "1-4", .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 4,
     .handle = handle_account,
     .help = "PAP (1) or CHAP (2) of a PDP context",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "drivers: 1,1,\"user\",\"pwd\", and an ERROR behind the lines of +WPPP?",
     .lacks = "the network asks for no account, and takes every one"},
};

const struct hlsim__at_topic hlsim__at_context_hl = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
