/*
 * hl78sim new: a scenario or a profile to start from. Never overwrites.
 */
#include "command.h"
#include "outcome.h"
#include "template.h"

#include <cjson/cJSON.h>

#include <errno.h>
#include <fcntl.h>
#include <hl78sim/scenario.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENDING ".json"

struct new_options {
    struct parsed parsed;
    const char *template;
};

/* "a/b" and "a/b.json" are the file a/b.json, whose scenario is called b. */
static char *path_of(const char *name)
{
    size_t size = strlen(name);
    size_t ending = strlen(ENDING);
    bool has_ending = size > ending && strcmp(name + size - ending, ENDING) == 0;
    char *path = malloc(size + ending + 1);

    if (path != NULL) {
        snprintf(path, size + ending + 1, "%s%s", name, has_ending ? "" : ENDING);
    }
    return path;
}

/* The scenario's name as JSON, allocated; NULL: it is none, or too long. */
static char *quoted_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    size_t size = strlen(base) - strlen(ENDING);
    char name[sizeof((struct hlsim_scenario *)0)->name];
    cJSON *json;
    char *text;

    if (size == 0 || size >= sizeof name) {
        return NULL;
    }
    memcpy(name, base, size);
    name[size] = '\0';
    json = cJSON_CreateString(name);
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

static bool write_file(const char *path, const struct template *template, const char *name)
{
    const char *place = strstr(template->text, TEMPLATE_NAME);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool good = file != NULL;

    if (good) {
        fprintf(file, "%.*s%s%s", (int)(place - template->text), template->text, name,
                place + strlen(TEMPLATE_NAME));
        good = fclose(file) == 0;
    }
    if (!good) {
        fprintf(stderr, "%s: %s%s\n", path, strerror(errno),
                errno == EEXIST ? "; it is not overwritten" : "");
    }
    return good;
}

static void print_command(const char *command, const char *path, const char *rest)
{
    printf("  hl78sim %s ", command);
    outcome_quote(stdout, path);
    printf("%s\n", rest);
}

static void print_next(const char *path, const struct template *template)
{
    printf("%s is made from the template \"%s\". Next:\n", path, template->name);
    print_command("check", path, "");
    if (strstr(template->text, "\"firmwares\"") != NULL) {
        print_command("list quirks --profile", path, "");
        print_command("serve --profile", path, "");
        return;
    }
    print_command("run", path, " --transcript -");
    if (strstr(template->text, "\"goal\"") != NULL) {
        print_command("explore", path, " --fault power_cut --plan random:100");
    }
}

static const struct template *find_template(const char *name)
{
    const char *names[16] = {0};
    size_t count = 0;
    char hint[HINT_SIZE];

    for (size_t i = 0; templates[i].name != NULL; i++) {
        if (strcmp(templates[i].name, name) == 0) {
            return &templates[i];
        }
        if (count < sizeof names / sizeof *names) {
            names[count++] = templates[i].name;
        }
    }
    fprintf(stderr, "hl78sim new: unknown template \"%s\"%s; there are\n", name,
            nearest_hint(name, names, count, hint));
    for (size_t i = 0; templates[i].name != NULL; i++) {
        fprintf(stderr, "  %-12s %s\n", templates[i].name, templates[i].about);
    }
    return NULL;
}

static enum exit_code make(const char *path, const struct template *template)
{
    char *name = quoted_name(path);
    enum exit_code code = EXIT_USAGE;

    if (name == NULL) {
        fprintf(stderr, "hl78sim new: \"%s\" gives a scenario no name of 1 to 127 bytes\n", path);
    } else if (write_file(path, template, name)) {
        print_next(path, template);
        code = EXIT_PASSED;
    } else if (errno != EEXIST) {
        code = EXIT_ENVIRONMENT;
    }
    cJSON_free(name);
    return code;
}

static enum exit_code run(const char *program, const void *values)
{
    const struct new_options *options = values;
    const struct template *template = find_template(options->template);
    enum exit_code code = EXIT_USAGE;
    char *path;

    (void)program;
    if (template == NULL) {
        return EXIT_USAGE;
    }
    if (options->parsed.operands.count != 1) {
        fprintf(stderr, "hl78sim new: expected one NAME\n");
        return EXIT_USAGE;
    }
    path = path_of(options->parsed.operands.items[0]);
    if (path != NULL) {
        code = make(path, template);
    }
    free(path);
    return code;
}

static const struct option_row rows[] = {
    {"template", 0, OPTION_TEXT, offsetof(struct new_options, template), NULL,
     "update|agreements|power_cut|local|script|profile",
     "what to start from (update); profile: a firmware of one's own, for --profile FILE"},
    {.name = NULL},
};

static const struct new_options defaults = {.template = "update"};

const struct command command_new = {
    .name = "new",
    .operands = "NAME [--template TEMPLATE]",
    .about = "Write a scenario or a profile to start from, with remarks in it",
    .details = "Writes NAME.json, a valid scenario or profile whose parts say what they are for "
               "(\"about\"), and tells what to do next. A file that exists is never overwritten.",
    .examples = "hl78sim new my-update\nhl78sim new tests/cut --template power_cut\n"
                "hl78sim new my-module --template profile",
    .options = rows,
    .size = sizeof(struct new_options),
    .defaults = &defaults,
    .run = run,
};
