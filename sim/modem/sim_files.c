/*
 * Records as they were written, or else as the card's numbers say.
 */
#include "modem/sim_files.h"

#include "base/assert.h"
#include "codec/sms.h"

#include <hl78sim/error.h>

#include <stdlib.h>
#include <string.h>

/* The number of the test network's service centre. */
#define CENTRE "+99900000000"

static const struct hlsim__sim_file files[] = {
    {.id = HLSIM__EF_ICCID, .size = 10, .always = true, .fixed = true},
    {.id = HLSIM__EF_IMSI, .size = 9, .fixed = true},
    {.id = HLSIM__EF_UST, .size = 8, .fixed = true},
    {.id = HLSIM__EF_ADN, .size = 28, .records = 20},
    {.id = HLSIM__EF_SMS, .size = 176, .records = 10},
    {.id = HLSIM__EF_MSISDN, .size = 28, .records = 1},
    {.id = HLSIM__EF_SMSP, .size = 40, .records = 1},
    {.id = HLSIM__EF_SPN, .size = 17, .always = true, .fixed = true},
    {.id = HLSIM__EF_ACC, .size = 2, .fixed = true},
    {.id = HLSIM__EF_FPLMN, .size = 12},
    {.id = HLSIM__EF_LOCI, .size = 11},
    {.id = HLSIM__EF_AD, .size = 4, .always = true, .fixed = true},
};

const struct hlsim__sim_file *hlsim__sim_file(uint16_t id)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (files[i].id == id) {
            return &files[i];
        }
    }
    return NULL;
}

/* --- What a new card holds ------------------------------------------------------------------ */

/* Digits in swapped halves, the first half of the first octet being `head`; else -1. */
static void put_digits(const char *digits, int head, uint8_t *bytes)
{
    size_t count = strlen(digits);
    size_t half = 0;

    if (head >= 0) {
        bytes[half++ / 2] = (uint8_t)(0xf0 | head);
    }
    for (size_t i = 0; i < count; i++, half++) {
        unsigned value = (unsigned)(digits[i] - '0');

        if (half % 2 == 0) {
            bytes[half / 2] = (uint8_t)(0xf0 | value);
        } else {
            bytes[half / 2] = (uint8_t)((bytes[half / 2] & 0x0f) | value << 4);
        }
    }
}

/* 31.102 4.2.2: a length, and digits behind a half that says whether their number is odd. */
static void make_imsi(const struct hlsim__sim *sim, uint8_t *bytes)
{
    size_t count = strlen(sim->imsi);

    bytes[0] = (uint8_t)(count / 2 + 1);
    put_digits(sim->imsi, count % 2 == 1 ? 0x9 : 0x1, bytes + 1);
}

static void make_number(const struct hlsim__sim *sim, uint8_t *bytes)
{
    struct hlsim__sms_address address;

    if (hlsim__sms_address_read(sim->number, &address) == 0) {
        bytes[HLSIM__SIM_NUMBER_AT] =
            (uint8_t)hlsim__sms_address_encode(&address, bytes + HLSIM__SIM_NUMBER_AT + 1);
    }
}

static void make_parameters(uint8_t *bytes)
{
    struct hlsim__sms_address centre;

    if (hlsim__sms_address_read(CENTRE, &centre) == 0) {
        bytes[12] = 0xfd; /* the centre's address is the only parameter that is there */
        bytes[HLSIM__EF_SMSP_CENTRE] =
            (uint8_t)hlsim__sms_address_encode(&centre, bytes + HLSIM__EF_SMSP_CENTRE + 1);
    }
}

static void make_class(const struct hlsim__sim *sim, uint8_t *bytes)
{
    size_t count = strlen(sim->imsi);
    unsigned number = 1u << (count == 0 ? 0 : sim->imsi[count - 1] - '0');

    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)number;
}

static void make_record(const struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                        uint8_t *bytes)
{
    static const uint8_t name[] = {0x01, 'T', 'e', 's', 't', ' ', 'S', 'I', 'M'};
    static const uint8_t administrative[] = {0x00, 0x00, 0x00, 0x02}; /* two digits of network */

    memset(bytes, 0xff, file->size);
    switch (file->id) {
    case HLSIM__EF_ICCID:
        put_digits(sim->iccid, -1, bytes);
        break;
    case HLSIM__EF_IMSI:
        make_imsi(sim, bytes);
        break;
    case HLSIM__EF_MSISDN:
        make_number(sim, bytes);
        break;
    case HLSIM__EF_SMSP:
        make_parameters(bytes);
        break;
    case HLSIM__EF_SPN:
        memcpy(bytes, name, sizeof name);
        break;
    case HLSIM__EF_AD:
        memcpy(bytes, administrative, sizeof administrative);
        break;
    case HLSIM__EF_ACC:
        make_class(sim, bytes);
        break;
    case HLSIM__EF_SMS:
        bytes[0] = HLSIM__EF_SMS_FREE;
        break;
    default:
        break;
    }
}

/* --- Records -------------------------------------------------------------------------------- */

static struct hlsim__sim_record *find(const struct hlsim__sim *sim,
                                      const struct hlsim__sim_file *file, unsigned index)
{
    struct hlsim__sim_record *record = sim->records;

    while (record != NULL && (record->file != file->id || record->index != index)) {
        record = record->next;
    }
    return record;
}

static bool has_record(const struct hlsim__sim_file *file, unsigned index)
{
    return index >= 1 && index <= (file->records == 0 ? 1u : file->records);
}

void hlsim__sim_record_read(const struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                            unsigned index, uint8_t *ret_bytes)
{
    const struct hlsim__sim_record *record;

    HLSIM_ASSERT(has_record(file, index));
    record = find(sim, file, index);
    if (record != NULL) {
        memcpy(ret_bytes, record->bytes, file->size);
    } else {
        make_record(sim, file, ret_bytes);
    }
}

int hlsim__sim_record_write(struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                            unsigned index, const uint8_t *bytes)
{
    struct hlsim__sim_record *record;

    HLSIM_ASSERT(has_record(file, index));
    record = find(sim, file, index);
    if (record == NULL) {
        record = malloc(sizeof *record + file->size);
        if (record == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        record->file = file->id;
        record->index = (uint8_t)index;
        record->next = sim->records;
        sim->records = record;
    }
    memcpy(record->bytes, bytes, file->size);
    return 0;
}

void hlsim__sim_files_free(struct hlsim__sim *sim)
{
    while (sim->records != NULL) {
        struct hlsim__sim_record *record = sim->records;

        sim->records = record->next;
        free(record);
    }
}

/* --- Commands of the card ------------------------------------------------------------------- */

static unsigned read_record(const struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                            const struct hlsim__sim_access *access, uint8_t *ret_bytes,
                            size_t *ret_size)
{
    /* P2 is 4: the record that P1 names; next and previous need a current one, which is not kept.
     */
    if (file->records == 0) {
        return HLSIM__SW_STRUCTURE;
    }
    if (access->p2 != 4) {
        return HLSIM__SW_PARAMETERS;
    }
    if (!has_record(file, access->p1)) {
        return HLSIM__SW_RECORD;
    }
    if (access->length != 0 && access->length != file->size) {
        return HLSIM__SW_LENGTH;
    }
    hlsim__sim_record_read(sim, file, access->p1, ret_bytes);
    *ret_size = file->size;
    return HLSIM__SW_OK;
}

static unsigned read_binary(const struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                            const struct hlsim__sim_access *access, uint8_t *ret_bytes,
                            size_t *ret_size)
{
    size_t offset = (size_t)access->p1 << 8 | access->p2;
    uint8_t bytes[HLSIM__SIM_RECORD_MAX];

    if (file->records != 0) {
        return HLSIM__SW_STRUCTURE;
    }
    if (offset >= file->size) {
        return HLSIM__SW_PARAMETERS;
    }
    if (access->length > file->size - offset) {
        return HLSIM__SW_LENGTH;
    }
    hlsim__sim_record_read(sim, file, 1, bytes);
    *ret_size = access->length == 0 ? file->size - offset : access->length;
    memcpy(ret_bytes, bytes + offset, *ret_size);
    return HLSIM__SW_OK;
}

static unsigned update(struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                       const struct hlsim__sim_access *access)
{
    bool linear = access->instruction == HLSIM__SIM_UPDATE_RECORD;
    size_t offset = linear ? 0 : (size_t)access->p1 << 8 | access->p2;
    unsigned index = linear ? access->p1 : 1;
    uint8_t bytes[HLSIM__SIM_RECORD_MAX];

    if (linear != (file->records != 0)) {
        return HLSIM__SW_STRUCTURE;
    }
    if (file->fixed) {
        return HLSIM__SW_SECURITY;
    }
    if (!has_record(file, index)) {
        return HLSIM__SW_RECORD;
    }
    if ((linear && access->p2 != 4) || offset >= file->size) {
        return HLSIM__SW_PARAMETERS;
    }
    if (access->length == 0 || access->length > file->size - offset ||
        (linear && access->length != file->size)) {
        return HLSIM__SW_LENGTH;
    }
    hlsim__sim_record_read(sim, file, index, bytes);
    memcpy(bytes + offset, access->data, access->length);
    return hlsim__sim_record_write(sim, file, index, bytes) < 0 ? HLSIM__SW_MEMORY : HLSIM__SW_OK;
}

/* File control parameters (31.101 11.1.1.3): kind of file, identifier, state, size. */
static size_t describe(const struct hlsim__sim_file *file, uint8_t *ret_bytes)
{
    uint8_t records = file->records == 0 ? 1 : file->records;
    unsigned size = (unsigned)file->size * records;
    uint8_t bytes[24] = {0x62, 0, 0x82};
    size_t at = 3;

    if (file->records == 0) {
        bytes[at++] = 2;
        bytes[at++] = 0x41;
        bytes[at++] = 0x21;
    } else {
        bytes[at++] = 5;
        bytes[at++] = 0x42;
        bytes[at++] = 0x21;
        bytes[at++] = 0;
        bytes[at++] = file->size;
        bytes[at++] = file->records;
    }
    memcpy(bytes + at,
           (const uint8_t[]){0x83, 2, (uint8_t)(file->id >> 8), (uint8_t)file->id, 0x8a, 1, 5, 0x80,
                             2, (uint8_t)(size >> 8), (uint8_t)size},
           11);
    at += 11;
    bytes[1] = (uint8_t)(at - 2);
    memcpy(ret_bytes, bytes, at);
    return at;
}

unsigned hlsim__sim_access(struct hlsim__sim *sim, const struct hlsim__sim_access *access,
                           uint8_t *ret_bytes, size_t *ret_size)
{
    const struct hlsim__sim_file *file = hlsim__sim_file(access->file);

    *ret_size = 0;
    if (access->instruction == HLSIM__SIM_STATUS) {
        return HLSIM__SW_OK;
    }
    if (file == NULL) {
        return HLSIM__SW_FILE;
    }
    if (access->instruction == HLSIM__SIM_GET_RESPONSE) {
        *ret_size = describe(file, ret_bytes);
        return HLSIM__SW_OK;
    }
    if (!file->always && !hlsim__sim_ready(sim)) {
        return HLSIM__SW_SECURITY;
    }
    switch (access->instruction) {
    case HLSIM__SIM_READ_BINARY:
        return read_binary(sim, file, access, ret_bytes, ret_size);
    case HLSIM__SIM_READ_RECORD:
        return read_record(sim, file, access, ret_bytes, ret_size);
    case HLSIM__SIM_UPDATE_BINARY:
    case HLSIM__SIM_UPDATE_RECORD:
        return update(sim, file, access);
    default:
        return HLSIM__SW_INSTRUCTION;
    }
}
