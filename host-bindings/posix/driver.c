/*
 * Turns bytes, timers and a file into a host's events, and its updates into bytes, timers and a
 * file. Knows no AT command.
 */
#include <hlposix/driver.h>

#include "internal.h"

#include <hl78sim/time.h>
#include <hlposix/record.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t monotonic(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * HLSIM_SECOND + now.tv_nsec;
}

static void fail(struct hlposix_driver *driver, const char *why)
{
    driver->failed = true;
    ev_timer_stop(driver->config.loop, &driver->deadline);
    if (driver->config.failed != NULL) {
        driver->config.failed(driver->config.user, why);
    }
}

static bool store(struct hlposix_driver *driver, const uint8_t *bytes, size_t size)
{
    if (size > sizeof driver->record ||
        (driver->config.record_path != NULL &&
         hlposix_record_write(driver->config.record_path, bytes, size, NULL) < 0)) {
        return false;
    }
    memcpy(driver->record, bytes, size);
    driver->record_size = size;
    if (driver->config.recorded != NULL) {
        driver->config.recorded(driver->config.user, size);
    }
    return true;
}

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from != NULL ? from : "");
}

static void note(struct hlposix_driver *driver, const struct hlsim_host_report *report)
{
    struct hlposix_report *mine = &driver->report;

    mine->decided = true;
    mine->outage = report->outage;
    mine->detail = report->detail;
    copy(mine->result, sizeof mine->result, report->result);
    copy(mine->reason, sizeof mine->reason, report->reason);
    copy(mine->before, sizeof mine->before, report->before);
    copy(mine->after, sizeof mine->after, report->after);
    if (driver->config.reported != NULL) {
        driver->config.reported(driver->config.user);
    }
}

static void arm(struct hlposix_driver *driver, int64_t deadline)
{
    struct ev_loop *loop = driver->config.loop;

    ev_timer_stop(loop, &driver->deadline);
    driver->due = deadline;
    if (deadline != HLSIM_NEVER) {
        int64_t wait = deadline - (monotonic() - driver->started);

        ev_now_update(loop);
        ev_timer_set(&driver->deadline, wait > 0 ? (double)wait / (double)HLSIM_SECOND : 0.0, 0.0);
        ev_timer_start(loop, &driver->deadline);
    }
}

static void tell_transfer(struct hlposix_driver *driver, bool on)
{
    if (driver->transfer != on) {
        driver->transfer = on;
        if (driver->config.transfer != NULL) {
            driver->config.transfer(driver->config.user, on);
        }
    }
}

/* Does what the update says, in the order that host.h gives. False: the record is not durable. */
static bool apply(struct hlposix_driver *driver, const struct hlsim_host_update *update,
                  bool *ret_all_taken)
{
    bool durable = update->record == NULL || store(driver, update->record, update->record_size);

    *ret_all_taken = true;
    /* Bytes that depend on a record which could not be stored must not leave. */
    if (update->bytes != NULL && durable) {
        size_t taken = hlposix_wire_write(driver->config.wire, update->bytes, update->bytes_size);

        if (taken < update->bytes_size) {
            driver->config.ops->sent(driver->host, taken);
            *ret_all_taken = false;
        }
    }
    driver->power_off_allowed = update->power_off_allowed;
    if (*ret_all_taken) {
        tell_transfer(driver, update->transfer);
    }
    arm(driver, update->deadline);
    if (update->report != NULL) {
        note(driver, update->report);
    }
    return durable;
}

/* The bytes of the package that the update wants; none when there are no such ones. */
static struct hlsim_host_event data_event(const struct hlposix_driver *driver,
                                          const struct hlsim_host_update *update)
{
    struct hlsim_host_event event = {.kind = HLSIM_HOST_DATA};
    size_t size = driver->config.package_size;

    if (driver->config.package != NULL && update->data_offset <= size &&
        update->data_size <= size - update->data_offset) {
        event.bytes = driver->config.package + update->data_offset;
        event.size = update->data_size;
    }
    return event;
}

/* One event, and the ones that follow from storing records and reading the package. False when the
 * host refused it. */
static bool step(struct hlposix_driver *driver, struct hlsim_host_event event)
{
    bool again = true;

    while (again && driver->host != NULL && !driver->failed) {
        struct hlsim_host_update update = {.deadline = HLSIM_NEVER};
        int64_t now = monotonic() - driver->started;
        bool all_taken;
        bool durable;

        driver->now = now > driver->now ? now : driver->now;
        event.now = driver->now;
        if (driver->config.ops->step(driver->host, &event, &update) < 0) {
            /* A request may come at a bad moment; everything else is a mistake of one of us. */
            if (event.kind != HLSIM_HOST_REQUEST) {
                fail(driver, "the host refuses an event");
            }
            return false;
        }
        durable = apply(driver, &update, &all_taken);
        again = update.record != NULL;
        event = (struct hlsim_host_event){.kind = HLSIM_HOST_PERSISTED, .flag = durable};
        if (!again && update.data_size > 0 && all_taken) {
            again = true;
            event = data_event(driver, &update);
        }
    }
    return true;
}

static void on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    step(user, (struct hlsim_host_event){.kind = HLSIM_HOST_BYTES, .bytes = bytes, .size = size});
}

static void on_writable(void *user)
{
    step(user, (struct hlsim_host_event){.kind = HLSIM_HOST_WRITABLE});
}

static void on_gone(void *user, int number)
{
    struct hlposix_driver *driver = user;
    char why[128];

    step(driver, (struct hlsim_host_event){.kind = HLSIM_HOST_LINK, .flag = false});
    snprintf(why, sizeof why, "the line to the modem is gone: %s",
             number != 0 ? strerror(number) : "hung up");
    if (driver->config.lost == NULL || !driver->config.lost(driver->config.user, why)) {
        fail(driver, why);
    }
}

void hlposix_driver_line_back(struct hlposix_driver *driver)
{
    step(driver, (struct hlsim_host_event){.kind = HLSIM_HOST_LINK, .flag = true});
}

void hlposix_driver_give_up(struct hlposix_driver *driver, const char *why)
{
    fail(driver, why);
}

static void on_deadline(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct hlposix_driver *driver = watcher->data;

    (void)loop;
    (void)events;
    hlposix_wire_present(driver->config.wire);
    if (driver->host == NULL || ev_is_active(watcher)) {
        return;
    }
    /* The timer's rounding must not let the host see a time before its deadline. */
    driver->now = driver->due > driver->now ? driver->due : driver->now;
    step(driver, (struct hlsim_host_event){.kind = HLSIM_HOST_TIMEOUT});
}

static bool read_clock(const struct hlposix_driver *driver, int64_t *ret_now)
{
    return driver->config.clock != NULL && driver->config.clock(driver->config.user, ret_now);
}

bool hlposix_driver_power_back(struct hlposix_driver *driver)
{
    struct hlposix_wire_party party = {
        .user = driver, .receive = on_bytes, .writable = on_writable, .gone = on_gone};
    struct hlsim_host_event start = {
        .kind = HLSIM_HOST_START, .clock = HLSIM_NEVER, .off = HLSIM_NEVER};
    int64_t clock;

    if (driver->host != NULL || driver->failed) {
        return false;
    }
    driver->host = driver->config.ops->create(driver->config.host);
    if (driver->host == NULL) {
        fail(driver, "the host cannot be created");
        return false;
    }
    hlposix_wire_attach(driver->config.wire, &party);
    start.bytes = driver->record_size > 0 ? driver->record : NULL;
    start.size = driver->record_size;
    if (read_clock(driver, &clock)) {
        start.clock = clock % HLSIM_DAY;
        start.off =
            driver->lost_known && clock >= driver->lost ? clock - driver->lost : HLSIM_NEVER;
    }
    step(driver, start);
    return true;
}

bool hlposix_driver_power_cut(struct hlposix_driver *driver)
{
    if (driver->host == NULL) {
        return false;
    }
    ev_timer_stop(driver->config.loop, &driver->deadline);
    hlposix_wire_attach(driver->config.wire, NULL);
    driver->config.ops->destroy(driver->host);
    driver->host = NULL;
    driver->power_off_allowed = false;
    tell_transfer(driver, false);
    driver->lost_known = read_clock(driver, &driver->lost);
    return true;
}

int hlposix_driver_start(struct hlposix_driver *driver, const struct hlposix_driver_config *config,
                         struct hlposix_error *reterr)
{
    int size = 0;

    HLPOSIX_ASSERT(config->loop != NULL && config->wire != NULL && config->ops != NULL);
    memset(driver, 0, sizeof *driver);
    driver->config = *config;
    driver->started = monotonic();
    driver->report.detail = -1;
    ev_timer_init(&driver->deadline, on_deadline, 0.0, 0.0);
    driver->deadline.data = driver;
    if (config->record_path != NULL) {
        size =
            hlposix_record_read(config->record_path, driver->record, sizeof driver->record, reterr);
        if (size < 0) {
            return size;
        }
    }
    driver->record_size = (size_t)size;
    if (!hlposix_driver_power_back(driver)) {
        return hlposix__fail(reterr, HLSIM_E_NO_MEMORY, "the host cannot be created");
    }
    return 0;
}

void hlposix_driver_stop(struct hlposix_driver *driver)
{
    hlposix_driver_power_cut(driver);
}

bool hlposix_driver_request(struct hlposix_driver *driver, const char *line)
{
    if (driver->host == NULL || driver->failed) {
        return false;
    }
    return step(driver, (struct hlsim_host_event){.kind = HLSIM_HOST_REQUEST, .line = line});
}

const struct hlposix_report *hlposix_driver_report(const struct hlposix_driver *driver)
{
    return &driver->report;
}
