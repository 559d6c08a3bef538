/*
 * The big keys of a scenario, one function each, for its table: all fill in the reader's setup.
 */
#ifndef HLSIM_LOAD_PARTS_H
#define HLSIM_LOAD_PARTS_H

#include "load/reader.h"

void hlsim__read_modem(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_network(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_airvantage(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_responses(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_host(struct hlsim__reader *, const cJSON *, void *, const void *);

/* Characters of an operation's name, with its NUL. */
#define HLSIM__OPERATION_ID_SIZE ((int)sizeof((struct hlsim_operation_config *)0)->id)

#define HLSIM__OPERATION_ID_CHARACTERS                                                             \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

/* Complains about keys that do not go with the kind of an operation, and about missing ones. */
void hlsim__check_operation_keys(struct hlsim__reader *reader, const cJSON *object);

/* Copies the name of an operation; complains about anything else. */
bool hlsim__reader_wants_operation_id(struct hlsim__reader *reader, const cJSON *value, char *text);

/* What a modem has whose scenario says nothing about it. */
void hlsim__modem_defaults(struct hlsim_modem_config *modem);

/* When all packages are known: checks the operations. */
void hlsim__resolve_operations(struct hlsim__reader *reader);

/* Likewise: checks the host's package, and sets its clock by the epoch. */
void hlsim__resolve_host(struct hlsim__reader *reader);
/* When operations, actions and expectations are known: every name of an operation in a path is that
 * of one which the scenario creates. */
void hlsim__resolve_operation_paths(struct hlsim__reader *reader);

#endif
