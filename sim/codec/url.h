/*
 * Splits an absolute URL into scheme, host, port and target, and makes one of a relative reference.
 * Looks no host up and decodes nothing.
 */
#ifndef HLSIM_CODEC_URL_H
#define HLSIM_CODEC_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hlsim__url_scheme { HLSIM__URL_HTTP, HLSIM__URL_HTTPS, HLSIM__URL_COAP, HLSIM__URL_COAPS };

/* Slices are borrowed from the URL and do not end with zero. */
struct hlsim__url {
    enum hlsim__url_scheme scheme;
    const char *host; /* An IPv6 address without its brackets. */
    size_t host_size;
    bool host_is_ipv6;
    uint16_t port;      /* As given, else 80, 443, 5683 or 5684. */
    const char *target; /* Path and query, from the first slash on; "/" when there are none. */
    size_t target_size;
};

/*
 * 0, or
 *   HLSIM_E_UNSUPPORTED  another scheme, or a query right behind the host;
 *   HLSIM_E_FORMAT       not of the form scheme://host[:port][/path][?query] (RFC 3986): no host,
 *                        a port that is 0 or beyond 65535, a user name, a fragment, or characters
 *                        that have to be percent-encoded.
 */
int hlsim__url_split(const char *url, size_t size, struct hlsim__url *ret_url);

/*
 * Writes the URL that a reference means which was found at the URL `base` (RFC 3986 5.2: with a
 * scheme, "//host/path", "/path", "path", "?query" or empty), without its fragment and with a final
 * zero. Its size; HLSIM_E_FULL when the capacity is too small; what splitting `base` returns. The
 * result is not checked.
 */
int hlsim__url_resolve(const char *base, const char *reference, size_t size, char *ret_url,
                       size_t capacity);

/* "http", "https", "coap" or "coaps". */
const char *hlsim__url_scheme_name(enum hlsim__url_scheme scheme);

/* The port that a URL of that scheme means when it names none. */
uint16_t hlsim__url_default_port(enum hlsim__url_scheme scheme);

#endif
