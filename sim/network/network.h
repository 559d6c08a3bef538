/*
 * The inside of the simulated network: interfaces of modems, the NAT box, endpoints beyond it,
 * datagrams and names. Streams are in network/tcp.h.
 *
 *     modem -- interface ~~ delay, loss, coverage ~~ NAT box -- endpoint or gateway
 *
 * All delay and loss lie between the modem and the NAT box (the radio); beyond it nothing takes
 * time. So a mapping is made when a datagram reaches the NAT box, and a datagram that is lost on
 * its way up neither makes nor keeps one.
 *
 * Everything here but the sockets belongs to the network and survives a modem's loss of power; an
 * interface must therefore not lie in the modem's RAM. The network has timers of its own.
 */
#ifndef HLSIM_NETWORK_NETWORK_H
#define HLSIM_NETWORK_NETWORK_H

#include <hl78sim/error.h>
#include <hl78sim/network.h>

#include "base/rng.h"
#include "core/power.h"
#include "core/promise.h"
#include "core/sched.h"
#include "core/stream.h"

/* Limits. The ports of the public address are dealt out in blocks, one an interface. */
#define HLSIM__IFACES_MAX         1008
#define HLSIM__NAT_PORT_FIRST     1024
#define HLSIM__NAT_PORTS          64   /* in one interface's block */
#define HLSIM__NAT_MAPPINGS_MAX   32   /* of one interface */
#define HLSIM__UDP_SOCKETS_MAX    16   /* of one interface */
#define HLSIM__TCP_SERVERS_MAX    8    /* ports on which one interface listens */
#define HLSIM__DATAGRAMS_MAX      64   /* in flight to and from one interface */
#define HLSIM__REQUESTS_MAX       1024 /* of real sockets, in flight */
#define HLSIM__ENDPOINT_PORTS_MAX 8    /* for datagrams, and as many for streams */
#define HLSIM__NAMES_MAX          32
#define HLSIM__IFACE_ADDRESSES    4  /* of one interface */
#define HLSIM__IFACE_CONTEXTS     4  /* packet data contexts, counted from 1 */
#define HLSIM__HOST_SIZE          64 /* of a host's name, with its NUL */

_Static_assert(HLSIM__NAT_PORT_FIRST + HLSIM__IFACES_MAX * HLSIM__NAT_PORTS <= 65536,
               "every interface has its block of ports");

/* The source of the network's events. */
#define HLSIM__NETWORK_SOURCE "network"

struct hlsim__iface;
struct hlsim__tcp_peer;
struct hlsim__tcp_server;
struct hlsim__datagram;
struct hlsim__outside;
struct hlsim__query;

/* Called with one datagram; the bytes are valid during the call. May send and close. */
typedef void (*hlsim__udp_receive)(void *user, struct hlsim_address from, const uint8_t *bytes,
                                   size_t size);

/*
 * Called when a modem connects. 0 accepts: hlsim__tcp_peer_set has been called and sending may
 * have begun. Negative refuses: the peer must not be used any more.
 */
typedef int (*hlsim__tcp_accept)(void *user, struct hlsim__tcp_peer *peer);

/* An endpoint beyond the NAT box, embedded in its owner, which lives as long as the network. */
struct hlsim__endpoint {
    struct hlsim_network *net;
    struct hlsim__endpoint *next;
    uint32_t ip;
    const char *name;
    bool reachable;
    bool refusing;
    struct {
        uint16_t port; /* 0: free */
        hlsim__udp_receive receive;
        void *user;
    } udp[HLSIM__ENDPOINT_PORTS_MAX];
    struct hlsim__listener {
        uint16_t port; /* 0: free */
        hlsim__tcp_accept accept;
        void *user;
    } tcp[HLSIM__ENDPOINT_PORTS_MAX];
};

/* What the promises of the network are about. */
struct hlsim__network_tally {
    uint64_t sent; /* datagrams and segments: NET_SEND, NET_RECEIVE and NET_DROP */
    uint64_t received;
    uint64_t dropped;
    uint64_t in_flight;
    uint64_t bytes_accepted; /* of streams */
    uint64_t bytes_delivered;
    uint64_t bytes_discarded;
    uint64_t bytes_waiting;
};

/* The secret of one DTLS handshake, as the two fields of a line CLIENT_RANDOM in a key log. */
struct hlsim__secret {
    uint8_t client_random[32];
    uint8_t master[48];
};

struct hlsim_network {
    struct hlsim_network_config config;
    struct hlsim_stream *stream;
    struct hlsim__timer_group group;
    struct hlsim__promise_scope scope;
    struct hlsim__network_tally tally;
    uint64_t seed;
    const struct hlsim_gateway_ops *gateway; /* NULL: none */
    void *gateway_user;
    struct hlsim__iface *ifaces[HLSIM__IFACES_MAX];
    size_t iface_count;
    struct hlsim__endpoint *first_endpoint;
    size_t nat_count;
    uint64_t stream_count; /* connections that there ever were */
    struct {
        char host[HLSIM__HOST_SIZE];
        uint32_t ip;
    } names[HLSIM__NAMES_MAX];
    size_t name_count;
    struct hlsim__datagram *datagrams;      /* all that were ever allocated */
    struct hlsim__datagram *free_datagrams; /* those not in flight */
    struct hlsim__tcp_peer *peers;          /* the same of connections */
    struct hlsim__tcp_peer *free_peers;
    struct hlsim__outside *outside; /* NULL until a real socket connects to a server */
    size_t requests;                /* datagrams of real sockets on their way to servers */
    struct hlsim__query *queries;   /* names that are being looked up */
    uint64_t query_count;           /* that there ever were */
    struct {
        bool on;
        bool silent;
        char host[HLSIM__HOST_SIZE]; /* "": all names */
    } outage;                        /* of the servers for names */
};

struct hlsim__network_setup {
    struct hlsim__sched *sched;
    struct hlsim_stream *stream;
    struct hlsim__promises *promises;
    uint64_t seed;
    const struct hlsim_network_config *config; /* NULL: the default figures */
};

/* HLSIM_E_RANGE when the figures make no sense. */
int hlsim__network_init(struct hlsim_network *net, const struct hlsim__network_setup *setup);

/* Drops the timers and gives back all memory. Nobody is called. */
void hlsim__network_free(struct hlsim_network *net);

/* Other figures from now on; what is in flight keeps its time. HLSIM_E_RANGE changes nothing. */
int hlsim__network_set_delay(struct hlsim_network *net, int64_t up, int64_t down, int64_t jitter);
int hlsim__network_set_loss(struct hlsim_network *net, uint32_t ppm_up, uint32_t ppm_down);

/*
 * NET_SECRET, which captures want: what decrypts the DTLS in them. Both ends of a handshake tell
 * the same one, the server first; it may be of a handshake that fails in its last step.
 */
void hlsim__network_tell_secret(const struct hlsim_network *net,
                                const struct hlsim__secret *secret);

/* --- Interfaces -------------------------------------------------------------------------- */

struct hlsim__nat_mapping {
    struct hlsim_address inside;
    struct hlsim_address to; /* the only destination, when the NAT box is symmetric */
    uint16_t port;           /* on the public address */
    int64_t expires_at;
    uint64_t open_id; /* the event that told of it */
};

struct hlsim__nat {
    struct hlsim__nat_mapping mappings[HLSIM__NAT_MAPPINGS_MAX];
    size_t count;
    uint16_t next; /* the place in the block at which the search for a free port begins */
    struct hlsim__timer timer;
};

/* A socket on a modem, embedded in its owner, usually in RAM. */
struct hlsim__udp_socket {
    struct hlsim__iface *iface; /* NULL: closed */
    uint32_t ip;                /* the address it sends from; 0: the interface's first */
    uint16_t port;
    hlsim__udp_receive receive;
    void *user;
};

/* The interface of one modem. */
struct hlsim__iface {
    struct hlsim_network *net;
    struct hlsim__power *power;
    struct hlsim__promise_scope *scope; /* touched when something is delivered; may be NULL */
    const char *name;
    size_t index;
    bool covered;
    bool attached;
    uint32_t ip;                                      /* the first address, while attached */
    uint32_t more_ips[HLSIM__IFACE_ADDRESSES - 1];    /* 0: free */
    unsigned char refused[HLSIM__IFACE_CONTEXTS + 1]; /* cause by context (24.301); 0: granted */
    struct hlsim__rng rng_up;
    struct hlsim__rng rng_down;
    struct hlsim__rng rng_port;
    struct hlsim__udp_socket *sockets[HLSIM__UDP_SOCKETS_MAX];
    size_t datagrams; /* in flight */
    bool asleep;      /* the modem's radio does not listen: what comes down waits */
    struct hlsim__datagram *first_held;
    struct hlsim__datagram *last_held;
    void (*traffic)(void *user); /* NULL: nobody wants to know */
    void *traffic_user;
    struct hlsim__nat nat;
    struct hlsim__tcp_peer *first_peer;
    size_t peer_count;
    uint16_t peer_next; /* as nat.next */
    struct hlsim__tcp_server *servers[HLSIM__TCP_SERVERS_MAX];
};

/*
 * An interface with coverage and without an address. `name` ("modem:0") is borrowed and chooses
 * the interface's random numbers; `scope` may be NULL. HLSIM_E_LIMIT after HLSIM__IFACES_MAX.
 */
int hlsim__iface_init(struct hlsim__iface *iface, struct hlsim_network *net,
                      struct hlsim__power *power, struct hlsim__promise_scope *scope,
                      const char *name);

/* Radio coverage. Without it datagrams are lost, streams stall. */
void hlsim__iface_set_coverage(struct hlsim__iface *iface, bool covered);

/*
 * The modem's radio sleeps (power saving mode, or between two paging windows of eDRX), or listens
 * again. What comes down meanwhile waits in the network, in order, and goes on then; of datagrams
 * HLSIM__DATAGRAMS_MAX at most, as ever.
 */
void hlsim__iface_set_asleep(struct hlsim__iface *iface, bool asleep);

/* `traffic` is called before anything leaves the modem and before what has reached it is handed
 * over. It may end a sleep. NULL: nobody is called. */
void hlsim__iface_watch(struct hlsim__iface *iface, void (*traffic)(void *user), void *user);

/* Tells who watches. */
void hlsim__iface_tell_traffic(struct hlsim__iface *iface);

/* The first packet data context is up with this address, or down. Sockets and streams stay. */
void hlsim__iface_attach(struct hlsim__iface *iface, uint32_t ip);
void hlsim__iface_detach(struct hlsim__iface *iface);

/* The same for the address of a further context; HLSIM_E_LIMIT after HLSIM__IFACE_ADDRESSES. */
int hlsim__iface_add(struct hlsim__iface *iface, uint32_t ip);
void hlsim__iface_remove(struct hlsim__iface *iface, uint32_t ip);

/* Whether that address is one of the interface's now. */
bool hlsim__iface_holds(const struct hlsim__iface *iface, uint32_t ip);

/*
 * The network refuses to activate that context of this modem, with a cause of 24.301 9.9.4.4; 0
 * grants it again. What is up stays up until it is asked for anew.
 */
void hlsim__iface_refuse(struct hlsim__iface *iface, int64_t context, unsigned char cause);

/*
 * The modem lost power or restarted: forgets its sockets and streams without touching their memory
 * or calling anybody, and detaches. What had left the modem stays on its way; it is awake, and
 * nobody watches.
 */
void hlsim__iface_reset(struct hlsim__iface *iface);

/* Why nothing can come in at the interface with address `ip` now; NULL when it can. */
const char *hlsim__iface_obstacle(const struct hlsim__iface *iface, uint32_t ip);

/* Draws: how long the way takes this time, whether what is sent is lost, a local port (49152..). */
int64_t hlsim__iface_draw_delay(struct hlsim__iface *iface, bool up);
bool hlsim__iface_draw_loss(struct hlsim__iface *iface, bool up);
uint16_t hlsim__iface_draw_port(struct hlsim__iface *iface);

/* Something was delivered to the modem. */
void hlsim__iface_touch(struct hlsim__iface *iface);

/* --- Datagrams of modems ------------------------------------------------------------------ */

/*
 * Opens a socket on `port` (0: a free one is drawn). HLSIM_E_EXISTS when the port is taken,
 * HLSIM_E_LIMIT after HLSIM__UDP_SOCKETS_MAX, HLSIM_E_POWER.
 */
int hlsim__udp_open(struct hlsim__udp_socket *socket, struct hlsim__iface *iface, uint16_t port,
                    hlsim__udp_receive receive, void *user);

/* Sends from that address of the interface from now on. */
void hlsim__udp_bind(struct hlsim__udp_socket *socket, uint32_t ip);

/*
 * Sends one datagram; asks the power latch first. 0: it left, which does not mean that it arrives.
 * HLSIM_E_POWER; HLSIM_E_UNREACHABLE when its address is gone; HLSIM_E_LIMIT when it is too large;
 * HLSIM_E_STATE when the socket is closed; HLSIM_E_NO_MEMORY.
 */
int hlsim__udp_send(struct hlsim__udp_socket *socket, struct hlsim_address to, const uint8_t *bytes,
                    size_t size);

/* Closes the socket; harmless when it is closed already. */
void hlsim__udp_close(struct hlsim__udp_socket *socket);

/* --- Endpoints beyond the NAT box --------------------------------------------------------- */

/* Joins the network at `ip`; `name` is borrowed. HLSIM_E_EXISTS when the address is taken. */
int hlsim__endpoint_init(struct hlsim__endpoint *endpoint, struct hlsim_network *net, uint32_t ip,
                         const char *name);

/* An endpoint that is not reachable silently loses what comes in and what it sends. */
void hlsim__endpoint_set_reachable(struct hlsim__endpoint *endpoint, bool reachable);

/*
 * An endpoint that refuses is there, and nobody on it listens: new connections are reset, datagrams
 * are lost, for modems do not look at the ICMP message that answers them. It sends no datagrams.
 * Connections that stand are their owner's to abort.
 */
void hlsim__endpoint_set_refusing(struct hlsim__endpoint *endpoint, bool refusing);

/* Receives datagrams for `port`, from public addresses. HLSIM_E_EXISTS, HLSIM_E_LIMIT. */
int hlsim__endpoint_udp_bind(struct hlsim__endpoint *endpoint, uint16_t port,
                             hlsim__udp_receive receive, void *user);

/* Sends one datagram. 0 or HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY, as hlsim__udp_send. */
int hlsim__endpoint_udp_send(struct hlsim__endpoint *endpoint, uint16_t from_port,
                             struct hlsim_address to, const uint8_t *bytes, size_t size);

/*
 * Accepts streams at `port`; with `accept` NULL no longer (new connections are then refused, old
 * ones stay). HLSIM_E_EXISTS, HLSIM_E_LIMIT, HLSIM_E_NOT_FOUND.
 */
int hlsim__endpoint_listen(struct hlsim__endpoint *endpoint, uint16_t port,
                           hlsim__tcp_accept accept, void *user);

/* The endpoint at that address, or NULL; what listens there at a port, or NULL. */
struct hlsim__endpoint *hlsim__endpoint_find(const struct hlsim_network *net, uint32_t ip);
const struct hlsim__listener *hlsim__endpoint_listener(const struct hlsim__endpoint *endpoint,
                                                       uint16_t port);

/* --- NAT box ------------------------------------------------------------------------------ */

/*
 * The public port of what goes from `inside` to `to`: that of a live mapping, which it keeps alive,
 * or a new one. 0 when the interface has HLSIM__NAT_MAPPINGS_MAX mappings.
 */
uint16_t hlsim__nat_outbound(struct hlsim__iface *iface, struct hlsim_address inside,
                             struct hlsim_address to);

/*
 * Whose port that is. NULL when it leads nowhere; else the address behind it is in `*ret_inside`.
 */
struct hlsim__iface *hlsim__nat_inbound(struct hlsim_network *net, uint16_t port,
                                        struct hlsim_address from,
                                        struct hlsim_address *ret_inside);

void hlsim__nat_init(struct hlsim__iface *iface);

/*
 * Forgets the mappings of one interface, or of all of them. Returns how many there were.
 * `to`: only those that were made for that address; 0: whatever they were made for.
 */
size_t hlsim__nat_release(struct hlsim__iface *iface, uint32_t to);
size_t hlsim__nat_release_all(struct hlsim_network *net);

/* --- Names -------------------------------------------------------------------------------- */

/* HLSIM_E_EXISTS, HLSIM_E_LIMIT (too many, too long). The text is copied; case does not matter. */
int hlsim__network_add_name(struct hlsim_network *net, const char *host, uint32_t ip);

/* Also reads dotted quads. HLSIM_E_NOT_FOUND, also while the name fails. Takes no time and sends
 * nothing: what takes the time of a real question is in network/lookup.h. */
int hlsim__network_resolve(const struct hlsim_network *net, const char *host, uint32_t *ret_ip);

#endif
