/*
 * Numbers on the SIM card: +CNUM, and the phonebooks "SM" (EF-ADN) and "ON" (EF-MSISDN) by +CPBS,
 * +CPBR, +CPBF, +CPBW (27.007 7.1, 8.11 to 8.14). Names are in the letters of AT+CSCS, numbers are
 * what they are.
 */
#include "at/args.h"
#include "at/port.h"
#include "codec/charset.h"
#include "codec/gsm.h"
#include "codec/sms.h"
#include "modem/sim_files.h"

#include <string.h>

#define NUMBER_DIGITS 20

struct entry {
    size_t name_size;
    uint16_t name[HLSIM__SIM_NAME_SIZE];
    struct hlsim__sms_address number; /* without digits: the place is empty */
};

static const struct hlsim__sim_file *book(const struct hlsim__at_port *port)
{
    return hlsim__sim_file(hlsim__at_ram(port)->own_numbers ? HLSIM__EF_MSISDN : HLSIM__EF_ADN);
}

/* --- Records -------------------------------------------------------------------------------- */

static void read_entry(const struct hlsim__at_port *port, const struct hlsim__sim_file *file,
                       unsigned index, struct entry *ret_entry)
{
    uint8_t record[HLSIM__SIM_RECORD_MAX];
    const uint8_t *number = record + HLSIM__SIM_NUMBER_AT;
    size_t count = 0;

    memset(ret_entry, 0, sizeof *ret_entry);
    hlsim__sim_record_read(&port->modem->sim, file, index, record);
    while (count < HLSIM__SIM_NAME_SIZE && record[count] < 0x80) {
        count++;
    }
    ret_entry->name_size = hlsim__gsm_to_text(record, count, ret_entry->name);
    if (number[0] >= 2 && number[0] <= HLSIM__SIM_DIGITS_SIZE + 1 &&
        hlsim__sms_address_decode(number + 1, number[0],
                                  2u * (number[0] - 1u) - (number[number[0]] >> 4 == 0xf),
                                  &ret_entry->number) < 0) {
        memset(&ret_entry->number, 0, sizeof ret_entry->number);
    }
}

/* NULL makes the place empty. */
static int write_entry(struct hlsim__at_port *port, unsigned index, const struct entry *entry)
{
    const struct hlsim__sim_file *file = book(port);
    uint8_t record[HLSIM__SIM_RECORD_MAX];

    memset(record, 0xff, sizeof record);
    if (entry != NULL) {
        if (hlsim__gsm_from_text(entry->name, entry->name_size, record, HLSIM__SIM_NAME_SIZE) < 0) {
            return HLSIM__CME_TEXT_CHARACTERS;
        }
        record[HLSIM__SIM_NUMBER_AT] =
            (uint8_t)hlsim__sms_address_encode(&entry->number, record + HLSIM__SIM_NUMBER_AT + 1);
    }
    return hlsim__sim_record_write(&port->modem->sim, file, index, record) < 0
               ? HLSIM__CME_MEMORY_FAILURE
               : HLSIM__AT_OK;
}

static bool is_empty(const struct entry *entry)
{
    return entry->number.digits[0] == '\0' && entry->name_size == 0;
}

static void answer_entry(struct hlsim__at_port *port, const char *name, unsigned index,
                         const struct entry *entry)
{
    char number[HLSIM__SMS_DIGITS_MAX + 2];
    char text[4 * HLSIM__SIM_NAME_SIZE + 1];

    hlsim__sms_address_write(&entry->number, number);
    hlsim__charset_write(hlsim__at_ram(port)->sms.charset, entry->name, entry->name_size, text,
                         sizeof text);
    hlsim__at_answer(port, "%s: %u,\"%s\",%d,\"%s\"", name, index, number, entry->number.type,
                     text);
}

/* --- +CNUM ---------------------------------------------------------------------------------- */

static int handle_own_number(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    char number[HLSIM__SMS_DIGITS_MAX + 2];
    char text[4 * HLSIM__SIM_NAME_SIZE + 1];
    struct entry entry;

    (void)request;
    read_entry(port, hlsim__sim_file(HLSIM__EF_MSISDN), 1, &entry);
    if (is_empty(&entry)) {
        return HLSIM__AT_OK;
    }
    hlsim__sms_address_write(&entry.number, number);
    hlsim__charset_write(hlsim__at_ram(port)->sms.charset, entry.name, entry.name_size, text,
                         sizeof text);
    hlsim__at_answer(port, "+CNUM: \"%s\",\"%s\",%d", text, number, entry.number.type);
    return HLSIM__AT_OK;
}

/* --- +CPBS ---------------------------------------------------------------------------------- */

static int handle_book(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct hlsim__modem_ram *ram = hlsim__at_ram(port);
    unsigned used = 0;

    switch (request->form) {
    case HLSIM__AT_TEST:
        hlsim__at_answer(port, "+CPBS: (\"SM\",\"ON\")");
        return HLSIM__AT_OK;
    case HLSIM__AT_READ:
        for (unsigned i = 1; i <= book(port)->records; i++) {
            struct entry entry;

            read_entry(port, book(port), i, &entry);
            used += !is_empty(&entry);
        }
        hlsim__at_answer(port, "+CPBS: \"%s\",%u,%u", ram->own_numbers ? "ON" : "SM", used,
                         book(port)->records);
        return HLSIM__AT_OK;
    default:
        if (strcmp(request->args[0].text, "SM") != 0 && strcmp(request->args[0].text, "ON") != 0) {
            return HLSIM__CME_INCORRECT_PARAMETERS;
        }
        ram->own_numbers = request->args[0].text[0] == 'O';
        return HLSIM__AT_OK;
    }
}

/* --- +CPBR, +CPBF --------------------------------------------------------------------------- */

static int handle_read(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t last;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CPBR: (1-%u),%d,%d", book(port)->records, NUMBER_DIGITS,
                         HLSIM__SIM_NAME_SIZE);
        return HLSIM__AT_OK;
    }
    last = hlsim__at_number(request, 1, request->args[0].number);
    if (request->args[0].number < 1 || last > book(port)->records) {
        return HLSIM__CME_INVALID_INDEX;
    }
    for (int64_t i = request->args[0].number; i <= last; i++) {
        struct entry entry;

        read_entry(port, book(port), (unsigned)i, &entry);
        if (!is_empty(&entry)) {
            answer_entry(port, request->name, (unsigned)i, &entry);
        }
    }
    return HLSIM__AT_OK;
}

static int handle_find(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    uint16_t wanted[HLSIM__SIM_NAME_SIZE];
    const char *text = request->form == HLSIM__AT_TEST ? "" : request->args[0].text;
    int count = hlsim__charset_read(hlsim__at_ram(port)->sms.charset, text, strlen(text), wanted,
                                    HLSIM__SIM_NAME_SIZE);
    bool found = false;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CPBF: %d,%d", NUMBER_DIGITS, HLSIM__SIM_NAME_SIZE);
        return HLSIM__AT_OK;
    }
    for (unsigned i = 1; count >= 0 && i <= book(port)->records; i++) {
        struct entry entry;

        read_entry(port, book(port), i, &entry);
        if (!is_empty(&entry) && entry.name_size >= (size_t)count &&
            memcmp(entry.name, wanted, (size_t)count * sizeof *wanted) == 0) {
            answer_entry(port, request->name, i, &entry);
            found = true;
        }
    }
    return found ? HLSIM__AT_OK : HLSIM__CME_NOT_FOUND;
}

/* --- +CPBW ---------------------------------------------------------------------------------- */

/* The place that is named, or the first that is empty; 0: there is none. */
static unsigned place_of(const struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    if (hlsim__at_has(request, 0)) {
        return request->args[0].number <= book(port)->records ? (unsigned)request->args[0].number
                                                              : 0;
    }
    for (unsigned i = 1; i <= book(port)->records; i++) {
        struct entry entry;

        read_entry(port, book(port), i, &entry);
        if (is_empty(&entry)) {
            return i;
        }
    }
    return 0;
}

static int read_arguments(const struct hlsim__at_port *port,
                          const struct hlsim__at_request *request, struct entry *ret_entry)
{
    const char *name = hlsim__at_text(request, 3);
    int count = hlsim__charset_read(hlsim__at_ram(port)->sms.charset, name, strlen(name),
                                    ret_entry->name, HLSIM__SIM_NAME_SIZE);

    if (count < 0) {
        return count == HLSIM_E_LIMIT ? HLSIM__CME_TEXT_TOO_LONG : HLSIM__CME_TEXT_CHARACTERS;
    }
    ret_entry->name_size = (size_t)count;
    if (hlsim__sms_address_read(request->args[1].text, &ret_entry->number) < 0) {
        return HLSIM__CME_DIAL_CHARACTERS;
    }
    if (hlsim__at_has(request, 2)) {
        ret_entry->number.type = (uint8_t)request->args[2].number;
    }
    return HLSIM__AT_OK;
}

static int handle_write(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    struct entry entry = {.name_size = 0};
    unsigned index;
    int result;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+CPBW: (1-%u),%d,(129,145),%d", book(port)->records, NUMBER_DIGITS,
                         HLSIM__SIM_NAME_SIZE);
        return HLSIM__AT_OK;
    }
    index = place_of(port, request);
    if (index == 0) {
        return hlsim__at_has(request, 0) ? HLSIM__CME_INVALID_INDEX : HLSIM__CME_MEMORY_FULL;
    }
    if (!hlsim__at_has(request, 1)) {
        return hlsim__at_has(request, 0) ? write_entry(port, index, NULL)
                                         : HLSIM__CME_INCORRECT_PARAMETERS;
    }
    result = read_arguments(port, request, &entry);
    return result != HLSIM__AT_OK ? result : write_entry(port, index, &entry);
}

#define CARD_ROW(title, section)                                                                   \
    .name = (title), .evidence = HLSIM_EVIDENCE_INFERRED, .source = (section),                     \
    .latency = HLSIM__AT_CARD

static const struct hlsim__at_row rows[] = {
    {CARD_ROW("+CNUM", "27.007 7.1"), .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_own_number, .sim_forms = HLSIM__AT_EXECUTE, .help = "own telephone number"},
    {CARD_ROW("+CPBS", "27.007 8.11"), .forms = HLSIM__AT_READ | HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}, {.range = NULL, .optional = true}}, .spec_count = 2,
     .handle = handle_book, .own_test = true, .sim_forms = HLSIM__AT_READ | HLSIM__AT_SET,
     .help = "choice of a phonebook", .lacks = "phonebooks but for SM and ON; the PIN2"},
    {CARD_ROW("+CPBR", "27.007 8.12"), .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-65535"}, {.range = "0-65535", .optional = true}}, .spec_count = 2,
     .handle = handle_read, .own_test = true, .sim_forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .help = "read from the phonebook"},
    {CARD_ROW("+CPBF", "27.007 8.13"), .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = NULL}}, .spec_count = 1, .handle = handle_find, .own_test = true,
     .sim_forms = HLSIM__AT_TEST | HLSIM__AT_SET, .help = "search the phonebook"},
    {CARD_ROW("+CPBW", "27.007 8.14"), .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "1-65535", .may_be_empty = true},
               {.range = NULL, .optional = true},
               {.range = "128-255", .optional = true},
               {.range = NULL, .optional = true}},
     .spec_count = 4, .handle = handle_write, .own_test = true,
     .sim_forms = HLSIM__AT_TEST | HLSIM__AT_SET, .help = "write into the phonebook"},
};

const struct hlsim__at_topic hlsim__at_phonebook = {
    HLSIM__AT_OF_3GPP,
    HLSIM__AT_ROWS(rows),
};
