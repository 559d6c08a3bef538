/*
 * The module's own FTP client (RFC 959, passive mode): sessions by numbers of their own, one order
 * at a time each. What the host is shown, and how it gives a file, is the AT commands' business.
 *
 * What a session has to send and has received is the model's, outside of the modem's RAM, and given
 * back when the firmware stops.
 */
#ifndef HLSIM_MODEM_FTP_CLIENT_H
#define HLSIM_MODEM_FTP_CLIENT_H

#include "codec/ftp.h"
#include "modem/remote.h"
#include "modem/socket_buffer.h"

#define HLSIM__FTP_SESSIONS_MAX 6
#define HLSIM__FTP_HOST_SIZE    128
#define HLSIM__FTP_LOGIN_SIZE   64
#define HLSIM__FTP_PATH_SIZE    256

enum hlsim__ftp_state {
    HLSIM__FTP_UNDEFINED,
    HLSIM__FTP_CLOSED,
    HLSIM__FTP_OPENING, /* also while it logs in */
    HLSIM__FTP_OPEN,
};

/* What the next reply of the server is an answer to. */
enum hlsim__ftp_step {
    HLSIM__FTP_IDLE, /* to nothing */
    HLSIM__FTP_GREETING,
    HLSIM__FTP_USER,
    HLSIM__FTP_PASS,
    HLSIM__FTP_TYPE,
    HLSIM__FTP_PASSIVE,
    HLSIM__FTP_REST,
    HLSIM__FTP_ORDER,  /* of a transfer */
    HLSIM__FTP_MOVING, /* to the end of one */
    HLSIM__FTP_PLAIN,  /* an order without a transfer */
};

enum hlsim__ftp_job {
    HLSIM__FTP_NOTHING,
    HLSIM__FTP_RECEIVE,
    HLSIM__FTP_SEND,
    HLSIM__FTP_LIST,
    HLSIM__FTP_SIZE,
    HLSIM__FTP_DELETE,
};

struct hlsim__ftp_config {
    int cnx;
    char host[HLSIM__FTP_HOST_SIZE];
    uint16_t port;
    char login[HLSIM__FTP_LOGIN_SIZE]; /* empty: anonymous */
    char password[HLSIM__FTP_LOGIN_SIZE];
    int mode; /* 1: passive */
    int start;
};

/* Who gave an order; power may have failed in none. */
struct hlsim__ftp_watch {
    void (*ready)(void *user);          /* the transfer of a file begins */
    void (*arrived)(void *user);        /* bytes wait to be shown */
    void (*drained)(void *user);        /* there is room for bytes again */
    void (*ended)(void *user, int cme); /* 0: it was carried out */
};

struct hlsim__ftp_ask {
    enum hlsim__ftp_job job;
    const char *path;
    bool ascii;
    bool append;    /* SEND */
    int64_t offset; /* RECEIVE: from there on */
    const struct hlsim__ftp_watch *watch;
    void *user;
};

struct hlsim__ftp_session {
    struct hlsim__modem *modem;
    int id;
    enum hlsim__ftp_state state;
    enum hlsim__ftp_step step;
    struct hlsim__ftp_config config;
    struct hlsim__remote control;
    struct hlsim__remote data;
    char data_host[HLSIM_ADDRESS_SIZE]; /* the address of the control stream's far end */
    struct hlsim__ftp_reply reply;
    struct hlsim__timer timer; /* of waiting for the server */
    /* The order; its texts are copies. */
    enum hlsim__ftp_job job;
    const struct hlsim__ftp_watch *watch; /* NULL: nobody asks */
    void *user;
    char path[HLSIM__FTP_PATH_SIZE];
    char type; /* that the server knows; 0: none */
    bool ascii;
    bool append;
    int64_t offset;
    uint64_t length; /* of the file, as far as it passed; what SIZE said */
    bool moved;      /* the data stream has ended in order */
    bool confirmed;  /* the server has said so, too */
    bool given;      /* SEND: the host has given everything */
    bool held;
};

/* What the model keeps for the sessions of a modem. */
struct hlsim__ftp_memory {
    struct hlsim__ftp_session *sessions[HLSIM__FTP_SESSIONS_MAX]; /* NULL: never used yet */
    struct hlsim__socket_buffer received[HLSIM__FTP_SESSIONS_MAX];
    struct hlsim__socket_buffer outgoing[HLSIM__FTP_SESSIONS_MAX];
};

/* The firmware stops. */
void hlsim__ftp_discard(struct hlsim__ftp_memory *memory);

/* The session of that number, or NULL. */
struct hlsim__ftp_session *hlsim__ftp_find(struct hlsim__modem *modem, int64_t id);

/* A new session at the lowest free number. 0 or a CME code. */
int hlsim__ftp_create(struct hlsim__modem *modem, const struct hlsim__ftp_config *config,
                      struct hlsim__ftp_session **ret_session);

/* AT+KFTPCNX, AT+KFTPCLOSE, AT+KFTPCFGDEL. 0 or a CME code. */
int hlsim__ftp_connect(struct hlsim__ftp_session *session);
int hlsim__ftp_close(struct hlsim__ftp_session *session);
int hlsim__ftp_delete(struct hlsim__ftp_session *session);

/* Gives an order, and connects before where that is needed. 0 or a CME code: nothing follows. */
int hlsim__ftp_give(struct hlsim__ftp_session *session, const struct hlsim__ftp_ask *ask);

/* What waits to be shown, and so many of it were. */
struct hlsim__socket_buffer *hlsim__ftp_received(const struct hlsim__ftp_session *session);
void hlsim__ftp_read(struct hlsim__ftp_session *session, size_t size);

/* SEND, from `ready` on: bytes of the file. False: that is enough until `drained`. */
bool hlsim__ftp_put(struct hlsim__ftp_session *session, const uint8_t *bytes, size_t size);

/* SEND: these were all. */
void hlsim__ftp_put_end(struct hlsim__ftp_session *session);

#endif
