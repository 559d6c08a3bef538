/*
 * Says whether the text of AT+CGMR stands for a wanted version. Not an order of versions: the
 * engine never needs to know which of two is the newer one.
 */
#ifndef HLHOST_VERSION_H
#define HLHOST_VERSION_H

#include <stdbool.h>

/*
 * The wanted version must stand in `cgmr` on component boundaries: at the start or behind a
 * component that is no number ("HL7800." "HL7800-M." "SWI9X07H_"), so that "4.6.8.0" is not found
 * in "HL7800.14.6.8.0" or in "1.4.6.8.0". Trailing components of zero count as absent on both
 * sides, so that "4.6.8" is "4.6.8.0" and not "4.6.8.1", and a date of eight digits at the end is
 * passed over
 * ("BHL7800.1.6.3.0.20180803" is "1.6.3.0", while "THL7800.1.6.3.0.99.20180803" is "1.6.3.0.99").
 */
bool hlhost__version_matches(const char *cgmr, const char *wanted);

/* True when the line looks like the answer to AT+CGMR: printable, with a dot, and neither a command
 * nor a line that begins with '+'. */
bool hlhost__version_plausible(const char *line);

#endif
