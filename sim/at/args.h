/*
 * Arguments behind those that a row's specs have judged.
 */
#ifndef HLSIM_AT_ARGS_H
#define HLSIM_AT_ARGS_H

#include "at/row.h"

static inline bool hlsim__at_has(const struct hlsim__at_request *request, size_t index)
{
    return index < request->arg_count && request->args[index].type != HLSIM__AT_ARG_EMPTY;
}

/* The number at that place, or `otherwise` when it is left out. */
static inline int64_t hlsim__at_number(const struct hlsim__at_request *request, size_t index,
                                       int64_t otherwise)
{
    return hlsim__at_has(request, index) ? request->args[index].number : otherwise;
}

/* The text at that place, or "". */
static inline const char *hlsim__at_text(const struct hlsim__at_request *request, size_t index)
{
    return index < request->arg_count ? request->args[index].text : "";
}

/* Whether the argument is left out, or a number in that range. */
static inline bool hlsim__at_fits(const struct hlsim__at_request *request, size_t index,
                                  const char *range)
{
    return !hlsim__at_has(request, index) ||
           (request->args[index].type == HLSIM__AT_ARG_NUMBER &&
            hlsim__at_in_range(range, request->args[index].number));
}

#endif
