/*
 * CoAP's message layer (RFC 7252, section 4) for both ends: confirmable requests with
 * retransmission, matching of answers by token and peer, acknowledgement, duplicates answered from
 * memory, ping and reset. What carries the datagrams and what the requests mean is the owner's
 * business. All memory is the owner's.
 */
#ifndef HLSIM_EXCHANGE_EXCHANGE_H
#define HLSIM_EXCHANGE_EXCHANGE_H

#include <hl78sim/network.h>

#include "base/rng.h"
#include "codec/coap.h"
#include "core/sched.h"
#include "core/stream.h"

/* The longest wait of a message is 2^15 times the first. */
#define HLSIM__RETRANSMIT_MAX 15

/* The largest datagram that is sent or received (RFC 7252 4.6: 1152, and room for its header). */
#define HLSIM__DATAGRAM_MAX 1280

/* Answers that are remembered for repeated messages, and for how long (RFC 7252 4.8.2). */
#define HLSIM__ANSWERS_MAX       8
#define HLSIM__EXCHANGE_LIFETIME (247 * HLSIM_SECOND)

struct hlsim__exchange;

/* What a slot waits for. */
enum hlsim__exchange_kind {
    HLSIM__EXCHANGE_REQUEST,      /* the response */
    HLSIM__EXCHANGE_PING,         /* the reset */
    HLSIM__EXCHANGE_NOTIFICATION, /* the acknowledgement */
};

/* One outstanding request; embedded in its owner, which does not touch its fields. */
struct hlsim__exchange_slot {
    struct hlsim__exchange *exchange; /* NULL: free */
    struct hlsim__exchange_slot *next;
    enum hlsim__exchange_kind kind;
    struct hlsim__timer timer;
    struct hlsim_address peer;
    uint64_t token;
    uint16_t message_id;
    unsigned sent;     /* transmissions so far */
    bool acknowledged; /* an empty ACK came: the answer follows by itself */
    int64_t timeout;   /* the next wait */
    uint64_t cause;    /* the event of the last transmission, for what follows from silence */
    /*
     * Called once: `response` on 0, NULL on an error: HLSIM_E_UNREACHABLE (silence until the last
     * wait was over), HLSIM_E_GONE (reset by the peer), or what the sending of a repetition said.
     * A ping and a notification end with 0 and NULL. While it runs the stream's cause is the
     * datagram that came, or the last that was sent. The slot is free then and may be used again.
     */
    void (*done)(void *user, int error, const struct hlsim__coap_message *response);
    void *user;
    size_t size;
    uint8_t datagram[HLSIM__DATAGRAM_MAX];
};

/* What was sent in return for one message. */
struct hlsim__exchange_answer {
    struct hlsim_address peer;
    uint16_t message_id;
    int64_t expires_at; /* 0: nothing is remembered here */
    size_t start;       /* of its bytes, in the exchange's room for them */
    size_t size;        /* 0: nothing was sent */
};

struct hlsim__exchange_config {
    struct hlsim_stream *stream;
    const char *source; /* of air.ignored events; borrowed */
    struct hlsim__timer_group *timers;
    struct hlsim__rng rng;   /* a sub-stream for tokens, ids and random waits */
    int64_t ack_timeout;     /* 2 s */
    unsigned max_retransmit; /* 4; up to HLSIM__RETRANSMIT_MAX */
    /* Sends one datagram; 0, or an error that ends the request at once (HLSIM_E_POWER, ...). The
     * first event that it emits is that of the datagram. */
    int (*send)(void *user, struct hlsim_address peer, const uint8_t *bytes, size_t size);
    /*
     * A request came, for the first time. The owner fills in `response`; its type, id and token
     * are set by the exchange. A code of 0 sends nothing but the acknowledgement. The response is
     * encoded and leaves after the return, so its payload and its borrowed option values must not
     * lie on the callback's stack, and hlsim__exchange_init must not be called from here. May be
     * NULL: all requests are answered by 4.05.
     */
    void (*request)(void *user, struct hlsim_address peer,
                    const struct hlsim__coap_message *request,
                    struct hlsim__coap_message *response);
    /* A notification (a response with the observe option that no slot waits for) came. May be
     * NULL: it is reset then. Returns false to have it reset. */
    bool (*notification)(void *user, struct hlsim_address peer,
                         const struct hlsim__coap_message *message);
    void *user;
};

struct hlsim__exchange {
    struct hlsim__exchange_config config;
    struct hlsim__exchange_slot *first; /* outstanding requests */
    uint16_t next_message_id;
    size_t answer_next;
    struct hlsim__exchange_answer answers[HLSIM__ANSWERS_MAX];
    size_t answer_end; /* of the newest answer's bytes */
    /* The bytes of all answers, one behind the other, so that those of usual size take little
     * memory. What a jump back to the start leaves unused is less than a datagram: so the newest
     * answer never meets one that is remembered. */
    uint8_t answer_bytes[(HLSIM__ANSWERS_MAX + 1) * HLSIM__DATAGRAM_MAX];
};

void hlsim__exchange_init(struct hlsim__exchange *exchange,
                          const struct hlsim__exchange_config *config);

/*
 * Sends `message` as a confirmable request; its type, id and token are set here. The slot is free
 * (zeroed memory is a free slot). 0, or the error of encoding or of the first send; then `done` is
 * not called. After a sleep of ack_timeout to 1.5 times that (drawn), doubled each time, it is sent
 * again, max_retransmit times; with the usual figures the peer has been silent for 62 to 93 s then.
 */
int hlsim__exchange_send(struct hlsim__exchange *exchange, struct hlsim__exchange_slot *slot,
                         struct hlsim_address peer, struct hlsim__coap_message *message,
                         void (*done)(void *user, int error,
                                      const struct hlsim__coap_message *response),
                         void *user);

/* CoAP ping: an empty confirmable message, which a living peer resets (RFC 7252 4.3). */
int hlsim__exchange_ping(
    struct hlsim__exchange *exchange, struct hlsim__exchange_slot *slot, struct hlsim_address peer,
    void (*done)(void *user, int error, const struct hlsim__coap_message *response), void *user);

/*
 * Sends a notification (confirmable, with the observation's token); `slot` watches for its
 * acknowledgement. HLSIM_E_GONE then means that the peer cancelled the observation (RFC 7641 3.6).
 */
int hlsim__exchange_notify(
    struct hlsim__exchange *exchange, struct hlsim__exchange_slot *slot, struct hlsim_address peer,
    const uint8_t *token, size_t token_size, struct hlsim__coap_message *message,
    void (*done)(void *user, int error, const struct hlsim__coap_message *response), void *user);

/* Gives a slot up; `done` is not called. A free slot is left alone. */
void hlsim__exchange_cancel(struct hlsim__exchange_slot *slot);

/* Gives all of them up and forgets remembered answers. */
void hlsim__exchange_reset(struct hlsim__exchange *exchange);

/*
 * A datagram came from `peer`. What is malformed is one air.ignored event and nothing more; what
 * nobody waits for, or came before and was not answered then, is one, too.
 */
void hlsim__exchange_receive(struct hlsim__exchange *exchange, struct hlsim_address peer,
                             const uint8_t *bytes, size_t size);

#endif
