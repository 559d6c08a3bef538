/*
 * What went wrong, in words for a user. Functions that touch the operating system return a code
 * (HLSIM_E_*) and fill in such a text on their failing path only.
 */
#ifndef HLPTY_ERROR_H
#define HLPTY_ERROR_H

#include <hl78sim/error.h>

/* One line without its end: context in front, "/dev/ttyUSB0: held by another program". */
#define HLPTY_ERROR_SIZE 256

struct hlpty_error {
    char text[HLPTY_ERROR_SIZE];
};

#endif
