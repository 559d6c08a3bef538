/*
 * The answering half of the DM server: registrations, their updates and their ends (OMA LwM2M
 * 1.0.2, 5.3). What a registered device is asked is in dm_server.c.
 */
#include "airvantage/inside.h"

#include "codec/link.h"

#include <string.h>

#define DEFAULT_LIFETIME 86400 /* OMA LwM2M 1.0.2, 5.3.1 */

bool hlsim__av_is_registered(const struct hlsim__av_system *system)
{
    const struct hlsim__av_registration *registration = &system->registration;

    return registration->open && hlsim__av_now(system->av) - registration->updated_at <
                                     (int64_t)registration->lifetime * HLSIM_SECOND;
}

void hlsim__av_heard(struct hlsim__av_system *system)
{
    system->registration.heard_at = hlsim__av_now(system->av);
}

/* --- Expiry ------------------------------------------------------------------------------- */

void hlsim__av_registration_end(struct hlsim__av_system *system)
{
    hlsim__av_hang_up(system, HLSIM__AV_DM);
    hlsim__timer_cancel(&system->registration.expiry);
    system->registration.open = false;
    memset(system->device.observations, 0, sizeof system->device.observations);
}

static void expire(void *owner)
{
    struct hlsim__av_system *system = owner;

    hlsim__av_registration_end(system);
    system->registration.expired = true;
    hlsim__av_emit_system(system, "registered", "registration expired");
}

void hlsim__av_registration_init(struct hlsim__av_system *system)
{
    hlsim__timer_init(&system->registration.expiry, &system->av->timers, expire, system);
}

/* Registered or updated: alive for a lifetime from now. One of twenty years is as good as none. */
static void renew(struct hlsim__av_system *system)
{
    struct hlsim__av_registration *registration = &system->registration;

    registration->updated_at = hlsim__av_now(system->av);
    registration->renewals++;
    if (registration->lifetime < HLSIM__AV_NO_POLLING) {
        hlsim__timer_set_in(&registration->expiry, (int64_t)registration->lifetime * HLSIM_SECOND);
    } else {
        hlsim__timer_cancel(&registration->expiry);
    }
}

/* --- Requests ----------------------------------------------------------------------------- */

/* A path of two segments, the first being "rd": the second one, or false. */
static bool location_of(const struct hlsim__coap_message *request, char *location, size_t capacity)
{
    char path[HLSIM__AV_REQUEST_SIZE];
    int size = hlsim__coap_path_text(request, HLSIM__COAP_URI_PATH, path, sizeof path);

    if (size < 0 || strncmp(path, "rd/", 3) != 0 || (size_t)size - 3 >= capacity) {
        return false;
    }
    memcpy(location, path + 3, (size_t)size - 3 + 1);
    return true;
}

static struct hlsim__av_system *sender(const struct hlsim__airvantage *av,
                                       const struct hlsim__coap_message *request)
{
    char location[HLSIM__AV_LOCATION_SIZE];
    const char *name;
    size_t size;

    if (hlsim__coap_path_is(request, HLSIM__COAP_URI_PATH, "rd")) {
        return hlsim__coap_query_get(request, "ep", &name, &size) == 0
                   ? hlsim__av_by_endpoint(av, name, size)
                   : NULL;
    }
    return location_of(request, location, sizeof location) ? hlsim__av_by_location(av, location)
                                                           : NULL;
}

/* The parameters of a registration or an update; false when one of them is malformed. */
static bool read_parameters(const struct hlsim__coap_message *request, uint32_t *lifetime,
                            bool *queue)
{
    const char *text;
    size_t size;

    if (hlsim__coap_query_get(request, "lt", &text, &size) == 0) {
        uint64_t seconds = 0;

        for (size_t i = 0; i < size; i++) {
            if (text[i] < '0' || text[i] > '9' || seconds > UINT32_MAX) {
                return false;
            }
            seconds = seconds * 10 + (uint64_t)(text[i] - '0');
        }
        if (size == 0 || seconds > UINT32_MAX) {
            return false;
        }
        *lifetime = (uint32_t)seconds;
    }
    if (hlsim__coap_query_get(request, "b", &text, &size) == 0) {
        /* Over UDP and nothing else: there are no short messages here. */
        if (size == 0 || size > 2 || text[0] != 'U' || (size == 2 && text[1] != 'Q')) {
            return false;
        }
        *queue = size == 2;
    }
    return true;
}

/* Whether the payload is a list of links, with at least `least` of them. */
static bool are_links(const struct hlsim__coap_message *request, size_t least)
{
    uint32_t format = HLSIM__COAP_FORMAT_LINK;
    struct hlsim__weblink_reader reader;
    struct hlsim__weblink link;
    size_t count = 0;
    int rc;

    (void)hlsim__coap_option_uint(request, HLSIM__COAP_CONTENT_FORMAT, &format);
    if (format != HLSIM__COAP_FORMAT_LINK) {
        return false;
    }
    if (request->payload_size == 0) {
        return least == 0;
    }
    hlsim__weblink_reader_init(&reader, (const char *)request->payload, request->payload_size);
    while ((rc = hlsim__weblink_read(&reader, &link)) == 1) {
        count++;
    }
    return rc == 0 && count >= least;
}

/* OMA LwM2M 1.0.2, 5.3.1: the version is one that the server speaks. */
static bool is_known_version(const struct hlsim__coap_message *request)
{
    const char *text;
    size_t size;

    return hlsim__coap_query_get(request, "lwm2m", &text, &size) < 0 ||
           (size == 3 && (memcmp(text, "1.0", 3) == 0 || memcmp(text, "1.1", 3) == 0));
}

/*
 * With DTLS, who comes as far as this has proved to hold credentials. Without, a client presents
 * none: one whose credentials the server has not (any more), because it was never bootstrapped or
 * they were replaced since, is refused, and so goes to the bootstrap server.
 */
static bool is_admitted(struct hlsim__av_system *system)
{
    return system->av->security == HLSIM_SECURITY_PSK || hlsim__av_holds(system, HLSIM__AV_DM);
}

static uint8_t register_system(struct hlsim__av_system *system, struct hlsim_address peer,
                               const struct hlsim__coap_message *request,
                               struct hlsim__coap_message *response)
{
    struct hlsim__av_registration *registration;
    uint32_t lifetime = DEFAULT_LIFETIME;
    bool queue = false;
    const char *name;
    size_t size;

    if (hlsim__coap_query_get(request, "ep", &name, &size) < 0 || size == 0 ||
        !read_parameters(request, &lifetime, &queue) || !are_links(request, 1)) {
        return HLSIM__COAP_CODE(4, 0);
    }
    if (!is_known_version(request)) {
        return HLSIM__COAP_CODE(4, 12);
    }
    if (system == NULL || !is_admitted(system) || !hlsim__av_is_served(system)) {
        return HLSIM__COAP_CODE(4, 3);
    }
    hlsim__av_hang_up(system, HLSIM__AV_DM);
    hlsim__av_bind(system, HLSIM__AV_DM, peer);
    hlsim__av_new_location(system);
    registration = &system->registration;
    registration->open = true;
    registration->number++;
    registration->expired = false;
    registration->queue = queue;
    registration->lifetime = lifetime;
    renew(system);
    registration->heard_at = registration->updated_at;
    system->device =
        (struct hlsim__av_device){.state = HLSIM__AV_UNKNOWN, .result = HLSIM__AV_UNKNOWN};
    hlsim__av_communicated(system, "registered");
    if (hlsim__coap_option_add_text(response, HLSIM__COAP_LOCATION_PATH, "rd") < 0 ||
        hlsim__coap_option_add_text(response, HLSIM__COAP_LOCATION_PATH, registration->location) <
            0) {
        return HLSIM__COAP_CODE(5, 0);
    }
    return HLSIM__COAP_CODE(2, 1);
}

static uint8_t update(struct hlsim__av_system *system, struct hlsim_address peer,
                      const struct hlsim__coap_message *request)
{
    struct hlsim__av_contact *contact = &system->contacts[HLSIM__AV_DM];
    uint32_t lifetime = system->registration.lifetime;
    bool queue = system->registration.queue;

    if (!hlsim__av_is_registered(system)) {
        return HLSIM__COAP_CODE(4, 4);
    }
    if (!read_parameters(request, &lifetime, &queue) || !are_links(request, 0)) {
        return HLSIM__COAP_CODE(4, 0);
    }
    if (!contact->bound || !hlsim_address_equal(contact->address, peer)) {
        /* What was sent to the old address is lost. */
        hlsim__av_hang_up(system, HLSIM__AV_DM);
        hlsim__av_bind(system, HLSIM__AV_DM, peer);
    }
    system->registration.lifetime = lifetime;
    system->registration.queue = queue;
    renew(system);
    hlsim__av_heard(system);
    hlsim__av_communicated(system, "updated");
    return HLSIM__COAP_CODE(2, 4);
}

static uint8_t deregister(struct hlsim__av_system *system)
{
    if (!hlsim__av_is_registered(system)) {
        return HLSIM__COAP_CODE(4, 4);
    }
    hlsim__av_registration_end(system);
    hlsim__av_communicated(system, "deregistered");
    return HLSIM__COAP_CODE(2, 2);
}

static uint8_t answer(struct hlsim__airvantage *av, struct hlsim__av_system *system,
                      struct hlsim_address peer, const struct hlsim__coap_message *request,
                      struct hlsim__coap_message *response)
{
    char location[HLSIM__AV_LOCATION_SIZE];

    (void)av;
    if (hlsim__coap_path_is(request, HLSIM__COAP_URI_PATH, "rd")) {
        return request->code == HLSIM__COAP_POST ? register_system(system, peer, request, response)
                                                 : HLSIM__COAP_CODE(4, 5);
    }
    if (system == NULL || !location_of(request, location, sizeof location)) {
        return HLSIM__COAP_CODE(4, 4);
    }
    switch (request->code) {
    case HLSIM__COAP_POST:
    case HLSIM__COAP_PUT: /* OMA LwM2M 1.0 says POST; older clients update by PUT. */
        return update(system, peer, request);
    case HLSIM__COAP_DELETE:
        return deregister(system);
    default:
        return HLSIM__COAP_CODE(4, 5);
    }
}

const struct hlsim__av_server_ops hlsim__av_dm_ops = {.sender = sender,
                                                      .answer = answer,
                                                      .notification = hlsim__av_dm_notification,
                                                      .pump = hlsim__av_dm_pump};
