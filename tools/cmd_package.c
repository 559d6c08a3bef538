/*
 * hl78sim package: builds, shows and verifies update packages.
 */
#include "command.h"
#include "setup_file.h"

#include <hl78sim/package.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct package_options {
    struct parsed parsed;
    const char *from;
    const char *to;
    const char *model;
    const char *output;
    const char *broken;
    struct option_number size;
    struct option_number seed;
    bool full;
};

static enum exit_code refuse(const char *what)
{
    fprintf(stderr, "hl78sim package: %s\n", what);
    return EXIT_USAGE;
}

/* ---- build ---- */

static bool write_file(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    bool good = file != NULL && fwrite(bytes, 1, size, file) == size;

    if (file != NULL && file != stdout) {
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }
    return good;
}

static const char *build_mistake(const struct package_options *options)
{
    if (options->from == NULL && !options->full) {
        return "build needs --from VERSION, or --full for any version";
    }
    if (options->from != NULL && !hlsim_version_valid(options->from)) {
        return "--from: expected a version such as 4.4.14.0";
    }
    if (options->to == NULL || !hlsim_version_valid(options->to)) {
        return "build needs --to VERSION, such as 4.6.8.0";
    }
    if (!options->size.given || options->size.value < HLSIM_PACKAGE_SIZE_MIN ||
        options->size.value > HLSIM_PACKAGE_SIZE_MAX) {
        return "build needs --size BYTES, from 437 to 4194304";
    }
    return options->output == NULL ? "build needs -o FILE" : NULL;
}

static enum exit_code build(const struct package_options *options)
{
    const char *mistake = build_mistake(options);
    struct hlsim_package_spec spec = {.from = options->full ? NULL : options->from,
                                      .to = options->to,
                                      .model = options->model,
                                      .size = (uint32_t)options->size.value,
                                      .seed = options->seed.value};
    enum exit_code code = EXIT_ENVIRONMENT;
    uint8_t *bytes;
    size_t size = 0;
    int result;

    if (mistake != NULL) {
        return refuse(mistake);
    }
    if (options->broken != NULL) {
        spec.breakage = (enum hlsim_package_break)hlsim_package_break_find(options->broken);
    }
    bytes = malloc(spec.size);
    result =
        bytes == NULL ? HLSIM_E_NO_MEMORY : hlsim_package_build(&spec, bytes, spec.size, &size);
    if (result < 0) {
        fprintf(stderr, "hl78sim package: the package cannot be built: %s\n",
                hlsim_error_text(result));
        code = result == HLSIM_E_NO_MEMORY ? EXIT_ENVIRONMENT : EXIT_USAGE;
    } else if (write_file(options->output, bytes, size)) {
        code = EXIT_PASSED;
    }
    free(bytes);
    return code;
}

/* ---- show and verify ---- */

static const char *verdict(const uint8_t *bytes, size_t size)
{
    int result = hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_MODULE);

    if (result == 0) {
        return "good, by the module's key";
    }
    if (result == HLSIM_E_SIGNATURE) {
        return hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_OTHER) == 0
                   ? "wrong: by the other test key"
                   : "wrong";
    }
    return "not checked, since the package is damaged";
}

static const char *content(const uint8_t *bytes, size_t size, size_t total_size)
{
    int result = hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_MODULE);

    if (size != total_size) {
        return size < total_size ? "truncated: shorter than its header says"
                                 : "longer than its header says";
    }
    return result == 0 || result == HLSIM_E_SIGNATURE ? "whole" : hlsim_error_text(result);
}

static enum exit_code show(const char *path, const uint8_t *bytes, size_t size)
{
    struct hlsim_package_info info;
    int result = hlsim_package_parse(bytes, size, &info);

    if (result < 0) {
        fprintf(stderr, "%s: no package: %s\n", path, hlsim_error_text(result));
        return EXIT_USAGE;
    }
    printf("file       %s, %zu bytes\n", path, size);
    printf("kind       %s\n", info.kind == HLSIM_PACKAGE_FULL ? "full image" : "unknown");
    printf("model      %s\n", info.model);
    printf("from       %s\n", info.from[0] == '\0' ? "any version" : info.from);
    printf("to         %s\n", info.to);
    printf("size       %" PRIu32 " bytes, of which payload %" PRIu32 "\n", info.total_size,
           info.payload_size);
    printf("payload    CRC-32 %08" PRIx32 "\n", info.payload_crc);
    printf("content    %s\n", content(bytes, size, info.total_size));
    printf("signature  %s\n", verdict(bytes, size));
    return EXIT_PASSED;
}

static enum exit_code verify(const char *path, const uint8_t *bytes, size_t size)
{
    int result = hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_MODULE);

    if (result == HLSIM_E_NO_MEMORY) {
        fprintf(stderr, "%s: %s\n", path, hlsim_error_text(result));
        return EXIT_ENVIRONMENT;
    }
    printf("%s: %s\n", path, result == 0 ? "good" : hlsim_error_text(result));
    return result == 0 ? EXIT_PASSED : EXIT_FAILED;
}

static enum exit_code read_and(enum exit_code (*call)(const char *path, const uint8_t *bytes,
                                                      size_t size),
                               const struct package_options *options)
{
    enum exit_code code;
    uint8_t *bytes;
    size_t size;

    if (options->parsed.operands.count != 2) {
        return refuse("expected one FILE");
    }
    /* One byte more than any package, so that a file that is too long is judged as such. */
    if (!file_read(options->parsed.operands.items[1], HLSIM_PACKAGE_SIZE_MAX + 1, &bytes, &size)) {
        return EXIT_USAGE;
    }
    code = call(options->parsed.operands.items[1], bytes, size);
    free(bytes);
    return code;
}

static enum exit_code run(const char *program, const void *values)
{
    static const char *const words[] = {"build", "show", "verify"};
    const struct package_options *options = values;
    const char *word = options->parsed.operands.count == 0 ? "" : options->parsed.operands.items[0];
    char hint[HINT_SIZE];

    (void)program;
    if (strcmp(word, "build") == 0) {
        return options->parsed.operands.count == 1 ? build(options)
                                                   : refuse("build takes options only");
    }
    if (strcmp(word, "show") == 0) {
        return read_and(show, options);
    }
    if (strcmp(word, "verify") == 0) {
        return read_and(verify, options);
    }
    fprintf(stderr, "hl78sim package: expected build, show or verify and not \"%s\"%s\n", word,
            nearest_hint(word, words, sizeof words / sizeof *words, hint));
    return EXIT_USAGE;
}

static const char *const breaks[] = {"bit_flip", "truncate", "wrong_key", "wrong_base", NULL};

#define ROW(field) offsetof(struct package_options, field)

static const struct option_row rows[] = {
    {"from", 0, OPTION_TEXT, ROW(from), NULL, "VERSION", "build: the version that it updates"},
    {"to", 0, OPTION_TEXT, ROW(to), NULL, "VERSION", "build: the version of the image inside"},
    {"size", 0, OPTION_NUMBER, ROW(size), NULL, "BYTES", "build: of the whole package"},
    {"output", 'o', OPTION_TEXT, ROW(output), NULL, "FILE", "build: where to (-: standard output)"},
    {"full", 0, OPTION_FLAG, ROW(full), NULL, NULL, "build: fits any version"},
    {"break", 0, OPTION_CHOICE, ROW(broken), breaks, "bit_flip|truncate|wrong_key|wrong_base",
     "build: damaged on purpose"},
    {"seed", 0, OPTION_NUMBER, ROW(seed), NULL, "N", "build: from which the content is drawn"},
    {"model", 0, OPTION_TEXT, ROW(model), NULL, "MODEL", "build: of the module (HL7800)"},
    {.name = NULL},
};

static const struct package_options defaults = {.model = "HL7800", .seed = {.value = 1}};

const struct command command_package = {
    .name = "package",
    .operands = "build --from VERSION --to VERSION --size BYTES -o FILE | show FILE | verify FILE",
    .about = "Build, show and verify update packages",
    .examples = "hl78sim package build --from 4.4.14.0 --to 4.6.8.0 --size 524648 -o new.bin\n"
                "hl78sim package verify new.bin",
    .options = rows,
    .size = sizeof(struct package_options),
    .defaults = &defaults,
    .run = run,
};
