/*
 * Tables to roff. Knows the tables' form and no command by name.
 */
#include "manual.h"

#include <ctype.h>
#include <string.h>

/* ---- Text ---- */

/* Text as it stands: no character of it means anything to roff. */
static void put(FILE *file, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        switch (text[i]) {
        case '\\':
            fputs("\\(rs", file);
            break;
        case '-':
            fputs("\\-", file);
            break;
        case '\'':
            fputs("\\(aq", file);
            break;
        case '"':
            fputs("\\(dq", file);
            break;
        case '~':
            fputs("\\(ti", file);
            break;
        case '^':
            fputs("\\(ha", file);
            break;
        case '.':
            fputs(i == 0 ? "\\&." : ".", file);
            break;
        default:
            fputc(text[i], file);
            break;
        }
    }
}

static void put_text(FILE *file, const char *text)
{
    put(file, text, strlen(text));
}

/* Lines of a text, each after `before`. */
static void put_lines(FILE *file, const char *text, const char *before)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        fputs(before, file);
        put(file, text, size);
        fputc('\n', file);
        text += size + (text[size] == '\n');
    }
}

static void put_title(FILE *file, const struct manual *manual, const struct command *command)
{
    fputs(".\\\" Made by \"hl78sim help --man\".\n.TH HL78SIM", file);
    if (command != NULL) {
        fputc('-', file);
        for (const char *letter = command->name; *letter != '\0'; letter++) {
            fputc(toupper((unsigned char)*letter), file);
        }
    }
    fprintf(file, " 1 \"\" \"hl78sim %s\" \"User Commands\"\n", manual->version);
}

/* ---- Sections ---- */

static void put_options(FILE *file, const struct option_row *row)
{
    if (row->name == NULL) {
        return;
    }
    fprintf(file, ".SH OPTIONS\n");
    for (; row->name != NULL; row++) {
        fprintf(file, ".TP\n");
        if (row->short_name != 0) {
            fprintf(file, "\\fB\\-%c\\fR, ", row->short_name);
        }
        fprintf(file, "\\fB\\-\\-");
        put_text(file, row->name);
        fprintf(file, "\\fR");
        if (row->argument != NULL) {
            fprintf(file, " \\fI");
            put_text(file, row->argument);
            fprintf(file, "\\fR");
        }
        fputc('\n', file);
        put_text(file, row->about);
        fputc('\n', file);
    }
}

static void put_exit_status(FILE *file)
{
    static const struct {
        enum exit_code code;
        const char *meaning;
    } codes[] = {
        {EXIT_PASSED, "All is well; what could not be seen or done here is named as skipped."},
        {EXIT_FAILED, "An expectation failed, or the host program ended with another status."},
        {EXIT_USAGE, "Wrong usage or an invalid file; nothing was run."},
        {EXIT_PROMISE, "A promise was broken (safety)."},
        {EXIT_LIVENESS, "What is pending cannot come any more, or the limit was reached."},
        {EXIT_NOT_DETERMINISTIC, "Two runs with the same seed differed."},
        {EXIT_ENVIRONMENT, "A port, a file or a program of the environment failed."},
    };

    fprintf(file, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        fprintf(file, ".TP\n.B %d\n%s\n", (int)codes[i].code, codes[i].meaning);
    }
    fprintf(file, ".PP\nOf several the first present of 2, 6, 3, 5, 4, 1.\n");
}

static void put_see_also(FILE *file, const struct manual *manual, const struct command *command)
{
    fprintf(file, ".SH SEE ALSO\n");
    if (command != NULL) {
        fprintf(file, ".BR hl78sim (1)\n");
        return;
    }
    for (size_t i = 0; i < manual->count; i++) {
        fprintf(file, ".BR hl78sim\\-%s (1)%s\n", manual->commands[i]->name,
                i + 1 < manual->count ? "," : "");
    }
}

/* ---- Pages ---- */

static void put_command(FILE *file, const struct command *command)
{
    fprintf(file, ".SH NAME\nhl78sim\\-%s \\- ", command->name);
    put_text(file, command->about);
    fprintf(file, "\n.SH SYNOPSIS\n.B hl78sim %s\n", command->name);
    put_text(file, command->operands);
    fprintf(file, "\n.SH DESCRIPTION\n");
    put_text(file, command->about);
    fprintf(file, ".\n");
    if (command->details != NULL) {
        put_lines(file, command->details, ".PP\n");
    }
    put_options(file, command->options);
    if (command->examples != NULL) {
        fprintf(file, ".SH EXAMPLES\n.nf\n");
        put_lines(file, command->examples, "");
        fprintf(file, ".fi\n");
    }
}

static void put_program(FILE *file, const struct manual *manual)
{
    fprintf(file, ".SH NAME\nhl78sim \\- simulator of HL78xx cellular modules\n"
                  ".SH SYNOPSIS\n.B hl78sim\n.I COMMAND\n[\\fIARGUMENTS\\fR]\n.br\n"
                  ".B hl78sim \\-\\-version\n.SH DESCRIPTION\n"
                  "An emulated module answers AT commands in memory, on a pseudo terminal or on a "
                  "serial port,\nand updates its firmware over a simulated network. Scenarios say "
                  "what happens and what must\ncome of it; the verdict is the exit status.\n"
                  ".SH COMMANDS\n");
    for (size_t i = 0; i < manual->count; i++) {
        fprintf(file, ".TP\n.BR hl78sim\\-%s (1)\n", manual->commands[i]->name);
        put_text(file, manual->commands[i]->about);
        fprintf(file, ".\n");
    }
    fprintf(file, ".TP\n.B hl78sim help \\fR[\\fICOMMAND\\fR]\nThe commands, or the options of "
                  "one.\n"
                  ".TP\n.B hl78sim help \\-\\-man \\fR[\\fICOMMAND\\fR]\nThis page, or that of a "
                  "command, for\n.BR man (1).\n"
                  ".TP\n.B hl78sim help \\-\\-completion bash\nA script by which bash completes "
                  "commands, options and names.\n");
    fprintf(file, ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nWhen it is set and not empty, nothing is "
                  "coloured.\n"
                  ".SH EXAMPLES\n.nf\nhl78sim doctor\nhl78sim new my\\-update\n"
                  "hl78sim run my\\-update.json \\-\\-transcript \\-\n.fi\n");
}

void manual_page(FILE *file, const struct manual *manual, const struct command *command)
{
    put_title(file, manual, command);
    if (command == NULL) {
        put_program(file, manual);
    } else {
        put_command(file, command);
    }
    put_exit_status(file);
    put_see_also(file, manual, command);
}
