/* HTTP heads: what parses is written again and parses to the same; a head that was cut is never
 * taken for whole. Bodies in chunks are the same in one piece and byte by byte. References lead to
 * URLs that fit. */
#include "fuzz.h"

#include "codec/http.h"
#include "codec/http_chunk.h"
#include "codec/url.h"

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

/* How many bytes of data there are in pieces of that size; negative: the error. */
static long count_data(const uint8_t *bytes, size_t size, size_t piece)
{
    struct hlsim__http_chunks chunks = {0};
    long total = 0;

    for (size_t at = 0; at < size && chunks.state != HLSIM__HTTP_CHUNK_END;) {
        size_t left = size - at < piece ? size - at : piece;
        size_t data;
        int taken = hlsim__http_chunks_take(&chunks, bytes + at, left, &data);

        if (taken < 0) {
            return taken;
        }
        FUZZ_EXPECT(taken > 0 && (size_t)taken <= left && data <= (size_t)taken);
        at += (size_t)taken;
        total += (long)data;
    }
    return total;
}

static void try_reference(const char *text, size_t size)
{
    static const char base[] = "http://h.example:8080/a/b;c?d";
    char url[64];
    int result = hlsim__url_resolve(base, text, size, url, sizeof url);
    struct hlsim__url parts;

    FUZZ_EXPECT(result == HLSIM_E_FULL || (result >= 0 && (size_t)result < sizeof url));
    if (result >= 0) {
        FUZZ_EXPECT(url[result] == '\0');
        (void)hlsim__url_split(url, (size_t)result, &parts);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    try_request((const char *)bytes, size);
    try_response((const char *)bytes, size);
    FUZZ_EXPECT(count_data(bytes, size, size) == count_data(bytes, size, 1));
    try_reference((const char *)bytes, size);
    return 0;
}
