/*
 * The action http_answer: from the language's keys to an answer that the package store's server
 * gives.
 */
#include "world/inside.h"

#include <stdio.h>
#include <string.h>

static int64_t number_of(const struct hlsim_action *action, const char *key, int64_t otherwise)
{
    const struct hlsim_value *value = hlsim_action_param(action, key);

    return value == NULL || value->type != HLSIM_VALUE_INT ? otherwise : value->integer;
}

static const char *text_of(const struct hlsim_action *action, const char *key,
                           const char *otherwise)
{
    const struct hlsim_value *value = hlsim_action_param(action, key);

    return value == NULL || value->type != HLSIM_VALUE_TEXT ? otherwise : value->text;
}

/* The place of a text in a list that NULL ends; 0 for one that is not there. */
static unsigned place_of(const char *text, const char *const *list)
{
    for (unsigned i = 0; list[i] != NULL; i++) {
        if (strcmp(list[i], text) == 0) {
            return i;
        }
    }
    return 0;
}

/* The status that is meant where none is named: of a redirection 302, of a fault of another kind
 * the server's own, and 404 where nothing else is said to be wrong. */
static unsigned usual_status(const struct hlsim_action *action)
{
    static const char *const others[] = {"close_after", "delay",   "rate", "length",
                                         "offset",      "framing", "head"};

    if (*text_of(action, "location", "") != '\0') {
        return 302;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const struct hlsim_value *value = hlsim_action_param(action, others[i]);

        if (value != NULL && value->type != HLSIM_VALUE_NULL) {
            return 0;
        }
    }
    return 404;
}

enum hlsim_acted hlsim__act_http_answer(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    static const char *const framings[] = {"length", "chunked", "close", NULL};
    static const char *const heads[] = {"good", "none", "junk", "huge", "endless", NULL};
    static const char *const requests[] = {"all", "head", "get", NULL};
    static const char *const methods[] = {NULL, "HEAD", "GET"};
    struct hlsim__http_answer answer = {
        .method = methods[place_of(text_of(action, "request", "all"), requests)],
        .count = (unsigned)number_of(action, "count", 1),
        .status = (unsigned)number_of(action, "code", usual_status(action)),
        .framing = (enum hlsim__http_framing)place_of(text_of(action, "framing", ""), framings),
        .head = (enum hlsim__http_head)place_of(text_of(action, "head", ""), heads),
        .delay = number_of(action, "delay", 0),
        .rate = number_of(action, "rate", 0),
        .length = number_of(action, "length", -1),
        .offset = number_of(action, "offset", -1),
        .close_after = number_of(action, "close_after", -1),
    };

    snprintf(answer.path, sizeof answer.path, "%s", text_of(action, "path", ""));
    snprintf(answer.location, sizeof answer.location, "%s", text_of(action, "location", ""));
    return hlsim__airvantage_http_answer(slot->world->airvantage, &answer) < 0 ? HLSIM_ACT_NOTHING
                                                                               : HLSIM_ACTED;
}
