/*
 * Captures as files: where they go, and what their head says of a scenario.
 */
#ifndef HL78SIM_TOOLS_CAPTURE_FILE_H
#define HL78SIM_TOOLS_CAPTURE_FILE_H

#include <hl78sim/capture.h>
#include <hl78sim/load.h>

#include <stdbool.h>
#include <stdio.h>

/*
 * Opens a file, "-" being standard output; a terminal is refused. With `at_once` every block leaves
 * when it is written, for who looks on. NULL after a message. text_file_close closes it.
 */
FILE *capture_file_open(const char *path, bool at_once);

/* A hlsim_capture_write for a FILE. */
int capture_file_write(void *file, const void *bytes, size_t size);

/* hlsim_capture_create for the world of a setup. */
int capture_start(struct hlsim_world *world, const struct hlsim_setup *setup,
                  hlsim_capture_write write, void *user, struct hlsim_capture **ret_capture);

#endif
