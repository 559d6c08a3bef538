/*
 * Edits a tree along dotted paths.
 */
#include "load/override.h"

#include "load/json.h"

#include <stdio.h>
#include <string.h>

#define PATH_SIZE 192

/* JSON when it is, else the text itself. NULL: no memory. */
static cJSON *parse_value(const char *text)
{
    size_t offset;
    const char *expected;

    if (hlsim__json_check(text, strlen(text), &offset, &expected) == 0) {
        return cJSON_Parse(text);
    }
    return cJSON_CreateString(text);
}

/* The element or member of that name; an absent member of an object is made as an object. */
static cJSON *step_into(cJSON *parent, const char *part)
{
    cJSON *child;

    if (cJSON_IsArray(parent)) {
        size_t digits = strspn(part, "0123456789");
        int index = 0;

        if (digits == 0 || digits > 4 || part[digits] != '\0') {
            return NULL;
        }
        for (size_t i = 0; i < digits; i++) {
            index = index * 10 + (part[i] - '0');
        }
        return cJSON_GetArrayItem(parent, index);
    }
    if (!cJSON_IsObject(parent)) {
        return NULL;
    }
    child = cJSON_GetObjectItemCaseSensitive(parent, part);
    return child != NULL ? child : cJSON_AddObjectToObject(parent, part);
}

/* Puts the value at the last part. False when nothing can be there. */
static bool put(cJSON *parent, const char *part, cJSON *value)
{
    cJSON *existing;

    if (!cJSON_IsObject(parent) && !cJSON_IsArray(parent)) {
        return false;
    }
    if (cJSON_IsObject(parent)) {
        return cJSON_GetObjectItemCaseSensitive(parent, part) != NULL
                   ? cJSON_ReplaceItemInObjectCaseSensitive(parent, part, value)
                   : cJSON_AddItemToObject(parent, part, value);
    }
    existing = step_into(parent, part);
    return existing != NULL && cJSON_ReplaceItemViaPointer(parent, existing, value);
}

/*
 * Ends the first part of a path with a NUL; what follows it, or NULL. Below "settings" all of the
 * rest is one part.
 */
static char *split(char *part, const char *parent)
{
    char *dot = strcmp(parent, "settings") == 0 ? NULL : strchr(part, '.');

    if (dot == NULL) {
        return NULL;
    }
    *dot = '\0';
    return dot + 1;
}

static bool apply(struct hlsim__source *source, cJSON *root, char *path, cJSON *value,
                  const char *label)
{
    /* A reader of its own, for its way of writing pointers. */
    struct hlsim__reader reader = {.source = source};
    cJSON *parent = root;
    char *part = path;
    char *rest = split(part, "");

    hlsim__reader_enter(&reader, part);
    while (rest != NULL) {
        const char *before = part;

        parent = step_into(parent, part);
        part = rest;
        rest = split(part, before);
        hlsim__reader_enter(&reader, part);
    }
    return hlsim__source_override(source, reader.pointer, label) == 0 && parent != NULL &&
           put(parent, part, value);
}

void hlsim__override_apply(struct hlsim__source *source, cJSON *root, const char *override)
{
    const char *equals = strchr(override, '=');
    char label[PATH_SIZE + 64];
    char path[PATH_SIZE];
    cJSON *value;

    snprintf(label, sizeof label, "--set %.200s", override);
    if (equals == NULL || equals == override || (size_t)(equals - override) >= sizeof path) {
        hlsim__complain_about(source, label, "expected PATH=VALUE");
        return;
    }
    memcpy(path, override, (size_t)(equals - override));
    path[equals - override] = '\0';
    value = parse_value(equals + 1);
    if (value == NULL || !apply(source, root, path, value, label)) {
        cJSON_Delete(value);
        hlsim__complain_about(source, label, "nothing can be set at this path");
    }
}

void hlsim__override_text(struct hlsim__source *source, cJSON *root, const char *part,
                          const char *key, const char *text, const char *label)
{
    struct hlsim__reader reader = {.source = source};
    cJSON *parent = step_into(root, part);
    cJSON *value = cJSON_CreateString(text);

    hlsim__reader_enter(&reader, part);
    hlsim__reader_enter(&reader, key);
    if (parent == NULL || value == NULL ||
        hlsim__source_override(source, reader.pointer, label) < 0 || !put(parent, key, value)) {
        cJSON_Delete(value);
        hlsim__complain_about(source, label, "nothing can be set at this path");
    }
}
