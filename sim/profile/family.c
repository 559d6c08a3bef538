/*
 * What a family of profiles owns: its texts and the answers of its firmwares. Knows no file and no
 * meaning of a value.
 */
#include "profile/profile.h"

#include "base/checksum.h"

#include <hl78sim/error.h>

#include <stdlib.h>
#include <string.h>

struct hlsim__text {
    struct hlsim__text *next;
    char text[];
};

const char *hlsim__family_keep(struct hlsim_profile_family *family, const char *text)
{
    size_t size = strlen(text) + 1;
    struct hlsim__text *kept = malloc(sizeof *kept + size);

    if (kept == NULL) {
        return NULL;
    }
    memcpy(kept->text, text, size);
    kept->next = family->texts;
    family->texts = kept;
    return kept->text;
}

void hlsim__family_adopt_texts(struct hlsim_profile_family *family,
                               struct hlsim_profile_family *from)
{
    struct hlsim__text **end = &family->texts;

    if (from == NULL) {
        return;
    }
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = from->texts;
    from->texts = NULL;
}

static size_t find_answer(const struct hlsim_profile *profile, const char *command)
{
    uint64_t digest = hlsim__digest(command, strlen(command));
    size_t index = 0;

    while (index < profile->answer_count &&
           (profile->answers[index].digest != digest ||
            strcmp(profile->answers[index].command, command) != 0)) {
        index++;
    }
    return index;
}

const struct hlsim__answer *hlsim__profile_answer(const struct hlsim_profile *profile,
                                                  const char *command)
{
    size_t index = find_answer(profile, command);

    return index < profile->answer_count && profile->answers[index].lines != NULL
               ? &profile->answers[index]
               : NULL;
}

int hlsim__profile_set_answer(struct hlsim_profile *profile, const struct hlsim__answer *answer)
{
    size_t index = find_answer(profile, answer->command);

    if (index == profile->answer_count) {
        struct hlsim__answer *more =
            realloc(profile->answers, (profile->answer_count + 1) * sizeof *more);

        if (more == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
        profile->answers = more;
        profile->answer_count++;
    }
    profile->answers[index] = *answer;
    profile->answers[index].digest = hlsim__digest(answer->command, strlen(answer->command));
    return 0;
}

int hlsim__profile_copy(struct hlsim_profile *target, const struct hlsim_profile *from)
{
    size_t size = from->answer_count * sizeof *from->answers;
    struct hlsim__answer *answers = size == 0 ? NULL : malloc(size);

    if (size > 0 && answers == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    if (size > 0) {
        memcpy(answers, from->answers, size);
    }
    free(target->answers);
    *target = *from;
    target->answers = answers;
    return 0;
}

void hlsim__family_free(struct hlsim_profile_family *family)
{
    if (family == NULL) {
        return;
    }
    while (family->texts != NULL) {
        struct hlsim__text *text = family->texts;

        family->texts = text->next;
        free(text);
    }
    for (size_t i = 0; i < HLSIM_PROFILE_FIRMWARES_MAX; i++) {
        free(family->profiles[i].answers);
    }
    free(family->base.answers);
    free(family);
}
