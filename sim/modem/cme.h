/*
 * Codes of +CME ERROR [27.007 9.2; the module's own, CME].
 */
#ifndef HLSIM_MODEM_CME_H
#define HLSIM_MODEM_CME_H

#define HLSIM__CME_NOT_ALLOWED          3
#define HLSIM__CME_NOT_SUPPORTED        4
#define HLSIM__CME_SIM_ABSENT           10
#define HLSIM__CME_SIM_PIN              11
#define HLSIM__CME_SIM_PUK              12
#define HLSIM__CME_SIM_FAILURE          13
#define HLSIM__CME_INCORRECT_PASSWORD   16
#define HLSIM__CME_MEMORY_FULL          20
#define HLSIM__CME_INVALID_INDEX        21
#define HLSIM__CME_NOT_FOUND            22
#define HLSIM__CME_MEMORY_FAILURE       23
#define HLSIM__CME_TEXT_TOO_LONG        24
#define HLSIM__CME_TEXT_CHARACTERS      25
#define HLSIM__CME_DIAL_CHARACTERS      27
#define HLSIM__CME_NO_SERVICE           30
#define HLSIM__CME_INCORRECT_PARAMETERS 50
#define HLSIM__CME_APN                  133
#define HLSIM__CME_ACTIVATION           148
#define HLSIM__CME_AVMS                 650
#define HLSIM__CME_DNS                  904
#define HLSIM__CME_OUT_OF_RANGE         916
#define HLSIM__CME_MISSING              917

#endif
