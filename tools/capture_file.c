/*
 * Prepares files for captures and names what is captured. Does not know what packets are.
 */
#include "capture_file.h"

#include <hl78sim/world.h>

#include <unistd.h>

bool capture_file_prepare(struct text_file *file, bool at_once)
{
    if (isatty(fileno(file->file))) {
        fprintf(stderr, "%s: a capture is not text: give a file or a pipe\n", file->path);
        return false;
    }
    if (at_once) {
        /* A failure leaves it buffered, which only delays. */
        (void)setvbuf(file->file, NULL, _IONBF, 0);
    }
    return true;
}

int capture_file_write(void *user, const void *bytes, size_t size)
{
    return text_file_write(user, bytes, size);
}

int capture_start(struct hlsim_world *world, const struct hlsim_setup *setup,
                  hlsim_capture_write write, void *user, struct hlsim_capture **ret_capture)
{
    const struct hlsim_capture_config config = {.write = write,
                                                .user = user,
                                                .network = &setup->world.network,
                                                .scenario = setup->scenario.name,
                                                .profile = setup->profile,
                                                .version = HL78SIM_VERSION,
                                                .seed = setup->world.seed,
                                                .epoch = setup->world.epoch};

    return hlsim_capture_create(hlsim_world_stream(world), &config, ret_capture);
}
