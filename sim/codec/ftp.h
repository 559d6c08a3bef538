/*
 * Answers of an FTP server (RFC 959 4.2): takes them apart as they come, in pieces of any size.
 * Knows no session and no order of things.
 */
#ifndef HLSIM_CODEC_FTP_H
#define HLSIM_CODEC_FTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLSIM__FTP_LINE_MAX = 512,  /* Characters of a line, without its end. */
    HLSIM__FTP_REPLY_MAX = 8192 /* All lines of one reply together. */
};

/* To begin with all zeros. Behind a complete reply `code` and `text` are its, until more is taken.
 */
struct hlsim__ftp_reply {
    unsigned code;
    char text[HLSIM__FTP_LINE_MAX + 1]; /* of its last line, with the code */
    size_t size;                        /* of the line that comes */
    size_t total;
    bool follows; /* its first line said that others come */
};

/*
 * Takes bytes up to the end of a reply; how many. `*ret_complete`: it has ended. HLSIM_E_FORMAT
 * (a line that has no code where one is due), HLSIM_E_LIMIT; then nothing more may be taken. A line
 * ends at LF; a CR before it is left out.
 */
int hlsim__ftp_reply_take(struct hlsim__ftp_reply *reply, const uint8_t *bytes, size_t size,
                          bool *ret_complete);

/* The port of "227 ... (h1,h2,h3,h4,p1,p2)" (RFC 959 4.1.2; RFC 1123 4.1.2.6: with or without
 * parentheses), and the address. HLSIM_E_FORMAT, also for port 0. */
int hlsim__ftp_parse_passive(const char *text, uint32_t *ret_ip, uint16_t *ret_port);

/* The number of "213 ..." (RFC 3659 4). HLSIM_E_FORMAT. */
int hlsim__ftp_parse_size(const char *text, uint64_t *ret_size);

#endif
