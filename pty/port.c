/*
 * Joins a pty and a pump. Knows no world: whoever owns it gives the link.
 */
#include <hlpty/port.h>

#include <string.h>

static void on_arrived(void *user)
{
    struct hlpty_port *port = user;

    /* A host is known to be there, and the one before it to be gone, before its first bytes are
     * acted upon; else the answers to them would be dropped. */
    hlpty_presence_poll(port->config.presence);
    if (port->config.arrived != NULL) {
        port->config.arrived(port->config.user);
    }
}

static void on_gone(void *user, int number)
{
    struct hlpty_port *port = user;

    if (port->config.gone != NULL) {
        port->config.gone(port->config.user, number);
    }
}

static void on_came(void *user)
{
    struct hlpty_port *port = user;

    hlpty_pump_set_listened(&port->pump, true);
    if (port->config.host_came != NULL) {
        port->config.host_came(port->config.user);
    }
}

static void on_left(void *user)
{
    struct hlpty_port *port = user;

    hlpty_pump_set_listened(&port->pump, false);
    if (port->config.host_left != NULL) {
        port->config.host_left(port->config.user);
    }
}

int hlpty_port_open(struct hlpty_port *port, const struct hlpty_port_config *config,
                    struct hlpty_error *reterr)
{
    struct hlpty_pty_config pty = {.presence = config->presence,
                                   .link_path = config->link_path,
                                   .user = port,
                                   .host_came = on_came,
                                   .host_left = on_left};
    struct hlpty_pump_config pump = {.loop = config->loop,
                                     .link = config->link,
                                     .user = port,
                                     .arrived = on_arrived,
                                     .gone = on_gone};
    int error;

    memset(port, 0, sizeof *port);
    port->config = *config;
    port->config.link_path = NULL;
    error = hlpty_pty_open(&port->pty, &pty, reterr);
    if (error < 0) {
        return error;
    }
    pump.fd = port->pty.master;
    hlpty_pump_start(&port->pump, &pump);
    return 0;
}

void hlpty_port_close(struct hlpty_port *port)
{
    hlpty_pump_stop(&port->pump);
    hlpty_pty_close(&port->pty);
}

bool hlpty_port_unread(const struct hlpty_port *port)
{
    return port->pty.hosts > 0 && hlpty_pty_unread(&port->pty) > 0;
}
