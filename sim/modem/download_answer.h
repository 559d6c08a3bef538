/*
 * What the head of an HTTP answer means for a transfer: which bytes follow, where to go instead, or
 * why it is no good. Sends and stores nothing.
 */
#ifndef HLSIM_MODEM_DOWNLOAD_ANSWER_H
#define HLSIM_MODEM_DOWNLOAD_ANSWER_H

#include "codec/http.h"

#include <stdbool.h>
#include <stdint.h>

/* What was asked for. */
struct hlsim__download_question {
    bool asks_size;     /* HEAD; else GET */
    bool takes_unsized; /* bodies without Content-Length are taken (unsized_package_taken) */
    uint64_t offset;    /* the first byte wanted */
    uint64_t expected;  /* size of the whole resource */
};

enum hlsim__download_meaning {
    HLSIM__ANSWER_SIZE,      /* `size` is that of the resource */
    HLSIM__ANSWER_BODY,      /* bytes follow, of which `skip` come before the first one wanted */
    HLSIM__ANSWER_ELSEWHERE, /* the head's `location` has it */
    HLSIM__ANSWER_ABSENT,    /* it is not there, or not for us: 401, 403, 404, 410, 414 */
    HLSIM__ANSWER_TROUBLE,   /* the server's own: 5xx */
    HLSIM__ANSWER_REFUSED,   /* any other status */
    HLSIM__ANSWER_NONSENSE,  /* it does not fit what was asked, or what was said before */
};

struct hlsim__download_answer {
    enum hlsim__download_meaning meaning;
    const char *why; /* of the last two, static text */
    uint64_t size;
    uint64_t skip;
    bool chunked;
};

struct hlsim__download_answer
hlsim__download_understand(const struct hlsim__download_question *question,
                           const struct hlsim__http_response *head);

#endif
