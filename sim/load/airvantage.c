/*
 * The key `airvantage`: systems, packages and operations at the far side.
 */
#include "load/parts.h"

#include <stdio.h>
#include <string.h>

static const struct hlsim__text_size id_size = {1, sizeof((struct hlsim_package_plan *)0)->id};
static const struct hlsim__text_size file_size = {1, sizeof((struct hlsim_package_plan *)0)->file};
static const struct hlsim__range package_sizes = {HLSIM_PACKAGE_SIZE_MIN, HLSIM_PACKAGE_SIZE_MAX};

static void read_break(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    const char *choices[HLSIM_PACKAGE_BREAKS + 1] = {NULL};
    enum hlsim_package_break *broken = target;
    int choice;

    (void)about;
    for (int i = 0; i < HLSIM_PACKAGE_BREAKS; i++) {
        choices[i] = hlsim_package_break_name((enum hlsim_package_break)i);
    }
    choice = hlsim__reader_wants_choice(reader, value, choices);
    if (choice >= 0) {
        *broken = (enum hlsim_package_break)choice;
    }
}

#define PLAN(key, must, function, field, more)                                                     \
    {                                                                                              \
        .name = (key), .required = (must), .read = (function),                                     \
        .offset = offsetof(struct hlsim_package_plan, field), .about = (more)                      \
    }

static const struct hlsim__key filed_package_keys[] = {
    HLSIM__KEY_ABOUT,
    PLAN("id", true, hlsim__read_text, id, &id_size),
    PLAN("file", true, hlsim__read_text, file, &file_size),
};

static const struct hlsim__key built_package_keys[] = {
    HLSIM__KEY_ABOUT,
    PLAN("id", true, hlsim__read_text, id, &id_size),
    PLAN("file", false, hlsim__read_text, file, &file_size),
    PLAN("from", false, hlsim__read_version, from, NULL),
    PLAN("to", true, hlsim__read_version, to, NULL),
    PLAN("size", true, hlsim__read_unsigned, size, &package_sizes),
    PLAN("full", false, hlsim__read_bool, full, NULL),
    PLAN("break", false, read_break, broken, NULL),
};

_Static_assert(sizeof(uint32_t) == sizeof(unsigned), "a size is read as an unsigned");

static void read_package(struct hlsim__reader *reader, const cJSON *value,
                         struct hlsim_package_plan *plan)
{
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    if (cJSON_GetObjectItemCaseSensitive(value, "file") != NULL) {
        HLSIM__READ_OBJECT(reader, value, filed_package_keys, plan);
        return;
    }
    HLSIM__READ_OBJECT(reader, value, built_package_keys, plan);
    if (!plan->full && cJSON_GetObjectItemCaseSensitive(value, "from") == NULL) {
        hlsim__reader_complain(reader, "\"from\" is missing, for the package is not \"full\"");
    }
    if (!plan->full && plan->size > 0 && plan->size < HLSIM_PACKAGE_DELTA_SIZE_MIN) {
        hlsim__reader_enter(reader, "size");
        hlsim__reader_complain(reader, "expected at least %d, for the package is a delta",
                               HLSIM_PACKAGE_DELTA_SIZE_MIN);
        hlsim__reader_leave(reader);
    }
    if (plan->full && cJSON_GetObjectItemCaseSensitive(value, "from") != NULL) {
        hlsim__reader_enter(reader, "from");
        hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY,
                        "\"from\" does not go with a \"full\" package, which fits any version");
        hlsim__reader_leave(reader);
    }
}

static void read_packages(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    struct hlsim_setup *setup = reader->setup;
    const cJSON *element;

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 0, HLSIM_PACKAGES_MAX)) {
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        struct hlsim_package_plan *plan = &setup->packages[setup->package_count];

        hlsim__reader_enter_index(reader, setup->package_count);
        read_package(reader, element, plan);
        for (size_t i = 0; i < setup->package_count && plan->id[0] != '\0'; i++) {
            if (strcmp(setup->packages[i].id, plan->id) == 0) {
                hlsim__reader_enter(reader, "id");
                hlsim__reader_complain(reader, "package %zu has this id already", i);
                hlsim__reader_leave(reader);
            }
        }
        hlsim__reader_leave(reader);
        setup->package_count++;
    }
}

static void read_operation_id(struct hlsim__reader *reader, const cJSON *value, void *target,
                              const void *about)
{
    (void)about;
    hlsim__reader_wants_operation_id(reader, value, target);
}

static void read_kind(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    static const char *const choices[] = {
#define KIND_CHOICE(name, text) text,
        HLSIM_OPERATION_MAP(KIND_CHOICE)
#undef KIND_CHOICE
            NULL};
    enum hlsim_operation_kind *kind = target;
    int choice = hlsim__reader_wants_choice(reader, value, choices);

    (void)about;
    if (choice >= 0) {
        *kind = (enum hlsim_operation_kind)choice;
    }
}

/* A duration, or "none", which is 0. */
static void read_or_none(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    int64_t *duration = target;

    (void)about;
    if (!cJSON_IsString(value) || strcmp(value->valuestring, "none") != 0) {
        hlsim__reader_wants_duration(reader, value, duration);
    }
}

#define OPERATION(key, function, field, more)                                                      \
    {                                                                                              \
        .name = (key), .read = (function),                                                         \
        .offset = offsetof(struct hlsim_operation_config, field), .about = (more)                  \
    }

static const struct hlsim__key operation_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "at",
     .required = true,
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_operation_config, at)},
    OPERATION("kind", read_kind, kind, NULL),
    OPERATION("upgrade", hlsim__read_text, package, &id_size),
    OPERATION("force", hlsim__read_bool, force, NULL),
    OPERATION("polling", read_or_none, polling, NULL),
    OPERATION("start", hlsim__read_duration, start, NULL),
    OPERATION("timeout", read_or_none, timeout, NULL),
    OPERATION("id", read_operation_id, id, NULL),
};

static void read_operation(struct hlsim__reader *reader, const cJSON *value,
                           struct hlsim_operation_config *operation)
{
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    HLSIM__READ_OBJECT(reader, value, operation_keys, operation);
    hlsim__check_operation_keys(reader, value);
    if (operation->kind == HLSIM_OPERATION_UPGRADE &&
        cJSON_GetObjectItemCaseSensitive(value, "upgrade") == NULL) {
        hlsim__reader_complain(reader, "\"upgrade\" is missing");
    }
}

/* No two operations have one name. */
static void complain_about_twin(struct hlsim__reader *reader,
                                const struct hlsim_airvantage_config *airvantage)
{
    const char *id = airvantage->operations[airvantage->operation_count].id;

    for (size_t i = 0; i < airvantage->operation_count && id[0] != '\0'; i++) {
        if (strcmp(airvantage->operations[i].id, id) == 0) {
            hlsim__reader_enter(reader, "id");
            hlsim__reader_complain(reader, "operation %zu has this id already", i);
            hlsim__reader_leave(reader);
        }
    }
}

static void read_operations(struct hlsim__reader *reader, const cJSON *value, void *target,
                            const void *about)
{
    struct hlsim_airvantage_config *airvantage = &reader->setup->world.airvantage;
    const cJSON *element;

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 0, HLSIM_OPERATIONS_MAX)) {
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter_index(reader, airvantage->operation_count);
        read_operation(reader, element, &airvantage->operations[airvantage->operation_count]);
        complain_about_twin(reader, airvantage);
        hlsim__reader_leave(reader);
        airvantage->operation_count++;
    }
}

static void read_system(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    static const char *const choices[] = {"registered", "unknown", NULL};
    struct hlsim_airvantage_config *airvantage = target;

    (void)about;
    airvantage->registered = hlsim__reader_wants_choice(reader, value, choices) == 0;
}

static void read_security(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    static const char *const choices[] = {"none", "psk", NULL};
    struct hlsim_airvantage_config *airvantage = target;
    int choice = hlsim__reader_wants_choice(reader, value, choices);

    (void)about;
    if (choice == 1 && !hlsim_has_dtls()) {
        hlsim__reader_complain(reader, "\"psk\" needs a build with DTLS: this one has "
                                       "HL78SIM_DTLS=OFF");
    } else if (choice >= 0) {
        airvantage->security = choice == 1 ? HLSIM_SECURITY_PSK : HLSIM_SECURITY_NONE;
    }
}

static void read_wrong_key(struct hlsim__reader *reader, const cJSON *value, void *target,
                           const void *about)
{
    static const char *const choices[] = {"silence", "alert", NULL};
    struct hlsim_airvantage_config *airvantage = target;

    (void)about;
    airvantage->wrong_key_alert = hlsim__reader_wants_choice(reader, value, choices) == 1;
}

static void read_span(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    int64_t *span = target;

    (void)about;
    if (hlsim__reader_wants_duration(reader, value, span) && *span < HLSIM_SECOND) {
        hlsim__reader_complain(reader, "expected at least one second");
    }
}

/* A span, or "never". */
static void read_age(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    int64_t *age = target;

    if (cJSON_IsString(value) && strcmp(value->valuestring, "never") == 0) {
        *age = HLSIM_NEVER;
    } else {
        read_span(reader, value, target, about);
    }
}

#define SPAN(key, function)                                                                        \
    {                                                                                              \
        .name = #key, .read = (function), .offset = offsetof(struct hlsim_airvantage_config, key)  \
    }

static void read_lifecycle(struct hlsim__reader *reader, const cJSON *value, void *target,
                           const void *about)
{
    static const char *const choices[] = {
#define LIFECYCLE_CHOICE(name, text) text,
        HLSIM_LIFECYCLE_MAP(LIFECYCLE_CHOICE)
#undef LIFECYCLE_CHOICE
            NULL};
    struct hlsim_airvantage_config *airvantage = target;
    int choice = hlsim__reader_wants_choice(reader, value, choices);

    (void)about;
    if (choice >= 0) {
        airvantage->lifecycle = (enum hlsim_lifecycle)choice;
    }
}

static void read_reboot_done(struct hlsim__reader *reader, const cJSON *value, void *target,
                             const void *about)
{
    static const char *const choices[] = {"answer", "registration", NULL};
    struct hlsim_airvantage_config *airvantage = target;

    (void)about;
    airvantage->reboot_awaits_registration =
        hlsim__reader_wants_choice(reader, value, choices) == 1;
}

static const struct hlsim__key airvantage_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "security", .read = read_security},
    {.name = "wrong_key", .read = read_wrong_key},
    {.name = "system", .read = read_system},
    SPAN(awake, read_span),
    SPAN(dm_validity, read_age),
    SPAN(rotation_min, read_age),
    SPAN(rotation_max, read_span),
    {.name = "lifecycle", .read = read_lifecycle},
    {.name = "reboot_done", .read = read_reboot_done},
    {.name = "packages", .read = read_packages},
    {.name = "operations", .read = read_operations},
};

/* One of the two may have its default. */
static void check_rotation(struct hlsim__reader *reader,
                           const struct hlsim_airvantage_config *airvantage)
{
    int64_t least = airvantage->rotation_min != 0 ? airvantage->rotation_min : 30 * HLSIM_DAY;
    int64_t most = airvantage->rotation_max != 0 ? airvantage->rotation_max : 45 * HLSIM_DAY;

    if (least != HLSIM_NEVER && least > most) {
        hlsim__reader_complain(reader, "expected a \"rotation_min\" (else 30 days) of at most "
                                       "\"rotation_max\" (else 45 days)");
    }
}

void hlsim__read_airvantage(struct hlsim__reader *reader, const cJSON *value, void *target,
                            const void *about)
{
    (void)target;
    (void)about;
    HLSIM__READ_OBJECT(reader, value, airvantage_keys, &reader->setup->world.airvantage);
    check_rotation(reader, &reader->setup->world.airvantage);
}

void hlsim__resolve_operations(struct hlsim__reader *reader)
{
    const struct hlsim_setup *setup = reader->setup;
    const struct hlsim_airvantage_config *airvantage = &setup->world.airvantage;
    char pointer[80];

    for (size_t i = 0; i < airvantage->operation_count; i++) {
        const char *wanted = airvantage->operations[i].package;
        struct hlsim__nearest nearest;
        char hint[HLSIM__HINT_SIZE];
        bool known = wanted[0] == '\0' || strcmp(wanted, "latest") == 0;

        hlsim__nearest_init(&nearest, wanted);
        for (size_t j = 0; j < setup->package_count; j++) {
            known = known || strcmp(setup->packages[j].id, wanted) == 0;
            hlsim__nearest_offer(&nearest, setup->packages[j].id);
        }
        if (!known) {
            snprintf(pointer, sizeof pointer, "/airvantage/operations/%zu/upgrade", i);
            hlsim__complain(reader->source, pointer, HLSIM__SPOT_VALUE,
                            "no package has the id \"%s\"%s", wanted,
                            hlsim__nearest_hint(&nearest, hint));
        }
    }
}
