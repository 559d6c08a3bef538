/*
 * hl78sim check: are these files valid?
 */
#include "command.h"
#include "setup_file.h"

struct check_options {
    struct parsed parsed;
};

static enum exit_code run(const char *program, const void *values)
{
    const struct check_options *options = values;
    struct text_list files;
    enum exit_code code = file_list_expand("check", &options->parsed.operands, false, &files)
                              ? EXIT_PASSED
                              : EXIT_USAGE;

    (void)program;
    for (size_t i = 0; i < files.count; i++) {
        if (!setup_file_check(files.items[i])) {
            code = EXIT_USAGE;
        }
    }
    file_list_free(&files);
    return code;
}

static const struct option_row rows[] = {{.name = NULL}};

const struct command command_check = {
    .name = "check",
    .operands = "FILE|DIR...",
    .about = "Validate scenarios and profiles, and say all that is wrong with them",
    .details = "Prints file:line:column: /json/pointer: what was expected. Nothing is run.",
    .examples = "hl78sim check scenarios my-profile.json",
    .options = rows,
    .size = sizeof(struct check_options),
    .run = run,
};
