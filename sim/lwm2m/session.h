/*
 * What the files of the client share: the steps of its state machine. Not for its owner.
 *
 *     client        the states: from account to open channel, and back to idle
 *     bootstrap     the conversation with the bootstrap server
 *     registration  register, update, deregister
 *     objects       what the DM server reads, writes and executes
 */
#ifndef HLSIM_LWM2M_SESSION_H
#define HLSIM_LWM2M_SESSION_H

#include "lwm2m/client.h"

/* --- client.c ----------------------------------------------------------------------------- */

void hlsim__lwm2m_tell(struct hlsim__lwm2m_client *client, enum hlsim__lwm2m_event event,
                       int value);

/* Goes on in `state` when its timer has fired, with the present cause. */
void hlsim__lwm2m_enter(struct hlsim__lwm2m_client *client, enum hlsim__lwm2m_state state,
                        int64_t delay);

/* Drops the session's channel and all that is outstanding in it; tells nothing. */
void hlsim__lwm2m_drop(struct hlsim__lwm2m_client *client);

/* Drops the session without a word: power has failed. */
void hlsim__lwm2m_become_idle(struct hlsim__lwm2m_client *client);

/* Drops the session and leaves the rest to the owner. */
void hlsim__lwm2m_give_up(struct hlsim__lwm2m_client *client, enum hlsim__lwm2m_failure why);

/* A request got no answer because of `error`, or could not be sent: the session has failed. */
void hlsim__lwm2m_unanswered(struct hlsim__lwm2m_client *client, int error);

/* Forgets the DM credentials; false when power failed, and the client is idle. */
bool hlsim__lwm2m_erase_dm(struct hlsim__lwm2m_client *client);

/* The session is over as it was asked for; `answered`: the server took the goodbye. */
void hlsim__lwm2m_closed(struct hlsim__lwm2m_client *client, bool answered);

/* Sends a request of the client's own. `done` gets the client as its user. */
int hlsim__lwm2m_request(struct hlsim__lwm2m_client *client, struct hlsim__coap_message *message,
                         void (*done)(void *user, int error,
                                      const struct hlsim__coap_message *response));

/* --- bootstrap.c -------------------------------------------------------------------------- */

/* The channel to the bootstrap server is open: asks to be bootstrapped. */
void hlsim__lwm2m_bootstrap_begin(struct hlsim__lwm2m_client *client);

/* The bootstrap server did not come to an end in time. */
void hlsim__lwm2m_bootstrap_late(struct hlsim__lwm2m_client *client);

/* A request of the bootstrap server. */
void hlsim__lwm2m_bootstrap_answer(struct hlsim__lwm2m_client *client,
                                   const struct hlsim__coap_message *request,
                                   struct hlsim__coap_message *response);

/* --- registration.c ----------------------------------------------------------------------- */

/* The channel to the DM server is open, or the server has forgotten the client. */
void hlsim__lwm2m_register(struct hlsim__lwm2m_client *client);

/* Updates the registration, unless that is under way. */
void hlsim__lwm2m_update(struct hlsim__lwm2m_client *client);

/* The server is to be told of something by an update, right after the present event. */
void hlsim__lwm2m_update_soon(struct hlsim__lwm2m_client *client);

/* Says goodbye. False when nothing could be sent. */
bool hlsim__lwm2m_deregister(struct hlsim__lwm2m_client *client);

/* --- objects.c ---------------------------------------------------------------------------- */

/*
 * Reads an existing path (/object at least) in a content format; the size, or HLSIM_E_STATE when
 * the resource cannot be read, HLSIM_E_UNSUPPORTED when not in that format, HLSIM_E_FULL.
 */
int hlsim__lwm2m_read(struct hlsim__lwm2m_client *client, const struct hlsim__lwm2m_path *path,
                      uint32_t format, uint8_t *buffer, size_t capacity);

/* A request of the DM server. */
void hlsim__lwm2m_objects_answer(struct hlsim__lwm2m_client *client,
                                 const struct hlsim__coap_message *request,
                                 struct hlsim__coap_message *response);

#endif
