/*
 * Connections of sockets (AT+KCNXCFG): which packet data contexts sessions use, brought up when a
 * session needs one, tried again by AT+KCNXTIMER, and told by +KCNX_IND. Connection n uses context
 * n. Does not know what sessions are.
 */
#ifndef HLSIM_MODEM_CNX_H
#define HLSIM_MODEM_CNX_H

#include "core/sched.h"
#include "modem/settings.h"

#include <stdbool.h>

#define HLSIM__CNX_MAX 2

struct hlsim__modem;

/* As the last field of AT+KCNXCFG? says it; 2 is connected [T:KCNX], the others are a guess. */
enum hlsim__cnx_state {
    HLSIM__CNX_CLOSED = 0,
    HLSIM__CNX_CONNECTING = 1,
    HLSIM__CNX_UP = 2,
    HLSIM__CNX_IDLE = 3, /* up, and the time until it is closed runs */
};

struct hlsim__cnx {
    struct hlsim__modem *modem;
    int number;
    enum hlsim__cnx_state state;
    bool forgotten; /* a sleep has forgotten what is stored */
    bool held;      /* AT+KCNXUP keeps it up without sessions */
    bool pausing;   /* between two attempts */
    int attempt;
    int64_t give_up_at; /* of this attempt */
    struct hlsim__timer timer;
};

/* AT+KCNXTIMER, in seconds. */
struct hlsim__cnx_timers {
    int timeout; /* of one attempt */
    int trials;
    int pause;
    int idle;
};

void hlsim__cnx_init(struct hlsim__cnx *cnx, struct hlsim__modem *modem, int number);

/* What AT+KCNXCFG said behind the number; NULL: not configured. */
const char *hlsim__cnx_config(const struct hlsim__cnx *cnx);

/* Stored in flash; an access point defines the context where AT+CGDCONT did not. Errors as
 * hlsim__setting_put_text. */
int hlsim__cnx_configure(struct hlsim__cnx *cnx, const char *text, const char *apn);

/* Those of AT+KCNXTIMER; false: it has said nothing, and they are the factory's. */
bool hlsim__cnx_timers(const struct hlsim__cnx *cnx, struct hlsim__cnx_timers *ret_timers);
int hlsim__cnx_set_timers(struct hlsim__cnx *cnx, const struct hlsim__cnx_timers *timers);

/* A session needs the connection: it is begun unless it is up. */
void hlsim__cnx_need(struct hlsim__cnx *cnx);

static inline bool hlsim__cnx_is_up(const struct hlsim__cnx *cnx)
{
    return cnx->state == HLSIM__CNX_UP || cnx->state == HLSIM__CNX_IDLE;
}

/* The last session is gone. Where the firmware tells so (quirk cnx_idle_told), the connection is
 * closed after its idle time. */
void hlsim__cnx_unused(struct hlsim__cnx *cnx);

/* AT+KCNXDOWN */
void hlsim__cnx_close(struct hlsim__cnx *cnx);

/* The network can, or can no longer, be used; the context came up or went down. */
void hlsim__cnx_network(struct hlsim__cnx *cnx);

/* An eDRX or PSM sleep has forgotten the configuration, until AT+KCNXCFG or a restart. */
void hlsim__cnx_forget(struct hlsim__cnx *cnx);

#endif
