/*
 * References relative to a URL (RFC 3986 5.2), as the Location of an HTTP answer may be one. Makes
 * a text; whether it is a URL that somebody can use is for the splitting to say.
 */
#include "codec/url.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <string.h>

struct writer {
    char *text;
    size_t capacity; /* without the final zero */
    size_t size;
    bool full;
};

static void put(struct writer *writer, const char *text, size_t size)
{
    if (size > writer->capacity - writer->size) {
        writer->full = true;
        return;
    }
    memcpy(writer->text + writer->size, text, size);
    writer->size += size;
}

static bool has_scheme(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == ':')
            return i > 0;
        if (text[i] == '/' || text[i] == '?')
            return false;
    }
    return false;
}

/* How much of a text stands before a character, all of it when it has none. */
static size_t size_before(const char *text, size_t size, char stop)
{
    const char *found = size > 0 ? memchr(text, stop, size) : NULL;

    return found == NULL ? size : (size_t)(found - text);
}

/* Takes away the last segment of a path that was written from `start` on, with its slash. */
static void drop_segment(struct writer *writer, size_t start)
{
    while (writer->size > start && writer->text[writer->size - 1] != '/')
        writer->size--;
    if (writer->size > start)
        writer->size--;
}

/*
 * Writes a path without "." and ".." (RFC 3986 5.2.4). Both parts count as one path; it begins with
 * a slash.
 */
static void put_path(struct writer *writer, const char *first, size_t first_size,
                     const char *second, size_t second_size)
{
    size_t start = writer->size;
    size_t total = first_size + second_size;
    size_t at = 1;

    for (;;) {
        size_t begin = at;
        size_t dots = 0;
        size_t mark = writer->size;

        put(writer, "/", 1);
        for (; at < total; at++) {
            char c = at < first_size ? first[at] : second[at - first_size];

            if (c == '/')
                break;
            dots += c == '.';
            put(writer, &c, 1);
        }
        if (at - begin == dots && (dots == 1 || dots == 2)) {
            writer->size = mark;
            if (dots == 2)
                drop_segment(writer, start);
            if (at == total)
                put(writer, "/", 1);
        }
        if (at == total || writer->full)
            return;
        at++;
    }
}

/* Scheme and authority of a URL that was split before. */
static size_t authority_size(const char *url)
{
    const char *host = strstr(url, "://");

    HLSIM_ASSERT(host != NULL);
    return (size_t)(host - url) + 3 + strcspn(host + 3, "/");
}

static void put_relative(struct writer *writer, const struct hlsim__url *url, const char *text,
                         size_t size)
{
    size_t base_path = size_before(url->target, url->target_size, '?');
    size_t path = size_before(text, size, '?');

    if (path == 0) {
        /* Nothing at all is the same resource; a query alone is put behind its path. */
        put(writer, url->target, size == 0 ? url->target_size : base_path);
    } else if (text[0] == '/') {
        put_path(writer, "", 0, text, path);
    } else {
        while (base_path > 0 && url->target[base_path - 1] != '/')
            base_path--;
        put_path(writer, url->target, base_path, text, path);
    }
    put(writer, text + path, size - path);
}

int hlsim__url_resolve(const char *base, const char *reference, size_t size, char *ret_url,
                       size_t capacity)
{
    struct writer writer = {.text = ret_url, .capacity = capacity - 1};
    struct hlsim__url url;
    int rc = hlsim__url_split(base, strlen(base), &url);

    HLSIM_ASSERT(capacity > 0);
    if (rc < 0)
        return rc;
    /* A fragment is for who looks at the resource, not for who fetches it (RFC 7231 7.1.2). */
    size = size_before(reference, size, '#');
    if (has_scheme(reference, size)) {
        put(&writer, reference, size);
    } else if (size >= 2 && reference[0] == '/' && reference[1] == '/') {
        put(&writer, base, size_before(base, strlen(base), ':') + 1);
        put(&writer, reference, size);
    } else {
        put(&writer, base, authority_size(base));
        put_relative(&writer, &url, reference, size);
    }
    if (writer.full)
        return HLSIM_E_FULL;
    ret_url[writer.size] = '\0';
    return (int)writer.size;
}
