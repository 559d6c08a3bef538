/*
 * What a firmware of a model is: figures, quirks and constant answers, all of it data that `load`
 * read. A running firmware's profile is its personality: a const pointer that at, modem and lwm2m
 * ask. Nothing here compares versions; the choice of a profile is by name, see
 * hlsim__profile_choose.
 */
#ifndef HLSIM_PROFILE_PROFILE_H
#define HLSIM_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM_PROFILE_TEXT_MAX      1536 /* a figure of type TEXT or an answer, with its NUL */
#define HLSIM_PROFILE_SOURCE_MAX    256
#define HLSIM_PROFILE_MODEL_MAX     16
#define HLSIM_PROFILE_FIRMWARE_MAX  32
#define HLSIM_PROFILE_COMMAND_MAX   32
#define HLSIM_PROFILE_FIRMWARES_MAX 32

enum hlsim_quirk {
#define QUIRK(name, sentence) HLSIM_QUIRK_##name,
#include "profile/quirk.def"
#undef QUIRK
    HLSIM_QUIRKS
};

enum hlsim_figure_type {
    HLSIM_FIGURE_DURATION,
    HLSIM_FIGURE_NUMBER,
    HLSIM_FIGURE_TEXT,
};

/* How well a value is known. X(name, text) */
#define HLSIM_EVIDENCE_MAP(X)                                                                      \
    X(HLSIM_EVIDENCE_DOCUMENTED, "documented")                                                     \
    X(HLSIM_EVIDENCE_TEST, "sierra test")                                                          \
    X(HLSIM_EVIDENCE_LOG, "real log")                                                              \
    X(HLSIM_EVIDENCE_INFERRED, "inferred")                                                         \
    X(HLSIM_EVIDENCE_AMBIGUOUS, "ambiguous")                                                       \
    X(HLSIM_EVIDENCE_GUESS, "guess")

enum hlsim_evidence {
#define HLSIM_EVIDENCE_ENUM(name, text) name,
    HLSIM_EVIDENCE_MAP(HLSIM_EVIDENCE_ENUM)
#undef HLSIM_EVIDENCE_ENUM
        HLSIM_EVIDENCES
};

/* How a value is known. */
struct hlsim__provenance {
    enum hlsim_evidence evidence; /* for another model's value, no better than that it holds here */
    const char *source;
    const char *from; /* the model that it was inherited from; NULL: this one */
};

typedef int64_t hlsim__figure_DURATION;
typedef int64_t hlsim__figure_NUMBER;
typedef const char *hlsim__figure_TEXT; /* the family's */

struct hlsim__figures {
#define FIGURE(type, name, sentence) hlsim__figure_##type name;
#include "profile/figure.def"
#undef FIGURE
};

enum {
#define FIGURE(type, name, sentence) HLSIM__FIGURE_##name,
#include "profile/figure.def"
#undef FIGURE
    HLSIM__FIGURES
};

/* A constant answer: `command` as typed (upper case, without AT), lines parted by '\n' ("": only
 * OK; NULL: there is none, though another model has one). */
struct hlsim__answer {
    const char *command;
    const char *lines;
    struct hlsim__provenance known;
    uint64_t digest; /* of the command, to find it by: hlsim__profile_set_answer's */
};

/* All pointers are the family's: a profile can be copied, and the copy lives as long as that. */
struct hlsim_profile {
    char model[HLSIM_PROFILE_MODEL_MAX];
    char firmware[HLSIM_PROFILE_FIRMWARE_MAX];
    struct hlsim__figures figures;
    struct hlsim__provenance figures_known[HLSIM__FIGURES];
    bool quirks[HLSIM_QUIRKS];
    struct hlsim__provenance quirks_known[HLSIM_QUIRKS];
    size_t answer_count;
    struct hlsim__answer *answers;
};

struct hlsim__text; /* see hlsim__family_keep */

/* All firmwares of a model, in ascending order of versions; made by `load`. */
struct hlsim_profile_family {
    char model[HLSIM_PROFILE_MODEL_MAX];
    size_t chosen;             /* the firmware that is meant where none is named */
    struct hlsim_profile base; /* what a firmware is that nothing is known of */
    size_t count;
    struct hlsim_profile profiles[HLSIM_PROFILE_FIRMWARES_MAX];
    struct hlsim__text *texts;
};

void hlsim__family_free(struct hlsim_profile_family *family); /* may be NULL */

/* Makes the texts of `from` (may be NULL) those of `family`. */
void hlsim__family_adopt_texts(struct hlsim_profile_family *family,
                               struct hlsim_profile_family *from);

/* A copy of the text that lives as long as the family; NULL when there is no memory. */
const char *hlsim__family_keep(struct hlsim_profile_family *family, const char *text);

/* The answer to a command, without AT; NULL: it has none. */
const struct hlsim__answer *hlsim__profile_answer(const struct hlsim_profile *profile,
                                                  const char *command);

/* Puts an answer in the place of the one to its command, or behind the others. The texts are the
 * family's. HLSIM_E_NO_MEMORY */
int hlsim__profile_set_answer(struct hlsim_profile *profile, const struct hlsim__answer *answer);

/* Makes `target` what `from` is, with answers of its own. HLSIM_E_NO_MEMORY */
int hlsim__profile_copy(struct hlsim_profile *target, const struct hlsim_profile *from);

struct hlsim__figure_info {
    const char *name;
    enum hlsim_figure_type type;
    size_t offset; /* in struct hlsim__figures */
    const char *sentence;
};

struct hlsim__quirk_info {
    const char *name;
    const char *sentence;
};

size_t hlsim__figure_count(void);
const struct hlsim__figure_info *hlsim__figure_at(size_t index);
const struct hlsim__figure_info *hlsim__figure_find(const char *name); /* or NULL */
size_t hlsim__figure_index(const struct hlsim__figure_info *figure);
void hlsim__figure_copy(const struct hlsim__figure_info *figure, struct hlsim__figures *target,
                        const struct hlsim__figures *from);
const char *hlsim__evidence_text(enum hlsim_evidence evidence);
const struct hlsim__quirk_info *hlsim__quirk_at(enum hlsim_quirk quirk);
int hlsim__quirk_find(const char *name); /* or -1 */

#define HLSIM__PORTS_MAX 4 /* AT ports of one modem */

/* What an AT port is for: figure port_roles. */
enum hlsim__port_role {
    HLSIM__PORT_UART,
    HLSIM__PORT_DATA, /* USB: AT, data calls and packages */
    HLSIM__PORT_AT,   /* USB: AT alone */
};

/* Reads such a text; how many ports there are, 0 when it is none of 1 to HLSIM__PORTS_MAX roles. */
size_t hlsim__port_roles(const char *text, enum hlsim__port_role ret_roles[HLSIM__PORTS_MAX]);

/*
 * The profile of a running version: the entry of that name, else the nearest lower one, else the
 * lowest (docs/evidence.md, "A version without a profile"). `order` compares two versions.
 */
const struct hlsim_profile *hlsim__profile_choose(const struct hlsim_profile_family *family,
                                                  const char *version,
                                                  int (*order)(const char *a, const char *b));

#endif
