/*
 * Arm MPS2 with image AN385, as `qemu-system-arm -M mps2-an385` gives it: UART 1 leads to the
 * modem. Knows nothing of AT commands. Registers: Arm DAI0385 (memory map, interrupts), DDI0479
 * chapter 4 (the UART of the Cortex-M System Design Kit), and the Armv7-M architecture (SysTick,
 * NVIC).
 */
#include "board.h"

#include "startup.h"

#include <string.h>

#define CLOCK_HZ 25000000u
#define BAUD     115200u

struct uart_registers {
    volatile uint32_t data;
    volatile uint32_t state;
    volatile uint32_t control;
    volatile uint32_t interrupts; /* read: status; write: acknowledge */
    volatile uint32_t divider;
};

struct tick_registers {
    volatile uint32_t control;
    volatile uint32_t reload;
    volatile uint32_t value;
};

#define UART_TX_FULL       (1u << 0) /* state */
#define UART_RX_FULL       (1u << 1)
#define UART_TX_ENABLE     (1u << 0) /* control */
#define UART_RX_ENABLE     (1u << 1)
#define UART_TX_INT        (1u << 2)
#define UART_RX_INT        (1u << 3)
#define UART_TX_DONE       (1u << 0) /* interrupts */
#define UART_RX_CAME       (1u << 1)

#define UART1_RX_INTERRUPT 2u
#define UART1_TX_INTERRUPT 3u

static struct uart_registers *const uart1 = (struct uart_registers *)0x40005000u;
static struct tick_registers *const tick = (struct tick_registers *)0xe000e010u;
static volatile uint32_t *const nvic_enable = (volatile uint32_t *)0xe000e100u;

/* Powers of two, so that the counters may run over. */
#define RX_RING 2048u
#define TX_RING 256u

/* One writer and one reader each: the interrupt and the main loop. */
struct ring {
    volatile uint32_t head; /* bytes put in so far */
    volatile uint32_t tail; /* bytes taken out so far */
};

static struct {
    volatile uint32_t ticks_low;
    volatile uint32_t ticks_high;
    struct ring rx;
    struct ring tx;
    volatile unsigned lost;
    volatile bool sending; /* a byte is in the UART, its interrupt will take the next */
    uint8_t rx_bytes[RX_RING];
    uint8_t tx_bytes[TX_RING];
} board;

/* The emulated flash. On a product: two sectors of the chip's flash. */
__attribute__((section(".noinit"))) static uint8_t flash[BOARD_SECTOR_COUNT][BOARD_SECTOR_SIZE];

static void interrupts_off(void)
{
    __asm volatile("cpsid i" ::: "memory");
}

static void interrupts_on(void)
{
    __asm volatile("cpsie i" ::: "memory");
}

/* --- Clock ---------------------------------------------------------------------------------- */

void board_on_tick(void)
{
    uint32_t next = board.ticks_low + 1;

    board.ticks_low = next;
    if (next == 0) {
        board.ticks_high = board.ticks_high + 1;
    }
}

int64_t board_now_ms(void)
{
    uint32_t low;
    uint32_t high;

    interrupts_off();
    low = board.ticks_low;
    high = board.ticks_high;
    interrupts_on();
    return (int64_t)((uint64_t)high << 32 | low);
}

void board_sleep(void)
{
    /* With interrupts off a pending one still ends the sleep, so that none slips in between. */
    interrupts_off();
    if (board.rx.head == board.rx.tail) {
        __asm volatile("wfi" ::: "memory");
    }
    interrupts_on();
}

/* --- UART ----------------------------------------------------------------------------------- */

void board_on_byte(void)
{
    /* Acknowledged before the data are taken: a byte that comes meanwhile raises it again. The
     * other way round that byte's interrupt would be lost, and with it the byte. */
    uart1->interrupts = UART_RX_CAME;
    while ((uart1->state & UART_RX_FULL) != 0) {
        uint8_t byte = (uint8_t)uart1->data;
        uint32_t head = board.rx.head;

        if (head - board.rx.tail == RX_RING) {
            board.lost = board.lost + 1;
        } else {
            board.rx_bytes[head % RX_RING] = byte;
            board.rx.head = head + 1;
        }
    }
}

/* Gives the UART its next byte; called with interrupts off or from the interrupt. */
static void send_next(void)
{
    uint32_t tail = board.tx.tail;

    board.sending = board.tx.head != tail;
    if (board.sending) {
        board.tx.tail = tail + 1;
        uart1->data = board.tx_bytes[tail % TX_RING];
    }
}

void board_on_space(void)
{
    uart1->interrupts = UART_TX_DONE;
    if ((uart1->state & UART_TX_FULL) == 0) {
        send_next();
    }
}

size_t board_uart_read(uint8_t *bytes, size_t size)
{
    uint32_t tail = board.rx.tail;
    size_t count = 0;

    while (count < size && board.rx.head != tail) {
        bytes[count++] = board.rx_bytes[tail++ % RX_RING];
    }
    board.rx.tail = tail;
    return count;
}

unsigned board_uart_lost(void)
{
    return board.lost;
}

size_t board_uart_write(const uint8_t *bytes, size_t size)
{
    uint32_t head = board.tx.head;
    size_t count = 0;

    while (count < size && head - board.tx.tail < TX_RING) {
        board.tx_bytes[head++ % TX_RING] = bytes[count++];
    }
    interrupts_off();
    board.tx.head = head;
    if (!board.sending) {
        send_next();
    }
    interrupts_on();
    return count;
}

bool board_uart_has_room(void)
{
    return board.tx.head - board.tx.tail < TX_RING;
}

/* --- Flash ---------------------------------------------------------------------------------- */

const uint8_t *board_flash_sector(unsigned sector)
{
    return flash[sector];
}

bool board_flash_erase(unsigned sector)
{
    memset(flash[sector], 0xff, BOARD_SECTOR_SIZE);
    return true;
}

bool board_flash_program(unsigned sector, size_t offset, const uint8_t *bytes, size_t size)
{
    if (offset > BOARD_SECTOR_SIZE || size > BOARD_SECTOR_SIZE - offset) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        flash[sector][offset + i] &= bytes[i];
    }
    return memcmp(flash[sector] + offset, bytes, size) == 0;
}

/* --- Life ----------------------------------------------------------------------------------- */

void board_start(void)
{
    uart1->divider = CLOCK_HZ / BAUD;
    uart1->control = UART_TX_ENABLE | UART_RX_ENABLE | UART_TX_INT | UART_RX_INT;
    *nvic_enable = 1u << UART1_RX_INTERRUPT | 1u << UART1_TX_INTERRUPT;
    tick->reload = CLOCK_HZ / 1000u - 1u;
    tick->value = 0;
    tick->control = 7; /* the processor's clock, interrupt, on */
    interrupts_on();
}

/* Semihosting (Arm IHI 0011): SYS_EXIT_EXTENDED with the reason ADP_Stopped_ApplicationExit. */
_Noreturn void board_exit(unsigned status)
{
    const uint32_t block[2] = {0x20026u, status};
    register uint32_t operation __asm("r0") = 0x20u;
    register const uint32_t *argument __asm("r1") = block;

    __asm volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
    for (;;) {
    }
}

_Noreturn void board_fault(void)
{
    board_exit(BOARD_STATUS_FAULT);
}
