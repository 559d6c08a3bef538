/*
 * AirVantage, the far side of the air: a bootstrap server, a device management server and a store
 * of packages beyond the NAT box, and behind them the inventory of systems and the operations on
 * them. Everything that a portal or its REST interface would do is a call here; everything that a
 * device does comes as datagrams and streams from the network. Knows nothing of modems.
 *
 * Behaviour and figures: AN5.0 3 to 6 and 9 (2174223), AN1.1 8, OMA LwM2M 1.0.2. Real URIs, ports
 * and formats of identities are not public: those here are made up (RFC 2606 names, RFC 5737
 * addresses).
 */
#ifndef HLSIM_AIRVANTAGE_AIRVANTAGE_H
#define HLSIM_AIRVANTAGE_AIRVANTAGE_H

#include <hl78sim/airvantage.h>
#include <hl78sim/network.h>
#include <hl78sim/package.h>
#include <hl78sim/scenario.h>

#include "airvantage/http_answer.h"
#include "core/promise.h"
#include "core/sched.h"
#include "core/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The source of its events. */
#define HLSIM__AIRVANTAGE_SOURCE "airvantage"

/* The hosts, as they stand in the network's names. */
#define HLSIM__BOOTSTRAP_HOST "bootstrap.airvantage.example"
#define HLSIM__DM_HOST        "dm.airvantage.example"
#define HLSIM__PACKAGES_HOST  "packages.airvantage.example"
#define HLSIM__MIRROR_HOST    "mirror.airvantage.example" /* another name of the same store */

/* Of both servers (RFC 7252 6.1, 6.2). */
#define HLSIM__PLAIN_PORT    5683
#define HLSIM__SECURE_PORT   5684
#define HLSIM__PACKAGES_PORT 80
#define HLSIM__MIRROR_PORT   8080 /* the store listens there too */

/* Room for "coaps://host:port", with its NUL. */
#define HLSIM__SERVER_URI_SIZE 64

/* Limits: systems in the inventory, operations ever created, damaged copies of packages. */
#define HLSIM__SYSTEMS_MAX               4096
#define HLSIM__AIRVANTAGE_OPERATIONS_MAX 1024
#define HLSIM__DAMAGES_MAX               32

#define HLSIM__KEY_SIZE                  16
#define HLSIM__IDENTITY_SIZE             64 /* with its NUL */

struct hlsim__airvantage;

/* What is a matter of choice; hlsim__airvantage_policy_default fills in the figures named. */
struct hlsim__airvantage_policy {
    bool bootstrap_silent; /* silence for who is not in the inventory, instead of 4.03; false */
    uint32_t lifetime;     /* written at bootstrap, seconds; 630720000: "no automatic connection" */
    int64_t awake;         /* how long a client in queue mode listens after its message; 93 s */
    bool wrong_key_alert;  /* a key or identity that is not known meets an alert, not silence */
    int64_t dtls_timeout_min; /* of a server's flight, as in network/secure.h; 2 s */
    int64_t dtls_timeout_max; /* 32 s */
    int64_t dm_validity; /* of DM credentials, from their issue; HLSIM_NEVER: no end; 90 days */
    /* The bootstrap server replaces them at a random time so long after their issue; a minimum of
     * HLSIM_NEVER: it does not; 30 and 45 days. */
    int64_t rotation_min;
    int64_t rotation_max;
    bool reboot_awaits_registration; /* when a reboot is a success; false: when it was answered */
};

void hlsim__airvantage_policy_default(struct hlsim__airvantage_policy *ret_policy);

struct hlsim__airvantage_setup {
    struct hlsim_network *network; /* outlives AirVantage; its endpoints lie in the latter */
    struct hlsim__sched *sched;
    struct hlsim_stream *stream;
    struct hlsim__promises *promises;
    uint64_t seed;
    const struct hlsim_airvantage_config *config;  /* borrowed during creation */
    const struct hlsim__airvantage_policy *policy; /* the same; NULL: the defaults */
};

/*
 * Puts the three servers into the network. HLSIM_E_INVALID when the id of a package cannot stand
 * in a URL or is used twice, or an operation names no package; HLSIM_E_EXISTS or HLSIM_E_LIMIT from
 * the network; HLSIM_E_NO_MEMORY. After an error the network must not run any more.
 * `config->registered` is for who adds the systems.
 */
int hlsim__airvantage_create(const struct hlsim__airvantage_setup *setup,
                             struct hlsim__airvantage **ret_airvantage);

/*
 * Gives all memory back. The network still holds the endpoints: it must not run any more, and may
 * be freed before or after.
 */
void hlsim__airvantage_free(struct hlsim__airvantage *av);

/* The world's power-on: the operations of the configuration are created so long after it. */
void hlsim__airvantage_start(struct hlsim__airvantage *av);

/* The URI of the DM server, or of the bootstrap server, of an AirVantage with that security. */
void hlsim__airvantage_uri(enum hlsim_security security, bool bootstrap,
                           char ret_uri[HLSIM__SERVER_URI_SIZE]);

/*
 * A module left the factory: what it presents to the bootstrap server, whether or not it is a
 * system. HLSIM_E_INVALID for a text that is too long or no IMEI, HLSIM_E_EXISTS,
 * HLSIM_E_NO_MEMORY.
 */
int hlsim__airvantage_product_add(struct hlsim__airvantage *av, const char *imei,
                                  const char *identity, const uint8_t key[HLSIM__KEY_SIZE]);
/* --- Servers that are down ---------------------------------------------------------------- */

enum hlsim__airvantage_server {
    HLSIM__AIRVANTAGE_BOOTSTRAP,
    HLSIM__AIRVANTAGE_DM,
    HLSIM__AIRVANTAGE_HTTP,
    HLSIM__AIRVANTAGE_SERVERS, /* all of them */
};

enum hlsim__airvantage_outage {
    HLSIM__AIRVANTAGE_UP,
    HLSIM__AIRVANTAGE_SILENT,   /* what is sent to it is lost, and what it sends */
    HLSIM__AIRVANTAGE_REFUSING, /* the machine is there, the server is not: connections are reset */
};

/*
 * One server, or all, from now on. What a server knows outlives its outage. How many it was a
 * change for.
 */
int hlsim__airvantage_set_outage(struct hlsim__airvantage *av, enum hlsim__airvantage_server which,
                                 enum hlsim__airvantage_outage outage);

/* The requests of a device that can be answered otherwise. */
enum hlsim__airvantage_request {
    HLSIM__AIRVANTAGE_ANY,
    HLSIM__AIRVANTAGE_REGISTER,
    HLSIM__AIRVANTAGE_UPDATE,
    HLSIM__AIRVANTAGE_DEREGISTER,
};

struct hlsim__airvantage_answer {
    enum hlsim__airvantage_request request;
    uint8_t code;   /* CoAP's; 0: what the server would say by itself */
    int64_t delay;  /* so long the server takes for it */
    unsigned count; /* of requests, not of their repetitions; 1 or more */
};

/*
 * The bootstrap or the DM server answers the next requests like that. Answers add up, the first
 * that fits counts. HLSIM_E_INVALID for another server, or for a request that it does not have;
 * HLSIM_E_LIMIT.
 */
int hlsim__airvantage_answer(struct hlsim__airvantage *av, enum hlsim__airvantage_server which,
                             const struct hlsim__airvantage_answer *answer);

/* That is over. How many such answers were left. */
int hlsim__airvantage_answer_as_ever(struct hlsim__airvantage *av,
                                     enum hlsim__airvantage_server which);

/* --- Inventory ---------------------------------------------------------------------------- */

/*
 * Registers a system, known to the servers as "urn:imei:<imei>". HLSIM_E_INVALID when the IMEI is
 * not 15 digits or the serial number too long, HLSIM_E_EXISTS, HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY.
 */
int hlsim__airvantage_system_add(struct hlsim__airvantage *av, const char *imei,
                                 const char *serial);

/*
 * Deletes a system with its credentials, its registration and its part in unfinished operations;
 * its device is refused from then on. HLSIM_E_NOT_FOUND.
 */
int hlsim__airvantage_system_delete(struct hlsim__airvantage *av, const char *imei);

/*
 * The portal gets another IMEI or serial number (NULL: as it is) for the system of the device that
 * has this IMEI, or its own ones again. Its credentials are replaced and its registration is
 * forgotten; while one of the two is wrong, neither server knows the device. HLSIM_E_NOT_FOUND;
 * HLSIM_E_STATE when nothing changes; of a change also HLSIM_E_INVALID, and HLSIM_E_EXISTS when
 * another system has that IMEI.
 */
int hlsim__airvantage_gateway_change(struct hlsim__airvantage *av, const char *own_imei,
                                     const char *imei, const char *serial);
int hlsim__airvantage_gateway_restore(struct hlsim__airvantage *av, const char *own_imei);

/*
 * Where the system is in its life. One that is not served is refused by 4.03, at bootstrap and at
 * registration, and a registration that is open ends; retired, it loses credentials and tasks.
 * HLSIM_E_NOT_FOUND; HLSIM_E_STATE: it is there already.
 */
int hlsim__airvantage_set_lifecycle(struct hlsim__airvantage *av, const char *imei,
                                    enum hlsim_lifecycle lifecycle);

/* What a device presents to the DM server. */
struct hlsim__airvantage_credentials {
    char identity[HLSIM__IDENTITY_SIZE];
    uint8_t key[HLSIM__KEY_SIZE];
    int64_t issued_at;
};

/* Issues credentials as a bootstrap would, for a device that has them already. HLSIM_E_NOT_FOUND.
 */
int hlsim__airvantage_issue(struct hlsim__airvantage *av, const char *imei);

/* The same with a key of the caller's choice. */
int hlsim__airvantage_issue_key(struct hlsim__airvantage *av, const char *imei,
                                const uint8_t key[HLSIM__KEY_SIZE]);

/* The firmware's name, as a device reported it before the world began. HLSIM_E_NOT_FOUND. */
int hlsim__airvantage_set_firmware(struct hlsim__airvantage *av, const char *imei,
                                   const char *firmware);

/* Replaces the credentials for the DM server, or the factory's for the bootstrap server: until the
 * system is registered anew or its gateway is set right. HLSIM_E_NOT_FOUND; HLSIM_E_STATE when the
 * device holds none. */
int hlsim__airvantage_invalidate(struct hlsim__airvantage *av, const char *imei, bool bootstrap);

/* The credentials that the device holds. HLSIM_E_NOT_FOUND: no such system; HLSIM_E_STATE: none
 * were issued, or they were replaced since. */
int hlsim__airvantage_credentials(const struct hlsim__airvantage *av, const char *imei,
                                  struct hlsim__airvantage_credentials *ret_credentials);

/* --- Operations --------------------------------------------------------------------------- */

struct hlsim__airvantage_job {
    const char *id; /* of the operation; NULL or "": it has its number alone */
    enum hlsim_operation_kind kind;
    const char *package; /* upgrade: the id of one, or "latest": for each system the highest version
                          */
    bool force;          /* upgrade: packages that do not fit are sent all the same */
    int64_t polling;     /* settings: the period, in whole seconds; 0: none */
    const char *const *imeis; /* borrowed during the call; NULL: all systems */
    size_t imei_count;
    int64_t start;   /* from now; until then the operation is scheduled */
    int64_t timeout; /* from the start; 0: none */
    bool partly; /* the task of a system that has no package fails, instead of all being refused */
};

/*
 * Creates an operation with a task for each system. A package fits a system that last reported the
 * version which it starts from (AN1.1 8.6: only compatible ones are listed), or has reported none
 * yet; it is looked at now and not again when it is sent. "latest" is the highest version above the
 * system's own that has a fitting package; of a system that has reported nothing it is chosen once
 * it has.
 *
 * Its number, counted from 1, or HLSIM_E_NOT_FOUND (no such package or system), HLSIM_E_UNSUPPORTED
 * (no package that fits), HLSIM_E_EXISTS (the id is in use), HLSIM_E_INVALID (no system at all, a
 * system named twice), HLSIM_E_RANGE, HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY; then nothing is created,
 * and an event says why.
 */
int hlsim__airvantage_operate(struct hlsim__airvantage *av,
                              const struct hlsim__airvantage_job *job);

/*
 * Cancels what is not finished of an operation: by its name, its number or "last". What a device
 * has begun it is told to give up, when it can be told. HLSIM_E_NOT_FOUND; HLSIM_E_STATE: it is
 * over.
 */
int hlsim__airvantage_cancel(struct hlsim__airvantage *av, const char *id);

/* --- Packages ----------------------------------------------------------------------------- */

/*
 * Replaces a stored package by a damaged one; transfers that run go on with the old bytes. What the
 * portal knows of it, the versions, stays. `id` NULL: the only package. `offset`: where (bit_flip,
 * truncate), negative: in the middle. Later requests meet the new bytes, ranges too.
 * HLSIM_E_NOT_FOUND, HLSIM_E_RANGE (beyond the end), HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY, or what
 * rebuilding the package returns.
 */
int hlsim__airvantage_package_corrupt(struct hlsim__airvantage *av, const char *id,
                                      enum hlsim_package_break kind, int64_t offset);

/* --- Paths -------------------------------------------------------------------------------- */

/*
 * Reads a path "airvantage.*" from the point of view of one system:
 *   airvantage.operation     how its task in its last operation stands: none, scheduled,
 *                            in_progress, success, failure, cancelled, timeout
 *   airvantage.operation.ID  the same in operation ID, its number or its name ("none" until it
 *                            exists); for a system that has no task in it (or is
 *                            not known any more), of the whole operation
 *   airvantage.phase         the whole of its last operation: none, scheduled, in_progress,
 * finished airvantage.tasks.STATE   how many tasks of that operation are pending, in_progress,
 * success, failure, cancelled, timeout airvantage.dates.WHAT    of that operation: created, start,
 * timeout, cancelled, ended; or null airvantage.system        registered, unknown
 *   airvantage.lifecycle     as hlsim_lifecycle_name, or null
 *   airvantage.gateway.imei, .serial   what the portal says of the device, wrong or right, or null
 *   airvantage.communication undefined (never seen), ok, error (its registration has expired)
 *   airvantage.synchronization  undefined, ok, error: how the last reading of the data went
 *   airvantage.firmware      the text last read from /3/0/3, or null
 *   airvantage.data.PATH     a resource as last read ("3.0.1"), a text, or null
 *   airvantage.last_seen     the time of its last message, or null
 *   airvantage.timeline      how many communications there were
 *   airvantage.timeline.latest  what the last one was, or null
 *   airvantage.lifetime      of its registration, or null
 *   airvantage.queued        how many of its tasks have not reached the device yet
 * HLSIM_E_NOT_FOUND for any other path.
 */
int hlsim__airvantage_read(const struct hlsim__airvantage *av, const char *imei, const char *path,
                           struct hlsim_value *ret_value);

#endif
