/*
 * Streaming JSON: puts commas, colons, brackets and escapes around the caller's values.
 */
#include "codec/json_writer.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_TEXT_SIZE = 24, ESCAPE_TEXT_SIZE = 8 };

void hlsim__json_init(struct hlsim__json_writer *writer, hlsim__json_write write, void *user)
{
    HLSIM_ASSERT(write != NULL);
    *writer = (struct hlsim__json_writer){.write = write, .user = user};
}

static void put(struct hlsim__json_writer *writer, const char *text, size_t size)
{
    int rc;

    if (writer->error < 0 || size == 0)
        return;
    rc = writer->write(writer->user, text, size);
    if (rc < 0)
        writer->error = rc;
}

/* Every value begins here: it settles the comma and that a value is allowed in this place. */
static void begin_value(struct hlsim__json_writer *writer)
{
    if (writer->depth == 0) {
        HLSIM_ASSERT(!writer->has_value);
    } else if (writer->closing[writer->depth - 1] == '}') {
        HLSIM_ASSERT(writer->has_key);
    } else if (writer->has_value) {
        put(writer, ",", 1);
    }
    writer->has_key = false;
    writer->has_value = true;
}

static int begin_level(struct hlsim__json_writer *writer, const char *opening, char closing)
{
    begin_value(writer);
    HLSIM_ASSERT(writer->depth < HLSIM__JSON_DEPTH_MAX);
    writer->closing[writer->depth++] = closing;
    writer->has_value = false;
    put(writer, opening, 1);
    return writer->error;
}

static int end_level(struct hlsim__json_writer *writer, char closing)
{
    HLSIM_ASSERT(writer->depth > 0 && writer->closing[writer->depth - 1] == closing);
    HLSIM_ASSERT(!writer->has_key);
    writer->depth--;
    writer->has_value = true;
    put(writer, &closing, 1);
    return writer->error;
}

int hlsim__json_begin_object(struct hlsim__json_writer *writer)
{
    return begin_level(writer, "{", '}');
}

int hlsim__json_end_object(struct hlsim__json_writer *writer)
{
    return end_level(writer, '}');
}

int hlsim__json_begin_array(struct hlsim__json_writer *writer)
{
    return begin_level(writer, "[", ']');
}

int hlsim__json_end_array(struct hlsim__json_writer *writer)
{
    return end_level(writer, ']');
}

/*
 * The size of the well-formed UTF-8 character at the beginning (Unicode 15, table 3-7), 0 when
 * there is none: no overlong forms, no surrogates, nothing beyond U+10FFFF.
 */
static size_t character_size(const unsigned char *text, size_t size)
{
    unsigned low = 0x80;
    unsigned high = 0xBF;
    size_t length;

    if (text[0] < 0x80)
        return 1;
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    length = text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
    if (text[0] == 0xE0)
        low = 0xA0;
    else if (text[0] == 0xED)
        high = 0x9F;
    else if (text[0] == 0xF0)
        low = 0x90;
    else if (text[0] == 0xF4)
        high = 0x8F;
    if (size < length || text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if (text[i] < 0x80 || text[i] > 0xBF)
            return 0;
    }
    return length;
}

static void put_escape(struct hlsim__json_writer *writer, unsigned char c)
{
    static const char short_escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    char text[ESCAPE_TEXT_SIZE];

    for (size_t i = 0; i + 1 < sizeof short_escapes; i += 2) {
        if ((unsigned char)short_escapes[i] == c) {
            text[0] = '\\';
            text[1] = short_escapes[i + 1];
            put(writer, text, 2);
            return;
        }
    }
    (void)snprintf(text, sizeof text, "\\u%04x", (unsigned)c);
    put(writer, text, 6);
}

/* Writes runs of plain text in one piece, so that the output is not called for each character. */
static void put_string(struct hlsim__json_writer *writer, const char *text, size_t size)
{
    size_t plain = 0;

    put(writer, "\"", 1);
    for (size_t i = 0; i < size;) {
        unsigned char c = (unsigned char)text[i];
        size_t length = character_size((const unsigned char *)text + i, size - i);

        if (length > 0 && c >= 0x20 && c != 0x7F && c != '"' && c != '\\') {
            i += length;
            continue;
        }
        put(writer, text + plain, i - plain);
        put_escape(writer, c);
        plain = ++i;
    }
    put(writer, text + plain, size - plain);
    put(writer, "\"", 1);
}

int hlsim__json_key(struct hlsim__json_writer *writer, const char *key)
{
    HLSIM_ASSERT(writer->depth > 0 && writer->closing[writer->depth - 1] == '}');
    HLSIM_ASSERT(!writer->has_key);
    if (writer->has_value)
        put(writer, ",", 1);
    put_string(writer, key, strlen(key));
    put(writer, ":", 1);
    writer->has_key = true;
    return writer->error;
}

int hlsim__json_string(struct hlsim__json_writer *writer, const char *text, size_t size)
{
    HLSIM_ASSERT(text != NULL || size == 0);
    begin_value(writer);
    put_string(writer, size > 0 ? text : "", size);
    return writer->error;
}

int hlsim__json_text(struct hlsim__json_writer *writer, const char *text)
{
    return hlsim__json_string(writer, text, strlen(text));
}

int hlsim__json_int64(struct hlsim__json_writer *writer, int64_t value)
{
    char text[NUMBER_TEXT_SIZE];
    int size = snprintf(text, sizeof text, "%" PRId64, value);

    begin_value(writer);
    put(writer, text, (size_t)size);
    return writer->error;
}

int hlsim__json_uint64(struct hlsim__json_writer *writer, uint64_t value)
{
    char text[NUMBER_TEXT_SIZE];
    int size = snprintf(text, sizeof text, "%" PRIu64, value);

    begin_value(writer);
    put(writer, text, (size_t)size);
    return writer->error;
}

int hlsim__json_bool(struct hlsim__json_writer *writer, bool value)
{
    begin_value(writer);
    if (value)
        put(writer, "true", 4);
    else
        put(writer, "false", 5);
    return writer->error;
}

int hlsim__json_null(struct hlsim__json_writer *writer)
{
    begin_value(writer);
    put(writer, "null", 4);
    return writer->error;
}

int hlsim__json_finish(const struct hlsim__json_writer *writer)
{
    HLSIM_ASSERT(writer->error < 0 || (writer->depth == 0 && writer->has_value));
    return writer->error;
}
