/*
 * What a session has received: a queue of bytes that lie together.
 */
#include "lib/suite.h"

#include "modem/socket_buffer.h"

#include <string.h>

static void what_comes_in_goes_out_in_order(void)
{
    struct hlsim__socket_buffer buffer = {0};
    uint32_t state = 1;
    uint8_t in = 0;
    uint8_t out = 0;

    for (int round = 0; round < 5000; round++) {
        uint8_t bytes[300];
        size_t size;

        state = state * 1664525u + 1013904223u;
        size = (state >> 16) % sizeof bytes;
        for (size_t i = 0; i < size; i++) {
            bytes[i] = in++;
        }
        CU_ASSERT_EQUAL(hlsim__socket_buffer_put(&buffer, bytes, size), 0);
        state = state * 1664525u + 1013904223u;
        size = (state >> 16) % (buffer.size + 1);
        for (size_t i = 0; i < size; i++) {
            CU_ASSERT_EQUAL(hlsim__socket_buffer_first(&buffer)[i], out++);
        }
        hlsim__socket_buffer_drop(&buffer, size);
    }
    CU_ASSERT_EQUAL((uint8_t)(in - out), (uint8_t)buffer.size);
    CU_ASSERT_TRUE(buffer.capacity < 65536);
    hlsim__socket_buffer_free(&buffer);
    CU_ASSERT_PTR_NULL(buffer.bytes);
    CU_ASSERT_EQUAL(buffer.size, 0);
}

static void nothing_takes_no_memory(void)
{
    struct hlsim__socket_buffer buffer = {0};

    CU_ASSERT_EQUAL(hlsim__socket_buffer_put(&buffer, (const uint8_t *)"", 0), 0);
    CU_ASSERT_PTR_NULL(buffer.bytes);
}

static const struct suite_test tests[] = {
    SUITE_TEST(what_comes_in_goes_out_in_order),
    SUITE_TEST(nothing_takes_no_memory),
};

int main(void)
{
    return suite_run("socket_buffer", tests, sizeof tests / sizeof *tests);
}
