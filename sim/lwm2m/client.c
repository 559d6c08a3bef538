/*
 * The client's state machine: which server comes next, what follows from an open, a failed or a
 * closed channel. The conversations themselves are in bootstrap.c, registration.c and objects.c.
 */
#include "lwm2m/client.h"

#include <hl78sim/error.h>

#include "base/assert.h"
#include "base/sparse.h"
#include "codec/url.h"
#include "lwm2m/session.h"

#include <string.h>

/* How long the answer to a goodbye is waited for: two transmissions at least. */
#define GOODBYE_PATIENCE (4 * HLSIM_SECOND)

void hlsim__lwm2m_tell(struct hlsim__lwm2m_client *client, enum hlsim__lwm2m_event event, int value)
{
    client->config.ops->status(client->config.user, event, value);
}

void hlsim__lwm2m_enter(struct hlsim__lwm2m_client *client, enum hlsim__lwm2m_state state,
                        int64_t delay)
{
    client->state = state;
    client->timer_cause = client->config.stream->cause;
    hlsim__timer_set_in(&client->timer, delay);
}

static void drop(struct hlsim__lwm2m_client *client, bool farewell)
{
    hlsim__timer_cancel(&client->timer);
    hlsim__lwm2m_observer_clear(client);
    hlsim__exchange_reset(&client->exchange);
    hlsim__channel_close(&client->channel, farewell);
    client->location[0] = '\0';
    client->established = false;
    client->update_waits = false;
}

void hlsim__lwm2m_drop(struct hlsim__lwm2m_client *client)
{
    drop(client, true);
}

void hlsim__lwm2m_become_idle(struct hlsim__lwm2m_client *client)
{
    hlsim__lwm2m_drop(client);
    client->start_again = false;
    client->state = HLSIM__LWM2M_IDLE;
}

void hlsim__lwm2m_give_up(struct hlsim__lwm2m_client *client, enum hlsim__lwm2m_failure why)
{
    hlsim__lwm2m_become_idle(client);
    client->config.ops->failed(client->config.user, why);
}

void hlsim__lwm2m_unanswered(struct hlsim__lwm2m_client *client, int error)
{
    if (error == HLSIM_E_POWER) {
        hlsim__lwm2m_become_idle(client);
        return;
    }
    hlsim__lwm2m_tell(client, HLSIM__LWM2M_DENIED, 0);
    hlsim__lwm2m_give_up(client, HLSIM__LWM2M_FAILED_SILENCE);
}

bool hlsim__lwm2m_erase_dm(struct hlsim__lwm2m_client *client)
{
    int rc = client->config.ops->erase(client->config.user, HLSIM__LWM2M_DM);

    client->auth_failures = 0;
    client->refusals = 0;
    if (rc == HLSIM_E_POWER) {
        hlsim__lwm2m_become_idle(client);
        return false;
    }
    return true;
}

void hlsim__lwm2m_closed(struct hlsim__lwm2m_client *client, bool answered)
{
    bool start_again = client->start_again;

    hlsim__lwm2m_become_idle(client);
    hlsim__lwm2m_tell(client, HLSIM__LWM2M_CLOSED, answered);
    if (start_again) {
        hlsim__lwm2m_start(client);
    }
}

/* --- From an account to an open channel --------------------------------------------------- */

/* The address that a URI of an account leads to. */
static int find_server(const struct hlsim__lwm2m_client *client,
                       struct hlsim__channel_peer *ret_peer)
{
    const struct hlsim__lwm2m_config *config = &client->config;
    const char *uri = client->account.uri;
    char host[HLSIM__HOST_SIZE];
    struct hlsim__url url;
    int rc = hlsim__url_split(uri, strlen(uri), &url);

    if (rc < 0) {
        return rc;
    }
    if (url.scheme != HLSIM__URL_COAP && url.scheme != HLSIM__URL_COAPS) {
        return HLSIM_E_UNSUPPORTED;
    }
    ret_peer->security = url.scheme == HLSIM__URL_COAPS ? &config->secure : &config->plain;
    if (ret_peer->security->ops == NULL) {
        return HLSIM_E_UNSUPPORTED;
    }
    if (url.host_size >= sizeof host) {
        return HLSIM_E_NOT_FOUND;
    }
    memcpy(host, url.host, url.host_size);
    host[url.host_size] = '\0';
    ret_peer->address.port = url.port;
    return hlsim__network_resolve(config->iface->net, host, &ret_peer->address.ip);
}

static int open_channel(struct hlsim__lwm2m_client *client)
{
    struct hlsim__channel_peer peer = {.identity = client->account.identity,
                                       .key = client->account.key,
                                       .key_size = client->account.key_size};
    int rc = find_server(client, &peer);

    client->server = peer.address;
    if (client->config.ops->address != NULL) {
        peer.from_ip = client->config.ops->address(client->config.user);
    }
    return rc < 0 ? rc : hlsim__channel_open(&client->channel, &peer);
}

/* What is stored decides which server is next. */
static int choose_account(struct hlsim__lwm2m_client *client)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;
    int rc = ops->load(client->config.user, HLSIM__LWM2M_DM, &client->account);

    client->role = HLSIM__LWM2M_DM;
    if (rc < 0 && rc != HLSIM_E_POWER) {
        client->role = HLSIM__LWM2M_BOOTSTRAP;
        rc = ops->load(client->config.user, HLSIM__LWM2M_BOOTSTRAP, &client->account);
        if (rc < 0 && rc != HLSIM_E_POWER) {
            client->account = client->config.factory_bootstrap;
            rc = 0;
        }
    }
    return rc;
}

static void connect_to_server(struct hlsim__lwm2m_client *client)
{
    int rc;

    hlsim__lwm2m_drop(client);
    rc = choose_account(client);
    if (rc < 0) {
        hlsim__lwm2m_become_idle(client);
        return;
    }
    client->state = client->role == HLSIM__LWM2M_DM ? HLSIM__LWM2M_DM_AUTHENTICATING
                                                    : HLSIM__LWM2M_BOOTSTRAP_AUTHENTICATING;
    hlsim__lwm2m_tell(client, HLSIM__LWM2M_AUTH_STARTED, 0);
    rc = open_channel(client);
    if (rc == HLSIM_E_POWER) {
        hlsim__lwm2m_become_idle(client);
    } else if (rc < 0) {
        /* Nobody was asked, so that nothing is known about the credentials. */
        hlsim__lwm2m_tell(client, HLSIM__LWM2M_AUTH_FAILED, 0);
        hlsim__lwm2m_give_up(client, HLSIM__LWM2M_FAILED_LOCAL);
    }
}

static void channel_opened(void *user)
{
    struct hlsim__lwm2m_client *client = user;

    client->last_traffic = client->config.timers->sched->now;
    hlsim__lwm2m_tell(client, HLSIM__LWM2M_AUTHENTICATED, 0);
    if (client->role == HLSIM__LWM2M_DM) {
        client->auth_failures = 0;
        hlsim__lwm2m_register(client);
    } else {
        hlsim__lwm2m_bootstrap_begin(client);
    }
}

static void authentication_failed(struct hlsim__lwm2m_client *client)
{
    enum hlsim__lwm2m_failure_unit unit = client->config.auth_failure_unit;

    hlsim__lwm2m_tell(client, HLSIM__LWM2M_AUTH_FAILED, 0);
    if (client->role == HLSIM__LWM2M_BOOTSTRAP) {
        hlsim__lwm2m_give_up(client, HLSIM__LWM2M_FAILED_AUTH);
        return;
    }
    client->auth_failures += unit == HLSIM__LWM2M_UNIT_FLIGHT ? client->channel.flights : 1;
    if (client->auth_failures >= client->config.auth_failures_max) {
        if (!hlsim__lwm2m_erase_dm(client)) {
            return;
        }
    } else if (unit == HLSIM__LWM2M_UNIT_SESSION) {
        hlsim__lwm2m_give_up(client, HLSIM__LWM2M_FAILED_AUTH);
        return;
    }
    hlsim__lwm2m_enter(client, HLSIM__LWM2M_CONNECTING, 0);
}

/*
 * A registered client could not prove itself any more, neither by a session nor by its key: usually
 * the key was replaced. No indication tells of it, and it is not counted: the credentials go, and
 * the bootstrap server is next [LC].
 */
static void resumption_failed(struct hlsim__lwm2m_client *client, int why)
{
    if ((why == HLSIM_E_UNREACHABLE || why == HLSIM_E_GONE) && !hlsim__lwm2m_erase_dm(client)) {
        return;
    }
    hlsim__lwm2m_enter(client, HLSIM__LWM2M_CONNECTING, 0);
}

static void channel_failed(void *user, int why)
{
    struct hlsim__lwm2m_client *client = user;

    if (why == HLSIM_E_POWER) {
        hlsim__lwm2m_become_idle(client);
        return;
    }
    switch (client->state) {
    case HLSIM__LWM2M_BOOTSTRAP_AUTHENTICATING:
    case HLSIM__LWM2M_DM_AUTHENTICATING:
        authentication_failed(client);
        return;
    case HLSIM__LWM2M_BOOTSTRAPPING:
    case HLSIM__LWM2M_REGISTERING:
        hlsim__lwm2m_unanswered(client, why);
        return;
    case HLSIM__LWM2M_REGISTERED:
        resumption_failed(client, why);
        return;
    case HLSIM__LWM2M_CLOSING:
        hlsim__lwm2m_closed(client, false);
        return;
    case HLSIM__LWM2M_LOCKED:
    case HLSIM__LWM2M_IDLE:
    case HLSIM__LWM2M_CONNECTING:
        return; /* A bootstrap that has ended: the next attempt is under way. */
    }
}

/* What waited for the server has left; an update that was given up meanwhile is begun anew. */
static void channel_resumed(void *user)
{
    struct hlsim__lwm2m_client *client = user;

    client->last_traffic = client->config.timers->sched->now;
    if (client->state == HLSIM__LWM2M_REGISTERED && client->update_waits) {
        hlsim__lwm2m_update(client);
    }
}

/* --- Messages ----------------------------------------------------------------------------- */

static void channel_datagram(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__lwm2m_client *client = user;

    client->last_traffic = client->config.timers->sched->now;
    hlsim__exchange_receive(&client->exchange, client->server, bytes, size);
}

static int exchange_send(void *user, struct hlsim_address peer, const uint8_t *bytes, size_t size)
{
    struct hlsim__lwm2m_client *client = user;

    (void)peer; /* The channel leads to one server only. */
    client->last_traffic = client->config.timers->sched->now;
    return hlsim__channel_send(&client->channel, bytes, size);
}

static void exchange_request(void *user, struct hlsim_address peer,
                             const struct hlsim__coap_message *request,
                             struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_client *client = user;

    (void)peer;
    switch (client->state) {
    case HLSIM__LWM2M_BOOTSTRAPPING:
        hlsim__lwm2m_bootstrap_answer(client, request, response);
        return;
    case HLSIM__LWM2M_REGISTERING:
    case HLSIM__LWM2M_REGISTERED:
        hlsim__lwm2m_objects_answer(client, request, response);
        return;
    case HLSIM__LWM2M_IDLE:
    case HLSIM__LWM2M_CONNECTING:
    case HLSIM__LWM2M_BOOTSTRAP_AUTHENTICATING:
    case HLSIM__LWM2M_DM_AUTHENTICATING:
    case HLSIM__LWM2M_CLOSING:
    case HLSIM__LWM2M_LOCKED:
        response->code = HLSIM__COAP_CODE(5, 3);
        return;
    }
}

int hlsim__lwm2m_request(struct hlsim__lwm2m_client *client, struct hlsim__coap_message *message,
                         void (*done)(void *user, int error,
                                      const struct hlsim__coap_message *response))
{
    hlsim__exchange_cancel(&client->request);
    return hlsim__exchange_send(&client->exchange, &client->request, client->server, message, done,
                                client);
}

/* --- Time --------------------------------------------------------------------------------- */

static void timer_fired(void *owner)
{
    struct hlsim__lwm2m_client *client = owner;
    struct hlsim_stream *stream = client->config.stream;
    uint64_t before = hlsim__stream_set_cause(stream, client->timer_cause);

    switch (client->state) {
    case HLSIM__LWM2M_CONNECTING:
        connect_to_server(client);
        break;
    case HLSIM__LWM2M_BOOTSTRAPPING:
        hlsim__lwm2m_bootstrap_late(client);
        break;
    case HLSIM__LWM2M_REGISTERED:
        hlsim__lwm2m_update(client);
        break;
    case HLSIM__LWM2M_CLOSING:
        if (client->request.exchange != NULL) {
            hlsim__stream_set_cause(stream, client->request.cause);
        }
        hlsim__lwm2m_closed(client, false);
        break;
    case HLSIM__LWM2M_IDLE:
    case HLSIM__LWM2M_BOOTSTRAP_AUTHENTICATING:
    case HLSIM__LWM2M_DM_AUTHENTICATING:
    case HLSIM__LWM2M_REGISTERING:
    case HLSIM__LWM2M_LOCKED:
        break;
    }
    hlsim__stream_set_cause(stream, before);
}

/* --- The owner's calls -------------------------------------------------------------------- */

static const struct hlsim__channel_events channel_events = {.opened = channel_opened,
                                                            .failed = channel_failed,
                                                            .datagram = channel_datagram,
                                                            .resumed = channel_resumed};

void hlsim__lwm2m_init(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_config *config)
{
    struct hlsim__channel_config channel = {.iface = config->iface,
                                            .stream = config->stream,
                                            .source = config->source,
                                            .timers = config->timers,
                                            .rng = config->rng,
                                            .ack_timeout = config->ack_timeout,
                                            .max_retransmit = config->max_retransmit,
                                            .events = &channel_events,
                                            .user = client};
    struct hlsim__exchange_config exchange = {.stream = config->stream,
                                              .source = config->source,
                                              .timers = config->timers,
                                              .ack_timeout = config->ack_timeout,
                                              .max_retransmit = config->max_retransmit,
                                              .send = exchange_send,
                                              .request = exchange_request,
                                              .user = client};

    HLSIM_ASSERT(config->plain.ops != NULL);
    HLSIM_ASSERT(config->auth_failures_max > 0);
    HLSIM_ASSERT(config->refused_register_max > 0);
    hlsim__clear_sparse(client, sizeof *client);
    client->config = *config;
    hlsim__rng_init(&exchange.rng, hlsim__rng_next(&channel.rng), "exchange");
    hlsim__channel_init(&client->channel, &channel);
    hlsim__exchange_init(&client->exchange, &exchange);
    hlsim__timer_init(&client->timer, config->timers, timer_fired, client);
    hlsim__lwm2m_observer_init(client);
}

void hlsim__lwm2m_start(struct hlsim__lwm2m_client *client)
{
    if (client->state == HLSIM__LWM2M_CLOSING) {
        client->start_again = true;
    } else if (client->state == HLSIM__LWM2M_IDLE) {
        hlsim__lwm2m_enter(client, HLSIM__LWM2M_CONNECTING, 0);
    }
}

void hlsim__lwm2m_stop(struct hlsim__lwm2m_client *client)
{
    bool registered = client->location[0] != '\0';

    client->start_again = false;
    if (client->state == HLSIM__LWM2M_IDLE || client->state == HLSIM__LWM2M_CLOSING ||
        client->state == HLSIM__LWM2M_LOCKED) {
        return;
    }
    hlsim__lwm2m_observer_clear(client);
    if (registered && hlsim__lwm2m_deregister(client)) {
        hlsim__lwm2m_enter(client, HLSIM__LWM2M_CLOSING, GOODBYE_PATIENCE);
    } else {
        hlsim__lwm2m_drop(client);
        hlsim__lwm2m_enter(client, HLSIM__LWM2M_CLOSING, 0);
    }
}

void hlsim__lwm2m_lost(struct hlsim__lwm2m_client *client)
{
    if (client->state != HLSIM__LWM2M_IDLE && client->state != HLSIM__LWM2M_LOCKED) {
        drop(client, false);
        hlsim__lwm2m_become_idle(client);
        hlsim__lwm2m_tell(client, HLSIM__LWM2M_CLOSED, 0);
    }
}

void hlsim__lwm2m_lock(struct hlsim__lwm2m_client *client)
{
    drop(client, false);
    client->start_again = false;
    client->state = HLSIM__LWM2M_LOCKED;
}

void hlsim__lwm2m_firmware_changed(struct hlsim__lwm2m_client *client)
{
    hlsim__lwm2m_observer_changed(client);
}

int hlsim__lwm2m_set_lifetime(struct hlsim__lwm2m_client *client, uint32_t lifetime)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;
    struct hlsim__lwm2m_account account;
    int rc;

    if (lifetime == 0) {
        return HLSIM_E_INVALID;
    }
    rc = ops->load(client->config.user, HLSIM__LWM2M_DM, &account);
    if (rc == 0) {
        account.lifetime = lifetime;
        rc = ops->store(client->config.user, HLSIM__LWM2M_DM, &account);
    }
    if (rc == 0 && client->role == HLSIM__LWM2M_DM) {
        client->account.lifetime = lifetime;
        hlsim__lwm2m_update_soon(client);
    }
    return rc;
}
