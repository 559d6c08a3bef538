/*
 * Captures as files: where they go, and what their head says of a scenario.
 */
#ifndef HL78SIM_TOOLS_CAPTURE_FILE_H
#define HL78SIM_TOOLS_CAPTURE_FILE_H

#include <hl78sim/capture.h>
#include <hl78sim/load.h>

#include "trace_file.h"

/*
 * Makes an open file one for a capture. With `at_once` every block leaves when it is written, for
 * who looks on. False after a message: it is a terminal.
 */
bool capture_file_prepare(struct text_file *file, bool at_once);

/* A hlsim_capture_write for a struct text_file, which is the user. */
int capture_file_write(void *user, const void *bytes, size_t size);

/* hlsim_capture_create for the world of a setup. */
int capture_start(struct hlsim_world *world, const struct hlsim_setup *setup,
                  hlsim_capture_write write, void *user, struct hlsim_capture **ret_capture);

#endif
