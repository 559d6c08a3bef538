/*
 * An account as bytes: format, URI and identity with their NULs, key with its size, short server
 * id, lifetime (little endian).
 */
#include "modem/account.h"

#include <hl78sim/error.h>

#include "base/le.h"

#include <string.h>

#define FORMAT 1

const char *hlsim__account_key(enum hlsim__lwm2m_role role)
{
    return role == HLSIM__LWM2M_BOOTSTRAP ? "account.bootstrap" : "account.dm";
}

int hlsim__account_encode(const struct hlsim__lwm2m_account *account, uint8_t *ret_bytes,
                          size_t capacity)
{
    size_t uri = strlen(account->uri) + 1;
    size_t identity = strlen(account->identity) + 1;
    uint8_t *next = ret_bytes;

    if (account->key_size > HLSIM__LWM2M_KEY_SIZE ||
        1 + uri + identity + 1 + account->key_size + 6 > capacity) {
        return HLSIM_E_LIMIT;
    }
    *next++ = FORMAT;
    memcpy(next, account->uri, uri);
    next += uri;
    memcpy(next, account->identity, identity);
    next += identity;
    *next++ = (uint8_t)account->key_size;
    memcpy(next, account->key, account->key_size);
    next += account->key_size;
    hlsim__le_put16(next, account->short_id);
    hlsim__le_put32(next + 2, account->lifetime);
    return (int)(next + 6 - ret_bytes);
}

/* Takes a text with its NUL from the front of the bytes. */
static int take_text(const uint8_t **bytes, size_t *size, char *ret_text, size_t capacity)
{
    const uint8_t *end = memchr(*bytes, '\0', *size);
    size_t length = end == NULL ? capacity : (size_t)(end - *bytes) + 1;

    if (length > capacity) {
        return HLSIM_E_CORRUPT;
    }
    memcpy(ret_text, *bytes, length);
    *bytes += length;
    *size -= length;
    return 0;
}

static int decode(const uint8_t *bytes, size_t size, struct hlsim__lwm2m_account *ret_account)
{
    memset(ret_account, 0, sizeof *ret_account);
    if (size < 1 || *bytes != FORMAT) {
        return HLSIM_E_CORRUPT;
    }
    bytes++;
    size--;
    if (take_text(&bytes, &size, ret_account->uri, sizeof ret_account->uri) < 0 ||
        take_text(&bytes, &size, ret_account->identity, sizeof ret_account->identity) < 0 ||
        size < 1 || *bytes > HLSIM__LWM2M_KEY_SIZE || size != 1u + *bytes + 6u) {
        return HLSIM_E_CORRUPT;
    }
    ret_account->key_size = *bytes++;
    memcpy(ret_account->key, bytes, ret_account->key_size);
    bytes += ret_account->key_size;
    ret_account->short_id = hlsim__le_get16(bytes);
    ret_account->lifetime = hlsim__le_get32(bytes + 2);
    return 0;
}

int hlsim__account_load(const struct hlsim__nvm *store, enum hlsim__lwm2m_role role,
                        struct hlsim__lwm2m_account *ret_account)
{
    uint8_t bytes[HLSIM__ACCOUNT_SIZE_MAX];
    int size = hlsim__nvm_get(store, hlsim__account_key(role), bytes, sizeof bytes);

    return size < 0 ? size : decode(bytes, (size_t)size, ret_account);
}

int hlsim__account_store(struct hlsim__nvm *store, enum hlsim__lwm2m_role role,
                         const struct hlsim__lwm2m_account *account)
{
    uint8_t bytes[HLSIM__ACCOUNT_SIZE_MAX];
    int size = hlsim__account_encode(account, bytes, sizeof bytes);

    return size < 0 ? size : hlsim__nvm_put(store, hlsim__account_key(role), bytes, (size_t)size);
}

int hlsim__account_erase(struct hlsim__nvm *store, enum hlsim__lwm2m_role role)
{
    int error = hlsim__nvm_delete(store, hlsim__account_key(role));

    return error == HLSIM_E_NOT_FOUND ? 0 : error;
}
