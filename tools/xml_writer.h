/*
 * Writes XML 1.0: elements in each other, attributes, texts. Whatever a text holds, the result is
 * well-formed. Knows no vocabulary.
 */
#ifndef HL78SIM_TOOLS_XML_WRITER_H
#define HL78SIM_TOOLS_XML_WRITER_H

#include <stdbool.h>
#include <stdio.h>

/* Elements open at once. */
#define XML_DEPTH_MAX 16

struct xml_writer {
    FILE *file;     /* borrowed; its error indicator tells of failures */
    unsigned depth; /* elements that are open */
    bool in_tag;    /* the last element's start tag still takes attributes */
    bool has_text;  /* the last element holds text: its end tag stays on the line */
    const char *names[XML_DEPTH_MAX];
};

/* Begins a document. */
void xml_begin(struct xml_writer *writer, FILE *file);

/* Opens an element; `name` is a literal. */
void xml_open(struct xml_writer *writer, const char *name);

/* Of the element just opened, before anything in it. */
void xml_attribute(struct xml_writer *writer, const char *name, const char *value);
void xml_attribute_format(struct xml_writer *writer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds to the text of the element. Characters that XML cannot hold become '?', and so do bytes that
 * are no UTF-8. */
void xml_text(struct xml_writer *writer, const char *text);

/* Closes the last element. */
void xml_close(struct xml_writer *writer);

#endif
