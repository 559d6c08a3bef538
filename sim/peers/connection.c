/*
 * One connection of a far end: what it does with what comes, and how its own bytes leave. Bytes are
 * lent to the network in one piece; what is said meanwhile waits for the next.
 */
#include "peers/inside.h"

#include "base/assert.h"

#include <stdlib.h>

/* Bytes of its own above which a far end takes no more of the modem's. */
#define WAITING_MAX 65536

/* Bytes that a script keeps until a step takes them; what comes then is ignored. */
#define INBOX_MAX 65536

/* --- Life --------------------------------------------------------------------------------- */

static struct hlsim__peer_talk *begin(struct hlsim__peer *peer)
{
    struct hlsim__peers *all = peer->all;
    struct hlsim__peer_talk *talk =
        all->talk_count == HLSIM__PEER_CONNECTIONS_MAX ? NULL : calloc(1, sizeof *talk);

    if (talk == NULL) {
        return NULL;
    }
    talk->peer = peer;
    talk->next = all->first;
    if (talk->next != NULL) {
        talk->next->previous = talk;
    }
    all->first = talk;
    all->talk_count++;
    hlsim__timer_init(&talk->timer, &all->timers, hlsim__script_pause_over, talk);
    return talk;
}

static void release(struct hlsim__peer_talk *talk)
{
    hlsim__bytes_free(&talk->inbox);
    hlsim__bytes_free(&talk->waiting);
    hlsim__bytes_free(&talk->sending);
    free(talk);
}

static void forget(struct hlsim__peer_talk *talk, bool in_order)
{
    struct hlsim__peers *all = talk->peer->all;

    hlsim__ftp_peer_part(talk, in_order);
    if (talk->previous != NULL) {
        talk->previous->next = talk->next;
    } else {
        all->first = talk->next;
    }
    if (talk->next != NULL) {
        talk->next->previous = talk->previous;
    }
    all->talk_count--;
    talk->peer->open -= talk->visiting ? 0 : 1;
    hlsim__timer_cancel(&talk->timer);
    release(talk);
}

void hlsim__talks_free(struct hlsim__peers *peers)
{
    while (peers->first != NULL) {
        struct hlsim__peer_talk *talk = peers->first;

        peers->first = talk->next;
        release(talk);
    }
}

/* --- Sending ------------------------------------------------------------------------------ */

/* Lends what waits to the network, when it has given back what was lent before. */
static void lend(struct hlsim__peer_talk *talk)
{
    struct hlsim__bytes empty = talk->sending;

    if (talk->sending.size > 0 || talk->waiting.size == 0) {
        return;
    }
    talk->sending = talk->waiting;
    talk->waiting = empty;
    if (hlsim__tcp_peer_send_borrowed(talk->tcp, talk->sending.at, talk->sending.size) < 0) {
        /* It is closing already: nobody is to hear this. */
        talk->sending.size = 0;
    }
    talk->peer->sent += talk->sending.size;
}

void hlsim__talk_send(struct hlsim__peer_talk *talk, const uint8_t *bytes, size_t size)
{
    if (size == 0 || talk->closing) {
        return;
    }
    if (!hlsim__bytes_add(&talk->waiting, bytes, size)) {
        return;
    }
    lend(talk);
    if (!talk->held && talk->waiting.size > WAITING_MAX) {
        talk->held = true;
        hlsim__tcp_peer_hold(talk->tcp, true);
    }
}

void hlsim__talk_end(struct hlsim__peer_talk *talk, enum hlsim_peer_ending ending)
{
    switch (ending) {
    case HLSIM_PEER_FIN:
        if (talk->visiting) {
            hlsim__talk_end(talk, HLSIM_PEER_RST);
            break;
        }
        talk->closing = true;
        if (talk->waiting.size == 0) {
            hlsim__tcp_peer_close(talk->tcp);
        }
        break;
    case HLSIM_PEER_RST:
        hlsim__tcp_peer_abort(talk->tcp);
        forget(talk, false);
        break;
    case HLSIM_PEER_STALLS:
        talk->stalled = true;
        hlsim__tcp_peer_hold(talk->tcp, true);
        break;
    case HLSIM_PEER_STAYS:
    default:
        break;
    }
}

/* --- What the connection tells ------------------------------------------------------------ */

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__peer_talk *talk = user;

    talk->peer->received += size;
    if (talk->peer->config.behaviour == HLSIM_PEER_ECHO) {
        hlsim__talk_send(talk, bytes, size);
    } else if (talk->peer->config.behaviour == HLSIM_PEER_HTTP) {
        if (hlsim__bytes_add(&talk->inbox, bytes, size)) {
            hlsim__http_peer_go_on(talk);
        }
    } else if (talk->ftp.is_data) {
        hlsim__ftp_peer_take(talk, bytes, size);
    } else if (talk->peer->config.behaviour == HLSIM_PEER_FTP) {
        if (hlsim__bytes_add(&talk->inbox, bytes, size)) {
            hlsim__ftp_peer_go_on(talk);
        }
    } else if (size <= INBOX_MAX - talk->inbox.size &&
               hlsim__bytes_add(&talk->inbox, bytes, size)) {
        hlsim__script_go_on(talk);
    }
}

static void on_drained(void *user)
{
    struct hlsim__peer_talk *talk = user;

    talk->sending.size = 0;
    lend(talk);
    if (talk->held && talk->waiting.size <= WAITING_MAX / 2) {
        talk->held = false;
        hlsim__tcp_peer_hold(talk->tcp, talk->stalled);
    }
    if (talk->closing) {
        hlsim__tcp_peer_close(talk->tcp);
    }
}

static void on_closed(void *user, int reason)
{
    forget(user, reason == HLSIM_OK);
}

/* What a far end does as soon as it is connected. */
static void greet(struct hlsim__peer_talk *talk)
{
    talk->peer->accepted++;
    talk->peer->open++;
    if (talk->peer->config.behaviour == HLSIM_PEER_FTP) {
        hlsim__ftp_peer_greet(talk);
    } else {
        hlsim__script_go_on(talk);
    }
}

static void on_connected(void *user)
{
    struct hlsim__peer_talk *talk = user;

    HLSIM_ASSERT(talk->visiting);
    talk->visiting = false;
    greet(talk);
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .closed = on_closed};

int hlsim__peer_accept(void *user, struct hlsim__tcp_peer *tcp)
{
    struct hlsim__peer_talk *talk = begin(user);

    if (talk == NULL) {
        return HLSIM_E_LIMIT;
    }
    talk->tcp = tcp;
    hlsim__tcp_peer_set(tcp, &callbacks, talk);
    greet(talk);
    return 0;
}

int hlsim__peer_accept_data(void *user, struct hlsim__tcp_peer *tcp)
{
    struct hlsim__peer_talk *control = hlsim__ftp_peer_awaits(user, tcp);
    struct hlsim__peer_talk *talk = control == NULL ? NULL : begin(user);

    if (talk == NULL) {
        return HLSIM_E_LIMIT;
    }
    talk->tcp = tcp;
    talk->peer->accepted++;
    talk->peer->open++;
    hlsim__tcp_peer_set(tcp, &callbacks, talk);
    hlsim__ftp_peer_join(control, talk);
    return 0;
}

int hlsim__peer_visit(struct hlsim__peer *peer, struct hlsim__iface *iface, uint16_t port)
{
    struct hlsim__peer_host *host = peer->host;
    struct hlsim__peer_talk *talk = begin(peer);
    struct hlsim__tcp_visit visit = {.iface = iface,
                                     .from = {.ip = host->endpoint.ip, .port = host->next_port},
                                     .port = port,
                                     .callbacks = &callbacks,
                                     .user = talk};
    int error;

    if (talk == NULL) {
        return HLSIM_E_LIMIT;
    }
    talk->visiting = true;
    error = hlsim__tcp_peer_connect(&visit, &talk->tcp);
    if (error < 0) {
        forget(talk, false);
        return error;
    }
    host->next_port = (uint16_t)(host->next_port == UINT16_MAX ? 49152 : host->next_port + 1);
    return 0;
}
