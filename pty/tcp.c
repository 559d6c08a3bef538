/*
 * Listens and lets one client in; others are turned away as long as it is there. Knows no link.
 */
#include <hlpty/tcp.h>

#include "internal.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void on_acceptable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty_tcp *tcp = watcher->data;
    int fd = accept4(tcp->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    const int on = 1;

    (void)loop;
    (void)events;
    if (fd < 0) {
        return;
    }
    if (tcp->client >= 0) {
        close(fd);
        return;
    }
    /* A UART holds nothing back to fill a packet; and a peer that vanished is found out. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    tcp->client = fd;
    tcp->config.came(tcp->config.user, fd);
}

static int listen_at(struct hlpty_tcp *tcp, const struct addrinfo *address,
                     struct hlpty_error *reterr)
{
    const int on = 1;

    tcp->listener = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tcp->listener < 0 ||
        setsockopt(tcp->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(tcp->listener, address->ai_addr, address->ai_addrlen) != 0 ||
        listen(tcp->listener, SOMAXCONN) != 0) {
        return hlpty__fail_errno(reterr, tcp->text);
    }
    return 0;
}

/* What the kernel gave for port 0. */
static uint16_t bound_port(int listener)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } address = {0};
    socklen_t size = sizeof address;

    getsockname(listener, &address.any, &size);
    return ntohs(address.any.sa_family == AF_INET6 ? address.in6.sin6_port : address.in.sin_port);
}

static void set_text(struct hlpty_tcp *tcp, const struct hlpty_place *place, uint16_t port)
{
    bool colons = strchr(place->host, ':') != NULL;

    snprintf(tcp->text, sizeof tcp->text, "%s%s%s:%u", colons ? "[" : "", place->host,
             colons ? "]" : "", port);
}

int hlpty_tcp_open(struct hlpty_tcp *tcp, const struct hlpty_tcp_config *config,
                   struct hlpty_error *reterr)
{
    const struct hlpty_place *place = config->place;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[8];
    int error;

    HLPTY_ASSERT(config->loop != NULL && place->kind == HLPTY_PLACE_TCP);
    memset(tcp, 0, sizeof *tcp);
    tcp->config = *config;
    tcp->config.place = NULL;
    tcp->listener = -1;
    tcp->client = -1;
    set_text(tcp, place, place->port);
    snprintf(port, sizeof port, "%u", place->port);
    error = getaddrinfo(place->host, port, &hints, &found);
    if (error != 0) {
        return hlpty__fail(reterr, HLSIM_E_NOT_FOUND, "%s: %s", place->host, gai_strerror(error));
    }
    error = listen_at(tcp, found, reterr);
    freeaddrinfo(found);
    if (error < 0) {
        hlpty_tcp_close(tcp);
        return error;
    }
    set_text(tcp, place, bound_port(tcp->listener));
    ev_io_init(&tcp->acceptable, on_acceptable, tcp->listener, EV_READ);
    /* When one client goes and another comes, the going is looked at first. */
    ev_set_priority(&tcp->acceptable, EV_MINPRI);
    tcp->acceptable.data = tcp;
    ev_io_start(config->loop, &tcp->acceptable);
    return 0;
}

void hlpty_tcp_drop(struct hlpty_tcp *tcp)
{
    if (tcp->client >= 0) {
        close(tcp->client);
        tcp->client = -1;
    }
}

void hlpty_tcp_close(struct hlpty_tcp *tcp)
{
    hlpty_tcp_drop(tcp);
    if (tcp->listener >= 0) {
        ev_io_stop(tcp->config.loop, &tcp->acceptable);
        close(tcp->listener);
        tcp->listener = -1;
    }
}
