/*
 * Frames of 27.010's basic option. The frames written out below are those that manuals and other
 * implementations show.
 */
#include "codec/mux.h"

#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t sabm_0[] = {0xf9, 0x03, 0x3f, 0x01, 0x1c, 0xf9};
static const uint8_t ua_0[] = {0xf9, 0x03, 0x73, 0x01, 0xd7, 0xf9};
static const uint8_t sabm_1[] = {0xf9, 0x07, 0x3f, 0x01, 0xde, 0xf9};
static const uint8_t close_down[] = {0xf9, 0x03, 0xef, 0x05, 0xc3, 0x01, 0xf2, 0xf9};

/* What was read: "dlci/type/cr/pf/size " for each frame, bytes cut into pieces of `chunk`. */
struct log {
    char text[4096];
    uint64_t bad;
};

static void read_all(const uint8_t *bytes, size_t size, size_t chunk, struct log *log)
{
    struct hlsim__mux_reader *reader = calloc(1, sizeof *reader);

    memset(log, 0, sizeof *log);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    for (size_t at = 0; at < size; at += chunk) {
        size_t part = chunk < size - at ? chunk : size - at;
        size_t taken = 0;
        bool complete = true;

        while (complete) {
            struct hlsim__mux_frame frame;

            taken += hlsim__mux_read(reader, bytes + at + taken, part - taken, &frame, &complete);
            if (complete) {
                size_t used = strlen(log->text);

                snprintf(log->text + used, sizeof log->text - used, "%u/%02x/%d/%d/%u ", frame.dlci,
                         frame.type, frame.cr, frame.pf, (unsigned)frame.info_size);
            }
        }
        CU_ASSERT_EQUAL(taken, part);
    }
    log->bad = reader->bad;
    free(reader);
}

static void expect(const uint8_t *bytes, size_t size, const char *expected)
{
    for (size_t chunk = 1; chunk <= size; chunk++) {
        struct log log;

        read_all(bytes, size, chunk, &log);
        CU_ASSERT_STRING_EQUAL(log.text, expected);
    }
}

static size_t put(uint8_t *bytes, size_t size, const void *more, size_t more_size)
{
    memcpy(bytes + size, more, more_size);
    return size + more_size;
}

static void writes_what_others_write(void)
{
    static const uint8_t value[] = {0xc3, 0x01};
    const struct hlsim__mux_frame sabm = {
        .dlci = 0, .cr = true, .pf = true, .type = HLSIM__MUX_SABM};
    const struct hlsim__mux_frame ua = {.dlci = 0, .cr = true, .pf = true, .type = HLSIM__MUX_UA};
    const struct hlsim__mux_frame cld = {
        .cr = true, .type = HLSIM__MUX_UIH, .info = value, .info_size = sizeof value};
    uint8_t bytes[HLSIM__MUX_FRAME_MAX];

    CU_ASSERT_EQUAL(hlsim__mux_write(&sabm, bytes), sizeof sabm_0);
    CU_ASSERT_EQUAL(memcmp(bytes, sabm_0, sizeof sabm_0), 0);
    CU_ASSERT_EQUAL(hlsim__mux_write(&ua, bytes), sizeof ua_0);
    CU_ASSERT_EQUAL(memcmp(bytes, ua_0, sizeof ua_0), 0);
    CU_ASSERT_EQUAL(hlsim__mux_write(&cld, bytes), sizeof close_down);
    CU_ASSERT_EQUAL(memcmp(bytes, close_down, sizeof close_down), 0);
}

static void reads_frames_by_any_split_of_the_bytes(void)
{
    uint8_t bytes[64];
    size_t size = put(bytes, 0, sabm_0, sizeof sabm_0);

    size = put(bytes, size, sabm_1, sizeof sabm_1);
    size = put(bytes, size, close_down, sizeof close_down);
    expect(bytes, size, "0/2f/1/1/0 1/2f/1/1/0 0/ef/1/0/2 ");
}

static void frames_may_share_a_flag_or_have_many_between_them(void)
{
    uint8_t bytes[64];
    size_t size = put(bytes, 0, sabm_0, sizeof sabm_0);

    size = put(bytes, size, sabm_1 + 1, sizeof sabm_1 - 1);
    expect(bytes, size, "0/2f/1/1/0 1/2f/1/1/0 ");
    size = put(bytes, size, "\xf9\xf9\xf9\xf9", 4);
    size = put(bytes, size, close_down, sizeof close_down);
    expect(bytes, size, "0/2f/1/1/0 1/2f/1/1/0 0/ef/1/0/2 ");
}

static void what_is_no_frame_costs_none_behind_it(void)
{
    uint8_t bytes[128];
    size_t size = put(bytes, 0, "AT\rgarbage\x00\xff", 12);
    struct log log;

    size = put(bytes, size, sabm_0, sizeof sabm_0);
    /* A wrong checksum. */
    size = put(bytes, size, sabm_1, sizeof sabm_1);
    bytes[size - 2] ^= 0x10;
    size = put(bytes, size, sabm_1, sizeof sabm_1);
    /* Cut short. */
    size = put(bytes, size, close_down, 4);
    size = put(bytes, size, close_down, sizeof close_down);
    expect(bytes, size, "0/2f/1/1/0 1/2f/1/1/0 0/ef/1/0/2 ");
    read_all(bytes, size, 1, &log);
    CU_ASSERT_TRUE(log.bad >= 2);
}

static void a_damaged_length_costs_only_its_own_frame(void)
{
    uint8_t bytes[128];
    size_t size = put(bytes, 0, sabm_0, sizeof sabm_0);

    bytes[3] = 0x15; /* ten bytes more than there are */
    size = put(bytes, size, sabm_1, sizeof sabm_1);
    size = put(bytes, size, close_down, sizeof close_down);
    expect(bytes, size, "1/2f/1/1/0 0/ef/1/0/2 ");
}

static void a_length_beyond_every_limit_is_no_frame(void)
{
    uint8_t bytes[128] = {0xf9, 0x07, 0xef, 0xfe, 0xff};
    size_t size = put(bytes, 5, sabm_0, sizeof sabm_0);

    expect(bytes, size, "0/2f/1/1/0 ");
}

static void every_length_comes_back(void)
{
    static uint8_t info[HLSIM__MUX_INFO_MAX];
    static const size_t sizes[] = {0, 1, 31, 126, 127, 128, 129, 255, 256, 1508, 1509};
    static const uint8_t types[] = {HLSIM__MUX_UIH, HLSIM__MUX_UI};

    for (size_t i = 0; i < sizeof info; i++) {
        info[i] = (uint8_t)(i % 3 == 0 ? 0xf9 : i);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes * 2; i++) {
        const struct hlsim__mux_frame frame = {
            .dlci = 4, .type = types[i % 2], .info = info, .info_size = sizes[i / 2]};
        struct hlsim__mux_reader *reader = calloc(1, sizeof *reader);
        struct hlsim__mux_frame back;
        uint8_t bytes[HLSIM__MUX_FRAME_MAX];
        size_t size = hlsim__mux_write(&frame, bytes);
        bool complete = false;

        CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
        CU_ASSERT_EQUAL(hlsim__mux_read(reader, bytes, size, &back, &complete), size);
        CU_ASSERT_TRUE_FATAL(complete);
        CU_ASSERT_EQUAL(back.info_size, sizes[i / 2]);
        CU_ASSERT_EQUAL(memcmp(back.info, info, back.info_size), 0);
        free(reader);
    }
}

/* UI protects what it carries, UIH does not (27.010 5.2.1.6). */
static void a_bit_error_in_ui_is_found_and_in_uih_it_is_not(void)
{
    static const uint8_t types[] = {HLSIM__MUX_UIH, HLSIM__MUX_UI};

    for (size_t i = 0; i < 2; i++) {
        const struct hlsim__mux_frame frame = {
            .dlci = 2, .type = types[i], .info = (const uint8_t *)"hello", .info_size = 5};
        uint8_t bytes[HLSIM__MUX_FRAME_MAX];
        size_t size = hlsim__mux_write(&frame, bytes);
        struct log log;

        bytes[6] ^= 1;
        read_all(bytes, size, size, &log);
        CU_ASSERT_STRING_EQUAL(log.text, i == 0 ? "2/ef/0/0/5 " : "");
    }
}

static void messages_come_back_and_short_ones_are_none(void)
{
    static uint8_t value[300];
    uint8_t bytes[310];

    for (size_t size = 0; size <= sizeof value; size += 50) {
        const struct hlsim__mux_message message = {
            .type = HLSIM__MUX_TEST, .command = true, .value = value, .size = size};
        struct hlsim__mux_message back;
        size_t written = hlsim__mux_message_write(&message, bytes);

        CU_ASSERT_EQUAL(hlsim__mux_message_read(bytes, written, &back), written);
        CU_ASSERT_EQUAL(back.type, HLSIM__MUX_TEST);
        CU_ASSERT_TRUE(back.command);
        CU_ASSERT_EQUAL(back.size, size);
        CU_ASSERT_EQUAL(hlsim__mux_message_read(bytes, written - 1, &back), 0);
    }
    CU_ASSERT_EQUAL(hlsim__mux_message_write(
                        &(const struct hlsim__mux_message){
                            .type = HLSIM__MUX_CLD, .command = true, .value = value},
                        bytes),
                    2);
    CU_ASSERT_EQUAL(memcmp(bytes, "\xc3\x01", 2), 0);
}

int main(void)
{
    static const struct suite_test tests[] = {
        SUITE_TEST(writes_what_others_write),
        SUITE_TEST(reads_frames_by_any_split_of_the_bytes),
        SUITE_TEST(frames_may_share_a_flag_or_have_many_between_them),
        SUITE_TEST(what_is_no_frame_costs_none_behind_it),
        SUITE_TEST(a_damaged_length_costs_only_its_own_frame),
        SUITE_TEST(a_length_beyond_every_limit_is_no_frame),
        SUITE_TEST(every_length_comes_back),
        SUITE_TEST(a_bit_error_in_ui_is_found_and_in_uih_it_is_not),
        SUITE_TEST(messages_come_back_and_short_ones_are_none),
    };

    return suite_run("mux", tests, sizeof tests / sizeof *tests);
}
