/*
 * Names looked up by a modem as the operator's servers for names answer it: a question goes up, an
 * answer comes down, and both can be lost. Names that the simulated network does not know are asked
 * of the real resolver, where the gateway has one.
 */
#ifndef HLSIM_NETWORK_LOOKUP_H
#define HLSIM_NETWORK_LOOKUP_H

#include "network/network.h"

/* Questions of one interface at a time; how often one is asked, and how long each is waited for
 * (the defaults of resolv.conf(5)). */
#define HLSIM__LOOKUPS_MAX     16
#define HLSIM__LOOKUP_ATTEMPTS 2
#define HLSIM__LOOKUP_TIMEOUT  (5 * HLSIM_SECOND)

struct hlsim__query;

/*
 * The answer, once, never from within hlsim__lookup_start: 0 and the address; HLSIM_E_NOT_FOUND:
 * the servers know no such name; HLSIM_E_UNREACHABLE: they did not answer. May look up again.
 */
typedef void (*hlsim__resolved)(void *user, int error, uint32_t ip);

/* A question, embedded in its owner, usually in RAM; zero it before its first use. */
struct hlsim__lookup {
    struct hlsim__query *query; /* NULL: nothing is being asked */
};

/*
 * Asks for the address of a name; an address as text is its own answer, at once. HLSIM_E_STATE
 * while something is being asked; HLSIM_E_POWER; HLSIM_E_LIMIT (too many, too long);
 * HLSIM_E_NO_MEMORY: then nothing follows.
 */
int hlsim__lookup_start(struct hlsim__lookup *lookup, struct hlsim__iface *iface, const char *host,
                        hlsim__resolved resolved, void *user);

/* Asks no more; harmless when nothing is being asked. */
void hlsim__lookup_cancel(struct hlsim__lookup *lookup);

/*
 * Names fail from now on, that of `host` or all ("" or NULL): they are said not to exist, or
 * nothing answers (`silent`). One outage at a time; ending one returns whether there was any.
 */
int hlsim__network_fail_names(struct hlsim_network *net, const char *host, bool silent);
bool hlsim__network_mend_names(struct hlsim_network *net);

/* Whether that name fails now. */
bool hlsim__network_name_fails(const struct hlsim_network *net, const char *host);

/* --- For the network itself --------------------------------------------------------------- */

/* The modem of that interface does not know its questions any more. */
void hlsim__lookups_forget(struct hlsim__iface *iface);

/* Gives back the memory of all questions. */
void hlsim__lookups_free(struct hlsim_network *net);

/* Without case (RFC 4343). */
bool hlsim__same_host(const char *a, const char *b);

#endif
