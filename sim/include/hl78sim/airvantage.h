/*
 * What AirVantage holds at the world's power-on: systems, packages, operations.
 */
#ifndef HL78SIM_AIRVANTAGE_H
#define HL78SIM_AIRVANTAGE_H

#include <hl78sim/package.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A package in AirVantage's store; the bytes are borrowed and outlive the world. */
struct hlsim_stored_package {
    char id[32];
    char from[HLSIM_VERSION_TEXT]; /* as the portal lists it; "": for any version */
    char to[HLSIM_VERSION_TEXT];   /* "": both as the package's header says */
    const uint8_t *bytes;
    size_t size;
};

/* X(name, text): what an operation does to a system. */
#define HLSIM_OPERATION_MAP(X)                                                                     \
    X(HLSIM_OPERATION_UPGRADE, "upgrade") /* installs a firmware */                                \
    X(HLSIM_OPERATION_SYNC, "sync")       /* reads the data */                                     \
    X(HLSIM_OPERATION_REBOOT, "reboot")                                                            \
    X(HLSIM_OPERATION_SETTINGS, "settings") /* writes the period of polling */

enum hlsim_operation_kind {
#define HLSIM_OPERATION_ENUM(name, text) name,
    HLSIM_OPERATION_MAP(HLSIM_OPERATION_ENUM)
#undef HLSIM_OPERATION_ENUM
        HLSIM_OPERATION_KINDS
};

/* "upgrade", ...; and the kind of that name, or -1. */
const char *hlsim_operation_kind_name(enum hlsim_operation_kind kind);
int hlsim_operation_kind_find(const char *name);

struct hlsim_operation_config {
    char id[32]; /* "": only a number */
    enum hlsim_operation_kind kind;
    int64_t at;       /* creation, from power-on */
    int64_t start;    /* from its creation; until then it is scheduled */
    int64_t timeout;  /* from its start; 0: none */
    char package[32]; /* the id of what to upgrade to, or "latest" */
    bool force;       /* also to systems whose firmware it is not for */
    int64_t polling;  /* settings: the period; 0: none */
};

/* X(name, text): a system's life cycle. Those that are not served get no session. */
#define HLSIM_LIFECYCLE_MAP(X)                                                                     \
    X(HLSIM_LIFECYCLE_ACTIVE, "active")                                                            \
    X(HLSIM_LIFECYCLE_INVENTORY, "inventory") /* not activated yet: not served */                  \
    X(HLSIM_LIFECYCLE_TEST_READY, "test_ready")                                                    \
    X(HLSIM_LIFECYCLE_SUSPENDED, "suspended") /* not served, keeps its credentials and tasks */    \
    X(HLSIM_LIFECYCLE_RETIRED, "retired")     /* not served, has lost both */

enum hlsim_lifecycle {
#define HLSIM_LIFECYCLE_ENUM(name, text) name,
    HLSIM_LIFECYCLE_MAP(HLSIM_LIFECYCLE_ENUM)
#undef HLSIM_LIFECYCLE_ENUM
        HLSIM_LIFECYCLES
};

/* "active", ...; and the life cycle of that name, or -1. */
const char *hlsim_lifecycle_name(enum hlsim_lifecycle lifecycle);
int hlsim_lifecycle_find(const char *name);

#define HLSIM_PACKAGES_MAX   16
#define HLSIM_OPERATIONS_MAX 16

/* What protects the traffic between modules and the two servers. */
enum hlsim_security {
    HLSIM_SECURITY_NONE, /* CoAP as it is */
    HLSIM_SECURITY_PSK,  /* DTLS with a key for each module, as real ones have it */
};

/* Whether this build has DTLS; without it a world with HLSIM_SECURITY_PSK cannot be made. */
bool hlsim_has_dtls(void);

/* Of a URI that AirVantage tells its devices, with its NUL. */
#define HLSIM_SERVER_URI_SIZE 64

struct hlsim_airvantage_config {
    enum hlsim_security security;
    /* What devices are told instead of the names of the simulated network; "": these. The URI of
     * the DM server, and that of the packages without the slash before a package's id. */
    char dm_uri[HLSIM_SERVER_URI_SIZE];
    char packages_uri[HLSIM_SERVER_URI_SIZE];
    bool wrong_key_alert; /* a wrong key meets an alert, not silence */
    bool registered;      /* every modem's system exists */
    int64_t awake;        /* how long a client in queue mode listens; 0: 93 s */
    /* How long DM credentials are good for, and after what time the bootstrap server replaces them
     * at the earliest and at the latest; 0: 90, 30 and 45 days; HLSIM_NEVER: for ever, or never. */
    int64_t dm_validity;
    int64_t rotation_min;
    int64_t rotation_max;
    enum hlsim_lifecycle lifecycle;
    bool reboot_awaits_registration; /* for a reboot to be a success its answer is not enough */
    size_t package_count;
    struct hlsim_stored_package packages[HLSIM_PACKAGES_MAX];
    size_t operation_count;
    struct hlsim_operation_config operations[HLSIM_OPERATIONS_MAX]; /* each over all systems */
};

#endif
