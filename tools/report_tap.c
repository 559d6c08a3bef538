/*
 * Outcomes to TAP (testanything.org). Texts in YAML blocks are quoted as JSON quotes them.
 */
#include "report_tap.h"

#include "trace_file.h"

#include <stdlib.h>
#include <string.h>

/* In a description: one line, '#' and '\' escaped, so that nothing is taken for a directive. */
static void describe(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\') {
            fputc('\\', file);
        }
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, file);
    }
}

static void quote(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\') {
            fprintf(file, "\\%c", byte);
        } else if (byte < 0x20 || byte == 0x7f) {
            fprintf(file, "\\x%02x", byte);
        } else {
            fputc(byte, file);
        }
    }
    fputc('"', file);
}

static void write_failures(FILE *file, const struct outcome *outcome)
{
    char trouble[400];

    fprintf(file, "  failures:\n");
    if (outcome_trouble(outcome, trouble, sizeof trouble)[0] != '\0') {
        fprintf(file, "    - ");
        quote(file, trouble);
        fputc('\n', file);
    }
    for (size_t i = 0; i < outcome->result.finding_count; i++) {
        const struct run_finding *finding = &outcome->result.findings[i];
        char text[sizeof finding->pointer + sizeof finding->what + sizeof finding->why + 8];

        if (finding->outcome == HLSIM_OUTCOME_FAILED) {
            snprintf(text, sizeof text, "%s: %s: %s", finding->pointer, finding->what,
                     finding->why);
            fprintf(file, "    - ");
            quote(file, text);
            fputc('\n', file);
        }
    }
}

static void write_block(FILE *file, const struct outcome *outcome)
{
    fprintf(file, "  ---\n  exit_code: %d\n", (int)outcome->code);
    write_failures(file, outcome);
    fprintf(file, "  repro: ");
    quote(file, outcome->repro);
    fprintf(file, "\n  ...\n");
}

static void write_point(FILE *file, size_t number, const struct outcome *outcome)
{
    /* A known failure is "not ok" with the directive "todo", which harnesses do not count as a
     * failure. */
    bool good = outcome->code == EXIT_PASSED && !outcome->excused;

    fprintf(file, "%s %zu - ", good ? "ok" : "not ok", number);
    describe(file, outcome->path);
    fprintf(file, ": ");
    describe(file, outcome->name);
    if (outcome->excused) {
        fprintf(file, " # todo ");
        describe(file, outcome->known);
    } else if (outcome_is_skipped(outcome)) {
        fprintf(file, " # SKIP %zu could not be seen or done here", outcome->skipped);
    }
    fputc('\n', file);
    if (!good) {
        write_block(file, outcome);
    }
}

/* Valid as 13 and as 14; harnesses in use refuse a version they do not know. NULL: no memory. */
static char *make_text(const struct outcome *outcomes, size_t count, size_t *ret_size)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, ret_size);

    if (file == NULL) {
        return NULL;
    }
    fprintf(file, "TAP version 13\n1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        write_point(file, i + 1, &outcomes[i]);
    }
    if (fclose(file) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

bool report_tap(const char *path, const struct outcome *outcomes, size_t count)
{
    size_t size = 0;
    char *text = make_text(outcomes, count, &size);
    bool good = text_file_save(path, text, size);

    free(text);
    return good;
}
