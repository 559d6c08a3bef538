/*
 * Observations of the firmware object's state and result, and their notifications: confirmable, one
 * outstanding each, the latest value last (RFC 7641 4.5).
 */
#include "lwm2m/observe.h"

#include <hl78sim/error.h>

#include "base/assert.h"
#include "base/sparse.h"
#include "lwm2m/session.h"

#include <string.h>

#define REGISTER     0 /* values of the observe option in a request (RFC 7641 2) */
#define DEREGISTER   1
#define NUMBER_MAX   0xffffff

#define NOTHING_TOLD (-1)

static const struct hlsim__lwm2m_path observables[HLSIM__LWM2M_OBSERVABLES] = {
    {.depth = 3, .object = 5, .instance = 0, .resource = 3},
    {.depth = 3, .object = 5, .instance = 0, .resource = 5},
};

#define RESULT 1

static size_t index_of(const struct hlsim__lwm2m_observation *observation)
{
    return (size_t)(observation - observation->client->observer.observations);
}

static bool wants_receipt(const struct hlsim__lwm2m_client *client)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;

    return ops->wants_receipt != NULL && ops->wants_receipt(client->config.user);
}

/* --- Notifications ------------------------------------------------------------------------ */

static int present_value(const struct hlsim__lwm2m_client *client, size_t index)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;

    return index == 0 ? (int)ops->firmware_state(client->config.user)
                      : ops->firmware_result(client->config.user);
}

static void end(struct hlsim__lwm2m_observation *observation)
{
    hlsim__exchange_cancel(&observation->slot);
    observation->active = false;
}

/*
 * Silence: the server may have moved, or forgotten the client. The registration is updated, which
 * finds out (OMA LwM2M 1.0 5.3.2), and what was not heard is told again after that.
 */
static void notified(void *user, int error, const struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_observation *observation = user;

    (void)response;
    if (error == HLSIM_E_UNREACHABLE) {
        observation->told = NOTHING_TOLD;
        hlsim__lwm2m_update_soon(observation->client);
    } else if (error < 0) {
        end(observation); /* A reset: nobody is interested (RFC 7641 4.5). */
    } else {
        if (index_of(observation) == RESULT && wants_receipt(observation->client)) {
            observation->client->config.ops->result_received(observation->client->config.user);
        }
        hlsim__lwm2m_observer_changed(observation->client);
    }
}

static int notify(struct hlsim__lwm2m_observation *observation,
                  const struct hlsim__lwm2m_path *path)
{
    struct hlsim__lwm2m_client *client = observation->client;
    struct hlsim__lwm2m_observer *observer = &client->observer;
    struct hlsim__coap_message message = {.code = HLSIM__COAP_CODE(2, 5)};
    int rc = hlsim__lwm2m_read(client, path, observation->format, observer->payload,
                               sizeof observer->payload);

    HLSIM_ASSERT(rc > 0); /* It was read when it was observed. */
    message.payload = observer->payload;
    message.payload_size = (size_t)rc;
    observation->number = (observation->number + 1) & NUMBER_MAX;
    rc = hlsim__coap_option_add_uint(&message, HLSIM__COAP_OBSERVE, observation->number);
    if (rc == 0) {
        rc = hlsim__coap_option_add_uint(&message, HLSIM__COAP_CONTENT_FORMAT, observation->format);
    }
    return rc < 0 ? rc
                  : hlsim__exchange_notify(&client->exchange, &observation->slot, client->server,
                                           observation->token, observation->token_size, &message,
                                           notified, observation);
}

/*
 * A result that the owner owes and that nobody observes: the request to observe it was lost, and
 * its repetitions, too. An update of the registration is a message from which the server learns
 * that it can ask again; it is repeated, because what is asked then may be lost as well.
 */
static void remind_server(struct hlsim__lwm2m_client *client)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;
    struct hlsim__lwm2m_observer *observer = &client->observer;
    int64_t now = client->config.timers->sched->now;

    if (client->state != HLSIM__LWM2M_REGISTERED || observer->observations[RESULT].active ||
        ops->owes_result == NULL || !ops->owes_result(client->config.user)) {
        return;
    }
    if (now >= observer->remind_at) {
        observer->remind_at = now + HLSIM__EXCHANGE_LIFETIME;
        hlsim__lwm2m_update_soon(client);
    }
    hlsim__timer_set(&observer->timer, observer->remind_at);
}

/* Tells what has changed since it was told last; what is still on its way is told after that. */
static void tell_changes(void *owner)
{
    struct hlsim__lwm2m_client *client = owner;
    struct hlsim_stream *stream = client->config.stream;
    uint64_t before = hlsim__stream_set_cause(stream, client->observer.cause);

    for (size_t i = 0; i < HLSIM__LWM2M_OBSERVABLES; i++) {
        struct hlsim__lwm2m_observation *observation = &client->observer.observations[i];
        int value;

        /* To look at the value is to read it out: only who is to be told it. */
        if (!observation->active || observation->slot.exchange != NULL) {
            continue;
        }
        value = present_value(client, i);
        if (value != observation->told) {
            observation->told = value;
            if (notify(observation, &observables[i]) < 0) {
                end(observation);
            }
        }
    }
    remind_server(client);
    hlsim__stream_set_cause(stream, before);
}

void hlsim__lwm2m_observer_changed(struct hlsim__lwm2m_client *client)
{
    client->observer.cause = client->config.stream->cause;
    hlsim__timer_set_in(&client->observer.timer, 0);
}

/* --- Observing ---------------------------------------------------------------------------- */

void hlsim__lwm2m_observer_init(struct hlsim__lwm2m_client *client)
{
    hlsim__clear_sparse(&client->observer, sizeof client->observer);
    for (size_t i = 0; i < HLSIM__LWM2M_OBSERVABLES; i++) {
        client->observer.observations[i].client = client;
    }
    hlsim__timer_init(&client->observer.timer, client->config.timers, tell_changes, client);
}

static int find_observable(const struct hlsim__lwm2m_path *path)
{
    for (int i = 0; i < HLSIM__LWM2M_OBSERVABLES; i++) {
        if (path->depth == observables[i].depth && path->object == observables[i].object &&
            path->resource == observables[i].resource) {
            return i;
        }
    }
    return -1;
}

void hlsim__lwm2m_observe(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_path *path,
                          const struct hlsim__coap_message *request, uint32_t format,
                          struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_observation *observation;
    int index = find_observable(path);
    uint32_t wanted;

    if (index < 0 || hlsim__coap_option_uint(request, HLSIM__COAP_OBSERVE, &wanted) < 0) {
        return;
    }
    observation = &client->observer.observations[index];
    if (wanted == DEREGISTER) {
        end(observation);
    }
    if (wanted != REGISTER) {
        return;
    }
    /* There is one server, which has one observation of a resource: a new one takes over. */
    end(observation);
    observation->active = true;
    memcpy(observation->token, request->token, request->token_size);
    observation->token_size = request->token_size;
    observation->format = format;
    observation->told = present_value(client, (size_t)index);
    observation->number = (observation->number + 1) & NUMBER_MAX;
    if (hlsim__coap_option_add_uint(response, HLSIM__COAP_OBSERVE, observation->number) < 0) {
        end(observation);
    } else if (index == RESULT && wants_receipt(client)) {
        observation->told = NOTHING_TOLD;
        hlsim__lwm2m_observer_changed(client);
    }
}

void hlsim__lwm2m_observer_clear(struct hlsim__lwm2m_client *client)
{
    for (size_t i = 0; i < HLSIM__LWM2M_OBSERVABLES; i++) {
        end(&client->observer.observations[i]);
    }
    hlsim__timer_cancel(&client->observer.timer);
    client->observer.remind_at = 0;
}
