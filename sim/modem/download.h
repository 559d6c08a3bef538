/*
 * One HTTP transfer of the module: HEAD for the size, GET with Range for the bytes from an offset
 * on, with retries and redirections. Knows nothing about packages and flash.
 */
#ifndef HLSIM_MODEM_DOWNLOAD_H
#define HLSIM_MODEM_DOWNLOAD_H

#include "codec/http.h"
#include "codec/http_chunk.h"
#include "codec/url.h"
#include "core/sched.h"
#include "network/tcp.h"

#include <stdbool.h>
#include <stdint.h>

#define HLSIM__URI_SIZE 256  /* the longest URI with its NUL (object 5, resource 1) */
#define HLSIM__UNIT_MAX 4096 /* the largest flash_unit */
#define HLSIM__TAG_SIZE 48   /* the longest entity tag with its NUL; longer ones are not kept */

struct hlsim__modem;

struct hlsim__download_ops {
    void *user;
    void (*size)(void *user, uint64_t size); /* the answer to HEAD */
    /* Bytes in order. Negative ends the transfer without a further call. */
    int (*data)(void *user, const uint8_t *bytes, size_t size);
    void (*finished)(void *user); /* all bytes have come */
    void (*changed)(void *user);  /* what comes is another resource (range_bound_to_package) */
    /*
     * The attempts are used up, or another one makes no sense: HLSIM_E_NOT_FOUND (no such host, a
     * status that is neither success nor the server's own trouble), HLSIM_E_FORMAT (no answer of
     * HTTP, or one that does not fit), HLSIM_E_STATE (5xx); else the stream did not stand or broke.
     */
    void (*failed)(void *user, int error);
};

struct hlsim__download {
    struct hlsim__modem *modem;
    struct hlsim__download_ops ops;
    struct hlsim__tcp tcp;
    struct hlsim__timer retry_timer;
    struct hlsim__timer silence_timer;
    char uri[HLSIM__URI_SIZE]; /* as asked for */
    char at[HLSIM__URI_SIZE];  /* where that led to in this attempt */
    struct hlsim__url url;     /* of the latter */
    bool active;               /* a request is under way or will be repeated */
    bool connected;
    bool asks_size; /* HEAD; else GET */
    bool in_body;
    bool chunked;  /* the body */
    unsigned hops; /* redirections that this attempt has followed */
    unsigned attempt;
    unsigned transfers;        /* begun so far: tells a transfer from one begun in its place */
    uint64_t offset;           /* the next byte wanted */
    uint64_t skip;             /* bytes that come before it in this answer */
    uint64_t expected;         /* of the whole resource; 0: not known */
    char tag[HLSIM__TAG_SIZE]; /* what HEAD said of the resource, for a later GET; "": nothing */
    struct hlsim__http_chunks chunks;
    size_t head_size;
    char head[HLSIM__HTTP_HEAD_SIZE_MAX];
};

void hlsim__download_init(struct hlsim__download *download, struct hlsim__modem *modem,
                          const struct hlsim__download_ops *ops);

/* Begins a HEAD, or a GET from `offset` of a resource of `size` bytes, the one that `tag` stands
 * for. HLSIM_E_FORMAT for a URI that cannot be fetched; network errors are reported by `failed`. */
int hlsim__download_size(struct hlsim__download *download, const char *uri);
int hlsim__download_get(struct hlsim__download *download, const char *uri, uint64_t offset,
                        uint64_t size, const char *tag);

/* Ends it; nothing is called any more. */
void hlsim__download_stop(struct hlsim__download *download);

/* 0 when this is a URI that the module can fetch. */
int hlsim__download_check_uri(const char *uri);

#endif
