/*
 * Makes packets of events and writes them in order of time. Knows what a NAT box changes;
 * connections are capture_tcp.c's business. Opens no file.
 */
#include "world/capture.h"

#include "base/assert.h"
#include "codec/pcapng.h"

#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for any block: a packet with its comments, a head with its texts. */
#define BLOCK_MAX 4096

/* Of the texts in a head; what is longer is cut. */
#define TEXT_MAX  512

#define TTL_FIRST 64

/* Sizes of what decrypts a session of TLS 1.2 (RFC 5246 8.1, 7.4.1.2), and of the line that tells.
 */
#define RANDOM_SIZE  32
#define MASTER_SIZE  48
#define KEY_LOG_LINE (sizeof "CLIENT_RANDOM  \n" + 2 * RANDOM_SIZE + 2 * MASTER_SIZE)

/* ---- Writing ---- */

/* Hands over a block that was encoded with the result `size`. */
static void hand_over(struct hlsim_capture *capture, const uint8_t *block, int size)
{
    int error = size;

    if (capture->error < 0) {
        return;
    }
    if (size >= 0) {
        error = capture->write(capture->user, block, (size_t)size);
    }
    capture->error = error < 0 ? error : 0;
}

static void write_head(struct hlsim_capture *capture, const struct hlsim_capture_config *config)
{
    char application[TEXT_MAX];
    char comment[TEXT_MAX];
    char public[TEXT_MAX];
    char ip[HLSIM_ADDRESS_SIZE];
    uint8_t block[BLOCK_MAX];
    const struct hlsim__pcapng_section section = {.hardware = config->profile,
                                                  .os = "simulated, in virtual time",
                                                  .application = application,
                                                  .comment = comment};
    const struct hlsim__pcapng_interface sides[] = {
        {.link = HLSIM__PCAPNG_LINK_RAW,
         .name = "modem",
         .description = "modem side of the NAT box: private addresses"},
        {.link = HLSIM__PCAPNG_LINK_RAW, .name = "public", .description = public}};

    hlsim_ip_format(capture->public_ip, ip, sizeof ip);
    snprintf(application, sizeof application, "hl78sim %.64s", config->version);
    snprintf(comment, sizeof comment, "%.400s, seed %llu", config->scenario,
             (unsigned long long)config->seed);
    snprintf(public, sizeof public, "public side of the NAT box: %s", ip);
    hand_over(capture, block, hlsim__pcapng_section(&section, block, sizeof block));
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        hand_over(capture, block, hlsim__pcapng_interface(&sides[i], block, sizeof block));
    }
}

static void write_packet(struct hlsim_capture *capture, const struct hlsim__capture_packet *packet)
{
    /* At the modem's side "out" leads away from the modem, at the other one away from the NAT box.
     */
    const struct hlsim__pcapng_packet encoded = {.interface = (uint32_t)packet->side,
                                                 .at = capture->epoch + (uint64_t)packet->at,
                                                 .direction = packet->up ? HLSIM__PCAPNG_OUTBOUND
                                                                         : HLSIM__PCAPNG_INBOUND,
                                                 .bytes = packet->bytes,
                                                 .size = packet->size,
                                                 .comments = packet->comments};
    uint8_t block[BLOCK_MAX];

    hand_over(capture, block, hlsim__pcapng_packet(&encoded, block, sizeof block));
}

/* ---- Packets ---- */

struct hlsim__capture_packet *hlsim__capture_take(struct hlsim_capture *capture)
{
    struct hlsim__capture_packet *packet = capture->free_packets;

    if (packet != NULL) {
        capture->free_packets = packet->next;
    } else {
        packet = malloc(sizeof *packet);
    }
    if (packet == NULL) {
        capture->error = HLSIM_E_NO_MEMORY;
        return NULL;
    }
    /* The bytes behind need no clearing. */
    memset(packet, 0, offsetof(struct hlsim__capture_packet, bytes));
    return packet;
}

static void give_back(struct hlsim_capture *capture, struct hlsim__capture_packet *packet)
{
    packet->next = capture->free_packets;
    capture->free_packets = packet;
}

void hlsim__capture_queue(struct hlsim_capture *capture, struct hlsim__capture_packet *packet)
{
    struct hlsim__capture_packet **place = &capture->queue;

    while (*place != NULL && (*place)->at <= packet->at) {
        place = &(*place)->next;
    }
    packet->next = *place;
    *place = packet;
}

/* Writes what is due at `until` or before. */
static void drain(struct hlsim_capture *capture, int64_t until)
{
    while (capture->queue != NULL && capture->queue->at <= until) {
        struct hlsim__capture_packet *packet = capture->queue;

        capture->queue = packet->next;
        if (packet->stream == 0 || hlsim__capture_tcp_show(capture, packet)) {
            write_packet(capture, packet);
        }
        give_back(capture, packet);
    }
}

/* The present is over when something later happens. */
static void advance(struct hlsim_capture *capture, int64_t now)
{
    if (now > capture->now) {
        hlsim__capture_tcp_settle(capture);
        drain(capture, now - 1);
        capture->now = now;
    }
}

/* The packet of the present that an event shows; NULL: none. */
static struct hlsim__capture_packet *shown_by(const struct hlsim_capture *capture, uint64_t event)
{
    struct hlsim__capture_packet *packet = capture->queue;

    while (packet != NULL && (event == 0 || packet->event != event)) {
        packet = packet->next;
    }
    return packet;
}

/* What has no room is left out. */
static void comment(struct hlsim__capture_packet *packet, const char *text)
{
    size_t size = strlen(text) + 1;

    /* The NUL of an empty one ends the list. */
    if (packet != NULL && size < sizeof packet->comments - packet->comment_size) {
        memcpy(packet->comments + packet->comment_size, text, size);
        packet->comment_size += size;
        packet->comments[packet->comment_size] = '\0';
    }
}

/* ---- On their way ---- */

static struct hlsim__capture_packet **flight(struct hlsim_capture *capture, uint64_t sent)
{
    struct hlsim__capture_packet **place = &capture->flights[sent % HLSIM__CAPTURE_FLIGHTS];

    while (*place != NULL && (*place)->sent != sent) {
        place = &(*place)->next;
    }
    return place;
}

static void take_off(struct hlsim_capture *capture, const struct hlsim__capture_packet *packet)
{
    struct hlsim__capture_packet **place = flight(capture, packet->sent);
    struct hlsim__capture_packet *copy = hlsim__capture_take(capture);

    if (copy != NULL) {
        memcpy(copy, packet, offsetof(struct hlsim__capture_packet, bytes) + packet->size);
        copy->next = *place;
        *place = copy;
    }
}

/* NULL when it is not known: it was sent before the capture began. */
static struct hlsim__capture_packet *land(struct hlsim_capture *capture, uint64_t sent)
{
    struct hlsim__capture_packet **place = flight(capture, sent);
    struct hlsim__capture_packet *packet = *place;

    if (packet != NULL) {
        *place = packet->next;
    }
    return packet;
}

/* ---- Events of the network ---- */

static struct hlsim__ip_end read_end(const struct hlsim_event *event, const char *key)
{
    const struct hlsim_field *field = hlsim_event_field(event, key);
    struct hlsim_address address = {0};
    int error;

    HLSIM_ASSERT(field != NULL);
    error = hlsim_address_parse(field->data, &address);
    HLSIM_ASSERT(error == 0);
    return (struct hlsim__ip_end){.ip = address.ip, .port = address.port};
}

static enum hlsim__capture_what read_what(const struct hlsim_event *event)
{
    static const char *const names[] = {[HLSIM__CAPTURE_OPEN] = "open",
                                        [HLSIM__CAPTURE_DATA] = "data",
                                        [HLSIM__CAPTURE_CLOSE] = "close",
                                        [HLSIM__CAPTURE_RESET] = "reset"};
    const struct hlsim_field *field = hlsim_event_field(event, "what");
    int what = HLSIM__CAPTURE_UDP;

    if (field != NULL) {
        what = HLSIM__CAPTURE_OPEN;
        while (what < HLSIM__CAPTURE_RESET && strcmp(names[what], field->data) != 0) {
            what++;
        }
    }
    return (enum hlsim__capture_what)what;
}

static int64_t read_number(const struct hlsim_event *event, const char *key)
{
    const struct hlsim_field *field = hlsim_event_field(event, key);

    return field == NULL ? 0 : field->integer;
}

static struct hlsim__capture_fact read_fact(const struct hlsim_capture *capture,
                                            const struct hlsim_event *event)
{
    const struct hlsim_field *payload = hlsim_event_field(event, "payload");
    struct hlsim__capture_fact fact = {.id = event->id,
                                       .what = read_what(event),
                                       .from = read_end(event, "from"),
                                       .to = read_end(event, "to"),
                                       .stream = (uint64_t)read_number(event, "stream"),
                                       .offset = (uint32_t)read_number(event, "offset")};

    fact.up = fact.to.ip != capture->public_ip;
    if (payload != NULL) {
        fact.bytes = payload->data;
        fact.size = payload->size;
    }
    return fact;
}

static void sent(struct hlsim_capture *capture, const struct hlsim_event *event)
{
    const struct hlsim__capture_fact fact = read_fact(capture, event);
    struct hlsim__capture_packet *packet = hlsim__capture_take(capture);
    const struct hlsim__ip_head head = {
        .from = fact.from, .to = fact.to, .id = (uint16_t)fact.id, .ttl = TTL_FIRST};

    if (packet == NULL) {
        return;
    }
    packet->at = event->at;
    packet->event = event->id;
    packet->sent = event->id;
    packet->sent_at = event->at;
    packet->side = fact.up ? HLSIM__CAPTURE_MODEM : HLSIM__CAPTURE_PUBLIC;
    packet->up = fact.up;
    packet->what = fact.what;
    if (fact.what == HLSIM__CAPTURE_UDP) {
        packet->size = hlsim__ip_udp(&head, fact.bytes, fact.size, packet->bytes);
    } else {
        hlsim__capture_tcp_send(capture, &fact, packet);
        packet->size = hlsim__ip_tcp(&head, &packet->tcp, fact.bytes, fact.size, packet->bytes);
    }
    take_off(capture, packet);
    hlsim__capture_queue(capture, packet);
}

/* Came out at the other side of radio and NAT box. */
static void came_out(struct hlsim_capture *capture, const struct hlsim_event *event,
                     struct hlsim__capture_packet *packet)
{
    const struct hlsim__ip_end from = read_end(event, "from");
    const struct hlsim__ip_end to = read_end(event, "to");

    packet->at = event->at;
    packet->event = event->id;
    packet->side = packet->up ? HLSIM__CAPTURE_PUBLIC : HLSIM__CAPTURE_MODEM;
    hlsim__ip_translate(packet->bytes, packet->size, from, to);
    hlsim__capture_queue(capture, packet);
    if (packet->stream != 0) {
        hlsim__capture_tcp_arrive(capture, packet, packet->up ? from : to,
                                  event->kind == HLSIM_EVENT_NET_RECEIVE);
    }
}

static void received(struct hlsim_capture *capture, const struct hlsim_event *event)
{
    struct hlsim__capture_packet *packet = land(capture, event->cause);

    if (packet != NULL) {
        came_out(capture, event, packet);
    }
}

/* Why, beside the packet where it was seen last, if it is not written yet. */
static void dropped(struct hlsim_capture *capture, const struct hlsim_event *event)
{
    struct hlsim__capture_packet *packet = land(capture, event->cause);
    const struct hlsim_field *why = hlsim_event_field(event, "why");
    bool passed = read_number(event, "passed") != 0;
    char text[64];

    if (packet == NULL) {
        return;
    }
    snprintf(text, sizeof text, "%s: %.32s", passed ? "not taken" : "lost",
             why != NULL ? (const char *)why->data : "");
    if (passed) {
        came_out(capture, event, packet);
        comment(packet, text);
    } else {
        give_back(capture, packet);
        comment(shown_by(capture, event->cause), text);
    }
}

/* ---- Indications and secrets ---- */

static void indicated(struct hlsim_capture *capture, const struct hlsim_event *event)
{
    const struct hlsim_field *value = hlsim_event_field(event, "value");
    const char *masked = read_number(event, "shown") != 0 ? "" : " (masked)";
    long long number = (long long)read_number(event, "number");
    char text[96];

    if (value == NULL) {
        snprintf(text, sizeof text, "%.32s: +WDSI: %lld%s", event->source, number, masked);
    } else {
        snprintf(text, sizeof text, "%.32s: +WDSI: %lld,%lld%s", event->source, number,
                 (long long)value->integer, masked);
    }
    comment(shown_by(capture, event->cause), text);
}

static char *put_hex(char *text, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    return text;
}

static bool is_known(const struct hlsim_capture *capture, const uint8_t *random)
{
    for (size_t i = 0; i < HLSIM__CAPTURE_SECRETS && i < capture->secret_count; i++) {
        if (memcmp(capture->secrets[i], random, RANDOM_SIZE) == 0) {
            return true;
        }
    }
    return false;
}

/* At once, and so in front of the packets of the present, which are the first that need it. Both
 * ends of a session may tell. */
static void keyed(struct hlsim_capture *capture, const struct hlsim_event *event)
{
    static const char label[] = "CLIENT_RANDOM ";
    const struct hlsim_field *random = hlsim_event_field(event, "client_random");
    const struct hlsim_field *master = hlsim_event_field(event, "master");
    uint8_t block[BLOCK_MAX];
    char line[KEY_LOG_LINE];
    char *end;

    HLSIM_ASSERT(random != NULL && random->size == RANDOM_SIZE);
    HLSIM_ASSERT(master != NULL && master->size == MASTER_SIZE);
    if (is_known(capture, random->data)) {
        return;
    }
    memcpy(capture->secrets[capture->secret_count++ % HLSIM__CAPTURE_SECRETS], random->data,
           RANDOM_SIZE);
    memcpy(line, label, sizeof label - 1);
    end = put_hex(line + sizeof label - 1, random->data, RANDOM_SIZE);
    *end++ = ' ';
    end = put_hex(end, master->data, MASTER_SIZE);
    *end++ = '\n';
    hand_over(capture, block,
              hlsim__pcapng_secrets(HLSIM__PCAPNG_SECRETS_TLS, line, (size_t)(end - line), block,
                                    sizeof block));
}

static void sink(void *user, const struct hlsim_event *event)
{
    struct hlsim_capture *capture = user;

    advance(capture, event->at);
    switch (event->kind) {
    case HLSIM_EVENT_NET_SEND:
        sent(capture, event);
        break;
    case HLSIM_EVENT_NET_RECEIVE:
        received(capture, event);
        break;
    case HLSIM_EVENT_NET_DROP:
        dropped(capture, event);
        break;
    case HLSIM_EVENT_INDICATION:
        indicated(capture, event);
        break;
    case HLSIM_EVENT_NET_SECRET:
    default:
        keyed(capture, event);
        break;
    }
}

/* ---- The capture ---- */

int hlsim_capture_create(struct hlsim_stream *stream, const struct hlsim_capture_config *config,
                         struct hlsim_capture **ret_capture)
{
    const uint64_t kinds =
        HLSIM_EVENT_BIT(HLSIM_EVENT_NET_SEND) | HLSIM_EVENT_BIT(HLSIM_EVENT_NET_RECEIVE) |
        HLSIM_EVENT_BIT(HLSIM_EVENT_NET_DROP) | HLSIM_EVENT_BIT(HLSIM_EVENT_NET_SECRET) |
        HLSIM_EVENT_BIT(HLSIM_EVENT_INDICATION);
    struct hlsim_capture *capture = calloc(1, sizeof *capture);
    int error = HLSIM_E_NO_MEMORY;

    HLSIM_ASSERT(config->write != NULL);
    HLSIM_ASSERT(config->epoch >= 0);
    if (capture != NULL) {
        capture->streams = calloc(HLSIM__CAPTURE_STREAMS, sizeof *capture->streams);
    }
    if (capture != NULL && capture->streams != NULL) {
        capture->write = config->write;
        capture->user = config->user;
        capture->epoch = (uint64_t)config->epoch * HLSIM_SECOND;
        capture->seed = config->seed;
        capture->public_ip = config->network->public_ip;
        capture->mss = config->network->mss;
        write_head(capture, config);
        error = capture->error;
    }
    if (error == 0) {
        error = hlsim_stream_subscribe(stream, kinds, sink, capture);
    }
    if (error < 0) {
        hlsim_capture_free(capture);
        return error;
    }
    *ret_capture = capture;
    return 0;
}

int hlsim_capture_settle(struct hlsim_capture *capture, int64_t now)
{
    if (now >= capture->now) {
        hlsim__capture_tcp_settle(capture);
        drain(capture, now);
        capture->now = now;
    }
    return capture->error;
}

int hlsim_capture_end(struct hlsim_capture *capture)
{
    return hlsim_capture_settle(capture, INT64_MAX);
}

static void free_all(struct hlsim__capture_packet *packet)
{
    while (packet != NULL) {
        struct hlsim__capture_packet *next = packet->next;

        free(packet);
        packet = next;
    }
}

void hlsim_capture_free(struct hlsim_capture *capture)
{
    if (capture == NULL) {
        return;
    }
    free_all(capture->queue);
    free_all(capture->free_packets);
    for (size_t i = 0; i < HLSIM__CAPTURE_FLIGHTS; i++) {
        free_all(capture->flights[i]);
    }
    free(capture->streams);
    free(capture);
}
