/*
 * Messages and their places. A place is looked for only when there is something to say.
 */
#include "load/diagnostics.h"

#include "load/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int hlsim_diagnostic_format(const struct hlsim_diagnostic *diagnostic, char *text, size_t size)
{
    char place[32] = "";
    const char *gap = diagnostic->pointer[0] == '\0' ? "" : ": ";

    if (diagnostic->line > 0) {
        snprintf(place, sizeof place, ":%u:%u", diagnostic->line, diagnostic->column);
    }
    return snprintf(text, size, "%s%s: %s%s%s", diagnostic->where, place, diagnostic->pointer, gap,
                    diagnostic->message);
}

void hlsim__source_init(struct hlsim__source *source, const char *file, const char *text,
                        size_t size, struct hlsim_diagnostics *diagnostics)
{
    memset(source, 0, sizeof *source);
    source->file = file;
    source->text = text;
    source->size = size;
    source->diagnostics = diagnostics;
    source->first = diagnostics->count + diagnostics->dropped;
}

int hlsim__source_override(struct hlsim__source *source, const char *pointer, const char *label)
{
    size_t index = source->override_count;

    if (index == sizeof source->overrides / sizeof *source->overrides) {
        return HLSIM_E_LIMIT;
    }
    snprintf(source->overrides[index].pointer, sizeof source->overrides[index].pointer, "%s",
             pointer);
    snprintf(source->overrides[index].label, sizeof source->overrides[index].label, "%s", label);
    source->override_count++;
    return 0;
}

/* Whether `pointer` is `top` or lies below it. */
static bool lies_in(const char *pointer, const char *top)
{
    size_t size = strlen(top);

    return strncmp(pointer, top, size) == 0 && (pointer[size] == '\0' || pointer[size] == '/');
}

/*
 * The override that is to blame for what lies at `pointer`: one at or above it, or, when the text
 * has no such place, one below it that made it.
 */
static const char *override_of(const struct hlsim__source *source, const char *pointer,
                               bool in_text)
{
    for (size_t i = source->override_count; i-- > 0;) {
        if (lies_in(pointer, source->overrides[i].pointer) ||
            (!in_text && lies_in(source->overrides[i].pointer, pointer))) {
            return source->overrides[i].label;
        }
    }
    return NULL;
}

static void place_of(const char *text, size_t offset, unsigned *ret_line, unsigned *ret_column)
{
    unsigned line = 1;
    size_t start = 0;

    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    *ret_line = line;
    *ret_column = (unsigned)(offset - start) + 1;
}

__attribute__((format(printf, 4, 0))) static struct hlsim_diagnostic *
add(struct hlsim__source *source, const char *where, const char *pointer, const char *format,
    va_list arguments)
{
    struct hlsim_diagnostics *all = source->diagnostics;
    struct hlsim_diagnostic *added;

    if (all->count == HLSIM_DIAGNOSTICS_MAX) {
        all->dropped++;
        return NULL;
    }
    added = &all->entries[all->count++];
    memset(added, 0, sizeof *added);
    snprintf(added->where, sizeof added->where, "%s", where);
    snprintf(added->pointer, sizeof added->pointer, "%s", pointer);
    vsnprintf(added->message, sizeof added->message, format, arguments);
    return added;
}

void hlsim__complain(struct hlsim__source *source, const char *pointer, enum hlsim__spot spot,
                     const char *format, ...)
{
    size_t offset = 0;
    bool in_text =
        hlsim__json_locate(source->text, source->size, pointer, spot == HLSIM__SPOT_KEY, &offset);
    const char *label = override_of(source, pointer, in_text);
    struct hlsim_diagnostic *added;
    va_list arguments;

    va_start(arguments, format);
    added = add(source, label != NULL ? label : source->file, pointer, format, arguments);
    va_end(arguments);
    if (added != NULL && label == NULL) {
        place_of(source->text, offset, &added->line, &added->column);
    }
}

void hlsim__complain_at(struct hlsim__source *source, size_t offset, const char *pointer,
                        const char *format, ...)
{
    struct hlsim_diagnostic *added;
    va_list arguments;

    va_start(arguments, format);
    added = add(source, source->file, pointer, format, arguments);
    va_end(arguments);
    if (added != NULL) {
        place_of(source->text, offset, &added->line, &added->column);
    }
}

void hlsim__complain_about(struct hlsim__source *source, const char *label, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(source, label, "", format, arguments);
    va_end(arguments);
}

size_t hlsim__source_errors(const struct hlsim__source *source)
{
    return source->diagnostics->count + source->diagnostics->dropped - source->first;
}

/* Only messages about one text have an order. */
static bool comes_before(const struct hlsim_diagnostic *a, const struct hlsim_diagnostic *b)
{
    if (strcmp(a->where, b->where) != 0) {
        return false;
    }
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

void hlsim__source_sort(struct hlsim__source *source)
{
    struct hlsim_diagnostics *all = source->diagnostics;

    for (size_t i = source->first + 1; i < all->count; i++) {
        struct hlsim_diagnostic moved = all->entries[i];
        size_t place = i;

        while (place > source->first && comes_before(&moved, &all->entries[place - 1])) {
            all->entries[place] = all->entries[place - 1];
            place--;
        }
        all->entries[place] = moved;
    }
}
