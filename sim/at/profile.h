/*
 * The profile of a port (V.250 6.1, AT&W, AT&V): how it talks, and its S-registers. Two profiles
 * are stored; a start takes the first. Does not know how a value is used.
 */
#ifndef HLSIM_AT_PROFILE_H
#define HLSIM_AT_PROFILE_H

#include "modem/settings.h"

#include <stdint.h>

#define HLSIM__AT_PROFILES       2 /* AT&W0, AT&W1 */

#define HLSIM__AT_REGISTER_UNSET (-1) /* nobody has set it */

struct hlsim__at_profile {
#define FIELD(member, key) int member;
#include "at/profile.def"
#undef FIELD
};

/* What AT&F gives: the figures of this personality. */
void hlsim__at_profile_factory(struct hlsim__at_profile *profile,
                               const struct hlsim_profile *personality);

/* What AT&W saved under that number; what was never saved has its factory value. */
void hlsim__at_profile_load(struct hlsim__at_profile *profile,
                            const struct hlsim__settings *settings,
                            const struct hlsim_profile *personality, int number);

/* Errors as hlsim__setting_put_text. */
int hlsim__at_profile_store(const struct hlsim__at_profile *profile,
                            struct hlsim__settings *settings, int number);

/* The field of that key ("E", "&C", "S3"), or NULL. */
int *hlsim__at_profile_field(struct hlsim__at_profile *profile, const char *key);

/* The S-registers in the order in which AT&V shows them: S0 S1 S3 S4 S5 S7 S8 S10; behind them
 * those that it does not show: S2 S12. */
#define HLSIM__AT_REGISTERS       10
#define HLSIM__AT_REGISTERS_SHOWN 8

int *hlsim__at_register_field(struct hlsim__at_profile *profile, size_t index);

/* What was set, or else the default. */
int hlsim__at_register_value(const struct hlsim__at_profile *profile, size_t index);

/* The characters of S3, S4 and S5. */
uint8_t hlsim__at_profile_line_end(const struct hlsim__at_profile *profile);
uint8_t hlsim__at_profile_line_feed(const struct hlsim__at_profile *profile);
uint8_t hlsim__at_profile_backspace(const struct hlsim__at_profile *profile);

/* S2, the character of an escape, and S12, the pause around one in 1/50 s. */
int hlsim__at_profile_escape(const struct hlsim__at_profile *profile);
int hlsim__at_profile_guard(const struct hlsim__at_profile *profile);

#endif
