/*
 * The files on a SIM card (31.102, 31.101, 51.011): a few elementary files, read and written as the
 * card's own commands do. What was never written is made from the card's numbers. The records live
 * on the card: they outlive the modem's power, settings and firmware.
 */
#ifndef HLSIM_MODEM_SIM_FILES_H
#define HLSIM_MODEM_SIM_FILES_H

#include "modem/sim.h"

#include <stddef.h>
#include <stdint.h>

#define HLSIM__EF_ICCID       0x2fe2
#define HLSIM__EF_IMSI        0x6f07
#define HLSIM__EF_UST         0x6f38
#define HLSIM__EF_ADN         0x6f3a
#define HLSIM__EF_SMS         0x6f3c
#define HLSIM__EF_MSISDN      0x6f40
#define HLSIM__EF_SMSP        0x6f42
#define HLSIM__EF_SPN         0x6f46
#define HLSIM__EF_ACC         0x6f78
#define HLSIM__EF_FPLMN       0x6f7b
#define HLSIM__EF_LOCI        0x6f7e
#define HLSIM__EF_AD          0x6fad

#define HLSIM__SIM_RECORD_MAX 176 /* bytes of the largest record, one of EF-SMS */

/* EF-SMS (31.102 4.2.25): a status, then service centre and message as they passed. */
#define HLSIM__EF_SMS_FREE   0x00
#define HLSIM__EF_SMS_READ   0x01
#define HLSIM__EF_SMS_UNREAD 0x03
#define HLSIM__EF_SMS_SENT   0x05
#define HLSIM__EF_SMS_UNSENT 0x07

/* EF-ADN, EF-MSISDN (31.102 4.4.2.3): a name, then length, type and digits of a number. */
#define HLSIM__SIM_NAME_SIZE   14
#define HLSIM__SIM_NUMBER_AT   HLSIM__SIM_NAME_SIZE
#define HLSIM__SIM_DIGITS_SIZE 10

/* EF-SMSP (31.102 4.2.27): where the service centre's address stands. */
#define HLSIM__EF_SMSP_CENTRE      25
#define HLSIM__EF_SMSP_CENTRE_SIZE 12

struct hlsim__sim_file {
    uint16_t id;
    uint8_t size;    /* of the file, or of one record */
    uint8_t records; /* 0: transparent */
    bool always;     /* may be read without the PIN */
    bool fixed;      /* cannot be written by a host */
};

/* A record that was written; the card's own. */
struct hlsim__sim_record {
    struct hlsim__sim_record *next;
    uint16_t file;
    uint8_t index; /* from 1; of a transparent file 1 */
    uint8_t bytes[];
};

/* NULL: the card has no such file. */
const struct hlsim__sim_file *hlsim__sim_file(uint16_t id);

/* A whole record, or a transparent file as record 1: `file->size` bytes. */
void hlsim__sim_record_read(const struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                            unsigned index, uint8_t *ret_bytes);

/* HLSIM_E_NO_MEMORY: nothing has changed. */
int hlsim__sim_record_write(struct hlsim__sim *sim, const struct hlsim__sim_file *file,
                            unsigned index, const uint8_t *bytes);

/* Gives back all records: another card, or no world any more. */
void hlsim__sim_files_free(struct hlsim__sim *sim);

/* --- Commands of the card (31.101 11.1), as AT+CRSM and AT+CSIM hand them on -------------------
 */

#define HLSIM__SIM_READ_BINARY   176
#define HLSIM__SIM_READ_RECORD   178
#define HLSIM__SIM_GET_RESPONSE  192
#define HLSIM__SIM_UPDATE_BINARY 214
#define HLSIM__SIM_UPDATE_RECORD 220
#define HLSIM__SIM_STATUS        242

/* Status words. */
#define HLSIM__SW_OK          0x9000
#define HLSIM__SW_MEMORY      0x6581
#define HLSIM__SW_LENGTH      0x6700
#define HLSIM__SW_STRUCTURE   0x6981 /* command incompatible with file structure */
#define HLSIM__SW_SECURITY    0x6982 /* security status not satisfied */
#define HLSIM__SW_FILE        0x6a82 /* file not found */
#define HLSIM__SW_RECORD      0x6a83 /* record not found */
#define HLSIM__SW_PARAMETERS  0x6b00
#define HLSIM__SW_INSTRUCTION 0x6d00

struct hlsim__sim_access {
    int instruction;
    uint16_t file;
    uint8_t p1;
    uint8_t p2;
    size_t length; /* P3: what is wanted, 0: all there is; of an update: bytes of `data` */
    const uint8_t *data;
};

/* Does it; the status word. What it reads is in `ret_bytes`, room for 256, `*ret_size` bytes. */
unsigned hlsim__sim_access(struct hlsim__sim *sim, const struct hlsim__sim_access *access,
                           uint8_t *ret_bytes, size_t *ret_size);

#endif
