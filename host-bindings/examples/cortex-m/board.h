/*
 * What the example needs of a board: a clock, the modem's UART, two flash sectors, a way out. The
 * application (main.c) knows nothing else, so that another board is another board_NAME.c.
 */
#ifndef EXAMPLE_BOARD_H
#define EXAMPLE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One sector of the flash emulation: what is erased at once. */
#define BOARD_SECTOR_SIZE  256u
#define BOARD_SECTOR_COUNT 2u

/* Starts the clock and the UART (115200 bit/s, 8N1), then enables interrupts. */
void board_start(void);

/* Milliseconds since board_start; never goes back. */
int64_t board_now_ms(void);

/* Sleeps until an interrupt has come: a byte, room for bytes, or the next millisecond. */
void board_sleep(void);

/* Takes up to `size` received bytes; returns how many there were. */
size_t board_uart_read(uint8_t *bytes, size_t size);

/* Bytes of the modem that found no room in the receive ring. Not zero: the ring is too small. */
unsigned board_uart_lost(void);

/* Queues bytes for the modem; returns how many were taken. */
size_t board_uart_write(const uint8_t *bytes, size_t size);

/* True when a later board_uart_write can take more than the last one did. */
bool board_uart_has_room(void);

/* Sectors of flash: erased bytes are 0xff, programming turns ones into zeros. False: it failed. */
const uint8_t *board_flash_sector(unsigned sector);
bool board_flash_erase(unsigned sector);
bool board_flash_program(unsigned sector, size_t offset, const uint8_t *bytes, size_t size);

/* The status of a fault of the processor. */
#define BOARD_STATUS_FAULT 255u

/* Ends the run with a status (0 to 255). A product would restart or go on with its own work. */
_Noreturn void board_exit(unsigned status);

#endif
