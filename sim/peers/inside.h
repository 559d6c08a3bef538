/*
 * What the files of the far ends share: peers.c has the hosts, connection.c the streams, script.c
 * what comes when, datagram.c the datagrams.
 */
#ifndef HLSIM_PEERS_INSIDE_H
#define HLSIM_PEERS_INSIDE_H

#include "peers/peers.h"

#include "core/sched.h"
#include "peers/bytes.h"

struct hlsim__peer_host {
    struct hlsim__endpoint endpoint;
    char name[HLSIM_PEER_NAME_SIZE];
    uint16_t next_port; /* from which it connects */
};

/* Connections at once, and answers to datagrams on their way, of all hosts. */
#define HLSIM__PEER_CONNECTIONS_MAX 4096
#define HLSIM__PEER_ANSWERS_MAX     1024

struct hlsim__peer_file {
    char path[HLSIM_PEER_PATH_SIZE];
    struct hlsim__bytes bytes;
};

enum hlsim__ftp_peer_job {
    HLSIM__FTP_PEER_NOTHING,
    HLSIM__FTP_PEER_READ,
    HLSIM__FTP_PEER_WRITE,
    HLSIM__FTP_PEER_NAMES,
};

/* What a connection to an FTP server is at. */
struct hlsim__ftp_talk {
    struct hlsim__peer_talk *other; /* of a control connection its data connection, and back */
    bool is_data;
    bool logged_in;
    bool passive; /* a data connection is awaited */
    bool moving;
    bool appends;
    bool refused; /* of a data connection: too much came */
    enum hlsim__ftp_peer_job job;
    size_t offset;
    char path[HLSIM_PEER_PATH_SIZE];
};

/* One entry of the list. */
struct hlsim__peer {
    struct hlsim__peers *all;
    struct hlsim__peer_host *host;
    struct hlsim_peer_config config;
    struct hlsim_peer_step *steps; /* owned; config.steps */
    uint64_t received;
    uint64_t sent;
    uint64_t accepted;
    uint64_t datagrams;
    uint64_t steps_done; /* also requests that were answered */
    size_t open;
    uint16_t data_port; /* of an FTP server */
    size_t file_count;
    struct hlsim__peer_file *files; /* owned; HLSIM_PEER_FILES_MAX; NULL: none */
};

/* One connection. */
struct hlsim__peer_talk {
    struct hlsim__peer *peer;
    struct hlsim__tcp_peer *tcp;
    struct hlsim__peer_talk *previous;
    struct hlsim__peer_talk *next;
    struct hlsim__timer timer; /* the pause of a script's step */
    size_t step;               /* the one that is waited for */
    bool visiting;             /* it connects, and is not connected yet */
    bool held;                 /* takes no bytes until its own are gone */
    bool closing;              /* when all its bytes are gone */
    bool stalled;
    struct hlsim__bytes inbox;   /* what a script has not taken */
    struct hlsim__bytes waiting; /* to be sent after `sending` */
    struct hlsim__bytes sending; /* lent to the network */
    struct hlsim__ftp_talk ftp;
};

struct hlsim__peers {
    struct hlsim_network *network;
    struct hlsim__timer_group timers;
    size_t count;
    struct hlsim__peer peers[HLSIM_PEERS_MAX];
    size_t host_count;
    struct hlsim__peer_host hosts[HLSIM_PEERS_MAX];
    struct hlsim__peer_talk *first;
    size_t talk_count;
    struct hlsim__peer_answer *answers; /* to datagrams, on their way */
    size_t answer_count;
};

/* --- connection.c --------------------------------------------------------------------------- */

/* As hlsim__tcp_accept; `user` is the struct hlsim__peer. */
int hlsim__peer_accept(void *user, struct hlsim__tcp_peer *tcp);

/* The same for the data connections of an FTP server. */
int hlsim__peer_accept_data(void *user, struct hlsim__tcp_peer *tcp);

int hlsim__peer_visit(struct hlsim__peer *peer, struct hlsim__iface *iface, uint16_t port);

/* Queues bytes. */
void hlsim__talk_send(struct hlsim__peer_talk *talk, const uint8_t *bytes, size_t size);

/* FIN when everything queued has left; RST at once, and the talk is gone; or it takes no more. */
void hlsim__talk_end(struct hlsim__peer_talk *talk, enum hlsim_peer_ending ending);

void hlsim__talks_free(struct hlsim__peers *peers);

/* --- script.c ------------------------------------------------------------------------------- */

/* Whether those bytes, all of them, are what a step waits for. */
bool hlsim__step_matches(const struct hlsim_peer_step *step, const uint8_t *bytes, size_t size);

/* Does what can be done now: at the beginning, and when something came. May end the talk. */
void hlsim__script_go_on(struct hlsim__peer_talk *talk);

/* The pause of a step is over. */
void hlsim__script_pause_over(void *owner);

/* --- files.c, http_peer.c --------------------------------------------------------------------- */

/* The file of that path, or NULL; a new one, NULL when there are too many; and one less. */
struct hlsim__peer_file *hlsim__peer_file(struct hlsim__peer *peer, const char *path, size_t size);
struct hlsim__peer_file *hlsim__peer_add_file(struct hlsim__peer *peer, const char *path,
                                              size_t size);
void hlsim__peer_remove_file(struct hlsim__peer *peer, struct hlsim__peer_file *file);
void hlsim__peer_files_free(struct hlsim__peer *peer);

/* Answers the requests that have come. */
void hlsim__http_peer_go_on(struct hlsim__peer_talk *talk);

/* --- ftp_peer.c ----------------------------------------------------------------------------- */

/* Listens for data connections, too. As hlsim__endpoint_listen. */
int hlsim__ftp_peer_open(struct hlsim__peer *peer);

/* Somebody is connected; lines have come. */
void hlsim__ftp_peer_greet(struct hlsim__peer_talk *talk);
void hlsim__ftp_peer_go_on(struct hlsim__peer_talk *talk);

/* The control connection of the same modem that awaits this data connection, or NULL; it is this
 * one; bytes have come on it. */
struct hlsim__peer_talk *hlsim__ftp_peer_awaits(const struct hlsim__peer *peer,
                                                const struct hlsim__tcp_peer *tcp);
void hlsim__ftp_peer_join(struct hlsim__peer_talk *control, struct hlsim__peer_talk *data);
void hlsim__ftp_peer_take(struct hlsim__peer_talk *data, const uint8_t *bytes, size_t size);

/* A connection of either kind is about to be forgotten. */
void hlsim__ftp_peer_part(struct hlsim__peer_talk *talk, bool in_order);

/* --- datagram.c ----------------------------------------------------------------------------- */

/* As hlsim__udp_receive; `user` is the struct hlsim__peer. */
void hlsim__peer_receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size);

void hlsim__answers_free(struct hlsim__peers *peers);

#endif
