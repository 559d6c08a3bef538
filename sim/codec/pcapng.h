/*
 * Blocks of a capture file (pcapng, draft-ietf-opsawg-pcapng): structs in, bytes out. Knows nothing
 * of what the packets hold, and keeps nothing: a file is a section header, its interfaces, then
 * packets and secrets, in the order in which the caller makes them. Numbers are written lowest byte
 * first.
 *
 * Every function writes one block to `bytes` and returns its size, a multiple of 4, or
 * HLSIM_E_LIMIT when `capacity` is too small for it. Texts end with zero; NULL leaves an option
 * out.
 */
#ifndef HLSIM_CODEC_PCAPNG_H
#define HLSIM_CODEC_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

/* Link types (LINKTYPE_ of the tcpdump group): packets that begin with their IP header. */
#define HLSIM__PCAPNG_LINK_RAW 101

/* Secrets: a key log of TLS in the format of NSS. */
#define HLSIM__PCAPNG_SECRETS_TLS 0x544c534bu

struct hlsim__pcapng_section {
    const char *hardware;
    const char *os;
    const char *application;
    const char *comment;
};

/* Interfaces are counted from 0 in the order of their blocks; their times are in nanoseconds. */
struct hlsim__pcapng_interface {
    uint16_t link;
    const char *name;
    const char *description;
};

enum hlsim__pcapng_direction {
    HLSIM__PCAPNG_UNKNOWN,
    HLSIM__PCAPNG_INBOUND,
    HLSIM__PCAPNG_OUTBOUND,
};

struct hlsim__pcapng_packet {
    uint32_t interface;
    uint64_t at; /* nanoseconds since 1970-01-01T00:00:00Z */
    enum hlsim__pcapng_direction direction;
    const uint8_t *bytes;
    size_t size;
    const char *comments; /* one after the other, each with its NUL; then another NUL */
};

int hlsim__pcapng_section(const struct hlsim__pcapng_section *section, uint8_t *bytes,
                          size_t capacity);
int hlsim__pcapng_interface(const struct hlsim__pcapng_interface *interface, uint8_t *bytes,
                            size_t capacity);
int hlsim__pcapng_packet(const struct hlsim__pcapng_packet *packet, uint8_t *bytes,
                         size_t capacity);

/* What decrypts the packets that follow. */
int hlsim__pcapng_secrets(uint32_t type, const void *secrets, size_t size, uint8_t *bytes,
                          size_t capacity);

#endif
