/*
 * What was read of a device: which resources are kept, and how the value of one is found in an
 * answer. Asks for nothing by itself.
 */
#include "airvantage/inside.h"

#include "codec/tlv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* In the order of reading (OMA LwM2M 1.0.2, E.2, E.4, E.5); what a client may lack is among it. */
const char *const hlsim__av_data_paths[HLSIM__AV_DATA] = {
    "3/0/0", "3/0/1", "3/0/2", "3/0/3", "1/0/1", "4/0/0", "4/0/2", "4/0/4", "4/0/7", "4/0/8",
};

static const struct {
    uint16_t resource;
    bool number;
} shapes[HLSIM__AV_DATA] = {
    {0, false}, {1, false}, {2, false}, {3, false}, {1, true},
    {0, true},  {2, true},  {4, false}, {7, false}, {8, true},
};

/* The first entry of an answer in TLV that is the resource; of several instances the first. */
static int read_entry(const struct hlsim__coap_message *message, uint16_t resource,
                      struct hlsim__tlv *ret_entry)
{
    struct hlsim__tlv_reader reader;

    hlsim__tlv_reader_init(&reader, message->payload, message->payload_size);
    if (hlsim__tlv_read(&reader, ret_entry) != 1 || ret_entry->id != resource) {
        return HLSIM_E_FORMAT;
    }
    if (ret_entry->kind == HLSIM__TLV_MULTIPLE_RESOURCE) {
        hlsim__tlv_reader_init(&reader, ret_entry->value, ret_entry->size);
        return hlsim__tlv_read(&reader, ret_entry) == 1 &&
                       ret_entry->kind == HLSIM__TLV_RESOURCE_INSTANCE
                   ? 0
                   : HLSIM_E_FORMAT;
    }
    return ret_entry->kind == HLSIM__TLV_RESOURCE ? 0 : HLSIM_E_FORMAT;
}

int hlsim__av_value_read(const struct hlsim__coap_message *message, uint16_t resource, bool number,
                         char *text, size_t capacity)
{
    uint32_t format = HLSIM__COAP_FORMAT_TEXT;
    struct hlsim__tlv entry = {.value = message->payload, .size = message->payload_size};
    bool is_text;
    int64_t integer;

    (void)hlsim__coap_option_uint(message, HLSIM__COAP_CONTENT_FORMAT, &format);
    is_text = format == HLSIM__COAP_FORMAT_TEXT;
    if (!is_text && format != HLSIM__COAP_FORMAT_TLV && format != HLSIM__COAP_FORMAT_TLV_DRAFT) {
        return HLSIM_E_FORMAT;
    }
    if (!is_text && read_entry(message, resource, &entry) < 0) {
        return HLSIM_E_FORMAT;
    }
    if (!is_text && number) {
        if (hlsim__tlv_int(&entry, &integer) < 0) {
            return HLSIM_E_FORMAT;
        }
        return snprintf(text, capacity, "%" PRId64, integer) < (int)capacity ? 0 : HLSIM_E_LIMIT;
    }
    if (entry.size >= capacity) {
        return HLSIM_E_LIMIT;
    }
    hlsim__av_printable(text, capacity, entry.value, entry.size);
    return 0;
}

void hlsim__av_data_learn(struct hlsim__av_system *system, size_t index,
                          const struct hlsim__coap_message *message)
{
    char text[HLSIM__AV_DATA_SIZE];

    if (hlsim__av_value_read(message, shapes[index].resource, shapes[index].number, text,
                             sizeof text) == 0) {
        memcpy(system->data[index], text, sizeof text);
    }
}

int hlsim__av_data_find(const char *path)
{
    char slashed[16];
    size_t size = strlen(path);

    if (size >= sizeof slashed) {
        return HLSIM_E_NOT_FOUND;
    }
    for (size_t i = 0; i <= size; i++) {
        slashed[i] = '.' == path[i] ? '/' : path[i];
    }
    for (int i = 0; i < HLSIM__AV_DATA; i++) {
        if (strcmp(hlsim__av_data_paths[i], slashed) == 0) {
            return i;
        }
    }
    return HLSIM_E_NOT_FOUND;
}
