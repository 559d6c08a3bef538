/*
 * What makes no sense, for every command that the module lists: always exactly one final result,
 * an error changes nothing, and the next line is understood. New commands are covered by being
 * listed.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUT_MAX     65536
#define NAMES_MAX   256
#define NAME_MAX    32
#define LINE_MAX    4096
#define LINES_MAX   64                  /* of one command */
#define ANSWER_TIME (10 * HLSIM_MINUTE) /* the slowest command has ended by then */

struct console {
    struct flow flow;
    struct hlsim_link *link;
    size_t size;
    char out[OUT_MAX];
};

/* The last of them has a SIM card that waits for its PIN. */
static const char *const modems[] = {
    "\"profile\": \"HL7800-1.6.3\"", "\"profile\": \"HL7800-4.6.8.0\"",
    "\"profile\": \"HL7800-4.6.8.0\", \"sim\": {\"pin\": \"1234\"}"};

/* Arguments of extended commands. Some are good for some command; then it may answer OK. */
static const char *const arguments[] = {
    "",
    ",",
    ",,,,",
    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,",
    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18",
    "-1",
    "1,-1",
    "-9223372036854775808",
    "2147483648",
    "9223372036854775807",
    "99999999999999999999999999",
    "1,99999999999999999999999999",
    "abc",
    "1,abc",
    "abc,\"abc\"",
    "0x10",
    "1.5",
    "\"",
    "\"abc",
    "1,\"abc",
    "\"1\"",
    "\"\"",
    "\"\",\"\",\"\"",
    "\"abc\"x",
    "\"a\"\"b\"",
    "\"x\",\"y\",\"z\",\"w\",\"v\",\"u\"",
    "=",
    "?",
    "??",
    "?1",
    "1?",
    ":",
    "1 2",
    "\xff\xfe",
    "\"\xe4\xf6\"",
    "%s%n%d",
    "\\",
};

/* Numbers of basic commands. */
static const char *const numbers[] = {"9", "99", "999999999", "9999999999", "=1", "?", "=?"};

/* --- A console ------------------------------------------------------------------------------ */

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct console *console = user;

    for (size_t i = 0; i < size && console->size + 1 < OUT_MAX; i++) {
        console->out[console->size++] = (char)bytes[i];
    }
    console->out[console->size] = '\0';
    return size;
}

static bool is_final(const char *line, size_t size)
{
    return (size == 2 && strncmp(line, "OK", 2) == 0) ||
           (size == 5 && strncmp(line, "ERROR", 5) == 0) ||
           (size == 10 && strncmp(line, "NO CARRIER", 10) == 0) ||
           strncmp(line, "+CME ERROR: ", 12) == 0 || strncmp(line, "+CMS ERROR: ", 12) == 0;
}

static size_t finals(const struct console *console)
{
    const char *at = console->out;
    size_t count = 0;

    while (*at != '\0') {
        size_t size = strcspn(at, "\r\n");

        count += is_final(at, size);
        at += size + (at[size] != '\0');
    }
    return count;
}

static void pass(struct console *console, int64_t duration)
{
    CU_ASSERT_EQUAL_FATAL(
        hlsim_world_run_until(console->flow.world, hlsim_world_now(console->flow.world) + duration),
        0);
}

/* Runs until a final result has come, at most `limit`. */
static void wait_for_final(struct console *console, int64_t limit)
{
    struct hlsim_world *world = console->flow.world;
    int64_t end = hlsim_world_now(world) + limit;

    while (finals(console) == 0 && hlsim_world_next_at(world) <= end) {
        CU_ASSERT_TRUE_FATAL(hlsim_world_step(world, end) >= 0);
    }
    pass(console, HLSIM_MS); /* its end may be in another chunk */
}

/* Types bytes as the link takes them, forgetting what came before. */
static void type(struct console *console, const char *bytes, size_t size)
{
    console->size = 0;
    console->out[0] = '\0';
    while (size > 0) {
        int taken = hlsim_link_write(console->link, HLSIM_HOST, (const uint8_t *)bytes, size);

        CU_ASSERT_TRUE_FATAL(taken >= 0);
        bytes += taken;
        size -= (size_t)taken;
        if (size > 0) {
            pass(console, HLSIM_MS);
        }
    }
}

static void command(struct console *console, const char *line)
{
    char text[LINE_MAX + 4];
    int size = snprintf(text, sizeof text, "AT%s\r", line);

    type(console, text, (size_t)size);
    wait_for_final(console, ANSWER_TIME);
}

static bool is_ok(const struct console *console)
{
    return strstr(console->out, "\nOK\r") != NULL;
}

static void open_console(struct console *console, const char *modem)
{
    const struct hlsim_link_end end = {.user = console, .receive = receive};
    char text[256];

    snprintf(text, sizeof text,
             "{\"name\": \"bad input\", \"modem\": {%s, \"credentials\": \"dm\"}}", modem);
    console->size = 0;
    CU_ASSERT_TRUE_FATAL(flow_open_text(&console->flow, text, NULL));
    console->link = hlsim_world_port(console->flow.world, 0, 0);
    hlsim_link_attach(console->link, HLSIM_HOST, &end);
    flow_start(&console->flow);
    pass(console, 20 * HLSIM_SECOND);
    command(console, "E0;+CMEE=1");
    CU_ASSERT_TRUE_FATAL(is_ok(console));
}

/* --- What must not change ------------------------------------------------------------------- */

struct commands {
    size_t count;
    char names[NAMES_MAX][NAME_MAX];
};

static void list_commands(struct console *console, struct commands *commands)
{
    command(console, "+CLAC");
    CU_ASSERT_TRUE_FATAL(is_ok(console));
    commands->count = 0;
    for (const char *at = console->out; (at = strstr(at, "\nAT")) != NULL;) {
        size_t size = strcspn(at + 3, "\r\n");

        CU_ASSERT_TRUE_FATAL(commands->count < NAMES_MAX && size > 0 && size < NAME_MAX);
        memcpy(commands->names[commands->count], at + 3, size);
        commands->names[commands->count++][size] = '\0';
        at += 3 + size;
    }
}

/* All that can be read, but for the clock, which moves by itself. */
static void read_state(struct console *console, const struct commands *commands, char *ret_state)
{
    char line[NAME_MAX + 2];
    size_t size = 0;

    command(console, "&V");
    size += (size_t)snprintf(ret_state, OUT_MAX, "%s", console->out);
    for (size_t i = 0; i < commands->count; i++) {
        if (strcmp(commands->names[i], "+CCLK") != 0) {
            snprintf(line, sizeof line, "%s?", commands->names[i]);
            command(console, line);
            size += (size_t)snprintf(ret_state + size, OUT_MAX - size, "%s", console->out);
            CU_ASSERT_TRUE_FATAL(size < OUT_MAX);
        }
    }
}

/* --- The property --------------------------------------------------------------------------- */

struct trial {
    struct console console;
    struct commands commands;
    const char *modem;
    char before[OUT_MAX];
    char after[OUT_MAX];
};

static void complain(const struct trial *trial, const char *line, const char *what)
{
    fprintf(stderr, "%s: AT%s: %s; it answered: %s\n", trial->modem, line, what,
            trial->console.out);
    CU_FAIL("bad input");
}

static void begin(struct trial *trial)
{
    open_console(&trial->console, trial->modem);
}

static void begin_again(struct trial *trial)
{
    flow_close(&trial->console.flow);
    begin(trial);
}

/* The line of that number for a command, of bad ones and of some that are good for it; false: there
 * are no more. An empty line is to be left out. */
static bool make_line(const char *name, size_t index, char ret_line[LINE_MAX])
{
    static const char *const tails[] = {"?1", "=?1", "??", "?=", ":1", "?;;", "=?;;"};
    const size_t number_count = sizeof numbers / sizeof *numbers;
    const size_t argument_count = sizeof arguments / sizeof *arguments;
    const size_t tail_count = sizeof tails / sizeof *tails;
    bool basic = strchr("+%!*$", name[0]) == NULL && name[0] != 'S';
    size_t rest = index;

    if (basic && rest < number_count) {
        snprintf(ret_line, LINE_MAX, "%s%s", name, numbers[rest]);
        return true;
    }
    rest -= basic ? number_count : 0;
    if (!basic && rest < argument_count) {
        /* ATS0=0x10 is two commands, S0=0 and X10; the first is good (V.250 5.2.4). */
        bool two = name[0] == 'S' && strcmp(arguments[rest], "0x10") == 0;

        snprintf(ret_line, LINE_MAX, "%s=%s", name, arguments[rest]);
        ret_line[0] = two ? '\0' : ret_line[0];
        return true;
    }
    rest -= basic ? 0 : argument_count;
    if (!basic && rest < tail_count) {
        snprintf(ret_line, LINE_MAX, "%s%s", name, tails[rest]);
        return true;
    }
    rest -= basic ? 0 : tail_count;
    snprintf(ret_line, LINE_MAX, rest == 0 ? "%s=\"%0600d\"" : "%s=%01500d", name, 7);
    return rest < 2;
}

/* Whether the module refused it. */
static bool try_line(struct trial *trial, const char *line)
{
    struct console *console = &trial->console;

    command(console, line);
    pass(console, 2 * HLSIM_SECOND);
    if (finals(console) != 1) {
        complain(trial, line, "not exactly one final result");
    }
    if (is_ok(console)) {
        /* What was good for this command may have changed anything: on with a new module. */
        begin_again(trial);
        return false;
    }
    command(console, "");
    if (!is_ok(console)) {
        complain(trial, line, "the next line got no OK");
    }
    return true;
}

/* To read the state takes longer than all lines of a command: it is read once behind all that were
 * refused, said again when good ones were among them. */
static void try_command(struct trial *trial, const char *name)
{
    bool refused[LINES_MAX] = {false};
    char line[LINE_MAX];
    bool good = false;

    for (size_t i = 0; make_line(name, i, line); i++) {
        CU_ASSERT_TRUE_FATAL(i < LINES_MAX);
        if (line[0] != '\0') {
            refused[i] = try_line(trial, line);
            good = good || !refused[i];
        }
    }
    for (size_t i = 0; good && make_line(name, i, line); i++) {
        if (refused[i]) {
            command(&trial->console, line);
        }
    }
    read_state(&trial->console, &trial->commands, trial->after);
    if (strcmp(trial->before, trial->after) != 0) {
        complain(trial, name, "one of its errors changed something");
        begin_again(trial);
    }
}

static void every_command_answers_bad_input_with_one_result_and_no_effect(void)
{
    struct trial *trial = calloc(1, sizeof *trial);
    struct commands commands;

    CU_ASSERT_PTR_NOT_NULL_FATAL(trial);
    for (size_t i = 0; i < sizeof modems / sizeof *modems; i++) {
        trial->modem = modems[i];
        open_console(&trial->console, modems[i]);
        list_commands(&trial->console, &trial->commands);
        commands = trial->commands;
        CU_ASSERT_TRUE(commands.count > 40);
        begin_again(trial);
        read_state(&trial->console, &trial->commands, trial->before);
        for (size_t j = 0; j < commands.count; j++) {
            try_command(trial, commands.names[j]);
        }
        flow_close(&trial->console.flow);
    }
    free(trial);
}

/* --- Lines ---------------------------------------------------------------------------------- */

static void a_line_of_100_kilobytes_is_one_error(void)
{
    static struct console console;
    char *line = malloc(102400);

    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    memset(line, 'x', 102400);
    memcpy(line, "AT+CGDCONT=1,\"", 14);
    line[102399] = '\r';
    open_console(&console, modems[1]);
    type(&console, line, 102400);
    pass(&console, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(finals(&console), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(console.out, "ERROR"));
    command(&console, "");
    CU_ASSERT_TRUE(is_ok(&console));
    flow_close(&console.flow);
    free(line);
}

/* Bytes of all values; a small generator of its own, so that they are the same everywhere. */
static void noise_leaves_a_port_that_answers(void)
{
    static struct console console;
    uint32_t state = 1;
    char line[64];

    open_console(&console, modems[1]);
    for (size_t i = 0; i < 5000; i++) {
        size_t size = 1 + i % 60;

        for (size_t j = 0; j < size; j++) {
            state = state * 1664525 + 1013904223;
            /* Anything but a prefix: a command that is understood may do what it says. */
            line[j] = (char)(state >> 24);
            line[j] = line[j] == 'A' || line[j] == 'a' ? 'T' : line[j];
        }
        line[size] = '\r';
        type(&console, line, size + 1);
        pass(&console, 20 * HLSIM_MS);
        CU_ASSERT_EQUAL(finals(&console), 0);
    }
    command(&console, "");
    CU_ASSERT_EQUAL(finals(&console), 1);
    CU_ASSERT_TRUE(is_ok(&console));
    flow_close(&console.flow);
}

/* Every cut of a good line into two chunks gives the same answer. */
static void a_line_may_come_in_pieces(void)
{
    static const char line[] = "AT+CGMM;+CMEE?\r";
    static struct console console;
    static char expected[OUT_MAX];

    open_console(&console, modems[1]);
    command(&console, "+CGMM;+CMEE?");
    strcpy(expected, console.out);
    for (size_t cut = 1; cut < sizeof line - 1; cut++) {
        type(&console, line, cut);
        pass(&console, HLSIM_SECOND);
        type(&console, line + cut, sizeof line - 1 - cut);
        wait_for_final(&console, ANSWER_TIME);
        CU_ASSERT_STRING_EQUAL(console.out, expected);
    }
    flow_close(&console.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(every_command_answers_bad_input_with_one_result_and_no_effect),
    SUITE_TEST(a_line_of_100_kilobytes_is_one_error),
    SUITE_TEST(noise_leaves_a_port_that_answers),
    SUITE_TEST(a_line_may_come_in_pieces),
};

int main(void)
{
    return suite_run("bad_input", tests, sizeof tests / sizeof *tests);
}
