/*
 * hl78sim ctl: one action or question to a served or running modem, or what happens there.
 */
#include "command.h"

#include <hl78sim/catalogue.h>
#include <hl78sim/load.h>
#include <hl78sim/time.h>
#include <hlpty/control.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long an answer to an action or a question may take unless said. */
#define ANSWER_TIME_MS 10000

struct ctl_options {
    struct parsed parsed;
    const char *control;
    int64_t timeout; /* nanoseconds; -1: not given */
};

/* One call, and what came of it. */
struct call {
    const char *name; /* the action */
    bool streams;     /* `events`: each line after the first one is an event */
    bool started;
    enum exit_code code;
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

/* Whether that key of an action is a text whatever it looks like: the serial number 123455. */
static bool is_text_key(const char *name, const char *key)
{
    struct hlsim_catalogue_action action;

    for (size_t i = 0; name != NULL && hlsim_catalogue_action(i, &action); i++) {
        for (size_t k = 0; strcmp(action.name, name) == 0 && k < action.key_count; k++) {
            struct hlsim_catalogue_key known;

            hlsim_catalogue_action_key(i, k, &known);
            if (strcmp(known.name, key) == 0) {
                return known.kind == HLSIM_KEY_TEXT;
            }
        }
    }
    return false;
}

/* Splits KEY=VALUE and adds it, as a key of that action (NULL: of none); one that is there already
 * is refused. */
static bool add_pair(cJSON *object, const char *word, const char *action)
{
    size_t size = strcspn(word, "=");
    char key[HLSIM_PATH_MAX];

    if (word[size] != '=' || size == 0 || size >= sizeof key) {
        refuse(word, "expected KEY=VALUE");
        return false;
    }
    memcpy(key, word, size);
    key[size] = '\0';
    if (cJSON_GetObjectItemCaseSensitive(object, key) != NULL) {
        refuse(word, "this key is there already");
        return false;
    }
    word += size + 1;
    return cJSON_AddItemToObject(
        object, key,
        is_text_key(action, key) && word[0] != '"' ? cJSON_CreateString(word) : make_value(word));
}

/* True when the key of a word is a path: "modem.firmware=4.6.8.0". */
static bool is_path(const char *word)
{
    return word[0] != '{' && memchr(word, '.', strcspn(word, "=")) != NULL;
}

/* One word of a matcher: JSON, a path and its value, or a member. */
static bool add_to_matcher(cJSON *request, cJSON *matcher, const char *word)
{
    cJSON *given;
    cJSON *member;

    if (strncmp(word, "modem=", 6) == 0) {
        return add_pair(request, word, NULL);
    }
    if (is_path(word)) {
        cJSON *state = cJSON_GetObjectItemCaseSensitive(matcher, "state");

        return add_pair(state != NULL ? state : cJSON_AddObjectToObject(matcher, "state"), word,
                        NULL);
    }
    if (word[0] != '{') {
        return add_pair(matcher, word, NULL);
    }
    given = cJSON_ParseWithOpts(word, NULL, true);
    if (!cJSON_IsObject(given)) {
        cJSON_Delete(given);
        refuse(word, "expected a matcher as JSON, {\"urc\": \"+KSUP*\"}, or KEY=VALUE");
        return false;
    }
    while ((member = cJSON_DetachItemFromArray(given, 0)) != NULL) {
        cJSON_AddItemToObject(matcher, member->string, member);
    }
    cJSON_Delete(given);
    return true;
}

static bool add_matcher(cJSON *request, const struct text_list *words)
{
    cJSON *matcher = cJSON_CreateObject();
    bool good = true;

    for (size_t i = 1; good && i < words->count; i++) {
        good = add_to_matcher(request, matcher, words->items[i]);
    }
    if (good && cJSON_GetArraySize(matcher) > 0) {
        return cJSON_AddItemToObject(request, "matcher", matcher);
    }
    cJSON_Delete(matcher);
    return good;
}

static bool is_listening(const char *name)
{
    return strcmp(name, "wait") == 0 || strcmp(name, "events") == 0;
}

/* The request line, or NULL after a message. */
static char *make_request(const struct text_list *words)
{
    cJSON *request = cJSON_CreateObject();
    char *text = NULL;
    bool good = cJSON_AddStringToObject(request, "do", words->items[0]) != NULL;

    if (is_listening(words->items[0])) {
        good = good && add_matcher(request, words);
    } else {
        for (size_t i = 1; good && i < words->count; i++) {
            good = add_pair(request, words->items[i], words->items[0]);
        }
    }
    if (good) {
        text = cJSON_PrintUnformatted(request);
    }
    cJSON_Delete(request);
    return text;
}

/* ---- The reply ---- */

static void show(const struct call *call, const char *line, const cJSON *object)
{
    const cJSON *event = cJSON_GetObjectItemCaseSensitive(object, "event");
    const cJSON *shown = event != NULL ? event : object;
    char *text;

    if (strcmp(call->name, "status") == 0) {
        printf("%s\n", line);
    } else if (strcmp(call->name, "wait") == 0) {
        text = cJSON_PrintUnformatted(shown);
        printf("%s\n", text != NULL ? text : line);
        cJSON_free(text);
    }
}

/* True when more lines are wanted. */
static bool on_reply(void *user, const char *line)
{
    struct call *call = user;
    cJSON *object = cJSON_Parse(line);
    const cJSON *ok = cJSON_GetObjectItemCaseSensitive(object, "ok");
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(object, "error");
    bool more = call->streams;

    if (call->started && ok == NULL) {
        /* An event, as it is. */
        more = printf("%s\n", line) > 0 && fflush(stdout) == 0;
    } else if (cJSON_IsTrue(ok)) {
        call->started = true;
        call->code = EXIT_PASSED;
        show(call, line, object);
    } else {
        call->code = EXIT_FAILED;
        fprintf(stderr, "hl78sim ctl: %s: %s\n", call->name,
                cJSON_IsString(error) ? error->valuestring : "an answer that is not understood");
        more = false;
    }
    cJSON_Delete(object);
    return more;
}

/* Actions and questions are answered soon; waiting and listening go on unless said. */
static int timeout_ms(const struct ctl_options *options, const char *name)
{
    if (options->timeout >= 0) {
        return (int)(options->timeout / HLSIM_MS);
    }
    return is_listening(name) ? -1 : ANSWER_TIME_MS;
}

static enum exit_code call(const struct ctl_options *options, const char *request)
{
    const char *name = options->parsed.operands.items[0];
    struct call call = {
        .name = name, .streams = strcmp(name, "events") == 0, .code = EXIT_ENVIRONMENT};
    const struct hlpty_control_call question = {.path = options->control,
                                                .line = request,
                                                .timeout_ms = timeout_ms(options, name),
                                                .user = &call,
                                                .reply = on_reply};
    struct hlpty_error error;
    int result = hlpty_control_call(&question, &error);

    /* A stream ends with its time or with whoever was listened to. */
    if (result == 0 ||
        (call.streams && call.started && (result == HLSIM_E_LIMIT || result == HLSIM_E_GONE))) {
        return call.code;
    }
    fprintf(stderr, "hl78sim ctl: %s\n", error.text);
    return result == HLSIM_E_LIMIT ? EXIT_FAILED : EXIT_ENVIRONMENT;
}

/* Says what can be asked for, from the table of actions. */
static enum exit_code list_actions(void)
{
    struct hlsim_catalogue_action action;

    fprintf(stderr, "hl78sim ctl: ACTION: is missing: one of status, wait, events");
    for (size_t i = 0; hlsim_catalogue_action(i, &action); i++) {
        fprintf(stderr, ", %s", action.name);
    }
    fprintf(stderr, "\n");
    return EXIT_USAGE;
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
        return list_actions();
    }
    if (options->parsed.has_tail) {
        return refuse("--", "ctl starts no program");
    }
    if (options->timeout / HLSIM_MS > INT64_C(1000000000)) {
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
     "how long an answer may take (10s), how long to wait or to listen (for ever)"},
    {.name = NULL},
};

static const struct ctl_options defaults = {.timeout = -1};

const struct command command_ctl = {
    .name = "ctl",
    .operands = "--control PATH ACTION|status|wait|events [KEY=VALUE...] [modem=N]",
    .about = "Act on a served or running modem, ask for its status, wait, listen",
    .details =
        "An action is one of those of scenarios and strikes at once; without one all are named. "
        "wait ends with the first event that matches, or when a path has a value; events shows "
        "what happens, as lines of a trace. The words behind them are members of a matcher, paths "
        "with their values, or a matcher as JSON.",
    .examples = "hl78sim ctl --control /tmp/control power_cut for=2s\n"
                "hl78sim ctl --control /tmp/control wait urc='+WDSI: 16' --timeout 5m\n"
                "hl78sim ctl --control /tmp/control wait modem.firmware=4.6.8.0\n"
                "hl78sim ctl --control /tmp/control events event=modem.session",
    .options = rows,
    .size = sizeof(struct ctl_options),
    .defaults = &defaults,
    .run = run,
};
