/*
 * A recursive-descent checker of JSON and a walker along a pointer. Builds no tree.
 */
#include "load/json.h"

#include <hl78sim/error.h>
#include <hl78sim/load.h>

#include <stdint.h>
#include <string.h>

struct cursor {
    const char *text;
    size_t size;
    size_t at;
    unsigned depth;
    const char *expected; /* of the first fault */
};

/* A name as it lies in the text, without its quotes. */
struct name {
    size_t at;
    size_t size;
};

static int fault(struct cursor *cursor, const char *expected)
{
    cursor->expected = expected;
    return HLSIM_E_FORMAT;
}

static int peek(const struct cursor *cursor)
{
    return cursor->at < cursor->size ? (unsigned char)cursor->text[cursor->at] : -1;
}

static void skip_space(struct cursor *cursor)
{
    int byte = peek(cursor);

    while (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
        cursor->at++;
        byte = peek(cursor);
    }
}

/* The length of one well-formed UTF-8 sequence (RFC 3629, section 4), 0: not well formed. */
static size_t utf8_length(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] < 0x80   ? 1
                    : bytes[0] < 0xc2 ? 0
                    : bytes[0] < 0xe0 ? 2
                    : bytes[0] < 0xf0 ? 3
                    : bytes[0] < 0xf5 ? 4
                                      : 0;

    if (length == 0 || length > size) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((bytes[0] == 0xe0 && bytes[1] < 0xa0) || (bytes[0] == 0xed && bytes[1] > 0x9f) ||
        (bytes[0] == 0xf0 && bytes[1] < 0x90) || (bytes[0] == 0xf4 && bytes[1] > 0x8f)) {
        return 0;
    }
    return length;
}

/* Four hexadecimal digits at the cursor, which stays; -1: there are none. */
static long hex4(const struct cursor *cursor)
{
    long value = 0;

    for (size_t i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *found = cursor->at + i < cursor->size && cursor->text[cursor->at + i] != '\0'
                                ? strchr(digits, cursor->text[cursor->at + i])
                                : NULL;

        if (found == NULL) {
            return -1;
        }
        value = value * 16 + (found - digits) % 16;
    }
    return value;
}

/* Behind "\u": one unit, or a pair of surrogates; never U+0000. */
static int check_unicode_escape(struct cursor *cursor)
{
    long unit = hex4(cursor);

    if (unit < 0) {
        return fault(cursor, "four hexadecimal digits after \\u");
    }
    if (unit == 0) {
        return fault(cursor, "a character other than U+0000");
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) {
        return fault(cursor, "a high surrogate before this low one");
    }
    cursor->at += 4;
    if (unit >= 0xd800 && unit <= 0xdbff) {
        long low = -1;

        if (cursor->size - cursor->at >= 2 && cursor->text[cursor->at] == '\\' &&
            cursor->text[cursor->at + 1] == 'u') {
            cursor->at += 2;
            low = hex4(cursor);
        }
        if (low < 0xdc00 || low > 0xdfff) {
            return fault(cursor, "a low surrogate after this high one");
        }
        cursor->at += 4;
    }
    return 0;
}

static int check_escape(struct cursor *cursor)
{
    int byte;

    cursor->at++;
    byte = peek(cursor);
    if (byte == 'u') {
        cursor->at++;
        return check_unicode_escape(cursor);
    }
    if (byte <= 0 || strchr("\"\\/bfnrt", byte) == NULL) {
        return fault(cursor, "one of \" \\ / b f n r t u after the backslash");
    }
    cursor->at++;
    return 0;
}

static int check_string(struct cursor *cursor, struct name *ret_name)
{
    cursor->at++;
    ret_name->at = cursor->at;
    for (;;) {
        int byte = peek(cursor);

        if (byte < 0) {
            return fault(cursor, "the closing quote of a text");
        }
        if (byte == '"') {
            ret_name->size = cursor->at - ret_name->at;
            cursor->at++;
            return 0;
        }
        if (byte < 0x20) {
            return fault(cursor, "no bare control character in a text (a closing quote is missing, "
                                 "or it must be escaped)");
        }
        if (byte == '\\') {
            int result = check_escape(cursor);

            if (result < 0) {
                return result;
            }
        } else {
            size_t length = utf8_length(cursor->text + cursor->at, cursor->size - cursor->at);

            if (length == 0) {
                return fault(cursor, "well-formed UTF-8");
            }
            cursor->at += length;
        }
    }
}

static size_t skip_digits(struct cursor *cursor)
{
    size_t start = cursor->at;

    while (peek(cursor) >= '0' && peek(cursor) <= '9') {
        cursor->at++;
    }
    return cursor->at - start;
}

static int check_number(struct cursor *cursor)
{
    if (peek(cursor) == '-') {
        cursor->at++;
    }
    if (peek(cursor) == '0') {
        cursor->at++;
        if (peek(cursor) >= '0' && peek(cursor) <= '9') {
            return fault(cursor, "a number without leading zeros");
        }
    } else if (skip_digits(cursor) == 0) {
        return fault(cursor, "a digit");
    }
    if (peek(cursor) == '.') {
        cursor->at++;
        if (skip_digits(cursor) == 0) {
            return fault(cursor, "a digit after the decimal point");
        }
    }
    if (peek(cursor) == 'e' || peek(cursor) == 'E') {
        cursor->at++;
        if (peek(cursor) == '+' || peek(cursor) == '-') {
            cursor->at++;
        }
        if (skip_digits(cursor) == 0) {
            return fault(cursor, "a digit of the exponent");
        }
    }
    return 0;
}

static int check_word(struct cursor *cursor)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i]);

        if (cursor->size - cursor->at >= size &&
            memcmp(cursor->text + cursor->at, words[i], size) == 0) {
            cursor->at += size;
            return 0;
        }
    }
    return fault(cursor, "a value: an object, an array, a text in double quotes, a number, true, "
                         "false or null");
}

/* One character of a name that was checked, escapes decoded to code points. */
static uint32_t next_of_name(const char *text, size_t *at)
{
    struct cursor cursor = {.text = text, .size = SIZE_MAX, .at = *at + 2};
    const char *plain = "\"\\/bfnrt";
    const char *meant = "\"\\/\b\f\n\r\t";
    uint32_t unit;

    if (text[*at] != '\\') {
        /* A pointer may name anything, so its bytes need not be well formed. */
        size_t length = utf8_length(text + *at, 4) > 0 ? utf8_length(text + *at, 4) : 1;
        uint32_t code = (unsigned char)text[*at];

        if (length > 1) {
            code &= 0xffu >> (length + 1);
        }
        for (size_t i = 1; i < length; i++) {
            code = code << 6 | ((unsigned char)text[*at + i] & 0x3fu);
        }
        *at += length;
        return code;
    }
    if (text[*at + 1] != 'u') {
        const char *found = strchr(plain, text[*at + 1]);

        *at += 2;
        return (unsigned char)meant[found - plain];
    }
    unit = (uint32_t)hex4(&cursor);
    *at += 6;
    if (unit >= 0xd800 && unit <= 0xdbff) {
        cursor.at += 6;
        unit = 0x10000 + ((unit - 0xd800) << 10) + ((uint32_t)hex4(&cursor) - 0xdc00);
        *at += 6;
    }
    return unit;
}

static bool names_equal(const char *text, const struct name *a, const struct name *b)
{
    size_t i = a->at;
    size_t j = b->at;

    while (i < a->at + a->size && j < b->at + b->size) {
        if (next_of_name(text, &i) != next_of_name(text, &j)) {
            return false;
        }
    }
    return i == a->at + a->size && j == b->at + b->size;
}

static int check_value(struct cursor *cursor);

/* The name of a member and its colon; `names` are those before it in the object. */
static int check_name(struct cursor *cursor, struct name *names, size_t count)
{
    int result;

    if (peek(cursor) != '"') {
        return fault(cursor, "a name in double quotes");
    }
    if (count == HLSIM__JSON_MEMBERS_MAX) {
        return fault(cursor, "fewer members in one object");
    }
    result = check_string(cursor, &names[count]);
    if (result < 0) {
        return result;
    }
    if (names[count].size > HLSIM__JSON_NAME_MAX) {
        cursor->at = names[count].at - 1;
        return fault(cursor, "a shorter name");
    }
    for (size_t i = 0; i < count; i++) {
        if (names_equal(cursor->text, &names[i], &names[count])) {
            cursor->at = names[count].at - 1;
            return fault(cursor, "a name that this object does not have yet");
        }
    }
    skip_space(cursor);
    if (peek(cursor) != ':') {
        return fault(cursor, "':' after the name");
    }
    cursor->at++;
    return 0;
}

static int check_object(struct cursor *cursor)
{
    struct name names[HLSIM__JSON_MEMBERS_MAX];
    size_t count = 0;

    cursor->at++;
    skip_space(cursor);
    if (peek(cursor) == '}') {
        cursor->at++;
        return 0;
    }
    for (;;) {
        int result = check_name(cursor, names, count++);

        if (result == 0) {
            result = check_value(cursor);
        }
        if (result < 0) {
            return result;
        }
        if (peek(cursor) == '}') {
            cursor->at++;
            return 0;
        }
        if (peek(cursor) != ',') {
            return fault(cursor, "',' or '}' after the member");
        }
        cursor->at++;
        skip_space(cursor);
    }
}

static int check_array(struct cursor *cursor)
{
    cursor->at++;
    skip_space(cursor);
    if (peek(cursor) == ']') {
        cursor->at++;
        return 0;
    }
    for (;;) {
        int result = check_value(cursor);

        if (result < 0) {
            return result;
        }
        if (peek(cursor) == ']') {
            cursor->at++;
            return 0;
        }
        if (peek(cursor) != ',') {
            return fault(cursor, "',' or ']' after the element");
        }
        cursor->at++;
    }
}

/* One value with the space around it. */
static int check_value(struct cursor *cursor)
{
    struct name ignored;
    int byte;
    int result;

    skip_space(cursor);
    byte = peek(cursor);
    if (byte == '{' || byte == '[') {
        if (cursor->depth == HLSIM_LOAD_DEPTH_MAX) {
            return fault(cursor, "fewer arrays and objects in each other");
        }
        cursor->depth++;
        result = byte == '{' ? check_object(cursor) : check_array(cursor);
        cursor->depth--;
    } else if (byte == '"') {
        result = check_string(cursor, &ignored);
    } else if (byte == '-' || (byte >= '0' && byte <= '9')) {
        result = check_number(cursor);
    } else {
        result = check_word(cursor);
    }
    if (result == 0) {
        skip_space(cursor);
    }
    return result;
}

int hlsim__json_check(const char *text, size_t size, size_t *reterr_offset,
                      const char **reterr_expected)
{
    struct cursor cursor = {.text = text, .size = size};
    int result = check_value(&cursor);

    if (result == 0 && cursor.at < size) {
        result = fault(&cursor, "nothing after the end of the value");
    }
    if (result < 0) {
        *reterr_offset = cursor.at;
        *reterr_expected = cursor.expected;
    }
    return result;
}

/* Whether a name of the text is what the pointer's next part says; that ends before `end`. */
static bool name_is(const char *text, const struct name *name, const char *part, const char *end)
{
    size_t at = name->at;

    while (at < name->at + name->size && part < end) {
        size_t used = 0;
        uint32_t wanted;

        if (*part == '~') {
            wanted = part[1] == '1' ? '/' : '~';
            part += 2;
        } else if (*part == '\\') {
            wanted = '\\';
            part++;
        } else {
            wanted = next_of_name(part, &used);
            part += used;
        }
        if (next_of_name(text, &at) != wanted) {
            return false;
        }
    }
    return at == name->at + name->size && part == end;
}

/*
 * Moves the cursor, which is at an object, to the member of that name. True with the places of its
 * name and value.
 */
static bool enter_member(struct cursor *cursor, const char *part, const char *end, size_t *ret_name,
                         size_t *ret_value)
{
    cursor->at++;
    skip_space(cursor);
    while (peek(cursor) == '"') {
        struct name name = {0};
        size_t at = cursor->at;

        check_string(cursor, &name);
        skip_space(cursor);
        cursor->at++;
        skip_space(cursor);
        if (name_is(cursor->text, &name, part, end)) {
            *ret_name = at;
            *ret_value = cursor->at;
            return true;
        }
        check_value(cursor);
        cursor->at++;
        skip_space(cursor);
    }
    return false;
}

static bool enter_element(struct cursor *cursor, const char *part, const char *end,
                          size_t *ret_value)
{
    size_t index = 0;

    for (; part < end; part++) {
        index = index * 10 + (size_t)(*part - '0');
    }
    cursor->at++;
    skip_space(cursor);
    while (peek(cursor) != ']') {
        if (index == 0) {
            *ret_value = cursor->at;
            return true;
        }
        index--;
        check_value(cursor);
        if (peek(cursor) != ',') {
            return false;
        }
        cursor->at++;
        skip_space(cursor);
    }
    return false;
}

bool hlsim__json_locate(const char *text, size_t size, const char *pointer, bool name,
                        size_t *ret_offset)
{
    struct cursor cursor = {.text = text, .size = size};
    size_t found;
    size_t found_name;

    skip_space(&cursor);
    found = found_name = cursor.at;
    while (*pointer == '/') {
        const char *part = pointer + 1;
        const char *end = part + strcspn(part, "/");
        bool entered = false;

        if (peek(&cursor) == '{') {
            entered = enter_member(&cursor, part, end, &found_name, &found);
        } else if (peek(&cursor) == '[') {
            entered = enter_element(&cursor, part, end, &found);
            found_name = found;
        }
        if (!entered) {
            *ret_offset = found;
            return false;
        }
        pointer = end;
    }
    *ret_offset = name ? found_name : found;
    return true;
}
