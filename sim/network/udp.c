/*
 * Datagrams between the sockets of modems, the endpoints and the gateway. Each one in flight has a
 * timer of its own, so that jitter can reorder them. Knows nothing about their payload.
 */
#include "network/udp.h"

#include "base/assert.h"
#include "network/fact.h"

#include <stdlib.h>
#include <string.h>

struct hlsim__datagram {
    struct hlsim__timer timer;
    struct hlsim__datagram *next_allocated;
    struct hlsim__datagram *next_free;
    struct hlsim__datagram *next_held; /* the one that waits behind it for a modem that sleeps */
    struct hlsim_network *net;
    struct hlsim__iface *iface; /* NULL: between a real socket and a server */
    struct hlsim_address from;
    struct hlsim_address to;
    uint64_t send_id;
    size_t size;
    uint8_t bytes[HLSIM_DATAGRAM_MAX];
};

/* --- Memory ------------------------------------------------------------------------------- */

/* Returns NULL when there is no memory. What was allocated once is used again. */
static struct hlsim__datagram *take(struct hlsim_network *net)
{
    struct hlsim__datagram *datagram = net->free_datagrams;

    if (datagram != NULL) {
        net->free_datagrams = datagram->next_free;
        return datagram;
    }
    datagram = malloc(sizeof *datagram);
    if (datagram != NULL) {
        datagram->net = net;
        datagram->iface = NULL;
        datagram->next_allocated = net->datagrams;
        net->datagrams = datagram;
    }
    return datagram;
}

static void give_back(struct hlsim_network *net, struct hlsim__datagram *datagram)
{
    datagram->next_free = net->free_datagrams;
    net->free_datagrams = datagram;
}

static void fill(struct hlsim__datagram *datagram, const void *bytes, size_t size)
{
    datagram->size = size;
    if (size > 0) {
        memcpy(datagram->bytes, bytes, size);
    }
}

void hlsim__datagrams_free(struct hlsim_network *net)
{
    while (net->datagrams != NULL) {
        struct hlsim__datagram *datagram = net->datagrams;

        net->datagrams = datagram->next_allocated;
        free(datagram);
    }
}

/* --- In flight ---------------------------------------------------------------------------- */

static struct hlsim__net_fact fact_of(const struct hlsim__datagram *datagram)
{
    return (struct hlsim__net_fact){.from = datagram->from,
                                    .to = datagram->to,
                                    .protocol = "udp",
                                    .bytes = datagram->bytes,
                                    .size = datagram->size};
}

/* The datagram has arrived or is lost. */
static void land(struct hlsim__datagram *datagram)
{
    struct hlsim__iface *iface = datagram->iface;
    size_t *count = iface != NULL ? &iface->datagrams : &datagram->net->requests;

    HLSIM_ASSERT(*count > 0);
    (*count)--;
    datagram->net->tally.in_flight--;
    give_back(datagram->net, datagram);
}

/* The datagram's way begins, unless something keeps it from arriving. */
static void fly(struct hlsim__datagram *datagram, bool up, const char *obstacle)
{
    struct hlsim__iface *iface = datagram->iface;

    if (obstacle == NULL && hlsim__iface_draw_loss(iface, up)) {
        obstacle = "loss";
    }
    if (obstacle == NULL && iface->datagrams == HLSIM__DATAGRAMS_MAX) {
        obstacle = "queue";
    }
    if (obstacle != NULL) {
        struct hlsim__net_fact fact = fact_of(datagram);

        hlsim__net_drop(iface->net, &fact, obstacle, datagram->send_id);
        give_back(iface->net, datagram);
        return;
    }
    iface->datagrams++;
    iface->net->tally.in_flight++;
    hlsim__timer_set_in(&datagram->timer, hlsim__iface_draw_delay(iface, up));
}

/* Tells that the datagram arrived, then calls who waits for it, with that as the cause. */
static void hand_over(struct hlsim__datagram *datagram, hlsim__udp_receive receive, void *user)
{
    struct hlsim_network *net = datagram->net;
    struct hlsim__net_fact fact = fact_of(datagram);
    uint64_t id = hlsim__net_emit(net, HLSIM_EVENT_NET_RECEIVE, &fact);

    hlsim__stream_set_cause(net->stream, id);
    receive(user, datagram->from, datagram->bytes, datagram->size);
}

static struct hlsim__udp_socket *socket_at(const struct hlsim__iface *iface, uint16_t port)
{
    for (size_t i = 0; i < HLSIM__UDP_SOCKETS_MAX; i++) {
        if (iface->sockets[i] != NULL && iface->sockets[i]->port == port) {
            return iface->sockets[i];
        }
    }
    return NULL;
}

/* The network keeps what comes for a modem whose radio sleeps. */
static void hold(struct hlsim__datagram *datagram)
{
    struct hlsim__iface *iface = datagram->iface;

    datagram->next_held = NULL;
    if (iface->first_held == NULL) {
        iface->first_held = datagram;
    } else {
        iface->last_held->next_held = datagram;
    }
    iface->last_held = datagram;
}

void hlsim__datagrams_go_on(struct hlsim__iface *iface)
{
    struct hlsim__datagram *datagram = iface->first_held;

    iface->first_held = NULL;
    for (; datagram != NULL; datagram = datagram->next_held) {
        hlsim__timer_set_in(&datagram->timer, 0);
    }
}

/* At the modem. */
static void arrive_down(void *owner)
{
    struct hlsim__datagram *datagram = owner;
    struct hlsim__iface *iface = datagram->iface;
    const char *obstacle = hlsim__iface_obstacle(iface, datagram->to.ip);
    struct hlsim__udp_socket *socket = NULL;
    uint64_t before;

    if (obstacle == NULL && iface->asleep) {
        hold(datagram);
        return;
    }
    before = hlsim__stream_set_cause(iface->net->stream, datagram->send_id);

    if (obstacle == NULL) {
        socket = socket_at(iface, datagram->to.port);
    }
    if (socket == NULL) {
        struct hlsim__net_fact fact = fact_of(datagram);

        fact.passed = obstacle == NULL;
        hlsim__net_drop(iface->net, &fact, fact.passed ? "no socket" : obstacle, datagram->send_id);
    } else {
        hlsim__iface_touch(iface);
        hlsim__iface_tell_traffic(iface);
        hand_over(datagram, socket->receive, socket->user);
    }
    land(datagram);
    hlsim__stream_set_cause(iface->net->stream, before);
}

/* Returns why the datagram could not leave through the gateway, or NULL. */
static const char *leave_through_gateway(struct hlsim__datagram *datagram)
{
    struct hlsim_network *net = datagram->net;

    if (net->gateway == NULL || datagram->iface == NULL) {
        return "no route";
    }
    if (net->gateway->udp_send(net->gateway_user, datagram->from.port, datagram->to,
                               datagram->bytes, datagram->size) < 0) {
        return "gateway";
    }
    return NULL;
}

/* Beyond the NAT box, whose address is the datagram's sender now. */
static void reach_endpoint(struct hlsim__datagram *datagram)
{
    struct hlsim_network *net = datagram->net;
    struct hlsim__endpoint *endpoint = hlsim__endpoint_find(net, datagram->to.ip);
    struct hlsim__net_fact fact = fact_of(datagram);
    const char *why;

    fact.passed = true;
    if (endpoint == NULL) {
        why = leave_through_gateway(datagram);
        if (why == NULL) {
            hlsim__net_emit(net, HLSIM_EVENT_NET_RECEIVE, &fact);
            return;
        }
        hlsim__net_drop(net, &fact, why, datagram->send_id);
        return;
    }
    if (!endpoint->reachable) {
        hlsim__net_drop(net, &fact, "endpoint down", datagram->send_id);
        return;
    }
    if (endpoint->refusing) {
        hlsim__net_drop(net, &fact, "port unreachable", datagram->send_id);
        return;
    }
    for (size_t i = 0; i < HLSIM__ENDPOINT_PORTS_MAX; i++) {
        if (endpoint->udp[i].port == datagram->to.port && endpoint->udp[i].receive != NULL) {
            hand_over(datagram, endpoint->udp[i].receive, endpoint->udp[i].user);
            return;
        }
    }
    hlsim__net_drop(net, &fact, "no socket", datagram->send_id);
}

/* At the NAT box. */
static void arrive_up(void *owner)
{
    struct hlsim__datagram *datagram = owner;
    struct hlsim__iface *iface = datagram->iface;
    struct hlsim_network *net = iface->net;
    uint64_t before = hlsim__stream_set_cause(net->stream, datagram->send_id);
    uint16_t port = hlsim__nat_outbound(iface, datagram->from, datagram->to);

    if (port == 0) {
        struct hlsim__net_fact fact = fact_of(datagram);

        hlsim__net_drop(net, &fact, "nat full", datagram->send_id);
    } else {
        datagram->from = (struct hlsim_address){.ip = net->config.public_ip, .port = port};
        reach_endpoint(datagram);
    }
    land(datagram);
    hlsim__stream_set_cause(net->stream, before);
}

/* --- Sockets of modems -------------------------------------------------------------------- */

static uint16_t choose_port(struct hlsim__iface *iface)
{
    uint16_t port;

    do {
        port = hlsim__iface_draw_port(iface);
    } while (socket_at(iface, port) != NULL);
    return port;
}

int hlsim__udp_open(struct hlsim__udp_socket *socket, struct hlsim__iface *iface, uint16_t port,
                    hlsim__udp_receive receive, void *user)
{
    size_t place = 0;

    HLSIM_ASSERT(receive != NULL);
    memset(socket, 0, sizeof *socket);
    if (!iface->power->on) {
        return HLSIM_E_POWER;
    }
    while (place < HLSIM__UDP_SOCKETS_MAX && iface->sockets[place] != NULL) {
        HLSIM_ASSERT(iface->sockets[place] != socket);
        place++;
    }
    if (place == HLSIM__UDP_SOCKETS_MAX) {
        return HLSIM_E_LIMIT;
    }
    if (port != 0 && socket_at(iface, port) != NULL) {
        return HLSIM_E_EXISTS;
    }
    socket->iface = iface;
    socket->port = port != 0 ? port : choose_port(iface);
    socket->receive = receive;
    socket->user = user;
    iface->sockets[place] = socket;
    return 0;
}

void hlsim__udp_bind(struct hlsim__udp_socket *socket, uint32_t ip)
{
    socket->ip = ip;
}

int hlsim__udp_send(struct hlsim__udp_socket *socket, struct hlsim_address to, const uint8_t *bytes,
                    size_t size)
{
    struct hlsim__iface *iface = socket->iface;
    struct hlsim_address from = {.ip = socket->ip, .port = socket->port};
    struct hlsim__datagram *datagram;
    struct hlsim__net_fact fact;
    enum hlsim_torn torn;
    int rc;

    if (iface == NULL || socket_at(iface, socket->port) != socket) {
        return HLSIM_E_STATE;
    }
    hlsim__iface_tell_traffic(iface);
    if (!iface->power->on) {
        return HLSIM_E_POWER;
    }
    from.ip = from.ip != 0 ? from.ip : iface->ip;
    if (!hlsim__iface_holds(iface, from.ip)) {
        return HLSIM_E_UNREACHABLE;
    }
    if (size > HLSIM_DATAGRAM_MAX) {
        return HLSIM_E_LIMIT;
    }
    datagram = take(iface->net);
    if (datagram == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    rc = hlsim__power_ask(iface->power, HLSIM_CUT_NET, &torn);
    if (rc < 0 && torn != HLSIM_TORN_COMPLETE) {
        give_back(iface->net, datagram);
        return rc;
    }
    hlsim__timer_init(&datagram->timer, &iface->net->group, arrive_up, datagram);
    datagram->iface = iface;
    datagram->from = from;
    datagram->to = to;
    fill(datagram, bytes, size);
    fact = fact_of(datagram);
    datagram->send_id = hlsim__net_emit(iface->net, HLSIM_EVENT_NET_SEND, &fact);
    fly(datagram, true, iface->covered ? NULL : "no coverage");
    return rc;
}

void hlsim__udp_close(struct hlsim__udp_socket *socket)
{
    struct hlsim__iface *iface = socket->iface;

    if (iface == NULL) {
        return;
    }
    for (size_t i = 0; i < HLSIM__UDP_SOCKETS_MAX; i++) {
        if (iface->sockets[i] == socket) {
            iface->sockets[i] = NULL;
        }
    }
    socket->iface = NULL;
}

/* --- From beyond the NAT box -------------------------------------------------------------- */

/* What a server of the world says to a real address leaves at once; false when it cannot. */
static bool answer_through_gateway(struct hlsim_network *net, const struct hlsim__net_fact *fact)
{
    uint64_t before = net->stream->cause;
    bool left = net->gateway->udp_answer(net->gateway_user, fact->from, fact->to, fact->bytes,
                                         fact->size) >= 0;

    if (left) {
        hlsim__net_emit(net, HLSIM_EVENT_NET_RECEIVE, fact);
    }
    hlsim__stream_set_cause(net->stream, before);
    return left;
}

/* Why what has left a server does not reach the NAT box; NULL when it does. */
static const char *obstacle_to_nat(struct hlsim_network *net, const struct hlsim__net_fact *fact,
                                   bool *ret_answered)
{
    bool leaves = net->gateway != NULL && net->gateway->udp_answer != NULL;

    *ret_answered = false;
    if (fact->to.ip == net->config.public_ip) {
        return NULL;
    }
    if (!leaves) {
        return "no route";
    }
    *ret_answered = answer_through_gateway(net, fact);
    return *ret_answered ? NULL : "gateway";
}

/* Sends what `fact` says to a public address; `obstacle` is why it does not even reach it. */
static int send_down(struct hlsim_network *net, const struct hlsim__net_fact *fact,
                     const char *obstacle)
{
    struct hlsim__datagram *datagram;
    struct hlsim__iface *iface = NULL;
    struct hlsim_address inside = {0};
    bool answered = false;
    uint64_t send_id;

    if (fact->size > HLSIM_DATAGRAM_MAX) {
        return HLSIM_E_LIMIT;
    }
    datagram = take(net);
    if (datagram == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    send_id = hlsim__net_emit(net, HLSIM_EVENT_NET_SEND, fact);
    if (obstacle == NULL) {
        obstacle = obstacle_to_nat(net, fact, &answered);
    }
    if (answered) {
        give_back(net, datagram);
        return 0;
    }
    if (obstacle == NULL) {
        iface = hlsim__nat_inbound(net, fact->to.port, fact->from, &inside);
        obstacle = iface == NULL ? "no mapping" : NULL;
    }
    if (obstacle != NULL) {
        give_back(net, datagram);
        hlsim__net_drop(net, fact, obstacle, send_id);
        return 0;
    }
    hlsim__timer_init(&datagram->timer, &net->group, arrive_down, datagram);
    datagram->iface = iface;
    datagram->from = fact->from;
    datagram->to = inside;
    datagram->send_id = send_id;
    fill(datagram, fact->bytes, fact->size);
    fly(datagram, false, NULL);
    return 0;
}

int hlsim__endpoint_udp_send(struct hlsim__endpoint *endpoint, uint16_t from_port,
                             struct hlsim_address to, const uint8_t *bytes, size_t size)
{
    struct hlsim__net_fact fact = {.from = {.ip = endpoint->ip, .port = from_port},
                                   .to = to,
                                   .protocol = "udp",
                                   .bytes = bytes,
                                   .size = size};

    return send_down(endpoint->net, &fact,
                     endpoint->reachable && !endpoint->refusing ? NULL : "endpoint down");
}

/* What a real socket received may be larger than the air carries: it is refused, with an event. */
static int refuse_large(struct hlsim_network *net, size_t size)
{
    if (size <= HLSIM_DATAGRAM_MAX) {
        return 0;
    }
    HLSIM__EMIT(net->stream, HLSIM__NETWORK_SOURCE, HLSIM_EVENT_IGNORED,
                HLSIM_TEXT("by", "network"), HLSIM_TEXT("why", "too large"));
    return HLSIM_E_LIMIT;
}

int hlsim_network_inject_udp(struct hlsim_network *network, struct hlsim_address from,
                             uint16_t to_public_port, const uint8_t *bytes, size_t size)
{
    struct hlsim__net_fact fact = {.from = from,
                                   .to = {.ip = network->config.public_ip, .port = to_public_port},
                                   .protocol = "udp",
                                   .bytes = bytes,
                                   .size = size};
    int rc = refuse_large(network, size);

    return rc < 0 ? rc : send_down(network, &fact, NULL);
}

/* --- From real sockets to servers --------------------------------------------------------- */

static void arrive_at_server(void *owner)
{
    struct hlsim__datagram *datagram = owner;
    struct hlsim_network *net = datagram->net;
    uint64_t before = hlsim__stream_set_cause(net->stream, datagram->send_id);

    reach_endpoint(datagram);
    land(datagram);
    hlsim__stream_set_cause(net->stream, before);
}

int hlsim_network_inject_request(struct hlsim_network *network, struct hlsim_address from,
                                 struct hlsim_address to, const uint8_t *bytes, size_t size)
{
    struct hlsim__net_fact fact = {
        .from = from, .to = to, .protocol = "udp", .bytes = bytes, .size = size};
    struct hlsim__datagram *datagram;
    uint64_t send_id;
    int rc = refuse_large(network, size);

    if (rc < 0) {
        return rc;
    }
    datagram = take(network);
    if (datagram == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    send_id = hlsim__net_emit(network, HLSIM_EVENT_NET_SEND, &fact);
    if (network->requests == HLSIM__REQUESTS_MAX) {
        give_back(network, datagram);
        hlsim__net_drop(network, &fact, "queue", send_id);
        return 0;
    }
    hlsim__timer_init(&datagram->timer, &network->group, arrive_at_server, datagram);
    datagram->iface = NULL;
    datagram->from = from;
    datagram->to = to;
    datagram->send_id = send_id;
    fill(datagram, bytes, size);
    network->requests++;
    network->tally.in_flight++;
    hlsim__timer_set_in(&datagram->timer, 0);
    return 0;
}
