/*
 * What there is: profiles, commands, quirks and figures with their evidence, actions with their
 * keys. Made from the tables that the simulator itself works by. Texts are borrowed: they are
 * valid during the call that hands them out.
 */
#ifndef HL78SIM_CATALOGUE_H
#define HL78SIM_CATALOGUE_H

#include <hl78sim/load.h>
#include <hl78sim/scenario.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Profiles: see hlsim_shipped_profile_name. */

/* ---- Commands ---- */

struct hlsim_catalogue_command {
    const char *name; /* with its AT: "AT+CGMR" */
    const char *set;  /* the command set: "v250", "3gpp", "hl", "avms" */
    bool execute;
    bool read;
    bool test;
    bool set_form;
    const char *help;     /* never NULL; "" when nothing is known */
    const char *evidence; /* of its texts; NULL: its row does not say */
    const char *source;
};

/* Every command of the firmware that the setup's modem starts with. */
void hlsim_catalogue_commands(const struct hlsim_setup *setup,
                              void (*each)(void *user,
                                           const struct hlsim_catalogue_command *command),
                              void *user);

/* The constant answers of that firmware: `name` is the command, "AT+CFUN=?", `value` its lines. */
struct hlsim_catalogue_fact;
void hlsim_catalogue_answers(const struct hlsim_setup *setup,
                             void (*each)(void *user, const struct hlsim_catalogue_fact *fact),
                             void *user);

/* ---- Profiles, quirks and figures ---- */

/* The firmwares of a model, by rising version. */
const char *hlsim_catalogue_model(const struct hlsim_profile_family *family);
const char *hlsim_catalogue_firmware(const struct hlsim_profile_family *family,
                                     size_t index); /* NULL behind the last */

/* How a firmware's values are known: as many as there are evidences. */
struct hlsim_catalogue_tally {
    const char *evidence;
    size_t count;
};
#define HLSIM_CATALOGUE_EVIDENCES 6
void hlsim_catalogue_tally(const struct hlsim_profile_family *family, size_t firmware,
                           struct hlsim_catalogue_tally ret_tally[HLSIM_CATALOGUE_EVIDENCES]);

/* The models that the firmware has values from, its own not among them: NULL behind the last. */
const char *hlsim_catalogue_ancestor(const struct hlsim_profile_family *family, size_t firmware,
                                     size_t index);

#define HLSIM_CATALOGUE_VALUE_SIZE 1536

struct hlsim_catalogue_fact {
    const char *name;
    const char *sentence;
    char value[HLSIM_CATALOGUE_VALUE_SIZE]; /* as a profile writes it: true, 6.28s, 1, a text */
    const char *evidence;
    const char *source;
    const char *from; /* the model whose value it is; NULL: the firmware's own model */
};

enum hlsim_catalogue_facts {
    HLSIM_CATALOGUE_QUIRKS,
    HLSIM_CATALOGUE_FIGURES,
};

/* A quirk or a figure of one firmware; false behind the last. */
bool hlsim_catalogue_fact(const struct hlsim_profile_family *family, size_t firmware,
                          enum hlsim_catalogue_facts which, size_t index,
                          struct hlsim_catalogue_fact *ret_fact);

/* ---- The ledger of fidelity ---- */

enum hlsim_ledger_part {
    HLSIM_LEDGER_COMMANDS,
    HLSIM_LEDGER_EVENTS, /* of +WDSI, by their numbers */
    HLSIM_LEDGER_URCS,
};

/* How far the emulator does what the module does. */
enum hlsim_ledger_status {
    HLSIM_LEDGER_IMPLEMENTED,
    HLSIM_LEDGER_PARTIAL,  /* but not what `lacks` says */
    HLSIM_LEDGER_CONSTANT, /* a text of the profile: nothing stands behind it */
    HLSIM_LEDGER_REFUSED,  /* answered by ERROR, or never sent */
};

struct hlsim_ledger_row {
    const char *name;
    const char *sentence;
    enum hlsim_ledger_status status;
    const char *evidence; /* "documented", ... */
    const char *source;   /* "" when nobody has said it */
    const char *lacks;    /* "" when nothing is known to be missing */
};

/* Every row of that part. HLSIM_E_NO_MEMORY. */
int hlsim_catalogue_ledger(enum hlsim_ledger_part part,
                           void (*each)(void *user, const struct hlsim_ledger_row *row),
                           void *user);

/* ---- Actions ---- */

/* Whether a real modem on a bench can be acted on so. */
enum hlsim_hardware {
    HLSIM_HARDWARE_NO,
    HLSIM_HARDWARE_LAB, /* by a command of the lab: a power relay, an antenna switch */
    HLSIM_HARDWARE_YES,
};

struct hlsim_catalogue_key {
    const char *name;
    bool required;
    const char *same_as; /* the default is that of another key; NULL: it is not */
    enum {
        HLSIM_KEY_DURATION, /* nanoseconds */
        HLSIM_KEY_SHARE,    /* parts per million */
        HLSIM_KEY_TEXT,     /* a text, also where it looks like a number */
        HLSIM_KEY_OTHER,
    } kind;
    const char *const *choices;      /* ends with NULL; NULL: no such list */
    const struct hlsim_value *value; /* default; of type NULL where the action finds it itself */
};

struct hlsim_catalogue_action {
    const char *name;
    enum hlsim_hardware hardware;
    const char *sentence; /* never NULL */
    bool undone;          /* takes `for`, */
    int64_t undo_after;   /* with this default; HLSIM_NEVER: it stays */
    size_t key_count;     /* beside those that all actions have; see hlsim_catalogue_action_key */
};

/* The action of that index, from 0; false behind the last. */
bool hlsim_catalogue_action(size_t index, struct hlsim_catalogue_action *ret_action);
void hlsim_catalogue_action_key(size_t action, size_t index, struct hlsim_catalogue_key *ret_key);

/* The hardware column of an action by its name; HLSIM_HARDWARE_NO for an unknown one. */
enum hlsim_hardware hlsim_catalogue_action_hardware(const char *name);

#endif
