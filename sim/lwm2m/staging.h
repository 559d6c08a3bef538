/*
 * What a bootstrap server writes, until it says that it has finished: the instances of the security
 * and the server object (OMA LwM2M 1.0 5.2.5). Knows nothing of the conversation around it and
 * keeps nothing.
 */
#ifndef HLSIM_LWM2M_STAGING_H
#define HLSIM_LWM2M_STAGING_H

#include "codec/coap.h"
#include "lwm2m/account.h"

/* Instances of each object. */
#define HLSIM__LWM2M_STAGED_MAX 4

/* Resource 2 of the security object. */
enum hlsim__lwm2m_security_mode {
    HLSIM__LWM2M_MODE_PSK = 0,
    HLSIM__LWM2M_MODE_NOSEC = 3,
};

struct hlsim__lwm2m_staged_security {
    bool present;
    uint16_t instance;
    bool bootstrap;
    int64_t mode;
    struct hlsim__lwm2m_account account; /* without its lifetime */
};

struct hlsim__lwm2m_staged_server {
    bool present;
    uint16_t instance;
    uint16_t short_id;
    uint32_t lifetime;
};

struct hlsim__lwm2m_staging {
    struct hlsim__lwm2m_staged_security security[HLSIM__LWM2M_STAGED_MAX];
    struct hlsim__lwm2m_staged_server servers[HLSIM__LWM2M_STAGED_MAX];
};

/* What is there before the server writes: the bootstrap server's account as /0/0. */
void hlsim__lwm2m_staging_init(struct hlsim__lwm2m_staging *staging,
                               const struct hlsim__lwm2m_account *bootstrap);

/*
 * Carries out a DELETE or PUT of the bootstrap server; the code of the answer. An instance is
 * written as a whole. 4.00: not such a payload; 4.04: no such object or instance; 4.05: not
 * possible there; 4.15: not TLV; 5.00: more instances than there is room for.
 */
uint8_t hlsim__lwm2m_staging_request(struct hlsim__lwm2m_staging *staging,
                                     const struct hlsim__coap_message *request);

/*
 * The accounts that were written. HLSIM_E_STATE when they are not consistent: there must be a
 * device management server with URI, credentials as its mode wants them and a server object of the
 * same short id; and the bootstrap account, where there is one, must be usable, too. Without one,
 * *ret_has_bootstrap is false and the old one stays in use.
 */
int hlsim__lwm2m_staging_finish(const struct hlsim__lwm2m_staging *staging, bool *ret_has_bootstrap,
                                struct hlsim__lwm2m_account *ret_bootstrap,
                                struct hlsim__lwm2m_account *ret_dm);

#endif
