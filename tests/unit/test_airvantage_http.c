/*
 * The package store over HTTP: whole packages, ranges, refusals, and what is no HTTP at all.
 */
#include "http_bench.h"

static void tells_size_and_sends_all_of_it(void)
{
    struct bench *bench = bench_new();

    request(bench, "HEAD /p-1.0_x HTTP/1.1\r\nHost: packages.airvantage.example\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 20000\r\n"));
    CU_ASSERT_TRUE(has(bench, "\r\nAccept-Ranges: bytes\r\n"));
    CU_ASSERT_TRUE(body_is(bench, 0, 0));
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: packages.airvantage.example\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 20000\r\n"));
    CU_ASSERT_FALSE(has(bench, "Content-Range"));
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    CU_ASSERT_FALSE(bench->client.closed);
    CU_ASSERT_TRUE(rig_logged(bench->rig, "http HEAD /p-1.0_x 200;http GET /p-1.0_x 200;"));
    bench_free(bench);
}

static void sends_ranges(void)
{
    static const struct {
        const char *range;
        const char *status;
        const char *content_range;
        size_t first;
        size_t size;
    } cases[] = {
        {"bytes=0-", "206", "bytes 0-19999/20000", 0, 20000},
        {"bytes=2048-", "206", "bytes 2048-19999/20000", 2048, 17952},
        {"bytes=19999-", "206", "bytes 19999-19999/20000", 19999, 1},
        {"bytes=5-9", "206", "bytes 5-9/20000", 5, 5},
        {"bytes=19990-30000", "206", "bytes 19990-19999/20000", 19990, 10},
        {"bytes=20000-", "416", "bytes */20000", 0, 0},
        {"bytes=18446744073709551615-", "416", "bytes */20000", 0, 0},
        {"bytes=9-5", "200", NULL, 0, 20000}, /* makes no sense: ignored (RFC 7233 2.1) */
        {"lines=1-2", "200", NULL, 0, 20000}, /* another unit: ignored (RFC 7233 3.1) */
    };
    struct bench *bench = bench_new();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[160];
        char line[96];

        snprintf(text, sizeof text, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nRange: %s\r\n\r\n",
                 cases[i].range);
        request(bench, text);
        snprintf(line, sizeof line, "HTTP/1.1 %s ", cases[i].status);
        CU_ASSERT_TRUE(begins(bench, line));
        snprintf(line, sizeof line, "\r\nContent-Length: %u\r\n", (unsigned)cases[i].size);
        CU_ASSERT_TRUE(has(bench, line));
        if (cases[i].content_range != NULL) {
            snprintf(line, sizeof line, "\r\nContent-Range: %s\r\n", cases[i].content_range);
            CU_ASSERT_TRUE(has(bench, line));
        }
        CU_ASSERT_TRUE(body_is(bench, cases[i].first, cases[i].size));
    }
    CU_ASSERT_FALSE(bench->client.closed);
    bench_free(bench);
}

static void refuses_and_stays_open(void)
{
    struct bench *bench = bench_new();

    request(bench, "GET /other HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 404 "));
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 0\r\n"));
    request(bench, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 404 "));
    request(bench, "GET /p-1.0_x/ HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 404 "));
    request(bench, "DELETE /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 405 "));
    CU_ASSERT_TRUE(has(bench, "\r\nAllow: GET, HEAD\r\n"));
    /* The absolute form (RFC 7230 5.3.2). */
    request(bench, "HEAD http://packages.airvantage.example/p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    CU_ASSERT_FALSE(bench->client.closed);
    CU_ASSERT_EQUAL(bench->rig->ignored, 0);
    bench_free(bench);
}

static void closes_when_asked_to(void)
{
    static const char *const requests[] = {
        "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /p-1.0_x HTTP/1.0\r\n\r\n",
        "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
    };
    struct bench *bench = bench_new();

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        request(bench, requests[i]);
        CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
        CU_ASSERT_TRUE(has(bench, "\r\nConnection: close\r\n"));
        CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
        CU_ASSERT_TRUE(bench->client.closed);
        CU_ASSERT_EQUAL(bench->client.reason, HLSIM_OK);
        connect_client(bench);
    }
    bench_free(bench);
}

static void refuses_what_is_no_http(void)
{
    static const char *const requests[] = {
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET /p-1.0_x HTTP/1.1\r\n\r\n", /* no host (RFC 7230 5.4) */
        "GET /p-1.0_x HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET /p-1.0_x HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /p-1.0_x HTTP/1.1\nHost: x\n\n",
        "\x16\x03\x01\x02\x01\x01\x01\xfc\r\n\r\n",
    };
    struct bench *bench = bench_new();

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        bench->rig->ignored = 0;
        request(bench, requests[i]);
        CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 400 "));
        CU_ASSERT_TRUE(has(bench, "\r\nConnection: close\r\n"));
        CU_ASSERT_TRUE(bench->client.closed);
        CU_ASSERT_EQUAL(bench->rig->ignored, 1);
        connect_client(bench);
    }
    bench_free(bench);
}

static void refuses_heads_that_never_end(void)
{
    struct bench *bench = bench_new();
    char line[101];

    memset(line, 'a', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    say(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nX: ");
    for (int i = 0; i < 30; i++) {
        say(bench, line);
    }
    rig_run_for(bench->rig, 3 * HLSIM_SECOND);
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 400 "));
    CU_ASSERT_TRUE(bench->client.closed);
    bench_free(bench);
}

/* Any split of a request is the same request. */
static void reads_requests_in_pieces(void)
{
    static const char text[] = "HEAD /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n";
    struct bench *bench = bench_new();

    for (size_t at = 1; at < sizeof text - 1; at++) {
        bench->client.size = 0;
        CU_ASSERT_EQUAL_FATAL(hlsim__tcp_send(&bench->client.tcp, (const uint8_t *)text, at),
                              (int)at);
        rig_run_for(bench->rig, HLSIM_SECOND);
        CU_ASSERT_EQUAL(bench->client.size, 0);
        say(bench, text + at);
        rig_run_for(bench->rig, HLSIM_SECOND);
        CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    }
    bench_free(bench);
}

/* Three requests at once: three answers, one after the other (RFC 7230 6.3.2). */
static void answers_a_pipeline_in_order(void)
{
    struct bench *bench = bench_new();
    const char *first;
    const char *second;

    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nRange: bytes=0-4999\r\n\r\n"
                   "HEAD /none HTTP/1.1\r\nHost: x\r\n\r\n"
                   "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nRange: bytes=7-7\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 206 "));
    first = strstr(bench->client.bytes, "\r\n\r\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT_EQUAL(memcmp(first + 4, bench->bytes, 5000), 0);
    CU_ASSERT_EQUAL_FATAL(strncmp(first + 4 + 5000, "HTTP/1.1 404 ", 13), 0);
    second = strstr(first + 4 + 5000, "\r\n\r\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(second);
    CU_ASSERT_EQUAL(strncmp(second + 4, "HTTP/1.1 206 ", 13), 0);
    CU_ASSERT_EQUAL((uint8_t)bench->client.bytes[bench->client.size - 1], bench->bytes[7]);
    bench_free(bench);
}

/* What is asked during a transfer is answered behind it. */
static void a_request_during_a_transfer_waits(void)
{
    struct bench *bench = bench_new();
    const char *head;

    say(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    rig_run_for(bench->rig, 300 * HLSIM_MS);
    CU_ASSERT_TRUE(bench->client.size > 0 && bench->client.size < SIZE);
    request(bench, "HEAD /none HTTP/1.1\r\nHost: x\r\n\r\n");
    head = bench->client.bytes + bench->client.size;
    while (head > bench->client.bytes && strncmp(head, "HTTP/1.1", 8) != 0) {
        head--;
    }
    CU_ASSERT_EQUAL(strncmp(head, "HTTP/1.1 404 ", 13), 0);
    CU_ASSERT_FALSE(bench->client.closed);
    bench_free(bench);
}

/* A client whose power goes in the middle leaves nothing behind that harms the next one. */
static void outlives_a_client_that_vanishes(void)
{
    struct bench *bench = bench_new();

    say(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    rig_run_for(bench->rig, 300 * HLSIM_MS);
    CU_ASSERT_TRUE(bench->client.size > 0 && bench->client.size < SIZE);
    hlsim__iface_reset(&bench->peer->iface);
    hlsim__iface_attach(&bench->peer->iface, 0x0a000001U);
    connect_client(bench);
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nRange: bytes=4096-\r\n\r\n");
    CU_ASSERT_TRUE(body_is(bench, 4096, SIZE - 4096));
    rig_run_for(bench->rig, 200 * HLSIM_SECOND);
    bench_free(bench);
}

/* --- Damage ------------------------------------------------------------------------------- */

static void a_running_transfer_keeps_the_bytes_it_began_with(void)
{
    struct bench *bench = bench_new();

    say(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    rig_run_for(bench->rig, 300 * HLSIM_MS);
    CU_ASSERT_TRUE(bench->client.size > 0 && bench->client.size < SIZE);
    CU_ASSERT_EQUAL(hlsim__airvantage_package_corrupt(bench->rig->av, NULL,
                                                      HLSIM_PACKAGE_BREAK_BIT_FLIP, 15000),
                    0);
    rig_run_for(bench->rig, 3 * HLSIM_SECOND);
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_FALSE(body_is(bench, 0, SIZE));
    bench->bytes[15000] ^=
        (uint8_t)((uint8_t)bench->client.bytes[bench->client.size - 5000] ^ bench->bytes[15000]);
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE)); /* Only that byte differs. */
    bench_free(bench);
}

static void truncates_and_refuses_what_cannot_be_damaged(void)
{
    struct bench *bench = bench_new();
    struct hlsim__airvantage *av = bench->rig->av;

    CU_ASSERT_EQUAL(hlsim__airvantage_package_corrupt(av, "none", HLSIM_PACKAGE_BREAK_BIT_FLIP, -1),
                    HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(
        hlsim__airvantage_package_corrupt(av, "p-1.0_x", HLSIM_PACKAGE_BREAK_BIT_FLIP, SIZE),
        HLSIM_E_RANGE);
    /* These bytes are no package: they cannot be signed anew. */
    CU_ASSERT_TRUE(
        hlsim__airvantage_package_corrupt(av, "p-1.0_x", HLSIM_PACKAGE_BREAK_WRONG_KEY, -1) < 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_package_corrupt(av, "p-1.0_x", HLSIM_PACKAGE_BREAK_NONE, -1),
                    HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(
        hlsim__airvantage_package_corrupt(av, "p-1.0_x", HLSIM_PACKAGE_BREAK_TRUNCATE, -1), 0);
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE / 2));
    CU_ASSERT_EQUAL(
        hlsim__airvantage_package_corrupt(av, "p-1.0_x", HLSIM_PACKAGE_BREAK_TRUNCATE, 100), 0);
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(body_is(bench, 0, 100));
    for (int i = 2; i < HLSIM__DAMAGES_MAX; i++) {
        CU_ASSERT_EQUAL(
            hlsim__airvantage_package_corrupt(av, NULL, HLSIM_PACKAGE_BREAK_BIT_FLIP, 5), 0);
    }
    CU_ASSERT_EQUAL(hlsim__airvantage_package_corrupt(av, NULL, HLSIM_PACKAGE_BREAK_BIT_FLIP, 5),
                    HLSIM_E_LIMIT);
    bench_free(bench);
}

/* Real packages: the copy is signed by the other key, or is for a version that nobody runs. */
static void rebuilds_packages_with_a_wrong_key_or_base(void)
{
    static uint8_t bytes[4096];
    struct hlsim_airvantage_config config = {.package_count = 1};
    struct bench *bench = bench_new();
    struct hlsim_package_info info;
    const uint8_t *body;
    size_t size;

    rig_free(bench->rig);
    CU_ASSERT_EQUAL_FATAL(hlsim_package_build(&(struct hlsim_package_spec){.from = "4.4.14.0",
                                                                           .to = "4.6.8.0",
                                                                           .model = "HL7800",
                                                                           .size = sizeof bytes},
                                              bytes, sizeof bytes, &size),
                          0);
    config.packages[0] = (struct hlsim_stored_package){.id = "p", .bytes = bytes, .size = size};
    bench->rig = rig_new((struct rig_options){.config = &config});
    bench->peer = rig_peer_new(bench->rig, RIG_IMEI);
    connect_client(bench);
    CU_ASSERT_EQUAL(
        hlsim__airvantage_package_corrupt(bench->rig->av, NULL, HLSIM_PACKAGE_BREAK_WRONG_KEY, -1),
        0);
    request(bench, "GET /p HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_FATAL(bench->client.size > size);
    body = (const uint8_t *)bench->client.bytes + bench->client.size - size;
    CU_ASSERT_EQUAL(hlsim_package_verify(body, size, HLSIM_PACKAGE_KEY_MODULE), HLSIM_E_SIGNATURE);
    CU_ASSERT_EQUAL(hlsim_package_verify(body, size, HLSIM_PACKAGE_KEY_OTHER), 0);
    CU_ASSERT_EQUAL(
        hlsim__airvantage_package_corrupt(bench->rig->av, NULL, HLSIM_PACKAGE_BREAK_WRONG_BASE, -1),
        0);
    request(bench, "GET /p HTTP/1.1\r\nHost: x\r\n\r\n");
    body = (const uint8_t *)bench->client.bytes + bench->client.size - size;
    CU_ASSERT_EQUAL(hlsim_package_verify(body, size, HLSIM_PACKAGE_KEY_MODULE), 0);
    CU_ASSERT_EQUAL(hlsim_package_parse(body, size, &info), 0);
    CU_ASSERT_STRING_EQUAL(info.from, HLSIM_PACKAGE_NOBODY);
    CU_ASSERT_STRING_EQUAL(info.to, "4.6.8.0");
    bench_free(bench);
}

static void refuses_ids_that_cannot_stand_in_a_url(void)
{
    static const char *const ids[] = {"", "a b", "a/b", "a%41", "a?b", "\xc3\xa4"};
    struct rig *rig = rig_new((struct rig_options){.seed = 1});

    for (size_t i = 0; i <= sizeof ids / sizeof *ids; i++) {
        struct hlsim_airvantage_config config = {.package_count = 1};
        struct hlsim_network net;
        struct hlsim__airvantage *av = NULL;
        struct hlsim__airvantage_setup setup = {.network = &net,
                                                .sched = &rig->sched,
                                                .stream = &rig->stream,
                                                .promises = &rig->promises,
                                                .config = &config};

        if (i < sizeof ids / sizeof *ids) {
            snprintf(config.packages[0].id, sizeof config.packages[0].id, "%s", ids[i]);
        } else {
            config.package_count = 2; /* the same id twice */
            strcpy(config.packages[0].id, "a");
            strcpy(config.packages[1].id, "a");
        }
        CU_ASSERT_EQUAL_FATAL(
            hlsim__network_init(&net, &(struct hlsim__network_setup){.sched = &rig->sched,
                                                                     .stream = &rig->stream,
                                                                     .promises = &rig->promises}),
            0);
        CU_ASSERT_EQUAL(hlsim__airvantage_create(&setup, &av), HLSIM_E_INVALID);
        CU_ASSERT_PTR_NULL(av);
        hlsim__network_free(&net);
    }
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(tells_size_and_sends_all_of_it),
    SUITE_TEST(sends_ranges),
    SUITE_TEST(refuses_and_stays_open),
    SUITE_TEST(closes_when_asked_to),
    SUITE_TEST(refuses_what_is_no_http),
    SUITE_TEST(refuses_heads_that_never_end),
    SUITE_TEST(reads_requests_in_pieces),
    SUITE_TEST(answers_a_pipeline_in_order),
    SUITE_TEST(a_request_during_a_transfer_waits),
    SUITE_TEST(outlives_a_client_that_vanishes),
    SUITE_TEST(a_running_transfer_keeps_the_bytes_it_began_with),
    SUITE_TEST(truncates_and_refuses_what_cannot_be_damaged),
    SUITE_TEST(rebuilds_packages_with_a_wrong_key_or_base),
    SUITE_TEST(refuses_ids_that_cannot_stand_in_a_url),
};

int main(void)
{
    return suite_run("airvantage http", tests, sizeof tests / sizeof *tests);
}
