/*
 * The big keys of a scenario, one function each, for its table: all fill in the reader's setup.
 */
#ifndef HLSIM_LOAD_PARTS_H
#define HLSIM_LOAD_PARTS_H

#include "load/reader.h"

void hlsim__read_modem(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_network(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_airvantage(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_host(struct hlsim__reader *, const cJSON *, void *, const void *);

/* What a modem has whose scenario says nothing about it. */
void hlsim__modem_defaults(struct hlsim_modem_config *modem);

/* When all packages are known: checks the operations. */
void hlsim__resolve_operations(struct hlsim__reader *reader);

/* Likewise: checks the host's package, and sets its clock by the epoch. */
void hlsim__resolve_host(struct hlsim__reader *reader);

#endif
