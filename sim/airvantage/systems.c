/*
 * The inventory: systems by endpoint name, by registration id and by the address at which a server
 * heard them last. Knows nothing of what is said between a server and a device.
 */
#include "airvantage/inside.h"

#include "base/assert.h"
#include "base/checksum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMEI_DIGITS 15

static const char prefix[] = "urn:imei:";

static size_t name_bucket(const char *name, size_t size)
{
    return (size_t)(hlsim__digest(name, size) % HLSIM__AV_BUCKETS);
}

size_t hlsim__av_address_bucket(struct hlsim_address address)
{
    const uint8_t bytes[] = {(uint8_t)(address.ip >> 24),  (uint8_t)(address.ip >> 16),
                             (uint8_t)(address.ip >> 8),   (uint8_t)address.ip,
                             (uint8_t)(address.port >> 8), (uint8_t)address.port};

    return (size_t)(hlsim__digest(bytes, sizeof bytes) % HLSIM__AV_BUCKETS);
}

const char *hlsim__av_imei(const struct hlsim__av_system *system)
{
    return system->endpoint + sizeof prefix - 1;
}

/* --- Finding ------------------------------------------------------------------------------ */

struct hlsim__av_system *hlsim__av_by_endpoint(const struct hlsim__airvantage *av, const char *name,
                                               size_t size)
{
    struct hlsim__av_system *system = av->by_name[name_bucket(name, size)];

    while (system != NULL &&
           !(strlen(system->endpoint) == size && memcmp(system->endpoint, name, size) == 0)) {
        system = system->next_by_name;
    }
    return system;
}

static bool is_imei(const char *imei)
{
    return strlen(imei) == IMEI_DIGITS && strspn(imei, "0123456789") == IMEI_DIGITS;
}

struct hlsim__av_system *hlsim__av_by_imei(const struct hlsim__airvantage *av, const char *imei)
{
    char endpoint[HLSIM__AV_ENDPOINT_SIZE];

    if (!is_imei(imei)) {
        return NULL;
    }
    snprintf(endpoint, sizeof endpoint, "%s%s", prefix, imei);
    return hlsim__av_by_endpoint(av, endpoint, strlen(endpoint));
}

/* An id begins with the system's place, so that no table is needed. */
struct hlsim__av_system *hlsim__av_by_location(const struct hlsim__airvantage *av,
                                               const char *location)
{
    struct hlsim__av_system *system;
    size_t index = 0;

    for (size_t i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = location[i] == '\0' ? NULL : strchr(digits, location[i]);

        if (digit == NULL) {
            return NULL;
        }
        index = index * 16 + (size_t)(digit - digits);
    }
    system = index < av->system_limit ? av->systems[index] : NULL;
    return system != NULL && strcmp(system->registration.location, location) == 0 ? system : NULL;
}

struct hlsim__av_system *hlsim__av_by_address(const struct hlsim__av_server *server,
                                              struct hlsim_address address)
{
    struct hlsim__av_system *system = server->by_address[hlsim__av_address_bucket(address)];

    while (system != NULL &&
           !hlsim_address_equal(system->contacts[server->role].address, address)) {
        system = system->contacts[server->role].next;
    }
    return system;
}

struct hlsim__av_system *hlsim__av_by_token(const struct hlsim__airvantage *av,
                                            const uint8_t *token, size_t size)
{
    for (size_t i = 0; size > 0 && i < av->system_limit; i++) {
        struct hlsim__av_system *system = av->systems[i];

        for (size_t watch = 0; system != NULL && watch < HLSIM__AV_WATCHES; watch++) {
            const struct hlsim__av_observation *observation = &system->device.observations[watch];

            if (observation->token_size == size && memcmp(observation->token, token, size) == 0) {
                return system;
            }
        }
    }
    return NULL;
}

/* --- Addresses ---------------------------------------------------------------------------- */

void hlsim__av_unbind(struct hlsim__av_system *system, enum hlsim__av_role role)
{
    struct hlsim__av_contact *contact = &system->contacts[role];
    struct hlsim__av_server *server = &system->av->servers[role];
    struct hlsim__av_system **link;

    if (!contact->bound) {
        return;
    }
    link = &server->by_address[hlsim__av_address_bucket(contact->address)];
    while (*link != system) {
        HLSIM_ASSERT(*link != NULL);
        link = &(*link)->contacts[role].next;
    }
    *link = contact->next;
    contact->next = NULL;
    contact->bound = false;
}

void hlsim__av_bind(struct hlsim__av_system *system, enum hlsim__av_role role,
                    struct hlsim_address address)
{
    struct hlsim__av_contact *contact = &system->contacts[role];
    struct hlsim__av_server *server = &system->av->servers[role];
    struct hlsim__av_system *other = hlsim__av_by_address(server, address);
    size_t bucket = hlsim__av_address_bucket(address);

    if (other == system) {
        return;
    }
    if (other != NULL) {
        hlsim__av_hang_up(other, role);
        hlsim__av_unbind(other, role);
    }
    hlsim__av_unbind(system, role);
    contact->address = address;
    contact->bound = true;
    contact->next = server->by_address[bucket];
    server->by_address[bucket] = system;
}

/* --- Adding and deleting ------------------------------------------------------------------ */

static void list(struct hlsim__av_system *system)
{
    struct hlsim__av_system **bucket =
        &system->av->by_name[name_bucket(system->endpoint, strlen(system->endpoint))];

    system->next_by_name = *bucket;
    *bucket = system;
}

static void unlist(struct hlsim__av_system *system)
{
    struct hlsim__av_system **link =
        &system->av->by_name[name_bucket(system->endpoint, strlen(system->endpoint))];

    while (*link != system) {
        HLSIM_ASSERT(*link != NULL);
        link = &(*link)->next_by_name;
    }
    *link = system->next_by_name;
}

int hlsim__airvantage_system_add(struct hlsim__airvantage *av, const char *imei, const char *serial)
{
    struct hlsim__av_system *system;
    size_t index = 0;

    if (!is_imei(imei) || strlen(serial) >= HLSIM__AV_SERIAL_SIZE) {
        return HLSIM_E_INVALID;
    }
    if (hlsim__av_by_imei(av, imei) != NULL) {
        return HLSIM_E_EXISTS;
    }
    if (av->system_count == HLSIM__SYSTEMS_MAX) {
        return HLSIM_E_LIMIT;
    }
    system = calloc(1, sizeof *system);
    if (system == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    if (av->system_count == av->system_limit) {
        index = av->system_limit++;
    }
    while (av->systems[index] != NULL) {
        index++;
    }
    av->systems[index] = system;
    av->system_count++;
    system->av = av;
    system->index = index;
    hlsim__av_registration_init(system);
    snprintf(system->endpoint, sizeof system->endpoint, "%s%s", prefix, imei);
    snprintf(system->serial, sizeof system->serial, "%s", serial);
    memcpy(system->own_imei, imei, sizeof system->own_imei);
    memcpy(system->own_serial, system->serial, sizeof system->own_serial);
    system->rng = hlsim__av_sub_stream(system, "system");
    system->rotation_rng = hlsim__av_sub_stream(system, "rotation");
    system->contacts[HLSIM__AV_BOOTSTRAP].rng = hlsim__av_sub_stream(system, "bootstrap");
    system->contacts[HLSIM__AV_DM].rng = hlsim__av_sub_stream(system, "dm");
    system->device.state = HLSIM__AV_UNKNOWN;
    system->device.result = HLSIM__AV_UNKNOWN;
    list(system);
    hlsim__av_emit_system(system, "registered", "added");
    return 0;
}

static void forget(struct hlsim__av_system *system)
{
    struct hlsim__airvantage *av = system->av;

    unlist(system);
    av->systems[system->index] = NULL;
    av->system_count--;
    av->deletions++;
    free(system);
}

/* The servers do not know any more where the device is. */
static void lose_touch(struct hlsim__av_system *system)
{
    for (int role = 0; role < HLSIM__AV_ROLES; role++) {
        hlsim__av_unbind(system, (enum hlsim__av_role)role);
        hlsim__av_disown(system, (enum hlsim__av_role)role);
    }
    hlsim__av_dialogues_leave(system);
}

int hlsim__airvantage_system_delete(struct hlsim__airvantage *av, const char *imei)
{
    struct hlsim__av_system *system = hlsim__av_by_imei(av, imei);

    if (system == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    hlsim__av_tasks_cancel(system, "system deleted");
    hlsim__av_tasks_forget(system);
    hlsim__av_registration_end(system);
    (void)hlsim__av_replace(system, HLSIM__AV_DM, "credentials revoked");
    lose_touch(system);
    hlsim__av_emit_system(system, "unknown", "deleted");
    forget(system);
    return 0;
}

void hlsim__av_systems_free(struct hlsim__airvantage *av)
{
    for (size_t i = 0; i < av->system_limit; i++) {
        free(av->systems[i]);
    }
}

/* --- The gateway: what the portal says of the device --------------------------------------- */

bool hlsim__av_gateway_is_right(const struct hlsim__av_system *system)
{
    return strcmp(hlsim__av_imei(system), system->own_imei) == 0 &&
           strcmp(system->serial, system->own_serial) == 0;
}

/* Whatever the portal calls it. */
static struct hlsim__av_system *find_device(const struct hlsim__airvantage *av,
                                            const char *own_imei)
{
    for (size_t i = 0; i < av->system_limit; i++) {
        if (av->systems[i] != NULL && strcmp(av->systems[i]->own_imei, own_imei) == 0) {
            return av->systems[i];
        }
    }
    return NULL;
}

/* The old gateway's registration is none of the new one's, and nor are its keys. */
static int set_gateway(struct hlsim__av_system *system, const char *imei, const char *serial)
{
    const struct hlsim__av_system *other = hlsim__av_by_imei(system->av, imei);

    if (!is_imei(imei) || strlen(serial) >= HLSIM__AV_SERIAL_SIZE) {
        return HLSIM_E_INVALID;
    }
    if (strcmp(imei, hlsim__av_imei(system)) == 0 && strcmp(serial, system->serial) == 0) {
        return HLSIM_E_STATE;
    }
    if (other != NULL && other != system) {
        return HLSIM_E_EXISTS;
    }
    (void)hlsim__av_replace(system, HLSIM__AV_DM, "credentials replaced");
    system->bootstrap_replaced = false;
    system->bootstrap_step = 0;
    hlsim__av_registration_end(system);
    lose_touch(system);
    unlist(system);
    snprintf(system->endpoint, sizeof system->endpoint, "%s%s", prefix, imei);
    memmove(system->serial, serial, strlen(serial) + 1);
    list(system);
    hlsim__av_emit_system(system, "registered",
                          hlsim__av_gateway_is_right(system) ? "gateway right" : "gateway changed");
    return 0;
}

int hlsim__airvantage_gateway_change(struct hlsim__airvantage *av, const char *own_imei,
                                     const char *imei, const char *serial)
{
    struct hlsim__av_system *system = find_device(av, own_imei);

    if (system == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    return set_gateway(system, imei != NULL ? imei : hlsim__av_imei(system),
                       serial != NULL ? serial : system->serial);
}

int hlsim__airvantage_gateway_restore(struct hlsim__airvantage *av, const char *own_imei)
{
    struct hlsim__av_system *system = find_device(av, own_imei);

    return system == NULL ? HLSIM_E_NOT_FOUND
                          : set_gateway(system, system->own_imei, system->own_serial);
}

/* --- What a system is given and what it does ---------------------------------------------- */

void hlsim__av_new_location(struct hlsim__av_system *system)
{
    uint64_t drawn = hlsim__rng_below(&system->rng, 1 << 24);

    _Static_assert(HLSIM__SYSTEMS_MAX <= 0x10000, "a place has four digits");
    snprintf(system->registration.location, sizeof system->registration.location, "%04x%06x",
             (unsigned)system->index & 0xffffU, (unsigned)drawn);
}

int hlsim__airvantage_set_firmware(struct hlsim__airvantage *av, const char *imei,
                                   const char *firmware)
{
    struct hlsim__av_system *system = hlsim__av_by_imei(av, imei);

    if (system == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    hlsim__av_printable(system->firmware, sizeof system->firmware, firmware, strlen(firmware));
    return 0;
}

bool hlsim__av_is_served(const struct hlsim__av_system *system)
{
    return system->lifecycle == HLSIM_LIFECYCLE_ACTIVE ||
           system->lifecycle == HLSIM_LIFECYCLE_TEST_READY;
}

int hlsim__airvantage_set_lifecycle(struct hlsim__airvantage *av, const char *imei,
                                    enum hlsim_lifecycle lifecycle)
{
    struct hlsim__av_system *system = hlsim__av_by_imei(av, imei);

    if (system == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    if (system->lifecycle == lifecycle) {
        return HLSIM_E_STATE;
    }
    system->lifecycle = lifecycle;
    if (!hlsim__av_is_served(system)) {
        hlsim__av_registration_end(system);
        hlsim__av_hang_up(system, HLSIM__AV_BOOTSTRAP);
        system->bootstrap_step = 0;
    }
    if (lifecycle == HLSIM_LIFECYCLE_RETIRED) {
        (void)hlsim__av_replace(system, HLSIM__AV_DM, "credentials revoked");
        hlsim__av_tasks_cancel(system, "system retired");
    }
    hlsim__av_emit_system(system, "registered", hlsim_lifecycle_name(lifecycle));
    return 0;
}

/* Of a system that is not served nothing is noted. */
void hlsim__av_seen(struct hlsim__av_system *system)
{
    if (!hlsim__av_is_served(system)) {
        return;
    }
    system->seen = true;
    system->last_seen = hlsim__av_now(system->av);
}

void hlsim__av_communicated(struct hlsim__av_system *system, const char *what)
{
    system->timeline++;
    system->latest = what;
    hlsim__av_emit_system(system, "registered", what);
}
