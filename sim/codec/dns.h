/*
 * Questions to name servers and their answers (RFC 1035 4): one question of class IN. Does not know
 * any names.
 */
#ifndef HLSIM_CODEC_DNS_H
#define HLSIM_CODEC_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 1035 2.3.4, 4.2.1. */
#define HLSIM__DNS_NAME_SIZE   254 /* as text, with its NUL */
#define HLSIM__DNS_MESSAGE_MAX 512

enum {
    HLSIM__DNS_GOOD = 0,
    HLSIM__DNS_FAILED = 2,
    HLSIM__DNS_NO_NAME = 3,
    HLSIM__DNS_NOT_IMPLEMENTED = 4,
};

struct hlsim__dns_question {
    uint16_t id;
    bool wants_recursion;
    bool standard;   /* a standard query; otherwise it is one that nobody can answer */
    bool wants_ipv4; /* type A */
    char name[HLSIM__DNS_NAME_SIZE];             /* "example.com" */
    uint8_t bytes[HLSIM__DNS_NAME_SIZE + 1 + 4]; /* the question, to be repeated in the answer */
    size_t size;
};

/* HLSIM_E_FORMAT when it is no query with one question. */
int hlsim__dns_question_parse(const uint8_t *bytes, size_t size,
                              struct hlsim__dns_question *ret_question);

/*
 * Writes an answer with that code of RFC 1035 4.1.1 and, when `ip` is not 0, one address that holds
 * for a minute. `bytes` takes HLSIM__DNS_MESSAGE_MAX. Returns the size.
 */
size_t hlsim__dns_answer_write(const struct hlsim__dns_question *question, unsigned code,
                               uint32_t ip, uint8_t *bytes);

#endif
