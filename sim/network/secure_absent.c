/*
 * A build without DTLS: no association can be made, so that none of the other calls ever happens.
 */
#include "network/secure.h"

#include "base/assert.h"

bool hlsim__secure_available(void)
{
    return false;
}

const char *hlsim__secure_failure_text(enum hlsim__secure_failure why)
{
    (void)why;
    return "no DTLS";
}

int hlsim__secure_create(const struct hlsim__secure_config *config,
                         struct hlsim__secure **ret_secure)
{
    (void)config;
    *ret_secure = NULL;
    return HLSIM_E_UNSUPPORTED;
}

void hlsim__secure_destroy(struct hlsim__secure *secure)
{
    HLSIM_ASSERT(secure == NULL);
}

int hlsim__secure_start(struct hlsim__secure *secure)
{
    HLSIM_ASSERT(secure == NULL);
    return HLSIM_E_UNSUPPORTED;
}

void hlsim__secure_receive(struct hlsim__secure *secure, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    HLSIM_ASSERT(secure == NULL);
}

int hlsim__secure_send(struct hlsim__secure *secure, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    HLSIM_ASSERT(secure == NULL);
    return HLSIM_E_UNSUPPORTED;
}

void hlsim__secure_close(struct hlsim__secure *secure)
{
    HLSIM_ASSERT(secure == NULL);
}

void hlsim__secure_session(const struct hlsim__secure *secure,
                           struct hlsim__secure_session *ret_session)
{
    HLSIM_ASSERT(secure == NULL);
    ret_session->id_size = 0;
}

unsigned hlsim__secure_flights(const struct hlsim__secure *secure)
{
    HLSIM_ASSERT(secure == NULL);
    return 0;
}

bool hlsim__secure_expects_end(const struct hlsim__secure *secure)
{
    HLSIM_ASSERT(secure == NULL);
    return false;
}

bool hlsim__secure_is_unfolded(const struct hlsim__secure *secure)
{
    HLSIM_ASSERT(secure == NULL);
    return false;
}

bool hlsim__secure_is_hello(const uint8_t *bytes, size_t size, uint8_t ret_random[32],
                            unsigned *ret_sequence)
{
    (void)bytes;
    (void)size;
    (void)ret_random;
    (void)ret_sequence;
    return false;
}
