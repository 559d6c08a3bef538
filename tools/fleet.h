/*
 * Many modems of one kind: copies of a first one, each with numbers of its own, and what the
 * machine must permit for them.
 */
#ifndef HL78SIM_TOOLS_FLEET_H
#define HL78SIM_TOOLS_FLEET_H

#include <hl78sim/modem.h>
#include <hlpty/error.h>

#include <stddef.h>

#define FLEET_MAX 1000

/*
 * `count` modems, the first as `first` is; IMEI, serial, ICCID and IMSI of the others are counted
 * up from there, check digits (Luhn, ITU-T E.118) included. For free(); NULL: no memory.
 */
struct hlsim_modem_config *fleet_make(const struct hlsim_modem_config *first, size_t count);

/* From here on memory that is not used is not taken. To be called before the modems are there. */
void fleet_save_memory(void);

/*
 * Makes sure that so many pseudo terminals can be opened: raises the limit of open files to what is
 * permitted. 0, or HLSIM_E_LIMIT with its text.
 */
int fleet_permit(size_t terminals, struct hlpty_error *reterr);

#endif
