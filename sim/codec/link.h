/*
 * The CoRE link format (RFC 6690) as LwM2M uses it in registrations: text <-> links. Knows nothing
 * of which objects exist; paths are numbers here. The names say weblink (RFC 8288's word), as a
 * link without more is the byte link of core.
 */
#ifndef HLSIM_CODEC_LINK_H
#define HLSIM_CODEC_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLSIM__WEBLINK_ID_MAX = 65534 /* OMA LwM2M 1.0 6.1: 65535 is reserved. */
};

/* Slices are borrowed from the text that is read; none ends with zero. */
struct hlsim__weblink {
    const char *target; /* What stands between < and >. */
    size_t target_size;
    const char *parameters; /* From the first semicolon on, already checked. */
    size_t parameters_size;
};

struct hlsim__weblink_parameter {
    const char *name;
    size_t name_size;
    const char *value; /* Without the quotes; a backslash before a quoted character is left in. */
    size_t value_size;
    bool has_value; /* `;obs` has none, `;title=""` has an empty one. */
    bool quoted;
};

struct hlsim__weblink_reader {
    const char *text;
    size_t size;
    size_t offset;
};

/* The text is borrowed while the reader and what it returned are in use. */
void hlsim__weblink_reader_init(struct hlsim__weblink_reader *reader, const char *text,
                                size_t size);

/*
 * 1 with the next link, 0 at the end, HLSIM_E_FORMAT when the rest is malformed (and again then).
 * As RFC 6690 2 has it, but for spaces after a comma, which the examples of OMA LwM2M 1.0 contain.
 */
int hlsim__weblink_read(struct hlsim__weblink_reader *reader, struct hlsim__weblink *ret_link);

/*
 * Goes through a link's parameters in order. *offset is 0 at first and is moved on by the call.
 * 1 with a parameter, 0 at the end.
 */
int hlsim__weblink_parameter_next(const struct hlsim__weblink *link, size_t *offset,
                                  struct hlsim__weblink_parameter *ret_parameter);

/* The first parameter of that name (case matters), or HLSIM_E_NOT_FOUND. */
int hlsim__weblink_parameter_find(const struct hlsim__weblink *link, const char *name,
                                  struct hlsim__weblink_parameter *ret_parameter);

/* The ids in a link's path: none for "/", the object for "/5", object and instance for "/5/0". */
struct hlsim__weblink_path {
    uint16_t object;
    uint16_t instance;
    bool has_object;
    bool has_instance;
};

/*
 * Reads a target as a path below `root`, which is "" or an alternate path such as "/lwm2m" (OMA
 * LwM2M 1.0 5.3.1). HLSIM_E_NOT_FOUND when the target is not below the root, HLSIM_E_FORMAT when it
 * is, but does not go on with at most two numbers from 0 to HLSIM__WEBLINK_ID_MAX.
 */
int hlsim__weblink_path(const struct hlsim__weblink *link, const char *root,
                        struct hlsim__weblink_path *ret_path);

/* Writes text without a final zero. The first failure sticks and is returned by finish. */
struct hlsim__weblink_writer {
    char *text;
    size_t capacity;
    size_t size;
    int error;
};

void hlsim__weblink_writer_init(struct hlsim__weblink_writer *writer, char *buffer,
                                size_t capacity);

/*
 * Begin a link, with a comma in front where it is not the first. 0, HLSIM_E_FULL when the buffer is
 * too small, or HLSIM_E_INVALID when the target has characters that a URI cannot have.
 */
int hlsim__weblink_write_target(struct hlsim__weblink_writer *writer, const char *target);
int hlsim__weblink_write_object(struct hlsim__weblink_writer *writer, uint16_t object);
int hlsim__weblink_write_instance(struct hlsim__weblink_writer *writer, uint16_t object,
                                  uint16_t instance);

/* Add a parameter to the link begun last: ;name="text" (quotes and backslashes are escaped)... */
int hlsim__weblink_write_text(struct hlsim__weblink_writer *writer, const char *name,
                              const char *text);

/* ... or ;name=number. */
int hlsim__weblink_write_number(struct hlsim__weblink_writer *writer, const char *name,
                                uint32_t number);

/* The size of the text, or the first failure. */
int hlsim__weblink_writer_finish(const struct hlsim__weblink_writer *writer);

#endif
