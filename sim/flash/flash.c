/*
 * The NOR rules, torn operations and the lazily allocated table of pages. Does not know what is
 * stored.
 */
#include "flash/flash.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

#define SECTOR_PAGES   (HLSIM__FLASH_SECTOR / HLSIM__FLASH_PAGE)
#define REGION_SECTORS 64

#define ERASED_8       255, 255, 255, 255, 255, 255, 255, 255
#define ERASED_64      ERASED_8, ERASED_8, ERASED_8, ERASED_8, ERASED_8, ERASED_8, ERASED_8, ERASED_8

_Static_assert((uint32_t)HLSIM__FLASH_REGIONS *REGION_SECTORS *HLSIM__FLASH_SECTOR ==
                   HLSIM__FLASH_SIZE,
               "the three levels cover the chip");

/* NULL is an erased page. */
struct sector {
    const struct hlsim__flash_page *pages[SECTOR_PAGES];
};

struct hlsim__flash_region {
    struct sector *sectors[REGION_SECTORS];
};

static bool in_range(uint32_t address, size_t size)
{
    return address <= HLSIM__FLASH_SIZE && size <= HLSIM__FLASH_SIZE - address;
}

static bool powered(const struct hlsim__flash *flash)
{
    return flash->factory || flash->config.power->on;
}

static int ask(struct hlsim__flash *flash, enum hlsim_cut_kind kind, enum hlsim_torn *ret_torn)
{
    if (flash->factory) {
        return 0;
    }
    return hlsim__power_ask(flash->config.power, kind, ret_torn);
}

/* How many bytes of [address, address + size) lie in the first page of that range. */
static size_t first_piece(uint32_t address, size_t size)
{
    size_t room = HLSIM__FLASH_PAGE - address % HLSIM__FLASH_PAGE;

    return size < room ? size : room;
}

/* Where the table points to the sector of `address`; NULL when its whole region is untouched. */
static struct sector **find_sector(const struct hlsim__flash *flash, uint32_t address)
{
    uint32_t index = address / HLSIM__FLASH_SECTOR;
    struct hlsim__flash_region *region = flash->regions[index / REGION_SECTORS];

    return region == NULL ? NULL : &region->sectors[index % REGION_SECTORS];
}

/* The page of `address`; NULL when it is erased. */
static const struct hlsim__flash_page *find_page(const struct hlsim__flash *flash, uint32_t address)
{
    struct sector **sector = find_sector(flash, address);

    if (sector == NULL || *sector == NULL) {
        return NULL;
    }
    return (*sector)->pages[address / HLSIM__FLASH_PAGE % SECTOR_PAGES];
}

/* Where the table points to the page of `address`, with the levels above it made. */
static const struct hlsim__flash_page **make_place(struct hlsim__flash *flash, uint32_t address)
{
    uint32_t index = address / HLSIM__FLASH_SECTOR;
    struct hlsim__flash_region **region = &flash->regions[index / REGION_SECTORS];
    struct sector **sector;

    if (*region == NULL) {
        *region = calloc(1, sizeof **region);
        if (*region == NULL) {
            return NULL;
        }
    }
    sector = &(*region)->sectors[index % REGION_SECTORS];
    if (*sector == NULL) {
        *sector = calloc(1, sizeof **sector);
        if (*sector == NULL) {
            return NULL;
        }
    }
    return &(*sector)->pages[address / HLSIM__FLASH_PAGE % SECTOR_PAGES];
}

static bool all_erased(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != HLSIM__FLASH_ERASED) {
            return false;
        }
    }
    return true;
}

/* Gives the page of `address` these contents. */
static int store_page(struct hlsim__flash *flash, uint32_t address, const uint8_t *bytes)
{
    bool erased = all_erased(bytes, HLSIM__FLASH_PAGE);
    const struct hlsim__flash_page **place;
    const struct hlsim__flash_page *page = NULL;
    int result;

    if (erased && find_page(flash, address) == NULL) {
        return 0;
    }
    place = make_place(flash, address);
    if (place == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    if (!erased) {
        result = hlsim__flash_pool_take(flash->config.pool, bytes, &page);
        if (result < 0) {
            return result;
        }
    }
    if (*place != NULL) {
        hlsim__flash_pool_release(flash->config.pool, *place);
    }
    *place = page;
    return 0;
}

/* Puts `size` bytes into the one page they lie in. */
static int store_piece(struct hlsim__flash *flash, uint32_t address, const uint8_t *bytes,
                       size_t size)
{
    uint8_t contents[HLSIM__FLASH_PAGE];
    uint32_t start = address - address % HLSIM__FLASH_PAGE;
    const struct hlsim__flash_page *page;

    if (size == 0) {
        return 0;
    }
    if (size == HLSIM__FLASH_PAGE) {
        return store_page(flash, start, bytes);
    }
    page = find_page(flash, start);
    if (page == NULL) {
        memset(contents, HLSIM__FLASH_ERASED, sizeof contents);
    } else {
        memcpy(contents, page->bytes, sizeof contents);
    }
    memcpy(contents + (address - start), bytes, size);
    return store_page(flash, start, contents);
}

/* Erases the first `count` pages of a sector. */
static void drop_pages(struct hlsim__flash *flash, uint32_t address, size_t count)
{
    struct sector **sector = find_sector(flash, address);

    if (sector == NULL || *sector == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if ((*sector)->pages[i] != NULL) {
            hlsim__flash_pool_release(flash->config.pool, (*sector)->pages[i]);
            (*sector)->pages[i] = NULL;
        }
    }
    if (count == SECTOR_PAGES) {
        free(*sector);
        *sector = NULL;
    }
}

/* Of `count` steps of one operation, how many happened before power failed. */
static size_t steps_done(struct hlsim__flash *flash, enum hlsim_torn torn, size_t count)
{
    if (torn == HLSIM_TORN_COMPLETE) {
        return count;
    }
    if (torn == HLSIM_TORN_PREFIX && count > 1) {
        return 1 + (size_t)hlsim__rng_below(&flash->config.rng, count - 1);
    }
    return 0;
}

/* Whether the range can take the bytes without any bit going from 0 to 1. */
static bool programmable(const struct hlsim__flash *flash, uint32_t address, const uint8_t *bytes,
                         size_t size)
{
    while (size > 0) {
        size_t piece = first_piece(address, size);
        const struct hlsim__flash_page *page = find_page(flash, address);

        for (size_t i = 0; page != NULL && i < piece; i++) {
            if ((bytes[i] & ~page->bytes[address % HLSIM__FLASH_PAGE + i]) != 0) {
                return false;
            }
        }
        address += (uint32_t)piece;
        bytes += piece;
        size -= piece;
    }
    return true;
}

/* Whether the range touches the part of the chip that is broken. */
static bool fails(const struct hlsim__flash *flash, uint32_t address, size_t size)
{
    return address < flash->fault_at + flash->fault_size && flash->fault_at < address + size;
}

void hlsim__flash_init(struct hlsim__flash *flash, const struct hlsim__flash_config *config)
{
    HLSIM_ASSERT(config->power != NULL);
    HLSIM_ASSERT(config->pool != NULL);
    memset(flash, 0, sizeof *flash);
    flash->config = *config;
}

void hlsim__flash_free(struct hlsim__flash *flash)
{
    for (uint32_t i = 0; i < HLSIM__FLASH_REGIONS; i++) {
        if (flash->regions[i] == NULL) {
            continue;
        }
        for (uint32_t j = 0; j < REGION_SECTORS; j++) {
            drop_pages(flash, (i * REGION_SECTORS + j) * HLSIM__FLASH_SECTOR, SECTOR_PAGES);
        }
        free(flash->regions[i]);
        flash->regions[i] = NULL;
    }
}

int hlsim__flash_peek(const struct hlsim__flash *flash, uint32_t address, void *ret_bytes,
                      size_t size)
{
    uint8_t *bytes = ret_bytes;

    if (!in_range(address, size)) {
        return HLSIM_E_RANGE;
    }
    while (size > 0) {
        size_t piece = first_piece(address, size);
        const struct hlsim__flash_page *page = find_page(flash, address);

        if (page == NULL) {
            memset(bytes, HLSIM__FLASH_ERASED, piece);
        } else {
            memcpy(bytes, page->bytes + address % HLSIM__FLASH_PAGE, piece);
        }
        address += (uint32_t)piece;
        bytes += piece;
        size -= piece;
    }
    return 0;
}

int hlsim__flash_read(const struct hlsim__flash *flash, uint32_t address, void *ret_bytes,
                      size_t size)
{
    if (!powered(flash)) {
        return HLSIM_E_POWER;
    }
    return hlsim__flash_peek(flash, address, ret_bytes, size);
}

int hlsim__flash_view(const struct hlsim__flash *flash, uint32_t address, size_t size,
                      const uint8_t **ret_bytes)
{
    static const uint8_t erased[] = {ERASED_64, ERASED_64, ERASED_64, ERASED_64};
    const struct hlsim__flash_page *page;

    _Static_assert(sizeof erased == HLSIM__FLASH_PAGE, "a page");
    HLSIM_ASSERT(size > 0);
    if (!powered(flash)) {
        return HLSIM_E_POWER;
    }
    if (!in_range(address, size)) {
        return HLSIM_E_RANGE;
    }
    page = find_page(flash, address);
    *ret_bytes = (page == NULL ? erased : page->bytes) + address % HLSIM__FLASH_PAGE;
    return (int)first_piece(address, size);
}

int hlsim__flash_is_erased(const struct hlsim__flash *flash, uint32_t address, size_t size)
{
    if (!powered(flash)) {
        return HLSIM_E_POWER;
    }
    if (!in_range(address, size)) {
        return HLSIM_E_RANGE;
    }
    while (size > 0) {
        size_t piece = first_piece(address, size);
        const struct hlsim__flash_page *page = find_page(flash, address);

        if (page != NULL && !all_erased(page->bytes + address % HLSIM__FLASH_PAGE, piece)) {
            return 0;
        }
        address += (uint32_t)piece;
        size -= piece;
    }
    return 1;
}

int hlsim__flash_program(struct hlsim__flash *flash, uint32_t address, const void *bytes,
                         size_t size)
{
    const uint8_t *from = bytes;

    if (!powered(flash)) {
        return HLSIM_E_POWER;
    }
    if (!in_range(address, size)) {
        return HLSIM_E_RANGE;
    }
    if (fails(flash, address, size)) {
        return HLSIM_E_IO;
    }
    if (!programmable(flash, address, from, size)) {
        return HLSIM_E_STATE;
    }
    while (size > 0) {
        size_t piece = first_piece(address, size);
        enum hlsim_torn torn = HLSIM_TORN_COMPLETE;
        int power = ask(flash, HLSIM_CUT_PROGRAM, &torn);
        int result;

        if (power < 0) {
            /* Without a page left in the pool nothing of the torn page happened: allowed as well.
             */
            (void)store_piece(flash, address, from, steps_done(flash, torn, piece));
            return power;
        }
        result = store_piece(flash, address, from, piece);
        if (result < 0) {
            return result;
        }
        address += (uint32_t)piece;
        from += piece;
        size -= piece;
    }
    return 0;
}

int hlsim__flash_erase(struct hlsim__flash *flash, uint32_t address)
{
    enum hlsim_torn torn = HLSIM_TORN_COMPLETE;
    int power;

    if (!powered(flash)) {
        return HLSIM_E_POWER;
    }
    if (!in_range(address, HLSIM__FLASH_SECTOR)) {
        return HLSIM_E_RANGE;
    }
    if (address % HLSIM__FLASH_SECTOR != 0) {
        return HLSIM_E_INVALID;
    }
    if (fails(flash, address, HLSIM__FLASH_SECTOR)) {
        return HLSIM_E_IO;
    }
    power = ask(flash, HLSIM_CUT_ERASE, &torn);
    drop_pages(flash, address,
               power < 0 ? steps_done(flash, torn, SECTOR_PAGES) : (size_t)SECTOR_PAGES);
    return power;
}

int hlsim__flash_sync(struct hlsim__flash *flash)
{
    enum hlsim_torn torn;

    /* Programs and erases reach the chip at once, so that a torn barrier has nothing to tear. */
    return ask(flash, HLSIM_CUT_SYNC, &torn);
}

void hlsim__flash_set_factory(struct hlsim__flash *flash, bool factory)
{
    HLSIM_ASSERT(flash->factory != factory);
    flash->factory = factory;
}

void hlsim__flash_set_fault(struct hlsim__flash *flash, uint32_t address, uint32_t size)
{
    HLSIM_ASSERT(in_range(address, size));
    flash->fault_at = address;
    flash->fault_size = size;
}

int hlsim__flash_preset(struct hlsim__flash *flash, uint32_t address, const void *bytes,
                        size_t size)
{
    const uint8_t *from = bytes;

    if (!in_range(address, size)) {
        return HLSIM_E_RANGE;
    }
    while (size > 0) {
        size_t piece = first_piece(address, size);
        int result = store_piece(flash, address, from, piece);

        if (result < 0) {
            return result;
        }
        address += (uint32_t)piece;
        from += piece;
        size -= piece;
    }
    return 0;
}
