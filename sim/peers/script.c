/*
 * Scripts: what a far end waits for, and what it does then. One step after the other; a step takes
 * everything that came since the one before.
 */
#include "peers/inside.h"

bool hlsim__step_matches(const struct hlsim_peer_step *step, const uint8_t *bytes, size_t size)
{
    size_t code = 0;
    size_t at = 0;
    size_t star = step->on_size; /* the last one that was passed; none */
    size_t tried = 0;            /* how far it reaches */

    while (at < size) {
        if (code < step->on_size && step->on[code] == HLSIM_PEER_ANY) {
            star = code++;
            tried = at;
        } else if (code < step->on_size && step->on[code] == bytes[at]) {
            code++;
            at++;
        } else if (star < step->on_size) {
            code = star + 1;
            at = ++tried;
        } else {
            return false;
        }
    }
    while (code < step->on_size && step->on[code] == HLSIM_PEER_ANY) {
        code++;
    }
    return code == step->on_size;
}

/* Does the step whose time has come; false when the talk is over. */
static bool do_step(struct hlsim__peer_talk *talk)
{
    const struct hlsim_peer_step *step = &talk->peer->config.steps[talk->step++];

    talk->peer->steps_done++;
    hlsim__talk_send(talk, step->send, step->send_size);
    if (step->ending != HLSIM_PEER_STAYS) {
        enum hlsim_peer_ending ending = step->ending;

        hlsim__talk_end(talk, ending);
        return ending == HLSIM_PEER_STALLS;
    }
    return true;
}

void hlsim__script_go_on(struct hlsim__peer_talk *talk)
{
    const struct hlsim_peer_config *config = &talk->peer->config;

    while (talk->step < config->step_count && !hlsim__timer_armed(&talk->timer)) {
        const struct hlsim_peer_step *step = &config->steps[talk->step];

        if (step->on_size > 0) {
            if (!hlsim__step_matches(step, talk->inbox.at, talk->inbox.size)) {
                return;
            }
            hlsim__bytes_drop(&talk->inbox, talk->inbox.size);
        }
        if (step->after > 0) {
            hlsim__timer_set_in(&talk->timer, step->after);
        } else if (!do_step(talk)) {
            return;
        }
    }
    if (talk->step == config->step_count) {
        hlsim__bytes_drop(&talk->inbox, talk->inbox.size);
    }
}

void hlsim__script_pause_over(void *owner)
{
    struct hlsim__peer_talk *talk = owner;

    if (do_step(talk)) {
        hlsim__script_go_on(talk);
    }
}
