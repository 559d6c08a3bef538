/*
 * The hand-made modem: what happens by itself. See engine_peer.h; its answers to commands are in
 * engine_peer_answer.c, the bench in engine_bench.c.
 */
#include "engine_peer_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_MS    6280
#define KSUP_MS    230
#define INSTALL_MS 130000

static void raw(struct peer *peer, const char *text)
{
    size_t size = strlen(text);

    if (peer->out_size + size > sizeof peer->out) {
        abort();
    }
    memcpy(peer->out + peer->out_size, text, size);
    peer->out_size += size;
}

void peer__raw(struct peer *peer, const uint8_t *data, size_t size)
{
    if (peer->out_size + size > sizeof peer->out) {
        abort();
    }
    memcpy(peer->out + peer->out_size, data, size);
    peer->out_size += size;
}

void peer__line(struct peer *peer, const char *text)
{
    raw(peer, "\r\n");
    raw(peer, text);
    raw(peer, "\r\n");
    if (peer->urc_between) {
        raw(peer, "\r\n+CEREG: 1,\"00AB\",\"01\",7\r\n");
    }
}

void peer__event(struct peer *peer, int number, const char *rest)
{
    char text[40];
    int times;

    if (number == 14) {
        peer->critical = true;
    } else if (number == 15 || number == 16) {
        peer->critical = false;
    }
    if ((peer->lost & 1u << number) != 0) {
        return;
    }
    (void)snprintf(text, sizeof text, "+WDSI: %d%s", number, rest);
    for (times = peer->says_twice ? 2 : 1; times > 0; times--) {
        peer__line(peer, text);
    }
}

void peer__timer(struct peer *peer, int64_t delay_ms, enum peer__action action, int value)
{
    int i;

    for (i = 0; i < PEER_TIMERS; i++) {
        if (peer->timers[i].at_ms == INT64_MAX) {
            peer->timers[i].at_ms = peer->now_ms + delay_ms;
            peer->timers[i].action = (int)action;
            peer->timers[i].value = value;
            return;
        }
    }
    abort();
}

void peer__no_timers(struct peer *peer)
{
    int i;

    for (i = 0; i < PEER_TIMERS; i++) {
        peer->timers[i].at_ms = INT64_MAX;
    }
}

static void boot(struct peer *peer)
{
    peer->up = false;
    peer->echo = true;
    peer->cmee = false;
    peer->session = false;
    peer->unlocked = false;
    peer->receiver.active = false;
    peer->pending = 0;
    peer->line_size = 0;
    peer->boots++;
    peer__timer(peer, BOOT_MS, ACTION_BOOTED, 0);
    peer__timer(peer, BOOT_MS + KSUP_MS, ACTION_KSUP, 0);
}

void peer_say(struct peer *peer, const char *text)
{
    peer__line(peer, text);
}

void peer_lock(struct peer *peer)
{
    peer__no_timers(peer);
    peer->locked = true;
}

void peer_take_back(struct peer *peer)
{
    peer__no_timers(peer);
    peer->stage = PEER_IDLE;
    peer->operation = false;
}

void peer_restart(struct peer *peer)
{
    peer__no_timers(peer);
    peer->up = false;
    peer->locked = false;
    if (peer->stage == PEER_INSTALLING) {
        peer__timer(peer, INSTALL_MS, ACTION_INSTALLED, 0); /* goes on at the next power-up */
        return;
    }
    peer->critical = false; /* installed: only the indication is lost */
    boot(peer);
}

static void announce(struct peer *peer)
{
    char rest[24];

    if (peer->stage == PEER_DOWNLOADING && peer->agreement[1] != 0) {
        (void)snprintf(rest, sizeof rest, ",%d", 5246 * (100 - peer->percent));
        peer__event(peer, 9, rest);
        peer__event(peer, 2, "");
        peer->pending = 2;
    } else if (peer->stage == PEER_STORED && (peer->agreement[2] != 0 || peer->wdsds > 0)) {
        peer__event(peer, 3, "");
        peer->pending = 3;
    }
}

void peer__install(struct peer *peer)
{
    if (peer->slow_closing) {
        peer__event(peer, 8, "");
    }
    peer->stage = PEER_INSTALLING;
    peer__event(peer, 14, "");
    peer__no_timers(peer);
    peer__timer(peer, 1000, ACTION_LEAVE, 0);
}

static void stored(struct peer *peer)
{
    peer->stage = PEER_STORED;
    if (peer->not_certified) {
        peer__event(peer, 13, "");
        peer->stage = PEER_IDLE;
        return;
    }
    peer__event(peer, 12, "");
    peer__event(peer, 10, "");
    if (peer->agreement[2] != 0) {
        peer__event(peer, 3, "");
        peer->pending = 3;
    } else {
        peer__install(peer);
    }
}

static void tick(struct peer *peer)
{
    char rest[24];

    if (peer->percent == 50 && peer->problem >= 0) {
        (void)snprintf(rest, sizeof rest, ",%d", peer->problem);
        peer->problem = -1;
        peer__event(peer, 11, rest);
        return;
    }
    peer->percent += 5;
    (void)snprintf(rest, sizeof rest, ",%d", peer->percent);
    peer__event(peer, 18, rest);
    if (peer->percent == 100) {
        stored(peer);
    } else {
        peer__timer(peer, 1000, ACTION_TICK, 0);
    }
}

static void server(struct peer *peer)
{
    if (peer->stage == PEER_IDLE && peer->operation) {
        peer->stage = PEER_DOWNLOADING;
        peer->percent = 0;
        if (peer->agreement[1] == 0) {
            peer__event(peer, 9, ",524648");
            peer__event(peer, 18, "");
        }
    }
    if (peer->stage == PEER_DOWNLOADING && peer->agreement[1] == 0) {
        peer__timer(peer, 1000, ACTION_TICK, 0);
    } else if (peer->stage == PEER_STORED && peer->agreement[2] == 0) {
        peer__install(peer);
    } else {
        announce(peer);
    }
}

void peer__authenticate(struct peer *peer)
{
    peer__event(peer, 4, "");
    if (peer->auth_fails > 0) {
        peer->auth_fails--;
        peer__timer(peer, 60000, ACTION_AUTH, 5);
    } else if (peer->denies > 0) {
        peer->denies--;
        peer__timer(peer, 2000, ACTION_AUTH, 7);
    } else {
        peer__timer(peer, 2000, ACTION_OPENED, 0);
    }
}

static void installed(struct peer *peer)
{
    if (peer->end == PEER_INSTALL_HANGS) {
        return;
    }
    peer->stage = PEER_IDLE;
    peer->operation = false;
    if (peer->end == PEER_INSTALLS) {
        peer->version = peer->version_after;
    } else if (peer->end == PEER_INSTALLS_OTHER) {
        peer->version = "HL7800.4.5.4.0";
    }
    boot(peer);
    peer__timer(peer, BOOT_MS + KSUP_MS + 2000, ACTION_OUTCOME, 0);
}

/* The receiver's NAK, every two seconds until something comes. */
static void invite(struct peer *peer)
{
    uint8_t invitation = receiver_invitation(&peer->receiver);

    if (peer->receiver.active && peer->receiver.blocks == 0 && peer->receiver.have == 0) {
        peer__raw(peer, &invitation, 1);
        peer__timer(peer, 2000, ACTION_INVITE, 0);
    }
}

static void act(struct peer *peer, enum peer__action action, int value)
{
    switch (action) {
    case ACTION_BOOTED:
        peer->up = true;
        break;
    case ACTION_KSUP:
        raw(peer, peer->boots % 2 == 0 ? "" : "+garbage without an end");
        peer__line(peer, "+KSUP: 0");
        announce(peer);
        break;
    case ACTION_EVENT:
        peer__event(peer, value, "");
        break;
    case ACTION_AUTH:
        peer__event(peer, value == 7 ? 6 : value, "");
        if (value == 7) {
            peer__event(peer, 7, "");
            peer->session = false;
        } else {
            peer__authenticate(peer);
        }
        break;
    case ACTION_OPENED:
        peer__event(peer, 6, "");
        peer__event(peer, 23, ",1");
        peer__timer(peer, 1000, ACTION_SERVER, 0);
        break;
    case ACTION_SERVER:
        server(peer);
        break;
    case ACTION_TICK:
        tick(peer);
        break;
    case ACTION_LEAVE:
        peer->up = false;
        peer__timer(peer, INSTALL_MS, ACTION_INSTALLED, 0);
        break;
    case ACTION_INSTALLED:
        installed(peer);
        break;
    case ACTION_OUTCOME:
        peer__event(peer, peer->end == PEER_INSTALL_FAILS ? 15 : 16, "");
        peer__timer(peer, 5000, ACTION_EVENT, 4);
        peer__timer(peer, 7000, ACTION_EVENT, 6);
        peer__timer(peer, 29000, ACTION_CLOSED, 0);
        break;
    case ACTION_CLOSED:
        peer__event(peer, 8, "");
        break;
    case ACTION_INVITE:
        invite(peer);
        break;
    }
}

static void echo(struct peer *peer, const char *command)
{
    char half[2] = "";
    size_t i;

    for (i = 0; command[i] != '\0'; i++) {
        if (i == 3 && peer->urc_between) {
            raw(peer, "\r\n+CEREG: 1\r\n"); /* the vendor's figure 9 shows such an echo */
        }
        half[0] = command[i];
        raw(peer, half);
    }
    raw(peer, "\r");
}

static void take_command(struct peer *peer)
{
    peer->line[peer->line_size] = '\0';
    peer->line_size = 0;
    memcpy(peer->last_command, peer->line, sizeof peer->line);
    peer->commands++;
    if (peer->silent) {
        return;
    }
    if (peer->echo) {
        echo(peer, peer->last_command);
    }
    if (peer->refuses_all) {
        peer__line(peer, "ERROR");
        return;
    }
    if (peer->ignores != NULL &&
        strncmp(peer->last_command, peer->ignores, strlen(peer->ignores)) == 0) {
        return;
    }
    if (peer->refuses != NULL &&
        strncmp(peer->last_command, peer->refuses, strlen(peer->refuses)) == 0) {
        peer__line(peer, "ERROR");
        return;
    }
    if (peer->commands == peer->restart_at) {
        peer_restart(peer);
        return;
    }
    if (peer->commands == peer->ksup_at) {
        peer__line(peer, "+KSUP: 0");
    }
    peer__answer(peer, peer->last_command);
}

void peer_bytes(struct peer *peer, const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size && peer->up; i++) {
        if (peer->receiver.active) {
            peer__take_data(peer, data[i]);
        } else if (data[i] == '\r') {
            take_command(peer);
        } else if (peer->line_size + 1 < sizeof peer->line) {
            peer->line[peer->line_size++] = (char)data[i];
        }
    }
}

int64_t peer_next(const struct peer *peer)
{
    int64_t at_ms = INT64_MAX;
    int i;

    for (i = 0; i < PEER_TIMERS; i++) {
        at_ms = peer->timers[i].at_ms < at_ms ? peer->timers[i].at_ms : at_ms;
    }
    return at_ms;
}

void peer_run(struct peer *peer)
{
    int i;

    for (i = 0; i < PEER_TIMERS; i++) {
        struct peer_timer *due = &peer->timers[i];

        if (due->at_ms <= peer->now_ms) {
            due->at_ms = INT64_MAX;
            act(peer, (enum peer__action)due->action, due->value);
        }
    }
}

void peer_init(struct peer *peer)
{
    memset(peer, 0, sizeof *peer);
    peer->version_before = "HL7800.4.4.14.0";
    peer->version_after = "HL7800.4.6.8.0";
    peer->version = peer->version_before;
    peer->operation = true;
    peer->problem = -1;
    peer->pin_left = 3;
    peer->up = true;
    peer->echo = true;
    peer__no_timers(peer);
}
