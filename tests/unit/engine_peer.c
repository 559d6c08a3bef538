/*
 * The hand-made modem. See engine_peer.h; the bench is in engine_bench.c.
 */
#include "engine_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_MS    6280
#define KSUP_MS    230
#define INSTALL_MS 130000

enum action {
    ACTION_BOOTED,
    ACTION_KSUP,
    ACTION_EVENT, /* +WDSI: value */
    ACTION_AUTH,
    ACTION_OPENED,
    ACTION_SERVER,
    ACTION_TICK,
    ACTION_LEAVE,
    ACTION_INSTALLED,
    ACTION_OUTCOME,
    ACTION_CLOSED,
    ACTION_INVITE,
};

static void raw(struct peer *peer, const char *text)
{
    size_t size = strlen(text);

    if (peer->out_size + size > sizeof peer->out) {
        abort();
    }
    memcpy(peer->out + peer->out_size, text, size);
    peer->out_size += size;
}

static void raw_bytes(struct peer *peer, const uint8_t *data, size_t size)
{
    if (peer->out_size + size > sizeof peer->out) {
        abort();
    }
    memcpy(peer->out + peer->out_size, data, size);
    peer->out_size += size;
}

static void line(struct peer *peer, const char *text)
{
    raw(peer, "\r\n");
    raw(peer, text);
    raw(peer, "\r\n");
    if (peer->urc_between) {
        raw(peer, "\r\n+CEREG: 1,\"00AB\",\"01\",7\r\n");
    }
}

static void event(struct peer *peer, int number, const char *rest)
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
        line(peer, text);
    }
}

static void timer(struct peer *peer, int64_t delay_ms, enum action action, int value)
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

static void no_timers(struct peer *peer)
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
    timer(peer, BOOT_MS, ACTION_BOOTED, 0);
    timer(peer, BOOT_MS + KSUP_MS, ACTION_KSUP, 0);
}

void peer_say(struct peer *peer, const char *text)
{
    line(peer, text);
}

void peer_restart(struct peer *peer)
{
    no_timers(peer);
    peer->up = false;
    if (peer->stage == PEER_INSTALLING) {
        timer(peer, INSTALL_MS, ACTION_INSTALLED, 0); /* goes on at the next power-up */
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
        event(peer, 9, rest);
        event(peer, 2, "");
        peer->pending = 2;
    } else if (peer->stage == PEER_STORED && (peer->agreement[2] != 0 || peer->wdsds > 0)) {
        event(peer, 3, "");
        peer->pending = 3;
    }
}

static void install(struct peer *peer)
{
    if (peer->slow_closing) {
        event(peer, 8, "");
    }
    peer->stage = PEER_INSTALLING;
    event(peer, 14, "");
    no_timers(peer);
    timer(peer, 1000, ACTION_LEAVE, 0);
}

static void stored(struct peer *peer)
{
    peer->stage = PEER_STORED;
    if (peer->not_certified) {
        event(peer, 13, "");
        peer->stage = PEER_IDLE;
        return;
    }
    event(peer, 12, "");
    event(peer, 10, "");
    if (peer->agreement[2] != 0) {
        event(peer, 3, "");
        peer->pending = 3;
    } else {
        install(peer);
    }
}

static void tick(struct peer *peer)
{
    char rest[24];

    if (peer->percent == 50 && peer->problem >= 0) {
        (void)snprintf(rest, sizeof rest, ",%d", peer->problem);
        peer->problem = -1;
        event(peer, 11, rest);
        return;
    }
    peer->percent += 5;
    (void)snprintf(rest, sizeof rest, ",%d", peer->percent);
    event(peer, 18, rest);
    if (peer->percent == 100) {
        stored(peer);
    } else {
        timer(peer, 1000, ACTION_TICK, 0);
    }
}

static void server(struct peer *peer)
{
    if (peer->stage == PEER_IDLE && peer->operation) {
        peer->stage = PEER_DOWNLOADING;
        peer->percent = 0;
        if (peer->agreement[1] == 0) {
            event(peer, 9, ",524648");
            event(peer, 18, "");
        }
    }
    if (peer->stage == PEER_DOWNLOADING && peer->agreement[1] == 0) {
        timer(peer, 1000, ACTION_TICK, 0);
    } else if (peer->stage == PEER_STORED && peer->agreement[2] == 0) {
        install(peer);
    } else {
        announce(peer);
    }
}

static void authenticate(struct peer *peer)
{
    event(peer, 4, "");
    if (peer->auth_fails > 0) {
        peer->auth_fails--;
        timer(peer, 60000, ACTION_AUTH, 5);
    } else if (peer->denies > 0) {
        peer->denies--;
        timer(peer, 2000, ACTION_AUTH, 7);
    } else {
        timer(peer, 2000, ACTION_OPENED, 0);
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
    timer(peer, BOOT_MS + KSUP_MS + 2000, ACTION_OUTCOME, 0);
}

/* The receiver's NAK, every two seconds until something comes. */
static void invite(struct peer *peer)
{
    uint8_t invitation = receiver_invitation(&peer->receiver);

    if (peer->receiver.active && peer->receiver.blocks == 0 && peer->receiver.have == 0) {
        raw_bytes(peer, &invitation, 1);
        timer(peer, 2000, ACTION_INVITE, 0);
    }
}

static void act(struct peer *peer, enum action action, int value)
{
    switch (action) {
    case ACTION_BOOTED:
        peer->up = true;
        break;
    case ACTION_KSUP:
        raw(peer, peer->boots % 2 == 0 ? "" : "+garbage without an end");
        line(peer, "+KSUP: 0");
        announce(peer);
        break;
    case ACTION_EVENT:
        event(peer, value, "");
        break;
    case ACTION_AUTH:
        event(peer, value == 7 ? 6 : value, "");
        if (value == 7) {
            event(peer, 7, "");
            peer->session = false;
        } else {
            authenticate(peer);
        }
        break;
    case ACTION_OPENED:
        event(peer, 6, "");
        event(peer, 23, ",1");
        timer(peer, 1000, ACTION_SERVER, 0);
        break;
    case ACTION_SERVER:
        server(peer);
        break;
    case ACTION_TICK:
        tick(peer);
        break;
    case ACTION_LEAVE:
        peer->up = false;
        timer(peer, INSTALL_MS, ACTION_INSTALLED, 0);
        break;
    case ACTION_INSTALLED:
        installed(peer);
        break;
    case ACTION_OUTCOME:
        event(peer, peer->end == PEER_INSTALL_FAILS ? 15 : 16, "");
        timer(peer, 5000, ACTION_EVENT, 4);
        timer(peer, 7000, ACTION_EVENT, 6);
        timer(peer, 29000, ACTION_CLOSED, 0);
        break;
    case ACTION_CLOSED:
        event(peer, 8, "");
        break;
    case ACTION_INVITE:
        invite(peer);
        break;
    }
}

static void cme(struct peer *peer, int code)
{
    char text[32];

    (void)snprintf(text, sizeof text, "+CME ERROR: %d", code);
    line(peer, peer->cmee && !peer->cmee_stuck ? text : "ERROR");
}

static void answer_session(struct peer *peer, const char *command)
{
    if (strcmp(command, "AT+WDSS=1,0") == 0) {
        line(peer, "OK");
        if (peer->session) {
            peer->session = false;
            peer->pending = 0;
            no_timers(peer);
            timer(peer, 3000, ACTION_CLOSED, 0);
        }
        return;
    }
    if (sscanf(command, "AT+WDSS=2,%d", &peer->cid) == 1) {
        line(peer, "OK");
        return;
    }
    peer->opens++;
    if (peer->open_error != 0) {
        cme(peer, peer->open_error);
    } else if (peer->no_cid && peer->cid == 0) {
        cme(peer, 650);
    } else if (peer->good_apn != NULL && strcmp(peer->apn, peer->good_apn) != 0) {
        cme(peer, 133);
    } else if (peer->pending != 0) {
        cme(peer, 650);
    } else {
        line(peer, "OK");
        if (!peer->session) {
            peer->session = true;
            authenticate(peer);
        }
    }
}

static void answer_reply(struct peer *peer, const char *command)
{
    int reply = atoi(command + strlen("AT+WDSR="));

    if ((reply == 2 && peer->pending == 2) || (reply == 5 && peer->pending == 3)) {
        (void)snprintf(peer->deferred, sizeof peer->deferred, "%.31s", command);
        peer->pending = 0;
        line(peer, "OK");
        return;
    }
    if (reply == 2 || reply == 5 || (reply == 3 && peer->pending != 2) ||
        (reply == 4 && peer->pending != 3) || reply == 1) {
        cme(peer, 3);
        return;
    }
    line(peer, "OK");
    peer->pending = 0;
    peer->accepted++;
    if (reply == 3) {
        event(peer, 18, "");
        timer(peer, 1000, ACTION_TICK, 0);
    } else {
        install(peer);
    }
}

static void answer_settings(struct peer *peer, const char *command)
{
    char text[80];
    int mode;
    int state;

    if (sscanf(command, "AT+WDSC=%d,%d", &mode, &state) == 2 && mode >= 0 && mode <= 2) {
        peer->agreement[mode] = state;
        line(peer, "OK");
    } else if (strcmp(command, "AT+WDSC?") == 0) {
        (void)snprintf(text, sizeof text, "+WDSC: 0,%d\r\n+WDSC: 1,%d\r\n+WDSC: 2,%d\r\n+WDSC: 3,0",
                       peer->agreement[0], peer->agreement[1], peer->agreement[2]);
        line(peer, text);
        line(peer, "OK");
    } else if (strcmp(command, "AT+WDSI?") == 0) {
        (void)snprintf(text, sizeof text, "+WDSI: %u", peer->mask);
        line(peer, text);
        line(peer, "OK");
    } else if (strncmp(command, "AT+WDSI=", 8) == 0) {
        peer->mask = (unsigned)atoi(command + 8);
        line(peer, peer->mask > 4479 ? "ERROR" : "OK");
    } else {
        cme(peer, 3);
    }
}

static void answer_sim(struct peer *peer, const char *command)
{
    bool locked = peer->pin != NULL && !peer->unlocked;
    const char *wish = peer->pin_left > 0 ? "+CPIN: SIM PIN" : "+CPIN: SIM PUK";
    char wanted[24];

    if (peer->sim_missing) {
        cme(peer, 10);
    } else if (strcmp(command, "AT+CPIN?") == 0) {
        line(peer, locked ? wish : "+CPIN: READY");
        line(peer, "OK");
    } else if (peer->pin_busy) {
        peer->pin_busy = false;
        cme(peer, 14);
    } else {
        (void)snprintf(wanted, sizeof wanted, "AT+CPIN=\"%s\"", peer->pin);
        peer->pins++;
        peer->unlocked = strcmp(command, wanted) == 0;
        peer->pin_left = peer->unlocked ? 3 : peer->pin_left - 1;
        if (peer->unlocked) {
            line(peer, "OK");
        } else {
            cme(peer, 16);
        }
    }
}

static void answer_wdsd(struct peer *peer, const char *command)
{
    peer->wdsds++;
    if (peer->wdsd_refusals > 0) {
        peer->wdsd_refusals--;
        cme(peer, 3);
        return;
    }
    receiver_begin(&peer->receiver, (uint32_t)strtoul(command + strlen("AT+WDSD="), NULL, 10));
    timer(peer, 1500, ACTION_INVITE, 0);
}

/* The transfer is over: the answer to AT+WDSD. */
static void transferred(struct peer *peer)
{
    peer->receiver.active = false;
    if (peer->receiver.canceled || (peer->large_fails && peer->receiver.large > 0)) {
        cme(peer, 3);
        return;
    }
    peer->stage = PEER_STORED;
    line(peer, "OK");
    if (!peer->lazy_asking) {
        event(peer, 3, "");
    }
    peer->pending = 3;
}

/* A block that stops amid its bytes is forgotten after a second. */
static void take_data(struct peer *peer, uint8_t byte)
{
    if (peer->now_ms - peer->data_ms >= 1000) {
        peer->receiver.have = 0;
    }
    peer->data_ms = peer->now_ms;
    receiver_take(&peer->receiver, byte);
    raw_bytes(peer, peer->receiver.out, peer->receiver.out_size);
    peer->receiver.out_size = 0;
    if (peer->receiver.ended || peer->receiver.canceled) {
        transferred(peer);
    }
}

static void answer(struct peer *peer, const char *command)
{
    if (strcmp(command, "AT") == 0) {
        line(peer, "OK");
    } else if (strcmp(command, "ATE0") == 0) {
        peer->echo = false;
        line(peer, "OK");
    } else if (strcmp(command, "AT+CMEE=1") == 0) {
        peer->cmee = true;
        line(peer, "OK");
    } else if (strcmp(command, "AT+CGMR") == 0) {
        line(peer, peer->version);
        line(peer, "OK");
    } else if (strncmp(command, "AT+CPIN", 7) == 0) {
        answer_sim(peer, command);
    } else if (sscanf(command, "AT+CGDCONT=%*d,\"IP\",\"%63[^\"]", peer->apn) == 1) {
        line(peer, "OK");
    } else if (strncmp(command, "AT+WDSD=", 8) == 0) {
        answer_wdsd(peer, command);
    } else if (strcmp(command, "AT+CEREG?") == 0 || strcmp(command, "AT+CREG?") == 0) {
        line(peer, command[4] == 'R' ? (peer->no_network ? "+CREG: 0,2" : "+CREG: 0,1")
                                     : (peer->no_network ? "+CEREG: 0,2" : "+CEREG: 0,1"));
        line(peer, "OK");
    } else if (strcmp(command, "AT+CFUN=1,1") == 0) {
        line(peer, "OK");
        peer_restart(peer);
    } else if (strncmp(command, "AT+WDSS=", 8) == 0) {
        answer_session(peer, command);
    } else if (strncmp(command, "AT+WDSR=", 8) == 0) {
        answer_reply(peer, command);
    } else {
        answer_settings(peer, command);
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
        line(peer, "ERROR");
        return;
    }
    if (peer->ignores != NULL &&
        strncmp(peer->last_command, peer->ignores, strlen(peer->ignores)) == 0) {
        return;
    }
    if (peer->refuses != NULL &&
        strncmp(peer->last_command, peer->refuses, strlen(peer->refuses)) == 0) {
        line(peer, "ERROR");
        return;
    }
    if (peer->commands == peer->restart_at) {
        peer_restart(peer);
        return;
    }
    if (peer->commands == peer->ksup_at) {
        line(peer, "+KSUP: 0");
    }
    answer(peer, peer->last_command);
}

void peer_bytes(struct peer *peer, const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size && peer->up; i++) {
        if (peer->receiver.active) {
            take_data(peer, data[i]);
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
            act(peer, (enum action)due->action, due->value);
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
    no_timers(peer);
}
