/*
 * Golden transcripts of the AT surface. A file says what is typed; what came back is compared with
 * it, byte for byte. HL78SIM_UPDATE_GOLDEN=1 writes what came back instead.
 *
 *   # a comment             scenario FIELDS   JSON members of the scenario, before anything else
 *   > text                  typed, with CR    wait 30s   lets time pass
 *   >> text                 typed, without CR
 *   < text                  what came back since, one line a line end; \r \n \\ \xNN
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 65536

struct terminal {
    struct hlsim_link *link;
    char *out; /* the transcript as it should be */
    size_t out_size;
    bool line_open; /* the last line of `out` is an answer without its end */
};

static void put(struct terminal *terminal, const char *text)
{
    size_t size = strlen(text);

    CU_ASSERT_FATAL(terminal->out_size + size < TEXT_MAX);
    memcpy(terminal->out + terminal->out_size, text, size + 1);
    terminal->out_size += size;
}

static void end_line(struct terminal *terminal)
{
    if (terminal->line_open) {
        put(terminal, "\n");
        terminal->line_open = false;
    }
}

static void put_byte(struct terminal *terminal, uint8_t byte)
{
    char text[8];

    if (!terminal->line_open) {
        put(terminal, "< ");
        terminal->line_open = true;
    }
    switch (byte) {
    case '\r':
        put(terminal, "\\r");
        break;
    case '\n':
        put(terminal, "\\n");
        end_line(terminal);
        break;
    case '\\':
        put(terminal, "\\\\");
        break;
    default:
        snprintf(text, sizeof text, byte >= 0x20 && byte < 0x7f ? "%c" : "\\x%02x", byte);
        put(terminal, text);
        break;
    }
}

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        put_byte(user, bytes[i]);
    }
    return size;
}

/* Turns "\r", "\x00" and so on into bytes; returns how many. */
static size_t unescape(const char *text, uint8_t *bytes)
{
    size_t size = 0;

    while (*text != '\0') {
        unsigned value = (uint8_t)*text;
        int used = 1;

        if (text[0] == '\\' && sscanf(text + 1, "x%2x", &value) == 1) {
            used = 4;
        } else if (text[0] == '\\') {
            value = text[1] == 'r' ? '\r' : text[1] == 'n' ? '\n' : (uint8_t)text[1];
            used = 2;
        }
        bytes[size++] = (uint8_t)value;
        text += used;
    }
    return size;
}

static void pass_time(struct flow *flow, int64_t duration)
{
    hlsim_world_run_until(flow->world, hlsim_world_now(flow->world) + duration);
}

static void type(struct flow *flow, struct terminal *terminal, const char *text, bool enter)
{
    static uint8_t bytes[TEXT_MAX];
    size_t size = unescape(text, bytes);

    if (enter) {
        bytes[size++] = '\r';
    }
    end_line(terminal);
    CU_ASSERT_EQUAL(hlsim_link_write(terminal->link, HLSIM_HOST, bytes, size), (int)size);
    pass_time(flow, 2 * HLSIM_SECOND);
}

static bool open_modem(struct flow *flow, struct terminal *terminal, const char *fields)
{
    const struct hlsim_link_end end = {.user = terminal, .receive = receive};
    char text[2048];

    snprintf(text, sizeof text, "{\"name\": \"golden\", %s}", fields);
    if (!flow_open_text(flow, text, NULL)) {
        return false;
    }
    terminal->link = hlsim_world_port(flow->world, 0, 0);
    hlsim_link_attach(terminal->link, HLSIM_HOST, &end);
    flow_start(flow);
    return true;
}

/* Plays the lines of a golden file; false when it makes no sense. */
static bool play(struct flow *flow, struct terminal *terminal, char *script)
{
    int64_t duration;

    for (char *line = strtok(script, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (line[0] == '<') {
            continue;
        }
        end_line(terminal);
        put(terminal, line);
        put(terminal, "\n");
        if (strncmp(line, "scenario ", 9) == 0) {
            if (!open_modem(flow, terminal, line + 9)) {
                return false;
            }
        } else if (strncmp(line, ">> ", 3) == 0) {
            type(flow, terminal, line + 3, false);
        } else if (strncmp(line, "> ", 2) == 0) {
            type(flow, terminal, line + 2, true);
        } else if (strncmp(line, "wait ", 5) == 0 &&
                   hlsim_duration_parse(line + 5, &duration) == 0) {
            pass_time(flow, duration);
        } else if (line[0] != '#') {
            fprintf(stderr, "not a line of a transcript: %s\n", line);
            return false;
        }
    }
    end_line(terminal);
    return true;
}

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, TEXT_MAX);

    if (file == NULL || text == NULL) {
        free(text);
        return NULL;
    }
    CU_ASSERT_TRUE(fread(text, 1, TEXT_MAX - 1, file) < TEXT_MAX - 1);
    fclose(file);
    return text;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fwrite(text, 1, strlen(text), file);
    fclose(file);
}

/* Says where two texts part. */
static void show_difference(const char *path, const char *expected, const char *actual)
{
    size_t same = 0;
    size_t line = 1;

    for (; expected[same] != '\0' && expected[same] == actual[same]; same++) {
        line += expected[same] == '\n';
    }
    while (same > 0 && expected[same - 1] != '\n') {
        same--;
    }
    fprintf(stderr, "%s:%zu: expected: %.*s\n%s:%zu: came:     %.*s\n", path, line,
            (int)strcspn(expected + same, "\n"), expected + same, path, line,
            (int)strcspn(actual + same, "\n"), actual + same);
}

static void check(const char *path)
{
    struct terminal terminal = {.out = calloc(1, TEXT_MAX)};
    struct flow flow;
    char *expected = read_text(path);
    char *script = expected == NULL ? NULL : malloc(strlen(expected) + 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(terminal.out);
    CU_ASSERT_PTR_NOT_NULL_FATAL(script);
    memset(&flow, 0, sizeof flow);
    strcpy(script, expected);
    if (!play(&flow, &terminal, script)) {
        CU_FAIL("the transcript cannot be played");
    } else if (getenv("HL78SIM_UPDATE_GOLDEN") != NULL) {
        write_text(path, terminal.out);
    } else if (strcmp(expected, terminal.out) != 0) {
        show_difference(path, expected, terminal.out);
        fprintf(stderr, "repro: HL78SIM_UPDATE_GOLDEN=1 writes what came\n");
        CU_FAIL("the transcript is another one");
    }
    if (flow.world != NULL) {
        flow_close(&flow);
    }
    free(script);
    free(expected);
    free(terminal.out);
}

static void every_transcript_is_as_it_was(void)
{
    DIR *folder = opendir(HL78SIM_GOLDEN);
    struct dirent *entry;
    size_t count = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    while ((entry = readdir(folder)) != NULL) {
        char path[1024];

        if (strlen(entry->d_name) > 4 &&
            strcmp(entry->d_name + strlen(entry->d_name) - 4, ".txt") == 0) {
            snprintf(path, sizeof path, "%s/%s", HL78SIM_GOLDEN, entry->d_name);
            check(path);
            count++;
        }
    }
    closedir(folder);
    CU_ASSERT_TRUE(count >= 8);
}

static const struct suite_test tests[] = {
    SUITE_TEST(every_transcript_is_as_it_was),
};

int main(void)
{
    return suite_run("golden", tests, sizeof tests / sizeof *tests);
}
