/*
 * The registration with the DM server (OMA LwM2M 1.0 5.3): register, update, deregister, and what
 * follows from the answers.
 */
#include <hl78sim/error.h>

#include "codec/link.h"
#include "lwm2m/session.h"

#include <stdio.h>

/* Room for one query: "ep=" and the end-point name, "lt=" and ten digits. */
#define QUERY_SIZE (HLSIM__LWM2M_TEXT_SIZE + 4)

/* Objects that the server may use. */
static const uint16_t registered_objects[] = {1, 3, 4, 5};

static bool refused(uint8_t code)
{
    return code >> 5 == 4;
}

/* The server knows the client: the next update, at once when it holds an old lifetime. */
static void wait_for_update(struct hlsim__lwm2m_client *client)
{
    int64_t delay = 0;

    client->lifetime_told = client->lifetime_sent;
    if (client->lifetime_told == client->account.lifetime) {
        delay = (int64_t)client->lifetime_told * 900 * HLSIM_MS; /* nine tenths of it */
    }
    hlsim__lwm2m_enter(client, HLSIM__LWM2M_REGISTERED, delay);
}

/* --- Register ----------------------------------------------------------------------------- */

static void accepted(struct hlsim__lwm2m_client *client)
{
    client->refusals = 0;
    wait_for_update(client);
    if (!client->established) {
        client->established = true;
        hlsim__lwm2m_tell(client, HLSIM__LWM2M_STARTED, HLSIM__LWM2M_DM);
    }
}

static void denied(struct hlsim__lwm2m_client *client, uint8_t code)
{
    hlsim__lwm2m_tell(client, HLSIM__LWM2M_DENIED, 0);
    if (refused(code)) {
        client->refusals++;
    }
    if (client->refusals >= client->config.refused_register_max && !hlsim__lwm2m_erase_dm(client)) {
        return;
    }
    hlsim__lwm2m_give_up(client, HLSIM__LWM2M_FAILED_REFUSED);
}

static void register_done(void *user, int error, const struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_client *client = user;

    if (error < 0) {
        hlsim__lwm2m_unanswered(client, error);
        return;
    }
    /* Without a location the client could neither update nor say goodbye. */
    if (response->code == HLSIM__COAP_CODE(2, 1) &&
        hlsim__coap_path_text(response, HLSIM__COAP_LOCATION_PATH, client->location,
                              sizeof client->location) > 0) {
        accepted(client);
    } else if (response->code == HLSIM__COAP_CODE(4, 13) && client->config.too_large_locks) {
        hlsim__lwm2m_lock(client);
    } else {
        client->location[0] = '\0';
        denied(client, response->code);
    }
}

static int write_links(char *text, size_t capacity)
{
    struct hlsim__weblink_writer writer;

    hlsim__weblink_writer_init(&writer, text, capacity);
    for (size_t i = 0; i < sizeof registered_objects / sizeof *registered_objects; i++) {
        (void)hlsim__weblink_write_instance(&writer, registered_objects[i], 0);
    }
    return hlsim__weblink_writer_finish(&writer); /* the first failure of all */
}

static int send_register(struct hlsim__lwm2m_client *client)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_POST};
    char name[QUERY_SIZE];
    char lifetime[QUERY_SIZE];
    char links[64];
    const char *queries[] = {name, lifetime, "lwm2m=1.0", "b=UQ"};
    int rc = hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "rd");
    int size = write_links(links, sizeof links);

    snprintf(name, sizeof name, "ep=%s", client->config.endpoint_name);
    snprintf(lifetime, sizeof lifetime, "lt=%lu", (unsigned long)client->account.lifetime);
    if (size < 0) {
        return size;
    }
    message.payload = (const uint8_t *)links;
    message.payload_size = (size_t)size;
    if (rc == 0) {
        rc = hlsim__coap_option_add_uint(&message, HLSIM__COAP_CONTENT_FORMAT,
                                         HLSIM__COAP_FORMAT_LINK);
    }
    for (size_t i = 0; rc == 0 && i < sizeof queries / sizeof *queries; i++) {
        rc = hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, queries[i]);
    }
    return rc < 0 ? rc : hlsim__lwm2m_request(client, &message, register_done);
}

void hlsim__lwm2m_register(struct hlsim__lwm2m_client *client)
{
    int rc;

    hlsim__lwm2m_observer_clear(client);
    hlsim__timer_cancel(&client->timer);
    client->state = HLSIM__LWM2M_REGISTERING;
    client->location[0] = '\0';
    client->lifetime_sent = client->account.lifetime;
    rc = send_register(client);
    if (rc < 0) {
        hlsim__lwm2m_unanswered(client, rc);
    }
}

/* --- Update ------------------------------------------------------------------------------- */

/* Nobody there: the channel is opened anew, with all that may follow from it. */
static void update_unanswered(struct hlsim__lwm2m_client *client, int error)
{
    if (error == HLSIM_E_POWER) {
        hlsim__lwm2m_become_idle(client);
        return;
    }
    hlsim__lwm2m_drop(client);
    hlsim__lwm2m_enter(client, HLSIM__LWM2M_CONNECTING, 0);
}

static void update_done(void *user, int error, const struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_client *client = user;

    if (error == 0 && response->code == HLSIM__COAP_CODE(2, 4)) {
        wait_for_update(client);
        hlsim__lwm2m_observer_changed(client); /* what silence kept from the server */
    } else if (error == 0 || error == HLSIM_E_GONE) {
        hlsim__lwm2m_register(client); /* The server has forgotten the client. */
    } else if (error == HLSIM_E_UNREACHABLE && hlsim__channel_is_waiting(&client->channel)) {
        client->update_waits = true; /* It has not even left: the channel tells how that ends. */
    } else {
        update_unanswered(client, error);
    }
}

void hlsim__lwm2m_update(struct hlsim__lwm2m_client *client)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_POST};
    char lifetime[QUERY_SIZE];
    int rc;

    if (client->request.exchange != NULL) {
        return;
    }
    client->update_waits = false;
    rc = hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, client->location);
    client->lifetime_sent = client->account.lifetime;
    if (rc == 0 && client->lifetime_sent != client->lifetime_told) {
        snprintf(lifetime, sizeof lifetime, "lt=%lu", (unsigned long)client->lifetime_sent);
        rc = hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, lifetime);
    }
    if (rc == 0) {
        rc = hlsim__lwm2m_request(client, &message, update_done);
    }
    if (rc < 0) {
        update_unanswered(client, rc);
    }
}

void hlsim__lwm2m_update_soon(struct hlsim__lwm2m_client *client)
{
    if (client->state == HLSIM__LWM2M_REGISTERED) {
        hlsim__lwm2m_enter(client, HLSIM__LWM2M_REGISTERED, 0);
    }
}

/* --- Deregister --------------------------------------------------------------------------- */

static void deregister_done(void *user, int error, const struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_client *client = user;

    (void)response;
    if (error == HLSIM_E_POWER) {
        hlsim__lwm2m_become_idle(client);
    } else {
        hlsim__lwm2m_closed(client, error == 0);
    }
}

bool hlsim__lwm2m_deregister(struct hlsim__lwm2m_client *client)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_DELETE};

    return hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, client->location) == 0 &&
           hlsim__lwm2m_request(client, &message, deregister_done) == 0;
}
