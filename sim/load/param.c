/*
 * Values of the keys of actions. What an action needs of them is in its row.
 */
#include "load/param.h"

#include "load/parts.h"
#include "load/peers.h"
#include "profile/profile.h"

#include <stdio.h>
#include <string.h>

static bool is_choice(const cJSON *value, const char *const *choices)
{
    for (size_t i = 0; choices != NULL && choices[i] != NULL && cJSON_IsString(value); i++) {
        if (strcmp(value->valuestring, choices[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void read_quirk(struct hlsim__reader *reader, const cJSON *json, struct hlsim_value *value)
{
    struct hlsim__nearest nearest;
    char hint[HLSIM__HINT_SIZE];

    if (hlsim__reader_wants_text(reader, json, "the name of a quirk") == NULL) {
        return;
    }
    if (hlsim__quirk_find(json->valuestring) >= 0) {
        snprintf(value->text, sizeof value->text, "%s", json->valuestring);
        return;
    }
    hlsim__nearest_init(&nearest, json->valuestring);
    for (int i = 0; i < HLSIM_QUIRKS; i++) {
        hlsim__nearest_offer(&nearest, hlsim__quirk_at((enum hlsim_quirk)i)->name);
    }
    hlsim__reader_complain(reader, "unknown quirk \"%.60s\"%s", json->valuestring,
                           hlsim__nearest_hint(&nearest, hint));
}

static void read_digits(struct hlsim__reader *reader, const cJSON *json, int min, int max,
                        char *ret_text)
{
    size_t size = cJSON_IsString(json) ? strlen(json->valuestring) : 0;

    if (size < (size_t)min || size > (size_t)max || !hlsim__is_digits(json->valuestring, size)) {
        hlsim__reader_complain(reader, "expected a text of %d to %d digits", min, max);
        return;
    }
    memcpy(ret_text, json->valuestring, size + 1);
}

/* "self" or an IMEI, and any more behind commas. */
static bool are_systems(const char *text)
{
    for (;;) {
        size_t size = strcspn(text, ",");

        if (!(size == 4 && strncmp(text, "self", 4) == 0) &&
            !(size == 15 && strspn(text, "0123456789") == size)) {
            return false;
        }
        if (text[size] == '\0') {
            return true;
        }
        text += size + 1;
    }
}

static void read_systems(struct hlsim__reader *reader, const cJSON *json, struct hlsim_value *value)
{
    const char *text = cJSON_IsString(json) ? json->valuestring : "";

    if (strlen(text) >= sizeof value->text || (strcmp(text, "all") != 0 && !are_systems(text))) {
        hlsim__reader_complain(reader,
                               "expected \"all\", or \"self\" and IMEIs, up to six in all, parted "
                               "by commas");
        return;
    }
    snprintf(value->text, sizeof value->text, "%s", text);
}

static void read_job(struct hlsim__reader *reader, const cJSON *json, struct hlsim_value *value)
{
    const char *text = cJSON_IsString(json) ? json->valuestring : "";
    size_t size = strlen(text);

    if (size == 0 || size >= (size_t)HLSIM__OPERATION_ID_SIZE ||
        strspn(text, HLSIM__OPERATION_ID_CHARACTERS) != size) {
        hlsim__reader_complain(reader,
                               "expected \"last\", or the id or the number of an operation");
        return;
    }
    memcpy(value->text, text, size + 1);
}

/* A refusal or a server's error. */
static void read_code(struct hlsim__reader *reader, const cJSON *json,
                      const struct hlsim__param *param, struct hlsim_value *value)
{
    const char *text = cJSON_IsString(json) ? json->valuestring : "";

    if (!is_choice(json, param->choices) &&
        !(strlen(text) == 4 && (text[0] == '4' || text[0] == '5') && text[1] == '.' &&
          text[2] >= '0' && text[2] <= '2' && text[3] >= '0' && text[3] <= '9')) {
        hlsim__reader_complain(reader, "expected a code from \"4.00\" to \"5.29\", or \"own\"");
        return;
    }
    snprintf(value->text, sizeof value->text, "%.4s", text);
}

/* Printable and no blanks: it is to stand in a line of HTTP. */
static void read_line(struct hlsim__reader *reader, const cJSON *json, struct hlsim_value *value)
{
    if (!hlsim__reader_wants_copy(reader, json, 1, value->text, sizeof value->text)) {
        return;
    }
    for (const char *at = value->text; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~') {
            hlsim__reader_complain(reader, "expected a line of printable characters");
            return;
        }
    }
}

static void read_uri(struct hlsim__reader *reader, const cJSON *json, struct hlsim_value *value)
{
    if (!hlsim__reader_wants_copy(reader, json, 1, value->text, sizeof value->text)) {
        return;
    }
    for (const char *c = value->text; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            hlsim__reader_complain(reader, "expected a URI or a part of one, without blanks");
            return;
        }
    }
}

static void read_imei(struct hlsim__reader *reader, const cJSON *json, struct hlsim_value *value)
{
    if (!cJSON_IsString(json) || !hlsim__is_digits(json->valuestring, 15)) {
        hlsim__reader_complain(reader, "expected an IMEI of 15 digits");
    } else {
        snprintf(value->text, sizeof value->text, "%s", json->valuestring);
    }
}

static void read_host(struct hlsim__reader *reader, const cJSON *json, struct hlsim_value *value)
{
    if (!cJSON_IsString(json) || !hlsim__is_host(json->valuestring, HLSIM_PEER_NAME_SIZE)) {
        hlsim__reader_complain(reader, "expected the name of a host, of up to %d characters",
                               HLSIM_PEER_NAME_SIZE - 1);
    } else {
        snprintf(value->text, sizeof value->text, "%s", json->valuestring);
    }
}

static void read_text_param(struct hlsim__reader *reader, const cJSON *json,
                            const struct hlsim__param *param, struct hlsim_value *value)
{
    int choice;

    value->type = HLSIM_VALUE_TEXT;
    switch (param->type) {
    case HLSIM__PARAM_CHOICE:
        choice = hlsim__reader_wants_choice(reader, json, param->choices);
        snprintf(value->text, sizeof value->text, "%s", choice < 0 ? "" : param->choices[choice]);
        break;
    case HLSIM__PARAM_VERSION:
        hlsim__read_version(reader, json, value->text, NULL);
        break;
    case HLSIM__PARAM_IMEI:
        read_imei(reader, json, value);
        break;
    case HLSIM__PARAM_ICCID:
        read_digits(reader, json, 18, 20, value->text);
        break;
    case HLSIM__PARAM_IMSI:
        read_digits(reader, json, 14, 15, value->text);
        break;
    case HLSIM__PARAM_SERIAL:
        hlsim__reader_wants_copy(reader, json, 1, value->text, 15);
        break;
    case HLSIM__PARAM_OPERATION:
        hlsim__reader_wants_operation_id(reader, json, value->text);
        break;
    case HLSIM__PARAM_JOB:
        read_job(reader, json, value);
        break;
    case HLSIM__PARAM_SYSTEMS:
        read_systems(reader, json, value);
        break;
    case HLSIM__PARAM_CODE:
        read_code(reader, json, param, value);
        break;
    case HLSIM__PARAM_QUIRK:
        read_quirk(reader, json, value);
        break;
    case HLSIM__PARAM_LINE:
        read_line(reader, json, value);
        break;
    case HLSIM__PARAM_TELEPHONE:
        hlsim__read_telephone(reader, json, value->text, NULL);
        break;
    case HLSIM__PARAM_URI:
        read_uri(reader, json, value);
        break;
    case HLSIM__PARAM_HOST:
    case HLSIM__PARAM_PEER:
        read_host(reader, json, value);
        break;
    case HLSIM__PARAM_PACKAGE:
    case HLSIM__PARAM_TEXT:
    default:
        hlsim__reader_wants_copy(reader, json, 1, value->text, sizeof value->text);
        break;
    }
}

void hlsim__read_param(struct hlsim__reader *reader, const cJSON *json,
                       const struct hlsim__param *param, struct hlsim_value *value)
{
    static const struct hlsim__range sizes = {0, 64 * 1024 * 1024};
    static const struct hlsim__range sessions = {1, 255};
    uint32_t ppm = 0;
    bool flag = false;

    value->type = HLSIM_VALUE_INT;
    switch (param->type) {
    case HLSIM__PARAM_DURATION:
        if (is_choice(json, param->choices)) {
            value->type = HLSIM_VALUE_NULL;
        } else {
            hlsim__reader_wants_duration(reader, json, &value->integer);
        }
        break;
    case HLSIM__PARAM_SHARE:
        hlsim__read_share(reader, json, &ppm, NULL);
        value->integer = ppm;
        break;
    case HLSIM__PARAM_SIZE:
        hlsim__read_integer(reader, json, &value->integer, &sizes);
        break;
    case HLSIM__PARAM_NUMBER:
        hlsim__read_integer(reader, json, &value->integer, param->range);
        break;
    case HLSIM__PARAM_SESSION:
        if (!is_choice(json, param->choices)) {
            hlsim__read_integer(reader, json, &value->integer, &sessions);
        }
        break;
    case HLSIM__PARAM_BOOL:
        value->type = HLSIM_VALUE_BOOL;
        hlsim__read_bool(reader, json, &flag, NULL);
        value->integer = flag;
        break;
    case HLSIM__PARAM_CHOICE:
    case HLSIM__PARAM_VERSION:
    case HLSIM__PARAM_IMEI:
    case HLSIM__PARAM_ICCID:
    case HLSIM__PARAM_IMSI:
    case HLSIM__PARAM_SERIAL:
    case HLSIM__PARAM_PACKAGE:
    case HLSIM__PARAM_OPERATION:
    case HLSIM__PARAM_JOB:
    case HLSIM__PARAM_SYSTEMS:
    case HLSIM__PARAM_CODE:
    case HLSIM__PARAM_QUIRK:
    case HLSIM__PARAM_LINE:
    case HLSIM__PARAM_TELEPHONE:
    case HLSIM__PARAM_TEXT:
    case HLSIM__PARAM_URI:
    case HLSIM__PARAM_HOST:
    case HLSIM__PARAM_PEER:
    default:
        read_text_param(reader, json, param, value);
        break;
    }
}
