/*
 * What the two halves of a link ask of each other: its bytes (link.c) and all else that it carries
 * (link_lines.c).
 */
#ifndef HLSIM_CORE_LINK_INSIDE_H
#define HLSIM_CORE_LINK_INSIDE_H

#include "core/link.h"

/* The way of what `side` sends. */
struct hlsim__link_way *hlsim__link_way(struct hlsim_link *link, enum hlsim_side side);

/* Lets the next piece of what waits arrive, unless one is under way. */
void hlsim__link_deliver_soon(struct hlsim__link_way *way);

/* What is under way is lost. */
void hlsim__link_discard(struct hlsim__link_way *way);

/* The levels that come of what both ends want, of how crowded the modem is and of the port itself.
 */
void hlsim__link_drive(struct hlsim_link *link);

/* What one side did to its lines becomes known at the other (a way's timer). */
void hlsim__link_signal(void *owner);

#endif
