/*
 * Paths of LwM2M's objects, instances and resources in a CoAP request.
 */
#ifndef HLSIM_LWM2M_PATH_H
#define HLSIM_LWM2M_PATH_H

#include "codec/coap.h"

/* /object/instance/resource; `depth` says how many of them there are. */
struct hlsim__lwm2m_path {
    size_t depth; /* 0 to 3 */
    uint16_t object;
    uint16_t instance;
    uint16_t resource;
};

/*
 * The path of a request. HLSIM_E_FORMAT when it is not one of at most three decimal numbers up to
 * 65534, without leading zeros.
 */
int hlsim__lwm2m_path(const struct hlsim__coap_message *request,
                      struct hlsim__lwm2m_path *ret_path);

/* What a request says of its payload: a format of hlsim__coap_content_format, or `fallback`. */
uint32_t hlsim__lwm2m_format(const struct hlsim__coap_message *request, uint16_t option,
                             uint32_t fallback);

/* TLV by its number or by that of the drafts. */
bool hlsim__lwm2m_is_tlv(uint32_t format);

#endif
