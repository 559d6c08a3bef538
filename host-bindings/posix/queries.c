/*
 * Sends queries one after the other and collects their answers. Reads no value out of them
 * (answers.c does).
 */
#include <hlposix/queries.h>

#include "answers.h"
#include "internal.h"

#include <stdio.h>
#include <string.h>

static const char probe[] = "AT";

static void ask(struct hlposix_queries *queries);

void hlposix_queries_init(struct hlposix_queries *queries)
{
    memset(queries, 0, sizeof *queries);
    strcpy(queries->queries[0].command, probe);
    queries->count = 1;
}

bool hlposix_queries_want(struct hlposix_queries *queries, const char *path)
{
    char command[sizeof queries->queries[0].command];

    HLPOSIX_ASSERT(!queries->running);
    if (strcmp(path, "modem.powered") == 0) {
        return true;
    }
    if (hlposix__command_for(path, command, sizeof command) < 0) {
        return false;
    }
    for (size_t i = 0; i < queries->count; i++) {
        if (strcmp(queries->queries[i].command, command) == 0) {
            return true;
        }
    }
    if (queries->count == HLPOSIX_QUERIES_MAX) {
        return false;
    }
    strcpy(queries->queries[queries->count++].command, command);
    return true;
}

void hlposix_queries_stop(struct hlposix_queries *queries)
{
    if (queries->running) {
        queries->running = false;
        ev_timer_stop(queries->loop, &queries->wait);
        hlposix_wire_attach(queries->wire, NULL);
    }
}

static void finish(struct hlposix_queries *queries)
{
    hlposix_queries_stop(queries);
    if (queries->done != NULL) {
        queries->done(queries->user);
    }
}

static void next(struct hlposix_queries *queries)
{
    queries->current++;
    queries->tries = 0;
    if (queries->current == queries->count) {
        finish(queries);
    } else {
        ask(queries);
    }
}

static void ask(struct hlposix_queries *queries)
{
    struct hlposix_query *query = &queries->queries[queries->current];
    char line[sizeof query->command + 1];
    size_t size = strlen(query->command);

    query->lines[0] = '\0';
    queries->tries++;
    memcpy(line, query->command, size);
    line[size] = '\r';
    ev_now_update(queries->loop);
    ev_timer_stop(queries->loop, &queries->wait);
    ev_timer_set(&queries->wait, HLPOSIX_QUERY_WAIT, 0.0);
    ev_timer_start(queries->loop, &queries->wait);
    /* A line that takes only a part of so little is stuck: the time-out says so. */
    (void)hlposix_wire_write(queries->wire, (const uint8_t *)line, size + 1);
}

static void on_wait_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct hlposix_queries *queries = watcher->data;

    (void)loop;
    (void)events;
    hlposix_wire_present(queries->wire);
    if (queries->current > 0) {
        next(queries);
    } else if (queries->tries < HLPOSIX_QUERY_TRIES) {
        ask(queries);
    } else {
        finish(queries);
    }
}

static bool is_error(const char *line)
{
    return strcmp(line, "ERROR") == 0 || strncmp(line, "+CME ERROR:", 11) == 0 ||
           strncmp(line, "+CMS ERROR:", 11) == 0;
}

static void on_line(struct hlposix_queries *queries, const char *line)
{
    struct hlposix_query *query = &queries->queries[queries->current];
    size_t used = strlen(query->lines);

    if (strcmp(line, query->command) == 0) {
        return; /* the echo */
    }
    if (strcmp(line, "OK") == 0 && queries->current > 0 && used == 0) {
        return; /* of an earlier command: every query but the first has something to tell */
    }
    if (strcmp(line, "OK") == 0 || is_error(line)) {
        query->ok = line[0] == 'O';
        next(queries);
    } else if (used + strlen(line) + 2 <= sizeof query->lines) {
        snprintf(query->lines + used, sizeof query->lines - used, "%s\n", line);
    }
}

static void on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    struct hlposix_queries *queries = user;

    for (size_t i = 0; i < size && queries->running; i++) {
        if (bytes[i] == '\r' || bytes[i] == '\n') {
            queries->line[queries->line_size] = '\0';
            if (queries->line_size > 0) {
                queries->line_size = 0;
                on_line(queries, queries->line);
            }
        } else if (bytes[i] != '\0' && queries->line_size + 1 < sizeof queries->line) {
            queries->line[queries->line_size++] = (char)bytes[i];
        }
    }
}

static void on_gone(void *user, int number)
{
    (void)number;
    finish(user);
}

void hlposix_queries_start(struct hlposix_queries *queries, const struct hlposix_queries_run *run)
{
    struct hlposix_wire_party party = {.user = queries, .receive = on_bytes, .gone = on_gone};

    HLPOSIX_ASSERT(!queries->running);
    queries->loop = run->loop;
    queries->wire = run->wire;
    queries->user = run->user;
    queries->done = run->done;
    queries->current = 0;
    queries->tries = 0;
    queries->line_size = 0;
    for (size_t i = 0; i < queries->count; i++) {
        queries->queries[i].ok = false;
    }
    ev_timer_init(&queries->wait, on_wait_over, 0.0, 0.0);
    queries->wait.data = queries;
    queries->running = true;
    hlposix_wire_attach(run->wire, &party);
    ask(queries);
}

static const struct hlposix_query *find(const struct hlposix_queries *queries, const char *command)
{
    for (size_t i = 0; i < queries->count; i++) {
        if (strcmp(queries->queries[i].command, command) == 0) {
            return queries->queries[i].ok ? &queries->queries[i] : NULL;
        }
    }
    return NULL;
}

int hlposix_queries_read(const struct hlposix_queries *queries, const char *path,
                         struct hlsim_value *ret_value)
{
    char command[sizeof queries->queries[0].command];
    const struct hlposix_query *query;

    if (strcmp(path, "modem.powered") == 0) {
        /* Silence is no proof of the contrary. */
        if (!queries->queries[0].ok) {
            return HLSIM_E_UNSUPPORTED;
        }
        *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_BOOL, .integer = 1};
        return 0;
    }
    if (hlposix__command_for(path, command, sizeof command) < 0) {
        return HLSIM_E_NOT_FOUND;
    }
    query = find(queries, command);
    return query != NULL ? hlposix__read_answer(path, query->lines, ret_value)
                         : HLSIM_E_UNSUPPORTED;
}
