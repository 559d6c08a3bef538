/*
 * One stream of a client that is built into the module (HTTP, FTP): brings the connection of
 * AT+KCNXCFG up, looks the name up, connects. Does not know what is said.
 */
#ifndef HLSIM_MODEM_REMOTE_H
#define HLSIM_MODEM_REMOTE_H

#include "core/sched.h"
#include "modem/cme.h"
#include "network/lookup.h"
#include "network/tcp.h"

struct hlsim__modem;

/* The end by a sleep, of which nobody is told by itself. */
#define HLSIM__REMOTE_FORGOTTEN HLSIM__CME_SESSION_STATE

/* What happens, told by calls; all of them are there. Each may send and close. */
struct hlsim__remote_watch {
    void (*connected)(void *user);
    void (*data)(void *user, const uint8_t *bytes, size_t size);
    void (*drained)(void *user); /* all that was sent was taken, and there is room again */
    /* The end, but for hlsim__remote_close: 0 when the far end closed in order, else the code of a
     * +CME ERROR, or HLSIM__REMOTE_FORGOTTEN. It is out of use. */
    void (*ended)(void *user, int cme);
};

/* Zero it before its first use. */
struct hlsim__remote {
    struct hlsim__modem *modem; /* NULL: not in use */
    struct hlsim__remote *next; /* of those that are in use */
    int cnx;
    const char *host;
    uint16_t port;
    bool begun; /* the connection is up, and the name is being looked up, or more */
    struct hlsim__lookup lookup;
    uint32_t ip; /* of the far end, once its name is known */
    struct hlsim__tcp tcp;
    struct hlsim__timer timer;
    const struct hlsim__remote_watch *watch;
    void *user;
};

struct hlsim__remote_to {
    int cnx;
    const char *host; /* borrowed while it is in use */
    uint16_t port;
};

/* Begins to connect; `connected` or `ended` follows. 0 or the code of a +CME ERROR. */
int hlsim__remote_open(struct hlsim__remote *remote, struct hlsim__modem *modem,
                       const struct hlsim__remote_to *to, const struct hlsim__remote_watch *watch,
                       void *user);

static inline bool hlsim__remote_in_use(const struct hlsim__remote *remote)
{
    return remote->modem != NULL;
}

static inline bool hlsim__remote_is_up(const struct hlsim__remote *remote)
{
    return remote->modem != NULL && remote->tcp.connected;
}

/* As hlsim__tcp_send; HLSIM_E_STATE when it is not up. */
int hlsim__remote_send(struct hlsim__remote *remote, const uint8_t *bytes, size_t size);

/* Takes no bytes for now, or takes them again; nothing when it is not up. */
void hlsim__remote_hold(struct hlsim__remote *remote, bool held);

/* Ends it after what was sent; nothing follows. Harmless when it is not in use. */
void hlsim__remote_close(struct hlsim__remote *remote);

/* --- For sockets.c -------------------------------------------------------------------------- */

/* Whether one of those uses that connection; and the connection came up or went down. */
bool hlsim__remotes_use(const struct hlsim__remote *first, int number);
void hlsim__remotes_cnx_changed(struct hlsim__modem *modem, int number, bool up);

/* A sleep has lost them: all end, and nothing leaves. */
void hlsim__remotes_forget(struct hlsim__modem *modem);

#endif
