/*
 * The keys of actions by their types: what stands there, and how it is read.
 */
#ifndef HLSIM_LOAD_PARAM_H
#define HLSIM_LOAD_PARAM_H

#include "load/reader.h"

enum hlsim__param_type {
    HLSIM__PARAM_DURATION, /* INT, nanoseconds */
    HLSIM__PARAM_SHARE,    /* INT, parts per million */
    HLSIM__PARAM_SIZE,     /* INT, bytes */
    HLSIM__PARAM_NUMBER,   /* INT, in `range` */
    HLSIM__PARAM_BOOL,
    HLSIM__PARAM_CHOICE, /* TEXT, one of `choices` */
    HLSIM__PARAM_VERSION,
    HLSIM__PARAM_IMEI,
    HLSIM__PARAM_ICCID,
    HLSIM__PARAM_IMSI,
    HLSIM__PARAM_SERIAL,
    HLSIM__PARAM_PACKAGE,   /* TEXT, the id of a package, or one of `choices` */
    HLSIM__PARAM_OPERATION, /* TEXT, a name for an operation */
    HLSIM__PARAM_JOB,       /* TEXT, the name or the number of one */
    HLSIM__PARAM_SYSTEMS,   /* TEXT, "all", or "self" and IMEIs parted by commas */
    HLSIM__PARAM_CODE,      /* TEXT, "4.03", or one of `choices` */
    HLSIM__PARAM_QUIRK,     /* TEXT, the name of a quirk */
    HLSIM__PARAM_LINE,      /* TEXT, printable, one line */
    HLSIM__PARAM_TELEPHONE, /* TEXT, digits, perhaps behind a '+' */
    HLSIM__PARAM_TEXT,      /* TEXT, anything */
    HLSIM__PARAM_URI,       /* TEXT, characters that can stand in a URI */
    HLSIM__PARAM_HOST,      /* TEXT, the name of a host */
    HLSIM__PARAM_PEER,      /* TEXT, the name of a far end that has streams */
    HLSIM__PARAM_SESSION,   /* INT, a session's number, or 0 for one of `choices` */
};

struct hlsim__param {
    const char *key;
    bool required;
    enum hlsim__param_type type;
    const char *const *choices;
    const struct hlsim__range *range;
    const char *same_as;      /* default: the value of that other key */
    struct hlsim_value value; /* default; of type NULL where the actor finds it by itself */
};

/* Reads the value of a key; complains about anything that its type does not allow. */
void hlsim__read_param(struct hlsim__reader *reader, const cJSON *json,
                       const struct hlsim__param *param, struct hlsim_value *value);

#endif
