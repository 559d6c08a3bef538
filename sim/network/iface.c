/*
 * The interface of one modem: address, coverage, its random numbers and its table of sockets. Does
 * not know what is sent.
 */
#include "network/network.h"

#include "base/assert.h"
#include "network/lookup.h"
#include "network/tcp.h"
#include "network/udp.h"

#include <stdio.h>
#include <string.h>

/* The dynamic ports (RFC 6335 6). */
#define PORT_DYNAMIC  49152
#define PORTS_DYNAMIC 16384

static void init_rng(struct hlsim__rng *rng, const struct hlsim__iface *iface, const char *part)
{
    char name[64];
    int length = snprintf(name, sizeof name, "network/%s/%s", iface->name, part);

    HLSIM_ASSERT(length > 0 && (size_t)length < sizeof name);
    hlsim__rng_init(rng, iface->net->seed, name);
}

int hlsim__iface_init(struct hlsim__iface *iface, struct hlsim_network *net,
                      struct hlsim__power *power, struct hlsim__promise_scope *scope,
                      const char *name)
{
    if (net->iface_count == HLSIM__IFACES_MAX) {
        return HLSIM_E_LIMIT;
    }
    memset(iface, 0, sizeof *iface);
    iface->net = net;
    iface->power = power;
    iface->scope = scope;
    iface->name = name;
    iface->covered = true;
    iface->index = net->iface_count;
    init_rng(&iface->rng_up, iface, "up");
    init_rng(&iface->rng_down, iface, "down");
    init_rng(&iface->rng_port, iface, "port");
    hlsim__nat_init(iface);
    net->ifaces[net->iface_count++] = iface;
    return 0;
}

void hlsim__iface_set_coverage(struct hlsim__iface *iface, bool covered)
{
    iface->covered = covered;
}

void hlsim__iface_set_asleep(struct hlsim__iface *iface, bool asleep)
{
    if (iface->asleep == asleep) {
        return;
    }
    iface->asleep = asleep;
    if (!asleep) {
        hlsim__datagrams_go_on(iface);
        hlsim__tcp_go_on(iface);
    }
}

void hlsim__iface_watch(struct hlsim__iface *iface, void (*traffic)(void *user), void *user)
{
    iface->traffic = traffic;
    iface->traffic_user = user;
}

void hlsim__iface_tell_traffic(struct hlsim__iface *iface)
{
    if (iface->traffic != NULL && iface->power->on) {
        iface->traffic(iface->traffic_user);
    }
}

void hlsim__iface_attach(struct hlsim__iface *iface, uint32_t ip)
{
    iface->attached = true;
    iface->ip = ip;
}

void hlsim__iface_detach(struct hlsim__iface *iface)
{
    iface->attached = false;
}

int hlsim__iface_add(struct hlsim__iface *iface, uint32_t ip)
{
    if (hlsim__iface_holds(iface, ip)) {
        return 0;
    }
    for (size_t i = 0; i < HLSIM__IFACE_ADDRESSES - 1; i++) {
        if (iface->more_ips[i] == 0) {
            iface->more_ips[i] = ip;
            return 0;
        }
    }
    return HLSIM_E_LIMIT;
}

void hlsim__iface_remove(struct hlsim__iface *iface, uint32_t ip)
{
    for (size_t i = 0; i < HLSIM__IFACE_ADDRESSES - 1; i++) {
        if (iface->more_ips[i] == ip) {
            iface->more_ips[i] = 0;
        }
    }
}

bool hlsim__iface_holds(const struct hlsim__iface *iface, uint32_t ip)
{
    if (iface->attached && iface->ip == ip) {
        return true;
    }
    for (size_t i = 0; i < HLSIM__IFACE_ADDRESSES - 1; i++) {
        if (iface->more_ips[i] == ip && ip != 0) {
            return true;
        }
    }
    return false;
}

void hlsim__iface_refuse(struct hlsim__iface *iface, int64_t context, unsigned char cause)
{
    HLSIM_ASSERT(context >= 1 && context <= HLSIM__IFACE_CONTEXTS);
    iface->refused[context] = cause;
}

void hlsim__iface_reset(struct hlsim__iface *iface)
{
    memset(iface->sockets, 0, sizeof iface->sockets);
    memset(iface->servers, 0, sizeof iface->servers);
    hlsim__tcp_forget(iface);
    hlsim__lookups_forget(iface);
    iface->attached = false;
    iface->traffic = NULL;
    hlsim__iface_set_asleep(iface, false);
    memset(iface->more_ips, 0, sizeof iface->more_ips);
}

const char *hlsim__iface_obstacle(const struct hlsim__iface *iface, uint32_t ip)
{
    if (!iface->power->on) {
        return "power";
    }
    if (!hlsim__iface_holds(iface, ip)) {
        return "no route";
    }
    return iface->covered ? NULL : "no coverage";
}

int64_t hlsim__iface_draw_delay(struct hlsim__iface *iface, bool up)
{
    const struct hlsim_network_config *config = &iface->net->config;
    int64_t delay = up ? config->delay_up : config->delay_down;

    if (config->jitter > 0) {
        delay += (int64_t)hlsim__rng_below(up ? &iface->rng_up : &iface->rng_down,
                                           (uint64_t)config->jitter + 1);
    }
    return delay;
}

bool hlsim__iface_draw_loss(struct hlsim__iface *iface, bool up)
{
    const struct hlsim_network_config *config = &iface->net->config;

    return up ? hlsim__rng_happens(&iface->rng_up, config->loss_ppm_up) != 0
              : hlsim__rng_happens(&iface->rng_down, config->loss_ppm_down) != 0;
}

uint16_t hlsim__iface_draw_port(struct hlsim__iface *iface)
{
    return (uint16_t)(PORT_DYNAMIC + hlsim__rng_below(&iface->rng_port, PORTS_DYNAMIC));
}

void hlsim__iface_touch(struct hlsim__iface *iface)
{
    if (iface->scope != NULL) {
        hlsim__promise_touch(iface->scope);
    }
}
