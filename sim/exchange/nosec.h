/*
 * A channel without security (LwM2M's NoSec mode). That somebody answers is proved by a CoAP ping
 * and its reset; silence, with all repetitions used up, is a failure. Identity and key are not
 * used, so that a server cannot be found to have other ones.
 */
#ifndef HLSIM_EXCHANGE_NOSEC_H
#define HLSIM_EXCHANGE_NOSEC_H

#include "exchange/channel.h"
#include "exchange/exchange.h"

/* The state of these operations. */
struct hlsim__nosec {
    struct hlsim__channel *channel;
    bool open;
    struct hlsim__exchange exchange; /* of the ping */
    struct hlsim__exchange_slot ping;
};

extern const struct hlsim__channel_ops hlsim__nosec_ops;

#endif
