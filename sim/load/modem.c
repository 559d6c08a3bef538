/*
 * The key `modem`: which module it is and what it remembers.
 */
#include "codec/charset.h"
#include "load/parts.h"

#include <stdio.h>
#include <string.h>

/* Identities of no real module: a test allocation, and the test network 001-01. */
#define DEFAULT_IMEI   "004401789000011"
#define DEFAULT_SERIAL "T5000000000001"
#define DEFAULT_ICCID  "8988211000000000011"
#define DEFAULT_IMSI   "001010000000001"

#define SERIAL_SIZE    14

void hlsim__modem_defaults(struct hlsim_modem_config *modem)
{
    memset(modem, 0, sizeof *modem);
    strcpy(modem->imei, DEFAULT_IMEI);
    strcpy(modem->serial, DEFAULT_SERIAL);
    strcpy(modem->iccid, DEFAULT_ICCID);
    strcpy(modem->imsi, DEFAULT_IMSI);
}

static void read_digits(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    const struct hlsim__range *digits = about;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t size = strlen(text);

    if (size < (size_t)digits->min || size > (size_t)digits->max || !hlsim__is_digits(text, size)) {
        hlsim__reader_complain(reader, "expected a text of %lld to %lld digits",
                               (long long)digits->min, (long long)digits->max);
        return;
    }
    memcpy(target, text, size + 1);
}

static void read_serial(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";

    (void)about;
    if (strlen(text) != SERIAL_SIZE ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != SERIAL_SIZE) {
        hlsim__reader_complain(reader, "expected a serial number of %d capitals and digits",
                               SERIAL_SIZE);
        return;
    }
    memcpy(target, text, SERIAL_SIZE + 1);
}

static void read_credentials(struct hlsim__reader *reader, const cJSON *value, void *target,
                             const void *about)
{
    static const char *const choices[] = {"none", "dm", NULL};
    bool *credentials = target;

    (void)about;
    *credentials = hlsim__reader_wants_choice(reader, value, choices) == 1;
}

/* The figures are applied when the profile is known. */
static void read_set(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    (void)target;
    (void)about;
    if (hlsim__reader_wants_object(reader, value)) {
        reader->set = value;
    }
}

/* Settings are kept as texts under their names, for the module's own store of settings. */
static void add_setting(struct hlsim__reader *reader, const cJSON *value, const char *text)
{
    struct hlsim_modem_config *modem = &reader->setup->modem;
    struct hlsim_setting *setting = &reader->setup->settings[modem->setting_count];

    if (modem->setting_count == HLSIM_SETTINGS_MAX) {
        hlsim__reader_complain(reader, "expected %d settings at most", HLSIM_SETTINGS_MAX);
        return;
    }
    modem->settings = reader->setup->settings;
    modem->setting_count++;
    snprintf(setting->key, sizeof setting->key, "%s", value->string);
    snprintf(setting->value, sizeof setting->value, "%s", text);
}

static void read_number_setting(struct hlsim__reader *reader, const cJSON *value, void *target,
                                const void *about)
{
    const struct hlsim__range *range = about;
    int64_t number;
    char text[24];

    (void)target;
    if (hlsim__reader_wants_integer(reader, value, range->min, range->max, &number)) {
        snprintf(text, sizeof text, "%lld", (long long)number);
        add_setting(reader, value, text);
    }
}

static void read_text_setting(struct hlsim__reader *reader, const cJSON *value, void *target,
                              const void *about)
{
    char text[sizeof((struct hlsim_setting *)NULL)->value];

    (void)target;
    (void)about;
    if (hlsim__reader_wants_copy(reader, value, 0, text, sizeof text)) {
        add_setting(reader, value, text);
    }
}

/* The retry timers of AT+WDSC=4: up to eight numbers of minutes, parted by commas. */
static void read_retries_setting(struct hlsim__reader *reader, const cJSON *value, void *target,
                                 const void *about)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t numbers = 0;

    (void)target;
    (void)about;
    for (const char *at = text; at != NULL && numbers <= 8; numbers++) {
        size_t digits = strspn(at, "0123456789");

        if (digits < 1 || digits > 5 || (at[digits] != ',' && at[digits] != '\0')) {
            numbers = 9;
        }
        at = at[digits] == ',' ? at + digits + 1 : NULL;
    }
    if (numbers < 1 || numbers > 8) {
        hlsim__reader_complain(reader, "expected up to eight numbers of minutes such as "
                                       "\"15,60,240\"");
        return;
    }
    add_setting(reader, value, text);
}

/* AT+KSLEEP: who decides, how deep, and a delay in seconds. */
static void read_sleep_setting(struct hlsim__reader *reader, const cJSON *value, void *target,
                               const void *about)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t digits = strlen(text) > 4 ? strspn(text + 4, "0123456789") : 0;

    (void)target;
    (void)about;
    if (digits < 1 || digits > 2 || text[4 + digits] != '\0' || text[0] < '0' || text[0] > '2' ||
        text[1] != ',' || text[2] < '0' || text[2] > '2' || text[3] != ',') {
        hlsim__reader_complain(reader, "expected three numbers such as \"1,2,10\": (0-2),(0-2),"
                                       "(0-99)");
        return;
    }
    add_setting(reader, value, text);
}

/* A time of AT+CPSMS: eight bits, or, for a firmware that has it so, seconds. */
static void read_saving_setting(struct hlsim__reader *reader, const cJSON *value, void *target,
                                const void *about)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";

    (void)target;
    (void)about;
    if (text[0] == '\0' || strlen(text) > 8 || strspn(text, "0123456789") != strlen(text)) {
        hlsim__reader_complain(reader, "expected eight bits such as \"00100001\", or, for 1.x, "
                                       "seconds");
        return;
    }
    add_setting(reader, value, text);
}

static const struct hlsim__range flags = {0, 1};
static const struct hlsim__range error_modes = {0, 2};
static const struct hlsim__range masks = {0, 8191};     /* bits 0 to 12 */
static const struct hlsim__range polling = {0, 525600}; /* minutes, AT+WDSC=? */
static const struct hlsim__range contexts = {0, 4};     /* AT+CGDCONT; 0: none */
static const struct hlsim__range technologies = {0, 3}; /* AT+KSRAT */

#define NUMBER(key, range)                                                                         \
    {                                                                                              \
        .name = (key), .read = read_number_setting, .about = &(range)                              \
    }
#define TEXT(key)                                                                                  \
    {                                                                                              \
        .name = (key), .read = read_text_setting                                                   \
    }

static const struct hlsim__key setting_keys[] = {
    NUMBER("wdsi", masks),
    NUMBER("wdsc.0", flags),
    NUMBER("wdsc.1", flags),
    NUMBER("wdsc.2", flags),
    NUMBER("wdsc.3", polling),
    {.name = "wdsc.4", .read = read_retries_setting},
    NUMBER("wdsc.5", flags),
    NUMBER("wdsc.6", flags),
    NUMBER("wdss.2", contexts),
    NUMBER("ksrep", flags),
    {.name = "ksleep", .read = read_sleep_setting},
    NUMBER("cpsms", flags),
    {.name = "cpsms.tau", .read = read_saving_setting},
    {.name = "cpsms.active", .read = read_saving_setting},
    NUMBER("ksrat", technologies),
    NUMBER("ctzu", flags),
    NUMBER("cmee", error_modes),
    TEXT("apn.1"),
    TEXT("apn.2"),
    TEXT("apn.3"),
    TEXT("apn.4"),
};

static void read_settings(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    (void)about;
    HLSIM__READ_OBJECT(reader, value, setting_keys, target);
}

static const struct hlsim__range imei_digits = {15, 15};
static const struct hlsim__range iccid_digits = {18, 20};
static const struct hlsim__range imsi_digits = {14, 15};

static const struct hlsim__range pin_digits = {4, 8}; /* TS 102 221 9.5.1 */
static const struct hlsim__range puk_digits = {8, 8};

static void read_present(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    bool present = true;

    hlsim__read_bool(reader, value, &present, about);
    *(bool *)target = !present;
}

static const struct hlsim__key sim_keys[] = {
    {.name = "iccid",
     .read = read_digits,
     .offset = offsetof(struct hlsim_modem_config, iccid),
     .about = &iccid_digits},
    {.name = "imsi",
     .read = read_digits,
     .offset = offsetof(struct hlsim_modem_config, imsi),
     .about = &imsi_digits},
    {.name = "pin",
     .read = read_digits,
     .offset = offsetof(struct hlsim_modem_config, sim_pin),
     .about = &pin_digits},
    {.name = "puk",
     .read = read_digits,
     .offset = offsetof(struct hlsim_modem_config, sim_puk),
     .about = &puk_digits},
    {.name = "number",
     .read = hlsim__read_telephone,
     .offset = offsetof(struct hlsim_modem_config, sim_number)},
    {.name = "present",
     .read = read_present,
     .offset = offsetof(struct hlsim_modem_config, sim_absent)},
};

static void read_sim(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    (void)about;
    HLSIM__READ_OBJECT(reader, value, sim_keys, target);
}

/* 32 hexadecimal digits. */
static void read_key(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    unsigned char *key = target;
    unsigned char any = 0;

    (void)about;
    if (hlsim__hex_read(text, strlen(text), key, HLSIM_BOOTSTRAP_KEY_SIZE) !=
        HLSIM_BOOTSTRAP_KEY_SIZE) {
        hlsim__reader_complain(reader, "expected a key of %d hexadecimal digits",
                               2 * HLSIM_BOOTSTRAP_KEY_SIZE);
        return;
    }
    for (size_t i = 0; i < HLSIM_BOOTSTRAP_KEY_SIZE; i++) {
        any |= key[i];
    }
    if (any == 0) {
        hlsim__reader_complain(reader, "expected a key that is not all zero");
    }
}

static const struct hlsim__text_size identity_size = {1, HLSIM_LWM2M_IDENTITY_SIZE};

static const struct hlsim__key lwm2m_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "identity",
     .read = hlsim__read_text,
     .offset = offsetof(struct hlsim_modem_config, lwm2m_identity),
     .about = &identity_size},
    {.name = "key", .read = read_key, .offset = offsetof(struct hlsim_modem_config, lwm2m_key)},
};

static void read_lwm2m(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    (void)about;
    HLSIM__READ_OBJECT(reader, value, lwm2m_keys, target);
}

/* Every speed that a UART can have. */
static const struct hlsim__range speeds = {1, 100000000};

static const struct hlsim__key wire_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "paced",
     .read = hlsim__read_bool,
     .offset = offsetof(struct hlsim_wire_config, paced)},
    {.name = "cut", .read = hlsim__read_bool, .offset = offsetof(struct hlsim_wire_config, cut)},
    {.name = "speed_checked",
     .read = hlsim__read_bool,
     .offset = offsetof(struct hlsim_wire_config, speed_checked)},
    {.name = "host_speed",
     .read = hlsim__read_unsigned,
     .offset = offsetof(struct hlsim_wire_config, host_speed),
     .about = &speeds},
};

static void read_wire(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    (void)about;
    HLSIM__READ_OBJECT(reader, value, wire_keys, target);
}

static const struct hlsim__text_size profile_size = {1, sizeof((struct hlsim_setup *)0)->profile};

static void read_profile(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    (void)target;
    hlsim__read_text(reader, value, reader->setup->profile, about);
}

static const struct hlsim__key modem_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "profile", .read = read_profile, .about = &profile_size},
    {.name = "imei",
     .read = read_digits,
     .offset = offsetof(struct hlsim_modem_config, imei),
     .about = &imei_digits},
    {.name = "serial", .read = read_serial, .offset = offsetof(struct hlsim_modem_config, serial)},
    {.name = "sim", .read = read_sim},
    {.name = "credentials",
     .read = read_credentials,
     .offset = offsetof(struct hlsim_modem_config, credentials)},
    {.name = "lwm2m", .read = read_lwm2m},
    {.name = "wire", .read = read_wire, .offset = offsetof(struct hlsim_modem_config, wire)},
    {.name = "settings", .read = read_settings},
    {.name = "set", .read = read_set},
};

void hlsim__read_modem(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    (void)target;
    (void)about;
    HLSIM__READ_OBJECT(reader, value, modem_keys, &reader->setup->modem);
}
