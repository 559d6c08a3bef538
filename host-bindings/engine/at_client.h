/*
 * The AT client's lower half: makes lines out of bytes, takes echo away, knows the final results
 * and holds the one command that is under way. It does not know what any command means, sends
 * nothing by itself and reads no clock.
 */
#ifndef HLHOST_AT_CLIENT_H
#define HLHOST_AT_CLIENT_H

#include "hlhost/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hlhost__final {
    HLHOST__FINAL_NONE, /* the line is no final result */
    HLHOST__FINAL_OK,
    HLHOST__FINAL_ERROR, /* ERROR, +CME ERROR, +CMS ERROR */
    HLHOST__FINAL_NO_CARRIER,
    HLHOST__FINAL_CONNECT,
    HLHOST__FINAL_TIMEOUT, /* nothing came within the command's time */
};

enum hlhost__owner {
    HLHOST__OWNER_NONE,    /* no command is under way */
    HLHOST__OWNER_GOAL,    /* the goal's command: its answer goes to the goal */
    HLHOST__OWNER_REQUEST, /* somebody else's: its answer is for nobody */
};

struct hlhost__client {
    char line[HLHOST_LINE_SIZE]; /* the line being received */
    size_t line_size;
    bool line_overlong; /* skipped up to its end */

    enum hlhost__owner owner;
    char command[HLHOST_TX_SIZE]; /* with CR, then NUL; "" for raw data */
    size_t echo_size;             /* characters of `command` that have come back as echo */
    const uint8_t *tx;            /* what is sent: `command`, or borrowed data */
    size_t tx_size;
    size_t tx_taken;   /* given to the caller and taken */
    size_t tx_offered; /* `tx_taken` before the last offer */
    bool tx_blocked;   /* the line took less than offered; until WRITABLE */
    int64_t wait_ms;   /* for the final result */
    int64_t by_ms;     /* when that time is over */
};

/* Takes one byte. True when `client->line` holds a complete line that is not empty; NULs vanish, CR
 * and LF both end a line, a line that is too long vanishes as a whole. */
bool hlhost__client_take(struct hlhost__client *client, uint8_t byte);

/* `*ret_code` is the number of a CME or CMS error, -1 when there is none. */
enum hlhost__final hlhost__client_final(const char *line, int *ret_code);

/*
 * True when the line is echo of the command under way, or the next piece of it: a URC can fall into
 * the middle of an echo and break it in two.
 */
bool hlhost__client_is_echo(struct hlhost__client *client);

/* Begins a command; the client must be free and the text must fit (HLHOST_TX_SIZE - 2). */
void hlhost__client_begin(struct hlhost__client *client, enum hlhost__owner owner,
                          const char *command, int64_t now_ms, int64_t wait_ms);

/* Begins raw data, which is borrowed until the client is free again. */
void hlhost__client_begin_data(struct hlhost__client *client, const uint8_t *data, size_t size,
                               int64_t now_ms, int64_t wait_ms);

/* More bytes for the command under way, borrowed until they are taken: its data mode. */
void hlhost__client_more(struct hlhost__client *client, const uint8_t *data, size_t size);

/* No command is under way any more; what was not taken of it is not sent. */
void hlhost__client_end(struct hlhost__client *client);

/* The command has left completely, so that a final result can be its answer. */
bool hlhost__client_is_sent(const struct hlhost__client *client);

/* The bytes to send now, NULL for none; they count as taken. The time for the answer starts here.
 */
const uint8_t *hlhost__client_offer(struct hlhost__client *client, int64_t now_ms,
                                    size_t *ret_size);

/* `left` + `right` without overflow; `right` is not negative. */
int64_t hlhost__time_add(int64_t left, int64_t right);
int64_t hlhost__time_min(int64_t left, int64_t right);
int64_t hlhost__time_max(int64_t left, int64_t right);

#endif
