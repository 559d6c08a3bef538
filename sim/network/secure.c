/*
 * DTLS by mbedTLS, 2.28 and 3.x: the only file that knows the TLS part of that library. It keeps
 * the library from the world: no clock, no socket, no generator of its own. When there is a context
 * and what follows from its results is decided in secure_state.c.
 */
#include "network/secure_inside.h"

#include "base/assert.h"

#include <mbedtls/md.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include <stdlib.h>
#include <string.h>

/* In 2.28 the fields that 3.x marks as private have no mark. */
#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member) member
#endif

/* What lives during traffic only. */
struct hlsim__machine {
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config conf;
};

static const int suites[] = {MBEDTLS_TLS_PSK_WITH_AES_128_CCM_8, 0};

bool hlsim__secure_available(void)
{
    return true;
}

/*
 * The wall clock, as far as mbedTLS is concerned: the build puts this in the place of time(). It
 * would stand in the random number of every hello.
 */
long hlsim__secure_time(long *ret_time);
long hlsim__secure_time(long *ret_time)
{
    if (ret_time != NULL) {
        *ret_time = 0;
    }
    return 0;
}

/* --- What the library calls --------------------------------------------------------------- */

static int draw(void *user, unsigned char *bytes, size_t size)
{
    struct hlsim__secure *secure = user;

    for (size_t i = 0; i < size; i += 8) {
        uint64_t drawn = hlsim__rng_next(&secure->config.rng);

        for (size_t k = i; k < size && k < i + 8; k++) {
            bytes[k] = (unsigned char)(drawn >> (8 * (k - i)));
        }
    }
    return 0;
}

static bool is_alert(const unsigned char *bytes, size_t size)
{
    return size > 0 && bytes[0] == MBEDTLS_SSL_MSG_ALERT;
}

static int put(void *user, const unsigned char *bytes, size_t size)
{
    struct hlsim__secure *secure = user;
    struct hlsim_stream *stream = secure->config.stream;
    uint64_t last = stream->last_id;
    int rc = 0;

    if (secure->state == HLSIM__SECURE_HANDSHAKE && secure->config.silent &&
        is_alert(bytes, size)) {
        return (int)size;
    }
    secure->useful = true;
    rc = secure->config.ops->transmit(secure->config.user, bytes, size);
    secure->sent_cause = stream->last_id > last ? last + 1 : stream->cause;
    if (rc < 0) {
        secure->send_error = rc;
        return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }
    return (int)size;
}

static int get(void *user, unsigned char *bytes, size_t size)
{
    struct hlsim__secure *secure = user;

    if (secure->input == NULL) {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    size = secure->input_size < size ? secure->input_size : size;
    memcpy(bytes, secure->input, size);
    secure->input = NULL;
    return (int)size;
}

static void set_timer(void *user, uint32_t intermediate_ms, uint32_t final_ms)
{
    struct hlsim__secure *secure = user;
    int64_t now = secure->config.timers->sched->now;

    if (final_ms == 0) {
        secure->final_at = 0;
        hlsim__timer_cancel(&secure->flight_timer);
        return;
    }
    secure->intermediate_at = now + intermediate_ms * HLSIM_MS;
    secure->final_at = now + final_ms * HLSIM_MS;
    hlsim__timer_set(&secure->flight_timer, secure->final_at);
}

/* -1: not set, 0: no time has passed, 1: the intermediate one, 2: both. */
static int get_timer(void *user)
{
    const struct hlsim__secure *secure = user;
    int64_t now = secure->config.timers->sched->now;

    if (secure->final_at == 0) {
        return -1;
    }
    return (now >= secure->intermediate_at) + (now >= secure->final_at);
}

static int find_key(void *user, mbedtls_ssl_context *ssl, const unsigned char *identity,
                    size_t size)
{
    struct hlsim__secure *secure = user;
    uint8_t key[HLSIM__SECURE_KEY_MAX];
    int key_size = secure->config.ops->key(secure->config.user, (const char *)identity, size, key);

    HLSIM_ASSERT(key_size <= HLSIM__SECURE_KEY_MAX);
    secure->wrong_identity = key_size <= 0;
    return key_size > 0 ? mbedtls_ssl_set_hs_psk(ssl, key, (size_t)key_size) : -1;
}

static void tell_secret(struct hlsim__secure *secure, const unsigned char *client_random,
                        const unsigned char *master)
{
    struct hlsim__secret secret;

    /* Keys are made once more when an association is unfolded. */
    if (secure->state == HLSIM__SECURE_HANDSHAKE && secure->config.ops->secret != NULL) {
        memcpy(secret.client_random, client_random, sizeof secret.client_random);
        memcpy(secret.master, master, sizeof secret.master);
        secure->config.ops->secret(secure->config.user, &secret);
    }
}

/* --- Where 2.28 and 3.x differ ------------------------------------------------------------ */

/* A session as bytes; false when it is larger than one can be here. */
static bool write_session(const mbedtls_ssl_session *session,
                          struct hlsim__secure_session *ret_session)
{
    size_t id_size = session->MBEDTLS_PRIVATE(id_len);

    if (id_size > sizeof ret_session->id ||
        mbedtls_ssl_session_save(session, ret_session->bytes, sizeof ret_session->bytes,
                                 &ret_session->size) != 0) {
        ret_session->id_size = 0;
        return false;
    }
    memcpy(ret_session->id, session->MBEDTLS_PRIVATE(id), id_size);
    ret_session->id_size = id_size;
    return true;
}

static int load_session(struct hlsim__secure *secure, const unsigned char *id, size_t id_size,
                        mbedtls_ssl_session *session)
{
    const struct hlsim__secure_config *config = &secure->config;

    if (config->ops->load_session == NULL ||
        !config->ops->load_session(config->user, id, id_size, &secure->session)) {
        return 1;
    }
    return mbedtls_ssl_session_load(session, secure->session.bytes, secure->session.size);
}

#if MBEDTLS_VERSION_NUMBER >= 0x03000000

static int cache_get(void *user, unsigned char const *id, size_t id_size,
                     mbedtls_ssl_session *session)
{
    return load_session(user, id, id_size, session);
}

static int cache_set(void *user, unsigned char const *id, size_t id_size,
                     const mbedtls_ssl_session *session)
{
    struct hlsim__secure *secure = user;

    (void)id;
    (void)id_size;
    (void)write_session(session, &secure->session);
    return 0;
}

static void export_keys(void *user, mbedtls_ssl_key_export_type type, const unsigned char *secret,
                        size_t size, const unsigned char client_random[32],
                        const unsigned char server_random[32], mbedtls_tls_prf_types prf)
{
    (void)server_random;
    (void)prf;
    if (type == MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET &&
        size == sizeof((struct hlsim__secret *)0)->master) {
        tell_secret(user, client_random, secret);
    }
}

static void set_version(struct hlsim__secure *secure)
{
    struct hlsim__machine *machine = secure->machine;

    mbedtls_ssl_conf_min_tls_version(&machine->conf, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_max_tls_version(&machine->conf, MBEDTLS_SSL_VERSION_TLS1_2);
}

static void set_export(struct hlsim__secure *secure)
{
    mbedtls_ssl_set_export_keys_cb(&secure->machine->ssl, export_keys, secure);
}

#else

static int cache_get(void *user, mbedtls_ssl_session *session)
{
    unsigned char id[sizeof session->id];
    size_t id_size = session->id_len;

    memcpy(id, session->id, sizeof id);
    return load_session(user, id, id_size, session);
}

static int cache_set(void *user, const mbedtls_ssl_session *session)
{
    struct hlsim__secure *secure = user;

    (void)write_session(session, &secure->session);
    return 0;
}

static int export_keys(void *user, const unsigned char *master, const unsigned char *block,
                       size_t mac_size, size_t key_size, size_t iv_size,
                       const unsigned char client_random[32], const unsigned char server_random[32],
                       mbedtls_tls_prf_types prf)
{
    (void)block;
    (void)mac_size;
    (void)key_size;
    (void)iv_size;
    (void)server_random;
    (void)prf;
    tell_secret(user, client_random, master);
    return 0;
}

static void set_version(struct hlsim__secure *secure)
{
    mbedtls_ssl_config *conf = &secure->machine->conf;

    mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_max_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
}

static void set_export(struct hlsim__secure *secure)
{
    mbedtls_ssl_conf_export_keys_ext_cb(&secure->machine->conf, export_keys, secure);
}

#endif

/* --- Cookies ------------------------------------------------------------------------------ */

#define COOKIE_SIZE 32

/* RFC 6347 4.2.1: what only this server can make of a client's address. */
static int make_cookie(const struct hlsim__secure *secure, const unsigned char *client, size_t size,
                       unsigned char cookie[COOKIE_SIZE])
{
    return mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), secure->config.cookie_seed,
                           sizeof secure->config.cookie_seed, client, size, cookie);
}

static int write_cookie(void *user, unsigned char **next, unsigned char *end,
                        const unsigned char *client, size_t size)
{
    if (end - *next < COOKIE_SIZE || make_cookie(user, client, size, *next) != 0) {
        return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
    }
    *next += COOKIE_SIZE;
    return 0;
}

static int check_cookie(void *user, const unsigned char *cookie, size_t cookie_size,
                        const unsigned char *client, size_t size)
{
    unsigned char expected[COOKIE_SIZE];

    return cookie_size == COOKIE_SIZE && make_cookie(user, client, size, expected) == 0 &&
                   memcmp(cookie, expected, COOKIE_SIZE) == 0
               ? 0
               : -1;
}

/* --- The library's context ---------------------------------------------------------------- */

void hlsim__machine_drop(struct hlsim__secure *secure)
{
    if (secure->machine != NULL) {
        mbedtls_ssl_free(&secure->machine->ssl);
        mbedtls_ssl_config_free(&secure->machine->conf);
        free(secure->machine);
        secure->machine = NULL;
    }
    hlsim__timer_cancel(&secure->flight_timer);
    secure->final_at = 0;
}

static int configure(struct hlsim__secure *secure)
{
    const struct hlsim__secure_config *config = &secure->config;
    mbedtls_ssl_config *conf = &secure->machine->conf;
    bool client = config->role == HLSIM__SECURE_CLIENT;
    int rc =
        mbedtls_ssl_config_defaults(conf, client ? MBEDTLS_SSL_IS_CLIENT : MBEDTLS_SSL_IS_SERVER,
                                    MBEDTLS_SSL_TRANSPORT_DATAGRAM, MBEDTLS_SSL_PRESET_DEFAULT);

    if (rc != 0) {
        return rc;
    }
    set_version(secure);
    mbedtls_ssl_conf_ciphersuites(conf, suites);
    mbedtls_ssl_conf_rng(conf, draw, secure);
    mbedtls_ssl_conf_handshake_timeout(conf, (uint32_t)(config->timeout_min / HLSIM_MS),
                                       (uint32_t)(config->timeout_max / HLSIM_MS));
    if (client) {
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
        mbedtls_ssl_conf_session_tickets(conf, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
#endif
        return mbedtls_ssl_conf_psk(conf, secure->key, config->key_size,
                                    (const unsigned char *)secure->identity,
                                    strlen(secure->identity));
    }
    mbedtls_ssl_conf_psk_cb(conf, find_key, secure);
    mbedtls_ssl_conf_session_cache(conf, secure, cache_get, cache_set);
    mbedtls_ssl_conf_dtls_cookies(conf, write_cookie, check_cookie, secure);
    return 0;
}

/* A session that the library does not take any more is none: the handshake becomes a full one. */
void hlsim__machine_offer(struct hlsim__secure *secure)
{
    mbedtls_ssl_session session;

    mbedtls_ssl_session_init(&session);
    if (mbedtls_ssl_session_load(&session, secure->session.bytes, secure->session.size) == 0) {
        (void)mbedtls_ssl_set_session(&secure->machine->ssl, &session);
    }
    mbedtls_ssl_session_free(&session);
}

int hlsim__machine_make(struct hlsim__secure *secure)
{
    struct hlsim_address peer = secure->config.peer;
    const unsigned char id[] = {(unsigned char)(peer.ip >> 24),  (unsigned char)(peer.ip >> 16),
                                (unsigned char)(peer.ip >> 8),   (unsigned char)peer.ip,
                                (unsigned char)(peer.port >> 8), (unsigned char)peer.port};
    struct hlsim__machine *machine = malloc(sizeof *machine);
    int rc;

    HLSIM_ASSERT(secure->machine == NULL);
    if (machine == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    secure->machine = machine;
    mbedtls_ssl_init(&machine->ssl);
    mbedtls_ssl_config_init(&machine->conf);
    rc = configure(secure);
    if (rc == 0) {
        set_export(secure);
        rc = mbedtls_ssl_setup(&machine->ssl, &machine->conf);
    }
    if (rc == 0 && secure->config.role == HLSIM__SECURE_SERVER) {
        rc = mbedtls_ssl_set_client_transport_id(&machine->ssl, id, sizeof id);
    }
    if (rc != 0) {
        hlsim__machine_drop(secure);
        return HLSIM_E_NO_MEMORY;
    }
    mbedtls_ssl_set_mtu(&machine->ssl, HLSIM_DATAGRAM_MAX);
    mbedtls_ssl_set_bio(&machine->ssl, secure, put, get, NULL);
    mbedtls_ssl_set_timer_cb(&machine->ssl, secure, set_timer, get_timer);
    return 0;
}

/* --- Handshake ---------------------------------------------------------------------------- */

static enum hlsim__secure_failure failure_of(const struct hlsim__secure *secure, int rc)
{
    if (secure->send_error != 0) {
        return HLSIM__SECURE_NOT_SENT;
    }
    if (secure->wrong_identity) {
        return HLSIM__SECURE_UNKNOWN_IDENTITY;
    }
    switch (rc) {
    case MBEDTLS_ERR_SSL_TIMEOUT:
        return HLSIM__SECURE_SILENCE;
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return HLSIM__SECURE_ALERT;
    case MBEDTLS_ERR_SSL_HELLO_VERIFY_REQUIRED:
        return HLSIM__SECURE_UNVERIFIED;
    case MBEDTLS_ERR_SSL_INVALID_MAC:
        return HLSIM__SECURE_WRONG_KEY;
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
        return HLSIM__SECURE_NO_MEMORY;
    default:
        return HLSIM__SECURE_VIOLATION;
    }
}

static bool is_over(const struct hlsim__secure *secure)
{
    return secure->machine->ssl.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HANDSHAKE_OVER;
}

static void keep_session(struct hlsim__secure *secure)
{
    mbedtls_ssl_session session;

    if (secure->config.role == HLSIM__SECURE_CLIENT) {
        mbedtls_ssl_session_init(&session);
        if (mbedtls_ssl_get_session(&secure->machine->ssl, &session) == 0) {
            (void)write_session(&session, &secure->session);
        }
        mbedtls_ssl_session_free(&session);
    }
}

enum hlsim__machine_result hlsim__machine_shake(struct hlsim__secure *secure,
                                                enum hlsim__secure_failure *reterr_why)
{
    mbedtls_ssl_context *ssl = &secure->machine->ssl;

    while (!is_over(secure)) {
        int rc = mbedtls_ssl_handshake_step(ssl);

        if (rc == MBEDTLS_ERR_SSL_WANT_READ || rc == MBEDTLS_ERR_SSL_WANT_WRITE) {
            return HLSIM__MACHINE_WAITS;
        }
        if (rc != 0) {
            *reterr_why = failure_of(secure, rc);
            return HLSIM__MACHINE_FAILED;
        }
        if (ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_CLIENT_KEY_EXCHANGE) {
            secure->full = true;
        }
    }
    keep_session(secure);
    return HLSIM__MACHINE_DONE;
}

int hlsim__machine_progress(const struct hlsim__secure *secure)
{
    return secure->machine->ssl.MBEDTLS_PRIVATE(state);
}

bool hlsim__secure_expects_end(const struct hlsim__secure *secure)
{
    return secure->state == HLSIM__SECURE_HANDSHAKE && secure->machine != NULL &&
           secure->machine->ssl.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_CLIENT_FINISHED;
}

/* --- Records ------------------------------------------------------------------------------ */

enum hlsim__machine_result hlsim__machine_read(struct hlsim__secure *secure,
                                               uint8_t plain[HLSIM_DATAGRAM_MAX], size_t *ret_size,
                                               enum hlsim__secure_failure *reterr_why)
{
    int rc = mbedtls_ssl_read(&secure->machine->ssl, plain, HLSIM_DATAGRAM_MAX);

    if (rc > 0) {
        *ret_size = (size_t)rc;
        return HLSIM__MACHINE_DONE;
    }
    if (rc == MBEDTLS_ERR_SSL_WANT_READ || rc == MBEDTLS_ERR_SSL_WANT_WRITE) {
        return HLSIM__MACHINE_WAITS;
    }
    if (rc == 0 || rc == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
        return HLSIM__MACHINE_CLOSED;
    }
    *reterr_why = failure_of(secure, rc);
    return HLSIM__MACHINE_FAILED;
}

int hlsim__machine_write(struct hlsim__secure *secure, const uint8_t *bytes, size_t size)
{
    secure->send_error = 0;
    if (mbedtls_ssl_write(&secure->machine->ssl, bytes, size) == (int)size) {
        return 0;
    }
    return secure->send_error != 0 ? secure->send_error : HLSIM_E_NO_MEMORY;
}

void hlsim__machine_goodbye(struct hlsim__secure *secure)
{
    /* A goodbye that cannot be sent is one that was lost. */
    (void)mbedtls_ssl_close_notify(&secure->machine->ssl);
}

bool hlsim__machine_is_repeated(const struct hlsim__secure *secure, uint64_t sequence)
{
    const mbedtls_ssl_context *ssl = &secure->machine->ssl;
    uint64_t top = ssl->MBEDTLS_PRIVATE(in_window_top);
    uint64_t window = ssl->MBEDTLS_PRIVATE(in_window);

    return sequence <= top && (top - sequence >= 64 || (window >> (top - sequence) & 1) != 0);
}

/* --- Folding ------------------------------------------------------------------------------ */

bool hlsim__machine_keeps_flight(const struct hlsim__secure *secure)
{
    return secure->machine->ssl.MBEDTLS_PRIVATE(handshake) != NULL;
}

void hlsim__machine_fold(struct hlsim__secure *secure)
{
    mbedtls_ssl_context *ssl = &secure->machine->ssl;
    size_t size = 0;

    if (hlsim__machine_keeps_flight(secure) ||
        mbedtls_ssl_context_save(ssl, NULL, 0, &size) != MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL) {
        return;
    }
    secure->folded = malloc(size);
    secure->folded_size = size;
    if (secure->folded == NULL) {
        return;
    }
    if (mbedtls_ssl_context_save(ssl, secure->folded, size, &size) == 0) {
        hlsim__machine_drop(secure);
    } else {
        free(secure->folded);
        secure->folded = NULL;
    }
}

int hlsim__machine_unfold(struct hlsim__secure *secure)
{
    int rc = hlsim__machine_make(secure);

    if (rc == 0 &&
        mbedtls_ssl_context_load(&secure->machine->ssl, secure->folded, secure->folded_size) != 0) {
        hlsim__machine_drop(secure);
        rc = HLSIM_E_NO_MEMORY;
    }
    if (rc == 0) {
        free(secure->folded);
        secure->folded = NULL;
    }
    return rc;
}
