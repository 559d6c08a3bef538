/*
 * Commands of the makers: +SWITRACEMODE, !UNLOCK, !SECBOOTCFG, %GETACFG, +NVBU, +KCUS, and +CUSD,
 * which is refused. Whether a bare module does more with them is not public.
 */
#include "at/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- +SWITRACEMODE -------------------------------------------------------------------------- */

static int handle_trace_mode(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    static const char *const modes[] = {"CUSTOMER", "RnD"};
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+SWITRACEMODE: %s",
                         hlsim__setting_text(settings, HLSIM__SETTING_TRACE_MODE));
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+SWITRACEMODE: (RnD,CUSTOMER)");
        return HLSIM__AT_OK;
    }
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i], request->args[0].text) == 0) {
            return hlsim__setting_put_text(settings, HLSIM__SETTING_TRACE_MODE, modes[i]) < 0
                       ? HLSIM__AT_ERROR
                       : HLSIM__AT_OK;
        }
    }
    return HLSIM__CME_OUT_OF_RANGE;
}

/* --- !UNLOCK, !SECBOOTCFG ------------------------------------------------------------------- */

static int handle_unlock(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return request->args[0].type == HLSIM__AT_ARG_STRING &&
                   strcmp(request->args[0].text, hlsim__at_figures(port)->engineering_password) == 0
               ? HLSIM__AT_OK
               : HLSIM__AT_ERROR;
}

static int handle_secure_boot(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    hlsim__at_answer(port, "!SECBOOTCFG: 0,%lld", (long long)hlsim__at_figures(port)->secure_boot);
    return HLSIM__AT_OK;
}

/* --- %GETACFG ------------------------------------------------------------------------------- */

/* The value alone, out of "name=value;name=value". */
static int handle_configuration(struct hlsim__at_port *port,
                                const struct hlsim__at_request *request)
{
    const char *name = request->args[0].text;
    const char *item = hlsim__at_figures(port)->radio_configuration;
    size_t size = strlen(name);

    while (*item != '\0') {
        size_t whole = strcspn(item, ";");

        if (size > 0 && size < whole && strncmp(item, name, size) == 0 && item[size] == '=') {
            hlsim__at_answer(port, "%.*s", (int)(whole - size - 1), item + size + 1);
            return HLSIM__AT_OK;
        }
        item += whole + (item[whole] == ';');
    }
    return HLSIM__AT_ERROR;
}

/* --- +NVBU ---------------------------------------------------------------------------------- */

#define NVBU_STATUS 0
#define NVBU_SWITCH 2

/* Backups of the non-volatile memory: their state, and whether they are made. */
static int handle_backup(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    int64_t mode = request->args[0].number;
    int64_t value = request->args[1].number;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+NVBU: %s",
                         hlsim__setting_text(settings, HLSIM__SETTING_NVM_BACKUP));
        return HLSIM__AT_OK;
    }
    if (mode == NVBU_STATUS) {
        hlsim__at_answer(port, "+NVBU_IND: 0,0,0,%s",
                         hlsim__setting_text(settings, HLSIM__SETTING_NVM_BACKUP));
        return HLSIM__AT_OK;
    }
    if (mode == NVBU_SWITCH && value <= 1) {
        return hlsim__setting_put_number(settings, HLSIM__SETTING_NVM_BACKUP, value) < 0
                   ? HLSIM__AT_ERROR
                   : HLSIM__AT_OK;
    }
    return HLSIM__CME_OUT_OF_RANGE;
}

/* --- +KCUS, +CUSD --------------------------------------------------------------------------- */

static int handle_customization(struct hlsim__at_port *port,
                                const struct hlsim__at_request *request)
{
    char text[HLSIM_PROFILE_TEXT_MAX];

    (void)request;
    hlsim__modem_expand(port->modem, hlsim__at_figures(port)->customization, text, sizeof text);
    hlsim__at_answer_lines(port, text);
    return HLSIM__AT_OK;
}

/* There are no supplementary services on these networks. */
static int handle_ussd(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)port;
    (void)request;
    return HLSIM__CME_NOT_SUPPORTED;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+SWITRACEMODE",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_trace_mode,
     .own_test = true,
     .help = "mode of traces",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "tests set RnD and CUSTOMER",
     .lacks = "traces"},
    {.name = "!UNLOCK",
     .forms = HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_unlock,
     .help = "unlock commands of the makers",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "tests: OK or ERROR",
     .lacks = "nothing is locked"},
    {.name = "!SECBOOTCFG",
     .forms = HLSIM__AT_READ,
     .handle = handle_secure_boot,
     .help = "secure boot",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "tests: the second field is 0 or 1",
     .lacks = "writing"},
    {.name = "%GETACFG",
     .forms = HLSIM__AT_SET,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_configuration,
     .help = "configuration of the radio processor",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "tests: a bare value",
     .lacks = "most names"},
    {.name = "+NVBU",
     .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-2"}, {.range = "0-255"}},
     .spec_count = 2,
     .handle = handle_backup,
     .help = "backups of the non-volatile memory",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "MEM: 2,0 and 2,1; 0,p gives +NVBU_IND: 0,0,0",
     .lacks = "the backups"},
    {.name = "+KCUS",
     .forms = HLSIM__AT_READ,
     .handle = handle_customization,
     .help = "customization",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "tests: lines without quotes; what they say is not known",
     .lacks = "writing"},
    {.name = "+CUSD",
     .forms = HLSIM__AT_SET,
     .specs = {{.range = "0-2"},
               {.range = NULL, .optional = true},
               {.range = "0-255", .optional = true}},
     .spec_count = 3,
     .handle = handle_ussd,
     .help = "supplementary services, which there are none of",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "CAT-M1 and NB-IoT carry none"},
};

const struct hlsim__at_topic hlsim__at_engineering = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
