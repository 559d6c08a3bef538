/*
 * Short messages in octets: examples of 23.038 and 23.040, and what is none.
 */
#include "codec/charset.h"
#include "codec/gsm.h"
#include "codec/sms.h"
#include "lib/suite.h"

#include <hl78sim/error.h>

#include <string.h>

static size_t units_of(const char *text, uint16_t *ret_units)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size; i++) {
        ret_units[i] = (uint8_t)text[i];
    }
    return size;
}

static int decode(const char *digits, struct hlsim__sms *ret_sms)
{
    uint8_t octets[HLSIM__SMS_TPDU_MAX + 8];
    int size = hlsim__hex_read(digits, strlen(digits), octets, sizeof octets);

    CU_ASSERT_TRUE_FATAL(size >= 0);
    return hlsim__sms_decode(octets, (size_t)size, ret_sms);
}

static void septets_are_packed_as_the_standard_shows(void)
{
    uint16_t text[16];
    uint8_t septets[16];
    uint8_t octets[16];
    char digits[32];
    int count = hlsim__gsm_from_text(text, units_of("hellohello", text), septets, sizeof septets);

    CU_ASSERT_EQUAL(count, 10);
    CU_ASSERT_EQUAL(hlsim__gsm_pack(septets, 10, 0, octets), 9);
    hlsim__hex_write(octets, 9, digits);
    CU_ASSERT_STRING_EQUAL(digits, "E8329BFD4697D9EC37");
}

static void every_number_of_septets_comes_back(void)
{
    for (size_t skip = 0; skip < 9; skip++) {
        for (size_t count = 0; count < 100; count++) {
            uint8_t septets[100];
            uint8_t back[100];
            uint8_t octets[128];
            size_t size;

            for (size_t i = 0; i < count; i++) {
                septets[i] = (uint8_t)((i * 37 + count) & 0x7f);
            }
            size = hlsim__gsm_pack(septets, count, skip, octets);
            CU_ASSERT_EQUAL(size, ((hlsim__gsm_septets(skip) + count) * 7 + 7) / 8);
            hlsim__gsm_unpack(octets, skip, count, back);
            CU_ASSERT_EQUAL(memcmp(septets, back, count), 0);
        }
    }
}

static void characters_outside_of_the_alphabet_are_refused(void)
{
    static const uint16_t cyrillic[] = {0x0416};
    static const uint16_t euro[] = {0x20ac};
    uint8_t septets[4];

    CU_ASSERT_EQUAL(hlsim__gsm_from_text(cyrillic, 1, septets, sizeof septets), HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(hlsim__gsm_from_text(euro, 1, septets, sizeof septets), 2);
    CU_ASSERT_EQUAL(septets[0], 0x1b);
    CU_ASSERT_EQUAL(septets[1], 0x65);
    CU_ASSERT_EQUAL(hlsim__gsm_from_text(euro, 1, septets, 1), HLSIM_E_LIMIT);
}

static void a_delivered_message_is_read(void)
{
    struct hlsim__sms sms;
    uint16_t text[HLSIM__SMS_TEXT_MAX];
    char number[HLSIM__SMS_DIGITS_MAX + 2];
    char stamp[HLSIM__SMS_STAMP_TEXT];
    uint8_t octets[HLSIM__SMS_TPDU_MAX];
    char digits[2 * HLSIM__SMS_TPDU_MAX + 1];
    static const char pdu[] = "040B911346610089F60000208062917314080CC8F71D14969741F977FD07";

    CU_ASSERT_EQUAL_FATAL(decode(pdu, &sms), 0);
    CU_ASSERT_EQUAL(hlsim__sms_kind(&sms), HLSIM__SMS_DELIVER);
    hlsim__sms_address_write(&sms.address, number);
    CU_ASSERT_STRING_EQUAL(number, "+31641600986");
    hlsim__sms_stamp_write(&sms.stamp, stamp);
    CU_ASSERT_STRING_EQUAL(stamp, "02/08/26,19:37:41-00");
    CU_ASSERT_EQUAL(hlsim__sms_text(&sms, text), 12);
    CU_ASSERT_EQUAL(text[0], 'H');
    CU_ASSERT_EQUAL(text[11], '?');
    hlsim__hex_write(octets, hlsim__sms_encode(&sms, octets), digits);
    CU_ASSERT_STRING_EQUAL(digits, pdu);
}

static void texts_come_back_in_every_coding(void)
{
    static const uint8_t codings[] = {0x00, 0x04, 0x08};
    uint16_t text[HLSIM__SMS_TEXT_MAX];
    uint16_t back[HLSIM__SMS_TEXT_MAX];
    struct hlsim__sms read;
    uint8_t octets[HLSIM__SMS_TPDU_MAX];
    size_t count = units_of("Hello {world} 0123", text);

    for (size_t i = 0; i < sizeof codings; i++) {
        struct hlsim__sms sms = {.first = HLSIM__SMS_SUBMIT, .coding = codings[i]};

        CU_ASSERT_EQUAL(hlsim__sms_address_read("0123", &sms.address), 0);
        CU_ASSERT_EQUAL(hlsim__sms_set_text(&sms, text, count), 0);
        CU_ASSERT_EQUAL_FATAL(hlsim__sms_decode(octets, hlsim__sms_encode(&sms, octets), &read), 0);
        CU_ASSERT_EQUAL(hlsim__sms_text(&read, back), count);
        CU_ASSERT_EQUAL(memcmp(text, back, count * sizeof *text), 0);
        CU_ASSERT_STRING_EQUAL(read.address.digits, "0123");
    }
}

static void a_header_is_passed_through_and_not_read_as_text(void)
{
    struct hlsim__sms sms;
    uint16_t text[HLSIM__SMS_TEXT_MAX];

    /* Part 1 of 2, then "AB" behind one fill bit. */
    CU_ASSERT_EQUAL_FATAL(decode("41000491214300000905000301020182"
                                 "42",
                                 &sms),
                          0);
    CU_ASSERT_EQUAL(sms.length, 9);
    CU_ASSERT_EQUAL(hlsim__sms_text(&sms, text), 2);
    CU_ASSERT_EQUAL(text[0], 'A');
}

static void what_is_too_long_is_refused(void)
{
    uint16_t text[200];
    struct hlsim__sms sms = {.first = HLSIM__SMS_SUBMIT};

    for (size_t i = 0; i < 200; i++) {
        text[i] = 'x';
    }
    CU_ASSERT_EQUAL(hlsim__sms_set_text(&sms, text, 160), 0);
    CU_ASSERT_EQUAL(sms.data_size, 140);
    CU_ASSERT_EQUAL(hlsim__sms_set_text(&sms, text, 161), HLSIM_E_LIMIT);
    sms.coding = 0x08;
    CU_ASSERT_EQUAL(hlsim__sms_set_text(&sms, text, 70), 0);
    CU_ASSERT_EQUAL(hlsim__sms_set_text(&sms, text, 71), HLSIM_E_LIMIT);
}

static void every_prefix_of_a_message_is_no_message(void)
{
    static const char *const pdus[] = {
        "040B911346610089F60000208062917314080CC8F71D14969741F977FD07",
        "31000B911326880736F40000A705E8329BFD06",
        "06010B911326880736F4111081017362401110810173624000"};

    for (size_t i = 0; i < sizeof pdus / sizeof *pdus; i++) {
        struct hlsim__sms sms;
        uint8_t octets[HLSIM__SMS_TPDU_MAX];
        int size = hlsim__hex_read(pdus[i], strlen(pdus[i]), octets, sizeof octets);

        CU_ASSERT_TRUE_FATAL(size > 0);
        for (int cut = 0; cut < size; cut++) {
            CU_ASSERT_EQUAL(hlsim__sms_decode(octets, (size_t)cut, &sms), HLSIM_E_FORMAT);
        }
        CU_ASSERT_EQUAL(hlsim__sms_decode(octets, (size_t)size, &sms), 0);
    }
}

static void character_sets_say_the_same_in_their_own_way(void)
{
    uint16_t text[8];
    char bytes[40];

    CU_ASSERT_EQUAL(hlsim__charset_read(HLSIM__CHARSET_UCS2, "00480069", 8, text, 8), 2);
    CU_ASSERT_EQUAL(text[1], 'i');
    CU_ASSERT_EQUAL(hlsim__charset_write(HLSIM__CHARSET_IRA, text, 2, bytes, sizeof bytes), 2);
    CU_ASSERT_STRING_EQUAL(bytes, "Hi");
    CU_ASSERT_EQUAL(hlsim__charset_read(HLSIM__CHARSET_UCS2, "0048006", 7, text, 8),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim__charset_read(HLSIM__CHARSET_UCS2, "00480069", 8, text, 1),
                    HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__charset_read(HLSIM__CHARSET_IRA, "\xe4", 1, text, 8), HLSIM_E_FORMAT);
    text[0] = 0x00e4;
    CU_ASSERT_EQUAL(hlsim__charset_write(HLSIM__CHARSET_GSM, text, 1, bytes, sizeof bytes), 1);
    CU_ASSERT_EQUAL(bytes[0], 0x7b);
    CU_ASSERT_EQUAL(hlsim__charset_write(HLSIM__CHARSET_IRA, text, 1, bytes, sizeof bytes), 1);
    CU_ASSERT_EQUAL(bytes[0], '?');
    CU_ASSERT_EQUAL(hlsim__charset_write(HLSIM__CHARSET_UCS2, text, 1, bytes, sizeof bytes), 4);
    CU_ASSERT_STRING_EQUAL(bytes, "00E4");
}

static const struct suite_test tests[] = {
    SUITE_TEST(septets_are_packed_as_the_standard_shows),
    SUITE_TEST(every_number_of_septets_comes_back),
    SUITE_TEST(characters_outside_of_the_alphabet_are_refused),
    SUITE_TEST(a_delivered_message_is_read),
    SUITE_TEST(texts_come_back_in_every_coding),
    SUITE_TEST(a_header_is_passed_through_and_not_read_as_text),
    SUITE_TEST(what_is_too_long_is_refused),
    SUITE_TEST(every_prefix_of_a_message_is_no_message),
    SUITE_TEST(character_sets_say_the_same_in_their_own_way),
};

int main(void)
{
    return suite_run("sms", tests, sizeof tests / sizeof *tests);
}
