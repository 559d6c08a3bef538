/*
 * One table of the speeds that a modem's UART may have.
 */
#include "speed.h"

#include <stddef.h>

static const struct {
    unsigned speed;
    speed_t code;
} speeds[] = {
    {300, B300},       {600, B600},       {1200, B1200},     {2400, B2400},       {4800, B4800},
    {9600, B9600},     {19200, B19200},   {38400, B38400},   {57600, B57600},     {115200, B115200},
    {230400, B230400}, {460800, B460800}, {921600, B921600}, {3000000, B3000000},
};

#define COUNT (sizeof speeds / sizeof *speeds)

speed_t hlpty__speed_code(unsigned speed)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (speeds[i].speed == speed) {
            return speeds[i].code;
        }
    }
    return B0;
}

unsigned hlpty__speed_of(speed_t code)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (speeds[i].code == code) {
            return speeds[i].speed;
        }
    }
    return 0;
}
