/*
 * Messages as records of a card, or as values in the store: a status, then centre and TPDU.
 */
#include "modem/messages.h"

#include "base/assert.h"
#include "modem/modem.h"
#include "modem/sim_files.h"

#include <stdio.h>
#include <string.h>

#define EMPTY 0xff

/* Keys of the store that are neither settings nor sessions nor messages: accounts, records, dates.
 */
#define OTHER_KEYS 20

_Static_assert(HLSIM__SETTINGS + HLSIM__SOCKETS_MAX + HLSIM__MESSAGES_MAX + OTHER_KEYS <=
                   HLSIM__NVM_KEYS_MAX,
               "messages leave room for everything else");

/* By status: what EF-SMS says. */
static const uint8_t card_status[HLSIM__MESSAGE_STATUSES] = {
    HLSIM__EF_SMS_UNREAD, HLSIM__EF_SMS_READ, HLSIM__EF_SMS_UNSENT, HLSIM__EF_SMS_SENT};

int hlsim__message_make(struct hlsim__message *message, enum hlsim__message_status status,
                        const struct hlsim__sms_address *centre, const uint8_t *tpdu, size_t size)
{
    size_t head = 1;

    message->status = status;
    message->octets[0] = 0;
    if (centre->digits[0] != '\0') {
        size_t address = hlsim__sms_address_encode(centre, message->octets + 1);

        message->octets[0] = (uint8_t)address;
        head += address;
    }
    if (size > sizeof message->octets - head) {
        return HLSIM_E_LIMIT;
    }
    memcpy(message->octets + head, tpdu, size);
    message->centre_size = head;
    message->size = head + size;
    return 0;
}

/* --- One place ------------------------------------------------------------------------------ */

/* What is stored says its size by itself; a host may have written anything to the card. */
static void find_size(struct hlsim__message *message)
{
    int tpdu;

    message->centre_size = 1u + message->octets[0];
    message->size = sizeof message->octets;
    if (message->centre_size < message->size) {
        tpdu = hlsim__sms_measure(message->octets + message->centre_size,
                                  message->size - message->centre_size);
        if (tpdu >= 0) {
            message->size = message->centre_size + (size_t)tpdu;
            return;
        }
    }
    message->centre_size = 1;
    while (message->size > 1 && message->octets[message->size - 1] == EMPTY) {
        message->size--;
    }
}

static int read_card(const struct hlsim__sim *sim, size_t index, struct hlsim__message *ret_message)
{
    uint8_t record[HLSIM__SIM_RECORD_MAX];

    hlsim__sim_record_read(sim, hlsim__sim_file(HLSIM__EF_SMS), (unsigned)index, record);
    if ((record[0] & 1) == 0) {
        return HLSIM_E_NOT_FOUND;
    }
    ret_message->status = HLSIM__MESSAGE_READ;
    for (int i = 0; i < HLSIM__MESSAGE_STATUSES; i++) {
        if (card_status[i] == (record[0] & 7)) {
            ret_message->status = (enum hlsim__message_status)i;
        }
    }
    memcpy(ret_message->octets, record + 1, sizeof ret_message->octets);
    find_size(ret_message);
    return 0;
}

static int write_card(struct hlsim__sim *sim, size_t index, const struct hlsim__message *message)
{
    uint8_t record[HLSIM__SIM_RECORD_MAX];

    memset(record, EMPTY, sizeof record);
    record[0] = HLSIM__EF_SMS_FREE;
    if (message != NULL) {
        record[0] = card_status[message->status];
        memcpy(record + 1, message->octets, message->size);
    }
    return hlsim__sim_record_write(sim, hlsim__sim_file(HLSIM__EF_SMS), (unsigned)index, record);
}

static void name_key(size_t index, char key[16])
{
    snprintf(key, 16, "sms.%u", (unsigned)index);
}

static int read_flash(const struct hlsim__modem *modem, size_t index,
                      struct hlsim__message *ret_message)
{
    uint8_t value[1 + HLSIM__MESSAGE_MAX];
    char key[16];
    int size;

    name_key(index, key);
    size = hlsim__nvm_get(&modem->ram.store, key, value, sizeof value);
    if (size < 0) {
        return size;
    }
    if (size < 2 || value[0] >= HLSIM__MESSAGE_STATUSES) {
        return HLSIM_E_NOT_FOUND;
    }
    memset(ret_message->octets, EMPTY, sizeof ret_message->octets);
    ret_message->status = (enum hlsim__message_status)value[0];
    memcpy(ret_message->octets, value + 1, (size_t)size - 1);
    find_size(ret_message);
    return 0;
}

static int write_flash(struct hlsim__modem *modem, size_t index,
                       const struct hlsim__message *message)
{
    uint8_t value[1 + HLSIM__MESSAGE_MAX];
    char key[16];

    name_key(index, key);
    if (message == NULL) {
        return hlsim__nvm_delete(&modem->ram.store, key);
    }
    value[0] = (uint8_t)message->status;
    memcpy(value + 1, message->octets, message->size);
    return hlsim__nvm_put(&modem->ram.store, key, value, 1 + message->size);
}

/* --- Stores --------------------------------------------------------------------------------- */

size_t hlsim__messages_capacity(const struct hlsim__modem *modem, enum hlsim__store store)
{
    return store == HLSIM__STORE_SM ? hlsim__sim_file(HLSIM__EF_SMS)->records
                                    : (size_t)modem->ram.personality->figures.sms_me_size;
}

static bool has_place(const struct hlsim__modem *modem, enum hlsim__store store, size_t index)
{
    return index >= 1 && index <= hlsim__messages_capacity(modem, store);
}

int hlsim__messages_read(const struct hlsim__modem *modem, enum hlsim__store store, size_t index,
                         struct hlsim__message *ret_message)
{
    if (!has_place(modem, store, index)) {
        return HLSIM_E_RANGE;
    }
    return store == HLSIM__STORE_SM ? read_card(&modem->sim, index, ret_message)
                                    : read_flash(modem, index, ret_message);
}

size_t hlsim__messages_count(const struct hlsim__modem *modem, enum hlsim__store store)
{
    struct hlsim__message message;
    size_t count = 0;

    for (size_t i = 1; i <= hlsim__messages_capacity(modem, store); i++) {
        count += hlsim__messages_read(modem, store, i, &message) == 0;
    }
    return count;
}

static int put(struct hlsim__modem *modem, enum hlsim__store store, size_t index,
               const struct hlsim__message *message)
{
    return store == HLSIM__STORE_SM ? write_card(&modem->sim, index, message)
                                    : write_flash(modem, index, message);
}

int hlsim__messages_write(struct hlsim__modem *modem, enum hlsim__store store, size_t index,
                          const struct hlsim__message *message)
{
    HLSIM_ASSERT(message->size <= HLSIM__MESSAGE_MAX);
    return has_place(modem, store, index) ? put(modem, store, index, message) : HLSIM_E_RANGE;
}

int hlsim__messages_add(struct hlsim__modem *modem, enum hlsim__store store,
                        const struct hlsim__message *message)
{
    struct hlsim__message there;

    for (size_t i = 1; i <= hlsim__messages_capacity(modem, store); i++) {
        if (hlsim__messages_read(modem, store, i, &there) == HLSIM_E_NOT_FOUND) {
            int error = hlsim__messages_write(modem, store, i, message);

            return error < 0 ? error : (int)i;
        }
    }
    return HLSIM_E_FULL;
}

int hlsim__messages_remove(struct hlsim__modem *modem, enum hlsim__store store, size_t index)
{
    struct hlsim__message there;
    int error = hlsim__messages_read(modem, store, index, &there);

    return error < 0 ? error : put(modem, store, index, NULL);
}
