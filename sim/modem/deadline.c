/*
 * One record: the date at which it is due and the wait that led to it.
 */
#include "modem/deadline.h"

#include "base/le.h"
#include "modem/modem.h"

#define RECORD_FORMAT 1
#define RECORD_SIZE   17 /* format, due, wait; both in milliseconds */

static void put64(uint8_t *bytes, int64_t value)
{
    hlsim__le_put32(bytes, (uint32_t)(uint64_t)value);
    hlsim__le_put32(bytes + 4, (uint32_t)((uint64_t)value >> 32));
}

static int64_t get64(const uint8_t *bytes)
{
    return (int64_t)(hlsim__le_get32(bytes) | (uint64_t)hlsim__le_get32(bytes + 4) << 32);
}

/* The hardware's clock, which AT+CCLK does not move: milliseconds since 1970. */
static int64_t date(const struct hlsim__modem *modem)
{
    return modem->epoch * 1000 + modem->sched->now / HLSIM_MS;
}

/* A flash that failed for another reason than the supply is a mistake of our own. */
static int checked(const struct hlsim__modem *modem, int error)
{
    if (error < 0) {
        hlsim__modem_flash_failed(modem, error);
    }
    return error;
}

int hlsim__deadline_put(struct hlsim__modem *modem, const char *key, int64_t wait)
{
    uint8_t bytes[RECORD_SIZE] = {RECORD_FORMAT};

    put64(bytes + 1, date(modem) + wait / HLSIM_MS);
    put64(bytes + 9, wait / HLSIM_MS);
    return checked(modem, hlsim__nvm_put(&modem->ram.store, key, bytes, sizeof bytes));
}

int64_t hlsim__deadline_left(struct hlsim__modem *modem, const char *key)
{
    bool lost =
        modem->cold && !modem->ram.personality->quirks[HLSIM_QUIRK_clock_runs_without_supply];
    uint8_t bytes[RECORD_SIZE];
    int64_t left;
    int64_t wait;

    if (hlsim__nvm_get(&modem->ram.store, key, bytes, sizeof bytes) != RECORD_SIZE ||
        bytes[0] != RECORD_FORMAT) {
        return -1;
    }
    wait = get64(bytes + 9);
    if (lost) {
        return hlsim__deadline_put(modem, key, wait * HLSIM_MS) < 0 ? -1 : wait * HLSIM_MS;
    }
    left = get64(bytes + 1) - date(modem);
    return left > 0 ? left * HLSIM_MS : 0;
}

int hlsim__deadline_forget(struct hlsim__modem *modem, const char *key)
{
    int error = hlsim__nvm_delete(&modem->ram.store, key);

    return error == HLSIM_E_NOT_FOUND ? 0 : checked(modem, error);
}
