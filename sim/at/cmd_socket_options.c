/*
 * What holds for all sockets: +KPATTERN, +KURCCFG, +KIPOPT.
 */
#include "at/args.h"
#include "at/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hlsim__settings *settings_of(const struct hlsim__at_port *port)
{
    return &hlsim__at_ram(port)->settings;
}

static int put_text(struct hlsim__at_port *port, enum hlsim__setting setting, const char *text)
{
    return hlsim__setting_put_text(settings_of(port), setting, text) < 0 ? HLSIM__AT_ERROR
                                                                         : HLSIM__AT_OK;
}

/* --- +KPATTERN ------------------------------------------------------------------------------ */

static int handle_pattern(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *text;
    size_t size;

    if (request->form == HLSIM__AT_TEST) {
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+KPATTERN: \"%s\"",
                         hlsim__setting_text(settings_of(port), HLSIM__SETTING_SOCKET_PATTERN));
        return HLSIM__AT_OK;
    }
    text = request->args[0].text;
    size = strlen(text);
    if (size == 0 || size > HLSIM__EOF_PATTERN_MAX) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return put_text(port, HLSIM__SETTING_SOCKET_PATTERN, text);
}

/* --- +KURCCFG ------------------------------------------------------------------------------- */

static void for_each_protocol(struct hlsim__at_port *port,
                              void (*each)(struct hlsim__at_port *port, const char *protocol))
{
    const char *list = hlsim__at_figures(port)->socket_protocols;

    while (*list != '\0') {
        size_t size = strcspn(list, ",");
        char protocol[16];

        snprintf(protocol, sizeof protocol, "%.*s", (int)size, list);
        each(port, protocol);
        list += size + (list[size] == ',');
    }
}

static void answer_urcs(struct hlsim__at_port *port, const char *protocol)
{
    struct hlsim__socket_urcs urcs = {.others = true, .ind = true};

    (void)hlsim__sockets_urcs(port->modem, protocol, &urcs);
    hlsim__at_answer(port, "+KURCCFG: \"%s\",%d,%d", protocol, urcs.others, urcs.ind);
}

static void answer_urc_ranges(struct hlsim__at_port *port, const char *protocol)
{
    hlsim__at_answer(port, "+KURCCFG: \"%s\",(0-1),(0-1)", protocol);
}

static int handle_urcs(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__socket_urcs urcs;
    int error;

    if (request->form != HLSIM__AT_SET) {
        for_each_protocol(port, request->form == HLSIM__AT_READ ? answer_urcs : answer_urc_ranges);
        return HLSIM__AT_OK;
    }
    if (hlsim__sockets_urcs(port->modem, request->args[0].text, &urcs) < 0) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    urcs.others = request->args[1].number == 1;
    urcs.ind = hlsim__at_number(request, 2, urcs.others) == 1;
    error = hlsim__sockets_set_urcs(port->modem, request->args[0].text, urcs);
    return error < 0 ? HLSIM__AT_ERROR : HLSIM__AT_OK;
}

/* --- +KIPOPT -------------------------------------------------------------------------------- */

/* The setting is a list of entries parted by ';', each a protocol, or 3, and its numbers. */
enum { OPTION_SENDING = 0, OPTION_CNX = 3 };

static int answer_options(struct hlsim__at_port *port)
{
    const char *text = hlsim__setting_text(settings_of(port), HLSIM__SETTING_SOCKET_OPTIONS);

    while (*text != '\0') {
        size_t size = strcspn(text, ";");
        size_t name = strcspn(text, ",");

        if (*text == '0' + OPTION_CNX) {
            hlsim__at_answer(port, "+KIPOPT: %.*s", (int)size, text);
        } else {
            hlsim__at_answer(port, "+KIPOPT: %d,\"%.*s\"%.*s", OPTION_SENDING, (int)name, text,
                             (int)(size - name), text + name);
        }
        text += size + (text[size] == ';');
    }
    return HLSIM__AT_OK;
}

/* Whether an entry is meant: "UDP" means UDPC and UDPS [T], "TCP" likewise. */
static bool is_meant(const char *entry, const char *name)
{
    size_t size = strlen(name);

    if (strncmp(entry, name, size) != 0) {
        return false;
    }
    return entry[size] == ',' || strcmp(name, "TCP") == 0 || strcmp(name, "UDP") == 0;
}

/* What an entry becomes: a number that is not given stays. */
static size_t write_entry(const char *entry, const struct hlsim__at_request *request, size_t first,
                          char *ret_text, size_t size)
{
    size_t name = strcspn(entry, ",;");
    size_t used = (size_t)snprintf(ret_text, size, "%.*s", (int)name, entry);

    entry += name;
    while (*entry == ',') {
        int64_t number = strtoll(entry + 1, NULL, 10);

        used += (size_t)snprintf(ret_text + used, size - used, ",%lld",
                                 (long long)hlsim__at_number(request, first, number));
        first++;
        entry += 1 + strcspn(entry + 1, ",;");
    }
    return used;
}

static int set_options(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const char *text = hlsim__setting_text(settings_of(port), HLSIM__SETTING_SOCKET_OPTIONS);
    bool sending = request->args[0].number == OPTION_SENDING;
    const char *name = sending ? hlsim__at_text(request, 1) : "3";
    char changed[HLSIM__SETTING_SIZE] = "";
    size_t used = 0;
    bool found = false;

    while (*text != '\0') {
        size_t size = strcspn(text, ";");
        bool meant = is_meant(text, name);

        used += (size_t)snprintf(changed + used, sizeof changed - used, "%s", used > 0 ? ";" : "");
        if (meant) {
            used +=
                write_entry(text, request, sending ? 2 : 1, changed + used, sizeof changed - used);
        } else {
            used +=
                (size_t)snprintf(changed + used, sizeof changed - used, "%.*s", (int)size, text);
        }
        found = found || meant;
        text += size + (text[size] == ';');
    }
    return found ? put_text(port, HLSIM__SETTING_SOCKET_OPTIONS, changed) : HLSIM__CME_OUT_OF_RANGE;
}

static int handle_options(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    bool sending = request->args[0].number == OPTION_SENDING;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+KIPOPT: %d,<protocol>,(0-255),(0-1500),(0-1500)", OPTION_SENDING);
        hlsim__at_answer(port, "+KIPOPT: %d,(0-1),(0-1)", OPTION_CNX);
        return HLSIM__AT_OK;
    }
    if (request->form == HLSIM__AT_READ) {
        return answer_options(port);
    }
    if (!hlsim__at_has(request, sending ? 2 : 1)) {
        return HLSIM__CME_MISSING;
    }
    if (sending ? !hlsim__at_fits(request, 2, "0-255") || !hlsim__at_fits(request, 3, "0-1500") ||
                      !hlsim__at_fits(request, 4, "0-1500")
                : !hlsim__at_fits(request, 1, "0-1") || !hlsim__at_fits(request, 2, "0-1") ||
                      request->arg_count > 3) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return set_options(port, request);
}

#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)

static const struct hlsim__at_row rows[] = {
    {.name = "+KPATTERN",
     .forms = PARAMETER,
     .specs = {{.range = NULL}},
     .spec_count = 1,
     .handle = handle_pattern,
     .own_test = true,
     .help = "pattern that ends data",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP"},
    {.name = "+KURCCFG",
     .forms = PARAMETER,
     .specs = {{.range = NULL}, {.range = "0-1"}, {.range = "0-1", .optional = true}},
     .spec_count = 3,
     .handle = handle_urcs,
     .own_test = true,
     .help = "lines of sockets that come by themselves",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source =
         "KTCP: the read form; the test form, and that the second number is that of +K..._IND,"
         " are a guess"},
    {.name = "+KIPOPT",
     .forms = PARAMETER,
     .specs = {{.range = "0,3"},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 5,
     .handle = handle_options,
     .own_test = true,
     .help = "options of sockets",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KTCP; HL75 guide 11.4 for 3; the test form, and what the numbers of TCPC do"
               " (+KTCPSTART gathers that long, or that many bytes), are a guess",
     .lacks = "an effect of the other protocols' numbers and of the last one"},
};

const struct hlsim__at_topic hlsim__at_socket_options = {
    HLSIM__AT_OF_HL,
    HLSIM__AT_ROWS(rows),
};
