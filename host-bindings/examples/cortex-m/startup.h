/*
 * The interrupts that the board handles; the vector table in startup.c leads to them.
 */
#ifndef EXAMPLE_STARTUP_H
#define EXAMPLE_STARTUP_H

/* Interrupts of the chip up to the last one that is used. */
#define STARTUP_INTERRUPTS 4

void board_on_tick(void);  /* a millisecond has passed */
void board_on_byte(void);  /* the modem's UART has received */
void board_on_space(void); /* the modem's UART has sent */

/* A fault of the processor, or an interrupt that nobody asked for. */
_Noreturn void board_fault(void);

#endif
