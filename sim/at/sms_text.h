/*
 * Short messages as the host sees them (27.005): lines of +CMGL and +CMGR, indications, numbers in
 * the character set of AT+CSCS.
 */
#ifndef HLSIM_AT_SMS_TEXT_H
#define HLSIM_AT_SMS_TEXT_H

#include "at/port.h"
#include "modem/sms.h"

/* Room for any line of a message with its data, and their NUL. */
#define HLSIM__AT_SMS_TEXT_MAX 1024

/* A handler's result for the code of a +CMS ERROR or an error of the simulator: what the card, the
 * flash or the memory said. */
int hlsim__at_cms_of_error(int error);

/* A number as it is typed, in the character set of AT+CSCS; `type` 0: as its '+' says.
 * HLSIM_E_FORMAT. */
int hlsim__at_sms_number(const struct hlsim__at_port *port, const char *text, int64_t type,
                         struct hlsim__sms_address *ret_address);

/* The same number for an answer; `ret_text` has room for HLSIM__AT_SMS_NUMBER_MAX. */
#define HLSIM__AT_SMS_NUMBER_MAX (4 * (HLSIM__SMS_DIGITS_MAX + 1) + 1)
void hlsim__at_sms_show_number(const struct hlsim__modem *modem,
                               const struct hlsim__sms_address *address, char *ret_text);

/*
 * What is behind "+CMGR: " (`index` 0) or "+CMGL: ": header, '\n', data. `ret_text` has room for
 * HLSIM__AT_SMS_TEXT_MAX.
 */
void hlsim__at_sms_show(const struct hlsim__modem *modem, const struct hlsim__message *message,
                        size_t index, char *ret_text);

/* The modem has a message for its host: +CMTI, +CMT, +CDSI, +CDS. */
void hlsim__at_sms_arrived(struct hlsim__at_port *port, const struct hlsim__sms_arrival *arrival);

#endif
