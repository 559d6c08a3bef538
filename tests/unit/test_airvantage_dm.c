/*
 * The DM server: registrations, what it asks after them, queue mode, notifications, and what a
 * released NAT does to all that.
 */
#include "airvantage_rig.h"

#define COAP_GET 0x01

static struct rig *rig_with_device(struct rig_peer **ret_peer)
{
    struct rig *rig = rig_new((struct rig_options){.seed = 1});

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, "T5640400011101"), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, RIG_IMEI), 0);
    *ret_peer = rig_peer_new(rig, RIG_IMEI);
    return rig;
}

static void automatic(struct rig_peer *peer, const char *firmware)
{
    peer->automatic = true;
    snprintf(peer->device.firmware, sizeof peer->device.firmware, "%s", firmware);
}

/* Sends a request and returns the one datagram that comes back. */
static const struct rig_bytes *ask(struct rig_peer *peer, const struct rig_bytes *request)
{
    peer->count = 0;
    rig_send(peer, rig_dm, request);
    rig_run_for(peer->rig, HLSIM_SECOND);
    return peer->count > 0 ? &peer->inbox[0] : NULL;
}

static void asks_who_registers_and_observes_its_update(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_bytes request = rig_register_request(peer);
    static const struct {
        const char *expected;
        uint8_t code;
        const char *rest;
        const char *text;
    } steps[] = {
        {"b133 0130 0130", 0x45, "ff", "Sierra Wireless"},
        {"b133 0130 0131", 0x45, "ff", "HL7800"},
        {"b133 0130 0132", 0x84, "", ""}, /* no serial number: it goes on */
        /* TLV: resource 3, 14 bytes. */
        {"b133 0130 0133", 0x45, "c22d16 ff c8030e", "HL7800.4.4.14."},
        {"60 5135 0130 0133", 0x45, "6102 ff", "0"},
        {"60 5135 0130 0135", 0x45, "6102 622d16 ff c10500", ""},
    };

    rig_send(peer, rig_dm, &request);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(peer->count, 2);
    CU_ASSERT_TRUE(rig_take_location(peer, &peer->inbox[0]));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        CU_ASSERT_TRUE(rig_is_request_hex(rig_last(peer), COAP_GET, steps[i].expected));
        rig_reply(peer, rig_dm, steps[i].code, steps[i].rest, steps[i].text);
        rig_run_for(rig, HLSIM_SECOND);
    }
    CU_ASSERT_EQUAL(peer->count, 1 + sizeof steps / sizeof *steps);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.firmware", "HL7800.4.4.14."));
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.timeline"), 1);
    CU_ASSERT_EQUAL(rig->ignored, 0);
    rig_free(rig);
}

static void refuses_registrations(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    static const char *const queries = "b27264 1128"; /* Uri-Path rd, format 40 */
    static const struct {
        const char *lifetime;
        const char *version;
        const char *binding;
        const char *links;
        const char *answer; /* the code */
    } cases[] = {
        {"lt=86400x", "lwm2m=1.0", "b=UQ", "</3/0>", "80"},
        {"lt=5000000000", "lwm2m=1.0", "b=UQ", "</3/0>", "80"},
        {"lt=", "lwm2m=1.0", "b=UQ", "</3/0>", "80"},
        {"lt=86400", "lwm2m=2.0", "b=UQ", "</3/0>", "8c"}, /* 4.12 */
        {"lt=86400", "lwm2m=1.0", "b=XQ", "</3/0>", "80"},
        {"lt=86400", "lwm2m=1.0", "b=UQ", "</3/0", "80"},
        {"lt=86400", "lwm2m=1.0", "b=UQ", "nonsense", "80"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig_bytes request = rig_client(peer, "02");
        const char *const texts[] = {cases[i].lifetime, cases[i].version, cases[i].binding};
        char expected[16];

        rig_hex(&request, queries);
        rig_hex(&request, "3d0e");
        rig_text(&request, "ep=" RIG_ENDPOINT);
        for (size_t k = 0; k < 3; k++) {
            uint8_t size = (uint8_t)strlen(texts[k]);
            const uint8_t header[2] = {size < 13 ? size : 13, (uint8_t)(size - 13)};

            rig_raw(&request, header, size < 13 ? 1 : 2);
            rig_text(&request, texts[k]);
        }
        rig_hex(&request, "ff");
        rig_text(&request, cases[i].links);
        snprintf(expected, sizeof expected, "61%s%04xa1", cases[i].answer, peer->next_id);
        CU_ASSERT_TRUE(rig_is_hex(ask(peer, &request), expected));
        CU_ASSERT_EQUAL(peer->count, 1);
    }
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.timeline"), 0);
    rig_free(rig);
}

static void refuses_strangers_and_the_deleted(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_peer *stranger = rig_peer_new(rig, "350000000000009");
    struct rig_bytes request = rig_register_request(stranger);

    automatic(peer, "HL7800.4.4.14.0");
    CU_ASSERT_TRUE(rig_is_hex(ask(stranger, &request), "6183 1001 a1"));
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    request = rig_location_request(peer, "02");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6184")); /* 4.04: register again */
    request = rig_register_request(peer);
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6183"));
    /* Registered again, but with the credentials of before: those were replaced (AN5.0 4.4). */
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, ""), 0);
    request = rig_register_request(peer);
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6183"));
    CU_ASSERT_EQUAL(hlsim__airvantage_issue(rig->av, RIG_IMEI), 0);
    CU_ASSERT_TRUE(rig_register(peer));
    rig_free(rig);
}

static void updates_and_deregisters(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_bytes request;

    automatic(peer, "HL7800.4.4.14.0");
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    rig_forget(rig);
    request = rig_location_request(peer, "02");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6144"));
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.last_seen"),
                    rig->sched.now - HLSIM_SECOND + rig->net.config.delay_up);
    request = rig_location_request(peer, "01");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6185"));
    request = rig_location_request(peer, "04");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6142"));
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6142")); /* repeated: from memory */
    request = rig_location_request(peer, "04");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6184"));
    request = rig_location_request(peer, "02");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6184"));
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.timeline"), 3);
    rig_free(rig);
}

static void a_registration_ends_with_its_lifetime(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_bytes request = rig_client(peer, "02");

    automatic(peer, "HL7800.4.4.14.0");
    rig_hex(&request, "b27264 1128 3d0e");
    rig_text(&request, "ep=" RIG_ENDPOINT);
    rig_hex(&request, "05");
    rig_text(&request, "lt=60");
    rig_hex(&request, "ff");
    rig_text(&request, "</5/0>");
    CU_ASSERT_TRUE_FATAL(rig_take_location(peer, ask(peer, &request)));
    rig_run_for(rig, 58 * HLSIM_SECOND);
    request = rig_location_request(peer, "02");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6144"));
    rig_run_for(rig, 60 * HLSIM_SECOND);
    request = rig_location_request(peer, "02");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6184"));
    rig_free(rig);
}

static void takes_each_notification_once_and_in_order(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_bytes bytes;
    char expected[16];

    automatic(peer, "HL7800.4.4.14.0");
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    rig_forget(rig);
    bytes = rig_notification(peer, 0, '1', 5);
    snprintf(expected, sizeof expected, "6000%04x", peer->next_id);
    CU_ASSERT_TRUE(rig_is_hex(ask(peer, &bytes), expected));
    CU_ASSERT_TRUE(rig_is_hex(ask(peer, &bytes), expected)); /* repeated: acknowledged again */
    CU_ASSERT_TRUE(rig_logged(rig, "dm NOTIFY /5/0/3 2.05;"));
    /* A token that nobody observes with is reset. */
    bytes.bytes[4] ^= 1;
    bytes.bytes[2] ^= 1;
    CU_ASSERT_TRUE(rig_has(ask(peer, &bytes), 0, "7000"));
    CU_ASSERT_EQUAL(rig->ignored, 1);
    /* A value that cannot be is acknowledged and not believed. */
    bytes = rig_notification(peer, 0, '7', 6);
    CU_ASSERT_TRUE(rig_has(ask(peer, &bytes), 0, "6000"));
    CU_ASSERT_EQUAL(rig->ignored, 2);
    rig_free(rig);
}

/* Every way to cut a registration, and every single bit of it: nothing crashes, nothing hangs. */
static void survives_cut_and_flipped_registrations(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_bytes good = rig_register_request(peer);

    for (size_t size = 0; size < good.size; size++) {
        struct rig_bytes cut = good;

        cut.size = size;
        rig_send(peer, rig_dm, &cut);
        rig_run_for(rig, 10 * HLSIM_SECOND);
        peer->count = 0;
    }
    for (size_t bit = 0; bit < 8 * good.size; bit++) {
        struct rig_bytes flipped = good;

        flipped.bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        rig_send(peer, rig_dm, &flipped);
        rig_run_for(rig, 10 * HLSIM_SECOND);
        peer->count = 0;
    }
    CU_ASSERT_TRUE(rig->ignored > 40);
    rig_run_for(rig, 300 * HLSIM_SECOND);
    automatic(peer, "HL7800.4.4.14.0");
    CU_ASSERT_TRUE(rig_register(peer));
    rig_free(rig);
}

/* --- Queue mode and NAT ------------------------------------------------------------------- */

static const uint8_t some_bytes[300];

static const struct hlsim_airvantage_config with_package = {
    .package_count = 1, .packages = {{.id = "p1", .bytes = some_bytes, .size = sizeof some_bytes}}};

static struct rig *rig_with_package(struct rig_peer **ret_peer)
{
    struct rig *rig = rig_new((struct rig_options){.seed = 1, .config = &with_package});

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, ""), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, RIG_IMEI), 0);
    *ret_peer = rig_peer_new(rig, RIG_IMEI);
    automatic(*ret_peer, "HL7800.4.4.14.0");
    return rig;
}

static void upgrade(struct rig *rig)
{
    CU_ASSERT_EQUAL_FATAL(
        hlsim__airvantage_operate(rig->av, &(struct hlsim__airvantage_job){.package = "p1"}), 1);
}

static void begins_at_once_while_the_client_is_awake(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_package(&peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    rig_run_for(rig, 85 * HLSIM_SECOND);
    rig_forget(rig);
    upgrade(rig);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(peer->device.uri, "http://packages.airvantage.example/p1");
    CU_ASSERT_TRUE(rig_logged(rig, "op1 in_progress;dm PUT /5/0/1 2.04;op1 in_progress;"));
    rig_free(rig);
}

static void a_notification_keeps_the_client_awake(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_package(&peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    rig_run_for(rig, 80 * HLSIM_SECOND);
    rig_notify(peer, 1, '0', 3);
    rig_run_for(rig, 80 * HLSIM_SECOND);
    upgrade(rig);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    rig_free(rig);
}

/* What was asked before is given up: the device that starts anew is asked from the beginning. */
static void a_new_registration_begins_with_the_first_question(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_package(&peer);
    struct rig_bytes request;

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    peer->deaf = true;
    upgrade(rig);
    rig_run_for(rig, 5 * HLSIM_SECOND);
    peer->deaf = false;
    peer->automatic = false;
    peer->count = 0;
    request = rig_register_request(peer);
    rig_send(peer, rig_dm, &request);
    rig_run_for(rig, HLSIM_SECOND / 2);
    CU_ASSERT_EQUAL_FATAL(peer->count, 2);
    CU_ASSERT_TRUE(rig_is_request_hex(&peer->inbox[1], COAP_GET, "b133 0130 0130"));
    rig_free(rig);
}

static void waits_for_a_client_that_sleeps(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_package(&peer);
    struct rig_bytes request;

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    rig_run_for(rig, 95 * HLSIM_SECOND);
    upgrade(rig);
    rig_run_for(rig, 300 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->device.writes, 0);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 1);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    request = rig_location_request(peer, "02");
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6144"));
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 0);
    rig_free(rig);
}

/* AN5.0 9: nobody notices, the operation waits, and a new registration mends it. */
static void a_released_nat_is_healed_by_registering_again(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_package(&peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    rig_run_for(rig, 20 * HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(hlsim__nat_release(&peer->iface, 0), 1);
    rig_forget(rig);
    upgrade(rig);
    rig_run_for(rig, 3600 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_logged(rig, "op1 in_progress;dm PUT /5/0/1 silence;"));
    CU_ASSERT_EQUAL(peer->device.writes, 0);
    CU_ASSERT_EQUAL(peer->count, 1); /* the 2.01 of the registration, nothing since */
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 1);
    rig_deregister(peer);
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 0);
    rig_free(rig);
}

/* RFC 7641 3.4: a notification that was overtaken by a newer one is acknowledged and not used. */
static void a_late_notification_changes_nothing(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_package(&peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    upgrade(rig);
    rig_run_for(rig, HLSIM_SECOND);
    rig_notify(peer, 0, '1', 9);
    rig_notify(peer, 0, '2', 8);
    CU_ASSERT_EQUAL(peer->device.executes, 0);
    rig_notify(peer, 0, '2', 10);
    CU_ASSERT_EQUAL(peer->device.executes, 1);
    rig_free(rig);
}

/* A request on its way to the old address follows the client to the new one. */
static void an_update_or_a_notification_heals_a_released_nat(void)
{
    for (int update = 0; update < 2; update++) {
        struct rig_peer *peer;
        struct rig *rig = rig_with_package(&peer);

        CU_ASSERT_TRUE_FATAL(rig_register(peer));
        hlsim__nat_release(&peer->iface, 0);
        upgrade(rig);
        rig_run_for(rig, 10 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(peer->device.writes, 0);
        if (update) {
            struct rig_bytes request = rig_location_request(peer, "02");

            CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6144"));
        } else {
            rig_notify(peer, 1, '0', 9);
        }
        CU_ASSERT_EQUAL(peer->device.writes, 1);
        rig_run_for(rig, 100 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(peer->device.writes, 1);
        rig_free(rig);
    }
}

/* The NAT box gives an address that was one system's to another one. */
static void an_address_belongs_to_who_used_it_last(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_package(&peer);
    struct rig_bytes request;

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, "350000000000009", ""), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, "350000000000009"), 0);
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    peer->deaf = true; /* a request to the first one is on its way all the time */
    upgrade(rig);
    rig_run_for(rig, HLSIM_SECOND);
    peer->deaf = false;
    snprintf(peer->imei, sizeof peer->imei, "350000000000009");
    request = rig_register_request(peer);
    CU_ASSERT_TRUE(rig_has(ask(peer, &request), 0, "6141"));
    rig_run_for(rig, 100 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    CU_ASSERT_EQUAL(rig_number(rig, "350000000000009", "airvantage.queued"), 0);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 1);
    rig_free(rig);
}

/*
 * Without security a server can but believe a name: a second device that says it takes the
 * registration, and the first one, which is forgotten, registers again. Nothing is done twice.
 */
static void a_second_device_of_the_same_name_takes_the_registration(void)
{
    struct rig_peer *first;
    struct rig *rig = rig_with_package(&first);
    struct rig_peer *second = rig_peer_new(rig, RIG_IMEI);
    struct rig_bytes update;

    automatic(second, "HL7800.4.4.14.0");
    CU_ASSERT_TRUE_FATAL(rig_register(first));
    CU_ASSERT_TRUE_FATAL(rig_register(second));
    update = rig_location_request(first, "02");
    CU_ASSERT_TRUE(rig_has(ask(first, &update), 0, "6184"));
    update = rig_location_request(second, "02");
    CU_ASSERT_TRUE(rig_has(ask(second, &update), 0, "6144"));
    /* What the first one notifies belongs to an observation that ended with its registration. */
    rig_forget(rig);
    update = rig_notification(first, 1, '8', 99);
    CU_ASSERT_TRUE(rig_has(ask(first, &update), 0, "7000"));
    CU_ASSERT_EQUAL(rig->ignored, 1);
    CU_ASSERT_TRUE(rig_logged(rig, ""));
    upgrade(rig);
    rig_run_for(rig, 100 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(first->device.writes, 0);
    CU_ASSERT_EQUAL(second->device.writes, 1);
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(asks_who_registers_and_observes_its_update),
    SUITE_TEST(refuses_registrations),
    SUITE_TEST(refuses_strangers_and_the_deleted),
    SUITE_TEST(updates_and_deregisters),
    SUITE_TEST(a_registration_ends_with_its_lifetime),
    SUITE_TEST(takes_each_notification_once_and_in_order),
    SUITE_TEST(survives_cut_and_flipped_registrations),
    SUITE_TEST(begins_at_once_while_the_client_is_awake),
    SUITE_TEST(a_notification_keeps_the_client_awake),
    SUITE_TEST(a_new_registration_begins_with_the_first_question),
    SUITE_TEST(waits_for_a_client_that_sleeps),
    SUITE_TEST(a_released_nat_is_healed_by_registering_again),
    SUITE_TEST(a_late_notification_changes_nothing),
    SUITE_TEST(an_update_or_a_notification_heals_a_released_nat),
    SUITE_TEST(an_address_belongs_to_who_used_it_last),
    SUITE_TEST(a_second_device_of_the_same_name_takes_the_registration),
};

int main(void)
{
    return suite_run("airvantage dm", tests, sizeof tests / sizeof *tests);
}
