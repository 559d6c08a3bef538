/*
 * Takes the place of the functions that receive datagrams. A module's socket is found when it has
 * sent something: nothing comes to one that never has.
 */
#include "lib/middle.h"

#include "base/assert.h"

#include <string.h>

static void show(struct middle_place *place, bool up, struct hlsim_address from,
                 const uint8_t *bytes, size_t size)
{
    struct middle_datagram datagram = {.up = up, .from = from, .bytes = bytes, .size = size};

    place->middle->at = place;
    place->middle->shown(place->middle->user, &datagram);
    place->middle->at = NULL;
}

static void come_down(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    show(user, false, from, bytes, size);
}

static void watch_sockets(struct middle *middle)
{
    struct hlsim__iface *iface = middle->network->ifaces[0];

    for (size_t i = 0; i < HLSIM__UDP_SOCKETS_MAX; i++) {
        struct hlsim__udp_socket *socket = iface->sockets[i];

        if (socket != NULL && socket->receive != come_down) {
            middle->sockets[i] = (struct middle_place){.middle = middle,
                                                       .receive = socket->receive,
                                                       .user = socket->user,
                                                       .iface = iface,
                                                       .socket = socket,
                                                       .slot = i};
            socket->receive = come_down;
            socket->user = &middle->sockets[i];
        }
    }
}

static void come_up(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct middle_place *place = user;

    watch_sockets(place->middle);
    show(place, true, from, bytes, size);
}

void middle_stand(struct middle *middle, struct hlsim_network *network,
                  void (*shown)(void *user, const struct middle_datagram *datagram), void *user)
{
    size_t count = 0;

    memset(middle, 0, sizeof *middle);
    middle->network = network;
    middle->shown = shown;
    middle->user = user;
    for (struct hlsim__endpoint *endpoint = network->first_endpoint; endpoint != NULL;
         endpoint = endpoint->next) {
        for (size_t i = 0; i < HLSIM__ENDPOINT_PORTS_MAX; i++) {
            if (endpoint->udp[i].receive == NULL) {
                continue;
            }
            HLSIM_ASSERT(count < MIDDLE_SERVERS_MAX);
            middle->servers[count] = (struct middle_place){.middle = middle,
                                                           .receive = endpoint->udp[i].receive,
                                                           .user = endpoint->udp[i].user};
            endpoint->udp[i].receive = come_up;
            endpoint->udp[i].user = &middle->servers[count++];
        }
    }
}

bool middle_deliver(struct middle *middle, struct hlsim_address from, const uint8_t *bytes,
                    size_t size)
{
    const struct middle_place *place = middle->at;

    if (place->iface != NULL &&
        (place->iface->sockets[place->slot] != place->socket ||
         place->socket->receive != come_down || place->socket->user != (const void *)place)) {
        return false;
    }
    place->receive(place->user, from, bytes, size);
    return true;
}
