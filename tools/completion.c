/*
 * Tables to a completion script for bash. Words in small letters complete as they are; placeholders
 * in capitals say what kind of name is wanted.
 */
#include "manual.h"

#include <ctype.h>
#include <string.h>

static const char head[] =
    "# Made by \"hl78sim help --completion bash\".\n"
    "_hl78sim() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} words= files=\n"
    "    COMPREPLY=()\n";

static const char tail[] =
    "    case $files in\n"
    "    file) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); compopt -o filenames ;;\n"
    "    folder) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); compopt -o filenames ;;\n"
    "    esac\n"
    "    [ -z \"$words\" ] || mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -W "
    "\"$words\" -- \"$cur\")\n"
    "} 2>/dev/null\n"
    "complete -F _hl78sim hl78sim\n";

/* A word between bars of "update|agreements|FILE": a placeholder has capitals in it. */
static bool is_literal(const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!islower((unsigned char)word[i]) && strchr("_-0123456789", word[i]) == NULL) {
            return false;
        }
    }
    return size > 0;
}

static bool mentions(const char *text, size_t size, const char *word)
{
    const char *found = strstr(text, word);

    return found != NULL && (size_t)(found - text) < size;
}

/* What a text such as "profiles|commands|DIR..." wants, as assignments for the script. */
static void put_wanted(FILE *file, const char *text, size_t size)
{
    static const char *const files[] = {"FILE", "PATH", "TTY", "SCENARIO", "TRACE", "LOG"};
    const char *kind = mentions(text, size, "DIR") ? "folder" : "";

    for (size_t i = 0; i < sizeof files / sizeof *files && !mentions(text, size, "="); i++) {
        kind = mentions(text, size, files[i]) ? "file" : kind;
    }
    fprintf(file, "files=%s words=\"", kind);
    for (const char *word = text; word < text + size;) {
        size_t length = strcspn(word, "| ");

        length = length > (size_t)(text + size - word) ? (size_t)(text + size - word) : length;
        if (is_literal(word, length)) {
            fprintf(file, "%.*s ", (int)length, word);
        }
        word += length + 1;
    }
    if (mentions(text, size, "ACTION")) {
        fprintf(file, "$(\"$program\" list actions --names) status");
    }
    fprintf(file, "\"");
}

/* "command --option" -> what its value may be. */
static void put_values(FILE *file, const struct command *command)
{
    for (const struct option_row *row = command->options; row->name != NULL; row++) {
        if (row->argument == NULL) {
            continue;
        }
        fprintf(file, "    \"%s --%s\"", command->name, row->name);
        if (row->short_name != 0) {
            fprintf(file, "|\"%s -%c\"", command->name, row->short_name);
        }
        fprintf(file, ") ");
        if (strcmp(row->name, "profile") == 0) {
            fprintf(file, "files=file words=$(\"$program\" list profiles)");
        } else {
            put_wanted(file, row->argument, strlen(row->argument));
        }
        fprintf(file, " ;;\n");
    }
}

/* What may stand where no option's value does. */
static void put_operands(FILE *file, const struct command *command)
{
    fprintf(file, "        %s)\n            if [[ $cur == -* ]]; then words=\"--help",
            command->name);
    for (const struct option_row *row = command->options; row->name != NULL; row++) {
        fprintf(file, " --%s", row->name);
    }
    fprintf(file, "\"; else ");
    put_wanted(file, command->operands, strcspn(command->operands, "["));
    fprintf(file, "; fi ;;\n");
}

void manual_completion(FILE *file, const struct manual *manual)
{
    fputs(head, file);
    fprintf(file, "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"");
    for (size_t i = 0; i < manual->count; i++) {
        fprintf(file, "%s ", manual->commands[i]->name);
    }
    fprintf(file, "help --version --help\"\n    else case \"$command $prev\" in\n");
    for (size_t i = 0; i < manual->count; i++) {
        put_values(file, manual->commands[i]);
    }
    fprintf(file, "    \"help help\") words=\"");
    for (size_t i = 0; i < manual->count; i++) {
        fprintf(file, "%s ", manual->commands[i]->name);
    }
    fprintf(file, "--man --completion\" ;;\n    *)\n        case $command in\n");
    for (size_t i = 0; i < manual->count; i++) {
        put_operands(file, manual->commands[i]);
    }
    fprintf(file, "        esac ;;\n    esac; fi\n");
    fputs(tail, file);
}
