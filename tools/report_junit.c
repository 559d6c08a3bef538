/*
 * Outcomes to JUnit XML, one test case a scenario.
 */
#include "report_junit.h"

#include "trace_file.h"

#include <inttypes.h>
#include <locale.h>
#include <mxml.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* ---- Elements ---- */

static bool is_failure(const struct run_finding *finding)
{
    return finding->outcome == HLSIM_OUTCOME_FAILED;
}

static void add_property(mxml_node_t *properties, const char *name, const char *value)
{
    mxml_node_t *property = mxmlNewElement(properties, "property");

    mxmlElementSetAttr(property, "name", name);
    mxmlElementSetAttr(property, "value", value);
}

static void add_fault(mxml_node_t *test, const char *element, const char *type, const char *message,
                      const struct outcome *outcome)
{
    mxml_node_t *fault = mxmlNewElement(test, element);

    mxmlElementSetAttr(fault, "type", type);
    mxmlElementSetAttr(fault, "message", message);
    mxmlNewOpaquef(fault, "%s\nrepro: %s", message, outcome->repro);
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

static void add_faults(mxml_node_t *test, const struct outcome *outcome)
{
    char message[800];

    if (outcome_trouble(outcome, message, sizeof message)[0] != '\0') {
        add_fault(test, outcome->code == EXIT_ENVIRONMENT ? "error" : "failure", type_of(outcome),
                  message, outcome);
    }
    for (size_t i = 0; i < outcome->result.finding_count; i++) {
        const struct run_finding *finding = &outcome->result.findings[i];

        if (is_failure(finding)) {
            snprintf(message, sizeof message, "%s: %s: %s", finding->pointer, finding->what,
                     finding->why);
            add_fault(test, "failure", "expectation", message, outcome);
        }
    }
}

/* Skipped as a whole: neither what could not be seen here nor a known failure is reported as
 * passed. */
static void add_skip(mxml_node_t *test, const struct outcome *outcome)
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
    mxmlElementSetAttr(mxmlNewElement(test, "skipped"), "message", message);
}

static void add_case(mxml_node_t *suite, const struct outcome *outcome)
{
    mxml_node_t *test = mxmlNewElement(suite, "testcase");
    mxml_node_t *properties = mxmlNewElement(test, "properties");
    char seed[24];

    mxmlElementSetAttr(test, "classname", outcome->path);
    mxmlElementSetAttr(test, "name", outcome->name);
    mxmlElementSetAttrf(test, "time", "%.6f", (double)outcome->result.wall / 1e9);
    snprintf(seed, sizeof seed, "%" PRIu64, outcome->seed);
    add_property(properties, "seed", seed);
    add_property(properties, "profile", outcome->profile);
    if (outcome->code != EXIT_PASSED) {
        mxml_node_t *said;

        add_faults(test, outcome);
        said = mxmlNewElement(test, "system-out");
        for (size_t i = 0; i < outcome->result.tail_count; i++) {
            mxmlNewOpaquef(said, "%s\n", outcome->result.tail[i]);
        }
    } else if (outcome_is_skipped(outcome)) {
        add_skip(test, outcome);
    }
}

static void add_suite(mxml_node_t *document, const struct outcome *outcomes, size_t count)
{
    mxml_node_t *suite = mxmlNewElement(document, "testsuite");
    size_t failures = 0;
    size_t errors = 0;
    size_t skipped = 0;

    for (size_t i = 0; i < count; i++) {
        errors += outcomes[i].code == EXIT_ENVIRONMENT;
        failures += outcomes[i].code != EXIT_ENVIRONMENT && outcomes[i].code != EXIT_PASSED;
        skipped += outcome_is_skipped(&outcomes[i]);
    }
    mxmlElementSetAttr(suite, "name", "hl78sim");
    mxmlElementSetAttrf(suite, "tests", "%zu", count);
    mxmlElementSetAttrf(suite, "failures", "%zu", failures);
    mxmlElementSetAttrf(suite, "errors", "%zu", errors);
    mxmlElementSetAttrf(suite, "skipped", "%zu", skipped);
    for (size_t i = 0; i < count; i++) {
        add_case(suite, &outcomes[i]);
    }
}

/* ---- The document ---- */

/* Elements begin on lines of their own, and so does the end of one that holds elements. */
static const char *space(mxml_node_t *node, int where)
{
    mxml_node_t *first = mxmlGetFirstChild(node);
    bool holds_elements = first != NULL && mxmlGetType(first) == MXML_ELEMENT;

    if (mxmlGetParent(node) == NULL) {
        return NULL;
    }
    return where == MXML_WS_BEFORE_OPEN || (where == MXML_WS_BEFORE_CLOSE && holds_elements) ? "\n"
                                                                                             : NULL;
}

/* What XML 1.0 2.2 leaves out of Unicode. */
static bool is_character(wchar_t character)
{
    return (character >= 0x20 || character == '\n' || character == '\t') && character != 0x7f &&
           character != 0xfffe && character != 0xffff;
}

/* Mini-XML escapes and writes all that it is given: bytes that are no UTF-8 and characters that XML
 * cannot hold become '?', all over the document. In a locale with UTF-8. */
static void clean(char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        mbstate_t state = {0};
        wchar_t character = 0;
        size_t size = mbrtowc(&character, text, left, &state);
        bool broken = size == 0 || size > left;

        size = broken ? 1 : size;
        if (broken || !is_character(character)) {
            memset(text, '?', size);
        }
        text += size;
        left -= size;
    }
}

/* NULL: no memory. */
static char *make_text(const struct outcome *outcomes, size_t count)
{
    mxml_node_t *document = mxmlNewXML("1.0");
    char *text;

    mxmlSetWrapMargin(0);
    add_suite(document, outcomes, count);
    text = mxmlSaveAllocString(document, space);
    mxmlDelete(document);
    if (text != NULL) {
        locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
        locale_t before = uselocale(utf8);

        clean(text);
        uselocale(before);
        if (utf8 != (locale_t)0) {
            freelocale(utf8);
        }
    }
    return text;
}

bool report_junit(const char *path, const struct outcome *outcomes, size_t count)
{
    char *text = make_text(outcomes, count);
    bool good = text_file_save(path, text, text != NULL ? strlen(text) : 0);

    free(text);
    return good;
}
