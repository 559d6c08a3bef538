/*
 * Reads a place. Opens nothing.
 */
#include <hlpty/place.h>

#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define LOOPBACK "127.0.0.1"

static int bad(struct hlpty_error *reterr)
{
    return hlpty__fail(reterr, HLSIM_E_FORMAT, "expected " HLPTY_PLACE_FORMS);
}

static int set_path(struct hlpty_place *place, const char *path, struct hlpty_error *reterr)
{
    if (strlen(path) >= sizeof place->path) {
        return hlpty__fail(reterr, HLSIM_E_FORMAT, "expected a path of less than %zu characters",
                           sizeof place->path);
    }
    strcpy(place->path, path);
    return 0;
}

static bool read_port(const char *text, uint16_t *ret_port)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long port;

    if (digits == 0 || digits > 5 || text[digits] != '\0') {
        return false;
    }
    port = strtoul(text, NULL, 10);
    *ret_port = (uint16_t)port;
    return port <= UINT16_MAX;
}

/* "[HOST:]PORT"; a host with colons stands in brackets. */
static int parse_tcp(const char *text, struct hlpty_place *place, struct hlpty_error *reterr)
{
    const char *colon = strrchr(text, ':');
    const char *host = text;
    size_t size = colon != NULL ? (size_t)(colon - text) : 0;

    if (!read_port(colon != NULL ? colon + 1 : text, &place->port)) {
        return hlpty__fail(reterr, HLSIM_E_FORMAT,
                           "expected tcp:[HOST:]PORT with a port from 0 (any) to 65535");
    }
    if (size > 2 && host[0] == '[' && host[size - 1] == ']') {
        host++;
        size -= 2;
    } else if (memchr(host, ':', size) != NULL) {
        return hlpty__fail(reterr, HLSIM_E_FORMAT, "expected tcp:[ADDRESS]:PORT for IPv6");
    }
    if (size >= sizeof place->host) {
        return hlpty__fail(reterr, HLSIM_E_FORMAT, "expected a host of less than %zu characters",
                           sizeof place->host);
    }
    memcpy(place->host, size > 0 ? host : LOOPBACK, size > 0 ? size : sizeof LOOPBACK);
    return 0;
}

int hlpty_place_parse(const char *text, struct hlpty_place *ret_place, struct hlpty_error *reterr)
{
    struct hlpty_place place = {.kind = HLPTY_PLACE_PTY};
    int error;

    if (strcmp(text, "pty") == 0) {
        error = 0;
    } else if (strncmp(text, "pty:", 4) == 0 && text[4] != '\0') {
        error = set_path(&place, text + 4, reterr);
    } else if (strncmp(text, "tcp:", 4) == 0) {
        place.kind = HLPTY_PLACE_TCP;
        error = parse_tcp(text + 4, &place, reterr);
    } else if (strchr(text, '/') != NULL) {
        place.kind = HLPTY_PLACE_TTY;
        error = set_path(&place, text, reterr);
    } else {
        error = bad(reterr);
    }
    if (error == 0) {
        *ret_place = place;
    }
    return error;
}
