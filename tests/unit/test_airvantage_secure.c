/*
 * The servers beneath DTLS: what is believed of whom, and whose association lasts.
 */
#include "airvantage_rig.h"

#include "airvantage/inside.h"
#include "network/secure.h"

#define OTHER_IMEI "351234567890131"

static const struct hlsim_address dm = {.ip = 0xcb007102U, .port = 5684};
static const struct hlsim_address bootstrap = {.ip = 0xcb007101U, .port = 5684};

/* A module's end. */
struct client {
    struct rig_peer *peer;
    struct hlsim_address server;
    struct hlsim__timer_group timers;
    struct hlsim__secure *secure;
    unsigned established;
    unsigned failed;
    unsigned closed;
    size_t count;
    struct rig_bytes inbox[RIG_INBOX];
};

static int transmit(void *user, const uint8_t *bytes, size_t size)
{
    struct client *client = user;

    return hlsim__udp_send(&client->peer->socket, client->server, bytes, size);
}

static void established(void *user, bool resumed)
{
    struct client *client = user;

    (void)resumed;
    client->established++;
}

static void failed(void *user, enum hlsim__secure_failure why, int error)
{
    struct client *client = user;

    (void)why;
    (void)error;
    client->failed++;
}

static void datagram(void *user, const uint8_t *bytes, size_t size)
{
    struct client *client = user;

    CU_ASSERT_FATAL(client->count < RIG_INBOX);
    client->inbox[client->count].size = 0;
    rig_raw(&client->inbox[client->count++], bytes, size);
}

static void closed(void *user)
{
    struct client *client = user;

    client->closed++;
}

static void ignored(void *user, const char *why)
{
    (void)user;
    (void)why;
}

static const struct hlsim__secure_ops ops = {.transmit = transmit,
                                             .established = established,
                                             .failed = failed,
                                             .datagram = datagram,
                                             .closed = closed,
                                             .ignored = ignored};

static void receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct client *client = user;

    CU_ASSERT(hlsim_address_equal(from, client->server));
    hlsim__secure_receive(client->secure, bytes, size);
}

/* Shakes hands with a server under an identity and a key. */
static void shake(struct client *client, struct rig_peer *peer, struct hlsim_address server,
                  const char *identity, const uint8_t *key)
{
    struct rig *rig = peer->rig;
    struct hlsim__secure_config config = {.role = HLSIM__SECURE_CLIENT,
                                          .stream = &rig->stream,
                                          .timeout_min = 2 * HLSIM_SECOND,
                                          .timeout_max = 32 * HLSIM_SECOND,
                                          .identity = identity,
                                          .key = key,
                                          .key_size = HLSIM__KEY_SIZE,
                                          .ops = &ops,
                                          .user = client};

    memset(client, 0, sizeof *client);
    client->peer = peer;
    client->server = server;
    hlsim__timer_group_init(&client->timers, &rig->sched, NULL);
    config.timers = &client->timers;
    hlsim__rng_init(&config.rng, 7, peer->name);
    hlsim__udp_close(&peer->socket);
    CU_ASSERT_EQUAL_FATAL(hlsim__udp_open(&peer->socket, &peer->iface, 0, receive, client), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__secure_create(&config, &client->secure), 0);
    CU_ASSERT_EQUAL(hlsim__secure_start(client->secure), 0);
    rig_run_for(rig, 2 * HLSIM_SECOND);
}

static void end(struct client *client)
{
    hlsim__secure_destroy(client->secure);
    client->secure = NULL;
}

static void say(struct client *client, const struct rig_bytes *bytes)
{
    CU_ASSERT_EQUAL(hlsim__secure_send(client->secure, bytes->bytes, bytes->size), 0);
    rig_run_for(client->peer->rig, HLSIM_SECOND);
}

static struct rig *rig_secure(struct hlsim__airvantage_credentials *ret_credentials)
{
    static const struct hlsim_airvantage_config config = {.security = HLSIM_SECURITY_PSK};
    struct rig *rig = rig_new((struct rig_options){.seed = 1, .config = &config});

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, "T5640400011101"), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, OTHER_IMEI, "T5640400011102"), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_issue(rig->av, RIG_IMEI), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_issue(rig->av, OTHER_IMEI), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_credentials(rig->av, RIG_IMEI, ret_credentials), 0);
    return rig;
}

static void who_names_somebody_else_is_refused(void)
{
    struct hlsim__airvantage_credentials credentials;
    struct rig *rig = rig_secure(&credentials);
    struct rig_peer *victim = rig_peer_new(rig, OTHER_IMEI);
    struct rig_peer *thief = rig_peer_new(rig, OTHER_IMEI);
    struct hlsim__airvantage_credentials of_victim;
    struct client clients[2];
    struct rig_bytes request;

    CU_ASSERT_EQUAL(hlsim__airvantage_credentials(rig->av, OTHER_IMEI, &of_victim), 0);
    shake(&clients[0], victim, dm, of_victim.identity, of_victim.key);
    CU_ASSERT_EQUAL(clients[0].established, 1);
    request = rig_register_request(victim);
    say(&clients[0], &request);
    CU_ASSERT_FATAL(clients[0].count > 0 && rig_take_location(victim, &clients[0].inbox[0]));
    /* The other one has a good key, and speaks in the name of the first. */
    shake(&clients[1], thief, dm, credentials.identity, credentials.key);
    CU_ASSERT_EQUAL(clients[1].established, 1);
    rig_forget(rig);
    request = rig_register_request(thief);
    say(&clients[1], &request);
    CU_ASSERT(rig_logged(rig, "dm POST /rd 4.03;"));
    rig_forget(rig);
    memcpy(thief->location, victim->location, sizeof thief->location);
    request = rig_location_request(thief, "04");
    say(&clients[1], &request);
    CU_ASSERT_PTR_NOT_NULL(strstr(rig->log, " 4.04;"));
    /* The first is registered as before. */
    rig_forget(rig);
    request = rig_location_request(victim, "02");
    say(&clients[0], &request);
    CU_ASSERT_PTR_NOT_NULL(strstr(rig->log, " 2.04;"));
    end(&clients[0]);
    end(&clients[1]);
    rig_free(rig);
}

static void a_module_that_nobody_registered_is_known_and_refused(void)
{
    static const uint8_t key[HLSIM__KEY_SIZE] = {9, 9, 9};
    struct hlsim__airvantage_credentials credentials;
    struct rig *rig = rig_secure(&credentials);
    struct rig_peer *peer = rig_peer_new(rig, "351234567890149");
    struct rig_bytes request = rig_bootstrap_request(peer);
    struct client client;

    CU_ASSERT_EQUAL(hlsim__airvantage_product_add(rig->av, peer->imei, "factory", key), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_product_add(rig->av, peer->imei, "factory", key),
                    HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(hlsim__airvantage_product_add(rig->av, "1", "x", key), HLSIM_E_INVALID);
    shake(&client, peer, bootstrap, "factory", key);
    CU_ASSERT_EQUAL(client.established, 1);
    rig_forget(rig);
    say(&client, &request);
    CU_ASSERT(rig_logged(rig, "bootstrap POST /bs 4.03;"));
    end(&client);
    /* At the DM server nobody has that identity. */
    shake(&client, peer, dm, "factory", key);
    CU_ASSERT_EQUAL(client.established, 0);
    CU_ASSERT_EQUAL(rig->ignored, 1);
    rig_run_for(rig, 62 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(client.failed, 1);
    CU_ASSERT_EQUAL(rig->ignored, 5);
    end(&client);
    rig_free(rig);
}

static void an_association_is_replaced_by_one_that_is_done_and_by_no_other(void)
{
    struct hlsim__airvantage_credentials credentials;
    struct rig *rig = rig_secure(&credentials);
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);
    struct rig_peer *stranger = rig_peer_new(rig, RIG_IMEI);
    struct rig_bytes request = rig_register_request(peer);
    uint8_t wrong[HLSIM__KEY_SIZE] = {0};
    struct client clients[2];

    shake(&clients[0], peer, dm, credentials.identity, credentials.key);
    say(&clients[0], &request);
    CU_ASSERT_FATAL(clients[0].count > 0 && rig_take_location(peer, &clients[0].inbox[0]));
    shake(&clients[1], stranger, dm, credentials.identity, wrong);
    CU_ASSERT_EQUAL(clients[1].established, 0);
    end(&clients[1]);
    rig_forget(rig);
    request = rig_location_request(peer, "02");
    say(&clients[0], &request);
    CU_ASSERT_PTR_NOT_NULL(strstr(rig->log, " 2.04;"));
    /* With the key it is the same module at another address: what it asks is asked there. */
    shake(&clients[1], stranger, dm, credentials.identity, credentials.key);
    CU_ASSERT_EQUAL(clients[1].established, 1);
    memcpy(stranger->location, peer->location, sizeof stranger->location);
    rig_forget(rig);
    request = rig_location_request(stranger, "02");
    say(&clients[1], &request);
    CU_ASSERT_PTR_NOT_NULL(strstr(rig->log, " 2.04;"));
    CU_ASSERT(clients[1].count > 1);
    rig_forget(rig);
    request = rig_location_request(peer, "02");
    say(&clients[0], &request);
    CU_ASSERT(rig_logged(rig, ""));
    CU_ASSERT_EQUAL(rig->ignored, 1);
    end(&clients[0]);
    end(&clients[1]);
    rig_free(rig);
}

static void new_credentials_end_what_the_old_ones_began(void)
{
    struct hlsim__airvantage_credentials credentials;
    struct rig *rig = rig_secure(&credentials);
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);
    struct rig_bytes request = rig_register_request(peer);
    struct client client;

    shake(&client, peer, dm, credentials.identity, credentials.key);
    CU_ASSERT_EQUAL(hlsim__airvantage_issue(rig->av, RIG_IMEI), 0);
    rig_forget(rig);
    say(&client, &request);
    CU_ASSERT(rig_logged(rig, ""));
    CU_ASSERT_EQUAL(rig->ignored, 1);
    end(&client);
    shake(&client, peer, dm, credentials.identity, credentials.key);
    CU_ASSERT_EQUAL(client.established, 0);
    end(&client);
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(who_names_somebody_else_is_refused),
    SUITE_TEST(a_module_that_nobody_registered_is_known_and_refused),
    SUITE_TEST(an_association_is_replaced_by_one_that_is_done_and_by_no_other),
    SUITE_TEST(new_credentials_end_what_the_old_ones_began),
};

int main(void)
{
    return suite_run("airvantage secure", tests, sizeof tests / sizeof *tests);
}
