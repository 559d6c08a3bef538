/*
 * The table-driven reader and the readers of plain values.
 */
#include "load/reader.h"

#include "base/assert.h"
#include "codec/charset.h"
#include "load/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TELEPHONE_DIGITS_MAX (HLSIM_NUMBER_SIZE - 2)

/* Integers above this are not exact in a double (RFC 8259, section 6). */
#define EXACT_MAX 9007199254740991.0

/* Longer durations than this many seconds are not needed: 31 years. */
#define SECONDS_MAX 1e9

static void append(struct hlsim__reader *reader, char byte)
{
    if (reader->pointer_size < sizeof reader->pointer - 1) {
        reader->pointer[reader->pointer_size++] = byte;
        reader->pointer[reader->pointer_size] = '\0';
    }
}

void hlsim__reader_enter(struct hlsim__reader *reader, const char *key)
{
    append(reader, '/');
    for (; *key != '\0'; key++) {
        if (*key == '~' || *key == '/') {
            append(reader, '~');
            append(reader, *key == '~' ? '0' : '1');
        } else {
            append(reader, *key);
        }
    }
}

void hlsim__reader_enter_index(struct hlsim__reader *reader, size_t index)
{
    char text[24];

    snprintf(text, sizeof text, "%zu", index);
    hlsim__reader_enter(reader, text);
}

void hlsim__reader_leave(struct hlsim__reader *reader)
{
    char *last = strrchr(reader->pointer, '/');

    HLSIM_ASSERT(last != NULL);
    *last = '\0';
    reader->pointer_size = (size_t)(last - reader->pointer);
}

void hlsim__reader_complain(struct hlsim__reader *reader, const char *format, ...)
{
    char message[sizeof((struct hlsim_diagnostic *)NULL)->message];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_VALUE, "%s", message);
}

void hlsim__reader_unknown(struct hlsim__reader *reader, const char *what, const char *key,
                           const struct hlsim__nearest *nearest)
{
    char hint[HLSIM__HINT_SIZE];

    hlsim__reader_enter(reader, key);
    hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY, "unknown %s \"%s\"%s", what,
                    key, hlsim__nearest_hint(nearest, hint));
    hlsim__reader_leave(reader);
}

void hlsim__reader_later(struct hlsim__reader *reader, const char *key)
{
    hlsim__reader_enter(reader, key);
    hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY, "\"%s\" is not supported yet",
                    key);
    hlsim__reader_leave(reader);
}

static const char *kind_name(const cJSON *value)
{
    return cJSON_IsObject(value)   ? "an object"
           : cJSON_IsArray(value)  ? "an array"
           : cJSON_IsString(value) ? "a text"
           : cJSON_IsNumber(value) ? "a number"
           : cJSON_IsBool(value)   ? (cJSON_IsTrue(value) ? "true" : "false")
                                   : "null";
}

/* Short texts are shown, so that the message says what was there. */
static void expected(struct hlsim__reader *reader, const cJSON *value, const char *what)
{
    if (cJSON_IsString(value) && strlen(value->valuestring) <= 40) {
        hlsim__reader_complain(reader, "expected %s, found \"%s\"", what, value->valuestring);
    } else if (cJSON_IsNumber(value)) {
        hlsim__reader_complain(reader, "expected %s, found %.15g", what, value->valuedouble);
    } else {
        hlsim__reader_complain(reader, "expected %s, found %s", what, kind_name(value));
    }
}

bool hlsim__reader_wants_object(struct hlsim__reader *reader, const cJSON *value)
{
    if (!cJSON_IsObject(value)) {
        expected(reader, value, "an object");
        return false;
    }
    return true;
}

bool hlsim__reader_wants_array(struct hlsim__reader *reader, const cJSON *value, size_t min,
                               size_t max)
{
    size_t count;

    if (!cJSON_IsArray(value)) {
        expected(reader, value, "an array");
        return false;
    }
    count = (size_t)cJSON_GetArraySize(value);
    if (count < min || count > max) {
        hlsim__reader_complain(reader, "expected %zu to %zu elements, found %zu", min, max, count);
        return false;
    }
    return true;
}

const char *hlsim__reader_wants_text(struct hlsim__reader *reader, const cJSON *value,
                                     const char *what)
{
    if (!cJSON_IsString(value)) {
        expected(reader, value, what);
        return NULL;
    }
    return value->valuestring;
}

bool hlsim__reader_wants_integer(struct hlsim__reader *reader, const cJSON *value, int64_t min,
                                 int64_t max, int64_t *ret_number)
{
    double number = cJSON_IsNumber(value) ? value->valuedouble : 0.5;
    char what[80];

    if (number < -EXACT_MAX || number > EXACT_MAX || (double)(int64_t)number < number ||
        (double)(int64_t)number > number || (int64_t)number < min || (int64_t)number > max) {
        snprintf(what, sizeof what, "an integer from %lld to %lld", (long long)min, (long long)max);
        expected(reader, value, what);
        return false;
    }
    *ret_number = (int64_t)number;
    return true;
}

bool hlsim__reader_wants_duration(struct hlsim__reader *reader, const cJSON *value,
                                  int64_t *ret_nanoseconds)
{
    if (cJSON_IsNumber(value) && value->valuedouble >= 0 && value->valuedouble <= SECONDS_MAX) {
        *ret_nanoseconds = (int64_t)(value->valuedouble * (double)HLSIM_SECOND + 0.5);
        return true;
    }
    if (cJSON_IsString(value) && hlsim_duration_parse(value->valuestring, ret_nanoseconds) == 0) {
        return true;
    }
    expected(reader, value, "a duration (\"250ms\", \"30m\", \"90d\", or a number of seconds)");
    return false;
}

int hlsim__reader_wants_choice(struct hlsim__reader *reader, const cJSON *value,
                               const char *const *choices)
{
    char what[200] = "";

    for (int i = 0; choices[i] != NULL; i++) {
        size_t used = strlen(what);

        if (cJSON_IsString(value) && strcmp(value->valuestring, choices[i]) == 0) {
            return i;
        }
        snprintf(what + used, sizeof what - used, "%s\"%s\"", i == 0 ? "" : " or ", choices[i]);
    }
    expected(reader, value, what);
    return HLSIM_E_NOT_FOUND;
}

bool hlsim__reader_wants_copy(struct hlsim__reader *reader, const cJSON *value, size_t min,
                              char *target, size_t size)
{
    char what[80];
    size_t length;

    snprintf(what, sizeof what, "a text of %zu to %zu bytes", min, size - 1);
    if (hlsim__reader_wants_text(reader, value, what) == NULL) {
        return false;
    }
    length = strlen(value->valuestring);
    if (length < min || length >= size) {
        hlsim__reader_complain(reader, "expected %s, found %zu", what, length);
        return false;
    }
    memcpy(target, value->valuestring, length + 1);
    return true;
}

size_t hlsim__reader_wants_bytes(struct hlsim__reader *reader, const cJSON *value,
                                 const char *example, uint8_t *ret_bytes, size_t max)
{
    const char *text = hlsim__reader_wants_text(reader, value, "a text or bytes in \"hex:..\"");
    size_t size = text == NULL ? 0 : strlen(text);

    if (text == NULL) {
        return 0;
    }
    if (strncmp(text, "hex:", 4) == 0) {
        int count = hlsim__hex_read(text + 4, size - 4, ret_bytes, max);

        if (count <= 0) {
            hlsim__reader_complain(reader, "expected bytes such as \"%s\", up to %zu", example,
                                   max);
        }
        return count <= 0 ? 0 : (size_t)count;
    }
    if (size == 0 || size > max) {
        hlsim__reader_complain(reader, "expected 1 to %zu bytes", max);
        return 0;
    }
    memcpy(ret_bytes, text, size);
    return size;
}

void hlsim__read_text(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    const struct hlsim__text_size *limits = about;

    hlsim__reader_wants_copy(reader, value, limits->min, target, limits->size);
}

void hlsim__read_telephone(struct hlsim__reader *reader, const cJSON *value, void *target,
                           const void *about)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    const char *digits = text + (text[0] == '+');
    size_t size = strlen(digits);

    (void)about;
    if (size < 1 || size > TELEPHONE_DIGITS_MAX || strspn(digits, "0123456789") != size) {
        expected(reader, value, "a telephone number of 1 to 20 digits, perhaps behind a '+'");
        return;
    }
    strcpy(target, text);
}

void hlsim__read_version(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    (void)about;
    if (!cJSON_IsString(value) || !hlsim_version_valid(value->valuestring)) {
        expected(reader, value, "a version such as \"4.6.8.0\"");
        return;
    }
    strcpy(target, value->valuestring);
}

void hlsim__read_integer(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    const struct hlsim__range *range = about;

    hlsim__reader_wants_integer(reader, value, range->min, range->max, target);
}

void hlsim__read_unsigned(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    const struct hlsim__range *range = about;
    unsigned *number = target;
    int64_t found;

    if (hlsim__reader_wants_integer(reader, value, range->min, range->max, &found)) {
        *number = (unsigned)found;
    }
}

void hlsim__read_bool(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    bool *flag = target;

    (void)about;
    if (cJSON_IsBool(value)) {
        *flag = cJSON_IsTrue(value);
    } else {
        expected(reader, value, "true or false");
    }
}

void hlsim__read_duration(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    (void)about;
    hlsim__reader_wants_duration(reader, value, target);
}

void hlsim__read_share(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    uint32_t *ppm = target;

    (void)about;
    if (!cJSON_IsNumber(value) || value->valuedouble < 0 || value->valuedouble > 1) {
        expected(reader, value, "a share from 0 to 1");
        return;
    }
    *ppm = (uint32_t)(value->valuedouble * 1e6 + 0.5);
}

void hlsim__read_ignored(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    (void)target;
    (void)about;
    hlsim__reader_wants_text(reader, value, "a text");
}

void hlsim__read_before(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    (void)reader;
    (void)value;
    (void)target;
    (void)about;
}

void hlsim__read_about(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    char text[HLSIM__ABOUT_MAX + 1];

    (void)target;
    (void)about;
    hlsim__reader_wants_copy(reader, value, 0, text, sizeof text);
}

cJSON *hlsim__source_parse(struct hlsim__source *source)
{
    const char *expected = NULL;
    size_t offset = 0;
    cJSON *root;

    if (source->size > HLSIM_LOAD_SIZE_MAX) {
        hlsim__complain_about(source, source->file, "expected at most %d bytes",
                              HLSIM_LOAD_SIZE_MAX);
        return NULL;
    }
    if (hlsim__json_check(source->text, source->size, &offset, &expected) < 0) {
        hlsim__complain_at(source, offset, "", "expected %s", expected);
        return NULL;
    }
    root = cJSON_ParseWithLength(source->text, source->size);
    if (root == NULL) {
        hlsim__complain_about(source, source->file, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    return root;
}

static const struct hlsim__key *find(const struct hlsim__key *keys, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            return &keys[i];
        }
    }
    return NULL;
}

static void unknown_member(struct hlsim__reader *reader, const struct hlsim__key *keys,
                           size_t count, const char *name)
{
    struct hlsim__nearest nearest;

    hlsim__nearest_init(&nearest, name);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].read != NULL) {
            hlsim__nearest_offer(&nearest, keys[i].name);
        }
    }
    hlsim__reader_unknown(reader, "key", name, &nearest);
}

void hlsim__read_object(struct hlsim__reader *reader, const cJSON *object,
                        const struct hlsim__key *keys, size_t key_count, void *target)
{
    const cJSON *member;

    if (!hlsim__reader_wants_object(reader, object)) {
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        const struct hlsim__key *key = find(keys, key_count, member->string);

        if (key == NULL) {
            unknown_member(reader, keys, key_count, member->string);
        } else if (key->read == NULL) {
            hlsim__reader_later(reader, member->string);
        } else {
            hlsim__reader_enter(reader, member->string);
            key->read(reader, member, (char *)target + key->offset, key->about);
            hlsim__reader_leave(reader);
        }
    }
    for (size_t i = 0; i < key_count; i++) {
        if (keys[i].required && cJSON_GetObjectItemCaseSensitive(object, keys[i].name) == NULL) {
            hlsim__reader_complain(reader, "\"%s\" is missing", keys[i].name);
        }
    }
}
