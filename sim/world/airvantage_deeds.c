/*
 * What the actions of the language do at AirVantage: its portal, and the servers themselves.
 */
#include "world/deed.h"

#include <stdio.h>
#include <string.h>

static enum hlsim_acted delete_system(struct hlsim__world_modem *slot,
                                      const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__airvantage_system_delete(
        slot->world->airvantage, hlsim__deed_text(action, "imei", slot->modem.config.imei)));
}

static enum hlsim_acted register_system(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__airvantage_system_add(
        slot->world->airvantage, hlsim__deed_text(action, "imei", slot->modem.config.imei),
        hlsim__deed_text(action, "serial", slot->modem.config.serial)));
}

static enum hlsim_acted invalidate(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    bool bootstrap = strcmp(hlsim__deed_text(action, "which", "dm"), "bootstrap") == 0;

    return hlsim__deed_acted(
        hlsim__airvantage_invalidate(slot->world->airvantage, slot->modem.config.imei, bootstrap));
}

static enum hlsim_acted change_gateway(struct hlsim__world_modem *slot,
                                       const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__airvantage_gateway_change(
        slot->world->airvantage, slot->modem.config.imei, hlsim__deed_text(action, "imei", NULL),
        hlsim__deed_text(action, "serial", NULL)));
}

static enum hlsim_acted restore_gateway(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    (void)action;
    return hlsim__deed_acted(
        hlsim__airvantage_gateway_restore(slot->world->airvantage, slot->modem.config.imei));
}

static enum hlsim_acted set_lifecycle(struct hlsim__world_modem *slot,
                                      const struct hlsim_action *action)
{
    int lifecycle = hlsim_lifecycle_find(hlsim__deed_text(action, "state", ""));

    return hlsim__deed_acted(lifecycle < 0
                                 ? lifecycle
                                 : hlsim__airvantage_set_lifecycle(
                                       slot->world->airvantage,
                                       hlsim__deed_text(action, "imei", slot->modem.config.imei),
                                       (enum hlsim_lifecycle)lifecycle));
}

/* --- Operations ----------------------------------------------------------------------------- */

/* As many as the value of a key can name. */
#define LIST_MAX (HLSIM_VALUE_MAX / 5 + 1)

/* "self,123456789012345" becomes IMEIs, in `text`, which is cut up; how many. */
static size_t take_apart(char *text, const char *self, const char *imeis[LIST_MAX])
{
    size_t count = 0;

    while (*text != '\0') {
        size_t size = strcspn(text, ",");
        char *next = text + size + (text[size] == ',');

        text[size] = '\0';
        imeis[count++] = strcmp(text, "self") == 0 ? self : text;
        text = next;
    }
    return count;
}

static enum hlsim_acted create_operation(struct hlsim__world_modem *slot,
                                         const struct hlsim_action *action)
{
    int kind = hlsim_operation_kind_find(hlsim__deed_text(action, "kind", "upgrade"));
    struct hlsim__airvantage_job job = {
        .id = hlsim__deed_text(action, "id", NULL),
        .package = hlsim__deed_text(action, "upgrade", "latest"),
        .force = hlsim__deed_number(action, "force", 0) != 0,
        .polling = hlsim__deed_number(action, "polling", 0),
        .start = hlsim__deed_number(action, "start", 0),
        .timeout = hlsim__deed_number(action, "timeout", 0),
    };
    const char *imeis[LIST_MAX];
    char list[HLSIM_VALUE_MAX];

    if (kind < 0) {
        return HLSIM_ACT_NOTHING;
    }
    job.kind = (enum hlsim_operation_kind)kind;
    snprintf(list, sizeof list, "%s", hlsim__deed_text(action, "system", "self"));
    if (strcmp(list, "all") != 0) {
        job.imei_count = take_apart(list, slot->modem.config.imei, imeis);
        job.imeis = imeis;
    }
    return hlsim__deed_acted(hlsim__airvantage_operate(slot->world->airvantage, &job));
}

static enum hlsim_acted cancel_operation(struct hlsim__world_modem *slot,
                                         const struct hlsim_action *action)
{
    return hlsim__deed_acted(
        hlsim__airvantage_cancel(slot->world->airvantage, hlsim__deed_text(action, "id", "last")));
}

static enum hlsim_acted corrupt_package(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    int kind = hlsim_package_break_find(hlsim__deed_text(action, "kind", "bit_flip"));

    return hlsim__deed_acted(
        kind < 0 ? kind
                 : hlsim__airvantage_package_corrupt(
                       slot->world->airvantage, hlsim__deed_text(action, "id", NULL),
                       (enum hlsim_package_break)kind, hlsim__deed_number(action, "offset", -1)));
}

/* --- The servers ---------------------------------------------------------------------------- */

static enum hlsim__airvantage_server server_of(const struct hlsim_action *action)
{
    const char *which = hlsim__deed_text(action, "which", "all");

    if (strcmp(which, "bootstrap") == 0) {
        return HLSIM__AIRVANTAGE_BOOTSTRAP;
    }
    if (strcmp(which, "dm") == 0) {
        return HLSIM__AIRVANTAGE_DM;
    }
    return strcmp(which, "http") == 0 ? HLSIM__AIRVANTAGE_HTTP : HLSIM__AIRVANTAGE_SERVERS;
}

static enum hlsim_acted set_outage(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action,
                                   enum hlsim__airvantage_outage outage)
{
    return hlsim__airvantage_set_outage(slot->world->airvantage, server_of(action), outage) > 0
               ? HLSIM_ACTED
               : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted take_server_down(struct hlsim__world_modem *slot,
                                         const struct hlsim_action *action)
{
    bool refuses = strcmp(hlsim__deed_text(action, "mode", "silent"), "refuse") == 0;

    return set_outage(slot, action,
                      refuses ? HLSIM__AIRVANTAGE_REFUSING : HLSIM__AIRVANTAGE_SILENT);
}

static enum hlsim_acted bring_server_up(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    return set_outage(slot, action, HLSIM__AIRVANTAGE_UP);
}

static enum hlsim__airvantage_request request_of(const struct hlsim_action *action,
                                                 enum hlsim__airvantage_server server)
{
    const char *name =
        hlsim__deed_text(action, "request", server == HLSIM__AIRVANTAGE_DM ? "register" : "any");

    if (strcmp(name, "register") == 0) {
        return HLSIM__AIRVANTAGE_REGISTER;
    }
    if (strcmp(name, "update") == 0) {
        return HLSIM__AIRVANTAGE_UPDATE;
    }
    return strcmp(name, "deregister") == 0 ? HLSIM__AIRVANTAGE_DEREGISTER : HLSIM__AIRVANTAGE_ANY;
}

/* "4.03" in CoAP's byte; "own" is 0. */
static uint8_t code_of(const struct hlsim_action *action)
{
    const char *text = hlsim__deed_text(action, "code", "4.03");
    unsigned detail;

    if (strcmp(text, "own") == 0) {
        return 0;
    }
    detail = (unsigned)(text[2] - '0') * 10 + (unsigned)(text[3] - '0');
    return (uint8_t)(((unsigned)(text[0] - '0') << 5 | detail) & 0xffU);
}

static enum hlsim_acted answer_otherwise(struct hlsim__world_modem *slot,
                                         const struct hlsim_action *action)
{
    bool bootstrap = strcmp(hlsim__deed_text(action, "which", "dm"), "bootstrap") == 0;
    enum hlsim__airvantage_server server =
        bootstrap ? HLSIM__AIRVANTAGE_BOOTSTRAP : HLSIM__AIRVANTAGE_DM;
    const struct hlsim__airvantage_answer answer = {
        .request = request_of(action, server),
        .code = code_of(action),
        .delay = hlsim__deed_number(action, "delay", 0),
        .count = (unsigned)hlsim__deed_number(action, "count", 1),
    };

    if (answer.code == 0 && answer.delay == 0) {
        return HLSIM_ACT_NOTHING; /* That is what it does anyway. */
    }
    return hlsim__deed_acted(hlsim__airvantage_answer(slot->world->airvantage, server, &answer));
}

static enum hlsim_acted answer_as_ever(struct hlsim__world_modem *slot,
                                       const struct hlsim_action *action)
{
    bool bootstrap = strcmp(hlsim__deed_text(action, "which", "dm"), "bootstrap") == 0;

    return hlsim__airvantage_answer_as_ever(slot->world->airvantage,
                                            bootstrap ? HLSIM__AIRVANTAGE_BOOTSTRAP
                                                      : HLSIM__AIRVANTAGE_DM) > 0
               ? HLSIM_ACTED
               : HLSIM_ACT_NOTHING;
}

const struct hlsim__deed hlsim__airvantage_deeds[] = {
    {"server_down", take_server_down, bring_server_up},
    {"server_up", bring_server_up, NULL},
    {"server_answer", answer_otherwise, answer_as_ever},
    {"system_lifecycle", set_lifecycle, NULL},
    {"operation_cancel", cancel_operation, NULL},
    {"credentials_invalidate", invalidate, NULL},
    {"gateway_change", change_gateway, NULL},
    {"gateway_restore", restore_gateway, NULL},
    {"system_delete", delete_system, NULL},
    {"system_register", register_system, NULL},
    {"operation_create", create_operation, NULL},
    {"package_corrupt", corrupt_package, NULL},
    {"http_answer", hlsim__act_http_answer, NULL},
};

const size_t hlsim__airvantage_deed_count =
    sizeof hlsim__airvantage_deeds / sizeof *hlsim__airvantage_deeds;
