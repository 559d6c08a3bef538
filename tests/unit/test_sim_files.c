/*
 * Files on the SIM card: what a new card holds, who may read and write, what is kept (31.102,
 * TS 102 221).
 */
#include "lib/suite.h"

#include "codec/charset.h"
#include "modem/sim_files.h"

#include <string.h>

static void put_in(struct hlsim__sim *sim, const char *pin)
{
    struct hlsim_modem_config config = {.iccid = "8988211000000000011", .imsi = "001010000000001"};

    strcpy(config.sim_pin, pin);
    hlsim__sim_init(sim, &config);
}

/* What a command gives, in digits behind its status word. */
static const char *access_of(struct hlsim__sim *sim, int instruction, uint16_t file,
                             const char *parameters, const char *data)
{
    static char answer[600];
    uint8_t octets[3];
    uint8_t given[256];
    uint8_t bytes[256];
    size_t size;
    int given_size = hlsim__hex_read(data, strlen(data), given, sizeof given);
    struct hlsim__sim_access access = {.instruction = instruction, .file = file, .data = given};
    unsigned status;

    CU_ASSERT_EQUAL_FATAL(hlsim__hex_read(parameters, strlen(parameters), octets, sizeof octets),
                          3);
    CU_ASSERT_TRUE_FATAL(given_size >= 0);
    access.p1 = octets[0];
    access.p2 = octets[1];
    access.length = octets[2];
    status = hlsim__sim_access(sim, &access, bytes, &size);
    octets[0] = (uint8_t)(status >> 8);
    octets[1] = (uint8_t)status;
    hlsim__hex_write(octets, 2, answer);
    hlsim__hex_write(bytes, size, answer + 4);
    return answer;
}

static void a_new_card_holds_its_numbers(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "");
    CU_ASSERT_STRING_EQUAL(sim.number, "+999000000001");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_ICCID, "00000A", ""),
                           "9000988812010000000010F1");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_IMSI, "000009", ""),
                           "9000080910100000000010");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_AD, "000301", ""),
                           "900002");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_ACC, "000000", ""),
                           "90000002");
    hlsim__sim_free(&sim);
}

static void without_the_pin_only_some_files_are_read(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_ICCID, "000001", ""),
                           "900098");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_IMSI, "000009", ""),
                           "6982");
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), 0);
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_IMSI, "000001", ""),
                           "900008");
    hlsim__sim_free(&sim);
}

static void what_is_written_stays_until_another_card_comes(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "");
    CU_ASSERT_STRING_EQUAL(
        access_of(&sim, HLSIM__SIM_UPDATE_BINARY, HLSIM__EF_FPLMN, "000103", "AABBCC"), "9000");
    hlsim__sim_restart(&sim);
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_FPLMN, "000005", ""),
                           "9000FFAABBCCFF");
    hlsim__sim_exchange(&sim, "8988211000000000029", "001010000000002");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, HLSIM__EF_FPLMN, "000005", ""),
                           "9000FFFFFFFFFF");
    CU_ASSERT_STRING_EQUAL(sim.number, "+999000000002");
    hlsim__sim_free(&sim);
}

static void what_cannot_be_done_is_refused_and_changes_nothing(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "");
    CU_ASSERT_STRING_EQUAL(
        access_of(&sim, HLSIM__SIM_UPDATE_BINARY, HLSIM__EF_IMSI, "000001", "00"), "6982");
    CU_ASSERT_STRING_EQUAL(
        access_of(&sim, HLSIM__SIM_UPDATE_BINARY, HLSIM__EF_FPLMN, "000B02", "0000"), "6700");
    CU_ASSERT_STRING_EQUAL(
        access_of(&sim, HLSIM__SIM_UPDATE_BINARY, HLSIM__EF_FPLMN, "FFFF01", "00"), "6B00");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_UPDATE_RECORD, HLSIM__EF_ADN, "150401", "00"),
                           "6A83");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_UPDATE_RECORD, HLSIM__EF_ADN, "010401", "00"),
                           "6700");
    CU_ASSERT_STRING_EQUAL(
        access_of(&sim, HLSIM__SIM_UPDATE_RECORD, HLSIM__EF_FPLMN, "010401", "00"), "6981");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_RECORD, HLSIM__EF_ADN, "000400", ""),
                           "6A83");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_RECORD, HLSIM__EF_ADN, "010200", ""),
                           "6B00");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, HLSIM__SIM_READ_BINARY, 0x6fff, "000000", ""), "6A82");
    CU_ASSERT_STRING_EQUAL(access_of(&sim, 1, HLSIM__EF_AD, "000000", ""), "6D00");
    CU_ASSERT_PTR_NULL(sim.records);
    hlsim__sim_free(&sim);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_new_card_holds_its_numbers),
    SUITE_TEST(without_the_pin_only_some_files_are_read),
    SUITE_TEST(what_is_written_stays_until_another_card_comes),
    SUITE_TEST(what_cannot_be_done_is_refused_and_changes_nothing),
};

int main(void)
{
    return suite_run("sim_files", tests, sizeof tests / sizeof *tests);
}
