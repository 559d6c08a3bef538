/*
 * A host that speaks 27.010 with a served module: what it sends and hears as frames. For tests.
 */
#ifndef HL78SIM_TESTS_MUX_HOST_H
#define HL78SIM_TESTS_MUX_HOST_H

#include "lib/port_rig.h"

#include "codec/mux.h"

struct mux_host {
    struct port_rig rig;
    struct hlsim__mux_reader reader;
    char said[16384]; /* "UA1 MSC1:8d data2:... |" since the last look */
};

void mux_send_frame(struct mux_host *host, unsigned dlci, uint8_t type, const void *info,
                    size_t size);

/* A message of the control channel. */
void mux_send_message(struct mux_host *host, uint8_t type, bool command, const void *value,
                      size_t size);

/* Lets time pass and hears what came; as text that holds until the next call. */
const char *mux_said(struct mux_host *host, int64_t milliseconds);

#define MUX_SAYS(host, milliseconds, text)                                                         \
    CU_ASSERT_STRING_EQUAL(mux_said((host), (milliseconds)), (text))

/* A module that is up, with `command` to begin (AT+CMUX=...), and its control channel. */
void mux_open(struct mux_host *host, const char *command);
void mux_open_channel(struct mux_host *host, unsigned dlci);

/* Bytes for a channel. */
void mux_type(struct mux_host *host, unsigned dlci, const char *text);

#endif
