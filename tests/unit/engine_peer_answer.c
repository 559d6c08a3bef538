/*
 * The hand-made modem: its answers to commands, and its data mode.
 */
#include "engine_peer_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void cme(struct peer *peer, int code)
{
    char text[32];

    (void)snprintf(text, sizeof text, "+CME ERROR: %d", code);
    peer__line(peer, peer->cmee && !peer->cmee_stuck ? text : "ERROR");
}

static void answer_session(struct peer *peer, const char *command)
{
    if (peer->locked) {
        peer__line(peer, "OK");
        return;
    }
    if (strcmp(command, "AT+WDSS=1,0") == 0) {
        peer__line(peer, "OK");
        if (peer->session) {
            peer->session = false;
            peer->pending = 0;
            peer__no_timers(peer);
            peer__timer(peer, 3000, ACTION_CLOSED, 0);
        }
        return;
    }
    if (sscanf(command, "AT+WDSS=2,%d", &peer->cid) == 1) {
        peer__line(peer, "OK");
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
        peer__line(peer, "OK");
        if (!peer->session) {
            peer->session = true;
            peer__authenticate(peer);
        }
    }
}

static void answer_reply(struct peer *peer, const char *command)
{
    int reply = atoi(command + strlen("AT+WDSR="));

    if ((reply == 2 && peer->pending == 2) || (reply == 5 && peer->pending == 3)) {
        (void)snprintf(peer->deferred, sizeof peer->deferred, "%.31s", command);
        peer->pending = 0;
        peer__line(peer, "OK");
        return;
    }
    if (reply == 2 || reply == 5 || (reply == 3 && peer->pending != 2) ||
        (reply == 4 && peer->pending != 3) || reply == 1) {
        cme(peer, 3);
        return;
    }
    peer__line(peer, "OK");
    peer->pending = 0;
    peer->accepted++;
    if (reply == 3) {
        peer__event(peer, 18, "");
        peer__timer(peer, 1000, ACTION_TICK, 0);
    } else {
        peer__install(peer);
    }
}

static void answer_settings(struct peer *peer, const char *command)
{
    char text[80];
    int mode;
    int state;

    if (sscanf(command, "AT+WDSC=%d,%d", &mode, &state) == 2 && mode >= 0 && mode <= 2) {
        peer->agreement[mode] = state;
        peer__line(peer, "OK");
    } else if (strcmp(command, "AT+WDSC?") == 0) {
        (void)snprintf(text, sizeof text, "+WDSC: 0,%d\r\n+WDSC: 1,%d\r\n+WDSC: 2,%d\r\n+WDSC: 3,0",
                       peer->agreement[0], peer->agreement[1], peer->agreement[2]);
        peer__line(peer, text);
        peer__line(peer, "OK");
    } else if (strcmp(command, "AT+WDSG") == 0) {
        (void)snprintf(text, sizeof text, "+WDSG: 0,3\r\n+WDSG: 1,%d",
                       peer->stage == PEER_IDLE          ? 0
                       : peer->stage == PEER_DOWNLOADING ? 2
                                                         : 3);
        peer__line(peer, text);
        peer__line(peer, "OK");
    } else if (strcmp(command, "AT+WDSI?") == 0) {
        (void)snprintf(text, sizeof text, "+WDSI: %u", peer->mask);
        peer__line(peer, text);
        peer__line(peer, "OK");
    } else if (strncmp(command, "AT+WDSI=", 8) == 0) {
        peer->mask = (unsigned)atoi(command + 8);
        peer__line(peer, peer->mask > 4479 ? "ERROR" : "OK");
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
        peer__line(peer, locked ? wish : "+CPIN: READY");
        peer__line(peer, "OK");
    } else if (peer->pin_busy) {
        peer->pin_busy = false;
        cme(peer, 14);
    } else {
        (void)snprintf(wanted, sizeof wanted, "AT+CPIN=\"%s\"", peer->pin);
        peer->pins++;
        peer->unlocked = strcmp(command, wanted) == 0;
        peer->pin_left = peer->unlocked ? 3 : peer->pin_left - 1;
        if (peer->unlocked) {
            peer__line(peer, "OK");
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
    peer__timer(peer, 1500, ACTION_INVITE, 0);
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
    peer__line(peer, "OK");
    if (!peer->lazy_asking) {
        peer__event(peer, 3, "");
    }
    peer->pending = 3;
}

/* A block that stops amid its bytes is forgotten after a second. */
void peer__take_data(struct peer *peer, uint8_t byte)
{
    if (peer->now_ms - peer->data_ms >= 1000) {
        peer->receiver.have = 0;
    }
    peer->data_ms = peer->now_ms;
    receiver_take(&peer->receiver, byte);
    peer__raw(peer, peer->receiver.out, peer->receiver.out_size);
    peer->receiver.out_size = 0;
    if (peer->receiver.ended || peer->receiver.canceled) {
        transferred(peer);
    }
}

void peer__answer(struct peer *peer, const char *command)
{
    if (strcmp(command, "AT") == 0) {
        peer__line(peer, "OK");
    } else if (strcmp(command, "ATE0") == 0) {
        peer->echo = false;
        peer__line(peer, "OK");
    } else if (strcmp(command, "AT+CMEE=1") == 0) {
        peer->cmee = true;
        peer__line(peer, "OK");
    } else if (strcmp(command, "AT+CGMR") == 0) {
        peer__line(peer, peer->version);
        peer__line(peer, "OK");
    } else if (strncmp(command, "AT+CPIN", 7) == 0) {
        answer_sim(peer, command);
    } else if (sscanf(command, "AT+CGDCONT=%*d,\"IP\",\"%63[^\"]", peer->apn) == 1) {
        peer__line(peer, "OK");
    } else if (strncmp(command, "AT+WDSD=", 8) == 0) {
        answer_wdsd(peer, command);
    } else if (strcmp(command, "AT+CEREG?") == 0 || strcmp(command, "AT+CREG?") == 0) {
        peer__line(peer, command[4] == 'R' ? (peer->no_network ? "+CREG: 0,2" : "+CREG: 0,1")
                                           : (peer->no_network ? "+CEREG: 0,2" : "+CEREG: 0,1"));
        peer__line(peer, "OK");
    } else if (strcmp(command, "AT+CFUN=1,1") == 0) {
        peer__line(peer, "OK");
        peer_restart(peer);
    } else if (strncmp(command, "AT+WDSS=", 8) == 0) {
        answer_session(peer, command);
    } else if (strncmp(command, "AT+WDSR=", 8) == 0) {
        answer_reply(peer, command);
    } else {
        answer_settings(peer, command);
    }
}
