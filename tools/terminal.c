/*
 * A bar that is drawn over itself, and lines for everything that is no terminal.
 */
#include "terminal.h"

#include <hl78sim/time.h>
#include <hlpty/clock.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_WIDTH 30

/* Between two looks at a bar, and between two lines. */
#define BAR_PAUSE  (100 * HLSIM_MS)
#define LINE_PAUSE (5 * HLSIM_SECOND)

#define RED        "\033[31m"
#define GREEN      "\033[32m"
#define NORMAL     "\033[0m"

bool terminal_colours(FILE *file)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return (no_color == NULL || no_color[0] == '\0') && isatty(fileno(file)) &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

void progress_begin(struct progress *progress, size_t total, const char *pieces, const char *bad)
{
    *progress = (struct progress){.pieces = pieces,
                                  .bad = bad,
                                  .total = total,
                                  .terminal = isatty(STDERR_FILENO) != 0,
                                  .colours = terminal_colours(stderr),
                                  .shown = hlpty_clock_wall()};
}

static void draw_bar(const struct progress *progress, size_t done, size_t bad)
{
    static const char full[] = "##############################";
    static const char rest[] = "..............................";
    size_t width = progress->total == 0 ? 0 : done * BAR_WIDTH / progress->total;

    fprintf(stderr, "\r[%s%.*s%s%.*s] ", progress->colours ? (bad > 0 ? RED : GREEN) : "",
            (int)width, full, progress->colours ? NORMAL : "", (int)(BAR_WIDTH - width), rest);
}

void progress_show(struct progress *progress, size_t done, size_t bad)
{
    int64_t now = hlpty_clock_wall();

    if (now - progress->shown < (progress->terminal ? BAR_PAUSE : LINE_PAUSE)) {
        return;
    }
    progress->shown = now;
    progress->visible = progress->terminal;
    if (progress->terminal) {
        draw_bar(progress, done, bad);
    }
    fprintf(stderr, "%zu of %zu %s, %zu %s%s", done, progress->total, progress->pieces, bad,
            progress->bad, progress->terminal ? "" : "\n");
}

void progress_clear(struct progress *progress)
{
    if (progress->visible) {
        fprintf(stderr, "\r%78s\r", "");
        progress->visible = false;
    }
}
