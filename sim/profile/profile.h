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

#define HLSIM_PROFILE_TEXT_MAX      160 /* a figure of type TEXT, with its NUL */
#define HLSIM_PROFILE_MODEL_MAX     16
#define HLSIM_PROFILE_FIRMWARE_MAX  32
#define HLSIM_PROFILE_ANSWERS_MAX   128 /* constant answers of one firmware */
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

typedef int64_t hlsim__figure_DURATION;
typedef int64_t hlsim__figure_NUMBER;
typedef char hlsim__figure_TEXT[HLSIM_PROFILE_TEXT_MAX];

struct hlsim__figures {
#define FIGURE(type, name, sentence) hlsim__figure_##type name;
#include "profile/figure.def"
#undef FIGURE
};

/* A constant answer: `command` as typed (upper case, without AT), lines parted by '\n' ("": only
 * OK). */
struct hlsim__answer {
    char command[32];
    char lines[HLSIM_PROFILE_TEXT_MAX];
};

struct hlsim_profile {
    char model[HLSIM_PROFILE_MODEL_MAX];
    char firmware[HLSIM_PROFILE_FIRMWARE_MAX];
    struct hlsim__figures figures;
    bool quirks[HLSIM_QUIRKS];
    size_t answer_count;
    struct hlsim__answer answers[HLSIM_PROFILE_ANSWERS_MAX];
};

/* All firmwares of a model, in ascending order of versions; made by `load`. */
struct hlsim_profile_family {
    char model[HLSIM_PROFILE_MODEL_MAX];
    size_t count;
    struct hlsim_profile profiles[HLSIM_PROFILE_FIRMWARES_MAX];
};

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
