/*
 * Tests of a host against a modem behind a real line (a pseudo terminal): the driver, the queries
 * after the end and the judge's actor. Host and modem are small programs of the test.
 */
#include <hlposix/driver.h>
#include <hlposix/modem_actor.h>
#include <hlposix/queries.h>
#include <hlposix/record.h>
#include <hlposix/serial.h>

#include <hl78sim/tap.h>
#include <hl78sim/time.h>

#include "core/sched.h"
#include "core/stream.h"

#include "lib/suite.h"

#include <ev.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WATCHDOG  20.0
#define BULK_SIZE 200000u
#define LOG_SIZE  4096

struct exchange {
    const char *command; /* without AT line end; NULL ends the table */
    const char *answer;
};

struct fixture {
    struct ev_loop *loop;
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    char folder[64];
    char record_path[96];
    int master;
    struct hlposix_serial serial;
    struct hlposix_wire wire;
    struct hlposix_driver driver;
    struct hlposix_queries queries;
    struct hlposix_modem_actor actor;
    bool queried;
    const char *why; /* of a failure */
    char why_text[128];
    /* the modem */
    ev_io modem;
    const struct exchange *exchanges;
    size_t modem_size;
    char modem_line[128];
    size_t modem_total;
    bool modem_wrong;
    bool modem_reads_raw;
    char record_at_command[64]; /* what the file held when the command came */
    /* what the tap said */
    char log[LOG_SIZE];
};

/* The host under test: persists "sent", then sends AT+GO, then reports what it was answered. */
struct host {
    struct fixture *fixture;
    size_t bulk_sent;
    size_t offered;
    int64_t last_now;
    bool went_back;
    bool timed_out;
    bool link_down;
    char heard[256];
    char record[16];
    char start_record[16];
    uint8_t bytes[BULK_SIZE];
    struct hlsim_host_report report;
};

static struct host *living; /* the host of the test that runs */
static unsigned lives;
static unsigned deaths;

static void *host_create(const void *config)
{
    struct host *host = calloc(1, sizeof *host);

    if (host != NULL) {
        memcpy(&host->fixture, config, sizeof host->fixture);
        living = host;
        lives++;
    }
    return host;
}

static void host_destroy(void *user)
{
    free(user);
    living = NULL;
    deaths++;
}

static void host_send(struct host *host, struct hlsim_host_update *update, const char *text)
{
    update->bytes_size = strlen(text);
    memcpy(host->bytes, text, update->bytes_size);
    update->bytes = host->bytes;
}

static void host_bytes(struct host *host, const struct hlsim_host_event *event,
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

static void host_bulk(struct host *host, struct hlsim_host_update *update)
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
    struct host *host = user;

    host->went_back |= event->now < host->last_now;
    host->last_now = event->now;
    update->power_off_allowed = true;
    switch (event->kind) {
    case HLSIM_HOST_START:
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
    }
    return HLSIM_E_INVALID;
}

static void host_sent(void *user, size_t taken)
{
    struct host *host = user;

    host->bulk_sent -= host->offered - taken;
}

static const struct hlsim_host_ops host_ops = {.name = "test",
                                               .create = host_create,
                                               .step = host_step,
                                               .sent = host_sent,
                                               .destroy = host_destroy};

static void modem_answer(struct fixture *f, const char *command)
{
    for (const struct exchange *e = f->exchanges; e != NULL && e->command != NULL; e++) {
        if (strcmp(e->command, command) == 0) {
            CU_ASSERT_EQUAL(write(f->master, e->answer, strlen(e->answer)),
                            (ssize_t)strlen(e->answer));
            return;
        }
    }
}

static void modem_bytes(struct fixture *f, const char *bytes, size_t size)
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
    struct fixture *f = watcher->data;
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
    struct fixture *f = user;
    const struct hlsim_field *line = hlsim_event_field(event, "line");
    size_t used = strlen(f->log);

    snprintf(f->log + used, sizeof f->log - used, "%s %s|", hlsim_event_kind_name(event->kind),
             line != NULL ? (const char *)line->data : "");
}

static void setup(struct fixture *f)
{
    struct hlposix_wire_config wire = {0};
    char path[64];

    memset(f, 0, sizeof *f);
    lives = 0;
    deaths = 0;
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

static void teardown(struct fixture *f)
{
    hlposix_driver_stop(&f->driver);
    CU_ASSERT_EQUAL(lives, deaths);
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
    struct fixture *f = user;

    snprintf(f->why_text, sizeof f->why_text, "%s", why);
    f->why = f->why_text;
}

static void start(struct fixture *f)
{
    struct hlposix_driver_config config = {.loop = f->loop,
                                           .wire = &f->wire,
                                           .ops = &host_ops,
                                           .host = &f,
                                           .record_path = f->record_path,
                                           .user = f,
                                           .failed = on_failed};
    static struct fixture *handed;

    handed = f;
    config.host = &handed;
    CU_ASSERT_EQUAL_FATAL(hlposix_driver_start(&f->driver, &config, NULL), 0);
}

struct wait {
    bool (*predicate)(struct fixture *f);
    struct fixture *fixture;
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

static bool run_until(struct fixture *f, bool (*predicate)(struct fixture *f))
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

static bool has_reported(struct fixture *f)
{
    return hlposix_driver_report(&f->driver)->decided;
}

static const struct exchange go[] = {
    {"AT+GO", "AT+GO\r\r\n+KSUP: 0\r\n\r\n+GO: 7\r\n\r\nOK\r\n"},
    {NULL, NULL},
};

static void the_record_is_durable_before_the_bytes_leave(void)
{
    struct fixture f;

    setup(&f);
    f.exchanges = go;
    start(&f);
    CU_ASSERT_TRUE(run_until(&f, has_reported));
    CU_ASSERT_STRING_EQUAL(f.record_at_command, "sent");
    CU_ASSERT_FALSE(living->went_back);
    CU_ASSERT_STRING_EQUAL(hlposix_driver_report(&f.driver)->result, "done");
    CU_ASSERT_STRING_EQUAL(hlposix_driver_report(&f.driver)->after, "b");
    teardown(&f);
}

static void the_tap_tells_what_passed_as_it_does_in_memory(void)
{
    struct fixture f;

    setup(&f);
    f.exchanges = go;
    start(&f);
    CU_ASSERT_TRUE(run_until(&f, has_reported));
    CU_ASSERT_STRING_EQUAL(f.log, "host AT+GO|urc +KSUP: 0|response +GO: 7|result OK|");
    teardown(&f);
}

static bool host_timed_out(struct fixture *f)
{
    (void)f;
    return living != NULL && living->timed_out;
}

static void a_cut_host_starts_again_from_its_record(void)
{
    struct fixture f;
    struct hlsim_actor actor;
    struct hlsim_action cut = {.name = "host_power_cut"};

    setup(&f);
    f.exchanges = go;
    start(&f);
    CU_ASSERT_TRUE(run_until(&f, has_reported));
    actor = hlposix_modem_actor(&f.actor);
    CU_ASSERT_EQUAL(actor.act(actor.user, &cut), HLSIM_ACTED);
    CU_ASSERT_PTR_NULL(living);
    CU_ASSERT_EQUAL(actor.act(actor.user, &cut), HLSIM_ACT_NOTHING);
    CU_ASSERT_EQUAL(actor.undo(actor.user, &cut), HLSIM_ACTED);
    CU_ASSERT_EQUAL(lives, 2);
    CU_ASSERT_STRING_EQUAL(living->start_record, "sent");
    /* Its deadline of 30 ms comes, not early, and on the same time line as before. */
    CU_ASSERT_TRUE(run_until(&f, host_timed_out));
    CU_ASSERT_TRUE(living->last_now >= 30 * HLSIM_MS);
    CU_ASSERT_FALSE(living->went_back);
    CU_ASSERT_EQUAL(actor.undo(actor.user, &cut), HLSIM_ACT_NOTHING);
    teardown(&f);
}

static void a_record_that_cannot_be_stored_keeps_the_bytes_back(void)
{
    struct fixture f;

    setup(&f);
    f.exchanges = go;
    strcpy(f.record_path, "/nowhere/at/all");
    start(&f);
    for (unsigned i = 0; i < 20; i++) {
        ev_run(f.loop, EVRUN_NOWAIT);
    }
    CU_ASSERT_EQUAL(f.wire.sent, 0);
    CU_ASSERT_STRING_EQUAL(f.log, "");
    teardown(&f);
}

static bool all_came(struct fixture *f)
{
    return f->modem_total >= BULK_SIZE;
}

static void what_the_line_does_not_take_at_once_follows(void)
{
    struct fixture f;

    setup(&f);
    f.modem_reads_raw = true;
    start(&f);
    CU_ASSERT_TRUE(f.wire.sent < BULK_SIZE);
    CU_ASSERT_TRUE(run_until(&f, all_came));
    CU_ASSERT_EQUAL(f.modem_total, BULK_SIZE);
    CU_ASSERT_FALSE(f.modem_wrong);
    teardown(&f);
}

static bool has_failed(struct fixture *f)
{
    return f->why != NULL;
}

static void a_line_that_dies_is_told_to_host_and_user(void)
{
    struct fixture f;

    setup(&f);
    start(&f);
    ev_io_stop(f.loop, &f.modem);
    close(f.master);
    f.master = -1;
    CU_ASSERT_TRUE(run_until(&f, has_failed));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.why, "line to the modem is gone"));
    CU_ASSERT_TRUE(living->link_down);
    teardown(&f);
}

static bool request_arrived(struct fixture *f)
{
    return strcmp(f->modem_line, "AT+CSQ") == 0;
}

static void somebody_can_ask_the_host_to_send_a_line(void)
{
    struct fixture f;
    struct hlsim_actor actor;
    struct hlsim_action action = {.name = "host_do", .param_count = 1};

    setup(&f);
    start(&f);
    actor = hlposix_modem_actor(&f.actor);
    strcpy(action.params[0].key, "line");
    action.params[0].value.type = HLSIM_VALUE_TEXT;
    strcpy(action.params[0].value.text, "!refused");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_NOTHING);
    CU_ASSERT_PTR_NULL(f.why);
    strcpy(action.params[0].value.text, "AT+CSQ\r");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACTED);
    CU_ASSERT_TRUE(run_until(&f, request_arrived));
    strcpy(action.name, "network_lost");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_IMPOSSIBLE);
    teardown(&f);
}

static void a_terminal_without_lines_has_none_to_drive(void)
{
    struct hlsim_action action = {.name = "line", .param_count = 2};
    struct hlsim_actor actor;
    struct fixture f;

    setup(&f);
    actor = hlposix_modem_actor(&f.actor);
    strcpy(action.params[0].key, "dtr");
    action.params[0].value.type = HLSIM_VALUE_INT;
    strcpy(action.params[1].key, "rts");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_IMPOSSIBLE);
    hlposix_modem_actor_set_port(&f.actor, &f.serial, f.tap);
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_IMPOSSIBLE);
    teardown(&f);
}

static void on_queried(void *user)
{
    ((struct fixture *)user)->queried = true;
}

static bool was_queried(struct fixture *f)
{
    return f->queried;
}

static bool ask(struct fixture *f)
{
    struct hlposix_queries_run run = {
        .loop = f->loop, .wire = &f->wire, .user = f, .done = on_queried};

    hlposix_queries_start(&f->queries, &run);
    return run_until(f, was_queried);
}

static void check_text(struct hlsim_actor *actor, const char *path, const char *expected)
{
    struct hlsim_value value = {0};

    CU_ASSERT_EQUAL(actor->read(actor->user, path, &value), 0);
    CU_ASSERT_EQUAL(value.type, HLSIM_VALUE_TEXT);
    CU_ASSERT_STRING_EQUAL(value.text, expected);
}

static void check_number(struct hlsim_actor *actor, const char *path, int64_t expected)
{
    struct hlsim_value value = {.integer = -12345};

    CU_ASSERT_EQUAL(actor->read(actor->user, path, &value), 0);
    CU_ASSERT_EQUAL(value.integer, expected);
}

/* The answers as a module gives them; echo on, an indication in between. */
static const struct exchange module[] = {
    {"AT", "AT\r\r\nOK\r\n"},
    {"AT+CGMR", "AT+CGMR\r\r\nHL7800.4.6.8.0\r\n\r\nOK\r\n"},
    {"AT+CEREG?", "AT+CEREG?\r\r\n+CEREG: 0,5\r\n\r\nOK\r\n"},
    {"AT+CPIN?", "AT+CPIN?\r\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"},
    {"AT+WDSI?", "AT+WDSI?\r\r\n+WDSI: 8\r\n\r\n+WDSI: 4479\r\n\r\nOK\r\n"},
    {"AT+WDSC?", "AT+WDSC?\r\r\n+WDSC: 0,0\r\n+WDSC: 1,1\r\n+WDSC: 2,1\r\n+WDSC: 3,0\r\n"
                 "+WDSC: 4,15,60,240,480,1440,2880\r\n+WDSC: 5,0\r\n+WDSC: 6,0\r\n\r\nOK\r\n"},
    {"AT+WDSS?", "AT+WDSS?\r\r\n+WDSS: 1,0\r\n+WDSS: 2,1\r\n\r\nOK\r\n"},
    {"AT+KTCPSTAT=1", "AT+KTCPSTAT=1\r\r\n+KTCPSTAT: 3,-1,0,34\r\n\r\nOK\r\n"},
    {"AT+KTCPSTAT=2", "AT+KTCPSTAT=2\r\r\n+CME ERROR: 910\r\n"},
    {NULL, NULL},
};

static void queries_tell_the_modems_paths(void)
{
    static const char *const paths[] = {"modem.firmware",
                                        "modem.cgmr",
                                        "modem.registered",
                                        "modem.session",
                                        "modem.settings.wdsi",
                                        "modem.settings.wdsc.1",
                                        "modem.settings.wdsc.4",
                                        "modem.settings.wdss.2",
                                        "modem.socket.1",
                                        "modem.socket.2",
                                        "modem.sim",
                                        "modem.powered"};
    struct fixture f;
    struct hlsim_actor actor;
    struct hlsim_value value;

    setup(&f);
    f.exchanges = module;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        CU_ASSERT_TRUE(hlposix_queries_want(&f.queries, paths[i]));
    }
    CU_ASSERT_FALSE(hlposix_queries_want(&f.queries, "modem.credentials"));
    actor = hlposix_modem_actor(&f.actor);
    CU_ASSERT_EQUAL(actor.read(actor.user, "modem.cgmr", &value), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_TRUE(ask(&f));
    check_text(&actor, "modem.cgmr", "HL7800.4.6.8.0");
    check_text(&actor, "modem.firmware", "4.6.8.0");
    check_number(&actor, "modem.registered", 1);
    check_text(&actor, "modem.session", "closed");
    check_text(&actor, "modem.sim", "pin");
    check_number(&actor, "modem.settings.wdsi", 4479);
    check_number(&actor, "modem.settings.wdsc.1", 1);
    check_text(&actor, "modem.settings.wdsc.4", "15,60,240,480,1440,2880");
    check_number(&actor, "modem.settings.wdss.2", 1);
    check_number(&actor, "modem.socket.1", 3);
    check_number(&actor, "modem.powered", 1);
    CU_ASSERT_EQUAL(actor.read(actor.user, "modem.socket.2", &value), HLSIM_E_UNSUPPORTED);
    /* AT, CGMR, CEREG, CPIN, WDSS, WDSI, WDSC and two sockets: each asked once. */
    CU_ASSERT_EQUAL(f.queries.count, 9);
    teardown(&f);
}

/* A late OK of the host's last command must not shift all answers by one. */
static const struct exchange late[] = {
    {"AT", "\r\nOK\r\n\r\nOK\r\n"},
    {"AT+CGMR", "\r\nBHL7800.1.6.3.0.20180803\r\n\r\nOK\r\n"},
    {"AT+WDSI?", "\r\n+WDSI: 0\r\n\r\nOK\r\n"},
    {NULL, NULL},
};

static void a_stray_result_does_not_shift_the_answers(void)
{
    struct fixture f;
    struct hlsim_actor actor;

    setup(&f);
    f.exchanges = late;
    CU_ASSERT_TRUE(hlposix_queries_want(&f.queries, "modem.firmware"));
    CU_ASSERT_TRUE(hlposix_queries_want(&f.queries, "modem.settings.wdsi"));
    CU_ASSERT_TRUE(ask(&f));
    actor = hlposix_modem_actor(&f.actor);
    check_text(&actor, "modem.firmware", "1.6.3");
    check_number(&actor, "modem.settings.wdsi", 0);
    teardown(&f);
}

static void what_cannot_be_observed_is_said_so(void)
{
    static const char *const hidden[] = {"modem.stored", "modem.credentials", "network.nat",
                                         "airvantage.operation", "modem.cgmr"};
    struct fixture f;
    struct hlsim_actor actor;
    struct hlsim_value value;

    setup(&f);
    actor = hlposix_modem_actor(&f.actor);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        CU_ASSERT_EQUAL(actor.read(actor.user, hidden[i], &value), HLSIM_E_UNSUPPORTED);
    }
    CU_ASSERT_EQUAL(actor.read(actor.user, "nobody.knows", &value), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(actor.read(actor.user, "host.exit", &value), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(actor.read(actor.user, "host.result", &value), 0);
    CU_ASSERT_EQUAL(value.type, HLSIM_VALUE_NULL);
    teardown(&f);
}

static void say(struct fixture *f, enum hlsim_side side, const char *text)
{
    hlsim_tap_bytes(f->tap, side, (const uint8_t *)text, strlen(text));
}

static void agreements_and_boots_are_seen_on_the_wire(void)
{
    struct fixture f;
    struct hlsim_actor actor;

    setup(&f);
    actor = hlposix_modem_actor(&f.actor);
    check_text(&actor, "modem.agreement", "none");
    check_number(&actor, "modem.boots", 0);
    say(&f, HLSIM_MODEM, "\r\n+KSUP: 0\r\n\r\n+WDSI: 2\r\n");
    check_text(&actor, "modem.agreement", "download");
    say(&f, HLSIM_HOST, "at+wdsr=3\r");
    say(&f, HLSIM_MODEM, "\r\nOK\r\n\r\n+WDSI: 18,1\r\n");
    check_text(&actor, "modem.agreement", "none");
    say(&f, HLSIM_MODEM, "\r\n+WDSI: 3\r\n");
    check_text(&actor, "modem.agreement", "install");
    say(&f, HLSIM_MODEM, "\r\n+KSUP: 0\r\n");
    check_text(&actor, "modem.agreement", "none");
    check_number(&actor, "modem.boots", 2);
    teardown(&f);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_record_is_durable_before_the_bytes_leave),
    SUITE_TEST(the_tap_tells_what_passed_as_it_does_in_memory),
    SUITE_TEST(a_cut_host_starts_again_from_its_record),
    SUITE_TEST(a_record_that_cannot_be_stored_keeps_the_bytes_back),
    SUITE_TEST(what_the_line_does_not_take_at_once_follows),
    SUITE_TEST(a_line_that_dies_is_told_to_host_and_user),
    SUITE_TEST(somebody_can_ask_the_host_to_send_a_line),
    SUITE_TEST(a_terminal_without_lines_has_none_to_drive),
    SUITE_TEST(queries_tell_the_modems_paths),
    SUITE_TEST(a_stray_result_does_not_shift_the_answers),
    SUITE_TEST(what_cannot_be_observed_is_said_so),
    SUITE_TEST(agreements_and_boots_are_seen_on_the_wire),
};

int main(void)
{
    return suite_run("posix driver", tests, sizeof tests / sizeof *tests);
}
