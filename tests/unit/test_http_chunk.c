/*
 * Bodies in chunks against RFC 7230 4.1, in one piece and in pieces of every size, and what is no
 * such body.
 */
#include "codec/http_chunk.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdio.h>
#include <string.h>

#define WIKI "4\r\nWiki\r\n5\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\n\r\n"

struct result {
    int error; /* 0: none */
    bool ended;
    size_t used;
    size_t size;
    char data[256];
};

/* Takes a body apart that comes in pieces of so many bytes. */
static struct result take(const char *text, size_t size, size_t piece)
{
    struct hlsim__http_chunks chunks = {0};
    struct result result = {0};

    while (result.used < size && result.error == 0 && !result.ended) {
        size_t left = size - result.used < piece ? size - result.used : piece;

        while (left > 0 && chunks.state != HLSIM__HTTP_CHUNK_END) {
            const uint8_t *bytes = (const uint8_t *)text + result.used;
            size_t data;
            int taken = hlsim__http_chunks_take(&chunks, bytes, left, &data);

            if (taken < 0) {
                result.error = taken;
                return result;
            }
            CU_ASSERT_TRUE_FATAL((size_t)taken <= left && data <= (size_t)taken && taken > 0);
            CU_ASSERT_TRUE_FATAL(result.size + data <= sizeof result.data);
            memcpy(result.data + result.size, bytes + ((size_t)taken - data), data);
            result.size += data;
            result.used += (size_t)taken;
            left -= (size_t)taken;
        }
        result.ended = chunks.state == HLSIM__HTTP_CHUNK_END;
    }
    return result;
}

static bool is(const struct result *result, const char *data)
{
    return result->error == 0 && result->ended && result->size == strlen(data) &&
           memcmp(result->data, data, result->size) == 0;
}

static void takes_chunks_in_pieces_of_every_size(void)
{
    for (size_t piece = 1; piece <= sizeof WIKI; piece++) {
        struct result result = take(WIKI, sizeof WIKI - 1, piece);

        CU_ASSERT_TRUE(is(&result, "Wikipedia in\r\n\r\nchunks."));
        CU_ASSERT_EQUAL(result.used, sizeof WIKI - 1);
    }
}

static void takes_extensions_trailers_and_large_letters(void)
{
    static const char text[] = "00a;name=\"v\"\r\n0123456789\r\n1 \r\nx\r\n0;last\r\n"
                               "Expires: never\r\nX:\r\n\r\nGET";

    for (size_t piece = 1; piece <= sizeof text; piece++) {
        struct result result = take(text, sizeof text - 1, piece);

        CU_ASSERT_TRUE(is(&result, "0123456789x"));
        CU_ASSERT_EQUAL(result.used, sizeof text - 1 - 3); /* What follows is another message. */
    }
}

static void an_end_that_is_missing_is_no_end(void)
{
    for (size_t size = 0; size < sizeof WIKI - 1; size++) {
        struct result result = take(WIKI, size, size + 1);

        CU_ASSERT_EQUAL(result.error, 0);
        CU_ASSERT_FALSE(result.ended);
    }
}

static void refuses_what_is_not_in_chunks(void)
{
    static const char *const texts[] = {
        "\r\n",
        ";x\r\n",
        " 4\r\nWiki\r\n",
        "-4\r\nWiki\r\n",
        "0x4\r\nWiki\r\n",
        "4\nWiki\n",
        "4\r\rWiki\r\n",
        "4\r\nWikip\r\n",
        "4\r\nWiki\n\n",
        "4;\x01\r\nWiki\r\n",
        "10000000000000000\r\nx",
        "0\r\n\nx",
        "0\r\na: b\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t piece = 1; piece < 4; piece++) {
            struct result result = take(texts[i], strlen(texts[i]), piece);

            CU_ASSERT_EQUAL(result.error, HLSIM_E_FORMAT);
        }
    }
}

/* The largest number there is is no reason to wait for so many bytes at once. */
static void takes_the_largest_size(void)
{
    static const char text[] = "ffffffffffffffff\r\nabc";
    struct result result = take(text, sizeof text - 1, sizeof text);

    CU_ASSERT_EQUAL(result.error, 0);
    CU_ASSERT_EQUAL(result.size, 3);
    CU_ASSERT_FALSE(result.ended);
}

static void lines_without_end_are_not_read_on(void)
{
    struct hlsim__http_chunks chunks = {0};
    size_t data;
    int taken = 0;
    int count = 0;

    CU_ASSERT_EQUAL(hlsim__http_chunks_take(&chunks, (const uint8_t *)"1;", 2, &data), 2);
    for (; taken >= 0 && count < 1000; count++) {
        taken = hlsim__http_chunks_take(&chunks, (const uint8_t *)"e", 1, &data);
    }
    CU_ASSERT_EQUAL(taken, HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(count, HLSIM__HTTP_CHUNK_LINE_MAX - 2 + 1);
    memset(&chunks, 0, sizeof chunks);
    CU_ASSERT_EQUAL(hlsim__http_chunks_take(&chunks, (const uint8_t *)"0\r\n", 3, &data), 3);
    for (taken = 0, count = 0; taken >= 0 && count < 1000; count++) {
        taken = hlsim__http_chunks_take(&chunks, (const uint8_t *)"a: b\r\n", 6, &data);
    }
    CU_ASSERT_EQUAL(taken, HLSIM_E_LIMIT);
    CU_ASSERT_TRUE(count * 6 > HLSIM__HTTP_TRAILER_SIZE_MAX && count < 1000);
}

static const struct suite_test tests[] = {
    SUITE_TEST(takes_chunks_in_pieces_of_every_size),
    SUITE_TEST(takes_extensions_trailers_and_large_letters),
    SUITE_TEST(an_end_that_is_missing_is_no_end),
    SUITE_TEST(refuses_what_is_not_in_chunks),
    SUITE_TEST(takes_the_largest_size),
    SUITE_TEST(lines_without_end_are_not_read_on),
};

int main(void)
{
    return suite_run("http chunk", tests, sizeof tests / sizeof *tests);
}
