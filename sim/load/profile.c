/*
 * JSON text -> all firmwares of a model: a base, then what each firmware does otherwise. Every
 * value names its evidence and its source; neither is kept, both are demanded.
 */
#include "load/profile.h"
#include "load/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One value of a profile as written: {"value", "evidence", "source"}. */
struct entry {
    const cJSON *value; /* NULL when it is missing */
};

static void keep_value(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct entry *entry = target;

    (void)reader;
    (void)about;
    entry->value = value;
}

static void read_evidence(struct hlsim__reader *reader, const cJSON *value, void *target,
                          const void *about)
{
    static const char *const evidences[] = {
#define EVIDENCE_TEXT(name, text) text,
        HLSIM_EVIDENCE_MAP(EVIDENCE_TEXT)
#undef EVIDENCE_TEXT
            NULL,
    };

    (void)target;
    (void)about;
    hlsim__reader_wants_choice(reader, value, evidences);
}

static void read_source(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    char source[256];

    (void)target;
    (void)about;
    hlsim__reader_wants_copy(reader, value, 1, source, sizeof source);
}

static const struct hlsim__key entry_keys[] = {
    {.name = "value", .required = true, .read = keep_value},
    {.name = "evidence", .required = true, .read = read_evidence},
    {.name = "source", .required = true, .read = read_source},
};

/* Checks an entry; its value, or NULL. The reader is at the entry. */
static const cJSON *read_entry(struct hlsim__reader *reader, const cJSON *object)
{
    struct entry entry = {NULL};

    HLSIM__READ_OBJECT(reader, object, entry_keys, &entry);
    return entry.value;
}

/* A part of a profile whose values have names that are known: figures, or quirks. */
struct section {
    const void *(*find)(const char *name); /* what has this name; NULL: nothing */
    void (*read)(struct hlsim__reader *reader, const cJSON *value, const void *what,
                 struct hlsim_profile *profile);
};

static void read_section(struct hlsim__reader *reader, const cJSON *object, void *target,
                         const void *about)
{
    const struct section *section = about;
    const cJSON *member;

    if (!hlsim__reader_wants_object(reader, object)) {
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        const void *what = section->find(member->string);
        const cJSON *value;

        if (what == NULL) {
            hlsim__figure_unknown(reader, member->string);
            continue;
        }
        hlsim__reader_enter(reader, member->string);
        value = read_entry(reader, member);
        if (value != NULL) {
            hlsim__reader_enter(reader, "value");
            section->read(reader, value, what, target);
            hlsim__reader_leave(reader);
        }
        hlsim__reader_leave(reader);
    }
}

static const void *find_figure(const char *name)
{
    return hlsim__figure_find(name);
}

static void read_figure(struct hlsim__reader *reader, const cJSON *value, const void *what,
                        struct hlsim_profile *profile)
{
    hlsim__read_figure(reader, value, what, &profile->figures);
}

static const struct section figures = {find_figure, read_figure};

static const void *find_quirk(const char *name)
{
    int quirk = hlsim__quirk_find(name);

    return quirk < 0 ? NULL : hlsim__quirk_at((enum hlsim_quirk)quirk);
}

static void read_quirk(struct hlsim__reader *reader, const cJSON *value, const void *what,
                       struct hlsim_profile *profile)
{
    const struct hlsim__quirk_info *quirk = what;

    hlsim__read_bool(reader, value, &profile->quirks[hlsim__quirk_find(quirk->name)], NULL);
}

static const struct section quirks = {find_quirk, read_quirk};

static bool is_command(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+%!&#*=?,\"";
    size_t size = strlen(text);

    return size > 0 && size < sizeof((struct hlsim__answer *)NULL)->command &&
           strspn(text, allowed) == size;
}

/* The answer's place: the one of the same command in the base, or a new one. */
static struct hlsim__answer *answer_place(struct hlsim__reader *reader,
                                          struct hlsim_profile *profile, const char *command)
{
    for (size_t i = 0; i < profile->answer_count; i++) {
        if (strcmp(profile->answers[i].command, command) == 0) {
            return &profile->answers[i];
        }
    }
    if (profile->answer_count == HLSIM_PROFILE_ANSWERS_MAX) {
        hlsim__reader_complain(reader, "expected %d answers at most", HLSIM_PROFILE_ANSWERS_MAX);
        return NULL;
    }
    return &profile->answers[profile->answer_count++];
}

static void read_answers(struct hlsim__reader *reader, const cJSON *object, void *target,
                         const void *about)
{
    struct hlsim_profile *profile = target;
    const cJSON *member;

    (void)about;
    if (!hlsim__reader_wants_object(reader, object)) {
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        struct hlsim__answer *answer;
        const cJSON *value;

        hlsim__reader_enter(reader, member->string);
        if (!is_command(member->string)) {
            hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY,
                            "expected a command in capitals without its AT, such as \"+CFUN=?\"");
        }
        value = read_entry(reader, member);
        answer = value == NULL ? NULL : answer_place(reader, profile, member->string);
        if (answer != NULL) {
            snprintf(answer->command, sizeof answer->command, "%s", member->string);
            hlsim__reader_enter(reader, "value");
            hlsim__reader_wants_copy(reader, value, 0, answer->lines, sizeof answer->lines);
            hlsim__reader_leave(reader);
        }
        hlsim__reader_leave(reader);
    }
}

static const struct hlsim__key base_keys[] = {
    {.name = "figures", .required = true, .read = read_section, .about = &figures},
    {.name = "quirks", .required = true, .read = read_section, .about = &quirks},
    {.name = "answers", .required = true, .read = read_answers},
};

/* Appends a name to a list in words. */
static void add_name(char *names, size_t size, const char *name)
{
    size_t used = strlen(names);

    snprintf(names + used, size - used, "%s\"%s\"", used == 0 ? "" : ", ", name);
}

static void check_base_is_complete(struct hlsim__reader *reader, const cJSON *base)
{
    const cJSON *given_figures = cJSON_GetObjectItemCaseSensitive(base, "figures");
    const cJSON *given_quirks = cJSON_GetObjectItemCaseSensitive(base, "quirks");
    char missing[200] = "";

    for (size_t i = 0; cJSON_IsObject(given_figures) && i < hlsim__figure_count(); i++) {
        if (cJSON_GetObjectItemCaseSensitive(given_figures, hlsim__figure_at(i)->name) == NULL) {
            add_name(missing, sizeof missing, hlsim__figure_at(i)->name);
        }
    }
    for (int i = 0; cJSON_IsObject(given_quirks) && i < HLSIM_QUIRKS; i++) {
        const char *name = hlsim__quirk_at((enum hlsim_quirk)i)->name;

        if (cJSON_GetObjectItemCaseSensitive(given_quirks, name) == NULL) {
            add_name(missing, sizeof missing, name);
        }
    }
    if (missing[0] != '\0') {
        hlsim__reader_complain(reader, "these are missing: %s", missing);
    }
}

static void read_base(struct hlsim__reader *reader, const cJSON *object, void *target,
                      const void *about)
{
    struct hlsim__profile_load *load = target;

    (void)about;
    HLSIM__READ_OBJECT(reader, object, base_keys, &load->base);
    check_base_is_complete(reader, object);
}

/* Firmwares are read when the base is known. */
static void keep_firmwares(struct hlsim__reader *reader, const cJSON *array, void *target,
                           const void *about)
{
    struct hlsim__profile_load *load = target;

    (void)about;
    if (hlsim__reader_wants_array(reader, array, 1, HLSIM_PROFILE_FIRMWARES_MAX)) {
        load->firmwares = array;
    }
}

static void read_model(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim__profile_load *load = target;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t size = strlen(text);

    (void)about;
    if (size == 0 || size >= sizeof load->family->model ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != size) {
        hlsim__reader_complain(reader, "expected a model of at most %zu capitals, digits and '-'",
                               sizeof load->family->model - 1);
        return;
    }
    strcpy(load->family->model, text);
}

static const struct hlsim__key profile_keys[] = {
    {.name = "$schema", .read = hlsim__read_ignored},
    {.name = "about", .read = hlsim__read_ignored},
    {.name = "model", .required = true, .read = read_model},
    {.name = "base", .required = true, .read = read_base},
    {.name = "firmwares", .required = true, .read = keep_firmwares},
};

/* `like` was applied before the others. */
static void read_nothing(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    (void)reader;
    (void)value;
    (void)target;
    (void)about;
}

static const struct hlsim__key firmware_keys[] = {
    {.name = "firmware",
     .required = true,
     .read = hlsim__read_version,
     .offset = offsetof(struct hlsim_profile, firmware)},
    {.name = "like", .read = read_nothing},
    {.name = "figures", .read = read_section, .about = &figures},
    {.name = "quirks", .read = read_section, .about = &quirks},
    {.name = "answers", .read = read_answers},
};

/* What a firmware starts from: the base, or an earlier firmware that it is like. */
static const struct hlsim_profile *starting_point(struct hlsim__reader *reader, const cJSON *object,
                                                  const struct hlsim__profile_load *load)
{
    const cJSON *like = cJSON_GetObjectItemCaseSensitive(object, "like");

    if (like == NULL) {
        return &load->base;
    }
    for (size_t i = 0; cJSON_IsString(like) && i < load->family->count; i++) {
        if (strcmp(load->family->profiles[i].firmware, like->valuestring) == 0) {
            return &load->family->profiles[i];
        }
    }
    hlsim__reader_enter(reader, "like");
    hlsim__reader_complain(reader, "expected the version of a firmware that stands before");
    hlsim__reader_leave(reader);
    return &load->base;
}

static void read_firmwares(struct hlsim__reader *reader, const struct hlsim__profile_load *load)
{
    struct hlsim_profile_family *family = load->family;
    const cJSON *element;

    hlsim__reader_enter(reader, "firmwares");
    cJSON_ArrayForEach(element, load->firmwares)
    {
        struct hlsim_profile *profile = &family->profiles[family->count];

        hlsim__reader_enter_index(reader, family->count);
        *profile = *starting_point(reader, element, load);
        memcpy(profile->model, family->model, sizeof profile->model);
        profile->firmware[0] = '\0';
        HLSIM__READ_OBJECT(reader, element, firmware_keys, profile);
        if (family->count > 0 && profile->firmware[0] != '\0' &&
            hlsim_version_compare(profile[-1].firmware, profile->firmware) >= 0) {
            hlsim__reader_enter(reader, "firmware");
            hlsim__reader_complain(reader, "expected a version above the one before");
            hlsim__reader_leave(reader);
        }
        hlsim__reader_leave(reader);
        family->count++;
    }
    hlsim__reader_leave(reader);
}

int hlsim__read_profile(struct hlsim__source *source, const cJSON *root,
                        struct hlsim_profile_family **ret_family)
{
    struct hlsim__reader reader = {.source = source};
    struct hlsim__profile_load *load = calloc(1, sizeof *load);
    int result = HLSIM_E_NO_MEMORY;

    if (load == NULL) {
        return result;
    }
    load->family = calloc(1, sizeof *load->family);
    if (load->family != NULL) {
        HLSIM__READ_OBJECT(&reader, root, profile_keys, load);
        read_firmwares(&reader, load);
        result = hlsim__source_errors(source) == 0 ? 0 : HLSIM_E_FORMAT;
    }
    if (result == 0) {
        *ret_family = load->family;
    } else {
        free(load->family);
    }
    free(load);
    return result;
}
