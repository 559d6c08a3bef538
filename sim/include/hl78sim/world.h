/*
 * A world: modems, the network, AirVantage and a judge, in virtual time. The caller owns time: it
 * asks when the next thing happens and lets the world run until then. A world without modems is
 * the bench for a real modem: stream, scheduler and judge.
 */
#ifndef HL78SIM_WORLD_H
#define HL78SIM_WORLD_H

#include <hl78sim/airvantage.h>
#include <hl78sim/event.h>
#include <hl78sim/link.h>
#include <hl78sim/modem.h>
#include <hl78sim/network.h>
#include <hl78sim/package.h>
#include <hl78sim/peers.h>
#include <hl78sim/power.h>
#include <hl78sim/scenario.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim_world;

struct hlsim_world_config {
    uint64_t seed;
    int64_t epoch; /* seconds since 1970 at power-on */
    struct hlsim_network_config network;
    struct hlsim_airvantage_config airvantage;
    size_t modem_count;
    const struct hlsim_modem_config *modems; /* borrowed during creation */
    size_t peer_count;
    const struct hlsim_peer_config *peers; /* likewise; hlsim_peers_usual */
    /* For many worlds that are alike; both outlive the world, and are 0 or NULL mostly. */
    size_t known_count;
    const struct hlsim_package_known *known; /* packages whose sums need no second computing */
    struct hlsim_world *sibling;             /* equal pages of flash are stored once with its */
};

/* Builds a world in which every modem is without power. 0, or an error and no world. */
int hlsim_world_create(const struct hlsim_world_config *config, struct hlsim_world **ret_world);
void hlsim_world_free(struct hlsim_world *world);

struct hlsim_stream *hlsim_world_stream(struct hlsim_world *world);
struct hlsim_network *hlsim_world_network(struct hlsim_world *world);

/* Says something in the stream from outside of the world: a host, a driver. */
void hlsim_world_emit(struct hlsim_world *world, const char *source, enum hlsim_event_kind kind,
                      const struct hlsim_field *fields, size_t field_count);

/* A modem's AT port; the world keeps the modem's end attached. */
struct hlsim_link *hlsim_world_port(struct hlsim_world *world, size_t modem, unsigned port);

/* Gives every modem its supply: the time 0 from which actions count. */
void hlsim_world_power_on(struct hlsim_world *world);

/* The time 0 for AirVantage alone: its modems are elsewhere, and those of the world stay without
 * power. */
void hlsim_world_start_servers(struct hlsim_world *world);

enum hlsim_server { HLSIM_SERVER_BOOTSTRAP, HLSIM_SERVER_DM, HLSIM_SERVER_PACKAGES };

/* Where a server of AirVantage is in the simulated network. Not of a world without modems. */
struct hlsim_address hlsim_world_server(const struct hlsim_world *world, enum hlsim_server server);

int64_t hlsim_world_now(const struct hlsim_world *world);

/* When the next thing happens; HLSIM_NEVER: nothing any more. */
int64_t hlsim_world_next_at(const struct hlsim_world *world);

/*
 * Lets everything happen that is due by `at`, in order; then it is `at` (no earlier than before).
 * 0, or HLSIM_E_PROMISE at the first broken promise (an event names it), where time stops.
 */
int hlsim_world_run_until(struct hlsim_world *world, int64_t at);

/* Fires one event that is due by `at`: 1, 0 when there is none, HLSIM_E_PROMISE. */
int hlsim_world_step(struct hlsim_world *world, int64_t at);

/* Whose move it is, for drivers that let time pass faster meanwhile. */
enum hlsim_due {
    HLSIM_DUE_NOBODY, /* nothing is expected soon: waits of minutes or months, or for the host */
    /* A modem owes its host the next byte: a start, an answer, a session that is being opened or
     * closed, a download, an install. */
    HLSIM_DUE_MODEM,
    HLSIM_DUE_HOST, /* a port is in a data mode in which it waits for its host */
};

/* Looked up, and counted nowhere. A modem that waits for its host comes before one that owes. */
enum hlsim_due hlsim_world_due(const struct hlsim_world *world);

/* Asks `hook` at every cut point of a modem. */
void hlsim_world_set_cut_hook(struct hlsim_world *world, size_t modem, hlsim_cut_hook hook,
                              void *user);

/* Power failed at a cut point: gives the supply back after `off_time`. */
void hlsim_world_power_back_in(struct hlsim_world *world, size_t modem, int64_t off_time);

/* The world's own actor: acts on modems, network and AirVantage, and reads their paths. */
struct hlsim_actor hlsim_world_actor(struct hlsim_world *world);

/* A judge of `scenario` in this world; the actors are a chain, the first that knows an action
 * acts. The judge is freed by hlsim_judge_free before the world. NULL: no memory. */
struct hlsim_judge *hlsim_world_judge(struct hlsim_world *world,
                                      const struct hlsim_scenario *scenario,
                                      const struct hlsim_actor *actors, size_t actor_count);

#endif
