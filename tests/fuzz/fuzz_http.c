/* HTTP heads: what parses is written again and parses to the same; a head that was cut is never
 * taken for whole. */
#include "fuzz.h"

#include "codec/http.h"

#include <hl78sim/error.h>

static void try_request(const char *text, size_t size)
{
    char written[2 * HLSIM__HTTP_HEAD_SIZE_MAX];
    struct hlsim__http_request request;
    struct hlsim__http_request again;
    int head = hlsim__http_parse_request(text, size, &request);
    int result;

    if (head < 0) {
        return;
    }
    FUZZ_EXPECT((size_t)head <= size);
    result = hlsim__http_parse_request(text, (size_t)head - 1, &again);
    FUZZ_EXPECT(result == HLSIM_E_INCOMPLETE);
    result = hlsim__http_write_request(&request, written, sizeof written);
    if (result > 0) {
        FUZZ_EXPECT(hlsim__http_parse_request(written, (size_t)result, &again) == result);
        FUZZ_EXPECT(again.has_range == request.has_range);
        FUZZ_EXPECT(again.fields.content_length == request.fields.content_length);
    }
}

static void try_response(const char *text, size_t size)
{
    char written[2 * HLSIM__HTTP_HEAD_SIZE_MAX];
    struct hlsim__http_response response;
    struct hlsim__http_response again;
    int head = hlsim__http_parse_response(text, size, &response);
    int result;

    if (head < 0) {
        return;
    }
    FUZZ_EXPECT((size_t)head <= size);
    result = hlsim__http_parse_response(text, (size_t)head - 1, &again);
    FUZZ_EXPECT(result == HLSIM_E_INCOMPLETE);
    result = hlsim__http_write_response(&response, written, sizeof written);
    if (result > 0) {
        FUZZ_EXPECT(hlsim__http_parse_response(written, (size_t)result, &again) == result);
        FUZZ_EXPECT(again.status == response.status);
        FUZZ_EXPECT(again.fields.content_length == response.fields.content_length);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    try_request((const char *)bytes, size);
    try_response((const char *)bytes, size);
    return 0;
}
