/*
 * A whole module that is up, for fuzz targets which speak to its port.
 */
#ifndef HL78SIM_TESTS_FUZZ_MODEM_H
#define HL78SIM_TESTS_FUZZ_MODEM_H

#include "fuzz.h"

#include <hl78sim/load.h>
#include <hl78sim/world.h>

#include <stdbool.h>

struct fuzz_modem {
    struct hlsim_setup *setup;
    struct hlsim_world *world;
    struct hlsim_link *link;
    bool names_register; /* "S", then perhaps zeros, were the last bytes sent */
    bool registers_set;  /* S3 to S5 may be others now: "AT" and CR need not be understood */
    size_t came_size;
    char came[8192]; /* the last bytes from the port, and a NUL */
};

/* Echo on, numeric errors, all indications, session credentials. */
void fuzz_modem_open(struct fuzz_modem *modem);

/* The same for another scenario. */
void fuzz_modem_open_with(struct fuzz_modem *modem, const char *scenario);
void fuzz_modem_close(struct fuzz_modem *modem);

/* A promise that is broken aborts. */
void fuzz_modem_run(struct fuzz_modem *modem, int64_t duration);

/* As far as the link takes them, as a host that is never blocked for long. */
void fuzz_modem_send(struct fuzz_modem *modem, const uint8_t *bytes, size_t size);

/* The module answers a plain AT, whatever came before: when it was switched off, after its key
 * was pressed; else aborts. */
void fuzz_modem_expect_alive(struct fuzz_modem *modem);

#endif
