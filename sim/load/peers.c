/*
 * The key `network.peers`: far ends of the simulated network (scenario-format.md, "Peers").
 */
#include "load/peers.h"

#include "codec/charset.h"
#include "load/parts.h"

#include <stdlib.h>
#include <string.h>

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

bool hlsim__is_host(const char *text, size_t size)
{
    size_t length = strlen(text);

    return length > 0 && length < size && strspn(text, HOST_CHARACTERS) == length;
}

/* --- Bytes ---------------------------------------------------------------------------------- */

/* Two hexadecimal digits; -1: they are none. */
static int hex_byte(const char *text)
{
    uint8_t byte;

    return text[0] != '\0' && hlsim__hex_read(text, 2, &byte, 1) == 1 ? byte : -1;
}

static bool add_code(struct hlsim_peer_step *step, int code)
{
    if (step->on_size == HLSIM_PEER_ON_MAX) {
        return false;
    }
    step->on[step->on_size++] = (int16_t)code;
    return true;
}

/* "hex:10*" as codes; false when it is something else, or too long. */
static bool read_hex_codes(const char *text, struct hlsim_peer_step *step)
{
    while (*text != '\0') {
        int code = *text == '*' ? HLSIM_PEER_ANY : hex_byte(text);

        if ((*text != '*' && code < 0) || !add_code(step, code)) {
            return false;
        }
        text += *text == '*' ? 1 : 2;
    }
    return step->on_size > 0;
}

/* A pattern as codes; false when it is empty or too long. */
static bool read_text_codes(const char *text, struct hlsim_peer_step *step)
{
    for (; *text != '\0'; text++) {
        bool escaped = *text == '\\' && (text[1] == '*' || text[1] == '\\');
        bool any = *text == '*';

        text += escaped ? 1 : 0;
        if (!add_code(step, any ? HLSIM_PEER_ANY : (unsigned char)*text)) {
            return false;
        }
    }
    return step->on_size > 0;
}

static void read_on(struct hlsim__reader *reader, const cJSON *value, void *target,
                    const void *about)
{
    struct hlsim_peer_step *step = target;
    const char *text = hlsim__reader_wants_text(reader, value, "a pattern or \"hex:..\"");

    (void)about;
    if (text != NULL && !(strncmp(text, "hex:", 4) == 0 ? read_hex_codes(text + 4, step)
                                                        : read_text_codes(text, step))) {
        hlsim__reader_complain(reader, "expected a pattern, or bytes such as \"hex:10*\", up to %d",
                               HLSIM_PEER_ON_MAX);
    }
}

static void read_send(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_peer_step *step = target;

    (void)about;
    step->send_size =
        hlsim__reader_wants_bytes(reader, value, "hex:20020000", step->send, sizeof step->send);
}

static void read_close(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    static const char *const endings[] = {"fin", "rst", "stall", NULL};
    struct hlsim_peer_step *step = target;
    int choice = hlsim__reader_wants_choice(reader, value, endings);

    (void)about;
    if (choice >= 0) {
        step->ending = (enum hlsim_peer_ending)(HLSIM_PEER_FIN + choice);
    }
}

/* --- Steps ---------------------------------------------------------------------------------- */

static const struct hlsim__key step_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "on", .read = read_on},
    {.name = "send", .read = read_send},
    {.name = "after",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_peer_step, after)},
    {.name = "close", .read = read_close},
};

static void read_script(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    struct hlsim_peer_config *peer = target;
    struct hlsim_peer_step *steps;
    const cJSON *element;

    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 1, HLSIM_PEER_STEPS_MAX)) {
        return;
    }
    steps = calloc((size_t)cJSON_GetArraySize(value), sizeof *steps);
    if (steps == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    peer->steps = steps;
    cJSON_ArrayForEach(element, value)
    {
        struct hlsim_peer_step *step = &steps[peer->step_count];

        hlsim__reader_enter_index(reader, peer->step_count);
        HLSIM__READ_OBJECT(reader, element, step_keys, step);
        if (cJSON_IsObject(element) && step->on_size == 0 && step->send_size == 0 &&
            step->ending == HLSIM_PEER_STAYS) {
            hlsim__reader_complain(reader, "expected \"on\", \"send\" or \"close\"");
        }
        hlsim__reader_leave(reader);
        peer->step_count++;
    }
}

/* --- Files ---------------------------------------------------------------------------------- */

/* Its text, or its size. */
static void read_file(struct hlsim__reader *reader, const cJSON *value,
                      struct hlsim_peer_file *file)
{
    int64_t size;

    if (strlen(value->string) >= sizeof file->path || value->string[0] != '/' ||
        strchr(value->string, ' ') != NULL) {
        hlsim__reader_complain(reader,
                               "expected a path such as \"/index.html\", of up to %d "
                               "characters without blanks",
                               HLSIM_PEER_PATH_SIZE - 1);
        return;
    }
    strcpy(file->path, value->string);
    if (cJSON_IsString(value)) {
        file->size = strlen(value->valuestring);
        file->text = malloc(file->size + 1);
        if (file->text != NULL) {
            memcpy(file->text, value->valuestring, file->size + 1);
        }
    } else if (hlsim__reader_wants_integer(reader, value, 0, HLSIM_PEER_FILE_MAX, &size)) {
        file->size = (size_t)size;
    }
}

static void read_files(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_peer_config *peer = target;
    struct hlsim_peer_file *files;
    const cJSON *element;

    (void)about;
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    if (cJSON_GetArraySize(value) > HLSIM_PEER_FILES_MAX) {
        hlsim__reader_complain(reader, "expected %d files at most", HLSIM_PEER_FILES_MAX);
        return;
    }
    files = calloc((size_t)cJSON_GetArraySize(value) + 1, sizeof *files);
    peer->files = files;
    reader->setup->peer_files[peer - reader->setup->peers] = files;
    if (files == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter(reader, element->string);
        read_file(reader, element, &files[peer->file_count++]);
        hlsim__reader_leave(reader);
    }
}

/* --- Peers ---------------------------------------------------------------------------------- */

static void read_name(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    char *name = target;
    uint32_t ip;

    (void)about;
    if (!cJSON_IsString(value) || !hlsim__is_host(value->valuestring, HLSIM_PEER_NAME_SIZE) ||
        hlsim_ip_parse(value->valuestring, &ip) == 0) {
        hlsim__reader_complain(reader,
                               "expected the name of a host, such as \"echo.example\", of up to %d "
                               "characters",
                               HLSIM_PEER_NAME_SIZE - 1);
        return;
    }
    strcpy(name, value->valuestring);
}

static void read_ip(struct hlsim__reader *reader, const cJSON *value, void *target,
                    const void *about)
{
    uint32_t *ip = target;

    (void)about;
    if (!cJSON_IsString(value) || hlsim_ip_parse(value->valuestring, ip) < 0 || *ip == 0) {
        hlsim__reader_complain(reader, "expected an address such as \"203.0.113.50\"");
    }
}

static void read_protocol(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    static const char *const protocols[] = {"tcp", "udp", NULL};

    (void)about;
    *(bool *)target = hlsim__reader_wants_choice(reader, value, protocols) == 1;
}

static void read_port(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    int64_t port;

    (void)about;
    if (hlsim__reader_wants_integer(reader, value, 1, 65535, &port)) {
        *(uint16_t *)target = (uint16_t)port;
    }
}

static void read_behaviour(struct hlsim__reader *reader, const cJSON *value, void *target,
                           const void *about)
{
    static const char *const behaviours[] = {
#define BEHAVIOUR_TEXT(name, text) text,
        HLSIM_PEER_BEHAVIOUR_MAP(BEHAVIOUR_TEXT)
#undef BEHAVIOUR_TEXT
            NULL};
    int choice = hlsim__reader_wants_choice(reader, value, behaviours);

    (void)about;
    if (choice >= 0) {
        *(enum hlsim_peer_behaviour *)target = (enum hlsim_peer_behaviour)choice;
    }
}

#define PEER(key, function, field)                                                                 \
    {                                                                                              \
        .name = (key), .read = (function), .offset = offsetof(struct hlsim_peer_config, field)     \
    }

static const struct hlsim__key peer_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "name",
     .required = true,
     .read = read_name,
     .offset = offsetof(struct hlsim_peer_config, name)},
    PEER("ip", read_ip, ip),
    PEER("protocol", read_protocol, datagrams),
    PEER("port", read_port, port),
    PEER("behaviour", read_behaviour, behaviour),
    {.name = "script", .read = read_script},
    {.name = "files", .read = read_files},
};

/* What the keys of a peer, each of them good, say together. */
static void check_peer(struct hlsim__reader *reader, const cJSON *object,
                       const struct hlsim_peer_config *peer)
{
    bool scripted = cJSON_GetObjectItemCaseSensitive(object, "script") != NULL;
    bool serves = peer->behaviour == HLSIM_PEER_HTTP || peer->behaviour == HLSIM_PEER_FTP;

    if (!cJSON_IsObject(object)) {
        return;
    }
    if (scripted != (peer->behaviour == HLSIM_PEER_SCRIPT)) {
        hlsim__reader_complain(reader, "expected \"script\" with the \"behaviour\" \"script\", and "
                                       "with no other");
    }
    if (peer->file_count > 0 && !serves) {
        hlsim__reader_complain(reader, "\"files\" go with the \"behaviour\" \"http\" or \"ftp\"");
    }
    if (peer->datagrams && serves) {
        hlsim__reader_complain(reader, "\"http\" and \"ftp\" go with the \"protocol\" \"tcp\"");
    }
    if (peer->datagrams &&
        (peer->behaviour == HLSIM_PEER_CLOSE || peer->behaviour == HLSIM_PEER_RESET ||
         peer->behaviour == HLSIM_PEER_STALL)) {
        hlsim__reader_complain(reader, "datagrams have no connection that could be ended");
    }
    if (peer->datagrams && peer->port == 0) {
        hlsim__reader_complain(reader, "expected a \"port\" for datagrams");
    }
    for (size_t i = 0; peer->datagrams && i < peer->step_count; i++) {
        if (peer->steps[i].ending != HLSIM_PEER_STAYS) {
            hlsim__reader_complain(reader, "datagrams have no connection that could be ended");
            return;
        }
    }
}

/* Two cannot have the same port, and a name has one address. */
static void check_twins(struct hlsim__reader *reader, const struct hlsim_peer_config *peers,
                        size_t index)
{
    const struct hlsim_peer_config *peer = &peers[index];

    for (size_t i = 0; i < index; i++) {
        bool same = strcmp(peers[i].name, peer->name) == 0;

        if (same && peer->port != 0 && peers[i].port == peer->port &&
            peers[i].datagrams == peer->datagrams) {
            hlsim__reader_complain(reader, "that port of \"%s\" stands here twice", peer->name);
        }
        if (peer->ip != 0 && peers[i].ip != 0 && same != (peers[i].ip == peer->ip)) {
            hlsim__reader_complain(reader, "a host has one name and one \"ip\"");
        }
    }
}

void hlsim__read_peers(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_setup *setup = reader->setup;
    const cJSON *element;
    size_t count = 0;

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 0, HLSIM_PEERS_MAX)) {
        return;
    }
    setup->peers = calloc((size_t)cJSON_GetArraySize(value) + 1, sizeof *setup->peers);
    if (setup->peers == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter_index(reader, count);
        HLSIM__READ_OBJECT(reader, element, peer_keys, &setup->peers[count]);
        check_peer(reader, element, &setup->peers[count]);
        check_twins(reader, setup->peers, count);
        hlsim__reader_leave(reader);
        setup->peer_count = ++count;
    }
    setup->world.peer_count = count;
    setup->world.peers = setup->peers;
}

void hlsim__peers_release(struct hlsim_setup *setup)
{
    for (size_t i = 0; i < setup->peer_count; i++) {
        free(setup->peers[i].steps);
        for (size_t j = 0; j < setup->peers[i].file_count; j++) {
            free(setup->peer_files[i][j].text);
        }
        free(setup->peer_files[i]);
    }
    free(setup->peers);
}
