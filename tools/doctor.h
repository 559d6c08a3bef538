/*
 * What hl78sim doctor finds: one line a check, with a hint where something is to be done.
 */
#ifndef HL78SIM_TOOLS_DOCTOR_H
#define HL78SIM_TOOLS_DOCTOR_H

#include <stdbool.h>

struct doctor {
    unsigned warnings;
    unsigned failures;
};

enum doctor_mark {
    DOCTOR_PASS,
    DOCTOR_WARN, /* something that can be done without is missing */
    DOCTOR_FAIL, /* what was asked for cannot work */
};

/* Prints "MARK  what" and below it the hint (NULL: none). */
__attribute__((format(printf, 4, 5))) void doctor_say(struct doctor *doctor, enum doctor_mark mark,
                                                      const char *hint, const char *format, ...);

/* A serial port: is it one, may it be opened, who holds it. `needed`: what is wrong is a failure;
 * the port is opened then, and not otherwise. */
void doctor_check_port(struct doctor *doctor, const char *path, bool needed);

/* All serial ports that this machine has. */
void doctor_check_ports(struct doctor *doctor);

#endif
