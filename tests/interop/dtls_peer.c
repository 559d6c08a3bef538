/*
 * One end of a DTLS association on a real socket, for tests against other people's: datagrams of
 * the socket go into the simulator's association, its timers run by the machine's clock.
 *
 *     dtls_peer client PORT IDENTITY KEY    says "hello" and waits for a line
 *     dtls_peer server IDENTITY KEY         says its port, answers a line by the same in capitals
 *
 * KEY is hexadecimal. Prints what happens, a line each; ends with the association.
 */
#include "network/secure.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE (20 * HLSIM_SECOND)

struct peer {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__timer_group timers;
    struct hlsim__secure *secure;
    const char *identity;
    uint8_t key[HLSIM__SECURE_KEY_MAX];
    size_t key_size;
    bool client;
    bool over;    /* the handshake came to nothing, or the end was said */
    bool renewed; /* a server forgets a client that has yet to return a cookie */
    int fd;
    struct sockaddr_in other;
};

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * HLSIM_SECOND + time.tv_nsec;
}

static int transmit(void *user, const uint8_t *bytes, size_t size)
{
    struct peer *peer = user;

    (void)sendto(peer->fd, bytes, size, 0, (struct sockaddr *)&peer->other, sizeof peer->other);
    return 0;
}

static void established(void *user, bool resumed)
{
    struct peer *peer = user;

    printf("established%s\n", resumed ? " resumed" : "");
    if (peer->client) {
        (void)hlsim__secure_send(peer->secure, (const uint8_t *)"hello\n", 6);
    }
}

static void failed(void *user, enum hlsim__secure_failure why, int error)
{
    struct peer *peer = user;

    (void)error;
    if (why == HLSIM__SECURE_UNVERIFIED) {
        peer->renewed = true;
        return;
    }
    printf("failed: %s\n", hlsim__secure_failure_text(why));
    peer->over = true;
}

static void datagram(void *user, const uint8_t *bytes, size_t size)
{
    struct peer *peer = user;
    uint8_t answer[HLSIM_DATAGRAM_MAX];

    printf("received: %.*s", (int)size, (const char *)bytes);
    if (peer->client) {
        hlsim__secure_close(peer->secure);
        peer->over = true;
        return;
    }
    for (size_t i = 0; i < size; i++) {
        answer[i] = (uint8_t)toupper(bytes[i]);
    }
    (void)hlsim__secure_send(peer->secure, answer, size);
}

static void closed(void *user)
{
    struct peer *peer = user;

    printf("closed\n");
    peer->over = true;
}

static void ignored(void *user, const char *why)
{
    (void)user;
    printf("ignored: %s\n", why != NULL ? why : "");
}

static int key(void *user, const char *identity, size_t size,
               uint8_t ret_key[HLSIM__SECURE_KEY_MAX])
{
    const struct peer *peer = user;

    if (strlen(peer->identity) != size || memcmp(peer->identity, identity, size) != 0) {
        return HLSIM_E_NOT_FOUND;
    }
    memcpy(ret_key, peer->key, peer->key_size);
    return (int)peer->key_size;
}

static const struct hlsim__secure_ops ops = {.transmit = transmit,
                                             .established = established,
                                             .failed = failed,
                                             .datagram = datagram,
                                             .closed = closed,
                                             .ignored = ignored,
                                             .key = key};

static void make(struct peer *peer)
{
    struct hlsim__secure_config config = {.role = peer->client ? HLSIM__SECURE_CLIENT
                                                               : HLSIM__SECURE_SERVER,
                                          .stream = &peer->stream,
                                          .timers = &peer->timers,
                                          .timeout_min = 2 * HLSIM_SECOND,
                                          .timeout_max = 32 * HLSIM_SECOND,
                                          .identity = peer->identity,
                                          .key = peer->key,
                                          .key_size = peer->key_size,
                                          .ops = &ops,
                                          .user = peer};

    hlsim__rng_init(&config.rng, (uint64_t)getpid(), "peer");
    hlsim__secure_destroy(peer->secure);
    if (hlsim__secure_create(&config, &peer->secure) < 0) {
        exit(2);
    }
    peer->renewed = false;
}

static void run(struct peer *peer)
{
    int64_t start = now();

    while (!peer->over && peer->sched.now < PATIENCE) {
        struct pollfd wait = {.fd = peer->fd, .events = POLLIN};
        uint8_t bytes[2048];
        socklen_t other_size = sizeof peer->other;

        if (poll(&wait, 1, 50) > 0) {
            ssize_t size = recvfrom(peer->fd, bytes, sizeof bytes, 0,
                                    (struct sockaddr *)&peer->other, &other_size);

            if (size >= 0) {
                hlsim__secure_receive(peer->secure, bytes, (size_t)size);
            }
        }
        if (peer->renewed) {
            make(peer);
        }
        while (hlsim__sched_fire_next(&peer->sched, now() - start)) {
        }
        hlsim__sched_advance(&peer->sched, now() - start);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct peer peer = {.over = false};
    socklen_t here_size = sizeof here;
    const char *digits;

    if (argc < 4) {
        return 2;
    }
    peer.client = strcmp(argv[1], "client") == 0;
    peer.identity = argv[peer.client ? 3 : 2];
    digits = argv[argc - 1];
    for (; sscanf(digits, "%2hhx", &peer.key[peer.key_size]) == 1; digits += 2) {
        peer.key_size++;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    hlsim__sched_init(&peer.sched);
    hlsim__stream_init(&peer.stream, &peer.sched);
    hlsim__timer_group_init(&peer.timers, &peer.sched, NULL);
    peer.fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (peer.fd < 0 || bind(peer.fd, (struct sockaddr *)&here, sizeof here) < 0 ||
        getsockname(peer.fd, (struct sockaddr *)&here, &here_size) < 0) {
        return 2;
    }
    make(&peer);
    if (peer.client) {
        peer.other = here;
        peer.other.sin_port = htons((uint16_t)atoi(argv[2]));
        (void)hlsim__secure_start(peer.secure);
    } else {
        printf("%u\n", (unsigned)ntohs(here.sin_port));
    }
    run(&peer);
    hlsim__secure_destroy(peer.secure);
    hlsim__sched_free(&peer.sched);
    close(peer.fd);
    return peer.over ? 0 : 1;
}
