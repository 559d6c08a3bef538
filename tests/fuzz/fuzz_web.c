/* Servers that say what they like to the module's own HTTP and FTP clients: the first byte chooses
 * the client and the order; the rest comes in pieces, each led by its length, 0 ending the
 * connection. The module answers AT in the end, or waits for what the server still owes. */
#include "modem.h"

#include "network/network.h"
#include "network/tcp.h"
#include "world/inside.h"

#include <string.h>

#define ROGUE_IP  0xcb007109U
#define DATA_PORT 256

static const char scenario[] = "{\"name\": \"fuzz\", \"modem\": {\"profile\": \"HL7800-4.6.8.0\"}}";

#define VISITORS_MAX 16

struct rogue;

struct visitor {
    struct rogue *rogue;
    struct hlsim__tcp_peer *peer;
};

struct rogue {
    struct hlsim__endpoint endpoint;
    const uint8_t *bytes;
    size_t size;
    size_t count;
    struct visitor visitors[VISITORS_MAX];
};

static void send_next(struct visitor *visitor)
{
    struct rogue *rogue = visitor->rogue;
    size_t size = rogue->size == 0 ? 0 : rogue->bytes[0];

    if (rogue->size > 0) {
        rogue->bytes++;
        rogue->size--;
    }
    if (size == 0) {
        hlsim__tcp_peer_close(visitor->peer);
        return;
    }
    size = size < rogue->size ? size : rogue->size;
    (void)hlsim__tcp_peer_send(visitor->peer, rogue->bytes, size);
    rogue->bytes += size;
    rogue->size -= size;
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    send_next(user);
}

static void on_closed(void *user, int reason)
{
    (void)user;
    (void)reason;
}

static const struct hlsim__tcp_callbacks callbacks = {.data = on_data, .closed = on_closed};

static int on_accept(void *user, struct hlsim__tcp_peer *peer)
{
    struct rogue *rogue = user;
    struct visitor *visitor = &rogue->visitors[rogue->count];

    if (rogue->count == VISITORS_MAX) {
        return HLSIM_E_LIMIT;
    }
    rogue->count++;
    visitor->rogue = rogue;
    visitor->peer = peer;
    hlsim__tcp_peer_set(peer, &callbacks, visitor);
    send_next(visitor);
    return 0;
}

static void open_rogue(struct fuzz_modem *modem, struct rogue *rogue)
{
    static const uint16_t ports[] = {21, 80, DATA_PORT};
    struct hlsim_network *network = &modem->world->network;

    FUZZ_EXPECT(hlsim__endpoint_init(&rogue->endpoint, network, ROGUE_IP, "rogue") == 0);
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        FUZZ_EXPECT(hlsim__endpoint_listen(&rogue->endpoint, ports[i], on_accept, rogue) == 0);
    }
}

static void say(struct fuzz_modem *modem, const char *line)
{
    fuzz_modem_send(modem, (const uint8_t *)line, strlen(line));
    fuzz_modem_run(modem, 3 * HLSIM_SECOND);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const orders[] = {
        "AT+KFTPRCV=1,,,\"a\"\r", "AT+KFTPLS=1\r",
        "AT+KFTPLS=1,,\"a\"\r",   "AT+KFTPSND=1,,,\"a\"\rx--EOF--Pattern--",
        "AT+KFTPDEL=1,,\"a\"\r",  "AT+KHTTPGET=1,\"/\"\r",
        "AT+KHTTPHEAD=1,\"/\"\r", "AT+KHTTPPOST=1,,\"/\"\rx--EOF--Pattern--",
    };
    struct fuzz_modem modem;
    struct rogue rogue = {0};

    if (size < 2) {
        return 0;
    }
    rogue.bytes = bytes + 1;
    rogue.size = size - 1;
    fuzz_modem_open_with(&modem, scenario);
    open_rogue(&modem, &rogue);
    say(&modem, "AT+KCNXCFG=1,\"GPRS\",\"internet\"\r");
    say(&modem, "AT+KFTPCFG=1,\"203.0.113.9\",,,,,0\r");
    say(&modem, "AT+KHTTPCFG=1,\"203.0.113.9\",,,,,0\r");
    say(&modem, orders[bytes[0] % (sizeof orders / sizeof *orders)]);
    fuzz_modem_run(&modem, 5 * HLSIM_MINUTE);
    say(&modem, "--EOF--Pattern--\r");
    fuzz_modem_run(&modem, 5 * HLSIM_MINUTE);
    fuzz_modem_expect_alive(&modem);
    fuzz_modem_close(&modem);
    return 0;
}
