/*
 * What a loaded scenario owns: its packages' bytes and its memory.
 */
#include "load/expect.h"
#include "load/peers.h"
#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>

void hlsim_setup_free(struct hlsim_setup *setup)
{
    if (setup == NULL) {
        return;
    }
    for (size_t i = 0; i < setup->scenario.expect_count; i++) {
        hlsim__expect_release(&setup->scenario.expects[i]);
    }
    for (size_t i = 0; i < setup->package_count; i++) {
        free(setup->packages[i].bytes);
    }
    for (size_t i = 0; i < setup->modem.response_count; i++) {
        free(setup->responses[i].lines);
    }
    free(setup->scenario.expects);
    free(setup->scenario.actions);
    free(setup->scenario.host.steps);
    hlsim__peers_release(setup);
    hlsim_profile_family_free(setup->family);
    free(setup);
}

/* Puts a package into the store; the store's order is the plans'. The portal lists what was to be
 * built, also when it is broken; of a file, what its header says. */
static void store(struct hlsim_setup *setup, size_t index, uint8_t *bytes, size_t size)
{
    struct hlsim_stored_package *stored = &setup->world.airvantage.packages[index];

    free(setup->packages[index].bytes);
    setup->packages[index].bytes = bytes;
    memcpy(stored->id, setup->packages[index].id, sizeof stored->id);
    memcpy(stored->from, setup->packages[index].from, sizeof stored->from);
    memcpy(stored->to, setup->packages[index].to, sizeof stored->to);
    stored->bytes = bytes;
    stored->size = size;
}

int hlsim_setup_supply_package(struct hlsim_setup *setup, size_t index, const uint8_t *bytes,
                               size_t size)
{
    uint8_t *copy;

    if (index >= setup->package_count) {
        return HLSIM_E_NOT_FOUND;
    }
    if (size > HLSIM_PACKAGE_SIZE_MAX) {
        return HLSIM_E_LIMIT;
    }
    copy = malloc(size + 1);
    if (copy == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    memcpy(copy, bytes, size);
    store(setup, index, copy, size);
    return 0;
}

static int build(struct hlsim_setup *setup, size_t index)
{
    const struct hlsim_package_plan *plan = &setup->packages[index];
    const struct hlsim_package_spec spec = {.full = plan->full,
                                            .from = plan->from,
                                            .to = plan->to,
                                            .model = setup->family->model,
                                            .size = plan->size,
                                            .breakage = plan->broken,
                                            .seed = setup->world.seed};
    uint8_t *bytes = malloc(plan->size);
    size_t size = 0;
    int result;

    if (bytes == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    result = hlsim_package_build(&spec, bytes, plan->size, &size);
    if (result < 0) {
        free(bytes);
        return result;
    }
    store(setup, index, bytes, size);
    return 0;
}

/* The host sends its package as it was made: the store damages copies only. */
static void hand_to_host(struct hlsim_setup *setup)
{
    struct hlsim_scenario_host *host = &setup->scenario.host;

    for (size_t i = 0; i < setup->package_count; i++) {
        if (strcmp(setup->packages[i].id, host->package) == 0) {
            host->package_bytes = setup->packages[i].bytes;
            host->package_size = setup->world.airvantage.packages[i].size;
        }
    }
}

int hlsim_setup_build_packages(struct hlsim_setup *setup)
{
    for (size_t i = 0; i < setup->package_count; i++) {
        int result = 0;

        if (setup->packages[i].file[0] != '\0') {
            result = setup->packages[i].bytes == NULL ? HLSIM_E_STATE : 0;
        } else if (setup->packages[i].bytes == NULL) {
            result = build(setup, i);
        }
        if (result < 0) {
            return result;
        }
    }
    setup->world.airvantage.package_count = setup->package_count;
    hand_to_host(setup);
    return 0;
}
