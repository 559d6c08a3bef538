/*
 * hl78sim ctl: one action or question to a served or running modem.
 */
#include "command.h"

#include <hlpty/control.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest reply. */
#define REPLY_SIZE HLPTY_CONTROL_OUTPUT_MAX

struct ctl_options {
    struct parsed parsed;
    const char *control;
    int64_t timeout; /* nanoseconds */
};

static enum exit_code refuse(const char *what, const char *why)
{
    fprintf(stderr, "hl78sim ctl: %s: %s\n", what, why);
    return EXIT_USAGE;
}

/* ---- The request ---- */

/* A short number, true and false are themselves, everything else is a text; so is what stands in
 * double quotes. An IMEI is longer than any number. */
static cJSON *make_value(const char *text)
{
    size_t size = strlen(text);
    size_t digits = strspn(text, "0123456789.");

    if (size >= 2 && text[0] == '"' && text[size - 1] == '"') {
        cJSON *value = cJSON_ParseWithOpts(text, NULL, true);

        return value != NULL ? value : cJSON_CreateString(text);
    }
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        return cJSON_CreateBool(text[0] == 't');
    }
    if (digits == size && size > 0 && size <= 12) {
        cJSON *value = cJSON_ParseWithOpts(text, NULL, true);

        if (cJSON_IsNumber(value)) {
            return value;
        }
        cJSON_Delete(value);
    }
    return cJSON_CreateString(text);
}

static bool add_pair(cJSON *request, const char *word)
{
    size_t size = strcspn(word, "=");
    char key[32];

    if (word[size] != '=' || size == 0 || size >= sizeof key) {
        refuse(word, "expected KEY=VALUE");
        return false;
    }
    memcpy(key, word, size);
    key[size] = '\0';
    if (cJSON_GetObjectItemCaseSensitive(request, key) != NULL) {
        refuse(word, "this key is there already");
        return false;
    }
    return cJSON_AddItemToObject(request, key, make_value(word + size + 1));
}

/* The request line, or NULL after a message. */
static char *make_request(const struct text_list *words)
{
    cJSON *request = cJSON_CreateObject();
    char *text = NULL;
    bool good = cJSON_AddStringToObject(request, "do", words->items[0]) != NULL;

    for (size_t i = 1; good && i < words->count; i++) {
        good = add_pair(request, words->items[i]);
    }
    if (good) {
        text = cJSON_PrintUnformatted(request);
    }
    cJSON_Delete(request);
    return text;
}

/* ---- The reply ---- */

static enum exit_code judge(const char *action, const char *reply)
{
    cJSON *object = cJSON_Parse(reply);
    const cJSON *ok = cJSON_GetObjectItemCaseSensitive(object, "ok");
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(object, "error");
    enum exit_code code = cJSON_IsTrue(ok) ? EXIT_PASSED : EXIT_FAILED;

    if (code != EXIT_PASSED) {
        fprintf(stderr, "hl78sim ctl: %s: %s\n", action,
                cJSON_IsString(error) ? error->valuestring : "an answer that is not understood");
    } else if (strcmp(action, "status") == 0) {
        printf("%s\n", reply);
    }
    cJSON_Delete(object);
    return code;
}

static enum exit_code call(const struct ctl_options *options, const char *request)
{
    char *reply = malloc(REPLY_SIZE);
    struct hlpty_error error;
    enum exit_code code = EXIT_ENVIRONMENT;
    const struct hlpty_control_exchange exchange = {.path = options->control,
                                                    .line = request,
                                                    .timeout_ms = (int)(options->timeout / 1000000),
                                                    .reply = reply,
                                                    .reply_size = REPLY_SIZE};

    if (reply == NULL) {
        fprintf(stderr, "hl78sim ctl: %s\n", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return code;
    }
    switch (hlpty_control_exchange(&exchange, &error)) {
    case 0:
        code = judge(options->parsed.operands.items[0], reply);
        break;
    case HLSIM_E_LIMIT:
        code = EXIT_FAILED; /* timed out */
        fprintf(stderr, "hl78sim ctl: %s\n", error.text);
        break;
    default:
        fprintf(stderr, "hl78sim ctl: %s\n", error.text);
        break;
    }
    free(reply);
    return code;
}

static enum exit_code run(const char *program, const void *values)
{
    const struct ctl_options *options = values;
    enum exit_code code;
    char *request;

    (void)program;
    if (options->control == NULL) {
        return refuse("--control", "is missing: the path of the control socket");
    }
    if (options->parsed.operands.count == 0) {
        return refuse("ACTION", "is missing, for example power_cut for=10s, or status");
    }
    if (options->parsed.has_tail) {
        return refuse("--", "ctl starts no program");
    }
    if (options->timeout / 1000000 > 1000000000) {
        return refuse("--timeout", "is too long");
    }
    request = make_request(&options->parsed.operands);
    if (request == NULL) {
        return EXIT_USAGE;
    }
    code = call(options, request);
    cJSON_free(request);
    return code;
}

#define AT(field) offsetof(struct ctl_options, field)

static const struct option_row rows[] = {
    {"control", 0, OPTION_TEXT, AT(control), NULL, "PATH", "the socket of serve or run"},
    {"timeout", 0, OPTION_DURATION, AT(timeout), NULL, "DURATION",
     "how long an answer may take (10s)"},
    {.name = NULL},
};

static const struct ctl_options defaults = {.timeout = INT64_C(10000000000)};

const struct command command_ctl = {
    .name = "ctl",
    .operands = "--control PATH ACTION [KEY=VALUE...] [modem=N]",
    .about = "Act on a served or running modem (actions of scenarios), or ask for its status",
    .options = rows,
    .size = sizeof(struct ctl_options),
    .defaults = &defaults,
    .run = run,
};
