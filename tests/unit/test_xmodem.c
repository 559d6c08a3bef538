/*
 * The receiver of XMODEM, byte by byte and in one piece: what it answers, what it hands on. The
 * frames are written out here by the protocol's description, not by a sender of the project.
 */
#include "lib/suite.h"

#include "at/xmodem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOH 0x01
#define STX 0x02
#define EOT 0x04
#define CAN 0x18

struct wire {
    uint8_t bytes[32768];
    size_t size;
};

static void put(struct wire *wire, uint8_t byte)
{
    wire->bytes[wire->size++] = byte;
}

/* A block; `fault` is added to its sum. */
static void put_block(struct wire *wire, uint8_t number, size_t size, uint8_t first, uint8_t fault)
{
    uint8_t sum = 0;

    put(wire, size == 1024 ? STX : SOH);
    put(wire, number);
    put(wire, 255 - number);
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)(first + i);

        put(wire, byte);
        sum = (uint8_t)(sum + byte);
    }
    put(wire, (uint8_t)(sum + fault));
}

static void put_padding(struct wire *wire, uint8_t number, size_t size)
{
    uint8_t sum = 0;

    put(wire, size == 1024 ? STX : SOH);
    put(wire, number);
    put(wire, 255 - number);
    for (size_t i = 0; i < size; i++) {
        put(wire, 0x1a);
        sum = (uint8_t)(sum + 0x1a);
    }
    put(wire, sum);
}

struct receiver {
    struct hlsim__xmodem xmodem;
    char replies[256]; /* "A", "N", "C" one a byte */
    size_t received;
    uint8_t payload[32768];
};

static void open_receiver(struct receiver *receiver, uint32_t size)
{
    memset(receiver, 0, sizeof *receiver);
    hlsim__xmodem_init(&receiver->xmodem, size);
}

static void note(struct receiver *receiver, const struct hlsim__xmodem_step *step)
{
    size_t used = strlen(receiver->replies);

    if (step->payload_size > 0) {
        memcpy(receiver->payload + receiver->received, step->payload, step->payload_size);
        receiver->received += step->payload_size;
    }
    for (size_t i = 0; i < step->reply_size; i++) {
        uint8_t byte = step->reply[i];

        receiver->replies[used++] = byte == 0x06   ? 'A'
                                    : byte == 0x15 ? 'N'
                                    : byte == CAN  ? 'C'
                                                   : '?';
    }
}

static void feed(struct receiver *receiver, const struct wire *wire, size_t chunk)
{
    size_t at = 0;

    while (at < wire->size && !hlsim__xmodem_over(&receiver->xmodem)) {
        struct hlsim__xmodem_step step;
        size_t part = wire->size - at < chunk ? wire->size - at : chunk;

        at += hlsim__xmodem_take(&receiver->xmodem, wire->bytes + at, part, &step);
        note(receiver, &step);
    }
}

static void fall_silent(struct receiver *receiver)
{
    struct hlsim__xmodem_step step;

    hlsim__xmodem_silence(&receiver->xmodem, &step);
    note(receiver, &step);
}

/* The same for whole frames and for single bytes. */
static void check(const struct wire *wire, uint32_t size, const char *replies,
                  enum hlsim__xmodem_state state)
{
    static const size_t chunks[] = {SIZE_MAX, 1, 2, 3, 7, 128, 1000};
    struct receiver receiver;

    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        open_receiver(&receiver, size);
        feed(&receiver, wire, chunks[i]);
        CU_ASSERT_STRING_EQUAL(receiver.replies, replies);
        CU_ASSERT_EQUAL(receiver.xmodem.state, state);
        if (state == HLSIM__XMODEM_DONE) {
            CU_ASSERT_EQUAL(receiver.received, size);
        }
    }
}

static void takes_short_and_long_blocks_mixed(void)
{
    struct wire wire = {.size = 0};
    struct receiver receiver;

    put_block(&wire, 1, 1024, 0, 0);
    put_block(&wire, 2, 128, 0, 0);
    put_block(&wire, 3, 1024, 128, 0);
    put(&wire, EOT);
    check(&wire, 2100, "AAAA", HLSIM__XMODEM_DONE);
    open_receiver(&receiver, 2100);
    feed(&receiver, &wire, 13);
    for (size_t i = 0; i < 2100; i++) {
        CU_ASSERT_EQUAL_FATAL(receiver.payload[i], (uint8_t)i);
    }
}

static void asks_by_nak_until_a_block_begins(void)
{
    struct receiver receiver;
    struct wire wire = {.size = 0};

    open_receiver(&receiver, 128);
    fall_silent(&receiver);
    put(&wire, '\n'); /* behind the CR of the command */
    put(&wire, 'C');
    feed(&receiver, &wire, 1);
    CU_ASSERT_EQUAL(receiver.xmodem.state, HLSIM__XMODEM_WAITS_START);
    fall_silent(&receiver);
    wire.size = 0;
    put(&wire, SOH);
    feed(&receiver, &wire, 1);
    CU_ASSERT_EQUAL(receiver.xmodem.state, HLSIM__XMODEM_IN_BLOCK);
    CU_ASSERT_STRING_EQUAL(receiver.replies, "NN");
}

static void drops_a_repeated_block_and_acknowledges_it(void)
{
    struct wire wire = {.size = 0};

    put_block(&wire, 1, 128, 0, 0);
    put_block(&wire, 1, 128, 0, 0);
    put_block(&wire, 2, 128, 128, 0);
    put_block(&wire, 2, 128, 128, 0);
    put(&wire, EOT);
    check(&wire, 256, "AAAAA", HLSIM__XMODEM_DONE);
}

static void refuses_a_block_out_of_order(void)
{
    struct wire wire = {.size = 0};

    put_block(&wire, 1, 128, 0, 0);
    put_block(&wire, 3, 128, 0, 0);
    check(&wire, 512, "ACC", HLSIM__XMODEM_FAILED);
    wire.size = 0;
    put_block(&wire, 0, 128, 0, 0); /* YMODEM's name of the file */
    check(&wire, 512, "CC", HLSIM__XMODEM_FAILED);
}

static void asks_again_for_a_block_with_a_bad_sum(void)
{
    struct wire wire = {.size = 0};

    put_block(&wire, 1, 1024, 0, 1);
    put_block(&wire, 1, 1024, 0, 0);
    put(&wire, EOT);
    check(&wire, 1000, "NAA", HLSIM__XMODEM_DONE);
}

static void gives_up_after_ten_errors_in_a_row(void)
{
    struct wire wire = {.size = 0};

    for (int i = 0; i < 9; i++) {
        put_block(&wire, 1, 128, 0, 1);
    }
    put_block(&wire, 1, 128, 0, 0);
    for (int i = 0; i < 10; i++) {
        put_block(&wire, 2, 128, 0, 1);
    }
    check(&wire, 256, "NNNNNNNNNANNNNNNNNNCC", HLSIM__XMODEM_FAILED);
}

static void waits_out_a_frame_that_makes_no_sense(void)
{
    struct receiver receiver;
    struct wire wire = {.size = 0};

    open_receiver(&receiver, 256);
    put_block(&wire, 1, 128, 0, 0);
    put_block(&wire, 2, 128, 0, 0);
    wire.bytes[132] = 0x04; /* the second frame has lost its SOH and looks like an end */
    feed(&receiver, &wire, 5);
    CU_ASSERT_EQUAL(receiver.xmodem.state, HLSIM__XMODEM_PURGES);
    CU_ASSERT_STRING_EQUAL(receiver.replies, "A");
    fall_silent(&receiver);
    wire.size = 0;
    put_block(&wire, 2, 128, 0, 0);
    put(&wire, EOT);
    feed(&receiver, &wire, 5);
    CU_ASSERT_STRING_EQUAL(receiver.replies, "ANAA");
    CU_ASSERT_EQUAL(receiver.xmodem.state, HLSIM__XMODEM_DONE);
}

static void half_a_block_is_asked_for_again(void)
{
    struct receiver receiver;
    struct wire wire = {.size = 0};

    for (size_t cut = 1; cut < 132; cut++) {
        open_receiver(&receiver, 100);
        wire.size = 0;
        put_block(&wire, 1, 128, 0, 0);
        wire.size = cut;
        feed(&receiver, &wire, SIZE_MAX);
        CU_ASSERT_EQUAL(receiver.xmodem.state, HLSIM__XMODEM_IN_BLOCK);
        fall_silent(&receiver);
        wire.size = 0;
        put_block(&wire, 1, 128, 0, 0);
        put(&wire, EOT);
        feed(&receiver, &wire, SIZE_MAX);
        CU_ASSERT_STRING_EQUAL(receiver.replies, "NAA");
        CU_ASSERT_EQUAL(receiver.received, 100);
    }
}

static void numbers_go_from_255_to_0(void)
{
    struct receiver receiver;
    struct wire wire;

    open_receiver(&receiver, 300 * 128);
    for (unsigned block = 1; block <= 200; block++) {
        wire.size = 0;
        put_block(&wire, (uint8_t)block, 128, 0, 0);
        feed(&receiver, &wire, SIZE_MAX);
    }
    memset(receiver.replies, 0, sizeof receiver.replies);
    for (unsigned block = 201; block <= 300; block++) {
        wire.size = 0;
        receiver.received = 0;
        put_block(&wire, (uint8_t)block, 128, 0, 0);
        feed(&receiver, &wire, SIZE_MAX);
    }
    wire.size = 0;
    put(&wire, EOT);
    feed(&receiver, &wire, SIZE_MAX);
    CU_ASSERT_EQUAL(strlen(receiver.replies), 101);
    CU_ASSERT_EQUAL(receiver.xmodem.state, HLSIM__XMODEM_DONE);
}

static void one_block_of_padding_behind_the_end_is_tolerated(void)
{
    struct wire wire = {.size = 0};

    put_block(&wire, 1, 1024, 0, 0);
    put_padding(&wire, 2, 1024);
    put(&wire, EOT);
    check(&wire, 1024, "AAA", HLSIM__XMODEM_DONE);
    wire.size = 0;
    put_block(&wire, 1, 1024, 0, 0);
    put_padding(&wire, 2, 128);
    put_padding(&wire, 3, 128);
    check(&wire, 1024, "AACC", HLSIM__XMODEM_FAILED);
    wire.size = 0;
    put_block(&wire, 1, 1024, 0, 0);
    put_block(&wire, 2, 128, 0, 0);
    check(&wire, 1000, "ACC", HLSIM__XMODEM_FAILED);
}

static void an_end_that_comes_too_early_fails_at_its_repetition(void)
{
    struct receiver receiver;
    struct wire wire = {.size = 0};

    open_receiver(&receiver, 1000);
    put_block(&wire, 1, 128, 0, 0);
    put(&wire, EOT);
    feed(&receiver, &wire, SIZE_MAX);
    fall_silent(&receiver);
    CU_ASSERT_STRING_EQUAL(receiver.replies, "AN");
    wire.size = 0;
    put(&wire, EOT);
    feed(&receiver, &wire, SIZE_MAX);
    CU_ASSERT_STRING_EQUAL(receiver.replies, "ANCC");
    CU_ASSERT_EQUAL(receiver.xmodem.state, HLSIM__XMODEM_FAILED);
}

static void two_cancels_in_a_row_cancel(void)
{
    struct wire wire = {.size = 0};

    put_block(&wire, 1, 128, CAN, 0); /* as payload they mean nothing */
    put(&wire, CAN);
    put(&wire, CAN);
    check(&wire, 1000, "A", HLSIM__XMODEM_CANCELLED);
    wire.size = 0;
    put(&wire, CAN);
    put(&wire, CAN);
    check(&wire, 1000, "", HLSIM__XMODEM_CANCELLED);
    wire.size = 0;
    put_block(&wire, 1, 128, 0, 0);
    put(&wire, CAN);
    put_block(&wire, 2, 128, 0, 0);
    put(&wire, EOT);
    check(&wire, 256, "AAA", HLSIM__XMODEM_DONE);
}

static const struct suite_test tests[] = {
    SUITE_TEST(takes_short_and_long_blocks_mixed),
    SUITE_TEST(asks_by_nak_until_a_block_begins),
    SUITE_TEST(drops_a_repeated_block_and_acknowledges_it),
    SUITE_TEST(refuses_a_block_out_of_order),
    SUITE_TEST(asks_again_for_a_block_with_a_bad_sum),
    SUITE_TEST(gives_up_after_ten_errors_in_a_row),
    SUITE_TEST(waits_out_a_frame_that_makes_no_sense),
    SUITE_TEST(half_a_block_is_asked_for_again),
    SUITE_TEST(numbers_go_from_255_to_0),
    SUITE_TEST(one_block_of_padding_behind_the_end_is_tolerated),
    SUITE_TEST(an_end_that_comes_too_early_fails_at_its_repetition),
    SUITE_TEST(two_cancels_in_a_row_cancel),
};

int main(void)
{
    return suite_run("xmodem", tests, sizeof tests / sizeof *tests);
}
