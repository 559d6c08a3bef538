/*
 * The key `network`.
 */
#include "load/parts.h"
#include "load/peers.h"

static void read_latency(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    struct hlsim_network_config *network = target;

    (void)about;
    if (hlsim__reader_wants_duration(reader, value, &network->delay_up)) {
        network->delay_down = network->delay_up;
    }
}

static void read_loss(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_network_config *network = target;

    hlsim__read_share(reader, value, &network->loss_ppm_up, about);
    network->loss_ppm_down = network->loss_ppm_up;
}

static void read_bitrate(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    struct hlsim_network_config *network = target;
    int64_t bitrate;

    (void)about;
    if (hlsim__reader_wants_integer(reader, value, 1, UINT32_MAX, &bitrate)) {
        network->bitrate = (uint32_t)bitrate;
    }
}

static void read_nat(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    static const char *const choices[] = {"cone", "symmetric", NULL};
    struct hlsim_network_config *network = target;

    (void)about;
    network->nat_symmetric = hlsim__reader_wants_choice(reader, value, choices) == 1;
}

/* A figure of the profile that has a key of its own; applied when the profile is known. */
static void read_register_after(struct hlsim__reader *reader, const cJSON *value, void *target,
                                const void *about)
{
    int64_t ignored;

    (void)target;
    (void)about;
    if (hlsim__reader_wants_duration(reader, value, &ignored)) {
        reader->register_after = value;
    }
}

static const struct hlsim__key network_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "register_after", .read = read_register_after},
    {.name = "latency", .read = read_latency},
    {.name = "loss", .read = read_loss},
    {.name = "bitrate", .read = read_bitrate},
    {.name = "nat_timeout",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_network_config, nat_timeout)},
    {.name = "nat", .read = read_nat},
    {.name = "nat_inbound_refresh",
     .read = hlsim__read_bool,
     .offset = offsetof(struct hlsim_network_config, nat_inbound_refresh)},
    {.name = "psm", .read = hlsim__read_bool, .offset = offsetof(struct hlsim_network_config, psm)},
    {.name = "psm_active",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_network_config, psm_active)},
    {.name = "psm_tau",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_network_config, psm_tau)},
    {.name = "edrx",
     .read = hlsim__read_bool,
     .offset = offsetof(struct hlsim_network_config, edrx)},
    {.name = "edrx_cycle",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_network_config, edrx_cycle)},
    {.name = "edrx_window",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_network_config, edrx_window)},
    {.name = "peers", .read = hlsim__read_peers},
};

void hlsim__read_network(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    size_t before = hlsim__source_errors(reader->source);

    (void)target;
    (void)about;
    HLSIM__READ_OBJECT(reader, value, network_keys, &reader->setup->world.network);
    if (hlsim__source_errors(reader->source) == before &&
        hlsim_network_config_check(&reader->setup->world.network) < 0) {
        hlsim__reader_complain(reader, "expected delays of at most a day, a \"nat_timeout\" of "
                                       "more than 0s and timers of at most 9920 hours");
    }
}
