/*
 * Asks, grants and answers; one question at a time.
 */
#include "lib/ppp_host.h"

#include <mbedtls/md5.h>

#include <string.h>

#define LCP  0xc021
#define PAP  0xc023
#define CHAP 0xc223
#define IPCP 0x8021
#define IP   0x0021

/* Bit by bit, as RFC 1662 C.1 describes the polynomial. */
static uint16_t fcs16(const uint8_t *bytes, size_t size)
{
    uint16_t fcs = 0xffff;

    for (size_t i = 0; i < size; i++) {
        fcs ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            fcs = (uint16_t)((fcs & 1) != 0 ? fcs >> 1 ^ 0x8408 : fcs >> 1);
        }
    }
    return fcs;
}

void ppp_host_send(struct ppp_host *host, uint16_t protocol, const uint8_t *bytes, size_t size)
{
    uint8_t raw[PPP_HOST_MAX];
    uint8_t line[2 * PPP_HOST_MAX];
    size_t raw_size = 0;
    size_t at = 0;
    uint16_t fcs;

    raw[raw_size++] = 0xff;
    raw[raw_size++] = 0x03;
    raw[raw_size++] = (uint8_t)(protocol >> 8);
    raw[raw_size++] = (uint8_t)protocol;
    memcpy(raw + raw_size, bytes, size);
    raw_size += size;
    fcs = (uint16_t)(fcs16(raw, raw_size) ^ 0xffff);
    raw[raw_size++] = (uint8_t)fcs;
    raw[raw_size++] = (uint8_t)(fcs >> 8);
    line[at++] = 0x7e;
    for (size_t i = 0; i < raw_size; i++) {
        if (raw[i] < 0x20 || raw[i] == 0x7d || raw[i] == 0x7e) {
            line[at++] = 0x7d;
            line[at++] = raw[i] ^ 0x20;
        } else {
            line[at++] = raw[i];
        }
    }
    line[at++] = 0x7e;
    host->send(host->user, line, at);
}

void ppp_host_control(struct ppp_host *host, uint16_t protocol, uint8_t code, uint8_t id,
                      const uint8_t *data, size_t size)
{
    uint8_t bytes[PPP_HOST_MAX] = {code, id, (uint8_t)((size + 4) >> 8), (uint8_t)(size + 4)};

    if (size > 0) {
        memcpy(bytes + 4, data, size);
    }
    ppp_host_send(host, protocol, bytes, size + 4);
}

/* --- Questions ------------------------------------------------------------------------------ */

static void ask_lcp(struct ppp_host *host)
{
    uint8_t options[32] = {2, 6, 0, 0, 0, 0, 5, 6, 0x11, 0x22, 0x33, 0x44, 7, 2, 8, 2};
    size_t size = 16;

    if (host->mru != 0) {
        const uint8_t mru[] = {1, 4, (uint8_t)(host->mru >> 8), (uint8_t)host->mru};

        memcpy(options + size, mru, sizeof mru);
        size += sizeof mru;
    }
    ppp_host_control(host, LCP, 1, ++host->id, options, size);
}

static size_t put_address(uint8_t *options, uint8_t type, uint32_t address)
{
    const uint8_t option[] = {type,
                              6,
                              (uint8_t)(address >> 24),
                              (uint8_t)(address >> 16),
                              (uint8_t)(address >> 8),
                              (uint8_t)address};

    memcpy(options, option, sizeof option);
    return sizeof option;
}

static void ask_ipcp(struct ppp_host *host)
{
    uint8_t options[32];
    size_t size = put_address(options, 3, host->address);

    if (host->asks_dns) {
        size += put_address(options + size, 129, host->dns[0]);
        size += put_address(options + size, 131, host->dns[1]);
    }
    if (host->asks_vj) {
        const uint8_t vj[] = {2, 6, 0x00, 0x2d, 15, 1};

        memcpy(options + size, vj, sizeof vj);
        size += sizeof vj;
    }
    ppp_host_control(host, IPCP, 1, ++host->id, options, size);
}

void ppp_host_start(struct ppp_host *host)
{
    ask_lcp(host);
}

/* --- Who it is ------------------------------------------------------------------------------ */

static void say_name(struct ppp_host *host)
{
    uint8_t data[256];
    size_t name = strlen(host->name);
    size_t password = strlen(host->password);

    data[0] = (uint8_t)name;
    memcpy(data + 1, host->name, name);
    data[1 + name] = (uint8_t)password;
    memcpy(data + 2 + name, host->password, password);
    ppp_host_control(host, PAP, 1, ++host->id, data, 2 + name + password);
}

static void answer_challenge(struct ppp_host *host, uint8_t id, const uint8_t *data)
{
    uint8_t secret[256] = {id};
    uint8_t answer[256] = {16};
    size_t password = strlen(host->password);
    size_t value = data[0];

    memcpy(secret + 1, host->password, password);
    memcpy(secret + 1 + password, data + 1, value);
    (void)mbedtls_md5_ret(secret, 1 + password + value, answer + 1);
    memcpy(answer + 17, host->name, strlen(host->name));
    ppp_host_control(host, CHAP, 2, id, answer, 17 + strlen(host->name));
}

static void lcp_moves(struct ppp_host *host)
{
    if (!host->lcp_acked || !host->lcp_granted) {
        return;
    }
    if (host->auth == 0) {
        ask_ipcp(host);
    } else if (host->auth == PAP) {
        say_name(host);
    }
}

/* --- Packets -------------------------------------------------------------------------------- */

static void take_lcp(struct ppp_host *host, const uint8_t *packet, size_t size)
{
    switch (packet[0]) {
    case 1:
        host->auth = 0;
        for (size_t i = 4; i + 1 < size; i += packet[i + 1]) {
            if (packet[i] == 3) {
                host->auth = (uint16_t)(packet[i + 2] << 8 | packet[i + 3]);
            }
        }
        ppp_host_control(host, LCP, 2, packet[1], packet + 4, size - 4);
        host->lcp_granted = true;
        lcp_moves(host);
        break;
    case 2:
        host->lcp_acked = true;
        lcp_moves(host);
        break;
    case 5:
        host->terminated = true;
        ppp_host_control(host, LCP, 6, packet[1], NULL, 0);
        break;
    case 6:
        host->terminate_acked = true;
        break;
    case 8:
        host->rejected_protocol = (uint16_t)(packet[4] << 8 | packet[5]);
        break;
    default:
        host->other_code = packet[0];
        memcpy(host->other, packet + 4,
               size - 4 < sizeof host->other ? size - 4 : sizeof host->other);
        break;
    }
}

static uint32_t get_address(const uint8_t *option)
{
    return (uint32_t)option[2] << 24 | (uint32_t)option[3] << 16 | (uint32_t)option[4] << 8 |
           option[5];
}

static void take_ipcp(struct ppp_host *host, const uint8_t *packet, size_t size)
{
    for (size_t i = 4; i + 1 < size && packet[0] != 2; i += packet[i + 1]) {
        uint32_t address = packet[i + 1] == 6 ? get_address(packet + i) : 0;

        if (packet[0] == 1 && packet[i] == 3) {
            host->peer = address;
        } else if (packet[0] == 3 && packet[i] == 3) {
            host->address = address;
        } else if (packet[0] == 3 && (packet[i] == 129 || packet[i] == 131)) {
            host->dns[packet[i] == 131] = address;
        } else if (packet[0] == 4 && packet[i] == 2) {
            host->asks_vj = false;
        }
    }
    switch (packet[0]) {
    case 1:
        ppp_host_control(host, IPCP, 2, packet[1], packet + 4, size - 4);
        host->ipcp_granted = true;
        break;
    case 2:
        host->ipcp_acked = true;
        break;
    case 3:
        host->naks++;
        ask_ipcp(host);
        break;
    case 4:
        host->rejects++;
        ask_ipcp(host);
        break;
    default:
        break;
    }
}

static void take_auth(struct ppp_host *host, uint16_t protocol, const uint8_t *packet)
{
    if (protocol == CHAP && packet[0] == 1) {
        answer_challenge(host, packet[1], packet + 4);
    } else if (packet[0] == (protocol == PAP ? 2 : 3)) {
        host->accepted = true;
        ask_ipcp(host);
    } else {
        host->refused = true;
    }
}

static void take_frame(struct ppp_host *host)
{
    const uint8_t *bytes = host->frame;
    size_t size = host->size;
    uint16_t protocol;

    if (size < 4 || fcs16(bytes, size) != 0xf0b8) {
        host->bad++;
        return;
    }
    host->frames++;
    size -= 2;
    if (bytes[0] == 0xff) {
        bytes += 2;
        size -= 2;
    }
    protocol = *bytes++;
    size--;
    if (protocol % 2 == 0) {
        protocol = (uint16_t)(protocol << 8 | *bytes++);
        size--;
    }
    if (protocol == IP && host->packet != NULL) {
        host->packet(host->user, bytes, size);
    } else if (protocol == LCP) {
        take_lcp(host, bytes, size);
    } else if (protocol == IPCP) {
        take_ipcp(host, bytes, size);
    } else if (protocol == PAP || protocol == CHAP) {
        take_auth(host, protocol, bytes);
    }
}

void ppp_host_receive(struct ppp_host *host, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == 0x7e) {
            if (host->in_frame && host->size > 0) {
                take_frame(host);
            }
            host->in_frame = true;
            host->escaped = false;
            host->size = 0;
        } else if (bytes[i] == 0x7d) {
            host->escaped = true;
        } else if (host->in_frame && host->size < sizeof host->frame) {
            host->frame[host->size++] = host->escaped ? bytes[i] ^ 0x20 : bytes[i];
            host->escaped = false;
        }
    }
}
