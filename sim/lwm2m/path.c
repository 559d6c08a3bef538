/*
 * Reads paths and formats from CoAP options. Does not know which paths exist.
 */
#include "lwm2m/path.h"

#include <hl78sim/error.h>

#define ID_MAX    65534 /* OMA LwM2M 1.0 6.1 */
#define DEPTH_MAX 3

static int read_id(const struct hlsim__coap_option *segment, uint16_t *ret_id)
{
    uint32_t id = 0;

    if (segment->size == 0 || segment->size > 5 ||
        (segment->size > 1 && segment->value[0] == '0')) {
        return HLSIM_E_FORMAT;
    }
    for (size_t i = 0; i < segment->size; i++) {
        if (segment->value[i] < '0' || segment->value[i] > '9') {
            return HLSIM_E_FORMAT;
        }
        id = 10 * id + (uint32_t)(segment->value[i] - '0');
    }
    if (id > ID_MAX) {
        return HLSIM_E_FORMAT;
    }
    *ret_id = (uint16_t)id;
    return 0;
}

int hlsim__lwm2m_path(const struct hlsim__coap_message *request, struct hlsim__lwm2m_path *ret_path)
{
    const struct hlsim__coap_option *segment = NULL;
    uint16_t ids[DEPTH_MAX] = {0};
    size_t depth = 0;

    while ((segment = hlsim__coap_option_next(request, HLSIM__COAP_URI_PATH, segment)) != NULL) {
        int rc = depth == DEPTH_MAX ? HLSIM_E_FORMAT : read_id(segment, &ids[depth]);

        if (rc < 0) {
            return rc;
        }
        depth++;
    }
    *ret_path = (struct hlsim__lwm2m_path){
        .depth = depth, .object = ids[0], .instance = ids[1], .resource = ids[2]};
    return 0;
}

uint32_t hlsim__lwm2m_format(const struct hlsim__coap_message *request, uint16_t option,
                             uint32_t fallback)
{
    uint32_t format;

    if (hlsim__coap_option_find(request, option) == NULL) {
        return fallback;
    }
    /* One that cannot be read is none that is known. */
    return hlsim__coap_option_uint(request, option, &format) == 0 ? format : UINT32_MAX;
}

bool hlsim__lwm2m_is_tlv(uint32_t format)
{
    return format == HLSIM__COAP_FORMAT_TLV || format == HLSIM__COAP_FORMAT_TLV_DRAFT;
}
