/*
 * JSON text -> scenario, profile, world. Nothing here opens a file: the caller brings texts, and
 * bytes of packages. All errors of a text are collected and located; of a syntax error the first.
 */
#ifndef HL78SIM_LOAD_H
#define HL78SIM_LOAD_H

#include <hl78sim/error.h>
#include <hl78sim/package.h>
#include <hl78sim/scenario.h>
#include <hl78sim/world.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest text that is read, and how deep its arrays and objects may lie in each other. */
#define HLSIM_LOAD_SIZE_MAX  (1024 * 1024)
#define HLSIM_LOAD_DEPTH_MAX 32

/* The name of a profile, which may be a file's path, with its NUL. */
#define HLSIM_PROFILE_NAME_SIZE 1024

/* Overrides (`--set`) of one load. */
#define HLSIM_OVERRIDES_MAX 64

/* Errors of one text that are kept; more are counted only. */
#define HLSIM_DIAGNOSTICS_MAX 64

struct hlsim_diagnostic {
    char where[128];   /* the file's name, or the override "--set seed=x" that is at fault */
    unsigned line;     /* counted from 1; 0: the text has no such place */
    unsigned column;   /* bytes from the line's beginning, counted from 1 */
    char pointer[192]; /* RFC 6901; "" for the whole text */
    char message[256]; /* what was expected */
};

/* Zero it before use. Errors of several texts may follow each other; each text's are in order. */
struct hlsim_diagnostics {
    size_t count;
    size_t dropped;
    struct hlsim_diagnostic entries[HLSIM_DIAGNOSTICS_MAX];
};

/*
 * Writes "file:line:column: /json/pointer: what was expected" (without line and column where there
 * are none, without the pointer where it is empty). `size` of 640 is always enough.
 */
int hlsim_diagnostic_format(const struct hlsim_diagnostic *diagnostic, char *text, size_t size);

/* A package of the scenario: to be built, or the content of a file that the caller reads. */
struct hlsim_package_plan {
    char id[32];
    char from[HLSIM_VERSION_TEXT]; /* "": any */
    char to[HLSIM_VERSION_TEXT];
    uint32_t size; /* bytes of the whole package, as the header says it */
    bool full;     /* fits any version */
    enum hlsim_package_break broken;
    char file[256]; /* as written in the scenario, relative to it; "": to be built */
    uint8_t *bytes; /* owned by the setup; NULL until built or supplied */
};

/* Everything that one scenario says. Do not copy: `world` points into it. */
struct hlsim_setup {
    struct hlsim_scenario scenario;
    struct hlsim_world_config world;                      /* one modem; valid while the setup is */
    struct hlsim_modem_config modem;                      /* world.modems */
    struct hlsim_setting settings[HLSIM_SETTINGS_MAX];    /* modem.settings */
    struct hlsim_response responses[HLSIM_RESPONSES_MAX]; /* their lines are owned by the setup */
    char profile[HLSIM_PROFILE_NAME_SIZE];                /* the name that was resolved */
    struct hlsim_profile_family *family;
    size_t package_count; /* plans; as many as world.airvantage.package_count */
    struct hlsim_package_plan packages[HLSIM_PACKAGES_MAX];
    size_t peer_count;               /* of the text; world.peers are the usual ones otherwise */
    struct hlsim_peer_config *peers; /* owned, with their steps */
    struct hlsim_peer_file *peer_files[HLSIM_PEERS_MAX]; /* owned, with their texts */
};

struct hlsim_load_options {
    const char *file;    /* its name in messages; NULL: "scenario" */
    const char *profile; /* instead of modem.profile; NULL: as the scenario says */
    bool has_seed;
    uint64_t seed; /* instead of the scenario's */
    /* "PATH=VALUE": PATH is dotted ("modem.set.install_time", "actions.0.after"), VALUE is JSON or
     * else a text. */
    size_t override_count;
    const char *const *overrides;
    bool foreign_operations; /* paths may name operations that nothing in the text creates */
    /*
     * The text of a profile whose name is a file's (see hlsim_profile_name_is_file; without the
     * version), or NULL. It stays the callee's and valid until the load returns. May be NULL: such
     * names are refused.
     */
    const char *(*profile_text)(void *user, const char *name, size_t *ret_size);
    void *user;
};

/*
 * Reads a scenario with its profile. 0; HLSIM_E_FORMAT with at least one diagnostic;
 * HLSIM_E_NO_MEMORY. `options` may be NULL.
 */
int hlsim_load_scenario(const char *text, size_t size, const struct hlsim_load_options *options,
                        struct hlsim_setup **ret_setup, struct hlsim_diagnostics *diagnostics);

void hlsim_setup_free(struct hlsim_setup *setup);

/*
 * Gives the bytes (copied) of a package that has a `file`. HLSIM_E_LIMIT when they are too many,
 * HLSIM_E_NO_MEMORY.
 */
int hlsim_setup_supply_package(struct hlsim_setup *setup, size_t index, const uint8_t *bytes,
                               size_t size);

/*
 * Builds the packages that have no file. HLSIM_E_STATE when one with a file was not supplied
 * before. After it `world` is complete.
 */
int hlsim_setup_build_packages(struct hlsim_setup *setup);

/* Reads a profile: all firmwares of one model. As hlsim_load_scenario. */
int hlsim_load_profile(const char *text, size_t size, const char *file,
                       struct hlsim_profile_family **ret_family,
                       struct hlsim_diagnostics *diagnostics);

void hlsim_profile_family_free(struct hlsim_profile_family *family);

/*
 * A duration as scenarios write it: "250ms", "1.5s", "90d" (us, ms, s, m, h, d; at most 31 years).
 * HLSIM_E_FORMAT when it is anything else.
 */
int hlsim_duration_parse(const char *text, int64_t *ret_nanoseconds);

/* True when the name of a profile is a file's: it contains '/', or ends in ".json" or
 * ".json:VERSION". */
bool hlsim_profile_name_is_file(const char *name);

/* The models that are shipped, with all their firmwares. HLSIM_E_NOT_FOUND behind the last; else as
 * hlsim_load_profile. */
int hlsim_load_shipped_model(size_t index, struct hlsim_profile_family **ret_family,
                             struct hlsim_diagnostics *diagnostics);

/* The names of the shipped profiles, "HL7800-4.6.8.0", in a fixed order: NULL after the last. The
 * text is written to `name`. */
const char *hlsim_shipped_profile_name(size_t index, char *name, size_t size);

#endif
