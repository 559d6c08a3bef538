/*
 * What a resource of the client's objects is: its type, what a server may do with it, and the
 * functions behind it. The rows are in resource.c; the firmware object's functions in object5.c.
 */
#ifndef HLSIM_LWM2M_RESOURCE_H
#define HLSIM_LWM2M_RESOURCE_H

#include "lwm2m/client.h"

enum hlsim__lwm2m_type {
    HLSIM__LWM2M_TEXT,
    HLSIM__LWM2M_INTEGER,
    HLSIM__LWM2M_BOOLEAN,
    HLSIM__LWM2M_OPAQUE,
};

/* One value. */
struct hlsim__lwm2m_value {
    int64_t integer;                   /* of INTEGER and BOOLEAN */
    char text[HLSIM__LWM2M_TEXT_SIZE]; /* of TEXT, ends with zero */
    const uint8_t *bytes;              /* of OPAQUE, which are only written: borrowed */
    size_t size;
};

struct hlsim__lwm2m_resource {
    uint16_t object;
    uint16_t id;
    enum hlsim__lwm2m_type type;
    bool multiple; /* shown as one resource instance, 0 */
    /* What cannot be done with it is NULL. The functions return CoAP codes, 2.04 for success. */
    void (*read)(struct hlsim__lwm2m_client *client, struct hlsim__lwm2m_value *ret_value);
    uint8_t (*write)(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_value *value);
    uint8_t (*execute)(struct hlsim__lwm2m_client *client);
};

/* The resources of an object, one after the other: the first for NULL; NULL at the end, and when
 * there is no such object. */
const struct hlsim__lwm2m_resource *
hlsim__lwm2m_resource_next(uint16_t object, const struct hlsim__lwm2m_resource *previous);

/* NULL when there is none. */
const struct hlsim__lwm2m_resource *hlsim__lwm2m_resource_find(uint16_t object, uint16_t id);

/* The firmware object, a package pulled by URI; its state and result. */
uint8_t hlsim__lwm2m_write_package(struct hlsim__lwm2m_client *client,
                                   const struct hlsim__lwm2m_value *value);
uint8_t hlsim__lwm2m_write_uri(struct hlsim__lwm2m_client *client,
                               const struct hlsim__lwm2m_value *value);
uint8_t hlsim__lwm2m_execute_update(struct hlsim__lwm2m_client *client);
void hlsim__lwm2m_read_state(struct hlsim__lwm2m_client *client,
                             struct hlsim__lwm2m_value *ret_value);
void hlsim__lwm2m_read_result(struct hlsim__lwm2m_client *client,
                              struct hlsim__lwm2m_value *ret_value);
void hlsim__lwm2m_read_protocols(struct hlsim__lwm2m_client *client,
                                 struct hlsim__lwm2m_value *ret_value);
void hlsim__lwm2m_read_delivery(struct hlsim__lwm2m_client *client,
                                struct hlsim__lwm2m_value *ret_value);

#endif
