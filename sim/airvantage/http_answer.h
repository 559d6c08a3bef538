/*
 * Answers of the package store's HTTP server that are other than they should be: planned from
 * outside, given to the next requests that they are for. Known in the language of scenarios as
 * http_answer.
 */
#ifndef HLSIM_AIRVANTAGE_HTTP_ANSWER_H
#define HLSIM_AIRVANTAGE_HTTP_ANSWER_H

#include <stddef.h>
#include <stdint.h>

struct hlsim__airvantage;

#define HLSIM__HTTP_ANSWERS_MAX 16 /* planned at the same time */
#define HLSIM__HTTP_TEXT_SIZE   96 /* of a path or a location, with its NUL */

/* How the answer's end can be told. */
enum hlsim__http_framing {
    HLSIM__HTTP_FRAMED_BY_LENGTH,
    HLSIM__HTTP_FRAMED_BY_CHUNKS,
    HLSIM__HTTP_FRAMED_BY_CLOSE,
};

/* What comes in place of a head. */
enum hlsim__http_head {
    HLSIM__HTTP_HEAD_GOOD,
    HLSIM__HTTP_HEAD_NONE,    /* nothing at all: the server closes */
    HLSIM__HTTP_HEAD_JUNK,    /* the greeting of another protocol, then the server closes */
    HLSIM__HTTP_HEAD_HUGE,    /* a good one with lines too many */
    HLSIM__HTTP_HEAD_ENDLESS, /* one that goes on for ever */
};

struct hlsim__http_answer {
    const char *method;                   /* static text, "HEAD" or "GET"; NULL: any */
    char path[HLSIM__HTTP_TEXT_SIZE];     /* the request's target; "": any */
    unsigned count;                       /* how many requests are answered so */
    unsigned status;                      /* 100 to 599; 0: what the server says by itself */
    char location[HLSIM__HTTP_TEXT_SIZE]; /* "": none */
    enum hlsim__http_framing framing;
    enum hlsim__http_head head;
    int64_t delay;       /* before the answer begins */
    int64_t rate;        /* bytes of the body in a second; 0: as fast as the network takes them */
    int64_t length;      /* what Content-Length says; negative: the truth */
    int64_t offset;      /* where the part of a 206 begins; negative: where it was asked for */
    int64_t close_after; /* bytes of the body, then the server closes; negative: never */
};

/*
 * Plans an answer, behind those that are planned. The first that is for a request is given, and
 * goes when it was given `count` times. HLSIM_E_LIMIT; HLSIM_E_INVALID: a status out of range, no
 * count, or a location that cannot stand in a head.
 */
int hlsim__airvantage_http_answer(struct hlsim__airvantage *av,
                                  const struct hlsim__http_answer *answer);

#endif
