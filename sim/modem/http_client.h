/*
 * The module's own HTTP client: sessions by numbers of their own, one request at a time each. What
 * the host is shown, and how it gives a body, is the AT commands' business.
 *
 * What a session has to send and has received is the model's, outside of the modem's RAM, and given
 * back when the firmware stops.
 */
#ifndef HLSIM_MODEM_HTTP_CLIENT_H
#define HLSIM_MODEM_HTTP_CLIENT_H

#include "codec/http_chunk.h"
#include "modem/remote.h"
#include "modem/socket_buffer.h"

#define HLSIM__HTTP_SESSIONS_MAX 6
#define HLSIM__HTTP_HOST_SIZE    128
#define HLSIM__HTTP_LOGIN_SIZE   64
#define HLSIM__HTTP_URI_SIZE     256
#define HLSIM__HTTP_REASON_SIZE  32
#define HLSIM__HTTP_BODY_MAX     262144 /* bytes of a request; more are refused */

enum hlsim__http_state {
    HLSIM__HTTP_UNDEFINED,
    HLSIM__HTTP_CLOSED,
    HLSIM__HTTP_OPENING,
    HLSIM__HTTP_OPEN, /* nothing is asked */
    HLSIM__HTTP_HEAD, /* the answer's head is awaited */
    HLSIM__HTTP_BODY,
};

struct hlsim__http_config {
    int cnx;
    char host[HLSIM__HTTP_HOST_SIZE];
    uint16_t port;
    int version; /* 0: 1.1, 1: 1.0 */
    char login[HLSIM__HTTP_LOGIN_SIZE];
    char password[HLSIM__HTTP_LOGIN_SIZE];
    int start;
};

/* Who made a request; each may be called when power has failed in none. */
struct hlsim__http_watch {
    void (*answered)(void *user);       /* status and reason are known; the head may be shown */
    void (*arrived)(void *user);        /* bytes wait to be shown */
    void (*ended)(void *user, int cme); /* 0: the answer is complete */
};

struct hlsim__http_session {
    struct hlsim__modem *modem;
    int id;
    enum hlsim__http_state state;
    struct hlsim__http_config config;
    struct hlsim__remote remote;
    struct hlsim__timer timer;             /* of waiting for the answer, or for more of it */
    const struct hlsim__http_watch *watch; /* NULL: nobody asks */
    void *user;
    bool show_head;
    bool headless; /* the answer has no body */
    unsigned status;
    char reason[HLSIM__HTTP_REASON_SIZE];
    uint64_t length; /* of the body, as far as it came */
    uint64_t left;   /* of a body whose length is known */
    bool sized;
    bool chunked;
    bool keeps; /* the connection stays behind the answer */
    bool held;
    struct hlsim__http_chunks chunks;
};

/* What the model keeps for the sessions of a modem. */
struct hlsim__http_memory {
    struct hlsim__http_session *sessions[HLSIM__HTTP_SESSIONS_MAX]; /* NULL: never used yet */
    struct hlsim__socket_buffer headers[HLSIM__HTTP_SESSIONS_MAX];  /* AT+KHTTPHEADER */
    struct hlsim__socket_buffer request[HLSIM__HTTP_SESSIONS_MAX];  /* not sent yet */
    struct hlsim__socket_buffer received[HLSIM__HTTP_SESSIONS_MAX]; /* not shown yet */
    struct hlsim__socket_buffer body[HLSIM__HTTP_SESSIONS_MAX];     /* what the host gives */
};

/* The firmware stops. */
void hlsim__web_discard(struct hlsim__http_memory *memory);

/* The session of that number, or NULL. */
struct hlsim__http_session *hlsim__web_find(struct hlsim__modem *modem, int64_t id);

/* A new session at the lowest free number. 0 or a CME code. */
int hlsim__web_create(struct hlsim__modem *modem, const struct hlsim__http_config *config,
                      struct hlsim__http_session **ret_session);

/* AT+KHTTPCNX, AT+KHTTPCLOSE, AT+KHTTPDEL. 0 or a CME code. */
int hlsim__web_connect(struct hlsim__http_session *session);
int hlsim__web_close(struct hlsim__http_session *session);
int hlsim__web_delete(struct hlsim__http_session *session);

struct hlsim__http_ask {
    const char *method;
    const char *uri;
    bool show_head;
    bool has_body;
    const uint8_t *body;
    size_t body_size;
    const struct hlsim__http_watch *watch;
    void *user;
};

/* Asks, and connects before where that is needed. 0 or a CME code: then nothing follows. */
int hlsim__web_ask(struct hlsim__http_session *session, const struct hlsim__http_ask *ask);

/* What waits to be shown, and so many of it were. */
struct hlsim__socket_buffer *hlsim__web_received(const struct hlsim__http_session *session);
void hlsim__web_read(struct hlsim__http_session *session, size_t size);

/* AT+KHTTPHEADER: further lines of every request. 0, HLSIM__CME_HTTP_HEADER when they are none. */
int hlsim__web_set_headers(struct hlsim__http_session *session, const uint8_t *bytes, size_t size);

/* What AT+KHTTPHEADER says of the length of a body; negative: nothing. */
int64_t hlsim__web_announced(const struct hlsim__http_session *session);

#endif
