/*
 * The goal "update" with a modem played by hand, line by line.
 */
#ifndef HL78SIM_TESTS_ENGINE_PLAY_H
#define HL78SIM_TESTS_ENGINE_PLAY_H

#include "engine_peer.h"
#include "lib/suite.h"

#include <string.h>

#define LIMIT_MS       INT64_C(100000000)
#define PHASE_DOWNLOAD 1
#define PHASE_INSTALL  2

static inline void hear(struct bench *bench, const char *text)
{
    bench_bytes(bench, "\r\n", 2);
    bench_bytes(bench, text, strlen(text));
    bench_bytes(bench, "\r\n", 2);
}

static inline void expect_sent(const struct bench *bench, const char *command)
{
    CU_ASSERT_STRING_EQUAL(bench->peer.last_command, command);
}

static inline void pass(struct bench *bench, int64_t duration_ms)
{
    int64_t until_ms = bench->now_ms + duration_ms;

    bench_run(bench, until_ms, LIMIT_MS);
    bench->now_ms = until_ms;
    bench->peer.now_ms = until_ms;
}

static inline int phase_stored(const struct bench *bench)
{
    return bench->record_size == 0 ? 0 : bench->record[5];
}

/* Up to the answer to AT+CGMR; the modem says nothing of itself. */
static inline void play_to_version(struct bench *bench, const char *version)
{
    int i;

    bench->peer.silent = true;
    if (bench->engine == NULL) {
        CU_ASSERT_TRUE_FATAL(bench_start(bench));
    }
    expect_sent(bench, "AT");
    for (i = 0; i < 3; i++) {
        hear(bench, "OK");
    }
    expect_sent(bench, "AT+CGMR");
    hear(bench, version);
    hear(bench, "OK");
}

/* Up to the accepted AT+WDSS=1,1 and the open session. */
static inline void play_to_session(struct bench *bench)
{
    play_to_version(bench, "HL7800.4.4.14.0");
    expect_sent(bench, "AT+WDSI?");
    hear(bench, "+WDSI: 4479");
    hear(bench, "OK");
    expect_sent(bench, "AT+WDSC?");
    hear(bench, "+WDSC: 1,0");
    hear(bench, bench->config.agreements != 0 ? "+WDSC: 2,1" : "+WDSC: 2,0");
    hear(bench, "OK");
    expect_sent(bench, "AT+WDSG");
    hear(bench, "+WDSG: 0,3");
    hear(bench, "+WDSG: 1,0");
    hear(bench, "OK");
    expect_sent(bench, "AT+CPIN?");
    hear(bench, "+CPIN: READY");
    hear(bench, "OK");
    expect_sent(bench, "AT+CEREG?");
    hear(bench, "+CEREG: 0,5");
    hear(bench, "OK");
    expect_sent(bench, "AT+WDSS=1,1");
    hear(bench, "OK");
    hear(bench, "+WDSI: 23,1");
}

#endif
