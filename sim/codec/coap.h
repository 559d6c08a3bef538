/*
 * CoAP messages (RFC 7252) with the options of observe (RFC 7641) and block-wise transfer (RFC
 * 7959): one datagram's bytes <-> one struct. Knows nothing of exchanges, retransmission, time or
 * LwM2M.
 *
 * All functions are re-entrant and keep no state. Pointers in a parsed message are borrowed from
 * the datagram and live as long as it does.
 */
#ifndef HLSIM_CODEC_COAP_H
#define HLSIM_CODEC_COAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLSIM__COAP_HEADER_SIZE = 4,
    HLSIM__COAP_TOKEN_SIZE_MAX = 8,
    HLSIM__COAP_OPTION_COUNT_MAX = 24,
    HLSIM__COAP_OPTION_SIZE_MAX =
        65535 + 269, /* RFC 7252 3.1: the longest length that can be said. */
    HLSIM__COAP_UINT_SIZE_MAX = 4,
    HLSIM__COAP_CODE_TEXT_SIZE = 8,        /* Room for "DELETE" or "4.04" and the final zero. */
    HLSIM__COAP_BLOCK_NUMBER_MAX = 0xFFFFF /* RFC 7959 2.2: 20 bits. */
};

/* HLSIM__COAP_CODE(2, 5) is 2.05 Content; class 0 to 7, detail 0 to 31. */
#define HLSIM__COAP_CODE(code_class, detail) ((uint8_t)(((code_class) << 5) | (detail)))

#define HLSIM__COAP_EMPTY                    HLSIM__COAP_CODE(0, 0)
#define HLSIM__COAP_GET                      HLSIM__COAP_CODE(0, 1)
#define HLSIM__COAP_POST                     HLSIM__COAP_CODE(0, 2)
#define HLSIM__COAP_PUT                      HLSIM__COAP_CODE(0, 3)
#define HLSIM__COAP_DELETE                   HLSIM__COAP_CODE(0, 4)

enum hlsim__coap_type {
    HLSIM__COAP_CON = 0,
    HLSIM__COAP_NON = 1,
    HLSIM__COAP_ACK = 2,
    HLSIM__COAP_RST = 3
};

/* RFC 7252 12.2, RFC 7641 2, RFC 7959 2.1 and 4. */
enum hlsim__coap_option_number {
    HLSIM__COAP_IF_MATCH = 1,
    HLSIM__COAP_URI_HOST = 3,
    HLSIM__COAP_ETAG = 4,
    HLSIM__COAP_IF_NONE_MATCH = 5,
    HLSIM__COAP_OBSERVE = 6,
    HLSIM__COAP_URI_PORT = 7,
    HLSIM__COAP_LOCATION_PATH = 8,
    HLSIM__COAP_URI_PATH = 11,
    HLSIM__COAP_CONTENT_FORMAT = 12,
    HLSIM__COAP_MAX_AGE = 14,
    HLSIM__COAP_URI_QUERY = 15,
    HLSIM__COAP_ACCEPT = 17,
    HLSIM__COAP_LOCATION_QUERY = 20,
    HLSIM__COAP_BLOCK2 = 23,
    HLSIM__COAP_BLOCK1 = 27,
    HLSIM__COAP_SIZE2 = 28,
    HLSIM__COAP_PROXY_URI = 35,
    HLSIM__COAP_PROXY_SCHEME = 39,
    HLSIM__COAP_SIZE1 = 60
};

/* OMA LwM2M 1.0 6.4; the numbers below 2000 are those of the drafts, still seen in the field. */
enum hlsim__coap_content_format {
    HLSIM__COAP_FORMAT_TEXT = 0,
    HLSIM__COAP_FORMAT_LINK = 40,
    HLSIM__COAP_FORMAT_OPAQUE = 42,
    HLSIM__COAP_FORMAT_TLV_DRAFT = 1542,
    HLSIM__COAP_FORMAT_JSON_DRAFT = 1543,
    HLSIM__COAP_FORMAT_TLV = 11542,
    HLSIM__COAP_FORMAT_JSON = 11543
};

struct hlsim__coap_option {
    uint16_t number;
    size_t size;
    const uint8_t *value; /* Borrowed; never NULL in a parsed message, even when size is 0. */
};

/*
 * A message. Integer options added to it live in its own storage, so that a message under
 * construction must not be copied by assignment; a parsed one may be.
 */
struct hlsim__coap_message {
    enum hlsim__coap_type type;
    uint8_t code; /* Class in the upper 3 bits, detail in the lower 5. */
    uint16_t message_id;
    uint8_t token[HLSIM__COAP_TOKEN_SIZE_MAX];
    size_t token_size;
    struct hlsim__coap_option options[HLSIM__COAP_OPTION_COUNT_MAX]; /* In ascending order. */
    size_t option_count;
    const uint8_t *payload; /* Borrowed; NULL when there is none. */
    size_t payload_size;
    uint8_t storage[HLSIM__COAP_OPTION_COUNT_MAX * HLSIM__COAP_UINT_SIZE_MAX];
    size_t storage_size;
};

/* A block option's value (RFC 7959 2.2): the block's bytes start at number << (exponent + 4). */
struct hlsim__coap_block {
    uint32_t number;       /* 0 to HLSIM__COAP_BLOCK_NUMBER_MAX. */
    bool more;             /* More blocks follow. */
    uint8_t size_exponent; /* SZX, 0 to 6: blocks of 16 to 1024 bytes. */
};

/*
 * Parses one datagram. 0, or
 *   HLSIM_E_FORMAT  the datagram is malformed (RFC 7252 3 and 4.1) or of another version;
 *   HLSIM_E_LIMIT   it is well formed and has more than HLSIM__COAP_OPTION_COUNT_MAX options.
 * Reserved code classes and senseless pairs of type and code are left to the caller (RFC 7252 4.2),
 * who can still reject them by message id.
 */
int hlsim__coap_parse(const uint8_t *bytes, size_t size, struct hlsim__coap_message *ret_message);

/*
 * Type and message id of a datagram that did not parse, for the reset that rejects it (RFC 7252
 * 4.2). HLSIM_E_FORMAT when it is too short or of another version and so has to be ignored.
 */
int hlsim__coap_peek(const uint8_t *bytes, size_t size, enum hlsim__coap_type *ret_type,
                     uint16_t *ret_message_id);

/*
 * Encodes a message; the size in bytes, or
 *   HLSIM_E_FULL     the capacity is too small (the buffer's contents are then undefined);
 *   HLSIM_E_INVALID  the token is too long, the options are not in ascending order, an option is
 *                    too long, or an empty message has a token, options or a payload.
 */
int hlsim__coap_encode(const struct hlsim__coap_message *message, uint8_t *buffer, size_t capacity);

/* 0.01 to 0.31. */
bool hlsim__coap_is_request(uint8_t code);

/* 2.00 to 5.31. */
bool hlsim__coap_is_response(uint8_t code);

/*
 * The method's name for GET, POST, PUT and DELETE, "c.dd" for any other code. Writes into buffer
 * of HLSIM__COAP_CODE_TEXT_SIZE bytes and returns it.
 */
const char *hlsim__coap_code_text(uint8_t code, char buffer[HLSIM__COAP_CODE_TEXT_SIZE]);

/* The code of "4.03"; HLSIM_E_FORMAT when the text is not of that form or out of range. */
int hlsim__coap_code_from_text(const char *text, uint8_t *ret_code);

/*
 * Adds an option behind all options of the same or a lower number, so that the order stays
 * ascending and repeated options keep theirs. The value is borrowed. HLSIM_E_LIMIT when the message
 * holds as many as it can, HLSIM_E_INVALID when the value is longer than can be said.
 */
int hlsim__coap_option_add(struct hlsim__coap_message *message, uint16_t number,
                           const uint8_t *value, size_t size);

/* The same with a text that ends with zero, which is not sent. */
int hlsim__coap_option_add_text(struct hlsim__coap_message *message, uint16_t number,
                                const char *text);

/* The same with an integer in as few bytes as possible, none for 0 (RFC 7252 3.2). */
int hlsim__coap_option_add_uint(struct hlsim__coap_message *message, uint16_t number,
                                uint32_t value);

/*
 * Adds one option for each segment of a path such as "rd/5" (a leading slash is allowed; "" and "/"
 * add none). The text is borrowed. On HLSIM_E_LIMIT nothing was added.
 */
int hlsim__coap_option_add_path(struct hlsim__coap_message *message, uint16_t number,
                                const char *path);

/* Adds Block1 or Block2. HLSIM_E_INVALID when a field is out of range. */
int hlsim__coap_option_add_block(struct hlsim__coap_message *message, uint16_t number,
                                 const struct hlsim__coap_block *block);

/* The first option of that number after `previous`, or the first at all for NULL; NULL at the end.
 */
const struct hlsim__coap_option *hlsim__coap_option_next(const struct hlsim__coap_message *message,
                                                         uint16_t number,
                                                         const struct hlsim__coap_option *previous);

/* The first option of that number or NULL. */
const struct hlsim__coap_option *hlsim__coap_option_find(const struct hlsim__coap_message *message,
                                                         uint16_t number);

/*
 * The first option of that number as an integer; leading zero bytes are accepted (RFC 7252 3.2).
 * HLSIM_E_NOT_FOUND, or HLSIM_E_RANGE when it does not fit 32 bits.
 */
int hlsim__coap_option_uint(const struct hlsim__coap_message *message, uint16_t number,
                            uint32_t *ret_value);

/*
 * The first option of that number as a block. HLSIM_E_NOT_FOUND, or HLSIM_E_FORMAT when it is
 * longer than three bytes or names the reserved size exponent 7.
 */
int hlsim__coap_option_block(const struct hlsim__coap_message *message, uint16_t number,
                             struct hlsim__coap_block *ret_block);

/* Bytes in a full block of that size exponent, 16 to 1024. */
size_t hlsim__coap_block_size(uint8_t size_exponent);

/* Whether the options of that number are the segments of the path, without a leading slash. */
bool hlsim__coap_path_is(const struct hlsim__coap_message *message, uint16_t number,
                         const char *path);

/*
 * Joins the options of that number with slashes and a final zero, without a leading slash ("" when
 * there are none); the length without the zero. HLSIM_E_FULL, or HLSIM_E_FORMAT when a segment
 * holds a slash or a zero byte, so that the joined text would name another path. In a location a
 * slash is taken for one between two segments: there are servers that write all into one option.
 */
int hlsim__coap_path_text(const struct hlsim__coap_message *message, uint16_t number, char *buffer,
                          size_t capacity);

/*
 * The value of the first Uri-Query "name=value"; a query "name" alone has an empty one. The value
 * is borrowed and does not end with zero. HLSIM_E_NOT_FOUND.
 */
int hlsim__coap_query_get(const struct hlsim__coap_message *message, const char *name,
                          const char **ret_value, size_t *ret_size);

/*
 * The first critical option (odd number, RFC 7252 5.4.1 and 5.4.6) whose number is not among the
 * known ones, or NULL: what a 4.02 Bad Option or a reset is about.
 */
const struct hlsim__coap_option *
hlsim__coap_unknown_critical(const struct hlsim__coap_message *message, const uint16_t *known,
                             size_t known_count);

#endif
