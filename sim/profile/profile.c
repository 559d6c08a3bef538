/*
 * The tables of figures and quirks, made from their .def files, and the choice of a profile.
 */
#include "profile/profile.h"

#include "base/assert.h"

#include <string.h>

static const struct hlsim__figure_info figures[] = {
#define FIGURE(kind, field, about)                                                                 \
    {                                                                                              \
        .name = #field,                                                                            \
        .type = HLSIM_FIGURE_##kind,                                                               \
        .offset = offsetof(struct hlsim__figures, field),                                          \
        .sentence = about,                                                                         \
    },
#include "profile/figure.def"
#undef FIGURE
};

static const struct hlsim__quirk_info quirks[HLSIM_QUIRKS] = {
#define QUIRK(field, about) [HLSIM_QUIRK_##field] = {.name = #field, .sentence = about},
#include "profile/quirk.def"
#undef QUIRK
};

size_t hlsim__figure_count(void)
{
    return sizeof figures / sizeof *figures;
}

const struct hlsim__figure_info *hlsim__figure_at(size_t index)
{
    HLSIM_ASSERT(index < hlsim__figure_count());
    return &figures[index];
}

const struct hlsim__figure_info *hlsim__figure_find(const char *name)
{
    for (size_t i = 0; i < hlsim__figure_count(); i++) {
        if (strcmp(figures[i].name, name) == 0) {
            return &figures[i];
        }
    }
    return NULL;
}

size_t hlsim__figure_index(const struct hlsim__figure_info *figure)
{
    HLSIM_ASSERT(figure >= figures && figure < figures + hlsim__figure_count());
    return (size_t)(figure - figures);
}

void hlsim__figure_copy(const struct hlsim__figure_info *figure, struct hlsim__figures *target,
                        const struct hlsim__figures *from)
{
    size_t size = figure->type == HLSIM_FIGURE_TEXT ? sizeof(char *) : sizeof(int64_t);

    HLSIM_ASSERT(figure->offset + size <= sizeof *target);
    memcpy((char *)target + figure->offset, (const char *)from + figure->offset, size);
}

const char *hlsim__evidence_text(enum hlsim_evidence evidence)
{
    static const char *const texts[HLSIM_EVIDENCES] = {
#define EVIDENCE_TEXT(name, text) text,
        HLSIM_EVIDENCE_MAP(EVIDENCE_TEXT)
#undef EVIDENCE_TEXT
    };

    HLSIM_ASSERT((size_t)evidence < HLSIM_EVIDENCES);
    return texts[evidence];
}

const struct hlsim__quirk_info *hlsim__quirk_at(enum hlsim_quirk quirk)
{
    HLSIM_ASSERT((size_t)quirk < HLSIM_QUIRKS);
    return &quirks[quirk];
}

int hlsim__quirk_find(const char *name)
{
    for (int quirk = 0; quirk < HLSIM_QUIRKS; quirk++) {
        if (strcmp(quirks[quirk].name, name) == 0) {
            return quirk;
        }
    }
    return -1;
}

size_t hlsim__port_roles(const char *text, enum hlsim__port_role ret_roles[HLSIM__PORTS_MAX])
{
    static const char *const names[] = {
        [HLSIM__PORT_UART] = "uart", [HLSIM__PORT_DATA] = "data", [HLSIM__PORT_AT] = "at"};
    size_t count = 0;

    do {
        size_t size = strcspn(text, ",");
        size_t role = 0;

        while (role < sizeof names / sizeof *names &&
               (strlen(names[role]) != size || strncmp(names[role], text, size) != 0)) {
            role++;
        }
        if (role == sizeof names / sizeof *names || count == HLSIM__PORTS_MAX) {
            return 0;
        }
        ret_roles[count++] = (enum hlsim__port_role)role;
        text += size;
    } while (*text++ == ',');
    return count;
}

const struct hlsim_profile *hlsim__profile_choose(const struct hlsim_profile_family *family,
                                                  const char *version,
                                                  int (*order)(const char *a, const char *b))
{
    const struct hlsim_profile *chosen = &family->profiles[0];

    HLSIM_ASSERT(family->count > 0);
    for (size_t i = 0; i < family->count; i++) {
        if (order(family->profiles[i].firmware, version) <= 0) {
            chosen = &family->profiles[i];
        }
    }
    return chosen;
}
