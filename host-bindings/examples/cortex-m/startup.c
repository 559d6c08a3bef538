/*
 * What happens before main: the vector table, and memory as C expects it. Knows no peripheral but
 * by the names of its interrupt handlers.
 */
#include <stdint.h>
#include <string.h>

#include "startup.h"

/* From the linker script. */
extern uint8_t link_data_source[];
extern uint8_t link_data_start[];
extern uint8_t link_data_end[];
extern uint8_t link_bss_start[];
extern uint8_t link_bss_end[];
extern uint8_t link_stack_top[];

int main(void);

_Noreturn void startup_reset(void)
{
    memcpy(link_data_start, link_data_source, (size_t)(link_data_end - link_data_start));
    memset(link_bss_start, 0, (size_t)(link_bss_end - link_bss_start));
    main();
    for (;;) {
    }
}

/* Faults and interrupts that nobody asked for. */
_Noreturn void startup_fault(void)
{
    board_fault();
}

/* The first words of the image: the stack, 15 exceptions, then the interrupts of the chip. */
struct vector_table {
    uint8_t *stack;
    void (*entries[15 + STARTUP_INTERRUPTS])(void);
};

__attribute__((section(".vectors"), used)) static const struct vector_table vectors = {
    .stack = link_stack_top,
    .entries =
        {
            startup_reset, /* Reset */
            startup_fault, /* NMI */
            startup_fault, /* HardFault */
            startup_fault, /* MemManage */
            startup_fault, /* BusFault */
            startup_fault, /* UsageFault */
            0,
            0,
            0,
            0,
            startup_fault, /* SVCall */
            startup_fault, /* DebugMonitor */
            0,
            startup_fault,  /* PendSV */
            board_on_tick,  /* SysTick */
            startup_fault,  /* 0: UART 0 receive */
            startup_fault,  /* 1: UART 0 transmit */
            board_on_byte,  /* 2: UART 1 receive */
            board_on_space, /* 3: UART 1 transmit */
        },
};
