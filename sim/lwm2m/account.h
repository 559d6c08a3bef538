/*
 * What the module knows of one server: what its security object and its server object hold.
 */
#ifndef HLSIM_LWM2M_ACCOUNT_H
#define HLSIM_LWM2M_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

/* Sizes of texts include their NUL. */
#define HLSIM__LWM2M_URI_SIZE      128
#define HLSIM__LWM2M_IDENTITY_SIZE 64
#define HLSIM__LWM2M_KEY_SIZE      64

enum hlsim__lwm2m_role { HLSIM__LWM2M_BOOTSTRAP, HLSIM__LWM2M_DM };

struct hlsim__lwm2m_account {
    char uri[HLSIM__LWM2M_URI_SIZE]; /* "coap://host:port" or "coaps://..." */
    char identity[HLSIM__LWM2M_IDENTITY_SIZE];
    uint8_t key[HLSIM__LWM2M_KEY_SIZE];
    size_t key_size;
    uint16_t short_id; /* 1 to 65534; 0 for a bootstrap server */
    uint32_t lifetime; /* of a registration, in seconds; 0 for a bootstrap server */
};

#endif
