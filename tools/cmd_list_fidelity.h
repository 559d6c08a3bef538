/*
 * One subject of hl78sim list: the ledger of fidelity.
 */
#ifndef TOOLS_CMD_LIST_FIDELITY_H
#define TOOLS_CMD_LIST_FIDELITY_H

/* Prints the page; 0, or an error of <hl78sim/error.h>. */
int list_fidelity(void);

#endif
