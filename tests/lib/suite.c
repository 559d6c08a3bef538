/*
 * Runs a table of tests by CUnit's basic interface. Knows nothing about what is tested.
 */
#include "lib/suite.h"

#include <CUnit/Basic.h>
#include <stdio.h>

int suite_run(const char *name, const struct suite_test *tests, size_t count)
{
    unsigned failures;
    CU_pSuite suite;

    if (CU_initialize_registry() != CUE_SUCCESS) {
        fprintf(stderr, "%s: CUnit cannot start: %s\n", name, CU_get_error_msg());
        return 2;
    }
    suite = CU_add_suite(name, NULL, NULL);
    for (size_t i = 0; suite != NULL && i < count; i++) {
        if (CU_add_test(suite, tests[i].name, tests[i].run) == NULL) {
            suite = NULL;
        }
    }
    if (suite == NULL) {
        fprintf(stderr, "%s: CUnit refuses the table: %s\n", name, CU_get_error_msg());
        CU_cleanup_registry();
        return 2;
    }
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failures = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == count ? 0 : 1);
    CU_cleanup_registry();
    return failures == 0 ? 0 : 1;
}
