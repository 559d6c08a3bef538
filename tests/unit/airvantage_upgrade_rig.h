/*
 * AirVantage with three packages, and devices that can be upgraded with them.
 */
#ifndef HL78SIM_TESTS_AIRVANTAGE_UPGRADE_RIG_H
#define HL78SIM_TESTS_AIRVANTAGE_UPGRADE_RIG_H

#include "airvantage_rig.h"

#define PACKAGE_SIZE 1024
#define URL          "http://packages.airvantage.example/to-4.6.8"
#define OLD          "HL7800.4.4.14.0"
#define NEW          "HL7800.4.6.8.0"

/* Three packages: a delta, one for any version, one for a version that nobody runs. */
struct packages {
    uint8_t bytes[3][PACKAGE_SIZE];
    struct hlsim_airvantage_config config;
};

static inline void build(struct packages *packages, const char *id, const char *from,
                         const char *to)
{
    size_t index = packages->config.package_count++;
    struct hlsim_stored_package *stored = &packages->config.packages[index];
    size_t size;

    CU_ASSERT_EQUAL_FATAL(hlsim_package_build(&(struct hlsim_package_spec){.full = from == NULL,
                                                                           .from = from,
                                                                           .to = to,
                                                                           .model = "HL7800",
                                                                           .size = PACKAGE_SIZE,
                                                                           .seed = 1},
                                              packages->bytes[index], PACKAGE_SIZE, &size),
                          0);
    snprintf(stored->id, sizeof stored->id, "%s", id);
    stored->bytes = packages->bytes[index];
    stored->size = size;
}

static inline void build_packages(struct packages *packages)
{
    memset(packages, 0, sizeof *packages);
    build(packages, "to-4.6.8", "4.4.14.0", "4.6.8.0");
    build(packages, "any-4.5.0", NULL, "4.5.0.0");
    build(packages, "odd-4.10.0", "4.9.0.0", "4.10.0.0");
}

static inline void add_system(struct rig *rig, const char *imei)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, imei, ""), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, imei), 0);
}

static inline struct rig_peer *add_device(struct rig *rig, const char *imei)
{
    struct rig_peer *peer = rig_peer_new(rig, imei);

    add_system(rig, imei);
    peer->automatic = true;
    snprintf(peer->device.firmware, sizeof peer->device.firmware, "%s", OLD);
    return peer;
}

static inline struct rig *rig_with_device(struct packages *packages, struct rig_peer **ret_peer)
{
    struct rig *rig;

    build_packages(packages);
    rig = rig_new((struct rig_options){.seed = 1, .config = &packages->config});
    *ret_peer = add_device(rig, RIG_IMEI);
    return rig;
}

static inline int upgrade(struct rig *rig, const char *package)
{
    return hlsim__airvantage_operate(rig->av, &(struct hlsim__airvantage_job){.package = package});
}

static inline void reboot_into(struct rig_peer *peer, const char *firmware, char result)
{
    snprintf(peer->device.firmware, sizeof peer->device.firmware, "%s", firmware);
    peer->device.state = '0';
    peer->device.result = result;
}

#endif
