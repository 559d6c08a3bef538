/*
 * Emits the events of datagrams and segments. Does not know what happens to them.
 */
#include "network/fact.h"

#include "base/assert.h"

/* Of one event: where from and to, the protocol, three of a segment, two more. */
#define FIELDS_MAX 8

static void count(struct hlsim__network_tally *tally, enum hlsim_event_kind kind)
{
    if (kind == HLSIM_EVENT_NET_SEND) {
        tally->sent++;
    } else if (kind == HLSIM_EVENT_NET_RECEIVE) {
        tally->received++;
    } else {
        HLSIM_ASSERT(kind == HLSIM_EVENT_NET_DROP);
        tally->dropped++;
    }
}

uint64_t hlsim__net_emit(struct hlsim_network *net, enum hlsim_event_kind kind,
                         const struct hlsim__net_fact *fact)
{
    char from[HLSIM_ADDRESS_SIZE];
    char to[HLSIM_ADDRESS_SIZE];
    struct hlsim_field fields[FIELDS_MAX];
    size_t field_count = 0;

    count(&net->tally, kind);
    hlsim__promise_touch(&net->scope);
    if ((net->stream->wanted & HLSIM_EVENT_BIT(kind)) == 0) {
        return hlsim__emit(net->stream, HLSIM__NETWORK_SOURCE, kind, NULL, 0);
    }
    hlsim_address_format(fact->from, from, sizeof from);
    hlsim_address_format(fact->to, to, sizeof to);
    fields[field_count++] = (struct hlsim_field)HLSIM_TEXT("from", from);
    fields[field_count++] = (struct hlsim_field)HLSIM_TEXT("to", to);
    fields[field_count++] = (struct hlsim_field)HLSIM_TEXT("protocol", fact->protocol);
    if (fact->what != NULL) {
        fields[field_count++] = (struct hlsim_field)HLSIM_TEXT("what", fact->what);
        fields[field_count++] = (struct hlsim_field)HLSIM_INT("stream", fact->stream);
        fields[field_count++] = (struct hlsim_field)HLSIM_INT("offset", fact->offset);
    }
    if (kind == HLSIM_EVENT_NET_DROP) {
        fields[field_count++] = (struct hlsim_field)HLSIM_TEXT("why", fact->why);
        fields[field_count++] = (struct hlsim_field)HLSIM_INT("passed", fact->passed);
    } else {
        fields[field_count++] = (struct hlsim_field)HLSIM_BYTES("payload", fact->bytes, fact->size);
    }
    return hlsim__emit(net->stream, HLSIM__NETWORK_SOURCE, kind, fields, field_count);
}

void hlsim__net_drop(struct hlsim_network *net, const struct hlsim__net_fact *fact, const char *why,
                     uint64_t send_id)
{
    struct hlsim__net_fact dropped = *fact;
    uint64_t before = hlsim__stream_set_cause(net->stream, send_id);

    dropped.why = why;
    hlsim__net_emit(net, HLSIM_EVENT_NET_DROP, &dropped);
    hlsim__stream_set_cause(net->stream, before);
}
