/*
 * What the parts of the package store's HTTP server share: http_server reads requests and knows
 * what to say, http_answer what to say instead, http_body says it.
 */
#ifndef HLSIM_AIRVANTAGE_HTTP_INSIDE_H
#define HLSIM_AIRVANTAGE_HTTP_INSIDE_H

#include "airvantage/inside.h"

#include "codec/http.h"

/* What to answer: a head, and bytes of a package behind it. */
struct hlsim__av_reply {
    struct hlsim__http_response response;
    const uint8_t *body;
    size_t size;
    bool chunked;
    bool closes; /* behind these bytes, whatever the head says; chunks have no end then */
    enum hlsim__http_head head;
    int64_t delay;
    int64_t rate;
};

/* A reply on its way. */
struct hlsim__av_sending {
    struct hlsim__timer timer; /* the delay before, and the pauses of a slow one */
    bool waits;                /* for the delay */
    bool in_flight;            /* something has not come through yet */
    bool chunked;
    bool in_chunk; /* its line end is still to come */
    bool cut;      /* chunks end without the last one */
    bool closes;   /* the connection, behind it */
    enum hlsim__http_head head_kind;
    int64_t rate;
    const uint8_t *body;
    size_t left;
    size_t head_size;
    char head[HLSIM__HTTP_HEAD_SIZE_MAX];
};

struct hlsim__av_connection {
    struct hlsim__airvantage *av;
    struct hlsim__tcp_peer *peer; /* NULL: free */
    struct hlsim__av_connection *next_allocated;
    struct hlsim__av_connection *next_free;
    bool busy;    /* the last reply is on its way */
    bool closing; /* nothing more is read */
    bool excess;  /* more came than a head may have */
    struct hlsim__av_sending sending;
    size_t size;
    char bytes[HLSIM__HTTP_HEAD_SIZE_MAX]; /* received and not handled yet */
};

/* A reply of that status, without a body. */
struct hlsim__av_reply hlsim__av_reply_with(unsigned status);

/*
 * The bytes of a package from `first` to `last`, as 206; `whole`: all of them as 200, whatever the
 * other two are.
 */
struct hlsim__av_reply hlsim__av_reply_bytes(const struct hlsim__av_package *package, bool whole,
                                             uint64_t first, uint64_t last);

/*
 * The answer planned for the request, into `ret_answer`; false when there is none. Each call uses
 * it up once.
 */
bool hlsim__av_answer_take(struct hlsim__av_store *store, const struct hlsim__http_request *request,
                           struct hlsim__http_answer *ret_answer);

/* Changes a reply as planned; `package` NULL: there is none of that name. */
void hlsim__av_answer_apply(const struct hlsim__http_answer *answer,
                            const struct hlsim__http_request *request,
                            const struct hlsim__av_package *package, struct hlsim__av_reply *reply);

/* Begins to send a reply; the connection is busy until hlsim__av_sending_go_on says otherwise. */
void hlsim__av_sending_begin(struct hlsim__av_connection *connection,
                             const struct hlsim__av_reply *reply);

/* All that was handed to the network has come through: true when that was the end of the reply. */
bool hlsim__av_sending_go_on(struct hlsim__av_connection *connection);

/* Once, for a new connection, and when it is gone. */
void hlsim__av_sending_init(struct hlsim__av_connection *connection);
void hlsim__av_sending_stop(struct hlsim__av_connection *connection);

#endif
