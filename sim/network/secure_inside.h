/*
 * What the two halves of a DTLS association share: the machine (secure.c), which is the library's
 * context and lives during traffic only, and the states around it (secure_state.c), which decide
 * when there is one and what its results mean.
 */
#ifndef HLSIM_NETWORK_SECURE_INSIDE_H
#define HLSIM_NETWORK_SECURE_INSIDE_H

#include "network/secure.h"

#define HLSIM__RECORD_HEADER 13

enum hlsim__secure_state {
    HLSIM__SECURE_NEW,
    HLSIM__SECURE_HANDSHAKE,
    HLSIM__SECURE_ESTABLISHED,
    HLSIM__SECURE_OVER,
};

struct hlsim__machine;

struct hlsim__secure {
    struct hlsim__secure_config config;
    char identity[HLSIM__SECURE_IDENTITY_MAX + 1];
    uint8_t key[HLSIM__SECURE_KEY_MAX];
    struct hlsim__secure_session session; /* to be resumed, or that of the association */
    enum hlsim__secure_state state;
    struct hlsim__machine *machine; /* NULL: not begun, folded up, or over */
    uint8_t *folded;                /* NULL: not folded up */
    size_t folded_size;
    struct hlsim__timer flight_timer;
    int64_t intermediate_at; /* the library's two times of one timer */
    int64_t final_at;        /* 0: not set */
    struct hlsim__timer quiet_timer;
    const uint8_t *input; /* the datagram that is being read; NULL: none */
    size_t input_size;
    uint64_t sent_cause; /* the event of the last datagram that was sent */
    int send_error;
    unsigned flights;
    bool full;           /* this handshake is not an abbreviated one */
    bool wrong_identity; /* `key` knew none */
    bool useful;         /* the datagram at hand changed something */
    unsigned depth;      /* calls under way, from outside */
    bool doomed;         /* destroyed from within one of them */
};

/* A new context for a new handshake, or for one that is unfolded. 0 or HLSIM_E_NO_MEMORY. */
int hlsim__machine_make(struct hlsim__secure *secure);

/* Gives the context back, if there is one. */
void hlsim__machine_drop(struct hlsim__secure *secure);

/* The session that a client wants to go on with. */
void hlsim__machine_offer(struct hlsim__secure *secure);

enum hlsim__machine_result {
    HLSIM__MACHINE_DONE,
    HLSIM__MACHINE_WAITS, /* for a datagram, or for the flight timer */
    HLSIM__MACHINE_CLOSED,
    HLSIM__MACHINE_FAILED,
};

/* The handshake, as far as it goes with what there is. Why it has failed goes to `reterr_why`. */
enum hlsim__machine_result hlsim__machine_shake(struct hlsim__secure *secure,
                                                enum hlsim__secure_failure *reterr_why);

/* How far the handshake has come: another number when it went on. */
int hlsim__machine_progress(const struct hlsim__secure *secure);

/* The next authenticated bytes of what there is; DONE: here they are. The last flight of the
 * handshake is repeated from within. */
enum hlsim__machine_result hlsim__machine_read(struct hlsim__secure *secure,
                                               uint8_t plain[HLSIM_DATAGRAM_MAX], size_t *ret_size,
                                               enum hlsim__secure_failure *reterr_why);

/* 0, HLSIM_E_NO_MEMORY, or what `transmit` returned. */
int hlsim__machine_write(struct hlsim__secure *secure, const uint8_t *bytes, size_t size);
void hlsim__machine_goodbye(struct hlsim__secure *secure);

/* Whether the last flight of the handshake is kept for a peer that may not have got it. */
bool hlsim__machine_keeps_flight(const struct hlsim__secure *secure);

/* Folds the context up into secure->folded, unless a last flight is kept. And back again: 0 or
 * HLSIM_E_NO_MEMORY. */
void hlsim__machine_fold(struct hlsim__secure *secure);
int hlsim__machine_unfold(struct hlsim__secure *secure);

/* Whether a record with that number was taken before. */
bool hlsim__machine_is_repeated(const struct hlsim__secure *secure, uint64_t sequence);

#endif
