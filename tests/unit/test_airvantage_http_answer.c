/*
 * Planned answers of the package store's server, on the wire: whom they are for, what they change,
 * and that everything else stays as it was.
 */
#include "http_bench.h"

#define HEAD_MAX 2048 /* what the server and the module read of a head */

#define GET      "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n"
#define HEAD     "HEAD /p-1.0_x HTTP/1.1\r\nHost: x\r\n\r\n"

static const struct hlsim__http_answer truth = {
    .count = 1, .length = -1, .offset = -1, .close_after = -1};

static void plan(struct bench *bench, struct hlsim__http_answer answer)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_http_answer(bench->rig->av, &answer), 0);
}

static struct hlsim__http_answer with_status(unsigned status)
{
    struct hlsim__http_answer answer = truth;

    answer.status = status;
    return answer;
}

static void refuses_as_often_as_planned(void)
{
    static const unsigned statuses[] = {100, 204, 301, 400, 403, 404, 416, 500, 503, 599};
    struct bench *bench = bench_new();

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct hlsim__http_answer answer = with_status(statuses[i]);
        char line[32];

        answer.count = 2;
        plan(bench, answer);
        snprintf(line, sizeof line, "HTTP/1.1 %u ", statuses[i]);
        for (int j = 0; j < 2; j++) {
            request(bench, j == 0 ? HEAD : GET);
            CU_ASSERT_TRUE(begins(bench, line));
            CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 0\r\n"));
            CU_ASSERT_TRUE(body_is(bench, 0, 0));
        }
        request(bench, GET);
        CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    }
    CU_ASSERT_FALSE(bench->client.closed);
    bench_free(bench);
}

static void answers_only_those_whom_it_is_for(void)
{
    struct hlsim__http_answer answer = with_status(503);
    struct bench *bench = bench_new();

    answer.method = "GET";
    strcpy(answer.path, "/p-1.0_x?old");
    plan(bench, answer);
    plan(bench, with_status(500));
    request(bench, "HEAD /p-1.0_x?old HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 500 "));
    request(bench, GET);
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    request(bench, "GET /p-1.0_x?new HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    request(bench, "GET /p-1.0_x?old HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 503 "));
    request(bench, "GET /p-1.0_x?old HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    bench_free(bench);
}

static void says_where_else_it_is(void)
{
    struct hlsim__http_answer answer = with_status(307);
    struct bench *bench = bench_new();

    strcpy(answer.location, "http://mirror.airvantage.example:8080/p-1.0_x");
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 307 Temporary Redirect\r\n"));
    CU_ASSERT_TRUE(has(bench, "\r\nLocation: http://mirror.airvantage.example:8080/p-1.0_x\r\n"));
    bench_free(bench);
}

static void gives_all_of_it_or_another_part(void)
{
    struct hlsim__http_answer answer = truth;
    struct bench *bench = bench_new();

    plan(bench, with_status(200));
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nRange: bytes=5000-\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    CU_ASSERT_FALSE(has(bench, "Content-Range"));
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    answer.offset = 100;
    plan(bench, answer);
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nRange: bytes=5000-\r\n\r\n");
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 206 "));
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Range: bytes 100-19999/20000\r\n"));
    CU_ASSERT_TRUE(body_is(bench, 100, SIZE - 100));
    answer.offset = 1000000; /* beyond the end: the last byte */
    plan(bench, answer);
    request(bench, "GET /p-1.0_x HTTP/1.1\r\nHost: x\r\nRange: bytes=5000-\r\n\r\n");
    CU_ASSERT_TRUE(body_is(bench, SIZE - 1, 1));
    plan(bench, with_status(206));
    request(bench, GET);
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Range: bytes 0-19999/20000\r\n"));
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    plan(bench, with_status(416));
    request(bench, GET);
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Range: bytes */20000\r\n"));
    bench_free(bench);
}

static void a_package_that_is_empty_has_no_part(void)
{
    struct hlsim__http_answer answer = with_status(206);
    struct bench *bench = bench_new();

    CU_ASSERT_EQUAL(
        hlsim__airvantage_package_corrupt(bench->rig->av, NULL, HLSIM_PACKAGE_BREAK_TRUNCATE, 0),
        0);
    answer.offset = 0;
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_TRUE(body_is(bench, 0, 0));
    plan(bench, with_status(200));
    request(bench, GET);
    CU_ASSERT_TRUE(body_is(bench, 0, 0));
    bench_free(bench);
}

static void lies_about_the_length(void)
{
    struct hlsim__http_answer answer = truth;
    struct bench *bench = bench_new();

    answer.length = 64;
    answer.count = 2;
    plan(bench, answer);
    request(bench, HEAD);
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 64\r\n"));
    request(bench, GET);
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 64\r\n"));
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    bench_free(bench);
}

static void closes_early(void)
{
    static const int64_t sizes[] = {0, 1, 5000, SIZE, SIZE + 1};
    struct bench *bench = bench_new();

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct hlsim__http_answer answer = truth;

        answer.close_after = sizes[i];
        plan(bench, answer);
        request(bench, GET);
        CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 20000\r\n"));
        CU_ASSERT_FALSE(has(bench, "\r\nConnection: close\r\n"));
        CU_ASSERT_TRUE(body_is(bench, 0, sizes[i] < SIZE ? (size_t)sizes[i] : SIZE));
        CU_ASSERT_TRUE(bench->client.closed);
        CU_ASSERT_EQUAL(bench->client.reason, HLSIM_OK);
        connect_client(bench);
    }
    bench_free(bench);
}

/* Reads a body in chunks of a client of its own; the number of its bytes, -1 when it is none. */
static int unchunk(const struct bench *bench)
{
    const char *at = strstr(bench->client.bytes, "\r\n\r\n");
    const char *end = bench->client.bytes + bench->client.size;
    int total = 0;

    for (at = at == NULL ? end : at + 4; at < end;) {
        char *line_end;
        long size = strtol(at, &line_end, 16);

        if (line_end == at || strncmp(line_end, "\r\n", 2) != 0 || size > end - line_end - 4) {
            return -1;
        }
        at = line_end + 2;
        if (memcmp(at, bench->bytes + total, (size_t)size) != 0 ||
            strncmp(at + size, "\r\n", 2) != 0) {
            return -1;
        }
        total += (int)size;
        at += size + 2;
        if (size == 0) {
            return at == end ? total : -1;
        }
    }
    return -1;
}

static void sends_chunks(void)
{
    struct hlsim__http_answer answer = truth;
    struct bench *bench = bench_new();

    answer.framing = HLSIM__HTTP_FRAMED_BY_CHUNKS;
    answer.count = 3;
    plan(bench, answer);
    request(bench, HEAD);
    CU_ASSERT_TRUE(has(bench, "\r\nTransfer-Encoding: chunked\r\n"));
    CU_ASSERT_FALSE(has(bench, "Content-Length"));
    CU_ASSERT_TRUE(body_is(bench, 0, 0));
    for (int i = 0; i < 2; i++) {
        bench->client.size = 0;
        say(bench, GET);
        rig_run_for(bench->rig, 20 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(unchunk(bench), SIZE);
    }
    CU_ASSERT_FALSE(bench->client.closed);
    answer.close_after = 3000;
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_EQUAL(unchunk(bench), -1);
    CU_ASSERT_PTR_NULL(strstr(bench->client.bytes, "\r\n0\r\n"));
    CU_ASSERT_TRUE(bench->client.closed);
    bench_free(bench);
}

static void ends_with_its_connection(void)
{
    struct hlsim__http_answer answer = truth;
    struct bench *bench = bench_new();

    answer.framing = HLSIM__HTTP_FRAMED_BY_CLOSE;
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_FALSE(has(bench, "Content-Length"));
    CU_ASSERT_TRUE(has(bench, "\r\nConnection: close\r\n"));
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    CU_ASSERT_TRUE(bench->client.closed);
    bench_free(bench);
}

static void waits_and_drips(void)
{
    struct hlsim__http_answer answer = truth;
    struct bench *bench = bench_new();
    size_t before;

    answer.delay = HLSIM_MINUTE;
    answer.rate = 100;
    plan(bench, answer);
    request(bench, GET);
    rig_run_for(bench->rig, 55 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(bench->client.size, 0);
    rig_run_for(bench->rig, 5 * HLSIM_SECOND);
    before = bench->client.size;
    CU_ASSERT_TRUE(before > 0);
    for (int i = 0; i < 10; i++) {
        rig_run_for(bench->rig, 10 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(bench->client.size - before, 1000);
        before = bench->client.size;
    }
    rig_run_for(bench->rig, 200 * HLSIM_SECOND);
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    answer.delay = 0;
    answer.rate = 1;
    plan(bench, answer);
    request(bench, GET);
    rig_run_for(bench->rig, SIZE * HLSIM_SECOND);
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    request(bench, HEAD);
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 "));
    bench_free(bench);
}

/* What is slow while nobody listens any more is not sent. */
static void outlives_clients_that_do_not_wait(void)
{
    struct hlsim__http_answer answer = truth;
    struct bench *bench = bench_new();

    answer.rate = 10;
    answer.framing = HLSIM__HTTP_FRAMED_BY_CHUNKS;
    plan(bench, answer);
    answer.delay = HLSIM_HOUR;
    plan(bench, answer);
    for (int i = 0; i < 2; i++) {
        request(bench, GET);
        CU_ASSERT_EQUAL(hlsim__tcp_abort(&bench->client.tcp), 0);
        rig_run_for(bench->rig, 2 * HLSIM_HOUR);
        connect_client(bench);
    }
    request(bench, GET);
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    bench_free(bench);
}

static void speaks_nonsense(void)
{
    struct hlsim__http_answer answer = truth;
    struct bench *bench = bench_new();

    answer.head = HLSIM__HTTP_HEAD_NONE;
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_TRUE(bench->client.size == 0 && bench->client.closed);
    connect_client(bench);
    answer.head = HLSIM__HTTP_HEAD_JUNK;
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_TRUE(begins(bench, "220 ") && bench->client.closed);
    connect_client(bench);
    answer.head = HLSIM__HTTP_HEAD_HUGE;
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_TRUE(begins(bench, "HTTP/1.1 200 OK\r\nX-Filler: "));
    CU_ASSERT_TRUE(has(bench, "\r\nContent-Length: 20000\r\n"));
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    CU_ASSERT_TRUE(strstr(bench->client.bytes, "\r\n\r\n") - bench->client.bytes > HEAD_MAX);
    answer.head = HLSIM__HTTP_HEAD_ENDLESS;
    plan(bench, answer);
    request(bench, GET);
    CU_ASSERT_TRUE(bench->client.size > 4 * (size_t)HEAD_MAX);
    CU_ASSERT_PTR_NULL(strstr(bench->client.bytes, "\r\n\r\n"));
    CU_ASSERT_FALSE(bench->client.closed);
    CU_ASSERT_EQUAL(hlsim__tcp_abort(&bench->client.tcp), 0);
    bench_free(bench);
}

static void takes_no_plans_that_cannot_be_carried_out(void)
{
    struct hlsim__http_answer answer = with_status(600);
    struct bench *bench = bench_new();
    struct hlsim__airvantage *av = bench->rig->av;

    CU_ASSERT_EQUAL(hlsim__airvantage_http_answer(av, &answer), HLSIM_E_INVALID);
    answer = with_status(99);
    CU_ASSERT_EQUAL(hlsim__airvantage_http_answer(av, &answer), HLSIM_E_INVALID);
    answer = with_status(302);
    strcpy(answer.location, "/a\r\nX: y");
    CU_ASSERT_EQUAL(hlsim__airvantage_http_answer(av, &answer), HLSIM_E_INVALID);
    answer = with_status(302);
    answer.count = 0;
    CU_ASSERT_EQUAL(hlsim__airvantage_http_answer(av, &answer), HLSIM_E_INVALID);
    answer.count = 1;
    for (int i = 0; i < HLSIM__HTTP_ANSWERS_MAX; i++) {
        plan(bench, answer);
    }
    CU_ASSERT_EQUAL(hlsim__airvantage_http_answer(av, &answer), HLSIM_E_LIMIT);
    request(bench, GET);
    CU_ASSERT_EQUAL(hlsim__airvantage_http_answer(av, &answer), 0);
    bench_free(bench);
}

static void a_second_port_leads_to_the_same_packages(void)
{
    static const struct hlsim_address mirror = {.ip = 0xcb007103U, .port = 8080};
    struct bench *bench = bench_new();
    uint32_t ip;

    CU_ASSERT_EQUAL(hlsim__network_resolve(&bench->rig->net, "mirror.airvantage.example", &ip), 0);
    CU_ASSERT_EQUAL(ip, mirror.ip);
    CU_ASSERT_EQUAL(hlsim__tcp_abort(&bench->client.tcp), 0);
    memset(&bench->client, 0, sizeof bench->client);
    CU_ASSERT_EQUAL_FATAL(hlsim__tcp_connect(&bench->client.tcp, &bench->peer->iface, mirror,
                                             &callbacks, &bench->client),
                          0);
    rig_run_for(bench->rig, HLSIM_SECOND);
    request(bench, GET);
    CU_ASSERT_TRUE(body_is(bench, 0, SIZE));
    bench_free(bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(refuses_as_often_as_planned),
    SUITE_TEST(answers_only_those_whom_it_is_for),
    SUITE_TEST(says_where_else_it_is),
    SUITE_TEST(gives_all_of_it_or_another_part),
    SUITE_TEST(a_package_that_is_empty_has_no_part),
    SUITE_TEST(lies_about_the_length),
    SUITE_TEST(closes_early),
    SUITE_TEST(sends_chunks),
    SUITE_TEST(ends_with_its_connection),
    SUITE_TEST(waits_and_drips),
    SUITE_TEST(outlives_clients_that_do_not_wait),
    SUITE_TEST(speaks_nonsense),
    SUITE_TEST(takes_no_plans_that_cannot_be_carried_out),
    SUITE_TEST(a_second_port_leads_to_the_same_packages),
};

int main(void)
{
    return suite_run("airvantage http answer", tests, sizeof tests / sizeof *tests);
}
