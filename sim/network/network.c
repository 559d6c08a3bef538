/*
 * The network as a whole: its figures, its memory and the promises about it. Does not send.
 */
#include "network/network.h"

#include "base/assert.h"
#include "network/lookup.h"
#include "network/outside.h"
#include "network/tcp.h"
#include "network/udp.h"

#include <string.h>

#define PPM_ALL 1000000

void hlsim_network_config_default(struct hlsim_network_config *ret_config)
{
    *ret_config = (struct hlsim_network_config){
        .delay_up = 80 * HLSIM_MS,
        .delay_down = 80 * HLSIM_MS,
        .nat_timeout = 120 * HLSIM_SECOND,
        .nat_inbound_refresh = true,
        .public_ip = 0xc6336401, /* 198.51.100.1 */
        .bitrate = 300000,
        .mss = 1358,
        .retransmit_after = HLSIM_SECOND,
        .give_up_after = 60 * HLSIM_SECOND,
        .psm = true,
        .edrx = true,
    };
}

/* 24.008 10.5.7.4a codes up to 31 times 320 hours. */
#define SAVING_MAX (31 * 320 * 60 * HLSIM_MINUTE)

static bool is_saving(int64_t time)
{
    return time >= 0 && time <= SAVING_MAX;
}

/* Delays are kept below a day, so that no sum of them leaves the range of time. */
static bool is_delay(int64_t delay)
{
    return delay >= 0 && delay <= HLSIM_DAY;
}

int hlsim_network_config_check(const struct hlsim_network_config *config)
{
    if (!is_delay(config->delay_up) || !is_delay(config->delay_down) || !is_delay(config->jitter)) {
        return HLSIM_E_RANGE;
    }
    if (config->loss_ppm_up > PPM_ALL || config->loss_ppm_down > PPM_ALL) {
        return HLSIM_E_RANGE;
    }
    if (config->nat_timeout <= 0 || config->public_ip == 0 || config->bitrate == 0) {
        return HLSIM_E_RANGE;
    }
    if (config->mss == 0 || config->mss > HLSIM_MSS_MAX || config->retransmit_after <= 0 ||
        !is_delay(config->retransmit_after) || config->give_up_after <= 0 ||
        !is_delay(config->give_up_after)) {
        return HLSIM_E_RANGE;
    }
    if (!is_saving(config->psm_active) || !is_saving(config->psm_tau) ||
        !is_saving(config->edrx_cycle) || !is_saving(config->edrx_window)) {
        return HLSIM_E_RANGE;
    }
    return 0;
}

static bool every_packet_is_accounted_for(const void *owner)
{
    const struct hlsim__network_tally *tally = owner;

    return tally->sent == tally->received + tally->dropped + tally->in_flight;
}

static bool every_stream_byte_is_accounted_for(const void *owner)
{
    const struct hlsim__network_tally *tally = owner;

    return tally->bytes_accepted ==
           tally->bytes_delivered + tally->bytes_discarded + tally->bytes_waiting;
}

int hlsim__network_init(struct hlsim_network *net, const struct hlsim__network_setup *setup)
{
    struct hlsim_network_config config;

    hlsim_network_config_default(&config);
    if (setup->config != NULL) {
        config = *setup->config;
    }
    if (hlsim_network_config_check(&config) < 0) {
        return HLSIM_E_RANGE;
    }
    memset(net, 0, sizeof *net);
    net->config = config;
    net->stream = setup->stream;
    net->seed = setup->seed;
    hlsim__promise_scope_init(&net->scope, setup->promises, HLSIM__NETWORK_SOURCE);
    hlsim__promise_add(&net->scope, "every datagram and segment is accounted for",
                       every_packet_is_accounted_for, &net->tally);
    hlsim__promise_add(&net->scope, "every byte of a stream is accounted for",
                       every_stream_byte_is_accounted_for, &net->tally);
    hlsim__timer_group_init(&net->group, setup->sched, &net->scope);
    return 0;
}

void hlsim__network_free(struct hlsim_network *net)
{
    hlsim__timer_group_drop(&net->group);
    hlsim__datagrams_free(net);
    hlsim__outside_free(net);
    hlsim__lookups_free(net);
    hlsim__tcp_peers_free(net);
    memset(net, 0, sizeof *net);
}

int hlsim__network_set_delay(struct hlsim_network *net, int64_t up, int64_t down, int64_t jitter)
{
    if (!is_delay(up) || !is_delay(down) || !is_delay(jitter)) {
        return HLSIM_E_RANGE;
    }
    net->config.delay_up = up;
    net->config.delay_down = down;
    net->config.jitter = jitter;
    return 0;
}

int hlsim__network_set_loss(struct hlsim_network *net, uint32_t ppm_up, uint32_t ppm_down)
{
    if (ppm_up > PPM_ALL || ppm_down > PPM_ALL) {
        return HLSIM_E_RANGE;
    }
    net->config.loss_ppm_up = ppm_up;
    net->config.loss_ppm_down = ppm_down;
    return 0;
}

void hlsim_network_set_gateway(struct hlsim_network *network, const struct hlsim_gateway_ops *ops,
                               void *user)
{
    HLSIM_ASSERT(ops == NULL || ops->udp_send != NULL);
    hlsim__outside_cut_off(network);
    network->gateway = ops;
    network->gateway_user = user;
}

void hlsim__network_tell_secret(const struct hlsim_network *net, const struct hlsim__secret *secret)
{
    HLSIM__EMIT(net->stream, HLSIM__NETWORK_SOURCE, HLSIM_EVENT_NET_SECRET,
                HLSIM_BYTES("client_random", secret->client_random, sizeof secret->client_random),
                HLSIM_BYTES("master", secret->master, sizeof secret->master));
}
