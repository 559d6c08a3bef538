/*
 * Outcomes to JUnit XML, by libxml2's writer.
 */
#include "report_junit.h"

#include <libxml/xmlwriter.h>

#include <inttypes.h>
#include <string.h>

static const xmlChar *xml(const char *value)
{
    return (const xmlChar *)value;
}

/* Writes what XML can hold: characters that it cannot become '?', and so does all that is not ASCII
 * in a text that is not UTF-8. Long texts are cut. */
static void text(xmlTextWriterPtr writer, const char *value)
{
    bool utf8 = xmlCheckUTF8(xml(value)) != 0;
    char clean[2048];
    size_t size = 0;

    for (; *value != '\0' && size + 1 < sizeof clean; value++) {
        unsigned char byte = (unsigned char)*value;

        clean[size++] = (byte >= 0x80 && !utf8) || (byte < 0x20 && byte != '\n') ? '?' : *value;
    }
    while (utf8 && *value != '\0' && size > 0 && ((unsigned char)*value & 0xc0) == 0x80) {
        /* Never half a character. */
        value--;
        size--;
    }
    clean[size] = '\0';
    xmlTextWriterWriteString(writer, xml(clean));
}

static void attribute(xmlTextWriterPtr writer, const char *name, const char *value)
{
    xmlTextWriterStartAttribute(writer, xml(name));
    text(writer, value);
    xmlTextWriterEndAttribute(writer);
}

static void number(xmlTextWriterPtr writer, const char *name, size_t value)
{
    xmlTextWriterWriteFormatAttribute(writer, xml(name), "%zu", value);
}

static bool is_failure(const struct run_finding *finding)
{
    return finding->outcome == HLSIM_OUTCOME_FAILED;
}

static void write_fault(xmlTextWriterPtr writer, const char *element, const char *type,
                        const char *message, const struct outcome *outcome)
{
    xmlTextWriterStartElement(writer, xml(element));
    attribute(writer, "type", type);
    attribute(writer, "message", message);
    text(writer, message);
    text(writer, "\nrepro: ");
    text(writer, outcome->repro);
    xmlTextWriterEndElement(writer);
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

static void write_faults(xmlTextWriterPtr writer, const struct outcome *outcome)
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
static void write_skip(xmlTextWriterPtr writer, const struct outcome *outcome)
{
    xmlTextWriterStartElement(writer, xml("skipped"));
    xmlTextWriterStartAttribute(writer, xml("message"));
    if (outcome->excused) {
        text(writer, "known to fail: ");
        text(writer, outcome->known);
        text(writer, "; ");
    }
    for (size_t i = 0; i < outcome->result.finding_count; i++) {
        const struct run_finding *finding = &outcome->result.findings[i];

        if (finding->outcome != HLSIM_OUTCOME_PASSED) {
            char message[512];

            snprintf(message, sizeof message, "%s: %s: %s; ", finding->pointer, finding->what,
                     finding->why);
            text(writer, message);
        }
    }
    xmlTextWriterEndAttribute(writer);
    xmlTextWriterEndElement(writer);
}

static void write_case(xmlTextWriterPtr writer, const struct outcome *outcome)
{
    xmlTextWriterStartElement(writer, xml("testcase"));
    attribute(writer, "classname", outcome->path);
    attribute(writer, "name", outcome->name);
    xmlTextWriterWriteFormatAttribute(writer, xml("time"), "%.6f",
                                      (double)outcome->result.wall / 1e9);
    xmlTextWriterStartElement(writer, xml("properties"));
    xmlTextWriterStartElement(writer, xml("property"));
    attribute(writer, "name", "seed");
    xmlTextWriterWriteFormatAttribute(writer, xml("value"), "%" PRIu64, outcome->seed);
    xmlTextWriterEndElement(writer);
    xmlTextWriterStartElement(writer, xml("property"));
    attribute(writer, "name", "profile");
    attribute(writer, "value", outcome->profile);
    xmlTextWriterEndElement(writer);
    xmlTextWriterEndElement(writer);
    if (outcome->code != EXIT_PASSED) {
        write_faults(writer, outcome);
        xmlTextWriterStartElement(writer, xml("system-out"));
        for (size_t i = 0; i < outcome->result.tail_count; i++) {
            text(writer, outcome->result.tail[i]);
            text(writer, "\n");
        }
        xmlTextWriterEndElement(writer);
    } else if (outcome_is_skipped(outcome)) {
        write_skip(writer, outcome);
    }
    xmlTextWriterEndElement(writer);
}

static void write_suite(xmlTextWriterPtr writer, const struct outcome *outcomes, size_t count)
{
    size_t failures = 0;
    size_t errors = 0;
    size_t skipped = 0;

    for (size_t i = 0; i < count; i++) {
        errors += outcomes[i].code == EXIT_ENVIRONMENT;
        failures += outcomes[i].code != EXIT_ENVIRONMENT && outcomes[i].code != EXIT_PASSED;
        skipped += outcome_is_skipped(&outcomes[i]);
    }
    xmlTextWriterStartElement(writer, xml("testsuite"));
    attribute(writer, "name", "hl78sim");
    number(writer, "tests", count);
    number(writer, "failures", failures);
    number(writer, "errors", errors);
    number(writer, "skipped", skipped);
    for (size_t i = 0; i < count; i++) {
        write_case(writer, &outcomes[i]);
    }
    xmlTextWriterEndElement(writer);
}

bool report_junit(const char *path, const struct outcome *outcomes, size_t count)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlTextWriterPtr writer = buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0);
    FILE *file = NULL;
    bool good = false;

    if (writer != NULL) {
        xmlTextWriterSetIndent(writer, 1);
        xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
        write_suite(writer, outcomes, count);
        good = xmlTextWriterEndDocument(writer) >= 0;
        xmlFreeTextWriter(writer);
    }
    if (good) {
        size_t size = (size_t)xmlBufferLength(buffer);

        file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
        good = file != NULL && fwrite(xmlBufferContent(buffer), 1, size, file) == size;
        if (file != NULL && file != stdout) {
            good = fclose(file) == 0 && good;
        }
    }
    xmlBufferFree(buffer);
    if (!good) {
        fprintf(stderr, "%s: the report cannot be written\n", path);
    }
    return good;
}
