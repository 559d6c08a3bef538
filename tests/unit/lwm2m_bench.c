/*
 * The bench's network, servers and owner.
 */
#include "lwm2m_bench.h"

#include <hl78sim/error.h>

#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

#define BS_IP    0xc0000201u
#define DM_IP    0xc0000202u
#define PORT     5683
#define MODEM_IP 0x0a000002u

/* --- The owner ---------------------------------------------------------------------------- */

static void tell(struct bench *bench, const char *text)
{
    size_t used = strlen(bench->told);

    snprintf(bench->told + used, sizeof bench->told - used, "%s%s", used == 0 ? "" : " ", text);
    bench->told_at = bench->sched.now;
    bench->told_cause = bench->stream.cause;
}

static void on_status(void *user, enum hlsim__lwm2m_event event, int value)
{
    char text[16];

    if (event == HLSIM__LWM2M_STARTED) {
        snprintf(text, sizeof text, "%d,%d", event, value);
    } else {
        snprintf(text, sizeof text, "%d", event);
    }
    tell(user, text);
}

static void on_failed(void *user, enum hlsim__lwm2m_failure why)
{
    struct bench *bench = user;

    bench->failed++;
    bench->why = why;
}

static int on_load(void *user, enum hlsim__lwm2m_role role,
                   struct hlsim__lwm2m_account *ret_account)
{
    struct bench *bench = user;

    if (!bench->has_account[role]) {
        return HLSIM_E_NOT_FOUND;
    }
    *ret_account = bench->accounts[role];
    return 0;
}

static int on_store(void *user, enum hlsim__lwm2m_role role,
                    const struct hlsim__lwm2m_account *account)
{
    struct bench *bench = user;

    if (bench->store_error < 0) {
        return bench->store_error;
    }
    bench->stores++;
    bench->has_account[role] = true;
    bench->accounts[role] = *account;
    return 0;
}

static int on_erase(void *user, enum hlsim__lwm2m_role role)
{
    struct bench *bench = user;

    bench->has_account[role] = false;
    return 0;
}

static void on_lifetime(void *user, uint32_t lifetime)
{
    struct bench *bench = user;

    bench->lifetime_written = lifetime;
}

static void on_connectivity(void *user, struct hlsim__lwm2m_connectivity *ret_connectivity)
{
    (void)user;
    *ret_connectivity = (struct hlsim__lwm2m_connectivity){
        .bearer = 7, .rsrp = -95, .ip = MODEM_IP, .apn = "iot", .cell = 0x01020304};
}

static uint8_t on_reboot(void *user)
{
    struct bench *bench = user;

    bench->reboots++;
    return bench->owner_code;
}

static uint8_t on_uri(void *user, const char *uri)
{
    struct bench *bench = user;

    bench->uris++;
    snprintf(bench->uri, sizeof bench->uri, "%s", uri);
    return bench->owner_code;
}

static uint8_t on_update(void *user)
{
    struct bench *bench = user;

    bench->updates++;
    return bench->owner_code;
}

static enum hlsim__lwm2m_firmware_state on_state(void *user)
{
    const struct bench *bench = user;

    return bench->firmware_state;
}

static int on_result(void *user)
{
    const struct bench *bench = user;

    return bench->firmware_result;
}

static bool on_receipt_wanted(void *user)
{
    const struct bench *bench = user;

    return bench->wants_receipt && bench->receipts == 0;
}

static void on_receipt(void *user)
{
    struct bench *bench = user;

    bench->receipts++;
}

static bool on_owed(void *user)
{
    const struct bench *bench = user;

    return bench->owes_result;
}

static const struct hlsim__lwm2m_ops ops = {.status = on_status,
                                            .failed = on_failed,
                                            .load = on_load,
                                            .store = on_store,
                                            .erase = on_erase,
                                            .lifetime_written = on_lifetime,
                                            .connectivity = on_connectivity,
                                            .reboot_requested = on_reboot,
                                            .uri_written = on_uri,
                                            .update_requested = on_update,
                                            .firmware_state = on_state,
                                            .firmware_result = on_result,
                                            .wants_receipt = on_receipt_wanted,
                                            .owes_result = on_owed,
                                            .result_received = on_receipt};

/* --- The servers -------------------------------------------------------------------------- */

void bench_say(struct bench *bench, enum bench_server server, const void *bytes, size_t size)
{
    for (int i = 0; i < (bench->says_twice ? 2 : 1); i++) {
        CU_ASSERT_FATAL(hlsim__endpoint_udp_send(&bench->servers[server], PORT,
                                                 bench->client_at[server], bytes, size) == 0);
    }
}

/* Answers the request of the client that came last: the code, then options. */
static void respond(struct bench *bench, uint8_t code, const void *options, size_t size)
{
    const struct bench_datagram *request = bench_last(bench);
    uint8_t bytes[64] = {0x68, code};

    if (code == 0) {
        return;
    }
    memcpy(bytes + 2, request->bytes + 2, 10); /* id and token */
    memcpy(bytes + 12, options, size);
    bench_say(bench, request->server, bytes, 12 + size);
}

static bool is_request(const struct bench_datagram *datagram, uint8_t code, const char *path)
{
    return datagram->size >= 15 && datagram->bytes[0] == 0x48 && datagram->bytes[1] == code &&
           memcmp(datagram->bytes + 12, path, 3) == 0;
}

static void receive(struct bench *bench, enum bench_server server, struct hlsim_address from,
                    const uint8_t *bytes, size_t size)
{
    struct bench_datagram *datagram = &bench->received[bench->received_count];

    bench->client_at[server] = from;
    if (size == 4 && bytes[0] == 0x40 && bytes[1] == 0) {
        const uint8_t reset[] = {0x70, 0x00, bytes[2], bytes[3]};

        bench->pings++;
        if (bench->answers_ping[server]) {
            bench_say(bench, server, reset, sizeof reset);
        }
        return;
    }
    CU_ASSERT_FATAL(bench->received_count < BENCH_RECEIVED_MAX);
    bench->received_count++;
    datagram->server = server;
    datagram->at = bench->sched.now;
    datagram->from = from;
    datagram->size = size;
    memcpy(datagram->bytes, bytes, size);
    /* Uri-Path of two letters; "rd" alone has the content format behind it. */
    if (is_request(datagram, 0x02,
                   "\xb2"
                   "bs")) {
        respond(bench, bench->bootstrap_code, "", 0);
    } else if (is_request(datagram, 0x02,
                          "\xb2"
                          "rd") &&
               bytes[15] == 0x11) {
        /* Location-Path (8) "rd", "7f". */
        respond(bench, bench->register_code,
                "\x82rd\x02"
                "7f",
                6);
    } else if (is_request(datagram, 0x02,
                          "\xb2"
                          "rd")) {
        respond(bench, bench->update_code, "", 0);
    } else if (is_request(datagram, 0x04,
                          "\xb2"
                          "rd")) {
        respond(bench, bench->delete_code, "", 0);
    }
}

static void receive_bs(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    receive(user, BENCH_BS, from, bytes, size);
}

static void receive_dm(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    receive(user, BENCH_DM, from, bytes, size);
}

const struct bench_datagram *bench_ask(struct bench *bench, enum bench_server server, uint8_t code,
                                       const void *rest, size_t size)
{
    static const uint8_t token[] = {0xc0, 0xde};
    uint8_t bytes[HLSIM__DATAGRAM_MAX] = {0x42, code};
    uint16_t id = (uint16_t)(0x4000 + bench->sched.order); /* never twice in a test */
    size_t before = bench->received_count;

    bytes[2] = (uint8_t)(id >> 8);
    bytes[3] = (uint8_t)id;
    memcpy(bytes + 4, token, sizeof token);
    memcpy(bytes + 6, rest, size);
    bench_say(bench, server, bytes, 6 + size);
    bench_run(bench, 200 * HLSIM_MS);
    for (size_t i = before; i < bench->received_count; i++) {
        const struct bench_datagram *answer = &bench->received[i];

        if (answer->size >= 6 && answer->bytes[0] == 0x62 &&
            memcmp(answer->bytes + 2, bytes + 2, 4) == 0) {
            return answer;
        }
    }
    return NULL;
}

int bench_ask_code(struct bench *bench, enum bench_server server, uint8_t code, const void *rest,
                   size_t size)
{
    const struct bench_datagram *answer = bench_ask(bench, server, code, rest, size);

    return answer == NULL ? -1 : answer->bytes[1];
}

bool bench_reads(struct bench *bench, const char *rest, size_t rest_size, uint16_t format,
                 const char *payload, size_t size)
{
    const struct bench_datagram *answer =
        bench_ask(bench, BENCH_DM, HLSIM__COAP_GET, rest, rest_size);
    /* Content-Format (12), which is an empty value for 0. */
    uint8_t expected[256] = {0xc2, (uint8_t)(format >> 8), (uint8_t)format, 0xff};
    size_t head = 4;

    if (format == 0) {
        expected[0] = 0xc0;
        expected[1] = 0xff;
        head = 2;
    }
    memcpy(expected + head, payload, size);
    return answer != NULL && answer->bytes[1] == 0x45 && answer->size == 6 + head + size &&
           memcmp(answer->bytes + 6, expected, head + size) == 0;
}

bool bench_write_accounts(struct bench *bench)
{
    /* Uri-Path "0", "1"; Content-Format 11542; then URI, bootstrap, mode, short id as TLV. */
    static const char security[] = "\xb1"
                                   "0\x01"
                                   "1\x12\x2d\x16\xff"
                                   "\xc8\x00\x16"
                                   "coap://dm.example:5683"
                                   "\xc1\x01\x00\xc1\x02\x03\xc1\x0a\x7b";
    /* Short id, lifetime 3600, binding. */
    static const char server[] = "\xb1"
                                 "1\x01"
                                 "0\x12\x2d\x16\xff"
                                 "\xc1\x00\x7b\xc2\x01\x0e\x10\xc2\x07UQ";

    return bench_ask_code(bench, BENCH_BS, 4,
                          "\xb1"
                          "0",
                          2) == 0x42 &&
           bench_ask_code(bench, BENCH_BS, 3, security, sizeof security - 1) == 0x44 &&
           bench_ask_code(bench, BENCH_BS, 3, server, sizeof server - 1) == 0x44;
}

/* --- The whole ---------------------------------------------------------------------------- */

static void on_event(void *user, const struct hlsim_event *event)
{
    struct bench *bench = user;

    if (event->kind == HLSIM_EVENT_IGNORED) {
        bench->ignored++;
    } else {
        bench->last_receive = event->id;
    }
}

static void setup_network(struct bench *bench, uint64_t seed)
{
    struct hlsim__network_setup setup = {.sched = &bench->sched,
                                         .stream = &bench->stream,
                                         .promises = &bench->promises,
                                         .seed = seed};
    static const char *const names[] = {"bs.example", "dm.example"};
    static const uint32_t ips[] = {BS_IP, DM_IP};

    CU_ASSERT_FATAL(hlsim__network_init(&bench->network, &setup) == 0);
    CU_ASSERT_FATAL(
        hlsim__iface_init(&bench->iface, &bench->network, &bench->power, NULL, "modem:0") == 0);
    hlsim__iface_attach(&bench->iface, MODEM_IP);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_FATAL(
            hlsim__endpoint_init(&bench->servers[i], &bench->network, ips[i], names[i]) == 0);
        CU_ASSERT_FATAL(hlsim__endpoint_udp_bind(&bench->servers[i], PORT,
                                                 i == BENCH_BS ? receive_bs : receive_dm,
                                                 bench) == 0);
        CU_ASSERT_FATAL(hlsim__network_add_name(&bench->network, names[i], ips[i]) == 0);
    }
}

void bench_setup(struct bench *bench, uint64_t seed)
{
    memset(bench, 0, sizeof *bench);
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
    hlsim__promises_init(&bench->promises);
    hlsim__timer_group_init(&bench->timers, &bench->sched, NULL);
    hlsim__power_init(&bench->power, &bench->stream, "modem:0");
    hlsim__power_on(&bench->power);
    setup_network(bench, seed);
    CU_ASSERT_FATAL(hlsim_stream_subscribe(&bench->stream,
                                           HLSIM_EVENT_BIT(HLSIM_EVENT_IGNORED) |
                                               HLSIM_EVENT_BIT(HLSIM_EVENT_NET_RECEIVE),
                                           on_event, bench) == 0);
    bench->answers_ping[BENCH_BS] = true;
    bench->answers_ping[BENCH_DM] = true;
    bench->bootstrap_code = 0x44;
    bench->register_code = 0x41;
    bench->update_code = 0x44;
    bench->delete_code = 0x42;
    bench->owner_code = 0x44;
    bench->config =
        (struct hlsim__lwm2m_config){.endpoint_name = BENCH_ENDPOINT,
                                     .maker = "Sierra",
                                     .model = "HL7800",
                                     .serial = "FSN0123456789A",
                                     .firmware = "4.4.14.0",
                                     .auth_failures_max = 5,
                                     .refused_register_max = 2,
                                     .iface = &bench->iface,
                                     .stream = &bench->stream,
                                     .source = "modem:0",
                                     .timers = &bench->timers,
                                     .ack_timeout = 2 * HLSIM_SECOND,
                                     .max_retransmit = 4,
                                     .plain = {.ops = &hlsim__nosec_ops, .state = &bench->nosec},
                                     .ops = &ops,
                                     .user = bench};
    snprintf(bench->config.factory_bootstrap.uri, sizeof bench->config.factory_bootstrap.uri,
             "coap://bs.example");
    hlsim__rng_init(&bench->config.rng, seed, "modem:0/lwm2m");
    memset(&bench->client, 0xa5, sizeof bench->client);
    memset(&bench->nosec, 0xa5, sizeof bench->nosec);
    hlsim__lwm2m_init(&bench->client, &bench->config);
}

void bench_teardown(struct bench *bench)
{
    hlsim__timer_group_drop(&bench->timers);
    hlsim__network_free(&bench->network);
    hlsim__sched_free(&bench->sched);
}

void bench_give_account(struct bench *bench)
{
    struct hlsim__lwm2m_account *account = &bench->accounts[HLSIM__LWM2M_DM];

    bench->has_account[HLSIM__LWM2M_DM] = true;
    *account = (struct hlsim__lwm2m_account){.short_id = 123, .lifetime = 3600};
    snprintf(account->uri, sizeof account->uri, "coap://dm.example:5683");
}

void bench_run(struct bench *bench, int64_t time)
{
    int64_t end = bench->sched.now + time;

    while (hlsim__sched_fire_next(&bench->sched, end)) {
    }
    hlsim__sched_advance(&bench->sched, end);
}

void bench_run_until_told(struct bench *bench, const char *told)
{
    int64_t end = bench->sched.now + HLSIM_HOUR;

    while (strcmp(bench->told, told) != 0 && hlsim__sched_fire_next(&bench->sched, end)) {
    }
    CU_ASSERT_STRING_EQUAL_FATAL(bench->told, told);
}

void bench_connect(struct bench *bench)
{
    bench_give_account(bench);
    hlsim__lwm2m_start(&bench->client);
    bench_run(bench, HLSIM_SECOND);
    CU_ASSERT_FATAL(hlsim__lwm2m_state(&bench->client) == HLSIM__LWM2M_REGISTERED);
    CU_ASSERT_STRING_EQUAL(bench->told, "4 6 23,1");
    bench->told[0] = '\0';
}

const struct bench_datagram *bench_last(const struct bench *bench)
{
    CU_ASSERT_FATAL(bench->received_count > 0);
    return &bench->received[bench->received_count - 1];
}

void bench_begin_bootstrap(struct bench *bench)
{
    hlsim__lwm2m_start(&bench->client);
    bench_run(bench, HLSIM_SECOND);
    CU_ASSERT_FATAL(hlsim__lwm2m_state(&bench->client) == HLSIM__LWM2M_BOOTSTRAPPING);
}

void bench_run_first_connection(struct bench *bench, int64_t time, bool *written)
{
    static const char end_of_bootstrap[] = "\x41\x02\x7f\x01\x01" BENCH_FINISH;
    int64_t end = bench->sched.now + time;

    while (bench->sched.now < end) {
        if (!*written && strcmp(bench->told, "4 6 23,0") == 0) {
            *written = true;
            CU_ASSERT_FATAL(bench_write_accounts(bench));
            bench_say(bench, BENCH_BS, end_of_bootstrap, sizeof end_of_bootstrap - 1);
        }
        bench_run(bench, HLSIM_MS);
    }
}

void bench_forget(struct bench *bench)
{
    bench->told[0] = '\0';
    bench->received_count = 0;
    bench->failed = 0;
}

bool bench_request_is(const struct bench_datagram *datagram, uint8_t code, const void *rest,
                      size_t size)
{
    return datagram->size == 12 + size && datagram->bytes[0] == 0x48 &&
           datagram->bytes[1] == code && memcmp(datagram->bytes + 12, rest, size) == 0;
}
