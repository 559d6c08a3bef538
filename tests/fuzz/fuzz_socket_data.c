/* A port in a socket's data mode: two bytes say how much is announced, one which command
 * (AT+KTCPSND, AT+KUDPSND, AT+KTCPSTART), one how long the pattern is that follows. The rest comes
 * in pieces, each led by its length; 0: nothing for five seconds, 1: the pattern. An echo answers.
 */
#include "modem.h"

#include <stdio.h>
#include <string.h>

#define PATTERN_MAX 16

static const char scenario[] =
    "{\"name\": \"fuzz\", \"modem\": {\"profile\": \"HL7800-4.6.8.0\"}, \"network\": {\"peers\": ["
    "{\"name\": \"echo.example\", \"port\": 7},"
    "{\"name\": \"echo.example\", \"port\": 7, \"protocol\": \"udp\"}]}}";

static void say(struct fuzz_modem *modem, const char *line)
{
    fuzz_modem_send(modem, (const uint8_t *)line, strlen(line));
    fuzz_modem_run(modem, 3 * HLSIM_SECOND);
}

/* A pattern that can be typed: letters and dashes. */
static size_t take_pattern(const uint8_t *bytes, size_t size, char *ret_pattern)
{
    size_t length = 1 + bytes[0] % PATTERN_MAX;

    length = length < size ? length : size - 1;
    for (size_t i = 0; i < length; i++) {
        ret_pattern[i] = "-abcABC+"[bytes[1 + i] % 8];
    }
    ret_pattern[length] = '\0';
    return length + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_modem modem;
    char pattern[PATTERN_MAX + 1];
    char line[64];
    unsigned announced;
    size_t used;

    if (size < 6) {
        return 0;
    }
    announced = 256u * bytes[0] + bytes[1];
    fuzz_modem_open_with(&modem, scenario);
    used = 3 + take_pattern(bytes + 3, size - 3, pattern);
    snprintf(line, sizeof line, "AT+KPATTERN=\"%s\"\r", pattern);
    say(&modem, line);
    say(&modem, "AT+KCNXCFG=1,\"GPRS\",\"internet\"\r");
    say(&modem, "AT+KTCPCFG=1,0,\"echo.example\",7\r");
    say(&modem, "AT+KTCPCNX=1\r");
    say(&modem, "AT+KUDPCFG=1,0\r");
    snprintf(line, sizeof line,
             bytes[2] % 3 == 0   ? "AT+KTCPSND=1,%u\r"
             : bytes[2] % 3 == 1 ? "AT+KUDPSND=2,\"echo.example\",7,%u\r"
                                 : "AT+KTCPSTART=1\r",
             announced);
    say(&modem, line);
    bytes += used;
    size -= used;
    while (size > 0) {
        size_t part = bytes[0] < size ? bytes[0] : size - 1;

        if (part == 1) {
            fuzz_modem_send(&modem, (const uint8_t *)pattern, strlen(pattern));
        } else {
            fuzz_modem_send(&modem, bytes + 1, part);
        }
        if (part == 0) {
            fuzz_modem_run(&modem, 5 * HLSIM_SECOND);
        }
        bytes += part + 1;
        size -= part + 1;
    }
    /* An escape that was begun is none; the pattern ends whatever is still open. */
    fuzz_modem_run(&modem, 5 * HLSIM_SECOND);
    say(&modem, ".");
    say(&modem, pattern);
    fuzz_modem_run(&modem, 2 * HLSIM_MINUTE);
    fuzz_modem_expect_alive(&modem);
    say(&modem, "AT+KTCPRCV=1,100000\r");
    say(&modem, "AT+KUDPRCV=2,100000\r");
    fuzz_modem_expect_alive(&modem);
    fuzz_modem_close(&modem);
    return 0;
}
