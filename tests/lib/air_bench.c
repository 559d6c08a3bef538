/*
 * The run, the counting, and the ways to change a datagram.
 */
#include "lib/air_bench.h"

#include <CUnit/CUnit.h>

#include "airvantage/inside.h"
#include "base/checksum.h"
#include "world/inside.h"

#include <stdio.h>
#include <string.h>

#define LIMIT  (2 * HLSIM_HOUR)
#define REPORT (2 * HLSIM_MINUTE) /* in which the module tells the server, too */

/* Every bit of the first bytes, which hold the headers; further on one bit in so many. */
#define HEADER_SIZE 21
#define BIT_STRIDE  5

static const char scenario[] =
    "{\"name\": \"air\", \"modem\": {\"profile\": \"HL7800-4.4.14.0\","
    " \"settings\": {\"wdss.2\": 1}, \"set\": {\"install_time\": \"5s\"}},"
    " \"airvantage\": {\"system\": \"registered\", \"packages\": ["
    "{\"id\": \"a\", \"from\": \"4.4.14.0\", \"to\": \"4.6.8.0\", \"size\": 6464}],"
    " \"operations\": [{\"at\": 0, \"upgrade\": \"a\"}]},"
    " \"host\": {\"goal\": \"update\", \"version\": \"4.6.8.0\"}}";

static void count(void *user, const struct hlsim_event *event)
{
    struct air_bench *air = user;

    if (!air->counting) {
        return;
    }
    if (event->kind == HLSIM_EVENT_IGNORED) {
        air->ignored++;
    } else {
        air->others++;
        snprintf(air->other, sizeof air->other, "%s", hlsim_event_kind_name(event->kind));
    }
}

static void show(void *user, const struct middle_datagram *datagram)
{
    struct air_bench *air = user;

    air->shown(air, datagram);
    air->number++;
}

void air_open(struct air_bench *air, const char *const *overrides,
              void (*shown)(struct air_bench *air, const struct middle_datagram *datagram))
{
    memset(air, 0, sizeof *air);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&air->flow, scenario, overrides));
    air->shown = shown;
    CU_ASSERT_EQUAL(
        hlsim_stream_subscribe(hlsim_world_stream(air->flow.world), HLSIM_EVENT_ALL, count, air),
        0);
    middle_stand(&air->middle, hlsim_world_network(air->flow.world), show, air);
}

void air_close(struct air_bench *air)
{
    flow_close(&air->flow);
}

static bool has_result(void *user)
{
    const struct air_bench *air = user;

    return hlpair_report(air->flow.pair) != NULL;
}

static bool never(void *user)
{
    (void)user;
    return false;
}

const char *air_run(struct air_bench *air)
{
    const struct hlsim_host_report *report;
    struct flow *flow = &air->flow;

    flow_start(flow);
    CU_ASSERT(hlpair_run(flow->world, &flow->pair, 1, LIMIT, has_result, air) >= 0);
    CU_ASSERT(hlpair_run(flow->world, &flow->pair, 1, hlsim_world_now(flow->world) + REPORT, never,
                         NULL) >= 0);
    report = hlpair_report(flow->pair);
    return report == NULL ? "none" : report->result;
}

void air_pass(struct air_bench *air, const struct middle_datagram *datagram)
{
    (void)middle_deliver(&air->middle, datagram->from, datagram->bytes, datagram->size);
}

void air_make_up(struct air_bench *air, struct hlsim_address from, const uint8_t *bytes,
                 size_t size)
{
    air->counting = true;
    air->said += middle_deliver(&air->middle, from, bytes, size);
    air->counting = false;
}

static uint64_t mix(uint64_t digest, const void *bytes, size_t size)
{
    return (digest ^ hlsim__digest(bytes, size)) * UINT64_C(0x100000001b3);
}

/* Where a timer stands among others says nothing of its owner. */
static void lift_out(struct hlsim__timer *timer)
{
    timer->place = timer->place != 0;
    timer->previous = NULL;
    timer->next = NULL;
}

static uint64_t mix_client(uint64_t digest, struct hlsim__lwm2m_client client)
{
    lift_out(&client.timer);
    lift_out(&client.request.timer);
    lift_out(&client.observer.timer);
    for (size_t i = 0; i < HLSIM__LWM2M_OBSERVABLES; i++) {
        lift_out(&client.observer.observations[i].slot.timer);
    }
    return mix(digest, &client, sizeof client);
}

uint64_t air_belief(const struct air_bench *air)
{
    const struct hlsim_world *world = air->flow.world;
    const struct hlsim__airvantage *av = world->airvantage;
    const struct hlsim__modem *modem = &world->modems[0].modem;
    uint64_t digest = mix(0, &modem->dtls, sizeof modem->dtls);

    digest = mix_client(digest, modem->ram.services.session.client);
    for (size_t i = 0; i < av->system_limit && av->systems[i] != NULL; i++) {
        digest = mix(digest, av->systems[i], sizeof *av->systems[i]);
    }
    return digest;
}

size_t air_handshakes(const struct air_bench *air)
{
    const struct hlsim__airvantage *av = air->flow.world->airvantage;

    return av->servers[HLSIM__AV_BOOTSTRAP].handshakes + av->servers[HLSIM__AV_DM].handshakes;
}

void air_expect_ignored(struct air_bench *air)
{
    CU_ASSERT_EQUAL(air->ignored, air->said);
    CU_ASSERT_EQUAL(air->others, 0);
    if (air->ignored != air->said || air->others != 0) {
        fprintf(stderr, "datagram %zu: %zu made up, %zu ignored, %zu other events (%s)\n",
                air->number, air->said, air->ignored, air->others, air->other);
    }
    air->ignored = 0;
    air->others = 0;
    air->said = 0;
}

static size_t changes_of(size_t size)
{
    size_t head = size < HEADER_SIZE ? size : HEADER_SIZE;

    return size + 8 * head + (8 * (size - head) + BIT_STRIDE - 1) / BIT_STRIDE;
}

int air_change(const struct middle_datagram *datagram, size_t way,
               uint8_t ret_bytes[HLSIM_DATAGRAM_MAX])
{
    size_t head = datagram->size < HEADER_SIZE ? datagram->size : HEADER_SIZE;
    size_t bit;

    memcpy(ret_bytes, datagram->bytes, datagram->size);
    if (way < datagram->size) {
        return (int)way;
    }
    if (way >= changes_of(datagram->size)) {
        return -1;
    }
    bit = way - datagram->size;
    if (bit >= 8 * head) {
        bit = 8 * head + (bit - 8 * head) * BIT_STRIDE;
    }
    ret_bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    return (int)datagram->size;
}

void air_change_target(struct air_bench *air, const struct middle_datagram *datagram)
{
    uint8_t bytes[HLSIM_DATAGRAM_MAX];
    int size = air->number == air->target ? air_change(datagram, air->change, bytes) : -1;

    if (size < 0) {
        air_pass(air, datagram);
    } else {
        air->said++;
        (void)middle_deliver(&air->middle, datagram->from, bytes, (size_t)size);
    }
}

void air_swap(struct air_bench *air, const struct middle_datagram *datagram)
{
    size_t size = air->held_size;

    if (size == 0 && (air->number * 2654435761U >> 7) % AIR_DISORDERS == air->target) {
        memcpy(air->held, datagram->bytes, datagram->size);
        air->held_size = datagram->size;
        air->held_up = datagram->up;
        air->held_from = datagram->from;
        return;
    }
    air_pass(air, datagram);
    if (size > 0 && air->held_up == datagram->up) {
        air->held_size = 0;
        (void)middle_deliver(&air->middle, air->held_from, air->held, size);
    }
}
