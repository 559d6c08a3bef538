/*
 * The conversation with the bootstrap server (OMA LwM2M 1.0 5.2): the request, the server's writes,
 * its end. What was written becomes durable before the end is acknowledged.
 */
#include <hl78sim/error.h>

#include "lwm2m/session.h"

#include <stdio.h>

/* OMA LwM2M 1.0 5.2.5.4: EXCHANGE_LIFETIME without an end is a failure. */
#define BOOTSTRAP_PATIENCE (247 * HLSIM_SECOND)

static void started(struct hlsim__lwm2m_client *client)
{
    if (!client->established) {
        client->established = true;
        hlsim__lwm2m_tell(client, HLSIM__LWM2M_STARTED, HLSIM__LWM2M_BOOTSTRAP);
    }
}

static void request_done(void *user, int error, const struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_client *client = user;

    if (error < 0) {
        hlsim__lwm2m_unanswered(client, error);
    } else if (response->code != HLSIM__COAP_CODE(2, 4)) {
        hlsim__lwm2m_tell(client, HLSIM__LWM2M_DENIED, 0);
        hlsim__lwm2m_give_up(client, HLSIM__LWM2M_FAILED_REFUSED);
    } else {
        started(client);
        hlsim__lwm2m_enter(client, HLSIM__LWM2M_BOOTSTRAPPING, BOOTSTRAP_PATIENCE);
    }
}

void hlsim__lwm2m_bootstrap_begin(struct hlsim__lwm2m_client *client)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_POST};
    char name[HLSIM__LWM2M_TEXT_SIZE];
    int rc = hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "bs");

    hlsim__lwm2m_staging_init(&client->staging, &client->account);
    hlsim__lwm2m_enter(client, HLSIM__LWM2M_BOOTSTRAPPING, BOOTSTRAP_PATIENCE);
    snprintf(name, sizeof name, "ep=%s", client->config.endpoint_name);
    if (rc == 0) {
        rc = hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, name);
    }
    if (rc == 0) {
        rc = hlsim__lwm2m_request(client, &message, request_done);
    }
    if (rc < 0) {
        hlsim__lwm2m_unanswered(client, rc);
    }
}

void hlsim__lwm2m_bootstrap_late(struct hlsim__lwm2m_client *client)
{
    hlsim__lwm2m_unanswered(client, HLSIM_E_UNREACHABLE);
}

/*
 * The bootstrap account first: when power fails between the two, the next bootstrap still finds the
 * right key.
 */
static int store(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_account *bootstrap,
                 const struct hlsim__lwm2m_account *dm)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;
    int rc = 0;

    if (bootstrap != NULL) {
        rc = ops->store(client->config.user, HLSIM__LWM2M_BOOTSTRAP, bootstrap);
    }
    return rc < 0 ? rc : ops->store(client->config.user, HLSIM__LWM2M_DM, dm);
}

static uint8_t finish(struct hlsim__lwm2m_client *client)
{
    struct hlsim__lwm2m_account bootstrap;
    struct hlsim__lwm2m_account dm;
    bool has_bootstrap;
    int rc = hlsim__lwm2m_staging_finish(&client->staging, &has_bootstrap, &bootstrap, &dm);

    if (rc < 0) {
        return HLSIM__COAP_CODE(4, 6);
    }
    rc = store(client, has_bootstrap ? &bootstrap : NULL, &dm);
    if (rc == HLSIM_E_POWER) {
        hlsim__lwm2m_become_idle(client);
        return HLSIM__COAP_EMPTY;
    }
    if (rc < 0) {
        return HLSIM__COAP_CODE(5, 0);
    }
    /* The answer to the first request may have been lost: it was granted all the same. */
    hlsim__exchange_cancel(&client->request);
    started(client);
    client->auth_failures = 0;
    client->refusals = 0;
    hlsim__lwm2m_enter(client, HLSIM__LWM2M_CONNECTING, 0);
    return HLSIM__COAP_CODE(2, 4);
}

void hlsim__lwm2m_bootstrap_answer(struct hlsim__lwm2m_client *client,
                                   const struct hlsim__coap_message *request,
                                   struct hlsim__coap_message *response)
{
    if (request->code == HLSIM__COAP_POST &&
        hlsim__coap_path_is(request, HLSIM__COAP_URI_PATH, "bs")) {
        response->code = finish(client);
    } else {
        response->code = hlsim__lwm2m_staging_request(&client->staging, request);
    }
}
