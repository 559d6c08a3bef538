/*
 * Pins and the board around the module: +KHWIOCFG, +KGPIOCFG, +KGPIO, +WESHDOWN, +KTEMPMON.
 */
#include "at/args.h"
#include "at/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Pins ----------------------------------------------------------------------------------- */

/* Two digits a pin in the setting: direction (0 output, 1 input) and pull (0 up, 1 down, 2 none).
 */
#define DIGITS  2
#define PIN_NEW "12"
#define OUTPUT  '0'

/* The number at `place` of the figure gpios, or -1. */
static int pin_at(const struct hlsim__at_port *port, size_t place)
{
    const char *text = hlsim__at_figures(port)->gpios;

    for (; place > 0 && *text != '\0'; place--) {
        text += strcspn(text, ",");
        text += *text == ',';
    }
    return *text == '\0' ? -1 : (int)strtol(text, NULL, 10);
}

static int place_of(const struct hlsim__at_port *port, int64_t pin)
{
    for (size_t place = 0; pin_at(port, place) >= 0; place++) {
        if (pin_at(port, place) == pin) {
            return (int)place;
        }
    }
    return -1;
}

static const char *config_of(const struct hlsim__at_port *port, size_t place)
{
    const char *text = hlsim__setting_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_GPIO);

    return strlen(text) >= (place + 1) * DIGITS ? text + place * DIGITS : PIN_NEW;
}

static void list_pins(struct hlsim__at_port *port)
{
    for (size_t place = 0; pin_at(port, place) >= 0; place++) {
        const char *config = config_of(port, place);

        hlsim__at_answer(port, "+KGPIOCFG: %d,%c,%c", pin_at(port, place), config[0], config[1]);
    }
}

static int handle_pin_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char text[HLSIM__SETTING_SIZE] = "";
    size_t size = 0;
    int chosen;

    if (request->form == HLSIM__AT_READ) {
        list_pins(port);
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KGPIOCFG: (%s),(0-1),(0-2)", hlsim__at_figures(port)->gpios);
        return HLSIM__AT_OK;
    }
    chosen = place_of(port, request->args[0].number);
    if (chosen < 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    for (size_t place = 0; pin_at(port, place) >= 0 && size + DIGITS < sizeof text; place++) {
        const char *config = config_of(port, place);

        if ((int)place == chosen) {
            size += (size_t)snprintf(text + size, sizeof text - size, "%d%d",
                                     (int)request->args[1].number, (int)request->args[2].number);
        } else {
            size += (size_t)snprintf(text + size, sizeof text - size, "%.2s", config);
        }
    }
    return hlsim__setting_put_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_GPIO, text) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

#define PIN_READ 2

static int handle_pin(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__modem *modem = port->modem;
    uint32_t *levels = &hlsim__at_ram(port)->gpio_levels;
    int64_t pin = request->args[0].number;
    int64_t order = request->args[1].number;
    int place;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KGPIO: (%s),(0-2)", hlsim__at_figures(port)->gpios);
        return HLSIM__AT_OK;
    }
    place = place_of(port, pin);
    if (place < 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (order == PIN_READ) {
        hlsim__at_answer(port, "+KGPIO: %d,%d", (int)pin, (int)(*levels >> place & 1u));
        return HLSIM__AT_OK;
    }
    if (config_of(port, (size_t)place)[0] != OUTPUT) {
        return HLSIM__CME_NOT_ALLOWED;
    }
    if ((*levels >> place & 1u) != (uint32_t)order) {
        *levels ^= UINT32_C(1) << place;
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_GPIO, HLSIM_INT("pin", pin),
                    HLSIM_INT("level", order));
    }
    return HLSIM__AT_OK;
}

/* --- Functions on pins ---------------------------------------------------------------------- */

/* The only one of AT+KHWIOCFG that is known: the low-power monitor. */
#define FEATURE_MONITOR 3

static int handle_features(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    int64_t pin = hlsim__setting_number(&ram->settings, HLSIM__SETTING_LOW_POWER_GPIO);
    int64_t before = pin;
    bool on;

    if (request->form == HLSIM__AT_READ) {
        if (pin > 0) {
            hlsim__at_answer(port, "+KHWIOCFG: %d,1,%d", FEATURE_MONITOR, (int)pin);
        } else {
            hlsim__at_answer(port, "+KHWIOCFG: %d,0", FEATURE_MONITOR);
        }
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KHWIOCFG: (%d),(0-1),(%s)", FEATURE_MONITOR,
                         hlsim__at_figures(port)->gpios);
        return HLSIM__AT_OK;
    }
    on = request->args[1].number == 1;
    pin = hlsim__at_number(request, 2, 0);
    if (on && pin == 0) {
        return HLSIM__CME_MISSING;
    }
    if (on && place_of(port, pin) < 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    pin = on ? pin : 0;
    if (hlsim__setting_put_number(&ram->settings, HLSIM__SETTING_LOW_POWER_GPIO, pin) < 0) {
        return HLSIM__AT_ERROR;
    }
    /* Another pin is low until now. */
    port->modem->monitor_high = port->modem->monitor_high && pin == before;
    hlsim__sleep_monitor(&ram->sleep, true);
    return HLSIM__AT_OK;
}

#define SHUTDOWN_ON 1

static int handle_shutdown(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    char text[8];

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+WESHDOWN: %s",
                         hlsim__setting_text(settings, HLSIM__SETTING_WESHDOWN));
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+WESHDOWN: (1-2),(%s)", hlsim__at_figures(port)->gpios);
        return HLSIM__AT_OK;
    }
    if (request->args[0].number != SHUTDOWN_ON) {
        strcpy(text, "2");
    } else if (!hlsim__at_has(request, 1)) {
        return HLSIM__CME_MISSING;
    } else if (place_of(port, request->args[1].number) < 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    } else {
        snprintf(text, sizeof text, "1,%d", (int)request->args[1].number);
    }
    return hlsim__setting_put_text(settings, HLSIM__SETTING_WESHDOWN, text) < 0 ? HLSIM__AT_ERROR
                                                                                : HLSIM__AT_OK;
}

/* --- +KTEMPMON ------------------------------------------------------------------------------ */

static int handle_temperature(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;
    char text[24];

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+KTEMPMON: %s,%d",
                         hlsim__setting_text(settings, HLSIM__SETTING_KTEMPMON),
                         (int)hlsim__at_figures(port)->temperature);
        return HLSIM__AT_OK;
    }
    if (hlsim__at_has(request, 1)) {
        snprintf(text, sizeof text, "%d,%d", (int)request->args[0].number,
                 (int)request->args[1].number);
    } else {
        snprintf(text, sizeof text, "%d", (int)request->args[0].number);
    }
    return hlsim__setting_put_text(settings, HLSIM__SETTING_KTEMPMON, text) < 0 ? HLSIM__AT_ERROR
                                                                                : HLSIM__AT_OK;
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+KHWIOCFG",
     .forms = PARAMETER,
     .specs = {{.range = "3"}, {.range = "0-1"}, {.range = "1-15", .optional = true}},
     .spec_count = 3,
     .handle = handle_features,
     .own_test = true,
     .help = "functions on pins: 3 is the low-power monitor",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "drivers send AT+KHWIOCFG=3,1,6",
     .lacks = "knows the low-power monitor and no other function"},
    {.name = "+KGPIOCFG",
     .forms = PARAMETER,
     .specs = {{.range = "1-15"}, {.range = "0-1"}, {.range = "0-2"}},
     .spec_count = 3,
     .handle = handle_pin_config,
     .own_test = true,
     .help = "directions of the pins",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "drivers read the list; its lines are those of the family"},
    {.name = "+KGPIO",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "1-15"}, {.range = "0-2"}},
     .spec_count = 2,
     .handle = handle_pin,
     .own_test = true,
     .help = "levels of the pins",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "the form of the family",
     .lacks = "nothing outside drives an input: it reads 0"},
    {.name = "+WESHDOWN",
     .forms = PARAMETER,
     .specs = {{.range = "1-2"}, {.range = "1-15", .optional = true}},
     .spec_count = 2,
     .handle = handle_shutdown,
     .own_test = true,
     .help = "emergency shutdown by a pin",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "WESHDOWN: =1,<gpio> and =2, persists",
     .lacks = "the pin itself cannot be pulled"},
    {.name = "+KTEMPMON",
     .forms = PARAMETER,
     .specs = {{.range = "0-1"}, {.range = "0-100", .optional = true}},
     .spec_count = 2,
     .more_args = 4,
     .handle = handle_temperature,
     .help = "temperature monitor",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "it exists and persists; its fields are those of the family",
     .lacks = "the temperature never changes, so that nothing is told by itself"},
};

const struct hlsim__at_topic hlsim__at_gpio = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
