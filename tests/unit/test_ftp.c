/*
 * Replies of an FTP server against RFC 959 4.2, in one piece and byte by byte, and what is none.
 */
#include "codec/ftp.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <string.h>

/* The codes of all replies in a text that comes in pieces of so many bytes; how many, or the
 * error. */
static int take(const char *text, size_t piece, unsigned *ret_codes)
{
    struct hlsim__ftp_reply reply = {0};
    size_t size = strlen(text);
    int count = 0;

    for (size_t at = 0; at < size;) {
        size_t left = size - at < piece ? size - at : piece;
        bool complete;
        int taken = hlsim__ftp_reply_take(&reply, (const uint8_t *)text + at, left, &complete);

        if (taken < 0) {
            return taken;
        }
        at += (size_t)taken;
        if (complete) {
            ret_codes[count++] = reply.code;
        }
    }
    return count;
}

static void replies_end_at_their_last_line(void)
{
    static const char text[] = "220 ready\r\n230-hello\r\n 230 not yet\r\n220 nor this\r\n"
                               "230-nor this\r\n230 now\r\n226\n";

    for (size_t piece = 1; piece <= sizeof text; piece++) {
        unsigned codes[8] = {0};

        CU_ASSERT_EQUAL_FATAL(take(text, piece, codes), 3);
        CU_ASSERT_EQUAL(codes[0], 220);
        CU_ASSERT_EQUAL(codes[1], 230);
        CU_ASSERT_EQUAL(codes[2], 226);
    }
}

static void a_reply_that_is_cut_is_not_complete(void)
{
    unsigned codes[8];

    CU_ASSERT_EQUAL(take("226 don", 7, codes), 0);
    CU_ASSERT_EQUAL(take("226-done\r\n226", 1, codes), 0);
}

static void a_line_without_a_code_is_an_error(void)
{
    static const char *const bad[] = {"SSH-2.0\r\n", "\r\n",      "22 x\r\n",  "2200 x\r\n",
                                      "099 x\r\n",   "600 x\r\n", "220_x\r\n", "+20 x\r\n"};
    unsigned codes[8];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT_EQUAL(take(bad[i], 3, codes), HLSIM_E_FORMAT);
    }
}

static void a_line_and_a_reply_have_limits(void)
{
    struct hlsim__ftp_reply reply = {0};
    uint8_t huge[HLSIM__FTP_LINE_MAX + 1];
    bool complete;
    int taken = 0;

    memset(huge, '2', sizeof huge);
    CU_ASSERT_EQUAL(hlsim__ftp_reply_take(&reply, huge, sizeof huge, &complete), HLSIM_E_LIMIT);
    memset(&reply, 0, sizeof reply);
    for (int i = 0; taken >= 0 && i < HLSIM__FTP_REPLY_MAX; i++) {
        taken = hlsim__ftp_reply_take(&reply, (const uint8_t *)"220-x\r\n", 7, &complete);
        CU_ASSERT_FALSE(complete);
    }
    CU_ASSERT_EQUAL(taken, HLSIM_E_LIMIT);
}

static void passive_names_a_port(void)
{
    static const char *const bad[] = {"227",
                                      "227 ",
                                      "227 (1,2,3,4,5)",
                                      "227 (1,2,3,4,5,256)",
                                      "227 (300,1,1,1,1,1)",
                                      "227 (1,2,3,4,0,0)",
                                      "227 (1;2;3;4;5;6)",
                                      "227 (1,2,3,4,5,)",
                                      "227 (99999999999999999999,1,1,1,1,1)"};
    uint32_t ip;
    uint16_t port;

    CU_ASSERT_EQUAL(
        hlsim__ftp_parse_passive("227 Entering Passive Mode (203,0,113,7,195,80).", &ip, &port), 0);
    CU_ASSERT_EQUAL(ip, 0xcb007107);
    CU_ASSERT_EQUAL(port, 50000);
    CU_ASSERT_EQUAL(hlsim__ftp_parse_passive("227 =1,2,3,4,0,21", &ip, &port), 0);
    CU_ASSERT_EQUAL(port, 21);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT_EQUAL(hlsim__ftp_parse_passive(bad[i], &ip, &port), HLSIM_E_FORMAT);
    }
}

static void size_is_a_number(void)
{
    uint64_t size = 0;

    CU_ASSERT_EQUAL(hlsim__ftp_parse_size("213 100000", &size), 0);
    CU_ASSERT_EQUAL(size, 100000);
    CU_ASSERT_EQUAL(hlsim__ftp_parse_size("213", &size), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ftp_parse_size("213 x", &size), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ftp_parse_size("213 5 bytes", &size), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__ftp_parse_size("213 99999999999999999999", &size), HLSIM_E_FORMAT);
}

static const struct suite_test tests[] = {
    SUITE_TEST(replies_end_at_their_last_line),
    SUITE_TEST(a_reply_that_is_cut_is_not_complete),
    SUITE_TEST(a_line_without_a_code_is_an_error),
    SUITE_TEST(a_line_and_a_reply_have_limits),
    SUITE_TEST(passive_names_a_port),
    SUITE_TEST(size_is_a_number),
};

int main(void)
{
    return suite_run("ftp", tests, sizeof tests / sizeof *tests);
}
