/*
 * A streaming JSON writer (RFC 8259): calls in, text out through a function of the caller's. Keeps
 * no text and knows nothing of files or of what is written.
 *
 * Nesting is the caller's own business and asserted: values of an object come after a key, ends
 * match beginnings. The first failure of the output sticks: later calls return it and write
 * nothing.
 */
#ifndef HLSIM_CODEC_JSON_WRITER_H
#define HLSIM_CODEC_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HLSIM__JSON_DEPTH_MAX = 32 };

/* Takes all of the text or fails with a negative HLSIM_E_*; the text is borrowed for the call. */
typedef int (*hlsim__json_write)(void *user, const char *text, size_t size);

struct hlsim__json_writer {
    hlsim__json_write write;
    void *user;
    int error;
    size_t depth;
    char closing[HLSIM__JSON_DEPTH_MAX]; /* The bracket that ends each open level. */
    bool has_value;                      /* The open level, or the whole text, has a value. */
    bool has_key;                        /* A key was written and its value is still to come. */
};

void hlsim__json_init(struct hlsim__json_writer *writer, hlsim__json_write write, void *user);

/* All return 0 or the first error of the output, unchanged. */
int hlsim__json_begin_object(struct hlsim__json_writer *writer);
int hlsim__json_end_object(struct hlsim__json_writer *writer);
int hlsim__json_begin_array(struct hlsim__json_writer *writer);
int hlsim__json_end_array(struct hlsim__json_writer *writer);
int hlsim__json_key(struct hlsim__json_writer *writer, const char *key);

/*
 * Any bytes as a string. What is valid UTF-8 is written as it is; a byte which is not is taken for
 * Latin-1 and written as \u00XX, as are control characters that have no shorter escape.
 */
int hlsim__json_string(struct hlsim__json_writer *writer, const char *text, size_t size);

/* The same with a text that ends with zero. */
int hlsim__json_text(struct hlsim__json_writer *writer, const char *text);
int hlsim__json_int64(struct hlsim__json_writer *writer, int64_t value);
int hlsim__json_uint64(struct hlsim__json_writer *writer, uint64_t value);
int hlsim__json_bool(struct hlsim__json_writer *writer, bool value);
int hlsim__json_null(struct hlsim__json_writer *writer);

/* 0 or the first error; without one, exactly one complete value was written (asserted). */
int hlsim__json_finish(const struct hlsim__json_writer *writer);

#endif
