/*
 * The staged instances: written by TLV, deleted, checked as a whole at the end.
 */
#include "lwm2m/staging.h"

#include <hl78sim/error.h>

#include "base/sparse.h"
#include "codec/tlv.h"
#include "codec/url.h"
#include "lwm2m/path.h"

#include <string.h>

enum { OBJECT_SECURITY = 0, OBJECT_SERVER = 1 };

/* OMA LwM2M 1.0 E.1 and E.2. */
enum {
    SECURITY_URI = 0,
    SECURITY_BOOTSTRAP = 1,
    SECURITY_MODE = 2,
    SECURITY_IDENTITY = 3,
    SECURITY_KEY = 5,
    SECURITY_SHORT_ID = 10,
    SERVER_SHORT_ID = 0,
    SERVER_LIFETIME = 1,
    SHORT_ID_MAX = 65534
};

void hlsim__lwm2m_staging_init(struct hlsim__lwm2m_staging *staging,
                               const struct hlsim__lwm2m_account *bootstrap)
{
    hlsim__clear_sparse(staging, sizeof *staging);
    staging->security[0].present = true;
    staging->security[0].bootstrap = true;
    staging->security[0].mode =
        bootstrap->key_size > 0 ? HLSIM__LWM2M_MODE_PSK : HLSIM__LWM2M_MODE_NOSEC;
    staging->security[0].account = *bootstrap;
}

/* --- Writing ------------------------------------------------------------------------------ */

static int read_text(const struct hlsim__tlv *entry, char *text, size_t capacity)
{
    if (entry->size >= capacity || memchr(entry->value, '\0', entry->size) != NULL) {
        return HLSIM_E_FORMAT;
    }
    memcpy(text, entry->value, entry->size);
    text[entry->size] = '\0';
    return 0;
}

static int read_number(const struct hlsim__tlv *entry, int64_t min, int64_t max, int64_t *ret_value)
{
    int64_t value;
    int rc = hlsim__tlv_int(entry, &value);

    if (rc == 0 && (value < min || value > max)) {
        rc = HLSIM_E_RANGE;
    }
    if (rc == 0) {
        *ret_value = value;
    }
    return rc;
}

/* Takes one resource; those that are of no use here are taken and forgotten. */
static int take_security(struct hlsim__lwm2m_staged_security *security,
                         const struct hlsim__tlv *entry)
{
    struct hlsim__lwm2m_account *account = &security->account;
    int64_t number = 0;
    int rc;

    switch (entry->id) {
    case SECURITY_URI:
        return read_text(entry, account->uri, sizeof account->uri);
    case SECURITY_BOOTSTRAP:
        return hlsim__tlv_bool(entry, &security->bootstrap);
    case SECURITY_MODE:
        return hlsim__tlv_int(entry, &security->mode);
    case SECURITY_IDENTITY:
        return read_text(entry, account->identity, sizeof account->identity);
    case SECURITY_KEY:
        if (entry->size > sizeof account->key) {
            return HLSIM_E_FORMAT;
        }
        memcpy(account->key, entry->value, entry->size);
        account->key_size = entry->size;
        return 0;
    case SECURITY_SHORT_ID:
        rc = read_number(entry, 0, SHORT_ID_MAX, &number);
        account->short_id = (uint16_t)number;
        return rc;
    default:
        return 0;
    }
}

static int take_server(struct hlsim__lwm2m_staged_server *server, const struct hlsim__tlv *entry)
{
    int64_t number = 0;
    int rc = 0;

    if (entry->id == SERVER_SHORT_ID) {
        rc = read_number(entry, 1, SHORT_ID_MAX, &number);
        server->short_id = (uint16_t)number;
    } else if (entry->id == SERVER_LIFETIME) {
        rc = read_number(entry, 1, UINT32_MAX, &number);
        server->lifetime = (uint32_t)number;
    }
    return rc;
}

static struct hlsim__lwm2m_staged_security *place_of_security(struct hlsim__lwm2m_staging *staging,
                                                              uint16_t instance)
{
    struct hlsim__lwm2m_staged_security *place = NULL;

    for (size_t i = HLSIM__LWM2M_STAGED_MAX; i-- > 0;) {
        struct hlsim__lwm2m_staged_security *security = &staging->security[i];

        if (security->present && security->instance == instance) {
            return security;
        }
        place = security->present ? place : security;
    }
    return place;
}

static struct hlsim__lwm2m_staged_server *place_of_server(struct hlsim__lwm2m_staging *staging,
                                                          uint16_t instance)
{
    struct hlsim__lwm2m_staged_server *place = NULL;

    for (size_t i = HLSIM__LWM2M_STAGED_MAX; i-- > 0;) {
        struct hlsim__lwm2m_staged_server *server = &staging->servers[i];

        if (server->present && server->instance == instance) {
            return server;
        }
        place = server->present ? place : server;
    }
    return place;
}

/* Writes one instance as a whole, or leaves it as it was. */
static uint8_t write_instance(struct hlsim__lwm2m_staging *staging, uint16_t object,
                              uint16_t instance, struct hlsim__tlv_reader *reader)
{
    struct hlsim__lwm2m_staged_security security = {.present = true, .instance = instance};
    struct hlsim__lwm2m_staged_server server = {.present = true, .instance = instance};
    struct hlsim__lwm2m_staged_security *security_place = place_of_security(staging, instance);
    struct hlsim__lwm2m_staged_server *server_place = place_of_server(staging, instance);
    struct hlsim__tlv entry;
    int rc;

    while ((rc = hlsim__tlv_read(reader, &entry)) > 0) {
        bool single = entry.kind == HLSIM__TLV_RESOURCE;

        if (!single && entry.kind != HLSIM__TLV_MULTIPLE_RESOURCE) {
            return HLSIM__COAP_CODE(4, 0);
        }
        if (single) {
            rc = object == OBJECT_SECURITY ? take_security(&security, &entry)
                                           : take_server(&server, &entry);
        }
        if (rc < 0) {
            return HLSIM__COAP_CODE(4, 0);
        }
    }
    if (rc < 0) {
        return HLSIM__COAP_CODE(4, 0);
    }
    if (object == OBJECT_SECURITY ? security_place == NULL : server_place == NULL) {
        return HLSIM__COAP_CODE(5, 0);
    }
    if (object == OBJECT_SECURITY) {
        *security_place = security;
    } else {
        *server_place = server;
    }
    return HLSIM__COAP_CODE(2, 4);
}

/* A payload for an instance holds its resources, perhaps inside an entry for the instance. */
static uint8_t write_payload(struct hlsim__lwm2m_staging *staging,
                             const struct hlsim__lwm2m_path *path,
                             const struct hlsim__coap_message *request)
{
    struct hlsim__tlv_reader reader;
    struct hlsim__tlv_reader inner;
    struct hlsim__tlv entry;
    uint8_t code = HLSIM__COAP_CODE(4, 0); /* of an empty payload */
    bool first = true;
    int rc;

    hlsim__tlv_reader_init(&reader, request->payload, request->payload_size);
    while ((rc = hlsim__tlv_read(&reader, &entry)) > 0) {
        if (entry.kind != HLSIM__TLV_OBJECT_INSTANCE) {
            if (!first || path->depth < 2) {
                return HLSIM__COAP_CODE(4, 0);
            }
            hlsim__tlv_reader_init(&inner, request->payload, request->payload_size);
            return write_instance(staging, path->object, path->instance, &inner);
        }
        if (path->depth == 2 && entry.id != path->instance) {
            return HLSIM__COAP_CODE(4, 0);
        }
        hlsim__tlv_reader_init(&inner, entry.value, entry.size);
        code = write_instance(staging, path->object, entry.id, &inner);
        if (code != HLSIM__COAP_CODE(2, 4)) {
            return code;
        }
        first = false;
    }
    return rc < 0 ? HLSIM__COAP_CODE(4, 0) : code;
}

/* --- Deleting ----------------------------------------------------------------------------- */

/* Without an instance, all go but the bootstrap server's account (OMA LwM2M 1.0 5.2.5.2). */
static uint8_t delete_staged(struct hlsim__lwm2m_staging *staging,
                             const struct hlsim__lwm2m_path *path)
{
    uint8_t code = path->depth == 2 ? HLSIM__COAP_CODE(4, 4) : HLSIM__COAP_CODE(2, 2);

    for (size_t i = 0; i < HLSIM__LWM2M_STAGED_MAX; i++) {
        struct hlsim__lwm2m_staged_security *security = &staging->security[i];
        struct hlsim__lwm2m_staged_server *server = &staging->servers[i];

        if (security->present && (path->depth == 0 || path->object == OBJECT_SECURITY) &&
            (path->depth < 2 || path->instance == security->instance)) {
            if (security->bootstrap && path->depth == 2) {
                return HLSIM__COAP_CODE(4, 5);
            }
            security->present = security->bootstrap;
            code = HLSIM__COAP_CODE(2, 2);
        }
        if (server->present && (path->depth == 0 || path->object == OBJECT_SERVER) &&
            (path->depth < 2 || path->instance == server->instance)) {
            server->present = false;
            code = HLSIM__COAP_CODE(2, 2);
        }
    }
    return code;
}

uint8_t hlsim__lwm2m_staging_request(struct hlsim__lwm2m_staging *staging,
                                     const struct hlsim__coap_message *request)
{
    struct hlsim__lwm2m_path path;

    if (hlsim__lwm2m_path(request, &path) < 0 ||
        (path.depth > 0 && path.object != OBJECT_SECURITY && path.object != OBJECT_SERVER)) {
        return HLSIM__COAP_CODE(4, 4);
    }
    if (path.depth == 3) {
        return HLSIM__COAP_CODE(4, 5);
    }
    if (request->code == HLSIM__COAP_DELETE) {
        return delete_staged(staging, &path);
    }
    if (request->code != HLSIM__COAP_PUT || path.depth == 0) {
        return HLSIM__COAP_CODE(4, 5);
    }
    if (!hlsim__lwm2m_is_tlv(
            hlsim__lwm2m_format(request, HLSIM__COAP_CONTENT_FORMAT, HLSIM__COAP_FORMAT_TEXT))) {
        return HLSIM__COAP_CODE(4, 15);
    }
    return write_payload(staging, &path, request);
}

/* --- The end ------------------------------------------------------------------------------ */

static bool usable(const struct hlsim__lwm2m_staged_security *security)
{
    const struct hlsim__lwm2m_account *account = &security->account;
    struct hlsim__url url;

    if (hlsim__url_split(account->uri, strlen(account->uri), &url) < 0 ||
        (url.scheme != HLSIM__URL_COAP && url.scheme != HLSIM__URL_COAPS)) {
        return false;
    }
    if (security->mode == HLSIM__LWM2M_MODE_PSK) {
        return account->identity[0] != '\0' && account->key_size > 0;
    }
    return security->mode == HLSIM__LWM2M_MODE_NOSEC;
}

static const struct hlsim__lwm2m_staged_server *
server_of(const struct hlsim__lwm2m_staging *staging, uint16_t short_id)
{
    for (size_t i = 0; i < HLSIM__LWM2M_STAGED_MAX; i++) {
        const struct hlsim__lwm2m_staged_server *server = &staging->servers[i];

        if (server->present && short_id != 0 && server->short_id == short_id &&
            server->lifetime > 0) {
            return server;
        }
    }
    return NULL;
}

int hlsim__lwm2m_staging_finish(const struct hlsim__lwm2m_staging *staging, bool *ret_has_bootstrap,
                                struct hlsim__lwm2m_account *ret_bootstrap,
                                struct hlsim__lwm2m_account *ret_dm)
{
    const struct hlsim__lwm2m_staged_security *bootstrap = NULL;
    const struct hlsim__lwm2m_staged_security *dm = NULL;
    const struct hlsim__lwm2m_staged_server *server;

    for (size_t i = HLSIM__LWM2M_STAGED_MAX; i-- > 0;) {
        const struct hlsim__lwm2m_staged_security *security = &staging->security[i];

        if (!security->present) {
            continue;
        }
        if (!usable(security)) {
            return HLSIM_E_STATE;
        }
        if (security->bootstrap) {
            bootstrap = security;
        } else {
            dm = security;
        }
    }
    server = dm == NULL ? NULL : server_of(staging, dm->account.short_id);
    if (server == NULL) {
        return HLSIM_E_STATE;
    }
    *ret_dm = dm->account;
    ret_dm->lifetime = server->lifetime;
    *ret_has_bootstrap = bootstrap != NULL;
    if (bootstrap != NULL) {
        *ret_bootstrap = bootstrap->account;
        ret_bootstrap->short_id = 0;
        ret_bootstrap->lifetime = 0;
    }
    return 0;
}
