/*
 * The service centre for short messages (23.040): takes what modems send, delivers to the modem of
 * the world that has the number, keeps what cannot be delivered yet. What goes to other numbers
 * leaves the world.
 */
#ifndef HLSIM_WORLD_SMS_CENTRE_H
#define HLSIM_WORLD_SMS_CENTRE_H

#include "world/inside.h"

#define HLSIM__SMS_PARCELS_MAX 256 /* under way in one world; more are lost */

/* The modem's messages go to the centre and come from it. */
void hlsim__sms_centre_join(struct hlsim__world_modem *slot);

/*
 * Somebody sends a text (UTF-8) to that modem. HLSIM_E_FORMAT when `from` is no number or the text
 * none, HLSIM_E_LIMIT when it is too long for one message, or there are too many under way;
 * HLSIM_E_NO_MEMORY.
 */
int hlsim__sms_centre_send(struct hlsim__world_modem *slot, const char *from, const char *text);

/* Gives back what is under way. */
void hlsim__sms_centre_free(struct hlsim_world *world);

#endif
