/*
 * Writes and compares text; does not know what it says.
 */
#include "trace_file.h"

#include <hl78sim/error.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool text_file_open(struct text_file *file, const char *path)
{
    *file = (struct text_file){.path = path,
                               .file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w")};
    if (file->file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }
    return file->file != NULL;
}

static int keep_error(struct text_file *file, bool good)
{
    if (!good && file->error == 0) {
        file->error = errno;
    }
    return good ? 0 : HLSIM_E_IO;
}

bool text_file_close(struct text_file *file)
{
    keep_error(file, fflush(file->file) == 0);
    if (file->file != stdout) {
        keep_error(file, fclose(file->file) == 0);
    }
    if (file->error != 0) {
        fprintf(stderr, "%s: %s\n", file->path, strerror(file->error));
    }
    return file->error == 0;
}

int text_file_write(void *user, const char *text, size_t size)
{
    struct text_file *file = user;

    return keep_error(file, fwrite(text, 1, size, file->file) == size);
}

int text_file_show(void *user, const char *text, size_t size)
{
    struct text_file *file = user;

    return keep_error(file, fwrite(text, 1, size, file->file) == size && fflush(file->file) == 0);
}

bool text_file_save(const char *path, const char *text, size_t size)
{
    struct text_file file;

    if (text == NULL) {
        fprintf(stderr, "%s: %s\n", path, hlsim_error_text(HLSIM_E_NO_MEMORY));
        return false;
    }
    if (!text_file_open(&file, path)) {
        return false;
    }
    text_file_write(&file, text, size);
    return text_file_close(&file);
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
