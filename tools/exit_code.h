/*
 * The exit codes of hl78sim and their order (docs/exit-codes.md). Fixed: checks outside of the
 * project rely on them.
 */
#ifndef HL78SIM_TOOLS_EXIT_CODE_H
#define HL78SIM_TOOLS_EXIT_CODE_H

enum exit_code {
    EXIT_PASSED = 0,
    EXIT_FAILED = 1,   /* an expectation failed */
    EXIT_USAGE = 2,    /* wrong usage or an invalid file; nothing was run */
    EXIT_PROMISE = 3,  /* a promise was broken: safety */
    EXIT_LIVENESS = 4, /* what is pending cannot come any more, or the limit was reached */
    EXIT_NOT_DETERMINISTIC = 5,
    EXIT_ENVIRONMENT = 6, /* a port, a file or a program of the environment failed */
};

/* The one of two codes that counts for both together. */
static inline enum exit_code exit_code_worse(enum exit_code a, enum exit_code b)
{
    static const enum exit_code order[] = {EXIT_USAGE,    EXIT_ENVIRONMENT,
                                           EXIT_PROMISE,  EXIT_NOT_DETERMINISTIC,
                                           EXIT_LIVENESS, EXIT_FAILED};

    for (unsigned i = 0; i < sizeof order / sizeof *order; i++) {
        if (a == order[i] || b == order[i]) {
            return order[i];
        }
    }
    return EXIT_PASSED;
}

#endif
