/* A scenario's text (and a profile's): refused with a place and words, or built. */
#include "fuzz.h"

#include <hl78sim/load.h>
#include <hl78sim/world.h>

#include <string.h>

/* Building signs; a world of a large package is not what is looked at here. */
static void build(struct hlsim_setup *setup)
{
    struct hlsim_world *world;

    if (setup->package_count > 0) {
        return;
    }
    FUZZ_EXPECT(hlsim_setup_build_packages(setup) == 0);
    if (hlsim_world_create(&setup->world, &world) == 0) {
        hlsim_world_power_on(world);
        (void)hlsim_world_run_until(world, HLSIM_SECOND);
        hlsim_world_free(world);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    struct hlsim_profile_family *family;
    struct hlsim_setup *setup;
    char message[640];
    int result;

    FUZZ_EXPECT(diagnostics != NULL);
    result = hlsim_load_scenario((const char *)bytes, size, NULL, &setup, diagnostics);
    FUZZ_EXPECT(result == 0 || diagnostics->count > 0);
    for (size_t i = 0; i < diagnostics->count; i++) {
        hlsim_diagnostic_format(&diagnostics->entries[i], message, sizeof message);
        FUZZ_EXPECT(message[0] != '\0');
    }
    if (result == 0) {
        build(setup);
        hlsim_setup_free(setup);
    }
    memset(diagnostics, 0, sizeof *diagnostics);
    if (hlsim_load_profile((const char *)bytes, size, "p", &family, diagnostics) == 0) {
        hlsim_profile_family_free(family);
    }
    free(diagnostics);
    return 0;
}
