/*
 * Error codes of libhl78sim.
 *
 * Functions return 0 or a count on success and a negative HLSIM_E_* otherwise. Codes are passed up
 * unchanged. What a modem answers to its host (ERROR, +CME ERROR) is data and never one of these.
 */
#ifndef HL78SIM_ERROR_H
#define HL78SIM_ERROR_H

/* X(name, number, text): the one list from which enum, name and text are made. */
#define HLSIM_ERROR_MAP(X)                                                                         \
    X(HLSIM_E_INVALID, -1, "invalid argument")                                                     \
    X(HLSIM_E_NO_MEMORY, -2, "out of memory")                                                      \
    X(HLSIM_E_LIMIT, -3, "a named limit was reached")                                              \
    X(HLSIM_E_FORMAT, -4, "malformed bytes")                                                       \
    X(HLSIM_E_INCOMPLETE, -5, "more bytes are needed")                                             \
    X(HLSIM_E_RANGE, -6, "value out of range")                                                     \
    X(HLSIM_E_STATE, -7, "not possible in this state")                                             \
    X(HLSIM_E_NOT_FOUND, -8, "not found")                                                          \
    X(HLSIM_E_EXISTS, -9, "exists already")                                                        \
    X(HLSIM_E_POWER, -10, "power is off")                                                          \
    X(HLSIM_E_FULL, -11, "no room left")                                                           \
    X(HLSIM_E_CORRUPT, -12, "stored bytes are damaged")                                            \
    X(HLSIM_E_SIGNATURE, -13, "signature is wrong")                                                \
    X(HLSIM_E_UNREACHABLE, -14, "peer cannot be reached")                                          \
    X(HLSIM_E_UNSUPPORTED, -15, "not supported")                                                   \
    X(HLSIM_E_GONE, -16, "the other end has gone")                                                 \
    X(HLSIM_E_PROMISE, -17, "a promise was broken")                                                \
    X(HLSIM_E_IO, -18, "input or output failed")

enum hlsim_error {
    HLSIM_OK = 0,
#define HLSIM_ERROR_ENUM(name, number, text) name = number,
    HLSIM_ERROR_MAP(HLSIM_ERROR_ENUM)
#undef HLSIM_ERROR_ENUM
};

/* "HLSIM_E_FULL"; "HLSIM_OK" for 0 and any count; "HLSIM_E_?" for a code not in the list. */
const char *hlsim_error_name(int code);

/* A sentence fragment in lower case, never NULL. */
const char *hlsim_error_text(int code);

/*
 * Called when an assertion about our own code fails; must not return. The library's own definition
 * is weak and aborts at once: a program that wants to print a repro line first defines its own.
 */
_Noreturn void hlsim_assert_failed(const char *file, int line, const char *expression);

#endif
