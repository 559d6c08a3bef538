/*
 * The pattern that ends data on a port (AT+KPATTERN), found wherever the bytes are cut. What may be
 * its beginning is withheld until that is decided.
 */
#ifndef HLSIM_AT_EOF_PATTERN_H
#define HLSIM_AT_EOF_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__EOF_PATTERN_MAX 128

struct hlsim__eof_pattern {
    char text[HLSIM__EOF_PATTERN_MAX + 1];
    size_t size;    /* at least 1 */
    size_t matched; /* of it, the last bytes that came, which are withheld */
    size_t shown;   /* of it, the bytes that have left behind the module's own data */
};

/* `text` is not empty and has HLSIM__EOF_PATTERN_MAX characters at most. */
void hlsim__eof_pattern_init(struct hlsim__eof_pattern *pattern, const char *text);

/*
 * Takes bytes until the pattern is complete; returns how many, up to `size`. What is data goes to
 * `ret_data`, which has room for `size` + HLSIM__EOF_PATTERN_MAX bytes. After `*ret_found` the next
 * byte begins anew.
 */
size_t hlsim__eof_pattern_take(struct hlsim__eof_pattern *pattern, const uint8_t *bytes,
                               size_t size, uint8_t *ret_data, size_t *ret_data_size,
                               bool *ret_found);

/* What was withheld is data after all; returns how many bytes, at most HLSIM__EOF_PATTERN_MAX. */
size_t hlsim__eof_pattern_release(struct hlsim__eof_pattern *pattern, uint8_t *ret_data);

#endif
