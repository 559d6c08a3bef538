/*
 * The simulated network as a capture file (pcapng) that Wireshark opens: docs/capture-format.md. A
 * sink on the event stream that hands bytes to a function of the caller's; nothing here opens a
 * file. What is written depends on the events and the configuration alone: the same run gives the
 * same bytes.
 */
#ifndef HL78SIM_CAPTURE_H
#define HL78SIM_CAPTURE_H

#include <hl78sim/event.h>
#include <hl78sim/network.h>

#include <stddef.h>
#include <stdint.h>

/* Takes all of the bytes or fails with a negative HLSIM_E_*; they are borrowed for the call. */
typedef int (*hlsim_capture_write)(void *user, const void *bytes, size_t size);

struct hlsim_capture;

struct hlsim_capture_config {
    hlsim_capture_write write;
    void *user;
    const struct hlsim_network_config *network; /* of the world; borrowed during creation */
    /* For the head of the file; texts are borrowed during creation. */
    const char *scenario;
    const char *profile;
    const char *version; /* of the program, "0.1.0" */
    uint64_t seed;
    int64_t epoch; /* seconds since 1970 at the time 0; at least 0 */
};

/*
 * Writes the head of the file and subscribes to datagrams, segments, secrets and indications.
 * HLSIM_E_NO_MEMORY; HLSIM_E_LIMIT when the stream has no room; what `write` returned.
 */
int hlsim_capture_create(struct hlsim_stream *stream, const struct hlsim_capture_config *config,
                         struct hlsim_capture **ret_capture);

/*
 * Everything that happens up to `now` has happened: writes the packets of that time, which are held
 * back otherwise until the next event of a later time, because what they cause is written with
 * them. For who looks on while time passes; nobody else needs it. 0, or the first error.
 */
int hlsim_capture_settle(struct hlsim_capture *capture, int64_t now);

/* Writes what is left: nothing happens any more. 0, or the first error, after which nothing was
 * written any more. */
int hlsim_capture_end(struct hlsim_capture *capture);

/* The stream keeps the subscription: nothing may be emitted afterwards. Writes nothing. NULL:
 * nothing. */
void hlsim_capture_free(struct hlsim_capture *capture);

#endif
