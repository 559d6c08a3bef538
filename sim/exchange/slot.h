/*
 * What the two halves of the exchange share: the sending half (exchange.c) owns the slots, the
 * receiving half (receive.c) finds and ends them.
 */
#ifndef HLSIM_EXCHANGE_SLOT_H
#define HLSIM_EXCHANGE_SLOT_H

#include "exchange/exchange.h"

/* The outstanding slot to `peer` with that message id, or NULL. */
struct hlsim__exchange_slot *hlsim__slot_by_id(const struct hlsim__exchange *exchange,
                                               struct hlsim_address peer, uint16_t message_id);

/* The outstanding request to `peer` with that token, or NULL. */
struct hlsim__exchange_slot *hlsim__slot_by_token(const struct hlsim__exchange *exchange,
                                                  struct hlsim_address peer, const uint8_t *token,
                                                  size_t token_size);

/* The answer will follow by itself: no more repetitions, a last wait. */
void hlsim__slot_acknowledged(struct hlsim__exchange_slot *slot);

/* Frees the slot and calls its owner. */
void hlsim__slot_finish(struct hlsim__exchange_slot *slot, int error,
                        const struct hlsim__coap_message *response);

/* The id of the next message of ours. */
uint16_t hlsim__exchange_next_id(struct hlsim__exchange *exchange);

#endif
