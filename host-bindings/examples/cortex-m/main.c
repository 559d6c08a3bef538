/*
 * The whole of a host that keeps its modem's firmware up to date: events in, updates out. Knows no
 * AT command (the engine does) and no register (the board does).
 */
#include <hlhost/engine.h>

#include "board.h"
#include "record_store.h"

/* The version that this product wants; build with -DWANTED_VERSION='"4.6.8.0"'. */
#ifndef WANTED_VERSION
#define WANTED_VERSION "4.6.8.0"
#endif

/* An engine takes less (checked at the start); static, as everything here. */
#define ENGINE_BYTES 4096u

/* How long the run goes on after the outcome: the module reports it to the server by itself. A
 * product would go on with its own work. */
#ifndef REPORT_TIME_MS
#define REPORT_TIME_MS 120000
#endif

/* Statuses of the run besides the engine's results. */
#define STATUS_ENGINE_REFUSED 100u
#define STATUS_BYTES_LOST     101u

struct host {
    struct hlhost_engine *engine;
    struct hlhost_update update;
    bool waits; /* the UART had no room for the rest of them */
    bool decided;
    int64_t end_ms;
    enum hlhost_result result;
};

/* Passes an event to the engine. What it wants done is in host->update afterwards. */
static void step(struct host *host, const struct hlhost_event *event)
{
    if (hlhost_engine_step(host->engine, event, &host->update) != HLHOST_OK) {
        board_exit(STATUS_ENGINE_REFUSED);
    }
}

/* The engine sends nothing that rests on a record before it was told that the record is durable. */
static void keep_record(struct host *host)
{
    while (host->update.record != NULL) {
        struct hlhost_event event = {.kind = HLHOST_EVENT_PERSISTED};

        event.persisted.ok = record_store_write(host->update.record, host->update.record_size);
        event.now_ms = board_now_ms();
        step(host, &event);
    }
}

static void note_report(struct host *host)
{
    const struct hlhost_report *report = host->update.report;

    if (report != NULL && !host->decided) {
        host->decided = true;
        host->result = report->result;
        host->end_ms =
            board_now_ms() + (report->result == HLHOST_RESULT_UPDATED ? REPORT_TIME_MS : 0);
    }
}

/* Does what the last update says. */
static void apply(struct host *host)
{
    size_t taken;

    note_report(host);
    keep_record(host);
    note_report(host);
    host->waits = false;
    if (host->update.bytes != NULL) {
        taken = board_uart_write(host->update.bytes, host->update.bytes_size);
        host->waits = taken < host->update.bytes_size;
        if (host->waits) {
            hlhost_engine_sent(host->engine, taken);
        }
    }
}

static void handle(struct host *host, struct hlhost_event *event)
{
    event->now_ms = board_now_ms();
    step(host, event);
    apply(host);
}

static void start(struct host *host)
{
    static int64_t memory[ENGINE_BYTES / sizeof(int64_t)];
    const struct hlhost_config config = {
        .goal = HLHOST_GOAL_UPDATE,
        .version = WANTED_VERSION,
        .agreements = HLHOST_AGREE_DOWNLOAD | HLHOST_AGREE_INSTALL,
    };
    struct hlhost_event event = {.kind = HLHOST_EVENT_START};

    if (hlhost_engine_size() > sizeof memory ||
        hlhost_engine_init(memory, &config, &host->engine) != HLHOST_OK) {
        board_exit(STATUS_ENGINE_REFUSED);
    }
    event.start.record = record_store_read(&event.start.record_size);
    handle(host, &event);
}

static void turn(struct host *host)
{
    uint8_t bytes[64];
    struct hlhost_event event = {.kind = HLHOST_EVENT_BYTES};

    event.bytes.data = bytes;
    event.bytes.size = board_uart_read(bytes, sizeof bytes);
    if (event.bytes.size > 0) {
        handle(host, &event);
    } else if (host->waits && board_uart_has_room()) {
        event = (struct hlhost_event){.kind = HLHOST_EVENT_WRITABLE};
        handle(host, &event);
    } else if (board_now_ms() >= host->update.deadline_ms) {
        event = (struct hlhost_event){.kind = HLHOST_EVENT_TIMEOUT};
        handle(host, &event);
    } else {
        board_sleep();
    }
}

int main(void)
{
    static struct host host;

    board_start();
    start(&host);
    while (!host.decided || board_now_ms() < host.end_ms) {
        turn(&host);
        if (board_uart_lost() > 0) {
            board_exit(STATUS_BYTES_LOST);
        }
    }
    board_exit(host.result == HLHOST_RESULT_UPDATED ? 0u : (unsigned)host.result);
}
