/*
 * Overrides from the command line, put into the tree before it is read, so that they are checked
 * like everything else.
 */
#ifndef HLSIM_LOAD_OVERRIDE_H
#define HLSIM_LOAD_OVERRIDE_H

#include "load/reader.h"

/*
 * Applies "PATH=VALUE". PATH's parts are parted by dots; a number is the index of an element that
 * exists; the rest of a path below "settings" is one key ("modem.settings.wdsc.1"). VALUE is JSON,
 * or else a text as it stands. Faults are complained about in `source`.
 */
void hlsim__override_apply(struct hlsim__source *source, cJSON *root, const char *override);

/* Puts a text at a key of the root's object `part`, said by `label` ("--profile NAME"). */
void hlsim__override_text(struct hlsim__source *source, cJSON *root, const char *part,
                          const char *key, const char *text, const char *label);

#endif
