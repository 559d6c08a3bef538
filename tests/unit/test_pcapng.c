/*
 * Blocks of capture files and IPv4 packets against bytes written by hand from
 * draft-ietf-opsawg-pcapng, RFC 791, 768 and 9293.
 */
#include "codec/ip.h"
#include "codec/pcapng.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdbool.h>
#include <string.h>

static bool same(const uint8_t *bytes, int size, const char *expected, size_t expected_size)
{
    return size == (int)expected_size && memcmp(bytes, expected, expected_size) == 0;
}

#define SAME(bytes, size, expected) same((bytes), (size), (expected), sizeof(expected) - 1)

/* ---- Blocks ---- */

static void a_section_says_what_wrote_it(void)
{
    const struct hlsim__pcapng_section section = {
        .hardware = "HL78", .os = "s", .application = "hl78sim 1", .comment = "a, seed 7"};
    uint8_t bytes[256];

    CU_ASSERT_TRUE(SAME(bytes, hlsim__pcapng_section(&section, bytes, sizeof bytes),
                        "\x0a\x0d\x0d\x0a\x50\x00\x00\x00"
                        "\x4d\x3c\x2b\x1a\x01\x00\x00\x00"
                        "\xff\xff\xff\xff\xff\xff\xff\xff"
                        "\x02\x00\x04\x00HL78"
                        "\x03\x00\x01\x00s\0\0\0"
                        "\x04\x00\x09\x00hl78sim 1\0\0\0"
                        "\x01\x00\x09\x00"
                        "a, seed 7\0\0\0"
                        "\0\0\0\0\x50\x00\x00\x00"));
}

static void an_interface_counts_nanoseconds(void)
{
    const struct hlsim__pcapng_interface interface = {.link = HLSIM__PCAPNG_LINK_RAW,
                                                      .name = "modem"};
    uint8_t bytes[64];

    CU_ASSERT_TRUE(SAME(bytes, hlsim__pcapng_interface(&interface, bytes, sizeof bytes),
                        "\x01\x00\x00\x00\x2c\x00\x00\x00"
                        "\x65\x00\x00\x00\x00\x00\x00\x00"
                        "\x02\x00\x05\x00modem\0\0\0"
                        "\x09\x00\x01\x00\x09\0\0\0"
                        "\0\0\0\0\x2c\x00\x00\x00"));
}

static void a_packet_has_its_direction_and_comments(void)
{
    const struct hlsim__pcapng_packet packet = {.interface = 1,
                                                .at = UINT64_C(0x0102030405060708),
                                                .direction = HLSIM__PCAPNG_OUTBOUND,
                                                .bytes = (const uint8_t *)"hello",
                                                .size = 5,
                                                .comments = "one\0three\0"};
    uint8_t bytes[128];

    CU_ASSERT_TRUE(SAME(bytes, hlsim__pcapng_packet(&packet, bytes, sizeof bytes),
                        "\x06\x00\x00\x00\x48\x00\x00\x00"
                        "\x01\x00\x00\x00\x04\x03\x02\x01\x08\x07\x06\x05"
                        "\x05\x00\x00\x00\x05\x00\x00\x00hello\0\0\0"
                        "\x02\x00\x04\x00\x02\0\0\0"
                        "\x01\x00\x03\x00one\0"
                        "\x01\x00\x05\x00three\0\0\0"
                        "\0\0\0\0\x48\x00\x00\x00"));
}

static void a_plain_packet_has_no_options(void)
{
    const struct hlsim__pcapng_packet packet = {.bytes = (const uint8_t *)"four", .size = 4};
    uint8_t bytes[36];

    CU_ASSERT_TRUE(SAME(bytes, hlsim__pcapng_packet(&packet, bytes, sizeof bytes),
                        "\x06\x00\x00\x00\x24\x00\x00\x00"
                        "\0\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0\x04\0\0\0four\x24\0\0\0"));
    for (size_t capacity = 0; capacity < sizeof bytes; capacity++) {
        CU_ASSERT_EQUAL(hlsim__pcapng_packet(&packet, bytes, capacity), HLSIM_E_LIMIT);
    }
}

static void secrets_are_a_key_log(void)
{
    uint8_t bytes[64];

    CU_ASSERT_TRUE(
        SAME(bytes, hlsim__pcapng_secrets(HLSIM__PCAPNG_SECRETS_TLS, "K 0\n!", 5, bytes, 64),
             "\x0a\x00\x00\x00\x1c\x00\x00\x00KSLT\x05\x00\x00\x00K 0\n!\0\0\0\x1c\x00\x00\x00"));
}

/* ---- Packets ---- */

/* The sum over 16-bit words of right bytes, their checksum included, is 0xffff (RFC 1071 1). */
static uint16_t sum_of(const uint8_t *bytes, size_t size, uint32_t sum)
{
    for (size_t i = 0; i < size; i++) {
        sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)sum;
}

static bool checksums_are_right(const uint8_t *packet, size_t size)
{
    uint32_t pseudo = sum_of(packet + 12, 8, (uint32_t)(packet[9] + size - 20));

    return sum_of(packet, 20, 0) == 0xffff && sum_of(packet + 20, size - 20, pseudo) == 0xffff;
}

static const struct hlsim__ip_head head = {
    .from = {.ip = 0xc0a80001, .port = 0x1234}, .to = {.ip = 0xc0a800c7, .port = 53}, .ttl = 64};

/* The header with the checksum b861 that is shown wherever the algorithm is explained. */
static void a_datagram_has_both_checksums(void)
{
    static const char header[] = "\x45\x00\x00\x73\x00\x00\x40\x00\x40\x11\xb8\x61"
                                 "\xc0\xa8\x00\x01\xc0\xa8\x00\xc7\x12\x34\x00\x35\x00\x5f";
    uint8_t payload[87];
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    memset(payload, 0xa5, sizeof payload);
    CU_ASSERT_EQUAL(hlsim__ip_udp(&head, payload, sizeof payload, packet), 115);
    CU_ASSERT_EQUAL(memcmp(packet, header, sizeof header - 1), 0);
    CU_ASSERT_TRUE(checksums_are_right(packet, 115));
    CU_ASSERT_EQUAL(memcmp(packet + 28, payload, sizeof payload), 0);
}

/* RFC 768: a checksum that comes out as zero is sent as all ones, for zero says that there is none.
 */
static void a_datagram_never_says_that_it_has_no_checksum(void)
{
    uint8_t packet[HLSIM__IP_PACKET_MAX];
    uint8_t payload[2] = {0, 0};
    unsigned checksum;

    hlsim__ip_udp(&head, payload, 2, packet);
    checksum = (unsigned)(packet[26] << 8 | packet[27]);
    payload[0] = (uint8_t)(checksum >> 8);
    payload[1] = (uint8_t)checksum;
    hlsim__ip_udp(&head, payload, 2, packet);
    CU_ASSERT_EQUAL(packet[26], 0xff);
    CU_ASSERT_EQUAL(packet[27], 0xff);
}

static void a_segment_opens_with_its_options(void)
{
    const struct hlsim__tcp_head tcp = {.sequence = 0x01020304,
                                        .acknowledgement = 0x05060708,
                                        .flags = HLSIM__TCP_FLAG_SYN | HLSIM__TCP_FLAG_ACK,
                                        .window = 0xfaf0,
                                        .mss = 1358,
                                        .window_shift = 7};
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    CU_ASSERT_EQUAL(hlsim__ip_tcp(&head, &tcp, NULL, 0, packet), 48);
    CU_ASSERT_EQUAL(
        memcmp(packet + 20, "\x12\x34\x00\x35\x01\x02\x03\x04\x05\x06\x07\x08\x70\x12\xfa\xf0", 16),
        0);
    CU_ASSERT_EQUAL(memcmp(packet + 38, "\x00\x00\x02\x04\x05\x4e\x01\x03\x03\x07", 10), 0);
    CU_ASSERT_TRUE(checksums_are_right(packet, 48));
}

static void a_segment_of_odd_size_has_a_right_checksum(void)
{
    const struct hlsim__tcp_head tcp = {.flags = HLSIM__TCP_FLAG_ACK};
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    for (size_t size = 0; size < 10; size++) {
        CU_ASSERT_EQUAL(hlsim__ip_tcp(&head, &tcp, (const uint8_t *)"\xff\x01\xfe\x80\x7f\3\4\5\6",
                                      size, packet),
                        40 + size);
        CU_ASSERT_EQUAL(packet[32], 0x50);
        CU_ASSERT_TRUE(checksums_are_right(packet, 40 + size));
    }
}

static void a_nat_box_changes_an_address_and_the_time_to_live(void)
{
    const struct hlsim__ip_end public = {.ip = 0xc6336401, .port = 1024};
    uint8_t packet[HLSIM__IP_PACKET_MAX];
    size_t size = hlsim__ip_udp(&head, (const uint8_t *)"abc", 3, packet);

    hlsim__ip_translate(packet, size, public, head.to);
    CU_ASSERT_EQUAL(packet[8], 63);
    CU_ASSERT_EQUAL(memcmp(packet + 12, "\xc6\x33\x64\x01\xc0\xa8\x00\xc7\x04\x00\x00\x35", 12), 0);
    CU_ASSERT_EQUAL(memcmp(packet + 28, "abc", 3), 0);
    CU_ASSERT_TRUE(checksums_are_right(packet, size));
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_section_says_what_wrote_it),
    SUITE_TEST(an_interface_counts_nanoseconds),
    SUITE_TEST(a_packet_has_its_direction_and_comments),
    SUITE_TEST(a_plain_packet_has_no_options),
    SUITE_TEST(secrets_are_a_key_log),
    SUITE_TEST(a_datagram_has_both_checksums),
    SUITE_TEST(a_datagram_never_says_that_it_has_no_checksum),
    SUITE_TEST(a_segment_opens_with_its_options),
    SUITE_TEST(a_segment_of_odd_size_has_a_right_checksum),
    SUITE_TEST(a_nat_box_changes_an_address_and_the_time_to_live),
};

int main(void)
{
    return suite_run("pcapng", tests, sizeof tests / sizeof *tests);
}
