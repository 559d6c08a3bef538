/*
 * Asks for names on a modem's behalf. Knows no message of DNS: what counts is how long it takes and
 * what can go wrong.
 */
#include "network/lookup.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

/* Belongs to the network: who asked may have lost its memory meanwhile. */
struct hlsim__query {
    struct hlsim__timer timer; /* the answer, or the end of waiting for one */
    struct hlsim__iface *iface;
    struct hlsim__lookup *lookup; /* NULL: nobody waits for the answer any more */
    struct hlsim__query *next;    /* of the network */
    hlsim__resolved resolved;
    void *user;
    uint64_t id;
    unsigned attempts;
    bool lost;  /* this attempt, on its way */
    bool asked; /* the real resolver, which has not answered yet */
    char host[HLSIM__HOST_SIZE];
};

/* --- Memory ------------------------------------------------------------------------------- */

static void drop(struct hlsim__query *query)
{
    struct hlsim_network *net = query->iface->net;
    struct hlsim__query **place = &net->queries;

    while (*place != query) {
        place = &(*place)->next;
    }
    *place = query->next;
    hlsim__timer_cancel(&query->timer);
    if (query->lookup != NULL) {
        query->lookup->query = NULL;
    }
    free(query);
}

void hlsim__lookups_free(struct hlsim_network *net)
{
    while (net->queries != NULL) {
        struct hlsim__query *query = net->queries;

        net->queries = query->next;
        free(query);
    }
}

void hlsim__lookups_forget(struct hlsim__iface *iface)
{
    struct hlsim__query *next;

    for (struct hlsim__query *query = iface->net->queries; query != NULL; query = next) {
        next = query->next;
        if (query->iface == iface) {
            query->lookup = NULL;
            drop(query);
        }
    }
}

static size_t count_of(const struct hlsim__iface *iface)
{
    size_t count = 0;

    for (const struct hlsim__query *query = iface->net->queries; query != NULL;
         query = query->next) {
        count += query->iface == iface;
    }
    return count;
}

/* --- Asking ------------------------------------------------------------------------------- */

static void answer(struct hlsim__query *query, int error, uint32_t ip)
{
    struct hlsim__iface *iface = query->iface;
    hlsim__resolved resolved = query->resolved;
    void *user = query->user;

    drop(query);
    if (iface->power->on) {
        hlsim__iface_touch(iface);
        resolved(user, error, ip);
    }
}

/* A question leaves now: the answer comes after both ways, or does not. */
static void ask(struct hlsim__query *query)
{
    struct hlsim__iface *iface = query->iface;
    int64_t way = hlsim__iface_draw_delay(iface, true) + hlsim__iface_draw_delay(iface, false);

    query->attempts++;
    query->lost = !iface->attached || !iface->covered || hlsim__iface_draw_loss(iface, true) ||
                  hlsim__iface_draw_loss(iface, false);
    hlsim__timer_set_in(&query->timer, query->lost ? HLSIM__LOOKUP_TIMEOUT : way);
}

static bool ask_outside(struct hlsim__query *query)
{
    struct hlsim_network *net = query->iface->net;

    if (net->gateway == NULL || net->gateway->lookup == NULL ||
        net->gateway->lookup(net->gateway_user, query->id, query->host) < 0) {
        return false;
    }
    query->asked = true;
    return true;
}

static void settle(struct hlsim__query *query)
{
    struct hlsim_network *net = query->iface->net;
    uint32_t ip;

    if (hlsim_network_find_name(net, query->host, &ip) == 0) {
        answer(query, 0, ip);
    } else if (!ask_outside(query)) {
        answer(query, HLSIM_E_NOT_FOUND, 0);
    }
}

static void on_timer(void *owner)
{
    struct hlsim__query *query = owner;
    struct hlsim_network *net = query->iface->net;
    bool fails = hlsim__network_name_fails(net, query->host);
    uint32_t ip;

    if (hlsim_ip_parse(query->host, &ip) == 0) {
        answer(query, 0, ip);
    } else if (!query->lost && !query->iface->covered) {
        /* The answer itself finds no way down. */
        query->lost = true;
        hlsim__timer_set_in(&query->timer, HLSIM__LOOKUP_TIMEOUT);
    } else if (!query->lost && fails && net->outage.silent) {
        query->lost = true;
        hlsim__timer_set_in(&query->timer, HLSIM__LOOKUP_TIMEOUT);
    } else if (!query->lost && fails) {
        answer(query, HLSIM_E_NOT_FOUND, 0);
    } else if (!query->lost) {
        settle(query);
    } else if (query->attempts < HLSIM__LOOKUP_ATTEMPTS) {
        ask(query);
    } else {
        answer(query, HLSIM_E_UNREACHABLE, 0);
    }
}

int hlsim__lookup_start(struct hlsim__lookup *lookup, struct hlsim__iface *iface, const char *host,
                        hlsim__resolved resolved, void *user)
{
    struct hlsim_network *net = iface->net;
    struct hlsim__query *query;
    uint32_t ip;

    if (!iface->power->on) {
        return HLSIM_E_POWER;
    }
    if (lookup->query != NULL) {
        return HLSIM_E_STATE;
    }
    if (strlen(host) >= HLSIM__HOST_SIZE || count_of(iface) == HLSIM__LOOKUPS_MAX) {
        return HLSIM_E_LIMIT;
    }
    query = calloc(1, sizeof *query);
    if (query == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    strcpy(query->host, host);
    query->iface = iface;
    query->lookup = lookup;
    query->resolved = resolved;
    query->user = user;
    query->id = ++net->query_count;
    query->next = net->queries;
    net->queries = query;
    lookup->query = query;
    hlsim__timer_init(&query->timer, &net->group, on_timer, query);
    if (hlsim_ip_parse(host, &ip) == 0) {
        hlsim__timer_set_in(&query->timer, 0);
    } else {
        ask(query);
    }
    return 0;
}

void hlsim__lookup_cancel(struct hlsim__lookup *lookup)
{
    if (lookup->query != NULL) {
        drop(lookup->query);
    }
}

void hlsim_network_resolved(struct hlsim_network *network, uint64_t id, uint32_t ip)
{
    struct hlsim__query *query = network->queries;

    while (query != NULL && query->id != id) {
        query = query->next;
    }
    if (query != NULL && query->asked) {
        answer(query, ip == 0 ? HLSIM_E_NOT_FOUND : 0, ip);
    }
}

/* --- Outages ------------------------------------------------------------------------------ */

int hlsim__network_fail_names(struct hlsim_network *net, const char *host, bool silent)
{
    size_t length = host == NULL ? 0 : strlen(host);

    if (length >= HLSIM__HOST_SIZE) {
        return HLSIM_E_LIMIT;
    }
    memcpy(net->outage.host, length == 0 ? "" : host, length + 1);
    net->outage.on = true;
    net->outage.silent = silent;
    return 0;
}

bool hlsim__network_mend_names(struct hlsim_network *net)
{
    bool was = net->outage.on;

    net->outage.on = false;
    return was;
}

bool hlsim__network_name_fails(const struct hlsim_network *net, const char *host)
{
    return net->outage.on &&
           (net->outage.host[0] == '\0' || hlsim__same_host(net->outage.host, host));
}
