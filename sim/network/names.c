/*
 * Host names of the simulated network. Does not know who lives at an address.
 */
#include "network/lookup.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool hlsim__same_host(const char *a, const char *b)
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
    if (hlsim_network_find_name(net, host, &known) == 0) {
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
    if (hlsim__network_name_fails(net, host)) {
        return HLSIM_E_NOT_FOUND;
    }
    return hlsim_network_find_name(net, host, ret_ip);
}

int hlsim_network_add_name(struct hlsim_network *network, const char *host, uint32_t ip)
{
    return hlsim__network_add_name(network, host, ip);
}

int hlsim_network_find_name(const struct hlsim_network *network, const char *host, uint32_t *ret_ip)
{
    if (hlsim_ip_parse(host, ret_ip) == 0) {
        return 0;
    }
    for (size_t i = 0; i < network->name_count; i++) {
        if (hlsim__same_host(network->names[i].host, host)) {
            *ret_ip = network->names[i].ip;
            return 0;
        }
    }
    return HLSIM_E_NOT_FOUND;
}
