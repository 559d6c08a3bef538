/*
 * Speeds of serial lines: bit/s and the codes of termios.
 */
#ifndef HLPTY_SPEED_H
#define HLPTY_SPEED_H

#include <termios.h>

/* B0 for a speed that termios has no code for. */
speed_t hlpty__speed_code(unsigned speed);

/* 0 for a code that is none of a modem's speeds. */
unsigned hlpty__speed_of(speed_t code);

#endif
