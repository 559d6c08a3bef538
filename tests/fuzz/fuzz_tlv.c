/* TLV, level by level: no value reaches beyond its bytes, and an error stays one. */
#include "fuzz.h"

#include "codec/tlv.h"

#include <stdbool.h>

#define DEPTH_MAX 8

static void walk(const uint8_t *bytes, size_t size, int depth)
{
    struct hlsim__tlv_reader reader;
    struct hlsim__tlv entry;
    uint16_t object;
    uint16_t instance;
    int64_t number;
    bool boolean;
    int result;

    hlsim__tlv_reader_init(&reader, bytes, size);
    while ((result = hlsim__tlv_read(&reader, &entry)) == 1) {
        FUZZ_EXPECT(entry.size <= size);
        FUZZ_EXPECT(entry.value >= bytes && entry.value + entry.size <= bytes + size);
        (void)hlsim__tlv_int(&entry, &number);
        (void)hlsim__tlv_bool(&entry, &boolean);
        (void)hlsim__tlv_object_link(&entry, &object, &instance);
        if (depth < DEPTH_MAX) {
            walk(entry.value, entry.size, depth + 1);
        }
    }
    FUZZ_EXPECT(result <= 0 && (result == 0 || hlsim__tlv_read(&reader, &entry) == result));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    walk(bytes, size, 0);
    return 0;
}
