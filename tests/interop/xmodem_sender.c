/*
 * The engine's XMODEM sender with a file, on standard input and output:
 * xmodem_sender FILE 128|1024. Ends with 0 when the receiver has taken the end.
 */
#include "xmodem_send.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int write_all(const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, size);

        if (written <= 0) {
            return -1;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return 0;
}

/* Whatever can leave without an answer. */
static int push(struct hlhost__xmodem *xmodem, FILE *file)
{
    uint8_t data[HLHOST__PIECE_DATA];
    uint32_t offset;
    uint32_t size;

    for (;;) {
        hlhost__xmodem_run(xmodem, now());
        if (xmodem->piece_size == 0 && hlhost__xmodem_wants(xmodem, &offset, &size)) {
            if (fseek(file, (long)offset, SEEK_SET) != 0 || fread(data, 1, size, file) != size) {
                return -1;
            }
            hlhost__xmodem_data(xmodem, data, size, now());
        }
        if (xmodem->piece_size == 0) {
            return 0;
        }
        if (write_all(xmodem->piece, xmodem->piece_size) != 0) {
            return -1;
        }
        xmodem->piece_size = 0;
    }
}

static int pull(struct hlhost__xmodem *xmodem)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int64_t wait = xmodem->by_ms - now();
    uint8_t byte;

    if (poll(&input, 1, wait > 0 ? (int)wait : 0) > 0) {
        if (read(STDIN_FILENO, &byte, 1) != 1) {
            return -1;
        }
        (void)hlhost__xmodem_take(xmodem, byte, now());
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct hlhost__xmodem xmodem;
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    int result = 0;
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        return 2;
    }
    size = ftell(file);
    hlhost__xmodem_begin(&xmodem, (uint32_t)size, (uint16_t)atoi(argv[2]), now());
    while (result == 0 && xmodem.state < HLHOST__SENDING_ENDED) {
        result = push(&xmodem, file);
        if (result == 0 && xmodem.state < HLHOST__SENDING_ENDED) {
            result = pull(&xmodem);
        }
    }
    fclose(file);
    return result == 0 && xmodem.state == HLHOST__SENDING_ENDED ? 0 : 1;
}
