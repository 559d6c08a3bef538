/*
 * The payload of a delta: operations that make a new image out of the one that runs and of the
 * package's own bytes (docs/package-format.md, "Delta"). Does not know where either is stored.
 *
 * Nothing is believed: whatever the operations say, every reading stays inside the base and inside
 * the payload, and the answer to anything else is HLSIM_E_FORMAT.
 */
#ifndef HLSIM_PACKAGE_DELTA_H
#define HLSIM_PACKAGE_DELTA_H

#include <hl78sim/package.h>

#define HLSIM__DELTA_HEADER_SIZE    40
#define HLSIM__DELTA_OPERATION_SIZE 12

enum hlsim__delta_kind {
    HLSIM__DELTA_COPY = 1,    /* `size` bytes of the base, from `from` on */
    HLSIM__DELTA_LITERAL = 2, /* the `size` bytes that follow */
    HLSIM__DELTA_UNUSED = 3,  /* the `size` bytes that follow are for nobody */
};

struct hlsim__delta_operation {
    enum hlsim__delta_kind kind;
    uint32_t size;
    uint32_t from;
};

void hlsim__delta_header_write(const struct hlsim_package_delta *delta, uint8_t *ret_bytes);
void hlsim__delta_operation_write(const struct hlsim__delta_operation *operation,
                                  uint8_t *ret_bytes);

/* Makes a header name another base, which is no image at all. */
void hlsim__delta_change_base(uint8_t *header);

/* --- As it arrives ------------------------------------------------------------------------ */

void hlsim__delta_check_init(struct hlsim_package_delta_check *check, uint32_t payload_size);

/* Takes the next bytes of the payload, no more than are left. */
int hlsim__delta_check_take(struct hlsim_package_delta_check *check, const uint8_t *bytes,
                            size_t size);

/* All bytes have come: 0 when the operations end with the payload and make the whole image. */
int hlsim__delta_check_finish(const struct hlsim_package_delta_check *check);

/* --- As it is applied --------------------------------------------------------------------- */

/* Where bytes are read from; offsets and sizes are inside. 0 or an error, which is passed on. */
struct hlsim__delta_source {
    void *user;
    int (*payload)(void *user, uint32_t offset, void *ret_bytes, size_t size);
    int (*base)(void *user, uint32_t offset, void *ret_bytes, size_t size);
};

struct hlsim__delta {
    struct hlsim__delta_source source;
    struct hlsim_package_delta info; /* sizes and digest */
    uint32_t payload_size;
    uint32_t at;                             /* in the payload */
    uint32_t made;                           /* bytes of the image */
    struct hlsim__delta_operation operation; /* what is left of the present one */
};

/* Reads the header. Plain memory without anything to free; to begin anew it is opened anew. */
int hlsim__delta_open(struct hlsim__delta *delta, const struct hlsim__delta_source *source,
                      uint32_t payload_size);

/* Whether the base is the image that the delta was made for: 1, 0, or an error of the source. */
int hlsim__delta_base_is_right(const struct hlsim__delta *delta);

/* Makes the next `size` bytes of the image; HLSIM_E_FORMAT also when it has fewer. */
int hlsim__delta_read(struct hlsim__delta *delta, uint8_t *ret_bytes, size_t size);

#endif
