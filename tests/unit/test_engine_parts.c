/*
 * The engine's pure parts: pattern, versions, record, lines, texts.
 */
#include "at_client.h"
#include "lib/suite.h"
#include "pattern.h"
#include "record.h"
#include "text.h"
#include "version.h"

#include <string.h>

static void pattern_matches_the_whole_line_without_case(void)
{
    CU_ASSERT_TRUE(hlhost__pattern_matches("ok", "OK"));
    CU_ASSERT_FALSE(hlhost__pattern_matches("OK", "OK "));
    CU_ASSERT_FALSE(hlhost__pattern_matches("OK", "xOK"));
    CU_ASSERT_FALSE(hlhost__pattern_matches("", "OK"));
    CU_ASSERT_TRUE(hlhost__pattern_matches("", ""));
    CU_ASSERT_FALSE(hlhost__pattern_matches("+WDSI: ?", "+WDSI: 3"));
}

static void star_stands_for_any_run(void)
{
    CU_ASSERT_TRUE(hlhost__pattern_matches("*", ""));
    CU_ASSERT_TRUE(hlhost__pattern_matches("+WDSI: 9,*", "+WDSI: 9,524648"));
    CU_ASSERT_TRUE(hlhost__pattern_matches("*abc*abd", "ababcabcabd"));
    CU_ASSERT_FALSE(hlhost__pattern_matches("*abc*abd", "ababcabcabde"));
    CU_ASSERT_TRUE(hlhost__pattern_matches("a**b", "ab"));
    CU_ASSERT_FALSE(hlhost__pattern_matches("a*b*c", "acb"));
}

static void escapes_are_literal(void)
{
    CU_ASSERT_TRUE(hlhost__pattern_matches("a\\*b", "a*b"));
    CU_ASSERT_FALSE(hlhost__pattern_matches("a\\*b", "axb"));
    CU_ASSERT_TRUE(hlhost__pattern_matches("a\\\\*", "a\\xyz"));
    CU_ASSERT_TRUE(hlhost__pattern_matches("*\\*", "ab*"));
    CU_ASSERT_FALSE(hlhost__pattern_matches("*\\*", "ab"));
    CU_ASSERT_TRUE(hlhost__pattern_matches("a\\b", "a\\b"));
}

static void version_is_found_on_component_boundaries(void)
{
    CU_ASSERT_TRUE(hlhost__version_matches("HL7800.4.6.8.0", "4.6.8.0"));
    CU_ASSERT_TRUE(hlhost__version_matches("HL7800-M.4.6.8.0", "4.6.8.0"));
    CU_ASSERT_TRUE(hlhost__version_matches("HL7800.4.6.8.0", "HL7800.4.6.8.0"));
    CU_ASSERT_TRUE(hlhost__version_matches("BHL7800.1.6.3.0.20180803", "1.6.3.0"));
    CU_ASSERT_TRUE(hlhost__version_matches("THL7800.1.6.3.0.99.20180803", "1.6.3.0.99"));
    CU_ASSERT_TRUE(hlhost__version_matches("HL7800-M.4.6.8.0", "4.6.8"));
    CU_ASSERT_TRUE(hlhost__version_matches("RHL769x.2.26.180400.201802141030.x7120m_1", "2.26"));
    CU_ASSERT_FALSE(hlhost__version_matches("RHL769x.2.26.180400.201802141030.x7120m_1", "2.2"));
    CU_ASSERT_TRUE(hlhost__version_matches("RHL85xx.5.5.23.0.201610311418.x6250_7", "5.5.23.0"));
    CU_ASSERT_TRUE(hlhost__version_matches(
        "SWI9X07H_00.08.24.02 000000 jenkins 2021/11/09 00:00:00", "00.08.24.02"));
    CU_ASSERT_FALSE(hlhost__version_matches(
        "SWI9X07H_00.08.24.02 000000 jenkins 2021/11/09 00:00:00", "00.08.07.00"));
    CU_ASSERT_TRUE(
        hlhost__version_matches("SWI9X07H_00.08.07.00 0ce4c1 jenkins 2021", "00.08.07.00"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.14.6.8.0", "4.6.8.0"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.1.4.6.8.0", "4.6.8.0"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.4.6.8.0", "8.0"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.4.6.80", "4.6.8.0"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.4.6.8.0.99", "4.6.8.0"));
    CU_ASSERT_FALSE(hlhost__version_matches("", "4.6.8.0"));
}

static void trailing_zeros_make_no_other_version(void)
{
    CU_ASSERT_TRUE(hlhost__version_matches("HL7800.4.6.8.0", "4.6.8"));
    CU_ASSERT_TRUE(hlhost__version_matches("HL7800.4.6.8", "4.6.8.0"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.4.6.8.1", "4.6.8"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.4.6.8.10", "4.6.8.1"));
    CU_ASSERT_FALSE(hlhost__version_matches("HL7800.4.6.9.4", "4.6.9"));
}

static void crc_is_that_of_ieee_802_3(void)
{
    /* The check value of the catalogue of parametrised CRC algorithms, CRC-32/ISO-HDLC. */
    CU_ASSERT_EQUAL(hlhost__crc32((const uint8_t *)"123456789", 9), UINT32_C(0xCBF43926));
    CU_ASSERT_EQUAL(hlhost__crc32(NULL, 0), 0);
}

static void record_reads_back_as_written(void)
{
    struct hlhost__record in = {.phase = HLHOST__PHASE_INSTALL,
                                .before = "HL7800.4.4.14.0",
                                .pin_tries = HLHOST__PIN_REFUSED,
                                .pin_mark = 0x89ABCDEF};
    struct hlhost__record out;
    uint8_t data[HLHOST__RECORD_BYTES];

    CU_ASSERT_TRUE(HLHOST__RECORD_BYTES <= HLHOST_RECORD_SIZE);
    CU_ASSERT_TRUE_FATAL(hlhost__record_encode(&in, data));
    CU_ASSERT_TRUE_FATAL(hlhost__record_decode(data, sizeof data, &out));
    CU_ASSERT_EQUAL(out.phase, HLHOST__PHASE_INSTALL);
    CU_ASSERT_STRING_EQUAL(out.before, "HL7800.4.4.14.0");
    CU_ASSERT_EQUAL(out.pin_tries, HLHOST__PIN_REFUSED);
    CU_ASSERT_EQUAL(out.pin_mark, 0x89ABCDEF);
}

static void damaged_record_is_no_record(void)
{
    struct hlhost__record in = {.phase = HLHOST__PHASE_DOWNLOAD, .before = "HL7800.4.4.14.0"};
    struct hlhost__record out = {.phase = HLHOST__PHASE_IDLE, .before = "untouched"};
    uint8_t data[HLHOST__RECORD_BYTES];
    size_t bit;
    size_t size;

    CU_ASSERT_TRUE_FATAL(hlhost__record_encode(&in, data));
    for (bit = 0; bit < sizeof data * 8; bit++) {
        data[bit / 8] = (uint8_t)(data[bit / 8] ^ 1u << bit % 8);
        CU_ASSERT_FALSE(hlhost__record_decode(data, sizeof data, &out));
        data[bit / 8] = (uint8_t)(data[bit / 8] ^ 1u << bit % 8);
    }
    for (size = 0; size < sizeof data; size++) {
        CU_ASSERT_FALSE(hlhost__record_decode(data, size, &out));
    }
    memset(data, 0, sizeof data);
    CU_ASSERT_FALSE(hlhost__record_decode(data, sizeof data, &out));
    CU_ASSERT_FALSE(hlhost__record_decode(NULL, 0, &out));
    CU_ASSERT_STRING_EQUAL(out.before, "untouched");
}

static void unprintable_version_is_not_recorded(void)
{
    struct hlhost__record in = {.phase = HLHOST__PHASE_DOWNLOAD, .before = "HL\x01"};
    uint8_t data[HLHOST__RECORD_BYTES];

    CU_ASSERT_FALSE(hlhost__record_encode(&in, data));
}

static int lines_of(struct hlhost__client *client, const char *bytes, size_t size)
{
    int count = 0;
    size_t i;

    for (i = 0; i < size; i++) {
        count += hlhost__client_take(client, (uint8_t)bytes[i]);
    }
    return count;
}

static void lines_end_at_cr_or_lf_and_lose_nuls(void)
{
    static const char bytes[] = "\0\r\n+KSUP: 0\r\n\r\nO\0K \rERROR\n\n";
    struct hlhost__client client;

    memset(&client, 0, sizeof client);
    CU_ASSERT_EQUAL(lines_of(&client, bytes, sizeof bytes - 1), 3);
    CU_ASSERT_STRING_EQUAL(client.line, "ERROR");
    CU_ASSERT_EQUAL(lines_of(&client, "O\0K \r", 5), 1);
    CU_ASSERT_STRING_EQUAL(client.line, "OK");
}

static void overlong_line_vanishes_and_the_next_is_whole(void)
{
    struct hlhost__client client;
    int i;

    memset(&client, 0, sizeof client);
    for (i = 0; i < 1000; i++) {
        CU_ASSERT_FALSE(hlhost__client_take(&client, 'x'));
    }
    CU_ASSERT_EQUAL(lines_of(&client, "\r\nOK\r\n", 6), 1);
    CU_ASSERT_STRING_EQUAL(client.line, "OK");
}

static void final_results_are_told_from_lines(void)
{
    int code;

    CU_ASSERT_EQUAL(hlhost__client_final("OK", &code), HLHOST__FINAL_OK);
    CU_ASSERT_EQUAL(hlhost__client_final("ERROR", &code), HLHOST__FINAL_ERROR);
    CU_ASSERT_EQUAL(code, -1);
    CU_ASSERT_EQUAL(hlhost__client_final("+CME ERROR: 650", &code), HLHOST__FINAL_ERROR);
    CU_ASSERT_EQUAL(code, 650);
    CU_ASSERT_EQUAL(hlhost__client_final("+CME ERROR: 99999999999999999999", &code),
                    HLHOST__FINAL_ERROR);
    CU_ASSERT_EQUAL(code, 999999);
    CU_ASSERT_EQUAL(hlhost__client_final("+CME ERROR: no SIM", &code), HLHOST__FINAL_ERROR);
    CU_ASSERT_EQUAL(code, -1);
    CU_ASSERT_EQUAL(hlhost__client_final("NO CARRIER", &code), HLHOST__FINAL_NO_CARRIER);
    CU_ASSERT_EQUAL(hlhost__client_final("CONNECT 115200", &code), HLHOST__FINAL_CONNECT);
    CU_ASSERT_EQUAL(hlhost__client_final("OKAY", &code), HLHOST__FINAL_NONE);
    CU_ASSERT_EQUAL(hlhost__client_final("+WDSI: 16", &code), HLHOST__FINAL_NONE);
}

static bool echoes(struct hlhost__client *client, const char *line)
{
    strcpy(client->line, line);
    return hlhost__client_is_echo(client);
}

static void echo_may_come_in_pieces(void)
{
    struct hlhost__client client;
    size_t size;

    memset(&client, 0, sizeof client);
    hlhost__client_begin(&client, HLHOST__OWNER_GOAL, "AT+WDSI?", 0, 1000);
    CU_ASSERT_FALSE(echoes(&client, "AT"));
    CU_ASSERT_PTR_NOT_NULL(hlhost__client_offer(&client, 0, &size));
    CU_ASSERT_EQUAL(size, 9);
    CU_ASSERT_TRUE(echoes(&client, "AT"));
    CU_ASSERT_FALSE(echoes(&client, "+WDSI: 4"));
    CU_ASSERT_TRUE(echoes(&client, "+WDSI?"));
    CU_ASSERT_FALSE(echoes(&client, "AT"));
}

static void every_error_result_and_reason_has_its_text(void)
{
    CU_ASSERT_STRING_EQUAL(hlhost_error_text(HLHOST_E_CONFIG), "configuration is not usable");
    CU_ASSERT_STRING_EQUAL(hlhost_error_text(-99), "unknown error");
    CU_ASSERT_STRING_EQUAL(hlhost_result_text(HLHOST_RESULT_UPDATED), "updated");
    CU_ASSERT_STRING_EQUAL(hlhost_result_text((enum hlhost_result)99), "");
    CU_ASSERT_STRING_EQUAL(hlhost_reason_text(HLHOST_REASON_NONE), "");
    CU_ASSERT_STRING_EQUAL(hlhost_reason_text(HLHOST_REASON_SCRIPT_STEP),
                           "a step of the script was not answered as expected");
}

static void text_never_grows_beyond_its_buffer(void)
{
    char buffer[8] = "";

    hlhost__text_add(buffer, sizeof buffer, "abc");
    hlhost__text_add_number(buffer, sizeof buffer, 4294967295u);
    CU_ASSERT_STRING_EQUAL(buffer, "abc4294");
}

static const struct suite_test tests[] = {
    SUITE_TEST(pattern_matches_the_whole_line_without_case),
    SUITE_TEST(star_stands_for_any_run),
    SUITE_TEST(escapes_are_literal),
    SUITE_TEST(version_is_found_on_component_boundaries),
    SUITE_TEST(trailing_zeros_make_no_other_version),
    SUITE_TEST(crc_is_that_of_ieee_802_3),
    SUITE_TEST(record_reads_back_as_written),
    SUITE_TEST(damaged_record_is_no_record),
    SUITE_TEST(unprintable_version_is_not_recorded),
    SUITE_TEST(lines_end_at_cr_or_lf_and_lose_nuls),
    SUITE_TEST(overlong_line_vanishes_and_the_next_is_whole),
    SUITE_TEST(final_results_are_told_from_lines),
    SUITE_TEST(echo_may_come_in_pieces),
    SUITE_TEST(every_error_result_and_reason_has_its_text),
    SUITE_TEST(text_never_grows_beyond_its_buffer),
};

int main(void)
{
    return suite_run("engine parts", tests, sizeof tests / sizeof *tests);
}
