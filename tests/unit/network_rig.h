/*
 * A network with two modems' interfaces, one endpoint and a log of all events, for the tests of the
 * network. Checks the promises after every step.
 */
#ifndef HL78SIM_TESTS_NETWORK_RIG_H
#define HL78SIM_TESTS_NETWORK_RIG_H

#include "lib/suite.h"

#include <hl78sim/error.h>
#include <hl78sim/event.h>
#include <hl78sim/network.h>

#include "network/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RIG_SERVER_IP 0xcb007101u /* 203.0.113.1 */
#define RIG_PUBLIC_IP 0xc6336401u /* 198.51.100.1 */
#define RIG_EVENTS    8192

struct rig_event {
    int64_t at;
    uint64_t id;
    uint64_t cause;
    enum hlsim_event_kind kind;
    char from[24]; /* or inside */
    char to[24];   /* or outside */
    char why[24];
    char what[8];
    char protocol[8];
    int64_t passed;
    int64_t stream;
    int64_t offset;
    size_t size;
};

struct rig {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__promises promises;
    struct hlsim_network net;
    struct hlsim__power power[2];
    struct hlsim__promise_scope scope;
    struct hlsim__iface iface[2];
    struct hlsim__endpoint server;
    struct rig_event events[RIG_EVENTS];
    size_t event_count;
};

static inline void rig_text(const struct hlsim_event *event, const char *key, char *text,
                            size_t size)
{
    const struct hlsim_field *field = hlsim_event_field(event, key);

    if (field != NULL && field->type == HLSIM_FIELD_TEXT) {
        snprintf(text, size, "%s", (const char *)field->data);
    }
}

static inline int64_t rig_number(const struct hlsim_event *event, const char *key)
{
    const struct hlsim_field *field = hlsim_event_field(event, key);

    return field != NULL ? field->integer : 0;
}

static inline void rig_log(void *user, const struct hlsim_event *event)
{
    struct rig *rig = user;
    const struct hlsim_field *payload = hlsim_event_field(event, "payload");
    struct rig_event *entry;

    if (rig->event_count == RIG_EVENTS) {
        fprintf(stderr, "the rig's log is full\n");
        abort();
    }
    entry = &rig->events[rig->event_count++];
    memset(entry, 0, sizeof *entry);
    entry->at = event->at;
    entry->id = event->id;
    entry->cause = event->cause;
    entry->kind = event->kind;
    rig_text(event, "from", entry->from, sizeof entry->from);
    rig_text(event, "inside", entry->from, sizeof entry->from);
    rig_text(event, "to", entry->to, sizeof entry->to);
    rig_text(event, "outside", entry->to, sizeof entry->to);
    rig_text(event, "why", entry->why, sizeof entry->why);
    rig_text(event, "what", entry->what, sizeof entry->what);
    rig_text(event, "protocol", entry->protocol, sizeof entry->protocol);
    entry->passed = rig_number(event, "passed");
    entry->stream = rig_number(event, "stream");
    entry->offset = rig_number(event, "offset");
    entry->size = payload != NULL ? payload->size : 0;
}

/* Both modems are powered and attached: 10.0.0.1 and 10.0.0.2. `config` may be NULL. */
static inline struct rig *rig_new(const struct hlsim_network_config *config, uint64_t seed)
{
    static const char *const names[2] = {"modem:0", "modem:1"};
    struct rig *rig = calloc(1, sizeof *rig);

    if (rig == NULL) {
        abort();
    }
    hlsim__sched_init(&rig->sched);
    hlsim__stream_init(&rig->stream, &rig->sched);
    hlsim__promises_init(&rig->promises);
    CU_ASSERT_EQUAL_FATAL(hlsim__network_init(&rig->net,
                                              &(struct hlsim__network_setup){
                                                  .sched = &rig->sched,
                                                  .stream = &rig->stream,
                                                  .promises = &rig->promises,
                                                  .seed = seed,
                                                  .config = config,
                                              }),
                          0);
    hlsim__promise_scope_init(&rig->scope, &rig->promises, "modem:0");
    for (int i = 0; i < 2; i++) {
        hlsim__power_init(&rig->power[i], &rig->stream, names[i]);
        hlsim__power_on(&rig->power[i]);
        CU_ASSERT_EQUAL_FATAL(hlsim__iface_init(&rig->iface[i], &rig->net, &rig->power[i],
                                                i == 0 ? &rig->scope : NULL, names[i]),
                              0);
        hlsim__iface_attach(&rig->iface[i], 0x0a000001u + (uint32_t)i);
    }
    CU_ASSERT_EQUAL_FATAL(hlsim__endpoint_init(&rig->server, &rig->net, RIG_SERVER_IP, "server"),
                          0);
    CU_ASSERT_EQUAL_FATAL(hlsim_stream_subscribe(&rig->stream, HLSIM_EVENT_ALL, rig_log, rig), 0);
    return rig;
}

static inline void rig_free(struct rig *rig)
{
    hlsim__network_free(&rig->net);
    CU_ASSERT_EQUAL(rig->sched.count, 0);
    hlsim__sched_free(&rig->sched);
    free(rig);
}

/* One step; false when nothing is due by `limit`. */
static inline bool rig_step(struct rig *rig, int64_t limit)
{
    const char *source = "";

    if (!hlsim__sched_fire_next(&rig->sched, limit)) {
        return false;
    }
    CU_ASSERT_PTR_NULL(hlsim__promises_check(&rig->promises, &source));
    CU_ASSERT_EQUAL(rig->stream.cause, 0);
    return true;
}

static inline void rig_run(struct rig *rig, int64_t until)
{
    while (rig_step(rig, until)) {
    }
    hlsim__sched_advance(&rig->sched, until);
}

static inline size_t rig_count(const struct rig *rig, enum hlsim_event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < rig->event_count; i++) {
        count += rig->events[i].kind == kind;
    }
    return count;
}

/* The n-th (from 0) event of that kind, or an empty one. */
static inline const struct rig_event *rig_event(const struct rig *rig, enum hlsim_event_kind kind,
                                                size_t n)
{
    static const struct rig_event none;

    for (size_t i = 0; i < rig->event_count; i++) {
        if (rig->events[i].kind == kind && n-- == 0) {
            return &rig->events[i];
        }
    }
    return &none;
}

static inline size_t rig_count_why(const struct rig *rig, const char *why)
{
    size_t count = 0;

    for (size_t i = 0; i < rig->event_count; i++) {
        count += strcmp(rig->events[i].why, why) == 0;
    }
    return count;
}

/* The power of modem `i` fails, as the world does it after a step. */
static inline void rig_power_off(struct rig *rig, int i)
{
    hlsim__power_off(&rig->power[i], "power_cut");
    hlsim__iface_reset(&rig->iface[i]);
}

/* A hook for the latch that cuts at one occurrence of HLSIM_CUT_NET. */
struct rig_cut {
    uint64_t at;
    enum hlsim_torn torn;
    uint64_t asked;
};

static inline bool rig_cuts(void *user, const struct hlsim_cut_point *point,
                            enum hlsim_torn *ret_torn)
{
    struct rig_cut *cut = user;

    CU_ASSERT_EQUAL(point->kind, HLSIM_CUT_NET);
    cut->asked++;
    if (point->occurrence != cut->at) {
        return false;
    }
    *ret_torn = cut->torn;
    return true;
}

#endif
