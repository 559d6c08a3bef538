/*
 * A first connection and an update over the simulated air with a man in the middle, for tests of
 * what he can and cannot do: bootstrap, registration, download, installation, report. Counts the
 * events that follow from what he makes up, and digests what both ends believe.
 */
#ifndef HL78SIM_TESTS_AIR_BENCH_H
#define HL78SIM_TESTS_AIR_BENCH_H

#include "lib/flow.h"
#include "lib/middle.h"

struct air_bench {
    struct flow flow;
    struct middle middle;
    void (*shown)(struct air_bench *air, const struct middle_datagram *datagram);
    size_t number; /* of the datagram at hand, from 0 */
    bool counting;
    size_t ignored; /* while counting: events air.ignored, and all others */
    size_t others;
    char other[32]; /* the last kind of these */
    size_t said;    /* what was made up */
    size_t target;  /* of air_change_target and air_swap */
    size_t change;
    size_t held_size; /* a datagram that was held back; 0: none */
    bool held_up;
    struct hlsim_address held_from;
    uint8_t held[HLSIM_DATAGRAM_MAX];
    uint8_t kept[HLSIM_DATAGRAM_MAX]; /* and another one, for the tests */
};

/* Without power, with overrides ("PATH=VALUE", NULL ends the list; NULL: none). */
void air_open(struct air_bench *air, const char *const *overrides,
              void (*shown)(struct air_bench *air, const struct middle_datagram *datagram));
void air_close(struct air_bench *air);

/* Gives power and runs until the host has its result, or two hours have passed, and two minutes
 * more; asserts that no promise was broken. The host's result. */
const char *air_run(struct air_bench *air);

/* Hands over the datagram as it came. */
void air_pass(struct air_bench *air, const struct middle_datagram *datagram);

/* Hands over something made up and counts it, with the events that follow from it. */
void air_make_up(struct air_bench *air, struct hlsim_address from, const uint8_t *bytes,
                 size_t size);

/* What servers and module believe, but for the insides of the DTLS library. */
uint64_t air_belief(const struct air_bench *air);

/* Handshakes that are under way at the servers. */
size_t air_handshakes(const struct air_bench *air);

/* Asserts that nothing but one event each followed from what was made up. */
void air_expect_ignored(struct air_bench *air);

/*
 * One of the ways to change a datagram, numbered from 0: cut at every length, then single bits
 * turned over, all of them in the headers and some further on. The size of the result in
 * `ret_bytes`, or -1 when there are no more ways.
 */
int air_change(const struct middle_datagram *datagram, size_t way,
               uint8_t ret_bytes[HLSIM_DATAGRAM_MAX]);

/* Datagram number `target` is changed on its way, by the way number `change`, and `said` counts it
 * when there is such a way; all others pass. */
void air_change_target(struct air_bench *air, const struct middle_datagram *datagram);

/* About one datagram in AIR_DISORDERS arrives behind the next one of its direction; `target` from 0
 * on, and below that number, chooses which. */
#define AIR_DISORDERS 4
void air_swap(struct air_bench *air, const struct middle_datagram *datagram);

#endif
