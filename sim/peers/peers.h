/*
 * The far ends that a scenario lists: hosts of the simulated network, their ports and what happens
 * there. They belong to nobody's modem and survive every loss of power. What a modem does with
 * their answers is not known here.
 */
#ifndef HLSIM_PEERS_PEERS_H
#define HLSIM_PEERS_PEERS_H

#include <hl78sim/peers.h>

#include "network/network.h"
#include "network/tcp.h"

struct hlsim__peers;

struct hlsim__peers_setup {
    struct hlsim_network *network; /* outlives the peers, but for its freeing */
    struct hlsim__sched *sched;
    size_t count;
    const struct hlsim_peer_config *peers; /* borrowed during the call */
};

/*
 * HLSIM_E_EXISTS when two have the same port, or an address belongs to somebody else;
 * HLSIM_E_LIMIT; HLSIM_E_NO_MEMORY. They are to be freed also when it fails, unless `*ret_peers`
 * was not set.
 */
int hlsim__peers_create(const struct hlsim__peers_setup *setup, struct hlsim__peers **ret_peers);

/* Nobody is told. After the network was freed, or before it is used again. */
void hlsim__peers_free(struct hlsim__peers *peers);

/*
 * The far end of that modem's connections does so to those of that session (0: all of them).
 * Returns how many there were.
 */
size_t hlsim__peers_end(struct hlsim__peers *peers, const struct hlsim__iface *iface,
                        unsigned session, enum hlsim_peer_ending ending);

/*
 * The host of that name connects to a port of the modem and behaves there as it is listed: as that
 * of its entries which has no port, else as its first for streams. HLSIM_E_NOT_FOUND,
 * HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY.
 */
int hlsim__peers_visit(struct hlsim__peers *peers, const char *name, struct hlsim__iface *iface,
                       uint16_t port);

/*
 * What is known of all ports of a host: "received" and "sent" (bytes), "accepted" and "open"
 * (connections), "datagrams", "steps" (done, of all scripts). HLSIM_E_NOT_FOUND.
 */
int hlsim__peers_read(const struct hlsim__peers *peers, const char *name, const char *what,
                      int64_t *ret_number);

#endif
