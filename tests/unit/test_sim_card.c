/*
 * The SIM card: what it counts, what it keeps, what it forgets (27.007 8.3, 9.2; TS 102 221).
 */
#include "lib/suite.h"

#include "modem/cme.h"
#include "modem/sim.h"

#include <string.h>

static void put_in(struct hlsim__sim *sim, const char *pin)
{
    struct hlsim_modem_config config = {.iccid = "8988211000000000011", .imsi = "001010000000001"};

    strcpy(config.sim_pin, pin);
    strcpy(config.sim_puk, "12345678");
    hlsim__sim_init(sim, &config);
}

static void a_card_without_a_pin_is_ready(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "");
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_READY);
    CU_ASSERT_EQUAL(hlsim__sim_refusal(&sim), 0);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "0000"), HLSIM__CME_NOT_ALLOWED);
    CU_ASSERT_EQUAL(hlsim__sim_unblock(&sim, "12345678", "1111"), HLSIM__CME_NOT_ALLOWED);
    CU_ASSERT_EQUAL(hlsim__sim_change_pin(&sim, "0000", "1111"), HLSIM__CME_NOT_ALLOWED);
}

static void a_pin_is_asked_for_at_every_start(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_WANTS_PIN);
    CU_ASSERT_EQUAL(hlsim__sim_refusal(&sim), HLSIM__CME_SIM_PIN);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), 0);
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_READY);
    hlsim__sim_restart(&sim);
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_WANTS_PIN);
}

static void wrong_pins_are_counted_over_starts_and_a_right_one_forgives(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1111"), HLSIM__CME_INCORRECT_PASSWORD);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1111"), HLSIM__CME_INCORRECT_PASSWORD);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), 0);
    hlsim__sim_restart(&sim);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1111"), HLSIM__CME_INCORRECT_PASSWORD);
    hlsim__sim_restart(&sim);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1111"), HLSIM__CME_INCORRECT_PASSWORD);
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_WANTS_PIN);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1111"), HLSIM__CME_INCORRECT_PASSWORD);
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_WANTS_PUK);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), HLSIM__CME_SIM_PUK);
}

static void what_cannot_be_a_pin_costs_no_try(void)
{
    static const char *const texts[] = {"", "123", "123456789", "12a4", "-123", " 1234"};
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, texts[i]), HLSIM__CME_INCORRECT_PARAMETERS);
    }
    CU_ASSERT_EQUAL(sim.pin_tries, HLSIM__SIM_PIN_TRIES);
}

static void block_pin(struct hlsim__sim *sim)
{
    for (int i = 0; i < HLSIM__SIM_PIN_TRIES; i++) {
        CU_ASSERT_EQUAL(hlsim__sim_show_pin(sim, "9999"), HLSIM__CME_INCORRECT_PASSWORD);
    }
}

static void the_puk_gives_a_new_pin(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    block_pin(&sim);
    CU_ASSERT_EQUAL(hlsim__sim_unblock(&sim, "87654321", "4321"), HLSIM__CME_INCORRECT_PASSWORD);
    CU_ASSERT_EQUAL(hlsim__sim_unblock(&sim, "1234", "4321"), HLSIM__CME_INCORRECT_PARAMETERS);
    CU_ASSERT_EQUAL(hlsim__sim_unblock(&sim, "12345678", "4"), HLSIM__CME_INCORRECT_PARAMETERS);
    CU_ASSERT_EQUAL(sim.puk_tries, HLSIM__SIM_PUK_TRIES - 1);
    CU_ASSERT_EQUAL(hlsim__sim_unblock(&sim, "12345678", "4321"), 0);
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_READY);
    CU_ASSERT_EQUAL(sim.puk_tries, HLSIM__SIM_PUK_TRIES);
    hlsim__sim_restart(&sim);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), HLSIM__CME_INCORRECT_PASSWORD);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "4321"), 0);
}

static void ten_wrong_puks_block_the_card_until_it_is_exchanged(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    block_pin(&sim);
    for (int i = 0; i < HLSIM__SIM_PUK_TRIES; i++) {
        CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_WANTS_PUK);
        CU_ASSERT_EQUAL(hlsim__sim_unblock(&sim, "87654321", "4321"),
                        HLSIM__CME_INCORRECT_PASSWORD);
    }
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_BLOCKED);
    CU_ASSERT_EQUAL(hlsim__sim_unblock(&sim, "12345678", "4321"), HLSIM__CME_SIM_FAILURE);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), HLSIM__CME_SIM_FAILURE);
    hlsim__sim_restart(&sim);
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_BLOCKED);
    hlsim__sim_exchange(&sim, "8988211000000000029", "001010000000002");
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_READY);
    CU_ASSERT_STRING_EQUAL(sim.imsi, "001010000000002");
}

static void the_lock_and_the_pin_can_be_changed_with_the_pin(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    CU_ASSERT_EQUAL(hlsim__sim_enable_pin(&sim, false, "1234"), HLSIM__CME_SIM_PIN);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), 0);
    CU_ASSERT_EQUAL(hlsim__sim_change_pin(&sim, "1234", "56789012"), 0);
    CU_ASSERT_EQUAL(hlsim__sim_enable_pin(&sim, true, "56789012"), HLSIM__CME_NOT_ALLOWED);
    CU_ASSERT_EQUAL(hlsim__sim_enable_pin(&sim, false, "56789012"), 0);
    hlsim__sim_restart(&sim);
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_READY);
    /* Three wrong tries here block the PIN as well, although it is not asked for. */
    for (int i = 0; i < HLSIM__SIM_PIN_TRIES; i++) {
        CU_ASSERT_EQUAL(hlsim__sim_enable_pin(&sim, true, "9999"), HLSIM__CME_INCORRECT_PASSWORD);
    }
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_WANTS_PUK);
}

static void an_empty_slot_is_absent_whatever_the_card_was(void)
{
    struct hlsim__sim sim;

    put_in(&sim, "1234");
    sim.present = false;
    CU_ASSERT_EQUAL(hlsim__sim_state(&sim), HLSIM__SIM_ABSENT);
    CU_ASSERT_EQUAL(hlsim__sim_stat(hlsim__sim_state(&sim)), 2);
    CU_ASSERT_EQUAL(hlsim__sim_show_pin(&sim, "1234"), HLSIM__CME_SIM_ABSENT);
    CU_ASSERT_EQUAL(hlsim__sim_enable_pin(&sim, true, "1234"), HLSIM__CME_SIM_ABSENT);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_card_without_a_pin_is_ready),
    SUITE_TEST(a_pin_is_asked_for_at_every_start),
    SUITE_TEST(wrong_pins_are_counted_over_starts_and_a_right_one_forgives),
    SUITE_TEST(what_cannot_be_a_pin_costs_no_try),
    SUITE_TEST(the_puk_gives_a_new_pin),
    SUITE_TEST(ten_wrong_puks_block_the_card_until_it_is_exchanged),
    SUITE_TEST(the_lock_and_the_pin_can_be_changed_with_the_pin),
    SUITE_TEST(an_empty_slot_is_absent_whatever_the_card_was),
};

int main(void)
{
    return suite_run("sim_card", tests, sizeof tests / sizeof *tests);
}
