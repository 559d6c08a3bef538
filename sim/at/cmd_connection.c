/*
 * Connections of sockets: +KCNXCFG, +KCNXTIMER, +KCNXPROFILE, +KCNXUP, +KCNXDOWN.
 */
#include "at/args.h"
#include "at/session.h"

#include <stdio.h>
#include <string.h>

/* The connection of the first argument, or NULL. */
static struct hlsim__cnx *cnx_of(const struct hlsim__at_port *port,
                                 const struct hlsim__at_request *request)
{
    int64_t number = request->args[0].number;

    return number >= 1 && number <= hlsim__at_figures(port)->cnx_max
               ? hlsim__sockets_cnx(hlsim__at_sockets(port), number)
               : NULL;
}

/* --- +KCNXCFG ------------------------------------------------------------------------------- */

/* Behind it stand the addresses of servers for names, which are not used. */
#define OWN_ADDRESS 6

/* The stored text is "apn,login,password,family". */
static void take_field(const char **text, char *ret_field, size_t size)
{
    size_t length = strcspn(*text, ",");

    snprintf(ret_field, size, "%.*s", (int)length, *text);
    *text += length + ((*text)[length] == ',');
}

static void answer_cnx(struct hlsim__at_port *port, const struct hlsim__cnx *cnx)
{
    const char *text = hlsim__cnx_config(cnx);
    char apn[HLSIM__SETTING_SIZE];
    char login[HLSIM__SETTING_SIZE];
    char family[HLSIM__SETTING_SIZE];
    char ip[HLSIM_ADDRESS_SIZE] = "0.0.0.0";

    if (text == NULL) {
        return;
    }
    take_field(&text, apn, sizeof apn);
    take_field(&text, login, sizeof login);
    take_field(&text, family, sizeof family); /* the password, which is not shown */
    take_field(&text, family, sizeof family);
    if (hlsim__cnx_is_up(cnx)) {
        hlsim_ip_format(hlsim__pdp_ip(&hlsim__at_ram(port)->pdp, cnx->number), ip, sizeof ip);
    }
    hlsim__at_answer(port, "+KCNXCFG: %d,\"GPRS\",\"%s\",\"%s\",\"\",\"%s\",\"%s\",%d", cnx->number,
                     apn, login, family, ip, (int)cnx->state);
}

static int configure(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    static const char *const families[] = {"IPV4", "IPV6", "IPV4V6"};
    struct hlsim__cnx *cnx = cnx_of(port, request);
    const char *family = hlsim__at_has(request, 5) ? request->args[5].text : families[0];
    char text[HLSIM__SETTING_SIZE];
    size_t known = 0;
    int size;

    if (cnx == NULL || strcmp(request->args[1].text, "GPRS") != 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (hlsim__at_has(request, OWN_ADDRESS) &&
        strcmp(request->args[OWN_ADDRESS].text, "0.0.0.0") != 0) {
        return HLSIM__AT_ERROR; /* [T:KCNX] */
    }
    while (known < 3 && strcmp(families[known], family) != 0) {
        known++;
    }
    for (size_t i = 2; i < 5; i++) {
        if (strchr(hlsim__at_text(request, i), ',') != NULL) {
            return HLSIM__CME_OUT_OF_RANGE;
        }
    }
    size = snprintf(text, sizeof text, "%s,%s,%s,%s", hlsim__at_text(request, 2),
                    hlsim__at_text(request, 3), hlsim__at_text(request, 4), family);
    if (known == 3 || size >= (int)sizeof text) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return hlsim__cnx_configure(cnx, text, hlsim__at_text(request, 2)) < 0 ? HLSIM__AT_ERROR
                                                                           : HLSIM__AT_OK;
}

static int handle_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    switch (request->form) {
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+KCNXCFG: (1-%d),\"GPRS\",<apn>,<login>,<password>,\"IPV4\"",
                         (int)hlsim__at_figures(port)->cnx_max);
        return HLSIM__AT_OK;
    case HLSIM__AT_READ:
        for (int64_t number = 1; number <= hlsim__at_figures(port)->cnx_max; number++) {
            answer_cnx(port, hlsim__sockets_cnx(hlsim__at_sockets(port), number));
        }
        return HLSIM__AT_OK;
    default:
        return configure(port, request);
    }
}

/* --- +KCNXTIMER ----------------------------------------------------------------------------- */

static int handle_timer(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__cnx_timers timers;
    struct hlsim__cnx *cnx;

    if (request->form == HLSIM__AT_READ) {
        for (int64_t number = 1; number <= hlsim__at_figures(port)->cnx_max; number++) {
            cnx = hlsim__sockets_cnx(hlsim__at_sockets(port), number);
            if (hlsim__cnx_timers(cnx, &timers) || hlsim__cnx_config(cnx) != NULL) {
                hlsim__at_answer(port, "+KCNXTIMER: %d,%d,%d,%d,%d", (int)number, timers.timeout,
                                 timers.trials, timers.pause, timers.idle);
            }
        }
        return HLSIM__AT_OK;
    }
    cnx = cnx_of(port, request);
    if (cnx == NULL) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    hlsim__cnx_timers(cnx, &timers);
    timers.timeout = (int)hlsim__at_number(request, 1, timers.timeout);
    timers.trials = (int)hlsim__at_number(request, 2, timers.trials);
    timers.pause = (int)hlsim__at_number(request, 3, timers.pause);
    timers.idle = (int)hlsim__at_number(request, 4, timers.idle);
    return hlsim__cnx_set_timers(cnx, &timers) < 0 ? HLSIM__AT_ERROR : HLSIM__AT_OK;
}

/* --- +KCNXUP, +KCNXDOWN, +KCNXPROFILE -------------------------------------------------------- */

static int handle_up(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__cnx *cnx = cnx_of(port, request);

    if (cnx == NULL) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (hlsim__cnx_config(cnx) == NULL) {
        return HLSIM__CME_SESSION;
    }
    cnx->held = true;
    hlsim__cnx_need(cnx);
    return HLSIM__AT_OK;
}

/* 0: what AT+KCNXUP asked for is not needed any more; 1: whatever needs it. */
static int handle_down(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__cnx *cnx = cnx_of(port, request);

    if (cnx == NULL) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    cnx->held = false;
    if (hlsim__at_number(request, 1, 0) == 1 ||
        !hlsim__sockets_use(hlsim__at_sockets(port), cnx->number)) {
        hlsim__cnx_close(cnx);
    }
    return HLSIM__AT_OK;
}

static int handle_profile(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+KCNXPROFILE: %s",
                         hlsim__setting_text(settings, HLSIM__SETTING_CNX_PROFILE));
    } else if (cnx_of(port, request) == NULL) {
        return HLSIM__CME_OUT_OF_RANGE;
    } else if (hlsim__setting_put_number(settings, HLSIM__SETTING_CNX_PROFILE,
                                         request->args[0].number) < 0) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

#define TEST_SET  (HLSIM__AT_TEST | HLSIM__AT_SET)
#define PARAMETER (HLSIM__AT_READ | TEST_SET)
#define CNX       .range = "1-2", .last = HLSIM__AT_LAST(cnx_max)

static const struct hlsim__at_row rows[] = {
    {.name = "+KCNXCFG",
     .forms = PARAMETER,
     .specs = {{CNX},
               {.range = NULL},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 6,
     .more_args = 4,
     .handle = handle_config,
     .own_test = true,
     .help = "connection of sockets",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KCNX",
     .lacks = "addresses of one's own, IPv6; servers for names are taken and not asked"},
    {.name = "+KCNXTIMER",
     .forms = PARAMETER,
     .specs = {{CNX},
               {.range = "15-300", .optional = true},
               {.range = "1-4", .optional = true},
               {.range = "60-300", .optional = true},
               {.range = "30-600", .optional = true}},
     .spec_count = 5,
     .handle = handle_timer,
     .help = "timers of a connection",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KCNX: 1,30,2,60,30; the ranges are a guess"},
    {.name = "+KCNXPROFILE",
     .forms = PARAMETER,
     .specs = {{CNX}},
     .spec_count = 1,
     .handle = handle_profile,
     .help = "current connection",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KCNX"},
    {.name = "+KCNXUP",
     .forms = TEST_SET,
     .specs = {{CNX}},
     .spec_count = 1,
     .handle = handle_up,
     .help = "bring a connection up",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KCNX"},
    {.name = "+KCNXDOWN",
     .forms = TEST_SET,
     .specs = {{CNX}, {.range = "0-1", .optional = true}},
     .spec_count = 2,
     .handle = handle_down,
     .help = "let a connection go",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KCNX"},
};

const struct hlsim__at_topic hlsim__at_sockets_connection = {
    HLSIM__AT_OF_HL,
    .of_sockets = true,
    HLSIM__AT_ROWS(rows),
};
