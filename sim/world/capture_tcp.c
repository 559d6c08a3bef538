/*
 * What a reader of TCP expects beside the segments that the network knows: sequence numbers,
 * acknowledgements, the other end's farewell. Knows no events and writes nothing.
 *
 * Invented segments are made when they are written, so that they never speak of what their side has
 * not seen: their sequence number is the next one of their sender there. They have the IP
 * identification 0.
 */
#include "world/capture.h"

#include "base/assert.h"

#include <string.h>

#define TTL_FIRST 64

/* The windows that both ends announce: large enough that neither is ever full. */
#define WINDOW_FIRST 64240
#define WINDOW       2048
#define WINDOW_SHIFT 7

static struct hlsim__capture_stream *place_of(const struct hlsim_capture *capture, uint64_t number)
{
    return &capture->streams[number % HLSIM__CAPTURE_STREAMS];
}

/* NULL when another connection has taken its place. */
static struct hlsim__capture_stream *find(const struct hlsim_capture *capture, uint64_t number)
{
    struct hlsim__capture_stream *stream = place_of(capture, number);

    return stream->number == number ? stream : NULL;
}

/* A first sequence number: any will do that differs (RFC 9293 3.4.1). */
static uint32_t first_number(const struct hlsim_capture *capture, uint64_t stream, unsigned end)
{
    uint64_t mixed = (capture->seed ^ (2 * stream + end)) * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(mixed >> 32);
}

static void stop_owing(struct hlsim_capture *capture, const struct hlsim__capture_stream *stream)
{
    struct hlsim__capture_stream **place = &capture->owing;

    while (*place != NULL && *place != stream) {
        place = &(*place)->next_owing;
    }
    if (*place != NULL) {
        *place = stream->next_owing;
    }
}

static struct hlsim__capture_stream *find_or_begin(struct hlsim_capture *capture,
                                                   const struct hlsim__capture_fact *fact)
{
    struct hlsim__capture_stream *stream = place_of(capture, fact->stream);

    if (stream->number != fact->stream) {
        stop_owing(capture, stream);
        memset(stream, 0, sizeof *stream);
        stream->number = fact->stream;
        stream->server = fact->up ? fact->to : fact->from;
        for (unsigned end = 0; end < 2; end++) {
            stream->ends[end].first = first_number(capture, fact->stream, end);
        }
    }
    stream->modem[fact->up ? HLSIM__CAPTURE_MODEM : HLSIM__CAPTURE_PUBLIC] =
        fact->up ? fact->from : fact->to;
    return stream;
}

static unsigned end_of(bool up)
{
    return up ? HLSIM__CAPTURE_END_MODEM : HLSIM__CAPTURE_END_SERVER;
}

/* The side on which an end is seen without delay. */
static enum hlsim__capture_side near_side(bool up)
{
    return up ? HLSIM__CAPTURE_MODEM : HLSIM__CAPTURE_PUBLIC;
}

static enum hlsim__capture_side far_side(bool up)
{
    return near_side(!up);
}

/* Whether a sequence number lies behind another one (RFC 9293 3.4). */
static bool is_behind(uint32_t number, uint32_t other)
{
    return number != other && number - other < UINT32_C(0x80000000);
}

/* ---- Segments of the network ---- */

static uint8_t flags_of(const struct hlsim_capture *capture, const struct hlsim__capture_fact *fact)
{
    switch (fact->what) {
    case HLSIM__CAPTURE_OPEN:
        return HLSIM__TCP_FLAG_SYN;
    case HLSIM__CAPTURE_DATA:
        return fact->size < capture->mss ? HLSIM__TCP_FLAG_PSH : 0;
    case HLSIM__CAPTURE_CLOSE:
        return HLSIM__TCP_FLAG_FIN;
    default:
        return HLSIM__TCP_FLAG_RST;
    }
}

void hlsim__capture_tcp_send(struct hlsim_capture *capture, const struct hlsim__capture_fact *fact,
                             struct hlsim__capture_packet *packet)
{
    struct hlsim__capture_stream *stream = find_or_begin(capture, fact);
    struct hlsim__capture_end *end = &stream->ends[end_of(fact->up)];
    struct hlsim__tcp_head *tcp = &packet->tcp;

    packet->stream = fact->stream;
    packet->offset = fact->offset;
    packet->payload = fact->size;
    tcp->flags = flags_of(capture, fact);
    tcp->window = WINDOW;
    if (fact->what == HLSIM__CAPTURE_OPEN) {
        end->opened = true;
        tcp->sequence = end->first;
        tcp->window = WINDOW_FIRST;
        tcp->window_shift = WINDOW_SHIFT;
        tcp->mss = capture->mss;
    } else if (end->opened) {
        tcp->sequence = end->first + 1 + fact->offset;
    }
    if (end->heard) {
        tcp->flags |= HLSIM__TCP_FLAG_ACK;
        tcp->acknowledgement = end->received;
    }
    end->closed = end->closed || fact->what == HLSIM__CAPTURE_CLOSE;
    end->owes = false;
}

/* ---- What is invented ---- */

static void invent(struct hlsim_capture *capture, const struct hlsim__capture_packet *model,
                   enum hlsim__capture_side side, int64_t at)
{
    struct hlsim__capture_packet *packet = hlsim__capture_take(capture);

    if (packet != NULL) {
        memcpy(packet, model, offsetof(struct hlsim__capture_packet, comments));
        packet->at = at;
        packet->side = side;
        hlsim__capture_queue(capture, packet);
    }
}

/* Sent now by an end, and so seen at the other side after its delay. */
static void invent_both(struct hlsim_capture *capture, const struct hlsim__capture_stream *stream,
                        bool up, uint8_t flags)
{
    const struct hlsim__capture_end *end = &stream->ends[end_of(up)];
    const struct hlsim__capture_packet model = {
        .up = up,
        .stream = stream->number,
        .tcp = {.flags = flags, .acknowledgement = end->received, .window = WINDOW}};

    invent(capture, &model, near_side(up), capture->now);
    invent(capture, &model, far_side(up), capture->now + end->delay);
}

/* The end that closed first acknowledges the farewell of the other one, which reaches it now +
 * delay. */
static void invent_last(struct hlsim_capture *capture, const struct hlsim__capture_stream *stream,
                        bool up)
{
    const struct hlsim__capture_packet model = {
        .up = up,
        .stream = stream->number,
        .acknowledges_all = true,
        .tcp = {.flags = HLSIM__TCP_FLAG_ACK, .window = WINDOW}};
    int64_t at = capture->now + stream->ends[end_of(!up)].delay;

    invent(capture, &model, near_side(up), at);
    invent(capture, &model, far_side(up), at + stream->ends[end_of(up)].delay);
}

static void owe(struct hlsim_capture *capture, struct hlsim__capture_stream *stream,
                struct hlsim__capture_end *end)
{
    const struct hlsim__capture_stream *listed = capture->owing;

    while (listed != NULL && listed != stream) {
        listed = listed->next_owing;
    }
    if (listed == NULL) {
        stream->next_owing = capture->owing;
        capture->owing = stream;
    }
    end->owes = true;
}

void hlsim__capture_tcp_settle(struct hlsim_capture *capture)
{
    while (capture->owing != NULL) {
        struct hlsim__capture_stream *stream = capture->owing;

        capture->owing = stream->next_owing;
        stream->next_owing = NULL;
        for (unsigned i = 0; i < 2; i++) {
            bool up = i == HLSIM__CAPTURE_END_MODEM;

            if (stream->ends[i].owes) {
                stream->ends[i].owes = false;
                invent_both(capture, stream, up, HLSIM__TCP_FLAG_ACK);
            }
        }
    }
}

/* ---- Arrival ---- */

/* An end has got the last of the other one's segments, and the connection is over. */
static void answer_close(struct hlsim_capture *capture, const struct hlsim__capture_stream *stream,
                         struct hlsim__capture_end *end, bool up)
{
    end->owes = false;
    if (end->closed) {
        invent_both(capture, stream, up, HLSIM__TCP_FLAG_ACK);
    } else {
        end->closed = true;
        invent_both(capture, stream, up, HLSIM__TCP_FLAG_FIN | HLSIM__TCP_FLAG_ACK);
        invent_last(capture, stream, !up);
    }
}

void hlsim__capture_tcp_arrive(struct hlsim_capture *capture,
                               const struct hlsim__capture_packet *packet,
                               struct hlsim__ip_end modem, bool taken)
{
    struct hlsim__capture_stream *stream = find(capture, packet->stream);
    struct hlsim__capture_end *sender;
    struct hlsim__capture_end *end;
    uint32_t next;
    bool answers; /* an opening: it answers another one, and is acknowledged alone */

    if (stream == NULL) {
        return;
    }
    sender = &stream->ends[end_of(packet->up)];
    end = &stream->ends[end_of(!packet->up)];
    stream->modem[packet->side] = modem;
    if (packet->payload == 0) {
        sender->delay = packet->at - packet->sent_at;
    }
    if (!taken && packet->what != HLSIM__CAPTURE_OPEN) {
        return;
    }
    answers = sender->heard;
    next = sender->first + 1 + packet->offset + (uint32_t)packet->payload;
    if (packet->what == HLSIM__CAPTURE_CLOSE) {
        next++;
    }
    if (!end->heard || is_behind(next, end->received)) {
        end->received = next;
    }
    end->heard = true;
    if (!taken) {
        /* A reset follows, which names what it refuses (RFC 9293 3.10.7.1). */
        return;
    }
    if (packet->what == HLSIM__CAPTURE_CLOSE) {
        answer_close(capture, stream, end, !packet->up);
    } else if (packet->what == HLSIM__CAPTURE_DATA ||
               (packet->what == HLSIM__CAPTURE_OPEN && answers)) {
        owe(capture, stream, end);
    }
}

/* ---- Showing ---- */

/* Fills in what is known only now. False: it would say what was said before. */
static bool make(const struct hlsim__capture_stream *stream, struct hlsim__capture_packet *packet)
{
    unsigned end = end_of(packet->up);
    bool first = !stream->shown[packet->side][end].any_acknowledged;
    struct hlsim__ip_end modem = stream->modem[packet->side];
    const struct hlsim__ip_head head = {
        .from = packet->up ? modem : stream->server,
        .to = packet->up ? stream->server : modem,
        .ttl = packet->side == near_side(packet->up) ? TTL_FIRST : TTL_FIRST - 1};
    struct hlsim__tcp_head *tcp = &packet->tcp;

    if (packet->acknowledges_all) {
        tcp->acknowledgement = stream->shown[packet->side][1 - end].next;
    }
    if (tcp->flags == HLSIM__TCP_FLAG_ACK && !first &&
        !is_behind(tcp->acknowledgement, stream->shown[packet->side][end].acknowledged)) {
        return false;
    }
    tcp->sequence = stream->shown[packet->side][end].next;
    packet->size = hlsim__ip_tcp(&head, tcp, NULL, 0, packet->bytes);
    return true;
}

bool hlsim__capture_tcp_show(struct hlsim_capture *capture, struct hlsim__capture_packet *packet)
{
    struct hlsim__capture_stream *stream = find(capture, packet->stream);
    const struct hlsim__tcp_head *tcp = &packet->tcp;
    unsigned end = end_of(packet->up);
    uint32_t next;

    if (stream == NULL) {
        return packet->event != 0;
    }
    if (packet->event == 0 && !make(stream, packet)) {
        return false;
    }
    next = tcp->sequence + (uint32_t)packet->payload +
           ((tcp->flags & (HLSIM__TCP_FLAG_SYN | HLSIM__TCP_FLAG_FIN)) != 0);
    if (!stream->shown[packet->side][end].any ||
        is_behind(next, stream->shown[packet->side][end].next)) {
        stream->shown[packet->side][end].next = next;
        stream->shown[packet->side][end].any = true;
    }
    if ((tcp->flags & HLSIM__TCP_FLAG_ACK) != 0) {
        stream->shown[packet->side][end].acknowledged = tcp->acknowledgement;
        stream->shown[packet->side][end].any_acknowledged = true;
    }
    return true;
}
