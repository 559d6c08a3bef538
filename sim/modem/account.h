/*
 * The module's LwM2M credentials in flash, one account a server. The DM account exists once a
 * bootstrap has written it; without a bootstrap account of its own the module uses the factory's.
 */
#ifndef HLSIM_MODEM_ACCOUNT_H
#define HLSIM_MODEM_ACCOUNT_H

#include "flash/nvm.h"
#include "lwm2m/account.h"

/* Reads an account. HLSIM_E_NOT_FOUND when there is none, HLSIM_E_CORRUPT. */
int hlsim__account_load(const struct hlsim__nvm *store, enum hlsim__lwm2m_role role,
                        struct hlsim__lwm2m_account *ret_account);

/* Makes it durable. Errors as hlsim__nvm_put. */
int hlsim__account_store(struct hlsim__nvm *store, enum hlsim__lwm2m_role role,
                         const struct hlsim__lwm2m_account *account);

/* Forgets it; 0 also when there was none. */
int hlsim__account_erase(struct hlsim__nvm *store, enum hlsim__lwm2m_role role);

/* Model side: the account as the factory writes it, in the form in which it lies in flash. */
int hlsim__account_encode(const struct hlsim__lwm2m_account *account, uint8_t *ret_bytes,
                          size_t capacity);
const char *hlsim__account_key(enum hlsim__lwm2m_role role);

/* The largest encoded account. */
#define HLSIM__ACCOUNT_SIZE_MAX                                                                    \
    (1 + HLSIM__LWM2M_URI_SIZE + HLSIM__LWM2M_IDENTITY_SIZE + 1 + HLSIM__LWM2M_KEY_SIZE + 6)

#endif
