/*
 * Opens files for captures and names what is captured. Does not know what packets are.
 */
#include "capture_file.h"

#include "trace_file.h"

#include <hl78sim/error.h>
#include <hl78sim/world.h>

#include <unistd.h>

FILE *capture_file_open(const char *path, bool at_once)
{
    FILE *file = text_file_open(path);

    if (file != NULL && isatty(fileno(file))) {
        fprintf(stderr, "%s: a capture is not text: give a file or a pipe\n", path);
        if (file != stdout) {
            fclose(file);
        }
        return NULL;
    }
    if (file != NULL && at_once) {
        /* A failure leaves it buffered, which only delays. */
        (void)setvbuf(file, NULL, _IONBF, 0);
    }
    return file;
}

int capture_file_write(void *file, const void *bytes, size_t size)
{
    return fwrite(bytes, 1, size, file) == size ? 0 : HLSIM_E_IO;
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
