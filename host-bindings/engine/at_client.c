/*
 * Lines, echo, final results and the command under way. No command's meaning is known here.
 */
#include "at_client.h"

#include "text.h"

#include <string.h>

int64_t hlhost__time_add(int64_t left, int64_t right)
{
    return left > INT64_MAX - right ? INT64_MAX : left + right;
}

int64_t hlhost__time_min(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

int64_t hlhost__time_max(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

bool hlhost__client_take(struct hlhost__client *client, uint8_t byte)
{
    if (byte == 0) {
        return false; /* a spurious NUL may precede the first +KSUP */
    }
    if (byte != '\r' && byte != '\n') {
        if (client->line_size + 1 < sizeof client->line) {
            client->line[client->line_size++] = (char)byte;
        } else {
            client->line_overlong = true;
        }
        return false;
    }
    if (client->line_overlong) {
        client->line_overlong = false;
        client->line_size = 0;
    }
    while (client->line_size > 0 && client->line[client->line_size - 1] == ' ') {
        client->line_size--;
    }
    if (client->line_size == 0) {
        return false;
    }
    client->line[client->line_size] = '\0';
    client->line_size = 0;
    return true;
}

enum hlhost__final hlhost__client_final(const char *line, int *ret_code)
{
    *ret_code = -1;
    if (strcmp(line, "OK") == 0) {
        return HLHOST__FINAL_OK;
    }
    if (strcmp(line, "ERROR") == 0) {
        return HLHOST__FINAL_ERROR;
    }
    if (hlhost__text_starts(line, "+CME ERROR") || hlhost__text_starts(line, "+CMS ERROR")) {
        const char *cursor = line + strlen("+CME ERROR");

        if (*cursor == ':') {
            cursor++;
        }
        (void)hlhost__text_number(&cursor, ret_code); /* without a number the code stays -1 */
        return HLHOST__FINAL_ERROR;
    }
    if (strcmp(line, "NO CARRIER") == 0) {
        return HLHOST__FINAL_NO_CARRIER;
    }
    if (strcmp(line, "CONNECT") == 0 || hlhost__text_starts(line, "CONNECT ")) {
        return HLHOST__FINAL_CONNECT;
    }
    return HLHOST__FINAL_NONE;
}

bool hlhost__client_is_echo(struct hlhost__client *client)
{
    size_t size = strlen(client->line);
    size_t command_size = strlen(client->command);

    if (client->owner == HLHOST__OWNER_NONE || command_size == 0 || client->tx_taken == 0) {
        return false;
    }
    command_size--; /* the CR has ended the line */
    if (client->echo_size + size > command_size ||
        strncmp(client->command + client->echo_size, client->line, size) != 0) {
        return false;
    }
    client->echo_size += size;
    return true;
}

static void begin(struct hlhost__client *client, enum hlhost__owner owner, int64_t now_ms,
                  int64_t wait_ms)
{
    client->owner = owner;
    client->echo_size = 0;
    client->tx_taken = 0;
    client->tx_offered = 0;
    client->wait_ms = wait_ms;
    client->by_ms = hlhost__time_add(now_ms, wait_ms);
}

void hlhost__client_begin(struct hlhost__client *client, enum hlhost__owner owner,
                          const char *command, int64_t now_ms, int64_t wait_ms)
{
    begin(client, owner, now_ms, wait_ms);
    client->command[0] = '\0';
    hlhost__text_add(client->command, sizeof client->command - 1, command);
    hlhost__text_add(client->command, sizeof client->command, "\r");
    client->tx = (const uint8_t *)client->command;
    client->tx_size = strlen(client->command);
}

void hlhost__client_begin_data(struct hlhost__client *client, const uint8_t *data, size_t size,
                               int64_t now_ms, int64_t wait_ms)
{
    begin(client, HLHOST__OWNER_GOAL, now_ms, wait_ms);
    client->command[0] = '\0';
    client->tx = data;
    client->tx_size = size;
}

void hlhost__client_more(struct hlhost__client *client, const uint8_t *data, size_t size)
{
    client->tx = data;
    client->tx_size = size;
    client->tx_taken = 0;
    client->tx_offered = 0;
}

void hlhost__client_end(struct hlhost__client *client)
{
    client->owner = HLHOST__OWNER_NONE;
    client->tx = NULL;
    client->tx_size = 0;
    client->tx_taken = 0;
    client->tx_offered = 0;
}

bool hlhost__client_is_sent(const struct hlhost__client *client)
{
    return client->owner != HLHOST__OWNER_NONE && client->tx_taken == client->tx_size;
}

const uint8_t *hlhost__client_offer(struct hlhost__client *client, int64_t now_ms, size_t *ret_size)
{
    const uint8_t *bytes;

    if (client->tx_blocked || client->tx_taken == client->tx_size) {
        return NULL;
    }
    bytes = client->tx + client->tx_taken;
    *ret_size = client->tx_size - client->tx_taken;
    client->tx_offered = client->tx_taken;
    client->tx_taken = client->tx_size;
    client->by_ms = hlhost__time_add(now_ms, client->wait_ms);
    return bytes;
}
