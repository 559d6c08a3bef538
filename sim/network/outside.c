/*
 * Joins a connection of the network and a stream of the gateway. Decides nothing: who may connect
 * to where, and what waits, is the gateway's business.
 */
#include "network/outside.h"

#include "base/assert.h"
#include "network/tcp_way.h"

#include <stdlib.h>

/* From where streams come in (RFC 5737). */
#define OUTSIDE_IP   0xc0000201u /* 192.0.2.1 */
#define OUTSIDE_NAME "outside"

/* Ports of who connects to modems (RFC 6335 6). */
#define PORT_FIRST 49152
#define PORTS      16384

struct hlsim_gateway_stream {
    struct hlsim_network *net;
    struct hlsim_gateway_stream *previous;
    struct hlsim_gateway_stream *next;
    struct hlsim__tcp_peer *peer; /* of a stream to or from a modem; NULL: one to a server */
    struct hlsim__tcp tcp;        /* of one to a server */
    bool visiting;                /* it connects to a modem, and is not connected yet */
    void *token;
};

struct hlsim__outside {
    struct hlsim__power power; /* never off */
    struct hlsim__iface iface;
    bool has_iface;
    uint16_t next_port; /* of those who connect to modems */
    struct hlsim_gateway_stream *first;
};

/* --- Memory ------------------------------------------------------------------------------- */

static struct hlsim__outside *outside_of(struct hlsim_network *net)
{
    if (net->outside == NULL) {
        net->outside = calloc(1, sizeof *net->outside);
    }
    return net->outside;
}

static struct hlsim_gateway_stream *make(struct hlsim_network *net)
{
    struct hlsim__outside *outside = outside_of(net);
    struct hlsim_gateway_stream *stream = outside == NULL ? NULL : calloc(1, sizeof *stream);

    if (stream != NULL) {
        stream->net = net;
        stream->next = outside->first;
        if (stream->next != NULL) {
            stream->next->previous = stream;
        }
        outside->first = stream;
    }
    return stream;
}

static void forget(struct hlsim_gateway_stream *stream)
{
    if (stream->previous != NULL) {
        stream->previous->next = stream->next;
    } else {
        stream->net->outside->first = stream->next;
    }
    if (stream->next != NULL) {
        stream->next->previous = stream->previous;
    }
    free(stream);
}

void hlsim__outside_free(struct hlsim_network *net)
{
    struct hlsim_gateway_stream *stream = net->outside != NULL ? net->outside->first : NULL;

    while (stream != NULL) {
        struct hlsim_gateway_stream *next = stream->next;

        free(stream);
        stream = next;
    }
    free(net->outside);
    net->outside = NULL;
}

/* --- What the connection tells ------------------------------------------------------------ */

static void on_connected(void *user)
{
    struct hlsim_gateway_stream *stream = user;

    stream->visiting = false;
    stream->net->gateway->stream_drained(stream->net->gateway_user, stream);
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim_gateway_stream *stream = user;

    stream->net->gateway->stream_data(stream->net->gateway_user, stream, bytes, size);
}

static void on_drained(void *user)
{
    struct hlsim_gateway_stream *stream = user;

    stream->net->gateway->stream_drained(stream->net->gateway_user, stream);
}

static void on_closed(void *user, int reason)
{
    struct hlsim_gateway_stream *stream = user;

    stream->net->gateway->stream_closed(stream->net->gateway_user, stream, reason);
    forget(stream);
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .closed = on_closed};

/* The connection goes on to its end, and nobody hears of it. */
static void nothing_said(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    (void)size;
}

static void nothing_ended(void *user, int reason)
{
    (void)user;
    (void)reason;
}

static const struct hlsim__tcp_callbacks nobody = {.data = nothing_said, .closed = nothing_ended};

/* --- Beginning ---------------------------------------------------------------------------- */

bool hlsim__outside_exists(const struct hlsim_network *net)
{
    return net->gateway != NULL && net->gateway->stream_open != NULL;
}

int hlsim__outside_accept(struct hlsim__tcp_peer *peer, struct hlsim_address to)
{
    struct hlsim_network *net = peer->net;
    struct hlsim_gateway_stream *stream = make(net);
    int rc;

    if (stream == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    stream->peer = peer;
    hlsim__tcp_peer_set(peer, &callbacks, stream);
    rc = net->gateway->stream_open(net->gateway_user, stream, to);
    if (rc < 0) {
        forget(stream);
    }
    return rc;
}

/* The interface of all who come in. */
static int open_iface(struct hlsim_network *net)
{
    struct hlsim__outside *outside = net->outside;
    int rc;

    if (outside->has_iface) {
        return 0;
    }
    hlsim__power_init(&outside->power, net->stream, OUTSIDE_NAME);
    outside->power.on = true;
    rc = hlsim__iface_init(&outside->iface, net, &outside->power, NULL, OUTSIDE_NAME);
    if (rc == 0) {
        hlsim__iface_attach(&outside->iface, OUTSIDE_IP);
        outside->has_iface = true;
    }
    return rc;
}

/* Somebody connects to the first modem, to which the NAT box forwards. */
static int visit(struct hlsim_gateway_stream *stream, uint16_t port)
{
    struct hlsim__outside *outside = stream->net->outside;
    struct hlsim__tcp_visit visit = {
        .iface = stream->net->ifaces[0],
        .from = {.ip = OUTSIDE_IP, .port = (uint16_t)(PORT_FIRST + outside->next_port)},
        .port = port,
        .callbacks = &callbacks,
        .user = stream};

    stream->visiting = true;
    outside->next_port = (uint16_t)((outside->next_port + 1) % PORTS);
    return hlsim__tcp_peer_connect(&visit, &stream->peer);
}

int hlsim_network_connect_request(struct hlsim_network *network, struct hlsim_address to,
                                  struct hlsim_gateway_stream **ret_stream)
{
    struct hlsim_gateway_stream *stream;
    int rc;
    bool to_modem = to.ip == network->config.public_ip && network->iface_count > 0;

    HLSIM_ASSERT(network->gateway != NULL);
    if (!to_modem && hlsim__endpoint_find(network, to.ip) == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    stream = make(network);
    if (stream == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    rc = to_modem ? visit(stream, to.port) : open_iface(network);
    if (rc == 0 && !to_modem) {
        rc = hlsim__tcp_connect(&stream->tcp, &network->outside->iface, to, &callbacks, stream);
    }
    if (rc < 0) {
        forget(stream);
        return rc;
    }
    *ret_stream = stream;
    return 0;
}

/* --- What the gateway does ---------------------------------------------------------------- */

void hlsim_gateway_stream_set_token(struct hlsim_gateway_stream *stream, void *token)
{
    stream->token = token;
}

void *hlsim_gateway_stream_token(const struct hlsim_gateway_stream *stream)
{
    return stream->token;
}

void hlsim_gateway_stream_connected(struct hlsim_gateway_stream *stream)
{
    HLSIM_ASSERT(stream->peer != NULL);
    hlsim__tcp_peer_connected(stream->peer);
}

size_t hlsim_gateway_stream_send(struct hlsim_gateway_stream *stream, const uint8_t *bytes,
                                 size_t size)
{
    int count = stream->peer != NULL ? hlsim__tcp_peer_send(stream->peer, bytes, size)
                                     : hlsim__tcp_send(&stream->tcp, bytes, size);

    return count < 0 ? 0 : (size_t)count;
}

void hlsim_gateway_stream_hold(struct hlsim_gateway_stream *stream, bool held)
{
    hlsim__tcp_way_hold(stream->peer != NULL ? &stream->peer->up : &stream->tcp.peer->down, held);
}

/* The connection lives on without the gateway. */
static void part(struct hlsim_gateway_stream *stream, bool at_once)
{
    struct hlsim__tcp_peer *peer = stream->peer;

    if (peer == NULL) {
        hlsim__tcp_way_hold(&stream->tcp.peer->down, false);
        (void)(at_once ? hlsim__tcp_abort(&stream->tcp) : hlsim__tcp_close(&stream->tcp));
    } else {
        hlsim__tcp_peer_set(peer, &nobody, NULL);
        hlsim__tcp_way_hold(&peer->up, false);
        if (at_once || stream->visiting) {
            hlsim__tcp_peer_abort(peer);
        } else {
            hlsim__tcp_peer_close(peer);
        }
    }
    forget(stream);
}

void hlsim_gateway_stream_close(struct hlsim_gateway_stream *stream)
{
    part(stream, false);
}

void hlsim_gateway_stream_abort(struct hlsim_gateway_stream *stream)
{
    part(stream, true);
}

void hlsim__outside_cut_off(struct hlsim_network *net)
{
    struct hlsim_gateway_stream *next;

    for (struct hlsim_gateway_stream *stream = net->outside != NULL ? net->outside->first : NULL;
         stream != NULL; stream = next) {
        next = stream->next;
        if (stream->peer == NULL || stream->visiting) {
            part(stream, true);
        } else {
            /* Without a word: what is sent from now on finds no route. */
            stream->peer->up.held = false;
            hlsim__tcp_peer_set(stream->peer, &nobody, NULL);
            forget(stream);
        }
    }
}
