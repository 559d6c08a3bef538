/*
 * Figures, quirks and answers of a profile, wherever they are written.
 */
#ifndef HLSIM_LOAD_FIGURES_H
#define HLSIM_LOAD_FIGURES_H

#include "load/reader.h"
#include "profile/profile.h"

/*
 * Reads one value of a figure where the reader is, into `figures`; false after a complaint. A text
 * becomes one of the family's; without a family (NULL) it is only judged.
 */
bool hlsim__read_figure(struct hlsim__reader *reader, const cJSON *value,
                        const struct hlsim__figure_info *figure, struct hlsim__figures *figures,
                        struct hlsim_profile_family *family);

/* A copy of the text that is the family's; never NULL: without memory a complaint and "". */
const char *hlsim__reader_keep(struct hlsim__reader *reader, struct hlsim_profile_family *family,
                               const char *text);

/* Complains about a name that is no figure and no quirk. */
void hlsim__figure_unknown(struct hlsim__reader *reader, const char *name);

/* Reads modem.set, where the reader is, and applies it to all firmwares; `family` may be NULL. */
void hlsim__apply_set(struct hlsim__reader *reader, const cJSON *set,
                      struct hlsim_profile_family *family);

/* Gives one figure the same value in all firmwares. */
void hlsim__apply_figure(struct hlsim_profile_family *family,
                         const struct hlsim__figure_info *figure,
                         const struct hlsim__figures *figures);

#endif
