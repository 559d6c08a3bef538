/*
 * One value in a small store of its own, and image headers.
 */
#include "modem/slots.h"

#include "modem/flash_map.h"

#include <stdlib.h>
#include <string.h>

#define SLOT_KEY "slot"

uint32_t hlsim__slot_address(enum hlsim__slot slot)
{
    return slot == HLSIM__SLOT_A ? HLSIM__MAP_SLOT_A : HLSIM__MAP_SLOT_B;
}

int hlsim__slots_mount(struct hlsim__nvm *boot, struct hlsim__flash *flash)
{
    return hlsim__nvm_mount(boot, flash, &hlsim__map_boot);
}

enum hlsim__slot hlsim__slots_running(const struct hlsim__nvm *boot)
{
    char name = 'A';

    hlsim__nvm_get(boot, SLOT_KEY, &name, sizeof name);
    return name == 'B' ? HLSIM__SLOT_B : HLSIM__SLOT_A;
}

int hlsim__slots_switch(struct hlsim__nvm *boot, enum hlsim__slot slot)
{
    return hlsim__nvm_put(boot, SLOT_KEY, slot == HLSIM__SLOT_A ? "A" : "B", 1);
}

int hlsim__slot_image(struct hlsim__flash *flash, enum hlsim__slot slot,
                      struct hlsim_image_info *ret_image)
{
    uint8_t header[HLSIM_IMAGE_HEADER_SIZE];
    int error = hlsim__flash_read(flash, hlsim__slot_address(slot), header, sizeof header);

    return error < 0 ? error : hlsim_image_header_parse(header, sizeof header, ret_image);
}

int hlsim__slots_peek(const struct hlsim__flash *flash, struct hlsim_image_info *ret_image)
{
    /* The sink of this mount's event is the world's; a look from outside must not be one. */
    struct hlsim__flash silent = *flash;
    struct hlsim_stream nobody = {.sched = flash->config.stream->sched};
    struct hlsim__nvm boot;
    int error;

    silent.config.stream = &nobody;
    hlsim__flash_set_factory(&silent, true);
    error = hlsim__slots_mount(&boot, &silent);
    return error < 0 ? error : hlsim__slot_image(&silent, hlsim__slots_running(&boot), ret_image);
}

int hlsim__slots_preset(struct hlsim__flash *flash, const char *model, const char *version)
{
    const struct hlsim_image_spec spec = {
        .version = version, .model = model, .size = HLSIM_IMAGE_SIZE};
    const struct hlsim__nvm_preset running = {.key = SLOT_KEY, .bytes = "A", .size = 1};
    uint8_t *image = malloc(HLSIM_IMAGE_SIZE);
    int error;

    if (image == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    error = hlsim_image_build(&spec, image, HLSIM_IMAGE_SIZE);
    if (error == 0) {
        error = hlsim__flash_preset(flash, HLSIM__MAP_SLOT_A, image, HLSIM_IMAGE_SIZE);
    }
    free(image);
    return error < 0 ? error : hlsim__nvm_preset(flash, &hlsim__map_boot, &running, 1);
}
