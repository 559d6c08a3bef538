/*
 * The hosts, their names and ports. What happens on a port is in the other files.
 */
#include "peers/inside.h"

#include <stdlib.h>
#include <string.h>

/* Addresses are dealt out from here (RFC 5737); AirVantage's are lower. */
#define FIRST_IP   0xcb007164u /* 203.0.113.100 */
#define FIRST_PORT 49152       /* RFC 6335 6 */

/* So that a connection is there before it is reset. */
#define RESET_AFTER HLSIM_SECOND

const struct hlsim_peer_config *hlsim_peers_usual(size_t *ret_count)
{
    static const struct hlsim_peer_file files[] = {
        {.path = "/", .size = 6, .text = "hello\n"},
        {.path = "/10k", .size = 10240},
    };
    static const struct hlsim_peer_config usual[] = {
        {.name = "echo.example", .port = 7, .behaviour = HLSIM_PEER_ECHO},
        {.name = "echo.example", .port = 7, .datagrams = true, .behaviour = HLSIM_PEER_ECHO},
        {.name = "echo.example", .port = 9, .behaviour = HLSIM_PEER_DISCARD},
        {.name = "echo.example", .port = 9, .datagrams = true, .behaviour = HLSIM_PEER_DISCARD},
        {.name = "echo.example",
         .port = 80,
         .behaviour = HLSIM_PEER_HTTP,
         .file_count = sizeof files / sizeof *files,
         .files = files},
        {.name = "echo.example",
         .port = 21,
         .behaviour = HLSIM_PEER_FTP,
         .file_count = sizeof files / sizeof *files,
         .files = files},
    };

    *ret_count = sizeof usual / sizeof *usual;
    return usual;
}

/* --- Hosts -------------------------------------------------------------------------------- */

static struct hlsim__peer_host *find_host(struct hlsim__peers *peers, const char *name)
{
    for (size_t i = 0; i < peers->host_count; i++) {
        if (strcmp(peers->hosts[i].name, name) == 0) {
            return &peers->hosts[i];
        }
    }
    return NULL;
}

/* The address that one of the entries of that name has, or a free one. */
static uint32_t address_of(const struct hlsim__peers_setup *setup, const char *name)
{
    uint32_t ip = FIRST_IP;

    for (size_t i = 0; i < setup->count; i++) {
        if (strcmp(setup->peers[i].name, name) == 0 && setup->peers[i].ip != 0) {
            return setup->peers[i].ip;
        }
    }
    for (size_t i = 0; i < setup->count;) {
        bool taken = setup->peers[i].ip == ip || hlsim__endpoint_find(setup->network, ip) != NULL;

        ip += taken ? 1 : 0;
        i = taken ? 0 : i + 1;
    }
    return ip;
}

static int make_host(struct hlsim__peers *peers, const struct hlsim__peers_setup *setup,
                     const char *name, struct hlsim__peer_host **ret_host)
{
    struct hlsim__peer_host *host = &peers->hosts[peers->host_count];
    int error;

    *ret_host = host;
    memcpy(host->name, name, sizeof host->name);
    host->next_port = FIRST_PORT;
    error =
        hlsim__endpoint_init(&host->endpoint, setup->network, address_of(setup, name), host->name);
    if (error == 0) {
        peers->host_count++;
        error = hlsim__network_add_name(setup->network, name, host->endpoint.ip);
    }
    return error;
}

/* --- Entries ------------------------------------------------------------------------------ */

static int open_port(struct hlsim__peer *peer)
{
    struct hlsim__endpoint *endpoint = &peer->host->endpoint;
    int error;

    switch (peer->config.behaviour) {
    case HLSIM_PEER_SILENT:
        hlsim__endpoint_set_reachable(endpoint, false);
        return 0;
    case HLSIM_PEER_REFUSE:
        return 0;
    default:
        break;
    }
    if (peer->config.port == 0) {
        return 0;
    }
    if (peer->config.behaviour == HLSIM_PEER_FTP) {
        error = hlsim__ftp_peer_open(peer);
        if (error < 0) {
            return error;
        }
    }
    return peer->config.datagrams
               ? hlsim__endpoint_udp_bind(endpoint, peer->config.port, hlsim__peer_receive, peer)
               : hlsim__endpoint_listen(endpoint, peer->config.port, hlsim__peer_accept, peer);
}

/* Its script; those that end what they accept have one of one step. */
static int copy_steps(struct hlsim__peer *peer, const struct hlsim_peer_config *config)
{
    static const struct hlsim_peer_step ends[] = {
        [HLSIM_PEER_CLOSE] = {.ending = HLSIM_PEER_FIN},
        [HLSIM_PEER_RESET] = {.ending = HLSIM_PEER_RST, .after = RESET_AFTER},
        [HLSIM_PEER_STALL] = {.ending = HLSIM_PEER_STALLS},
    };
    const struct hlsim_peer_step *steps = config->steps;
    size_t count = config->step_count;

    if (config->behaviour < sizeof ends / sizeof *ends &&
        ends[config->behaviour].ending != HLSIM_PEER_STAYS) {
        steps = &ends[config->behaviour];
        count = 1;
    }
    peer->steps = count == 0 ? NULL : calloc(count, sizeof *peer->steps);
    if (count > 0 && peer->steps == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    if (count > 0) {
        memcpy(peer->steps, steps, count * sizeof *peer->steps);
    }
    peer->config.steps = peer->steps;
    peer->config.step_count = count;
    return 0;
}

static int copy_files(struct hlsim__peer *peer, const struct hlsim_peer_config *config)
{
    for (size_t i = 0; i < config->file_count; i++) {
        const struct hlsim_peer_file *from = &config->files[i];
        struct hlsim__peer_file *file = hlsim__peer_add_file(peer, from->path, strlen(from->path));
        size_t left = from->size;

        if (file == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        while (left > 0) {
            static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
            size_t part =
                from->text != NULL || left < sizeof letters - 1 ? left : sizeof letters - 1;

            if (!hlsim__bytes_add(&file->bytes, from->text != NULL ? from->text : letters, part)) {
                return HLSIM_E_NO_MEMORY;
            }
            left -= part;
        }
    }
    return 0;
}

static int add(struct hlsim__peers *peers, const struct hlsim__peers_setup *setup, size_t index)
{
    struct hlsim__peer *peer = &peers->peers[index];
    const struct hlsim_peer_config *config = &setup->peers[index];
    int error;

    peer->all = peers;
    peer->config = *config;
    peers->count++;
    error = copy_steps(peer, config);
    if (error == 0) {
        error = copy_files(peer, config);
    }
    if (error < 0) {
        return error;
    }
    peer->host = find_host(peers, config->name);
    if (peer->host == NULL) {
        error = make_host(peers, setup, config->name, &peer->host);
    }
    return error < 0 ? error : open_port(peer);
}

int hlsim__peers_create(const struct hlsim__peers_setup *setup, struct hlsim__peers **ret_peers)
{
    struct hlsim__peers *peers;
    int error = 0;

    if (setup->count > HLSIM_PEERS_MAX) {
        return HLSIM_E_LIMIT;
    }
    peers = calloc(1, sizeof *peers);
    if (peers == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    peers->network = setup->network;
    hlsim__timer_group_init(&peers->timers, setup->sched, &setup->network->scope);
    /* Also when it fails: the network knows hosts of it, and both are freed together. */
    *ret_peers = peers;
    for (size_t i = 0; error == 0 && i < setup->count; i++) {
        error = add(peers, setup, i);
    }
    return error;
}

void hlsim__peers_free(struct hlsim__peers *peers)
{
    hlsim__timer_group_drop(&peers->timers);
    hlsim__talks_free(peers);
    hlsim__answers_free(peers);
    for (size_t i = 0; i < peers->count; i++) {
        free(peers->peers[i].steps);
        hlsim__peer_files_free(&peers->peers[i]);
    }
    free(peers);
}

/* --- What is done to them ----------------------------------------------------------------- */

size_t hlsim__peers_end(struct hlsim__peers *peers, const struct hlsim__iface *iface,
                        unsigned session, enum hlsim_peer_ending ending)
{
    struct hlsim__peer_talk *next;
    size_t count = 0;

    for (struct hlsim__peer_talk *talk = peers->first; talk != NULL; talk = next) {
        next = talk->next;
        if (!talk->closing && hlsim__tcp_peer_is_of(talk->tcp, iface, session)) {
            hlsim__talk_end(talk, ending);
            count++;
        }
    }
    return count;
}

int hlsim__peers_visit(struct hlsim__peers *peers, const char *name, struct hlsim__iface *iface,
                       uint16_t port)
{
    struct hlsim__peer *best = NULL;

    for (size_t i = 0; i < peers->count; i++) {
        struct hlsim__peer *peer = &peers->peers[i];

        if (strcmp(peer->config.name, name) == 0 && !peer->config.datagrams &&
            (best == NULL || (best->config.port != 0 && peer->config.port == 0))) {
            best = peer;
        }
    }
    return best == NULL ? HLSIM_E_NOT_FOUND : hlsim__peer_visit(best, iface, port);
}

/* --- What is known of them ---------------------------------------------------------------- */

static int number_of(const struct hlsim__peer *peer, const char *what, int64_t *ret_number)
{
    const struct {
        const char *name;
        uint64_t number;
    } numbers[] = {
        {"received", peer->received}, {"sent", peer->sent},           {"accepted", peer->accepted},
        {"open", peer->open},         {"datagrams", peer->datagrams}, {"steps", peer->steps_done},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp(numbers[i].name, what) == 0) {
            *ret_number = (int64_t)numbers[i].number;
            return 0;
        }
    }
    return HLSIM_E_NOT_FOUND;
}

int hlsim__peers_read(const struct hlsim__peers *peers, const char *name, const char *what,
                      int64_t *ret_number)
{
    int64_t sum = 0;
    int64_t number;
    bool found = false;

    for (size_t i = 0; i < peers->count; i++) {
        if (strcmp(peers->peers[i].config.name, name) == 0) {
            if (number_of(&peers->peers[i], what, &number) < 0) {
                return HLSIM_E_NOT_FOUND;
            }
            sum += number;
            found = true;
        }
    }
    *ret_number = sum;
    return found ? 0 : HLSIM_E_NOT_FOUND;
}
