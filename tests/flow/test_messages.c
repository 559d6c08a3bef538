/*
 * Short messages between two modems, and what a loss of power does to them.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <hl78sim/power.h>

#include <stdio.h>
#include <string.h>

#define OUT_MAX 16384

struct terminal {
    struct hlsim_link *link;
    size_t size;
    char out[OUT_MAX];
};

struct pair {
    struct flow base;
    struct hlsim_world *world;
    struct terminal ends[2];
};

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct terminal *terminal = user;

    for (size_t i = 0; i < size && terminal->size + 1 < OUT_MAX; i++) {
        terminal->out[terminal->size++] = (char)bytes[i];
    }
    terminal->out[terminal->size] = '\0';
    return size;
}

static void pass(struct pair *pair, int64_t duration)
{
    CU_ASSERT_EQUAL_FATAL(
        hlsim_world_run_until(pair->world, hlsim_world_now(pair->world) + duration), 0);
}

static const char *type(struct pair *pair, size_t end, const char *bytes)
{
    struct terminal *terminal = &pair->ends[end];
    int size = (int)strlen(bytes);

    terminal->size = 0;
    terminal->out[0] = '\0';
    CU_ASSERT_EQUAL_FATAL(
        hlsim_link_write(terminal->link, HLSIM_HOST, (const uint8_t *)bytes, (size_t)size), size);
    pass(pair, 5 * HLSIM_SECOND);
    return terminal->out;
}

static void open_pair_with(struct pair *pair, const char *const *overrides)
{
    static struct hlsim_modem_config modems[2];
    struct hlsim_world_config config;

    memset(pair, 0, sizeof *pair);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&pair->base, "{\"name\": \"messages\"}", overrides));
    config = pair->base.setup->world;
    for (size_t i = 0; i < 2; i++) {
        modems[i] = pair->base.setup->modem;
        modems[i].imei[14] = (char)('1' + (int)i);
        snprintf(modems[i].sim_number, sizeof modems[i].sim_number, "+49170%zu", i);
    }
    config.modem_count = 2;
    config.modems = modems;
    CU_ASSERT_EQUAL_FATAL(hlsim_world_create(&config, &pair->world), 0);
    for (size_t i = 0; i < 2; i++) {
        const struct hlsim_link_end end = {.user = &pair->ends[i], .receive = receive};

        pair->ends[i].link = hlsim_world_port(pair->world, i, 0);
        hlsim_link_attach(pair->ends[i].link, HLSIM_HOST, &end);
    }
    hlsim_world_power_on(pair->world);
    pass(pair, HLSIM_MINUTE);
    for (size_t i = 0; i < 2; i++) {
        type(pair, i, "ATE0;+CMGF=1;+CNMI=2,1\r");
    }
}

static void open_pair(struct pair *pair)
{
    open_pair_with(pair, NULL);
}

static void close_pair(struct pair *pair)
{
    hlsim_world_free(pair->world);
    flow_close(&pair->base);
}

static void a_message_goes_from_one_modem_to_the_other(void)
{
    struct pair pair;

    open_pair(&pair);
    type(&pair, 0, "AT+CMGS=\"+491701\"\r");
    CU_ASSERT_STRING_EQUAL(pair.ends[0].out, "\r\n> ");
    type(&pair, 0, "over to you\x1a");
    CU_ASSERT_STRING_EQUAL(pair.ends[0].out, "\r\n+CMGS: 0\r\n\r\nOK\r\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(pair.ends[1].out, "\r\n+CMTI: \"SM\",1\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(type(&pair, 1, "AT+CMGR=1\r"), "\r\nover to you\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(pair.ends[1].out, "\"REC UNREAD\",\"+491700\",,"));
    CU_ASSERT_PTR_NULL(strstr(pair.ends[0].out, "+CMTI"));
    close_pair(&pair);
}

static void a_message_waits_for_a_modem_without_supply(void)
{
    static const struct hlsim_action cut = {.name = "power_cut", .modem = 1};
    struct hlsim_actor actor;
    struct pair pair;

    open_pair(&pair);
    actor = hlsim_world_actor(pair.world);
    CU_ASSERT_EQUAL(actor.act(actor.user, &cut), HLSIM_ACTED);
    type(&pair, 0, "AT+CMGS=\"+491701\"\r");
    type(&pair, 0, "are you there?\x1a");
    CU_ASSERT_PTR_NULL(strstr(pair.ends[1].out, "+CMTI"));
    CU_ASSERT_EQUAL(actor.undo(actor.user, &cut), HLSIM_ACTED);
    pair.ends[1].size = 0;
    pass(&pair, HLSIM_MINUTE);
    CU_ASSERT_PTR_NOT_NULL(strstr(pair.ends[1].out, "\r\n+CMTI: \"SM\",1\r\n"));
    close_pair(&pair);
}

/* A prompt is no promise: a reset ends it, and what was typed is lost. */
static void a_reset_ends_a_prompt(void)
{
    static const struct hlsim_action reset = {.name = "reset"};
    struct hlsim_actor actor;
    struct pair pair;

    open_pair(&pair);
    actor = hlsim_world_actor(pair.world);
    type(&pair, 0, "AT+CMGS=\"+491701\"\r");
    type(&pair, 0, "half a mess");
    CU_ASSERT_EQUAL(actor.act(actor.user, &reset), HLSIM_ACTED);
    pass(&pair, HLSIM_MINUTE);
    type(&pair, 0, "age\x1a\r");
    CU_ASSERT_PTR_NOT_NULL(strstr(type(&pair, 0, "AT\r"), "\r\nOK\r\n"));
    CU_ASSERT_PTR_NULL(strstr(pair.ends[1].out, "+CMTI"));
    close_pair(&pair);
}

/* --- A loss of power at every point ----------------------------------------------------------- */

struct cut {
    struct pair *pair;
    size_t at;   /* the point that strikes, counted from 1; 0: none */
    size_t seen; /* points since the hook was set */
    enum hlsim_torn torn;
};

static bool strike(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    struct cut *cut = user;

    (void)point;
    if (++cut->seen != cut->at) {
        return false;
    }
    *ret_torn = cut->torn;
    hlsim_world_power_back_in(cut->pair->world, 0, 5 * HLSIM_SECOND);
    return true;
}

/* Sends to itself, reads and deletes, with messages in flash; how many points there were. */
static size_t talk(struct cut *cut)
{
    struct pair pair;

    open_pair(&pair);
    cut->pair = &pair;
    cut->seen = 0;
    hlsim_world_set_cut_hook(pair.world, 0, strike, cut);
    type(&pair, 0, "AT+CPMS=\"ME\",\"ME\",\"ME\"\r");
    type(&pair, 0, "AT+CMGS=\"+491700\"\r");
    type(&pair, 0, "to myself\x1a");
    type(&pair, 0, "AT+CMGL=\"ALL\"\r");
    type(&pair, 0, "AT+CMGD=1\r");
    hlsim_world_set_cut_hook(pair.world, 0, NULL, NULL);
    pass(&pair, HLSIM_MINUTE);
    type(&pair, 0, "ATE0\r");
    CU_ASSERT_PTR_NOT_NULL(strstr(type(&pair, 0, "AT+CPMS=\"ME\",\"SM\"\r"), "\r\nOK\r\n"));
    close_pair(&pair);
    return cut->seen;
}

static void a_loss_of_power_anywhere_leaves_a_module_that_starts(void)
{
    struct cut cut = {.at = 0};
    size_t points = talk(&cut);

    CU_ASSERT_TRUE(points > 10);
    for (int torn = 0; torn < HLSIM_TORN_KINDS; torn++) {
        cut.torn = (enum hlsim_torn)torn;
        for (cut.at = 1; cut.at <= points; cut.at++) {
            talk(&cut);
        }
    }
}

/* --- Much ---------------------------------------------------------------------------------------
 */

static size_t count(const char *text, const char *part)
{
    size_t number = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        number++;
    }
    return number;
}

/* What an answer has no room for stays unread, and comes with the next list. */
static void a_message_that_is_not_shown_is_not_read(void)
{
    static const char *const overrides[] = {"modem.set.sms_me_size=60", NULL};
    struct hlsim_action receive = {
        .name = "sms_receive",
        .param_count = 2,
        .params = {{.key = "from", .value = {.type = HLSIM_VALUE_TEXT, .text = "+491"}},
                   {.key = "text", .value = {.type = HLSIM_VALUE_TEXT}}}};
    struct hlsim_actor actor;
    struct pair pair;
    size_t shown = 1;
    size_t all = 0;

    memset(receive.params[1].value.text, 'x', HLSIM_VALUE_MAX - 1);
    open_pair_with(&pair, overrides);
    actor = hlsim_world_actor(pair.world);
    type(&pair, 0, "AT+CPMS=\"ME\",\"ME\",\"ME\"\r");
    for (int i = 0; i < 60; i++) {
        CU_ASSERT_EQUAL(actor.act(actor.user, &receive), HLSIM_ACTED);
        pass(&pair, HLSIM_SECOND);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(type(&pair, 0, "AT+CMGD=?\r"), ",59,60),(0-4)\r\n"));
    while (shown > 0) {
        shown = count(type(&pair, 0, "AT+CMGL=\"REC UNREAD\"\r"), "\"REC UNREAD\"");
        all += shown;
        CU_ASSERT_STRING_EQUAL(pair.ends[0].out + pair.ends[0].size - 6, "\r\nOK\r\n");
    }
    CU_ASSERT_EQUAL(all, 60);
    /* There is still room for settings beside them. */
    CU_ASSERT_STRING_EQUAL(type(&pair, 0, "AT&W;+KSLEEP=1,0,0\r"), "\r\nOK\r\n");
    close_pair(&pair);
}

/* --- What a host may have written ------------------------------------------------------------ */

/* A DELIVER of "hi" from 1234 on the card, behind the length of a centre's address that is none. */
static void a_record_of_the_card_may_say_anything_of_its_centre(void)
{
    static const char deliver[] = "00048121430000"
                                  "21112131415100"
                                  "02E834";
    char line[512] = "AT+CRSM=220,28476,1,4,176,\"03C8";
    struct pair pair;

    open_pair(&pair);
    strcat(line, deliver);
    for (size_t i = sizeof deliver - 1 + 4; i < 2 * 176; i++) {
        strcat(line, "F");
    }
    strcat(line, "\"\r");
    CU_ASSERT_STRING_EQUAL(type(&pair, 0, line), "\r\n+CRSM: 144,0\r\n\r\nOK\r\n");
    type(&pair, 0, "AT+CSDH=1\r");
    CU_ASSERT_PTR_NOT_NULL(strstr(type(&pair, 0, "AT+CMGR=1\r"), "\"REC UNREAD\",\"1234\",,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(pair.ends[0].out, ",129,0,0,0,,,2\r\nhi\r\n"));
    close_pair(&pair);
}

/* As text, twenty digits take more room than an address has. */
static void a_number_is_not_longer_for_being_called_text(void)
{
    /* A SUBMIT with an absolute validity period and 140 octets. */
    char pdu[400] = "00190004812143"
                    "0004"
                    "21112131415100"
                    "8C";
    struct pair pair;

    open_pair(&pair);
    for (size_t i = 0; i < 140; i++) {
        strcat(pdu, "55");
    }
    strcat(pdu, "\x1a");
    type(&pair, 0, "AT+CMGF=0\r");
    type(&pair, 0, "AT+CMGW=156\r");
    CU_ASSERT_PTR_NOT_NULL(strstr(type(&pair, 0, pdu), "+CMGW: 1"));
    type(&pair, 0, "AT+CMGF=1\r");
    CU_ASSERT_STRING_EQUAL(type(&pair, 0, "AT+CMSS=1,\"01234567890123456789\",208\r"),
                           "\r\n+CMS ERROR: 305\r\n");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(type(&pair, 0, "AT+CMSS=1,\"01234567890\",208\r"), "\r\n+CMSS: 0\r\n"));
    close_pair(&pair);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_message_goes_from_one_modem_to_the_other),
    SUITE_TEST(a_message_waits_for_a_modem_without_supply),
    SUITE_TEST(a_reset_ends_a_prompt),
    SUITE_TEST(a_message_that_is_not_shown_is_not_read),
    SUITE_TEST(a_record_of_the_card_may_say_anything_of_its_centre),
    SUITE_TEST(a_number_is_not_longer_for_being_called_text),
    SUITE_TEST(a_loss_of_power_anywhere_leaves_a_module_that_starts),
};

int main(void)
{
    return suite_run("messages", tests, sizeof tests / sizeof *tests);
}
