/*
 * V.250 6.3: calls - back to a connection, hang up, answer one. Whose connection it is, and how one
 * comes about, is not known here.
 */
#include "at/args.h"
#include "at/port.h"

/* A number names a session (HL75 guide 11.10.11); a call has none. */
static int handle_return(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t wanted = hlsim__at_number(request, 0, 0);
    int session = hlsim__at_socket_served(port);

    return wanted == 0 || session == 0 || wanted == session ? hlsim__at_online_return(port)
                                                            : HLSIM__AT_NO_CARRIER;
}

static int handle_hang_up(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    return hlsim__at_online_hang_up(port);
}

/* Nobody calls a module of data alone. */
static int handle_answer(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)port;
    (void)request;
    return HLSIM__AT_NO_CARRIER;
}

static const struct hlsim__at_row rows[] = {
    {.name = "A",
     .forms = HLSIM__AT_EXECUTE,
     .handle = handle_answer,
     .help = "answer a call",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "V.250 6.3.5",
     .lacks = "nobody calls: there is neither RING nor voice"},
    {.name = "H",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .handle = handle_hang_up,
     .help = "hang up",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "V.250 6.3.6"},
    {.name = "O",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_SET,
     .specs = {{.range = "0-32"}},
     .spec_count = 1,
     .handle = handle_return,
     .help = "back to the connection",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "V.250 6.3.7; HL75 guide 11.10.11: ATO<session> after +++"},
};

const struct hlsim__at_topic hlsim__at_call = {
    HLSIM__AT_OF_V250,
    HLSIM__AT_ROWS(rows),
};
