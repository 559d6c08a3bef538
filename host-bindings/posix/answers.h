/*
 * Which query tells a path, and how its answer is read. Pure functions on texts.
 */
#ifndef HLPOSIX_ANSWERS_H
#define HLPOSIX_ANSWERS_H

#include <stddef.h>

#include <hl78sim/scenario.h>

/* Writes the command that tells `path`. 0, or HLSIM_E_NOT_FOUND when none does. */
int hlposix__command_for(const char *path, char *command, size_t size);

/*
 * The value of `path` from the information lines of its command's answer, each ended by '\n'. Of
 * several lines that fit the last one counts: those before came by themselves. 0, or
 * HLSIM_E_UNSUPPORTED when no line says it.
 */
int hlposix__read_answer(const char *path, const char *lines, struct hlsim_value *ret_value);

#endif
