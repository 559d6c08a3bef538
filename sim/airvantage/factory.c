/*
 * What the bootstrap server was told when modules left the factory: the identity and the key of
 * each, whether or not anybody has registered it as a system. And the one question that DTLS asks:
 * whose key belongs to an identity.
 */
#include "airvantage/inside.h"

#include "base/checksum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hlsim__av_product **bucket_of(struct hlsim__airvantage *av, const char *identity,
                                            size_t size)
{
    return &av->products[hlsim__digest(identity, size) % HLSIM__AV_BUCKETS];
}

static const struct hlsim__av_product *find(struct hlsim__airvantage *av, const char *identity,
                                            size_t size)
{
    const struct hlsim__av_product *product = *bucket_of(av, identity, size);

    while (product != NULL &&
           !(strlen(product->identity) == size && memcmp(product->identity, identity, size) == 0)) {
        product = product->next;
    }
    return product;
}

int hlsim__airvantage_product_add(struct hlsim__airvantage *av, const char *imei,
                                  const char *identity, const uint8_t key[HLSIM__KEY_SIZE])
{
    struct hlsim__av_product **bucket = bucket_of(av, identity, strlen(identity));
    struct hlsim__av_product *product;

    if (strlen(identity) >= sizeof product->identity || strlen(imei) != HLSIM__AV_IMEI_SIZE - 1) {
        return HLSIM_E_INVALID;
    }
    if (find(av, identity, strlen(identity)) != NULL) {
        return HLSIM_E_EXISTS;
    }
    product = calloc(1, sizeof *product);
    if (product == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    snprintf(product->identity, sizeof product->identity, "%s", identity);
    snprintf(product->endpoint, sizeof product->endpoint, "urn:imei:%s", imei);
    memcpy(product->key, key, sizeof product->key);
    product->next = *bucket;
    *bucket = product;
    return 0;
}

void hlsim__av_products_free(struct hlsim__airvantage *av)
{
    for (size_t i = 0; i < HLSIM__AV_BUCKETS; i++) {
        while (av->products[i] != NULL) {
            struct hlsim__av_product *product = av->products[i];

            av->products[i] = product->next;
            free(product);
        }
    }
}

const char *hlsim__av_key_of(struct hlsim__airvantage *av, enum hlsim__av_role role,
                             const char *identity, size_t size, const uint8_t **ret_key)
{
    const struct hlsim__av_product *product;
    struct hlsim__av_system *system;

    if (role == HLSIM__AV_BOOTSTRAP) {
        product = find(av, identity, size);
        if (product == NULL) {
            return NULL;
        }
        system = hlsim__av_by_endpoint(av, product->endpoint, strlen(product->endpoint));
        if (system != NULL && !hlsim__av_holds(system, role)) {
            return NULL;
        }
        *ret_key = product->key;
        return product->endpoint;
    }
    /* The identity of the DM server's credentials is the end-point name. */
    system = hlsim__av_by_endpoint(av, identity, size);
    if (system == NULL || system->credentials.identity[0] == '\0') {
        return NULL;
    }
    (void)hlsim__av_holds(system, role); /* What is too old is replaced now. */
    *ret_key = system->credentials.key;
    return system->endpoint;
}
