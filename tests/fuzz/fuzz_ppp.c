/* A host that has dialled: pieces of a line, each led by what it is and its length. 0 to 9: a
 * packet of a protocol, in a frame that is whole; 10 to 19: the same without address and control,
 * its bytes repeated up to a size that two bytes say, beyond what may be sent; 250: time passes;
 * anything else: bytes as they are. PPP is opened before, as far as the bytes do not say otherwise.
 * The module comes back by itself. */
#include "modem.h"

#include "codec/ppp.h"
#include "core/sched.h"

#include <string.h>

#define PIECE_PAUSE 250
#define MAX_PIECES  200

static const uint16_t protocols[] = {
    HLSIM__PPP_LCP, HLSIM__PPP_IPCP, HLSIM__PPP_IP, HLSIM__PPP_PAP, HLSIM__PPP_CHAP,
    0x8057,         0x80fd,          HLSIM__PPP_IP, HLSIM__PPP_IP,  HLSIM__PPP_LCP};

#define PROTOCOLS (sizeof protocols / sizeof *protocols)

static void send_packet(struct fuzz_modem *modem, uint16_t protocol, const uint8_t *bytes,
                        size_t size)
{
    const struct hlsim__ppp_framing framing = HLSIM__PPP_FRAMING_DEFAULT;
    uint8_t frame[HLSIM__PPP_FRAME_MAX];

    fuzz_modem_send(modem, frame, hlsim__ppp_frame(&framing, protocol, bytes, size, frame));
}

static size_t put_stuffed(uint8_t *line, uint8_t byte)
{
    line[0] = byte < 0x20 || byte == 0x7d || byte == 0x7e ? 0x7d : byte;
    line[1] = byte ^ 0x20;
    return line[0] == byte ? 1 : 2;
}

/* A control packet says its whole size, so that more than its header is looked at. */
static void send_large(struct fuzz_modem *modem, uint16_t protocol, const uint8_t *bytes,
                       size_t size)
{
    uint8_t raw[HLSIM__PPP_RAW_MAX + 8] = {(uint8_t)(protocol >> 8), (uint8_t)protocol};
    uint8_t line[2 * sizeof raw + 2];
    size_t raw_size = 4;
    size_t at = 0;
    uint16_t fcs = 0xffff;

    if (size > 2) {
        raw_size += (size_t)(bytes[0] << 8 | bytes[1]) % (sizeof raw - 6);
    }
    for (size_t i = 2; i < raw_size; i++) {
        raw[i] = size > 2 ? bytes[2 + (i - 2) % (size - 2)] : 0;
    }
    if (protocol != HLSIM__PPP_IP && raw_size > 5) {
        raw[4] = (uint8_t)((raw_size - 2) >> 8);
        raw[5] = (uint8_t)(raw_size - 2);
    }
    for (size_t i = 0; i < raw_size; i++) {
        fcs ^= raw[i];
        for (int bit = 0; bit < 8; bit++) {
            fcs = (uint16_t)((fcs & 1) != 0 ? fcs >> 1 ^ 0x8408 : fcs >> 1);
        }
    }
    raw[raw_size++] = (uint8_t)~fcs;
    raw[raw_size++] = (uint8_t)(~fcs >> 8);
    line[at++] = 0x7e;
    for (size_t i = 0; i < raw_size; i++) {
        at += put_stuffed(line + at, raw[i]);
    }
    line[at++] = 0x7e;
    fuzz_modem_send(modem, line, at);
}

/* Acknowledges what the module asks for, whichever packet it comes in. */
static void acknowledge(struct fuzz_modem *modem)
{
    struct hlsim__ppp_receiver receiver = {.in_frame = false};
    size_t offset = 0;

    while (offset < modem->came_size) {
        struct hlsim__ppp_packet packet;
        struct hlsim__ppp_control control;
        uint8_t answer[HLSIM__PPP_MRU];
        bool complete;

        offset += hlsim__ppp_receive(&receiver, (const uint8_t *)modem->came + offset,
                                     modem->came_size - offset, &packet, &complete);
        if (complete && packet.flaw == HLSIM__PPP_GOOD &&
            (packet.protocol == HLSIM__PPP_LCP || packet.protocol == HLSIM__PPP_IPCP) &&
            hlsim__ppp_control_parse(packet.bytes, packet.size, &control) == 0 &&
            control.code == HLSIM__PPP_CONF_REQ) {
            control.code = HLSIM__PPP_CONF_ACK;
            send_packet(modem, packet.protocol, answer, hlsim__ppp_control_write(&control, answer));
        }
    }
    modem->came_size = 0;
}

static void dial(struct fuzz_modem *modem)
{
    static const uint8_t nothing[] = {HLSIM__PPP_CONF_REQ, 1, 0, 4};
    static const uint8_t address[] = {
        HLSIM__PPP_CONF_REQ, 2, 0, 10, HLSIM__IPCP_ADDRESS, 6, 10, 0, 0, 2};
    static const char line[] = "ATE0;D*99#\r";

    fuzz_modem_send(modem, (const uint8_t *)line, sizeof line - 1);
    fuzz_modem_run(modem, 2 * HLSIM_SECOND);
    send_packet(modem, HLSIM__PPP_LCP, nothing, sizeof nothing);
    acknowledge(modem);
    fuzz_modem_run(modem, HLSIM_SECOND / 10);
    send_packet(modem, HLSIM__PPP_IPCP, address, sizeof address);
    fuzz_modem_run(modem, HLSIM_SECOND / 10);
    acknowledge(modem);
    fuzz_modem_run(modem, HLSIM_SECOND / 10);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_modem modem;

    fuzz_modem_open(&modem);
    dial(&modem);
    for (int pieces = 0; size >= 2 && pieces < MAX_PIECES; pieces++) {
        uint8_t kind = bytes[0];
        size_t part = bytes[1] < size - 2 ? bytes[1] : size - 2;

        bytes += 2;
        size -= 2;
        if (kind < PROTOCOLS) {
            send_packet(&modem, protocols[kind], bytes, part);
        } else if (kind < 2 * PROTOCOLS) {
            send_large(&modem, protocols[kind - PROTOCOLS], bytes, part);
        } else if (kind == PIECE_PAUSE) {
            fuzz_modem_run(&modem, (int64_t)part * HLSIM_SECOND / 4);
        } else {
            fuzz_modem_send(&modem, bytes, part);
        }
        bytes += part;
        size -= part;
    }
    /* A host that says nothing more: it escapes, hangs up and is answered. */
    fuzz_modem_run(&modem, 5 * HLSIM_SECOND);
    fuzz_modem_send(&modem, (const uint8_t *)"+++", 3);
    fuzz_modem_run(&modem, 5 * HLSIM_SECOND);
    fuzz_modem_send(&modem, (const uint8_t *)"\rATH\r", 5);
    fuzz_modem_run(&modem, 5 * HLSIM_SECOND);
    fuzz_modem_expect_alive(&modem);
    FUZZ_EXPECT(hlsim_world_due(modem.world) != HLSIM_DUE_HOST);
    fuzz_modem_close(&modem);
    return 0;
}
