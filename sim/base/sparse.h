/*
 * Filling of large memory that is zero for the most part already: what is zero is read and not
 * written, so that pages of a thousand idle devices that nobody ever used stay without memory.
 */
#ifndef HLSIM_BASE_SPARSE_H
#define HLSIM_BASE_SPARSE_H

#include <stddef.h>
#include <stdint.h>

void hlsim__clear_sparse(void *memory, size_t size);

/* Fills with `byte` what holds anything, in pieces of some hundred bytes; a piece of zeros stays.
 */
void hlsim__fill_used(void *memory, size_t size, uint8_t byte);

#endif
