/*
 * What the fuzz targets share. A target is one function over arbitrary bytes: libFuzzer calls it
 * with what it makes up (option HL78SIM_FUZZ), replay.c with the files of a corpus.
 */
#ifndef HL78SIM_TESTS_FUZZ_H
#define HL78SIM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Returns 0; anything that is wrong aborts or is seen by a sanitizer. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define FUZZ_EXPECT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
