/*
 * One DTLS 1.2 association with a pre-shared key, TLS_PSK_WITH_AES_128_CCM_8 and nothing else
 * (RFC 6347, RFC 6655; the suite of LwM2M 1.0), for both ends. Datagrams go in and out by calls:
 * no socket, no clock but that of the scheduler, random numbers from a seed. Knows nothing of
 * what is carried, nor of who has which key.
 *
 * The library's context takes 38 kB and lives during traffic only: some seconds after the last
 * datagram an established association is folded up into some hundred bytes, and unfolded by the
 * next one. What a build without DTLS has instead is in secure_absent.c.
 */
#ifndef HLSIM_NETWORK_SECURE_H
#define HLSIM_NETWORK_SECURE_H

#include "base/rng.h"
#include "core/sched.h"
#include "core/stream.h"
#include "network/network.h"

/* What a record adds to the bytes that it carries: its header, a nonce, a tag of 8 bytes. */
#define HLSIM__SECURE_OVERHEAD 29

/* The largest datagram that can be sent through an association. */
#define HLSIM__SECURE_PLAIN_MAX    (HLSIM_DATAGRAM_MAX - HLSIM__SECURE_OVERHEAD)

#define HLSIM__SECURE_KEY_MAX      64
#define HLSIM__SECURE_IDENTITY_MAX 128 /* without a NUL */
#define HLSIM__SECURE_SESSION_MAX  256
#define HLSIM__SECURE_SEED_SIZE    16

struct hlsim__secure;

enum hlsim__secure_role { HLSIM__SECURE_CLIENT, HLSIM__SECURE_SERVER };

/* Why an association has failed. X(name, text) */
#define HLSIM__SECURE_FAILURE_MAP(X)                                                               \
    /* the last flight was repeated as often as can be, and nothing came */                        \
    X(HLSIM__SECURE_SILENCE, "silence")                                                            \
    X(HLSIM__SECURE_ALERT, "an alert of the peer")                                                 \
    /* what came cannot belong to a handshake: garbage, another suite, another protocol */         \
    X(HLSIM__SECURE_VIOLATION, "a handshake that cannot be understood")                            \
    X(HLSIM__SECURE_WRONG_KEY, "a key that does not fit")                                          \
    X(HLSIM__SECURE_UNKNOWN_IDENTITY, "an identity that is not known")                             \
    /* a server answered a first hello by a cookie, and keeps nothing of it (RFC 6347 4.2.1) */    \
    X(HLSIM__SECURE_UNVERIFIED, "a hello without a cookie")                                        \
    X(HLSIM__SECURE_NOT_SENT, "an error of sending")                                               \
    X(HLSIM__SECURE_NO_MEMORY, "no memory")

enum hlsim__secure_failure {
#define HLSIM__SECURE_ENUM(name, text) name,
    HLSIM__SECURE_FAILURE_MAP(HLSIM__SECURE_ENUM)
#undef HLSIM__SECURE_ENUM
};

const char *hlsim__secure_failure_text(enum hlsim__secure_failure why);

/* What an abbreviated handshake needs to know of the full one before it. */
struct hlsim__secure_session {
    size_t id_size; /* 0: no session */
    uint8_t id[32];
    size_t size;
    uint8_t bytes[HLSIM__SECURE_SESSION_MAX];
};

/*
 * Called by an association. Each may send through it, close it and destroy it, but `transmit`,
 * `key`, `load_session` and `secret`, which must leave it alone. While `established` to `ignored`
 * run, the stream's cause is that of the datagram that came, or the last datagram that was sent.
 */
struct hlsim__secure_ops {
    /* Bytes for the wire. 0, or an error, which ends a handshake. */
    int (*transmit)(void *user, const uint8_t *bytes, size_t size);
    /* The handshake is done. `resumed`: it was an abbreviated one. */
    void (*established)(void *user, bool resumed);
    /* Nothing can be sent any more. `error` is what `transmit` said, else 0. */
    void (*failed)(void *user, enum hlsim__secure_failure why, int error);
    /* An authenticated datagram of the peer; valid during the call. */
    void (*datagram)(void *user, const uint8_t *bytes, size_t size);
    /* The peer said goodbye, and was authentic: nothing can be sent any more. */
    void (*closed)(void *user);
    /* A datagram was not believed and changed nothing; static text. */
    void (*ignored)(void *user, const char *why);
    /* Server: the key of an identity, which need not end with zero; its size, or negative. */
    int (*key)(void *user, const char *identity, size_t size,
               uint8_t ret_key[HLSIM__SECURE_KEY_MAX]);
    /* Server: the session of that id, or false. NULL: there never is one. */
    bool (*load_session)(void *user, const uint8_t *id, size_t id_size,
                         struct hlsim__secure_session *ret_session);
    /* What a capture needs to be read, once a handshake, before `established`. May be NULL. */
    void (*secret)(void *user, const struct hlsim__secret *secret);
};

struct hlsim__secure_config {
    enum hlsim__secure_role role;
    struct hlsim_stream *stream;
    struct hlsim__timer_group *timers;
    struct hlsim__rng rng; /* of this association alone */
    int64_t timeout_min;   /* until a flight is repeated for the first time; then it doubles, */
    int64_t timeout_max;   /* and the handshake has failed when it was waited this long */
    /* Client: copied at creation. `session` NULL, or with an id_size of 0: a full handshake. */
    const char *identity;
    const uint8_t *key;
    size_t key_size;
    const struct hlsim__secure_session *session;
    /* Server: where the client is, and the secret of the cookies that prove it (all clients'). */
    struct hlsim_address peer;
    uint8_t cookie_seed[HLSIM__SECURE_SEED_SIZE];
    bool silent; /* no alert is sent while a handshake is under way */
    const struct hlsim__secure_ops *ops;
    void *user;
};

/* Whether this build has DTLS. */
bool hlsim__secure_available(void);

/*
 * A new association, which does nothing yet. HLSIM_E_NO_MEMORY, HLSIM_E_UNSUPPORTED in a build
 * without DTLS, HLSIM_E_INVALID when identity or key are too long or there is no key.
 */
int hlsim__secure_create(const struct hlsim__secure_config *config,
                         struct hlsim__secure **ret_secure);

/* Gives it back without a word to the peer; from any callback, too. NULL is left alone. */
void hlsim__secure_destroy(struct hlsim__secure *secure);

/*
 * Client: sends the first flight. 0, or what `transmit` returned or HLSIM_E_NO_MEMORY, and then
 * `failed` is not called.
 */
int hlsim__secure_start(struct hlsim__secure *secure);

/* A datagram came from the peer. */
void hlsim__secure_receive(struct hlsim__secure *secure, const uint8_t *bytes, size_t size);

/*
 * Sends one datagram to the peer. 0; HLSIM_E_STATE when the association is not established,
 * HLSIM_E_LIMIT when it is larger than HLSIM__SECURE_PLAIN_MAX, HLSIM_E_NO_MEMORY, or what
 * `transmit` returned.
 */
int hlsim__secure_send(struct hlsim__secure *secure, const uint8_t *bytes, size_t size);

/* Says goodbye to the peer of an established association; nothing can be sent afterwards. */
void hlsim__secure_close(struct hlsim__secure *secure);

/* The session of an established association that can be resumed later; its id_size is 0 when
 * there is none. */
void hlsim__secure_session(const struct hlsim__secure *secure,
                           struct hlsim__secure_session *ret_session);

/* How often the flight was sent that is waiting for its answer. */
unsigned hlsim__secure_flights(const struct hlsim__secure *secure);

/* Server: whether the next thing to come is the end of the client's handshake. */
bool hlsim__secure_expects_end(const struct hlsim__secure *secure);

/* Whether the library's context is in memory just now. */
bool hlsim__secure_is_unfolded(const struct hlsim__secure *secure);

/* Whether a datagram begins with a record of a ClientHello; then, whether its random number (32
 * bytes) goes to `ret_random`, and `ret_sequence` says which message of the handshake it is. */
bool hlsim__secure_is_hello(const uint8_t *bytes, size_t size, uint8_t ret_random[32],
                            unsigned *ret_sequence);

#endif
