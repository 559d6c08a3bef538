/*
 * What the servers take as proof that a device is a system of the inventory: the DM credentials,
 * which a bootstrap writes, and the factory's for the bootstrap server. Knows nothing of how they
 * are proved.
 *
 * DM credentials end with their age, by the bootstrap server's rotation, or because the portal was
 * used (AN5.0 4.4). Dates are looked at when the device knocks: nobody could tell the difference,
 * and years in a drawer cost nothing.
 */
#include "airvantage/inside.h"

#include <stdio.h>
#include <string.h>

struct hlsim__rng hlsim__av_sub_stream(const struct hlsim__av_system *system, const char *what)
{
    char name[64];
    struct hlsim__rng rng;

    /* A system that was deleted and is registered again gets other keys than before. */
    snprintf(name, sizeof name, "airvantage/%s/%s/%llu", system->own_imei, what,
             (unsigned long long)system->av->deletions);
    hlsim__rng_init(&rng, system->av->seed, name);
    return rng;
}

static void draw_key(struct hlsim__av_system *system)
{
    struct hlsim__airvantage_credentials *credentials = &system->credentials;

    for (size_t i = 0; i < HLSIM__KEY_SIZE; i += 8) {
        uint64_t drawn = hlsim__rng_next(&system->rng);

        for (size_t k = 0; k < 8; k++) {
            credentials->key[i + k] = (uint8_t)(drawn >> (8 * k));
        }
    }
}

/* AN5.0 4.4: at random, between the two ends. */
static int64_t draw_rotation(struct hlsim__av_system *system)
{
    const struct hlsim__airvantage_policy *policy = &system->av->policy;
    uint64_t span;

    if (policy->rotation_min == HLSIM_NEVER) {
        return HLSIM_NEVER;
    }
    span = (uint64_t)(policy->rotation_max - policy->rotation_min);
    return policy->rotation_min + (int64_t)hlsim__rng_below(&system->rotation_rng, span + 1);
}

void hlsim__av_issue(struct hlsim__av_system *system)
{
    snprintf(system->credentials.identity, sizeof system->credentials.identity, "%s",
             system->endpoint);
    draw_key(system);
    hlsim__av_disown(system, HLSIM__AV_DM);
    system->credentials.issued_at = hlsim__av_now(system->av);
    system->rotated_after = draw_rotation(system);
    system->has_credentials = true;
}

bool hlsim__av_replace(struct hlsim__av_system *system, enum hlsim__av_role role, const char *why)
{
    bool held = role == HLSIM__AV_DM ? system->has_credentials : !system->bootstrap_replaced;

    if (!held) {
        return false;
    }
    if (role == HLSIM__AV_DM) {
        draw_key(system);
        system->has_credentials = false;
    } else {
        system->bootstrap_replaced = true;
    }
    system->contacts[role].session.id_size = 0; /* It cannot be resumed without the old key. */
    hlsim__av_emit_system(system, "registered", why);
    return true;
}

/* Replaces DM credentials whose time is over. */
static void age(struct hlsim__av_system *system)
{
    int64_t validity = system->av->policy.dm_validity;
    int64_t since = hlsim__av_now(system->av) - system->credentials.issued_at;

    if (since >= system->rotated_after && system->rotated_after <= validity) {
        (void)hlsim__av_replace(system, HLSIM__AV_DM, "credentials rotated");
    } else if (since >= validity) {
        (void)hlsim__av_replace(system, HLSIM__AV_DM, "credentials expired");
    }
}

bool hlsim__av_holds(struct hlsim__av_system *system, enum hlsim__av_role role)
{
    if (role == HLSIM__AV_BOOTSTRAP) {
        return !system->bootstrap_replaced;
    }
    if (system->has_credentials) {
        age(system);
    }
    return system->has_credentials;
}

/* --- What the portal and the factory do ---------------------------------------------------- */

int hlsim__airvantage_issue(struct hlsim__airvantage *av, const char *imei)
{
    struct hlsim__av_system *system = hlsim__av_by_imei(av, imei);

    if (system == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    hlsim__av_issue(system);
    return 0;
}

int hlsim__airvantage_issue_key(struct hlsim__airvantage *av, const char *imei,
                                const uint8_t key[HLSIM__KEY_SIZE])
{
    int rc = hlsim__airvantage_issue(av, imei);

    if (rc == 0) {
        memcpy(hlsim__av_by_imei(av, imei)->credentials.key, key, HLSIM__KEY_SIZE);
    }
    return rc;
}

int hlsim__airvantage_invalidate(struct hlsim__airvantage *av, const char *imei, bool bootstrap)
{
    struct hlsim__av_system *system = hlsim__av_by_imei(av, imei);

    if (system == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    return hlsim__av_replace(system, bootstrap ? HLSIM__AV_BOOTSTRAP : HLSIM__AV_DM,
                             "credentials invalidated")
               ? 0
               : HLSIM_E_STATE;
}

int hlsim__airvantage_credentials(const struct hlsim__airvantage *av, const char *imei,
                                  struct hlsim__airvantage_credentials *ret_credentials)
{
    const struct hlsim__av_system *system = hlsim__av_by_imei(av, imei);

    if (system == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    if (!system->has_credentials) {
        return HLSIM_E_STATE;
    }
    *ret_credentials = system->credentials;
    return 0;
}
