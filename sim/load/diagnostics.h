/*
 * Collects what is wrong with one text, each with its place. Knows JSON's syntax and nothing of
 * scenarios.
 */
#ifndef HLSIM_LOAD_DIAGNOSTICS_H
#define HLSIM_LOAD_DIAGNOSTICS_H

#include <hl78sim/load.h>

/* One text under reading, and what was put over it from the command line. */
struct hlsim__source {
    const char *file;
    const char *text;
    size_t size;
    struct hlsim_diagnostics *diagnostics;
    size_t first; /* diagnostics before this text's own */
    size_t override_count;
    struct {
        char pointer[sizeof((struct hlsim_diagnostic *)NULL)->pointer];
        char label[sizeof((struct hlsim_diagnostic *)NULL)->where];
    } overrides[HLSIM_OVERRIDES_MAX + 2]; /* and those of --profile and --seed */
};

void hlsim__source_init(struct hlsim__source *source, const char *file, const char *text,
                        size_t size, struct hlsim_diagnostics *diagnostics);

/* What lies at `pointer` came from the command line, as `label` says. HLSIM_E_LIMIT */
int hlsim__source_override(struct hlsim__source *source, const char *pointer, const char *label);

/* Which part of a member a message is about. */
enum hlsim__spot {
    HLSIM__SPOT_VALUE,
    HLSIM__SPOT_KEY, /* the name of the member that `pointer` names */
};

/* Adds a message about what lies at `pointer`; its place is found in the text. */
__attribute__((format(printf, 4, 5))) void hlsim__complain(struct hlsim__source *source,
                                                           const char *pointer,
                                                           enum hlsim__spot spot,
                                                           const char *format, ...);

/* Adds a message about a byte of the text. */
__attribute__((format(printf, 4, 5))) void hlsim__complain_at(struct hlsim__source *source,
                                                              size_t offset, const char *pointer,
                                                              const char *format, ...);

/* Adds a message that belongs to no place of the text ("--set a=b"). */
__attribute__((format(printf, 3, 4))) void
hlsim__complain_about(struct hlsim__source *source, const char *label, const char *format, ...);

/* How many messages this text has given. */
size_t hlsim__source_errors(const struct hlsim__source *source);

/* Puts the messages of this text in the order of their places. */
void hlsim__source_sort(struct hlsim__source *source);

#endif
