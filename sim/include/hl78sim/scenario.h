/*
 * A scenario and its judge: what is done when, what is expected, and how it ended. The judge sees
 * the event stream and a chain of actors, nothing else.
 */
#ifndef HL78SIM_SCENARIO_H
#define HL78SIM_SCENARIO_H

#include <hl78sim/event.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM_PATTERN_MAX 160
#define HLSIM_SEND_MAX    94   /* a command line of a script, with its NUL */
#define HLSIM_DATA_MAX    2048 /* bytes of a script's step */
#define HLSIM_PATH_MAX    48
#define HLSIM_VALUE_MAX   96
#define HLSIM_ACTIONS_MAX 64
#define HLSIM_EXPECTS_MAX 128
#define HLSIM_ORDER_MAX   160 /* matchers in one `order` */
#define HLSIM_FINALS_MAX  32
#define HLSIM_FIELDS_MAX  8
#define HLSIM_PARAMS_MAX  16
#define HLSIM_TAGS_MAX    16
#define HLSIM_TAG_MAX     32 /* with its NUL */

/* A value that a path has. */
struct hlsim_value {
    enum { HLSIM_VALUE_NULL, HLSIM_VALUE_BOOL, HLSIM_VALUE_INT, HLSIM_VALUE_TEXT } type;
    int64_t integer; /* BOOL: 0 or 1; a duration is an INT in nanoseconds */
    char text[HLSIM_VALUE_MAX];
};

/* What a path must be: exactly a value, or a range, or like a pattern. */
struct hlsim_condition {
    char path[HLSIM_PATH_MAX];
    enum { HLSIM_CONDITION_EQUAL, HLSIM_CONDITION_RANGE, HLSIM_CONDITION_LIKE } kind;
    struct hlsim_value value;
    bool has_min;
    bool has_max;
    int64_t min;
    int64_t max;
    char like[HLSIM_PATTERN_MAX];
};

/* One field of an event must match a pattern, or a number a comparison. */
struct hlsim_field_match {
    char key[24];
    /* HEX: bytes written "06 *0d 0a ", each with two small digits and a space. */
    enum {
        HLSIM_MATCH_PATTERN,
        HLSIM_MATCH_EQUAL,
        HLSIM_MATCH_AT_LEAST,
        HLSIM_MATCH_HEX,
    } kind;
    int64_t number;
    char pattern[HLSIM_PATTERN_MAX];
};

/*
 * A matcher, as the loader compiled it: a kind of event and what its fields must be. `progress` is
 * an indication 18 at its first crossing of the number; `state` is a path that becomes so.
 */
struct hlsim_matcher {
    enum { HLSIM_MATCHER_EVENT, HLSIM_MATCHER_PROGRESS, HLSIM_MATCHER_STATE } type;
    enum hlsim_event_kind kind;
    size_t field_count;
    struct hlsim_field_match fields[HLSIM_FIELDS_MAX];
    bool at_least;  /* progress: ">=37"; else exactly that value */
    int64_t number; /* progress */
    struct hlsim_condition state;
    char text[HLSIM_PATTERN_MAX]; /* as written, for messages */
};

/* A key of an action beyond at, when, after, count, do. Durations are INT in nanoseconds. */
struct hlsim_param {
    char key[24];
    struct hlsim_value value;
};

struct hlsim_action {
    char name[32];
    size_t modem; /* which one acts; 0 unless said */
    size_t param_count;
    struct hlsim_param params[HLSIM_PARAMS_MAX];
};

/* The parameter of that name, or NULL. */
const struct hlsim_value *hlsim_action_param(const struct hlsim_action *action, const char *key);

struct hlsim_planned_action {
    struct hlsim_action action;
    bool has_when;
    struct hlsim_matcher when;
    int64_t at;         /* without `when` */
    int64_t after;      /* delay after the match */
    unsigned count;     /* the n-th match */
    int64_t undo_after; /* `for`; HLSIM_NEVER: it stays */
    char pointer[64];   /* JSON pointer, for messages */
};

enum hlsim_expect_kind {
    HLSIM_EXPECT_SEEN,
    HLSIM_EXPECT_NEVER,
    HLSIM_EXPECT_ORDER,
    HLSIM_EXPECT_FINAL,
};

struct hlsim_expect {
    enum hlsim_expect_kind kind;
    struct hlsim_matcher what; /* seen, never */
    bool has_from;
    struct hlsim_matcher from; /* seen: the clock of `within` starts here; never: A */
    bool has_until;
    struct hlsim_matcher until; /* never: B */
    int64_t within;             /* HLSIM_NEVER: no limit */
    unsigned times_min;         /* seen: 1 unless said */
    unsigned times_max;         /* 0: no limit */
    bool strict;                /* order: no other URC in between */
    size_t order_count;
    struct hlsim_matcher *order; /* owned by the scenario */
    size_t final_count;
    struct hlsim_condition *finals; /* owned by the scenario */
    char pointer[64];               /* JSON pointer, for messages */
};

struct hlsim_scenario_step {
    char send[HLSIM_SEND_MAX];      /* "": no command line */
    size_t data_size;               /* 0: none */
    uint8_t data[HLSIM_DATA_MAX];   /* raw bytes; never with `send` */
    char expect[HLSIM_PATTERN_MAX]; /* "": the default */
    int64_t timeout;                /* 0: the default */
};

enum hlsim_window {
    HLSIM_WINDOW_ALWAYS,
    HLSIM_WINDOW_DAY,
    HLSIM_WINDOW_BOOT,
};

/* When the host may give an agreement; 0 in a time: the host's default. */
struct hlsim_scenario_policy {
    enum hlsim_window window;
    unsigned from_minute; /* DAY: since local midnight; `to_minute` is the first one outside */
    unsigned to_minute;
    int64_t off_for;  /* BOOT: after so long without power at least */
    int64_t open_for; /* BOOT: and for so long after the start */
    int64_t defer;    /* what a request is put off by, whole minutes */
};

enum hlsim_host_kind {
    HLSIM_SCENARIO_HOST_NONE,
    HLSIM_SCENARIO_HOST_GOAL,
    HLSIM_SCENARIO_HOST_SCRIPT,
};

struct hlsim_scenario_host {
    enum hlsim_host_kind kind;
    char goal[16];    /* "update", "local_update" */
    char version[32]; /* "": any change */
    bool agree_download;
    bool agree_install;
    char package[32];             /* local update: its id, "" in a goal "update" */
    const uint8_t *package_bytes; /* borrowed from the setup, once packages are built */
    size_t package_size;
    unsigned block; /* of XMODEM: 128 or 1024; 0: the host's default */
    char pin[9];    /* "": none */
    unsigned cid;   /* 0: none */
    bool has_apn;
    char apn[64];
    struct hlsim_scenario_policy policy;
    bool has_clock;
    int64_t clock; /* nanoseconds since local midnight at power-on; HLSIM_NEVER: it has no clock */
    size_t step_count;
    struct hlsim_scenario_step *steps; /* owned by the scenario */
};

struct hlsim_scenario {
    char name[128];
    char about[512];
    size_t tag_count;
    char tags[HLSIM_TAGS_MAX][HLSIM_TAG_MAX]; /* words to select by */
    char known_failure[256];                  /* why it is known to fail; "": it is to pass */
    uint64_t seed;
    int64_t limit; /* of virtual time */
    bool has_end;  /* the run ends `end_after` a match of `end_when`, neither sooner nor later */
    struct hlsim_matcher end_when;
    int64_t end_after;
    struct hlsim_scenario_host host;
    size_t action_count;
    struct hlsim_planned_action *actions; /* owned by the scenario */
    size_t expect_count;
    struct hlsim_expect *expects; /* owned by the scenario */
};

enum hlsim_acted {
    HLSIM_ACTED,          /* done: something changed */
    HLSIM_ACT_NOTHING,    /* known, but nothing changed now (a cut of what has no power) */
    HLSIM_ACT_IMPOSSIBLE, /* known, not possible here (a real modem's network) */
    HLSIM_ACT_NOT_MINE,   /* not known to this actor */
};

/*
 * Who can act and be asked. Every call may be answered "not mine"; the next actor in the chain is
 * asked then. `read`: HLSIM_E_NOT_FOUND for a path that is not its own, HLSIM_E_UNSUPPORTED for
 * one that cannot be observed here.
 */
struct hlsim_actor {
    void *user;
    enum hlsim_acted (*act)(void *user, const struct hlsim_action *action);
    enum hlsim_acted (*undo)(void *user, const struct hlsim_action *action);
    int (*read)(void *user, const char *path, struct hlsim_value *ret_value);
};

/* ---- A matcher without a judge ---- */

struct hlsim_watch;

/* A matcher (copied) at work; `actors` (copied) are asked about states. NULL: no memory. */
struct hlsim_watch *hlsim_watch_create(const struct hlsim_matcher *matcher,
                                       const struct hlsim_actor *actors, size_t actor_count);
void hlsim_watch_free(struct hlsim_watch *watch);

/* Shows one event; every event must be shown. True: it is a match. */
bool hlsim_watch_event(struct hlsim_watch *watch, const struct hlsim_event *event);

/* Of a state: 1 when the path is so now (`ret_value`, which may be NULL, has it), 0 when not,
 * HLSIM_E_UNSUPPORTED when nobody can read it. Of any other matcher 0. */
int hlsim_watch_state(const struct hlsim_watch *watch, struct hlsim_value *ret_value);

/* ---- The judge ---- */

struct hlsim_judge;

/* The stream keeps the judge's subscription: nothing may be emitted afterwards. NULL: nothing. */
void hlsim_judge_free(struct hlsim_judge *judge);

/* What cannot be seen or done here fails instead of being skipped. Set before time runs. */
void hlsim_judge_set_strict(struct hlsim_judge *judge, bool strict);

/*
 * The kinds of events that can come here (HLSIM_EVENT_BIT of each); all unless set. With a real
 * modem that is what the tap sees. A plan or an expectation that needs another kind is skipped, and
 * so is one that waits for an action which was skipped, or for a path that nobody can read.
 */
void hlsim_judge_set_observable(struct hlsim_judge *judge, uint64_t kinds);

/*
 * From now on nothing is expected any more, and nothing that was has a finding; what is planned is
 * still done. For a run that is judged by something else. Not from within the world.
 */
void hlsim_judge_expect_nothing(struct hlsim_judge *judge);

/*
 * True when the run can end: the end that the scenario names has come. Without such: every action
 * had its chance, every expectation is decided that waits for something, and every `final` holds or
 * cannot be read. A `never` without an end waits for nothing (it passes when the run is closed); a
 * scenario that expects nothing but such never ends by itself.
 */
bool hlsim_judge_decided(struct hlsim_judge *judge);

/*
 * The run has ended, for the reason `why` ("the limit was reached"), which is told in findings:
 * reads the finals and decides what is still open. To be called once at the end of every run.
 */
void hlsim_judge_close(struct hlsim_judge *judge, const char *why);

enum hlsim_outcome {
    HLSIM_OUTCOME_PASSED,
    HLSIM_OUTCOME_FAILED,
    HLSIM_OUTCOME_SKIPPED, /* cannot be observed or done here */
};

/* One expectation or action and how it ended. */
struct hlsim_finding {
    const char *pointer; /* "/expect/0" */
    enum hlsim_outcome outcome;
    char what[HLSIM_PATTERN_MAX]; /* in words */
    char why[256];                /* of a failure or a skip */
};

/* Findings so far (all of them after hlsim_judge_close), in the order of the file. */
size_t hlsim_judge_finding_count(const struct hlsim_judge *judge);
const struct hlsim_finding *hlsim_judge_finding(const struct hlsim_judge *judge, size_t index);

/* '*' stands for any run of characters, "\*" for a star; case does not matter; covers the whole. */
bool hlsim_pattern_match(const char *pattern, const char *text);

#endif
