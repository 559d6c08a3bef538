/*
 * The CoAP codec against the examples of RFC 7252, RFC 7641 and RFC 7959, and against malformed
 * datagrams. Bytes are written out by hand from the specifications' figures.
 */
#include "codec/coap.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdlib.h>
#include <string.h>

enum { DATAGRAM_SIZE_MAX = 1500 };

/* RFC 7252 figure 16: GET temperature, MID 0x7d34, and its piggybacked response "22.3 C". */
#define FIGURE_16_REQUEST  "40017d34bb74656d7065726174757265"
#define FIGURE_16_RESPONSE "60457d34ff32322e332043"
/* Figure 17: the same with the token 0x20. */
#define FIGURE_17_REQUEST  "41017d3520bb74656d7065726174757265"
#define FIGURE_17_RESPONSE "61457d3520ff32322e332043"
/* RFC 7641 figure 3: registration and two notifications (Observe 9 and 16, Max-Age 15). */
#define OBSERVE_REQUEST  "410116334a605b74656d7065726174757265"
#define OBSERVE_RESPONSE "614516334a6109810fff31382e352043656c"
#define OBSERVE_NOTIFY   "51457b504a6110810fff31392e322043656c"
/* An LwM2M registration: POST /rd?lwm2m=1.0&ep=n, content format 40 (link). */
#define REGISTRATION "42021234abcdb272641128396c776d326d3d312e300465703d6eff3c2f312f303e"
/* Location-Path "rd", "5"; Size2 (28) = 524648 behind an extended delta. */
#define LOCATION "62411234abcd8272640135d307080168"

static const char *const vectors[] = {
    FIGURE_16_REQUEST, FIGURE_16_RESPONSE, FIGURE_17_REQUEST, FIGURE_17_RESPONSE, OBSERVE_REQUEST,
    OBSERVE_RESPONSE,  OBSERVE_NOTIFY,     REGISTRATION,      LOCATION,
};

static size_t from_hex(const char *hex, uint8_t bytes[DATAGRAM_SIZE_MAX])
{
    size_t size = strlen(hex) / 2;

    for (size_t i = 0; i < size; i++) {
        const char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};

        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return size;
}

/*
 * Parses a copy that ends where its heap block ends, so that the sanitizer sees any overread; what
 * was read is also written, which touches every byte of every option and of the payload.
 */
static int parse_exact(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    struct hlsim__coap_message message;
    uint8_t again[DATAGRAM_SIZE_MAX];
    int rc;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, bytes, size);
    rc = hlsim__coap_parse(copy, size, &message);
    CU_ASSERT(rc == 0 || rc == HLSIM_E_FORMAT || rc == HLSIM_E_LIMIT);
    if (rc == 0)
        CU_ASSERT(hlsim__coap_encode(&message, again, sizeof again) > 0);
    free(copy);
    return rc;
}

static int parse_hex(const char *hex, struct hlsim__coap_message *message, uint8_t *bytes)
{
    size_t size = from_hex(hex, bytes);

    return hlsim__coap_parse(bytes, size, message);
}

static int refusal_of(const char *hex)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];

    return parse_exact(bytes, from_hex(hex, bytes));
}

static bool encodes_to(const struct hlsim__coap_message *message, const char *hex)
{
    uint8_t expected[DATAGRAM_SIZE_MAX];
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    size_t size = from_hex(hex, expected);
    int rc = hlsim__coap_encode(message, bytes, sizeof bytes);

    return rc == (int)size && memcmp(bytes, expected, size) == 0;
}

static void reads_the_request_of_figure_16(void)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    struct hlsim__coap_message message;

    CU_ASSERT_EQUAL_FATAL(parse_hex(FIGURE_16_REQUEST, &message, bytes), 0);
    CU_ASSERT_EQUAL(message.type, HLSIM__COAP_CON);
    CU_ASSERT_EQUAL(message.code, HLSIM__COAP_GET);
    CU_ASSERT_EQUAL(message.message_id, 0x7d34);
    CU_ASSERT_EQUAL(message.token_size, 0);
    CU_ASSERT_EQUAL_FATAL(message.option_count, 1);
    CU_ASSERT_EQUAL(message.options[0].number, HLSIM__COAP_URI_PATH);
    CU_ASSERT_EQUAL(message.options[0].size, 11);
    CU_ASSERT_EQUAL(memcmp(message.options[0].value, "temperature", 11), 0);
    CU_ASSERT_PTR_NULL(message.payload);
    CU_ASSERT(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "temperature"));
}

static void reads_the_piggybacked_response_with_its_token(void)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    struct hlsim__coap_message message;

    CU_ASSERT_EQUAL_FATAL(parse_hex(FIGURE_17_RESPONSE, &message, bytes), 0);
    CU_ASSERT_EQUAL(message.type, HLSIM__COAP_ACK);
    CU_ASSERT_EQUAL(message.code, HLSIM__COAP_CODE(2, 5));
    CU_ASSERT_EQUAL(message.message_id, 0x7d35);
    CU_ASSERT_EQUAL(message.token_size, 1);
    CU_ASSERT_EQUAL(message.token[0], 0x20);
    CU_ASSERT_EQUAL(message.option_count, 0);
    CU_ASSERT_EQUAL_FATAL(message.payload_size, 6);
    CU_ASSERT_EQUAL(memcmp(message.payload, "22.3 C", 6), 0);
}

static void reads_a_notification_of_rfc_7641(void)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    struct hlsim__coap_message message;
    uint32_t value;

    CU_ASSERT_EQUAL_FATAL(parse_hex(OBSERVE_REQUEST, &message, bytes), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_OBSERVE, &value), 0);
    CU_ASSERT_EQUAL(value, 0);
    CU_ASSERT_EQUAL_FATAL(parse_hex(OBSERVE_NOTIFY, &message, bytes), 0);
    CU_ASSERT_EQUAL(message.type, HLSIM__COAP_NON);
    CU_ASSERT_EQUAL(message.message_id, 0x7b50);
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_OBSERVE, &value), 0);
    CU_ASSERT_EQUAL(value, 16);
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_MAX_AGE, &value), 0);
    CU_ASSERT_EQUAL(value, 15);
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_SIZE2, &value),
                    HLSIM_E_NOT_FOUND);
}

static void writes_the_figures_of_the_specifications(void)
{
    struct hlsim__coap_message message = {.type = HLSIM__COAP_CON,
                                          .code = HLSIM__COAP_GET,
                                          .message_id = 0x1633,
                                          .token = {0x4a},
                                          .token_size = 1};

    /* Added out of order on purpose: Observe (6) has to end up before Uri-Path (11). */
    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_PATH, "temperature"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_OBSERVE, 0), 0);
    CU_ASSERT(encodes_to(&message, OBSERVE_REQUEST));

    message = (struct hlsim__coap_message){.type = HLSIM__COAP_NON,
                                           .code = HLSIM__COAP_CODE(2, 5),
                                           .message_id = 0x7b50,
                                           .token = {0x4a},
                                           .token_size = 1,
                                           .payload = (const uint8_t *)"19.2 Cel",
                                           .payload_size = 8};
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_MAX_AGE, 15), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_OBSERVE, 16), 0);
    CU_ASSERT(encodes_to(&message, OBSERVE_NOTIFY));
}

static void writes_what_it_read(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t bytes[DATAGRAM_SIZE_MAX];
        struct hlsim__coap_message message;

        CU_ASSERT_EQUAL_FATAL(parse_hex(vectors[i], &message, bytes), 0);
        CU_ASSERT(encodes_to(&message, vectors[i]));
    }
}

static void reads_a_registration_and_its_location(void)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    struct hlsim__coap_message message;
    const char *value;
    size_t size;
    uint32_t number;
    char text[5];

    CU_ASSERT_EQUAL_FATAL(parse_hex(REGISTRATION, &message, bytes), 0);
    CU_ASSERT(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "rd"));
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_CONTENT_FORMAT, &number), 0);
    CU_ASSERT_EQUAL(number, HLSIM__COAP_FORMAT_LINK);
    CU_ASSERT_EQUAL_FATAL(hlsim__coap_query_get(&message, "lwm2m", &value, &size), 0);
    CU_ASSERT(size == 3 && memcmp(value, "1.0", 3) == 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__coap_query_get(&message, "ep", &value, &size), 0);
    CU_ASSERT(size == 1 && value[0] == 'n');
    CU_ASSERT_EQUAL(hlsim__coap_query_get(&message, "e", &value, &size), HLSIM_E_NOT_FOUND);

    CU_ASSERT_EQUAL_FATAL(parse_hex(LOCATION, &message, bytes), 0);
    CU_ASSERT_EQUAL(hlsim__coap_path_text(&message, HLSIM__COAP_LOCATION_PATH, text, 5), 4);
    CU_ASSERT_STRING_EQUAL(text, "rd/5");
    CU_ASSERT_EQUAL(hlsim__coap_path_text(&message, HLSIM__COAP_LOCATION_PATH, text, 4),
                    HLSIM_E_FULL);
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_SIZE2, &number), 0);
    CU_ASSERT_EQUAL(number, 524648);
}

static void refuses_malformed_headers(void)
{
    CU_ASSERT_EQUAL(refusal_of(""), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("40017d"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("00017d34"), HLSIM_E_FORMAT); /* Version 0. */
    CU_ASSERT_EQUAL(refusal_of("80017d34"), HLSIM_E_FORMAT); /* Version 2. */
    CU_ASSERT_EQUAL(refusal_of("c0017d34"), HLSIM_E_FORMAT); /* Version 3. */
    CU_ASSERT_EQUAL(refusal_of("49017d34000000000000000000"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("4f017d34000000000000000000000000000000"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("48017d3400000000000000"), HLSIM_E_FORMAT); /* Token cut short. */
    CU_ASSERT_EQUAL(refusal_of("48017d340000000000000000"), 0);
}

static void refuses_an_empty_message_with_more_than_a_header(void)
{
    CU_ASSERT_EQUAL(refusal_of("40007d34"), 0);
    CU_ASSERT_EQUAL(refusal_of("60007d34"), 0);
    CU_ASSERT_EQUAL(refusal_of("40007d3400"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("41007d34aa"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("41007d34"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("40007d34ff01"), HLSIM_E_FORMAT);
}

static void refuses_malformed_options_and_payloads(void)
{
    CU_ASSERT_EQUAL(refusal_of("40017d34ff"), HLSIM_E_FORMAT);     /* Marker, no payload. */
    CU_ASSERT_EQUAL(refusal_of("40017d34f0"), HLSIM_E_FORMAT);     /* Delta 15. */
    CU_ASSERT_EQUAL(refusal_of("40017d34f100"), HLSIM_E_FORMAT);   /* Delta 15. */
    CU_ASSERT_EQUAL(refusal_of("40017d341f"), HLSIM_E_FORMAT);     /* Length 15. */
    CU_ASSERT_EQUAL(refusal_of("40017d34b2aa"), HLSIM_E_FORMAT);   /* Value cut short. */
    CU_ASSERT_EQUAL(refusal_of("40017d34d0"), HLSIM_E_FORMAT);     /* Extended delta missing. */
    CU_ASSERT_EQUAL(refusal_of("40017d34e000"), HLSIM_E_FORMAT);   /* Half of it missing. */
    CU_ASSERT_EQUAL(refusal_of("40017d340d"), HLSIM_E_FORMAT);     /* Extended length missing. */
    CU_ASSERT_EQUAL(refusal_of("40017d340e00"), HLSIM_E_FORMAT);   /* Half of it missing. */
    CU_ASSERT_EQUAL(refusal_of("40017d340effff"), HLSIM_E_FORMAT); /* Longer than the datagram. */
}

static void refuses_option_numbers_beyond_16_bits(void)
{
    /* 0xfef2 + 269 is 65535, the last number; one more is too many, at once or by a second step. */
    CU_ASSERT_EQUAL(refusal_of("40017d34e0fef2"), 0);
    CU_ASSERT_EQUAL(refusal_of("40017d34e0fef3"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("40017d34e0ffff"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(refusal_of("40017d34e0fef200"), 0);
    CU_ASSERT_EQUAL(refusal_of("40017d34e0fef210"), HLSIM_E_FORMAT);
}

static void tells_too_many_options_from_malformed_ones(void)
{
    uint8_t bytes[64] = {0x40, 0x01, 0x00, 0x01};
    size_t size = HLSIM__COAP_HEADER_SIZE + HLSIM__COAP_OPTION_COUNT_MAX;

    memset(bytes + HLSIM__COAP_HEADER_SIZE, 0x10, HLSIM__COAP_OPTION_COUNT_MAX + 1);
    CU_ASSERT_EQUAL(parse_exact(bytes, size), 0);
    CU_ASSERT_EQUAL(parse_exact(bytes, size + 1), HLSIM_E_LIMIT);
    bytes[size + 1] = 0xFF;
    CU_ASSERT_EQUAL(parse_exact(bytes, size + 2), HLSIM_E_FORMAT);
}

static void leaves_the_message_alone_when_it_refuses(void)
{
    struct hlsim__coap_message message = {.message_id = 77, .option_count = 3};
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    enum hlsim__coap_type type;
    uint16_t id;
    size_t size = from_hex("50017d34b2aa", bytes);

    CU_ASSERT_EQUAL(hlsim__coap_parse(bytes, size, &message), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(message.message_id, 77);
    CU_ASSERT_EQUAL(message.option_count, 3);
    CU_ASSERT_EQUAL(hlsim__coap_peek(bytes, size, &type, &id), 0);
    CU_ASSERT_EQUAL(type, HLSIM__COAP_NON);
    CU_ASSERT_EQUAL(id, 0x7d34);
    CU_ASSERT_EQUAL(hlsim__coap_peek(bytes, 3, &type, &id), HLSIM_E_FORMAT);
}

static void survives_every_truncation_and_every_flipped_bit(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t bytes[DATAGRAM_SIZE_MAX];
        size_t size = from_hex(vectors[i], bytes);

        for (size_t cut = 0; cut < size; cut++)
            CU_ASSERT_NOT_EQUAL(parse_exact(bytes, cut), HLSIM_E_LIMIT);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            CU_ASSERT_NOT_EQUAL(parse_exact(bytes, size), HLSIM_E_LIMIT);
            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    }
}

static void says_extended_deltas_and_lengths_at_their_borders(void)
{
    /* RFC 7252 3.1: 12 is the last plain value, 13 to 268 take one byte more, 269 takes two. */
    static const struct {
        uint16_t number;
        size_t size;
        const char *head;
    } cases[] = {
        {12, 12, "cc"},           {13, 13, "dd0000"},       {268, 268, "ddffff"},
        {269, 269, "ee00000000"}, {270, 270, "ee00010001"}, {65535, 0, "e0fef2"},
    };
    static const uint8_t value[270];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlsim__coap_message message = {.code = HLSIM__COAP_GET};
        uint8_t bytes[DATAGRAM_SIZE_MAX];
        uint8_t head[DATAGRAM_SIZE_MAX];
        size_t head_size = from_hex(cases[i].head, head);
        struct hlsim__coap_message read;
        int size;

        CU_ASSERT_EQUAL(hlsim__coap_option_add(&message, cases[i].number, value, cases[i].size), 0);
        size = hlsim__coap_encode(&message, bytes, sizeof bytes);
        CU_ASSERT_EQUAL_FATAL(size, (int)(4 + head_size + cases[i].size));
        CU_ASSERT_EQUAL(memcmp(bytes + 4, head, head_size), 0);
        CU_ASSERT_EQUAL_FATAL(hlsim__coap_parse(bytes, (size_t)size, &read), 0);
        CU_ASSERT_EQUAL(read.options[0].number, cases[i].number);
        CU_ASSERT_EQUAL(read.options[0].size, cases[i].size);
    }
}

static void says_full_for_every_capacity_that_is_too_small(void)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    struct hlsim__coap_message message;
    size_t size = from_hex(REGISTRATION, bytes);

    CU_ASSERT_EQUAL_FATAL(hlsim__coap_parse(bytes, size, &message), 0);
    for (size_t capacity = 0; capacity <= size; capacity++) {
        uint8_t *buffer = malloc(capacity > 0 ? capacity : 1);
        int rc;

        CU_ASSERT_PTR_NOT_NULL_FATAL(buffer);
        rc = hlsim__coap_encode(&message, buffer, capacity);
        CU_ASSERT_EQUAL(rc, capacity < size ? HLSIM_E_FULL : (int)size);
        free(buffer);
    }
}

static void refuses_to_write_what_could_not_be_read(void)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    struct hlsim__coap_message message = {.code = HLSIM__COAP_GET, .token_size = 9};

    CU_ASSERT_EQUAL(hlsim__coap_encode(&message, bytes, sizeof bytes), HLSIM_E_INVALID);
    message = (struct hlsim__coap_message){.code = HLSIM__COAP_EMPTY, .token_size = 1};
    CU_ASSERT_EQUAL(hlsim__coap_encode(&message, bytes, sizeof bytes), HLSIM_E_INVALID);
    message = (struct hlsim__coap_message){.code = HLSIM__COAP_GET, .option_count = 2};
    message.options[0].number = HLSIM__COAP_URI_QUERY;
    message.options[1].number = HLSIM__COAP_URI_PATH;
    CU_ASSERT_EQUAL(hlsim__coap_encode(&message, bytes, sizeof bytes), HLSIM_E_INVALID);
}

static void keeps_the_order_of_repeated_options(void)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_POST};
    const struct hlsim__coap_option *option;

    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, "a"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "/5/0/1"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, "b"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_CONTENT_FORMAT, 11542), 0);
    /* Path 5, 0, 1; format 0x2d16 behind delta 1; queries behind delta 3 and 0. */
    CU_ASSERT(encodes_to(&message, "40020000b13501300131122d1631610162"));
    CU_ASSERT(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "5/0/1"));
    CU_ASSERT_FALSE(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "5/0"));
    CU_ASSERT_FALSE(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "5/0/1/2"));
    CU_ASSERT_FALSE(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "5/0/10"));
    CU_ASSERT_FALSE(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "5/0/2"));
    CU_ASSERT_FALSE(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, ""));
    CU_ASSERT(hlsim__coap_path_is(&message, HLSIM__COAP_LOCATION_PATH, ""));
    option = hlsim__coap_option_next(&message, HLSIM__COAP_URI_QUERY, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(option);
    CU_ASSERT_EQUAL(option->value[0], 'a');
    option = hlsim__coap_option_next(&message, HLSIM__COAP_URI_QUERY, option);
    CU_ASSERT_PTR_NOT_NULL_FATAL(option);
    CU_ASSERT_EQUAL(option->value[0], 'b');
    CU_ASSERT_PTR_NULL(hlsim__coap_option_next(&message, HLSIM__COAP_URI_QUERY, option));
}

static void keeps_a_slash_inside_a_segment_apart_from_two_segments(void)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_GET};
    char text[8];

    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_PATH, "a/b"), 0);
    CU_ASSERT_FALSE(hlsim__coap_path_is(&message, HLSIM__COAP_URI_PATH, "a/b"));
    CU_ASSERT_EQUAL(hlsim__coap_path_text(&message, HLSIM__COAP_URI_PATH, text, 8), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__coap_path_text(&message, HLSIM__COAP_LOCATION_PATH, text, 1), 0);
    CU_ASSERT_EQUAL(hlsim__coap_path_text(&message, HLSIM__COAP_LOCATION_PATH, text, 0),
                    HLSIM_E_FULL);
}

static void takes_a_location_that_lies_in_one_option(void)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_CODE(2, 1)};
    char text[8];

    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_LOCATION_PATH, "rd/5"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_path_text(&message, HLSIM__COAP_LOCATION_PATH, text, 8), 4);
    CU_ASSERT_STRING_EQUAL(text, "rd/5");
}

static void adds_no_more_options_than_it_can_hold(void)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_GET};
    const size_t size = HLSIM__COAP_OPTION_SIZE_MAX + 1;
    static const uint8_t value[1];

    CU_ASSERT_EQUAL(hlsim__coap_option_add(&message, 1, value, size), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "/"), 0);
    CU_ASSERT_EQUAL(message.option_count, 0);
    for (int i = 0; i < HLSIM__COAP_OPTION_COUNT_MAX - 1; i++)
        CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_SIZE1, 0xFFFFFFFF), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "a/b"),
                    HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(message.option_count, HLSIM__COAP_OPTION_COUNT_MAX - 1);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "a"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_SIZE1, 1), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_SIZE1, ""), HLSIM_E_LIMIT);
}

static void writes_integers_in_as_few_bytes_as_possible(void)
{
    static const struct {
        uint32_t value;
        const char *hex;
    } cases[] = {
        {0, "40010000d02f"},           {1, "40010000d12f01"},
        {255, "40010000d12fff"},       {256, "40010000d22f0100"},
        {65536, "40010000d32f010000"}, {0xFFFFFFFF, "40010000d42fffffffff"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlsim__coap_message message = {.code = HLSIM__COAP_GET};
        uint32_t value = 1234;

        CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_SIZE1, cases[i].value),
                        0);
        CU_ASSERT(encodes_to(&message, cases[i].hex));
        CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_SIZE1, &value), 0);
        CU_ASSERT_EQUAL(value, cases[i].value);
    }
}

static void accepts_leading_zeros_but_no_integer_beyond_32_bits(void)
{
    uint8_t bytes[DATAGRAM_SIZE_MAX];
    struct hlsim__coap_message message;
    uint32_t value = 0;

    CU_ASSERT_EQUAL_FATAL(parse_hex("40010000d62f000000000102", &message, bytes), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_SIZE1, &value), 0);
    CU_ASSERT_EQUAL(value, 258);
    CU_ASSERT_EQUAL_FATAL(parse_hex("40010000d52f0100000000", &message, bytes), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_uint(&message, HLSIM__COAP_SIZE1, &value), HLSIM_E_RANGE);
}

static void reads_and_writes_the_blocks_of_rfc_7959(void)
{
    /* RFC 7959 3.1 writes option:number/more/size: 2:0/1/128, 2:1/1/128, 2:3/0/128, 1:0/1/128. */
    static const struct {
        struct hlsim__coap_block block;
        const char *hex;
        size_t size;
    } cases[] = {
        {{.number = 0, .more = true, .size_exponent = 3}, "60450000d10a0b", 128},
        {{.number = 1, .more = true, .size_exponent = 3}, "60450000d10a1b", 128},
        {{.number = 3, .more = false, .size_exponent = 3}, "60450000d10a33", 128},
        {{.number = 0, .more = false, .size_exponent = 0}, "60450000d00a", 16},
        {{.number = 0xFFFFF, .more = true, .size_exponent = 6}, "60450000d30afffffe", 1024},
    };
    const struct hlsim__coap_message empty = {.type = HLSIM__COAP_ACK, .code = 0x45};
    struct hlsim__coap_message message;
    struct hlsim__coap_block wrong = {.number = 0, .size_exponent = 7};
    struct hlsim__coap_block block;
    uint8_t bytes[DATAGRAM_SIZE_MAX];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        message = empty;
        CU_ASSERT_EQUAL(hlsim__coap_option_add_block(&message, HLSIM__COAP_BLOCK2, &cases[i].block),
                        0);
        CU_ASSERT(encodes_to(&message, cases[i].hex));
        CU_ASSERT_EQUAL_FATAL(parse_hex(cases[i].hex, &message, bytes), 0);
        CU_ASSERT_EQUAL_FATAL(hlsim__coap_option_block(&message, HLSIM__COAP_BLOCK2, &block), 0);
        CU_ASSERT_EQUAL(block.number, cases[i].block.number);
        CU_ASSERT_EQUAL(block.more, cases[i].block.more);
        CU_ASSERT_EQUAL(hlsim__coap_block_size(block.size_exponent), cases[i].size);
    }
    CU_ASSERT_EQUAL(hlsim__coap_option_block(&message, HLSIM__COAP_BLOCK1, &block),
                    HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_block(&message, HLSIM__COAP_BLOCK1, &wrong),
                    HLSIM_E_INVALID);
    CU_ASSERT_EQUAL_FATAL(parse_hex("60450000d10a0f", &message, bytes), 0); /* SZX 7. */
    CU_ASSERT_EQUAL(hlsim__coap_option_block(&message, HLSIM__COAP_BLOCK2, &block), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL_FATAL(parse_hex("60450000d40a00000003", &message, bytes), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_block(&message, HLSIM__COAP_BLOCK2, &block), HLSIM_E_FORMAT);
}

static void finds_the_first_critical_option_that_is_not_known(void)
{
    static const uint16_t known[] = {HLSIM__COAP_URI_PATH, HLSIM__COAP_URI_QUERY};
    struct hlsim__coap_message message = {.code = HLSIM__COAP_GET};
    const struct hlsim__coap_option *option;

    CU_ASSERT_EQUAL(hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "3/0"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_OBSERVE, 0), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, 2048, 0), 0);
    CU_ASSERT_PTR_NULL(hlsim__coap_unknown_critical(&message, known, 2));
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, 2049, 0), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_ACCEPT, 0), 0);
    option = hlsim__coap_unknown_critical(&message, known, 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(option);
    CU_ASSERT_EQUAL(option->number, HLSIM__COAP_ACCEPT);
    option = hlsim__coap_unknown_critical(&message, known, 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(option);
    CU_ASSERT_EQUAL(option->number, HLSIM__COAP_URI_PATH);
}

static void finds_queries_with_and_without_a_value(void)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_POST};
    const char *value;
    size_t size;

    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, "ept=x"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, "Q"), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, "lt="), 0);
    CU_ASSERT_EQUAL(hlsim__coap_option_add_text(&message, HLSIM__COAP_URI_QUERY, "ep=a=b"), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__coap_query_get(&message, "ep", &value, &size), 0);
    CU_ASSERT(size == 3 && memcmp(value, "a=b", 3) == 0);
    CU_ASSERT_EQUAL(hlsim__coap_query_get(&message, "Q", &value, &size), 0);
    CU_ASSERT_EQUAL(size, 0);
    CU_ASSERT_EQUAL(hlsim__coap_query_get(&message, "lt", &value, &size), 0);
    CU_ASSERT_EQUAL(size, 0);
    CU_ASSERT_EQUAL(hlsim__coap_query_get(&message, "b", &value, &size), HLSIM_E_NOT_FOUND);
}

static void names_codes_and_reads_their_names(void)
{
    char text[HLSIM__COAP_CODE_TEXT_SIZE];
    uint8_t code = 0;

    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0x00, text), "0.00");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0x01, text), "GET");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0x02, text), "POST");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0x03, text), "PUT");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0x04, text), "DELETE");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0x05, text), "0.05");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(69, text), "2.05");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0x84, text), "4.04");
    CU_ASSERT_STRING_EQUAL(hlsim__coap_code_text(0xFF, text), "7.31");
    CU_ASSERT_EQUAL(hlsim__coap_code_from_text("4.03", &code), 0);
    CU_ASSERT_EQUAL(code, 0x83);
    CU_ASSERT_EQUAL(hlsim__coap_code_from_text("2.31", &code), 0);
    CU_ASSERT_EQUAL(code, 0x5F);
    CU_ASSERT_EQUAL(hlsim__coap_code_from_text("2.32", &code), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__coap_code_from_text("8.00", &code), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__coap_code_from_text("4.3", &code), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__coap_code_from_text("4.031", &code), HLSIM_E_FORMAT);
    CU_ASSERT(hlsim__coap_is_request(0x02) && !hlsim__coap_is_request(0x00));
    CU_ASSERT(hlsim__coap_is_response(0x45) && hlsim__coap_is_response(0xBF));
    CU_ASSERT_FALSE(hlsim__coap_is_request(0x20) || hlsim__coap_is_response(0x20));
    CU_ASSERT_FALSE(hlsim__coap_is_response(0xC0) || hlsim__coap_is_response(0x02));
}

static const struct suite_test tests[] = {
    SUITE_TEST(reads_the_request_of_figure_16),
    SUITE_TEST(reads_the_piggybacked_response_with_its_token),
    SUITE_TEST(reads_a_notification_of_rfc_7641),
    SUITE_TEST(writes_the_figures_of_the_specifications),
    SUITE_TEST(writes_what_it_read),
    SUITE_TEST(reads_a_registration_and_its_location),
    SUITE_TEST(refuses_malformed_headers),
    SUITE_TEST(refuses_an_empty_message_with_more_than_a_header),
    SUITE_TEST(refuses_malformed_options_and_payloads),
    SUITE_TEST(refuses_option_numbers_beyond_16_bits),
    SUITE_TEST(tells_too_many_options_from_malformed_ones),
    SUITE_TEST(leaves_the_message_alone_when_it_refuses),
    SUITE_TEST(survives_every_truncation_and_every_flipped_bit),
    SUITE_TEST(says_extended_deltas_and_lengths_at_their_borders),
    SUITE_TEST(says_full_for_every_capacity_that_is_too_small),
    SUITE_TEST(refuses_to_write_what_could_not_be_read),
    SUITE_TEST(keeps_the_order_of_repeated_options),
    SUITE_TEST(keeps_a_slash_inside_a_segment_apart_from_two_segments),
    SUITE_TEST(takes_a_location_that_lies_in_one_option),
    SUITE_TEST(adds_no_more_options_than_it_can_hold),
    SUITE_TEST(writes_integers_in_as_few_bytes_as_possible),
    SUITE_TEST(accepts_leading_zeros_but_no_integer_beyond_32_bits),
    SUITE_TEST(reads_and_writes_the_blocks_of_rfc_7959),
    SUITE_TEST(finds_the_first_critical_option_that_is_not_known),
    SUITE_TEST(finds_queries_with_and_without_a_value),
    SUITE_TEST(names_codes_and_reads_their_names),
};

int main(void)
{
    return suite_run("coap", tests, sizeof tests / sizeof *tests);
}
