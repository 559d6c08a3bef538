/* A package server that says what it likes: the input's answers, each led by two bytes of its
 * length and given to one connection after the other, from the beginning again when they are used
 * up. The module is redirected there. It takes no package that is not the one, and lives. */
#include "modem.h"

#include "airvantage/airvantage.h"
#include "network/network.h"
#include "network/tcp.h"
#include "world/inside.h"

#include <string.h>

static const char scenario[] =
    "{\"name\": \"fuzz\", \"modem\": {\"profile\": \"HL7800-4.4.14.0\", \"credentials\": \"dm\","
    " \"settings\": {\"wdsi\": 4479}}, \"airvantage\": {\"packages\": [{\"id\": \"p\","
    " \"full\": true, \"to\": \"4.6.8.0\", \"size\": 3000}],"
    " \"operations\": [{\"at\": 0, \"upgrade\": \"p\"}]}}";

#define ROGUE_IP 0xcb007109U

struct rogue {
    struct hlsim__endpoint endpoint;
    const uint8_t *bytes;
    size_t size;
    size_t at;
    size_t connections;
};

/* The network does not let go of a peer before it has said so: nothing is kept of it here. */
static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    (void)size;
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
    size_t size;

    if (rogue->at + 2 > rogue->size) {
        rogue->at = 0;
    }
    size = 256u * rogue->bytes[rogue->at] + rogue->bytes[rogue->at + 1];
    rogue->at += 2;
    if (size > rogue->size - rogue->at) {
        size = rogue->size - rogue->at;
    }
    hlsim__tcp_peer_set(peer, &callbacks, rogue);
    if (size > 0) {
        FUZZ_EXPECT(hlsim__tcp_peer_send_borrowed(peer, rogue->bytes + rogue->at, size) == 0);
    }
    rogue->at += size;
    rogue->connections++;
    hlsim__tcp_peer_close(peer);
    return 0;
}

/* Everything that the module asks of the package store is to be had from the rogue. */
static void redirect(struct fuzz_modem *modem, struct rogue *rogue)
{
    struct hlsim__http_answer answer = {
        .count = 1000000,
        .status = 302,
        .location = "http://rogue.example/p",
        .length = -1,
        .offset = -1,
        .close_after = -1,
    };
    struct hlsim_network *network = &modem->world->network;

    FUZZ_EXPECT(hlsim__endpoint_init(&rogue->endpoint, network, ROGUE_IP, "rogue") == 0);
    FUZZ_EXPECT(hlsim__network_add_name(network, "rogue.example", ROGUE_IP) == 0);
    FUZZ_EXPECT(hlsim__endpoint_listen(&rogue->endpoint, 80, on_accept, rogue) == 0);
    FUZZ_EXPECT(hlsim__airvantage_http_answer(modem->world->airvantage, &answer) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_modem modem;
    struct rogue rogue = {.bytes = bytes, .size = size};

    if (size < 2) {
        return 0;
    }
    fuzz_modem_open_with(&modem, scenario);
    redirect(&modem, &rogue);
    fuzz_modem_send(&modem, (const uint8_t *)"AT+WDSS=1,1\r", 12);
    fuzz_modem_run(&modem, 20 * HLSIM_MINUTE);
    FUZZ_EXPECT(rogue.connections > 0);
    fuzz_modem_expect_alive(&modem);
    FUZZ_EXPECT(strstr(modem.came, "+WDSI: 12") == NULL);
    fuzz_modem_close(&modem);
    return 0;
}
