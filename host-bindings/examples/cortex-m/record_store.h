/*
 * Where the engine's record lies while the power is off: the newest of two flash sectors that is
 * whole. Whatever is cut, one of the two is: the older one is erased only after the newer one was
 * written and read back.
 */
#ifndef EXAMPLE_RECORD_STORE_H
#define EXAMPLE_RECORD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The newest record, in flash; NULL and 0 when there is none. */
const uint8_t *record_store_read(size_t *ret_size);

/* Makes a record durable. False: it is not, and the one before still is. */
bool record_store_write(const uint8_t *bytes, size_t size);

#endif
