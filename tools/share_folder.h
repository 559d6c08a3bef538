/*
 * Where the data files of this installation lie.
 */
#ifndef HL78SIM_TOOLS_SHARE_FOLDER_H
#define HL78SIM_TOOLS_SHARE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The folder with the shipped scenarios: PREFIX/share/hl78sim/scenarios beside the program
 * PREFIX/bin/hl78sim, else `scenarios` in a folder above the program (a build in its source tree).
 * False when there is none; nothing is said.
 */
bool share_folder_scenarios(char *path, size_t size);

#endif
