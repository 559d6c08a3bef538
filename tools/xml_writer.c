/*
 * Escaping and indenting.
 */
#include "xml_writer.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Characters ---- */

/* How many continuation bytes follow a lead byte; -1: it is none. RFC 3629 3. */
static int followers(uint8_t lead)
{
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 1;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return 2;
    }
    return lead >= 0xf0 && lead <= 0xf4 ? 3 : -1;
}

/* What XML 1.0 2.2 leaves out of Unicode, beyond the control characters. */
static bool is_character(uint32_t code, int count)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};

    return code >= smallest[count] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) &&
           code != 0xfffe && code != 0xffff;
}

/* The size of the character at `text` beyond ASCII; 0 when there is none. */
static size_t wide_size(const char *text)
{
    const uint8_t *bytes = (const uint8_t *)text;
    int count = followers(bytes[0]);
    uint32_t code;

    if (count < 0) {
        return 0;
    }
    code = bytes[0] & (0x3fu >> count);
    for (int i = 1; i <= count; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (bytes[i] & 0x3fu);
    }
    return is_character(code, count) ? (size_t)count + 1 : 0;
}

static void put_ascii(FILE *file, char character, bool in_attribute)
{
    switch (character) {
    case '&':
        fputs("&amp;", file);
        break;
    case '<':
        fputs("&lt;", file);
        break;
    case '>':
        fputs("&gt;", file);
        break;
    case '"':
        fputs("&quot;", file);
        break;
    case '\n':
        /* A bare one in an attribute is read back as a space (XML 1.0 3.3.3). */
        fputs(in_attribute ? "&#10;" : "\n", file);
        break;
    default:
        fputc((uint8_t)character < 0x20 || character == 0x7f ? '?' : character, file);
        break;
    }
}

static void put_escaped(FILE *file, const char *text, bool in_attribute)
{
    while (*text != '\0') {
        size_t size = (uint8_t)*text < 0x80 ? 1 : wide_size(text);

        if (size == 1) {
            put_ascii(file, *text, in_attribute);
        } else if (size == 0) {
            fputc('?', file);
            size = 1;
        } else {
            fwrite(text, 1, size, file);
        }
        text += size;
    }
}

/* ---- Elements ---- */

static void end_tag(struct xml_writer *writer)
{
    if (writer->in_tag) {
        fputc('>', writer->file);
        writer->in_tag = false;
    }
}

static void new_line(const struct xml_writer *writer)
{
    fprintf(writer->file, "\n%*s", (int)writer->depth, "");
}

void xml_begin(struct xml_writer *writer, FILE *file)
{
    *writer = (struct xml_writer){.file = file};
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", file);
}

void xml_open(struct xml_writer *writer, const char *name)
{
    end_tag(writer);
    new_line(writer);
    fprintf(writer->file, "<%s", name);
    if (writer->depth < XML_DEPTH_MAX) {
        writer->names[writer->depth] = name;
    }
    writer->depth++;
    writer->in_tag = true;
    writer->has_text = false;
}

void xml_attribute(struct xml_writer *writer, const char *name, const char *value)
{
    fprintf(writer->file, " %s=\"", name);
    put_escaped(writer->file, value, true);
    fputc('"', writer->file);
}

void xml_attribute_format(struct xml_writer *writer, const char *name, const char *format, ...)
{
    char value[128];
    va_list values;

    va_start(values, format);
    vsnprintf(value, sizeof value, format, values);
    va_end(values);
    xml_attribute(writer, name, value);
}

void xml_text(struct xml_writer *writer, const char *text)
{
    end_tag(writer);
    put_escaped(writer->file, text, false);
    writer->has_text = true;
}

void xml_close(struct xml_writer *writer)
{
    writer->depth--;
    if (writer->in_tag) {
        fputs("/>", writer->file);
    } else {
        if (!writer->has_text) {
            new_line(writer);
        }
        fprintf(writer->file, "</%s>", writer->names[writer->depth]);
    }
    writer->in_tag = false;
    writer->has_text = false;
    if (writer->depth == 0) {
        fputc('\n', writer->file);
    }
}
