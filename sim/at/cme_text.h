/*
 * What +CME ERROR says of a code: its number (AT+CMEE=1) or its words (AT+CMEE=2).
 */
#ifndef HLSIM_AT_CME_TEXT_H
#define HLSIM_AT_CME_TEXT_H

#include <stddef.h>

/* "+CME ERROR: 10"; with `mode` 2 in words where 27.007 9.2 has some. */
void hlsim__at_cme_format(int code, int mode, char *ret_text, size_t size);

#endif
