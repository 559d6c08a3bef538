/*
 * What AirVantage holds at the world's power-on: systems, packages, operations.
 */
#ifndef HL78SIM_AIRVANTAGE_H
#define HL78SIM_AIRVANTAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A package in AirVantage's store; the bytes are borrowed and outlive the world. */
struct hlsim_stored_package {
    char id[32];
    const uint8_t *bytes;
    size_t size;
};

struct hlsim_operation_config {
    int64_t at;       /* creation, from power-on */
    char package[32]; /* the id of what to upgrade to */
};

#define HLSIM_PACKAGES_MAX   16
#define HLSIM_OPERATIONS_MAX 16

struct hlsim_airvantage_config {
    bool registered; /* every modem's system exists */
    size_t package_count;
    struct hlsim_stored_package packages[HLSIM_PACKAGES_MAX];
    size_t operation_count;
    struct hlsim_operation_config operations[HLSIM_OPERATIONS_MAX]; /* each over all systems */
};

#endif
