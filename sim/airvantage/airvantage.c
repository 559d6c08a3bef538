/*
 * Puts AirVantage together and takes it apart. What its parts do is theirs.
 */
#include "airvantage/inside.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 5737 */
#define BOOTSTRAP_IP 0xcb007101U /* 203.0.113.1 */
#define DM_IP        0xcb007102U /* 203.0.113.2 */

void hlsim__airvantage_policy_default(struct hlsim__airvantage_policy *ret_policy)
{
    *ret_policy = (struct hlsim__airvantage_policy){.bootstrap_silent = false,
                                                    .lifetime = HLSIM__AV_NO_POLLING,
                                                    .awake = 93 * HLSIM_SECOND,
                                                    .dtls_timeout_min = 2 * HLSIM_SECOND,
                                                    .dtls_timeout_max = 32 * HLSIM_SECOND,
                                                    .dm_validity = 90 * HLSIM_DAY,
                                                    .rotation_min = 30 * HLSIM_DAY,
                                                    .rotation_max = 45 * HLSIM_DAY};
}

bool hlsim_has_dtls(void)
{
    return hlsim__secure_available();
}

void hlsim__airvantage_uri(enum hlsim_security security, bool bootstrap,
                           char ret_uri[HLSIM__SERVER_URI_SIZE])
{
    bool secure = security == HLSIM_SECURITY_PSK;

    snprintf(ret_uri, HLSIM__SERVER_URI_SIZE, "%s://%s:%d", secure ? "coaps" : "coap",
             bootstrap ? HLSIM__BOOTSTRAP_HOST : HLSIM__DM_HOST,
             secure ? HLSIM__SECURE_PORT : HLSIM__PLAIN_PORT);
}

/* The configuration's own; what it leaves at 0 stays as it is. */
static void adopt(struct hlsim__airvantage_policy *policy,
                  const struct hlsim_airvantage_config *config)
{
    if (config->awake != 0) {
        policy->awake = config->awake;
    }
    if (config->dm_validity != 0) {
        policy->dm_validity = config->dm_validity;
    }
    if (config->rotation_min != 0) {
        policy->rotation_min = config->rotation_min;
    }
    if (config->rotation_max != 0) {
        policy->rotation_max = config->rotation_max;
    }
}

/* --- Events ------------------------------------------------------------------------------- */

void hlsim__av_emit_server(const struct hlsim__airvantage *av, const char *server,
                           const char *request, const char *code, const char *endpoint)
{
    const struct hlsim_field fields[] = {HLSIM_TEXT("server", server),
                                         HLSIM_TEXT("request", request), HLSIM_TEXT("code", code),
                                         HLSIM_TEXT("endpoint", endpoint)};

    hlsim__emit(av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_SERVER, fields,
                endpoint != NULL ? 4 : 3);
}

void hlsim__av_ignore(const struct hlsim__av_server *server, const char *why)
{
    HLSIM__EMIT(server->av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_IGNORED,
                HLSIM_TEXT("by", server->name), HLSIM_TEXT("why", why));
}

void hlsim__av_emit_system(const struct hlsim__av_system *system, const char *state,
                           const char *what)
{
    HLSIM__EMIT(system->av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_SYSTEM,
                HLSIM_TEXT("endpoint", system->endpoint), HLSIM_TEXT("state", state),
                HLSIM_TEXT("what", what));
}

void hlsim__av_printable(char *text, size_t capacity, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;

    HLSIM_ASSERT(capacity > 0);
    if (size > capacity - 1) {
        size = capacity - 1;
    }
    for (size_t i = 0; i < size; i++) {
        text[i] = from[i] >= 0x20 && from[i] < 0x7f ? (char)from[i] : '?';
    }
    text[size] = '\0';
}

/* --- Names -------------------------------------------------------------------------------- */

static const char *const lifecycle_names[] = {
#define LIFECYCLE_NAME(name, text) [name] = text,
    HLSIM_LIFECYCLE_MAP(LIFECYCLE_NAME)
#undef LIFECYCLE_NAME
};

static const char *const kind_names[] = {
#define KIND_NAME(name, text) [name] = text,
    HLSIM_OPERATION_MAP(KIND_NAME)
#undef KIND_NAME
};

static int find_name(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *hlsim_lifecycle_name(enum hlsim_lifecycle lifecycle)
{
    return lifecycle_names[lifecycle];
}

int hlsim_lifecycle_find(const char *name)
{
    return find_name(lifecycle_names, HLSIM_LIFECYCLES, name);
}

const char *hlsim_operation_kind_name(enum hlsim_operation_kind kind)
{
    return kind_names[kind];
}

int hlsim_operation_kind_find(const char *name)
{
    return find_name(kind_names, HLSIM_OPERATION_KINDS, name);
}

/* --- Beginning and end -------------------------------------------------------------------- */

/* Every task is in exactly one state. */
static bool tasks_add_up(const void *owner)
{
    const struct hlsim__airvantage *av = owner;
    size_t sum = 0;

    for (int state = 0; state < HLSIM__AV_TASK_STATES; state++) {
        sum += av->task_counts[state];
    }
    return sum == av->task_total;
}

static void planned_fires(void *owner)
{
    struct hlsim__av_planned *planned = owner;
    const struct hlsim_operation_config *config = &planned->config;
    const struct hlsim__airvantage_job job = {.id = config->id,
                                              .kind = config->kind,
                                              .package = config->package,
                                              .force = config->force,
                                              .polling = config->polling,
                                              .start = config->start,
                                              .timeout = config->timeout,
                                              .partly = true};

    /* A refusal is told by an event. */
    (void)hlsim__airvantage_operate(planned->av, &job);
}

static int plan(struct hlsim__airvantage *av, const struct hlsim_airvantage_config *config)
{
    if (config->operation_count > HLSIM_OPERATIONS_MAX) {
        return HLSIM_E_LIMIT;
    }
    for (size_t i = 0; i < config->operation_count; i++) {
        struct hlsim__av_planned *planned = &av->planned[i];

        planned->av = av;
        planned->config = config->operations[i];
        hlsim__timer_init(&planned->timer, &av->timers, planned_fires, planned);
        if (planned->config.kind == HLSIM_OPERATION_UPGRADE &&
            strcmp(planned->config.package, "latest") != 0 &&
            hlsim__av_package_by_id(&av->store, planned->config.package,
                                    strlen(planned->config.package)) == NULL) {
            return HLSIM_E_INVALID;
        }
    }
    av->planned_count = config->operation_count;
    return 0;
}

static int open_servers(struct hlsim__airvantage *av, struct hlsim_network *network)
{
    uint16_t port = av->security == HLSIM_SECURITY_PSK ? HLSIM__SECURE_PORT : HLSIM__PLAIN_PORT;
    const struct hlsim__av_server_setup setups[] = {
        {.role = HLSIM__AV_BOOTSTRAP,
         .name = "bootstrap",
         .ops = &hlsim__av_bootstrap_ops,
         .ip = BOOTSTRAP_IP,
         .host = HLSIM__BOOTSTRAP_HOST,
         .port = port},
        {.role = HLSIM__AV_DM,
         .name = "dm",
         .ops = &hlsim__av_dm_ops,
         .ip = DM_IP,
         .host = HLSIM__DM_HOST,
         .port = port},
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof setups / sizeof *setups; i++) {
        rc = hlsim__av_server_open(av, network, &setups[i]);
    }
    av->servers[HLSIM__AV_BOOTSTRAP].silent = av->policy.bootstrap_silent;
    return rc;
}

int hlsim__airvantage_create(const struct hlsim__airvantage_setup *setup,
                             struct hlsim__airvantage **ret_airvantage)
{
    struct hlsim__airvantage *av = calloc(1, sizeof *av);
    int rc;

    if (setup->config->security == HLSIM_SECURITY_PSK && !hlsim__secure_available()) {
        free(av);
        return HLSIM_E_UNSUPPORTED;
    }
    if (av == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    av->security = setup->config->security;
    av->stream = setup->stream;
    av->seed = setup->seed;
    snprintf(av->dm_uri, sizeof av->dm_uri, "%s", setup->config->dm_uri);
    snprintf(av->packages_uri, sizeof av->packages_uri, "%s",
             setup->config->packages_uri[0] != '\0' ? setup->config->packages_uri
                                                    : "http://" HLSIM__PACKAGES_HOST);
    hlsim__promise_scope_init(&av->scope, setup->promises, HLSIM__AIRVANTAGE_SOURCE);
    hlsim__promise_add(&av->scope, "every task of an operation is in one state", tasks_add_up, av);
    hlsim__timer_group_init(&av->timers, setup->sched, &av->scope);
    if (setup->policy != NULL) {
        av->policy = *setup->policy;
    } else {
        hlsim__airvantage_policy_default(&av->policy);
        av->policy.wrong_key_alert = setup->config->wrong_key_alert;
        adopt(&av->policy, setup->config);
    }
    if (av->policy.rotation_min != HLSIM_NEVER &&
        av->policy.rotation_min > av->policy.rotation_max) {
        hlsim__airvantage_free(av);
        return HLSIM_E_INVALID;
    }
    av->policy.reboot_awaits_registration =
        av->policy.reboot_awaits_registration || setup->config->reboot_awaits_registration;
    rc = open_servers(av, setup->network);
    if (rc == 0) {
        rc = hlsim__av_store_open(av, setup->network, setup->config);
    }
    if (rc == 0) {
        rc = plan(av, setup->config);
    }
    if (rc < 0) {
        hlsim__airvantage_free(av);
        return rc;
    }
    *ret_airvantage = av;
    return 0;
}

void hlsim__airvantage_free(struct hlsim__airvantage *av)
{
    if (av == NULL) {
        return;
    }
    hlsim__timer_group_drop(&av->timers);
    for (int role = 0; role < HLSIM__AV_ROLES; role++) {
        hlsim__av_held_free(&av->servers[role]);
    }
    hlsim__av_operations_free(av);
    hlsim__av_dialogues_free(av);
    hlsim__av_associations_free(av);
    hlsim__av_products_free(av);
    hlsim__av_systems_free(av);
    hlsim__av_store_free(&av->store);
    free(av);
}

void hlsim__airvantage_start(struct hlsim__airvantage *av)
{
    for (size_t i = 0; i < av->planned_count; i++) {
        hlsim__timer_set_in(&av->planned[i].timer, av->planned[i].config.at);
    }
}
