/*
 * The host's own package over XMODEM, from AT+WDSD to the version that runs (AN5.0 7): what is said
 * on the wire, what survives a loss of power, who is refused meanwhile.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

#define ACK 0x06
#define NAK 0x15
#define CAN 0x18

/* Nothing is offered by the server: the package is only built. */
#define SCENARIO(profile, from, to, size, more)                                                    \
    "{\"name\": \"local\", \"modem\": {\"profile\": \"" profile "\", \"credentials\": \"dm\","     \
    " \"settings\": {\"wdsi\": 4479}, \"set\": {\"install_time\": \"60s\"}},"                      \
    " \"airvantage\": {\"system\": \"registered\", \"packages\": [{\"id\": \"a\", \"from\": "      \
    "\"" from "\", \"to\": \"" to "\", \"size\": " size more "}]}}"

static const char upgrade[] = SCENARIO("HL7800-4.4.14.0", "4.4.14.0", "4.6.8.0", "5000", "");

struct terminal {
    struct flow flow;
    struct hlsim_actor actor;
    struct hlsim_link *link;
    const uint8_t *package;
    size_t package_size;
    /* Where the power fails for five seconds; occurrence 0: nowhere. */
    enum hlsim_cut_kind cut_kind;
    uint64_t cut_at;
    enum hlsim_torn torn;
    bool struck;
    uint64_t seen[HLSIM_CUT_KINDS]; /* the last occurrence of each kind */
    char came[4096];                /* what the module sent; control bytes as A, N, C in brackets */
};

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct terminal *terminal = user;
    size_t used = strlen(terminal->came);

    for (size_t i = 0; i < size && used + 4 < sizeof terminal->came; i++) {
        const char *name = bytes[i] == ACK   ? "[A]"
                           : bytes[i] == NAK ? "[N]"
                           : bytes[i] == CAN ? "[C]"
                                             : NULL;

        used += (size_t)(name != NULL ? snprintf(terminal->came + used, 5, "%s", name)
                                      : snprintf(terminal->came + used, 2, "%c", (char)bytes[i]));
    }
    return size;
}

static void run(struct terminal *terminal, int64_t milliseconds)
{
    int64_t until = hlsim_world_now(terminal->flow.world) + milliseconds * HLSIM_MS;

    CU_ASSERT_EQUAL_FATAL(hlsim_world_run_until(terminal->flow.world, until), 0);
}

static void send(struct terminal *terminal, const uint8_t *bytes, size_t size)
{
    CU_ASSERT_EQUAL(hlsim_link_write(terminal->link, HLSIM_HOST, bytes, size), (int)size);
    run(terminal, 10);
}

/* Forgets what came before, types a line and waits for 100 ms. */
static void type(struct terminal *terminal, const char *line)
{
    char text[64];
    int size = snprintf(text, sizeof text, "%s\r", line);

    terminal->came[0] = '\0';
    send(terminal, (const uint8_t *)text, (size_t)size);
    run(terminal, 90);
}

static void expect(struct terminal *terminal, const char *came)
{
    if (strcmp(terminal->came, came) != 0) {
        fprintf(stderr, "came:     %s\nexpected: %s\n", terminal->came, came);
    }
    CU_ASSERT_STRING_EQUAL(terminal->came, came);
}

static void open_port(struct terminal *terminal, unsigned port)
{
    const struct hlsim_link_end end = {.user = terminal, .receive = receive};

    terminal->link = hlsim_world_port(terminal->flow.world, 0, port);
    hlsim_link_attach(terminal->link, HLSIM_HOST, &end);
}

static void open(struct terminal *terminal, const char *scenario)
{
    memset(terminal, 0, sizeof *terminal);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&terminal->flow, scenario, NULL));
    terminal->actor = hlsim_world_actor(terminal->flow.world);
    terminal->package = terminal->flow.setup->packages[0].bytes;
    terminal->package_size = terminal->flow.setup->world.airvantage.packages[0].size;
    open_port(terminal, 0);
    flow_start(&terminal->flow);
    run(terminal, 12000);
    type(terminal, "ATE0");
    type(terminal, "AT+CMEE=1");
}

static void begin(struct terminal *terminal)
{
    char line[32];

    snprintf(line, sizeof line, "AT+WDSD=%zu", terminal->package_size);
    type(terminal, line);
    expect(terminal, "[N]");
    terminal->came[0] = '\0';
}

static void send_block(struct terminal *terminal, size_t number, size_t block)
{
    uint8_t frame[3 + 1024 + 1] = {block == 1024 ? 2 : 1, (uint8_t)number, (uint8_t)(255 - number)};
    size_t at = (number - 1) * block;

    for (size_t i = 0; i < block; i++) {
        frame[3 + i] = at + i < terminal->package_size ? terminal->package[at + i] : 0x1a;
        frame[3 + block] = (uint8_t)(frame[3 + block] + frame[3 + i]);
    }
    send(terminal, frame, 3 + block + 1);
}

static size_t block_count(const struct terminal *terminal, size_t block)
{
    return (terminal->package_size + block - 1) / block;
}

static void send_blocks(struct terminal *terminal, size_t block)
{
    for (size_t number = 1; number <= block_count(terminal, block); number++) {
        terminal->came[0] = '\0';
        send_block(terminal, number, block);
        expect(terminal, "[A]");
    }
    terminal->came[0] = '\0';
}

static void send_end(struct terminal *terminal)
{
    static const uint8_t end = 4;

    send(terminal, &end, 1);
}

static void transfer(struct terminal *terminal, size_t block)
{
    begin(terminal);
    send_blocks(terminal, block);
    send_end(terminal);
    run(terminal, 100);
}

static void expect_path(struct terminal *terminal, const char *path, const char *value)
{
    CU_ASSERT_STRING_EQUAL(flow_read(&terminal->flow, path), value);
}

/* Agrees and waits for the outcome. */
static void install(struct terminal *terminal, const char *came)
{
    type(terminal, "AT+WDSR=4");
    run(terminal, 120000);
    expect(terminal, came);
}

#define INSTALLED                                                                                  \
    "\r\nOK\r\n\r\n+WDSI: 12\r\n\r\n+WDSI: 14\r\n\r\n+KSUP: 0\r\n\r\n+WDSI: 16\r\n"                \
    "\r\n+WDSI: 0\r\n"
#define NOT_INSTALLED                                                                              \
    "\r\nOK\r\n\r\n+WDSI: 12\r\n\r\n+WDSI: 14\r\n\r\n+KSUP: 0\r\n\r\n+WDSI: 15\r\n\r\n+WDSI: "     \
    "0\r\n"

static void updates_by_long_blocks_and_by_short_ones(void)
{
    static const size_t blocks[] = {1024, 128};

    for (size_t i = 0; i < 2; i++) {
        struct terminal terminal;

        open(&terminal, upgrade);
        transfer(&terminal, blocks[i]);
        expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n");
        expect_path(&terminal, "modem.agreement", "install");
        install(&terminal, INSTALLED);
        expect_path(&terminal, "modem.firmware", "4.6.8.0");
        /* Nobody is told: no server asked for it. */
        run(&terminal, 600000);
        expect_path(&terminal, "modem.session", "closed");
        expect_path(&terminal, "modem.update", "idle");
        flow_close(&terminal.flow);
    }
}

static void takes_the_agreement_right_behind_the_last_ack(void)
{
    struct terminal terminal;

    open(&terminal, upgrade);
    begin(&terminal);
    send_blocks(&terminal, 1024);
    CU_ASSERT_EQUAL(hlsim_link_write(terminal.link, HLSIM_HOST, (const uint8_t *)"\4", 1), 1);
    run(&terminal, 1);
    expect(&terminal, "[A]"); /* neither OK nor 3 yet */
    send(&terminal, (const uint8_t *)"AT+WDSR=4\r", 10);
    run(&terminal, 100);
    expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n\r\nOK\r\n\r\n+WDSI: 12\r\n\r\n+WDSI: 14\r\n");
    run(&terminal, 120000);
    expect_path(&terminal, "modem.firmware", "4.6.8.0");
    flow_close(&terminal.flow);
}

static void a_mismatch_is_certified_and_then_fails(void)
{
    struct terminal terminal;

    open(&terminal, SCENARIO("HL7800-4.4.14.0", "4.5.4.0", "4.6.8.0", "5000", ""));
    transfer(&terminal, 128);
    install(&terminal, NOT_INSTALLED);
    expect_path(&terminal, "modem.firmware", "4.4.14.0");
    flow_close(&terminal.flow);
}

static void a_bad_package_is_found_out_when_it_is_to_be_installed(void)
{
    static const struct {
        const char *scenario;
        const char *came;
    } rows[] = {
        {SCENARIO("HL7800-4.4.14.0", "4.4.14.0", "4.6.8.0", "5000", ", \"break\": \"bit_flip\""),
         "\r\nOK\r\n\r\n+WDSI: 11,2\r\n"},
        {SCENARIO("HL7800-4.4.14.0", "4.4.14.0", "4.6.8.0", "5000", ", \"break\": \"wrong_key\""),
         "\r\nOK\r\n\r\n+WDSI: 13\r\n"},
        {SCENARIO("HL7800-4.4.14.0", "4.4.14.0", "4.6.8.0", "5000", ", \"break\": \"truncate\""),
         "\r\nOK\r\n\r\n+WDSI: 11,2\r\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct terminal terminal;

        open(&terminal, rows[i].scenario);
        transfer(&terminal, 128);
        expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n");
        install(&terminal, rows[i].came);
        expect_path(&terminal, "modem.firmware", "4.4.14.0");
        expect_path(&terminal, "modem.update", "idle");
        flow_close(&terminal.flow);
    }
}

/* Announced as it is sent: only the verification can see that something is missing. */
static void a_package_cut_at_any_length_is_refused(void)
{
    struct terminal terminal;
    size_t whole;

    open(&terminal, SCENARIO("HL7800-4.6.9.4", "4.6.9.4", "4.7.1.0", "600", ""));
    whole = terminal.package_size;
    for (size_t size = 1; size < whole; size++) {
        const char *refused;

        terminal.package_size = size;
        transfer(&terminal, 128);
        expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n");
        type(&terminal, "AT+WDSR=4");
        refused = strstr(terminal.came, "+WDSI: 11,2\r\n");
        CU_ASSERT_PTR_NOT_NULL(refused);
        CU_ASSERT_PTR_NULL(strstr(terminal.came, "+WDSI: 14"));
    }
    terminal.package_size = whole;
    transfer(&terminal, 128);
    install(&terminal, INSTALLED);
    flow_close(&terminal.flow);
}

static void can_certify_before_it_asks(void)
{
    struct terminal terminal;
    const char *const set[] = {"modem.set.local_certified_at_once=true", NULL};

    memset(&terminal, 0, sizeof terminal);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&terminal.flow, upgrade, set));
    terminal.package = terminal.flow.setup->packages[0].bytes;
    terminal.package_size = terminal.flow.setup->world.airvantage.packages[0].size;
    open_port(&terminal, 0);
    flow_start(&terminal.flow);
    run(&terminal, 12000);
    type(&terminal, "ATE0");
    transfer(&terminal, 1024);
    expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 12\r\n\r\n+WDSI: 3\r\n");
    type(&terminal, "AT+WDSR=4");
    expect(&terminal, "\r\nOK\r\n\r\n+WDSI: 14\r\n");
    flow_close(&terminal.flow);
}

static void a_downgrade_leaves_the_version(void)
{
    struct terminal terminal;

    open(&terminal, SCENARIO("HL7800-4.6.8.0", "4.6.8.0", "4.4.14.0", "5000", ""));
    transfer(&terminal, 128);
    install(&terminal, NOT_INSTALLED);
    expect_path(&terminal, "modem.firmware", "4.6.8.0");
    flow_close(&terminal.flow);
}

/* The largest that one profile takes is more than there is flash for. */
static void takes_no_more_than_there_is_room_for(void)
{
    const char *const set[] = {"modem.set.wdsd_max=24643584", NULL};
    struct terminal terminal;

    memset(&terminal, 0, sizeof terminal);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&terminal.flow, upgrade, set));
    open_port(&terminal, 0);
    flow_start(&terminal.flow);
    run(&terminal, 12000);
    type(&terminal, "ATE0");
    type(&terminal, "AT+WDSD=?");
    expect(&terminal, "\r\n+WDSD: (1-7340032)\r\n\r\nOK\r\n");
    type(&terminal, "AT+WDSD=24643584");
    expect(&terminal, "\r\nERROR\r\n");
    type(&terminal, "AT+WDSD=7340032");
    expect(&terminal, "[N]");
    flow_close(&terminal.flow);
}

/* EURY-4127: 5122 is two bytes above five kilobytes. */
static void some_sizes_fail_in_long_blocks_until_4_6_9_4(void)
{
    static const struct {
        const char *scenario;
        size_t block;
        const char *came;
    } rows[] = {
        {SCENARIO("HL7800-4.3.9.0", "4.3.9.0", "4.6.9.4", "5122", ""), 1024, "[A]\r\nERROR\r\n"},
        {SCENARIO("HL7800-4.4.14.0", "4.4.14.0", "4.6.9.4", "5122", ""), 1024,
         "[A]\r\n+CME ERROR: 3\r\n"},
        {SCENARIO("HL7800-4.4.14.0", "4.4.14.0", "4.6.9.4", "5122", ""), 128,
         "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n"},
        {SCENARIO("HL7800-4.4.14.0", "4.4.14.0", "4.6.9.4", "5120", ""), 1024,
         "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n"},
        {SCENARIO("HL7800-4.6.9.4", "4.6.9.4", "4.7.1.0", "5122", ""), 1024,
         "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct terminal terminal;

        open(&terminal, rows[i].scenario);
        transfer(&terminal, rows[i].block);
        expect(&terminal, rows[i].came);
        flow_close(&terminal.flow);
    }
}

static void act(struct terminal *terminal, const char *name)
{
    struct hlsim_action action = {.param_count = 0};

    snprintf(action.name, sizeof action.name, "%s", name);
    CU_ASSERT_EQUAL(terminal->actor.act(terminal->actor.user, &action), HLSIM_ACTED);
}

static void a_transfer_that_was_cut_starts_over(void)
{
    static const char *const acts[] = {"power_cut", "reset"};

    for (size_t i = 0; i < 2; i++) {
        struct terminal terminal;

        open(&terminal, upgrade);
        begin(&terminal);
        send_block(&terminal, 1, 1024);
        send_block(&terminal, 2, 1024);
        send_block(&terminal, 3, 1024);
        expect_path(&terminal, "modem.stored", "2048");
        CU_ASSERT_EQUAL(hlsim_world_due(terminal.flow.world), HLSIM_DUE_HOST);
        act(&terminal, acts[i]);
        CU_ASSERT_NOT_EQUAL(hlsim_world_due(terminal.flow.world), HLSIM_DUE_HOST);
        if (i == 0) {
            hlsim_world_power_back_in(terminal.flow.world, 0, HLSIM_SECOND);
        }
        terminal.came[0] = '\0';
        run(&terminal, 60000);
        expect(&terminal, "\r\n+KSUP: 0\r\n\r\n+WDSI: 0\r\n");
        expect_path(&terminal, "modem.update", "idle");
        type(&terminal, "ATE0");
        transfer(&terminal, 1024);
        expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n");
        install(&terminal, INSTALLED);
        expect_path(&terminal, "modem.firmware", "4.6.8.0");
        flow_close(&terminal.flow);
    }
}

static void an_agreement_that_waits_survives_a_loss_of_power(void)
{
    struct terminal terminal;

    open(&terminal, upgrade);
    transfer(&terminal, 1024);
    act(&terminal, "power_cut");
    hlsim_world_power_back_in(terminal.flow.world, 0, HLSIM_SECOND);
    terminal.came[0] = '\0';
    run(&terminal, 60000);
    CU_ASSERT_PTR_NOT_NULL(strstr(terminal.came, "+WDSI: 3"));
    type(&terminal, "ATE0");
    install(&terminal, INSTALLED);
    expect_path(&terminal, "modem.firmware", "4.6.8.0");
    flow_close(&terminal.flow);
}

static void can_be_put_off_and_replaced(void)
{
    struct terminal terminal;

    open(&terminal, upgrade);
    transfer(&terminal, 1024);
    type(&terminal, "AT+WDSR=5,10");
    expect(&terminal, "\r\nOK\r\n");
    terminal.came[0] = '\0';
    run(&terminal, 10 * 60 * 1000);
    expect(&terminal, "\r\n+WDSI: 3\r\n");
    transfer(&terminal, 128);
    expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n");
    install(&terminal, INSTALLED);
    flow_close(&terminal.flow);
}

static void waits_for_five_minutes_and_says_so(void)
{
    struct terminal terminal;

    open(&terminal, upgrade);
    begin(&terminal);
    send_block(&terminal, 1, 1024);
    run(&terminal, 299900);
    CU_ASSERT_PTR_NULL(strstr(terminal.came, "CME"));
    run(&terminal, 200);
    CU_ASSERT_PTR_NOT_NULL(strstr(terminal.came, "[N]\r\n+CME ERROR: 3\r\n"));
    expect_path(&terminal, "modem.update", "idle");
    type(&terminal, "AT");
    expect(&terminal, "\r\nOK\r\n");
    flow_close(&terminal.flow);
}

static void is_cancelled_by_the_sender(void)
{
    struct terminal terminal;

    open(&terminal, upgrade);
    begin(&terminal);
    send_block(&terminal, 1, 1024);
    terminal.came[0] = '\0';
    send(&terminal, (const uint8_t *)"\x18\x18", 2);
    run(&terminal, 100);
    expect(&terminal, "\r\n+CME ERROR: 3\r\n");
    transfer(&terminal, 1024);
    expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 3\r\n");
    flow_close(&terminal.flow);
}

/* What comes by itself waits for the result; the other port goes on, but takes no package. */
static void the_other_port_goes_on(void)
{
    struct terminal terminal;
    struct terminal other;

    open(&terminal, upgrade);
    other = terminal;
    begin(&terminal);
    other.came[0] = '\0';
    {
        const struct hlsim_link_end end = {.user = &other, .receive = receive};

        other.link = hlsim_world_port(terminal.flow.world, 0, 1);
        hlsim_link_attach(other.link, HLSIM_HOST, &end);
    }
    type(&other, "ATE0");
    type(&other, "AT+CMEE=1");
    type(&other, "AT+WDSD=100");
    expect(&other, "\r\n+CME ERROR: 650\r\n");
    type(&other, "AT+WDSS=1,1");
    run(&other, 10000);
    expect(&other, "\r\nOK\r\n\r\n+WDSI: 4\r\n\r\n+WDSI: 6\r\n\r\n+WDSI: 23,1\r\n");
    type(&other, "AT+WDSS=1,0");
    run(&other, 1000);
    expect(&other, "\r\nOK\r\n\r\n+WDSI: 8\r\n");
    terminal.came[0] = '\0';
    send_blocks(&terminal, 1024);
    send_end(&terminal);
    run(&terminal, 100);
    expect(&terminal, "[A]\r\nOK\r\n\r\n+WDSI: 4\r\n\r\n+WDSI: 6\r\n\r\n+WDSI: 23,1\r\n"
                      "\r\n+WDSI: 8\r\n\r\n+WDSI: 3\r\n");
    install(&terminal, INSTALLED);
    flow_close(&terminal.flow);
}

static void a_package_of_the_server_keeps_it_out(void)
{
    struct terminal terminal;
    struct hlsim_action create = {.name = "operation_create", .param_count = 1};

    open(&terminal, upgrade);
    snprintf(create.params[0].key, sizeof create.params[0].key, "upgrade");
    create.params[0].value.type = HLSIM_VALUE_TEXT;
    snprintf(create.params[0].value.text, sizeof create.params[0].value.text, "a");
    CU_ASSERT_EQUAL(terminal.actor.act(terminal.actor.user, &create), HLSIM_ACTED);
    type(&terminal, "AT+WDSC=1,1");
    type(&terminal, "AT+WDSS=1,1");
    run(&terminal, 10000);
    expect_path(&terminal, "modem.agreement", "download");
    type(&terminal, "AT+WDSD=5000");
    expect(&terminal, "\r\n+CME ERROR: 650\r\n");
    flow_close(&terminal.flow);
}

/* And the other way round: the server is refused while the host's package waits. */
static void keeps_a_package_of_the_server_out(void)
{
    struct terminal terminal;
    struct hlsim_action create = {.name = "operation_create", .param_count = 1};

    open(&terminal, upgrade);
    type(&terminal, "AT+WDSS=1,1");
    run(&terminal, 5000);
    begin(&terminal);
    send_block(&terminal, 1, 1024);
    snprintf(create.params[0].key, sizeof create.params[0].key, "upgrade");
    create.params[0].value.type = HLSIM_VALUE_TEXT;
    snprintf(create.params[0].value.text, sizeof create.params[0].value.text, "a");
    CU_ASSERT_EQUAL(terminal.actor.act(terminal.actor.user, &create), HLSIM_ACTED);
    run(&terminal, 5000);
    send_blocks(&terminal, 1024);
    send_end(&terminal);
    run(&terminal, 100);
    CU_ASSERT_PTR_NOT_NULL(strstr(terminal.came, "OK\r\n\r\n+WDSI: 3\r\n"));
    CU_ASSERT_PTR_NULL(strstr(terminal.came, "+WDSI: 9"));
    type(&terminal, "AT+WDSR=4");
    run(&terminal, 120000);
    expect_path(&terminal, "modem.firmware", "4.6.8.0");
    flow_close(&terminal.flow);
}

/* --- The power fails anywhere --------------------------------------------------------------- */

static bool cut(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    struct terminal *terminal = user;

    terminal->seen[point->kind] = point->occurrence;
    if (point->kind != terminal->cut_kind || point->occurrence != terminal->cut_at) {
        return false;
    }
    terminal->struck = true;
    *ret_torn = terminal->torn;
    hlsim_world_power_back_in(terminal->flow.world, 0, 5 * HLSIM_SECOND);
    return true;
}

/* What a host does that knows no better: sends until it is asked, agrees, looks at the version. */
static void update_by_all_means(struct terminal *terminal)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        char line[32];

        if (strcmp(flow_read(&terminal->flow, "modem.firmware"), "4.6.8.0") == 0) {
            return;
        }
        if (strcmp(flow_read(&terminal->flow, "modem.agreement"), "install") != 0) {
            snprintf(line, sizeof line, "AT+WDSD=%zu", terminal->package_size);
            type(terminal, line);
            for (size_t number = 1; number <= block_count(terminal, 1024); number++) {
                send_block(terminal, number, 1024);
            }
            send_end(terminal);
            run(terminal, 100);
        }
        type(terminal, "AT+WDSR=4");
        run(terminal, 90000);
    }
}

static void update_with_a_cut(struct terminal *terminal, enum hlsim_cut_kind kind, uint64_t at,
                              enum hlsim_torn torn)
{
    open(terminal, upgrade);
    memset(terminal->seen, 0, sizeof terminal->seen);
    terminal->cut_kind = kind;
    terminal->cut_at = at;
    terminal->torn = torn;
    hlsim_world_set_cut_hook(terminal->flow.world, 0, cut, terminal);
    update_by_all_means(terminal);
    if (strcmp(flow_read(&terminal->flow, "modem.firmware"), "4.6.8.0") != 0) {
        fprintf(stderr, "cut %d:%llu:%d: not updated\n", (int)kind, (unsigned long long)at,
                (int)torn);
        CU_FAIL("the update was lost");
    }
    run(terminal, 60000);
    expect_path(terminal, "modem.update", "idle");
}

static void every_cut_of_a_local_update_recovers(void)
{
    static const enum hlsim_cut_kind kinds[] = {HLSIM_CUT_PROGRAM, HLSIM_CUT_ERASE, HLSIM_CUT_SYNC,
                                                HLSIM_CUT_LINK};
    struct terminal terminal;
    size_t cuts = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (int torn = HLSIM_TORN_NOTHING; torn <= HLSIM_TORN_COMPLETE; torn++) {
            uint64_t last;

            update_with_a_cut(&terminal, kinds[i], 0, HLSIM_TORN_NOTHING);
            last = terminal.seen[kinds[i]];
            flow_close(&terminal.flow);
            for (uint64_t at = 1; at <= last; at++) {
                update_with_a_cut(&terminal, kinds[i], at, (enum hlsim_torn)torn);
                cuts += terminal.struck;
                flow_close(&terminal.flow);
            }
        }
    }
    CU_ASSERT_TRUE(cuts > 200);
}

static const struct suite_test tests[] = {
    SUITE_TEST(updates_by_long_blocks_and_by_short_ones),
    SUITE_TEST(takes_the_agreement_right_behind_the_last_ack),
    SUITE_TEST(a_mismatch_is_certified_and_then_fails),
    SUITE_TEST(a_bad_package_is_found_out_when_it_is_to_be_installed),
    SUITE_TEST(a_package_cut_at_any_length_is_refused),
    SUITE_TEST(can_certify_before_it_asks),
    SUITE_TEST(a_downgrade_leaves_the_version),
    SUITE_TEST(some_sizes_fail_in_long_blocks_until_4_6_9_4),
    SUITE_TEST(takes_no_more_than_there_is_room_for),
    SUITE_TEST(a_transfer_that_was_cut_starts_over),
    SUITE_TEST(an_agreement_that_waits_survives_a_loss_of_power),
    SUITE_TEST(can_be_put_off_and_replaced),
    SUITE_TEST(waits_for_five_minutes_and_says_so),
    SUITE_TEST(is_cancelled_by_the_sender),
    SUITE_TEST(the_other_port_goes_on),
    SUITE_TEST(a_package_of_the_server_keeps_it_out),
    SUITE_TEST(keeps_a_package_of_the_server_out),
    SUITE_TEST(every_cut_of_a_local_update_recovers),
};

int main(void)
{
    return suite_run("local_update", tests, sizeof tests / sizeof *tests);
}
