/*
 * Between the two files of the hand-made modem.
 */
#ifndef ENGINE_PEER_INSIDE_H
#define ENGINE_PEER_INSIDE_H

#include "engine_peer.h"

#include <stddef.h>
#include <stdint.h>

enum peer__action {
    ACTION_BOOTED,
    ACTION_KSUP,
    ACTION_EVENT, /* +WDSI: value */
    ACTION_AUTH,
    ACTION_OPENED,
    ACTION_SERVER,
    ACTION_TICK,
    ACTION_LEAVE,
    ACTION_INSTALLED,
    ACTION_OUTCOME,
    ACTION_CLOSED,
    ACTION_INVITE,
};

/* Says bytes as they are, a line, an indication with what follows its number. */
void peer__raw(struct peer *peer, const uint8_t *data, size_t size);
void peer__line(struct peer *peer, const char *text);
void peer__event(struct peer *peer, int number, const char *rest);

/* Something happens later; nothing that was to happen does. */
void peer__timer(struct peer *peer, int64_t delay_ms, enum peer__action action, int value);
void peer__no_timers(struct peer *peer);

void peer__authenticate(struct peer *peer);
void peer__install(struct peer *peer);

/* A command line, and a byte in data mode. */
void peer__answer(struct peer *peer, const char *command);
void peer__take_data(struct peer *peer, uint8_t byte);

#endif
