/*
 * Reads figures, quirks and answers. Every value names its evidence and its source, and both are
 * kept beside it.
 */
#include "load/profile_values.h"

#include "load/figures.h"

#include <string.h>

/* One value of a profile as written. */
struct entry {
    const cJSON *value; /* NULL when it is missing */
    struct hlsim_profile_family *family;
    struct hlsim__provenance *known;
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
    struct entry *entry = target;
    int choice = hlsim__reader_wants_choice(reader, value, evidences);

    (void)about;
    if (choice >= 0) {
        entry->known->evidence = (enum hlsim_evidence)choice;
    }
}

static void read_source(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    struct entry *entry = target;
    char source[HLSIM_PROFILE_SOURCE_MAX];

    (void)about;
    if (hlsim__reader_wants_copy(reader, value, 1, source, sizeof source)) {
        entry->known->source = hlsim__reader_keep(reader, entry->family, source);
    }
}

static const struct hlsim__key entry_keys[] = {
    {.name = "value", .required = true, .read = keep_value},
    {.name = "evidence", .required = true, .read = read_evidence},
    {.name = "source", .required = true, .read = read_source},
};

const cJSON *hlsim__read_entry(struct hlsim__reader *reader, const cJSON *object,
                               struct hlsim_profile_family *family,
                               struct hlsim__provenance *ret_known)
{
    struct entry entry = {.family = family, .known = ret_known};

    *ret_known = (struct hlsim__provenance){.evidence = HLSIM_EVIDENCE_GUESS, .source = ""};
    HLSIM__READ_OBJECT(reader, object, entry_keys, &entry);
    return entry.value;
}

/* ---- Figures and quirks ---- */

void hlsim__read_figures(struct hlsim__reader *reader, const cJSON *object, void *target,
                         const void *about)
{
    const struct hlsim__profile_part *part = target;
    const cJSON *member;

    (void)about;
    if (!hlsim__reader_wants_object(reader, object)) {
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        const struct hlsim__figure_info *figure = hlsim__figure_find(member->string);
        const cJSON *value;

        if (figure == NULL) {
            hlsim__figure_unknown(reader, member->string);
            continue;
        }
        hlsim__reader_enter(reader, member->string);
        value = hlsim__read_entry(reader, member, part->family,
                                  &part->profile->figures_known[hlsim__figure_index(figure)]);
        if (value != NULL) {
            hlsim__reader_enter(reader, "value");
            hlsim__read_figure(reader, value, figure, &part->profile->figures, part->family);
            hlsim__reader_leave(reader);
        }
        hlsim__reader_leave(reader);
    }
}

void hlsim__read_quirks(struct hlsim__reader *reader, const cJSON *object, void *target,
                        const void *about)
{
    const struct hlsim__profile_part *part = target;
    const cJSON *member;

    (void)about;
    if (!hlsim__reader_wants_object(reader, object)) {
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        int quirk = hlsim__quirk_find(member->string);
        const cJSON *value;

        if (quirk < 0) {
            hlsim__figure_unknown(reader, member->string);
            continue;
        }
        hlsim__reader_enter(reader, member->string);
        value =
            hlsim__read_entry(reader, member, part->family, &part->profile->quirks_known[quirk]);
        if (value != NULL) {
            hlsim__reader_enter(reader, "value");
            hlsim__read_bool(reader, value, &part->profile->quirks[quirk], NULL);
            hlsim__reader_leave(reader);
        }
        hlsim__reader_leave(reader);
    }
}

/* ---- Answers ---- */

static bool is_command(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+%!&#*=?,\"";
    size_t size = strlen(text);

    return size > 0 && size < HLSIM_PROFILE_COMMAND_MAX && strspn(text, allowed) == size;
}

/* The lines; null is no answer. */
static void read_lines(struct hlsim__reader *reader, const cJSON *value,
                       struct hlsim_profile_family *family, const char **ret_lines)
{
    char lines[HLSIM_PROFILE_TEXT_MAX];

    if (cJSON_IsNull(value)) {
        *ret_lines = NULL;
    } else if (hlsim__reader_wants_copy(reader, value, 0, lines, sizeof lines)) {
        *ret_lines = hlsim__reader_keep(reader, family, lines);
    }
}

static void read_answer(struct hlsim__reader *reader, const cJSON *member,
                        const struct hlsim__profile_part *part)
{
    struct hlsim__answer answer = {.lines = NULL};
    const cJSON *value;

    if (!is_command(member->string)) {
        hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY,
                        "expected a command in capitals without its AT, such as \"+CFUN=?\"");
        return;
    }
    value = hlsim__read_entry(reader, member, part->family, &answer.known);
    if (value == NULL) {
        return;
    }
    answer.command = hlsim__reader_keep(reader, part->family, member->string);
    hlsim__reader_enter(reader, "value");
    read_lines(reader, value, part->family, &answer.lines);
    if (hlsim__profile_set_answer(part->profile, &answer) < 0) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    hlsim__reader_leave(reader);
}

void hlsim__read_answers(struct hlsim__reader *reader, const cJSON *object, void *target,
                         const void *about)
{
    const cJSON *member;

    (void)about;
    if (!hlsim__reader_wants_object(reader, object)) {
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        hlsim__reader_enter(reader, member->string);
        read_answer(reader, member, target);
        hlsim__reader_leave(reader);
    }
}
