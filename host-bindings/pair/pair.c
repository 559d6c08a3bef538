/*
 * Does for a host what a driver would do on a real machine: stores its record, sends its bytes,
 * wakes it. Has no opinion about what the host does.
 */
#include <hl78pair/pair.h>
#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include "terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hlpair {
    struct hlpair_config config;
    struct hlsim_link *link;
    struct hlsim_actor next; /* for the modem's half of a product_power_cut */
    void *host;              /* NULL: without power */
    int64_t deadline;        /* of the host */
    int64_t power_at;        /* when the supply comes back; HLSIM_NEVER: not by itself */
    bool broken;             /* the host broke a promise */
    struct hlpair__terms terms;
    size_t record_size;
    uint8_t record[HLPAIR_RECORD_MAX];
    bool reported;
    struct hlsim_host_report report;
    char reason[96];
    char before[64];
    char after[64];
    hlpair_cut_hook hook;
    void *hook_user;
    int64_t hook_off_time;
    uint64_t occurrences[HLPAIR_CUT_KINDS];
};

static const char *const cut_names[HLPAIR_CUT_KINDS] = {
#define CUT_NAME(kind, name) [kind] = name,
    HLPAIR_CUT_MAP(CUT_NAME)
#undef CUT_NAME
};

const char *hlpair_cut_kind_name(enum hlpair_cut_kind kind)
{
    return (size_t)kind < HLPAIR_CUT_KINDS ? cut_names[kind] : "?";
}

int hlpair_cut_kind_find(const char *name)
{
    for (int kind = 0; kind < HLPAIR_CUT_KINDS; kind++) {
        if (strcmp(cut_names[kind], name) == 0) {
            return kind;
        }
    }
    return -1;
}

static void emit(const struct hlpair *pair, enum hlsim_event_kind kind,
                 const struct hlsim_field *fields, size_t count)
{
    hlsim_world_emit(pair->config.world, "host", kind, fields, count);
}

static void break_promise(struct hlpair *pair, const char *name)
{
    const struct hlsim_field fields[] = {HLSIM_TEXT("name", name)};

    pair->broken = true;
    emit(pair, HLSIM_EVENT_PROMISE, fields, 1);
}

/* --- Power ---------------------------------------------------------------------------------- */

void hlpair_power_cut(struct hlpair *pair, int64_t off_time)
{
    int64_t now = hlsim_world_now(pair->config.world);

    if (pair->host != NULL) {
        hlsim_link_attach(pair->link, HLSIM_HOST, NULL);
        pair->config.ops->destroy(pair->host);
        pair->host = NULL;
        hlpair__terms_stop(&pair->terms, now);
    }
    pair->deadline = HLSIM_NEVER;
    pair->power_at = off_time >= HLSIM_NEVER - now ? HLSIM_NEVER : now + off_time;
}

/* Whether power fails here; then the host is gone already when this returns. */
static bool cut_here(struct hlpair *pair, enum hlpair_cut_kind kind, enum hlsim_torn *ret_torn)
{
    return pair->hook != NULL &&
           pair->hook(pair->hook_user, kind, ++pair->occurrences[kind], ret_torn);
}

/* --- What the host wants -------------------------------------------------------------------- */

/* Success means that the wanted version runs, whatever the host believes. */
static bool report_is_true(const struct hlpair *pair, const struct hlsim_host_report *report)
{
    struct hlsim_actor actor = hlsim_world_actor(pair->config.world);
    struct hlsim_value value;

    if (strcmp(report->result, "updated") != 0 || pair->config.wanted_version == NULL ||
        pair->config.modem != 0) {
        return true;
    }
    return actor.read(actor.user, "modem.firmware", &value) == 0 &&
           value.type == HLSIM_VALUE_TEXT &&
           hlsim_version_compare(value.text, pair->config.wanted_version) == 0;
}

static void note_report(struct hlpair *pair, const struct hlsim_host_report *report)
{
    const struct hlsim_field fields[] = {
        HLSIM_TEXT("result", report->result), HLSIM_TEXT("reason", report->reason),
        HLSIM_INT("detail", report->detail),  HLSIM_TEXT("before", report->before),
        HLSIM_TEXT("after", report->after),   HLSIM_INT("outage", report->outage)};

    snprintf(pair->reason, sizeof pair->reason, "%s", report->reason);
    snprintf(pair->before, sizeof pair->before, "%s", report->before);
    snprintf(pair->after, sizeof pair->after, "%s", report->after);
    pair->report = *report;
    pair->report.reason = pair->reason;
    pair->report.before = pair->before;
    pair->report.after = pair->after;
    pair->reported = true;
    emit(pair, HLSIM_EVENT_HOST_REPORT, fields, sizeof fields / sizeof *fields);
    if (!report_is_true(pair, report)) {
        break_promise(pair, "success is reported only when the wanted version runs");
    }
}

/* Stores the record; false when the host lost its power over it. */
static bool store_record(struct hlpair *pair, const struct hlsim_host_update *update)
{
    const struct hlsim_field fields[] = {HLSIM_INT("size", update->record_size)};
    enum hlsim_torn torn = HLSIM_TORN_COMPLETE;
    bool cut = cut_here(pair, HLPAIR_CUT_RECORD, &torn);

    /* Storing is atomic: a prefix of a record is the old record. */
    if (!cut || torn == HLSIM_TORN_COMPLETE) {
        memcpy(pair->record, update->record, update->record_size);
        pair->record_size = update->record_size;
        emit(pair, HLSIM_EVENT_HOST_RECORD, fields, 1);
    }
    if (cut) {
        hlpair_power_cut(pair, pair->hook_off_time);
    }
    return !cut;
}

/* True when all bytes were taken. */
static bool send_bytes(struct hlpair *pair, const struct hlsim_host_update *update)
{
    enum hlsim_torn torn = HLSIM_TORN_COMPLETE;
    bool cut = cut_here(pair, HLPAIR_CUT_SEND, &torn);
    size_t size = update->bytes_size;
    int taken;

    if (cut && torn != HLSIM_TORN_COMPLETE) {
        size = torn == HLSIM_TORN_PREFIX ? size / 2 : 0;
    }
    taken = hlsim_link_write(pair->link, HLSIM_HOST, update->bytes, size);
    if (taken > 0 && !hlpair__terms_allow(&pair->terms, hlsim_world_now(pair->config.world),
                                          update->bytes, (size_t)taken)) {
        break_promise(pair, "no agreement is given outside the policy's window");
    }
    if (cut) {
        hlpair_power_cut(pair, pair->hook_off_time);
        return false;
    }
    pair->config.ops->sent(pair->host, taken > 0 ? (size_t)taken : 0);
    return taken == (int)size;
}

static void step(struct hlpair *pair, const struct hlsim_host_event *event);

/* Bytes of the host's package; none when there is no such package or no such place in it. */
static void supply_data(struct hlpair *pair, const struct hlsim_host_update *update)
{
    const struct hlsim_scenario_host *terms = pair->config.terms;
    struct hlsim_host_event data = {.kind = HLSIM_HOST_DATA};

    if (terms != NULL && terms->package_bytes != NULL &&
        update->data_offset <= terms->package_size &&
        update->data_size <= terms->package_size - update->data_offset) {
        data.bytes = terms->package_bytes + update->data_offset;
        data.size = update->data_size;
    }
    step(pair, &data);
}

static void apply(struct hlpair *pair, const struct hlsim_host_update *update)
{
    pair->deadline = update->deadline;
    if (update->report != NULL) {
        note_report(pair, update->report);
    }
    if (update->record != NULL) {
        bool fits = update->record_size <= HLPAIR_RECORD_MAX;
        struct hlsim_host_event persisted = {.kind = HLSIM_HOST_PERSISTED, .flag = fits};

        if (!fits || store_record(pair, update)) {
            step(pair, &persisted);
        }
    } else if ((update->bytes_size == 0 || send_bytes(pair, update)) && update->data_size > 0) {
        supply_data(pair, update);
    }
}

static void step(struct hlpair *pair, const struct hlsim_host_event *event)
{
    struct hlsim_host_event timed = *event;
    struct hlsim_host_update update;

    memset(&update, 0, sizeof update);
    update.deadline = HLSIM_NEVER;
    timed.now = hlsim_world_now(pair->config.world);
    if (pair->config.ops->step(pair->host, &timed, &update) < 0) {
        break_promise(pair, "the host takes every event of its interface");
        return;
    }
    apply(pair, &update);
}

/* --- The link ------------------------------------------------------------------------------- */

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct hlpair *pair = user;
    const struct hlsim_host_event event = {.kind = HLSIM_HOST_BYTES, .bytes = bytes, .size = size};

    step(pair, &event);
    return size;
}

static void writable(void *user)
{
    struct hlpair *pair = user;
    const struct hlsim_host_event event = {.kind = HLSIM_HOST_WRITABLE};

    step(pair, &event);
}

static void presence(void *user, bool present)
{
    struct hlpair *pair = user;
    const struct hlsim_host_event event = {.kind = HLSIM_HOST_LINK, .flag = present};

    step(pair, &event);
}

int hlpair_power_on(struct hlpair *pair)
{
    const struct hlsim_link_end end = {
        .user = pair, .receive = receive, .writable = writable, .presence = presence};
    struct hlsim_host_event start = {.kind = HLSIM_HOST_START};

    pair->power_at = HLSIM_NEVER;
    if (pair->host != NULL) {
        return 0;
    }
    pair->host = pair->config.ops->create(pair->config.host_config);
    if (pair->host == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    hlsim_link_attach(pair->link, HLSIM_HOST, &end);
    start.bytes = pair->record_size > 0 ? pair->record : NULL;
    start.size = pair->record_size;
    hlpair__terms_start(&pair->terms, hlsim_world_now(pair->config.world));
    start.clock = hlpair__terms_clock(&pair->terms, hlsim_world_now(pair->config.world));
    start.off = hlpair__terms_off(&pair->terms);
    step(pair, &start);
    return 0;
}

int hlpair_create(const struct hlpair_config *config, struct hlpair **ret_pair)
{
    struct hlpair *pair = calloc(1, sizeof *pair);

    if (pair == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    pair->config = *config;
    pair->link = hlsim_world_port(config->world, config->modem, config->port);
    pair->deadline = HLSIM_NEVER;
    pair->power_at = HLSIM_NEVER;
    hlpair__terms_init(&pair->terms, config->terms);
    *ret_pair = pair;
    return 0;
}

void hlpair_free(struct hlpair *pair)
{
    if (pair != NULL) {
        hlpair_power_cut(pair, HLSIM_NEVER);
        free(pair);
    }
}

void hlpair_set_cut_hook(struct hlpair *pair, hlpair_cut_hook hook, void *user, int64_t off_time)
{
    pair->hook = hook;
    pair->hook_user = user;
    pair->hook_off_time = off_time;
}

const struct hlsim_host_report *hlpair_report(const struct hlpair *pair)
{
    return pair->reported ? &pair->report : NULL;
}

/* --- The judge's actor ---------------------------------------------------------------------- */

static bool is_mine(const struct hlpair *pair, const struct hlsim_action *action)
{
    return action->modem == pair->config.modem && (strcmp(action->name, "host_power_cut") == 0 ||
                                                   strcmp(action->name, "product_power_cut") == 0);
}

/* Whether the action takes the modem's power too; its half is the next actor's. */
static bool is_for_both(const struct hlpair *pair, const struct hlsim_action *action)
{
    return strcmp(action->name, "product_power_cut") == 0 && pair->next.act != NULL;
}

static enum hlsim_acted act(void *user, const struct hlsim_action *action)
{
    struct hlpair *pair = user;
    bool struck = pair->host != NULL;
    int64_t power_at = pair->power_at;

    if (!is_mine(pair, action)) {
        return HLSIM_ACT_NOT_MINE;
    }
    hlpair_power_cut(pair, HLSIM_NEVER);
    if (is_for_both(pair, action) && pair->next.act(pair->next.user, action) == HLSIM_ACTED) {
        struck = true;
    }
    if (!struck) {
        /* Nobody will undo it: what has taken the power before gives it back. */
        pair->power_at = power_at;
    }
    return struck ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted undo(void *user, const struct hlsim_action *action)
{
    struct hlpair *pair = user;

    if (!is_mine(pair, action)) {
        return HLSIM_ACT_NOT_MINE;
    }
    pair->power_at = hlsim_world_now(pair->config.world);
    if (is_for_both(pair, action)) {
        pair->next.undo(pair->next.user, action);
    }
    return HLSIM_ACTED;
}

static int read_path(void *user, const char *path, struct hlsim_value *ret_value)
{
    const struct hlpair *pair = user;

    memset(ret_value, 0, sizeof *ret_value);
    if (strcmp(path, "host.result") != 0 && strcmp(path, "host.reason") != 0 &&
        strcmp(path, "host.outage") != 0) {
        return HLSIM_E_NOT_FOUND;
    }
    if (!pair->reported) {
        return 0;
    }
    if (strcmp(path, "host.outage") == 0) {
        ret_value->type = HLSIM_VALUE_INT;
        ret_value->integer = pair->report.outage;
        return 0;
    }
    ret_value->type = HLSIM_VALUE_TEXT;
    snprintf(ret_value->text, sizeof ret_value->text, "%s",
             strcmp(path, "host.result") == 0 ? pair->report.result : pair->report.reason);
    return 0;
}

struct hlsim_actor hlpair_actor(struct hlpair *pair, const struct hlsim_actor *next)
{
    memset(&pair->next, 0, sizeof pair->next);
    if (next != NULL) {
        pair->next = *next;
    }
    return (struct hlsim_actor){.user = pair, .act = act, .undo = undo, .read = read_path};
}

/* --- Running -------------------------------------------------------------------------------- */

static int64_t due_at(const struct hlpair *pair)
{
    return pair->power_at < pair->deadline ? pair->power_at : pair->deadline;
}

static struct hlpair *earliest(struct hlpair *const *pairs, size_t count)
{
    struct hlpair *first = NULL;

    for (size_t i = 0; i < count; i++) {
        if (first == NULL || due_at(pairs[i]) < due_at(first)) {
            first = pairs[i];
        }
    }
    return first;
}

static int wake(struct hlpair *pair)
{
    const struct hlsim_host_event timeout = {.kind = HLSIM_HOST_TIMEOUT};
    int error =
        hlsim_world_run_until(pair->config.world, due_at(pair) > hlsim_world_now(pair->config.world)
                                                      ? due_at(pair)
                                                      : hlsim_world_now(pair->config.world));

    if (error < 0) {
        return error;
    }
    if (pair->power_at <= pair->deadline) {
        return hlpair_power_on(pair);
    }
    pair->deadline = HLSIM_NEVER;
    step(pair, &timeout);
    return 0;
}

static bool any_broken(struct hlpair *const *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pairs[i]->broken) {
            return true;
        }
    }
    return false;
}

int hlpair_run(struct hlsim_world *world, struct hlpair *const *pairs, size_t count, int64_t limit,
               bool (*stop)(void *user), void *user)
{
    while (!stop(user)) {
        struct hlpair *host = earliest(pairs, count);
        int64_t host_at = host == NULL ? HLSIM_NEVER : due_at(host);
        int64_t world_at = hlsim_world_next_at(world);
        int64_t at = world_at <= host_at ? world_at : host_at;
        int result;

        if (at == HLSIM_NEVER) {
            return HLPAIR_IDLE;
        }
        if (at > limit) {
            result = hlsim_world_run_until(world, limit);
            return result < 0 ? result : HLPAIR_LIMIT;
        }
        result = world_at <= host_at ? hlsim_world_step(world, limit) : wake(host);
        if (result < 0) {
            return result;
        }
        if (host != NULL && any_broken(pairs, count)) {
            return HLSIM_E_PROMISE;
        }
    }
    return HLPAIR_STOPPED;
}
