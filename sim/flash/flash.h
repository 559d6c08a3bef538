/*
 * A NOR flash chip: 16 MiB, erased by sectors and programmed by pages. The only thing of a modem
 * that survives a loss of power.
 *
 * Every page program, every sector erase and every sync is one cut point of the modem's power
 * latch. A call at which power fails does as much as the latch says and returns HLSIM_E_POWER; so
 * does every call while there is no power. Addresses are byte addresses from 0; an address or a
 * range outside the chip gives HLSIM_E_RANGE.
 */
#ifndef HLSIM_FLASH_FLASH_H
#define HLSIM_FLASH_FLASH_H

#include <hl78sim/error.h>

#include "base/rng.h"
#include "core/power.h"
#include "flash/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__FLASH_SIZE   (UINT32_C(16) << 20)
#define HLSIM__FLASH_SECTOR 4096

/* What an erased byte reads as. */
#define HLSIM__FLASH_ERASED 0xff

/* The table of pages has three levels: regions of 256 KiB, sectors, pages. Untouched ones are NULL.
 */
#define HLSIM__FLASH_REGIONS 64

struct hlsim__flash_region;

struct hlsim__flash_config {
    struct hlsim__power *power;     /* borrowed */
    struct hlsim_stream *stream;    /* borrowed; for the store that lies on this flash */
    const char *source;             /* borrowed; whose flash, e.g. "modem:0" */
    struct hlsim__flash_pool *pool; /* borrowed; shared by the flashes of a world */
    struct hlsim__rng rng;          /* copied; how far a torn operation came is drawn from it */
};

struct hlsim__flash {
    struct hlsim__flash_config config;
    bool factory;      /* see hlsim__flash_set_factory */
    uint32_t fault_at; /* see hlsim__flash_set_fault */
    uint32_t fault_size;
    struct hlsim__flash_region *regions[HLSIM__FLASH_REGIONS];
};

/* An erased chip; allocates nothing until something is programmed. */
void hlsim__flash_init(struct hlsim__flash *flash, const struct hlsim__flash_config *config);

/* Gives the pages back to the pool. Needs no power. */
void hlsim__flash_free(struct hlsim__flash *flash);

int hlsim__flash_read(const struct hlsim__flash *flash, uint32_t address, void *ret_bytes,
                      size_t size);

/*
 * The bytes at `address` without a copy: sets `ret_bytes`, which is valid until the next program or
 * erase, and returns how many of `size` (> 0) lie there in one piece.
 */
int hlsim__flash_view(const struct hlsim__flash *flash, uint32_t address, size_t size,
                      const uint8_t **ret_bytes);

/* 1 when the whole range is erased, 0 when not. */
int hlsim__flash_is_erased(const struct hlsim__flash *flash, uint32_t address, size_t size);

/*
 * Programs a range, page by page in rising order. Bits go from 1 to 0 only: bytes that would need a
 * bit to go back to 1 give HLSIM_E_STATE, and then nothing of the range was programmed. A torn page
 * has a prefix of its new bytes. HLSIM_E_FULL or HLSIM_E_NO_MEMORY when the pool has no page left;
 * earlier pages of the range are programmed then.
 */
int hlsim__flash_program(struct hlsim__flash *flash, uint32_t address, const void *bytes,
                         size_t size);

/* Erases one sector; `address` is its first byte, else HLSIM_E_INVALID. A torn erase has erased the
 * first pages of the sector and kept the others. */
int hlsim__flash_erase(struct hlsim__flash *flash, uint32_t address);

/* A barrier: when it has returned 0, everything programmed or erased before is durable. */
int hlsim__flash_sync(struct hlsim__flash *flash);

/*
 * Model side, no part of a modem's behaviour: while the factory has the chip in its programmer, all
 * calls work without power and are no cut points.
 */
void hlsim__flash_set_factory(struct hlsim__flash *flash, bool factory);

/*
 * Model side: from now on the chip fails to program and to erase in that range: such calls give
 * HLSIM_E_IO and change nothing. A size of 0 mends it.
 */
void hlsim__flash_set_fault(struct hlsim__flash *flash, uint32_t address, uint32_t size);

/* Model side: puts bytes there whatever was there before; no power, no cut points. HLSIM_E_FULL or
 * HLSIM_E_NO_MEMORY as hlsim__flash_program. */
int hlsim__flash_preset(struct hlsim__flash *flash, uint32_t address, const void *bytes,
                        size_t size);

/* Model side: reads without power. */
int hlsim__flash_peek(const struct hlsim__flash *flash, uint32_t address, void *ret_bytes,
                      size_t size);

#endif
