/*
 * Agreements and deferrals against losses of power: wherever the supply fails, and however torn the
 * flash is left, nothing that was asked for is forgotten and the update comes to its end.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

/* A host that puts each request off once and accepts it when it comes again. */
struct host {
    struct modem_bench *bench;
    size_t read;    /* of the wire */
    int put_off[4]; /* by the number of the request */
    bool asked;     /* for anything */
};

static const struct answer {
    const char *request;
    int number;
    const char *defer;
    const char *accept;
} answers[] = {
    {"* +WDSI: 1", 1, "AT+WDSR=0,3", "AT+WDSR=1"},
    {"* +WDSI: 2", 2, "AT+WDSR=2,5", "AT+WDSR=3"},
    {"* +WDSI: 3", 3, "AT+WDSR=5,7", "AT+WDSR=4"},
};

static void hear(struct host *host, const char *line, size_t size)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (size == strlen(answers[i].request) && strncmp(line, answers[i].request, size) == 0) {
            host->asked = true;
            modem_bench_type(host->bench, host->put_off[answers[i].number]++ == 0
                                              ? answers[i].defer
                                              : answers[i].accept);
        }
    }
}

static void attend(struct host *host)
{
    const char *end;

    modem_bench_run(host->bench, 1000);
    while ((end = strchr(host->bench->flow.wire + host->read, '\n')) != NULL) {
        char line[64];
        size_t size = (size_t)(end - host->bench->flow.wire) - host->read;

        /* Answering may move the wire. */
        snprintf(line, sizeof line, "%.*s", (int)(size < 63 ? size : 63),
                 host->bench->flow.wire + host->read);
        host->read += size + 1;
        hear(host, line, size < 63 ? size : 63);
    }
}

/* One update with the power failing once; false when it did not fail any more. */
static bool survive(enum hlsim_cut_kind kind, uint64_t at, enum hlsim_torn torn)
{
    static const char *const overrides[] = {"airvantage.packages.0.size=1464",
                                            "modem.settings.wdsc.0=1", "modem.settings.wdsc.1=1",
                                            "modem.settings.wdsc.2=1", NULL};
    struct modem_bench bench;
    struct host host = {.bench = &bench};
    unsigned failures = CU_get_number_of_failures();
    int64_t limit;
    bool was_cut;

    modem_bench_open_with(&bench, overrides);
    bench.cut_kind = kind;
    bench.cut_at = at;
    bench.torn = torn;
    limit = hlsim_world_now(bench.flow.world) + 3 * 3600 * HLSIM_SECOND;
    for (int tick = 0; hlsim_world_now(bench.flow.world) < limit; tick++) {
        if (!host.asked && tick % 30 == 0) {
            modem_bench_type(&bench, "AT+WDSS=1,1");
        }
        attend(&host);
        if (strcmp(flow_read(&bench.flow, "airvantage.operation"), "success") == 0 &&
            strcmp(flow_read(&bench.flow, "modem.session"), "closed") == 0 &&
            hlsim_world_now(bench.flow.world) + 600 * HLSIM_SECOND < limit) {
            limit = hlsim_world_now(bench.flow.world) + 599 * HLSIM_SECOND;
        }
    }
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    modem_bench_expect(&bench, "airvantage.operation", "success");
    modem_bench_expect(&bench, "modem.agreement", "none");
    was_cut = bench.was_cut;
    if (CU_get_number_of_failures() > failures) {
        fprintf(stderr, "kind %s, occurrence %llu, %s\n", hlsim_cut_kind_name(kind),
                (unsigned long long)at, hlsim_torn_name(torn));
        fprintf(stderr, "%s", bench.flow.wire);
        CU_FAIL_FATAL("the first place that does not recover");
    }
    flow_close(&bench.flow);
    return was_cut;
}

static void sweep(enum hlsim_cut_kind kind, uint64_t at_least)
{
    static const enum hlsim_torn torns[] = {HLSIM_TORN_NOTHING, HLSIM_TORN_PREFIX,
                                            HLSIM_TORN_COMPLETE};

    for (size_t i = 0; i < sizeof torns / sizeof *torns; i++) {
        uint64_t at = 1;

        while (survive(kind, at, torns[i])) {
            at++;
        }
        CU_ASSERT(at > at_least);
    }
}

static void nothing_is_forgotten_wherever_a_record_is_cut(void)
{
    sweep(HLSIM_CUT_PROGRAM, 30);
}

static void nothing_is_forgotten_wherever_a_sync_is_cut(void)
{
    sweep(HLSIM_CUT_SYNC, 20);
}

static void nothing_is_forgotten_wherever_the_air_is_cut(void)
{
    sweep(HLSIM_CUT_NET, 20);
}

/* --- Times ---------------------------------------------------------------------------------- */

static void open_deferred(struct modem_bench *bench, const char *const *overrides)
{
    modem_bench_open_with(bench, overrides);
    modem_bench_type(bench, "AT+WDSC=1,1");
    modem_bench_type(bench, "AT+WDSS=1,1");
    modem_bench_run(bench, 3000);
    modem_bench_count(bench, "+WDSI: 2", 1);
    modem_bench_type(bench, "AT+WDSR=2,60");
}

/* Neither a reset nor settings that change shorten or lengthen a deferral. */
static void a_deferral_keeps_its_time_over_resets_and_settings(void)
{
    struct modem_bench bench;

    open_deferred(&bench, NULL);
    for (int i = 0; i < 5; i++) {
        modem_bench_run(&bench, 10 * 60000);
        modem_bench_act_by_name(&bench, "reset");
        modem_bench_run(&bench, 20000);
        modem_bench_type(&bench, "AT+WDSC=1,0");
        modem_bench_type(&bench, "AT+WDSC=1,1");
        modem_bench_type(&bench, "AT+WDSI=4479");
    }
    modem_bench_run(&bench, 8 * 60000);
    modem_bench_count(&bench, "+WDSI: 2", 1);
    modem_bench_count(&bench, "+WDSI: 9,124648", 1);
    modem_bench_run(&bench, 20000);
    modem_bench_count(&bench, "+WDSI: 2", 2);
    modem_bench_count(&bench, "+WDSI: 9,124648", 2);
    flow_close(&bench.flow);
}

static void a_session_does_not_ask_for_what_was_put_off(void)
{
    struct modem_bench bench;

    open_deferred(&bench, NULL);
    modem_bench_type(&bench, "AT+WDSS=1,0");
    modem_bench_run(&bench, 5000);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 50 * 60000);
    modem_bench_count(&bench, "+WDSI: 2", 1);
    modem_bench_expect(&bench, "modem.session", "dm");
    modem_bench_run(&bench, 10 * 60000);
    modem_bench_count(&bench, "+WDSI: 2", 2);
    flow_close(&bench.flow);
}

/* The server's cancellation takes the request with it, also over a reset. */
static void a_request_that_was_answered_does_not_come_again(void)
{
    struct modem_bench bench;

    open_deferred(&bench, NULL);
    modem_bench_type(&bench, "AT+WDSR=3");
    modem_bench_run(&bench, 1000);
    modem_bench_type(&bench, "AT+WDSC=1,0");
    modem_bench_act_by_name(&bench, "reset");
    modem_bench_run(&bench, 3600000);
    modem_bench_count(&bench, "+WDSI: 2", 1);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(nothing_is_forgotten_wherever_a_record_is_cut),
    SUITE_TEST(nothing_is_forgotten_wherever_a_sync_is_cut),
    SUITE_TEST(nothing_is_forgotten_wherever_the_air_is_cut),
    SUITE_TEST(a_deferral_keeps_its_time_over_resets_and_settings),
    SUITE_TEST(a_session_does_not_ask_for_what_was_put_off),
    SUITE_TEST(a_request_that_was_answered_does_not_come_again),
};

int main(void)
{
    return suite_run("durable", tests, sizeof tests / sizeof *tests);
}
