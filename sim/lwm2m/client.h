/*
 * The LwM2M 1.0 client inside the module: bootstrap, registration, the objects that a server sees.
 * Talks CoAP through a channel and tells its owner by callbacks. Does not know how a package is
 * downloaded or installed, when to connect, or who reads its indications: those are the owner's.
 *
 * The client lies in the module's RAM: after a loss of power it is initialised again, and all that
 * it knows from before comes from the owner's `load`.
 */
#ifndef HLSIM_LWM2M_CLIENT_H
#define HLSIM_LWM2M_CLIENT_H

#include "core/sched.h"
#include "core/stream.h"
#include "exchange/channel.h"
#include "exchange/exchange.h"
#include "lwm2m/account.h"
#include "lwm2m/observe.h"
#include "lwm2m/staging.h"

/* Sizes of texts, with their NUL. OMA LwM2M 1.0 E.6: a package URI has up to 255 bytes. */
#define HLSIM__LWM2M_TEXT_SIZE     256
#define HLSIM__LWM2M_LOCATION_SIZE 64
#define HLSIM__LWM2M_PAYLOAD_SIZE  1024

/* What the owner is told; the numbers are those of +WDSI. */
enum hlsim__lwm2m_event {
    HLSIM__LWM2M_AUTH_STARTED = 4,
    HLSIM__LWM2M_AUTH_FAILED = 5,
    HLSIM__LWM2M_AUTHENTICATED = 6,
    HLSIM__LWM2M_DENIED = 7,
    HLSIM__LWM2M_CLOSED = 8,   /* value: 1 when the server answered the goodbye */
    HLSIM__LWM2M_STARTED = 23, /* value: enum hlsim__lwm2m_role */
};

enum hlsim__lwm2m_state {
    HLSIM__LWM2M_IDLE,
    HLSIM__LWM2M_CONNECTING, /* between two attempts, for no time */
    HLSIM__LWM2M_BOOTSTRAP_AUTHENTICATING,
    HLSIM__LWM2M_BOOTSTRAPPING,
    HLSIM__LWM2M_DM_AUTHENTICATING,
    HLSIM__LWM2M_REGISTERING,
    HLSIM__LWM2M_REGISTERED,
    HLSIM__LWM2M_CLOSING, /* deregistering, or about to say CLOSED */
    HLSIM__LWM2M_LOCKED,  /* for good: see hlsim__lwm2m_lock */
};

/* Why the client gave up. */
enum hlsim__lwm2m_failure {
    HLSIM__LWM2M_FAILED_LOCAL,   /* no address, no such host, no room for credentials, ... */
    HLSIM__LWM2M_FAILED_AUTH,    /* a server cannot be authenticated with */
    HLSIM__LWM2M_FAILED_SILENCE, /* a server stopped to answer after the authentication */
    HLSIM__LWM2M_FAILED_REFUSED, /* a server said no */
};

/* What counts as one failed authentication; AN5.0 4.4 leaves it open. */
enum hlsim__lwm2m_failure_unit {
    HLSIM__LWM2M_UNIT_HANDSHAKE, /* a handshake; the next one follows at once */
    HLSIM__LWM2M_UNIT_FLIGHT,    /* a flight of a handshake that was sent in vain */
    HLSIM__LWM2M_UNIT_SESSION,   /* a session; the next one is left to the owner */
};

/* The firmware object's state (OMA LwM2M 1.0 E.6). */
enum hlsim__lwm2m_firmware_state {
    HLSIM__LWM2M_FIRMWARE_IDLE,
    HLSIM__LWM2M_FIRMWARE_DOWNLOADING,
    HLSIM__LWM2M_FIRMWARE_DOWNLOADED,
    HLSIM__LWM2M_FIRMWARE_UPDATING,
};

/* What object 4 shows. */
struct hlsim__lwm2m_connectivity {
    int bearer; /* 6: LTE-FDD, 7: NB-IoT */
    int rsrp;   /* dBm */
    uint32_t ip;
    char apn[HLSIM__LWM2M_TEXT_SIZE];
    uint32_t cell;
};

/*
 * The owner. None of these may call start, stop or lost, `failed` excepted: then the client is idle
 * and may be started again. While they run the stream's cause is the datagram that led to them.
 */
struct hlsim__lwm2m_ops {
    void (*status)(void *user, enum hlsim__lwm2m_event event, int value);
    /* The client has given up and is idle; the retries are the owner's. Follows on a status, but
     * does not come after `stop` and `lost`. */
    void (*failed)(void *user, enum hlsim__lwm2m_failure why);
    /*
     * Credentials, durable. 0; HLSIM_E_NOT_FOUND when there are none; HLSIM_E_POWER. Without stored
     * ones of the bootstrap server the factory's are used.
     */
    int (*load)(void *user, enum hlsim__lwm2m_role role, struct hlsim__lwm2m_account *ret_account);
    int (*store)(void *user, enum hlsim__lwm2m_role role,
                 const struct hlsim__lwm2m_account *account);
    int (*erase)(void *user, enum hlsim__lwm2m_role role);
    /* The server wrote another registration lifetime, in seconds; it is stored already. */
    void (*lifetime_written)(void *user, uint32_t lifetime);
    void (*connectivity)(void *user, struct hlsim__lwm2m_connectivity *ret_connectivity);
    /* The address to send from; NULL, or 0: the interface's first. */
    uint32_t (*address)(void *user);
    /* The rest return a CoAP code; the answer leaves after the return. */
    uint8_t (*reboot_requested)(void *user);
    /* `uri` is "" for a reset of the firmware object; borrowed. */
    uint8_t (*uri_written)(void *user, const char *uri);
    /* Asked in the state "downloaded" only. */
    uint8_t (*update_requested)(void *user);
    enum hlsim__lwm2m_firmware_state (*firmware_state)(void *user);
    int (*firmware_result)(void *user);
    /*
     * The answer to an observation of the result can be lost without the client's knowing it. When
     * the first says that it matters, one notification repeats the result, and the second tells
     * that the server has acknowledged one. NULL: it does not matter.
     */
    bool (*wants_receipt)(void *user);
    void (*result_received)(void *user);
    /* Whether the server is to learn of the result in this session; NULL: never. Where nobody
     * observes the result then, an update of the registration tells the server to ask. */
    bool (*owes_result)(void *user);
};

/* All texts are borrowed and outlive the client. */
struct hlsim__lwm2m_config {
    const char *endpoint_name;
    const char *maker;
    const char *model;
    const char *serial;
    const char *firmware;
    struct hlsim__lwm2m_account factory_bootstrap;
    unsigned auth_failures_max; /* in a row, then the DM credentials are erased; 5 */
    enum hlsim__lwm2m_failure_unit auth_failure_unit;
    unsigned refused_register_max; /* the same of refusals */
    bool too_large_locks;          /* 4.13 to a registration locks the client */
    struct hlsim__iface *iface;
    struct hlsim_stream *stream;
    const char *source; /* of events */
    struct hlsim__timer_group *timers;
    struct hlsim__rng rng;
    int64_t ack_timeout;                   /* RFC 7252 4.8: 2 s */
    unsigned max_retransmit;               /* 4 */
    struct hlsim__channel_security plain;  /* for URIs "coap:" */
    struct hlsim__channel_security secure; /* for URIs "coaps:"; without ops they lead nowhere */
    const struct hlsim__lwm2m_ops *ops;
    void *user;
};

/* The owner does not touch the fields. */
struct hlsim__lwm2m_client {
    struct hlsim__lwm2m_config config;
    enum hlsim__lwm2m_state state;
    enum hlsim__lwm2m_role role;         /* whose account is in use */
    struct hlsim__lwm2m_account account; /* of the server in use */
    struct hlsim_address server;
    unsigned auth_failures; /* of the DM server, in a row */
    unsigned refusals;
    bool established;          /* STARTED was told in this session */
    bool update_waits;         /* given up while the channel proves the server anew */
    bool start_again;          /* when CLOSED was told */
    struct hlsim__timer timer; /* what it means depends on the state */
    uint64_t timer_cause;
    int64_t last_traffic;
    struct hlsim__channel channel;
    struct hlsim__exchange_slot request;       /* the client's own */
    char location[HLSIM__LWM2M_LOCATION_SIZE]; /* "rd/5"; "": not registered */
    uint32_t lifetime_told;                    /* what the server holds */
    uint32_t lifetime_sent;                    /* what the outstanding request says */
    struct hlsim__lwm2m_staging staging;
    struct hlsim__lwm2m_observer observer;
    uint8_t payload[HLSIM__LWM2M_PAYLOAD_SIZE]; /* of the answer that is being made */
    struct hlsim__exchange exchange;            /* large and mostly empty: last */
};

/* An idle client. The memory's contents before do not matter. */
void hlsim__lwm2m_init(struct hlsim__lwm2m_client *client,
                       const struct hlsim__lwm2m_config *config);

/*
 * Opens a session: with the DM server when its credentials are stored, else with the bootstrap
 * server first. Nothing when one is open or being opened; while one is being closed, it is opened
 * again right after. Nothing is told from within this call.
 */
void hlsim__lwm2m_start(struct hlsim__lwm2m_client *client);

/*
 * Ends the session, and tells CLOSED once when there was one or one was being opened: after the
 * deregistration was answered or 4 s have passed, else at once, but never from within this call.
 */
void hlsim__lwm2m_stop(struct hlsim__lwm2m_client *client);

/*
 * There is no network any more: ends the session without a datagram and tells CLOSED from within
 * this call. A short loss need not be told; the session survives it.
 */
void hlsim__lwm2m_lost(struct hlsim__lwm2m_client *client);

/* Says nothing, to nobody, and hears nothing from now on; only hlsim__lwm2m_init ends it. */
void hlsim__lwm2m_lock(struct hlsim__lwm2m_client *client);

/* The firmware object's state or result may have changed: the server is told if it observes them.
 */
void hlsim__lwm2m_firmware_changed(struct hlsim__lwm2m_client *client);

/*
 * Another registration lifetime, stored durably and told to the server. HLSIM_E_NOT_FOUND when
 * there are no DM credentials yet, HLSIM_E_INVALID for 0, or what `store` returns.
 */
int hlsim__lwm2m_set_lifetime(struct hlsim__lwm2m_client *client, uint32_t lifetime);

static inline enum hlsim__lwm2m_state hlsim__lwm2m_state(const struct hlsim__lwm2m_client *client)
{
    return client->state;
}

/* When the last datagram was sent to or came from a server (a ping is none); 0: never. */
static inline int64_t hlsim__lwm2m_last_traffic(const struct hlsim__lwm2m_client *client)
{
    return client->last_traffic;
}

#endif
