/*
 * The contents of flash pages, shared by all modems of a world: equal pages are stored once, so
 * that a thousand modems with the same firmware cost little more than one.
 *
 * A page in the pool never changes; whoever programs a page takes another one and releases the old.
 */
#ifndef HLSIM_FLASH_POOL_H
#define HLSIM_FLASH_POOL_H

#include <stddef.h>
#include <stdint.h>

#define HLSIM__FLASH_PAGE 256

/* How many different pages a pool holds unless the world says otherwise: 64 MiB of contents. */
#define HLSIM__FLASH_POOL_PAGES 262144

struct hlsim__flash_chunk;

struct hlsim__flash_page {
    struct hlsim__flash_page *next; /* in its bucket, or in the list of free pages */
    uint64_t hash;
    uint32_t index; /* of its count of references */
    uint8_t *bytes; /* HLSIM__FLASH_PAGE */
};

struct hlsim__flash_pool {
    struct hlsim__flash_page **buckets;
    size_t bucket_count; /* 0 or a power of two */
    size_t count;        /* different pages in use */
    size_t pages_max;
    struct hlsim__flash_page *free_pages;
    /* All that a page in use changes lies apart from the pages: a forked process which takes pages
     * that are there already copies this and nothing else. */
    uint32_t *references;
    size_t reference_capacity;
    struct hlsim__flash_chunk *chunks;     /* the newest first */
    size_t chunk_used;                     /* pages of the newest that were ever taken */
    const struct hlsim__flash_page *guess; /* the page behind the last one taken; NULL: none */
};

/* An empty pool which allocates when the first page comes. `pages_max` is at least 1. */
void hlsim__flash_pool_init(struct hlsim__flash_pool *pool, size_t pages_max);

/* Gives all memory back. Every flash that used the pool was freed before. */
void hlsim__flash_pool_free(struct hlsim__flash_pool *pool);

/*
 * Finds or stores the page with these HLSIM__FLASH_PAGE bytes and counts one more reference to it.
 * HLSIM_E_FULL when `pages_max` different pages are in use, HLSIM_E_NO_MEMORY.
 */
int hlsim__flash_pool_take(struct hlsim__flash_pool *pool, const uint8_t *bytes,
                           const struct hlsim__flash_page **ret_page);

/* Gives one reference back; the last one frees the page. */
void hlsim__flash_pool_release(struct hlsim__flash_pool *pool,
                               const struct hlsim__flash_page *page);

#endif
