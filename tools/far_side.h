/*
 * What of the language is about AirVantage, for runs in which only that, or all but that, is
 * emulated. Acts for nobody: its actors stand in front of a chain and say what is not possible.
 */
#ifndef HL78SIM_TOOLS_FAR_SIDE_H
#define HL78SIM_TOOLS_FAR_SIDE_H

#include <hl78sim/event.h>
#include <hl78sim/scenario.h>

/* The LwM2M server is a real one: AirVantage cannot be asked, nor acted upon. */
struct hlsim_actor far_side_absent(void);

/* The LwM2M clients are real ones: nothing but AirVantage can. */
struct hlsim_actor far_side_alone(void);

/* The kinds of events that do not come when AirVantage is absent. */
#define FAR_SIDE_EVENTS                                                                            \
    (HLSIM_EVENT_BIT(HLSIM_EVENT_SERVER) | HLSIM_EVENT_BIT(HLSIM_EVENT_SYSTEM) |                   \
     HLSIM_EVENT_BIT(HLSIM_EVENT_OPERATION))

#endif
