/*
 * User agreements: what the host is being asked for (+WDSI: 1, 2, 3), asked again while it is
 * silent, put off when it says so (AN5.0 4.3). There is one request of each kind at most; what
 * follows from an answer is decided in services.c.
 *
 * A request that was put off survives resets and losses of power with its time (section 10 of
 * AN5.0: pending agreements are resumed); so does a request to connect, of which nothing else in
 * flash would tell. A download or an install that waits for its first answer is in the update's
 * record.
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
    X(HLSIM__AGREEMENT_CONNECT, "connect")                                                         \
    X(HLSIM__AGREEMENT_DOWNLOAD, "download")                                                       \
    X(HLSIM__AGREEMENT_INSTALL, "install")                                                         \
    X(HLSIM__AGREEMENT_REBOOT, "reboot")

enum hlsim__agreement_kind {
#define HLSIM__AGREEMENT_ENUM(name, text) name,
    HLSIM__AGREEMENT_MAP(HLSIM__AGREEMENT_ENUM)
#undef HLSIM__AGREEMENT_ENUM
        HLSIM__AGREEMENT_KINDS
};

struct hlsim__agreement;

struct hlsim__agreement_request {
    struct hlsim__agreement *agreement;
    bool asked;    /* and not answered */
    bool deferred; /* asked for when the timer fires */
    struct hlsim__timer timer;
};

struct hlsim__agreement_ops {
    void *user;
    /* The host is about to be asked. */
    void (*asking)(void *user, enum hlsim__agreement_kind kind);
};

struct hlsim__agreement {
    struct hlsim__modem *modem;
    struct hlsim__agreement_ops ops;
    enum hlsim__agreement_kind told;                                  /* in the trace */
    struct hlsim__agreement_request requests[HLSIM__AGREEMENT_KINDS]; /* that of NONE is unused */
};

void hlsim__agreement_init(struct hlsim__agreement *agreement, struct hlsim__modem *modem,
                           const struct hlsim__agreement_ops *ops);

/* Asks the host, from now on until it answers. */
void hlsim__agreement_ask(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind);

/*
 * After a start, or a session or a network that was stopped: asks once more for what was asked for,
 * and lets what was put off go on waiting. False: nothing of that kind is pending.
 */
bool hlsim__agreement_resume(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind);

/* Puts a pending request off; minutes < 0: as long as an unanswered one waits. */
void hlsim__agreement_defer(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind,
                            int64_t minutes);

/* Nothing of that kind is asked for any more. */
void hlsim__agreement_clear(struct hlsim__agreement *agreement, enum hlsim__agreement_kind kind);

/* What the host is being asked for; NONE also when everything was put off. */
enum hlsim__agreement_kind hlsim__agreement_asked(const struct hlsim__agreement *agreement);

/* Asked for or put off. */
static inline bool hlsim__agreement_pending(const struct hlsim__agreement *agreement,
                                            enum hlsim__agreement_kind kind)
{
    return agreement->requests[kind].asked || agreement->requests[kind].deferred;
}

const char *hlsim__agreement_text(enum hlsim__agreement_kind kind);

#endif
