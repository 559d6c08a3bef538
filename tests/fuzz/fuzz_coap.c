/* A datagram: what parses is encoded again and parses to the same; nothing else is believed. */
#include "fuzz.h"

#include "codec/coap.h"

#include <string.h>

static void look(const struct hlsim__coap_message *message)
{
    static const uint16_t known[] = {1, 3, 11};
    struct hlsim__coap_block block;
    const char *value;
    char text[64];
    size_t size;
    uint32_t number;

    (void)hlsim__coap_code_text(message->code, text);
    for (uint16_t option = 0; option < 64; option++) {
        (void)hlsim__coap_option_uint(message, option, &number);
        (void)hlsim__coap_option_block(message, option, &block);
        (void)hlsim__coap_path_text(message, option, text, sizeof text);
        (void)hlsim__coap_path_is(message, option, "rd/5");
    }
    if (hlsim__coap_query_get(message, "ep", &value, &size) == 0) {
        FUZZ_EXPECT(size == 0 || value[size - 1] == value[size - 1]);
    }
    (void)hlsim__coap_unknown_critical(message, known, 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct hlsim__coap_message first;
    struct hlsim__coap_message second;
    enum hlsim__coap_type type;
    uint16_t id;
    uint8_t buffer[4096];
    int encoded;

    (void)hlsim__coap_peek(bytes, size, &type, &id);
    if (size > sizeof buffer / 2 || hlsim__coap_parse(bytes, size, &first) < 0) {
        return 0;
    }
    look(&first);
    encoded = hlsim__coap_encode(&first, buffer, sizeof buffer);
    FUZZ_EXPECT(encoded > 0);
    FUZZ_EXPECT(hlsim__coap_parse(buffer, (size_t)encoded, &second) == 0);
    FUZZ_EXPECT(first.code == second.code && first.message_id == second.message_id);
    FUZZ_EXPECT(first.option_count == second.option_count);
    FUZZ_EXPECT(first.payload_size == second.payload_size);
    FUZZ_EXPECT(first.payload_size == 0 ||
                memcmp(first.payload, second.payload, first.payload_size) == 0);
    return 0;
}
