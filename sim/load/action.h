/*
 * The planned actions of a scenario.
 */
#ifndef HLSIM_LOAD_ACTION_H
#define HLSIM_LOAD_ACTION_H

#include "load/reader.h"

#include <hl78sim/catalogue.h>

/* For a row: fills in actions and action_count of the reader's setup. */
void hlsim__read_actions(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about);

/* When the packages are known: completes and checks the parameters that name one. */
void hlsim__resolve_actions(struct hlsim__reader *reader);

/* For the catalogue: the row of that index without what action.def says of it, false behind the
 * last; and a key of a row that exists. */
bool hlsim__action_at(size_t index, struct hlsim_catalogue_action *ret_action);
void hlsim__action_key_at(size_t action, size_t index, struct hlsim_catalogue_key *ret_key);

#endif
