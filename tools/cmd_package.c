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
        return "build needs --from VERSION for a delta, or --full for a whole image";
    }
    if (options->from != NULL && !hlsim_version_valid(options->from)) {
        return "--from: expected a version such as 4.4.14.0";
    }
    if (options->to == NULL || !hlsim_version_valid(options->to)) {
        return "build needs --to VERSION, such as 4.6.8.0";
    }
    if (!options->size.given || options->size.value > HLSIM_PACKAGE_SIZE_MAX ||
        options->size.value < (options->full ? (uint64_t)HLSIM_PACKAGE_SIZE_MIN
                                             : (uint64_t)HLSIM_PACKAGE_DELTA_SIZE_MIN)) {
        return options->full ? "build needs --size BYTES, with --full from 437 to 7340032"
                             : "build needs --size BYTES, from 540 to 7340032";
    }
    return options->output == NULL ? "build needs -o FILE" : NULL;
}

static enum exit_code build(const struct package_options *options)
{
    const char *mistake = build_mistake(options);
    struct hlsim_package_spec spec = {.full = options->full,
                                      .from = options->full ? NULL : options->from,
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

#define WORDS_SIZE 96

/* What is found out about a file. */
struct finding {
    int result; /* of the verification by the module's key */
    bool has_header;
    struct hlsim_package_info info;
    bool has_delta;
    struct hlsim_package_delta delta;
};

static void examine(const uint8_t *bytes, size_t size, struct finding *ret_finding)
{
    struct hlsim_package_verifier verifier;

    memset(ret_finding, 0, sizeof *ret_finding);
    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    (void)hlsim_package_verifier_update(&verifier, bytes, size);
    ret_finding->result = hlsim_package_verifier_finish(&verifier);
    ret_finding->has_header = hlsim_package_parse(bytes, size, &ret_finding->info) == 0;
    if (hlsim_package_verifier_delta(&verifier) != NULL) {
        ret_finding->has_delta = true;
        ret_finding->delta = *hlsim_package_verifier_delta(&verifier);
    }
}

/* What is wrong with a header that cannot be used. */
static const char *header_mistake(const uint8_t *bytes, size_t size, char words[WORDS_SIZE])
{
    static const char magic[] = "HL78PKG";
    struct hlsim_package_info info;

    if (memcmp(bytes, magic, size < sizeof magic ? size : sizeof magic) != 0) {
        return "not a package: it does not begin with HL78PKG";
    }
    if (size < HLSIM_PACKAGE_HEADER_SIZE) {
        snprintf(words, WORDS_SIZE, "cut in its header: %zu of %d bytes", size,
                 HLSIM_PACKAGE_HEADER_SIZE);
        return words;
    }
    switch (hlsim_package_parse(bytes, size, &info)) {
    case HLSIM_E_CORRUPT:
        return "damaged: the header's checksum is wrong";
    case HLSIM_E_UNSUPPORTED:
        return "of a format or a kind that is not known";
    default:
        return "malformed: a size or a text in the header is not possible";
    }
}

static const char *mistake(const struct finding *finding, const uint8_t *bytes, size_t size,
                           char words[WORDS_SIZE])
{
    if (!finding->has_header) {
        return header_mistake(bytes, size, words);
    }
    if (size < finding->info.total_size) {
        snprintf(words, WORDS_SIZE, "cut: %zu of %" PRIu32 " bytes", size,
                 finding->info.total_size);
        return words;
    }
    if (size > finding->info.total_size) {
        snprintf(words, WORDS_SIZE, "%zu bytes after its end", size - finding->info.total_size);
        return words;
    }
    switch (finding->result) {
    case HLSIM_E_CORRUPT:
        return "damaged: a checksum is wrong";
    case HLSIM_E_SIGNATURE:
        return hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_OTHER) == 0
                   ? "signed by the other test key"
                   : "its signature is wrong";
    default:
        return finding->info.kind == HLSIM_PACKAGE_DELTA
                   ? "malformed: the delta's operations make no image"
                   : "malformed: the image inside is not the one announced";
    }
}

static const char *signature(const struct finding *finding, const uint8_t *bytes, size_t size,
                             char words[WORDS_SIZE])
{
    if (finding->result == 0) {
        return "good, by the module's key";
    }
    return finding->result == HLSIM_E_SIGNATURE ? mistake(finding, bytes, size, words)
                                                : "not checked, since the package is damaged";
}

/* How it ends on a module that fetches this file (docs/package-format.md, "Checks"). */
static const char *fate(const struct finding *finding, char words[WORDS_SIZE])
{
    if (finding->result == HLSIM_E_SIGNATURE) {
        return "+WDSI: 13";
    }
    if (finding->result < 0) {
        return "+WDSI: 11,2";
    }
    if (finding->info.from[0] == '\0') {
        return "+WDSI: 12, then 14 and 16";
    }
    snprintf(words, WORDS_SIZE, "+WDSI: 12, then 14 and 16 where %s runs, elsewhere 15",
             finding->info.from);
    return words;
}

static void show_delta(const struct hlsim_package_delta *delta)
{
    printf("base       %" PRIu32 " bytes, SHA-256 ", delta->base_size);
    for (size_t i = 0; i < sizeof delta->base_digest; i++) {
        printf("%02x", delta->base_digest[i]);
    }
    printf("\nimage      %" PRIu32 " bytes by %" PRIu32 " operations: %" PRIu32 " copied, %" PRIu32
           " carried\nunused     %" PRIu32 " bytes\n",
           delta->image_size, delta->operations, delta->copied, delta->carried, delta->unused);
}

static enum exit_code show(const char *path, const uint8_t *bytes, size_t size)
{
    struct finding finding;
    char words[WORDS_SIZE];

    examine(bytes, size, &finding);
    if (!finding.has_header) {
        fprintf(stderr, "%s: %s\n", path, header_mistake(bytes, size, words));
        return EXIT_USAGE;
    }
    printf("file       %s, %zu bytes\n", path, size);
    printf("kind       %s\n", finding.info.kind == HLSIM_PACKAGE_DELTA ? "delta" : "full image");
    printf("model      %s\n", finding.info.model);
    printf("from       %s\n", finding.info.from[0] == '\0' ? "any version" : finding.info.from);
    printf("to         %s\n", finding.info.to);
    printf("size       %" PRIu32 " bytes, of which payload %" PRIu32 "\n", finding.info.total_size,
           finding.info.payload_size);
    printf("payload    CRC-32 %08" PRIx32 "\n", finding.info.payload_crc);
    if (finding.has_delta) {
        show_delta(&finding.delta);
    }
    printf("content    %s\n", finding.result == 0 || finding.result == HLSIM_E_SIGNATURE
                                  ? "whole"
                                  : mistake(&finding, bytes, size, words));
    printf("signature  %s\n", signature(&finding, bytes, size, words));
    printf("a module   %s\n", fate(&finding, words));
    return EXIT_PASSED;
}

static enum exit_code verify(const char *path, const uint8_t *bytes, size_t size)
{
    struct finding finding;
    char words[WORDS_SIZE];

    examine(bytes, size, &finding);
    if (finding.result == HLSIM_E_NO_MEMORY) {
        fprintf(stderr, "%s: %s\n", path, hlsim_error_text(finding.result));
        return EXIT_ENVIRONMENT;
    }
    printf("%s: %s\n", path, finding.result == 0 ? "good" : mistake(&finding, bytes, size, words));
    return finding.result == 0 ? EXIT_PASSED : EXIT_FAILED;
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
    {"from", 0, OPTION_TEXT, ROW(from), NULL, "VERSION",
     "build: the version that the delta is for"},
    {"to", 0, OPTION_TEXT, ROW(to), NULL, "VERSION", "build: the version of the image inside"},
    {"size", 0, OPTION_NUMBER, ROW(size), NULL, "BYTES", "build: of the whole package"},
    {"output", 'o', OPTION_TEXT, ROW(output), NULL, "FILE", "build: where to (-: standard output)"},
    {"full", 0, OPTION_FLAG, ROW(full), NULL, NULL,
     "build: a whole image, for any version (--from says nothing then)"},
    {"break", 0, OPTION_CHOICE, ROW(broken), breaks, "bit_flip|truncate|wrong_key|wrong_base",
     "build: damaged on purpose"},
    {"seed", 0, OPTION_NUMBER, ROW(seed), NULL, "N",
     "build: from which the unused bytes are drawn"},
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
