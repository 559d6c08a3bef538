/*
 * JSON text -> setup: checks the syntax, applies the overrides, reads the table of top-level keys,
 * finds the profile.
 */
#include "load/action.h"
#include "load/expect.h"
#include "load/figures.h"
#include "load/json.h"
#include "load/matcher.h"
#include "load/override.h"
#include "load/parts.h"
#include "load/profile.h"
#include "load/shipped.h"

#include <hl78sim/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_PROFILE "HL7800-4.6.8.0"
#define DEFAULT_SEED    1
#define DEFAULT_LIMIT   (2 * HLSIM_HOUR)
/* 2024-10-01T08:00:00Z, the month of AN5.0. */
#define DEFAULT_EPOCH 1727769600

/* ---- Profiles by name ---- */

/* Appends to a list in words. */
static void add_word(char *list, size_t size, const char *word)
{
    size_t used = strlen(list);

    snprintf(list + used, size - used, "%s%s", used == 0 ? "" : ", ", word);
}

/* The firmwares of its model, or else the models. */
static void list_what_there_is(const char *wanted, char *list, size_t size)
{
    for (size_t i = 0; i < hlsim__shipped_profile_count; i++) {
        const struct hlsim__shipped *shipped = &hlsim__shipped_profiles[i];
        size_t model = strlen(shipped->model);

        if (strncmp(shipped->model, wanted, model) == 0 && wanted[model] == '-' &&
            strchr(wanted + model + 1, '-') == NULL) {
            snprintf(list, size, "%s has %s", shipped->model, shipped->firmwares[0]);
            for (size_t j = 1; shipped->firmwares[j] != NULL; j++) {
                add_word(list, size, shipped->firmwares[j]);
            }
            return;
        }
    }
    snprintf(list, size, "there are firmwares of %s", hlsim__shipped_profiles[0].model);
    for (size_t i = 1; i < hlsim__shipped_profile_count; i++) {
        add_word(list, size, hlsim__shipped_profiles[i].model);
    }
}

static void complain_about_profile(struct hlsim__reader *reader)
{
    const char *wanted = reader->setup->profile;
    struct hlsim__nearest nearest;
    char name[64];
    char best[64] = "";
    char hint[HLSIM__HINT_SIZE];
    char list[160];

    hlsim__nearest_init(&nearest, wanted);
    for (size_t i = 0; hlsim_shipped_profile_name(i, name, sizeof name) != NULL; i++) {
        hlsim__nearest_offer(&nearest, name);
        if (nearest.best == name) {
            strcpy(best, name);
            nearest.best = best;
        }
    }
    list_what_there_is(wanted, list, sizeof list);
    hlsim__complain(reader->source, "/modem/profile", HLSIM__SPOT_VALUE,
                    "unknown profile \"%.60s\"%s; %s", wanted, hlsim__nearest_hint(&nearest, hint),
                    list);
}

static void choose(struct hlsim_setup *setup, size_t firmware)
{
    snprintf(setup->modem.firmware, sizeof setup->modem.firmware, "%s",
             setup->family->profiles[firmware].firmware);
}

/* "mine.json" is the highest firmware that stands in it, "mine.json:4.6.8.0" one of them. */
static void load_file_profile(struct hlsim__reader *reader,
                              const struct hlsim_load_options *options)
{
    struct hlsim_setup *setup = reader->setup;
    char name[sizeof setup->profile];
    const char *version = hlsim__profile_file_name(setup->profile, name, sizeof name);
    size_t size = 0;
    const char *text =
        options->profile_text == NULL ? NULL : options->profile_text(options->user, name, &size);

    if (text == NULL) {
        hlsim__complain(reader->source, "/modem/profile", HLSIM__SPOT_VALUE,
                        "the file \"%s\" cannot be read", name);
        return;
    }
    if (hlsim_load_profile(text, size, name, &setup->family, reader->source->diagnostics) < 0) {
        return;
    }
    for (size_t i = 0; version != NULL && i < setup->family->count; i++) {
        if (strcmp(setup->family->profiles[i].firmware, version) == 0) {
            choose(setup, i);
            return;
        }
    }
    choose(setup, setup->family->chosen);
    if (version != NULL) {
        hlsim__complain(reader->source, "/modem/profile", HLSIM__SPOT_VALUE,
                        "the file \"%s\" has no firmware %s", name, version);
    }
}

static void load_shipped_profile(struct hlsim__reader *reader)
{
    struct hlsim_setup *setup = reader->setup;
    const char *firmware = NULL;
    const struct hlsim__shipped *shipped = hlsim__shipped_find(setup->profile, &firmware);

    if (shipped == NULL) {
        complain_about_profile(reader);
        return;
    }
    hlsim_load_profile((const char *)shipped->text, shipped->size, shipped->file, &setup->family,
                       reader->source->diagnostics);
    snprintf(setup->modem.firmware, sizeof setup->modem.firmware, "%s", firmware);
}

static void resolve_profile(struct hlsim__reader *reader, const struct hlsim_load_options *options)
{
    struct hlsim_setup *setup = reader->setup;
    const struct hlsim__figure_info *figure = hlsim__figure_find("register_after");
    struct hlsim__figures figures;

    if (hlsim_profile_name_is_file(setup->profile)) {
        load_file_profile(reader, options);
    } else {
        load_shipped_profile(reader);
    }
    if (reader->register_after != NULL && setup->family != NULL) {
        hlsim__reader_wants_duration(reader, reader->register_after, &figures.register_after);
        hlsim__apply_figure(setup->family, figure, &figures);
    }
    if (reader->set != NULL) {
        hlsim__reader_enter(reader, "modem");
        hlsim__reader_enter(reader, "set");
        hlsim__apply_set(reader, reader->set, setup->family);
        hlsim__reader_leave(reader);
        hlsim__reader_leave(reader);
    }
}

/* ---- The table of top-level keys ---- */

static void read_epoch(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_setup *setup = target;

    (void)about;
    if (!cJSON_IsString(value) || hlsim_date_parse(value->valuestring, &setup->world.epoch) < 0) {
        hlsim__reader_complain(reader, "expected a date such as \"2024-10-01T08:00:00Z\"");
    }
}

static void read_seed(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_setup *setup = target;
    int64_t seed;

    (void)about;
    if (hlsim__reader_wants_integer(reader, value, 0, 9007199254740991, &seed)) {
        setup->world.seed = (uint64_t)seed;
    }
}

/* A tag is a word of small letters, digits, '-', '_' and '.'. */
static bool is_tag(const cJSON *value)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    size_t size = cJSON_IsString(value) ? strlen(value->valuestring) : 0;

    return size > 0 && size < HLSIM_TAG_MAX && strspn(value->valuestring, allowed) == size;
}

static bool has_tag(const struct hlsim_scenario *scenario, const char *tag)
{
    for (size_t i = 0; i < scenario->tag_count; i++) {
        if (strcmp(scenario->tags[i], tag) == 0) {
            return true;
        }
    }
    return false;
}

static void read_tags(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_scenario *scenario = &((struct hlsim_setup *)target)->scenario;
    const cJSON *element;
    size_t index = 0;

    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 1, HLSIM_TAGS_MAX)) {
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter_index(reader, index++);
        if (!is_tag(element)) {
            hlsim__reader_complain(
                reader, "expected a word of 1 to %d small letters, digits, '-', '_' and '.'",
                HLSIM_TAG_MAX - 1);
        } else if (has_tag(scenario, element->valuestring)) {
            hlsim__reader_complain(reader, "the tag \"%s\" stands here twice",
                                   element->valuestring);
        } else {
            strcpy(scenario->tags[scenario->tag_count++], element->valuestring);
        }
        hlsim__reader_leave(reader);
    }
}

static void read_end_when(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    struct hlsim_scenario *scenario = target;

    scenario->has_end = true;
    hlsim__read_matcher(reader, value, &scenario->end_when, about);
}

static const struct hlsim__key ends_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "limit",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_scenario, limit)},
    {.name = "when", .read = read_end_when},
    {.name = "after",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_scenario, end_after)},
};

static void read_ends(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    (void)target;
    (void)about;
    HLSIM__READ_OBJECT(reader, value, ends_keys, &reader->setup->scenario);
    if (!cJSON_IsObject(value)) {
        return;
    }
    if (cJSON_GetObjectItemCaseSensitive(value, "limit") == NULL &&
        cJSON_GetObjectItemCaseSensitive(value, "when") == NULL) {
        hlsim__reader_complain(reader, "expected \"limit\" or \"when\"");
    }
    if (cJSON_GetObjectItemCaseSensitive(value, "after") != NULL &&
        cJSON_GetObjectItemCaseSensitive(value, "when") == NULL) {
        hlsim__reader_complain(reader, "\"after\" goes with \"when\" only");
    }
}

static const struct hlsim__text_size name_size = {1, sizeof((struct hlsim_scenario *)0)->name};
static const struct hlsim__text_size about_size = {0, sizeof((struct hlsim_scenario *)0)->about};
static const struct hlsim__text_size known_failure_size = {
    1, sizeof((struct hlsim_scenario *)0)->known_failure};

static const struct hlsim__key scenario_keys[] = {
    {.name = "$schema", .read = hlsim__read_ignored},
    {.name = "name",
     .required = true,
     .read = hlsim__read_text,
     .offset = offsetof(struct hlsim_setup, scenario.name),
     .about = &name_size},
    {.name = "about",
     .read = hlsim__read_text,
     .offset = offsetof(struct hlsim_setup, scenario.about),
     .about = &about_size},
    {.name = "seed", .read = read_seed},
    {.name = "epoch", .read = read_epoch},
    {.name = "modem", .read = hlsim__read_modem},
    {.name = "network", .read = hlsim__read_network},
    {.name = "airvantage", .read = hlsim__read_airvantage},
    {.name = "host", .read = hlsim__read_host},
    {.name = "actions", .read = hlsim__read_actions},
    {.name = "expect", .read = hlsim__read_expects},
    {.name = "ends", .read = read_ends},
    {.name = "responses", .read = hlsim__read_responses},
    {.name = "tags", .read = read_tags},
    {.name = "known_failure",
     .read = hlsim__read_text,
     .offset = offsetof(struct hlsim_setup, scenario.known_failure),
     .about = &known_failure_size},
};

static void fill_defaults(struct hlsim_setup *setup)
{
    setup->world.seed = DEFAULT_SEED;
    setup->world.epoch = DEFAULT_EPOCH;
    setup->scenario.limit = DEFAULT_LIMIT;
    strcpy(setup->profile, DEFAULT_PROFILE);
    hlsim_network_config_default(&setup->world.network);
    hlsim__modem_defaults(&setup->modem);
    setup->world.airvantage.registered = true;
    setup->world.airvantage.security = hlsim_has_dtls() ? HLSIM_SECURITY_PSK : HLSIM_SECURITY_NONE;
    setup->scenario.host.has_clock = true;
    setup->world.peers = hlsim_peers_usual(&setup->world.peer_count);
    setup->world.modem_count = 1;
    setup->world.modems = &setup->modem;
}

static void apply_overrides(struct hlsim__source *source, cJSON *root,
                            const struct hlsim_load_options *options)
{
    char label[128];

    if (options->override_count > HLSIM_OVERRIDES_MAX) {
        hlsim__complain_about(source, "--set", "expected %d of them at most", HLSIM_OVERRIDES_MAX);
        return;
    }
    for (size_t i = 0; i < options->override_count; i++) {
        hlsim__override_apply(source, root, options->overrides[i]);
    }
    if (options->profile != NULL) {
        snprintf(label, sizeof label, "--profile %.100s", options->profile);
        hlsim__override_text(source, root, "modem", "profile", options->profile, label);
    }
}

static void read_setup(struct hlsim__reader *reader, cJSON *root,
                       const struct hlsim_load_options *options)
{
    struct hlsim_setup *setup = reader->setup;

    if (!hlsim__reader_wants_object(reader, root)) {
        return;
    }
    apply_overrides(reader->source, root, options);
    HLSIM__READ_OBJECT(reader, root, scenario_keys, setup);
    hlsim__resolve_operations(reader);
    hlsim__resolve_host(reader);
    hlsim__resolve_actions(reader);
    if (!options->foreign_operations) {
        hlsim__resolve_operation_paths(reader);
    }
    resolve_profile(reader, options);
    hlsim__source_sort(reader->source);
    setup->modem.family = setup->family;
    if (setup->family != NULL) {
        enum hlsim__port_role roles[HLSIM__PORTS_MAX];
        const struct hlsim_profile *profile =
            hlsim__profile_choose(setup->family, setup->modem.firmware, hlsim_version_compare);

        setup->modem.ports = (unsigned)hlsim__port_roles(profile->figures.port_roles, roles);
    }
    if (options->has_seed) {
        setup->world.seed = options->seed;
    }
    setup->scenario.seed = setup->world.seed;
}

int hlsim_load_scenario(const char *text, size_t size, const struct hlsim_load_options *options,
                        struct hlsim_setup **ret_setup, struct hlsim_diagnostics *diagnostics)
{
    static const struct hlsim_load_options none;
    struct hlsim__source *source = malloc(sizeof *source);
    struct hlsim_setup *setup = calloc(1, sizeof *setup);
    struct hlsim__reader reader = {.source = source, .setup = setup};
    cJSON *root;
    bool good;

    if (source == NULL || setup == NULL) {
        free(source);
        free(setup);
        return HLSIM_E_NO_MEMORY;
    }
    options = options == NULL ? &none : options;
    hlsim__source_init(source, options->file == NULL ? "scenario" : options->file, text, size,
                       diagnostics);
    fill_defaults(setup);
    root = hlsim__source_parse(source);
    if (root != NULL) {
        read_setup(&reader, root, options);
    }
    good = hlsim__source_errors(source) == 0;
    cJSON_Delete(root);
    free(source);
    if (!good) {
        hlsim_setup_free(setup);
        return HLSIM_E_FORMAT;
    }
    *ret_setup = setup;
    return 0;
}
