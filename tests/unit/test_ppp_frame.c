/*
 * Frames of RFC 1662 and packets of PPP's control protocols, against examples of the RFCs' rules,
 * cut anywhere, and against what is none.
 */
#include "codec/dns.h"
#include "codec/ip_read.h"
#include "codec/ppp.h"
#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdlib.h>
#include <string.h>

/* A Configure-Request of a module as pppd's log has such a thing, with everything escaped that is
 * below 0x20; the checksum was computed by another program, bit by bit. */
static const uint8_t request[] = {0x7e, 0xff, 0x7d, 0x23, 0xc0, 0x21, 0x7d, 0x21, 0x7d,
                                  0x21, 0x7d, 0x20, 0x7d, 0x28, 0x7d, 0x27, 0x7d, 0x22,
                                  0x7d, 0x28, 0x7d, 0x22, 0x99, 0xd3, 0x7e};
static const uint8_t request_packet[] = {1, 1, 0, 8, 7, 2, 8, 2};

static void a_frame_is_as_rfc_1662_says(void)
{
    const struct hlsim__ppp_framing framing = HLSIM__PPP_FRAMING_DEFAULT;
    uint8_t frame[HLSIM__PPP_FRAME_MAX];
    struct hlsim__ppp_receiver receiver = {0};
    struct hlsim__ppp_packet packet;
    bool complete;
    size_t size =
        hlsim__ppp_frame(&framing, HLSIM__PPP_LCP, request_packet, sizeof request_packet, frame);

    CU_ASSERT_EQUAL(size, sizeof request);
    CU_ASSERT_EQUAL(memcmp(frame, request, size), 0);
    CU_ASSERT_EQUAL(hlsim__ppp_receive(&receiver, frame, size, &packet, &complete), size);
    CU_ASSERT_TRUE_FATAL(complete);
    CU_ASSERT_EQUAL(packet.flaw, HLSIM__PPP_GOOD);
    CU_ASSERT_EQUAL(packet.protocol, HLSIM__PPP_LCP);
    CU_ASSERT_EQUAL(packet.size, sizeof request_packet);
    CU_ASSERT_EQUAL(memcmp(packet.bytes, request_packet, packet.size), 0);
}

/* Every way of framing, every byte, every cut. */
static void what_is_framed_is_read_back(void)
{
    uint8_t payload[256];

    for (size_t i = 0; i < sizeof payload; i++) {
        payload[i] = (uint8_t)i;
    }
    for (unsigned way = 0; way < 8; way++) {
        const struct hlsim__ppp_framing framing = {.accm = (way & 1) != 0 ? UINT32_MAX : 0,
                                                   .short_protocol = (way & 2) != 0,
                                                   .no_address = (way & 4) != 0};
        uint8_t frame[HLSIM__PPP_FRAME_MAX];
        size_t size = hlsim__ppp_frame(&framing, HLSIM__PPP_IP, payload, sizeof payload, frame);

        for (size_t cut = 1; cut < size; cut++) {
            struct hlsim__ppp_receiver receiver = {0};
            struct hlsim__ppp_packet packet;
            bool complete;

            CU_ASSERT_EQUAL(hlsim__ppp_receive(&receiver, frame, cut, &packet, &complete), cut);
            CU_ASSERT_FALSE_FATAL(complete);
            hlsim__ppp_receive(&receiver, frame + cut, size - cut, &packet, &complete);
            CU_ASSERT_TRUE_FATAL(complete);
            CU_ASSERT_EQUAL_FATAL(packet.flaw, HLSIM__PPP_GOOD);
            CU_ASSERT_EQUAL(packet.protocol, HLSIM__PPP_IP);
            CU_ASSERT_EQUAL_FATAL(packet.size, sizeof payload);
            CU_ASSERT_EQUAL(memcmp(packet.bytes, payload, sizeof payload), 0);
        }
    }
}

static enum hlsim__ppp_flaw flaw_of(const uint8_t *bytes, size_t size)
{
    struct hlsim__ppp_receiver *receiver = calloc(1, sizeof *receiver);
    struct hlsim__ppp_packet packet;
    enum hlsim__ppp_flaw flaw;
    bool complete;

    CU_ASSERT_PTR_NOT_NULL_FATAL(receiver);
    CU_ASSERT_EQUAL(hlsim__ppp_receive(receiver, bytes, size, &packet, &complete), size);
    CU_ASSERT_TRUE(complete);
    flaw = packet.flaw;
    free(receiver);
    return flaw;
}

static void bad_frames_are_named(void)
{
    static const uint8_t brief[] = {0x7e, 0xc0, 0x21, 0x7e};
    static const uint8_t aborted[] = {0x7e, 0xff, 0x03, 0xc0, 0x21, 0x7d, 0x7e};
    static const uint8_t even[] = {0, 2, 0};
    const struct hlsim__ppp_framing bare = {.no_address = true};
    uint8_t bytes[2 * HLSIM__PPP_FRAME_MAX];
    size_t size;

    CU_ASSERT_EQUAL(flaw_of(brief, sizeof brief), HLSIM__PPP_SHORT);
    CU_ASSERT_EQUAL(flaw_of(aborted, sizeof aborted), HLSIM__PPP_ABORTED);
    memcpy(bytes, request, sizeof request);
    bytes[8] ^= 1;
    CU_ASSERT_EQUAL(flaw_of(bytes, sizeof request), HLSIM__PPP_CHECKSUM);
    memset(bytes, 'U', sizeof bytes);
    bytes[0] = bytes[sizeof bytes - 1] = 0x7e;
    CU_ASSERT_EQUAL(flaw_of(bytes, sizeof bytes), HLSIM__PPP_LONG);
    size = hlsim__ppp_frame(&bare, 0x0200, even, sizeof even, bytes);
    CU_ASSERT_EQUAL(flaw_of(bytes, size), HLSIM__PPP_PROTOCOL);
}

/* A frame of these bytes, whatever they are: the checksum bit by bit (RFC 1662 C.1). */
static size_t frame_raw(const uint8_t *bytes, size_t size, uint8_t *frame)
{
    uint16_t fcs = 0xffff;

    for (size_t i = 0; i < size; i++) {
        fcs ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            fcs = (uint16_t)((fcs & 1) != 0 ? fcs >> 1 ^ 0x8408 : fcs >> 1);
        }
    }
    frame[0] = 0x7e;
    memcpy(frame + 1, bytes, size);
    for (size_t i = 0; i < 2; i++) {
        uint8_t byte = (uint8_t)(~fcs >> 8 * i);

        CU_ASSERT_TRUE_FATAL(byte != 0x7d && byte != 0x7e);
        frame[1 + size + i] = byte;
    }
    frame[3 + size] = 0x7e;
    return size + 4;
}

/* What the header leaves out is no room for a larger packet. */
static void no_packet_is_larger_than_the_mru(void)
{
    uint8_t bytes[HLSIM__PPP_RAW_MAX] = {0};
    uint8_t frame[HLSIM__PPP_FRAME_MAX];

    for (size_t more = 0; more <= 3; more++) {
        memset(bytes, 'U', sizeof bytes);
        bytes[0] = 0x21;
        CU_ASSERT_EQUAL(flaw_of(frame, frame_raw(bytes, 1 + HLSIM__PPP_MRU + more, frame)),
                        more == 0 ? HLSIM__PPP_GOOD : HLSIM__PPP_LONG);
    }
    for (size_t more = 0; more <= 2; more++) {
        bytes[0] = 0xc0;
        bytes[1] = 0x21;
        CU_ASSERT_EQUAL(flaw_of(frame, frame_raw(bytes, 2 + HLSIM__PPP_MRU + more, frame)),
                        more == 0 ? HLSIM__PPP_GOOD : HLSIM__PPP_LONG);
    }
}

/* RFC 1662 7.1: what the line has put in is left out. */
static void control_characters_of_the_line_are_left_out(void)
{
    struct hlsim__ppp_receiver receiver = {.accm = 1u << 0x11 | 1u << 0x13};
    struct hlsim__ppp_packet packet;
    uint8_t bytes[sizeof request + 2];
    bool complete;

    memcpy(bytes, request, 5);
    bytes[5] = 0x11;
    bytes[6] = 0x13;
    memcpy(bytes + 7, request + 5, sizeof request - 5);
    hlsim__ppp_receive(&receiver, bytes, sizeof bytes, &packet, &complete);
    CU_ASSERT_TRUE(complete);
    CU_ASSERT_EQUAL(packet.flaw, HLSIM__PPP_GOOD);
}

static void lengths_of_control_packets_are_not_believed(void)
{
    static const uint8_t pap[] = {4, 'u', 's', 'e', 'r', 3, 'p', 'w', 'd'};
    struct hlsim__ppp_control control;
    struct hlsim__ppp_option option;
    struct hlsim__ppp_text name;
    struct hlsim__ppp_text password;
    size_t offset = 0;

    CU_ASSERT_EQUAL(hlsim__ppp_control_parse((const uint8_t *)"\1\1\0\4padding", 11, &control), 0);
    CU_ASSERT_EQUAL(control.size, 0);
    CU_ASSERT_EQUAL(hlsim__ppp_control_parse((const uint8_t *)"\1\1\0\3", 4, &control),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ppp_control_parse((const uint8_t *)"\1\1\0\5", 4, &control),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ppp_control_parse((const uint8_t *)"\1\1\0", 3, &control),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ppp_option_next((const uint8_t *)"\1\1", 2, &offset, &option),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ppp_option_next((const uint8_t *)"\1\5ab", 4, &offset, &option),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ppp_option_next((const uint8_t *)"\1", 1, &offset, &option),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__pap_request_parse(pap, sizeof pap, &name, &password), 0);
    CU_ASSERT_EQUAL(name.size, 4);
    CU_ASSERT_EQUAL(password.size, 3);
    for (size_t size = 0; size < sizeof pap; size++) {
        CU_ASSERT_EQUAL(hlsim__pap_request_parse(pap, size, &name, &password), HLSIM_E_FORMAT);
    }
}

/* --- IPv4 ----------------------------------------------------------------------------------- */

static size_t make_udp(uint8_t *packet)
{
    const struct hlsim__ip_head head = {
        .from = {.ip = 0x0a000002, .port = 1000}, .to = {.ip = 0x0a000001, .port = 53}, .ttl = 64};

    return hlsim__ip_udp(&head, (const uint8_t *)"hello", 5, packet);
}

/* Each byte of a datagram matters: one that is changed is found, by one checksum or the other. */
static void a_changed_packet_is_not_read(void)
{
    uint8_t packet[HLSIM__IP_PACKET_MAX];
    size_t size = make_udp(packet);
    struct hlsim__ip_packet ip;
    struct hlsim__ip_segment segment;

    CU_ASSERT_PTR_NULL_FATAL(hlsim__ip_read(packet, size, &ip));
    CU_ASSERT_PTR_NULL(hlsim__udp_read(&ip, &segment));
    CU_ASSERT_EQUAL(segment.size, 5);
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            const char *flaw;

            packet[i] ^= (uint8_t)(1 << bit);
            flaw = hlsim__ip_read(packet, size, &ip);
            if (flaw == NULL) {
                flaw = hlsim__udp_read(&ip, &segment);
            }
            CU_ASSERT_PTR_NOT_NULL(flaw);
            packet[i] ^= (uint8_t)(1 << bit);
        }
    }
}

static void a_cut_packet_is_not_read(void)
{
    uint8_t packet[HLSIM__IP_PACKET_MAX];
    size_t size = make_udp(packet);
    struct hlsim__ip_packet ip;

    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = malloc(cut > 0 ? cut : 1);

        memcpy(copy, packet, cut);
        CU_ASSERT_PTR_NOT_NULL(hlsim__ip_read(copy, cut, &ip));
        free(copy);
    }
}

static void a_segment_says_its_size(void)
{
    const struct hlsim__ip_head head = {
        .from = {.ip = 1, .port = 2}, .to = {.ip = 3, .port = 4}, .ttl = 64};
    struct hlsim__tcp_head tcp = {.flags = HLSIM__TCP_FLAG_SYN, .mss = 1200, .window_shift = 7};
    uint8_t packet[HLSIM__IP_PACKET_MAX];
    struct hlsim__ip_packet ip;
    struct hlsim__ip_segment segment;
    size_t with_scale = hlsim__ip_tcp(&head, &tcp, NULL, 0, packet);

    CU_ASSERT_PTR_NULL_FATAL(hlsim__ip_read(packet, with_scale, &ip));
    CU_ASSERT_PTR_NULL_FATAL(hlsim__tcp_read(&ip, &segment));
    CU_ASSERT_EQUAL(segment.tcp.mss, 1200);
    tcp.window_shift = 0;
    CU_ASSERT_EQUAL(hlsim__ip_tcp(&head, &tcp, NULL, 0, packet), with_scale - 4);
}

/* --- Names ---------------------------------------------------------------------------------- */

static void questions_are_cut_anywhere(void)
{
    static const uint8_t question[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                      "\x02"
                                      "ab\x03"
                                      "com\x00\x00\x01\x00\x01";
    struct hlsim__dns_question parsed;
    uint8_t answer[HLSIM__DNS_MESSAGE_MAX];
    size_t whole = sizeof question - 1;

    for (size_t cut = 0; cut < whole; cut++) {
        uint8_t *copy = malloc(cut > 0 ? cut : 1);

        memcpy(copy, question, cut);
        CU_ASSERT_EQUAL(hlsim__dns_question_parse(copy, cut, &parsed), HLSIM_E_FORMAT);
        free(copy);
    }
    CU_ASSERT_EQUAL_FATAL(hlsim__dns_question_parse(question, whole, &parsed), 0);
    CU_ASSERT_STRING_EQUAL(parsed.name, "ab.com");
    CU_ASSERT_TRUE(parsed.standard && parsed.wants_ipv4 && parsed.wants_recursion);
    CU_ASSERT_EQUAL(hlsim__dns_answer_write(&parsed, HLSIM__DNS_GOOD, 0x01020304, answer),
                    whole + 16);
    CU_ASSERT_EQUAL(hlsim__dns_question_parse(answer, whole + 16, &parsed), HLSIM_E_FORMAT);
}

int main(void)
{
    static const struct suite_test tests[] = {
        SUITE_TEST(a_frame_is_as_rfc_1662_says),
        SUITE_TEST(what_is_framed_is_read_back),
        SUITE_TEST(bad_frames_are_named),
        SUITE_TEST(no_packet_is_larger_than_the_mru),
        SUITE_TEST(control_characters_of_the_line_are_left_out),
        SUITE_TEST(lengths_of_control_packets_are_not_believed),
        SUITE_TEST(a_changed_packet_is_not_read),
        SUITE_TEST(a_cut_packet_is_not_read),
        SUITE_TEST(a_segment_says_its_size),
        SUITE_TEST(questions_are_cut_anywhere),
    };

    return suite_run("ppp_frame", tests, sizeof tests / sizeof *tests);
}
