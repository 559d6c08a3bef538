/*
 * Checks a package as it arrives. Does not know where the bytes come from or where they go.
 */
#include <hl78sim/package.h>

#include "base/assert.h"
#include "base/checksum.h"
#include "package/delta.h"
#include "package/verify.h"

#include <string.h>

static size_t smaller(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* The image inside must be the one that the package's header speaks of; bytes behind it are
 * nobody's.
 */
static int check_image(const struct hlsim_package_verifier *verifier)
{
    struct hlsim_image_info image;
    int result =
        hlsim_image_header_parse(verifier->image_header, sizeof verifier->image_header, &image);

    if (result < 0) {
        return result;
    }
    if (image.size > verifier->info.payload_size ||
        memcmp(image.version, verifier->info.to, sizeof image.version) != 0 ||
        memcmp(image.model, verifier->info.model, sizeof image.model) != 0) {
        return HLSIM_E_FORMAT;
    }
    return 0;
}

/* ---- Sums: computed, or known because the bytes are those of a known package ---- */

static void compute(struct hlsim_package_verifier *verifier, uint32_t offset, const uint8_t *bytes,
                    size_t size)
{
    size_t head =
        offset < HLSIM_PACKAGE_HEADER_SIZE ? smaller(size, HLSIM_PACKAGE_HEADER_SIZE - offset) : 0;

    hlsim__hash_add(&verifier->hash, bytes, size);
    verifier->payload_crc = hlsim__crc32(verifier->payload_crc, bytes + head, size - head);
}

static bool is_next_of(const struct hlsim_package_known *known, uint32_t offset,
                       const uint8_t *bytes, size_t size)
{
    return offset <= known->size && size <= known->size - offset &&
           memcmp(known->bytes + offset, bytes, size) == 0;
}

/* Adds the bytes to hash and CRC-32, in order; `verifier->received` are there already. */
static void add_to_sums(struct hlsim_package_verifier *verifier, const uint8_t *bytes, size_t size)
{
    const struct hlsim_package_known *alike = verifier->alike;

    for (size_t i = 0; verifier->received == 0 && i < verifier->known_count; i++) {
        if (is_next_of(&verifier->known[i], 0, bytes, size)) {
            verifier->alike = &verifier->known[i];
            return;
        }
    }
    if (alike != NULL && is_next_of(alike, verifier->received, bytes, size)) {
        return;
    }
    if (alike != NULL) {
        /* Here it differs: what was left out is made up for. */
        verifier->alike = NULL;
        compute(verifier, 0, alike->bytes, verifier->received);
    }
    compute(verifier, verifier->received, bytes, size);
}

static void finish_sums(struct hlsim_package_verifier *verifier, uint8_t *ret_digest)
{
    if (verifier->alike != NULL) {
        memcpy(ret_digest, verifier->alike->digest, HLSIM__DIGEST_SIZE);
        verifier->payload_crc = verifier->alike->payload_crc;
    } else {
        hlsim__hash_finish(&verifier->hash, ret_digest);
    }
}

int hlsim_package_know(const uint8_t *bytes, size_t size, struct hlsim_package_known *ret_known)
{
    struct hlsim_package_verifier verifier;
    struct hlsim_package_info info;
    int result = hlsim_package_parse(bytes, size, &info);

    if (result == 0 && info.total_size > size) {
        result = HLSIM_E_INCOMPLETE;
    }
    if (result < 0) {
        return result;
    }
    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    compute(&verifier, 0, bytes, info.total_size - HLSIM_PACKAGE_SIGNATURE_SIZE);
    *ret_known = (struct hlsim_package_known){
        .bytes = bytes, .size = size, .payload_crc = verifier.payload_crc};
    hlsim__hash_finish(&verifier.hash, ret_known->digest);
    return 0;
}

/* ---- Parts ---- */

static int take_header(struct hlsim_package_verifier *verifier, const uint8_t *bytes, size_t size)
{
    int result;

    memcpy(verifier->header + verifier->received, bytes, size);
    add_to_sums(verifier, bytes, size);
    if (verifier->received + size < HLSIM_PACKAGE_HEADER_SIZE) {
        return 0;
    }
    result = hlsim_package_parse(verifier->header, sizeof verifier->header, &verifier->info);
    hlsim__delta_check_init(&verifier->delta, verifier->info.payload_size);
    return result;
}

static int take_payload(struct hlsim_package_verifier *verifier, const uint8_t *bytes, size_t size)
{
    size_t offset = verifier->received - HLSIM_PACKAGE_HEADER_SIZE;

    add_to_sums(verifier, bytes, size);
    if (verifier->info.kind == HLSIM_PACKAGE_DELTA) {
        return hlsim__delta_check_take(&verifier->delta, bytes, size);
    }
    if (offset < HLSIM_IMAGE_HEADER_SIZE) {
        size_t piece = smaller(size, HLSIM_IMAGE_HEADER_SIZE - offset);

        memcpy(verifier->image_header + offset, bytes, piece);
        if (offset + piece == HLSIM_IMAGE_HEADER_SIZE) {
            return check_image(verifier);
        }
    }
    return 0;
}

/* Takes what belongs to the part that is due, and says how much that was. */
static int take(struct hlsim_package_verifier *verifier, const uint8_t *bytes, size_t size,
                size_t *ret_taken)
{
    size_t received = verifier->received;
    size_t payload_end = verifier->info.total_size - HLSIM_PACKAGE_SIGNATURE_SIZE;

    if (received < HLSIM_PACKAGE_HEADER_SIZE) {
        *ret_taken = smaller(size, HLSIM_PACKAGE_HEADER_SIZE - received);
        return take_header(verifier, bytes, *ret_taken);
    }
    if (received < payload_end) {
        *ret_taken = smaller(size, payload_end - received);
        return take_payload(verifier, bytes, *ret_taken);
    }
    *ret_taken = smaller(size, verifier->info.total_size - received);
    if (*ret_taken == 0) {
        return HLSIM_E_FORMAT;
    }
    memcpy(verifier->signature + (received - payload_end), bytes, *ret_taken);
    return 0;
}

void hlsim_package_verifier_init(struct hlsim_package_verifier *verifier,
                                 enum hlsim_package_key key)
{
    HLSIM_ASSERT((size_t)key < HLSIM_PACKAGE_KEYS);
    memset(verifier, 0, sizeof *verifier);
    verifier->key = key;
    hlsim__hash_start(&verifier->hash);
}

void hlsim_package_verifier_recall(struct hlsim_package_verifier *verifier,
                                   const struct hlsim_package_known *known, size_t count)
{
    HLSIM_ASSERT(verifier->received == 0);
    verifier->known = known;
    verifier->known_count = count;
}

int hlsim_package_verifier_update(struct hlsim_package_verifier *verifier, const void *bytes,
                                  size_t size)
{
    const uint8_t *from = bytes;

    while (size > 0 && verifier->error == 0) {
        size_t taken;

        verifier->error = take(verifier, from, size, &taken);
        verifier->received += (uint32_t)taken;
        from += taken;
        size -= taken;
    }
    return verifier->error;
}

int hlsim_package_verifier_finish(struct hlsim_package_verifier *verifier)
{
    uint8_t digest[HLSIM__DIGEST_SIZE];

    if (verifier->error != 0) {
        return verifier->error;
    }
    if (hlsim_package_verifier_info(verifier) == NULL ||
        verifier->received != verifier->info.total_size) {
        return HLSIM_E_FORMAT;
    }
    finish_sums(verifier, digest);
    if (verifier->payload_crc != verifier->info.payload_crc) {
        return HLSIM_E_CORRUPT;
    }
    if (verifier->info.kind == HLSIM_PACKAGE_DELTA) {
        int result = hlsim__delta_check_finish(&verifier->delta);

        if (result < 0) {
            return result;
        }
    }
    return hlsim__signature_check(verifier->key, digest, verifier->signature);
}

const struct hlsim_package_info *
hlsim_package_verifier_info(const struct hlsim_package_verifier *verifier)
{
    return verifier->info.total_size == 0 ? NULL : &verifier->info;
}

const struct hlsim_package_delta *
hlsim_package_verifier_delta(const struct hlsim_package_verifier *verifier)
{
    return verifier->info.kind == HLSIM_PACKAGE_DELTA &&
                   hlsim__delta_check_finish(&verifier->delta) == 0
               ? &verifier->delta.delta
               : NULL;
}

int hlsim_package_verify(const uint8_t *bytes, size_t size, enum hlsim_package_key key)
{
    struct hlsim_package_verifier verifier;

    hlsim_package_verifier_init(&verifier, key);
    (void)hlsim_package_verifier_update(&verifier, bytes, size);
    return hlsim_package_verifier_finish(&verifier);
}
