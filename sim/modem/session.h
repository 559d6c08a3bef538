/*
 * The device management session: who wants it open, when it is tried again, when it closes by
 * itself. Turns the LwM2M client's states into indications 4 to 8 and 23.
 */
#ifndef HLSIM_MODEM_SESSION_H
#define HLSIM_MODEM_SESSION_H

#include "exchange/nosec.h"
#include "lwm2m/client.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

/* X(name, text): texts are those of the path modem.session. */
#define HLSIM__SESSION_MAP(X)                                                                      \
    X(HLSIM__SESSION_CLOSED, "closed")                                                             \
    X(HLSIM__SESSION_BOOTSTRAP, "bootstrap")                                                       \
    X(HLSIM__SESSION_DM, "dm")

enum hlsim__session_state {
#define HLSIM__SESSION_ENUM(name, text) name,
    HLSIM__SESSION_MAP(HLSIM__SESSION_ENUM)
#undef HLSIM__SESSION_ENUM
};

/* What the session needs from its owner. */
struct hlsim__session_ops {
    void *user;
    void (*opened)(void *user); /* registered with the DM server */
    /* `by_itself`: by a silence, not because somebody ended it; `answered`: the server took the
     * goodbye. */
    void (*closed)(void *user, bool by_itself, bool answered);
    bool (*busy)(void *user);  /* the session must not close by itself now */
    void (*retry)(void *user); /* the pause of AT+WDSC line 4 after a failure is over */
    /* Object 3, resource 4; a CoAP code. */
    uint8_t (*reboot)(void *user);
    /* The server wrote another lifetime, which is line 3 of AT+WDSC now. */
    void (*polling_changed)(void *user);
    /* Object 5; the first two return a CoAP code. */
    uint8_t (*offered)(void *user, const char *uri);
    uint8_t (*execute)(void *user);
    enum hlsim__lwm2m_firmware_state (*firmware_state)(void *user);
    int (*firmware_result)(void *user);
    bool (*wants_receipt)(void *user); /* as in lwm2m/client.h */
    void (*result_received)(void *user);
    bool (*owes_result)(void *user);
};

struct hlsim__session {
    struct hlsim__modem *modem;
    struct hlsim__session_ops ops;
    char endpoint_name[64];
    char maker[32];
    char revision[64];
    enum hlsim__session_state state;
    int64_t cid;                     /* the context that it was opened on; 0: none yet */
    bool host_wants;                 /* AT+WDSS=1,1: it stays until AT+WDSS=1,0 */
    bool wanted;                     /* by the host, or by the module for its own business */
    bool held;                       /* wanted, but the host has to agree first */
    bool went_silent;                /* it is being closed because of a silence */
    bool resumed;                    /* the pause under way began before the start */
    size_t retry_index;              /* in the list of AT+WDSC line 4 */
    struct hlsim__timer start_timer; /* the figure session_start */
    struct hlsim__timer retry_timer; /* a pause of AT+WDSC line 4 */
    struct hlsim__timer idle_timer;
    struct hlsim__lwm2m_client client;
    struct hlsim__nosec plain; /* for nothing with DTLS: last */
};

void hlsim__session_init(struct hlsim__session *session, struct hlsim__modem *modem,
                         const struct hlsim__session_ops *ops);

/* Wants a session; `host`: until the host closes it, else until nothing is left to do. */
void hlsim__session_want(struct hlsim__session *session, bool host);

/* Wants one for the module's own business, after the next pause of AT+WDSC line 4. */
void hlsim__session_retry(struct hlsim__session *session);

/*
 * After a start: a pause that was under way, or cut short by an attempt that a reset ended, goes
 * on, with its place in the list; the first network does not cut it short. What is left of it; 0:
 * the next attempt is due; negative: there is none, or a session is wanted already.
 */
int64_t hlsim__session_resume(struct hlsim__session *session);

/* Nothing starts by itself until it is wanted once more: the host is being asked. */
void hlsim__session_hold(struct hlsim__session *session);

/* The module's own connection has ended, or none is under way: the next one would be a new one. */
bool hlsim__session_is_idle(const struct hlsim__session *session);

/* Nobody wants it any more: closes it when it is open. */
void hlsim__session_end(struct hlsim__session *session);

/* There is a network again; it is gone for the time being; it was switched off. */
void hlsim__session_network_up(struct hlsim__session *session);
void hlsim__session_network_down(struct hlsim__session *session);
void hlsim__session_network_off(struct hlsim__session *session);

/* The client does and says nothing any more, whatever is wanted, until a restart. */
void hlsim__session_lock(struct hlsim__session *session);

/* It is being opened or closed; a firmware runs. The pause before another try is not meant: that is
 * a wait. */
bool hlsim__session_owes(const struct hlsim__session *session);

/* As AT+WDSS? shows it: also while it is being opened or waits for its next attempt. */
static inline bool hlsim__session_is_open(const struct hlsim__session *session)
{
    return (session->wanted && !session->held) || session->state != HLSIM__SESSION_CLOSED;
}

const char *hlsim__session_text(enum hlsim__session_state state);

#endif
