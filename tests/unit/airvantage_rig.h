/*
 * AirVantage in a simulated network, and peers on modems' interfaces that speak raw bytes: what
 * they send and expect is written by hand from RFC 7252, RFC 7641 and OMA LwM2M 1.0.2, and not made
 * by the project's own codecs. Keeps a text log of what the servers did; checks the promises after
 * every step.
 */
#ifndef HL78SIM_TESTS_AIRVANTAGE_RIG_H
#define HL78SIM_TESTS_AIRVANTAGE_RIG_H

#include "lib/suite.h"

#include "airvantage/airvantage.h"
#include "network/network.h"
#include "network/tcp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RIG_IMEI     "351234567890123"
#define RIG_ENDPOINT "urn:imei:" RIG_IMEI
#define RIG_PEERS    1024
#define RIG_INBOX    32
#define RIG_LOG      1048576
#define RIG_SERVER   5683

static const struct hlsim_address rig_bootstrap = {.ip = 0xcb007101U, .port = RIG_SERVER};
static const struct hlsim_address rig_dm = {.ip = 0xcb007102U, .port = RIG_SERVER};

struct rig_bytes {
    size_t size;
    uint8_t bytes[1500];
};

/* A device as far as the servers see it, for the tests that are not about single datagrams. */
struct rig_device {
    char firmware[48];
    char state;  /* '0' to '3' */
    char result; /* '0' to '9' */
    char uri[128];
    unsigned writes;
    unsigned executes;
    unsigned reboots;
    char lifetime[16];    /* as last written */
    uint8_t refusal;      /* the code of its answers to reboots and to the lifetime; 0: 2.04 */
    uint8_t tokens[2][8]; /* of the observations of state and result */
};

struct rig_peer {
    struct rig *rig;
    char name[16];
    char imei[16];
    struct hlsim__power power;
    struct hlsim__iface iface;
    struct hlsim__udp_socket socket;
    bool deaf;      /* what comes is lost */
    bool automatic; /* the device answers what the DM server asks */
    struct rig_device device;
    uint16_t next_id;
    char location[16];
    size_t count;
    struct rig_bytes inbox[RIG_INBOX]; /* what was not answered automatically */
};

struct rig {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__promises promises;
    struct hlsim_network net;
    struct hlsim__airvantage *av;
    size_t peer_count;
    struct rig_peer *peers[RIG_PEERS];
    size_t ignored;
    size_t log_size;
    char log[RIG_LOG]; /* "dm POST /rd 2.01;" ... */
};

/* --- The log ------------------------------------------------------------------------------ */

static inline const char *rig_field(const struct hlsim_event *event, const char *key)
{
    const struct hlsim_field *field = hlsim_event_field(event, key);

    return field == NULL || field->type != HLSIM_FIELD_TEXT ? "" : field->data;
}

static inline void rig_on_event(void *user, const struct hlsim_event *event)
{
    struct rig *rig = user;
    char *end = rig->log + rig->log_size;
    size_t room = sizeof rig->log - rig->log_size;
    int size = 0;

    if (event->kind == HLSIM_EVENT_IGNORED) {
        rig->ignored++;
    } else if (event->kind == HLSIM_EVENT_SERVER) {
        size = snprintf(end, room, "%s %s %s;", rig_field(event, "server"),
                        rig_field(event, "request"), rig_field(event, "code"));
    } else if (event->kind == HLSIM_EVENT_OPERATION) {
        const struct hlsim_field *number = hlsim_event_field(event, "operation");

        size = snprintf(end, room, "op%d %s%s%s;", number != NULL ? (int)number->integer : 0,
                        rig_field(event, "state"), rig_field(event, "reason")[0] ? " " : "",
                        rig_field(event, "reason"));
    }
    CU_ASSERT_FATAL(size >= 0 && (size_t)size < room);
    rig->log_size += (size_t)size;
}

static inline void rig_forget(struct rig *rig)
{
    rig->log_size = 0;
    rig->log[0] = '\0';
    rig->ignored = 0;
}

/* Fails with the log on standard error, so that the difference can be read. */
static inline bool rig_logged(const struct rig *rig, const char *expected)
{
    bool same = strcmp(rig->log, expected) == 0;

    if (!same) {
        fprintf(stderr, "\nexpected: %s\n     got: %s\n", expected, rig->log);
    }
    return same;
}

/* --- The world ---------------------------------------------------------------------------- */

struct rig_options {
    const struct hlsim_airvantage_config *config;
    const struct hlsim__airvantage_policy *policy;
    const struct hlsim_network_config *network;
    uint64_t seed;
};

static inline struct rig *rig_new(struct rig_options options)
{
    static const struct hlsim_airvantage_config empty;
    struct rig *rig = calloc(1, sizeof *rig);

    CU_ASSERT_PTR_NOT_NULL_FATAL(rig);
    hlsim__sched_init(&rig->sched);
    hlsim__stream_init(&rig->stream, &rig->sched);
    hlsim__promises_init(&rig->promises);
    CU_ASSERT_EQUAL_FATAL(hlsim__network_init(&rig->net,
                                              &(struct hlsim__network_setup){
                                                  .sched = &rig->sched,
                                                  .stream = &rig->stream,
                                                  .promises = &rig->promises,
                                                  .seed = options.seed,
                                                  .config = options.network,
                                              }),
                          0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_create(
                              &(struct hlsim__airvantage_setup){
                                  .network = &rig->net,
                                  .sched = &rig->sched,
                                  .stream = &rig->stream,
                                  .promises = &rig->promises,
                                  .seed = options.seed,
                                  .config = options.config != NULL ? options.config : &empty,
                                  .policy = options.policy,
                              },
                              &rig->av),
                          0);
    CU_ASSERT_EQUAL_FATAL(hlsim_stream_subscribe(&rig->stream,
                                                 HLSIM_EVENT_BIT(HLSIM_EVENT_SERVER) |
                                                     HLSIM_EVENT_BIT(HLSIM_EVENT_OPERATION) |
                                                     HLSIM_EVENT_BIT(HLSIM_EVENT_IGNORED),
                                                 rig_on_event, rig),
                          0);
    return rig;
}

static inline void rig_free(struct rig *rig)
{
    hlsim__airvantage_free(rig->av);
    hlsim__network_free(&rig->net);
    for (size_t i = 0; i < rig->peer_count; i++) {
        free(rig->peers[i]);
    }
    hlsim__sched_free(&rig->sched);
    free(rig);
}

static inline void rig_run_for(struct rig *rig, int64_t duration)
{
    int64_t limit = rig->sched.now + duration;
    const char *source;

    while (hlsim__sched_fire_next(&rig->sched, limit)) {
        CU_ASSERT_PTR_NULL_FATAL(hlsim__promises_check(&rig->promises, &source));
    }
    hlsim__sched_advance(&rig->sched, limit);
}

/* --- Datagrams by hand -------------------------------------------------------------------- */

/* Adds bytes written as hexadecimal digits, with spaces as one likes. */
static inline void rig_hex(struct rig_bytes *to, const char *digits)
{
    unsigned value = 0;
    size_t count = 0;

    for (; *digits != '\0'; digits++) {
        if (*digits == ' ') {
            continue;
        }
        value = value * 16 + (unsigned)(*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
        if (++count % 2 == 0) {
            to->bytes[to->size++] = (uint8_t)value;
            value = 0;
        }
    }
    CU_ASSERT_EQUAL_FATAL(count % 2, 0);
}

static inline void rig_raw(struct rig_bytes *to, const void *bytes, size_t size)
{
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

static inline void rig_text(struct rig_bytes *to, const char *text)
{
    rig_raw(to, text, strlen(text));
}

static inline void rig_send(struct rig_peer *peer, struct hlsim_address to,
                            const struct rig_bytes *bytes)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__udp_send(&peer->socket, to, bytes->bytes, bytes->size), 0);
}

/* The last datagram that came, or NULL. */
static inline const struct rig_bytes *rig_last(const struct rig_peer *peer)
{
    return peer->count > 0 ? &peer->inbox[peer->count - 1] : NULL;
}

static inline bool rig_is(const struct rig_bytes *bytes, const struct rig_bytes *expected)
{
    return bytes != NULL && bytes->size == expected->size &&
           memcmp(bytes->bytes, expected->bytes, expected->size) == 0;
}

static inline bool rig_is_hex(const struct rig_bytes *bytes, const char *digits)
{
    struct rig_bytes expected = {0};

    rig_hex(&expected, digits);
    return rig_is(bytes, &expected);
}

/* A request of a server: CON, token of 8 bytes, this code, and these bytes behind the token. */
static inline bool rig_is_request(const struct rig_bytes *bytes, uint8_t code,
                                  const struct rig_bytes *rest)
{
    return bytes != NULL && bytes->size == 12 + rest->size && bytes->bytes[0] == 0x48 &&
           bytes->bytes[1] == code && memcmp(bytes->bytes + 12, rest->bytes, rest->size) == 0;
}

static inline bool rig_is_request_hex(const struct rig_bytes *bytes, uint8_t code,
                                      const char *digits)
{
    struct rig_bytes rest = {0};

    rig_hex(&rest, digits);
    return rig_is_request(bytes, code, &rest);
}

/* The acknowledgement with a response to a server's request: same id, same token. */
static inline struct rig_bytes rig_answer(const struct rig_bytes *request, uint8_t code,
                                          const char *rest_hex, const char *rest_text)
{
    struct rig_bytes answer = {0};

    rig_hex(&answer, "68");
    rig_raw(&answer, &code, 1);
    rig_raw(&answer, request->bytes + 2, 10);
    rig_hex(&answer, rest_hex);
    rig_text(&answer, rest_text);
    return answer;
}

/* Answers what came last from `to`. */
static inline void rig_reply(struct rig_peer *peer, struct hlsim_address to, uint8_t code,
                             const char *rest_hex, const char *rest_text)
{
    struct rig_bytes answer;

    CU_ASSERT_PTR_NOT_NULL_FATAL(rig_last(peer));
    answer = rig_answer(rig_last(peer), code, rest_hex, rest_text);
    rig_send(peer, to, &answer);
}

/* --- A device that answers by itself ------------------------------------------------------ */

static inline bool rig_has(const struct rig_bytes *bytes, size_t offset, const char *digits)
{
    struct rig_bytes part = {0};

    rig_hex(&part, digits);
    return bytes->size >= offset + part.size &&
           memcmp(bytes->bytes + offset, part.bytes, part.size) == 0;
}

static inline void rig_answer_observe(struct rig_peer *peer, const struct rig_bytes *request,
                                      size_t which, char value)
{
    char text[2] = {value, '\0'};
    struct rig_bytes answer = rig_answer(request, 0x45, "6101ff", text);

    memcpy(peer->device.tokens[which], request->bytes + 4, 8);
    rig_send(peer, rig_dm, &answer);
}

/* PUT /5/0/1, text: an address to download from, or none. */
static inline void rig_take_address(struct rig_device *device, const struct rig_bytes *request)
{
    size_t size = request->size > 20 ? request->size - 20 : 0;

    CU_ASSERT_FATAL(size < sizeof device->uri);
    memcpy(device->uri, request->bytes + 20, size);
    device->uri[size] = '\0';
    device->state = size > 0 ? '1' : '0';
    device->result = '0';
    device->writes++;
}

/* What operations other than upgrades ask for: reboot, lifetime, objects 1 and 4. */
static inline bool rig_act_on_job(struct rig_peer *peer, const struct rig_bytes *request)
{
    struct rig_device *device = &peer->device;
    uint8_t code = device->refusal != 0 ? device->refusal : 0x44;
    struct rig_bytes answer;

    if (rig_has(request, 12, "b133013001 34") && request->bytes[1] == 0x02) {
        device->reboots++;
        answer = rig_answer(request, code, "", "");
    } else if (rig_has(request, 12, "b131013001 3110ff") && request->bytes[1] == 0x03) {
        CU_ASSERT_FATAL(request->size - 20 < sizeof device->lifetime);
        memcpy(device->lifetime, request->bytes + 20, request->size - 20);
        device->lifetime[request->size - 20] = '\0';
        answer = rig_answer(request, code, "", "");
    } else if (rig_has(request, 12, "b131013001 31") && request->bytes[1] == 0x01) {
        /* TLV 11542: resource 1, an integer of two bytes, 3600 */
        answer = rig_answer(request, 0x45, "c22d16 ff c2010e10", "");
    } else if (rig_has(request, 12, "b134013001 30") && request->bytes[1] == 0x01) {
        answer = rig_answer(request, 0x45, "ff", "6");
    } else if (rig_has(request, 12, "b134013001 34") && request->bytes[1] == 0x01) {
        /* TLV: the multiple resource 4 with instance 0, "1.2.3.4" */
        answer = rig_answer(request, 0x45, "c22d16 ff 880409 4700", "1.2.3.4");
    } else if (rig_has(request, 12, "b134013001") && request->bytes[1] == 0x01) {
        answer = rig_answer(request, 0x84, "", "");
    } else {
        return false;
    }
    rig_send(peer, rig_dm, &answer);
    return true;
}

/* Answers a request of the DM server as the device would; false when it is none that is known. */
static inline bool rig_act(struct rig_peer *peer, const struct rig_bytes *request)
{
    struct rig_device *device = &peer->device;
    struct rig_bytes answer;

    if (request->size < 14 || request->bytes[0] != 0x48) {
        return false;
    }
    if (rig_has(request, 12, "6051350130 0133") && request->bytes[1] == 0x01) {
        rig_answer_observe(peer, request, 0, device->state);
        return true;
    }
    if (rig_has(request, 12, "6051350130 0135") && request->bytes[1] == 0x01) {
        rig_answer_observe(peer, request, 1, device->result);
        return true;
    }
    if (rig_has(request, 12, "b133013001") && request->bytes[1] == 0x01) {
        answer =
            rig_answer(request, 0x45, "ff", request->bytes[17] == '3' ? device->firmware : "text");
    } else if (rig_has(request, 12, "b135013001 3110") && request->bytes[1] == 0x03) {
        rig_take_address(device, request);
        answer = rig_answer(request, 0x44, "", "");
    } else if (rig_has(request, 12, "b135013001 32") && request->bytes[1] == 0x02) {
        device->executes++;
        answer = rig_answer(request, device->state == '2' ? 0x44 : 0x85, "", "");
        device->state = device->state == '2' ? '3' : device->state;
    } else {
        return rig_act_on_job(peer, request);
    }
    rig_send(peer, rig_dm, &answer);
    return true;
}

static inline void rig_on_datagram(void *user, struct hlsim_address from, const uint8_t *bytes,
                                   size_t size)
{
    struct rig_peer *peer = user;
    struct rig_bytes request = {0};

    if (peer->deaf) {
        return;
    }
    rig_raw(&request, bytes, size);
    if (peer->automatic && from.ip == rig_dm.ip && rig_act(peer, &request)) {
        return;
    }
    CU_ASSERT_FATAL(peer->count < RIG_INBOX);
    peer->inbox[peer->count++] = request;
}

/* A powered and attached modem's interface with a socket. */
static inline struct rig_peer *rig_peer_new(struct rig *rig, const char *imei)
{
    struct rig_peer *peer = calloc(1, sizeof *peer);

    CU_ASSERT_PTR_NOT_NULL_FATAL(peer);
    CU_ASSERT_FATAL(rig->peer_count < RIG_PEERS);
    peer->rig = rig;
    snprintf(peer->name, sizeof peer->name, "modem:%u", (unsigned)rig->peer_count % 1000);
    snprintf(peer->imei, sizeof peer->imei, "%s", imei);
    peer->next_id = 0x1000;
    peer->device.state = '0';
    peer->device.result = '0';
    hlsim__power_init(&peer->power, &rig->stream, peer->name);
    hlsim__power_on(&peer->power);
    CU_ASSERT_EQUAL_FATAL(
        hlsim__iface_init(&peer->iface, &rig->net, &peer->power, NULL, peer->name), 0);
    hlsim__iface_attach(&peer->iface, 0x0a000001U + (uint32_t)rig->peer_count);
    CU_ASSERT_EQUAL_FATAL(hlsim__udp_open(&peer->socket, &peer->iface, 0, rig_on_datagram, peer),
                          0);
    rig->peers[rig->peer_count++] = peer;
    return peer;
}

/* --- Requests of a client ----------------------------------------------------------------- */

/* CON, a token of one byte, the next message id. */
static inline struct rig_bytes rig_client(struct rig_peer *peer, const char *code_hex)
{
    struct rig_bytes request = {0};
    uint8_t id[2];

    peer->next_id++;
    id[0] = (uint8_t)(peer->next_id >> 8);
    id[1] = (uint8_t)peer->next_id;
    rig_hex(&request, "41");
    rig_hex(&request, code_hex);
    rig_raw(&request, id, 2);
    rig_hex(&request, "a1");
    return request;
}

/* POST /bs?ep=urn:imei:... */
static inline struct rig_bytes rig_bootstrap_request(struct rig_peer *peer)
{
    struct rig_bytes request = rig_client(peer, "02");

    rig_hex(&request, "b26273 4d0e");
    rig_text(&request, "ep=urn:imei:");
    rig_text(&request, peer->imei);
    return request;
}

/* POST /rd?ep=...&lt=630720000&lwm2m=1.0&b=UQ with the usual objects. */
static inline struct rig_bytes rig_register_request(struct rig_peer *peer)
{
    struct rig_bytes request = rig_client(peer, "02");

    rig_hex(&request, "b27264 1128 3d0e");
    rig_text(&request, "ep=urn:imei:");
    rig_text(&request, peer->imei);
    rig_hex(&request, "0c");
    rig_text(&request, "lt=630720000");
    rig_hex(&request, "09");
    rig_text(&request, "lwm2m=1.0");
    rig_hex(&request, "04");
    rig_text(&request, "b=UQ");
    rig_hex(&request, "ff");
    rig_text(&request, "</1/0>,</3/0>,</4/0>,</5/0>");
    return request;
}

/* POST or DELETE of /rd/ID, without parameters. */
static inline struct rig_bytes rig_location_request(struct rig_peer *peer, const char *code_hex)
{
    struct rig_bytes request = rig_client(peer, code_hex);

    rig_hex(&request, "b27264 0a");
    rig_text(&request, peer->location);
    return request;
}

/* Takes the id out of 2.01 with Location-Path "rd" and ten characters. */
static inline bool rig_take_location(struct rig_peer *peer, const struct rig_bytes *answer)
{
    if (answer == NULL || answer->size != 19 || !rig_has(answer, 0, "6141") ||
        !rig_has(answer, 4, "a1 827264 0a")) {
        return false;
    }
    memcpy(peer->location, answer->bytes + 9, 10);
    peer->location[10] = '\0';
    return true;
}

/* Registers, and lets the server ask what it wants for a while. Returns whether it was accepted. */
static inline bool rig_register(struct rig_peer *peer)
{
    struct rig_bytes request = rig_register_request(peer);

    peer->count = 0;
    rig_send(peer, rig_dm, &request);
    rig_run_for(peer->rig, 3 * HLSIM_SECOND);
    return peer->count > 0 && rig_take_location(peer, &peer->inbox[0]);
}

static inline void rig_deregister(struct rig_peer *peer)
{
    struct rig_bytes request = rig_location_request(peer, "04");

    peer->count = 0;
    rig_send(peer, rig_dm, &request);
    rig_run_for(peer->rig, HLSIM_SECOND);
    CU_ASSERT_TRUE_FATAL(peer->count == 1 && rig_has(&peer->inbox[0], 0, "6142"));
}

/* Tells a new value of /5/0/3 (0) or /5/0/5 (1): CON 2.05, observe `number`. */
static inline struct rig_bytes rig_notification(struct rig_peer *peer, size_t which, char value,
                                                uint8_t number)
{
    struct rig_bytes bytes = {0};
    uint8_t id[2];

    peer->next_id++;
    id[0] = (uint8_t)(peer->next_id >> 8);
    id[1] = (uint8_t)peer->next_id;
    rig_hex(&bytes, "4845");
    rig_raw(&bytes, id, 2);
    rig_raw(&bytes, peer->device.tokens[which], 8);
    rig_hex(&bytes, "61");
    rig_raw(&bytes, &number, 1);
    rig_hex(&bytes, "ff");
    rig_raw(&bytes, &value, 1);
    return bytes;
}

static inline void rig_notify(struct rig_peer *peer, size_t which, char value, uint8_t number)
{
    struct rig_bytes bytes = rig_notification(peer, which, value, number);

    if (which == 0) {
        peer->device.state = value;
    } else {
        peer->device.result = value;
    }
    rig_send(peer, rig_dm, &bytes);
    rig_run_for(peer->rig, HLSIM_SECOND);
}

/* --- Paths -------------------------------------------------------------------------------- */

static inline struct hlsim_value rig_value(const struct rig *rig, const char *imei,
                                           const char *path)
{
    struct hlsim_value value = {.type = HLSIM_VALUE_NULL};

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_read(rig->av, imei, path, &value), 0);
    return value;
}

static inline bool rig_reads(const struct rig *rig, const char *imei, const char *path,
                             const char *expected)
{
    struct hlsim_value value = rig_value(rig, imei, path);

    return value.type == HLSIM_VALUE_TEXT && strcmp(value.text, expected) == 0;
}

static inline int64_t rig_number(const struct rig *rig, const char *imei, const char *path)
{
    struct hlsim_value value = rig_value(rig, imei, path);

    CU_ASSERT_EQUAL_FATAL(value.type, HLSIM_VALUE_INT);
    return value.integer;
}

#endif
