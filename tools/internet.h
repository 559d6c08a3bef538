/*
 * The options --lwm2m, --internet and --forward: where the sockets of a modem lead beyond the
 * simulated network, which real LwM2M server it is a client of, and which local ports lead to it.
 * The names of options are resolved here, at the start; those that a modem asks for are the
 * gateway's.
 */
#ifndef HL78SIM_TOOLS_INTERNET_H
#define HL78SIM_TOOLS_INTERNET_H

#include <hl78sim/load.h>
#include <hl78sim/world.h>
#include <hlpty/gateway.h>

#include "options.h"

#include <stdbool.h>
#include <stdint.h>

struct internet {
    const char *lwm2m; /* "coap://host:5683"; NULL: AirVantage's model is the server */
    bool open;         /* there is a way out at all */
    bool secure;       /* `lwm2m` is one of DTLS */
    enum hlpty_internet reach;
    struct hlsim_address server; /* of `lwm2m` */
    size_t forward_count;
    struct {
        uint16_t local;
        uint16_t modem;
    } forwards[HLPTY_FORWARDS_MAX];
    char host[64]; /* its name, which may be an address; "": there is none */
};

/* As the options say it. */
struct internet_options {
    const char *lwm2m;
    const char *internet;             /* "none", "loopback", "host"; NULL: as the others need it */
    const struct text_list *forwards; /* "PORT:PORT" */
    int64_t factor;                   /* of --time */
};

/* Reads the options; false after a message that begins with `command`. */
bool internet_read(const char *command, const struct internet_options *options,
                   struct internet *ret_internet);

/* Makes the modem of a setup a client of the server; false after a message that begins with
 * `path`, the scenario's. */
bool internet_prepare(const struct internet *internet, const char *path, struct hlsim_setup *setup);

struct internet_way {
    struct ev_loop *loop;
    struct hlsim_world *world;
    const struct hlsim_setup *setup; /* of the world */
    void *user;
    void (*arrived)(void *user); /* as struct hlpty_gateway_config */
};

/* Opens the way out of a world; `*ret_gateway` is NULL when there is none. 0, or an error. */
int internet_open(const struct internet *internet, const struct internet_way *way,
                  struct hlpty_gateway **ret_gateway, struct hlpty_error *reterr);

/* Reads "HOST:PORT", of which the host is resolved. False after a message. */
bool internet_read_address(const char *command, const char *option, const char *text,
                           struct hlsim_address *ret_address);

#endif
