/*
 * Splitting of absolute URLs (RFC 3986 3, RFC 7230 2.7, RFC 7252 6). Hands out slices only.
 */
#include "codec/url.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <string.h>

static const struct {
    const char *name;
    uint16_t port;
} schemes[] = {
    [HLSIM__URL_HTTP] = {"http", 80},
    [HLSIM__URL_HTTPS] = {"https", 443},
    [HLSIM__URL_COAP] = {"coap", 5683},
    [HLSIM__URL_COAPS] = {"coaps", 5684},
};

enum { SCHEME_COUNT = sizeof schemes / sizeof *schemes };

const char *hlsim__url_scheme_name(enum hlsim__url_scheme scheme)
{
    HLSIM_ASSERT((size_t)scheme < SCHEME_COUNT);
    return schemes[scheme].name;
}

uint16_t hlsim__url_default_port(enum hlsim__url_scheme scheme)
{
    HLSIM_ASSERT((size_t)scheme < SCHEME_COUNT);
    return schemes[scheme].port;
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_hexadecimal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static bool same_ignoring_case(const char *text, const char *lower_case, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];

        if (c != lower_case[i])
            return false;
    }
    return true;
}

/* Reads "scheme://" and leaves *at behind it. */
static int read_scheme(const char *url, size_t size, size_t *at, enum hlsim__url_scheme *ret_scheme)
{
    const char *colon = size > 0 ? memchr(url, ':', size) : NULL;
    size_t name_size;

    if (colon == NULL || colon == url)
        return HLSIM_E_FORMAT;
    name_size = (size_t)(colon - url);
    if (size - name_size < 3 || memcmp(colon, "://", 3) != 0)
        return HLSIM_E_FORMAT;
    for (size_t i = 0; i < name_size; i++) {
        if (!is_alphanumeric(url[i]) && !is_one_of(url[i], "+-."))
            return HLSIM_E_FORMAT;
    }
    for (size_t i = 0; i < SCHEME_COUNT; i++) {
        if (name_size == strlen(schemes[i].name) &&
            same_ignoring_case(url, schemes[i].name, name_size)) {
            *at = name_size + 3;
            *ret_scheme = (enum hlsim__url_scheme)i;
            return 0;
        }
    }
    return HLSIM_E_UNSUPPORTED;
}

/* Reads a name, an IPv4 address or an IPv6 address in brackets. */
static int read_host(const char *url, size_t size, size_t *at, struct hlsim__url *parts)
{
    parts->host_is_ipv6 = *at < size && url[*at] == '[';
    if (parts->host_is_ipv6)
        (*at)++;
    parts->host = url + *at;
    while (*at < size &&
           (parts->host_is_ipv6 ? is_hexadecimal(url[*at]) || is_one_of(url[*at], ":.")
                                : is_alphanumeric(url[*at]) || is_one_of(url[*at], "-._~")))
        (*at)++;
    parts->host_size = (size_t)(url + *at - parts->host);
    if (parts->host_size == 0)
        return HLSIM_E_FORMAT;
    if (parts->host_is_ipv6) {
        if (*at >= size || url[*at] != ']')
            return HLSIM_E_FORMAT;
        (*at)++;
    }
    return 0;
}

/* Reads ":port" where there is one; a colon alone means the default (RFC 3986 3.2.3). */
static int read_port(const char *url, size_t size, size_t *at, uint16_t *port)
{
    uint32_t value = 0;
    size_t first;

    if (*at >= size || url[*at] != ':')
        return 0;
    first = ++*at;
    while (*at < size && url[*at] >= '0' && url[*at] <= '9') {
        value = value * 10 + (uint32_t)(url[*at] - '0');
        if (value > UINT16_MAX)
            return HLSIM_E_FORMAT;
        (*at)++;
    }
    if (*at == first)
        return 0;
    if (value == 0)
        return HLSIM_E_FORMAT;
    *port = (uint16_t)value;
    return 0;
}

static int read_target(const char *url, size_t size, size_t at, struct hlsim__url *parts)
{
    if (at == size) {
        parts->target = "/";
        parts->target_size = 1;
        return 0;
    }
    if (url[at] == '?')
        return HLSIM_E_UNSUPPORTED;
    if (url[at] != '/')
        return HLSIM_E_FORMAT;
    parts->target = url + at;
    parts->target_size = size - at;
    for (size_t i = at; i < size; i++) {
        if (!is_alphanumeric(url[i]) && !is_one_of(url[i], "-._~!$&'()*+,;=:@%/?"))
            return HLSIM_E_FORMAT;
        if (url[i] == '%' &&
            (size - i < 3 || !is_hexadecimal(url[i + 1]) || !is_hexadecimal(url[i + 2])))
            return HLSIM_E_FORMAT;
    }
    return 0;
}

int hlsim__url_split(const char *url, size_t size, struct hlsim__url *ret_url)
{
    struct hlsim__url parts = {0};
    size_t at = 0;
    int rc;

    HLSIM_ASSERT(url != NULL || size == 0);
    rc = read_scheme(url, size, &at, &parts.scheme);
    if (rc < 0)
        return rc;
    parts.port = schemes[parts.scheme].port;
    rc = read_host(url, size, &at, &parts);
    if (rc < 0)
        return rc;
    rc = read_port(url, size, &at, &parts.port);
    if (rc < 0)
        return rc;
    rc = read_target(url, size, at, &parts);
    if (rc < 0)
        return rc;
    *ret_url = parts;
    return 0;
}
