/*
 * Far ends of the simulated network with which a modem's sockets talk: what a scenario lists in
 * `network.peers`. Each is one port of a host, and behaves in one way.
 */
#ifndef HL78SIM_PEERS_H
#define HL78SIM_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of one world. A host's name has its NUL in it. */
#define HLSIM_PEERS_MAX      16
#define HLSIM_PEER_NAME_SIZE 32
#define HLSIM_PEER_STEPS_MAX 32
#define HLSIM_PEER_ON_MAX    160  /* codes of what a step waits for */
#define HLSIM_PEER_SEND_MAX  2048 /* bytes that a step sends */
#define HLSIM_PEER_FILES_MAX 16
#define HLSIM_PEER_PATH_SIZE 64
#define HLSIM_PEER_FILE_MAX  1048576 /* bytes */

#define HLSIM_PEER_BEHAVIOUR_MAP(X)                                                                \
    X(HLSIM_PEER_ECHO, "echo")       /* sends back what comes */                                   \
    X(HLSIM_PEER_DISCARD, "discard") /* takes everything and says nothing */                       \
    X(HLSIM_PEER_SCRIPT, "script")   /* does the steps */                                          \
    X(HLSIM_PEER_CLOSE, "close")     /* accepts, and closes at once */                             \
    X(HLSIM_PEER_RESET, "reset")     /* accepts, and resets a second later */                      \
    X(HLSIM_PEER_STALL, "stall")     /* accepts, and takes no bytes */                             \
    X(HLSIM_PEER_REFUSE, "refuse")   /* the host is there, and nobody listens */                   \
    X(HLSIM_PEER_HTTP, "http")       /* a server of files in memory */                             \
    X(HLSIM_PEER_FTP, "ftp")         /* the same, in passive mode */                               \
    X(HLSIM_PEER_SILENT, "silent")   /* the host is not there: nothing answers */

enum hlsim_peer_behaviour {
#define HLSIM_PEER_BEHAVIOUR_ENUM(name, text) name,
    HLSIM_PEER_BEHAVIOUR_MAP(HLSIM_PEER_BEHAVIOUR_ENUM)
#undef HLSIM_PEER_BEHAVIOUR_ENUM
};

/* How a connection is ended, or left. */
enum hlsim_peer_ending {
    HLSIM_PEER_STAYS,
    HLSIM_PEER_FIN,
    HLSIM_PEER_RST,
    HLSIM_PEER_STALLS, /* stays, and takes no bytes any more */
};

/* A code of HLSIM_PEER_ON_MAX: a byte, or any number of any bytes. */
#define HLSIM_PEER_ANY (-1)

/* One step of a script: waits, then sends, then ends. */
struct hlsim_peer_step {
    size_t on_size; /* codes; 0: waits for nothing */
    int16_t on[HLSIM_PEER_ON_MAX];
    int64_t after; /* between what came and what is done */
    size_t send_size;
    uint8_t send[HLSIM_PEER_SEND_MAX];
    enum hlsim_peer_ending ending;
};

/* One file of a server: a text, or so many bytes of a pattern (those of the letters a to z). */
struct hlsim_peer_file {
    char path[HLSIM_PEER_PATH_SIZE];
    size_t size;
    char *text; /* NULL: the pattern */
};

struct hlsim_peer_config {
    char name[HLSIM_PEER_NAME_SIZE];
    uint32_t ip; /* 0: one is dealt out; the same for all of that name */
    bool datagrams;
    uint16_t port; /* 0: nobody can connect; it connects to modems */
    enum hlsim_peer_behaviour behaviour;
    size_t step_count;
    struct hlsim_peer_step *steps;
    size_t file_count;
    const struct hlsim_peer_file *files;
};

/* What there is where nobody says otherwise: echo.example, with echo at 7, discard at 9,
 * servers of two files at 80 (HTTP) and 21 (FTP). */
const struct hlsim_peer_config *hlsim_peers_usual(size_t *ret_count);

#endif
