/*
 * The step: one switch over the events, then the due timers and the next command, then the update.
 * It knows what a line and a final result are, and leaves their meaning to the goal.
 */
#include "engine_state.h"

#include "text.h"

#include <string.h>

#define ATTEMPTS_DEFAULT    5
#define CID_MAX             20
#define APN_MAX             63
#define INDICATIONS_DEFAULT 4479 /* all that an HL7800 has (AN5.0, "AT+WDSI=4479") */

size_t hlhost_engine_size(void)
{
    return sizeof(struct hlhost_engine);
}

static bool is_update(const struct hlhost_engine *engine)
{
    return engine->config.goal != HLHOST_GOAL_SCRIPT;
}

/* False for a negative time. */
static bool fill_times(struct hlhost_config *config)
{
    const struct {
        int64_t *time_ms;
        int64_t default_ms;
    } times[] = {
        {&config->session_wait_ms, 90000},   {&config->offer_wait_ms, 90000},
        {&config->stall_wait_ms, 600000},    {&config->install_wait_ms, 900000},
        {&config->boot_wait_ms, 60000},      {&config->answer_wait_ms, 10000},
        {&config->register_wait_ms, 600000},
    };
    size_t i;

    for (i = 0; i < sizeof times / sizeof *times; i++) {
        if (*times[i].time_ms == 0) {
            *times[i].time_ms = times[i].default_ms;
        }
        if (*times[i].time_ms < 0) {
            return false;
        }
    }
    return true;
}

static bool is_access_usable(const struct hlhost_config *config)
{
    if (config->pin != NULL && (strspn(config->pin, "0123456789") != strlen(config->pin) ||
                                strlen(config->pin) < 4 || strlen(config->pin) > 8)) {
        return false;
    }
    return config->cid <= CID_MAX &&
           (config->apn == NULL ||
            (strlen(config->apn) <= APN_MAX && strpbrk(config->apn, "\"\r\n") == NULL));
}

/* Whether the parts of a configuration go with its goal. */
static int check_goal(const struct hlhost_config *config)
{
    bool held = config->policy.window == HLHOST_WINDOW_ALWAYS;

    switch (config->goal) {
    case HLHOST_GOAL_UPDATE:
        return held || (config->agreements & HLHOST_AGREE_INSTALL) != 0 ? HLHOST_OK
                                                                        : HLHOST_E_CONFIG;
    case HLHOST_GOAL_SCRIPT:
        return held ? hlhost__script_check(config) : HLHOST_E_CONFIG;
    case HLHOST_GOAL_LOCAL_UPDATE:
        if (config->package_size == 0 || config->agreements != 0 || config->pin != NULL ||
            (config->block_size != 0 && config->block_size != HLHOST__BLOCK_SMALL &&
             config->block_size != HLHOST__BLOCK_LARGE)) {
            return HLHOST_E_CONFIG;
        }
        return HLHOST_OK;
    }
    return HLHOST_E_CONFIG;
}

static int fill_defaults(struct hlhost_config *config)
{
    const unsigned agreements = HLHOST_AGREE_DOWNLOAD | HLHOST_AGREE_INSTALL;

    if (config->attempts == 0) {
        config->attempts = ATTEMPTS_DEFAULT;
    }
    if (config->indications == 0) {
        config->indications = INDICATIONS_DEFAULT;
    }
    if (!fill_times(config) || (config->agreements & ~agreements) != 0) {
        return HLHOST_E_CONFIG;
    }
    if (config->version != NULL &&
        (*config->version == '\0' || strlen(config->version) >= HLHOST_VERSION_SIZE)) {
        return HLHOST_E_CONFIG;
    }
    if (!hlhost__policy_fill(&config->policy) || !is_access_usable(config)) {
        return HLHOST_E_CONFIG;
    }
    return check_goal(config);
}

int hlhost_engine_init(void *memory, const struct hlhost_config *config,
                       struct hlhost_engine **ret_engine)
{
    struct hlhost_engine *engine = memory;
    struct hlhost_config filled;
    int code;

    if (memory == NULL || config == NULL || ret_engine == NULL) {
        return HLHOST_E_INVALID;
    }
    filled = *config;
    code = fill_defaults(&filled);
    if (code != HLHOST_OK) {
        return code;
    }
    memset(engine, 0, sizeof *engine);
    engine->config = filled;
    engine->now_ms = INT64_MIN;
    engine->link_up = true;
    engine->report.detail = -1;
    *ret_engine = engine;
    return HLHOST_OK;
}

void hlhost__engine_send(struct hlhost_engine *engine, const char *command, int64_t wait_ms)
{
    hlhost__client_begin(&engine->client, HLHOST__OWNER_GOAL, command, engine->now_ms, wait_ms);
}

bool hlhost__engine_record(struct hlhost_engine *engine, const struct hlhost__record *record)
{
    uint8_t data[HLHOST__RECORD_BYTES];

    if (!hlhost__record_encode(record, data)) {
        return false;
    }
    if (!hlhost__record_same(data, engine->record, sizeof data)) {
        memcpy(engine->record, data, sizeof data);
        engine->record_dirty = true;
    }
    return true;
}

void hlhost__engine_finish(struct hlhost_engine *engine, enum hlhost_result result,
                           enum hlhost_reason reason, int detail)
{
    engine->report.result = result;
    engine->report.reason = reason;
    engine->report.detail = detail;
    engine->report_new = true;
}

static void goal_final(struct hlhost_engine *engine, enum hlhost__final final, int code,
                       const char *line)
{
    enum hlhost__owner owner = engine->client.owner;

    hlhost__client_end(&engine->client);
    if (is_update(engine)) {
        hlhost__fota_settle(engine, final);
    }
    if (owner != HLHOST__OWNER_GOAL) {
        return; /* the answer to a request is for nobody */
    }
    if (is_update(engine)) {
        hlhost__fota_final(engine, final, code);
    } else {
        hlhost__script_final(engine, final, line);
    }
}

static bool is_sending(const struct hlhost_engine *engine)
{
    return is_update(engine) && hlhost__local_is_sending(engine);
}

/* CONNECT and NO CARRIER end no command of an update: there they are strays of a data session. */
static bool ends_command(const struct hlhost_engine *engine, enum hlhost__final final)
{
    if (is_sending(engine)) {
        return final != HLHOST__FINAL_NONE && final != HLHOST__FINAL_CONNECT;
    }
    if (final == HLHOST__FINAL_NONE || !hlhost__client_is_sent(&engine->client)) {
        return false;
    }
    return final == HLHOST__FINAL_OK || final == HLHOST__FINAL_ERROR || !is_update(engine) ||
           engine->client.owner == HLHOST__OWNER_REQUEST;
}

static void take_bytes(struct hlhost_engine *engine, const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        enum hlhost__final final;
        int code;

        if (is_update(engine) && hlhost__local_take(engine, data[i])) {
            continue;
        }
        if (!hlhost__client_take(&engine->client, data[i]) ||
            hlhost__client_is_echo(&engine->client)) {
            continue;
        }
        final = hlhost__client_final(engine->client.line, &code);
        if (ends_command(engine, final)) {
            goal_final(engine, final, code, engine->client.line);
        } else if (is_update(engine)) {
            hlhost__fota_line(engine, engine->client.line);
        } else {
            hlhost__script_line(engine, engine->client.line);
        }
    }
}

static void start(struct hlhost_engine *engine, const struct hlhost_event *event)
{
    struct hlhost__record record = {.phase = HLHOST__PHASE_IDLE};

    engine->started = true;
    engine->facts =
        (struct hlhost__facts){.start_ms = engine->now_ms,
                               .clock_known = event->start.clock_known,
                               .midnight_ms = engine->now_ms - (int64_t)event->start.clock_ms,
                               .off_known = event->start.off_known,
                               .off_ms = event->start.off_ms};
    if (!is_update(engine)) {
        hlhost__script_start(engine);
        return;
    }
    if (hlhost__record_decode(event->start.record, event->start.record_size, &record)) {
        memcpy(engine->record, event->start.record, HLHOST__RECORD_BYTES);
    } else {
        (void)hlhost__record_encode(&record, engine->record); /* "no update" needs no storing */
    }
    hlhost__fota_start(engine, &record);
}

static void link_changed(struct hlhost_engine *engine, bool up)
{
    if (up == engine->link_up) {
        return;
    }
    engine->link_up = up;
    engine->client.tx_blocked = false;
    if (is_update(engine)) {
        hlhost__fota_link(engine);
    }
}

static void persisted(struct hlhost_engine *engine, bool ok)
{
    engine->record_waiting = false;
    if (engine->client.owner != HLHOST__OWNER_NONE && engine->client.tx_taken == 0) {
        engine->client.by_ms = hlhost__time_add(engine->now_ms, engine->client.wait_ms);
    }
    if (!ok && is_update(engine)) {
        hlhost__fota_not_durable(engine);
    }
}

/* The due timers, then whoever may send next. */
static void run(struct hlhost_engine *engine)
{
    struct hlhost__client *client = &engine->client;

    if (client->owner != HLHOST__OWNER_NONE && engine->now_ms >= client->by_ms) {
        goal_final(engine, HLHOST__FINAL_TIMEOUT, -1, "");
    }
    if (client->owner == HLHOST__OWNER_NONE && engine->request[0] != '\0') {
        hlhost__client_begin(client, HLHOST__OWNER_REQUEST, engine->request, engine->now_ms,
                             engine->config.answer_wait_ms);
        engine->request[0] = '\0';
    }
    if (is_update(engine)) {
        hlhost__fota_run(engine);
    } else {
        hlhost__script_run(engine);
    }
}

static int64_t deadline(const struct hlhost_engine *engine)
{
    int64_t goal =
        is_update(engine) ? hlhost__fota_deadline(engine) : hlhost__script_deadline(engine);

    if (engine->client.owner != HLHOST__OWNER_NONE && engine->client.by_ms < goal) {
        return engine->client.by_ms;
    }
    return goal;
}

static void fill_update(struct hlhost_engine *engine, struct hlhost_update *update)
{
    memset(update, 0, sizeof *update);
    update->power_off_allowed = !is_update(engine) || hlhost__fota_power_off_allowed(engine);
    update->transfer = hlhost__local_is_transfer(engine);
    update->report = engine->report_new ? &engine->report : NULL;
    engine->report_new = false;
    update->deadline_ms = INT64_MAX;
    if (engine->record_waiting) {
        return;
    }
    if (engine->record_dirty) {
        engine->record_dirty = false;
        engine->record_waiting = true;
        update->record = engine->record;
        update->record_size = sizeof engine->record;
        return;
    }
    if (engine->link_up) {
        update->bytes = hlhost__client_offer(&engine->client, engine->now_ms, &update->bytes_size);
    }
    update->deadline_ms = deadline(engine);
    if (is_update(engine) &&
        !hlhost__local_wants(engine, &update->data_offset, &update->data_size)) {
        update->data_size = 0;
    }
}

static int check_data(const struct hlhost_engine *engine, const struct hlhost_event *event)
{
    uint32_t offset;
    uint32_t size;

    if (engine->record_waiting || !is_update(engine) ||
        !hlhost__local_wants(engine, &offset, &size)) {
        return HLHOST_E_STATE;
    }
    return event->data.size == 0 || (event->data.size == size && event->data.data != NULL)
               ? HLHOST_OK
               : HLHOST_E_INVALID;
}

static int check_request(const struct hlhost_engine *engine, const char *line)
{
    if (line == NULL || line[0] == '\0' || strlen(line) > HLHOST_TX_SIZE - 2 ||
        strpbrk(line, "\r\n") != NULL) {
        return HLHOST_E_INVALID;
    }
    return engine->request[0] != '\0' ? HLHOST_E_STATE : HLHOST_OK;
}

/* 0 when the event may be taken now. */
static int check_event(const struct hlhost_engine *engine, const struct hlhost_event *event)
{
    if (event->now_ms < engine->now_ms) {
        return HLHOST_E_INVALID;
    }
    if ((event->kind == HLHOST_EVENT_START) == engine->started) {
        return HLHOST_E_STATE;
    }
    switch (event->kind) {
    case HLHOST_EVENT_BYTES:
        return event->bytes.data == NULL && event->bytes.size > 0 ? HLHOST_E_INVALID : HLHOST_OK;
    case HLHOST_EVENT_PERSISTED:
        return engine->record_waiting ? HLHOST_OK : HLHOST_E_STATE;
    case HLHOST_EVENT_REQUEST:
        return check_request(engine, event->request.line);
    case HLHOST_EVENT_DATA:
        return check_data(engine, event);
    case HLHOST_EVENT_START:
    case HLHOST_EVENT_TIMEOUT:
    case HLHOST_EVENT_WRITABLE:
    case HLHOST_EVENT_LINK:
        return HLHOST_OK;
    }
    return HLHOST_E_INVALID;
}

static void take_event(struct hlhost_engine *engine, const struct hlhost_event *event)
{
    switch (event->kind) {
    case HLHOST_EVENT_START:
        start(engine, event);
        break;
    case HLHOST_EVENT_BYTES:
        take_bytes(engine, event->bytes.data, event->bytes.size);
        break;
    case HLHOST_EVENT_TIMEOUT:
        break; /* run() looks at every timer after every event */
    case HLHOST_EVENT_WRITABLE:
        engine->client.tx_blocked = false;
        break;
    case HLHOST_EVENT_LINK:
        link_changed(engine, event->link.up);
        break;
    case HLHOST_EVENT_PERSISTED:
        persisted(engine, event->persisted.ok);
        break;
    case HLHOST_EVENT_REQUEST:
        hlhost__text_add(engine->request, sizeof engine->request, event->request.line);
        break;
    case HLHOST_EVENT_DATA:
        hlhost__local_data(engine, event->data.data, event->data.size);
        break;
    }
}

int hlhost_engine_step(struct hlhost_engine *engine, const struct hlhost_event *event,
                       struct hlhost_update *ret_update)
{
    int code;

    if (engine == NULL || event == NULL || ret_update == NULL) {
        return HLHOST_E_INVALID;
    }
    code = check_event(engine, event);
    if (code != HLHOST_OK) {
        return code;
    }
    engine->now_ms = event->now_ms;
    take_event(engine, event);
    if (!engine->record_waiting) {
        run(engine);
    }
    fill_update(engine, ret_update);
    return HLHOST_OK;
}

void hlhost_engine_sent(struct hlhost_engine *engine, size_t taken)
{
    struct hlhost__client *client = &engine->client;

    if (taken < client->tx_taken - client->tx_offered) {
        client->tx_taken = client->tx_offered + taken;
        client->tx_blocked = true;
    }
}

const struct hlhost_report *hlhost_engine_report(const struct hlhost_engine *engine)
{
    return &engine->report;
}
