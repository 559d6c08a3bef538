/*
 * The inside of a world, for the files of this folder.
 */
#ifndef HLSIM_WORLD_INSIDE_H
#define HLSIM_WORLD_INSIDE_H

#include <hl78sim/world.h>

#include "airvantage/airvantage.h"
#include "at/port.h"
#include "core/link.h"
#include "core/promise.h"
#include "core/sched.h"
#include "core/stream.h"
#include "flash/pool.h"
#include "modem/modem.h"
#include "network/network.h"
#include "peers/peers.h"

struct hlsim__sms_parcel;

struct hlsim__world_port {
    struct hlsim_link link;
    struct hlsim_tap *tap;
    struct hlsim__at_port at;
    struct hlsim__at_port_ram ram;
};

struct hlsim__world_modem {
    struct hlsim_world *world;
    struct hlsim__modem modem;
    struct hlsim__timer power_timer; /* gives the supply back */
    struct hlsim__timer press_timer; /* lets the power key or the wake pin go */
    struct hlsim__timer usb_timer;   /* the ports vanish, or return */
    int64_t usb_times;               /* so often after this */
    int64_t usb_away;                /* for so long each time */
    hlsim_cut_hook hook;
    void *hook_user;
    struct hlsim_setting *settings; /* owned; of modem.config */
    unsigned port_count;
    struct hlsim__world_port *ports;
};

struct hlsim_world {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__promises promises;
    struct hlsim__timer_group timers; /* what nobody's power cut drops */
    struct hlsim_network network;
    struct hlsim__airvantage *airvantage; /* NULL in a world without modems */
    struct hlsim__peers *peers;           /* likewise */
    enum hlsim_security security;
    struct hlsim__flash_pool pool;      /* empty when a sibling's is used */
    struct hlsim__flash_pool *pages;    /* the one that is used */
    struct hlsim__world_modem *tripped; /* a cut point struck in this step */
    struct hlsim__sms_parcel *parcels;  /* short messages that are under way */
    size_t parcel_count;
    struct hlsim_network_config network_before; /* for undoing latency and loss */
    bool broken;                                /* a promise was broken: time stands still */
    size_t modem_count;
    struct hlsim__world_modem *modems;
    struct hlsim__world_port *ports; /* of all modems: what nobody uses of them takes no memory */
};

/* The action usb_reenumerate goes on (wire_deeds.c). */
void hlsim__usb_timer_ran_out(void *owner);

/* The action http_answer (actor_http.c). */
enum hlsim_acted hlsim__act_http_answer(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action);

/* listener.c: the modem tells its ports from now on. */
void hlsim__world_listen(struct hlsim__world_modem *slot);

#endif
