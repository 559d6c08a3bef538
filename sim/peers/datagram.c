/*
 * Datagrams: each is answered by itself, and a script has no order. Answers that take a while are
 * kept until they leave.
 */
#include "peers/inside.h"

#include <stdlib.h>
#include <string.h>

struct hlsim__peer_answer {
    struct hlsim__timer timer;
    struct hlsim__peer *peer;
    struct hlsim__peer_answer *previous;
    struct hlsim__peer_answer *next;
    struct hlsim_address to;
    const struct hlsim_peer_step *step;
};

static void send(struct hlsim__peer *peer, struct hlsim_address to, const uint8_t *bytes,
                 size_t size)
{
    if (hlsim__endpoint_udp_send(&peer->host->endpoint, peer->config.port, to, bytes, size) == 0) {
        peer->sent += size;
    }
}

static void leave(void *owner)
{
    struct hlsim__peer_answer *answer = owner;
    struct hlsim__peers *all = answer->peer->all;

    if (answer->previous != NULL) {
        answer->previous->next = answer->next;
    } else {
        all->answers = answer->next;
    }
    if (answer->next != NULL) {
        answer->next->previous = answer->previous;
    }
    all->answer_count--;
    send(answer->peer, answer->to, answer->step->send, answer->step->send_size);
    free(answer);
}

static void send_later(struct hlsim__peer *peer, struct hlsim_address to,
                       const struct hlsim_peer_step *step)
{
    struct hlsim__peers *all = peer->all;
    struct hlsim__peer_answer *answer =
        all->answer_count == HLSIM__PEER_ANSWERS_MAX ? NULL : calloc(1, sizeof *answer);

    if (answer == NULL) {
        return;
    }
    answer->peer = peer;
    answer->to = to;
    answer->step = step;
    answer->next = all->answers;
    if (answer->next != NULL) {
        answer->next->previous = answer;
    }
    all->answers = answer;
    all->answer_count++;
    hlsim__timer_init(&answer->timer, &all->timers, leave, answer);
    hlsim__timer_set_in(&answer->timer, step->after);
}

/* The first step that the datagram matches; one that waits for nothing matches any. */
static const struct hlsim_peer_step *step_for(const struct hlsim__peer *peer, const uint8_t *bytes,
                                              size_t size)
{
    for (size_t i = 0; i < peer->config.step_count; i++) {
        const struct hlsim_peer_step *step = &peer->config.steps[i];

        if (step->on_size == 0 || hlsim__step_matches(step, bytes, size)) {
            return step;
        }
    }
    return NULL;
}

void hlsim__peer_receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct hlsim__peer *peer = user;
    const struct hlsim_peer_step *step;

    peer->datagrams++;
    peer->received += size;
    if (peer->config.behaviour == HLSIM_PEER_ECHO) {
        send(peer, from, bytes, size);
    }
    if (peer->config.behaviour != HLSIM_PEER_SCRIPT) {
        return;
    }
    step = step_for(peer, bytes, size);
    if (step != NULL) {
        peer->steps_done++;
        if (step->after > 0) {
            send_later(peer, from, step);
        } else if (step->send_size > 0) {
            send(peer, from, step->send, step->send_size);
        }
    }
}

void hlsim__answers_free(struct hlsim__peers *peers)
{
    while (peers->answers != NULL) {
        struct hlsim__peer_answer *answer = peers->answers;

        peers->answers = answer->next;
        free(answer);
    }
}
