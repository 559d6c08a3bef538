/*
 * Encodes blocks of a capture file. Does not read them, and knows no protocol.
 */
#include "codec/pcapng.h"

#include "base/assert.h"
#include "base/le.h"

#include <hl78sim/error.h>

#include <stdbool.h>
#include <string.h>

#define BLOCK_SECTION    0x0a0d0d0au
#define BLOCK_INTERFACE  1u
#define BLOCK_PACKET     6u
#define BLOCK_SECRETS    10u

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define VERSION_MAJOR    1
#define VERSION_MINOR    0

#define OPTION_END       0
#define OPTION_COMMENT   1

/* Of a section, of an interface, of a packet. */
#define SECTION_HARDWARE    2
#define SECTION_OS          3
#define SECTION_APPLICATION 4
#define INTERFACE_NAME      2
#define INTERFACE_ABOUT     3
#define INTERFACE_TSRESOL   9
#define PACKET_FLAGS        2

/* Ten to the power of minus nine seconds. */
#define NANOSECONDS 9

/* A block that is being written; without room it only says so. */
struct block {
    uint8_t *bytes;
    size_t capacity;
    size_t size;
    bool full;
    bool options;
};

/* Room for so many bytes and what fills them up to 32 bits, all zero. NULL when there is none. */
static uint8_t *extend(struct block *block, size_t size)
{
    size_t padded = (size + 3) & ~(size_t)3;
    uint8_t *place = block->bytes + block->size;

    if (block->full || size > block->capacity || padded > block->capacity - block->size) {
        block->full = true;
        return NULL;
    }
    memset(place, 0, padded);
    block->size += padded;
    return place;
}

static void put32(struct block *block, uint32_t value)
{
    uint8_t *place = extend(block, 4);

    if (place != NULL) {
        hlsim__le_put32(place, value);
    }
}

/* Two numbers of 16 bits. */
static void put_pair(struct block *block, uint16_t first, uint16_t second)
{
    put32(block, first | (uint32_t)second << 16);
}

static void put_bytes(struct block *block, const void *bytes, size_t size)
{
    uint8_t *place = extend(block, size);

    if (place != NULL && size > 0) {
        memcpy(place, bytes, size);
    }
}

static void put_option(struct block *block, uint16_t code, const void *bytes, size_t size)
{
    HLSIM_ASSERT(size <= UINT16_MAX);
    put_pair(block, code, (uint16_t)size);
    put_bytes(block, bytes, size);
    block->options = true;
}

static void put_text(struct block *block, uint16_t code, const char *text)
{
    if (text != NULL) {
        put_option(block, code, text, strlen(text));
    }
}

/* Type and total length; the length is known at the end. */
static struct block begin(uint32_t type, uint8_t *bytes, size_t capacity)
{
    struct block block = {.bytes = bytes, .capacity = capacity};

    put32(&block, type);
    put32(&block, 0);
    return block;
}

static int end(struct block *block)
{
    if (block->options) {
        put_pair(block, OPTION_END, 0);
    }
    put32(block, (uint32_t)block->size + 4);
    if (block->full) {
        return HLSIM_E_LIMIT;
    }
    hlsim__le_put32(block->bytes + 4, (uint32_t)block->size);
    return (int)block->size;
}

int hlsim__pcapng_section(const struct hlsim__pcapng_section *section, uint8_t *bytes,
                          size_t capacity)
{
    struct block block = begin(BLOCK_SECTION, bytes, capacity);

    put32(&block, BYTE_ORDER_MAGIC);
    put_pair(&block, VERSION_MAJOR, VERSION_MINOR);
    /* How long the section becomes is not known: all bits of 64. */
    put32(&block, UINT32_MAX);
    put32(&block, UINT32_MAX);
    put_text(&block, SECTION_HARDWARE, section->hardware);
    put_text(&block, SECTION_OS, section->os);
    put_text(&block, SECTION_APPLICATION, section->application);
    put_text(&block, OPTION_COMMENT, section->comment);
    return end(&block);
}

int hlsim__pcapng_interface(const struct hlsim__pcapng_interface *interface, uint8_t *bytes,
                            size_t capacity)
{
    struct block block = begin(BLOCK_INTERFACE, bytes, capacity);
    const uint8_t resolution = NANOSECONDS;

    put_pair(&block, interface->link, 0);
    put32(&block, 0); /* packets of any size are whole */
    put_text(&block, INTERFACE_NAME, interface->name);
    put_text(&block, INTERFACE_ABOUT, interface->description);
    put_option(&block, INTERFACE_TSRESOL, &resolution, 1);
    return end(&block);
}

int hlsim__pcapng_packet(const struct hlsim__pcapng_packet *packet, uint8_t *bytes, size_t capacity)
{
    struct block block = begin(BLOCK_PACKET, bytes, capacity);
    uint8_t flags[4] = {(uint8_t)packet->direction};

    put32(&block, packet->interface);
    put32(&block, (uint32_t)(packet->at >> 32));
    put32(&block, (uint32_t)packet->at);
    put32(&block, (uint32_t)packet->size);
    put32(&block, (uint32_t)packet->size);
    put_bytes(&block, packet->bytes, packet->size);
    if (packet->direction != HLSIM__PCAPNG_UNKNOWN) {
        put_option(&block, PACKET_FLAGS, flags, sizeof flags);
    }
    for (const char *comment = packet->comments; comment != NULL && *comment != '\0';
         comment += strlen(comment) + 1) {
        put_text(&block, OPTION_COMMENT, comment);
    }
    return end(&block);
}

int hlsim__pcapng_secrets(uint32_t type, const void *secrets, size_t size, uint8_t *bytes,
                          size_t capacity)
{
    struct block block = begin(BLOCK_SECRETS, bytes, capacity);

    put32(&block, type);
    put32(&block, (uint32_t)size);
    put_bytes(&block, secrets, size);
    return end(&block);
}
