/*
 * Checks what goes with what, asks the resolver, and opens the gateway. Speaks no protocol.
 */
#include "internet.h"

#include "pace.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PORT_PLAIN  5683 /* RFC 7252 6.1 */
#define PORT_SECURE 5684 /* RFC 7252 6.2 */

static bool refuse(const char *command, const char *option, const char *why)
{
    fprintf(stderr, "hl78sim %s: %s: %s\n", command, option, why);
    return false;
}

/* ---- Addresses ---- */

/* "HOST" or "HOST:PORT". */
static bool split(const char *text, uint16_t otherwise, char *host, size_t size, uint16_t *ret_port)
{
    const char *colon = strchr(text, ':');
    size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);
    long port = otherwise;

    if (colon != NULL) {
        char *end;

        port = colon[1] >= '0' && colon[1] <= '9' ? strtol(colon + 1, &end, 10) : -1;
        if (port < 0 || port > 65535 || *end != '\0') {
            return false;
        }
    }
    if (length == 0 || length >= size || strspn(text, "/[] ") > 0) {
        return false;
    }
    memcpy(host, text, length);
    host[length] = '\0';
    *ret_port = (uint16_t)port;
    return strpbrk(host, "/[]@ ") == NULL;
}

/* The IPv4 address of a host; false after a message. */
static bool resolve(const char *command, const char *option, const char *host, uint32_t *ret_ip)
{
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *found = NULL;
    struct sockaddr_in address;
    int error;

    if (hlsim_ip_parse(host, ret_ip) == 0) {
        return true;
    }
    error = getaddrinfo(host, NULL, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "hl78sim %s: %s: %s: %s\n", command, option, host, gai_strerror(error));
        return false;
    }
    memcpy(&address, found->ai_addr, sizeof address);
    *ret_ip = ntohl(address.sin_addr.s_addr);
    freeaddrinfo(found);
    return true;
}

bool internet_read_address(const char *command, const char *option, const char *text,
                           struct hlsim_address *ret_address)
{
    char host[256];

    if (strchr(text, ':') == NULL || !split(text, 0, host, sizeof host, &ret_address->port)) {
        return refuse(command, option, "expected HOST:PORT, such as 127.0.0.1:5684");
    }
    return resolve(command, option, host, &ret_address->ip);
}

/* ---- Options ---- */

static bool read_server(const char *command, struct internet *internet)
{
    const char *uri = internet->lwm2m;
    size_t scheme = strncmp(uri, "coaps://", 8) == 0 ? 8 : strncmp(uri, "coap://", 7) == 0 ? 7 : 0;

    internet->secure = scheme == 8;
    if (scheme == 0 || strlen(uri) >= HLSIM_BOOTSTRAP_URI_SIZE ||
        !split(uri + scheme, internet->secure ? PORT_SECURE : PORT_PLAIN, internet->host,
               sizeof internet->host, &internet->server.port) ||
        internet->server.port == 0) {
        return refuse(command, "--lwm2m",
                      "expected coap://HOST[:PORT] or coaps://HOST[:PORT], with an IPv4 host");
    }
    if (internet->secure && !hlsim_has_dtls()) {
        return refuse(command, "--lwm2m",
                      "coaps needs a build with DTLS: this one has "
                      "HL78SIM_DTLS=OFF");
    }
    return resolve(command, "--lwm2m", internet->host, &internet->server.ip);
}

static bool read_reach(const char *command, const char *text, struct internet *internet)
{
    internet->open = strcmp(text, "none") != 0;
    if (strcmp(text, "host") == 0) {
        internet->reach = HLPTY_INTERNET_HOST;
    } else if (internet->open && strcmp(text, "loopback") != 0) {
        return refuse(command, "--internet", "expected none, loopback or host");
    }
    return true;
}

/* A port in decimal; 0: it is none. */
static uint16_t read_port(const char *text, size_t length)
{
    unsigned long port = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || port > UINT16_MAX) {
            return 0;
        }
        port = port * 10 + (unsigned long)(text[i] - '0');
    }
    return port > UINT16_MAX ? 0 : (uint16_t)port;
}

static bool read_forwards(const char *command, const struct text_list *texts,
                          struct internet *internet)
{
    if (texts->count > HLPTY_FORWARDS_MAX) {
        return refuse(command, "--forward", "expected 8 at most");
    }
    for (size_t i = 0; i < texts->count; i++) {
        const char *text = texts->items[i];
        size_t length = strcspn(text, ":");

        internet->forwards[i].local = read_port(text, length);
        internet->forwards[i].modem =
            text[length] == ':' ? read_port(text + length + 1, strlen(text + length + 1)) : 0;
        if (internet->forwards[i].local == 0 || internet->forwards[i].modem == 0) {
            return refuse(command, "--forward",
                          "expected PORT:PORT, a local one and one of the modem, such as "
                          "8080:80");
        }
        internet->forward_count++;
    }
    return true;
}

bool internet_read(const char *command, const struct internet_options *options,
                   struct internet *ret_internet)
{
    bool forwards = options->forwards != NULL && options->forwards->count > 0;
    const char *otherwise = options->lwm2m != NULL || forwards ? "loopback" : "none";
    const char *reach = options->internet != NULL ? options->internet : otherwise;

    *ret_internet = (struct internet){.lwm2m = options->lwm2m, .reach = HLPTY_INTERNET_LOOPBACK};
    if (!read_reach(command, reach, ret_internet) ||
        !pace_permits(command, options->factor, reach)) {
        return false;
    }
    if (forwards && !ret_internet->open) {
        return refuse(command, "--forward", "does not go with --internet none");
    }
    if (forwards && !read_forwards(command, options->forwards, ret_internet)) {
        return false;
    }
    if (options->lwm2m == NULL) {
        return true;
    }
    if (!ret_internet->open) {
        return refuse(command, "--lwm2m", "does not go with --internet none");
    }
    if (!read_server(command, ret_internet)) {
        return false;
    }
    if (ret_internet->reach == HLPTY_INTERNET_LOOPBACK &&
        ret_internet->server.ip >> 24 != IN_LOOPBACKNET) {
        return refuse(command, "--lwm2m",
                      "that server is not on this machine: give --internet host to permit it");
    }
    return true;
}

bool internet_prepare(const struct internet *internet, const char *path, struct hlsim_setup *setup)
{
    static const unsigned char none[HLSIM_BOOTSTRAP_KEY_SIZE];
    struct hlsim_modem_config *modem = &setup->modem;

    if (internet->lwm2m == NULL) {
        return true;
    }
    if (internet->secure && memcmp(modem->lwm2m_key, none, sizeof none) == 0) {
        fprintf(stderr,
                "%s: /modem/lwm2m/key: is missing: the key that the server at %s knows for this "
                "module\n",
                path, internet->lwm2m);
        return false;
    }
    snprintf(modem->credentials ? modem->dm_uri : modem->bootstrap_uri, HLSIM_BOOTSTRAP_URI_SIZE,
             "%s", internet->lwm2m);
    return true;
}

/* ---- The way out ---- */

/* A name may be known already, or be an address. */
static int add_name(struct hlsim_network *network, const char *host, uint32_t ip)
{
    uint32_t known;

    return host[0] == '\0' || hlsim_network_find_name(network, host, &known) == 0
               ? 0
               : hlsim_network_add_name(network, host, ip);
}

int internet_open(const struct internet *internet, const struct internet_way *way,
                  struct hlpty_gateway **ret_gateway, struct hlpty_error *reterr)
{
    struct hlsim_network *network = hlsim_world_network(way->world);
    const struct hlpty_gateway_config config = {.loop = way->loop,
                                                .network = network,
                                                .internet = internet->reach,
                                                .user = way->user,
                                                .arrived = way->arrived};
    int error;

    *ret_gateway = NULL;
    if (!internet->open) {
        return 0;
    }
    error = add_name(network, internet->host, internet->server.ip);
    if (error == 0) {
        error = add_name(network, "localhost", INADDR_LOOPBACK);
    }
    if (error < 0) {
        snprintf(reterr->text, sizeof reterr->text, "%.64s: %s", internet->host,
                 hlsim_error_text(error));
        return error;
    }
    error = hlpty_gateway_open(&config, ret_gateway, reterr);
    for (size_t i = 0; error == 0 && i < internet->forward_count; i++) {
        const struct hlsim_address to = {.ip = way->setup->world.network.public_ip,
                                         .port = internet->forwards[i].modem};

        error = hlpty_gateway_forward(*ret_gateway, internet->forwards[i].local, to, reterr);
    }
    return error;
}
