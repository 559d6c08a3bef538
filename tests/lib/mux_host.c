/*
 * Frames by the codec, which has tests of its own.
 */
#include "lib/mux_host.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

void mux_send_frame(struct mux_host *host, unsigned dlci, uint8_t type, const void *info,
                    size_t size)
{
    const struct hlsim__mux_frame frame = {.dlci = (uint8_t)dlci,
                                           .cr = true,
                                           .pf = type != HLSIM__MUX_UIH,
                                           .type = type,
                                           .info = info,
                                           .info_size = size};
    uint8_t bytes[HLSIM__MUX_FRAME_MAX];
    size_t written = hlsim__mux_write(&frame, bytes);

    CU_ASSERT_EQUAL(hlsim_link_write(host->rig.link, HLSIM_HOST, bytes, written), (int)written);
}

void mux_send_message(struct mux_host *host, uint8_t type, bool command, const void *value,
                      size_t size)
{
    const struct hlsim__mux_message message = {
        .type = type, .command = command, .value = value, .size = size};
    uint8_t bytes[HLSIM__MUX_INFO_MAX];

    mux_send_frame(host, 0, HLSIM__MUX_UIH, bytes, hlsim__mux_message_write(&message, bytes));
}

static void say(struct mux_host *host, const char *text)
{
    CU_ASSERT_FATAL(strlen(host->said) + strlen(text) < sizeof host->said);
    strcat(host->said, text);
}

static void hear_message(struct mux_host *host, const struct hlsim__mux_message *message)
{
    char text[64];

    snprintf(text, sizeof text, "%s%02x:", message->command ? "" : "re-", message->type);
    say(host, text);
    for (size_t i = 0; i < message->size && i < 8; i++) {
        snprintf(text, sizeof text, "%02x", message->value[i]);
        say(host, text);
    }
    say(host, " ");
    if (message->type == HLSIM__MUX_MSC && message->command) {
        mux_send_message(host, HLSIM__MUX_MSC, false, message->value, message->size);
    }
}

static void hear(struct mux_host *host, const struct hlsim__mux_frame *frame)
{
    struct hlsim__mux_message message;
    char text[2048];

    if (frame->type != HLSIM__MUX_UIH) {
        snprintf(text, sizeof text, "%s%u ",
                 frame->type == HLSIM__MUX_UA   ? "UA"
                 : frame->type == HLSIM__MUX_DM ? "DM"
                                                : "?",
                 frame->dlci);
        say(host, text);
    } else if (frame->dlci == 0) {
        CU_ASSERT_EQUAL(hlsim__mux_message_read(frame->info, frame->info_size, &message),
                        frame->info_size);
        hear_message(host, &message);
    } else {
        snprintf(text, sizeof text, "%u<%.*s> ", frame->dlci, (int)frame->info_size,
                 (const char *)frame->info);
        say(host, text);
    }
}

/* Lets time pass and hears what came; as text that holds until the next call. */
const char *mux_said(struct mux_host *host, int64_t milliseconds)
{
    static char text[sizeof host->said];

    for (int round = 0; round < 2; round++) {
        const uint8_t *bytes;
        size_t size;
        bool complete = true;

        port_rig_run(&host->rig, round == 0 ? milliseconds : 1);
        size = host->rig.read_size;
        bytes = (const uint8_t *)port_rig_read(&host->rig);
        while (complete) {
            struct hlsim__mux_frame frame;
            size_t taken = hlsim__mux_read(&host->reader, bytes, size, &frame, &complete);

            bytes += taken;
            size -= taken;
            if (complete) {
                hear(host, &frame);
            }
        }
    }
    strcpy(text, host->said);
    host->said[0] = '\0';
    return text;
}

void mux_open(struct mux_host *host, const char *command)
{
    memset(host, 0, sizeof *host);
    port_rig_open(&host->rig, NULL);
    port_rig_type(&host->rig, command);
    CU_ASSERT_STRING_EQUAL(port_rig_read(&host->rig), "\r\nOK\r\n");
    mux_send_frame(host, 0, HLSIM__MUX_SABM, NULL, 0);
    MUX_SAYS(host, 10, "UA0 ");
}

void mux_open_channel(struct mux_host *host, unsigned dlci)
{
    char expected[32];

    mux_send_frame(host, dlci, HLSIM__MUX_SABM, NULL, 0);
    snprintf(expected, sizeof expected, "UA%u e1:%02x0d ", dlci, dlci << 2 | 3);
    MUX_SAYS(host, 10, expected);
    MUX_SAYS(host, 2000, ""); /* what was confirmed is not told again */
}

void mux_type(struct mux_host *host, unsigned dlci, const char *text)
{
    mux_send_frame(host, dlci, HLSIM__MUX_UIH, text, strlen(text));
}
