/*
 * Interning of page contents: a chained hash table over pages that are allocated in chunks. Knows
 * neither addresses nor flash rules.
 */
#include "flash/pool.h"

#include "base/assert.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Pages in one allocation: about 74 kB, of which only what is used is ever touched. */
#define CHUNK_PAGES   256

#define BUCKETS_FIRST 256

struct hlsim__flash_chunk {
    struct hlsim__flash_chunk *next;
    size_t first; /* index of its first page */
    struct hlsim__flash_page pages[CHUNK_PAGES];
    uint8_t bytes[CHUNK_PAGES][HLSIM__FLASH_PAGE];
};

static uint64_t stir(uint64_t lane, const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    lane = (lane ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return (lane << 29) | (lane >> 35);
}

/*
 * Four independent lanes of multiply and rotate: a page is hashed at every program, so that a hash
 * of single bytes would cost more than all the rest.
 */
static uint64_t page_hash(const uint8_t *bytes)
{
    uint64_t lanes[4] = {1, 2, 3, 4};
    uint64_t hash = 0;

    for (size_t at = 0; at < HLSIM__FLASH_PAGE; at += sizeof lanes) {
        lanes[0] = stir(lanes[0], bytes + at);
        lanes[1] = stir(lanes[1], bytes + at + 8);
        lanes[2] = stir(lanes[2], bytes + at + 16);
        lanes[3] = stir(lanes[3], bytes + at + 24);
    }
    for (size_t i = 0; i < 4; i++) {
        hash = (hash ^ lanes[i] ^ lanes[i] >> 32) * UINT64_C(0xbf58476d1ce4e5b9);
    }
    return hash ^ (hash >> 32);
}

static struct hlsim__flash_page **bucket_of(const struct hlsim__flash_pool *pool, uint64_t hash)
{
    return &pool->buckets[hash & (pool->bucket_count - 1)];
}

/* Doubles the table; the pages stay where they are. */
static int grow_buckets(struct hlsim__flash_pool *pool)
{
    struct hlsim__flash_page **old = pool->buckets;
    size_t old_count = pool->bucket_count;
    size_t count = old_count == 0 ? BUCKETS_FIRST : old_count * 2;
    struct hlsim__flash_page **buckets = calloc(count, sizeof(struct hlsim__flash_page *));

    if (buckets == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    pool->buckets = buckets;
    pool->bucket_count = count;
    for (size_t i = 0; i < old_count; i++) {
        struct hlsim__flash_page *page = old[i];

        while (page != NULL) {
            struct hlsim__flash_page *next = page->next;
            struct hlsim__flash_page **bucket = bucket_of(pool, page->hash);

            page->next = *bucket;
            *bucket = page;
            page = next;
        }
    }
    free(old);
    return 0;
}

static int grow_references(struct hlsim__flash_pool *pool)
{
    size_t capacity = pool->reference_capacity + CHUNK_PAGES;
    uint32_t *references = realloc(pool->references, capacity * sizeof *references);

    if (references == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    pool->references = references;
    pool->reference_capacity = capacity;
    return 0;
}

static int grow_pages(struct hlsim__flash_pool *pool)
{
    struct hlsim__flash_chunk *chunk;

    if (grow_references(pool) < 0) {
        return HLSIM_E_NO_MEMORY;
    }
    chunk = malloc(sizeof *chunk);
    if (chunk == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    chunk->first = pool->reference_capacity - CHUNK_PAGES;
    memset(chunk->pages, 0, sizeof chunk->pages);
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    pool->chunk_used = 0;
    return 0;
}

/* Makes sure that one more page and its place in the table can be had. */
static int reserve(struct hlsim__flash_pool *pool)
{
    int result;

    if (pool->count >= pool->pages_max) {
        return HLSIM_E_FULL;
    }
    if (pool->count >= pool->bucket_count) {
        result = grow_buckets(pool);
        if (result < 0) {
            return result;
        }
    }
    if (pool->free_pages == NULL && (pool->chunks == NULL || pool->chunk_used == CHUNK_PAGES)) {
        return grow_pages(pool);
    }
    return 0;
}

/* A page that was reserved: one that was released, or the next one never used. */
static struct hlsim__flash_page *take_free(struct hlsim__flash_pool *pool)
{
    struct hlsim__flash_page *page = pool->free_pages;

    if (page != NULL) {
        pool->free_pages = page->next;
    } else {
        page = &pool->chunks->pages[pool->chunk_used];
        page->index = (uint32_t)(pool->chunks->first + pool->chunk_used);
        page->bytes = pool->chunks->bytes[pool->chunk_used++];
    }
    return page;
}

void hlsim__flash_pool_init(struct hlsim__flash_pool *pool, size_t pages_max)
{
    HLSIM_ASSERT(pages_max > 0);
    memset(pool, 0, sizeof *pool);
    pool->pages_max = pages_max;
}

void hlsim__flash_pool_free(struct hlsim__flash_pool *pool)
{
    HLSIM_ASSERT(pool->count == 0);
    while (pool->chunks != NULL) {
        struct hlsim__flash_chunk *next = pool->chunks->next;

        free(pool->chunks);
        pool->chunks = next;
    }
    free(pool->buckets);
    free(pool->references);
    hlsim__flash_pool_init(pool, pool->pages_max);
}

/* What is written a second time is mostly written in the order of the first time. */
static void guess_next(struct hlsim__flash_pool *pool, const struct hlsim__flash_page *page)
{
    pool->guess = page->index % CHUNK_PAGES == CHUNK_PAGES - 1 ? NULL : page + 1;
}

static bool guessed_right(const struct hlsim__flash_pool *pool, const uint8_t *bytes)
{
    const struct hlsim__flash_page *guess = pool->guess;

    return guess != NULL && guess->bytes != NULL && pool->references[guess->index] > 0 &&
           memcmp(guess->bytes, bytes, HLSIM__FLASH_PAGE) == 0;
}

static void refer(struct hlsim__flash_pool *pool, const struct hlsim__flash_page *page)
{
    HLSIM_ASSERT(pool->references[page->index] < UINT32_MAX);
    pool->references[page->index]++;
    guess_next(pool, page);
}

int hlsim__flash_pool_take(struct hlsim__flash_pool *pool, const uint8_t *bytes,
                           const struct hlsim__flash_page **ret_page)
{
    struct hlsim__flash_page *page;
    struct hlsim__flash_page **bucket;
    uint64_t hash;
    int result;

    if (guessed_right(pool, bytes)) {
        *ret_page = pool->guess;
        refer(pool, *ret_page);
        return 0;
    }
    hash = page_hash(bytes);
    page = pool->bucket_count == 0 ? NULL : *bucket_of(pool, hash);
    for (; page != NULL; page = page->next) {
        if (page->hash == hash && memcmp(page->bytes, bytes, HLSIM__FLASH_PAGE) == 0) {
            refer(pool, page);
            *ret_page = page;
            return 0;
        }
    }
    result = reserve(pool);
    if (result < 0) {
        return result;
    }
    page = take_free(pool);
    memcpy(page->bytes, bytes, HLSIM__FLASH_PAGE);
    page->hash = hash;
    pool->references[page->index] = 1;
    guess_next(pool, page);
    bucket = bucket_of(pool, hash);
    page->next = *bucket;
    *bucket = page;
    pool->count++;
    *ret_page = page;
    return 0;
}

void hlsim__flash_pool_release(struct hlsim__flash_pool *pool, const struct hlsim__flash_page *page)
{
    struct hlsim__flash_page **link = bucket_of(pool, page->hash);
    struct hlsim__flash_page *found;

    HLSIM_ASSERT(pool->references[page->index] > 0);
    if (--pool->references[page->index] > 0) {
        return;
    }
    while (*link != page) {
        HLSIM_ASSERT(*link != NULL);
        link = &(*link)->next;
    }
    found = *link;
    *link = found->next;
    found->next = pool->free_pages;
    pool->free_pages = found;
    pool->count--;
}
