/*
 * The log of records and its two banks. Knows flash only by its calls and never what a value means.
 */
#include "flash/nvm.h"

#include "base/assert.h"
#include "base/checksum.h"
#include "base/le.h"

#include <string.h>

#define BANK_HEADER_SIZE 12 /* that much is programmed */
#define BANK_START       16 /* where the first record lies */
#define BANK_MAGIC       "NVM1"

static uint32_t bank_size(const struct hlsim__nvm *nvm)
{
    return nvm->config.sectors / 2 * HLSIM__FLASH_SECTOR;
}

static uint32_t bank_address(const struct hlsim__nvm *nvm, uint32_t bank)
{
    return nvm->config.address + bank * bank_size(nvm);
}

/* The index of the entry, or entry_count. 64 bits tell all keys of a store from each other. */
static size_t find(const struct hlsim__nvm *nvm, const char *key, size_t key_size)
{
    uint64_t hash = hlsim__digest(key, key_size);
    size_t i = 0;

    while (i < nvm->entry_count &&
           (nvm->entries[i].key != hash || nvm->entries[i].key_size != key_size)) {
        i++;
    }
    return i;
}

/* Lets the index follow a record that lies at `address`. */
static int index_apply(struct hlsim__nvm *nvm, const struct hlsim__record *record, uint32_t address)
{
    size_t key_size = hlsim__record_key_size(record);
    size_t index = find(nvm, hlsim__record_key(record), key_size);
    struct hlsim__nvm_entry *entry = &nvm->entries[index];

    if (hlsim__record_kind(record) == HLSIM__RECORD_DELETION) {
        if (index < nvm->entry_count) {
            nvm->entry_count--;
            memmove(entry, entry + 1, (nvm->entry_count - index) * sizeof *entry);
        }
        return 0;
    }
    if (index == nvm->entry_count) {
        if (index == HLSIM__NVM_KEYS_MAX) {
            return HLSIM_E_CORRUPT;
        }
        nvm->entry_count++;
        entry->key = hlsim__digest(hlsim__record_key(record), key_size);
        entry->key_size = (uint16_t)key_size;
    }
    entry->address = address;
    entry->size = (uint16_t)hlsim__record_value_size(record);
    return 0;
}

/* The generation of a bank, 0 when its header is not valid. */
static int bank_generation(const struct hlsim__nvm *nvm, uint32_t bank, uint32_t *ret_generation)
{
    uint8_t header[BANK_HEADER_SIZE];
    int result = hlsim__flash_read(nvm->flash, bank_address(nvm, bank), header, sizeof header);

    if (result < 0) {
        return result;
    }
    *ret_generation = 0;
    if (memcmp(header, BANK_MAGIC, 4) == 0 &&
        hlsim__le_get32(header + 8) == hlsim__crc32(0, header, 8)) {
        *ret_generation = hlsim__le_get32(header + 4);
    }
    return 0;
}

/* Reads the records of the active bank into the index. */
static int scan(struct hlsim__nvm *nvm)
{
    uint32_t start = bank_address(nvm, nvm->bank);
    struct hlsim__record record;
    int result;

    nvm->end = BANK_START;
    for (;;) {
        result =
            hlsim__record_read(&record, nvm->flash, start + nvm->end, bank_size(nvm) - nvm->end);
        if (result < 0) {
            break;
        }
        result = index_apply(nvm, &record, start + nvm->end);
        if (result < 0) {
            return result;
        }
        nvm->end += (uint32_t)record.size;
    }
    if (result != HLSIM_E_CORRUPT) {
        return result;
    }
    result = hlsim__flash_is_erased(nvm->flash, start + nvm->end, bank_size(nvm) - nvm->end);
    nvm->torn = result == 0;
    return result < 0 ? result : 0;
}

/* Erases what is not erased of a bank, its header first. */
static int bank_erase(const struct hlsim__nvm *nvm, uint32_t bank)
{
    uint32_t address = bank_address(nvm, bank);
    uint32_t end = address + bank_size(nvm);

    for (; address < end; address += HLSIM__FLASH_SECTOR) {
        int result = hlsim__flash_is_erased(nvm->flash, address, HLSIM__FLASH_SECTOR);

        if (result == 0) {
            result = hlsim__flash_erase(nvm->flash, address);
        }
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

/* Writes the header that makes a complete bank the active one. */
static int bank_activate(struct hlsim__nvm *nvm, uint32_t bank, uint32_t generation)
{
    uint8_t header[BANK_HEADER_SIZE];
    int result = hlsim__flash_sync(nvm->flash);

    if (result < 0) {
        return result;
    }
    memcpy(header, BANK_MAGIC, 4);
    hlsim__le_put32(header + 4, generation);
    hlsim__le_put32(header + 8, hlsim__crc32(0, header, 8));
    return hlsim__flash_program(nvm->flash, bank_address(nvm, bank), header, sizeof header);
}

/* Writes a record at the end of the log, into erased flash. */
static int append(struct hlsim__nvm *nvm, const struct hlsim__record *record)
{
    uint32_t address = bank_address(nvm, nvm->bank) + nvm->end;
    int result = hlsim__flash_program(nvm->flash, address, record->bytes, record->size);

    if (result < 0) {
        /* A part of it may lie there. */
        nvm->torn = true;
        return result;
    }
    nvm->end += (uint32_t)record->size;
    return index_apply(nvm, record, address);
}

/*
 * Writes the live records and `change` to the other bank and switches over to it; `nvm` changes
 * only when the switch has happened.
 */
static int rewrite(struct hlsim__nvm *nvm, const struct hlsim__record *change)
{
    struct hlsim__nvm next = *nvm;
    size_t changed = find(nvm, hlsim__record_key(change), hlsim__record_key_size(change));
    struct hlsim__record record;
    int result;

    next.bank = 1 - nvm->bank;
    next.generation = nvm->generation + 1;
    next.end = BANK_START;
    next.torn = false;
    next.entry_count = 0;
    result = bank_erase(nvm, next.bank);
    for (size_t i = 0; result == 0 && i < nvm->entry_count; i++) {
        if (i == changed) {
            continue;
        }
        result =
            hlsim__record_read(&record, nvm->flash, nvm->entries[i].address, HLSIM__RECORD_MAX);
        if (result == 0) {
            result = append(&next, &record);
        }
    }
    if (result == 0 && hlsim__record_kind(change) == HLSIM__RECORD_VALUE) {
        result = append(&next, change);
    }
    if (result == 0) {
        result = bank_activate(nvm, next.bank, next.generation);
    }
    if (result == 0) {
        *nvm = next;
    }
    return result;
}

/* Makes one record durable, by the cheaper of the two ways. */
static int commit(struct hlsim__nvm *nvm, const struct hlsim__record *change)
{
    bool fits = change->size <= bank_size(nvm) - nvm->end;
    int result;

    if (nvm->generation == 0 || nvm->torn || !fits) {
        result = rewrite(nvm, change);
    } else {
        result = append(nvm, change);
    }
    if (result == 0) {
        result = hlsim__flash_sync(nvm->flash);
    }
    if (result == 0 && !nvm->flash->factory) {
        char key[HLSIM__NVM_KEY_MAX + 1] = {0};

        memcpy(key, hlsim__record_key(change), hlsim__record_key_size(change));
        nvm->last_commit = HLSIM__EMIT(nvm->flash->config.stream, nvm->flash->config.source,
                                       HLSIM_EVENT_COMMIT, HLSIM_TEXT("what", key),
                                       HLSIM_INT("size", hlsim__record_value_size(change)));
    }
    return result;
}

/* The bytes of all live records but the one at `without`. */
static size_t live_size(const struct hlsim__nvm *nvm, size_t without)
{
    size_t size = 0;

    for (size_t i = 0; i < nvm->entry_count; i++) {
        if (i != without) {
            size += hlsim__record_size(nvm->entries[i].key_size, nvm->entries[i].size);
        }
    }
    return size;
}

int hlsim__nvm_mount(struct hlsim__nvm *nvm, struct hlsim__flash *flash,
                     const struct hlsim__nvm_config *config)
{
    uint32_t generations[2];
    int result = 0;

    memset(nvm, 0, sizeof *nvm);
    nvm->flash = flash;
    nvm->config = *config;
    if (config->sectors < 2 || config->sectors % 2 != 0 ||
        config->address % HLSIM__FLASH_SECTOR != 0 || config->address > HLSIM__FLASH_SIZE ||
        config->sectors > (HLSIM__FLASH_SIZE - config->address) / HLSIM__FLASH_SECTOR) {
        return HLSIM_E_INVALID;
    }
    for (uint32_t bank = 0; result == 0 && bank < 2; bank++) {
        result = bank_generation(nvm, bank, &generations[bank]);
    }
    if (result < 0) {
        return result;
    }
    nvm->bank = generations[1] > generations[0] ? 1 : 0;
    nvm->generation = generations[nvm->bank];
    nvm->end = BANK_START;
    if (nvm->generation > 0) {
        result = scan(nvm);
    }
    if (result == 0 && !flash->factory) {
        HLSIM__EMIT(flash->config.stream, flash->config.source, HLSIM_EVENT_MOUNT,
                    HLSIM_INT("records", nvm->entry_count), HLSIM_INT("discarded", nvm->torn));
    }
    return result;
}

int hlsim__nvm_put(struct hlsim__nvm *nvm, const char *key, const void *bytes, size_t size)
{
    size_t key_size = strlen(key);
    struct hlsim__record record;
    size_t index;

    if (!hlsim__nvm_key_valid(key, key_size)) {
        return HLSIM_E_INVALID;
    }
    if (size > HLSIM__NVM_VALUE_MAX) {
        return HLSIM_E_LIMIT;
    }
    index = find(nvm, key, key_size);
    if (index < nvm->entry_count && nvm->entries[index].size == size) {
        int result =
            hlsim__record_read(&record, nvm->flash, nvm->entries[index].address, HLSIM__RECORD_MAX);

        if (result < 0 && result != HLSIM_E_CORRUPT) {
            return result;
        }
        if (result == 0 && (size == 0 || memcmp(hlsim__record_value(&record), bytes, size) == 0)) {
            return 0;
        }
    }
    if (index == HLSIM__NVM_KEYS_MAX) {
        return HLSIM_E_LIMIT;
    }
    hlsim__record_write(&record, HLSIM__RECORD_VALUE, key, bytes, size);
    if (live_size(nvm, index) + record.size > bank_size(nvm) - BANK_START) {
        return HLSIM_E_FULL;
    }
    return commit(nvm, &record);
}

int hlsim__nvm_get(const struct hlsim__nvm *nvm, const char *key, void *ret_bytes, size_t capacity)
{
    size_t index = find(nvm, key, strlen(key));
    const struct hlsim__nvm_entry *entry = &nvm->entries[index];
    struct hlsim__record record;
    int result;

    if (index == nvm->entry_count) {
        return HLSIM_E_NOT_FOUND;
    }
    if (entry->size > capacity) {
        return HLSIM_E_LIMIT;
    }
    result = hlsim__record_read(&record, nvm->flash, entry->address, HLSIM__RECORD_MAX);
    if (result < 0) {
        return result;
    }
    if (hlsim__record_value_size(&record) != entry->size) {
        return HLSIM_E_CORRUPT;
    }
    if (entry->size > 0) {
        memcpy(ret_bytes, hlsim__record_value(&record), entry->size);
    }
    return (int)entry->size;
}

int hlsim__nvm_delete(struct hlsim__nvm *nvm, const char *key)
{
    size_t index = find(nvm, key, strlen(key));
    struct hlsim__record record;

    if (index == nvm->entry_count) {
        return HLSIM_E_NOT_FOUND;
    }
    hlsim__record_write(&record, HLSIM__RECORD_DELETION, key, NULL, 0);
    return commit(nvm, &record);
}

int hlsim__nvm_preset(struct hlsim__flash *flash, const struct hlsim__nvm_config *config,
                      const struct hlsim__nvm_preset *presets, size_t count)
{
    struct hlsim__nvm nvm;
    int result;

    hlsim__flash_set_factory(flash, true);
    result = hlsim__nvm_mount(&nvm, flash, config);
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = hlsim__nvm_put(&nvm, presets[i].key, presets[i].bytes, presets[i].size);
    }
    hlsim__flash_set_factory(flash, false);
    return result;
}
