/*
 * Reads a tree of cJSON by tables: one row a key. Knows where it is in the tree, so that messages
 * carry a pointer; knows no key by name.
 */
#ifndef HLSIM_LOAD_READER_H
#define HLSIM_LOAD_READER_H

#include "load/diagnostics.h"
#include "load/values.h"

#include <cjson/cJSON.h>
#include <stdint.h>

struct hlsim__reader {
    struct hlsim__source *source;
    struct hlsim_setup *setup;   /* of a scenario; NULL for a profile */
    const cJSON *set;            /* modem.set, kept until the profile is known */
    const cJSON *register_after; /* network.register_after, likewise */
    size_t pointer_size;
    char pointer[512]; /* where it is */
};

/* Reads one value into `target`; `about` is what the row says (limits, choices, a size). */
typedef void (*hlsim__read)(struct hlsim__reader *reader, const cJSON *value, void *target,
                            const void *about);

struct hlsim__key {
    const char *name;
    bool required;
    hlsim__read read;  /* NULL: not supported yet */
    size_t offset;     /* of the target, from that of the object */
    const void *about; /* what `read` wants to know */
};

/*
 * Reads an object: every member by its row. Members without a row, rows that are required and
 * absent, and values that are no object are complained about.
 */
void hlsim__read_object(struct hlsim__reader *reader, const cJSON *object,
                        const struct hlsim__key *keys, size_t key_count, void *target);

#define HLSIM__READ_OBJECT(reader, object, keys, target)                                           \
    hlsim__read_object((reader), (object), (keys), sizeof(keys) / sizeof *(keys), (target))

/* Checks and parses a text; NULL after a complaint. */
cJSON *hlsim__source_parse(struct hlsim__source *source);

/* Goes into a member or an element, and back out. */
void hlsim__reader_enter(struct hlsim__reader *reader, const char *key);
void hlsim__reader_enter_index(struct hlsim__reader *reader, size_t index);
void hlsim__reader_leave(struct hlsim__reader *reader);

/* Complains about the value where the reader is. */
__attribute__((format(printf, 2, 3))) void hlsim__reader_complain(struct hlsim__reader *reader,
                                                                  const char *format, ...);

/* Complains about a member of the object where the reader is: unknown, or not supported yet. */
void hlsim__reader_unknown(struct hlsim__reader *reader, const char *what, const char *key,
                           const struct hlsim__nearest *nearest);
void hlsim__reader_later(struct hlsim__reader *reader, const char *key);

/* True for an object or an array with at most `max` and at least `min` elements; else complains. */
bool hlsim__reader_wants_object(struct hlsim__reader *reader, const cJSON *value);
bool hlsim__reader_wants_array(struct hlsim__reader *reader, const cJSON *value, size_t min,
                               size_t max);

/* The text of a value that is one, else NULL and a complaint that it must be `what`. */
const char *hlsim__reader_wants_text(struct hlsim__reader *reader, const cJSON *value,
                                     const char *what);

/* True and the number, when it is an integer in the range; else complains. */
bool hlsim__reader_wants_integer(struct hlsim__reader *reader, const cJSON *value, int64_t min,
                                 int64_t max, int64_t *ret_number);

/* True and the nanoseconds, when it is a duration; else complains. */
bool hlsim__reader_wants_duration(struct hlsim__reader *reader, const cJSON *value,
                                  int64_t *ret_nanoseconds);

/* The index of the value in a list of texts that ends with NULL; else complains and is negative. */
int hlsim__reader_wants_choice(struct hlsim__reader *reader, const cJSON *value,
                               const char *const *choices);

/* Copies a text of `min` to `size` - 1 bytes; else complains. */
bool hlsim__reader_wants_copy(struct hlsim__reader *reader, const cJSON *value, size_t min,
                              char *target, size_t size);

/* How many bytes a value has, as a text or in "hex:..", 1 to `max`, which are copied; else
 * complains with `example`, which is one in "hex:..", and 0. */
size_t hlsim__reader_wants_bytes(struct hlsim__reader *reader, const cJSON *value,
                                 const char *example, uint8_t *ret_bytes, size_t max);

/* For rows. The target and `about` of each: */
struct hlsim__text_size {
    size_t min;
    size_t size; /* of the target, with its NUL */
};
struct hlsim__range {
    int64_t min;
    int64_t max;
};
void hlsim__read_text(struct hlsim__reader *, const cJSON *, void *, const void *); /* char[] */
void hlsim__read_version(struct hlsim__reader *, const cJSON *, void *,
                         const void *); /* char[HLSIM_VERSION_TEXT] */
void hlsim__read_telephone(struct hlsim__reader *, const cJSON *, void *,
                           const void *); /* char[HLSIM_NUMBER_SIZE] */
void hlsim__read_integer(struct hlsim__reader *, const cJSON *, void *, const void *); /* int64_t */
void hlsim__read_unsigned(struct hlsim__reader *, const cJSON *, void *,
                          const void *);                                            /* unsigned */
void hlsim__read_bool(struct hlsim__reader *, const cJSON *, void *, const void *); /* bool */
void hlsim__read_duration(struct hlsim__reader *, const cJSON *, void *,
                          const void *); /* int64_t */
void hlsim__read_share(struct hlsim__reader *, const cJSON *, void *,
                       const void *); /* uint32_t ppm */
void hlsim__read_ignored(struct hlsim__reader *, const cJSON *, void *, const void *); /* a text */
void hlsim__read_before(struct hlsim__reader *, const cJSON *, void *,
                        const void *); /* what was read before the others */

/* The row of a key `about`: what the writer of a scenario says to its readers. It is not kept. */
#define HLSIM__ABOUT_MAX 511
#define HLSIM__KEY_ABOUT                                                                           \
    {                                                                                              \
        .name = "about", .read = hlsim__read_about                                                 \
    }
void hlsim__read_about(struct hlsim__reader *, const cJSON *, void *, const void *);

#endif
