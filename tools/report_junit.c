/*
 * Outcomes to JUnit XML, one test case a scenario.
 */
#include "report_junit.h"

#include "xml_writer.h"

#include <inttypes.h>
#include <string.h>

static bool is_failure(const struct run_finding *finding)
{
    return finding->outcome == HLSIM_OUTCOME_FAILED;
}

static void write_fault(struct xml_writer *writer, const char *element, const char *type,
                        const char *message, const struct outcome *outcome)
{
    xml_open(writer, element);
    xml_attribute(writer, "type", type);
    xml_attribute(writer, "message", message);
    xml_text(writer, message);
    xml_text(writer, "\nrepro: ");
    xml_text(writer, outcome->repro);
    xml_close(writer);
}

static const char *type_of(const struct outcome *outcome)
{
    switch (outcome->code) {
    case EXIT_PROMISE:
        return "promise";
    case EXIT_NOT_DETERMINISTIC:
        return "determinism";
    case EXIT_LIVENESS:
        return "liveness";
    case EXIT_ENVIRONMENT:
        return "environment";
    case EXIT_PASSED:
    case EXIT_FAILED:
    case EXIT_USAGE:
    default:
        return "expectation";
    }
}

static void write_faults(struct xml_writer *writer, const struct outcome *outcome)
{
    char message[800];

    if (outcome_trouble(outcome, message, sizeof message)[0] != '\0') {
        write_fault(writer, outcome->code == EXIT_ENVIRONMENT ? "error" : "failure",
                    type_of(outcome), message, outcome);
    }
    for (size_t i = 0; i < outcome->result.finding_count; i++) {
        const struct run_finding *finding = &outcome->result.findings[i];

        if (is_failure(finding)) {
            snprintf(message, sizeof message, "%s: %s: %s", finding->pointer, finding->what,
                     finding->why);
            write_fault(writer, "failure", "expectation", message, outcome);
        }
    }
}

/* Skipped as a whole: neither what could not be seen here nor a known failure is reported as
 * passed. */
static void write_skip(struct xml_writer *writer, const struct outcome *outcome)
{
    char message[2048] = "";
    size_t size = 0;

    if (outcome->excused) {
        size = (size_t)snprintf(message, sizeof message, "known to fail: %s; ", outcome->known);
    }
    for (size_t i = 0; i < outcome->result.finding_count && size < sizeof message; i++) {
        const struct run_finding *finding = &outcome->result.findings[i];

        if (finding->outcome != HLSIM_OUTCOME_PASSED) {
            int length = snprintf(message + size, sizeof message - size, "%s: %s: %s; ",
                                  finding->pointer, finding->what, finding->why);

            size += length > 0 ? (size_t)length : 0;
        }
    }
    xml_open(writer, "skipped");
    xml_attribute(writer, "message", message);
    xml_close(writer);
}

static void write_case(struct xml_writer *writer, const struct outcome *outcome)
{
    xml_open(writer, "testcase");
    xml_attribute(writer, "classname", outcome->path);
    xml_attribute(writer, "name", outcome->name);
    xml_attribute_format(writer, "time", "%.6f", (double)outcome->result.wall / 1e9);
    xml_open(writer, "properties");
    xml_open(writer, "property");
    xml_attribute(writer, "name", "seed");
    xml_attribute_format(writer, "value", "%" PRIu64, outcome->seed);
    xml_close(writer);
    xml_open(writer, "property");
    xml_attribute(writer, "name", "profile");
    xml_attribute(writer, "value", outcome->profile);
    xml_close(writer);
    xml_close(writer);
    if (outcome->code != EXIT_PASSED) {
        write_faults(writer, outcome);
        xml_open(writer, "system-out");
        for (size_t i = 0; i < outcome->result.tail_count; i++) {
            xml_text(writer, outcome->result.tail[i]);
            xml_text(writer, "\n");
        }
        xml_close(writer);
    } else if (outcome_is_skipped(outcome)) {
        write_skip(writer, outcome);
    }
    xml_close(writer);
}

static void write_suite(struct xml_writer *writer, const struct outcome *outcomes, size_t count)
{
    size_t failures = 0;
    size_t errors = 0;
    size_t skipped = 0;

    for (size_t i = 0; i < count; i++) {
        errors += outcomes[i].code == EXIT_ENVIRONMENT;
        failures += outcomes[i].code != EXIT_ENVIRONMENT && outcomes[i].code != EXIT_PASSED;
        skipped += outcome_is_skipped(&outcomes[i]);
    }
    xml_open(writer, "testsuite");
    xml_attribute(writer, "name", "hl78sim");
    xml_attribute_format(writer, "tests", "%zu", count);
    xml_attribute_format(writer, "failures", "%zu", failures);
    xml_attribute_format(writer, "errors", "%zu", errors);
    xml_attribute_format(writer, "skipped", "%zu", skipped);
    for (size_t i = 0; i < count; i++) {
        write_case(writer, &outcomes[i]);
    }
    xml_close(writer);
}

bool report_junit(const char *path, const struct outcome *outcomes, size_t count)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    struct xml_writer writer;
    bool good = file != NULL;

    if (good) {
        xml_begin(&writer, file);
        write_suite(&writer, outcomes, count);
        good = fflush(file) == 0 && ferror(file) == 0;
    }
    if (file != NULL && file != stdout) {
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        fprintf(stderr, "%s: the report cannot be written\n", path);
    }
    return good;
}
