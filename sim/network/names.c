/*
 * Host names of the simulated network. Does not know who lives at an address.
 */
#include "network/network.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_host(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

int hlsim__network_add_name(struct hlsim_network *net, const char *host, uint32_t ip)
{
    size_t length = strlen(host);
    uint32_t known;

    if (net->name_count == HLSIM__NAMES_MAX || length >= HLSIM__HOST_SIZE) {
        return HLSIM_E_LIMIT;
    }
    if (hlsim__network_resolve(net, host, &known) == 0) {
        return HLSIM_E_EXISTS;
    }
    memcpy(net->names[net->name_count].host, host, length + 1);
    net->names[net->name_count].ip = ip;
    net->name_count++;
    return 0;
}

int hlsim__network_resolve(const struct hlsim_network *net, const char *host, uint32_t *ret_ip)
{
    if (hlsim_ip_parse(host, ret_ip) == 0) {
        return 0;
    }
    for (size_t i = 0; i < net->name_count; i++) {
        if (same_host(net->names[i].host, host)) {
            *ret_ip = net->names[i].ip;
            return 0;
        }
    }
    return HLSIM_E_NOT_FOUND;
}

int hlsim_network_add_name(struct hlsim_network *network, const char *host, uint32_t ip)
{
    return hlsim__network_add_name(network, host, ip);
}

int hlsim_network_find_name(const struct hlsim_network *network, const char *host, uint32_t *ret_ip)
{
    return hlsim__network_resolve(network, host, ret_ip);
}
