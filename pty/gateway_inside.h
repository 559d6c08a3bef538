/*
 * What the files of the gateway share: gateway.c has the flows, pipe.c the streams, door.c those
 * who come in, resolver.c the names.
 */
#ifndef HLPTY_GATEWAY_INSIDE_H
#define HLPTY_GATEWAY_INSIDE_H

#include <hlpty/gateway.h>

#include <netinet/in.h>
#include <stdint.h>

/* A flow is known by a 16-bit port. */
#define HLPTY__FLOW_PORTS 65536

struct hlpty__flow;
struct hlpty__pipe;
struct hlpty__question;

struct hlpty_gateway {
    struct hlpty_gateway_config config;
    size_t flow_count;
    size_t pipe_count;
    size_t door_count;
    struct hlpty__pipe *first_pipe;
    struct hlpty_door *doors[HLPTY_DOORS_MAX];
    size_t forward_count;
    struct hlpty_door forwards[HLPTY_FORWARDS_MAX]; /* of doors, those that are its own */
    size_t question_count;
    struct hlpty__question *questions;
    struct hlpty__flow *flows[HLPTY__FLOW_PORTS];
};

/* Brings the world up to the present, which may close flows, pipes and nothing else. */
void hlpty__gateway_arrived(const struct hlpty_gateway *gateway);

/* An address as the kernel has it, and back. */
struct sockaddr_in hlpty__kernel_address(struct hlsim_address address);
struct hlsim_address hlpty__sim_address(const struct sockaddr_in *address);

/* Whether the gateway may lead there. */
bool hlpty__gateway_permits(const struct hlpty_gateway *gateway, uint32_t ip);

/* --- pipe.c ------------------------------------------------------------------------------- */

/* Of struct hlsim_gateway_ops; `user` is the gateway. */
int hlpty__pipe_open(void *user, struct hlsim_gateway_stream *stream, struct hlsim_address to);
void hlpty__pipe_data(void *user, struct hlsim_gateway_stream *stream, const uint8_t *bytes,
                      size_t size);
void hlpty__pipe_drained(void *user, struct hlsim_gateway_stream *stream);
void hlpty__pipe_closed(void *user, struct hlsim_gateway_stream *stream, int reason);

/* Joins an accepted socket, which becomes the pipe's, with a stream to the server at `to`. False:
 * the socket was closed. */
bool hlpty__pipe_accept(struct hlpty_gateway *gateway, int fd, struct hlsim_address to);

void hlpty__pipes_close(struct hlpty_gateway *gateway);

/* --- door.c ------------------------------------------------------------------------------- */

/* Of struct hlsim_gateway_ops: what a server says leaves by the door that leads to it. */
int hlpty__door_answer(void *user, struct hlsim_address from, struct hlsim_address to,
                       const uint8_t *bytes, size_t size);

/* --- resolver.c --------------------------------------------------------------------------- */

/* Of struct hlsim_gateway_ops. */
int hlpty__lookup(void *user, uint64_t id, const char *host);

void hlpty__questions_close(struct hlpty_gateway *gateway);

/* --- door.c, pipe.c ----------------------------------------------------------------------- */

/* There is room for another stream. */
void hlpty__doors_go_on(struct hlpty_gateway *gateway);

#endif
