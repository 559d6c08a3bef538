/*
 * Joins a pump with a pty, a serial port or a TCP port. Knows no world: whoever owns it gives the
 * link.
 */
#include <hlpty/port.h>

#include "internal.h"
#include "speed.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

/* ---- What all kinds have together ---- */

static void set_present(struct hlpty_port *port, bool present)
{
    hlsim_link_set_lines(port->config.link, HLSIM_HOST, HLSIM_LINE_LINK,
                         present ? HLSIM_LINE_LINK : 0);
}

static void warn(struct hlpty_port *port, const char *what)
{
    char text[HLPTY_ERROR_SIZE];

    if (port->config.warn != NULL) {
        snprintf(text, sizeof text, "%.120s: %.120s", port->name, what);
        port->config.warn(port->config.user, text);
    }
}

static void host_came(struct hlpty_port *port)
{
    port->heard = false;
    set_present(port, true);
    if (port->config.host_came != NULL) {
        port->config.host_came(port->config.user);
    }
}

static void host_left(struct hlpty_port *port)
{
    set_present(port, false);
    if (port->config.host_left != NULL) {
        port->config.host_left(port->config.user);
    }
}

/* A pty carries bytes at any speed; a wire would not, and one whose speed is checked does not. */
static void compare_speeds(struct hlpty_port *port)
{
    bool checked = hlsim_link_wire(port->config.link)->speed_checked;
    unsigned modem = hlsim_link_speed(port->config.link);
    struct termios settings;
    unsigned host;
    char what[120];

    if ((port->heard && !checked) || tcgetattr(port->pty.slave, &settings) != 0) {
        return;
    }
    host = hlpty__speed_of(cfgetospeed(&settings));
    if (checked) {
        hlsim_link_set_host_speed(port->config.link, host);
    }
    if (host != 0 && host != modem && !port->heard) {
        snprintf(what, sizeof what, "the host has set %u bit/s, the modem %u: %s carries garbage",
                 host, modem, checked ? "the line" : "a real line");
        warn(port, what);
    }
}

static void on_arrived(void *user)
{
    struct hlpty_port *port = user;

    /* A host is known to be there before its first bytes are acted upon; else the answers to them
     * would be dropped. And the one before it has left by then: its leaving throws away what nobody
     * has read. Asked with the bytes in hand, no opening or closing before them is missed. */
    if (port->kind == HLPTY_PLACE_PTY) {
        hlpty_presence_poll(port->config.presence);
        compare_speeds(port);
    }
    port->heard = true;
    if (port->config.arrived != NULL) {
        port->config.arrived(port->config.user);
    }
}

static void on_taken(void *user)
{
    struct hlpty_port *port = user;

    if (port->config.taken != NULL) {
        port->config.taken(port->config.user);
    }
}

/* ---- Pseudo terminals ---- */

static void on_pty_came(void *user)
{
    struct hlpty_port *port = user;

    hlpty_pump_set_listened(&port->pump, true);
    host_came(port);
}

static void on_pty_left(void *user)
{
    struct hlpty_port *port = user;

    hlpty_pump_set_listened(&port->pump, false);
    host_left(port);
}

static int open_pty(struct hlpty_port *port, struct hlpty_error *reterr)
{
    const struct hlpty_pty_config config = {.presence = port->config.presence,
                                            .link_path =
                                                port->link_path[0] == '\0' ? NULL : port->link_path,
                                            .user = port,
                                            .host_came = on_pty_came,
                                            .host_left = on_pty_left};
    int error = hlpty_pty_open(&port->pty, &config, reterr);

    if (error == 0) {
        snprintf(port->name, sizeof port->name, "%s", hlpty_pty_path(&port->pty));
        set_present(port, false);
    }
    return error;
}

/* ---- Serial ports ---- */

static void on_tty_lines(void *user, unsigned levels)
{
    struct hlpty_port *port = user;

    hlsim_link_set_lines(port->config.link, HLSIM_HOST, HLSIM_LINE_DTR | HLSIM_LINE_RTS, levels);
}

static void on_tty_speed_set(void *user, bool good)
{
    struct hlpty_port *port = user;
    char what[80];

    if (!good) {
        snprintf(what, sizeof what, "refuses %u bit/s and stays at %u",
                 hlsim_link_speed(port->config.link), port->tty.speed);
        warn(port, what);
    }
    hlpty_pump_set_held(&port->pump, false);
}

static int open_tty(struct hlpty_port *port, struct hlpty_error *reterr)
{
    const struct hlpty_tty_config config = {.loop = port->config.loop,
                                            .path = port->config.place->path,
                                            .speed = hlsim_link_speed(port->config.link),
                                            .user = port,
                                            .lines = on_tty_lines,
                                            .speed_set = on_tty_speed_set};
    int error = hlpty_tty_open(&port->tty, &config, reterr);

    if (error == 0) {
        snprintf(port->name, sizeof port->name, "%s", port->config.place->path);
        hlpty_tty_set_flow(&port->tty, hlsim_link_flow(port->config.link));
        hlpty_tty_drive(&port->tty, hlsim_link_lines(port->config.link));
        if (port->tty.has_lines && port->tty.flow && (port->tty.levels & HLSIM_LINE_RTS) == 0) {
            warn(port, "the board's RTS is low: nothing leaves before it is high (RTS/CTS), or "
                       "before the board has said AT&K0");
        }
    }
    return error;
}

/* ---- TCP ports ---- */

static void on_tcp_came(void *user, int fd)
{
    struct hlpty_port *port = user;

    if (port->absent) {
        hlpty_tcp_drop(&port->tcp);
        return;
    }
    hlpty_pump_connect(&port->pump, fd);
    host_came(port);
}

static int open_tcp(struct hlpty_port *port, struct hlpty_error *reterr)
{
    const struct hlpty_tcp_config config = {
        .loop = port->config.loop, .place = port->config.place, .user = port, .came = on_tcp_came};
    int error = hlpty_tcp_open(&port->tcp, &config, reterr);

    if (error == 0) {
        snprintf(port->name, sizeof port->name, "tcp:%s", port->tcp.text);
        set_present(port, false);
    }
    return error;
}

/* ---- The pump ---- */

static void on_modem_lines(void *user, unsigned levels, unsigned changed)
{
    struct hlpty_port *port = user;

    (void)changed;
    if (port->kind == HLPTY_PLACE_TTY) {
        hlpty_tty_drive(&port->tty, levels);
    }
}

static void on_modem_flow(void *user, bool rts_cts)
{
    struct hlpty_port *port = user;

    if (port->kind == HLPTY_PLACE_TTY) {
        hlpty_tty_set_flow(&port->tty, rts_cts);
    }
}

static void on_modem_speed(void *user, unsigned speed)
{
    struct hlpty_port *port = user;

    port->heard = false;
    if (port->kind == HLPTY_PLACE_TTY) {
        hlpty_pump_set_held(&port->pump, true);
        hlpty_tty_change_speed(&port->tty, speed);
    }
}

static void on_gone(void *user, int number);
static void on_presence(void *user, bool present);

static void start_pump(struct hlpty_port *port, int fd, bool early)
{
    const struct hlpty_pump_config config = {.loop = port->config.loop,
                                             .link = port->config.link,
                                             .fd = fd,
                                             .early = early,
                                             .user = port,
                                             .arrived = on_arrived,
                                             .taken = on_taken,
                                             .gone = on_gone,
                                             .lines = on_modem_lines,
                                             .speed = on_modem_speed,
                                             .flow = on_modem_flow,
                                             .presence = on_presence};

    hlpty_pump_start(&port->pump, &config);
}

/* The port vanishes: whoever has it open is hung up. */
static void vanish(struct hlpty_port *port)
{
    hlpty_pump_stop(&port->pump);
    if (port->kind == HLPTY_PLACE_PTY) {
        hlpty_pty_close(&port->pty);
        port->pty.slave_path[0] = '\0'; /* somebody else's soon */
    } else {
        hlpty_tcp_drop(&port->tcp);
    }
    start_pump(port, -1, false);
    host_left(port);
}

static void on_presence(void *user, bool present)
{
    struct hlpty_port *port = user;
    struct hlpty_error error;

    if (port->kind == HLPTY_PLACE_TTY) {
        warn(port, "a serial port cannot vanish; only its bytes are lost");
        return;
    }
    port->absent = !present;
    if (!present) {
        vanish(port);
    } else if (port->kind == HLPTY_PLACE_PTY) {
        if (open_pty(port, &error) < 0) {
            port->config.gone(port->config.user, error.text);
        } else {
            hlpty_pump_connect(&port->pump, port->pty.master);
            hlpty_pump_set_listened(&port->pump, false);
        }
    }
}

/* A TCP client may come and go; everything else is gone for good. */
static void on_gone(void *user, int number)
{
    struct hlpty_port *port = user;
    const char *reason = number != 0 ? strerror(number) : "hung up";
    char why[HLPTY_ERROR_SIZE];

    set_present(port, false);
    if (port->kind == HLPTY_PLACE_TCP) {
        hlpty_tcp_drop(&port->tcp);
        start_pump(port, -1, false);
        host_left(port);
        return;
    }
    if (port->config.gone != NULL) {
        snprintf(why, sizeof why, "%.180s: %s", port->name,
                 port->kind == HLPTY_PLACE_PTY ? reason : "is gone (was the adapter unplugged?)");
        port->config.gone(port->config.user, why);
    }
}

/* ---- Life ---- */

int hlpty_port_open(struct hlpty_port *port, const struct hlpty_port_config *config,
                    struct hlpty_error *reterr)
{
    int error;

    memset(port, 0, sizeof *port);
    port->config = *config;
    port->kind = config->place != NULL ? config->place->kind : HLPTY_PLACE_PTY;
    if (config->link_path != NULL && strlen(config->link_path) >= sizeof port->link_path) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: path is too long", config->link_path);
    }
    snprintf(port->link_path, sizeof port->link_path, "%s",
             config->link_path == NULL ? "" : config->link_path);
    switch (port->kind) {
    case HLPTY_PLACE_TTY:
        error = open_tty(port, reterr);
        break;
    case HLPTY_PLACE_TCP:
        error = open_tcp(port, reterr);
        break;
    case HLPTY_PLACE_PTY:
    default:
        error = open_pty(port, reterr);
        break;
    }
    port->config.link_path = NULL;
    port->config.place = NULL;
    if (error < 0) {
        return error;
    }
    start_pump(port,
               port->kind == HLPTY_PLACE_TTY   ? port->tty.fd
               : port->kind == HLPTY_PLACE_TCP ? -1
                                               : port->pty.master,
               true);
    return 0;
}

void hlpty_port_close(struct hlpty_port *port)
{
    hlpty_pump_stop(&port->pump);
    switch (port->kind) {
    case HLPTY_PLACE_TTY:
        hlpty_tty_close(&port->tty);
        break;
    case HLPTY_PLACE_TCP:
        hlpty_tcp_close(&port->tcp);
        break;
    case HLPTY_PLACE_PTY:
    default:
        hlpty_pty_close(&port->pty);
        break;
    }
}

const char *hlpty_port_name(const struct hlpty_port *port)
{
    return port->name;
}

unsigned hlpty_port_hosts(const struct hlpty_port *port)
{
    switch (port->kind) {
    case HLPTY_PLACE_TTY:
        return 1;
    case HLPTY_PLACE_TCP:
        return port->tcp.client >= 0;
    case HLPTY_PLACE_PTY:
    default:
        return port->pty.hosts;
    }
}

bool hlpty_port_unread(const struct hlpty_port *port)
{
    int count = 0;

    /* Who has just spoken is no late reader; the kernel need not be asked. */
    if (port->pump.host_last) {
        return false;
    }
    switch (port->kind) {
    case HLPTY_PLACE_PTY:
        return port->pty.hosts > 0 && hlpty_pty_unread(&port->pty) > 0;
    case HLPTY_PLACE_TTY:
    case HLPTY_PLACE_TCP:
    default:
        /* What has left this machine's memory is as good as read. */
        return port->pump.config.fd >= 0 && ioctl(port->pump.config.fd, TIOCOUTQ, &count) == 0 &&
               count > 0;
    }
}

bool hlpty_port_taken(const struct hlpty_port *port)
{
    int count = 0;

    if (port->pump.config.fd < 0 || !port->pump.running) {
        return true;
    }
    return ioctl(port->pump.config.fd, FIONREAD, &count) == 0 && count == 0 &&
           port->pump.pending_count == 0;
}
