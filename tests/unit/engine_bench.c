/*
 * The bench: one host engine, one hand-made modem, one virtual clock. See engine_peer.h.
 */
#include "engine_peer.h"

#include <CUnit/CUnit.h>

#include <string.h>

void bench_init(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    peer_init(&bench->peer);
    bench->config.version = "4.6.8.0";
    bench->power_off_allowed = true;
    bench->deadline_ms = INT64_MAX;
}

static void take_update(struct bench *bench, const struct hlhost_update *update);

int bench_step(struct bench *bench, struct hlhost_event event)
{
    struct hlhost_update update;
    int code;

    event.now_ms = bench->now_ms;
    code = hlhost_engine_step(bench->engine, &event, &update);
    if (code == HLHOST_OK) {
        take_update(bench, &update);
    }
    return code;
}

/* A point at which the host may lose its power. */
static bool dies_here(struct bench *bench)
{
    bench->points++;
    if (bench->points == bench->kill_at) {
        bench->killed = true;
    }
    return bench->killed;
}

/* True when all bytes were taken. */
static bool send(struct bench *bench, const struct hlhost_update *update)
{
    size_t size = update->bytes_size;

    bench->sends++;
    if (bench->takes != 0 && size > bench->takes) {
        size = bench->takes;
        hlhost_engine_sent(bench->engine, size);
    }
    peer_bytes(&bench->peer, update->bytes, size);
    return size == update->bytes_size;
}

static void give_data(struct bench *bench, const struct hlhost_update *update)
{
    struct hlhost_event event = {.kind = HLHOST_EVENT_DATA};
    uint8_t data[HLHOST_DATA_SIZE];
    uint32_t i;

    for (i = 0; i < update->data_size && i < sizeof data; i++) {
        data[i] = receiver_byte(update->data_offset + i);
    }
    if (!bench->unreadable) {
        event.data.data = data;
        event.data.size = update->data_size;
    }
    (void)bench_step(bench, event);
}

static void take_update(struct bench *bench, const struct hlhost_update *update)
{
    bench->power_off_allowed = update->power_off_allowed;
    bench->deadline_ms = update->deadline_ms;
    if (update->record != NULL && update->bytes != NULL) {
        bench->bytes_before_record++;
    }
    if (update->report != NULL) {
        bench->report = *update->report;
        bench->decided = true;
        bench->commands_decided = bench->peer.commands;
    }
    if (update->record != NULL) {
        struct hlhost_event persisted = {.kind = HLHOST_EVENT_PERSISTED};

        if (dies_here(bench)) {
            return;
        }
        persisted.persisted.ok = !bench->store_fails;
        if (!bench->store_fails) {
            memcpy(bench->record, update->record, update->record_size);
            bench->record_size = update->record_size;
            bench->records++;
        }
        if (!dies_here(bench) && !bench->store_waits) {
            (void)bench_step(bench, persisted);
        }
        return;
    }
    if (update->bytes != NULL && (dies_here(bench) || !send(bench, update) || dies_here(bench))) {
        return;
    }
    if (update->data_size > 0) {
        give_data(bench, update);
    }
}

void bench_bytes(struct bench *bench, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t piece = bench->split != 0 ? bench->split : size;
    size_t at;

    for (at = 0; at < size && !bench->killed; at += piece) {
        struct hlhost_event event = {.kind = HLHOST_EVENT_BYTES};

        event.bytes.data = bytes + at;
        event.bytes.size = size - at < piece ? size - at : piece;
        (void)bench_step(bench, event);
    }
}

bool bench_start(struct bench *bench)
{
    struct hlhost_event event = {.kind = HLHOST_EVENT_START};

    bench->killed = false;
    if (hlhost_engine_size() > sizeof bench->memory ||
        hlhost_engine_init(bench->memory, &bench->config, &bench->engine) != HLHOST_OK) {
        return false;
    }
    event.start.record = bench->record_size == 0 ? NULL : bench->record;
    event.start.record_size = bench->record_size;
    event.start.clock_known = bench->clock_known;
    event.start.clock_ms = bench->clock_ms;
    event.start.off_known = bench->off_known;
    event.start.off_ms = bench->off_ms;
    bench->deadline_ms = INT64_MAX;
    return bench_step(bench, event) == HLHOST_OK;
}

/* What the peer has said reaches the engine; a dead host hears nothing. */
static void deliver(struct bench *bench)
{
    char out[sizeof bench->peer.out];

    while (bench->peer.out_size > 0 && !bench->killed) {
        size_t size = bench->peer.out_size;

        memcpy(out, bench->peer.out, size);
        bench->peer.out_size = 0;
        bench_bytes(bench, out, size);
    }
    bench->peer.out_size = 0;
    if (bench->peer.critical && (bench->peer.lost & 1u << 14) == 0 && !bench->killed &&
        bench->power_off_allowed) {
        bench->power_off_in_install++;
    }
}

void bench_run(struct bench *bench, int64_t limit_ms, int64_t after_ms)
{
    int at_this_moment = 0;
    int64_t decided_ms = INT64_MAX;

    for (;;) {
        int64_t next = peer_next(&bench->peer);

        deliver(bench);
        if (bench->killed) {
            bench->kill_at = 0; /* once is enough; it is back a second later */
            bench->now_ms += 1000;
            bench->peer.now_ms = bench->now_ms;
            peer_run(&bench->peer);
            bench->peer.out_size = 0;
            (void)bench_start(bench);
            continue;
        }
        if (bench->decided && decided_ms == INT64_MAX) {
            decided_ms = bench->now_ms;
        }
        next = peer_next(&bench->peer);
        next = bench->deadline_ms < next ? bench->deadline_ms : next;
        if (bench->takes != 0) {
            next = next < bench->now_ms + 50 ? next : bench->now_ms + 50;
        }
        if (next == INT64_MAX || next > limit_ms ||
            (decided_ms != INT64_MAX && next > decided_ms + after_ms)) {
            return;
        }
        at_this_moment = next > bench->now_ms ? 0 : at_this_moment + 1;
        if (at_this_moment > 200) {
            bench->late_deadlines++;
            return;
        }
        bench->now_ms = next > bench->now_ms ? next : bench->now_ms;
        bench->peer.now_ms = bench->now_ms;
        peer_run(&bench->peer);
        deliver(bench);
        if (bench->takes != 0 && !bench->killed) {
            (void)bench_step(bench, (struct hlhost_event){.kind = HLHOST_EVENT_WRITABLE});
        }
        if (!bench->killed && bench->deadline_ms <= bench->now_ms) {
            (void)bench_step(bench, (struct hlhost_event){.kind = HLHOST_EVENT_TIMEOUT});
        }
    }
}

void bench_run_to_percent(struct bench *bench, int percent)
{
    while (bench->peer.percent < percent) {
        bench_run(bench, bench->now_ms + 1000, 0);
        bench->now_ms += 1000;
        bench->peer.now_ms = bench->now_ms;
    }
}

void bench_check_promises(const struct bench *bench)
{
    CU_ASSERT_EQUAL(bench->bytes_before_record, 0);
    CU_ASSERT_EQUAL(bench->power_off_in_install, 0);
    CU_ASSERT_EQUAL(bench->late_deadlines, 0);
}

void bench_live(struct bench *bench, int64_t life_ms, int64_t after_ms)
{
    CU_ASSERT_TRUE_FATAL(bench_start(bench));
    bench_run(bench, bench->now_ms + life_ms, after_ms);
    CU_ASSERT_TRUE_FATAL(bench->decided);
    bench_check_promises(bench);
}
