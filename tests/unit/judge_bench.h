/*
 * The judge over a bare scheduler and stream: events made by hand, an actor that notes what it is
 * asked to do. One bench a program, emptied by every test.
 */
#ifndef HLSIM_TESTS_JUDGE_BENCH_H
#define HLSIM_TESTS_JUDGE_BENCH_H

#include <hl78sim/error.h>
#include <hl78sim/scenario.h>

#include "core/sched.h"
#include "core/stream.h"
#include "scenario/judge.h"

#define SECOND HLSIM_SECOND

extern struct hlsim__sched sched;
extern struct hlsim_stream stream;
extern struct hlsim_scenario scenario;
extern struct hlsim_planned_action actions[4];
extern struct hlsim_expect expects[4];
extern struct hlsim_matcher order[4];
extern struct hlsim_condition finals[2];
extern struct hlsim_judge *judge;
extern char asked[256];
extern enum hlsim_acted answer;
extern char firmware[32];
extern int verdict_count;
extern bool in_sink;

/* Empties everything; the test then fills in `actions` and `expects`. */
void judge_reset(void);

/* The judge takes up its work; everything is freed. */
void judge_begin(void);
void judge_end(void);

/* Time passes, and lines with it. */
void run_until(int64_t at);
void line_at(int64_t at, enum hlsim_event_kind kind, const char *line);
void urc_at(int64_t at, const char *line);

struct hlsim_matcher line_matcher(enum hlsim_event_kind kind, const char *pattern);
struct hlsim_matcher urc(const char *pattern);
struct hlsim_matcher progress(bool at_least, int64_t number);
struct hlsim_condition firmware_is(const char *version);

/* Add to the scenario: an expectation of a kind, those of the usual kinds, an action. */
struct hlsim_expect *expect(enum hlsim_expect_kind kind);
struct hlsim_expect *seen(const char *pattern);
struct hlsim_expect *never(const char *pattern, const char *from, const char *until);
struct hlsim_expect *in_order(const char *first, const char *second, const char *third);
struct hlsim_expect * final(struct hlsim_condition condition);
struct hlsim_planned_action *plan(const char *name);

/* The n-th finding; its outcome is checked here, its words by the caller. */
const struct hlsim_finding *finding(size_t index, enum hlsim_outcome outcome);

/* The run is over: there is one finding, with this outcome. */
void close_and_expect(enum hlsim_outcome outcome);

#endif
