/*
 * Values of figures, checked against the tables of `profile`.
 */
#include "load/figures.h"

#include "base/assert.h"
#include "exchange/exchange.h"
#include "modem/download.h"
#include "modem/messages.h"
#include "modem/sockets.h"

#include <string.h>

/* What may stand in braces in a text [profile/figure.def]. */
static const char *const placeholders[] = {"{model}", "{firmware}", "{imei}", "{serial}"};

static bool braces_are_placeholders(const char *text)
{
    for (; *text != '\0'; text++) {
        bool known = *text != '{' && *text != '}';

        for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
            size_t size = strlen(placeholders[i]);

            if (strncmp(text, placeholders[i], size) == 0) {
                known = true;
                text += size - 1;
                break;
            }
        }
        if (!known) {
            return false;
        }
    }
    return true;
}

static void *field_of(const struct hlsim__figure_info *figure, struct hlsim__figures *figures)
{
    return (char *)figures + figure->offset;
}

static bool is_one_of(const struct hlsim__figure_info *figure, const char *const *names,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(figure->name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Those that say which numbers a command takes. */
static bool is_range(const struct hlsim__figure_info *figure)
{
    static const char *const names[] = {"ipr_speeds", "kcarrier_range", "kcellmeas_range",
                                        "wdsi_range", "ws46_range"};

    return is_one_of(figure, names, sizeof names / sizeof *names);
}

/* "0-127,256" */
static bool reads_as_range(const char *text)
{
    static const char digits[] = "0123456789";
    bool more = true;

    while (more) {
        size_t size = strspn(text, digits);

        text += size;
        if (size > 0 && *text == '-') {
            text++;
            size = strspn(text, digits);
            text += size;
        }
        if (size == 0) {
            return false;
        }
        more = *text == ',';
        text += more;
    }
    return *text == '\0';
}

static bool is_right_text(struct hlsim__reader *reader, const char *text,
                          const struct hlsim__figure_info *figure)
{
    enum hlsim__port_role roles[HLSIM__PORTS_MAX];

    if (figure == hlsim__figure_find("port_roles") && hlsim__port_roles(text, roles) == 0) {
        hlsim__reader_complain(reader, "expected 1 to %d of uart, data and at, parted by commas",
                               HLSIM__PORTS_MAX);
        return false;
    }
    if (is_range(figure) && !reads_as_range(text)) {
        hlsim__reader_complain(reader, "expected numbers and ranges, parted by commas, such as "
                                       "\"0-127,256\"");
        return false;
    }
    return true;
}

static bool read_text(struct hlsim__reader *reader, const cJSON *value, const char **target,
                      const struct hlsim__figure_info *figure, struct hlsim_profile_family *family)
{
    char text[HLSIM_PROFILE_TEXT_MAX];

    if (!hlsim__reader_wants_copy(reader, value, 0, text, sizeof text)) {
        return false;
    }
    if (!braces_are_placeholders(text)) {
        hlsim__reader_complain(reader, "expected nothing in braces but {model}, {firmware}, "
                                       "{imei} and {serial}");
        return false;
    }
    if (!is_right_text(reader, text, figure)) {
        return false;
    }
    if (family != NULL) {
        *target = hlsim__reader_keep(reader, family, text);
    }
    return true;
}

const char *hlsim__reader_keep(struct hlsim__reader *reader, struct hlsim_profile_family *family,
                               const char *text)
{
    const char *kept = hlsim__family_keep(family, text);

    if (kept == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return "";
    }
    return kept;
}

#define NUMBER_MAX INT64_C(9007199254740991)

/* What the modem cannot do without; the other numbers are as free as those of JSON. */
static const struct {
    const char *figure;
    int64_t min;
    int64_t max;
} limits[] = {
    {"auth_failures_max", 1, INT32_MAX},
    {"cnx_max", 1, HLSIM__CNX_MAX},
    {"coap_max_retransmit", 0, HLSIM__RETRANSMIT_MAX},
    {"flash_unit", 1, HLSIM__UNIT_MAX},
    {"refused_register_max", 1, INT32_MAX},
    {"sms_me_size", 0, HLSIM__MESSAGES_MAX},
    {"tcp_sessions_max", 1, HLSIM__SOCKETS_MAX},
    {"udp_sessions_max", 1, HLSIM__SOCKETS_MAX},
};

static bool read_number(struct hlsim__reader *reader, const cJSON *value,
                        const struct hlsim__figure_info *figure, int64_t *ret_number)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (strcmp(figure->name, limits[i].figure) == 0) {
            return hlsim__reader_wants_integer(reader, value, limits[i].min, limits[i].max,
                                               ret_number);
        }
    }
    return hlsim__reader_wants_integer(reader, value, -NUMBER_MAX, NUMBER_MAX, ret_number);
}

/* What is done again and again after that time. */
static bool is_pause(const struct hlsim__figure_info *figure)
{
    static const char *const names[] = {"agreement_repeat", "coap_ack_timeout",  "dtls_timeout_min",
                                        "sleep_after",      "xmodem_nak_period", "xmodem_silence"};

    return is_one_of(figure, names, sizeof names / sizeof *names);
}

static bool read_duration(struct hlsim__reader *reader, const cJSON *value,
                          const struct hlsim__figure_info *figure, int64_t *ret_duration)
{
    int64_t duration;

    if (!hlsim__reader_wants_duration(reader, value, &duration)) {
        return false;
    }
    if (duration == 0 && is_pause(figure)) {
        hlsim__reader_complain(reader, "expected more than nothing");
        return false;
    }
    *ret_duration = duration;
    return true;
}

bool hlsim__read_figure(struct hlsim__reader *reader, const cJSON *value,
                        const struct hlsim__figure_info *figure, struct hlsim__figures *figures,
                        struct hlsim_profile_family *family)
{
    switch (figure->type) {
    case HLSIM_FIGURE_DURATION:
        return read_duration(reader, value, figure, field_of(figure, figures));
    case HLSIM_FIGURE_NUMBER:
        return read_number(reader, value, figure, field_of(figure, figures));
    case HLSIM_FIGURE_TEXT:
    default:
        return read_text(reader, value, field_of(figure, figures), figure, family);
    }
}

void hlsim__figure_unknown(struct hlsim__reader *reader, const char *name)
{
    struct hlsim__nearest nearest;

    hlsim__nearest_init(&nearest, name);
    for (size_t i = 0; i < hlsim__figure_count(); i++) {
        hlsim__nearest_offer(&nearest, hlsim__figure_at(i)->name);
    }
    for (int i = 0; i < HLSIM_QUIRKS; i++) {
        hlsim__nearest_offer(&nearest, hlsim__quirk_at((enum hlsim_quirk)i)->name);
    }
    hlsim__reader_unknown(reader, "figure or quirk", name, &nearest);
}

void hlsim__apply_figure(struct hlsim_profile_family *family,
                         const struct hlsim__figure_info *figure,
                         const struct hlsim__figures *figures)
{
    for (size_t i = 0; i < family->count; i++) {
        hlsim__figure_copy(figure, &family->profiles[i].figures, figures);
    }
}

static void apply_quirk(struct hlsim_profile_family *family, int quirk, bool on)
{
    for (size_t i = 0; i < family->count; i++) {
        family->profiles[i].quirks[quirk] = on;
    }
}

void hlsim__apply_set(struct hlsim__reader *reader, const cJSON *set,
                      struct hlsim_profile_family *family)
{
    struct hlsim__figures figures;
    const cJSON *member;

    memset(&figures, 0, sizeof figures);
    cJSON_ArrayForEach(member, set)
    {
        const struct hlsim__figure_info *figure = hlsim__figure_find(member->string);
        int quirk = hlsim__quirk_find(member->string);

        if (figure == NULL && quirk < 0) {
            hlsim__figure_unknown(reader, member->string);
            continue;
        }
        hlsim__reader_enter(reader, member->string);
        if (figure != NULL) {
            if (hlsim__read_figure(reader, member, figure, &figures, family) && family != NULL) {
                hlsim__apply_figure(family, figure, &figures);
            }
        } else if (!cJSON_IsBool(member)) {
            hlsim__reader_complain(reader, "expected true or false, for this is a quirk");
        } else if (family != NULL) {
            apply_quirk(family, quirk, cJSON_IsTrue(member));
        }
        hlsim__reader_leave(reader);
    }
}
