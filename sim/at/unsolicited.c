/*
 * Lines that a port says by itself. Between commands they leave at once; while one is being carried
 * out, or the UART is off, they are held (docs/evidence.md).
 */
#include "at/port_inside.h"

#include <string.h>

struct part {
    const void *bytes;
    size_t size;
};

#define PARTS_MAX 3

static bool is_free(const struct hlsim__at_port *port)
{
    return (!port->ram->busy || port->ram->connect_held) && !port->ram->asleep;
}

/* Parts of one line: all of them, or none where there is no room. */
static void say(struct hlsim__at_port *port, const struct part parts[PARTS_MAX])
{
    struct hlsim__at_port_ram *ram = port->ram;
    bool now = is_free(port);
    size_t size = 0;

    for (size_t i = 0; i < PARTS_MAX; i++) {
        size += parts[i].size;
    }
    for (size_t i = 0; i < PARTS_MAX && port->modem->power.on; i++) {
        if (now && parts[i].size > 0) {
            hlsim__at_port_send(port, parts[i].bytes, parts[i].size);
        } else if (!now && size <= HLSIM__AT_HELD_MAX - ram->held_size) {
            memcpy(ram->held + ram->held_size, parts[i].bytes, parts[i].size);
            ram->held_size += parts[i].size;
            size -= parts[i].size;
        }
    }
    if (port->modem->power.on && ram->asleep) {
        hlsim__sleep_word_waits(&port->modem->ram.sleep);
    }
}

/* The text between line ends, each '\n' in it being one; how many characters, 0: too long. */
static size_t frame(const struct hlsim__at_profile *profile, const char *text,
                    char framed[HLSIM__AT_LINE_MAX])
{
    const char end[] = {(char)hlsim__at_profile_line_end(profile),
                        (char)hlsim__at_profile_line_feed(profile)};
    size_t size = profile->verbose ? sizeof end : 0;

    memcpy(framed, end, size);
    do {
        size_t line = strcspn(text, "\n");

        if (line + sizeof end > HLSIM__AT_LINE_MAX - size) {
            return 0;
        }
        memcpy(framed + size, text, line);
        memcpy(framed + size + line, end, sizeof end);
        size += line + sizeof end;
        text += line + (text[line] != '\0');
    } while (*text != '\0');
    return size;
}

void hlsim__at_port_urc(struct hlsim__at_port *port, const char *text)
{
    char framed[HLSIM__AT_LINE_MAX];

    if (hlsim__at_mux_active(port)) {
        hlsim__at_mux_urc(port, text);
    } else {
        const struct part line = {framed, frame(&port->ram->profile, text, framed)};

        say(port, (const struct part[PARTS_MAX]){line, {"", 0}, {"", 0}});
    }
}

void hlsim__at_port_urc_bytes(struct hlsim__at_port *port, const char *text, const uint8_t *bytes,
                              size_t size)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    const char end[] = {(char)hlsim__at_profile_line_end(profile),
                        (char)hlsim__at_profile_line_feed(profile)};
    char framed[HLSIM__AT_LINE_MAX];
    size_t head = frame(profile, text, framed);
    struct hlsim__at_port *speaker;

    if (hlsim__at_mux_active(port)) {
        for (size_t i = 0; (speaker = hlsim__at_mux_speaker(port, &i)) != NULL;) {
            hlsim__at_port_urc_bytes(speaker, text, bytes, size);
        }
        return;
    }
    say(port, (const struct part[PARTS_MAX]){
                  {framed, head - sizeof end}, {bytes, size}, {end, sizeof end}});
}

size_t hlsim__at_port_urc_room(struct hlsim__at_port *port)
{
    size_t least = SIZE_MAX;
    struct hlsim__at_port *speaker;

    for (size_t i = 0; (speaker = hlsim__at_mux_speaker(port, &i)) != NULL;) {
        const struct hlsim__at_port_ram *ram = speaker->ram;
        size_t room = is_free(speaker) ? HLSIM__AT_OUTPUT_MAX - ram->output_size
                                       : HLSIM__AT_HELD_MAX - ram->held_size;

        least = room < least ? room : least;
    }
    return least < SIZE_MAX ? least : 0;
}
