/*
 * What the parts of AirVantage share: the records of systems, operations and packages, and the
 * calls from part to part. The parts, from below:
 *
 *     systems           the inventory and its tables; data, what was read of devices
 *     credentials       what the servers take as proof of a system, and what ends it
 *     factory           what is known of modules before anybody registers them
 *     association       who is at which address, proved by DTLS
 *     dialogue          a system's CoAP traffic with one server
 *     package_store     the packages; http_server hands them out (http_inside.h)
 *     operations        operations; tasks, the queue of each system and its counters
 *     job_upgrade, job_sync, job_reboot, job_settings      what a task of that kind needs next
 *     bootstrap_server, registrations, dm_server      what the servers answer and ask
 *     outage, answers   servers that are down, refuse or are slow
 */
#ifndef HLSIM_AIRVANTAGE_INSIDE_H
#define HLSIM_AIRVANTAGE_INSIDE_H

#include "airvantage/airvantage.h"

#include "base/rng.h"
#include "codec/coap.h"
#include "exchange/exchange.h"
#include "network/network.h"
#include "network/secure.h"
#include "network/tcp.h"

#define HLSIM__AV_BUCKETS       1024 /* of each table of systems */
#define HLSIM__AV_ENDPOINT_SIZE 28   /* "urn:imei:", 15 digits, NUL */
#define HLSIM__AV_IMEI_SIZE     16
#define HLSIM__AV_SERIAL_SIZE   16
#define HLSIM__AV_FIRMWARE_SIZE 64
#define HLSIM__AV_LOCATION_SIZE 12 /* 10 hexadecimal digits, NUL */
#define HLSIM__AV_REASON_SIZE   64
#define HLSIM__AV_REQUEST_SIZE  64 /* "POST /rd/0000abcdef" in an event */

#define HLSIM__AV_ANSWERS_MAX   8 /* of each server, at a time, that are not its own */

#define HLSIM__AV_DATA          10 /* resources whose values are kept, see data.c */
#define HLSIM__AV_DATA_SIZE     64

/* The lifetime that stands for "no automatic connection", in seconds. */
#define HLSIM__AV_NO_POLLING 630720000U

#define HLSIM__AV_UNKNOWN    (-1) /* a resource that was not read yet */

struct hlsim__av_association;
struct hlsim__av_dialogue;
struct hlsim__av_held;
struct hlsim__av_operation;
struct hlsim__av_package;
struct hlsim__av_server;
struct hlsim__av_task;

enum hlsim__av_role {
    HLSIM__AV_BOOTSTRAP,
    HLSIM__AV_DM,
    HLSIM__AV_ROLES,
};

/* --- Systems ------------------------------------------------------------------------------ */

/* Where one server last heard of a system. */
struct hlsim__av_contact {
    bool bound;
    struct hlsim_address address;
    struct hlsim__av_system *next;       /* in the server's table of addresses */
    struct hlsim__av_dialogue *dialogue; /* NULL: none at present */
    struct hlsim__rng rng; /* of the next dialogue: one system's traffic never shifts another's */
    struct hlsim__av_association *association; /* the one that is established; NULL: none */
    struct hlsim__secure_session session;      /* of the last one, to be resumed */
};

struct hlsim__av_registration {
    bool open;
    bool queue;                             /* queue mode: asleep most of the time */
    char location[HLSIM__AV_LOCATION_SIZE]; /* stays after the end, to know a repeated goodbye */
    uint32_t lifetime;                      /* seconds */
    int64_t updated_at;                     /* registered or updated */
    int64_t heard_at;                       /* any message of the client */
    uint64_t number;                        /* how many there were */
    uint64_t renewals;                      /* the same with their updates */
    bool expired;                           /* the last one ended by itself */
    struct hlsim__timer expiry;
};

/* The resources that are observed. */
enum hlsim__av_watch {
    HLSIM__AV_WATCH_STATE,  /* /5/0/3 */
    HLSIM__AV_WATCH_RESULT, /* /5/0/5 */
    HLSIM__AV_WATCHES,
};

struct hlsim__av_observation {
    uint8_t token[HLSIM__COAP_TOKEN_SIZE_MAX];
    size_t token_size; /* 0: not observed */
    bool numbered;
    uint32_t number; /* the last one's, to tell late notifications (RFC 7641 3.4) */
    int64_t heard_at;
};

/* What the DM server knows of the device in the present registration. */
struct hlsim__av_device {
    unsigned step; /* how far it was asked; see dm_server.c */
    bool fresh;    /* asked through since it registered, and not looked at yet */
    bool executed; /* has answered, since it registered, that it is to update */
    int state;     /* /5/0/3, or HLSIM__AV_UNKNOWN */
    int result;    /* /5/0/5, the same */
    struct hlsim__av_observation observations[HLSIM__AV_WATCHES];
};

/* How the last reading of the data went. */
enum hlsim__av_synchronization {
    HLSIM__AV_SYNC_UNDEFINED,
    HLSIM__AV_SYNC_OK,
    HLSIM__AV_SYNC_ERROR,
};

struct hlsim__av_system {
    struct hlsim__airvantage *av;
    struct hlsim__av_system *next_by_name;
    size_t index; /* its place in the inventory */
    char endpoint[HLSIM__AV_ENDPOINT_SIZE];
    char serial[HLSIM__AV_SERIAL_SIZE];
    char own_imei[HLSIM__AV_IMEI_SIZE]; /* of the device: the portal may have wrong ones */
    char own_serial[HLSIM__AV_SERIAL_SIZE];
    char firmware[HLSIM__AV_FIRMWARE_SIZE];         /* as last read; "": never */
    char data[HLSIM__AV_DATA][HLSIM__AV_DATA_SIZE]; /* "": never read */
    enum hlsim_lifecycle lifecycle;
    enum hlsim__av_synchronization synchronization;
    bool seen;
    int64_t last_seen;
    uint64_t timeline;
    const char *latest;      /* of the timeline */
    bool has_credentials;    /* the device holds those below, as far as the servers know */
    bool bootstrap_replaced; /* its factory key is worth nothing at the bootstrap server */
    struct hlsim__airvantage_credentials credentials;
    int64_t rotated_after;          /* so long after they were issued; HLSIM_NEVER */
    struct hlsim__rng rng;          /* of keys and registration ids */
    struct hlsim__rng rotation_rng; /* of the days of rotation */
    struct hlsim__av_contact contacts[HLSIM__AV_ROLES];
    unsigned bootstrap_step; /* 0: no bootstrap under way */
    struct hlsim__av_registration registration;
    struct hlsim__av_device device;
    struct hlsim__av_task *first_task; /* those that are not finished, the oldest first */
    bool abandoned; /* an upgrade that the device may have begun has ended at the server */
};

const char *hlsim__av_imei(const struct hlsim__av_system *system);

/* The system of that endpoint name, or NULL. The text need not end with zero. */
struct hlsim__av_system *hlsim__av_by_endpoint(const struct hlsim__airvantage *av, const char *name,
                                               size_t size);
struct hlsim__av_system *hlsim__av_by_imei(const struct hlsim__airvantage *av, const char *imei);

/* The system that this registration id was given to, or NULL. */
struct hlsim__av_system *hlsim__av_by_location(const struct hlsim__airvantage *av,
                                               const char *location);

/* The place of an address in a table of HLSIM__AV_BUCKETS. */
size_t hlsim__av_address_bucket(struct hlsim_address address);

/* Who was last heard of at that address by the server, or NULL. */
struct hlsim__av_system *hlsim__av_by_address(const struct hlsim__av_server *server,
                                              struct hlsim_address address);

/* The system that observes with that token, or NULL; one after the other. */
struct hlsim__av_system *hlsim__av_by_token(const struct hlsim__airvantage *av,
                                            const uint8_t *token, size_t size);

/* The server hears the system at that address now, and nobody else. */
void hlsim__av_bind(struct hlsim__av_system *system, enum hlsim__av_role role,
                    struct hlsim_address address);
void hlsim__av_unbind(struct hlsim__av_system *system, enum hlsim__av_role role);

/* A new registration id. */
void hlsim__av_new_location(struct hlsim__av_system *system);

/* Whether the portal has the device's own IMEI and serial number. */
bool hlsim__av_gateway_is_right(const struct hlsim__av_system *system);

/* The system sent something. */
void hlsim__av_seen(struct hlsim__av_system *system);

/* Whether the system's life cycle lets it have a session. */
bool hlsim__av_is_served(const struct hlsim__av_system *system);

/* One more entry in the timeline; `what` is static text. */
void hlsim__av_communicated(struct hlsim__av_system *system, const char *what);

void hlsim__av_systems_free(struct hlsim__airvantage *av);

/* --- Credentials -------------------------------------------------------------------------- */

/* The random numbers of a system, for one purpose. */
struct hlsim__rng hlsim__av_sub_stream(const struct hlsim__av_system *system, const char *what);

/* New DM credentials, which the device is given now; the old ones are worth nothing any more. */
void hlsim__av_issue(struct hlsim__av_system *system);

/*
 * Replaces a system's credentials for one server by some that no device has: the one end of all of
 * them, be it age, rotation, a changed gateway or a deleted system. What is open stays open; the
 * next authentication meets silence. `why` is for the event. False when the device held none.
 */
bool hlsim__av_replace(struct hlsim__av_system *system, enum hlsim__av_role role, const char *why);

/* Whether the device holds the credentials that the server has; their age is looked at now. */
bool hlsim__av_holds(struct hlsim__av_system *system, enum hlsim__av_role role);

/* --- Data --------------------------------------------------------------------------------- */

/* The paths of the resources whose values are kept ("3/0/1"). */
extern const char *const hlsim__av_data_paths[HLSIM__AV_DATA];

/*
 * The value of a resource in an answer, as text with a final zero: plain text or TLV; of several
 * instances the first. HLSIM_E_FORMAT when it is neither, HLSIM_E_LIMIT when it is too long.
 */
int hlsim__av_value_read(const struct hlsim__coap_message *message, uint16_t resource, bool number,
                         char *text, size_t capacity);

/* An answer to the reading of such a path; one that makes no sense leaves the old value. */
void hlsim__av_data_learn(struct hlsim__av_system *system, size_t index,
                          const struct hlsim__coap_message *message);

/* The index of a path, with slashes or dots, or negative. */
int hlsim__av_data_find(const char *path);

/* --- Servers and dialogues ---------------------------------------------------------------- */

struct hlsim__av_server_ops {
    /* Whom a request names, or NULL. */
    struct hlsim__av_system *(*sender)(const struct hlsim__airvantage *av,
                                       const struct hlsim__coap_message *request);
    /* Answers a request: returns the code and adds options to `response`. `system` NULL: a
     * stranger. */
    uint8_t (*answer)(struct hlsim__airvantage *av, struct hlsim__av_system *system,
                      struct hlsim_address peer, const struct hlsim__coap_message *request,
                      struct hlsim__coap_message *response);
    /* A notification came; false when nobody observes that. NULL: nobody ever does. */
    bool (*notification)(struct hlsim__av_system *system,
                         const struct hlsim__coap_message *message);
    /* A datagram of the system was handled: ask the next thing, if there is one. */
    void (*pump)(struct hlsim__av_system *system);
};

struct hlsim__av_server {
    struct hlsim__airvantage *av;
    enum hlsim__av_role role;
    const char *name; /* in events */
    const struct hlsim__av_server_ops *ops;
    uint16_t port;
    bool silent; /* to strangers */
    struct hlsim__endpoint endpoint;
    struct hlsim__exchange lobby; /* who cannot be told to be a system */
    struct hlsim__av_system *by_address[HLSIM__AV_BUCKETS];
    struct hlsim__av_association *associations[HLSIM__AV_BUCKETS]; /* by address */
    size_t handshakes;                     /* of them, those that are not established yet */
    struct hlsim__av_association *reading; /* a new one at its first datagram; see association.c */
    const char *proved;                    /* who has sent the message at hand; NULL: not known */
    uint8_t cookie_seed[HLSIM__SECURE_SEED_SIZE];
    struct hlsim__airvantage_answer answers[HLSIM__AV_ANSWERS_MAX]; /* count 0: none */
    struct hlsim__av_held *held; /* requests that are answered late */
};

/* One message, in the clear. */
struct hlsim__av_datagram {
    const char *proved; /* the end-point name that its association belongs to; NULL: no security */
    struct hlsim_address from;
    const uint8_t *bytes;
    size_t size;
};

/* What came from an address: kept to be answered late, or handled; and the latter at once. */
void hlsim__av_deliver(struct hlsim__av_server *server, const struct hlsim__av_datagram *datagram);
void hlsim__av_handle(struct hlsim__av_server *server, const struct hlsim__av_datagram *datagram);

/* The code that a request is to be answered by instead, once; 0: by the server's own. */
uint8_t hlsim__av_answer_instead(struct hlsim__av_server *server,
                                 const struct hlsim__coap_message *request);

/* Whether it is a request that is kept, to be handled later. */
bool hlsim__av_hold(struct hlsim__av_server *server, const struct hlsim__av_datagram *datagram);
void hlsim__av_held_free(struct hlsim__av_server *server);

struct hlsim__av_server_setup {
    enum hlsim__av_role role;
    const char *name;
    const struct hlsim__av_server_ops *ops;
    uint32_t ip;
    const char *host;
    uint16_t port;
};

/* --- Modules from the factory, and associations ------------------------------------------- */

/* What the bootstrap server knows of a module that left the factory. */
struct hlsim__av_product {
    struct hlsim__av_product *next; /* in the table of identities */
    char identity[HLSIM__IDENTITY_SIZE];
    char endpoint[HLSIM__AV_ENDPOINT_SIZE];
    uint8_t key[HLSIM__KEY_SIZE];
};

void hlsim__av_products_free(struct hlsim__airvantage *av);

/* Whose identity that is at a server: an end-point name, and its key; or NULL. */
const char *hlsim__av_key_of(struct hlsim__airvantage *av, enum hlsim__av_role role,
                             const char *identity, size_t size, const uint8_t **ret_key);

/* A datagram came to a server that speaks DTLS. */
void hlsim__av_secure_receive(struct hlsim__av_server *server, struct hlsim_address from,
                              const uint8_t *bytes, size_t size);

/*
 * Sends one to who has proved to be there, which must be `system` if that is not NULL.
 * HLSIM_E_UNREACHABLE when nobody has; errors of sending.
 */
int hlsim__av_secure_send(struct hlsim__av_server *server, struct hlsim_address peer,
                          const struct hlsim__av_system *system, const uint8_t *bytes, size_t size);

/* The system's association with that server and the session to resume it are worth nothing any
 * more: its key was replaced, or it is gone. Nobody is told. */
void hlsim__av_disown(struct hlsim__av_system *system, enum hlsim__av_role role);

void hlsim__av_associations_free(struct hlsim__airvantage *av);

/* --- Servers, once more ------------------------------------------------------------------- */

/* Puts a server into the network; what the network says, or 0. */
int hlsim__av_server_open(struct hlsim__airvantage *av, struct hlsim_network *network,
                          const struct hlsim__av_server_setup *setup);

/* A request of a server to a system. */
struct hlsim__av_call {
    uint8_t code;
    const char *path; /* "5/0/1" */
    bool observe;
    int format; /* of the payload; negative: no payload */
    const uint8_t *payload;
    size_t size;
    /* As in an exchange's slot. */
    void (*done)(struct hlsim__av_system *system, int error,
                 const struct hlsim__coap_message *response);
};

/*
 * Sends a request to where the server heard the system last; nothing else may be outstanding. 0, or
 * an error and `done` is not called. `ret_token` (may be NULL) gets the token.
 */
int hlsim__av_call(struct hlsim__av_system *system, enum hlsim__av_role role,
                   const struct hlsim__av_call *call, struct hlsim__av_observation *ret_token);

/* Whether an answer is waited for. */
bool hlsim__av_busy(const struct hlsim__av_system *system, enum hlsim__av_role role);

/* Gives up an outstanding request. */
void hlsim__av_hang_up(struct hlsim__av_system *system, enum hlsim__av_role role);

/* The system goes: gives its dialogues back. */
void hlsim__av_dialogues_leave(struct hlsim__av_system *system);
void hlsim__av_dialogues_free(struct hlsim__airvantage *av);

/* 2.xx */
static inline bool hlsim__av_is_success(const struct hlsim__coap_message *message)
{
    return message->code >> 5 == 2;
}

extern const struct hlsim__av_server_ops hlsim__av_bootstrap_ops;
extern const struct hlsim__av_server_ops hlsim__av_dm_ops;

/* Whether a registration is open and not expired. */
bool hlsim__av_is_registered(const struct hlsim__av_system *system);

/* The registration is over: nothing is observed or asked any more. */
void hlsim__av_registration_end(struct hlsim__av_system *system);
void hlsim__av_registration_init(struct hlsim__av_system *system);

/* A message of the registered client came: it is awake. */
void hlsim__av_heard(struct hlsim__av_system *system);

bool hlsim__av_dm_notification(struct hlsim__av_system *system,
                               const struct hlsim__coap_message *message);

/* Asks the system the next thing, if it listens and nothing is outstanding. */
void hlsim__av_dm_pump(struct hlsim__av_system *system);

/* --- Packages ----------------------------------------------------------------------------- */

struct hlsim__av_package {
    char id[32];
    char from[HLSIM_VERSION_TEXT]; /* as the header said when it was stored; "": any version */
    char to[HLSIM_VERSION_TEXT];
    const uint8_t *bytes;
    size_t size;
    unsigned changes; /* how often the bytes were replaced */
    char tag[40];     /* of these bytes: an entity tag (RFC 7232 2.3) */
};

struct hlsim__av_store {
    struct hlsim__endpoint endpoint;
    size_t count;
    struct hlsim__av_package packages[HLSIM_PACKAGES_MAX];
    size_t damage_count;
    uint8_t *damages[HLSIM__DAMAGES_MAX]; /* owned copies, all that there ever were */
    size_t connection_count;              /* ever allocated */
    struct hlsim__av_connection *connections;
    struct hlsim__av_connection *free_connections;
    size_t answer_count;
    struct hlsim__http_answer answers[HLSIM__HTTP_ANSWERS_MAX]; /* planned, the oldest first */
};

int hlsim__av_store_open(struct hlsim__airvantage *av, struct hlsim_network *network,
                         const struct hlsim_airvantage_config *config);
void hlsim__av_store_free(struct hlsim__av_store *store);

/* The package of that id, or NULL; the text need not end with zero. */
const struct hlsim__av_package *hlsim__av_package_by_id(const struct hlsim__av_store *store,
                                                        const char *id, size_t size);

/* Whether the package is for the firmware that the system last reported (AN1.1 8.6); of one that
 * has reported none, nothing is known to the contrary. */
bool hlsim__av_package_fits(const struct hlsim__av_package *package,
                            const struct hlsim__av_system *system);

/* The fitting package of the highest version above that of the system, or NULL; of two the smaller.
 */
const struct hlsim__av_package *hlsim__av_package_latest(const struct hlsim__av_store *store,
                                                         const struct hlsim__av_system *system);

/* Begins to accept connections. */
int hlsim__av_http_listen(struct hlsim__airvantage *av);

/* Resets all connections that stand. */
void hlsim__av_http_abort(struct hlsim__av_store *store);
void hlsim__av_http_free(struct hlsim__av_store *store);

/* Operations and their tasks: behind what they are made of. */
#include "airvantage/jobs.h"

/* --- All together ------------------------------------------------------------------------- */

struct hlsim__airvantage {
    struct hlsim_stream *stream;
    struct hlsim__timer_group timers;
    struct hlsim__promise_scope scope;
    uint64_t seed;
    enum hlsim_security security;
    char dm_uri[HLSIM_SERVER_URI_SIZE];       /* what devices are told; "": that of the network */
    char packages_uri[HLSIM_SERVER_URI_SIZE]; /* the same */
    struct hlsim__airvantage_policy policy;
    struct hlsim__av_product *products[HLSIM__AV_BUCKETS]; /* by identity */
    struct hlsim__av_server servers[HLSIM__AV_ROLES];
    struct hlsim__av_store store;

    size_t system_limit; /* places in use, some of them empty */
    size_t system_count;
    uint64_t deletions; /* of systems, ever */
    struct hlsim__av_system *systems[HLSIM__SYSTEMS_MAX];
    struct hlsim__av_system *by_name[HLSIM__AV_BUCKETS];

    struct hlsim__av_dialogue *oldest; /* all dialogues, the one used longest ago first */
    struct hlsim__av_dialogue *newest;

    size_t operation_count;
    struct hlsim__av_operation *operations[HLSIM__AIRVANTAGE_OPERATIONS_MAX];
    size_t task_total;
    size_t task_counts[HLSIM__AV_TASK_STATES];

    size_t planned_count;
    struct hlsim__av_planned {
        struct hlsim__airvantage *av;
        struct hlsim_operation_config config;
        struct hlsim__timer timer;
    } planned[HLSIM_OPERATIONS_MAX];
};

static inline int64_t hlsim__av_now(const struct hlsim__airvantage *av)
{
    return av->timers.sched->now;
}

/* Emits "server": one exchange. `endpoint` may be NULL. */
void hlsim__av_emit_server(const struct hlsim__airvantage *av, const char *server,
                           const char *request, const char *code, const char *endpoint);

/* Emits "air.ignored": a server passes over somebody's datagram. */
void hlsim__av_ignore(const struct hlsim__av_server *server, const char *why);

/* Emits "airvantage.system". */
void hlsim__av_emit_system(const struct hlsim__av_system *system, const char *state,
                           const char *what);

/* Copies text from the air, cut to fit and without what cannot be printed. */
void hlsim__av_printable(char *text, size_t capacity, const void *bytes, size_t size);

#endif
