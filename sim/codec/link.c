/*
 * RFC 6690 link format: a strict reader that hands out slices and a writer into a fixed buffer.
 * Does not resolve, decode or compare URIs.
 */
#include "codec/link.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_TEXT_SIZE = 16, PATH_TEXT_SIZE = 16 };

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* RFC 3986 2: reserved, unreserved and the percent sign. */
static bool is_uri_character(char c)
{
    return is_alphanumeric(c) || is_one_of(c, ":/?#[]@!$&'()*+,;=-._~%");
}

/* RFC 6690 2, parmname, with the asterisk of an ext-name-star. */
static bool is_name_character(char c)
{
    return is_alphanumeric(c) || is_one_of(c, "!#$&+-.^_`|~*");
}

/* RFC 6690 2, ptokenchar. */
static bool is_token_character(char c)
{
    return is_alphanumeric(c) || is_one_of(c, "!#$%&'()*+-./:<=>?@[]^_`{|}~");
}

/* Anything but control characters; bytes above 0x7F are UTF-8 and pass. */
static bool is_text_character(char c)
{
    return (unsigned char)c >= 0x20 && c != 0x7F;
}

/* Reads a quoted string whose opening quote stands at *offset. */
static int read_quoted(const char *text, size_t size, size_t *offset,
                       struct hlsim__weblink_parameter *parameter)
{
    size_t at = *offset + 1;

    parameter->value = text + at;
    parameter->quoted = true;
    for (; at < size && text[at] != '"'; at++) {
        if (text[at] == '\\')
            at++;
        if (at >= size || !is_text_character(text[at]))
            return HLSIM_E_FORMAT;
    }
    if (at >= size)
        return HLSIM_E_FORMAT;
    parameter->value_size = (size_t)(text + at - parameter->value);
    *offset = at + 1;
    return 0;
}

/* Reads the parameter whose semicolon stands at *offset. */
static int read_parameter(const char *text, size_t size, size_t *offset,
                          struct hlsim__weblink_parameter *ret_parameter)
{
    struct hlsim__weblink_parameter parameter = {0};
    size_t at = *offset + 1;
    int rc;

    parameter.name = text + at;
    while (at < size && is_name_character(text[at]))
        at++;
    parameter.name_size = (size_t)(text + at - parameter.name);
    if (parameter.name_size == 0)
        return HLSIM_E_FORMAT;
    if (at < size && text[at] == '=') {
        parameter.has_value = true;
        at++;
        if (at < size && text[at] == '"') {
            rc = read_quoted(text, size, &at, &parameter);
            if (rc < 0)
                return rc;
        } else {
            parameter.value = text + at;
            while (at < size && is_token_character(text[at]))
                at++;
            parameter.value_size = (size_t)(text + at - parameter.value);
            if (parameter.value_size == 0)
                return HLSIM_E_FORMAT;
        }
    }
    *offset = at;
    *ret_parameter = parameter;
    return 0;
}

void hlsim__weblink_reader_init(struct hlsim__weblink_reader *reader, const char *text, size_t size)
{
    HLSIM_ASSERT(text != NULL || size == 0);
    *reader = (struct hlsim__weblink_reader){.text = text, .size = size};
}

/* Finds where the next link begins: behind a comma, unless it is the first. */
static int skip_comma(const struct hlsim__weblink_reader *reader, size_t *at)
{
    if (*at == 0)
        return 0;
    if (reader->text[*at] != ',')
        return HLSIM_E_FORMAT;
    (*at)++;
    while (*at < reader->size && reader->text[*at] == ' ')
        (*at)++;
    return 0;
}

int hlsim__weblink_read(struct hlsim__weblink_reader *reader, struct hlsim__weblink *ret_link)
{
    struct hlsim__weblink link;
    const char *text = reader->text;
    size_t at = reader->offset;
    int rc;

    if (at == reader->size)
        return 0;
    rc = skip_comma(reader, &at);
    if (rc < 0)
        return rc;
    if (at >= reader->size || text[at] != '<')
        return HLSIM_E_FORMAT;
    link.target = text + ++at;
    while (at < reader->size && is_uri_character(text[at]))
        at++;
    if (at >= reader->size || text[at] != '>')
        return HLSIM_E_FORMAT;
    link.target_size = (size_t)(text + at - link.target);
    link.parameters = text + ++at;
    while (at < reader->size && text[at] == ';') {
        struct hlsim__weblink_parameter parameter;

        rc = read_parameter(text, reader->size, &at, &parameter);
        if (rc < 0)
            return rc;
    }
    link.parameters_size = (size_t)(text + at - link.parameters);
    if (at < reader->size && text[at] != ',')
        return HLSIM_E_FORMAT;
    reader->offset = at;
    *ret_link = link;
    return 1;
}

int hlsim__weblink_parameter_next(const struct hlsim__weblink *link, size_t *offset,
                                  struct hlsim__weblink_parameter *ret_parameter)
{
    int rc;

    if (*offset >= link->parameters_size)
        return 0;
    rc = read_parameter(link->parameters, link->parameters_size, offset, ret_parameter);
    HLSIM_ASSERT(rc == 0);
    return 1;
}

int hlsim__weblink_parameter_find(const struct hlsim__weblink *link, const char *name,
                                  struct hlsim__weblink_parameter *ret_parameter)
{
    struct hlsim__weblink_parameter parameter;
    size_t name_size = strlen(name);
    size_t offset = 0;

    while (hlsim__weblink_parameter_next(link, &offset, &parameter) == 1) {
        if (parameter.name_size == name_size && memcmp(parameter.name, name, name_size) == 0) {
            *ret_parameter = parameter;
            return 0;
        }
    }
    return HLSIM_E_NOT_FOUND;
}

/* Reads "/number" at *at; ids have no leading zeros, so that each path has one spelling. */
static int read_id(const char *text, size_t size, size_t *at, uint16_t *ret_id)
{
    uint32_t id = 0;
    size_t first = *at + 1;
    size_t next = first;

    while (next < size && text[next] >= '0' && text[next] <= '9') {
        id = id * 10 + (uint32_t)(text[next] - '0');
        if (id > HLSIM__WEBLINK_ID_MAX)
            return HLSIM_E_FORMAT;
        next++;
    }
    if (next == first || (text[first] == '0' && next > first + 1))
        return HLSIM_E_FORMAT;
    if (next < size && text[next] != '/')
        return HLSIM_E_FORMAT;
    *ret_id = (uint16_t)id;
    *at = next;
    return 0;
}

int hlsim__weblink_path(const struct hlsim__weblink *link, const char *root,
                        struct hlsim__weblink_path *ret_path)
{
    struct hlsim__weblink_path path = {0};
    size_t at = strlen(root);
    int rc;

    if (link->target_size < at || memcmp(link->target, root, at) != 0)
        return HLSIM_E_NOT_FOUND;
    if (at < link->target_size && link->target[at] != '/')
        return HLSIM_E_NOT_FOUND;
    if (at + 1 < link->target_size) {
        path.has_object = true;
        rc = read_id(link->target, link->target_size, &at, &path.object);
        if (rc < 0)
            return rc;
        path.has_instance = at < link->target_size;
    }
    if (path.has_instance) {
        rc = read_id(link->target, link->target_size, &at, &path.instance);
        if (rc < 0)
            return rc;
        if (at < link->target_size)
            return HLSIM_E_FORMAT;
    }
    *ret_path = path;
    return 0;
}

void hlsim__weblink_writer_init(struct hlsim__weblink_writer *writer, char *buffer, size_t capacity)
{
    HLSIM_ASSERT(buffer != NULL || capacity == 0);
    *writer = (struct hlsim__weblink_writer){.text = buffer,
                                             .capacity = capacity < INT_MAX ? capacity : INT_MAX};
}

static void put(struct hlsim__weblink_writer *writer, const char *text, size_t size)
{
    if (writer->error < 0)
        return;
    if (size > writer->capacity - writer->size) {
        writer->error = HLSIM_E_FULL;
        return;
    }
    if (size > 0)
        memcpy(writer->text + writer->size, text, size);
    writer->size += size;
}

int hlsim__weblink_write_target(struct hlsim__weblink_writer *writer, const char *target)
{
    for (const char *c = target; *c != '\0' && writer->error == 0; c++) {
        if (!is_uri_character(*c))
            writer->error = HLSIM_E_INVALID;
    }
    if (writer->size > 0)
        put(writer, ",", 1);
    put(writer, "<", 1);
    put(writer, target, strlen(target));
    put(writer, ">", 1);
    return writer->error;
}

int hlsim__weblink_write_object(struct hlsim__weblink_writer *writer, uint16_t object)
{
    char path[PATH_TEXT_SIZE];

    (void)snprintf(path, sizeof path, "/%u", (unsigned)object);
    return hlsim__weblink_write_target(writer, path);
}

int hlsim__weblink_write_instance(struct hlsim__weblink_writer *writer, uint16_t object,
                                  uint16_t instance)
{
    char path[PATH_TEXT_SIZE];

    (void)snprintf(path, sizeof path, "/%u/%u", (unsigned)object, (unsigned)instance);
    return hlsim__weblink_write_target(writer, path);
}

static void put_name(struct hlsim__weblink_writer *writer, const char *name)
{
    HLSIM_ASSERT(writer->error < 0 || writer->size > 0);
    put(writer, ";", 1);
    put(writer, name, strlen(name));
    put(writer, "=", 1);
}

int hlsim__weblink_write_text(struct hlsim__weblink_writer *writer, const char *name,
                              const char *text)
{
    put_name(writer, name);
    put(writer, "\"", 1);
    for (; *text != '\0' && writer->error == 0; text++) {
        if (!is_text_character(*text))
            writer->error = HLSIM_E_INVALID;
        if (*text == '"' || *text == '\\')
            put(writer, "\\", 1);
        put(writer, text, 1);
    }
    put(writer, "\"", 1);
    return writer->error;
}

int hlsim__weblink_write_number(struct hlsim__weblink_writer *writer, const char *name,
                                uint32_t number)
{
    char text[NUMBER_TEXT_SIZE];
    int size = snprintf(text, sizeof text, "%lu", (unsigned long)number);

    HLSIM_ASSERT(size > 0 && (size_t)size < sizeof text);
    put_name(writer, name);
    put(writer, text, (size_t)size);
    return writer->error;
}

int hlsim__weblink_writer_finish(const struct hlsim__weblink_writer *writer)
{
    return writer->error < 0 ? writer->error : (int)writer->size;
}
