/*
 * The judge's actor for a real modem: what its host knows, what was seen on the wire, what the
 * modem answered to queries after the end. Everything else cannot be observed or done here.
 */
#ifndef HLPOSIX_MODEM_ACTOR_H
#define HLPOSIX_MODEM_ACTOR_H

#include <hl78sim/event.h>
#include <hl78sim/scenario.h>
#include <hl78sim/tap.h>

#include <hlposix/driver.h>
#include <hlposix/queries.h>
#include <hlposix/serial.h>

enum hlposix_agreement {
    HLPOSIX_AGREEMENT_NONE,
    HLPOSIX_AGREEMENT_CONNECT,
    HLPOSIX_AGREEMENT_DOWNLOAD,
    HLPOSIX_AGREEMENT_INSTALL,
};

struct hlposix_modem_actor {
    struct hlposix_driver *driver; /* NULL: somebody else is the host */
    const struct hlposix_queries *queries;
    const struct hlposix_serial *serial; /* whose lines can be driven; NULL: none */
    struct hlsim_tap *tap;               /* says so */
    int64_t boots;                       /* +KSUP lines so far */
    enum hlposix_agreement agreement;    /* asked for and not replied to */
};

/*
 * Prepares and listens to `stream`, into which the wire's tap speaks. All three are borrowed and
 * outlive the actor. 0, or HLSIM_E_LIMIT when the stream has no room.
 */
int hlposix_modem_actor_init(struct hlposix_modem_actor *actor, struct hlposix_driver *driver,
                             const struct hlposix_queries *queries, struct hlsim_stream *stream);

/* From now on the action `line` drives the lines of that port, and the tap says so; both are
 * borrowed. */
void hlposix_modem_actor_set_port(struct hlposix_modem_actor *actor,
                                  const struct hlposix_serial *serial, struct hlsim_tap *tap);

/* For the chain of actors; in front of the actors of a world without modems. */
struct hlsim_actor hlposix_modem_actor(struct hlposix_modem_actor *actor);

#endif
