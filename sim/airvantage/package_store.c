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

static const struct hlsim__av_package *latest(const struct hlsim__av_store *store)
{
    const struct hlsim__av_package *best = NULL;

    for (size_t i = 0; i < store->count; i++) {
        if (best == NULL || hlsim_version_compare(store->packages[i].to, best->to) > 0) {
            best = &store->packages[i];
        }
    }
    return best;
}

const struct hlsim__av_package *hlsim__av_package_find(const struct hlsim__av_store *store,
                                                       const char *id)
{
    const struct hlsim__av_package *package = hlsim__av_package_by_id(store, id, strlen(id));

    return package == NULL && strcmp(id, "latest") == 0 ? latest(store) : package;
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
    /* One whose header is damaged can be stored all the same: it fits any system. */
    if (hlsim_package_parse(stored->bytes, stored->size, &info) == 0) {
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

static size_t place(const struct hlsim__av_package *package, int64_t offset)
{
    return offset < 0 ? package->size / 2 : (size_t)offset;
}

/* Writes the damaged package to `copy`, which has room for as many bytes as the good one has. */
static int write_damaged(const struct hlsim__av_package *package, enum hlsim_package_break kind,
                         int64_t offset, uint8_t *copy)
{
    struct hlsim_package_info info;
    size_t size;
    int rc;

    if (kind == HLSIM_PACKAGE_BREAK_BIT_FLIP) {
        memcpy(copy, package->bytes, package->size);
        return hlsim_package_corrupt(copy, package->size, kind, place(package, offset));
    }
    rc = hlsim_package_parse(package->bytes, package->size, &info);
    if (rc == 0) {
        const struct hlsim_package_spec spec = {.from = info.from,
                                                .to = info.to,
                                                .model = info.model,
                                                .size = info.total_size,
                                                .breakage = kind,
                                                .seed = info.payload_crc};

        rc = hlsim_package_build(&spec, copy, package->size, &size);
    }
    return rc;
}

static int replace(struct hlsim__av_store *store, struct hlsim__av_package *package,
                   enum hlsim_package_break kind, int64_t offset)
{
    uint8_t *copy;
    int rc;

    if (store->damage_count == HLSIM__DAMAGES_MAX) {
        return HLSIM_E_LIMIT;
    }
    copy = malloc(package->size > 0 ? package->size : 1);
    if (copy == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    rc = write_damaged(package, kind, offset, copy);
    if (rc < 0) {
        free(copy);
        return rc;
    }
    store->damages[store->damage_count++] = copy;
    package->bytes = copy;
    return 0;
}

int hlsim__airvantage_package_corrupt(struct hlsim__airvantage *av, const char *id,
                                      enum hlsim_package_break kind, int64_t offset)
{
    struct hlsim__av_store *store = &av->store;
    const struct hlsim__av_package *found = NULL;
    struct hlsim__av_package *package;

    if (id != NULL) {
        found = hlsim__av_package_find(store, id);
    } else if (store->count == 1) {
        found = &store->packages[0];
    }
    if (found == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    package = &store->packages[found - store->packages];
    if (offset >= 0 && (uint64_t)offset >= package->size) {
        return HLSIM_E_RANGE;
    }
    switch (kind) {
    case HLSIM_PACKAGE_BREAK_TRUNCATE:
        package->size = place(package, offset);
        return 0;
    case HLSIM_PACKAGE_BREAK_BIT_FLIP:
    case HLSIM_PACKAGE_BREAK_WRONG_KEY:
    case HLSIM_PACKAGE_BREAK_WRONG_BASE:
        return replace(store, package, kind, offset);
    case HLSIM_PACKAGE_BREAK_NONE:
    case HLSIM_PACKAGE_BREAKS:
        break;
    }
    return HLSIM_E_INVALID;
}
