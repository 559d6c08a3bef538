/*
 * Texts of plans and places, and the choice among places. Knows no world.
 */
#include <hl78sim/explore.h>

#include "base/assert.h"
#include "base/rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL_TORN                                                                                   \
    (HLSIM_TORN_BIT(HLSIM_TORN_NOTHING) | HLSIM_TORN_BIT(HLSIM_TORN_PREFIX) |                      \
     HLSIM_TORN_BIT(HLSIM_TORN_COMPLETE))

/* A barrier has nothing to tear; half a datagram does not exist. */
const struct hlsim_place_kind hlsim_cut_places[HLSIM_CUT_KINDS] = {
    [HLSIM_CUT_PROGRAM] = {"program", ALL_TORN},
    [HLSIM_CUT_ERASE] = {"erase", ALL_TORN},
    [HLSIM_CUT_SYNC] = {"sync", HLSIM_TORN_BIT(HLSIM_TORN_NOTHING)},
    [HLSIM_CUT_LINK] = {"link", ALL_TORN},
    [HLSIM_CUT_NET] = {"net",
                       HLSIM_TORN_BIT(HLSIM_TORN_NOTHING) | HLSIM_TORN_BIT(HLSIM_TORN_COMPLETE)},
};

static unsigned degrees(const struct hlsim_place_kind *kind)
{
    unsigned count = 0;

    for (int torn = 0; torn < HLSIM_TORN_KINDS; torn++) {
        count += (kind->torn & HLSIM_TORN_BIT(torn)) != 0;
    }
    return count;
}

uint64_t hlsim_plan_places(const struct hlsim_place_kind *kinds, size_t kind_count,
                           const uint64_t *occurrences)
{
    uint64_t sum = 0;

    for (size_t kind = 0; kind < kind_count; kind++) {
        sum += occurrences[kind] * degrees(&kinds[kind]);
    }
    return sum;
}

/* ---- Texts ---- */

/* A number from 1 on, which ends at `end`. */
static bool read_count(const char *text, const char *end, uint64_t *ret_count)
{
    uint64_t count = 0;

    if (text == end || end - text > 18) {
        return false;
    }
    for (; text < end; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        count = count * 10 + (uint64_t)(*text - '0');
    }
    *ret_count = count;
    return count > 0;
}

void hlsim_place_format(const struct hlsim_place *place, const struct hlsim_place_kind *kinds,
                        char *text, size_t size)
{
    int length = snprintf(text, size, "%s:%" PRIu64 ":%s", kinds[place->kind].name,
                          place->occurrence, hlsim_torn_name(place->torn));

    HLSIM_ASSERT(length > 0 && (size_t)length < size);
}

static bool find_kind(const char *text, size_t length, const struct hlsim_place_kind *kinds,
                      size_t kind_count, unsigned *ret_kind)
{
    for (size_t kind = 0; kind < kind_count; kind++) {
        if (strlen(kinds[kind].name) == length && strncmp(kinds[kind].name, text, length) == 0) {
            *ret_kind = (unsigned)kind;
            return true;
        }
    }
    return false;
}

int hlsim_place_parse(const char *text, const struct hlsim_place_kind *kinds, size_t kind_count,
                      struct hlsim_place *ret_place, const char **reterr_what)
{
    size_t name = strcspn(text, ":");
    const char *number = text[name] == ':' ? text + name + 1 : text + name;
    const char *end = number + strcspn(number, ":");
    struct hlsim_place place;
    int torn = *end == ':' ? hlsim_torn_find(end + 1) : -1;

    if (!find_kind(text, name, kinds, kind_count, &place.kind)) {
        *reterr_what = "a place such as send:3:nothing or program:12:prefix, of a kind that this "
                       "fault knows";
        return HLSIM_E_FORMAT;
    }
    if (!read_count(number, end, &place.occurrence)) {
        *reterr_what = "a number from 1 on after the kind and a colon";
        return HLSIM_E_FORMAT;
    }
    if (torn < 0 || (kinds[place.kind].torn & HLSIM_TORN_BIT(torn)) == 0) {
        *reterr_what = "nothing, prefix or complete, where it makes a difference, at the end";
        return HLSIM_E_FORMAT;
    }
    place.torn = (enum hlsim_torn)torn;
    *ret_place = place;
    return 0;
}

int hlsim_plan_spec_parse(const char *text, struct hlsim_plan_spec *ret_spec)
{
    struct hlsim_plan_spec spec = {.kind = HLSIM_PLAN_LINEAR};

    if (strcmp(text, "none") == 0 || strcmp(text, "log") == 0 ||
        strncmp(text, "exhaustive:", 11) == 0) {
        return HLSIM_E_UNSUPPORTED;
    }
    if (strncmp(text, "random:", 7) == 0) {
        spec.kind = HLSIM_PLAN_RANDOM;
        if (!read_count(text + 7, text + strlen(text), &spec.count)) {
            return HLSIM_E_FORMAT;
        }
    } else if (strncmp(text, "list:", 5) == 0 && text[5] != '\0') {
        spec.kind = HLSIM_PLAN_LIST;
        spec.file = text + 5;
    } else if (strcmp(text, "linear") != 0) {
        return HLSIM_E_FORMAT;
    }
    *ret_spec = spec;
    return 0;
}

/* ---- The set of places ---- */

void hlsim_plan_init(struct hlsim_plan *plan, const struct hlsim_place_kind *kinds,
                     size_t kind_count)
{
    HLSIM_ASSERT(kind_count <= HLSIM_PLACE_KINDS_MAX);
    *plan = (struct hlsim_plan){.kinds = kinds, .kind_count = kind_count};
}

void hlsim_plan_free(struct hlsim_plan *plan)
{
    free(plan->places);
    hlsim_plan_init(plan, plan->kinds, plan->kind_count);
}

static int add(struct hlsim_plan *plan, const struct hlsim_place *place)
{
    if (plan->count == HLSIM_PLACES_MAX) {
        return HLSIM_E_LIMIT;
    }
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity == 0 ? 64 : 2 * plan->capacity;
        struct hlsim_place *places = realloc(plan->places, capacity * sizeof *places);

        if (places == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        plan->places = places;
        plan->capacity = capacity;
    }
    plan->places[plan->count++] = *place;
    return 0;
}

/*
 * Gives every kind the same share of `wanted`, and what a kind with few places leaves over to the
 * others, earlier kinds first.
 */
static void share_out(const struct hlsim_plan *plan, const uint64_t *occurrences, uint64_t wanted,
                      uint64_t *shares)
{
    bool progress = true;

    memset(shares, 0, plan->kind_count * sizeof *shares);
    while (wanted > 0 && progress) {
        size_t open = 0;
        uint64_t each;

        progress = false;
        for (size_t kind = 0; kind < plan->kind_count; kind++) {
            open += shares[kind] < occurrences[kind] * degrees(&plan->kinds[kind]);
        }
        each = open == 0 || wanted < open ? 1 : wanted / open;
        for (size_t kind = 0; kind < plan->kind_count && wanted > 0; kind++) {
            uint64_t left = occurrences[kind] * degrees(&plan->kinds[kind]) - shares[kind];
            uint64_t given = each < left ? each : left;

            given = given < wanted ? given : wanted;
            shares[kind] += given;
            wanted -= given;
            progress = progress || given > 0;
        }
    }
}

/* Takes `wanted` of one kind's places, each set of them as likely as another (Knuth, volume 2,
 * 3.4.2, algorithm S). */
static int select_kind(struct hlsim_plan *plan, unsigned kind, uint64_t occurrences,
                       uint64_t wanted, struct hlsim__rng *rng)
{
    uint64_t left = occurrences * degrees(&plan->kinds[kind]);
    int result = 0;

    for (uint64_t occurrence = 1; occurrence <= occurrences; occurrence++) {
        for (int torn = 0; torn < HLSIM_TORN_KINDS; torn++) {
            const struct hlsim_place place = {
                .kind = kind, .torn = (enum hlsim_torn)torn, .occurrence = occurrence};

            if ((plan->kinds[kind].torn & HLSIM_TORN_BIT(torn)) == 0) {
                continue;
            }
            if (wanted > 0 && hlsim__rng_below(rng, left) < wanted) {
                result = add(plan, &place);
                wanted--;
            }
            left--;
            if (result < 0) {
                return result;
            }
        }
    }
    return 0;
}

int hlsim_plan_select(struct hlsim_plan *plan, const struct hlsim_plan_spec *spec,
                      const uint64_t *occurrences, uint64_t seed)
{
    uint64_t places = hlsim_plan_places(plan->kinds, plan->kind_count, occurrences);
    uint64_t wanted =
        spec->kind == HLSIM_PLAN_RANDOM && spec->count < places ? spec->count : places;
    uint64_t shares[HLSIM_PLACE_KINDS_MAX];
    struct hlsim__rng rng;
    int result = 0;

    HLSIM_ASSERT(spec->kind != HLSIM_PLAN_LIST && plan->count == 0);
    hlsim__rng_init(&rng, seed, "explore");
    share_out(plan, occurrences, wanted, shares);
    for (size_t kind = 0; result == 0 && kind < plan->kind_count; kind++) {
        result = select_kind(plan, (unsigned)kind, occurrences[kind], shares[kind], &rng);
    }
    return result;
}

static int compare(const void *left, const void *right)
{
    const struct hlsim_place *a = left;
    const struct hlsim_place *b = right;

    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    if (a->occurrence != b->occurrence) {
        return a->occurrence < b->occurrence ? -1 : 1;
    }
    return (a->torn > b->torn) - (a->torn < b->torn);
}

static void sort(struct hlsim_plan *plan)
{
    size_t kept = 0;

    if (plan->count == 0) {
        return;
    }
    qsort(plan->places, plan->count, sizeof *plan->places, compare);
    for (size_t i = 1; i < plan->count; i++) {
        if (compare(&plan->places[kept], &plan->places[i]) != 0) {
            plan->places[++kept] = plan->places[i];
        }
    }
    plan->count = kept + 1;
}

/* Reads one line of a list without its end; a line without a place adds nothing. */
static int read_line(struct hlsim_plan *plan, const char *line, size_t size,
                     const char **reterr_what)
{
    char text[HLSIM_PLACE_TEXT];
    struct hlsim_place place;
    size_t end = 0;
    int result;

    while (end < size && line[end] != '#') {
        end++;
    }
    while (end > 0 && memchr(" \t\r", line[end - 1], 3) != NULL) {
        end--;
    }
    while (end > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        end--;
    }
    if (end == 0) {
        return 0;
    }
    if (end >= sizeof text || memchr(line, '\0', end) != NULL) {
        *reterr_what = "a place of a line";
        return HLSIM_E_FORMAT;
    }
    memcpy(text, line, end);
    text[end] = '\0';
    result = hlsim_place_parse(text, plan->kinds, plan->kind_count, &place, reterr_what);
    return result < 0 ? result : add(plan, &place);
}

int hlsim_plan_read(struct hlsim_plan *plan, const char *text, size_t size, size_t *reterr_line,
                    const char **reterr_what)
{
    size_t line = 0;

    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        size_t length = end == NULL ? size : (size_t)(end - text);
        int result = read_line(plan, text, length, reterr_what);

        line++;
        if (result < 0) {
            *reterr_line = line;
            return result;
        }
        text += end == NULL ? length : length + 1;
        size -= end == NULL ? length : length + 1;
    }
    sort(plan);
    return 0;
}

size_t hlsim_plan_at(const struct hlsim_plan *plan, unsigned kind, uint64_t occurrence,
                     size_t *ret_first)
{
    const struct hlsim_place wanted = {
        .kind = kind, .torn = HLSIM_TORN_NOTHING, .occurrence = occurrence};
    size_t low = 0;
    size_t high = plan->count;
    size_t count = 0;

    /* The first place that does not come before the operation. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(&plan->places[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ret_first = low;
    while (low + count < plan->count && plan->places[low + count].kind == kind &&
           plan->places[low + count].occurrence == occurrence) {
        count++;
    }
    return count;
}
