/*
 * A bench for the LwM2M client: the client on a modem's interface, a simulated network, and two
 * servers that the test plays byte by byte. What the client tells its owner is written down as a
 * text such as "4 6 23,1".
 */
#ifndef HL78SIM_TESTS_LWM2M_BENCH_H
#define HL78SIM_TESTS_LWM2M_BENCH_H

#include "exchange/nosec.h"
#include "lwm2m/client.h"
#include "network/network.h"

#define BENCH_RECEIVED_MAX 128
#define BENCH_TOLD_SIZE    512

enum bench_server { BENCH_BS, BENCH_DM };

struct bench_datagram {
    enum bench_server server;
    int64_t at;
    struct hlsim_address from;
    size_t size;
    uint8_t bytes[HLSIM__DATAGRAM_MAX];
};

struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__promises promises;
    struct hlsim_network network;
    struct hlsim__power power;
    struct hlsim__timer_group timers;
    struct hlsim__iface iface;
    struct hlsim__endpoint servers[2];
    struct hlsim__nosec nosec;
    struct hlsim__lwm2m_config config;
    struct hlsim__lwm2m_client client;

    /* What the servers do by themselves. */
    bool answers_ping[2];
    uint8_t bootstrap_code; /* to POST /bs; 0: silence */
    uint8_t register_code;
    uint8_t update_code;
    uint8_t delete_code;
    bool says_twice; /* every datagram of a server leaves twice */

    /* What they received but for pings, and the client's address as they see it. */
    struct bench_datagram received[BENCH_RECEIVED_MAX];
    size_t received_count;
    struct hlsim_address client_at[2];
    unsigned pings;
    unsigned ignored;      /* air.ignored events */
    uint64_t last_receive; /* the event */

    /* The owner. */
    char told[BENCH_TOLD_SIZE];
    int64_t told_at;
    uint64_t told_cause;
    unsigned failed;
    enum hlsim__lwm2m_failure why;
    bool has_account[2];
    struct hlsim__lwm2m_account accounts[2];
    unsigned stores;
    int store_error;
    uint32_t lifetime_written;
    unsigned reboots;
    char uri[HLSIM__LWM2M_TEXT_SIZE];
    unsigned uris;
    unsigned updates;
    uint8_t owner_code;
    enum hlsim__lwm2m_firmware_state firmware_state;
    int firmware_result;
    bool wants_receipt;
    bool owes_result;
    unsigned receipts;
};

/* The end-point name of the client. */
#define BENCH_ENDPOINT "urn:imei:123456789012345"

/* A new bench in memory full of rubbish; the client is idle and has no DM account. */
void bench_setup(struct bench *bench, uint64_t seed);
void bench_teardown(struct bench *bench);

/* The client has the account that the bootstrap of bench_write_accounts leaves. */
void bench_give_account(struct bench *bench);

void bench_run(struct bench *bench, int64_t time);

/* Runs until exactly this was told, for an hour at most (asserted). */
void bench_run_until_told(struct bench *bench, const char *told);

/* A server sends bytes to where the client was last heard. */
void bench_say(struct bench *bench, enum bench_server server, const void *bytes, size_t size);

/*
 * A server sends a confirmable request: its code, then options and payload as bytes. Runs until the
 * answer must be there; NULL when there was none, else the datagram received.
 */
const struct bench_datagram *bench_ask(struct bench *bench, enum bench_server server, uint8_t code,
                                       const void *rest, size_t size);

/* The code of the answer to such a request; -1: no answer. */
int bench_ask_code(struct bench *bench, enum bench_server server, uint8_t code, const void *rest,
                   size_t size);

/* Bytes without the final zero, and their size: what a request consists of behind its token. */
#define BENCH_REST(text) (text), sizeof(text) - 1

/* Whether the DM server's GET is answered by 2.05 with this content format and payload. */
bool bench_reads(struct bench *bench, const char *rest, size_t rest_size, uint16_t format,
                 const char *payload, size_t size);

/* The bootstrap server's DELETE /0, PUT /0/1 and PUT /1/0; true when all were taken. */
bool bench_write_accounts(struct bench *bench);

/* Starts, and runs until the client is registered by the account that it has. */
void bench_connect(struct bench *bench);

/* The finish of a bootstrap, POST /bs: the Uri-Path option. */
#define BENCH_FINISH                                                                               \
    "\xb2"                                                                                         \
    "bs"

/* Starts, and runs until the bootstrap server has been asked. */
void bench_begin_bootstrap(struct bench *bench);

/*
 * Runs a first connection, which was started, for some time; `*written` says whether the bootstrap
 * server has had its turn.
 */
void bench_run_first_connection(struct bench *bench, int64_t time, bool *written);

/* Forgets what was told and received. */
void bench_forget(struct bench *bench);

/* Whether a request of the client, without its id and token, is these bytes. */
bool bench_request_is(const struct bench_datagram *datagram, uint8_t code, const void *rest,
                      size_t size);

/* The datagram received last; asserted to exist. */
const struct bench_datagram *bench_last(const struct bench *bench);

#endif
