/*
 * The table of actions and their keys (scenario-format.md, "Actions"). Reads nothing.
 */
#include "load/action_table.h"

#include <string.h>

static const char *const flows[] = {"all", "bootstrap", "dm", NULL};
static const char *const selves[] = {"self", NULL};
static const char *const keys[] = {"dm", "bootstrap", NULL};
static const char *const jobs[] = {"upgrade", "sync", "reboot", "settings", NULL};
static const char *const latest[] = {"latest", NULL};
static const char *const damages[] = {"bit_flip", "truncate", "wrong_key", "wrong_base", NULL};
static const char *const servers[] = {"all", "bootstrap", "dm", "http", NULL};
static const char *const outages[] = {"silent", "refuse", NULL};
static const char *const methods[] = {"all", "head", "get", NULL};
static const char *const framings[] = {"length", "chunked", "close", NULL};
static const char *const heads[] = {"good", "none", "junk", "huge", "endless", NULL};
static const char *const coap_servers[] = {"dm", "bootstrap", NULL};
static const char *const requests[] = {"register", "update", "deregister", "any", NULL};
static const char *const own[] = {"own", NULL};
static const char *const lifecycles[] = {
#define LIFECYCLE_CHOICE(name, text) text,
    HLSIM_LIFECYCLE_MAP(LIFECYCLE_CHOICE)
#undef LIFECYCLE_CHOICE
        NULL};
static const char *const carriers[] = {"SIERRA", "GENERIC", NULL};
static const char *const timeouts[] = {"none", NULL};
static const char *const all_sessions[] = {"all", NULL};
static const char *const endings[] = {"fin", "rst", "stall", NULL};
static const char *const name_outages[] = {"fail", "silent", NULL};

#define INT_DEFAULT(number)                                                                        \
    {                                                                                              \
        .type = HLSIM_VALUE_INT, .integer = (number)                                               \
    }
#define BOOL_DEFAULT(flag)                                                                         \
    {                                                                                              \
        .type = HLSIM_VALUE_BOOL, .integer = (flag)                                                \
    }
#define TEXT_DEFAULT(words)                                                                        \
    {                                                                                              \
        .type = HLSIM_VALUE_TEXT, .text = words                                                    \
    }

static const struct hlsim__param reset_params[] = {
    {.key = "hold", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(100 * HLSIM_MS)},
};
static const struct hlsim__range levels = {0, 1};
static const struct hlsim__param line_params[] = {
    {.key = "dtr", .type = HLSIM__PARAM_NUMBER, .range = &levels},
    {.key = "rts", .type = HLSIM__PARAM_NUMBER, .range = &levels},
};
static const struct hlsim__param key_params[] = {
    {.key = "hold", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(1500 * HLSIM_MS)},
};
static const struct hlsim__param wake_params[] = {
    {.key = "hold", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(10 * HLSIM_MS)},
};
static const struct hlsim__param card_params[] = {
    {.key = "iccid", .type = HLSIM__PARAM_ICCID},
    {.key = "imsi", .type = HLSIM__PARAM_IMSI},
};
static const struct hlsim__param message_params[] = {
    {.key = "from", .type = HLSIM__PARAM_TELEPHONE, .value = TEXT_DEFAULT("+99900001234")},
    {.key = "text", .required = true, .type = HLSIM__PARAM_TEXT},
};
static const struct hlsim__param latency_params[] = {
    {.key = "up", .required = true, .type = HLSIM__PARAM_DURATION},
    {.key = "down", .type = HLSIM__PARAM_DURATION, .same_as = "up"},
    {.key = "jitter", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(0)},
};
static const struct hlsim__param loss_params[] = {
    {.key = "up", .required = true, .type = HLSIM__PARAM_SHARE},
    {.key = "down", .type = HLSIM__PARAM_SHARE, .same_as = "up"},
};
static const struct hlsim__range contexts = {1, 4};
static const struct hlsim__range causes = {1, 255};
static const struct hlsim__param pdp_params[] = {
    {.key = "cid", .type = HLSIM__PARAM_NUMBER, .range = &contexts, .value = INT_DEFAULT(1)},
    {.key = "cause", .type = HLSIM__PARAM_NUMBER, .range = &causes, .value = INT_DEFAULT(33)},
};
static const struct hlsim__param denial_params[] = {
    {.key = "cause", .type = HLSIM__PARAM_NUMBER, .range = &causes, .value = INT_DEFAULT(11)},
    {.key = "emergency", .type = HLSIM__PARAM_BOOL, .value = BOOL_DEFAULT(false)},
};
static const struct hlsim__range strengths = {-140, -44}; /* dBm, 36.133 9.1.4 */
static const struct hlsim__range qualities = {-20, -3};   /* dB, 36.133 9.1.7 */
static const struct hlsim__range noises = {-23, 40};      /* dB */
static const struct hlsim__param signal_params[] = {
    {.key = "rsrp", .type = HLSIM__PARAM_NUMBER, .range = &strengths},
    {.key = "rsrq", .type = HLSIM__PARAM_NUMBER, .range = &qualities},
    {.key = "sinr", .type = HLSIM__PARAM_NUMBER, .range = &noises},
};
static const struct hlsim__param nat_params[] = {
    {.key = "flow", .type = HLSIM__PARAM_CHOICE, .choices = flows, .value = TEXT_DEFAULT("all")},
};
static const struct hlsim__param down_params[] = {
    {.key = "which", .type = HLSIM__PARAM_CHOICE, .choices = servers, .value = TEXT_DEFAULT("all")},
    {.key = "mode",
     .type = HLSIM__PARAM_CHOICE,
     .choices = outages,
     .value = TEXT_DEFAULT("silent")},
};
static const struct hlsim__param up_params[] = {
    {.key = "which", .type = HLSIM__PARAM_CHOICE, .choices = servers, .value = TEXT_DEFAULT("all")},
};
static const struct hlsim__range answer_counts = {1, 1000000};
static const struct hlsim__param answer_params[] = {
    {.key = "which",
     .type = HLSIM__PARAM_CHOICE,
     .choices = coap_servers,
     .value = TEXT_DEFAULT("dm")},
    {.key = "request", .type = HLSIM__PARAM_CHOICE, .choices = requests},
    {.key = "code", .type = HLSIM__PARAM_CODE, .choices = own, .value = TEXT_DEFAULT("4.03")},
    {.key = "delay", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(0)},
    {.key = "count", .type = HLSIM__PARAM_NUMBER, .range = &answer_counts, .value = INT_DEFAULT(1)},
};
static const struct hlsim__param lifecycle_params[] = {
    {.key = "state", .required = true, .type = HLSIM__PARAM_CHOICE, .choices = lifecycles},
    {.key = "imei", .type = HLSIM__PARAM_IMEI},
};
static const struct hlsim__param system_params[] = {
    {.key = "system",
     .type = HLSIM__PARAM_CHOICE,
     .choices = selves,
     .value = TEXT_DEFAULT("self")},
    {.key = "imei", .type = HLSIM__PARAM_IMEI},
    {.key = "serial", .type = HLSIM__PARAM_SERIAL},
};
static const struct hlsim__param credentials_params[] = {
    {.key = "which", .type = HLSIM__PARAM_CHOICE, .choices = keys, .value = TEXT_DEFAULT("dm")},
};
static const struct hlsim__param gateway_params[] = {
    {.key = "imei", .type = HLSIM__PARAM_IMEI},
    {.key = "serial", .type = HLSIM__PARAM_SERIAL},
};
static const struct hlsim__param operation_params[] = {
    {.key = "id", .type = HLSIM__PARAM_OPERATION},
    {.key = "system", .type = HLSIM__PARAM_SYSTEMS, .value = TEXT_DEFAULT("self")},
    {.key = "kind", .type = HLSIM__PARAM_CHOICE, .choices = jobs, .value = TEXT_DEFAULT("upgrade")},
    {.key = "upgrade",
     .type = HLSIM__PARAM_PACKAGE,
     .choices = latest,
     .value = TEXT_DEFAULT("latest")},
    {.key = "polling", .type = HLSIM__PARAM_DURATION, .choices = timeouts},
    {.key = "start", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(0)},
    {.key = "timeout", .type = HLSIM__PARAM_DURATION, .choices = timeouts},
    {.key = "force", .type = HLSIM__PARAM_BOOL, .value = BOOL_DEFAULT(false)},
};
static const struct hlsim__param cancel_params[] = {
    {.key = "id", .type = HLSIM__PARAM_JOB, .value = TEXT_DEFAULT("last")},
};
static const struct hlsim__param corrupt_params[] = {
    {.key = "id", .type = HLSIM__PARAM_PACKAGE},
    {.key = "kind",
     .type = HLSIM__PARAM_CHOICE,
     .choices = damages,
     .value = TEXT_DEFAULT("bit_flip")},
    {.key = "offset", .type = HLSIM__PARAM_SIZE},
};
static const struct hlsim__range statuses = {100, 599};
static const struct hlsim__range rates = {1, 1000000000};
static const struct hlsim__param http_params[] = {
    {.key = "request",
     .type = HLSIM__PARAM_CHOICE,
     .choices = methods,
     .value = TEXT_DEFAULT("all")},
    {.key = "path", .type = HLSIM__PARAM_URI},
    {.key = "count", .type = HLSIM__PARAM_NUMBER, .range = &answer_counts, .value = INT_DEFAULT(1)},
    {.key = "code", .type = HLSIM__PARAM_NUMBER, .range = &statuses},
    {.key = "location", .type = HLSIM__PARAM_URI},
    {.key = "close_after", .type = HLSIM__PARAM_SIZE},
    {.key = "delay", .type = HLSIM__PARAM_DURATION},
    {.key = "rate", .type = HLSIM__PARAM_NUMBER, .range = &rates},
    {.key = "length", .type = HLSIM__PARAM_SIZE},
    {.key = "offset", .type = HLSIM__PARAM_SIZE},
    {.key = "framing", .type = HLSIM__PARAM_CHOICE, .choices = framings},
    {.key = "head", .type = HLSIM__PARAM_CHOICE, .choices = heads},
};
static const struct hlsim__param firmware_params[] = {
    {.key = "to", .required = true, .type = HLSIM__PARAM_VERSION},
    {.key = "keep_nvm", .type = HLSIM__PARAM_BOOL, .value = BOOL_DEFAULT(true)},
    {.key = "carrier", .type = HLSIM__PARAM_CHOICE, .choices = carriers},
};
static const struct hlsim__param pin_params[] = {
    {.key = "on", .type = HLSIM__PARAM_BOOL, .value = BOOL_DEFAULT(true)},
};

static const struct hlsim__param quirk_params[] = {
    {.key = "name", .required = true, .type = HLSIM__PARAM_QUIRK},
};

static const struct hlsim__range ports = {1, 65535};
static const struct hlsim__param stream_params[] = {
    {.key = "session",
     .type = HLSIM__PARAM_SESSION,
     .choices = all_sessions,
     .value = INT_DEFAULT(0)},
    {.key = "how", .type = HLSIM__PARAM_CHOICE, .choices = endings, .value = TEXT_DEFAULT("fin")},
};
static const struct hlsim__param visit_params[] = {
    {.key = "peer", .required = true, .type = HLSIM__PARAM_PEER},
    {.key = "port", .required = true, .type = HLSIM__PARAM_NUMBER, .range = &ports},
};
static const struct hlsim__param names_params[] = {
    {.key = "name", .type = HLSIM__PARAM_HOST, .value = TEXT_DEFAULT("all")},
    {.key = "mode",
     .type = HLSIM__PARAM_CHOICE,
     .choices = name_outages,
     .value = TEXT_DEFAULT("fail")},
};
static const struct hlsim__param say_params[] = {
    {.key = "urc", .required = true, .type = HLSIM__PARAM_LINE},
};
static const char *const directions[] = {"both", "to_host", "to_modem", NULL};
static const struct hlsim__range byte_counts = {1, 1000000000};
static const struct hlsim__param spoil_params[] = {
    {.key = "dir",
     .type = HLSIM__PARAM_CHOICE,
     .choices = directions,
     .value = TEXT_DEFAULT("both")},
    {.key = "bytes", .type = HLSIM__PARAM_NUMBER, .range = &byte_counts, .value = INT_DEFAULT(1)},
};
static const struct hlsim__param stall_params[] = {
    {.key = "dir",
     .type = HLSIM__PARAM_CHOICE,
     .choices = directions,
     .value = TEXT_DEFAULT("to_host")},
};
static const struct hlsim__range appearances = {1, 1000000};
static const struct hlsim__param usb_params[] = {
    {.key = "for", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(2 * HLSIM_SECOND)},
    {.key = "times", .type = HLSIM__PARAM_NUMBER, .range = &appearances, .value = INT_DEFAULT(1)},
};

#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)
#define STAYS         .undo_after = HLSIM_NEVER

const struct hlsim__action hlsim__action_table[] = {
    {.name = "power_cut", .undone = true, .undo_after = HLSIM_SECOND},
    {.name = "host_power_cut", .undone = true, .undo_after = HLSIM_SECOND},
    {.name = "product_power_cut", .undone = true, .undo_after = HLSIM_SECOND},
    {.name = "reset", PARAMS(reset_params), STAYS},
    {.name = "boot_pin", PARAMS(pin_params), .undone = true, STAYS},
    {.name = "line", PARAMS(line_params), .needs_one = true, STAYS},
    {.name = "power_key", PARAMS(key_params), STAYS},
    {.name = "wake", PARAMS(wake_params), STAYS},
    {.name = "network_lost", .undone = true, STAYS},
    {.name = "network_back", STAYS},
    {.name = "registration_reject", PARAMS(denial_params), .undone = true, STAYS},
    {.name = "signal", PARAMS(signal_params), .needs_one = true, .undone = true, STAYS},
    {.name = "pdp_reject", PARAMS(pdp_params), .undone = true, STAYS},
    {.name = "sms_receive", PARAMS(message_params), STAYS},
    {.name = "latency", PARAMS(latency_params), .undone = true, STAYS},
    {.name = "loss", PARAMS(loss_params), .undone = true, STAYS},
    {.name = "nat_release", PARAMS(nat_params), STAYS},
    {.name = "tcp_close", PARAMS(stream_params), STAYS},
    {.name = "tcp_connect", PARAMS(visit_params), STAYS},
    {.name = "dns_down", PARAMS(names_params), .undone = true, STAYS},
    {.name = "dns_up", STAYS},
    {.name = "sim_remove", .undone = true, STAYS},
    {.name = "sim_insert", PARAMS(card_params), .undone = true, STAYS},
    {.name = "server_down", PARAMS(down_params), .undone = true, STAYS},
    {.name = "server_up", PARAMS(up_params), STAYS},
    {.name = "server_answer", PARAMS(answer_params), .undone = true, STAYS},
    {.name = "credentials_invalidate", PARAMS(credentials_params), STAYS},
    {.name = "system_delete", PARAMS(system_params), STAYS},
    {.name = "system_register", PARAMS(system_params), STAYS},
    {.name = "gateway_change", PARAMS(gateway_params), .needs_one = true, STAYS},
    {.name = "gateway_restore", STAYS},
    {.name = "system_lifecycle", PARAMS(lifecycle_params), STAYS},
    {.name = "operation_create", PARAMS(operation_params), STAYS},
    {.name = "operation_cancel", PARAMS(cancel_params), STAYS},
    {.name = "package_corrupt", PARAMS(corrupt_params), STAYS},
    {.name = "http_answer", PARAMS(http_params), STAYS},
    {.name = "firmware_set", PARAMS(firmware_params), STAYS},
    {.name = "flash_full", .undone = true, STAYS},
    {.name = "ram_fault", .undone = true, STAYS},
    {.name = "flash_fault", .undone = true, STAYS},
    {.name = "install_hang", .undone = true, STAYS},
    {.name = "uart_garble", PARAMS(spoil_params), STAYS},
    {.name = "uart_drop", PARAMS(spoil_params), STAYS},
    {.name = "uart_stall", PARAMS(stall_params), .undone = true, .undo_after = HLSIM_SECOND},
    {.name = "usb_reenumerate", PARAMS(usb_params), STAYS},
    {.name = "quirk_on", PARAMS(quirk_params), STAYS},
    {.name = "quirk_off", PARAMS(quirk_params), STAYS},
    {.name = "say", PARAMS(say_params), STAYS},
};

const size_t hlsim__action_count = sizeof hlsim__action_table / sizeof *hlsim__action_table;

const struct hlsim__action *hlsim__action_find(const char *name)
{
    for (size_t i = 0; i < hlsim__action_count; i++) {
        if (strcmp(hlsim__action_table[i].name, name) == 0) {
            return &hlsim__action_table[i];
        }
    }
    return NULL;
}
