/*
 * The life of a DTLS association: handshake, traffic, quiet, end; what the datagrams that come mean
 * for it, and who is told. How DTLS is spoken is in secure.c.
 */
#include "network/secure_inside.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

/* How long after its last datagram an established association is folded up. */
#define QUIET (2 * HLSIM_SECOND)

/* Types of records (RFC 5246 6.2.1) and the first message of a handshake (7.4). */
#define MESSAGE_FIRST     20
#define MESSAGE_HANDSHAKE 22
#define MESSAGE_LAST      23
#define CLIENT_HELLO      1

#define HELLO_RANDOM      (HLSIM__RECORD_HEADER + 12 + 2) /* behind both headers and the version */

/* --- Folding ------------------------------------------------------------------------------ */

static void forget_folded(struct hlsim__secure *secure)
{
    free(secure->folded);
    secure->folded = NULL;
}

static void grow_quiet(void *owner)
{
    struct hlsim__secure *secure = owner;

    HLSIM_ASSERT(secure->state == HLSIM__SECURE_ESTABLISHED && secure->machine != NULL);
    hlsim__machine_fold(secure);
}

/* There is traffic: the context is needed, and for some time more. */
static int wake(struct hlsim__secure *secure)
{
    int rc = secure->machine != NULL ? 0 : hlsim__machine_unfold(secure);

    if (rc == 0) {
        hlsim__timer_set_in(&secure->quiet_timer, QUIET);
    }
    return rc;
}

/* --- Beginning and end -------------------------------------------------------------------- */

static void flight_unanswered(void *owner);

int hlsim__secure_create(const struct hlsim__secure_config *config,
                         struct hlsim__secure **ret_secure)
{
    struct hlsim__secure *secure;

    HLSIM_ASSERT(config->timeout_min > 0 && config->timeout_max >= config->timeout_min);
    if (config->role == HLSIM__SECURE_CLIENT &&
        (config->key_size == 0 || config->key_size > HLSIM__SECURE_KEY_MAX ||
         strlen(config->identity) > HLSIM__SECURE_IDENTITY_MAX)) {
        return HLSIM_E_INVALID;
    }
    secure = calloc(1, sizeof *secure);
    if (secure == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    secure->config = *config;
    if (config->role == HLSIM__SECURE_CLIENT) {
        strcpy(secure->identity, config->identity);
        memcpy(secure->key, config->key, config->key_size);
    }
    if (config->session != NULL) {
        secure->session = *config->session;
    }
    hlsim__timer_init(&secure->flight_timer, config->timers, flight_unanswered, secure);
    hlsim__timer_init(&secure->quiet_timer, config->timers, grow_quiet, secure);
    *ret_secure = secure;
    return 0;
}

/* Nothing of it acts any more; its owner may still look at it. */
static void end(struct hlsim__secure *secure)
{
    hlsim__machine_drop(secure);
    forget_folded(secure);
    hlsim__timer_cancel(&secure->quiet_timer);
    secure->state = HLSIM__SECURE_OVER;
}

void hlsim__secure_destroy(struct hlsim__secure *secure)
{
    if (secure == NULL) {
        return;
    }
    secure->doomed = true;
    if (secure->depth == 0) {
        end(secure);
        free(secure);
    }
}

static void enter(struct hlsim__secure *secure)
{
    secure->depth++;
}

/* A call from outside is done: what was destroyed meanwhile goes now. */
static void leave(struct hlsim__secure *secure)
{
    secure->depth--;
    if (secure->doomed && secure->depth == 0) {
        hlsim__secure_destroy(secure);
    }
}

static void fail(struct hlsim__secure *secure, enum hlsim__secure_failure why)
{
    int error = secure->send_error;

    end(secure);
    secure->config.ops->failed(secure->config.user, why, error);
}

/* --- Handshake ---------------------------------------------------------------------------- */

static void establish(struct hlsim__secure *secure)
{
    secure->state = HLSIM__SECURE_ESTABLISHED;
    secure->useful = true;
    hlsim__timer_set_in(&secure->quiet_timer, QUIET);
    secure->config.ops->established(secure->config.user, !secure->full);
}

/* What has come once there are keys; may end the association. */
static void read_all(struct hlsim__secure *secure)
{
    const struct hlsim__secure_config *config = &secure->config;
    uint8_t plain[HLSIM_DATAGRAM_MAX];

    while (secure->state == HLSIM__SECURE_ESTABLISHED && !secure->doomed) {
        enum hlsim__secure_failure why;
        size_t size;

        switch (hlsim__machine_read(secure, plain, &size, &why)) {
        case HLSIM__MACHINE_WAITS:
            return;
        case HLSIM__MACHINE_DONE:
            secure->useful = true;
            config->ops->datagram(config->user, plain, size);
            break;
        case HLSIM__MACHINE_CLOSED:
            secure->useful = true;
            end(secure);
            config->ops->closed(config->user);
            break;
        case HLSIM__MACHINE_FAILED:
            secure->useful = true;
            fail(secure, why);
            break;
        }
    }
}

static void go_on(struct hlsim__secure *secure)
{
    enum hlsim__secure_failure why;

    if (secure->state == HLSIM__SECURE_HANDSHAKE) {
        enum hlsim__machine_result result = hlsim__machine_shake(secure, &why);

        if (result == HLSIM__MACHINE_DONE) {
            establish(secure);
        } else if (result == HLSIM__MACHINE_FAILED) {
            secure->useful = true;
            fail(secure, why);
        }
    }
    read_all(secure);
}

static void flight_unanswered(void *owner)
{
    struct hlsim__secure *secure = owner;
    struct hlsim_stream *stream = secure->config.stream;
    uint64_t before = hlsim__stream_set_cause(stream, secure->sent_cause);

    enter(secure);
    go_on(secure);
    secure->flights += secure->state == HLSIM__SECURE_HANDSHAKE;
    leave(secure);
    hlsim__stream_set_cause(stream, before);
}

int hlsim__secure_start(struct hlsim__secure *secure)
{
    enum hlsim__secure_failure why;
    int rc = hlsim__machine_make(secure);

    HLSIM_ASSERT(secure->state == HLSIM__SECURE_NEW);
    HLSIM_ASSERT(secure->config.role == HLSIM__SECURE_CLIENT);
    if (rc < 0) {
        return rc;
    }
    if (secure->session.id_size > 0) {
        hlsim__machine_offer(secure);
    }
    secure->state = HLSIM__SECURE_HANDSHAKE;
    secure->flights = 1;
    if (hlsim__machine_shake(secure, &why) != HLSIM__MACHINE_WAITS) {
        rc = secure->send_error != 0 ? secure->send_error : HLSIM_E_NO_MEMORY;
        end(secure);
    }
    return rc;
}

/* --- Datagrams ---------------------------------------------------------------------------- */

static uint64_t number(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

bool hlsim__secure_is_hello(const uint8_t *bytes, size_t size, uint8_t ret_random[32],
                            unsigned *ret_sequence)
{
    if (size < HELLO_RANDOM + 32 || bytes[0] != MESSAGE_HANDSHAKE || number(bytes + 3, 2) != 0 ||
        bytes[HLSIM__RECORD_HEADER] != CLIENT_HELLO) {
        return false;
    }
    memcpy(ret_random, bytes + HELLO_RANDOM, 32);
    *ret_sequence = (unsigned)number(bytes + HLSIM__RECORD_HEADER + 4, 2);
    return true;
}

/* Why a datagram cannot be records, or NULL. What is left behind the last one would be an error of
 * the library's, and an error ends an association. */
static const char *malformation_of(const uint8_t *bytes, size_t size)
{
    size_t at = 0;

    if (size > HLSIM_DATAGRAM_MAX) {
        return "too large";
    }
    if (size < HLSIM__RECORD_HEADER || bytes[0] < MESSAGE_FIRST || bytes[0] > MESSAGE_LAST ||
        bytes[1] != 0xfe || (bytes[2] != 0xff && bytes[2] != 0xfd)) {
        return "not a record of DTLS";
    }
    while (at < size) {
        if (size - at < HLSIM__RECORD_HEADER ||
            number(bytes + at + 11, 2) > size - at - HLSIM__RECORD_HEADER) {
            return "a record that was cut short";
        }
        at += HLSIM__RECORD_HEADER + number(bytes + at + 11, 2);
    }
    return NULL;
}

/* Reads the datagram, and says `why` when it meant nothing: nothing was sent in return, handed
 * over or ended, and a handshake went no further. */
static void take(struct hlsim__secure *secure, const uint8_t *bytes, size_t size, const char *why)
{
    unsigned flights = secure->flights;
    bool shaking = secure->state == HLSIM__SECURE_HANDSHAKE;
    int progress = shaking ? hlsim__machine_progress(secure) : 0;

    secure->useful = false;
    secure->input = bytes;
    secure->input_size = size;
    go_on(secure);
    secure->input = NULL;
    if (shaking && secure->state == HLSIM__SECURE_HANDSHAKE &&
        hlsim__machine_progress(secure) != progress) {
        secure->useful = true;
    }
    if (!secure->useful && !secure->doomed) {
        secure->config.ops->ignored(secure->config.user, why);
    } else if (secure->flights == flights) {
        secure->flights = 1; /* the answer came: what is waiting now was sent once */
    }
}

/*
 * Whether a hello in the clear is among the records. It would reach into an established association
 * (RFC 6347 4.2.8), and a forged one could end it: whose handshakes are whose is decided outside.
 */
static bool has_hello(const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + HLSIM__RECORD_HEADER < size;
         at += HLSIM__RECORD_HEADER + number(bytes + at + 11, 2)) {
        if (bytes[at] == MESSAGE_HANDSHAKE && number(bytes + at + 3, 2) == 0 &&
            bytes[at + HLSIM__RECORD_HEADER] == CLIENT_HELLO) {
            return true;
        }
    }
    return false;
}

static void take_established(struct hlsim__secure *secure, const uint8_t *bytes, size_t size)
{
    static const char other_epoch[] = "a record of another epoch";

    if (has_hello(bytes, size)) {
        secure->config.ops->ignored(secure->config.user, "a hello amid an association");
    } else if (number(bytes + 3, 2) != 1) {
        /* Of the handshake: a peer that did not get its last flight. */
        if (secure->machine != NULL && hlsim__machine_keeps_flight(secure)) {
            take(secure, bytes, size, other_epoch);
        } else {
            secure->config.ops->ignored(secure->config.user, other_epoch);
        }
    } else if (wake(secure) < 0) {
        fail(secure, HLSIM__SECURE_NO_MEMORY);
    } else if (hlsim__machine_is_repeated(secure, number(bytes + 5, 6))) {
        secure->config.ops->ignored(secure->config.user, "a repeated record");
    } else {
        take(secure, bytes, size, "a record that is not authentic");
    }
}

void hlsim__secure_receive(struct hlsim__secure *secure, const uint8_t *bytes, size_t size)
{
    const char *malformation = malformation_of(bytes, size);

    enter(secure);
    if (secure->state == HLSIM__SECURE_NEW && secure->config.role == HLSIM__SECURE_SERVER) {
        if (hlsim__machine_make(secure) < 0) {
            fail(secure, HLSIM__SECURE_NO_MEMORY);
        } else {
            secure->state = HLSIM__SECURE_HANDSHAKE;
        }
    }
    if (secure->state == HLSIM__SECURE_OVER) {
        secure->config.ops->ignored(secure->config.user, "an association that is over");
    } else if (malformation != NULL) {
        secure->config.ops->ignored(secure->config.user, malformation);
    } else if (secure->state == HLSIM__SECURE_HANDSHAKE) {
        take(secure, bytes, size, "a record that the handshake cannot use");
    } else if (secure->state == HLSIM__SECURE_ESTABLISHED) {
        take_established(secure, bytes, size);
    }
    leave(secure);
}

int hlsim__secure_send(struct hlsim__secure *secure, const uint8_t *bytes, size_t size)
{
    int rc;

    if (secure->state != HLSIM__SECURE_ESTABLISHED) {
        return HLSIM_E_STATE;
    }
    if (size > HLSIM__SECURE_PLAIN_MAX) {
        return HLSIM_E_LIMIT;
    }
    rc = wake(secure);
    return rc < 0 ? rc : hlsim__machine_write(secure, bytes, size);
}

void hlsim__secure_close(struct hlsim__secure *secure)
{
    if (secure->state == HLSIM__SECURE_ESTABLISHED && wake(secure) == 0) {
        hlsim__machine_goodbye(secure);
    }
    end(secure);
}

/* --- What it says of itself --------------------------------------------------------------- */

const char *hlsim__secure_failure_text(enum hlsim__secure_failure why)
{
    static const char *const texts[] = {
#define FAILURE_TEXT(name, text) [name] = text,
        HLSIM__SECURE_FAILURE_MAP(FAILURE_TEXT)
#undef FAILURE_TEXT
    };

    HLSIM_ASSERT((size_t)why < sizeof texts / sizeof *texts);
    return texts[why];
}

void hlsim__secure_session(const struct hlsim__secure *secure,
                           struct hlsim__secure_session *ret_session)
{
    *ret_session = secure->session;
}

unsigned hlsim__secure_flights(const struct hlsim__secure *secure)
{
    return secure->flights;
}

bool hlsim__secure_is_unfolded(const struct hlsim__secure *secure)
{
    return secure->machine != NULL;
}
