/*
 * Frames of RFC 1662 4: byte stuffing with the 16-bit checksum.
 */
#include "codec/ppp_frame.h"

#include "base/assert.h"

#include <string.h>

#define FLAG     0x7e
#define ESCAPE   0x7d
#define FLIP     0x20 /* what an escaped byte is changed by */
#define ADDRESS  0xff
#define CONTROL  0x03

#define FCS_INIT 0xffff
#define FCS_GOOD 0xf0b8 /* of a frame with its own checksum */
#define FCS_SIZE 2

/* The polynomial x^16 + x^12 + x^5 + 1, reflected (RFC 1662 C.1). */
static uint16_t add_fcs(uint16_t fcs, uint8_t byte)
{
    uint8_t low = (uint8_t)(byte ^ (fcs & 0xff));

    low = (uint8_t)(low ^ (low << 4));
    return (uint16_t)((fcs >> 8) ^ (low << 8) ^ (low << 3) ^ (low >> 4));
}

/* --- Writing -------------------------------------------------------------------------------- */

struct writer {
    uint32_t accm;
    uint16_t fcs;
    uint8_t *frame;
    size_t size;
};

static void put_stuffed(struct writer *writer, uint8_t byte)
{
    bool escaped =
        byte == FLAG || byte == ESCAPE || (byte < 0x20 && (writer->accm >> byte & 1) != 0);

    if (escaped) {
        writer->frame[writer->size++] = ESCAPE;
        byte ^= FLIP;
    }
    writer->frame[writer->size++] = byte;
}

static void put(struct writer *writer, uint8_t byte)
{
    writer->fcs = add_fcs(writer->fcs, byte);
    put_stuffed(writer, byte);
}

size_t hlsim__ppp_frame(const struct hlsim__ppp_framing *framing, uint16_t protocol,
                        const uint8_t *bytes, size_t size, uint8_t *frame)
{
    struct writer writer = {.accm = framing->accm, .fcs = FCS_INIT, .frame = frame};
    uint16_t fcs;

    HLSIM_ASSERT(size <= HLSIM__PPP_MRU);
    frame[writer.size++] = FLAG;
    if (!framing->no_address) {
        put(&writer, ADDRESS);
        put(&writer, CONTROL);
    }
    if (!framing->short_protocol || protocol > 0xff) {
        put(&writer, (uint8_t)(protocol >> 8));
    }
    put(&writer, (uint8_t)protocol);
    for (size_t i = 0; i < size; i++) {
        put(&writer, bytes[i]);
    }
    fcs = (uint16_t)~writer.fcs;
    put_stuffed(&writer, (uint8_t)fcs);
    put_stuffed(&writer, (uint8_t)(fcs >> 8));
    frame[writer.size++] = FLAG;
    return writer.size;
}

/* --- Reading -------------------------------------------------------------------------------- */

const char *hlsim__ppp_flaw_name(enum hlsim__ppp_flaw flaw)
{
    static const char *const names[] = {
        [HLSIM__PPP_GOOD] = "good",       [HLSIM__PPP_SHORT] = "short frame",
        [HLSIM__PPP_LONG] = "long frame", [HLSIM__PPP_CHECKSUM] = "frame checksum",
        [HLSIM__PPP_ABORTED] = "abort",   [HLSIM__PPP_PROTOCOL] = "protocol field",
    };

    return names[flaw];
}

static bool checksum_is_right(const struct hlsim__ppp_receiver *receiver)
{
    uint16_t fcs = FCS_INIT;

    for (size_t i = 0; i < receiver->size; i++) {
        fcs = add_fcs(fcs, receiver->bytes[i]);
    }
    return fcs == FCS_GOOD;
}

/* The first byte of a protocol of two is even, the last one odd (RFC 1661 2). */
static bool take_protocol(struct hlsim__ppp_packet *packet)
{
    size_t width = packet->size > 0 && packet->bytes[0] % 2 != 0 ? 1 : 2;

    if (packet->size < width) {
        return false;
    }
    packet->protocol = packet->bytes[0];
    if (width == 2) {
        packet->protocol = (uint16_t)(packet->protocol << 8 | packet->bytes[1]);
    }
    packet->bytes += width;
    packet->size -= width;
    return packet->protocol % 2 != 0;
}

/* What lies between two flags. */
static struct hlsim__ppp_packet open_frame(const struct hlsim__ppp_receiver *receiver)
{
    struct hlsim__ppp_packet packet = {.bytes = receiver->bytes, .size = receiver->size};

    if (receiver->escaped) {
        packet.flaw = HLSIM__PPP_ABORTED;
    } else if (receiver->too_long) {
        packet.flaw = HLSIM__PPP_LONG;
    } else if (receiver->size < 1 + FCS_SIZE + 1) {
        packet.flaw = HLSIM__PPP_SHORT;
    } else if (!checksum_is_right(receiver)) {
        packet.flaw = HLSIM__PPP_CHECKSUM;
    }
    if (packet.flaw != HLSIM__PPP_GOOD) {
        return packet;
    }
    packet.size -= FCS_SIZE;
    if (packet.bytes[0] == ADDRESS && packet.bytes[1] == CONTROL) {
        packet.bytes += 2;
        packet.size -= 2;
    }
    if (!take_protocol(&packet)) {
        packet.flaw = HLSIM__PPP_PROTOCOL;
    } else if (packet.size > HLSIM__PPP_MRU) {
        /* A header that was left out makes room for more, which nobody has granted. */
        packet.flaw = HLSIM__PPP_LONG;
    }
    return packet;
}

static void take(struct hlsim__ppp_receiver *receiver, uint8_t byte)
{
    if (byte == ESCAPE) {
        receiver->escaped = true;
        return;
    }
    if (byte < 0x20 && (receiver->accm >> byte & 1) != 0) {
        return;
    }
    if (receiver->escaped) {
        receiver->escaped = false;
        byte ^= FLIP;
    }
    if (receiver->size == sizeof receiver->bytes) {
        receiver->too_long = true;
        return;
    }
    receiver->bytes[receiver->size++] = byte;
}

static void begin(struct hlsim__ppp_receiver *receiver)
{
    receiver->in_frame = true;
    receiver->escaped = false;
    receiver->too_long = false;
    receiver->size = 0;
}

size_t hlsim__ppp_receive(struct hlsim__ppp_receiver *receiver, const uint8_t *bytes, size_t size,
                          struct hlsim__ppp_packet *ret_packet, bool *ret_complete)
{
    size_t taken = 0;

    *ret_complete = false;
    memset(ret_packet, 0, sizeof *ret_packet);
    while (taken < size && !*ret_complete) {
        uint8_t byte = bytes[taken++];

        if (byte == FLAG) {
            *ret_complete = receiver->in_frame && (receiver->size > 0 || receiver->escaped);
            if (*ret_complete) {
                *ret_packet = open_frame(receiver);
            }
            begin(receiver);
        } else if (receiver->in_frame) {
            take(receiver, byte);
        }
    }
    return taken;
}
