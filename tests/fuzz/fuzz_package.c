/* A package: the verifier says the same of all at once and of pieces, and it believes no header
 * whose signature is not there. */
#include "fuzz.h"

#include <hl78sim/package.h>

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
    return hlsim_package_verifier_finish(&verifier);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct hlsim_package_info info;
    int whole = hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_MODULE);

    if (hlsim_package_parse(bytes, size, &info) == 0) {
        (void)hlsim_package_fits(&info, "4.4.14.0");
    }
    FUZZ_EXPECT(whole == verify(bytes, size, 1));
    FUZZ_EXPECT(whole == verify(bytes, size, 61));
    return 0;
}
