/*
 * V.250: how a port talks - echo, result codes, lines, flow control - and its stored profiles.
 */
#include "at/port.h"

/* &K and +IFC are two views of one setting [HL76]: none, XON/XOFF, RTS/CTS. */
static const struct {
    int flow_control;
    int ifc;
} flows[] = {{0, 0}, {4, 1}, {3, 2}};

/* A letter and a number: E1, &C0. Without the number it is 0. */
static int handle_field(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    *hlsim__at_profile_field(&port->ram->profile, request->name) =
        request->form == HLSIM__AT_SET ? (int)request->args[0].number : 0;
    return HLSIM__AT_OK;
}

static int handle_flow(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__at_profile *profile = &port->ram->profile;

    handle_field(port, request);
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        if (flows[i].flow_control == profile->flow_control) {
            profile->ifc_by_te = flows[i].ifc;
            profile->ifc_by_ta = flows[i].ifc;
        }
    }
    return HLSIM__AT_OK;
}

static int handle_ifc(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__at_profile *profile = &port->ram->profile;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+IFC: %d,%d", profile->ifc_by_te, profile->ifc_by_ta);
        return HLSIM__AT_OK;
    }
    profile->ifc_by_te = (int)request->args[0].number;
    profile->ifc_by_ta = request->arg_count > 1 ? (int)request->args[1].number : profile->ifc_by_te;
    profile->flow_control = 0;
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        if (flows[i].ifc == profile->ifc_by_te && flows[i].ifc == profile->ifc_by_ta) {
            profile->flow_control = flows[i].flow_control;
        }
    }
    return HLSIM__AT_OK;
}

/* There is no fax; class 0 is data. */
static int handle_class(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "+FCLASS: 0");
    }
    return HLSIM__AT_OK;
}

/* --- Profiles ------------------------------------------------------------------------------- */

static int number_of(const struct hlsim__at_request *request)
{
    return request->form == HLSIM__AT_SET ? (int)request->args[0].number : 0;
}

/* Start strings of terminal programs have them; there is no speaker. */
static int handle_speaker(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)port;
    (void)request;
    return HLSIM__AT_OK;
}

static int handle_factory(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    (void)request;
    hlsim__at_profile_factory(&port->ram->profile, hlsim__at_ram(port)->personality);
    return HLSIM__AT_OK;
}

static int handle_save(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    return hlsim__at_profile_store(&port->ram->profile, &hlsim__at_ram(port)->settings,
                                   number_of(request)) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

static int handle_recall(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);

    if (hlsim__at_online_hang_up(port) != HLSIM__AT_OK) { /* V.250 6.1.1 */
        return HLSIM__AT_NO_WORD;
    }
    hlsim__at_profile_load(&port->ram->profile, &ram->settings, ram->personality,
                           number_of(request));
    return HLSIM__AT_OK;
}

/* What a real module shows for a register that nobody has set [Z; L]. */
#define UNSET_SHOWN 255

static int shown_register(const struct hlsim__at_port *port, struct hlsim__at_profile *profile,
                          size_t index)
{
    if (hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_unset_registers_shown_as_255] &&
        *hlsim__at_register_field(profile, index) == HLSIM__AT_REGISTER_UNSET) {
        return UNSET_SHOWN;
    }
    return hlsim__at_register_value(profile, index);
}

/* The two lines of a real module, word for word [Z; hosts take the tenth word for &K, T:KTCP]. */
static void answer_profile(struct hlsim__at_port *port, const char *title,
                           struct hlsim__at_profile *profile)
{
    int shown[HLSIM__AT_REGISTERS_SHOWN];

    for (size_t i = 0; i < HLSIM__AT_REGISTERS_SHOWN; i++) {
        shown[i] = shown_register(port, profile, i);
    }
    hlsim__at_answer(port, "%s:", title);
    hlsim__at_answer(port, "E%d Q%d V%d X%d &C%d &D%d &R%d &S%d +IFC=%d,%d &K%d +IPR=%d +FCLASS0",
                     profile->echo, profile->quiet, profile->verbose, profile->result_codes,
                     profile->circuit_109, profile->circuit_108, profile->circuit_106,
                     profile->circuit_107, profile->ifc_by_te, profile->ifc_by_ta,
                     profile->flow_control, profile->speed);
    hlsim__at_answer(
        port, "S00:%03d S01:%03d S03:%03d S04:%03d S05:%03d S07:%03d S08:%03d S10:%03d", shown[0],
        shown[1], shown[2], shown[3], shown[4], shown[5], shown[6], shown[7]);
}

static int handle_view(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    static const char *const titles[HLSIM__AT_PROFILES] = {"STORED PROFILE 0", "STORED PROFILE 1"};
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    struct hlsim__at_profile stored;

    (void)request;
    answer_profile(port, "ACTIVE PROFILE", &port->ram->profile);
    for (int i = 0; i < HLSIM__AT_PROFILES; i++) {
        hlsim__at_profile_load(&stored, &ram->settings, ram->personality, i);
        answer_profile(port, titles[i], &stored);
    }
    return HLSIM__AT_OK;
}

#define FORMS     (HLSIM__AT_EXECUTE | HLSIM__AT_SET)
#define PARAMETER (HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET)
#define BASIC(letters, values, function, sentence)                                                 \
    {                                                                                              \
        .name = (letters), .forms = FORMS, .specs = {{.range = (values)}}, .spec_count = 1,        \
        .handle = (function), .help = (sentence), .source = "V.250 6; [Z], L: AT&V"                \
    }

static const struct hlsim__at_row rows[] = {
    BASIC("E", "0-1", handle_field, "command echo"),
    BASIC("Q", "0-1", handle_field, "result codes suppressed"),
    BASIC("V", "0-1", handle_field, "result codes in words"),
    BASIC("X", "0-4", handle_field, "result codes of calls"),
    {.name = "L",
     .forms = FORMS,
     .specs = {{.range = "0-3"}},
     .spec_count = 1,
     .handle = handle_speaker,
     .help = "loudness of the speaker",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "V.250 6.3.13; minicom and others start a modem with it"},
    {.name = "M",
     .forms = FORMS,
     .specs = {{.range = "0-3"}},
     .spec_count = 1,
     .handle = handle_speaker,
     .help = "mode of the speaker",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "V.250 6.3.14; minicom and others start a modem with it"},
    BASIC("&C", "0-1", handle_field, "DCD"),
    BASIC("&D", "0-2", handle_field, "DTR"),
    BASIC("&K", "0,3,4", handle_flow, "flow control"),
    BASIC("&R", "0-1", handle_field, "CTS"),
    BASIC("&S", "0-1", handle_field, "DSR"),
    BASIC("&F", "0", handle_factory, "factory profile"),
    {.name = "&V",
     .forms = FORMS,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .handle = handle_view,
     .latency = HLSIM__AT_LIST,
     .help = "show the profiles",
     .evidence = HLSIM_EVIDENCE_LOG,
     .source = "zephyr issue 75398: the lines word for word"},
    BASIC("&W", "0-1", handle_save, "save the profile"),
    BASIC("Z", "0-1", handle_recall, "take a saved profile"),
    {.name = "+IFC",
     .forms = PARAMETER,
     .specs = {{.range = "0-2"}, {.range = "0-2", .optional = true}},
     .spec_count = 2,
     .handle = handle_ifc,
     .help = "flow control, by either side",
     .source = "V.250 6.2.12; the pairs with &K: HL76",
     .lacks = "XON and XOFF are characters like others"},
    {.name = "+FCLASS",
     .forms = PARAMETER,
     .specs = {{.range = "0"}},
     .spec_count = 1,
     .handle = handle_class,
     .help = "class of service",
     .source = "V.250 6; AT&V names it",
     .lacks = "other classes than data"},
};

const struct hlsim__at_topic hlsim__at_basic = {
    HLSIM__AT_OF_V250,
    HLSIM__AT_ROWS(rows),
};
