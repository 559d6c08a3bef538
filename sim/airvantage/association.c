/*
 * The DTLS beneath the dialogues: who is at which address, proved by the key of an identity. Hands
 * up what was authenticated, with the name of who said it; the rest is ignored, one event each.
 * Does not read what is said.
 *
 * Nothing is kept of an address before it has returned a cookie. A handshake at an address goes on
 * beside what is established there, and takes its place when it is done.
 */
#include "airvantage/inside.h"

#include "base/assert.h"
#include "network/secure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Handshakes under way at one server; more clients have to come again. */
#define HANDSHAKES_MAX 2048

struct hlsim__av_association {
    struct hlsim__av_server *server;
    struct hlsim_address address;
    struct hlsim__av_association *next; /* in the server's table */
    struct hlsim__secure *secure;
    bool established;
    uint8_t hello[32];                      /* random number of the hello that began it */
    char endpoint[HLSIM__AV_ENDPOINT_SIZE]; /* whose key it is; believed once it is established */
};

static struct hlsim__av_association *find(const struct hlsim__av_server *server,
                                          struct hlsim_address address, bool established)
{
    struct hlsim__av_association *association =
        server->associations[hlsim__av_address_bucket(address)];

    while (association != NULL && !(association->established == established &&
                                    hlsim_address_equal(association->address, address))) {
        association = association->next;
    }
    return association;
}

static struct hlsim__av_system *system_of(const struct hlsim__av_association *association)
{
    return hlsim__av_by_endpoint(association->server->av, association->endpoint,
                                 strlen(association->endpoint));
}

/* --- Keeping and forgetting --------------------------------------------------------------- */

static void forget(struct hlsim__av_association *association)
{
    struct hlsim__av_server *server = association->server;
    struct hlsim__av_system *system = system_of(association);
    struct hlsim__av_association **link =
        &server->associations[hlsim__av_address_bucket(association->address)];

    while (*link != association) {
        HLSIM_ASSERT(*link != NULL);
        link = &(*link)->next;
    }
    *link = association->next;
    server->handshakes -= !association->established;
    if (system != NULL && system->contacts[server->role].association == association) {
        system->contacts[server->role].association = NULL;
    }
    if (server->reading == association) {
        server->reading = NULL;
    }
    hlsim__secure_destroy(association->secure);
    free(association);
}

void hlsim__av_associations_free(struct hlsim__airvantage *av)
{
    for (int role = 0; role < HLSIM__AV_ROLES; role++) {
        for (size_t i = 0; i < HLSIM__AV_BUCKETS; i++) {
            while (av->servers[role].associations[i] != NULL) {
                forget(av->servers[role].associations[i]);
            }
        }
    }
}

void hlsim__av_disown(struct hlsim__av_system *system, enum hlsim__av_role role)
{
    struct hlsim__av_contact *contact = &system->contacts[role];

    contact->session.id_size = 0;
    if (contact->association != NULL) {
        forget(contact->association);
    }
}

/* --- What an association asks and tells --------------------------------------------------- */

static int transmit(void *user, const uint8_t *bytes, size_t size)
{
    const struct hlsim__av_association *association = user;
    struct hlsim__av_server *server = association->server;

    return hlsim__endpoint_udp_send(&server->endpoint, server->port, association->address, bytes,
                                    size);
}

static int key(void *user, const char *identity, size_t size,
               uint8_t ret_key[HLSIM__SECURE_KEY_MAX])
{
    struct hlsim__av_association *association = user;
    struct hlsim__av_server *server = association->server;
    const uint8_t *found;
    const char *endpoint = hlsim__av_key_of(server->av, server->role, identity, size, &found);

    if (endpoint == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    _Static_assert(HLSIM__KEY_SIZE <= HLSIM__SECURE_KEY_MAX, "a key fits");
    memcpy(ret_key, found, HLSIM__KEY_SIZE);
    snprintf(association->endpoint, sizeof association->endpoint, "%s", endpoint);
    return HLSIM__KEY_SIZE;
}

/* The session of that id, which belongs to somebody: who resumes it is that one. */
static bool load_session(void *user, const uint8_t *id, size_t id_size,
                         struct hlsim__secure_session *ret_session)
{
    struct hlsim__av_association *association = user;
    const struct hlsim__airvantage *av = association->server->av;
    enum hlsim__av_role role = association->server->role;

    for (size_t i = 0; id_size > 0 && i < av->system_limit; i++) {
        struct hlsim__av_system *system = av->systems[i];

        if (system != NULL && system->contacts[role].session.id_size == id_size &&
            memcmp(system->contacts[role].session.id, id, id_size) == 0 &&
            hlsim__av_holds(system, role)) {
            *ret_session = system->contacts[role].session;
            memcpy(association->endpoint, system->endpoint, sizeof association->endpoint);
            return true;
        }
    }
    return false;
}

/* The system's address is this one now, and what was said to the old one is lost. */
static void move(struct hlsim__av_system *system, const struct hlsim__av_association *association)
{
    enum hlsim__av_role role = association->server->role;
    const struct hlsim__av_contact *contact = &system->contacts[role];

    if (contact->bound && !hlsim_address_equal(contact->address, association->address)) {
        hlsim__av_hang_up(system, role);
        hlsim__av_bind(system, role, association->address);
    }
}

static void established(void *user, bool resumed)
{
    struct hlsim__av_association *association = user;
    struct hlsim__av_server *server = association->server;
    struct hlsim__av_association *before = find(server, association->address, true);
    struct hlsim__av_system *system = system_of(association);
    struct hlsim__av_contact *contact;

    (void)resumed; /* As good as a full one: the session was made by one. */
    if (before != NULL) {
        forget(before);
    }
    association->established = true;
    server->handshakes--;
    if (system == NULL) {
        return; /* a module that left the factory, and is not in the inventory */
    }
    contact = &system->contacts[server->role];
    if (contact->association != NULL) {
        forget(contact->association);
    }
    contact->association = association;
    hlsim__secure_session(association->secure, &contact->session);
    move(system, association);
}

static void failed(void *user, enum hlsim__secure_failure why, int error)
{
    struct hlsim__av_association *association = user;

    (void)error;
    /* A cookie was asked for, or nobody said anything any more: nothing was disbelieved. */
    if (why != HLSIM__SECURE_UNVERIFIED && why != HLSIM__SECURE_SILENCE) {
        hlsim__av_ignore(association->server, hlsim__secure_failure_text(why));
    }
    forget(association);
}

static void received(void *user, const uint8_t *bytes, size_t size)
{
    const struct hlsim__av_association *association = user;
    const struct hlsim__av_datagram datagram = {.proved = association->endpoint,
                                                .from = association->address,
                                                .bytes = bytes,
                                                .size = size};

    hlsim__av_deliver(association->server, &datagram);
}

static void closed(void *user)
{
    forget(user);
}

/* Of a first datagram that is not even a hello nothing is kept. */
static void ignored(void *user, const char *why)
{
    struct hlsim__av_association *association = user;

    hlsim__av_ignore(association->server, why);
    if (association->server->reading == association) {
        forget(association);
    }
}

static void secret(void *user, const struct hlsim__secret *secret)
{
    const struct hlsim__av_association *association = user;

    hlsim__network_tell_secret(association->server->endpoint.net, secret);
}

static const struct hlsim__secure_ops secure_ops = {.transmit = transmit,
                                                    .established = established,
                                                    .failed = failed,
                                                    .datagram = received,
                                                    .closed = closed,
                                                    .ignored = ignored,
                                                    .key = key,
                                                    .load_session = load_session,
                                                    .secret = secret};

/* --- What comes in ------------------------------------------------------------------------ */

/* A new association for who says hello at that address, in the table; NULL: no room. */
static struct hlsim__av_association *make(struct hlsim__av_server *server,
                                          struct hlsim_address from, const uint8_t hello[32])
{
    struct hlsim__airvantage *av = server->av;
    struct hlsim__av_association *association = NULL;
    struct hlsim__secure_config config = {.role = HLSIM__SECURE_SERVER,
                                          .stream = av->stream,
                                          .timers = &av->timers,
                                          .timeout_min = av->policy.dtls_timeout_min,
                                          .timeout_max = av->policy.dtls_timeout_max,
                                          .peer = from,
                                          .silent = !av->policy.wrong_key_alert,
                                          .ops = &secure_ops};
    size_t bucket = hlsim__av_address_bucket(from);
    char name[80];

    if (server->handshakes < HANDSHAKES_MAX) {
        association = calloc(1, sizeof *association);
    }
    if (association == NULL) {
        return NULL;
    }
    /* Its numbers are its own: one client's handshake never shifts another's. */
    snprintf(name, sizeof name, "airvantage/%s/%08lx:%u/%lld", server->name, (unsigned long)from.ip,
             (unsigned)from.port, (long long)hlsim__av_now(av));
    hlsim__rng_init(&config.rng, av->seed, name);
    memcpy(config.cookie_seed, server->cookie_seed, sizeof config.cookie_seed);
    config.user = association;
    if (hlsim__secure_create(&config, &association->secure) < 0) {
        free(association);
        return NULL;
    }
    association->server = server;
    association->address = from;
    memcpy(association->hello, hello, sizeof association->hello);
    association->next = server->associations[bucket];
    server->associations[bucket] = association;
    server->handshakes++;
    return association;
}

/*
 * A hello belongs to a handshake that it began, or begins a new one; that takes the place of one
 * that was under way when the client has returned a cookie.
 */
static void receive_hello(struct hlsim__av_server *server, struct hlsim_address from,
                          const uint8_t *bytes, size_t size)
{
    struct hlsim__av_association *pending = find(server, from, false);
    struct hlsim__av_association *fresh;
    uint8_t random[32];
    unsigned sequence;
    bool hello = hlsim__secure_is_hello(bytes, size, random, &sequence);

    HLSIM_ASSERT(hello);
    if (pending != NULL && sequence > 0 && memcmp(random, pending->hello, sizeof random) == 0) {
        hlsim__secure_receive(pending->secure, bytes, size);
        return;
    }
    fresh = make(server, from, random);
    if (fresh == NULL) {
        hlsim__av_ignore(server, hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    server->reading = fresh;
    hlsim__secure_receive(fresh->secure, bytes, size);
    if (server->reading != NULL && pending != NULL) {
        forget(pending);
    }
    server->reading = NULL;
}

void hlsim__av_secure_receive(struct hlsim__av_server *server, struct hlsim_address from,
                              const uint8_t *bytes, size_t size)
{
    struct hlsim__av_association *pending = find(server, from, false);
    struct hlsim__av_association *current = find(server, from, true);
    bool first_epoch = size >= 5 && bytes[3] == 0 && bytes[4] == 0;
    uint8_t random[32];
    unsigned sequence;

    if (hlsim__secure_is_hello(bytes, size, random, &sequence)) {
        receive_hello(server, from, bytes, size);
        return;
    }
    /* The end of a handshake and what follows on it are told apart by nothing but their keys. */
    if (pending != NULL &&
        (first_epoch || current == NULL || hlsim__secure_expects_end(pending->secure))) {
        hlsim__secure_receive(pending->secure, bytes, size);
    } else if (current != NULL) {
        hlsim__secure_receive(current->secure, bytes, size);
    } else {
        hlsim__av_ignore(server, "no association");
    }
}

int hlsim__av_secure_send(struct hlsim__av_server *server, struct hlsim_address peer,
                          const struct hlsim__av_system *system, const uint8_t *bytes, size_t size)
{
    struct hlsim__av_association *association = find(server, peer, true);

    if (association == NULL ||
        (system != NULL && strcmp(association->endpoint, system->endpoint) != 0)) {
        return HLSIM_E_UNREACHABLE;
    }
    return hlsim__secure_send(association->secure, bytes, size);
}
