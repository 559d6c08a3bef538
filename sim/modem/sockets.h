/*
 * The module's own sockets: sessions by number, each a TCP client, a TCP server or UDP, on a
 * connection (cnx.h). One space of numbers for all kinds (HL75 guide 11.3). Sessions with a
 * configuration to be restored lie in flash; everything else ends with the firmware.
 *
 * sockets.c has the table and what is told by itself, socket_tcp.c and socket_udp.c what passes.
 * The AT commands and their data modes are in at/.
 */
#ifndef HLSIM_MODEM_SOCKETS_H
#define HLSIM_MODEM_SOCKETS_H

#include "modem/cnx.h"
#include "modem/remote.h"
#include "modem/socket_buffer.h"
#include "network/lookup.h"
#include "network/tcp.h"

#define HLSIM__SOCKETS_MAX      10
#define HLSIM__SOCKET_HOST_SIZE 128 /* of a remote name with its NUL [FR] */
#define HLSIM__SOCKET_URC_MAX   192

enum hlsim__socket_kind {
    HLSIM__SOCKET_NONE,
    HLSIM__SOCKET_TCP,
    HLSIM__SOCKET_UDP,
};

/* <mode> of AT+KTCPCFG. */
enum hlsim__socket_mode {
    HLSIM__SOCKET_CLIENT = 0,
    HLSIM__SOCKET_SERVER = 1,
    HLSIM__SOCKET_CHILD = 2, /* of a server, for one client of it */
    HLSIM__SOCKET_TLS_CLIENT = 3,
    HLSIM__SOCKET_TLS_SERVER = 4,
};

/* <state> of AT+KTCPSTAT; also the path modem.socket.N. */
enum hlsim__socket_state {
    HLSIM__SOCKET_UNDEFINED = 0,
    HLSIM__SOCKET_DEFINED = 1,
    HLSIM__SOCKET_CONNECTING = 2,
    HLSIM__SOCKET_UP = 3,
    HLSIM__SOCKET_CLOSING = 4,
    HLSIM__SOCKET_CLOSED = 5,
};

/* <notif> of +KTCP_NOTIF and +KUDP_NOTIF [FR, Z]. */
enum hlsim__socket_notif {
    HLSIM__NOTIF_NONE = -1,
    HLSIM__NOTIF_NETWORK = 0,
    HLSIM__NOTIF_SOCKETS = 1,
    HLSIM__NOTIF_MEMORY = 2,
    HLSIM__NOTIF_DNS = 3,
    HLSIM__NOTIF_CLOSED = 4, /* by the far end */
    HLSIM__NOTIF_CONNECT = 5,
    HLSIM__NOTIF_GENERIC = 6,
    HLSIM__NOTIF_ACCEPT = 7,
    HLSIM__NOTIF_COUNT = 8,
    HLSIM__NOTIF_TLS = 13,
};

struct hlsim__socket_config {
    enum hlsim__socket_kind kind;
    enum hlsim__socket_mode mode;
    int cnx;
    uint16_t port;       /* of the far end; of a server its own */
    uint16_t local_port; /* 0: any */
    int data_mode;       /* 1: what comes is shown in +K..._DATA, and need not be read */
    int report_sent;     /* <URC-ENDTCP-enable>: +KTCP_ACK */
    int family;          /* 0: IPv4 */
    int cipher;
    int restored; /* outlives a restart */
    char host[HLSIM__SOCKET_HOST_SIZE];
};

struct hlsim__sockets;

/* Who moves a session's bytes, told by calls; any may be NULL. Power may have failed in none. */
struct hlsim__socket_watch {
    void (*connected)(void *user);
    void (*drained)(void *user); /* all that was sent was taken, and there is room again */
    void (*arrived)(void *user); /* bytes wait */
    void (*ended)(void *user);   /* by the far end or the network: before +KTCP_NOTIF */
};

struct hlsim__socket {
    struct hlsim__sockets *sockets;
    int id;
    struct hlsim__socket_config config;
    enum hlsim__socket_state state;
    int notif;     /* the last one */
    int parent;    /* of a child: its server */
    bool lost;     /* ended in NO CARRIER: some commands do not know it any more */
    bool ghost;    /* listed, and nothing else */
    bool told;     /* that bytes wait; not read since */
    bool held;     /* the far end was stopped */
    bool deaf;     /* quirk first_udp_session_deaf */
    bool mistold;  /* what comes next is not told (quirk exact_send_mismatched) */
    uint32_t peer; /* of a child, or resolved */
    uint16_t peer_port;
    struct hlsim__lookup lookup;
    struct hlsim__tcp tcp;
    struct hlsim__tcp_server server;
    struct hlsim__udp_socket udp;
    struct hlsim__timer timer; /* what is told a little later */
    const struct hlsim__socket_watch *watch;
    void *watch_user;
};

struct hlsim__sockets {
    struct hlsim__modem *modem;
    bool udp_used;  /* a UDP session was open since the start */
    bool unshown;   /* bytes of data mode 1 wait for room on the port */
    bool half_deaf; /* quirk receive_error_half_deaf: until a restart */
    struct hlsim__cnx cnx[HLSIM__CNX_MAX];
    unsigned stale; /* sessions of before the restart which are still to be told of */
    struct hlsim__remote *remotes; /* streams of HTTP and FTP that are in use */
    struct hlsim__socket table[HLSIM__SOCKETS_MAX];
};

/* What the model keeps for a modem's sessions outside of its RAM. */
struct hlsim__socket_memory {
    struct hlsim__socket_buffer received[HLSIM__SOCKETS_MAX];
};

/* A firmware has started: reads from flash what is to be restored. */
void hlsim__sockets_init(struct hlsim__sockets *sockets, struct hlsim__modem *modem);

/* The firmware has come up (+KSUP). */
void hlsim__sockets_started(struct hlsim__sockets *sockets);

/* The firmware stops: what the model kept for it is given back. Its RAM is not looked at. */
void hlsim__sockets_discard(struct hlsim__socket_memory *memory);

/* AT+RESTOREDEFAULTS: forgets what is stored. HLSIM_E_POWER. */
int hlsim__sockets_erase(struct hlsim__sockets *sockets);

/* --- Sessions ------------------------------------------------------------------------------- */

/* The session of that number and kind (HLSIM__SOCKET_NONE: any), or NULL. */
struct hlsim__socket *hlsim__sockets_find(struct hlsim__sockets *sockets, int64_t id,
                                          enum hlsim__socket_kind kind);

/* The connection of that number; it must be one (up to the figure cnx_max). */
struct hlsim__cnx *hlsim__sockets_cnx(struct hlsim__sockets *sockets, int64_t number);

/* Whether a session uses that connection now. */
bool hlsim__sockets_use(const struct hlsim__sockets *sockets, int number);

/* Makes a session: its lowest free number up to `max`. 0 or a CME code; HLSIM_E_POWER. */
int hlsim__socket_create(struct hlsim__sockets *sockets, const struct hlsim__socket_config *config,
                         int64_t max, struct hlsim__socket **ret_socket);

/* Forgets a session, also in flash. 0 or HLSIM_E_POWER. */
int hlsim__socket_delete(struct hlsim__socket *socket);

/* Who moves its bytes from now on; NULL: nobody. */
void hlsim__socket_watch(struct hlsim__socket *socket, const struct hlsim__socket_watch *watch,
                         void *user);

/* Bytes that wait to be read. */
struct hlsim__socket_buffer *hlsim__socket_received(const struct hlsim__socket *socket);

/* A number of an entry of AT+KIPOPT ("TCPC", or "3": connections), counted from 0. */
int64_t hlsim__sockets_option(const struct hlsim__sockets *sockets, const char *entry,
                              unsigned number);

/* The firmware's quirks. */
bool hlsim__sockets_quirk(const struct hlsim__sockets *sockets, enum hlsim_quirk quirk);

/* --- TCP (socket_tcp.c) --------------------------------------------------------------------- */

/* AT+KTCPCNX: begins to connect, or to listen. 0 or a CME code. */
int hlsim__socket_connect(struct hlsim__socket *socket);

/* Takes bytes to be sent; how many. Fewer than `size`: `drained` follows. HLSIM_E_STATE when it is
 * not up, HLSIM_E_POWER, HLSIM_E_UNREACHABLE. */
int hlsim__socket_send(struct hlsim__socket *socket, const uint8_t *bytes, size_t size);

/* So many received bytes were read: the far end may send again. */
void hlsim__socket_read(struct hlsim__socket *socket, size_t size);

/* Tells the host that bytes wait, unless it was told and has read nothing since; with data mode 1
 * shows them, as long as the port has room. */
void hlsim__socket_tell_data(struct hlsim__socket *socket);

/* A port has room again: shows what waits for it. */
void hlsim__sockets_show_rest(struct hlsim__sockets *sockets);

/* AT+KTCPCLOSE, AT+KUDPCLOSE; of a server also its children. 0 or HLSIM_E_POWER. */
int hlsim__socket_close(struct hlsim__socket *socket);

/* --- UDP (socket_udp.c) --------------------------------------------------------------------- */

/* AT+KUDPCFG: opens as soon as the connection is up. */
void hlsim__socket_open_udp(struct hlsim__socket *socket);

/* Sends one datagram. 0; HLSIM_E_STATE, HLSIM_E_LIMIT, HLSIM_E_UNREACHABLE, HLSIM_E_POWER. */
int hlsim__socket_send_to(struct hlsim__socket *socket, struct hlsim_address to,
                          const uint8_t *bytes, size_t size);

/* The first datagram that waits: its sender and the size of what is left of it. False: none. */
bool hlsim__socket_next_datagram(const struct hlsim__socket *socket, struct hlsim_address *ret_from,
                                 size_t *ret_size);

/* The bytes of that datagram; and so many of them were read. */
const uint8_t *hlsim__socket_datagram(const struct hlsim__socket *socket);
void hlsim__socket_read_datagram(struct hlsim__socket *socket, size_t size);

/* --- What others tell ----------------------------------------------------------------------- */

/* Connection n came up, failed or went down. */
void hlsim__sockets_cnx_changed(struct hlsim__sockets *sockets, int number);

/* A data connection was gained or lost, a context came up or went down. */
void hlsim__sockets_network(struct hlsim__sockets *sockets);

/*
 * The ways of sleep, for whoever puts the modem to sleep; called when it wakes up. eDRX: contexts
 * are up, and where the firmware says so (quirk edrx_forgets_cnx) AT+KCNXCFG is forgotten. PSM:
 * with the quirk psm_loses_sockets connections end without a word and AT+KCNXCFG is forgotten, else
 * sessions go on. Hibernation ends the firmware's RAM: it is a start (hlsim__sockets_init), of
 * which hlsim__sockets_hibernated is told in addition.
 */
void hlsim__sockets_woke_from_edrx(struct hlsim__sockets *sockets);
void hlsim__sockets_woke_from_psm(struct hlsim__sockets *sockets);
void hlsim__sockets_hibernated(struct hlsim__sockets *sockets);

/* AT+KURCCFG: which lines of a protocol come by themselves. */
struct hlsim__socket_urcs {
    bool others; /* +K..._NOTIF, _DATA, _SRVREQ */
    bool ind;    /* +K..._IND */
};

/* Of a protocol of the figure socket_protocols ("TCPC", ...). HLSIM_E_NOT_FOUND when the firmware
 * has no such protocol; setting as hlsim__setting_put_text. */
int hlsim__sockets_urcs(const struct hlsim__modem *modem, const char *protocol,
                        struct hlsim__socket_urcs *ret_urcs);
int hlsim__sockets_set_urcs(struct hlsim__modem *modem, const char *protocol,
                            struct hlsim__socket_urcs urcs);

/* Whether a line of a protocol may come by itself. */
bool hlsim__sockets_may_tell(const struct hlsim__modem *modem, const char *protocol, bool ind);

/* --- Between sockets.c, socket_tcp.c and socket_udp.c --------------------------------------- */

/* A line by itself, when AT+KURCCFG lets it. */
void hlsim__socket_urc(const struct hlsim__socket *socket, bool ind, const char *text);

/* +KTCP_IND, +KUDP_IND; +KTCP_NOTIF, +KUDP_NOTIF, which is kept for AT+KTCPSTAT. */
void hlsim__socket_indicate(struct hlsim__socket *socket);
void hlsim__socket_notify(struct hlsim__socket *socket, enum hlsim__socket_notif notif);

/* The session comes into that state, and an event says so. */
void hlsim__socket_set_state(struct hlsim__socket *socket, enum hlsim__socket_state state);

/* Stores what outlives a restart; `up`: the session was connected. 0 or HLSIM_E_POWER. */
int hlsim__socket_store(const struct hlsim__socket *socket, bool up);

/* The same for a session that was stored: 0, HLSIM_E_NOT_FOUND, HLSIM_E_CORRUPT. */
struct hlsim__socket_stored {
    struct hlsim__socket_config config;
    bool up;
};
int hlsim__socket_load(const struct hlsim__sockets *sockets, int id,
                       struct hlsim__socket_stored *ret_stored);
int hlsim__socket_unstore(struct hlsim__sockets *sockets, int id);

/* UDP: the connection is up, the port can be opened. */
void hlsim__socket_bind_udp(struct hlsim__socket *socket);

/* Ends a session without a word on the air or on the wire; only its stored configuration stays. */
void hlsim__socket_forget(struct hlsim__socket *socket);

/* The connection of a session that waits for it is up; or is gone. */
void hlsim__socket_cnx_up(struct hlsim__socket *socket);
void hlsim__socket_cnx_down(struct hlsim__socket *socket);

/* Sets what was received aside; the buffer's owner says what is in it. */
int hlsim__socket_keep(struct hlsim__socket *socket, const uint8_t *bytes, size_t size);

/* When no session needs its connection any more, and the host has said so by a command. */
void hlsim__socket_let_go_of_cnx(struct hlsim__sockets *sockets, int number);

#endif
