/*
 * Reads inotify events and tells them to the terminals they are about. Counts nothing itself.
 *
 * inotify merges an event with the one before when both are alike, so that two opens in a row would
 * be told as one. Each terminal is therefore watched twice, by itself and through its directory:
 * the kernel then queues the two kinds in turns and neither is ever like its predecessor. Only the
 * terminal's own events are used.
 */
#include <hlpty/presence.h>

#include "internal.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define PATH_SIZE 128

struct hlpty_presence {
    struct ev_loop *loop;
    ev_io readable;
    int fd;
    struct hlpty_presence_entry *first;
};

static void tell(struct hlpty_presence *presence, const struct inotify_event *event)
{
    for (struct hlpty_presence_entry *entry = presence->first; entry != NULL; entry = entry->next) {
        if ((event->mask & IN_Q_OVERFLOW) != 0) {
            entry->lost_count(entry->user);
        } else if (entry->watch == event->wd && (event->mask & IN_OPEN) != 0) {
            entry->opened(entry->user);
        } else if (entry->watch == event->wd && (event->mask & IN_CLOSE) != 0) {
            entry->closed(entry->user);
        }
    }
}

void hlpty_presence_poll(struct hlpty_presence *presence)
{
    union {
        struct inotify_event align;
        char bytes[4096];
    } buffer;
    ssize_t size;

    while ((size = read(presence->fd, buffer.bytes, sizeof buffer.bytes)) > 0) {
        for (ssize_t at = 0; at < size;) {
            struct inotify_event event;

            memcpy(&event, buffer.bytes + at, sizeof event);
            tell(presence, &event);
            at += (ssize_t)(sizeof event + event.len);
        }
    }
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    hlpty_presence_poll(watcher->data);
}

int hlpty_presence_create(struct ev_loop *loop, struct hlpty_presence **ret_presence,
                          struct hlpty_error *reterr)
{
    struct hlpty_presence *presence = calloc(1, sizeof *presence);

    if (presence == NULL) {
        return hlpty__fail(reterr, HLSIM_E_NO_MEMORY, "out of memory");
    }
    presence->loop = loop;
    presence->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (presence->fd < 0) {
        free(presence);
        return hlpty__fail_errno(reterr, "inotify (fs.inotify.max_user_instances)");
    }
    ev_io_init(&presence->readable, on_readable, presence->fd, EV_READ);
    presence->readable.data = presence;
    ev_io_start(loop, &presence->readable);
    *ret_presence = presence;
    return 0;
}

void hlpty_presence_free(struct hlpty_presence *presence)
{
    if (presence == NULL) {
        return;
    }
    HLPTY_ASSERT(presence->first == NULL);
    ev_io_stop(presence->loop, &presence->readable);
    close(presence->fd);
    free(presence);
}

int hlpty_presence_add(struct hlpty_presence *presence, struct hlpty_presence_entry *entry,
                       const char *path, struct hlpty_error *reterr)
{
    char directory[PATH_SIZE];

    if (strlen(path) >= sizeof directory) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: path is too long", path);
    }
    strcpy(directory, path);
    if (inotify_add_watch(presence->fd, dirname(directory), IN_OPEN | IN_CLOSE) < 0) {
        return hlpty__fail_errno(reterr, directory);
    }
    entry->watch = inotify_add_watch(presence->fd, path, IN_OPEN | IN_CLOSE);
    if (entry->watch < 0) {
        return hlpty__fail_errno(reterr, path);
    }
    entry->next = presence->first;
    presence->first = entry;
    return 0;
}

void hlpty_presence_remove(struct hlpty_presence *presence, struct hlpty_presence_entry *entry)
{
    struct hlpty_presence_entry **place = &presence->first;

    while (*place != entry) {
        HLPTY_ASSERT(*place != NULL);
        place = &(*place)->next;
    }
    *place = entry->next;
    inotify_rm_watch(presence->fd, entry->watch);
}
