/*
 * A host with lwIP as its TCP/IP, on a terminal on which PPP is about to begin:
 *
 *     ppp_client TTY [dns NAME] [get ADDRESS PORT PATH] [send ADDRESS PORT BYTES] ...
 *
 * One line a fact on standard output; of `get` the whole answer follows its length. Debian's lwIP
 * is built without PPP and DNS: the link and the question for a name are the test's own.
 */
#include "lib/ppp_host.h"

#include <lwip/api.h>
#include <lwip/ip.h>
#include <lwip/tcpip.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define ANSWER_MAX  (4 * 1024 * 1024)

struct client {
    int tty;
    struct ppp_host host;
    struct netif netif;
    pthread_mutex_t lock; /* of what is written */
    pthread_mutex_t state_lock;
    pthread_cond_t changed;
    bool up;
    bool ended;
};

static void fail(const char *what)
{
    printf("failed %s\n", what);
    fflush(stdout);
    _exit(1);
}

/* --- The link ------------------------------------------------------------------------------- */

static void send_line(void *user, const uint8_t *bytes, size_t size)
{
    struct client *client = user;

    pthread_mutex_lock(&client->lock);
    while (size > 0) {
        ssize_t written = write(client->tty, bytes, size);

        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = client->tty, .events = POLLOUT};

            poll(&wait, 1, PATIENCE_MS);
        } else {
            fail("write");
        }
    }
    pthread_mutex_unlock(&client->lock);
}

static void take_packet(void *user, const uint8_t *bytes, size_t size)
{
    struct client *client = user;
    struct pbuf *packet = pbuf_alloc(PBUF_RAW, (u16_t)size, PBUF_RAM);

    if (packet == NULL) {
        return;
    }
    pbuf_take(packet, bytes, (u16_t)size);
    if (client->netif.input(packet, &client->netif) != ERR_OK) {
        pbuf_free(packet);
    }
}

static err_t output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    struct client *client = netif->state;
    uint8_t bytes[2048];

    (void)to;
    ppp_host_send(&client->host, 0x0021, bytes, pbuf_copy_partial(packet, bytes, sizeof bytes, 0));
    return ERR_OK;
}

static err_t init_netif(struct netif *netif)
{
    netif->name[0] = 'p';
    netif->name[1] = 'p';
    netif->mtu = 1500;
    netif->output = output;
    return ERR_OK;
}

static void set(struct client *client, bool *what)
{
    pthread_mutex_lock(&client->state_lock);
    *what = true;
    pthread_cond_broadcast(&client->changed);
    pthread_mutex_unlock(&client->state_lock);
}

static bool wait_for(struct client *client, const bool *what)
{
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&client->state_lock);
    while (!*what && rc == 0) {
        rc = pthread_cond_timedwait(&client->changed, &client->state_lock, &until);
    }
    pthread_mutex_unlock(&client->state_lock);
    return rc == 0;
}

static void *read_line(void *user)
{
    struct client *client = user;
    uint8_t bytes[4096];

    while (!client->host.terminate_acked) {
        struct pollfd wait = {.fd = client->tty, .events = POLLIN};
        ssize_t size;

        if (poll(&wait, 1, PATIENCE_MS) <= 0) {
            fail("silence");
        }
        size = read(client->tty, bytes, sizeof bytes);
        if (size <= 0) {
            fail("read");
        }
        ppp_host_receive(&client->host, bytes, (size_t)size);
        if (ppp_host_up(&client->host) && !client->up) {
            set(client, &client->up);
        }
    }
    set(client, &client->ended);
    return NULL;
}

static void open_tty(struct client *client, const char *path)
{
    struct termios settings;

    client->tty = open(path, O_RDWR | O_NOCTTY);
    if (client->tty < 0 || tcgetattr(client->tty, &settings) < 0) {
        fail(path);
    }
    cfmakeraw(&settings);
    if (tcsetattr(client->tty, TCSANOW, &settings) < 0) {
        fail("settings");
    }
}

static void make_netif(void *user)
{
    struct client *client = user;
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t peer;

    address.addr = lwip_htonl(client->host.address);
    peer.addr = lwip_htonl(client->host.peer);
    mask.addr = UINT32_MAX;
    netif_add(&client->netif, &address, &mask, &peer, client, init_netif, tcpip_input);
    netif_set_default(&client->netif);
    netif_set_up(&client->netif);
    netif_set_link_up(&client->netif);
    set(client, &client->up);
}

/* --- What it does --------------------------------------------------------------------------- */

static void print_ip(const char *what, uint32_t ip)
{
    printf("%s %u.%u.%u.%u\n", what, ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
    fflush(stdout);
}

/* One question of type A, answered or not. */
static void ask_name(struct client *client, const char *name)
{
    uint8_t question[300] = {0x4c, 0x57, 1, 0, 0, 1};
    size_t size = 12;
    struct netconn *conn = netconn_new(NETCONN_UDP);
    struct netbuf *buffer = netbuf_new();
    ip_addr_t server = IPADDR4_INIT(lwip_htonl(client->host.dns[0]));
    uint8_t *answer;
    u16_t answer_size;

    for (const char *label = name; *label != '\0';) {
        size_t length = strcspn(label, ".");

        question[size++] = (uint8_t)length;
        memcpy(question + size, label, length);
        size += length;
        label += length + (label[length] == '.');
    }
    memcpy(question + size, "\0\0\1\0\1", 5);
    size += 5;
    memcpy(netbuf_alloc(buffer, (u16_t)size), question, size);
    if (netconn_sendto(conn, buffer, &server, 53) != ERR_OK) {
        fail("dns");
    }
    netbuf_delete(buffer);
    if (netconn_recv(conn, &buffer) != ERR_OK) {
        fail("dns answer");
    }
    netbuf_data(buffer, (void **)&answer, &answer_size);
    if ((answer[3] & 15) != 0 || answer_size < size + 16) {
        printf("name none %d\n", answer[3] & 15);
    } else {
        answer += answer_size - 4;
        print_ip("name", (uint32_t)answer[0] << 24 | (uint32_t)answer[1] << 16 |
                             (uint32_t)answer[2] << 8 | answer[3]);
    }
    netbuf_delete(buffer);
    netconn_delete(conn);
}

static struct netconn *open_stream(const char *address, const char *port)
{
    struct netconn *conn = netconn_new(NETCONN_TCP);
    ip_addr_t ip;
    err_t rc;

    if (!ipaddr_aton(address, &ip)) {
        fail(address);
    }
    rc = netconn_connect(conn, &ip, (u16_t)atoi(port));
    if (rc != ERR_OK) {
        printf("refused %d\n", rc);
        netconn_delete(conn);
        return NULL;
    }
    return conn;
}

/* Reads to the end, and says how much it was and what. */
static void read_all(struct netconn *conn)
{
    char *answer = malloc(ANSWER_MAX);
    size_t total = 0;
    struct netbuf *buffer;
    err_t rc;

    while ((rc = netconn_recv(conn, &buffer)) == ERR_OK) {
        do {
            void *bytes;
            u16_t size;

            netbuf_data(buffer, &bytes, &size);
            if (total + size <= ANSWER_MAX) {
                memcpy(answer + total, bytes, size);
                total += size;
            }
        } while (netbuf_next(buffer) >= 0);
        netbuf_delete(buffer);
    }
    printf("answer %zu %s\n", total, rc == ERR_CLSD ? "closed" : "broken");
    fwrite(answer, 1, total, stdout);
    printf("\n");
    fflush(stdout);
    free(answer);
}

static void get(const char *address, const char *port, const char *path)
{
    struct netconn *conn = open_stream(address, port);
    char request[512];
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", path);

    if (conn == NULL) {
        return;
    }
    if (netconn_write(conn, request, (size_t)size, NETCONN_COPY) != ERR_OK) {
        fail("write");
    }
    read_all(conn);
    netconn_close(conn);
    netconn_delete(conn);
}

/* Sends so many bytes, finishes, and reads what comes back. */
static void send_bytes(const char *address, const char *port, size_t size)
{
    struct netconn *conn = open_stream(address, port);
    uint8_t *bytes = malloc(size);

    if (conn == NULL) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)('a' + i % 23);
    }
    if (netconn_write(conn, bytes, size, NETCONN_COPY) != ERR_OK) {
        fail("write");
    }
    netconn_shutdown(conn, 0, 1);
    read_all(conn);
    netconn_delete(conn);
    free(bytes);
}

int main(int argc, char **argv)
{
    static struct client client;
    pthread_t reader;

    client.host = (struct ppp_host){
        .send = send_line, .packet = take_packet, .user = &client, .name = "", .password = ""};
    client.host.asks_dns = true;
    client.host.asks_vj = true;
    pthread_mutex_init(&client.lock, NULL);
    pthread_mutex_init(&client.state_lock, NULL);
    pthread_cond_init(&client.changed, NULL);
    if (argc < 2) {
        return 2;
    }
    open_tty(&client, argv[1]);
    tcpip_init(NULL, NULL);
    ppp_host_start(&client.host);
    pthread_create(&reader, NULL, read_line, &client);
    if (!wait_for(&client, &client.up)) {
        fail("ppp");
    }
    print_ip("address", client.host.address);
    print_ip("dns", client.host.dns[0]);
    client.up = false;
    tcpip_callback(make_netif, &client);
    if (!wait_for(&client, &client.up)) {
        fail("netif");
    }
    for (int i = 2; i + 1 < argc;) {
        if (strcmp(argv[i], "dns") == 0) {
            ask_name(&client, argv[i + 1]);
            i += 2;
        } else if (strcmp(argv[i], "get") == 0 && i + 3 < argc) {
            get(argv[i + 1], argv[i + 2], argv[i + 3]);
            i += 4;
        } else if (strcmp(argv[i], "send") == 0 && i + 3 < argc) {
            send_bytes(argv[i + 1], argv[i + 2], (size_t)atol(argv[i + 3]));
            i += 4;
        } else {
            fail(argv[i]);
        }
    }
    ppp_host_control(&client.host, 0xc021, 5, 200, NULL, 0);
    if (!wait_for(&client, &client.ended)) {
        fail("end");
    }
    printf("ended\n");
    fflush(stdout);
    _exit(0);
}
