/*
 * What a modem tells its ports. Decides nothing.
 */
#include "world/inside.h"

#include "at/mux.h"
#include "at/sms_text.h"

static void uart(void *user, bool listening)
{
    struct hlsim__world_modem *slot = user;

    for (unsigned i = 0; i < slot->port_count; i++) {
        if (listening) {
            hlsim__at_port_start(&slot->ports[i].at);
        } else {
            hlsim__at_port_lost(&slot->ports[i].at);
        }
    }
}

/* All ports: the host has them over one USB cable. */
static void link(void *user, bool up)
{
    struct hlsim__world_modem *slot = user;

    for (unsigned i = 0; i < slot->port_count; i++) {
        hlsim__link_set_present(&slot->ports[i].link, up);
    }
}

/* What a broken update sends, and a UART that is switched on. */
static void noise(void *user, size_t size)
{
    static const uint8_t nuls[HLSIM__NOISE_MAX];
    struct hlsim__world_modem *slot = user;

    /* It is no firmware that sends: the UART is on for these. */
    hlsim__link_set_silent(&slot->ports[0].link, false);
    hlsim_link_write(&slot->ports[0].link, HLSIM_MODEM, nuls,
                     size < sizeof nuls ? size : sizeof nuls);
}

static void urc(void *user, const char *text)
{
    struct hlsim__world_modem *slot = user;

    for (unsigned i = 0; i < slot->port_count; i++) {
        hlsim__at_port_urc(&slot->ports[i].at, text);
    }
}

static void urc_bytes(void *user, const char *text, const uint8_t *bytes, size_t size)
{
    struct hlsim__world_modem *slot = user;

    for (unsigned i = 0; i < slot->port_count; i++) {
        hlsim__at_port_urc_bytes(&slot->ports[i].at, text, bytes, size);
    }
}

/* Nobody may read what the others say. */
static size_t urc_room(void *user)
{
    struct hlsim__world_modem *slot = user;

    return hlsim__at_port_urc_room(&slot->ports[0].at);
}

static void sleep_ports(void *user, bool asleep)
{
    struct hlsim__world_modem *slot = user;

    for (unsigned i = 0; i < slot->port_count; i++) {
        hlsim__at_port_sleep(&slot->ports[i].at, asleep);
    }
}

static void ring(void *user, bool on)
{
    struct hlsim__world_modem *slot = user;

    hlsim__at_port_ring(&slot->ports[0].at, on);
}

static bool busy(void *user)
{
    const struct hlsim__world_modem *slot = user;
    bool any = false;

    for (unsigned i = 0; i < slot->port_count && slot->modem.listening; i++) {
        any = any || hlsim__at_port_busy(&slot->ports[i].at);
    }
    return any;
}

/* Every port that speaks AT, channels of multiplexers included, while anybody listens. */
static void tell_ports(struct hlsim__world_modem *slot,
                       void (*tell)(struct hlsim__at_port *port, const void *what),
                       const void *what)
{
    for (unsigned i = 0; i < slot->port_count; i++) {
        struct hlsim__at_port *port;

        for (size_t speaker = 0;
             slot->modem.listening &&
             (port = hlsim__at_mux_speaker(&slot->ports[i].at, &speaker)) != NULL;) {
            tell(port, what);
        }
    }
}

static void tell_registration(struct hlsim__at_port *port, const void *domain)
{
    hlsim__at_port_registration(port, *(const enum hlsim__domain *)domain);
}

static void registration(void *user, enum hlsim__domain domain)
{
    tell_ports(user, tell_registration, &domain);
}

static void tell_packet_event(struct hlsim__at_port *port, const void *event)
{
    hlsim__at_port_packet_event(port, event);
}

static void packet_event(void *user, const char *event)
{
    tell_ports(user, tell_packet_event, event);
}

static void tell_network_time(struct hlsim__at_port *port, const void *nothing)
{
    (void)nothing;
    hlsim__at_port_network_time(port);
}

static void network_time(void *user)
{
    tell_ports(user, tell_network_time, NULL);
}

static void tell_message(struct hlsim__at_port *port, const void *arrival)
{
    hlsim__at_sms_arrived(port, arrival);
}

static void message(void *user, const struct hlsim__sms_arrival *arrival)
{
    tell_ports(user, tell_message, arrival);
}

void hlsim__world_listen(struct hlsim__world_modem *slot)
{
    const struct hlsim__modem_listener listener = {.user = slot,
                                                   .uart = uart,
                                                   .urc = urc,
                                                   .urc_bytes = urc_bytes,
                                                   .urc_room = urc_room,
                                                   .link = link,
                                                   .noise = noise,
                                                   .sleep = sleep_ports,
                                                   .ring = ring,
                                                   .busy = busy,
                                                   .registration = registration,
                                                   .packet_event = packet_event,
                                                   .network_time = network_time,
                                                   .message = message};

    hlsim__modem_set_listener(&slot->modem, &listener);
}
