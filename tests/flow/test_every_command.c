/*
 * Every command of every shipped profile, with every class of argument: one final result, lines
 * framed as V.250 says, a module that answers afterwards, and no promise broken. What a command
 * does besides - a reset, a data mode - is seen by its effect. That an error changes nothing is the
 * matter of test_bad_input.c.
 *
 * The first profile that has a command tries all classes. Profiles have their rows in common and
 * differ in limits and quirks, so that each further one tries its share, and together all of them.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <hl78sim/catalogue.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUT_MAX      65536
#define COMMANDS_MAX 512
#define NAME_SIZE    32
#define HUGE_LINE    102400
#define ANSWER_TIME  (10 * HLSIM_MINUTE) /* the slowest command has ended by then */
#define SHARES       16                  /* a further profile tries one class of so many */

struct argument {
    const char *text;
    size_t size;
};

#define ARGUMENT(bytes)                                                                            \
    {                                                                                              \
        (bytes), sizeof(bytes) - 1                                                                 \
    }

/* Good for some command, and bad for others: too few, too many, empty, huge, negative, not numeric,
 * not quoted, not terminated, with NUL and with bytes beyond ASCII. */
static const struct argument arguments[] = {
    ARGUMENT("0"),
    ARGUMENT("1"),
    ARGUMENT("2"),
    ARGUMENT("1,0"),
    ARGUMENT("1,1,1"),
    ARGUMENT("0,\"x\""),
    ARGUMENT("1,\"10.0.0.1\",80"),
    ARGUMENT("\"1\""),
    ARGUMENT(""),
    ARGUMENT(","),
    ARGUMENT(",,,,,,,,,,,,,,,,,,,,,,,,"),
    ARGUMENT("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18"),
    ARGUMENT("-1"),
    ARGUMENT("1,-1"),
    ARGUMENT("4294967296"),
    ARGUMENT("1,4294967296"),
    ARGUMENT("-9223372036854775809"),
    ARGUMENT("99999999999999999999999999999999"),
    ARGUMENT("abc"),
    ARGUMENT("1,abc"),
    ARGUMENT("1.5"),
    ARGUMENT("0x1"),
    ARGUMENT("\"abc"),
    ARGUMENT("1,\"abc"),
    ARGUMENT("\"\""),
    ARGUMENT("\"\",\"\""),
    ARGUMENT("\"abc\"def"),
    ARGUMENT("\xff\xfe\x80"),
    ARGUMENT("\"\xe4\xf6\xfc\""),
    ARGUMENT("1\0"),
    ARGUMENT("\"a\0b\""),
    ARGUMENT("%s%n"),
};

struct bench {
    struct flow flow;
    struct hlsim_link *link;
    char profile[48];
    size_t size;
    char out[OUT_MAX];
    bool booted;  /* since the last line: a reset, a start, switched off */
    bool data;    /* bytes passed in data mode */
    bool broken;  /* a promise */
    size_t index; /* of the profile */
    size_t known; /* commands that were tried whole */
    char names[COMMANDS_MAX][NAME_SIZE];
    size_t count;
    struct {
        char name[NAME_SIZE];
        bool execute;
        bool read;
        bool test;
        bool set;
    } commands[COMMANDS_MAX];
};

/* --- A terminal ------------------------------------------------------------------------------ */

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct bench *bench = user;

    for (size_t i = 0; i < size && bench->size + 1 < OUT_MAX; i++) {
        bench->out[bench->size++] = (char)bytes[i];
    }
    bench->out[bench->size] = '\0';
    return size;
}

static void see(void *user, const struct hlsim_event *event)
{
    struct bench *bench = user;

    bench->booted = bench->booted || event->kind == HLSIM_EVENT_BOOT;
    bench->data = bench->data || event->kind == HLSIM_EVENT_DATA;
    bench->broken = bench->broken || event->kind == HLSIM_EVENT_PROMISE;
}

static bool is_final(const char *line, size_t size)
{
    static const char *const words[] = {"OK",   "ERROR",     "NO CARRIER", "CONNECT", "NO DIALTONE",
                                        "BUSY", "NO ANSWER", "0",          "3",       "4"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == size && strncmp(line, words[i], size) == 0) {
            return true;
        }
    }
    return strncmp(line, "+CME ERROR: ", 12) == 0 || strncmp(line, "+CMS ERROR: ", 12) == 0 ||
           strncmp(line, "CONNECT ", 8) == 0;
}

/* Lines are parted by whatever S3 and S4 are. */
static size_t finals(const struct bench *bench)
{
    size_t count = 0;
    size_t start = 0;

    for (size_t i = 0; i <= bench->size; i++) {
        if (i == bench->size || (unsigned char)bench->out[i] < ' ') {
            count += is_final(bench->out + start, i - start);
            start = i + 1;
        }
    }
    return count;
}

static void pass(struct bench *bench, int64_t duration)
{
    struct hlsim_world *world = bench->flow.world;

    CU_ASSERT_EQUAL_FATAL(hlsim_world_run_until(world, hlsim_world_now(world) + duration), 0);
}

/* Types a line and runs until it has a result, or an effect instead of one. */
static void type(struct bench *bench, const char *line, size_t size)
{
    struct hlsim_world *world = bench->flow.world;
    int64_t end = hlsim_world_now(world) + ANSWER_TIME;

    bench->size = 0;
    bench->out[0] = '\0';
    bench->booted = false;
    bench->data = false;
    while (size > 0) {
        int taken = hlsim_link_write(bench->link, HLSIM_HOST, (const uint8_t *)line, size);

        CU_ASSERT_TRUE_FATAL(taken >= 0);
        line += taken;
        size -= (size_t)taken;
        if (size > 0) {
            pass(bench, HLSIM_MS);
        }
    }
    while (finals(bench) == 0 && !bench->booted && !bench->data &&
           hlsim_world_next_at(world) <= end) {
        CU_ASSERT_TRUE_FATAL(hlsim_world_step(world, end) >= 0);
    }
    pass(bench, HLSIM_MS); /* its end may be in another chunk */
}

static bool says_ok(const struct bench *bench)
{
    return strstr(bench->out, "\r\nOK\r\n") != NULL;
}

static void open_modem(struct bench *bench)
{
    const struct hlsim_link_end end = {.user = bench, .receive = receive};
    char text[256];

    snprintf(text, sizeof text,
             "{\"name\": \"every command\", \"modem\": {\"profile\": \"%s\", "
             "\"credentials\": \"dm\"}}",
             bench->profile);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&bench->flow, text, NULL));
    bench->link = hlsim_world_port(bench->flow.world, 0, 0);
    hlsim_link_attach(bench->link, HLSIM_HOST, &end);
    CU_ASSERT_EQUAL_FATAL(hlsim_stream_subscribe(hlsim_world_stream(bench->flow.world),
                                                 HLSIM_EVENT_BIT(HLSIM_EVENT_BOOT) |
                                                     HLSIM_EVENT_BIT(HLSIM_EVENT_DATA) |
                                                     HLSIM_EVENT_BIT(HLSIM_EVENT_PROMISE),
                                                 see, bench),
                          0);
    flow_start(&bench->flow);
    pass(bench, HLSIM_MINUTE);
    type(bench, "ATE0\r", 5);
    CU_ASSERT_TRUE_FATAL(says_ok(bench));
}

static void another_modem(struct bench *bench)
{
    flow_close(&bench->flow);
    open_modem(bench);
}

/* --- The property ---------------------------------------------------------------------------- */

static void complain(const struct bench *bench, const char *line, const char *what)
{
    fprintf(stderr, "%s: %.*s: %s; it said: %.200s\n", bench->profile, (int)strcspn(line, "\r"),
            line, what, bench->out);
    CU_FAIL("every command");
}

/* Line ends come in pairs, an answer begins and ends with one, and it is ASCII (V.250 5.7.1). With
 * another S3 or S4, or with ATV0, there are no such pairs at all. */
static bool is_framed(const struct bench *bench)
{
    const char *out = bench->out;

    if (strstr(out, "\r\n") == NULL) {
        return true;
    }
    for (size_t i = 0; i < bench->size; i++) {
        bool alone = (out[i] == '\r' && out[i + 1] != '\n') ||
                     (out[i] == '\n' && (i == 0 || out[i - 1] != '\r'));

        if (alone || out[i] == '\0' || (unsigned char)out[i] > 0x7e) {
            return false;
        }
    }
    return bench->size >= 4 && strncmp(out, "\r\n", 2) == 0 &&
           strcmp(out + bench->size - 2, "\r\n") == 0;
}

/* After these, a port does not answer "AT" and a carriage return by "OK". */
static bool changes_the_language(const char *name)
{
    static const char *const names[] = {"ATQ", "ATV", "ATS3", "ATS4", "AT+CMUX"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* `asks`: the line asks only, so that the next one may meet the same module. */
static void try_line(struct bench *bench, const char *name, const char *line, size_t size,
                     bool asks)
{
    bool effect;
    bool silent;
    bool ok;

    type(bench, line, size);
    effect = bench->booted || bench->data || strstr(bench->out, "\r\nCONNECT") != NULL;
    silent = finals(bench) == 0;
    ok = finals(bench) == 1 && (says_ok(bench) || strchr(bench->out, '+') == NULL) &&
         strstr(bench->out, "ERROR") == NULL;
    if (finals(bench) > 1 || (silent && !effect && !changes_the_language(name))) {
        complain(bench, line, "not exactly one final result");
    }
    if (!bench->data && !is_framed(bench)) {
        complain(bench, line, "lines are not framed");
    }
    if (!effect && !((ok || silent) && changes_the_language(name))) {
        type(bench, "AT\r", 3);
        if (!says_ok(bench)) {
            complain(bench, line, "AT afterwards got no OK");
        }
    }
    if (bench->broken) {
        complain(bench, line, "a promise was broken");
    }
    if (effect || (ok && !asks) || silent) {
        pass(bench, 2 * HLSIM_SECOND); /* for what begins behind the answer */
        another_modem(bench);
    }
}

static void try_text(struct bench *bench, const char *name, const char *tail)
{
    char line[NAME_SIZE + 16];
    int size = snprintf(line, sizeof line, "%s%s\r", name, tail);

    try_line(bench, name, line, (size_t)size, tail[0] == '?' || tail[0] == '=');
}

/* Whether this profile tries the class; `part` tells the command from its neighbours. */
static bool shall_try(const struct bench *bench, bool whole, size_t part, size_t index)
{
    return whole || (bench->index + part + index) % SHARES == 0;
}

static void try_arguments(struct bench *bench, const char *name, bool whole, size_t part)
{
    bool basic = strchr("+%!*$", name[2]) == NULL && name[2] != 'S';
    char line[NAME_SIZE + 80];

    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        size_t head = (size_t)snprintf(line, sizeof line, "%s%s", name, basic ? "" : "=");
        size_t size = arguments[i].size;

        /* A basic command has a number and no more: what follows would be another command. */
        if ((basic && strspn(arguments[i].text, "0123456789") != size) ||
            !shall_try(bench, whole, part, i)) {
            continue;
        }
        memcpy(line + head, arguments[i].text, size);
        line[head + size] = '\r';
        try_line(bench, name, line, head + size + 1, false);
    }
}

static void try_huge(struct bench *bench, const char *name)
{
    static char line[HUGE_LINE];
    size_t head;

    memset(line, '7', sizeof line);
    head = (size_t)snprintf(line, sizeof line, "%s=\"", name);
    line[head] = '7';
    line[sizeof line - 1] = '\r';
    try_line(bench, name, line, sizeof line, false);
}

static void take(void *user, const struct hlsim_catalogue_command *command)
{
    struct bench *bench = user;

    CU_ASSERT_TRUE_FATAL(bench->count < COMMANDS_MAX && strlen(command->name) < NAME_SIZE);
    strcpy(bench->commands[bench->count].name, command->name);
    bench->commands[bench->count].execute = command->execute;
    bench->commands[bench->count].read = command->read;
    bench->commands[bench->count].test = command->test;
    bench->commands[bench->count++].set = command->set_form;
}

/* Whether no profile before had that command. */
static bool is_new(struct bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->known; i++) {
        if (strcmp(bench->names[i], name) == 0) {
            return false;
        }
    }
    CU_ASSERT_TRUE_FATAL(bench->known < COMMANDS_MAX);
    strcpy(bench->names[bench->known++], name);
    return true;
}

static void try_profile(struct bench *bench)
{
    static const char *const forms[] = {"?", "=?", "?1", ""};

    open_modem(bench);
    bench->count = 0;
    hlsim_catalogue_commands(bench->flow.setup, take, bench);
    CU_ASSERT_TRUE(bench->count > 40);
    for (size_t i = 0; i < bench->count; i++) {
        const char *name = bench->commands[i].name;
        bool whole = is_new(bench, name);

        for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
            /* What asks is cheap, and where firmwares differ most. */
            if (forms[form][0] != '\0' || shall_try(bench, whole, i, form)) {
                try_text(bench, name, forms[form]);
            }
        }
        try_arguments(bench, name, whole, i);
        if (whole) {
            try_huge(bench, name);
        }
    }
    flow_close(&bench->flow);
}

static void every_command_of_every_profile_answers_once(void)
{
    struct bench *bench = calloc(1, sizeof *bench);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench);
    while (hlsim_shipped_profile_name(bench->index, bench->profile, sizeof bench->profile) !=
           NULL) {
        try_profile(bench);
        bench->index++;
    }
    CU_ASSERT_TRUE(bench->index > 6);
    free(bench);
}

/* The forms that the table promises are there. Of the firmware that scenarios have by default: an
 * older one may lack a form by a quirk. */
static void every_test_form_is_answered(void)
{
    struct bench *bench = calloc(1, sizeof *bench);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench);
    strcpy(bench->profile, "HL7800-4.6.8.0");
    open_modem(bench);
    hlsim_catalogue_commands(bench->flow.setup, take, bench);
    for (size_t i = 0; i < bench->count; i++) {
        char line[NAME_SIZE + 8];
        int size = snprintf(line, sizeof line, "%s=?\r", bench->commands[i].name);

        if (bench->commands[i].test) {
            type(bench, line, (size_t)size);
            if (!says_ok(bench)) {
                complain(bench, line, "the test form got no OK");
            }
        }
    }
    flow_close(&bench->flow);
    free(bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(every_command_of_every_profile_answers_once),
    SUITE_TEST(every_test_form_is_answered),
};

int main(void)
{
    return suite_run("every_command", tests, sizeof tests / sizeof *tests);
}
