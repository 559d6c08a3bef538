/*
 * V.250: how a port talks - echo, result codes, the saved profile.
 */
#include "at/port.h"

static int set_flag(const struct hlsim__at_request *request, int *flag)
{
    int64_t value = request->form == HLSIM__AT_SET ? request->args[0].number : 0;

    *flag = (int)value;
    return HLSIM__AT_OK;
}

static int handle_echo(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return set_flag(request, &port->ram->profile.echo);
}

static int handle_quiet(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return set_flag(request, &port->ram->profile.quiet);
}

static int handle_verbose(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return set_flag(request, &port->ram->profile.verbose);
}

static int handle_factory(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    hlsim__at_profile_factory(port);
    return HLSIM__AT_OK;
}

static int handle_save(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    return hlsim__at_profile_save(port);
}

#define FORMS (HLSIM__AT_EXECUTE | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "E",
     .forms = FORMS,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .handle = handle_echo,
     .help = "command echo"},
    {.name = "Q",
     .forms = FORMS,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .handle = handle_quiet,
     .help = "result codes suppressed"},
    {.name = "V",
     .forms = FORMS,
     .specs = {{.range = "0-1"}},
     .spec_count = 1,
     .handle = handle_verbose,
     .help = "result codes in words"},
    {.name = "&F",
     .forms = FORMS,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .handle = handle_factory,
     .help = "factory profile"},
    {.name = "&W",
     .forms = FORMS,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .handle = handle_save,
     .help = "save the profile"},
};

const struct hlsim__at_topic hlsim__at_basic = {
    .set = "v250",
    .cme_range = HLSIM__AT_ERROR,
    .cme_missing = HLSIM__AT_ERROR,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
};
