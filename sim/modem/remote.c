/*
 * Streams of the clients that are built into the module.
 */
#include "modem/remote.h"

#include "modem/cme.h"
#include "modem/modem.h"

static struct hlsim__sockets *sockets_of(const struct hlsim__remote *remote)
{
    return &remote->modem->ram.sockets;
}

/* --- The end -------------------------------------------------------------------------------- */

/* It is out of use, without a word to its owner; what is on the air is not looked at. */
static void leave(struct hlsim__remote *remote)
{
    struct hlsim__sockets *sockets = sockets_of(remote);
    struct hlsim__remote **place = &sockets->remotes;

    while (*place != remote) {
        place = &(*place)->next;
    }
    *place = remote->next;
    hlsim__timer_cancel(&remote->timer);
    hlsim__lookup_cancel(&remote->lookup);
    remote->modem = NULL;
    hlsim__socket_let_go_of_cnx(sockets, remote->cnx);
}

static void end(struct hlsim__remote *remote, int cme)
{
    leave(remote);
    remote->watch->ended(remote->user, cme);
}

void hlsim__remote_close(struct hlsim__remote *remote)
{
    if (remote->modem != NULL) {
        /* A loss of power is noticed by whoever acts next. */
        (void)hlsim__tcp_close(&remote->tcp);
        leave(remote);
    }
}

/* --- The way up ----------------------------------------------------------------------------- */

static void on_connected(void *user)
{
    struct hlsim__remote *remote = user;

    remote->watch->connected(remote->user);
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__remote *remote = user;

    remote->watch->data(remote->user, bytes, size);
}

static void on_drained(void *user)
{
    struct hlsim__remote *remote = user;

    remote->watch->drained(remote->user);
}

static void on_closed(void *user, int reason)
{
    end(user, reason == HLSIM_OK ? 0 : HLSIM__CME_CONNECTION);
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .closed = on_closed};

static void on_resolved(void *user, int error, uint32_t ip)
{
    struct hlsim__remote *remote = user;
    struct hlsim_address to = {.ip = ip, .port = remote->port};

    if (error < 0) {
        end(remote, HLSIM__CME_DNS);
        return;
    }
    remote->ip = ip;
    error = hlsim__tcp_connect(&remote->tcp, &remote->modem->iface, to, &callbacks, remote);
    if (error < 0 && error != HLSIM_E_POWER) {
        end(remote, HLSIM__CME_CONNECTION);
    }
}

static void begin(void *owner)
{
    struct hlsim__remote *remote = owner;
    int error;

    remote->begun = true;
    error = hlsim__lookup_start(&remote->lookup, &remote->modem->iface, remote->host, on_resolved,
                                remote);
    if (error < 0 && error != HLSIM_E_POWER) {
        end(remote, HLSIM__CME_DNS);
    }
}

int hlsim__remote_open(struct hlsim__remote *remote, struct hlsim__modem *modem,
                       const struct hlsim__remote_to *to, const struct hlsim__remote_watch *watch,
                       void *user)
{
    struct hlsim__sockets *sockets = &modem->ram.sockets;
    struct hlsim__cnx *cnx = hlsim__sockets_cnx(sockets, to->cnx);

    if (remote->modem != NULL) {
        return HLSIM__CME_RUNNING;
    }
    if (hlsim__cnx_config(cnx) == NULL) {
        return HLSIM__CME_SESSION;
    }
    *remote = (struct hlsim__remote){.modem = modem,
                                     .next = sockets->remotes,
                                     .cnx = to->cnx,
                                     .host = to->host,
                                     .port = to->port,
                                     .watch = watch,
                                     .user = user};
    sockets->remotes = remote;
    hlsim__timer_init(&remote->timer, &modem->timers, begin, remote);
    hlsim__cnx_need(cnx);
    if (hlsim__cnx_is_up(cnx)) {
        hlsim__timer_set_in(&remote->timer, 0);
    }
    return 0;
}

int hlsim__remote_send(struct hlsim__remote *remote, const uint8_t *bytes, size_t size)
{
    return remote->modem == NULL ? HLSIM_E_STATE : hlsim__tcp_send(&remote->tcp, bytes, size);
}

void hlsim__remote_hold(struct hlsim__remote *remote, bool held)
{
    if (hlsim__remote_is_up(remote)) {
        hlsim__tcp_hold(&remote->tcp, held);
    }
}

/* --- Connections ---------------------------------------------------------------------------- */

bool hlsim__remotes_use(const struct hlsim__remote *first, int number)
{
    for (const struct hlsim__remote *remote = first; remote != NULL; remote = remote->next) {
        if (remote->cnx == number) {
            return true;
        }
    }
    return false;
}

void hlsim__remotes_cnx_changed(struct hlsim__modem *modem, int number, bool up)
{
    struct hlsim__remote *remote = modem->ram.sockets.remotes;

    while (remote != NULL && modem->power.on) {
        struct hlsim__remote *next = remote->next;

        if (remote->cnx == number && up && !remote->begun) {
            hlsim__timer_set_in(&remote->timer, 0);
        } else if (remote->cnx == number && !up) {
            (void)hlsim__tcp_abort(&remote->tcp);
            end(remote, HLSIM__CME_CONNECTION);
            /* Its owner may have closed others. */
            next = modem->ram.sockets.remotes;
        }
        remote = next;
    }
}

void hlsim__remotes_forget(struct hlsim__modem *modem)
{
    while (modem->ram.sockets.remotes != NULL) {
        struct hlsim__remote *remote = modem->ram.sockets.remotes;

        hlsim__tcp_let_go(&remote->tcp);
        end(remote, HLSIM__REMOTE_FORGOTTEN);
    }
}
