/*
 * The host's record in a file: after a successful write it is there whatever happens, and after a
 * failed one it is the record before or the new one, whole.
 */
#ifndef HLPOSIX_RECORD_H
#define HLPOSIX_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include <hlposix/error.h>

/* 0 when durable, or an error with its text. */
int hlposix_record_write(const char *path, const uint8_t *bytes, size_t size,
                         struct hlposix_error *reterr);

/*
 * The record's size and its bytes; 0 when there is none. HLSIM_E_LIMIT when it is larger than
 * `capacity`.
 */
int hlposix_record_read(const char *path, uint8_t *bytes, size_t capacity,
                        struct hlposix_error *reterr);

#endif
