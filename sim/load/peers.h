/*
 * Far ends of the simulated network: `network.peers`.
 */
#ifndef HLSIM_LOAD_PEERS_H
#define HLSIM_LOAD_PEERS_H

#include "load/reader.h"

/* For a row: fills in the reader's setup. */
void hlsim__read_peers(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about);

/* Gives back what it took. */
void hlsim__peers_release(struct hlsim_setup *setup);

/* The name of a host, or a dotted quad, that fits into so many bytes. */
bool hlsim__is_host(const char *text, size_t size);

#endif
