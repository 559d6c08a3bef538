/*
 * User agreements: what the host is being asked for (+WDSI: 2, 3), asked again while it is silent,
 * put off when it says so (AN5.0 4.3). What follows from an answer is decided in services.c.
 */
#ifndef HLSIM_MODEM_AGREEMENT_H
#define HLSIM_MODEM_AGREEMENT_H

#include "core/sched.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

/* X(name, text): texts are those of the path modem.agreement. */
#define HLSIM__AGREEMENT_MAP(X)                                                                    \
    X(HLSIM__AGREEMENT_NONE, "none")                                                               \
    X(HLSIM__AGREEMENT_DOWNLOAD, "download")                                                       \
    X(HLSIM__AGREEMENT_INSTALL, "install")

enum hlsim__agreement_kind {
#define HLSIM__AGREEMENT_ENUM(name, text) name,
    HLSIM__AGREEMENT_MAP(HLSIM__AGREEMENT_ENUM)
#undef HLSIM__AGREEMENT_ENUM
};

struct hlsim__agreement {
    struct hlsim__modem *modem;
    enum hlsim__agreement_kind asked;    /* and not answered */
    enum hlsim__agreement_kind deferred; /* asked for when the timer fires */
    struct hlsim__timer timer;
};

void hlsim__agreement_init(struct hlsim__agreement *agreement, struct hlsim__modem *modem);

/* Asks the host. */
void hlsim__agreement_ask(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind);

/* Puts the request off; minutes < 0: as long as an unanswered one waits. */
void hlsim__agreement_defer(struct hlsim__agreement *agreement, int64_t minutes);

/* Nothing is asked for any more. */
void hlsim__agreement_clear(struct hlsim__agreement *agreement);

/* Asked for or put off: NONE when neither. */
enum hlsim__agreement_kind hlsim__agreement_due(const struct hlsim__agreement *agreement);

const char *hlsim__agreement_text(enum hlsim__agreement_kind kind);

#endif
