/*
 * States, sending and repeating of one TCP end. Sequence numbers are compared by their difference.
 */
#include "ppp/tcp_end.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

#define RTO_FIRST      HLSIM_SECOND
#define RTO_LEAST      HLSIM_SECOND
#define RTO_MOST       (60 * HLSIM_SECOND)
#define LINGER         (2 * HLSIM_SECOND)
#define MSS_DEFAULT    536 /* RFC 9293 3.7.1 */
#define CONGESTION_MAX 32768
#define DUPLICATES     3
#define OUTPUT_FIRST   2048

static int64_t now(const struct hlsim__tcp_end *end)
{
    return end->timer.group->sched->now;
}

static int32_t after(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static size_t room(const struct hlsim__tcp_end *end)
{
    return sizeof end->input - end->input_size;
}

static bool is_open(const struct hlsim__tcp_end *end)
{
    return end->state == HLSIM__TCP_END_STANDS;
}

static void finish_over(struct hlsim__tcp_end *end, bool reset)
{
    end->state = HLSIM__TCP_END_OVER;
    end->was_reset = reset;
    hlsim__timer_cancel(&end->timer);
}

/* The last thing that is done by whatever has been called from outside. */
static void settle(struct hlsim__tcp_end *end)
{
    if (end->state == HLSIM__TCP_END_OVER) {
        end->ops->over(end->user, end->was_reset);
    }
}

/* --- Sending -------------------------------------------------------------------------------- */

static bool transmit(struct hlsim__tcp_end *end, uint8_t flags, uint32_t sequence,
                     const uint8_t *bytes, size_t size)
{
    const struct hlsim__tcp_head head = {
        .sequence = sequence,
        .acknowledgement = end->expected,
        .flags = (uint8_t)(flags | HLSIM__TCP_FLAG_ACK),
        .window = (uint16_t)room(end),
        .mss = (flags & HLSIM__TCP_FLAG_SYN) != 0 ? HLSIM__IP_PACKET_MAX - 40 : 0,
    };
    bool left = end->ops->transmit(end->user, &head, bytes, size);

    end->owes_ack = end->owes_ack && !left;
    return left;
}

static void acknowledge(struct hlsim__tcp_end *end)
{
    end->owes_ack = true;
    (void)transmit(end, 0, end->next, NULL, 0);
}

static size_t in_flight(const struct hlsim__tcp_end *end)
{
    return (uint32_t)(end->next - end->una);
}

/* Bytes behind `next` that were given and not sent. */
static size_t unsent(const struct hlsim__tcp_end *end)
{
    size_t flight = in_flight(end);

    return flight < end->output_size ? end->output_size - flight : 0;
}

static bool fin_is_sent(const struct hlsim__tcp_end *end)
{
    return end->finishing && in_flight(end) > end->output_size;
}

static void moved(struct hlsim__tcp_end *end, uint32_t by)
{
    bool is_new = after(end->next + by, end->max) > 0;

    if (is_new && !end->timing) {
        end->timing = true;
        end->timed = end->next + by;
        end->timed_at = now(end);
    }
    end->next += by;
    end->max = is_new ? end->next : end->max;
    if (!hlsim__timer_armed(&end->timer)) {
        hlsim__timer_set_in(&end->timer, end->rto);
    }
}

/* How much of what was not sent may be sent now; less than a segment only where it is the rest, or
 * where nothing is on its way (RFC 9293 3.8.6.2.1). */
static size_t allowance(const struct hlsim__tcp_end *end)
{
    size_t limit = end->window < end->congestion ? end->window : end->congestion;
    size_t flight = in_flight(end);
    size_t size = limit > flight ? limit - flight : 0;

    size = size < end->mss ? size : end->mss;
    if (size >= unsent(end)) {
        return unsent(end);
    }
    return size < end->mss && flight > 0 ? 0 : size;
}

static void pump(struct hlsim__tcp_end *end)
{
    size_t size = allowance(end);

    while (size > 0) {
        bool last = size == unsent(end);

        if (!transmit(end, last ? HLSIM__TCP_FLAG_PSH : 0, end->next, end->output + in_flight(end),
                      size)) {
            return;
        }
        moved(end, (uint32_t)size);
        size = allowance(end);
    }
    if (end->finishing && unsent(end) == 0 && !fin_is_sent(end) && !end->fin_acknowledged &&
        transmit(end, HLSIM__TCP_FLAG_FIN, end->next, NULL, 0)) {
        moved(end, 1);
    }
    if (unsent(end) > 0 && end->window == 0 && !hlsim__timer_armed(&end->timer)) {
        hlsim__timer_set_in(&end->timer, end->rto);
    }
}

static void back_off(struct hlsim__tcp_end *end)
{
    end->rto = 2 * end->rto < RTO_MOST ? 2 * end->rto : RTO_MOST;
    end->timing = false;
}

/* Sends everything again from what is not acknowledged. */
static void go_back(struct hlsim__tcp_end *end)
{
    end->next = end->una;
    end->congestion = end->mss;
    end->timing = false;
    pump(end);
}

/* One segment seems to be lost, and what followed it was seen (RFC 5681 3.2). */
static void send_first_again(struct hlsim__tcp_end *end)
{
    size_t size = end->mss < end->output_size ? end->mss : end->output_size;

    end->timing = false;
    (void)transmit(end, size == 0 ? HLSIM__TCP_FLAG_FIN : 0, end->una, end->output, size);
}

/* A window that is closed: whether it has opened is asked by a byte (RFC 9293 3.8.6.1). */
static void probe(struct hlsim__tcp_end *end)
{
    back_off(end);
    hlsim__timer_set_in(&end->timer, end->rto);
    if (end->max == end->next) {
        end->max++; /* the host may take it */
    }
    (void)transmit(end, 0, end->next, end->output + in_flight(end), 1);
}

static void answer_again(struct hlsim__tcp_end *end)
{
    (void)transmit(end, HLSIM__TCP_FLAG_SYN, end->una, NULL, 0);
    hlsim__timer_set_in(&end->timer, end->rto);
}

static void time_out(void *owner)
{
    struct hlsim__tcp_end *end = owner;

    if (end->state == HLSIM__TCP_END_LINGERS) {
        finish_over(end, false);
    } else if (end->state == HLSIM__TCP_END_STANDS && end->window == 0 && unsent(end) > 0 &&
               in_flight(end) == 0) {
        probe(end);
    } else if (end->retries++ == HLSIM__TCP_END_RETRIES) {
        (void)transmit(end, HLSIM__TCP_FLAG_RST, end->next, NULL, 0);
        finish_over(end, true);
    } else {
        back_off(end);
        if (end->state == HLSIM__TCP_END_ANSWERED) {
            answer_again(end);
        } else {
            hlsim__timer_set_in(&end->timer, end->rto);
            go_back(end);
        }
    }
    settle(end);
}

/* --- Beginning and end ---------------------------------------------------------------------- */

void hlsim__tcp_end_init(struct hlsim__tcp_end *end, struct hlsim__timer_group *timers,
                         const struct hlsim__tcp_end_ops *ops, void *user)
{
    memset(end, 0, offsetof(struct hlsim__tcp_end, input));
    end->ops = ops;
    end->user = user;
    end->rto = RTO_FIRST;
    hlsim__timer_init(&end->timer, timers, time_out, end);
}

void hlsim__tcp_end_asked(struct hlsim__tcp_end *end, const struct hlsim__tcp_head *syn,
                          size_t mss_max, uint32_t initial)
{
    size_t mss = syn->mss != 0 ? syn->mss : MSS_DEFAULT;

    end->mss = mss < mss_max ? mss : mss_max;
    end->congestion = 4 * end->mss;
    end->window = syn->window;
    end->expected = syn->sequence + 1;
    end->una = initial;
    end->next = initial;
    end->max = initial;
}

void hlsim__tcp_end_free(struct hlsim__tcp_end *end)
{
    hlsim__timer_cancel(&end->timer);
    free(end->output);
    end->output = NULL;
}

void hlsim__tcp_end_accept(struct hlsim__tcp_end *end)
{
    if (end->state == HLSIM__TCP_END_ASKED) {
        end->state = HLSIM__TCP_END_ANSWERED;
        end->next = end->una + 1;
        end->max = end->next;
        answer_again(end);
    }
    settle(end);
}

void hlsim__tcp_end_abort(struct hlsim__tcp_end *end)
{
    if (end->state != HLSIM__TCP_END_OVER) {
        (void)transmit(end, HLSIM__TCP_FLAG_RST, end->next, NULL, 0);
        finish_over(end, true);
    }
    settle(end);
}

int hlsim__tcp_end_send(struct hlsim__tcp_end *end, const uint8_t *bytes, size_t size)
{
    HLSIM_ASSERT(!end->finishing);
    if (size > end->output_capacity - end->output_size) {
        size_t capacity = end->output_capacity > 0 ? end->output_capacity : OUTPUT_FIRST;
        uint8_t *grown;

        while (capacity - end->output_size < size) {
            capacity *= 2;
        }
        grown = realloc(end->output, capacity);
        if (grown == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        end->output = grown;
        end->output_capacity = capacity;
    }
    memcpy(end->output + end->output_size, bytes, size);
    end->output_size += size;
    if (is_open(end)) {
        pump(end);
    }
    return 0;
}

void hlsim__tcp_end_finish(struct hlsim__tcp_end *end)
{
    end->finishing = true;
    if (is_open(end)) {
        pump(end);
    }
}

/* --- The host's bytes ----------------------------------------------------------------------- */

static void deliver(struct hlsim__tcp_end *end)
{
    size_t taken = 0;

    if (end->input_size > 0) {
        taken = end->ops->take(end->user, end->input, end->input_size);
        HLSIM_ASSERT(taken <= end->input_size);
        end->input_size -= taken;
        memmove(end->input, end->input + taken, end->input_size);
    }
    if (end->host_finished && end->input_size == 0 && !end->told_finished) {
        end->told_finished = true;
        end->ops->finished(end->user);
    }
}

/* Both sides have finished, and both know. */
static void look_for_end(struct hlsim__tcp_end *end)
{
    if (is_open(end) && end->fin_acknowledged && end->told_finished) {
        end->state = HLSIM__TCP_END_LINGERS;
        hlsim__timer_set_in(&end->timer, LINGER);
    }
}

void hlsim__tcp_end_resume(struct hlsim__tcp_end *end)
{
    size_t before = room(end);

    deliver(end);
    look_for_end(end);
    /* The host is told of a window that has opened by a good part (RFC 9293 3.8.6.2.2). */
    if (is_open(end) && room(end) > before && before < sizeof end->input / 2) {
        acknowledge(end);
    }
    settle(end);
}

void hlsim__tcp_end_writable(struct hlsim__tcp_end *end)
{
    if (end->owes_ack) {
        acknowledge(end);
    }
    if (is_open(end)) {
        pump(end);
    }
    settle(end);
}

/* --- Segments ------------------------------------------------------------------------------- */

/* RFC 6298 2. */
static void measure(struct hlsim__tcp_end *end)
{
    int64_t rtt = now(end) - end->timed_at;
    int64_t error = rtt > end->srtt ? rtt - end->srtt : end->srtt - rtt;

    end->timing = false;
    if (end->srtt == 0) {
        end->srtt = rtt;
        end->rttvar = rtt / 2;
    } else {
        end->rttvar += (error - end->rttvar) / 4;
        end->srtt += (rtt - end->srtt) / 8;
    }
    end->rto = end->srtt + 4 * end->rttvar;
    end->rto = end->rto < RTO_LEAST ? RTO_LEAST : end->rto > RTO_MOST ? RTO_MOST : end->rto;
}

/* Bytes and perhaps the FIN are acknowledged up to there. */
static void advance(struct hlsim__tcp_end *end, uint32_t acknowledged)
{
    size_t count = (uint32_t)(acknowledged - end->una);
    size_t bytes = count < end->output_size ? count : end->output_size;

    end->fin_acknowledged = end->fin_acknowledged || count > bytes;
    if (end->timing && after(acknowledged, end->timed) >= 0) {
        measure(end);
    }
    end->output_size -= bytes;
    if (end->output_size > 0) {
        memmove(end->output, end->output + bytes, end->output_size);
    }
    end->una = acknowledged;
    if (after(end->next, end->una) < 0) {
        end->next = end->una;
    }
    end->retries = 0;
    end->duplicates = 0;
    end->congestion =
        end->congestion + bytes < CONGESTION_MAX ? end->congestion + bytes : CONGESTION_MAX;
    hlsim__timer_cancel(&end->timer);
    if (in_flight(end) > 0) {
        hlsim__timer_set_in(&end->timer, end->rto);
    }
    if (bytes > 0) {
        end->ops->acknowledged(end->user);
    }
}

static void take_acknowledgement(struct hlsim__tcp_end *end,
                                 const struct hlsim__ip_segment *segment)
{
    uint32_t acknowledged = segment->tcp.acknowledgement;

    if (after(acknowledged, end->max) > 0) {
        acknowledge(end);
        return;
    }
    if (after(acknowledged, end->una) > 0) {
        end->window = segment->tcp.window;
        advance(end, acknowledged);
    } else if (acknowledged == end->una) {
        bool says_nothing = segment->size == 0 && segment->tcp.window == end->window &&
                            (segment->tcp.flags & HLSIM__TCP_FLAG_FIN) == 0;

        end->window = segment->tcp.window;
        if (says_nothing && in_flight(end) > 0 && ++end->duplicates == DUPLICATES) {
            send_first_again(end);
        }
    }
}

/* What of the segment is new, at most what there is room for. */
static void take_bytes(struct hlsim__tcp_end *end, const struct hlsim__ip_segment *segment)
{
    uint32_t skip = end->expected - segment->tcp.sequence;
    size_t size = skip < segment->size ? segment->size - skip : 0;
    bool whole = size <= room(end);
    bool fin = (segment->tcp.flags & HLSIM__TCP_FLAG_FIN) != 0;

    if (size > 0 && !end->host_finished) {
        size = whole ? size : room(end);
        memcpy(end->input + end->input_size, segment->bytes + skip, size);
        end->input_size += size;
        end->expected += (uint32_t)size;
    }
    if (fin && whole && !end->host_finished) {
        end->host_finished = true;
        end->expected++;
    }
    if (segment->size > 0 || fin) {
        deliver(end);
        acknowledge(end);
    }
}

/* Whether it is the next one, or has the next one's bytes in it. */
static bool is_expected(const struct hlsim__tcp_end *end, const struct hlsim__ip_segment *segment)
{
    int32_t ahead = after(segment->tcp.sequence, end->expected);
    size_t length = segment->size + ((segment->tcp.flags & HLSIM__TCP_FLAG_FIN) != 0);

    return ahead == 0 || (ahead < 0 && length > 0 && (uint32_t)-ahead <= length);
}

/* The host knows of the answer: the connection stands. */
static bool establish(struct hlsim__tcp_end *end, const struct hlsim__ip_segment *segment)
{
    struct hlsim__tcp_head reset = {.sequence = segment->tcp.acknowledgement,
                                    .flags = HLSIM__TCP_FLAG_RST};

    if (segment->tcp.acknowledgement != end->next) {
        (void)end->ops->transmit(end->user, &reset, NULL, 0);
        return false;
    }
    end->una = end->next;
    end->window = segment->tcp.window;
    end->retries = 0;
    end->rto = RTO_FIRST;
    end->state = HLSIM__TCP_END_STANDS;
    hlsim__timer_cancel(&end->timer);
    return true;
}

static void take_expected(struct hlsim__tcp_end *end, const struct hlsim__ip_segment *segment)
{
    if (end->state == HLSIM__TCP_END_LINGERS) {
        if ((segment->tcp.flags & HLSIM__TCP_FLAG_FIN) != 0) {
            acknowledge(end);
            hlsim__timer_set_in(&end->timer, LINGER);
        }
        return;
    }
    if (end->state == HLSIM__TCP_END_ANSWERED && !establish(end, segment)) {
        return;
    }
    take_acknowledgement(end, segment);
    take_bytes(end, segment);
    if (end->state == HLSIM__TCP_END_STANDS) {
        pump(end);
        look_for_end(end);
    }
}

/* RFC 9293 3.10.7.4, and RFC 5961 for what could be somebody else's. */
static void take_segment(struct hlsim__tcp_end *end, const struct hlsim__ip_segment *segment)
{
    uint8_t flags = segment->tcp.flags;

    if (end->state == HLSIM__TCP_END_ANSWERED && (flags & HLSIM__TCP_FLAG_SYN) != 0 &&
        segment->tcp.sequence + 1 == end->expected) {
        answer_again(end);
    } else if ((flags & HLSIM__TCP_FLAG_RST) != 0) {
        if (segment->tcp.sequence == end->expected) {
            finish_over(end, end->state != HLSIM__TCP_END_LINGERS);
        }
    } else if (!is_expected(end, segment) || (flags & HLSIM__TCP_FLAG_SYN) != 0) {
        acknowledge(end);
    } else if ((flags & HLSIM__TCP_FLAG_ACK) != 0) {
        take_expected(end, segment);
    }
}

void hlsim__tcp_end_segment(struct hlsim__tcp_end *end, const struct hlsim__ip_segment *segment)
{
    if (end->state != HLSIM__TCP_END_ASKED) {
        take_segment(end, segment);
    } else if ((segment->tcp.flags & HLSIM__TCP_FLAG_RST) != 0) {
        finish_over(end, true);
    }
    settle(end);
}

bool hlsim__tcp_end_refusal(const struct hlsim__ip_segment *segment,
                            struct hlsim__tcp_head *ret_head)
{
    uint8_t flags = segment->tcp.flags;
    uint32_t length = (uint32_t)segment->size + ((flags & HLSIM__TCP_FLAG_SYN) != 0) +
                      ((flags & HLSIM__TCP_FLAG_FIN) != 0);

    memset(ret_head, 0, sizeof *ret_head);
    ret_head->flags = HLSIM__TCP_FLAG_RST;
    if ((flags & HLSIM__TCP_FLAG_ACK) != 0) {
        ret_head->sequence = segment->tcp.acknowledgement;
    } else {
        ret_head->acknowledgement = segment->tcp.sequence + length;
        ret_head->flags |= HLSIM__TCP_FLAG_ACK;
    }
    return (flags & HLSIM__TCP_FLAG_RST) == 0;
}
