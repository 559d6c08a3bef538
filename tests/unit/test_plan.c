/*
 * Places and plans of docs/plan-format.md: texts, choice, lookup.
 */
#include <hl78sim/error.h>
#include <hl78sim/explore.h>

#include "lib/suite.h"

#include <string.h>

static const uint64_t many[HLSIM_CUT_KINDS] = {[HLSIM_CUT_PROGRAM] = 4000,
                                               [HLSIM_CUT_ERASE] = 2,
                                               [HLSIM_CUT_SYNC] = 300,
                                               [HLSIM_CUT_LINK] = 200,
                                               [HLSIM_CUT_NET] = 10};

static bool place_is(const struct hlsim_place *place, unsigned kind, uint64_t occurrence,
                     enum hlsim_torn torn)
{
    return place->kind == kind && place->occurrence == occurrence && place->torn == torn;
}

static bool refused(const char *text)
{
    struct hlsim_place place;
    const char *what = NULL;

    return hlsim_place_parse(text, hlsim_cut_places, HLSIM_CUT_KINDS, &place, &what) ==
               HLSIM_E_FORMAT &&
           what != NULL;
}

static bool bad_plan(const char *text)
{
    struct hlsim_plan_spec spec;

    return hlsim_plan_spec_parse(text, &spec) == HLSIM_E_FORMAT;
}

static void plan_of(struct hlsim_plan *plan, const char *text, const uint64_t *occurrences,
                    uint64_t seed)
{
    struct hlsim_plan_spec spec;

    CU_ASSERT_EQUAL_FATAL(hlsim_plan_spec_parse(text, &spec), 0);
    hlsim_plan_init(plan, hlsim_cut_places, HLSIM_CUT_KINDS);
    CU_ASSERT_EQUAL_FATAL(hlsim_plan_select(plan, &spec, occurrences, seed), 0);
}

static size_t count_kind(const struct hlsim_plan *plan, unsigned kind)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++) {
        count += plan->places[i].kind == kind;
    }
    return count;
}

/* Rising, so that none is there twice, and each one a place that exists. */
static bool in_order(const struct hlsim_plan *plan, const uint64_t *occurrences)
{
    uint64_t last = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct hlsim_place *place = &plan->places[i];
        uint64_t key =
            ((uint64_t)place->kind << 56) | (place->occurrence << 8) | (uint64_t)place->torn;

        if ((i > 0 && key <= last) || place->occurrence < 1 ||
            place->occurrence > occurrences[place->kind] ||
            (hlsim_cut_places[place->kind].torn & HLSIM_TORN_BIT(place->torn)) == 0) {
            return false;
        }
        last = key;
    }
    return true;
}

/* ---- Texts ---- */

static void the_text_of_a_place_is_read_back(void)
{
    struct hlsim_place place;
    char text[HLSIM_PLACE_TEXT];
    const char *what;

    CU_ASSERT_EQUAL(
        hlsim_place_parse("program:12:prefix", hlsim_cut_places, HLSIM_CUT_KINDS, &place, &what),
        0);
    CU_ASSERT_TRUE(place_is(&place, HLSIM_CUT_PROGRAM, 12, HLSIM_TORN_PREFIX));
    hlsim_place_format(&place, hlsim_cut_places, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "program:12:prefix");
    place = (struct hlsim_place){.kind = HLSIM_CUT_NET,
                                 .occurrence = UINT64_C(18446744073709551615),
                                 .torn = HLSIM_TORN_COMPLETE};
    hlsim_place_format(&place, hlsim_cut_places, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "net:18446744073709551615:complete");
}

static void a_place_that_is_none_is_refused(void)
{
    CU_ASSERT_TRUE(refused(""));
    CU_ASSERT_TRUE(refused(":"));
    CU_ASSERT_TRUE(refused("::"));
    CU_ASSERT_TRUE(refused("program"));
    CU_ASSERT_TRUE(refused("program:12"));
    CU_ASSERT_TRUE(refused("program:12:"));
    CU_ASSERT_TRUE(refused("program:12:half"));
    CU_ASSERT_TRUE(refused("program:0:prefix"));
    CU_ASSERT_TRUE(refused("program:-1:prefix"));
    CU_ASSERT_TRUE(refused("program:1x:prefix"));
    CU_ASSERT_TRUE(refused("program::prefix"));
    CU_ASSERT_TRUE(refused("program:99999999999999999999:prefix"));
    CU_ASSERT_TRUE(refused("prog:1:prefix"));
    CU_ASSERT_TRUE(refused("programs:1:prefix"));
    CU_ASSERT_TRUE(refused("program:1:prefix:1"));
}

static void a_degree_that_makes_no_difference_is_no_place(void)
{
    CU_ASSERT_TRUE(refused("sync:1:complete"));
    CU_ASSERT_TRUE(refused("sync:1:prefix"));
    CU_ASSERT_FALSE(refused("sync:1:nothing"));
    CU_ASSERT_TRUE(refused("net:1:prefix"));
    CU_ASSERT_FALSE(refused("net:1:complete"));
    CU_ASSERT_FALSE(refused("link:1:prefix"));
}

static void plans_are_told_apart_by_their_texts(void)
{
    struct hlsim_plan_spec spec;

    CU_ASSERT_EQUAL(hlsim_plan_spec_parse("linear", &spec), 0);
    CU_ASSERT_EQUAL(spec.kind, HLSIM_PLAN_LINEAR);
    CU_ASSERT_EQUAL(hlsim_plan_spec_parse("random:200", &spec), 0);
    CU_ASSERT_EQUAL(spec.kind, HLSIM_PLAN_RANDOM);
    CU_ASSERT_EQUAL(spec.count, 200);
    CU_ASSERT_EQUAL(hlsim_plan_spec_parse("list:a b:c", &spec), 0);
    CU_ASSERT_EQUAL(spec.kind, HLSIM_PLAN_LIST);
    CU_ASSERT_STRING_EQUAL(spec.file, "a b:c");
    CU_ASSERT_EQUAL(hlsim_plan_spec_parse("none", &spec), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(hlsim_plan_spec_parse("log", &spec), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(hlsim_plan_spec_parse("exhaustive:2", &spec), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_TRUE(bad_plan(""));
    CU_ASSERT_TRUE(bad_plan("linear:1"));
    CU_ASSERT_TRUE(bad_plan("random"));
    CU_ASSERT_TRUE(bad_plan("random:"));
    CU_ASSERT_TRUE(bad_plan("random:0"));
    CU_ASSERT_TRUE(bad_plan("random:1e3"));
    CU_ASSERT_TRUE(bad_plan("list:"));
}

/* ---- Choice ---- */

static void a_linear_plan_has_every_place_once(void)
{
    static const uint64_t few[HLSIM_CUT_KINDS] = {2, 1, 3, 1, 2};
    struct hlsim_plan plan;

    plan_of(&plan, "linear", few, 1);
    /* Program, erase and link have three degrees, net two, sync one. */
    CU_ASSERT_EQUAL(plan.count, 2 * 3 + 3 + 3 + 3 + 2 * 2);
    CU_ASSERT_EQUAL(hlsim_plan_places(hlsim_cut_places, HLSIM_CUT_KINDS, few), plan.count);
    CU_ASSERT_TRUE(in_order(&plan, few));
    hlsim_plan_free(&plan);
}

static void a_random_plan_has_as_many_as_asked_for_of_every_kind_alike(void)
{
    struct hlsim_plan plan;

    plan_of(&plan, "random:200", many, 1);
    CU_ASSERT_EQUAL(plan.count, 200);
    CU_ASSERT_TRUE(in_order(&plan, many));
    /* 40 each, but there are only 6 of erase and 20 of net: the other three share the rest. */
    CU_ASSERT_EQUAL(count_kind(&plan, HLSIM_CUT_ERASE), 6);
    CU_ASSERT_EQUAL(count_kind(&plan, HLSIM_CUT_NET), 20);
    CU_ASSERT_EQUAL(count_kind(&plan, HLSIM_CUT_PROGRAM), 58);
    CU_ASSERT_EQUAL(count_kind(&plan, HLSIM_CUT_SYNC), 58);
    CU_ASSERT_EQUAL(count_kind(&plan, HLSIM_CUT_LINK), 58);
    hlsim_plan_free(&plan);
}

static void few_places_go_to_as_many_kinds_as_there_are_places(void)
{
    static const uint64_t some[HLSIM_CUT_KINDS] = {[HLSIM_CUT_SYNC] = 9, [HLSIM_CUT_NET] = 9};
    struct hlsim_plan plan;

    plan_of(&plan, "random:3", many, 1);
    CU_ASSERT_EQUAL(plan.count, 3);
    for (unsigned kind = 0; kind < HLSIM_CUT_KINDS; kind++) {
        CU_ASSERT_TRUE(count_kind(&plan, kind) <= 1);
    }
    hlsim_plan_free(&plan);
    plan_of(&plan, "random:2", some, 1);
    CU_ASSERT_EQUAL(count_kind(&plan, HLSIM_CUT_SYNC), 1);
    CU_ASSERT_EQUAL(count_kind(&plan, HLSIM_CUT_NET), 1);
    hlsim_plan_free(&plan);
}

static void more_than_there_are_means_all(void)
{
    static const uint64_t few[HLSIM_CUT_KINDS] = {2, 0, 3, 1, 2};
    struct hlsim_plan random;
    struct hlsim_plan linear;

    plan_of(&random, "random:1000", few, 5);
    plan_of(&linear, "linear", few, 5);
    CU_ASSERT_EQUAL(random.count, linear.count);
    CU_ASSERT_TRUE(in_order(&random, few));
    hlsim_plan_free(&random);
    hlsim_plan_free(&linear);
}

static void the_seed_alone_decides_the_choice(void)
{
    struct hlsim_plan first;
    struct hlsim_plan same;
    struct hlsim_plan other;

    plan_of(&first, "random:100", many, 1);
    plan_of(&same, "random:100", many, 1);
    plan_of(&other, "random:100", many, 2);
    CU_ASSERT_EQUAL(memcmp(first.places, same.places, 100 * sizeof *first.places), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(first.places, other.places, 100 * sizeof *first.places), 0);
    hlsim_plan_free(&first);
    hlsim_plan_free(&same);
    hlsim_plan_free(&other);
}

/* 20 of 4000 in each of 100 draws: every fifth of the range must be met about 400 times. */
static void the_choice_is_spread_over_the_whole_run(void)
{
    static const uint64_t only[HLSIM_CUT_KINDS] = {[HLSIM_CUT_SYNC] = 4000};
    unsigned met[5] = {0};

    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct hlsim_plan plan;

        plan_of(&plan, "random:20", only, seed);
        for (size_t i = 0; i < plan.count; i++) {
            met[(plan.places[i].occurrence - 1) / 800]++;
        }
        hlsim_plan_free(&plan);
    }
    for (unsigned i = 0; i < 5; i++) {
        CU_ASSERT_TRUE(met[i] > 320 && met[i] < 480);
    }
}

/* ---- Lists ---- */

static int read_list(struct hlsim_plan *plan, const char *text, size_t *ret_line)
{
    const char *what = NULL;
    int result;

    hlsim_plan_init(plan, hlsim_cut_places, HLSIM_CUT_KINDS);
    result = hlsim_plan_read(plan, text, strlen(text), ret_line, &what);
    CU_ASSERT_EQUAL(result < 0, what != NULL);
    return result;
}

static void a_list_is_sorted_and_has_no_place_twice(void)
{
    struct hlsim_plan plan;
    size_t line;

    CU_ASSERT_EQUAL(read_list(&plan,
                              "# places\n\n net:3:nothing \r\nprogram:12:prefix # why\n"
                              "program:12:nothing\nnet:3:nothing\nprogram:2:complete",
                              &line),
                    0);
    CU_ASSERT_EQUAL_FATAL(plan.count, 4);
    CU_ASSERT_TRUE(place_is(&plan.places[0], HLSIM_CUT_PROGRAM, 2, HLSIM_TORN_COMPLETE));
    CU_ASSERT_TRUE(place_is(&plan.places[1], HLSIM_CUT_PROGRAM, 12, HLSIM_TORN_NOTHING));
    CU_ASSERT_TRUE(place_is(&plan.places[2], HLSIM_CUT_PROGRAM, 12, HLSIM_TORN_PREFIX));
    CU_ASSERT_TRUE(place_is(&plan.places[3], HLSIM_CUT_NET, 3, HLSIM_TORN_NOTHING));
    hlsim_plan_free(&plan);
}

static void a_mistake_in_a_list_is_told_with_its_line(void)
{
    static const char *const texts[] = {
        "net:3:nothing\n\nnet:3:nothing net:4:nothing\n",
        "# a\n# b\nnet:3:nothing-and-then-much-more-text-than-any-place-could-ever-have-had",
        "net:1:nothing\nnet:2:nothing\nnet:3:sometimes",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct hlsim_plan plan;
        size_t line = 0;

        CU_ASSERT_EQUAL(read_list(&plan, texts[i], &line), HLSIM_E_FORMAT);
        CU_ASSERT_EQUAL(line, 3);
        hlsim_plan_free(&plan);
    }
}

static void an_operation_finds_its_places(void)
{
    struct hlsim_plan plan;
    size_t first;
    size_t line;

    CU_ASSERT_EQUAL(read_list(&plan,
                              "erase:1:nothing\nprogram:7:nothing\nprogram:7:complete\n"
                              "program:9:prefix\n",
                              &line),
                    0);
    CU_ASSERT_EQUAL(hlsim_plan_at(&plan, HLSIM_CUT_PROGRAM, 7, &first), 2);
    CU_ASSERT_EQUAL(first, 0);
    CU_ASSERT_EQUAL(hlsim_plan_at(&plan, HLSIM_CUT_PROGRAM, 8, &first), 0);
    CU_ASSERT_EQUAL(hlsim_plan_at(&plan, HLSIM_CUT_PROGRAM, 9, &first), 1);
    CU_ASSERT_EQUAL(first, 2);
    CU_ASSERT_EQUAL(hlsim_plan_at(&plan, HLSIM_CUT_ERASE, 1, &first), 1);
    CU_ASSERT_EQUAL(first, 3);
    CU_ASSERT_EQUAL(hlsim_plan_at(&plan, HLSIM_CUT_NET, 1, &first), 0);
    hlsim_plan_free(&plan);
    CU_ASSERT_EQUAL(hlsim_plan_at(&plan, HLSIM_CUT_PROGRAM, 7, &first), 0);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_text_of_a_place_is_read_back),
    SUITE_TEST(a_place_that_is_none_is_refused),
    SUITE_TEST(a_degree_that_makes_no_difference_is_no_place),
    SUITE_TEST(plans_are_told_apart_by_their_texts),
    SUITE_TEST(a_linear_plan_has_every_place_once),
    SUITE_TEST(a_random_plan_has_as_many_as_asked_for_of_every_kind_alike),
    SUITE_TEST(few_places_go_to_as_many_kinds_as_there_are_places),
    SUITE_TEST(more_than_there_are_means_all),
    SUITE_TEST(the_seed_alone_decides_the_choice),
    SUITE_TEST(the_choice_is_spread_over_the_whole_run),
    SUITE_TEST(a_list_is_sorted_and_has_no_place_twice),
    SUITE_TEST(a_mistake_in_a_list_is_told_with_its_line),
    SUITE_TEST(an_operation_finds_its_places),
};

int main(void)
{
    return suite_run("plan", tests, sizeof tests / sizeof *tests);
}
