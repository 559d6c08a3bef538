/*
 * The firmwares of a profile: what each starts from, and their order.
 *
 * What a firmware says itself goes first, then what its model's base says, then what the model that
 * this one is like has there: its firmware of the same version, or that of `like`, or its base.
 */
#include "load/profile.h"

#include "base/assert.h"
#include "load/profile_values.h"

#include <stdlib.h>
#include <string.h>

/* ---- Inheritance ---- */

static void weaken(struct hlsim__provenance *known, const char *from, enum hlsim_evidence likeness)
{
    known->from = known->from == NULL ? from : known->from;
    known->evidence = known->evidence < likeness ? likeness : known->evidence;
}

/* What the base says itself, and does not have from the other model. */
static int lay_over(struct hlsim_profile *profile, const struct hlsim_profile *base)
{
    int result = 0;

    for (size_t i = 0; i < HLSIM__FIGURES; i++) {
        if (base->figures_known[i].from == NULL && base->figures_known[i].source != NULL) {
            hlsim__figure_copy(hlsim__figure_at(i), &profile->figures, &base->figures);
            profile->figures_known[i] = base->figures_known[i];
        }
    }
    for (size_t i = 0; i < HLSIM_QUIRKS; i++) {
        if (base->quirks_known[i].from == NULL && base->quirks_known[i].source != NULL) {
            profile->quirks[i] = base->quirks[i];
            profile->quirks_known[i] = base->quirks_known[i];
        }
    }
    for (size_t i = 0; result == 0 && i < base->answer_count; i++) {
        if (base->answers[i].known.from == NULL) {
            result = hlsim__profile_set_answer(profile, &base->answers[i]);
        }
    }
    return result;
}

int hlsim__profile_inherit(const struct hlsim__profile_load *load,
                           const struct hlsim_profile *other, struct hlsim_profile *profile)
{
    const char *from = hlsim__family_keep(load->family, load->other->model);
    int result = from == NULL ? HLSIM_E_NO_MEMORY : hlsim__profile_copy(profile, other);

    if (result < 0) {
        return result;
    }
    for (size_t i = 0; i < HLSIM__FIGURES; i++) {
        weaken(&profile->figures_known[i], from, load->likeness);
    }
    for (size_t i = 0; i < HLSIM_QUIRKS; i++) {
        weaken(&profile->quirks_known[i], from, load->likeness);
    }
    for (size_t i = 0; i < profile->answer_count; i++) {
        weaken(&profile->answers[i].known, from, load->likeness);
    }
    return lay_over(profile, &load->family->base);
}

/* ---- What a firmware starts from ---- */

static const struct hlsim_profile *find(const struct hlsim_profile_family *family,
                                        const char *version)
{
    for (size_t i = 0; family != NULL && i < family->count; i++) {
        if (strcmp(family->profiles[i].firmware, version) == 0) {
            return &family->profiles[i];
        }
    }
    return NULL;
}

/* The other model's firmware that is called "HL7800-4.6.8.0". */
static const struct hlsim_profile *find_other(const struct hlsim_profile_family *other,
                                              const char *name)
{
    size_t size = other == NULL ? 0 : strlen(other->model);

    return size > 0 && strncmp(name, other->model, size) == 0 && name[size] == '-'
               ? find(other, name + size + 1)
               : NULL;
}

static int start(struct hlsim__reader *reader, const cJSON *element,
                 const struct hlsim__profile_load *load, struct hlsim_profile *profile)
{
    const cJSON *like = cJSON_GetObjectItemCaseSensitive(element, "like");
    const char *version =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(element, "firmware"));
    const char *name = like == NULL ? "" : cJSON_IsString(like) ? like->valuestring : "";
    const struct hlsim_profile *own = find(load->family, name);
    const struct hlsim_profile *other = find_other(load->other, name);

    if (like == NULL) {
        other = find(load->other, version == NULL ? "" : version);
    } else if (own == NULL && other == NULL) {
        hlsim__reader_enter(reader, "like");
        hlsim__reader_complain(
            reader,
            load->other == NULL
                ? "expected the version of a firmware that stands before"
                : "expected the version of a firmware that stands before, or one of %s "
                  "such as \"%s-%s\"",
            load->other == NULL ? "" : load->other->model,
            load->other == NULL ? "" : load->other->model,
            load->other == NULL ? "" : load->other->profiles[0].firmware);
        hlsim__reader_leave(reader);
    }
    if (other != NULL) {
        return hlsim__profile_inherit(load, other, profile);
    }
    return hlsim__profile_copy(profile, own != NULL ? own : &load->family->base);
}

/* ---- One firmware ---- */

static const struct hlsim__key firmware_keys[] = {
    {.name = "firmware",
     .required = true,
     .read = hlsim__read_version,
     .offset = offsetof(struct hlsim__profile_part, firmware)},
    {.name = "about", .read = hlsim__read_ignored},
    {.name = "like", .read = hlsim__read_before},
    {.name = "figures", .read = hlsim__read_figures},
    {.name = "quirks", .read = hlsim__read_quirks},
    {.name = "answers", .read = hlsim__read_answers},
};

/* The place of a version: that of the same one, which is replaced, or in order; NULL: it is full.
 */
static struct hlsim_profile *place_of(struct hlsim_profile_family *family, const char *version)
{
    struct hlsim_profile *profiles = family->profiles;
    size_t place = 0;

    while (place < family->count && hlsim_version_compare(profiles[place].firmware, version) < 0) {
        place++;
    }
    if (place < family->count && hlsim_version_compare(profiles[place].firmware, version) == 0) {
        return &profiles[place];
    }
    if (family->count == HLSIM_PROFILE_FIRMWARES_MAX) {
        return NULL;
    }
    memmove(&profiles[place + 1], &profiles[place], (family->count - place) * sizeof *profiles);
    memset(&profiles[place], 0, sizeof *profiles);
    family->count++;
    return &profiles[place];
}

static void put(struct hlsim__reader *reader, struct hlsim__profile_load *load,
                struct hlsim_profile *profile)
{
    struct hlsim_profile *place = place_of(load->family, profile->firmware);

    if (place == NULL) {
        hlsim__reader_complain(reader, "expected %d firmwares at most",
                               HLSIM_PROFILE_FIRMWARES_MAX);
        free(profile->answers);
        return;
    }
    free(place->answers);
    *place = *profile;
    load->family->chosen = (size_t)(place - load->family->profiles);
}

static void read_firmware(struct hlsim__reader *reader, const cJSON *element,
                          struct hlsim__profile_load *load, char previous[])
{
    struct hlsim_profile profile = {.answers = NULL};
    struct hlsim__profile_part part = {.profile = &profile, .family = load->family};

    if (start(reader, element, load, &profile) < 0) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    HLSIM__READ_OBJECT(reader, element, firmware_keys, &part);
    memcpy(profile.model, load->family->model, sizeof profile.model);
    memcpy(profile.firmware, part.firmware, sizeof profile.firmware);
    if (part.firmware[0] == '\0') {
        free(profile.answers);
        return;
    }
    if (previous[0] != '\0' && hlsim_version_compare(previous, part.firmware) >= 0) {
        hlsim__reader_enter(reader, "firmware");
        hlsim__reader_complain(reader, "expected a version above the one before");
        hlsim__reader_leave(reader);
    }
    memcpy(previous, part.firmware, sizeof part.firmware);
    put(reader, load, &profile);
}

/* A file about a shipped model itself has all its firmwares, and says some of them anew. */
static int take_all(struct hlsim__profile_load *load)
{
    struct hlsim_profile_family *family = load->family;
    int result = 0;

    if (load->other == NULL || strcmp(load->other->model, family->model) != 0) {
        return 0;
    }
    for (size_t i = 0; result == 0 && i < load->other->count; i++) {
        result = hlsim__profile_inherit(load, &load->other->profiles[i], &family->profiles[i]);
        family->count = i + 1;
    }
    return result;
}

void hlsim__read_firmwares(struct hlsim__reader *reader, const cJSON *firmwares,
                           struct hlsim__profile_load *load)
{
    char previous[HLSIM_PROFILE_FIRMWARE_MAX] = "";
    const cJSON *element;
    size_t index = 0;

    if (!hlsim__reader_wants_array(reader, firmwares, 1, HLSIM_PROFILE_FIRMWARES_MAX)) {
        return;
    }
    if (take_all(load) < 0) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(element, firmwares)
    {
        hlsim__reader_enter_index(reader, index++);
        read_firmware(reader, element, load, previous);
        hlsim__reader_leave(reader);
    }
}
