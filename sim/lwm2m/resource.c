/*
 * The table of the client's resources, and the functions behind those of the server, device and
 * connectivity objects. Knows no bytes: reading and writing payloads is objects.c.
 */
#include "lwm2m/resource.h"

#include <hl78sim/error.h>

#include "lwm2m/session.h"

#include <stdio.h>
#include <string.h>

#define BINDING "UQ" /* UDP, queue mode */

static void set_text(struct hlsim__lwm2m_value *value, const char *text)
{
    snprintf(value->text, sizeof value->text, "%s", text);
}

/* --- /1, server (OMA LwM2M 1.0 E.2) ------------------------------------------------------- */

static void read_short_id(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    ret_value->integer = client->account.short_id;
}

static void read_lifetime(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    ret_value->integer = client->account.lifetime;
}

/* Durable before it is acknowledged. */
static uint8_t write_lifetime(struct hlsim__lwm2m_client *client,
                              const struct hlsim__lwm2m_value *value)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;
    struct hlsim__lwm2m_account account = client->account;

    if (value->integer < 1 || value->integer > UINT32_MAX) {
        return HLSIM__COAP_CODE(4, 0);
    }
    account.lifetime = (uint32_t)value->integer;
    if (ops->store(client->config.user, HLSIM__LWM2M_DM, &account) < 0) {
        return HLSIM__COAP_CODE(5, 0);
    }
    client->account = account;
    ops->lifetime_written(client->config.user, account.lifetime);
    hlsim__lwm2m_update_soon(client);
    return HLSIM__COAP_CODE(2, 4);
}

/* Notifications are not kept for a server that cannot be reached. */
static void read_storing(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    (void)client;
    ret_value->integer = 0;
}

static void read_binding(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    (void)client;
    set_text(ret_value, BINDING);
}

static uint8_t execute_update_trigger(struct hlsim__lwm2m_client *client)
{
    hlsim__lwm2m_update_soon(client);
    return HLSIM__COAP_CODE(2, 4);
}

/* --- /3, device (E.4) --------------------------------------------------------------------- */

static void read_maker(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    set_text(ret_value, client->config.maker);
}

static void read_model(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    set_text(ret_value, client->config.model);
}

static void read_serial(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    set_text(ret_value, client->config.serial);
}

static void read_firmware(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    set_text(ret_value, client->config.firmware);
}

static uint8_t execute_reboot(struct hlsim__lwm2m_client *client)
{
    return client->config.ops->reboot_requested(client->config.user);
}

static void read_error(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    (void)client;
    ret_value->integer = 0; /* no error */
}

/* --- /4, connectivity (E.5) --------------------------------------------------------------- */

static struct hlsim__lwm2m_connectivity connectivity(const struct hlsim__lwm2m_client *client)
{
    struct hlsim__lwm2m_connectivity now = {0};

    client->config.ops->connectivity(client->config.user, &now);
    return now;
}

static void read_bearer(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    ret_value->integer = connectivity(client).bearer;
}

static void read_rsrp(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    ret_value->integer = connectivity(client).rsrp;
}

static void read_ip(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    hlsim_ip_format(connectivity(client).ip, ret_value->text, sizeof ret_value->text);
}

static void read_apn(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    struct hlsim__lwm2m_connectivity now = connectivity(client);

    set_text(ret_value, now.apn);
}

static void read_cell(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value)
{
    ret_value->integer = connectivity(client).cell;
}

/* --- The table ---------------------------------------------------------------------------- */

#define SINGLE   false
#define MULTIPLE true

/* Ordered by object and id. */
static const struct hlsim__lwm2m_resource table[] = {
    {1, 0, HLSIM__LWM2M_INTEGER, SINGLE, read_short_id, NULL, NULL},
    {1, 1, HLSIM__LWM2M_INTEGER, SINGLE, read_lifetime, write_lifetime, NULL},
    {1, 6, HLSIM__LWM2M_BOOLEAN, SINGLE, read_storing, NULL, NULL},
    {1, 7, HLSIM__LWM2M_TEXT, SINGLE, read_binding, NULL, NULL},
    {1, 8, HLSIM__LWM2M_OPAQUE, SINGLE, NULL, NULL, execute_update_trigger},
    {3, 0, HLSIM__LWM2M_TEXT, SINGLE, read_maker, NULL, NULL},
    {3, 1, HLSIM__LWM2M_TEXT, SINGLE, read_model, NULL, NULL},
    {3, 2, HLSIM__LWM2M_TEXT, SINGLE, read_serial, NULL, NULL},
    {3, 3, HLSIM__LWM2M_TEXT, SINGLE, read_firmware, NULL, NULL},
    {3, 4, HLSIM__LWM2M_OPAQUE, SINGLE, NULL, NULL, execute_reboot},
    {3, 11, HLSIM__LWM2M_INTEGER, MULTIPLE, read_error, NULL, NULL},
    {3, 16, HLSIM__LWM2M_TEXT, SINGLE, read_binding, NULL, NULL},
    {4, 0, HLSIM__LWM2M_INTEGER, SINGLE, read_bearer, NULL, NULL},
    {4, 1, HLSIM__LWM2M_INTEGER, MULTIPLE, read_bearer, NULL, NULL},
    {4, 2, HLSIM__LWM2M_INTEGER, SINGLE, read_rsrp, NULL, NULL},
    {4, 4, HLSIM__LWM2M_TEXT, MULTIPLE, read_ip, NULL, NULL},
    {4, 7, HLSIM__LWM2M_TEXT, MULTIPLE, read_apn, NULL, NULL},
    {4, 8, HLSIM__LWM2M_INTEGER, SINGLE, read_cell, NULL, NULL},
    {5, 0, HLSIM__LWM2M_OPAQUE, SINGLE, NULL, hlsim__lwm2m_write_package, NULL},
    {5, 1, HLSIM__LWM2M_TEXT, SINGLE, NULL, hlsim__lwm2m_write_uri, NULL},
    {5, 2, HLSIM__LWM2M_OPAQUE, SINGLE, NULL, NULL, hlsim__lwm2m_execute_update},
    {5, 3, HLSIM__LWM2M_INTEGER, SINGLE, hlsim__lwm2m_read_state, NULL, NULL},
    {5, 5, HLSIM__LWM2M_INTEGER, SINGLE, hlsim__lwm2m_read_result, NULL, NULL},
    {5, 8, HLSIM__LWM2M_INTEGER, MULTIPLE, hlsim__lwm2m_read_protocols, NULL, NULL},
    {5, 9, HLSIM__LWM2M_INTEGER, SINGLE, hlsim__lwm2m_read_delivery, NULL, NULL},
};

const struct hlsim__lwm2m_resource *
hlsim__lwm2m_resource_next(uint16_t object, const struct hlsim__lwm2m_resource *previous)
{
    const struct hlsim__lwm2m_resource *end = table + sizeof table / sizeof *table;
    const struct hlsim__lwm2m_resource *resource = previous == NULL ? table : previous + 1;

    while (resource < end && resource->object != object) {
        resource++;
    }
    return resource < end ? resource : NULL;
}

const struct hlsim__lwm2m_resource *hlsim__lwm2m_resource_find(uint16_t object, uint16_t id)
{
    const struct hlsim__lwm2m_resource *resource = hlsim__lwm2m_resource_next(object, NULL);

    while (resource != NULL && resource->id != id) {
        resource = hlsim__lwm2m_resource_next(object, resource);
    }
    return resource;
}
