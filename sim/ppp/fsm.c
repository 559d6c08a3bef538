/*
 * The table of RFC 1661 4.1, a function an event.
 */
#include "ppp/fsm.h"

#include "base/assert.h"

#include <string.h>

/* --- Actions -------------------------------------------------------------------------------- */

static void send(struct hlsim__ppp_fsm *fsm, uint8_t code, uint8_t id, const uint8_t *data,
                 size_t size)
{
    const struct hlsim__ppp_control packet = {.code = code, .id = id, .data = data, .size = size};

    fsm->ops->send(fsm->user, &packet);
}

static void send_request(struct hlsim__ppp_fsm *fsm)
{
    fsm->restarts--;
    hlsim__timer_set_in(&fsm->timer, HLSIM__PPP_RESTART);
    send(fsm, HLSIM__PPP_CONF_REQ, fsm->id, fsm->asked.bytes, fsm->asked.size);
}

/* A request that is not the one before: with other options, or after an answer (RFC 1661 5.1). */
static void ask(struct hlsim__ppp_fsm *fsm)
{
    fsm->id++;
    fsm->asked.size = 0;
    fsm->ops->request(fsm->user, &fsm->asked);
    send_request(fsm);
}

static void ask_anew(struct hlsim__ppp_fsm *fsm)
{
    fsm->restarts = HLSIM__PPP_MAX_CONFIGURE;
    fsm->naks = 0;
    ask(fsm);
}

static void send_terminate(struct hlsim__ppp_fsm *fsm)
{
    fsm->restarts--;
    hlsim__timer_set_in(&fsm->timer, HLSIM__PPP_RESTART);
    send(fsm, HLSIM__PPP_TERM_REQ, ++fsm->id, NULL, 0);
}

static void terminate_anew(struct hlsim__ppp_fsm *fsm)
{
    fsm->restarts = HLSIM__PPP_MAX_TERMINATE;
    send_terminate(fsm);
}

/* The restart timer runs in the states from Closing to Ack-Sent only. */
static void enter(struct hlsim__ppp_fsm *fsm, enum hlsim__ppp_state state)
{
    fsm->state = state;
    if (state < HLSIM__PPP_CLOSING || state == HLSIM__PPP_OPENED) {
        hlsim__timer_cancel(&fsm->timer);
    }
}

/* --- Events without packets ----------------------------------------------------------------- */

static void time_out(void *owner)
{
    struct hlsim__ppp_fsm *fsm = owner;
    bool ends = fsm->state == HLSIM__PPP_CLOSING || fsm->state == HLSIM__PPP_STOPPING;

    if (fsm->restarts == 0) {
        enter(fsm, fsm->state == HLSIM__PPP_CLOSING ? HLSIM__PPP_CLOSED : HLSIM__PPP_STOPPED);
        fsm->ops->finished(fsm->user);
    } else if (ends) {
        send_terminate(fsm);
    } else {
        enter(fsm, fsm->state == HLSIM__PPP_ACK_RCVD ? HLSIM__PPP_REQ_SENT : fsm->state);
        send_request(fsm);
    }
}

void hlsim__ppp_fsm_init(struct hlsim__ppp_fsm *fsm, struct hlsim__timer_group *timers,
                         const struct hlsim__ppp_fsm_ops *ops, void *user)
{
    memset(fsm, 0, sizeof *fsm);
    fsm->ops = ops;
    fsm->user = user;
    hlsim__timer_init(&fsm->timer, timers, time_out, fsm);
}

void hlsim__ppp_fsm_lower_up(struct hlsim__ppp_fsm *fsm)
{
    if (fsm->state == HLSIM__PPP_INITIAL) {
        enter(fsm, HLSIM__PPP_CLOSED);
    } else if (fsm->state == HLSIM__PPP_STARTING) {
        ask_anew(fsm);
        enter(fsm, HLSIM__PPP_REQ_SENT);
    }
}

void hlsim__ppp_fsm_lower_down(struct hlsim__ppp_fsm *fsm)
{
    bool was_opened = fsm->state == HLSIM__PPP_OPENED;

    if (fsm->state == HLSIM__PPP_CLOSED || fsm->state == HLSIM__PPP_CLOSING) {
        enter(fsm, HLSIM__PPP_INITIAL);
    } else if (fsm->state > HLSIM__PPP_STARTING) {
        enter(fsm, HLSIM__PPP_STARTING);
    }
    if (was_opened) {
        fsm->ops->down(fsm->user);
    }
}

void hlsim__ppp_fsm_open(struct hlsim__ppp_fsm *fsm)
{
    if (fsm->state == HLSIM__PPP_INITIAL) {
        enter(fsm, HLSIM__PPP_STARTING);
    } else if (fsm->state == HLSIM__PPP_CLOSED) {
        ask_anew(fsm);
        enter(fsm, HLSIM__PPP_REQ_SENT);
    } else if (fsm->state == HLSIM__PPP_CLOSING) {
        enter(fsm, HLSIM__PPP_STOPPING);
    }
}

void hlsim__ppp_fsm_close(struct hlsim__ppp_fsm *fsm)
{
    switch (fsm->state) {
    case HLSIM__PPP_STARTING:
        enter(fsm, HLSIM__PPP_INITIAL);
        fsm->ops->finished(fsm->user);
        break;
    case HLSIM__PPP_STOPPED:
        enter(fsm, HLSIM__PPP_CLOSED);
        break;
    case HLSIM__PPP_STOPPING:
        enter(fsm, HLSIM__PPP_CLOSING);
        break;
    case HLSIM__PPP_OPENED:
        fsm->ops->down(fsm->user);
        terminate_anew(fsm);
        fsm->state = HLSIM__PPP_CLOSING;
        break;
    case HLSIM__PPP_REQ_SENT:
    case HLSIM__PPP_ACK_RCVD:
    case HLSIM__PPP_ACK_SENT:
        terminate_anew(fsm);
        fsm->state = HLSIM__PPP_CLOSING;
        break;
    default:
        break;
    }
}

void hlsim__ppp_fsm_rejected(struct hlsim__ppp_fsm *fsm)
{
    switch (fsm->state) {
    case HLSIM__PPP_CLOSED:
    case HLSIM__PPP_CLOSING:
        enter(fsm, HLSIM__PPP_CLOSED);
        fsm->ops->finished(fsm->user);
        break;
    case HLSIM__PPP_OPENED:
        fsm->ops->down(fsm->user);
        terminate_anew(fsm);
        fsm->state = HLSIM__PPP_STOPPING;
        break;
    case HLSIM__PPP_INITIAL:
    case HLSIM__PPP_STARTING:
        break;
    default:
        enter(fsm, HLSIM__PPP_STOPPED);
        fsm->ops->finished(fsm->user);
        break;
    }
}

/* --- Packets -------------------------------------------------------------------------------- */

static int judge(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet,
                 struct hlsim__ppp_options *answer)
{
    int verdict = fsm->ops->judge(fsm->user, packet, fsm->naks >= HLSIM__PPP_MAX_FAILURE, answer);

    if (verdict == HLSIM__PPP_CONF_ACK) {
        fsm->naks = 0;
        HLSIM_ASSERT(packet->size <= sizeof answer->bytes);
        memcpy(answer->bytes, packet->data, packet->size);
        answer->size = packet->size;
    } else if (verdict == HLSIM__PPP_CONF_NAK) {
        fsm->naks++;
    }
    return verdict;
}

static bool is_well_formed(const struct hlsim__ppp_control *packet)
{
    struct hlsim__ppp_option option;
    size_t offset = 0;
    int rc;

    do {
        rc = hlsim__ppp_option_next(packet->data, packet->size, &offset, &option);
    } while (rc > 0);
    return rc == 0;
}

static bool request_came(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet)
{
    struct hlsim__ppp_options answer = {.size = 0};
    int verdict;
    bool good;

    if (!is_well_formed(packet)) {
        return false;
    }
    if (fsm->state == HLSIM__PPP_CLOSED) {
        send(fsm, HLSIM__PPP_TERM_ACK, packet->id, NULL, 0);
        return true;
    }
    if (fsm->state == HLSIM__PPP_CLOSING || fsm->state == HLSIM__PPP_STOPPING) {
        return true;
    }
    if (fsm->state == HLSIM__PPP_OPENED) {
        fsm->ops->down(fsm->user);
    }
    verdict = judge(fsm, packet, &answer);
    good = verdict == HLSIM__PPP_CONF_ACK;
    if (fsm->state == HLSIM__PPP_OPENED || fsm->state == HLSIM__PPP_STOPPED) {
        ask_anew(fsm);
        fsm->state = HLSIM__PPP_REQ_SENT;
    }
    send(fsm, (uint8_t)verdict, packet->id, answer.bytes, answer.size);
    if (fsm->state == HLSIM__PPP_ACK_RCVD) {
        if (good) {
            enter(fsm, HLSIM__PPP_OPENED);
            fsm->ops->up(fsm->user);
        }
    } else {
        fsm->state = good ? HLSIM__PPP_ACK_SENT : HLSIM__PPP_REQ_SENT;
    }
    return true;
}

/* An answer to a request: an ACK has the options that were asked for, a REJ some of them. */
static bool is_answer(const struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet)
{
    if (packet->id != fsm->id || !is_well_formed(packet)) {
        return false;
    }
    return packet->code != HLSIM__PPP_CONF_ACK ||
           (packet->size == fsm->asked.size &&
            memcmp(packet->data, fsm->asked.bytes, packet->size) == 0);
}

static void ack_came(struct hlsim__ppp_fsm *fsm)
{
    switch (fsm->state) {
    case HLSIM__PPP_REQ_SENT:
        fsm->restarts = HLSIM__PPP_MAX_CONFIGURE;
        fsm->state = HLSIM__PPP_ACK_RCVD;
        break;
    case HLSIM__PPP_ACK_SENT:
        fsm->restarts = HLSIM__PPP_MAX_CONFIGURE;
        enter(fsm, HLSIM__PPP_OPENED);
        fsm->ops->up(fsm->user);
        break;
    default:
        break;
    }
}

static void refusal_came(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet)
{
    if (fsm->state == HLSIM__PPP_REQ_SENT || fsm->state == HLSIM__PPP_ACK_SENT) {
        fsm->ops->refused(fsm->user, packet);
        fsm->restarts = HLSIM__PPP_MAX_CONFIGURE;
        ask(fsm);
    }
}

static bool answer_came(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet)
{
    if (fsm->state == HLSIM__PPP_CLOSED || fsm->state == HLSIM__PPP_STOPPED) {
        send(fsm, HLSIM__PPP_TERM_ACK, packet->id, NULL, 0);
        return true;
    }
    if (!is_answer(fsm, packet)) {
        return false;
    }
    if (fsm->state == HLSIM__PPP_ACK_RCVD || fsm->state == HLSIM__PPP_OPENED) {
        /* A second answer to one request: crossed, or a peer that has begun anew. */
        if (fsm->state == HLSIM__PPP_OPENED) {
            fsm->ops->down(fsm->user);
        }
        ask_anew(fsm);
        fsm->state = HLSIM__PPP_REQ_SENT;
    } else if (packet->code == HLSIM__PPP_CONF_ACK) {
        ack_came(fsm);
    } else {
        refusal_came(fsm, packet);
    }
    return true;
}

static void terminate_came(struct hlsim__ppp_fsm *fsm, uint8_t id)
{
    bool was_opened = fsm->state == HLSIM__PPP_OPENED;

    if (was_opened) {
        fsm->ops->down(fsm->user);
        fsm->restarts = 0;
        fsm->state = HLSIM__PPP_STOPPING;
        hlsim__timer_set_in(&fsm->timer, HLSIM__PPP_LINGER);
    } else if (fsm->state == HLSIM__PPP_ACK_RCVD || fsm->state == HLSIM__PPP_ACK_SENT) {
        fsm->state = HLSIM__PPP_REQ_SENT;
    }
    send(fsm, HLSIM__PPP_TERM_ACK, id, NULL, 0);
}

static void terminate_ack_came(struct hlsim__ppp_fsm *fsm)
{
    switch (fsm->state) {
    case HLSIM__PPP_CLOSING:
        enter(fsm, HLSIM__PPP_CLOSED);
        fsm->ops->finished(fsm->user);
        break;
    case HLSIM__PPP_STOPPING:
        enter(fsm, HLSIM__PPP_STOPPED);
        fsm->ops->finished(fsm->user);
        break;
    case HLSIM__PPP_ACK_RCVD:
        fsm->state = HLSIM__PPP_REQ_SENT;
        break;
    case HLSIM__PPP_OPENED:
        fsm->ops->down(fsm->user);
        ask_anew(fsm);
        fsm->state = HLSIM__PPP_REQ_SENT;
        break;
    default:
        break;
    }
}

/* The peer does not know a code: one of the seven, and nothing can be agreed upon. */
static bool code_rejected(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet)
{
    if (packet->size == 0) {
        return false;
    }
    if (packet->data[0] >= HLSIM__PPP_CONF_REQ && packet->data[0] <= HLSIM__PPP_CODE_REJ) {
        hlsim__ppp_fsm_rejected(fsm);
    } else if (fsm->state == HLSIM__PPP_ACK_RCVD) {
        fsm->state = HLSIM__PPP_REQ_SENT;
    }
    return true;
}

static void reject_code(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet)
{
    uint8_t bytes[HLSIM__PPP_MRU];
    size_t size;
    struct hlsim__ppp_control cut = *packet;

    if (cut.size > sizeof bytes - 2 * HLSIM__PPP_CONTROL_HEAD) {
        cut.size = sizeof bytes - 2 * HLSIM__PPP_CONTROL_HEAD;
    }
    size = hlsim__ppp_control_write(&cut, bytes);
    send(fsm, HLSIM__PPP_CODE_REJ, ++fsm->reject_id, bytes, size);
}

bool hlsim__ppp_fsm_receive(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet)
{
    if (fsm->state == HLSIM__PPP_INITIAL || fsm->state == HLSIM__PPP_STARTING) {
        return false;
    }
    switch (packet->code) {
    case HLSIM__PPP_CONF_REQ:
        return request_came(fsm, packet);
    case HLSIM__PPP_CONF_ACK:
    case HLSIM__PPP_CONF_NAK:
    case HLSIM__PPP_CONF_REJ:
        return answer_came(fsm, packet);
    case HLSIM__PPP_TERM_REQ:
        terminate_came(fsm, packet->id);
        return true;
    case HLSIM__PPP_TERM_ACK:
        terminate_ack_came(fsm);
        return true;
    case HLSIM__PPP_CODE_REJ:
        return code_rejected(fsm, packet);
    default:
        if (!fsm->ops->other(fsm->user, packet)) {
            reject_code(fsm, packet);
        }
        return true;
    }
}
