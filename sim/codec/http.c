/*
 * Parsing of HTTP/1.1 heads: first all lines, then the meaning of the few headers that a download
 * needs. Writing is the job of http_write.c.
 */
#include "codec/http.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <string.h>

struct slice_reader {
    const char *text;
    size_t size;
    size_t offset;
};

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* RFC 7230 3.2.6, tchar. */
static bool is_token_character(char c)
{
    return is_alphanumeric(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool hlsim__http_is_name(struct hlsim__http_slice slice, const char *text)
{
    if (slice.size != strlen(text))
        return false;
    for (size_t i = 0; i < slice.size; i++) {
        if (lower(slice.text[i]) != lower(text[i]))
            return false;
    }
    return true;
}

bool hlsim__http_is(struct hlsim__http_slice slice, const char *text)
{
    return slice.size == strlen(text) &&
           (slice.size == 0 || memcmp(slice.text, text, slice.size) == 0);
}

struct hlsim__http_slice hlsim__http_slice(const char *text)
{
    return (struct hlsim__http_slice){.text = text, .size = strlen(text)};
}

const struct hlsim__http_header *hlsim__http_find(const struct hlsim__http_fields *fields,
                                                  const char *name)
{
    for (size_t i = 0; i < fields->header_count; i++) {
        if (hlsim__http_is_name(fields->headers[i].name, name))
            return &fields->headers[i];
    }
    return NULL;
}

/*
 * Cuts off the next line without its CRLF. A line feed without a carriage return and the other way
 * round are refused as soon as they are seen, as are all control characters but the tab.
 */
static int read_line(struct slice_reader *reader, struct hlsim__http_slice *ret_line)
{
    size_t end = reader->offset;

    for (; end < reader->size && end < HLSIM__HTTP_HEAD_SIZE_MAX; end++) {
        char c = reader->text[end];

        if (c == '\r')
            break;
        if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7F)
            return HLSIM_E_FORMAT;
    }
    if (end + 2 > HLSIM__HTTP_HEAD_SIZE_MAX)
        return HLSIM_E_LIMIT;
    if (end + 2 > reader->size)
        return HLSIM_E_INCOMPLETE;
    if (reader->text[end + 1] != '\n')
        return HLSIM_E_FORMAT;
    ret_line->text = reader->text + reader->offset;
    ret_line->size = end - reader->offset;
    reader->offset = end + 2;
    return 0;
}

static struct hlsim__http_slice trim(const char *text, size_t size)
{
    while (size > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        size--;
    }
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t'))
        size--;
    return (struct hlsim__http_slice){.text = text, .size = size};
}

static int split_header(struct hlsim__http_slice line, struct hlsim__http_header *ret_header)
{
    size_t name_size = 0;

    while (name_size < line.size && is_token_character(line.text[name_size]))
        name_size++;
    if (name_size == 0 || name_size == line.size || line.text[name_size] != ':')
        return HLSIM_E_FORMAT;
    ret_header->name = (struct hlsim__http_slice){.text = line.text, .size = name_size};
    ret_header->value = trim(line.text + name_size + 1, line.size - name_size - 1);
    return 0;
}

static int read_headers(struct slice_reader *reader, struct hlsim__http_fields *fields)
{
    for (;;) {
        struct hlsim__http_slice line;
        struct hlsim__http_header header;
        int rc = read_line(reader, &line);

        if (rc < 0)
            return rc;
        if (line.size == 0)
            return 0;
        rc = split_header(line, &header);
        if (rc < 0)
            return rc;
        if (fields->header_count == HLSIM__HTTP_HEADER_COUNT_MAX)
            return HLSIM_E_LIMIT;
        fields->headers[fields->header_count++] = header;
    }
}

static void advance(struct hlsim__http_slice *slice, size_t count)
{
    slice->text += count;
    slice->size -= count;
}

/* Reads digits at the slice's beginning and cuts them off. */
static int take_number(struct hlsim__http_slice *slice, uint64_t *ret_value)
{
    uint64_t value = 0;
    size_t i = 0;

    for (; i < slice->size && slice->text[i] >= '0' && slice->text[i] <= '9'; i++) {
        unsigned digit = (unsigned)(slice->text[i] - '0');

        if (value > (UINT64_MAX - digit) / 10)
            return HLSIM_E_RANGE;
        value = value * 10 + digit;
    }
    if (i == 0)
        return HLSIM_E_FORMAT;
    advance(slice, i);
    *ret_value = value;
    return 0;
}

static bool take(struct hlsim__http_slice *slice, const char *text)
{
    size_t size = strlen(text);

    if (slice->size < size || memcmp(slice->text, text, size) != 0)
        return false;
    advance(slice, size);
    return true;
}

/* The unit's name is the only part of a range that may be in any case (RFC 7233 2). */
static bool take_bytes_unit(struct hlsim__http_slice *slice, char separator)
{
    struct hlsim__http_slice unit = {.text = slice->text, .size = sizeof "bytes" - 1};

    if (slice->size <= unit.size || !hlsim__http_is_name(unit, "bytes") ||
        slice->text[unit.size] != separator)
        return false;
    advance(slice, unit.size + 1);
    return true;
}

static int parse_content_length(struct hlsim__http_fields *fields, struct hlsim__http_slice value)
{
    uint64_t length;

    if (take_number(&value, &length) < 0 || value.size > 0)
        return HLSIM_E_FORMAT;
    if (fields->has_content_length && fields->content_length != length)
        return HLSIM_E_FORMAT;
    fields->has_content_length = true;
    fields->content_length = length;
    return 0;
}

/* Connection is a list; "close" wins over "keep-alive" wherever they stand. */
static void parse_connection(struct hlsim__http_slice value, bool *close, bool *keep)
{
    size_t start = 0;

    for (size_t i = 0; i <= value.size; i++) {
        struct hlsim__http_slice option;

        if (i < value.size && value.text[i] != ',')
            continue;
        option = trim(value.text + start, i - start);
        *close = *close || hlsim__http_is_name(option, "close");
        *keep = *keep || hlsim__http_is_name(option, "keep-alive");
        start = i + 1;
    }
}

static int parse_fields(struct hlsim__http_fields *fields)
{
    bool close = false;
    bool keep = false;

    for (size_t i = 0; i < fields->header_count; i++) {
        const struct hlsim__http_header *header = &fields->headers[i];

        if (hlsim__http_is_name(header->name, "Content-Length")) {
            int rc = parse_content_length(fields, header->value);

            if (rc < 0)
                return rc;
        } else if (hlsim__http_is_name(header->name, "Connection")) {
            parse_connection(header->value, &close, &keep);
        } else if (hlsim__http_is_name(header->name, "Transfer-Encoding")) {
            /* Any other coding, or several of them, is one that nobody here can undo. */
            fields->is_chunked =
                !fields->has_transfer_encoding && hlsim__http_is_name(header->value, "chunked");
            fields->has_transfer_encoding = true;
        }
    }
    fields->keep_alive = !close && (fields->minor_version == 1 || keep);
    return 0;
}

static int take_version(struct hlsim__http_slice *line, uint8_t *ret_minor)
{
    if (!take(line, "HTTP/1.") || line->size == 0 || line->text[0] < '0' || line->text[0] > '1')
        return HLSIM_E_FORMAT;
    *ret_minor = (uint8_t)(line->text[0] - '0');
    advance(line, 1);
    return 0;
}

static int parse_request_line(struct hlsim__http_slice line, struct hlsim__http_request *request)
{
    int rc;

    request->method.text = line.text;
    while (line.size > 0 && is_token_character(line.text[0])) {
        request->method.size++;
        advance(&line, 1);
    }
    if (request->method.size == 0 || !take(&line, " "))
        return HLSIM_E_FORMAT;
    request->target.text = line.text;
    for (; line.size > 0 && line.text[0] != ' '; advance(&line, 1)) {
        if ((unsigned char)line.text[0] < 0x21 || (unsigned char)line.text[0] > 0x7E)
            return HLSIM_E_FORMAT;
        request->target.size++;
    }
    if (request->target.size == 0 || !take(&line, " "))
        return HLSIM_E_FORMAT;
    rc = take_version(&line, &request->fields.minor_version);
    if (rc < 0)
        return rc;
    return line.size == 0 ? 0 : HLSIM_E_FORMAT;
}

static int parse_range(struct hlsim__http_slice value, struct hlsim__http_request *request)
{
    uint64_t first;
    uint64_t last = 0;
    bool has_last;
    int rc;

    if (!take_bytes_unit(&value, '='))
        return 0;
    rc = take_number(&value, &first);
    if (rc < 0)
        return rc == HLSIM_E_RANGE ? HLSIM_E_FORMAT : 0;
    if (!take(&value, "-"))
        return 0;
    has_last = value.size > 0;
    if (has_last) {
        rc = take_number(&value, &last);
        if (rc < 0)
            return rc == HLSIM_E_RANGE ? HLSIM_E_FORMAT : 0;
        if (value.size > 0 || last < first)
            return 0;
    }
    request->has_range = true;
    request->range_first = first;
    request->range_has_last = has_last;
    request->range_last = last;
    return 0;
}

static int parse_request_headers(struct hlsim__http_request *request)
{
    size_t host_count = 0;
    size_t range_count = 0;

    for (size_t i = 0; i < request->fields.header_count; i++) {
        const struct hlsim__http_header *header = &request->fields.headers[i];

        if (hlsim__http_is_name(header->name, "Host")) {
            request->host = header->value;
            host_count++;
        } else if (hlsim__http_is_name(header->name, "Range")) {
            int rc = parse_range(header->value, request);

            if (rc < 0)
                return rc;
            range_count++;
        }
    }
    if (host_count > 1 || (host_count == 0 && request->fields.minor_version == 1))
        return HLSIM_E_FORMAT;
    return range_count > 1 ? HLSIM_E_FORMAT : 0;
}

int hlsim__http_parse_request(const char *bytes, size_t size,
                              struct hlsim__http_request *ret_request)
{
    struct slice_reader reader = {.text = bytes, .size = size};
    struct hlsim__http_request request = {0};
    struct hlsim__http_slice line;
    int rc;

    HLSIM_ASSERT(bytes != NULL || size == 0);
    rc = read_line(&reader, &line);
    if (rc == 0)
        rc = parse_request_line(line, &request);
    if (rc == 0)
        rc = read_headers(&reader, &request.fields);
    if (rc == 0)
        rc = parse_fields(&request.fields);
    if (rc == 0)
        rc = parse_request_headers(&request);
    if (rc < 0)
        return rc;
    *ret_request = request;
    return (int)reader.offset;
}

static int parse_status_line(struct hlsim__http_slice line, struct hlsim__http_response *response)
{
    uint64_t status;
    int rc = take_version(&line, &response->fields.minor_version);

    if (rc < 0)
        return rc;
    if (!take(&line, " ") || line.size < 3 || (line.size > 3 && line.text[3] != ' '))
        return HLSIM_E_FORMAT;
    if (take_number(&line, &status) < 0 || status < 100 || status > 599)
        return HLSIM_E_FORMAT;
    response->status = (unsigned)status;
    (void)take(&line, " ");
    response->reason = line;
    return 0;
}

static int parse_content_range(struct hlsim__http_slice value,
                               struct hlsim__http_response *response)
{
    if (!take_bytes_unit(&value, ' '))
        return HLSIM_E_FORMAT;
    response->has_content_range = true;
    response->content_range_has_bytes = !take(&value, "*");
    if (response->content_range_has_bytes) {
        if (take_number(&value, &response->content_range_first) < 0 || !take(&value, "-") ||
            take_number(&value, &response->content_range_last) < 0 ||
            response->content_range_last < response->content_range_first)
            return HLSIM_E_FORMAT;
    }
    if (!take(&value, "/"))
        return HLSIM_E_FORMAT;
    response->content_range_has_total = !hlsim__http_is(value, "*");
    if (!response->content_range_has_total)
        return response->content_range_has_bytes ? 0 : HLSIM_E_FORMAT;
    if (take_number(&value, &response->content_range_total) < 0 || value.size > 0)
        return HLSIM_E_FORMAT;
    if (response->content_range_has_bytes &&
        response->content_range_last >= response->content_range_total)
        return HLSIM_E_FORMAT;
    return 0;
}

static int parse_response_headers(struct hlsim__http_response *response)
{
    for (size_t i = 0; i < response->fields.header_count; i++) {
        const struct hlsim__http_header *header = &response->fields.headers[i];

        if (hlsim__http_is_name(header->name, "Content-Range")) {
            int rc = response->has_content_range ? HLSIM_E_FORMAT
                                                 : parse_content_range(header->value, response);
            if (rc < 0)
                return rc;
        } else if (hlsim__http_is_name(header->name, "Accept-Ranges")) {
            response->accepts_ranges = hlsim__http_is_name(header->value, "bytes");
        } else if (hlsim__http_is_name(header->name, "Location")) {
            response->location = header->value;
        }
    }
    return 0;
}

int hlsim__http_parse_response(const char *bytes, size_t size,
                               struct hlsim__http_response *ret_response)
{
    struct slice_reader reader = {.text = bytes, .size = size};
    struct hlsim__http_response response = {0};
    struct hlsim__http_slice line;
    int rc;

    HLSIM_ASSERT(bytes != NULL || size == 0);
    rc = read_line(&reader, &line);
    if (rc == 0)
        rc = parse_status_line(line, &response);
    if (rc == 0)
        rc = read_headers(&reader, &response.fields);
    if (rc == 0)
        rc = parse_fields(&response.fields);
    if (rc == 0)
        rc = parse_response_headers(&response);
    if (rc < 0)
        return rc;
    *ret_response = response;
    return (int)reader.offset;
}
