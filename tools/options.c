/*
 * Reads command lines by tables and prints those tables. Knows no command.
 */
#include "options.h"

#include <hl78sim/load.h>

#include <stdlib.h>
#include <string.h>

/* The longest word for which a near one is sought. */
#define WORD_MAX 40

/* Options of one command. */
#define ROWS_MAX 48

/* ---- Near words ---- */

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* How many letters must be put in, taken out or exchanged (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t b_size = strlen(b);

    if (strlen(a) > WORD_MAX || b_size > WORD_MAX) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b_size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t above = row[j];

            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_size];
}

const char *nearest_hint(const char *word, const char *const *texts, size_t count,
                         char hint[HINT_SIZE])
{
    /* Two letters may be wrong, as when they are exchanged, but never all of a short word. */
    size_t best = strlen(word) < 3 ? 1 : 2;

    hint[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t found = distance(word, texts[i]);

        if (found <= best && (found < best || hint[0] == '\0')) {
            best = found;
            snprintf(hint, HINT_SIZE, ", did you mean \"%s\"?", texts[i]);
        }
    }
    return hint;
}

/* ---- Values ---- */

static bool append(struct text_list *list, const char *text)
{
    if (list->items == NULL) {
        list->items = calloc(OPTION_LIST_MAX, sizeof *list->items);
    }
    if (list->items == NULL || list->count == OPTION_LIST_MAX) {
        return false;
    }
    list->items[list->count++] = text;
    return true;
}

static bool read_number(const char *text, struct option_number *number)
{
    uint64_t value = 0;

    if (*text == '\0' || strlen(text) > 18) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(*text - '0');
    }
    *number = (struct option_number){.given = true, .value = value};
    return true;
}

static bool is_choice(const char *const *choices, const char *text)
{
    for (; *choices != NULL; choices++) {
        if (strcmp(*choices, text) == 0) {
            return true;
        }
    }
    return false;
}

/* As scenarios write durations: with a unit, or a number of seconds. */
static bool read_duration(const char *text, int64_t *ret_duration)
{
    char seconds[32];
    int64_t duration;

    if (strlen(text) < sizeof seconds - 1 && strspn(text, "0123456789.") == strlen(text)) {
        snprintf(seconds, sizeof seconds, "%ss", text);
        text = seconds;
    }
    if (hlsim_duration_parse(text, &duration) < 0 || duration < 0) {
        return false;
    }
    *ret_duration = duration;
    return true;
}

/* Stores a value; otherwise says what was expected. */
static const char *store(const struct option_row *row, const char *text, void *values)
{
    void *target = (char *)values + row->offset;

    /* No option means anything by nothing: a variable of a script was not set. */
    if (row->type != OPTION_FLAG && *text == '\0') {
        return row->argument;
    }
    switch (row->type) {
    case OPTION_FLAG:
        *(bool *)target = true;
        return NULL;
    case OPTION_NUMBER:
        return read_number(text, target) ? NULL : "a whole number";
    case OPTION_DURATION:
        return read_duration(text, target) ? NULL : "a duration such as 250ms, 10s or 2h";
    case OPTION_TEXTS:
        return append(target, text) ? NULL : "fewer of them";
    case OPTION_CHOICE:
        if (!is_choice(row->choices, text)) {
            return row->argument;
        }
        *(const char **)target = text;
        return NULL;
    case OPTION_TEXT:
    default:
        *(const char **)target = text;
        return NULL;
    }
}

/* ---- Words of a command line ---- */

static const struct option_row *find_long(const struct option_row *rows, const char *name,
                                          size_t size)
{
    for (; rows->name != NULL; rows++) {
        if (strlen(rows->name) == size && strncmp(rows->name, name, size) == 0) {
            return rows;
        }
    }
    return NULL;
}

static const struct option_row *find_short(const struct option_row *rows, char name)
{
    for (; rows->name != NULL; rows++) {
        if (rows->short_name != 0 && rows->short_name == name) {
            return rows;
        }
    }
    return NULL;
}

static bool unknown(const char *command, const struct option_row *rows, const char *word)
{
    const char *names[ROWS_MAX];
    char name[WORD_MAX + 1];
    char hint[HINT_SIZE];
    size_t count = 0;

    for (; rows->name != NULL && count < ROWS_MAX; rows++) {
        names[count++] = rows->name;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    fprintf(stderr, "hl78sim %s: unknown option \"%s\"%s\n", command, word,
            word[1] == '-' ? nearest_hint(name, names, count, hint) : "");
    return false;
}

/* Reads the option at `*argv` and moves `*argv` to its last word. */
static bool read_option(const char *command, const struct option_row *rows, char *const **argv,
                        void *values)
{
    const char *word = **argv;
    bool is_long = word[1] == '-';
    size_t size = strcspn(word + 2, "=");
    const struct option_row *row =
        is_long ? find_long(rows, word + 2, size) : find_short(rows, word[1]);
    const char *value = is_long ? (word[2 + size] == '=' ? word + 3 + size : NULL)
                                : (word[2] != '\0' ? word + 2 : NULL);
    const char *expected;

    if (row == NULL) {
        return unknown(command, rows, word);
    }
    if (row->type == OPTION_FLAG && value != NULL) {
        fprintf(stderr, "hl78sim %s: --%s takes no value\n", command, row->name);
        return false;
    }
    if (row->type != OPTION_FLAG && value == NULL) {
        value = *++*argv;
        if (value == NULL) {
            fprintf(stderr, "hl78sim %s: --%s needs a value: %s\n", command, row->name,
                    row->argument);
            return false;
        }
    }
    expected = store(row, value, values);
    if (expected != NULL) {
        fprintf(stderr, "hl78sim %s: --%s: expected %s and not \"%s\"\n", command, row->name,
                expected, value);
        return false;
    }
    return true;
}

bool options_parse(const char *command, const struct option_row *rows, char *const *argv,
                   void *values)
{
    struct parsed *parsed = values;

    for (; *argv != NULL; argv++) {
        bool good = true;

        if (parsed->has_tail) {
            good = append(&parsed->tail, *argv);
        } else if (strcmp(*argv, "--") == 0) {
            parsed->has_tail = true;
        } else if ((*argv)[0] == '-' && (*argv)[1] != '\0') {
            if (!read_option(command, rows, &argv, values)) {
                return false;
            }
        } else {
            good = append(&parsed->operands, *argv);
        }
        if (!good) {
            fprintf(stderr, "hl78sim %s: too many arguments\n", command);
            return false;
        }
    }
    return true;
}

void options_free(const struct option_row *rows, void *values)
{
    struct parsed *parsed = values;

    free(parsed->operands.items);
    free(parsed->tail.items);
    for (; rows->name != NULL; rows++) {
        if (rows->type == OPTION_TEXTS) {
            free(((struct text_list *)(void *)((char *)values + rows->offset))->items);
        }
    }
}

void options_print(FILE *file, const struct option_row *rows)
{
    for (; rows->name != NULL; rows++) {
        char form[64];
        char letter[8] = "    ";

        if (rows->short_name != 0) {
            snprintf(letter, sizeof letter, "-%c, ", rows->short_name);
        }
        snprintf(form, sizeof form, "%s--%s%s%s", letter, rows->name,
                 rows->argument == NULL ? "" : " ", rows->argument == NULL ? "" : rows->argument);
        if (strlen(form) > 30) {
            fprintf(file, "  %s\n  %30s  %s\n", form, "", rows->about);
        } else {
            fprintf(file, "  %-30s  %s\n", form, rows->about);
        }
    }
}
