/*
 * Answers of an FTP server.
 */
#include "codec/ftp.h"

#include <hl78sim/error.h>

#include <string.h>

#define CODE_SIZE 3

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* "220 text", "220-text"; some servers end with the bare code. 0: the line has no code. */
static unsigned code_of(const char *line)
{
    unsigned code = 0;

    for (size_t i = 0; i < CODE_SIZE; i++) {
        if (!is_digit(line[i])) {
            return 0;
        }
        code = 10 * code + (unsigned)(line[i] - '0');
    }
    return strchr(" -", line[CODE_SIZE]) == NULL || code < 100 || code > 599 ? 0 : code;
}

/* A line is complete: 1 when the reply is, too. */
static int take_line(struct hlsim__ftp_reply *reply)
{
    unsigned code;

    if (reply->size > 0 && reply->text[reply->size - 1] == '\r') {
        reply->size--;
    }
    reply->text[reply->size] = '\0';
    reply->size = 0;
    code = code_of(reply->text);
    if (!reply->follows) {
        if (code == 0) {
            return HLSIM_E_FORMAT;
        }
        reply->code = code;
        reply->follows = reply->text[CODE_SIZE] == '-';
        return reply->follows ? 0 : 1;
    }
    if (code == reply->code && reply->text[CODE_SIZE] != '-') {
        reply->follows = false;
        return 1;
    }
    return 0;
}

int hlsim__ftp_reply_take(struct hlsim__ftp_reply *reply, const uint8_t *bytes, size_t size,
                          bool *ret_complete)
{
    *ret_complete = false;
    for (size_t i = 0; i < size; i++) {
        int end;

        if (++reply->total > HLSIM__FTP_REPLY_MAX ||
            (bytes[i] != '\n' && reply->size == HLSIM__FTP_LINE_MAX)) {
            return HLSIM_E_LIMIT;
        }
        if (bytes[i] != '\n') {
            reply->text[reply->size++] = (char)bytes[i];
            continue;
        }
        end = take_line(reply);
        if (end < 0) {
            return end;
        }
        if (end > 0) {
            reply->total = 0;
            *ret_complete = true;
            return (int)i + 1;
        }
    }
    return (int)size;
}

/* A number up to 255 and the comma behind it, but for the last. */
static const char *parse_part(const char *text, bool last, unsigned *ret_number)
{
    unsigned number = 0;

    if (!is_digit(*text)) {
        return NULL;
    }
    while (is_digit(*text) && number <= UINT8_MAX) {
        number = 10 * number + (unsigned)(*text++ - '0');
    }
    *ret_number = number;
    if (number > UINT8_MAX || (!last && *text != ',')) {
        return NULL;
    }
    return last ? text : text + 1;
}

int hlsim__ftp_parse_passive(const char *text, uint32_t *ret_ip, uint16_t *ret_port)
{
    const char *at = strlen(text) > CODE_SIZE ? text + CODE_SIZE : "";
    unsigned parts[6];

    while (*at != '\0' && !is_digit(*at)) {
        at++;
    }
    for (size_t i = 0; i < 6; i++) {
        at = parse_part(at, i == 5, &parts[i]);
        if (at == NULL) {
            return HLSIM_E_FORMAT;
        }
    }
    *ret_ip = (uint32_t)parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3];
    *ret_port = (uint16_t)(parts[4] << 8 | parts[5]);
    return *ret_port == 0 ? HLSIM_E_FORMAT : 0;
}

int hlsim__ftp_parse_size(const char *text, uint64_t *ret_size)
{
    const char *at = strlen(text) > CODE_SIZE ? text + CODE_SIZE + 1 : "";
    uint64_t size = 0;

    if (!is_digit(*at)) {
        return HLSIM_E_FORMAT;
    }
    for (; is_digit(*at); at++) {
        if (size > (UINT64_MAX - 9) / 10) {
            return HLSIM_E_FORMAT;
        }
        size = 10 * size + (uint64_t)(*at - '0');
    }
    *ret_size = size;
    return *at == '\0' ? 0 : HLSIM_E_FORMAT;
}
