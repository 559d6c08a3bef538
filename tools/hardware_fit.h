/*
 * How much of a scenario can be had with a real modem.
 */
#ifndef HL78SIM_TOOLS_HARDWARE_FIT_H
#define HL78SIM_TOOLS_HARDWARE_FIT_H

#include <hl78sim/load.h>

enum hardware_fit {
    HARDWARE_YES,  /* all of it */
    HARDWARE_LAB,  /* all, with commands of a lab that act for it */
    HARDWARE_PART, /* some expectations cannot be seen */
    HARDWARE_NO,   /* an action is not possible */
};

enum hardware_fit hardware_fit(const struct hlsim_setup *setup);
const char *hardware_fit_word(enum hardware_fit fit);

#endif
