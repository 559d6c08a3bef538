/*
 * A small FTP server (RFC 959) of files in memory, in passive mode: whoever logs in may read and
 * write. A data connection belongs to the control connection of the same modem that asked for one
 * first.
 */
#include "peers/inside.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX  512
#define DATA_PORT 50000 /* the first that is free from here on */

int hlsim__ftp_peer_open(struct hlsim__peer *peer)
{
    int error = HLSIM_E_EXISTS;

    for (uint16_t port = DATA_PORT; error == HLSIM_E_EXISTS; port++) {
        error = hlsim__endpoint_listen(&peer->host->endpoint, port, hlsim__peer_accept_data, peer);
        peer->data_port = port;
    }
    return error;
}

static void say(struct hlsim__peer_talk *talk, const char *text)
{
    char line[HLSIM_PEER_PATH_SIZE + 32];
    int size = snprintf(line, sizeof line, "%s\r\n", text);

    hlsim__talk_send(talk, (const uint8_t *)line, (size_t)size);
}

void hlsim__ftp_peer_greet(struct hlsim__peer_talk *talk)
{
    say(talk, "220 ready");
}

/* --- Data connections ----------------------------------------------------------------------- */

static struct hlsim__bytes *bytes_of(const struct hlsim__peer_talk *talk)
{
    const char *path = talk->ftp.path;
    struct hlsim__peer_file *file = hlsim__peer_file(talk->peer, path, strlen(path));

    return file == NULL ? NULL : &file->bytes;
}

/* The names of the files in the directory that is asked for. */
static void send_names(struct hlsim__peer_talk *talk)
{
    const struct hlsim__peer *peer = talk->peer;
    size_t size = strlen(talk->ftp.path);

    size -= size > 0 && talk->ftp.path[size - 1] == '/' ? 1 : 0;
    for (size_t i = 0; i < peer->file_count; i++) {
        const char *path = peer->files[i].path;

        if (strncmp(path, talk->ftp.path, size) == 0 && path[size] == '/') {
            say(talk->ftp.other, path + size + 1);
        }
    }
}

/* What was ordered, when the data connection is there, too. */
static void move(struct hlsim__peer_talk *talk)
{
    struct hlsim__peer_talk *data = talk->ftp.other;
    const struct hlsim__bytes *bytes = bytes_of(talk);

    if (data == NULL || talk->ftp.job == HLSIM__FTP_PEER_NOTHING || talk->ftp.moving) {
        return;
    }
    talk->ftp.moving = true;
    say(talk, "150 here it comes");
    if (talk->ftp.job == HLSIM__FTP_PEER_WRITE) {
        return;
    }
    if (talk->ftp.job == HLSIM__FTP_PEER_NAMES) {
        send_names(talk);
    } else if (bytes != NULL && bytes->size > talk->ftp.offset) {
        hlsim__talk_send(data, bytes->at + talk->ftp.offset, bytes->size - talk->ftp.offset);
    }
    hlsim__talk_end(data, HLSIM_PEER_FIN);
}

struct hlsim__peer_talk *hlsim__ftp_peer_awaits(const struct hlsim__peer *peer,
                                                const struct hlsim__tcp_peer *tcp)
{
    struct hlsim__peer_talk *best = NULL;

    for (struct hlsim__peer_talk *talk = peer->all->first; talk != NULL; talk = talk->next) {
        if (talk->peer == peer && talk->ftp.passive && talk->ftp.other == NULL &&
            hlsim__tcp_peer_is_beside(talk->tcp, tcp)) {
            best = talk; /* the list begins with the youngest */
        }
    }
    return best;
}

void hlsim__ftp_peer_join(struct hlsim__peer_talk *control, struct hlsim__peer_talk *data)
{
    control->ftp.passive = false;
    control->ftp.other = data;
    data->ftp.other = control;
    data->ftp.is_data = true;
    move(control);
}

void hlsim__ftp_peer_take(struct hlsim__peer_talk *data, const uint8_t *bytes, size_t size)
{
    data->ftp.refused = data->ftp.refused || data->inbox.size + size > HLSIM_PEER_FILE_MAX ||
                        !hlsim__bytes_add(&data->inbox, bytes, size);
}

/* STOR replaces a file, APPE goes on with it. */
static bool write_file(struct hlsim__peer_talk *talk, const struct hlsim__peer_talk *data)
{
    struct hlsim__bytes *bytes = bytes_of(talk);
    const char *path = talk->ftp.path;

    if (bytes == NULL) {
        struct hlsim__peer_file *file = hlsim__peer_add_file(talk->peer, path, strlen(path));

        bytes = file == NULL ? NULL : &file->bytes;
    }
    if (bytes == NULL || data->ftp.refused) {
        return false;
    }
    if (!talk->ftp.appends) {
        hlsim__bytes_drop(bytes, bytes->size);
    }
    return data->inbox.size == 0 || hlsim__bytes_add(bytes, data->inbox.at, data->inbox.size);
}

void hlsim__ftp_peer_part(struct hlsim__peer_talk *talk, bool in_order)
{
    struct hlsim__peer_talk *control = talk->ftp.other;

    talk->ftp.other = NULL;
    if (control == NULL) {
        return;
    }
    control->ftp.other = NULL;
    if (!talk->ftp.is_data || control->ftp.job == HLSIM__FTP_PEER_NOTHING) {
        return;
    }
    if (!in_order) {
        say(control, "426 the connection broke");
    } else if (control->ftp.job == HLSIM__FTP_PEER_WRITE && !write_file(control, talk)) {
        say(control, "552 no room");
    } else {
        say(control, "226 done");
    }
    control->ftp.job = HLSIM__FTP_PEER_NOTHING;
    control->ftp.moving = false;
}

/* --- Orders --------------------------------------------------------------------------------- */

static void order_user(struct hlsim__peer_talk *talk, const char *text)
{
    (void)text;
    say(talk, "331 and the password?");
}

static void order_pass(struct hlsim__peer_talk *talk, const char *text)
{
    (void)text;
    talk->ftp.logged_in = true;
    say(talk, "230 welcome");
}

static void order_passive(struct hlsim__peer_talk *talk, const char *text)
{
    uint32_t ip = talk->peer->host->endpoint.ip;
    unsigned port = talk->peer->data_port;
    char line[80];

    (void)text;
    talk->ftp.passive = true;
    talk->ftp.offset = 0;
    snprintf(line, sizeof line, "227 Entering Passive Mode (%u,%u,%u,%u,%u,%u)",
             (unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255), (unsigned)(ip >> 8 & 255),
             (unsigned)(ip & 255), port >> 8, port & 255);
    say(talk, line);
}

/* False, and said so: the path is too long, or there is no such file. */
static bool find(struct hlsim__peer_talk *talk, const char *text, bool must_exist)
{
    bool fits = strlen(text) + 1 < sizeof talk->ftp.path;

    if (fits) {
        snprintf(talk->ftp.path, sizeof talk->ftp.path, "%s%s", *text == '/' ? "" : "/", text);
    }
    if (!fits || (must_exist && bytes_of(talk) == NULL)) {
        say(talk, fits ? "550 no such file" : "553 too long");
        return false;
    }
    return true;
}

static void order_transfer(struct hlsim__peer_talk *talk, enum hlsim__ftp_peer_job job)
{
    if (!talk->ftp.passive && talk->ftp.other == NULL) {
        say(talk, "425 PASV first");
        return;
    }
    talk->ftp.job = job;
    move(talk);
}

static void order_read(struct hlsim__peer_talk *talk, const char *text)
{
    if (find(talk, text, true)) {
        order_transfer(talk, HLSIM__FTP_PEER_READ);
    }
}

static void order_write(struct hlsim__peer_talk *talk, const char *text)
{
    talk->ftp.appends = false;
    if (find(talk, text, false)) {
        order_transfer(talk, HLSIM__FTP_PEER_WRITE);
    }
}

static void order_append(struct hlsim__peer_talk *talk, const char *text)
{
    talk->ftp.appends = true;
    if (find(talk, text, false)) {
        order_transfer(talk, HLSIM__FTP_PEER_WRITE);
    }
}

static void order_names(struct hlsim__peer_talk *talk, const char *text)
{
    if (find(talk, text, false)) {
        order_transfer(talk, HLSIM__FTP_PEER_NAMES);
    }
}

static void order_size(struct hlsim__peer_talk *talk, const char *text)
{
    char line[32];

    if (find(talk, text, true)) {
        snprintf(line, sizeof line, "213 %zu", bytes_of(talk)->size);
        say(talk, line);
    }
}

static void order_delete(struct hlsim__peer_talk *talk, const char *text)
{
    if (find(talk, text, true)) {
        const char *path = talk->ftp.path;

        hlsim__peer_remove_file(talk->peer, hlsim__peer_file(talk->peer, path, strlen(path)));
        say(talk, "250 deleted");
    }
}

static void order_rest(struct hlsim__peer_talk *talk, const char *text)
{
    size_t offset = 0;

    for (; *text >= '0' && *text <= '9' && offset <= HLSIM_PEER_FILE_MAX; text++) {
        offset = 10 * offset + (size_t)(*text - '0');
    }
    talk->ftp.offset = offset;
    say(talk, "350 go on");
}

static void order_type(struct hlsim__peer_talk *talk, const char *text)
{
    (void)text;
    say(talk, "200 so be it");
}

static void order_quit(struct hlsim__peer_talk *talk, const char *text)
{
    (void)text;
    say(talk, "221 goodbye");
    hlsim__talk_end(talk, HLSIM_PEER_FIN);
}

static const struct order {
    const char *name;
    bool free; /* without a login */
    void (*carry_out)(struct hlsim__peer_talk *talk, const char *text);
} orders[] = {
    {"USER", true, order_user},    {"PASS", true, order_pass},    {"QUIT", true, order_quit},
    {"TYPE", false, order_type},   {"NOOP", false, order_type},   {"PASV", false, order_passive},
    {"REST", false, order_rest},   {"RETR", false, order_read},   {"STOR", false, order_write},
    {"APPE", false, order_append}, {"NLST", false, order_names},  {"LIST", false, order_names},
    {"SIZE", false, order_size},   {"DELE", false, order_delete},
};

/* Orders are the same in small letters (RFC 959 5.3). */
static bool is_order(const struct order *order, const char *line, size_t size)
{
    bool same = strlen(order->name) == size;

    for (size_t i = 0; same && i < size; i++) {
        same = line[i] == order->name[i] || line[i] == order->name[i] + ('a' - 'A');
    }
    return same;
}

static void carry_out(struct hlsim__peer_talk *talk, const char *line)
{
    size_t size = strcspn(line, " ");

    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (is_order(&orders[i], line, size)) {
            if (!orders[i].free && !talk->ftp.logged_in) {
                say(talk, "530 who are you?");
                return;
            }
            talk->peer->steps_done++;
            orders[i].carry_out(talk, line + size + (line[size] == ' ' ? 1 : 0));
            return;
        }
    }
    say(talk, "502 not here");
}

void hlsim__ftp_peer_go_on(struct hlsim__peer_talk *talk)
{
    while (talk->inbox.size > 0 && !talk->closing) {
        const uint8_t *end = memchr(talk->inbox.at, '\n', talk->inbox.size);
        size_t size = end == NULL ? talk->inbox.size : (size_t)(end - talk->inbox.at);
        char line[LINE_MAX + 1];

        if (size > LINE_MAX) {
            say(talk, "500 too long");
            hlsim__talk_end(talk, HLSIM_PEER_FIN);
            return;
        }
        if (end == NULL) {
            return;
        }
        memcpy(line, talk->inbox.at, size);
        size -= size > 0 && line[size - 1] == '\r' ? 1 : 0;
        line[size] = '\0';
        hlsim__bytes_drop(&talk->inbox, (size_t)(end - talk->inbox.at) + 1);
        carry_out(talk, line);
    }
}
