/*
 * A sector holds a head and the record's bytes. The head is programmed last and has a checksum over
 * both, so that half a record is none.
 */
#include "record_store.h"

#include "board.h"

#include <string.h>

struct head {
    uint32_t sequence; /* the larger, the newer */
    uint32_t size;
    uint32_t checksum;
};

#define BYTES_MAX (BOARD_SECTOR_SIZE - sizeof(struct head))

/* FNV-1a; chips with a CRC unit use that. */
static uint32_t add_to_checksum(uint32_t checksum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        checksum = (checksum ^ bytes[i]) * 16777619u;
    }
    return checksum;
}

static uint32_t checksum_of(const struct head *head, const uint8_t *bytes)
{
    struct head covered = *head;

    covered.checksum = 0;
    return add_to_checksum(add_to_checksum(2166136261u, (const uint8_t *)&covered, sizeof covered),
                           bytes, head->size);
}

/* False when the sector holds no whole record. */
static bool read_head(unsigned sector, struct head *ret_head)
{
    const uint8_t *flash = board_flash_sector(sector);

    memcpy(ret_head, flash, sizeof *ret_head);
    return ret_head->size <= BYTES_MAX &&
           ret_head->checksum == checksum_of(ret_head, flash + sizeof *ret_head);
}

/* The sector of the newest record, or BOARD_SECTOR_COUNT. */
static unsigned newest(struct head *ret_head)
{
    unsigned found = BOARD_SECTOR_COUNT;

    for (unsigned sector = 0; sector < BOARD_SECTOR_COUNT; sector++) {
        struct head head;

        if (read_head(sector, &head) &&
            (found == BOARD_SECTOR_COUNT || head.sequence > ret_head->sequence)) {
            found = sector;
            *ret_head = head;
        }
    }
    return found;
}

const uint8_t *record_store_read(size_t *ret_size)
{
    struct head head = {0};
    unsigned sector = newest(&head);

    *ret_size = sector == BOARD_SECTOR_COUNT ? 0 : head.size;
    return *ret_size == 0 ? NULL : board_flash_sector(sector) + sizeof head;
}

bool record_store_write(const uint8_t *bytes, size_t size)
{
    struct head head = {0};
    struct head check;
    unsigned other = newest(&head) == 0 ? 1 : 0;

    if (size > BYTES_MAX) {
        return false;
    }
    head.sequence++;
    head.size = (uint32_t)size;
    head.checksum = checksum_of(&head, bytes);
    return board_flash_erase(other) && board_flash_program(other, sizeof head, bytes, size) &&
           board_flash_program(other, 0, (const uint8_t *)&head, sizeof head) &&
           read_head(other, &check);
}
