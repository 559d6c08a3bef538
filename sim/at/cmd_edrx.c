/*
 * Extended discontinuous reception: +CEDRXS, +CEDRXRDP, +KEDRXCFG.
 */
#include "at/args.h"
#include "at/port.h"

#include "modem/saving_code.h"

#include <stdio.h>
#include <string.h>

/* <AcT-type> (27.007 7.40) */
#define ACT_EUTRAN      4
#define ACT_NARROW_BAND 5

#define MODE_OFF        0
#define MODE_RESET      3 /* off, and what was asked for is forgotten */

/* What is asked for when the host names no value: 20.48 s, a guess. */
#define CYCLE_DEFAULT "0010"

#define CYCLE_BITS    4

static enum hlsim__setting setting_of(int64_t act)
{
    return act == ACT_NARROW_BAND ? HLSIM__SETTING_EDRX_5 : HLSIM__SETTING_EDRX_4;
}

/* The technology that a request names, or else the one in use. */
static int64_t act_of(const struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return hlsim__at_number(request, 1,
                            hlsim__rest_narrow_band(port->modem) ? ACT_NARROW_BAND : ACT_EUTRAN);
}

/* A value that is given must be one; `*ret_text` is NULL when none is. */
static bool bits_arg(const struct hlsim__at_request *request, size_t place, const char **ret_text)
{
    uint8_t code;

    *ret_text = NULL;
    if (!hlsim__at_has(request, place)) {
        return true;
    }
    *ret_text = request->args[place].text;
    return hlsim__saving_parse(*ret_text, CYCLE_BITS, &code);
}

/* Switches eDRX off for one technology, or, when none is named, for all. */
static int switch_off(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    bool named = hlsim__at_has(request, 1);

    for (int64_t act = ACT_EUTRAN; act <= ACT_NARROW_BAND; act++) {
        if ((!named || act == request->args[1].number) &&
            hlsim__setting_put_text(settings, setting_of(act), "") < 0) {
            return HLSIM__AT_ERROR;
        }
    }
    if (request->args[0].number == MODE_RESET &&
        hlsim__setting_put_text(settings, HLSIM__SETTING_EDRX_WINDOW, "") < 0) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

static int switch_on(struct hlsim__at_port *port, int64_t act, const char *cycle,
                     const char *window)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    const char *before = hlsim__setting_text(settings, setting_of(act));

    if (cycle == NULL && before[0] == '\0') {
        cycle = CYCLE_DEFAULT;
    }
    if ((cycle != NULL && hlsim__setting_put_text(settings, setting_of(act), cycle) < 0) ||
        (window != NULL &&
         hlsim__setting_put_text(settings, HLSIM__SETTING_EDRX_WINDOW, window) < 0)) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

/* <mode>[,<AcT-type>[,<cycle>[,<window>]]]: the window is KEDRXCFG's alone. `refusal`: for what is
 * no value. */
static int set(struct hlsim__at_port *port, const struct hlsim__at_request *request, int refusal)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    int64_t mode = request->args[0].number;
    int64_t act = act_of(port, request);
    const char *asked;
    const char *window;
    int result;

    if (act > figures->cedrxs_act_max || !bits_arg(request, 2, &asked) ||
        !bits_arg(request, 3, &window) ||
        (asked != NULL && strcmp(asked, figures->cedrxs_max) > 0)) {
        return refusal;
    }
    result = mode == MODE_OFF || mode == MODE_RESET ? switch_off(port, request)
                                                    : switch_on(port, act, asked, window);
    if (result == HLSIM__AT_OK &&
        hlsim__setting_put_number(&hlsim__at_ram(port)->settings, HLSIM__SETTING_EDRX,
                                  mode == MODE_RESET ? MODE_OFF : mode) < 0) {
        result = HLSIM__AT_ERROR;
    }
    if (result == HLSIM__AT_OK) {
        hlsim__rest_asks(&hlsim__at_ram(port)->rest);
    }
    return result;
}

static int handle_edrx(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;

    if (request->form == HLSIM__AT_SET) {
        return set(port, request, HLSIM__CME_INCORRECT_PARAMETERS);
    }
    for (int64_t act = ACT_EUTRAN; act <= ACT_NARROW_BAND; act++) {
        const char *asked = hlsim__setting_text(settings, setting_of(act));

        if (asked[0] != '\0') {
            hlsim__at_answer(port, "+CEDRXS: %d,\"%s\"", (int)act, asked);
        }
    }
    return HLSIM__AT_OK;
}

static int handle_granted(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    const struct hlsim__rest_grants *grants = &ram->rest.grants;
    int act = hlsim__rest_narrow_band(port->modem) ? ACT_NARROW_BAND : ACT_EUTRAN;
    char cycle[HLSIM__SAVING_BITS_SIZE];
    char window[HLSIM__SAVING_BITS_SIZE];

    if (request->form == HLSIM__AT_TEST) {
        return HLSIM__AT_OK;
    }
    if (!grants->edrx) {
        hlsim__at_answer(port, "+CEDRXRDP: 0");
        return HLSIM__AT_OK;
    }
    hlsim__saving_format(grants->cycle, CYCLE_BITS, cycle);
    hlsim__saving_format(grants->window, CYCLE_BITS, window);
    hlsim__at_answer(port, "+CEDRXRDP: %d,\"%s\",\"%s\",\"%s\"", act,
                     hlsim__setting_text(&ram->settings, setting_of(act)), cycle, window);
    return HLSIM__AT_OK;
}

static int handle_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    const char *mode = hlsim__setting_text(settings, HLSIM__SETTING_EDRX);
    const char *window = hlsim__setting_text(settings, HLSIM__SETTING_EDRX_WINDOW);

    if (request->form == HLSIM__AT_SET) {
        return set(port, request, HLSIM__CME_OUT_OF_RANGE);
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KEDRXCFG: (0-3),(4-%d),(\"0000\"-\"%s\"),(\"0000\"-\"1111\")",
                         (int)hlsim__at_figures(port)->cedrxs_act_max,
                         hlsim__at_figures(port)->cedrxs_max);
        return HLSIM__AT_OK;
    }
    for (int64_t act = ACT_EUTRAN; act <= ACT_NARROW_BAND; act++) {
        const char *asked = hlsim__setting_text(settings, setting_of(act));

        if (asked[0] != '\0') {
            hlsim__at_answer(port, "+KEDRXCFG: %s,%d,\"%s\",\"%s\"", mode, (int)act, asked, window);
        }
    }
    return HLSIM__AT_OK;
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+CEDRXS",
     .forms = PARAMETER,
     .specs = {{.range = "0-3"},
               {.range = "4-5", .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 3,
     .handle = handle_edrx,
     .help = "extended discontinuous reception",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "eDRX tests; 27.007 7.40"},
    {.name = "+CEDRXRDP",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_granted,
     .help = "what the network has granted of it",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "eDRX tests; 27.007 7.41"},
};

static const struct hlsim__at_row config_rows[] = {
    {.name = "+KEDRXCFG",
     .forms = PARAMETER,
     .specs = {{.range = "0-3"},
               {.range = "4-5", .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 4,
     .own_test = true,
     .handle = handle_config,
     .help = "the same with a paging window",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "drivers use it; its fields are not public"},
};

const struct hlsim__at_topic hlsim__at_edrx = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};

const struct hlsim__at_topic hlsim__at_edrx_config = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(config_rows),
};
