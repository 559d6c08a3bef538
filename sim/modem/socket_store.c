/*
 * What of the sockets lies in flash: sessions that outlive a restart, and which lines come by
 * themselves. Does not open or close anything.
 */
#include "modem/modem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_SIZE 224

/* --- Sessions ------------------------------------------------------------------------------- */

static void key_of(int id, char *ret_key, size_t size)
{
    snprintf(ret_key, size, "session.%d", id);
}

/* A hibernation is a restart for everything but the list of sessions, where the firmware errs. */
static bool is_kept(const struct hlsim__socket *socket)
{
    return socket->config.restored != 0 ||
           (socket->config.kind == HLSIM__SOCKET_UDP &&
            hlsim__sockets_quirk(socket->sockets, HLSIM_QUIRK_udp_listed_after_hibernate));
}

int hlsim__socket_store(const struct hlsim__socket *socket, bool up)
{
    const struct hlsim__socket_config *config = &socket->config;
    char text[RECORD_SIZE];
    char key[16];
    int error;

    if (!is_kept(socket) || config->mode == HLSIM__SOCKET_CHILD) {
        return 0;
    }
    key_of(socket->id, key, sizeof key);
    snprintf(text, sizeof text, "%d %d %d %u %u %d %d %d %d %d %d %s", (int)config->kind,
             (int)config->mode, config->cnx, (unsigned)config->port, (unsigned)config->local_port,
             config->data_mode, config->report_sent, config->family, config->cipher,
             config->restored, up, config->host);
    error = hlsim__nvm_put(&socket->sockets->modem->ram.store, key, text, strlen(text));
    if (error < 0) {
        hlsim__modem_flash_failed(socket->sockets->modem, error);
    }
    return error;
}

int hlsim__socket_unstore(struct hlsim__sockets *sockets, int id)
{
    char key[16];
    int error;

    key_of(id, key, sizeof key);
    error = hlsim__nvm_delete(&sockets->modem->ram.store, key);
    return error == HLSIM_E_NOT_FOUND ? 0 : error;
}

/* Takes a number and the blank behind it. */
static int take_number(const char **text, int *ret_number)
{
    char *end;
    long number = strtol(*text, &end, 10);

    if (end == *text || *end != ' ') {
        return HLSIM_E_CORRUPT;
    }
    *ret_number = (int)number;
    *text = end + 1;
    return 0;
}

int hlsim__socket_load(const struct hlsim__sockets *sockets, int id,
                       struct hlsim__socket_stored *ret_stored)
{
    enum { KIND, MODE, CNX, PORT, LOCAL, DATA, REPORT, FAMILY, CIPHER, RESTORED, UP, NUMBERS };
    struct hlsim__socket_config *config = &ret_stored->config;
    int numbers[NUMBERS];
    char text[RECORD_SIZE];
    const char *next = text;
    char key[16];
    int size;

    key_of(id, key, sizeof key);
    size = hlsim__nvm_get(&sockets->modem->ram.store, key, text, sizeof text - 1);
    if (size < 0) {
        return size;
    }
    text[size] = '\0';
    for (int i = 0; i < NUMBERS; i++) {
        if (take_number(&next, &numbers[i]) < 0) {
            return HLSIM_E_CORRUPT;
        }
    }
    memset(ret_stored, 0, sizeof *ret_stored);
    config->kind = (enum hlsim__socket_kind)numbers[KIND];
    config->mode = (enum hlsim__socket_mode)numbers[MODE];
    config->cnx = numbers[CNX];
    config->port = (uint16_t)numbers[PORT];
    config->local_port = (uint16_t)numbers[LOCAL];
    config->data_mode = numbers[DATA];
    config->report_sent = numbers[REPORT];
    config->family = numbers[FAMILY];
    config->cipher = numbers[CIPHER];
    config->restored = numbers[RESTORED];
    ret_stored->up = numbers[UP] != 0;
    snprintf(config->host, sizeof config->host, "%s", next);
    return 0;
}

int hlsim__sockets_erase(struct hlsim__sockets *sockets)
{
    int error = 0;

    for (int id = 1; error == 0 && id <= HLSIM__SOCKETS_MAX; id++) {
        error = hlsim__socket_unstore(sockets, id);
    }
    return error;
}

/* --- Lines that come by themselves ---------------------------------------------------------- */

/* The place of a protocol in the figure, from 0; -1: it is not there. */
static int place_of(const struct hlsim__modem *modem, const char *protocol)
{
    const char *list = modem->ram.personality->figures.socket_protocols;
    size_t size = strlen(protocol);

    for (int place = 0; *list != '\0'; place++) {
        size_t item = strcspn(list, ",");

        if (item == size && strncmp(list, protocol, size) == 0) {
            return place;
        }
        list += item + (list[item] == ',');
    }
    return -1;
}

int hlsim__sockets_urcs(const struct hlsim__modem *modem, const char *protocol,
                        struct hlsim__socket_urcs *ret_urcs)
{
    const char *stored = hlsim__setting_text(&modem->ram.settings, HLSIM__SETTING_SOCKET_URCS);
    int place = place_of(modem, protocol);

    if (place < 0) {
        return HLSIM_E_NOT_FOUND;
    }
    *ret_urcs = (struct hlsim__socket_urcs){.others = true, .ind = true};
    if (strlen(stored) >= 2 * (size_t)place + 2) {
        ret_urcs->others = stored[2 * place] == '1';
        ret_urcs->ind = stored[2 * place + 1] == '1';
    }
    return 0;
}

int hlsim__sockets_set_urcs(struct hlsim__modem *modem, const char *protocol,
                            struct hlsim__socket_urcs urcs)
{
    struct hlsim__settings *settings = &modem->ram.settings;
    const char *stored = hlsim__setting_text(settings, HLSIM__SETTING_SOCKET_URCS);
    int place = place_of(modem, protocol);
    char text[sizeof settings->values.SOCKET_URCS];
    size_t size = strlen(stored);

    if (place < 0) {
        return HLSIM_E_NOT_FOUND;
    }
    if (2 * (size_t)place + 2 >= sizeof text) {
        return HLSIM_E_LIMIT;
    }
    memset(text, '1', sizeof text - 1);
    memcpy(text, stored, size);
    text[2 * place] = urcs.others ? '1' : '0';
    text[2 * place + 1] = urcs.ind ? '1' : '0';
    text[size > 2 * (size_t)place + 2 ? size : 2 * (size_t)place + 2] = '\0';
    return hlsim__setting_put_text(settings, HLSIM__SETTING_SOCKET_URCS, text);
}

bool hlsim__sockets_may_tell(const struct hlsim__modem *modem, const char *protocol, bool ind)
{
    struct hlsim__socket_urcs urcs;

    if (hlsim__sockets_urcs(modem, protocol, &urcs) < 0) {
        return true;
    }
    return ind ? urcs.ind : urcs.others;
}
