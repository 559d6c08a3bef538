/*
 * The face of the firmware update object (OMA LwM2M 1.0 E.6). The download, the installation and
 * the state that they leave are the owner's.
 */
#include "lwm2m/resource.h"

#define PROTOCOL_HTTP 2 /* /5/0/8: HTTP 1.1 */
#define DELIVERY_PULL 0 /* /5/0/9 */

/* Packages are pulled only; what can be written here is the reset (a single zero byte). */
uint8_t hlsim__lwm2m_write_package(struct hlsim__lwm2m_client *client,
                                   const struct hlsim__lwm2m_value *value)
{
    if (value->size > 1 || (value->size == 1 && value->bytes[0] != 0)) {
        return HLSIM__COAP_CODE(4, 5);
    }
    return client->config.ops->uri_written(client->config.user, "");
}

uint8_t hlsim__lwm2m_write_uri(struct hlsim__lwm2m_client *client,
                               const struct hlsim__lwm2m_value *value)
{
    return client->config.ops->uri_written(client->config.user, value->text);
}

uint8_t hlsim__lwm2m_execute_update(struct hlsim__lwm2m_client *client)
{
    const struct hlsim__lwm2m_ops *ops = client->config.ops;

    if (ops->firmware_state(client->config.user) != HLSIM__LWM2M_FIRMWARE_DOWNLOADED) {
        return HLSIM__COAP_CODE(4, 5);
    }
    return ops->update_requested(client->config.user);
}

void hlsim__lwm2m_read_state(struct hlsim__lwm2m_client *client,
                             struct hlsim__lwm2m_value *ret_value)
{
    ret_value->integer = (int64_t)client->config.ops->firmware_state(client->config.user);
}

void hlsim__lwm2m_read_result(struct hlsim__lwm2m_client *client,
                              struct hlsim__lwm2m_value *ret_value)
{
    ret_value->integer = client->config.ops->firmware_result(client->config.user);
}

void hlsim__lwm2m_read_protocols(struct hlsim__lwm2m_client *client,
                                 struct hlsim__lwm2m_value *ret_value)
{
    (void)client;
    ret_value->integer = PROTOCOL_HTTP;
}

void hlsim__lwm2m_read_delivery(struct hlsim__lwm2m_client *client,
                                struct hlsim__lwm2m_value *ret_value)
{
    (void)client;
    ret_value->integer = DELIVERY_PULL;
}
