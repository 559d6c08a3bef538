/*
 * The table of all commands, and which of them a firmware has.
 */
#ifndef HLSIM_AT_TABLE_H
#define HLSIM_AT_TABLE_H

#include "at/row.h"
#include "profile/profile.h"

#define HLSIM__AT_FOUND_MAX 128 /* a power of two */

/* The row of that name in a command set of this personality, with its topic; NULL: unknown. */
const struct hlsim__at_row *hlsim__at_table_find(const struct hlsim_profile *personality,
                                                 const char *name,
                                                 const struct hlsim__at_topic **ret_topic);

/* Rows of one personality that were found before, for who asks often. All zero: none yet. */
struct hlsim__at_found {
    uint16_t places[HLSIM__AT_FOUND_MAX];
};

/* hlsim__at_table_find, quicker for what was found before. */
const struct hlsim__at_row *hlsim__at_table_recall(struct hlsim__at_found *found,
                                                   const struct hlsim_profile *personality,
                                                   const char *name,
                                                   const struct hlsim__at_topic **ret_topic);

/* The constant answer to a command as typed in capitals ("+CFUN=?"), NULL when there is none or the
 * personality has no such command (figure commands_absent). */
const struct hlsim__answer *hlsim__at_table_answer(const struct hlsim_profile *personality,
                                                   const char *command);

/* Calls `each` with every row that this personality has, in the order of the table. */
void hlsim__at_table_walk(const struct hlsim_profile *personality,
                          void (*each)(void *user, const struct hlsim__at_row *row), void *user);

/* Calls `each` with every row of every command set, in the order of the table. */
void hlsim__at_table_all(void (*each)(void *user, const struct hlsim__at_topic *topic,
                                      const struct hlsim__at_row *row),
                         void *user);

#endif
