/*
 * SHA-256 of whole blocks by the instructions that some processors have for it.
 */
#ifndef HLSIM_PACKAGE_SHA256_X86_H
#define HLSIM_PACKAGE_SHA256_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this processor has them. To be asked seldom: the question is slow in a virtual machine.
 */
bool hlsim__sha256_x86_there(void);

/* Takes `count` blocks of 64 bytes into the state (FIPS 180-4 6.2.2). Only where they are there. */
void hlsim__sha256_x86_blocks(uint32_t state[8], const uint8_t *bytes, size_t count);

#endif
