/*
 * The modem's non-volatile store: small values by name, in a log on flash.
 *
 * Contract of every change: whatever cut point fails and however torn, the next mount finds the old
 * or the new value of that key and every other key untouched. The struct is plain RAM without
 * anything to free; after a loss of power it is mounted again.
 *
 * Layout. The region is two banks of half its sectors. A bank is a header (16 bytes: "NVM1",
 * generation, CRC-32, rest erased) and records without gaps; the valid header with the higher
 * generation names the active bank. The last record of a key counts. A change appends one record.
 * When it does not fit, or when the log ends in a torn record, the live records and the change are
 * written to the other bank, whose header comes last: that header is the switch. The old bank is
 * erased when it is next needed.
 */
#ifndef HLSIM_FLASH_NVM_H
#define HLSIM_FLASH_NVM_H

#include "flash/flash.h"
#include "flash/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__NVM_KEYS_MAX 160

struct hlsim__nvm_config {
    uint32_t address; /* the first byte of a sector */
    uint32_t sectors; /* an even number, at least 2; all inside the chip */
};

struct hlsim__nvm_entry {
    uint64_t key;     /* a hash of it: the key itself lies in flash */
    uint32_t address; /* of its record */
    uint16_t size;    /* of its value */
    uint16_t key_size;
};

struct hlsim__nvm {
    struct hlsim__flash *flash;
    struct hlsim__nvm_config config;
    uint32_t bank;        /* the active one, 0 or 1 */
    uint32_t generation;  /* of the active bank; 0: the region was never written */
    uint32_t end;         /* where the next record goes, counted from the bank's start */
    bool torn;            /* nothing can be appended: the next change writes the other bank */
    uint64_t last_commit; /* the event of the last change since the mount; 0: none */
    size_t entry_count;
    struct hlsim__nvm_entry entries[HLSIM__NVM_KEYS_MAX];
};

/*
 * Reads the log and says so in the flash's stream (HLSIM_EVENT_MOUNT; `records`: keys found,
 * `discarded`: 1 when the log ends in a torn record). Writes nothing; a region that was never
 * written is an empty store. HLSIM_E_INVALID for a region that cannot be one, HLSIM_E_POWER,
 * HLSIM_E_CORRUPT when a valid log has more keys than this store can hold.
 */
int hlsim__nvm_mount(struct hlsim__nvm *nvm, struct hlsim__flash *flash,
                     const struct hlsim__nvm_config *config);

/*
 * Makes a value durable and says so (HLSIM_EVENT_COMMIT; `what`: the key, `size`). The value that
 * is there already is not written again. HLSIM_E_INVALID for a bad key, HLSIM_E_LIMIT for a value
 * or a number of keys beyond the limits, HLSIM_E_FULL when all live records together do not fit;
 * then nothing has changed. HLSIM_E_CORRUPT when another value that must be copied is damaged.
 * Errors of the flash are passed on: HLSIM_E_POWER leaves the old or the new value.
 */
int hlsim__nvm_put(struct hlsim__nvm *nvm, const char *key, const void *bytes, size_t size);

/*
 * Copies the value and returns its size. HLSIM_E_NOT_FOUND, HLSIM_E_LIMIT when it is larger than
 * `capacity`, HLSIM_E_CORRUPT when the flash no longer holds what was written, HLSIM_E_POWER.
 */
int hlsim__nvm_get(const struct hlsim__nvm *nvm, const char *key, void *ret_bytes, size_t capacity);

/* Removes a key, as durable as hlsim__nvm_put (the event's `size` is 0). HLSIM_E_NOT_FOUND. */
int hlsim__nvm_delete(struct hlsim__nvm *nvm, const char *key);

struct hlsim__nvm_preset {
    const char *key;
    const void *bytes;
    size_t size;
};

/*
 * Model side: puts values as the factory does, without power, cut points and events, keeping those
 * that are there. Errors as hlsim__nvm_mount and hlsim__nvm_put. Mount the store afterwards.
 */
int hlsim__nvm_preset(struct hlsim__flash *flash, const struct hlsim__nvm_config *config,
                      const struct hlsim__nvm_preset *presets, size_t count);

#endif
