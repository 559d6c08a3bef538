/*
 * What the DM server reads, writes and executes: paths to resources, payloads to values and back.
 * Does not know what the resources mean.
 */
#include <hl78sim/error.h>

#include "base/assert.h"
#include "codec/tlv.h"
#include "lwm2m/resource.h"
#include "lwm2m/session.h"

#include <stdio.h>
#include <string.h>

#define OBJECT_SECURITY 0

/* --- Reading ------------------------------------------------------------------------------ */

static void write_value(struct hlsim__tlv_writer *writer,
                        const struct hlsim__lwm2m_resource *resource, enum hlsim__tlv_kind kind,
                        uint16_t id, const struct hlsim__lwm2m_value *value)
{
    /* The writer remembers its first failure. */
    switch (resource->type) {
    case HLSIM__LWM2M_TEXT:
        (void)hlsim__tlv_write_text(writer, kind, id, value->text);
        return;
    case HLSIM__LWM2M_INTEGER:
        (void)hlsim__tlv_write_int(writer, kind, id, value->integer);
        return;
    case HLSIM__LWM2M_BOOLEAN:
        (void)hlsim__tlv_write_bool(writer, kind, id, value->integer != 0);
        return;
    case HLSIM__LWM2M_OPAQUE:
        HLSIM_ASSERT(resource->read == NULL);
        return;
    }
}

static void write_resource(struct hlsim__lwm2m_client *client, struct hlsim__tlv_writer *writer,
                           const struct hlsim__lwm2m_resource *resource)
{
    struct hlsim__lwm2m_value value = {0};
    struct hlsim__tlv_mark mark;

    resource->read(client, &value);
    if (resource->multiple) {
        mark = hlsim__tlv_begin(writer, HLSIM__TLV_MULTIPLE_RESOURCE, resource->id);
        write_value(writer, resource, HLSIM__TLV_RESOURCE_INSTANCE, 0, &value);
        (void)hlsim__tlv_end(writer, &mark);
    } else {
        write_value(writer, resource, HLSIM__TLV_RESOURCE, resource->id, &value);
    }
}

static void write_instance(struct hlsim__lwm2m_client *client, struct hlsim__tlv_writer *writer,
                           uint16_t object)
{
    const struct hlsim__lwm2m_resource *resource = NULL;

    while ((resource = hlsim__lwm2m_resource_next(object, resource)) != NULL) {
        if (resource->read != NULL) {
            write_resource(client, writer, resource);
        }
    }
}

static int read_tlv(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_path *path,
                    uint8_t *buffer, size_t capacity)
{
    struct hlsim__tlv_writer writer;
    struct hlsim__tlv_mark mark;

    hlsim__tlv_writer_init(&writer, buffer, capacity);
    if (path->depth == 1) {
        mark = hlsim__tlv_begin(&writer, HLSIM__TLV_OBJECT_INSTANCE, 0);
        write_instance(client, &writer, path->object);
        (void)hlsim__tlv_end(&writer, &mark);
    } else if (path->depth == 2) {
        write_instance(client, &writer, path->object);
    } else {
        write_resource(client, &writer, hlsim__lwm2m_resource_find(path->object, path->resource));
    }
    return hlsim__tlv_writer_finish(&writer);
}

static int read_text(struct hlsim__lwm2m_client *client,
                     const struct hlsim__lwm2m_resource *resource, uint8_t *buffer, size_t capacity)
{
    struct hlsim__lwm2m_value value = {0};
    size_t size;

    resource->read(client, &value);
    if (resource->type != HLSIM__LWM2M_TEXT) {
        snprintf(value.text, sizeof value.text, "%lld", (long long)value.integer);
    }
    size = strlen(value.text);
    if (size > capacity) {
        return HLSIM_E_FULL;
    }
    memcpy(buffer, value.text, size);
    return (int)size;
}

int hlsim__lwm2m_read(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_path *path,
                      uint32_t format, uint8_t *buffer, size_t capacity)
{
    const struct hlsim__lwm2m_resource *resource =
        hlsim__lwm2m_resource_find(path->object, path->resource);
    bool single = path->depth == 3;

    if (single && resource->read == NULL) {
        return HLSIM_E_STATE;
    }
    if (hlsim__lwm2m_is_tlv(format)) {
        return read_tlv(client, path, buffer, capacity);
    }
    if (format == HLSIM__COAP_FORMAT_TEXT && single && !resource->multiple) {
        return read_text(client, resource, buffer, capacity);
    }
    return HLSIM_E_UNSUPPORTED;
}

static void answer_read(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_path *path,
                        const struct hlsim__coap_message *request,
                        struct hlsim__coap_message *response)
{
    uint32_t format = hlsim__lwm2m_format(request, HLSIM__COAP_ACCEPT, HLSIM__COAP_FORMAT_TLV);
    int size = hlsim__lwm2m_read(client, path, format, client->payload, sizeof client->payload);

    switch (size) {
    case HLSIM_E_STATE:
        response->code = HLSIM__COAP_CODE(4, 5);
        return;
    case HLSIM_E_UNSUPPORTED:
        response->code = HLSIM__COAP_CODE(4, 6);
        return;
    default:
        break;
    }
    if (size < 0) {
        response->code = HLSIM__COAP_CODE(5, 0);
        return;
    }
    hlsim__lwm2m_observe(client, path, request, format, response);
    response->payload = client->payload;
    response->payload_size = (size_t)size;
    response->code = hlsim__coap_option_add_uint(response, HLSIM__COAP_CONTENT_FORMAT, format) == 0
                         ? HLSIM__COAP_CODE(2, 5)
                         : HLSIM__COAP_CODE(5, 0);
}

/* --- Writing ------------------------------------------------------------------------------ */

/* A decimal number with at most one sign and no more digits than fit. */
static int parse_integer(const uint8_t *text, size_t size, int64_t *ret_value)
{
    bool negative = size > 0 && text[0] == '-';
    size_t first = negative ? 1 : 0;
    int64_t value = 0;

    if (size == first || size - first > 18) {
        return HLSIM_E_FORMAT;
    }
    for (size_t i = first; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return HLSIM_E_FORMAT;
        }
        value = 10 * value + (text[i] - '0');
    }
    *ret_value = negative ? -value : value;
    return 0;
}

/* One value of a resource, as TLV or (`is_text`) as plain text. */
static int take_value(const struct hlsim__lwm2m_resource *resource, const struct hlsim__tlv *entry,
                      bool is_text, struct hlsim__lwm2m_value *ret_value)
{
    memset(ret_value, 0, sizeof *ret_value);
    switch (resource->type) {
    case HLSIM__LWM2M_TEXT:
        if (entry->size >= sizeof ret_value->text ||
            (entry->size > 0 && memchr(entry->value, '\0', entry->size) != NULL)) {
            return HLSIM_E_FORMAT;
        }
        if (entry->size > 0) {
            memcpy(ret_value->text, entry->value, entry->size);
        }
        return 0;
    case HLSIM__LWM2M_INTEGER:
    case HLSIM__LWM2M_BOOLEAN:
        return is_text ? parse_integer(entry->value, entry->size, &ret_value->integer)
                       : hlsim__tlv_int(entry, &ret_value->integer);
    case HLSIM__LWM2M_OPAQUE:
        ret_value->bytes = entry->value;
        ret_value->size = entry->size;
        return 0;
    }
    return HLSIM_E_FORMAT;
}

static uint8_t write_one(struct hlsim__lwm2m_client *client,
                         const struct hlsim__lwm2m_resource *resource,
                         const struct hlsim__tlv *entry, bool is_text, bool check_only)
{
    struct hlsim__lwm2m_value value;

    if (resource == NULL) {
        return HLSIM__COAP_CODE(4, 4);
    }
    if (resource->write == NULL) {
        return HLSIM__COAP_CODE(4, 5);
    }
    if (take_value(resource, entry, is_text, &value) < 0) {
        return HLSIM__COAP_CODE(4, 0);
    }
    return check_only ? HLSIM__COAP_CODE(2, 4) : resource->write(client, &value);
}

/* All entries of a payload, of which there is at least one; to a resource, only its own. */
static uint8_t write_entries(struct hlsim__lwm2m_client *client,
                             const struct hlsim__lwm2m_path *path,
                             const struct hlsim__coap_message *request, bool check_only)
{
    struct hlsim__tlv_reader reader;
    struct hlsim__tlv entry;
    uint8_t code = HLSIM__COAP_CODE(4, 0); /* of an empty payload */
    int rc;

    hlsim__tlv_reader_init(&reader, request->payload, request->payload_size);
    while ((rc = hlsim__tlv_read(&reader, &entry)) > 0) {
        if (entry.kind != HLSIM__TLV_RESOURCE || (path->depth == 3 && entry.id != path->resource)) {
            return HLSIM__COAP_CODE(4, 0);
        }
        code = write_one(client, hlsim__lwm2m_resource_find(path->object, entry.id), &entry, false,
                         check_only);
        if (code != HLSIM__COAP_CODE(2, 4)) {
            return code;
        }
    }
    return rc < 0 ? HLSIM__COAP_CODE(4, 0) : code;
}

static uint8_t answer_write(struct hlsim__lwm2m_client *client,
                            const struct hlsim__lwm2m_path *path,
                            const struct hlsim__coap_message *request)
{
    uint32_t format =
        hlsim__lwm2m_format(request, HLSIM__COAP_CONTENT_FORMAT, HLSIM__COAP_FORMAT_TEXT);
    struct hlsim__tlv whole = {.value = request->payload, .size = request->payload_size};
    uint8_t code;

    if (path->depth == 1) {
        return HLSIM__COAP_CODE(4, 5);
    }
    if (hlsim__lwm2m_is_tlv(format)) {
        /* All or nothing: what is wrong in it shows before the first write. */
        code = write_entries(client, path, request, true);
        return code == HLSIM__COAP_CODE(2, 4) ? write_entries(client, path, request, false) : code;
    }
    if (path->depth == 3 &&
        (format == HLSIM__COAP_FORMAT_TEXT || format == HLSIM__COAP_FORMAT_OPAQUE)) {
        return write_one(client, hlsim__lwm2m_resource_find(path->object, path->resource), &whole,
                         true, false);
    }
    return HLSIM__COAP_CODE(4, 15);
}

/* --- Requests ----------------------------------------------------------------------------- */

static uint8_t answer_execute(struct hlsim__lwm2m_client *client,
                              const struct hlsim__lwm2m_path *path)
{
    const struct hlsim__lwm2m_resource *resource =
        hlsim__lwm2m_resource_find(path->object, path->resource);

    return resource->execute == NULL ? HLSIM__COAP_CODE(4, 5) : resource->execute(client);
}

/* 0, or the code that refuses the path whatever the method is. */
static uint8_t check_path(const struct hlsim__lwm2m_path *path)
{
    if (path->depth == 0) {
        return HLSIM__COAP_CODE(4, 4);
    }
    if (path->object == OBJECT_SECURITY) {
        return HLSIM__COAP_CODE(4, 1); /* No server but the bootstrap server's business. */
    }
    if (hlsim__lwm2m_resource_next(path->object, NULL) == NULL ||
        (path->depth > 1 && path->instance != 0) ||
        (path->depth > 2 && hlsim__lwm2m_resource_find(path->object, path->resource) == NULL)) {
        return HLSIM__COAP_CODE(4, 4);
    }
    return 0;
}

void hlsim__lwm2m_objects_answer(struct hlsim__lwm2m_client *client,
                                 const struct hlsim__coap_message *request,
                                 struct hlsim__coap_message *response)
{
    struct hlsim__lwm2m_path path;

    if (hlsim__lwm2m_path(request, &path) < 0) {
        response->code = HLSIM__COAP_CODE(4, 4);
        return;
    }
    response->code = check_path(&path);
    if (response->code != 0) {
        return;
    }
    if (request->code == HLSIM__COAP_GET) {
        answer_read(client, &path, request, response);
    } else if (request->code == HLSIM__COAP_POST && path.depth == 3) {
        response->code = answer_execute(client, &path);
    } else if (request->code == HLSIM__COAP_PUT || request->code == HLSIM__COAP_POST) {
        response->code = answer_write(client, &path, request);
    } else {
        response->code = HLSIM__COAP_CODE(4, 5);
    }
}
