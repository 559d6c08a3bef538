/*
 * Writes and compares text; does not know what it says.
 */
#include "trace_file.h"

#include <hl78sim/error.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

FILE *text_file_open(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");

    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }
    return file;
}

bool text_file_close(FILE *file, const char *path)
{
    bool good = fflush(file) == 0 && !ferror(file);

    if (file != stdout) {
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        fprintf(stderr, "%s: cannot be written\n", path);
    }
    return good;
}

int text_file_write(void *file, const char *text, size_t size)
{
    return fwrite(text, 1, size, file) == size ? 0 : HLSIM_E_IO;
}

int text_file_show(void *file, const char *text, size_t size)
{
    return fwrite(text, 1, size, file) == size && fflush(file) == 0 ? 0 : HLSIM_E_IO;
}

int trace_memory_keep(void *user, const char *text, size_t size)
{
    struct trace_memory *memory = user;

    if (size > memory->capacity - memory->size) {
        size_t capacity = 2 * memory->capacity + size;
        char *larger = realloc(memory->text, capacity);

        if (larger == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        memory->text = larger;
        memory->capacity = capacity;
    }
    memcpy(memory->text + memory->size, text, size);
    memory->size += size;
    return memory->copy == NULL ? 0 : text_file_write(memory->copy, text, size);
}

static void find_difference(struct trace_memory *memory, const char *text, size_t size)
{
    size_t place = memory->compared;

    memory->differs = true;
    for (size_t i = 0; i < size && place < memory->size && memory->text[place] == text[i]; i++) {
        place++;
    }
    memory->line = 1;
    for (size_t i = 0; i < place; i++) {
        memory->line += memory->text[i] == '\n';
    }
}

int trace_memory_compare(void *user, const char *text, size_t size)
{
    struct trace_memory *memory = user;

    if (!memory->differs && (size > memory->size - memory->compared ||
                             memcmp(memory->text + memory->compared, text, size) != 0)) {
        find_difference(memory, text, size);
    }
    memory->compared += size;
    return 0;
}

void trace_memory_begin(struct trace_memory *memory)
{
    memory->compared = 0;
    memory->differs = false;
}

bool trace_memory_end(struct trace_memory *memory)
{
    if (!memory->differs && memory->compared < memory->size) {
        find_difference(memory, "", 0);
    }
    return memory->differs;
}

void trace_memory_free(struct trace_memory *memory)
{
    free(memory->text);
}
