/*
 * Captures of events made by hand: what is seen on which side of the NAT box, in which order, with
 * which comments. The blocks are read back here, with nothing of the encoder.
 */
#include <hl78sim/capture.h>
#include <hl78sim/error.h>

#include "core/stream.h"
#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND    INT64_C(1000000000)
#define EPOCH     INT64_C(1727769600)
#define BLOCKS    64
#define MODEM     "10.0.0.2:50000"
#define OUTSIDE   "198.51.100.1:1024"
#define SERVER    "203.0.113.2:5683"
#define WEB       "203.0.113.3:80"
#define FLAG_FIN  0x01
#define FLAG_SYN  0x02
#define FLAG_RST  0x04
#define FLAG_PSH  0x08
#define FLAG_ACK  0x10
#define DELAY     (SECOND / 10)
#define MAX_BYTES 100000

struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_capture *capture;
    uint8_t bytes[MAX_BYTES];
    size_t size;
    int error;      /* what writing returns */
    unsigned calls; /* after the error */
};

static int collect(void *user, const void *bytes, size_t size)
{
    struct bench *bench = user;

    if (bench->error < 0) {
        bench->calls++;
        return bench->error;
    }
    CU_ASSERT_TRUE_FATAL(size <= MAX_BYTES - bench->size);
    memcpy(bench->bytes + bench->size, bytes, size);
    bench->size += size;
    return 0;
}

static struct bench *open_bench(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct hlsim_network_config network;
    struct hlsim_capture_config config = {.write = collect,
                                          .user = bench,
                                          .network = &network,
                                          .scenario = "by hand",
                                          .profile = "HL7800-4.6.8.0",
                                          .version = "0.1.0",
                                          .seed = 7,
                                          .epoch = EPOCH};

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench);
    hlsim_network_config_default(&network);
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
    CU_ASSERT_EQUAL_FATAL(hlsim_capture_create(&bench->stream, &config, &bench->capture), 0);
    return bench;
}

static void close_bench(struct bench *bench)
{
    hlsim_capture_free(bench->capture);
    hlsim__sched_free(&bench->sched);
    free(bench);
}

static void at(struct bench *bench, int64_t time)
{
    hlsim__sched_advance(&bench->sched, time);
}

/* ---- Events ---- */

static uint64_t say(struct bench *bench, enum hlsim_event_kind kind, uint64_t cause,
                    const struct hlsim_field *fields, size_t count)
{
    uint64_t id;

    hlsim__stream_set_cause(&bench->stream, cause);
    id = hlsim__emit(&bench->stream, "network", kind, fields, count);
    hlsim__stream_set_cause(&bench->stream, 0);
    return id;
}

static uint64_t datagram(struct bench *bench, enum hlsim_event_kind kind, uint64_t cause,
                         const char *from, const char *to)
{
    const struct hlsim_field fields[] = {HLSIM_TEXT("from", from), HLSIM_TEXT("to", to),
                                         HLSIM_TEXT("protocol", "udp"),
                                         HLSIM_BYTES("payload", "data", 4)};

    return say(bench, kind, cause, fields, 4);
}

static void drop(struct bench *bench, uint64_t cause, const char *from, const char *to,
                 const char *why, int passed)
{
    const struct hlsim_field fields[] = {HLSIM_TEXT("from", from), HLSIM_TEXT("to", to),
                                         HLSIM_TEXT("protocol", "udp"), HLSIM_TEXT("why", why),
                                         HLSIM_INT("passed", passed)};

    say(bench, HLSIM_EVENT_NET_DROP, cause, fields, 5);
}

struct segment {
    const char *what;
    int64_t offset;
    size_t size;
};

static uint64_t segment(struct bench *bench, enum hlsim_event_kind kind, uint64_t cause,
                        const char *from, const char *to, struct segment segment)
{
    static const uint8_t zeros[1500];
    const struct hlsim_field fields[] = {HLSIM_TEXT("from", from),
                                         HLSIM_TEXT("to", to),
                                         HLSIM_TEXT("protocol", "tcp"),
                                         HLSIM_TEXT("what", segment.what),
                                         HLSIM_INT("stream", 1),
                                         HLSIM_INT("offset", segment.offset),
                                         HLSIM_BYTES("payload", zeros, segment.size)};

    return say(bench, kind, cause, fields, 7);
}

static void up(struct bench *bench, int64_t time, struct segment what)
{
    uint64_t id;

    at(bench, time);
    id = segment(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, WEB, what);
    at(bench, time + DELAY);
    segment(bench, HLSIM_EVENT_NET_RECEIVE, id, OUTSIDE, WEB, what);
}

static void down(struct bench *bench, int64_t time, struct segment what)
{
    uint64_t id;

    at(bench, time);
    id = segment(bench, HLSIM_EVENT_NET_SEND, 0, WEB, OUTSIDE, what);
    at(bench, time + DELAY);
    segment(bench, HLSIM_EVENT_NET_RECEIVE, id, WEB, MODEM, what);
}

/* ---- What was written ---- */

struct block {
    uint32_t type;
    uint32_t interface;
    int64_t at; /* since the epoch */
    const uint8_t *packet;
    uint32_t size;
    char comments[256]; /* with '|' behind each */
    unsigned from_port;
    unsigned to_port;
    uint32_t sequence;
    uint32_t acknowledgement;
    unsigned flags;
    bool invented;
};

static uint32_t le32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint32_t be32(const uint8_t *bytes)
{
    return bytes[3] | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[0] << 24;
}

static void read_comments(struct block *block, const uint8_t *options)
{
    unsigned code = options[0];
    unsigned size = options[2];

    while (code != 0) {
        if (code == 1) {
            strncat(block->comments, (const char *)options + 4, size);
            strcat(block->comments, "|");
        }
        options += 4 + (size + 3) / 4 * 4;
        code = options[0];
        size = options[2];
    }
}

static void read_packet(struct block *block, const uint8_t *bytes)
{
    uint64_t time = (uint64_t)le32(bytes + 12) << 32 | le32(bytes + 16);

    block->interface = le32(bytes + 8);
    block->at = (int64_t)time - EPOCH * SECOND;
    block->size = le32(bytes + 20);
    block->packet = bytes + 28;
    block->from_port = (unsigned)(block->packet[20] << 8 | block->packet[21]);
    block->to_port = (unsigned)(block->packet[22] << 8 | block->packet[23]);
    block->invented = block->packet[4] == 0 && block->packet[5] == 0;
    read_comments(block, bytes + 28 + (block->size + 3) / 4 * 4);
    if (block->packet[9] == 6) {
        block->sequence = be32(block->packet + 24);
        block->acknowledgement = be32(block->packet + 28);
        block->flags = block->packet[33];
    }
}

/* All blocks behind the head of the file; each is whole. */
static size_t read_blocks(const struct bench *bench, struct block blocks[BLOCKS])
{
    size_t count = 0;
    size_t number = 0;

    memset(blocks, 0, BLOCKS * sizeof *blocks);
    for (size_t place = 0; place < bench->size; number++) {
        const uint8_t *bytes = bench->bytes + place;
        uint32_t size = le32(bytes + 4);

        CU_ASSERT_TRUE_FATAL(size <= bench->size - place);
        CU_ASSERT_EQUAL_FATAL(le32(bytes + size - 4), size);
        CU_ASSERT_TRUE_FATAL(count < BLOCKS);
        if (number >= 3) {
            blocks[count].type = le32(bytes);
            if (blocks[count].type == 6) {
                read_packet(&blocks[count], bytes);
            }
            count++;
        }
        place += size;
    }
    CU_ASSERT_TRUE(number >= 3);
    return count;
}

static size_t end(struct bench *bench, struct block blocks[BLOCKS])
{
    CU_ASSERT_EQUAL(hlsim_capture_end(bench->capture), 0);
    return read_blocks(bench, blocks);
}

/* ---- Datagrams ---- */

static void a_datagram_is_seen_on_both_sides(void)
{
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    uint64_t id;

    at(bench, SECOND);
    id = datagram(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, SERVER);
    at(bench, 2 * SECOND);
    datagram(bench, HLSIM_EVENT_NET_RECEIVE, id, OUTSIDE, SERVER);
    id = datagram(bench, HLSIM_EVENT_NET_SEND, 0, SERVER, OUTSIDE);
    at(bench, 3 * SECOND);
    datagram(bench, HLSIM_EVENT_NET_RECEIVE, id, SERVER, MODEM);
    CU_ASSERT_EQUAL_FATAL(end(bench, blocks), 4);
    for (size_t i = 0; i < 4; i++) {
        bool out = i < 2;
        bool modem_side = i == 0 || i == 3;
        unsigned port = modem_side ? 50000 : 1024;

        CU_ASSERT_EQUAL(blocks[i].interface, modem_side ? 0 : 1);
        CU_ASSERT_EQUAL(out ? blocks[i].from_port : blocks[i].to_port, port);
        CU_ASSERT_EQUAL(out ? blocks[i].to_port : blocks[i].from_port, 5683);
        CU_ASSERT_EQUAL(blocks[i].packet[8], i % 2 == 0 ? 64 : 63);
        CU_ASSERT_EQUAL(blocks[i].packet[5], out ? 1 : 3); /* the id of its event */
        CU_ASSERT_EQUAL(memcmp(blocks[i].packet + 28, "data", 4), 0);
    }
    CU_ASSERT_EQUAL(blocks[0].at, SECOND);
    CU_ASSERT_EQUAL(blocks[1].at, 2 * SECOND);
    CU_ASSERT_EQUAL(blocks[3].at, 3 * SECOND);
    close_bench(bench);
}

static void what_the_radio_loses_is_on_one_side_and_says_why(void)
{
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];

    at(bench, SECOND);
    drop(bench, datagram(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, SERVER), MODEM, SERVER, "loss", 0);
    drop(bench, datagram(bench, HLSIM_EVENT_NET_SEND, 0, SERVER, OUTSIDE), SERVER, MODEM, "loss",
         0);
    CU_ASSERT_EQUAL_FATAL(end(bench, blocks), 2);
    CU_ASSERT_EQUAL(blocks[0].interface, 0);
    CU_ASSERT_EQUAL(blocks[1].interface, 1);
    CU_ASSERT_STRING_EQUAL(blocks[0].comments, "lost: loss|");
    CU_ASSERT_STRING_EQUAL(blocks[1].comments, "lost: loss|");
    close_bench(bench);
}

static void what_nobody_takes_is_on_both_sides(void)
{
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    uint64_t id;

    id = datagram(bench, HLSIM_EVENT_NET_SEND, 0, SERVER, OUTSIDE);
    at(bench, SECOND);
    drop(bench, id, SERVER, MODEM, "no socket", 1);
    CU_ASSERT_EQUAL_FATAL(end(bench, blocks), 2);
    CU_ASSERT_EQUAL(blocks[1].interface, 0);
    CU_ASSERT_EQUAL(blocks[1].to_port, 50000);
    CU_ASSERT_STRING_EQUAL(blocks[1].comments, "not taken: no socket|");
    close_bench(bench);
}

/* ---- Comments and secrets ---- */

static void indicate(struct bench *bench, uint64_t cause, int number, int value, int shown)
{
    const struct hlsim_field fields[] = {HLSIM_INT("number", number), HLSIM_INT("value", value),
                                         HLSIM_INT("shown", shown)};

    hlsim__stream_set_cause(&bench->stream, cause);
    hlsim__emit(&bench->stream, "modem:0", HLSIM_EVENT_INDICATION, fields, 3);
    hlsim__stream_set_cause(&bench->stream, 0);
}

static void a_packet_names_the_indications_that_it_raised(void)
{
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    uint64_t sent = datagram(bench, HLSIM_EVENT_NET_SEND, 0, SERVER, OUTSIDE);
    uint64_t came;

    at(bench, SECOND);
    came = datagram(bench, HLSIM_EVENT_NET_RECEIVE, sent, SERVER, MODEM);
    datagram(bench, HLSIM_EVENT_NET_SEND, came, MODEM, SERVER);
    indicate(bench, came, 23, 1, 1);
    indicate(bench, came, 9, 1464, 0);
    indicate(bench, 0, 4, 0, 1);
    at(bench, 2 * SECOND);
    indicate(bench, came, 18, 1, 1); /* too late: nothing is caused across time */
    CU_ASSERT_EQUAL_FATAL(end(bench, blocks), 3);
    CU_ASSERT_STRING_EQUAL(blocks[0].comments, "");
    CU_ASSERT_STRING_EQUAL(blocks[1].comments,
                           "modem:0: +WDSI: 23,1|modem:0: +WDSI: 9,1464 (masked)|");
    CU_ASSERT_STRING_EQUAL(blocks[2].comments, "");
    close_bench(bench);
}

/* More comments than there is room for leave out the last ones and nothing else. */
static void many_comments_do_no_harm(void)
{
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    uint64_t came;

    came = datagram(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, SERVER);
    for (int i = 0; i < 100; i++) {
        indicate(bench, came, 18, i, 1);
    }
    CU_ASSERT_EQUAL_FATAL(end(bench, blocks), 1);
    CU_ASSERT_EQUAL(strncmp(blocks[0].comments, "modem:0: +WDSI: 18,0|modem:0: +WDSI: 18,1|", 42),
                    0);
    close_bench(bench);
}

static void a_packet_is_held_back_until_its_time_is_over(void)
{
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];

    at(bench, SECOND);
    datagram(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, SERVER);
    CU_ASSERT_EQUAL(read_blocks(bench, blocks), 0);
    CU_ASSERT_EQUAL(hlsim_capture_settle(bench->capture, SECOND - 1), 0);
    CU_ASSERT_EQUAL(read_blocks(bench, blocks), 0);
    CU_ASSERT_EQUAL(hlsim_capture_settle(bench->capture, SECOND), 0);
    CU_ASSERT_EQUAL(read_blocks(bench, blocks), 1);
    close_bench(bench);
}

static void tell(struct bench *bench, uint8_t first)
{
    uint8_t random[32] = {first, 0xab};
    uint8_t master[48] = {0xcd};
    const struct hlsim_field fields[] = {HLSIM_BYTES("client_random", random, 32),
                                         HLSIM_BYTES("master", master, 48)};

    say(bench, HLSIM_EVENT_NET_SECRET, 0, fields, 2);
}

static void a_secret_comes_once_and_before_the_packets_of_its_time(void)
{
    static const char line[] = "CLIENT_RANDOM 01ab";
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];

    at(bench, SECOND);
    datagram(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, SERVER);
    tell(bench, 1);
    tell(bench, 1);
    at(bench, 2 * SECOND);
    tell(bench, 2);
    CU_ASSERT_EQUAL_FATAL(end(bench, blocks), 3);
    CU_ASSERT_EQUAL(blocks[0].type, 10);
    CU_ASSERT_EQUAL(blocks[1].type, 6);
    CU_ASSERT_EQUAL(blocks[2].type, 10);
    for (size_t i = 0; i + sizeof line <= bench->size; i++) {
        if (memcmp(bench->bytes + i, line, sizeof line - 1) == 0) {
            CU_ASSERT_EQUAL(bench->bytes[i + 14 + 64], ' ');
            CU_ASSERT_EQUAL(memcmp(bench->bytes + i + 14 + 65, "cd00", 4), 0);
            CU_ASSERT_EQUAL(bench->bytes[i + 14 + 64 + 1 + 96], '\n');
        }
    }
    close_bench(bench);
}

/* ---- Connections ---- */

/* On one side: flags, and where numbers stand behind the first ones. */
struct expected {
    unsigned flags;
    uint32_t sequence;
    uint32_t acknowledgement;
    bool up;
    bool invented;
};

static void check_side(const struct block *blocks, size_t count, uint32_t side,
                       const struct expected *expected, size_t expected_count)
{
    uint32_t first[2] = {0, 0};
    size_t seen = 0;

    for (size_t i = 0; i < count; i++) {
        const struct block *block = &blocks[i];
        bool upwards = block->to_port == 80;

        if (block->interface != side) {
            continue;
        }
        CU_ASSERT_TRUE_FATAL(seen < expected_count);
        if ((block->flags & FLAG_SYN) != 0) {
            first[upwards] = block->sequence;
        }
        CU_ASSERT_EQUAL(block->flags, expected[seen].flags);
        CU_ASSERT_EQUAL(upwards, expected[seen].up);
        CU_ASSERT_EQUAL(block->sequence - first[upwards], expected[seen].sequence);
        CU_ASSERT_EQUAL(block->invented, expected[seen].invented);
        if ((block->flags & FLAG_ACK) != 0) {
            CU_ASSERT_EQUAL(block->acknowledgement - first[!upwards],
                            expected[seen].acknowledgement);
        }
        seen++;
    }
    CU_ASSERT_EQUAL(seen, expected_count);
}

static void a_connection_reads_like_tcp(void)
{
    static const struct expected modem[] = {{FLAG_SYN, 0, 0, true, false},
                                            {FLAG_SYN | FLAG_ACK, 0, 1, false, false},
                                            {FLAG_ACK, 1, 1, true, true},
                                            {FLAG_PSH | FLAG_ACK, 1, 1, true, false},
                                            {FLAG_ACK, 1, 101, false, true},
                                            {FLAG_ACK, 1, 101, false, false},
                                            {FLAG_ACK, 101, 1359, true, true},
                                            {FLAG_FIN | FLAG_ACK, 1359, 101, false, false},
                                            {FLAG_FIN | FLAG_ACK, 101, 1360, true, true},
                                            {FLAG_ACK, 1360, 102, false, true}};
    static const struct expected public[] = {{FLAG_SYN, 0, 0, true, false},
                                             {FLAG_SYN | FLAG_ACK, 0, 1, false, false},
                                             {FLAG_ACK, 1, 1, true, true},
                                             {FLAG_PSH | FLAG_ACK, 1, 1, true, false},
                                             {FLAG_ACK, 1, 101, false, true},
                                             {FLAG_ACK, 1, 101, false, false},
                                             {FLAG_ACK, 101, 1359, true, true},
                                             {FLAG_FIN | FLAG_ACK, 1359, 101, false, false},
                                             {FLAG_FIN | FLAG_ACK, 101, 1360, true, true},
                                             {FLAG_ACK, 1360, 102, false, true}};
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    size_t count;

    up(bench, 1 * SECOND, (struct segment){"open", 0, 0});
    down(bench, 2 * SECOND, (struct segment){"open", 0, 0});
    up(bench, 3 * SECOND, (struct segment){"data", 0, 100});
    down(bench, 4 * SECOND, (struct segment){"data", 0, 1358});
    down(bench, 5 * SECOND, (struct segment){"close", 1358, 0});
    count = end(bench, blocks);
    check_side(blocks, count, 0, modem, sizeof modem / sizeof *modem);
    check_side(blocks, count, 1, public, sizeof public / sizeof *public);
    for (size_t i = 1; i < count; i++) {
        CU_ASSERT_TRUE(blocks[i].at >= blocks[i - 1].at);
    }
    close_bench(bench);
}

static void what_is_sent_at_once_carries_the_acknowledgement(void)
{
    static const struct expected modem[] = {{FLAG_SYN, 0, 0, true, false},
                                            {FLAG_SYN | FLAG_ACK, 0, 1, false, false},
                                            {FLAG_PSH | FLAG_ACK, 1, 1, true, false}};
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    size_t count;

    up(bench, 1 * SECOND, (struct segment){"open", 0, 0});
    down(bench, 2 * SECOND, (struct segment){"open", 0, 0});
    segment(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, WEB, (struct segment){"data", 0, 9});
    count = end(bench, blocks);
    check_side(blocks, count, 0, modem, sizeof modem / sizeof *modem);
    close_bench(bench);
}

static void a_repeated_segment_has_the_numbers_of_the_first(void)
{
    static const struct expected modem[] = {{FLAG_SYN, 0, 0, true, false},
                                            {FLAG_SYN, 0, 0, true, false},
                                            {FLAG_SYN | FLAG_ACK, 0, 1, false, false},
                                            {FLAG_ACK, 1, 1, true, true},
                                            {FLAG_PSH | FLAG_ACK, 1, 1, true, false},
                                            {FLAG_PSH | FLAG_ACK, 1, 1, true, false},
                                            {FLAG_ACK, 1, 6, false, true}};
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    uint64_t id;
    size_t count;

    at(bench, SECOND / 2);
    id = segment(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, WEB, (struct segment){"open", 0, 0});
    drop(bench, id, MODEM, WEB, "loss", 0);
    up(bench, 1 * SECOND, (struct segment){"open", 0, 0});
    down(bench, 2 * SECOND, (struct segment){"open", 0, 0});
    at(bench, 3 * SECOND);
    id = segment(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, WEB, (struct segment){"data", 0, 5});
    drop(bench, id, MODEM, WEB, "loss", 0);
    up(bench, 4 * SECOND, (struct segment){"data", 0, 5});
    count = end(bench, blocks);
    check_side(blocks, count, 0, modem, sizeof modem / sizeof *modem);
    close_bench(bench);
}

static void a_refused_connection_is_reset(void)
{
    static const struct expected public[] = {{FLAG_SYN, 0, 0, true, false},
                                             {FLAG_RST | FLAG_ACK, 0, 1, false, false}};
    struct bench *bench = open_bench();
    struct block blocks[BLOCKS];
    uint64_t id;
    size_t count;
    const struct hlsim_field refused[] = {HLSIM_TEXT("from", OUTSIDE), HLSIM_TEXT("to", WEB),
                                          HLSIM_TEXT("protocol", "tcp"),
                                          HLSIM_TEXT("why", "no socket"), HLSIM_INT("passed", 1)};

    at(bench, SECOND);
    id = segment(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, WEB, (struct segment){"open", 0, 0});
    at(bench, 2 * SECOND);
    say(bench, HLSIM_EVENT_NET_DROP, id, refused, 5);
    segment(bench, HLSIM_EVENT_NET_SEND, id, WEB, OUTSIDE, (struct segment){"reset", 0, 0});
    count = end(bench, blocks);
    check_side(blocks, count, 1, public, 2);
    close_bench(bench);
}

/* ---- The output ---- */

static void the_first_error_of_the_output_stays(void)
{
    struct bench *bench = open_bench();

    bench->error = HLSIM_E_IO;
    datagram(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, SERVER);
    CU_ASSERT_EQUAL(hlsim_capture_settle(bench->capture, 0), HLSIM_E_IO);
    datagram(bench, HLSIM_EVENT_NET_SEND, 0, MODEM, SERVER);
    CU_ASSERT_EQUAL(hlsim_capture_end(bench->capture), HLSIM_E_IO);
    CU_ASSERT_EQUAL(bench->calls, 1);
    close_bench(bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_datagram_is_seen_on_both_sides),
    SUITE_TEST(what_the_radio_loses_is_on_one_side_and_says_why),
    SUITE_TEST(what_nobody_takes_is_on_both_sides),
    SUITE_TEST(a_packet_names_the_indications_that_it_raised),
    SUITE_TEST(many_comments_do_no_harm),
    SUITE_TEST(a_packet_is_held_back_until_its_time_is_over),
    SUITE_TEST(a_secret_comes_once_and_before_the_packets_of_its_time),
    SUITE_TEST(a_connection_reads_like_tcp),
    SUITE_TEST(what_is_sent_at_once_carries_the_acknowledgement),
    SUITE_TEST(a_repeated_segment_has_the_numbers_of_the_first),
    SUITE_TEST(a_refused_connection_is_reset),
    SUITE_TEST(the_first_error_of_the_output_stays),
};

int main(void)
{
    return suite_run("capture", tests, sizeof tests / sizeof *tests);
}
