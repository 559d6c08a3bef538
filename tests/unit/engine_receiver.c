/*
 * The hand-made receiver. See engine_receiver.h.
 */
#include "engine_receiver.h"

#include <string.h>

#define SOH 0x01
#define STX 0x02
#define EOT 0x04
#define ACK 0x06
#define NAK 0x15
#define CAN 0x18
#define PAD 0x1A

uint8_t receiver_byte(uint32_t offset)
{
    return (uint8_t)(offset * 7 + (offset >> 8) * 13 + 1);
}

void receiver_begin(struct receiver *receiver, uint32_t size)
{
    receiver->active = true;
    receiver->ended = false;
    receiver->canceled = false;
    receiver->size = size;
    receiver->got = 0;
    receiver->blocks = 0;
    receiver->have = 0;
    receiver->can_heard = false;
    receiver->large = 0;
    receiver->small = 0;
}

uint8_t receiver_invitation(const struct receiver *receiver)
{
    return receiver->wants_crc ? 'C' : NAK;
}

static void answer(struct receiver *receiver, uint8_t byte)
{
    if (receiver->out_size < sizeof receiver->out) {
        receiver->out[receiver->out_size++] = byte;
    }
}

/* Bit by bit, the textbook's way. */
static uint16_t crc_of(const uint8_t *data, size_t size)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < size + 2; i++) {
        for (int bit = 7; bit >= 0; bit--) {
            uint32_t next = i < size ? (uint32_t)data[i] >> bit & 1u : 0;

            crc = crc << 1 | next;
            crc = (crc & 0x10000u) != 0 ? crc ^ 0x11021u : crc;
        }
    }
    return (uint16_t)crc;
}

static bool check_is_good(const struct receiver *receiver, size_t data_size)
{
    const uint8_t *data = receiver->block + 3;
    uint8_t sum = 0;

    if (receiver->wants_crc) {
        uint16_t crc = crc_of(data, data_size);

        return data[data_size] == crc >> 8 && data[data_size + 1] == (crc & 0xFF);
    }
    for (size_t i = 0; i < data_size; i++) {
        sum = (uint8_t)(sum + data[i]);
    }
    return data[data_size] == sum;
}

static void take_data(struct receiver *receiver, size_t data_size)
{
    for (size_t i = 0; i < data_size; i++) {
        uint32_t at = receiver->got + (uint32_t)i;
        uint8_t wanted = at < receiver->size ? receiver_byte(at) : PAD;

        receiver->wrong += receiver->block[3 + i] != wanted;
    }
    receiver->wrong += receiver->got >= receiver->size; /* nothing but padding */
    receiver->got += (uint32_t)data_size;
    receiver->blocks++;
    receiver->large += data_size == 1024;
    receiver->small += data_size == 128;
}

static void take_block(struct receiver *receiver, size_t data_size)
{
    uint8_t number = receiver->block[1];
    uint32_t next = receiver->blocks + 1;

    if (receiver->block[2] != 255 - number || !check_is_good(receiver, data_size)) {
        receiver->wrong++;
        answer(receiver, NAK);
    } else if (number == (uint8_t)receiver->blocks && receiver->blocks > 0) {
        receiver->repeats++;
        answer(receiver, ACK);
    } else if (number != (uint8_t)next) {
        receiver->wrong++;
        answer(receiver, CAN);
        answer(receiver, CAN);
        receiver->canceled = true;
    } else if (next == receiver->nak_at) {
        receiver->nak_at = 0;
        answer(receiver, NAK);
    } else if (next == receiver->cancel_at) {
        answer(receiver, CAN);
        answer(receiver, CAN);
        receiver->canceled = true;
    } else {
        take_data(receiver, data_size);
        if (next == receiver->mute_at) {
            receiver->mute_at = 0;
        } else {
            answer(receiver, ACK);
        }
    }
}

static void take_control(struct receiver *receiver, uint8_t byte)
{
    if (byte == EOT && receiver->eot_naks > 0) {
        receiver->eot_naks--;
        answer(receiver, NAK);
    } else if (byte == EOT) {
        receiver->ended = true;
        answer(receiver, ACK);
    } else if (byte == CAN) {
        receiver->canceled = receiver->can_heard;
    }
    receiver->can_heard = byte == CAN;
}

void receiver_take(struct receiver *receiver, uint8_t byte)
{
    size_t data_size;

    if (receiver->have == 0 && byte != SOH && byte != STX) {
        take_control(receiver, byte);
        return;
    }
    receiver->block[receiver->have++] = byte;
    data_size = receiver->block[0] == STX ? 1024 : 128;
    if (receiver->have == 3 + data_size + (receiver->wants_crc ? 2 : 1)) {
        receiver->have = 0;
        take_block(receiver, data_size);
    }
}
