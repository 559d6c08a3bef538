/*
 * The engine's XMODEM sender alone, against a small receiver of the tests.
 */
#include "engine_receiver.h"
#include "lib/suite.h"
#include "xmodem_send.h"

#include <string.h>

#define NAK 0x15
#define CAN 0x18

struct transfer {
    struct hlhost__xmodem xmodem;
    struct receiver receiver;
    int64_t now_ms;
    uint32_t asked_last; /* the end of the data asked for last */
    bool unordered;      /* data was asked for backwards without a repetition */
};

static void begin(struct transfer *transfer, uint32_t size, uint16_t block_size)
{
    transfer->now_ms = 1000;
    receiver_begin(&transfer->receiver, size);
    hlhost__xmodem_begin(&transfer->xmodem, size, block_size, transfer->now_ms);
}

static void give_data(struct transfer *transfer)
{
    uint8_t data[HLHOST__PIECE_DATA];
    uint32_t offset = 0;
    uint32_t size = 0;

    if (transfer->xmodem.piece_size > 0 ||
        !hlhost__xmodem_wants(&transfer->xmodem, &offset, &size)) {
        return;
    }
    CU_ASSERT_TRUE_FATAL(size > 0 && size <= sizeof data);
    CU_ASSERT_TRUE_FATAL(offset + size <= transfer->xmodem.size);
    for (uint32_t i = 0; i < size; i++) {
        data[i] = receiver_byte(offset + i);
    }
    transfer->unordered |= offset > transfer->asked_last;
    transfer->asked_last = offset + size;
    hlhost__xmodem_data(&transfer->xmodem, data, size, transfer->now_ms);
}

/* A piece leaves, and the receiver's answer to it arrives. */
static void carry(struct transfer *transfer)
{
    uint8_t piece[sizeof transfer->xmodem.piece];
    size_t size = transfer->xmodem.piece_size;

    memcpy(piece, transfer->xmodem.piece, size);
    transfer->xmodem.piece_size = 0;
    for (size_t i = 0; i < size; i++) {
        receiver_take(&transfer->receiver, piece[i]);
    }
    size = transfer->receiver.out_size;
    transfer->receiver.out_size = 0;
    for (size_t i = 0; i < size; i++) {
        CU_ASSERT_TRUE(
            hlhost__xmodem_take(&transfer->xmodem, transfer->receiver.out[i], transfer->now_ms));
    }
}

/* Until nothing is under way but the receiver's last word, or the sender gives up. */
static void run(struct transfer *transfer)
{
    for (int turn = 0; turn < 1000000; turn++) {
        struct hlhost__xmodem *xmodem = &transfer->xmodem;

        hlhost__xmodem_run(xmodem, transfer->now_ms);
        give_data(transfer);
        if (xmodem->piece_size > 0) {
            carry(transfer);
        } else if (xmodem->state >= HLHOST__SENDING_ENDED) {
            return;
        } else {
            transfer->now_ms = xmodem->by_ms; /* nothing but time helps */
        }
    }
    CU_FAIL("the transfer does not end");
}

static void invite(struct transfer *transfer)
{
    (void)hlhost__xmodem_take(&transfer->xmodem, receiver_invitation(&transfer->receiver),
                              transfer->now_ms);
}

static void expect_whole(const struct transfer *transfer)
{
    CU_ASSERT_EQUAL(transfer->xmodem.state, HLHOST__SENDING_ENDED);
    CU_ASSERT_TRUE(transfer->receiver.ended);
    CU_ASSERT_EQUAL(transfer->receiver.wrong, 0);
    CU_ASSERT_TRUE(transfer->receiver.got >= transfer->receiver.size);
}

static void every_size_arrives_in_both_blocks_and_checks(void)
{
    static const uint32_t sizes[] = {1,    2,    127,  128,  129,  255,  256,    1023,   1024,
                                     1025, 1151, 1152, 2047, 2048, 2049, 262143, 262144, 300001};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int way = 0; way < 4; way++) {
            uint16_t block = (way & 1) != 0 ? 1024 : 128;
            struct transfer transfer = {.receiver.wants_crc = way >= 2};

            begin(&transfer, sizes[i], block);
            invite(&transfer);
            run(&transfer);
            expect_whole(&transfer);
            CU_ASSERT_FALSE(transfer.unordered);
            CU_ASSERT_EQUAL(transfer.receiver.blocks, (sizes[i] + block - 1) / block);
            CU_ASSERT_EQUAL(transfer.receiver.repeats, 0);
        }
    }
}

static void refused_block_is_sent_again(void)
{
    struct transfer transfer = {.receiver.nak_at = 2};

    begin(&transfer, 5000, 1024);
    invite(&transfer);
    run(&transfer);
    expect_whole(&transfer);
    CU_ASSERT_EQUAL(transfer.receiver.blocks, 5);
}

static void lost_answer_costs_a_repetition(void)
{
    struct transfer transfer = {.receiver.mute_at = 3};

    begin(&transfer, 5000, 1024);
    invite(&transfer);
    run(&transfer);
    expect_whole(&transfer);
    CU_ASSERT_EQUAL(transfer.receiver.repeats, 1);
}

static void end_is_said_again_when_refused(void)
{
    struct transfer transfer = {.receiver.eot_naks = 3};

    begin(&transfer, 100, 128);
    invite(&transfer);
    run(&transfer);
    expect_whole(&transfer);
}

static void receiver_may_cancel(void)
{
    struct transfer transfer = {.receiver.cancel_at = 2};

    begin(&transfer, 5000, 1024);
    invite(&transfer);
    run(&transfer);
    CU_ASSERT_EQUAL(transfer.xmodem.state, HLHOST__SENDING_CANCELED);
    CU_ASSERT_FALSE(transfer.receiver.ended);
}

static void one_cancel_is_none(void)
{
    struct transfer transfer = {.receiver.wants_crc = false};

    begin(&transfer, 300, 128);
    CU_ASSERT_TRUE(hlhost__xmodem_take(&transfer.xmodem, CAN, transfer.now_ms));
    invite(&transfer);
    CU_ASSERT_EQUAL(transfer.xmodem.state, HLHOST__SENDING_BLOCK);
    run(&transfer);
    expect_whole(&transfer);
}

static void refused_for_ever_is_given_up(void)
{
    struct transfer transfer = {.receiver.wants_crc = true};

    begin(&transfer, 300, 128);
    transfer.receiver.wants_crc = false; /* takes sums and gets none: every block is wrong */
    CU_ASSERT_FALSE(hlhost__xmodem_take(&transfer.xmodem, 'C', transfer.now_ms));
    run(&transfer);
    CU_ASSERT_EQUAL(transfer.xmodem.state, HLHOST__SENDING_CANCELS);
    CU_ASSERT_FALSE(transfer.receiver.ended);
}

static void no_invitation_is_given_up_with_cancels(void)
{
    struct transfer transfer = {.receiver.wants_crc = false};

    begin(&transfer, 300, 128);
    run(&transfer);
    CU_ASSERT_TRUE(transfer.receiver.canceled);
    CU_ASSERT_TRUE(transfer.now_ms >= 61000);
}

static void text_before_the_invitation_is_no_invitation(void)
{
    static const char text[] = "AT+WDSD=300\r\r\n+CME ERROR: 3\r\nCONNECT\r\n";
    struct transfer transfer = {.receiver.wants_crc = true};

    begin(&transfer, 300, 128);
    for (size_t i = 0; i < sizeof text - 1; i++) {
        CU_ASSERT_FALSE(hlhost__xmodem_take(&transfer.xmodem, (uint8_t)text[i], transfer.now_ms));
        hlhost__xmodem_run(&transfer.xmodem, transfer.now_ms);
    }
    CU_ASSERT_EQUAL(transfer.xmodem.state, HLHOST__SENDING_BEGINS);
    CU_ASSERT_FALSE(hlhost__xmodem_take(&transfer.xmodem, 'C', transfer.now_ms));
    CU_ASSERT_EQUAL(transfer.xmodem.state, HLHOST__SENDING_BEGINS); /* it may be a word yet */
    hlhost__xmodem_run(&transfer.xmodem, transfer.now_ms + 600);
    CU_ASSERT_EQUAL(transfer.xmodem.state, HLHOST__SENDING_BLOCK);
    CU_ASSERT_TRUE(transfer.xmodem.crc);
}

static void stale_invitations_amid_a_block_repeat_nothing(void)
{
    struct transfer transfer = {.receiver.wants_crc = false};

    begin(&transfer, 3000, 1024);
    invite(&transfer);
    give_data(&transfer);
    CU_ASSERT_TRUE(hlhost__xmodem_take(&transfer.xmodem, NAK, transfer.now_ms));
    CU_ASSERT_TRUE(hlhost__xmodem_take(&transfer.xmodem, NAK, transfer.now_ms));
    run(&transfer);
    expect_whole(&transfer);
    CU_ASSERT_EQUAL(transfer.receiver.repeats, 0);
}

/* An invitation that was on its way when the first block left asks for it twice. */
static void stale_invitation_behind_a_block_is_survived(void)
{
    struct transfer transfer = {.receiver.wants_crc = false};

    begin(&transfer, 600, 128);
    invite(&transfer);
    give_data(&transfer);
    for (size_t i = 0; i < transfer.xmodem.piece_size; i++) {
        receiver_take(&transfer.receiver, transfer.xmodem.piece[i]);
    }
    transfer.xmodem.piece_size = 0;
    (void)hlhost__xmodem_take(&transfer.xmodem, NAK, transfer.now_ms);
    run(&transfer);
    expect_whole(&transfer);
    CU_ASSERT_EQUAL(transfer.receiver.repeats, 1);
}

static const struct suite_test tests[] = {
    SUITE_TEST(every_size_arrives_in_both_blocks_and_checks),
    SUITE_TEST(refused_block_is_sent_again),
    SUITE_TEST(lost_answer_costs_a_repetition),
    SUITE_TEST(end_is_said_again_when_refused),
    SUITE_TEST(receiver_may_cancel),
    SUITE_TEST(one_cancel_is_none),
    SUITE_TEST(refused_for_ever_is_given_up),
    SUITE_TEST(no_invitation_is_given_up_with_cancels),
    SUITE_TEST(text_before_the_invitation_is_no_invitation),
    SUITE_TEST(stale_invitations_amid_a_block_repeat_nothing),
    SUITE_TEST(stale_invitation_behind_a_block_is_survived),
};

int main(void)
{
    return suite_run("engine xmodem", tests, sizeof tests / sizeof *tests);
}
