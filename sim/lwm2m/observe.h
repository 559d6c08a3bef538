/*
 * The server's observations (RFC 7641) of the firmware object's state and result: who has to be
 * told, and what he was told last.
 */
#ifndef HLSIM_LWM2M_OBSERVE_H
#define HLSIM_LWM2M_OBSERVE_H

#include "codec/coap.h"
#include "core/sched.h"
#include "exchange/exchange.h"
#include "lwm2m/path.h"

struct hlsim__lwm2m_client;

/* What can be observed: /5/0/3 and /5/0/5. */
#define HLSIM__LWM2M_OBSERVABLES 2

struct hlsim__lwm2m_observation {
    struct hlsim__lwm2m_client *client;
    bool active;
    uint8_t token[HLSIM__COAP_TOKEN_SIZE_MAX];
    size_t token_size;
    uint32_t format;
    uint32_t number; /* of the last notification */
    int told;        /* the value that it held */
    struct hlsim__exchange_slot slot;
};

struct hlsim__lwm2m_observer {
    struct hlsim__lwm2m_observation observations[HLSIM__LWM2M_OBSERVABLES];
    struct hlsim__timer timer; /* the telling, after whatever changed the values has ended */
    uint64_t cause;
    int64_t remind_at; /* not before: an update because nobody observes a result that is owed */
    uint8_t payload[16];
};

void hlsim__lwm2m_observer_init(struct hlsim__lwm2m_client *client);

/*
 * A readable resource was asked for with the observe option: registers or cancels the observation
 * and adds the option to the response. A path that cannot be observed is read only (RFC 7641 4.1).
 */
void hlsim__lwm2m_observe(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_path *path,
                          const struct hlsim__coap_message *request, uint32_t format,
                          struct hlsim__coap_message *response);

/* The values may have changed: those that did are told, at once but not from within this call. */
void hlsim__lwm2m_observer_changed(struct hlsim__lwm2m_client *client);

/* The registration has ended, and all observations with it (OMA LwM2M 1.0 5.5.1). */
void hlsim__lwm2m_observer_clear(struct hlsim__lwm2m_client *client);

#endif
