/*
 * The packets of PPP's control protocols: LCP, IPCP, PAP, CHAP (RFC 1661 5, 1332, 1334, 1994).
 * Bytes to structs and back; who sends what when is not known here.
 */
#ifndef HLSIM_CODEC_PPP_H
#define HLSIM_CODEC_PPP_H

#include "codec/ppp_frame.h"

enum {
    HLSIM__PPP_IP = 0x0021,
    HLSIM__PPP_IPCP = 0x8021,
    HLSIM__PPP_LCP = 0xc021,
    HLSIM__PPP_PAP = 0xc023,
    HLSIM__PPP_CHAP = 0xc223,
};

/* Codes of LCP; the first seven are those of every control protocol that negotiates. */
enum {
    HLSIM__PPP_CONF_REQ = 1,
    HLSIM__PPP_CONF_ACK = 2,
    HLSIM__PPP_CONF_NAK = 3,
    HLSIM__PPP_CONF_REJ = 4,
    HLSIM__PPP_TERM_REQ = 5,
    HLSIM__PPP_TERM_ACK = 6,
    HLSIM__PPP_CODE_REJ = 7,
    HLSIM__PPP_PROTO_REJ = 8,
    HLSIM__PPP_ECHO_REQ = 9,
    HLSIM__PPP_ECHO_REPLY = 10,
    HLSIM__PPP_DISCARD_REQ = 11,
};

/* Of PAP and of CHAP. */
enum {
    HLSIM__PAP_REQUEST = 1,
    HLSIM__PAP_ACK = 2,
    HLSIM__PAP_NAK = 3,
    HLSIM__CHAP_CHALLENGE = 1,
    HLSIM__CHAP_RESPONSE = 2,
    HLSIM__CHAP_SUCCESS = 3,
    HLSIM__CHAP_FAILURE = 4,
};

/* Options of LCP (RFC 1661 6, 1662 7.1) and of IPCP (RFC 1332 3, 1877). */
enum {
    HLSIM__LCP_MRU = 1,
    HLSIM__LCP_ACCM = 2,
    HLSIM__LCP_AUTH = 3,
    HLSIM__LCP_MAGIC = 5,
    HLSIM__LCP_PFC = 7,
    HLSIM__LCP_ACFC = 8,
    HLSIM__IPCP_ADDRESS = 3,
    HLSIM__IPCP_DNS_1 = 129,
    HLSIM__IPCP_DNS_2 = 131,
};

#define HLSIM__PPP_CONTROL_HEAD 4

/* A control packet; `data` is what follows its header, without what its length leaves out. */
struct hlsim__ppp_control {
    uint8_t code;
    uint8_t id;
    const uint8_t *data;
    size_t size;
};

/* HLSIM_E_FORMAT when the length does not fit. */
int hlsim__ppp_control_parse(const uint8_t *bytes, size_t size,
                             struct hlsim__ppp_control *ret_control);

/* Writes header and data; they fit HLSIM__PPP_MRU (asserted). Returns the size. */
size_t hlsim__ppp_control_write(const struct hlsim__ppp_control *control, uint8_t *bytes);

/* One option; `bytes` with its header, `data` without. */
struct hlsim__ppp_option {
    uint8_t type;
    const uint8_t *bytes;
    size_t whole;
    const uint8_t *data;
    size_t size;
};

/* The option at `*offset`, which moves on: 1, 0 at the end, HLSIM_E_FORMAT. */
int hlsim__ppp_option_next(const uint8_t *bytes, size_t size, size_t *offset,
                           struct hlsim__ppp_option *ret_option);

/* Options written one behind the other; what does not fit any more is left out. */
struct hlsim__ppp_options {
    uint8_t bytes[HLSIM__PPP_MRU - HLSIM__PPP_CONTROL_HEAD];
    size_t size;
};

void hlsim__ppp_option_add(struct hlsim__ppp_options *options, uint8_t type, const uint8_t *data,
                           size_t size);
void hlsim__ppp_option_add16(struct hlsim__ppp_options *options, uint8_t type, uint16_t value);
void hlsim__ppp_option_add32(struct hlsim__ppp_options *options, uint8_t type, uint32_t value);

/* The value of an option of two or four bytes; 0 for one of another size. */
uint16_t hlsim__ppp_option_get16(const struct hlsim__ppp_option *option);
uint32_t hlsim__ppp_option_get32(const struct hlsim__ppp_option *option);

/* A text that its length stands before: names and passwords. */
struct hlsim__ppp_text {
    const uint8_t *bytes;
    size_t size;
};

/* The data of a PAP request (RFC 1334 2.2.1). HLSIM_E_FORMAT. */
int hlsim__pap_request_parse(const uint8_t *data, size_t size, struct hlsim__ppp_text *ret_name,
                             struct hlsim__ppp_text *ret_password);

/* The data of a CHAP challenge or response (RFC 1994 4.1). HLSIM_E_FORMAT. */
int hlsim__chap_value_parse(const uint8_t *data, size_t size, struct hlsim__ppp_text *ret_value,
                            struct hlsim__ppp_text *ret_name);

#endif
