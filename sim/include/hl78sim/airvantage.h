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

struct hlsim_operation_config {
    char id[32];      /* "": only a number */
    int64_t at;       /* creation, from power-on */
    char package[32]; /* the id of what to upgrade to, or "latest" */
    bool force;       /* also to systems whose firmware it is not for */
};

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
    size_t package_count;
    struct hlsim_stored_package packages[HLSIM_PACKAGES_MAX];
    size_t operation_count;
    struct hlsim_operation_config operations[HLSIM_OPERATIONS_MAX]; /* each over all systems */
};

#endif
