/*
 * How times of power saving are coded on the air and in AT commands: T3324 and T3412 of the power
 * saving mode, cycle and paging window of extended discontinuous reception. Pure functions.
 */
#ifndef HLSIM_MODEM_SAVING_CODE_H
#define HLSIM_MODEM_SAVING_CODE_H

#include <stdbool.h>
#include <stdint.h>

#define HLSIM__SAVING_BITS_SIZE 9 /* "00100001" with its NUL */

/* GPRS timer 2 (24.008 10.5.7.4: the active time T3324) and 3 (10.5.7.4a: T3412 extended). */
enum hlsim__saving_timer {
    HLSIM__SAVING_ACTIVE,
    HLSIM__SAVING_TAU,
};

/* Nanoseconds; -1: deactivated, or a unit that is none. */
int64_t hlsim__saving_time(enum hlsim__saving_timer timer, uint8_t code);

/* The largest code that is not longer than `time`, in the finest unit that holds it; a time of
 * less than one step gives one step. */
uint8_t hlsim__saving_code(enum hlsim__saving_timer timer, int64_t time);

/* "00100001" and back; false when the text is not `bits` characters 0 and 1. */
bool hlsim__saving_parse(const char *text, unsigned bits, uint8_t *ret_code);
void hlsim__saving_format(uint8_t code, unsigned bits, char text[HLSIM__SAVING_BITS_SIZE]);

/* eDRX (24.008 10.5.5.32): a cycle by its four bits, in NB-IoT or in E-UTRAN; a paging window. */
int64_t hlsim__saving_cycle(bool narrow_band, uint8_t code);
int64_t hlsim__saving_window(bool narrow_band, uint8_t code);

/* The codes of the longest ones that are not longer than `time`; else the shortest. */
uint8_t hlsim__saving_cycle_code(bool narrow_band, int64_t time);
uint8_t hlsim__saving_window_code(bool narrow_band, int64_t time);

#endif
