/* A package: the verifier says the same of all at once and of pieces, and it believes no header
 * whose signature is not there. What is made up fails at a sum or at the signature; so it is tried
 * once more with sizes, sums and signature put right, as somebody would who has the key. A delta
 * that is good then is applied, over a base that is as long as it asks for. */
#include "fuzz.h"

#include <hl78sim/package.h>

#include "base/checksum.h"
#include "base/le.h"
#include "package/delta.h"
#include "package/header.h"

#include <string.h>

/* docs/package-format.md */
#define AT_TOTAL_SIZE   12
#define AT_PAYLOAD_SIZE 16
#define AT_PAYLOAD_CRC  20
#define AT_HEADER_CRC   104
#define AT_IMAGE_CRC    68 /* of an image */

static int verify(const uint8_t *bytes, size_t size, size_t chunk)
{
    struct hlsim_package_verifier verifier;

    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    while (size > 0) {
        size_t part = size < chunk ? size : chunk;

        (void)hlsim_package_verifier_update(&verifier, bytes, part);
        (void)hlsim_package_verifier_info(&verifier);
        bytes += part;
        size -= part;
    }
    (void)hlsim_package_verifier_delta(&verifier);
    return hlsim_package_verifier_finish(&verifier);
}

static int judge(const uint8_t *bytes, size_t size)
{
    int whole = hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_MODULE);

    FUZZ_EXPECT(whole == verify(bytes, size, 1));
    FUZZ_EXPECT(whole == verify(bytes, size, 61));
    return whole;
}

/* ---- Applying ---- */

static int read_payload(void *user, uint32_t offset, void *ret_bytes, size_t size)
{
    const uint8_t *bytes = user;

    memcpy(ret_bytes, bytes + HLSIM_PACKAGE_HEADER_SIZE + offset, size);
    return 0;
}

static int read_base(void *user, uint32_t offset, void *ret_bytes, size_t size)
{
    (void)user;
    memset(ret_bytes, (int)(offset & 0xff), size);
    return 0;
}

static void apply(uint8_t *bytes, const struct hlsim_package_info *info)
{
    const struct hlsim__delta_source source = {
        .user = bytes, .payload = read_payload, .base = read_base};
    struct hlsim__delta delta;
    uint8_t sector[4096];
    uint32_t left;

    FUZZ_EXPECT(hlsim__delta_open(&delta, &source, info->payload_size) == 0);
    left = delta.info.image_size;
    while (left > 0) {
        size_t part = left < sizeof sector ? left : sizeof sector;

        FUZZ_EXPECT(hlsim__delta_read(&delta, sector, part) == 0);
        left -= (uint32_t)part;
    }
    FUZZ_EXPECT(hlsim__delta_read(&delta, sector, 1) == HLSIM_E_FORMAT);
}

/* ---- Putting right ---- */

static void sum(uint8_t *bytes, size_t offset)
{
    hlsim__le_put32(bytes + offset, hlsim__crc32(0, bytes, offset));
}

static void put_right(uint8_t *bytes, size_t size)
{
    size_t payload_size = size - HLSIM_PACKAGE_HEADER_SIZE - HLSIM_PACKAGE_SIGNATURE_SIZE;
    uint8_t *payload = bytes + HLSIM_PACKAGE_HEADER_SIZE;

    if (payload_size >= HLSIM_IMAGE_HEADER_SIZE && memcmp(payload, "HL78IMG", 8) == 0) {
        sum(payload, AT_IMAGE_CRC);
    }
    hlsim__le_put32(bytes + AT_TOTAL_SIZE, (uint32_t)size);
    hlsim__le_put32(bytes + AT_PAYLOAD_SIZE, (uint32_t)payload_size);
    hlsim__le_put32(bytes + AT_PAYLOAD_CRC, hlsim__crc32(0, payload, payload_size));
    sum(bytes, AT_HEADER_CRC);
}

static void try_put_right(const uint8_t *bytes, size_t size)
{
    struct hlsim_package_info info;
    uint8_t *copy = malloc(size);

    FUZZ_EXPECT(copy != NULL);
    memcpy(copy, bytes, size);
    put_right(copy, size);
    /* Signing is slow, and nothing for what is wrong otherwise. */
    if (judge(copy, size) == HLSIM_E_SIGNATURE) {
        FUZZ_EXPECT(hlsim__package_sign(copy, size, HLSIM_PACKAGE_KEY_MODULE) == 0);
        FUZZ_EXPECT(judge(copy, size) == 0);
        FUZZ_EXPECT(hlsim_package_parse(copy, size, &info) == 0);
        if (info.kind == HLSIM_PACKAGE_DELTA) {
            apply(copy, &info);
        }
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct hlsim_package_info info;

    (void)judge(bytes, size);
    if (hlsim_package_parse(bytes, size, &info) == 0) {
        (void)hlsim_package_fits(&info, "4.4.14.0");
    }
    if (size >= HLSIM_PACKAGE_HEADER_SIZE + HLSIM_PACKAGE_SIGNATURE_SIZE &&
        size <= HLSIM_PACKAGE_SIZE_MAX) {
        try_put_right(bytes, size);
    }
    return 0;
}
