/*
 * hl78sim: the table of subcommands. Decides nothing else.
 */
#include "command.h"
#include "manual.h"

#include <hl78sim/airvantage.h>

#include <hl78sim/error.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_run,   &command_serve, &command_airvantage, &command_ctl,     &command_explore,
    &command_check, &command_list,  &command_new,        &command_package, &command_doctor,
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static const struct manual manual = {
    .count = COMMAND_COUNT, .commands = commands, .version = HL78SIM_VERSION};

_Noreturn void hlsim_assert_failed(const char *file, int line, const char *expression)
{
    fprintf(stderr, "hl78sim: %s:%d: this should never happen: %s does not hold\n", file, line,
            expression);
    abort();
}

static void print_usage(FILE *file)
{
    fprintf(file, "usage: hl78sim COMMAND [ARGUMENTS]\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(file, "  %-11s %s\n", commands[i]->name, commands[i]->about);
    }
    fprintf(file, "  %-11s %s\n", "help", "This page, or that of a command");
    fprintf(file, "\n  --version  The program's version\n"
                  "  help --man [COMMAND], help --completion bash: for man(1) and for the shell\n");
}

static void print_help(const struct command *command)
{
    printf("usage: hl78sim %s %s\n\n%s.\n", command->name, command->operands, command->about);
    if (command->options->name != NULL) {
        printf("\n");
        options_print(stdout, command->options);
    }
    if (command->examples != NULL) {
        printf("\n%s\n", command->examples);
    }
}

static const struct command *find(const char *name)
{
    const char *names[COMMAND_COUNT + 1] = {"help"};
    char hint[HINT_SIZE];

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
        names[i + 1] = commands[i]->name;
    }
    fprintf(stderr, "hl78sim: unknown command \"%s\"%s\n", name,
            nearest_hint(name, names, COMMAND_COUNT + 1, hint));
    return NULL;
}

static enum exit_code print_completion(const char *shell)
{
    if (shell == NULL || strcmp(shell, "bash") != 0) {
        fprintf(stderr, "hl78sim help: --completion: expected bash\n");
        return EXIT_USAGE;
    }
    manual_completion(stdout, &manual);
    return EXIT_PASSED;
}

static enum exit_code print_manual(const char *name)
{
    const struct command *command = name == NULL ? NULL : find(name);

    if (name != NULL && command == NULL) {
        return EXIT_USAGE;
    }
    manual_page(stdout, &manual, command);
    return EXIT_PASSED;
}

/* `names` are the words behind "help". */
static enum exit_code help(char *const *names)
{
    const char *name = names[0];
    const struct command *command;

    if (name == NULL || strcmp(name, "help") == 0 || strcmp(name, "--help") == 0) {
        print_usage(stdout);
        return EXIT_PASSED;
    }
    if (strcmp(name, "--man") == 0) {
        return print_manual(names[1]);
    }
    if (strcmp(name, "--completion") == 0) {
        return print_completion(names[1]);
    }
    command = find(name);
    if (command == NULL) {
        return EXIT_USAGE;
    }
    print_help(command);
    return EXIT_PASSED;
}

static bool wants_help(char *const *argv)
{
    for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
        if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0) {
            return true;
        }
    }
    return false;
}

static enum exit_code run(const struct command *command, const char *program, char *const *argv)
{
    void *values = calloc(1, command->size);
    enum exit_code code = EXIT_USAGE;

    if (values == NULL) {
        fprintf(stderr, "hl78sim: %s\n", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return EXIT_ENVIRONMENT;
    }
    if (command->defaults != NULL) {
        memcpy(values, command->defaults, command->size);
    }
    if (options_parse(command->name, command->options, argv, values)) {
        code = command->run(program, values);
    }
    options_free(command->options, values);
    free(values);
    return code;
}

static enum exit_code carry_out(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("hl78sim %s%s\n", HL78SIM_VERSION,
               hlsim_has_dtls() ? "" : " (without DTLS: no coaps, airvantage.security is none)");
        return EXIT_PASSED;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        return help(argv + 2);
    }
    command = find(argv[1]);
    if (command == NULL) {
        return EXIT_USAGE;
    }
    if (wants_help(argv + 2)) {
        print_help(command);
        return EXIT_PASSED;
    }
    return run(command, argv[0], argv + 2);
}

/* Where the caller closed a standard stream, no file that is opened later may take its number: what
 * is written there goes nowhere, and is missed at the end. */
static bool hold_standard_streams(void)
{
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    enum exit_code code;

    if (!hold_standard_streams()) {
        return EXIT_ENVIRONMENT;
    }
    code = carry_out(argc, argv);
    /* A full disk shows when the last bytes leave. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "hl78sim: standard output cannot be written: %s\n", strerror(errno));
        code = exit_code_worse(code, EXIT_ENVIRONMENT);
    }
    return (int)code;
}
