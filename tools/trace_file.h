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

/* Opens a file for output, "-" being standard output. NULL after a message. */
FILE *text_file_open(const char *path);

/* Closes it. False after a message, when something could not be written. */
bool text_file_close(FILE *file, const char *path);

/* A hlsim_text_write for a FILE; and one that shows every line at once. */
int text_file_write(void *file, const char *text, size_t size);
int text_file_show(void *file, const char *text, size_t size);

/* A trace that is kept, and that later ones are compared with. */
struct trace_memory {
    char *text;
    size_t size;
    size_t capacity;
    FILE *copy; /* written too; NULL: no */
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
