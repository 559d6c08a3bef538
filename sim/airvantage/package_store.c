/*
 * The packages that AirVantage holds: found by id, replaced by damaged copies. The bytes of a
 * package never change: a damaged one is a copy, and all copies stay until the end, because a
 * transfer may still read them. Hands nothing out; that is http_server.c.
 */
#include "airvantage/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORE_IP 0xcb007103U /* 203.0.113.3, RFC 5737 */

/* What can stand in a URL's path without being encoded (RFC 3986 2.3). */
static bool is_id(const char *id)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";

    return id[0] != '\0' && id[strspn(id, unreserved)] == '\0';
}

const struct hlsim__av_package *hlsim__av_package_by_id(const struct hlsim__av_store *store,
                                                        const char *id, size_t size)
{
    for (size_t i = 0; i < store->count; i++) {
        const struct hlsim__av_package *package = &store->packages[i];

        if (strlen(package->id) == size && memcmp(package->id, id, size) == 0) {
            return package;
        }
    }
    return NULL;
}

bool hlsim__av_package_fits(const struct hlsim__av_package *package,
                            const struct hlsim__av_system *system)
{
    return package->from[0] == '\0' || system->firmware[0] == '\0' ||
           hlsim__av_firmware_is(system->firmware, package->from);
}

/* Of two packages to the same version the one that is fetched sooner. */
static bool is_better(const struct hlsim__av_package *package, const struct hlsim__av_package *best)
{
    int order = best == NULL ? 1 : hlsim_version_compare(package->to, best->to);

    return order > 0 || (order == 0 && package->size < best->size);
}

const struct hlsim__av_package *hlsim__av_package_latest(const struct hlsim__av_store *store,
                                                         const struct hlsim__av_system *system)
{
    const struct hlsim__av_package *best = NULL;
    char running[HLSIM__AV_FIRMWARE_SIZE];

    hlsim__av_version_of(system->firmware, running);
    for (size_t i = 0; i < store->count; i++) {
        const struct hlsim__av_package *package = &store->packages[i];

        if (hlsim__av_package_fits(package, system) &&
            hlsim_version_compare(package->to, running) > 0 && is_better(package, best)) {
            best = package;
        }
    }
    return best;
}

/* As file servers make it, of the size and how new the bytes are. */
static void set_tag(struct hlsim__av_package *package)
{
    snprintf(package->tag, sizeof package->tag, "\"%zx-%x\"", package->size, package->changes);
}

static int add(struct hlsim__av_store *store, const struct hlsim_stored_package *stored)
{
    struct hlsim__av_package *package = &store->packages[store->count];
    struct hlsim_package_info info;

    if (memchr(stored->id, '\0', sizeof stored->id) == NULL || !is_id(stored->id) ||
        hlsim__av_package_by_id(store, stored->id, strlen(stored->id)) != NULL) {
        return HLSIM_E_INVALID;
    }
    snprintf(package->id, sizeof package->id, "%s", stored->id);
    package->bytes = stored->bytes;
    package->size = stored->size;
    set_tag(package);
    if (stored->to[0] != '\0') {
        snprintf(package->from, sizeof package->from, "%s", stored->from);
        snprintf(package->to, sizeof package->to, "%s", stored->to);
    } else if (hlsim_package_parse(stored->bytes, stored->size, &info) == 0) {
        /* One whose header is damaged can be stored all the same: it fits any system. */
        snprintf(package->from, sizeof package->from, "%s", info.from);
        snprintf(package->to, sizeof package->to, "%s", info.to);
    }
    store->count++;
    return 0;
}

int hlsim__av_store_open(struct hlsim__airvantage *av, struct hlsim_network *network,
                         const struct hlsim_airvantage_config *config)
{
    struct hlsim__av_store *store = &av->store;
    int rc = 0;

    if (config->package_count > HLSIM_PACKAGES_MAX) {
        return HLSIM_E_LIMIT;
    }
    for (size_t i = 0; rc == 0 && i < config->package_count; i++) {
        rc = add(store, &config->packages[i]);
    }
    if (rc == 0) {
        rc = hlsim__endpoint_init(&store->endpoint, network, STORE_IP, "http");
    }
    if (rc == 0) {
        rc = hlsim__network_add_name(network, HLSIM__PACKAGES_HOST, STORE_IP);
    }
    if (rc == 0) {
        rc = hlsim__network_add_name(network, HLSIM__MIRROR_HOST, STORE_IP);
    }
    return rc == 0 ? hlsim__av_http_listen(av) : rc;
}

void hlsim__av_store_free(struct hlsim__av_store *store)
{
    hlsim__av_http_free(store);
    for (size_t i = 0; i < store->damage_count; i++) {
        free(store->damages[i]);
    }
}

/* --- Damage ------------------------------------------------------------------------------- */

/* `id` NULL: the only one. */
static struct hlsim__av_package *find(struct hlsim__av_store *store, const char *id)
{
    const struct hlsim__av_package *found = NULL;

    if (id != NULL) {
        found = hlsim__av_package_by_id(store, id, strlen(id));
    } else if (store->count == 1) {
        found = &store->packages[0];
    }
    return found == NULL ? NULL : &store->packages[found - store->packages];
}

int hlsim__airvantage_package_corrupt(struct hlsim__airvantage *av, const char *id,
                                      enum hlsim_package_break kind, int64_t offset)
{
    struct hlsim__av_store *store = &av->store;
    struct hlsim__av_package *package = find(store, id);
    uint8_t *copy;
    int rc;

    if (package == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    if (store->damage_count == HLSIM__DAMAGES_MAX) {
        return HLSIM_E_LIMIT;
    }
    copy = malloc(package->size > 0 ? package->size : 1);
    if (copy == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    memcpy(copy, package->bytes, package->size);
    rc = hlsim_package_corrupt(copy, &package->size, kind,
                               offset < 0 ? HLSIM_PACKAGE_MIDDLE : (size_t)offset);
    if (rc < 0) {
        free(copy);
        return rc;
    }
    store->damages[store->damage_count++] = copy;
    package->bytes = copy;
    package->changes++;
    set_tag(package);
    return 0;
}
