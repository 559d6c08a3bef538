/*
 * The files of tools/templates/, embedded as text by embed_templates.cmake.
 */
#ifndef HL78SIM_TOOLS_TEMPLATE_H
#define HL78SIM_TOOLS_TEMPLATE_H

/* Stands in a template for the scenario's name, quotes included. */
#define TEMPLATE_NAME "@NAME@"

struct template
{
    const char *name; /* NULL behind the last */
    const char *about;
    const char *text;
};

extern const struct template templates[];

#endif
