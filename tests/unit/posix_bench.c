/*
 * The terminal, the modem, the host and the loop around them.
 */
#include "posix_bench.h"

#include "lib/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Seconds. */
#define WATCHDOG 20.0

struct posix_host *posix_bench_living; /* the host of the test that runs */
unsigned posix_bench_lives;
unsigned posix_bench_deaths;

static void *host_create(const void *config)
{
    struct posix_host *host = calloc(1, sizeof *host);

    if (host != NULL) {
        memcpy(&host->fixture, config, sizeof host->fixture);
        posix_bench_living = host;
        posix_bench_lives++;
    }
    return host;
}

static void host_destroy(void *user)
{
    free(user);
    posix_bench_living = NULL;
    posix_bench_deaths++;
}

static void host_send(struct posix_host *host, struct hlsim_host_update *update, const char *text)
{
    update->bytes_size = strlen(text);
    memcpy(host->bytes, text, update->bytes_size);
    update->bytes = host->bytes;
}

static void host_bytes(struct posix_host *host, const struct hlsim_host_event *event,
                       struct hlsim_host_update *update)
{
    size_t used = strlen(host->heard);

    CU_ASSERT_TRUE_FATAL(used + event->size < sizeof host->heard);
    memcpy(host->heard + used, event->bytes, event->size);
    if (strstr(host->heard, "\r\nOK\r\n") != NULL) {
        host->report = (struct hlsim_host_report){.result = "done",
                                                  .reason = "",
                                                  .outage = 3 * HLSIM_SECOND,
                                                  .detail = -1,
                                                  .before = "a",
                                                  .after = "b"};
        update->report = &host->report;
    }
}

static void host_bulk(struct posix_host *host, struct hlsim_host_update *update)
{
    for (size_t i = 0; i < BULK_SIZE; i++) {
        host->bytes[i] = (uint8_t)('a' + i % 23);
    }
    update->bytes = host->bytes + host->bulk_sent;
    update->bytes_size = BULK_SIZE - host->bulk_sent;
    host->offered = update->bytes_size;
    host->bulk_sent = BULK_SIZE;
}

static int host_step(void *user, const struct hlsim_host_event *event,
                     struct hlsim_host_update *update)
{
    struct posix_host *host = user;

    host->went_back |= event->now < host->last_now;
    host->last_now = event->now;
    update->power_off_allowed = true;
    switch (event->kind) {
    case HLSIM_HOST_START:
        host->start_clock = event->clock;
        host->start_off = event->off;
        if (event->size > 0) {
            memcpy(host->start_record, event->bytes, event->size);
            update->deadline = event->now + 30 * HLSIM_MS;
        } else if (host->fixture->modem_reads_raw) {
            host_bulk(host, update);
        } else {
            strcpy(host->record, "sent");
            update->record = (const uint8_t *)host->record;
            update->record_size = 4;
        }
        return 0;
    case HLSIM_HOST_PERSISTED:
        if (event->flag) {
            host_send(host, update, "AT+GO\r");
        }
        return 0;
    case HLSIM_HOST_BYTES:
        host_bytes(host, event, update);
        return 0;
    case HLSIM_HOST_TIMEOUT:
        host->timed_out = true;
        update->data_offset = host->wanted;
        update->data_size = 3;
        return 0;
    case HLSIM_HOST_WRITABLE:
        host_bulk(host, update);
        return 0;
    case HLSIM_HOST_LINK:
        host->link_down = !event->flag;
        return 0;
    case HLSIM_HOST_REQUEST:
        if (event->line[0] == '!') {
            return HLSIM_E_STATE;
        }
        host_send(host, update, event->line);
        return 0;
    case HLSIM_HOST_DATA:
        strcpy(host->data, "none");
        if (event->size > 0) {
            memcpy(host->data, event->bytes, event->size);
            host->data[event->size] = '\0';
        }
        return 0;
    }
    return HLSIM_E_INVALID;
}

static void host_sent(void *user, size_t taken)
{
    struct posix_host *host = user;

    host->bulk_sent -= host->offered - taken;
}

static const struct hlsim_host_ops host_ops = {.name = "test",
                                               .create = host_create,
                                               .step = host_step,
                                               .sent = host_sent,
                                               .destroy = host_destroy};

static void modem_answer(struct posix_bench *f, const char *command)
{
    for (const struct posix_exchange *e = f->exchanges; e != NULL && e->command != NULL; e++) {
        if (strcmp(e->command, command) == 0) {
            CU_ASSERT_EQUAL(write(f->master, e->answer, strlen(e->answer)),
                            (ssize_t)strlen(e->answer));
            return;
        }
    }
}

static void modem_bytes(struct posix_bench *f, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++, f->modem_total++) {
        if (f->modem_reads_raw) {
            f->modem_wrong |= bytes[i] != (char)('a' + f->modem_total % 23);
        } else if (bytes[i] == '\r') {
            int got = hlposix_record_read(f->record_path, (uint8_t *)f->record_at_command,
                                          sizeof f->record_at_command - 1, NULL);

            f->record_at_command[got > 0 ? got : 0] = '\0';
            f->modem_line[f->modem_size] = '\0';
            f->modem_size = 0;
            modem_answer(f, f->modem_line);
        } else if (f->modem_size + 1 < sizeof f->modem_line) {
            f->modem_line[f->modem_size++] = bytes[i];
        }
    }
}

static void on_modem(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct posix_bench *f = watcher->data;
    char bytes[1024];
    ssize_t got = read(f->master, bytes, sizeof bytes);

    (void)loop;
    (void)events;
    if (got > 0) {
        modem_bytes(f, bytes, (size_t)got);
    }
}

static void on_event(void *user, const struct hlsim_event *event)
{
    struct posix_bench *f = user;
    const struct hlsim_field *line = hlsim_event_field(event, "line");
    size_t used = strlen(f->log);

    snprintf(f->log + used, sizeof f->log - used, "%s %s|", hlsim_event_kind_name(event->kind),
             line != NULL ? (const char *)line->data : "");
}

void posix_bench_setup(struct posix_bench *f)
{
    struct hlposix_wire_config wire = {0};
    char path[64];

    memset(f, 0, sizeof *f);
    posix_bench_lives = 0;
    posix_bench_deaths = 0;
    f->loop = ev_loop_new(EVFLAG_AUTO);
    strcpy(f->folder, "/tmp/hl78sim-test-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(f->folder));
    snprintf(f->record_path, sizeof f->record_path, "%s/record", f->folder);
    f->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    CU_ASSERT_TRUE_FATAL(f->master >= 0);
    CU_ASSERT_EQUAL_FATAL(grantpt(f->master), 0);
    CU_ASSERT_EQUAL_FATAL(unlockpt(f->master), 0);
    CU_ASSERT_EQUAL_FATAL(ptsname_r(f->master, path, sizeof path), 0);
    CU_ASSERT_EQUAL_FATAL(hlposix_serial_open(&f->serial, path, NULL), 0);
    hlsim__sched_init(&f->sched);
    hlsim__stream_init(&f->stream, &f->sched);
    f->tap = hlsim_tap_create(&f->stream, "modem:0/port:0");
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&f->stream, HLSIM_EVENT_ALL, on_event, f), 0);
    hlposix_queries_init(&f->queries);
    CU_ASSERT_EQUAL(hlposix_modem_actor_init(&f->actor, &f->driver, &f->queries, &f->stream), 0);
    wire.loop = f->loop;
    wire.fd = f->serial.fd;
    wire.tap = f->tap;
    hlposix_wire_open(&f->wire, &wire);
    ev_io_init(&f->modem, on_modem, f->master, EV_READ);
    f->modem.data = f;
    ev_io_start(f->loop, &f->modem);
}

void posix_bench_teardown(struct posix_bench *f)
{
    hlposix_driver_stop(&f->driver);
    CU_ASSERT_EQUAL(posix_bench_lives, posix_bench_deaths);
    hlposix_wire_close(&f->wire);
    hlposix_serial_close(&f->serial);
    ev_io_stop(f->loop, &f->modem);
    if (f->master >= 0) {
        close(f->master);
    }
    unlink(f->record_path);
    CU_ASSERT_EQUAL(rmdir(f->folder), 0);
    hlsim_tap_free(f->tap);
    hlsim__sched_free(&f->sched);
    ev_loop_destroy(f->loop);
}

static void on_failed(void *user, const char *why)
{
    struct posix_bench *f = user;

    snprintf(f->why_text, sizeof f->why_text, "%s", why);
    f->why = f->why_text;
}

static bool read_calendar(void *user, int64_t *ret_now)
{
    const struct posix_bench *f = user;

    *ret_now = f->calendar;
    return f->calendar >= 0;
}

void posix_bench_start(struct posix_bench *f)
{
    struct hlposix_driver_config config = {.loop = f->loop,
                                           .wire = &f->wire,
                                           .ops = &host_ops,
                                           .host = &f,
                                           .record_path = f->record_path,
                                           .package = (const uint8_t *)"0123456789",
                                           .package_size = 10,
                                           .clock = read_calendar,
                                           .user = f,
                                           .failed = on_failed};
    static struct posix_bench *handed;

    handed = f;
    config.host = &handed;
    CU_ASSERT_EQUAL_FATAL(hlposix_driver_start(&f->driver, &config, NULL), 0);
}

struct wait {
    bool (*predicate)(struct posix_bench *f);
    struct posix_bench *fixture;
    bool timed_out;
};

static void on_turn(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct wait *wait = watcher->data;

    (void)events;
    if (wait->predicate(wait->fixture)) {
        ev_break(loop, EVBREAK_ONE);
    }
}

static void on_watchdog(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)events;
    ((struct wait *)watcher->data)->timed_out = true;
    ev_break(loop, EVBREAK_ONE);
}

bool posix_bench_run_until(struct posix_bench *f, bool (*predicate)(struct posix_bench *f))
{
    struct wait wait = {.predicate = predicate, .fixture = f};
    ev_timer turn;
    ev_timer watchdog;

    ev_timer_init(&turn, on_turn, 0.0, 0.001);
    ev_timer_init(&watchdog, on_watchdog, WATCHDOG, 0.0);
    turn.data = &wait;
    watchdog.data = &wait;
    ev_now_update(f->loop);
    ev_timer_start(f->loop, &turn);
    ev_timer_start(f->loop, &watchdog);
    ev_run(f->loop, 0);
    ev_timer_stop(f->loop, &turn);
    ev_timer_stop(f->loop, &watchdog);
    return !wait.timed_out;
}

bool posix_bench_has_reported(struct posix_bench *f)
{
    return hlposix_driver_report(&f->driver)->decided;
}
