/*
 * AT until it is answered, then the restart. Knows no scenario.
 */
#include "modem_restart.h"

#include <hlposix/wire.h>

#include <string.h>

/* The first AT may get lost. */
#define TRIES 5

/* Seconds for one answer. */
#define WAIT      2.0

#define LINE_SIZE 64

struct restart {
    struct ev_loop *loop;
    struct hlposix_wire wire;
    ev_timer wait;
    unsigned tries;
    bool asked; /* to restart */
    bool agreed;
    size_t size;
    char line[LINE_SIZE];
};

static void finish(struct restart *restart, bool agreed)
{
    restart->agreed = agreed;
    ev_timer_stop(restart->loop, &restart->wait);
    hlposix_wire_attach(&restart->wire, NULL);
    ev_break(restart->loop, EVBREAK_ONE);
}

static void send(struct restart *restart, const char *command)
{
    ev_now_update(restart->loop);
    ev_timer_stop(restart->loop, &restart->wait);
    ev_timer_set(&restart->wait, WAIT, 0.0);
    ev_timer_start(restart->loop, &restart->wait);
    /* A line that takes only a part of so little is stuck: the time-out says so. */
    (void)hlposix_wire_write(&restart->wire, (const uint8_t *)command, strlen(command));
}

static void probe(struct restart *restart)
{
    restart->tries++;
    send(restart, "AT\r");
}

static void on_line(struct restart *restart)
{
    if (strcmp(restart->line, "OK") == 0) {
        if (restart->asked) {
            finish(restart, true);
        } else {
            restart->asked = true;
            send(restart, "AT+CFUN=1,1\r");
        }
    } else if (restart->asked &&
               (strcmp(restart->line, "ERROR") == 0 || strncmp(restart->line, "+CME", 4) == 0)) {
        finish(restart, false);
    }
}

static void on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    struct restart *restart = user;

    for (size_t i = 0; i < size && !restart->agreed; i++) {
        if (bytes[i] != '\r' && bytes[i] != '\n') {
            restart->line[restart->size] = (char)bytes[i];
            restart->size += restart->size + 1 < sizeof restart->line;
        } else if (restart->size > 0) {
            restart->line[restart->size] = '\0';
            restart->size = 0;
            on_line(restart);
        }
    }
}

static void on_gone(void *user, int number)
{
    (void)number;
    finish(user, false);
}

static void on_wait_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct restart *restart = watcher->data;

    (void)loop;
    (void)events;
    if (!restart->asked && restart->tries < TRIES) {
        probe(restart);
    } else {
        finish(restart, false);
    }
}

bool modem_restart(struct ev_loop *loop, int fd)
{
    struct restart restart = {.loop = loop};
    const struct hlposix_wire_config config = {.loop = loop, .fd = fd};
    const struct hlposix_wire_party party = {
        .user = &restart, .receive = on_bytes, .gone = on_gone};

    hlposix_wire_open(&restart.wire, &config);
    hlposix_wire_attach(&restart.wire, &party);
    ev_timer_init(&restart.wait, on_wait_over, 0.0, 0.0);
    restart.wait.data = &restart;
    probe(&restart);
    ev_run(loop, 0);
    hlposix_wire_close(&restart.wire);
    return restart.agreed;
}
