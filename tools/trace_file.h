/*
 * Where traces and transcripts go: files, standard output, memory; and the comparison of a second
 * trace with a first.
 */
#ifndef HL78SIM_TOOLS_TRACE_FILE_H
#define HL78SIM_TOOLS_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A file for output; all zero: none. */
struct text_file {
    const char *path; /* borrowed */
    FILE *file;
    int error; /* errno of the first write that failed; 0: none did */
};

/* Opens it, "-" being standard output. False after a message. */
bool text_file_open(struct text_file *file, const char *path);

/* Closes it. False after a message, when something could not be written. */
bool text_file_close(struct text_file *file);

/* A hlsim_text_write for a struct text_file, which is the user; and one that shows every line at
 * once. */
int text_file_write(void *user, const char *text, size_t size);
int text_file_show(void *user, const char *text, size_t size);

/* Opens, writes a whole text (NULL: there was no memory for it) and closes. False after a message.
 */
bool text_file_save(const char *path, const char *text, size_t size);

/* A trace that is kept, and that later ones are compared with. */
struct trace_memory {
    char *text;
    size_t size;
    size_t capacity;
    struct text_file *copy; /* written too; NULL: no */
    size_t compared;
    bool differs;
    uint64_t line; /* the first line that differs, from 1 */
};

/* hlsim_text_write for the first trace and for the others; `user` is the memory. */
int trace_memory_keep(void *user, const char *text, size_t size);
int trace_memory_compare(void *user, const char *text, size_t size);

/* Before and after a further trace; the end tells whether it differed. */
void trace_memory_begin(struct trace_memory *memory);
bool trace_memory_end(struct trace_memory *memory);

void trace_memory_free(struct trace_memory *memory);

#endif
