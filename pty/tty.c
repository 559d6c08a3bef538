/*
 * Holds a serial port, sets its speed, and looks after its lines. Knows no link.
 */
#include <hlpty/tty.h>

#include "internal.h"
#include "speed.h"

#include <hl78sim/link.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Between two looks at the board's lines, in seconds. */
#define LINE_PERIOD 0.01

/* Between two looks at what has not left yet, and how many before a stalled line is given up. */
#define DRAIN_PERIOD 0.005
#define DRAIN_LOOKS  400

/* Bits that may still be in the UART's own memory when the kernel's is empty: 32 bytes. */
#define FIFO_BITS 320.0

/* ---- Holding it ---- */

static int open_device(const char *path, struct hlpty_error *reterr)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

    if (fd >= 0) {
        return fd;
    }
    if (errno == ENOENT || errno == ENODEV || errno == ENXIO) {
        return hlpty__fail(reterr, HLSIM_E_NOT_FOUND,
                           "%s: there is no such port (is the adapter plugged in?)", path);
    }
    if (errno == EACCES) {
        return hlpty__fail(reterr, HLSIM_E_IO,
                           "%s: permission denied (serial ports belong to the group dialout: "
                           "`sudo adduser $USER dialout`, then log in again)",
                           path);
    }
    if (errno == EBUSY) {
        return hlpty__fail(reterr, HLSIM_E_EXISTS, "%s: another program holds it", path);
    }
    return hlpty__fail_errno(reterr, path);
}

/* The living program that a lock file in the manner of UUCP names (FHS 5.9); 0: none. */
static long lock_file_owner(const char *path)
{
    const char *name = strrchr(path, '/');
    char file[128];
    char text[16] = "";
    ssize_t size;
    long pid;
    int fd;

    snprintf(file, sizeof file, "/var/lock/LCK..%s", name != NULL ? name + 1 : path);
    fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    size = read(fd, text, sizeof text - 1);
    close(fd);
    pid = size > 0 ? strtol(text, NULL, 10) : 0;
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM) ? pid : 0;
}

static int hold(const struct hlpty_tty *tty, const char *path, struct hlpty_error *reterr)
{
    long owner = lock_file_owner(path);

    if (!isatty(tty->fd)) {
        return hlpty__fail(reterr, HLSIM_E_IO, "%s: is no serial port", path);
    }
    if (owner != 0) {
        return hlpty__fail(reterr, HLSIM_E_EXISTS, "%s: process %ld holds it (a lock file says so)",
                           path, owner);
    }
    if (flock(tty->fd, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? hlpty__fail(reterr, HLSIM_E_EXISTS,
                                                  "%s: another program holds it (flock)", path)
                                    : hlpty__fail_errno(reterr, path);
    }
    if (ioctl(tty->fd, TIOCEXCL) != 0) {
        return hlpty__fail_errno(reterr, path);
    }
    return 0;
}

/* ---- Speed ---- */

/* False when the port does not take that speed; then it is as before. */
static bool set_speed(struct hlpty_tty *tty, unsigned speed)
{
    speed_t code = hlpty__speed_code(speed);
    struct termios wanted;
    struct termios got;

    if (code == B0 || tcgetattr(tty->fd, &wanted) != 0) {
        return false;
    }
    got = wanted;
    cfsetspeed(&wanted, code);
    if (tcsetattr(tty->fd, TCSANOW, &wanted) != 0) {
        return false;
    }
    /* tcsetattr is content when any of the settings could be made. */
    if (tcgetattr(tty->fd, &wanted) != 0 || cfgetospeed(&wanted) != code) {
        tcsetattr(tty->fd, TCSANOW, &got);
        return false;
    }
    tty->speed = speed;
    return true;
}

static void end_change(struct hlpty_tty *tty)
{
    unsigned speed = tty->next_speed;
    bool good = set_speed(tty, speed);

    ev_timer_stop(tty->config.loop, &tty->speed_timer);
    tty->next_speed = 0;
    tty->config.speed_set(tty->config.user, good);
}

static void look_again(struct hlpty_tty *tty, double in)
{
    ev_timer_stop(tty->config.loop, &tty->speed_timer);
    ev_timer_set(&tty->speed_timer, in, 0.0);
    ev_timer_start(tty->config.loop, &tty->speed_timer);
}

static void on_speed_timer(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct hlpty_tty *tty = watcher->data;
    int waiting = 0;

    (void)loop;
    (void)events;
    if (tty->looks >= DRAIN_LOOKS) {
        end_change(tty);
    } else if (ioctl(tty->fd, TIOCOUTQ, &waiting) == 0 && waiting > 0) {
        tty->looks++;
        look_again(tty, DRAIN_PERIOD);
    } else {
        tty->looks = DRAIN_LOOKS;
        look_again(tty, FIFO_BITS / (double)tty->speed);
    }
}

void hlpty_tty_change_speed(struct hlpty_tty *tty, unsigned speed)
{
    tty->next_speed = speed;
    tty->looks = 0;
    look_again(tty, DRAIN_PERIOD);
}

/* ---- Lines ---- */

static void look_at_lines(struct hlpty_tty *tty, bool first)
{
    unsigned levels;
    int bits = 0;

    if (ioctl(tty->fd, TIOCMGET, &bits) != 0) {
        return;
    }
    levels = ((bits & TIOCM_DSR) != 0 ? (unsigned)HLSIM_LINE_DTR : 0u) |
             ((bits & TIOCM_CTS) != 0 ? (unsigned)HLSIM_LINE_RTS : 0u);
    if (first || levels != tty->levels) {
        tty->levels = levels;
        tty->config.lines(tty->config.user, levels);
    }
}

static void on_line_timer(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    look_at_lines(watcher->data, false);
}

static void drive(const struct hlpty_tty *tty, int bit, bool high)
{
    ioctl(tty->fd, high ? TIOCMBIS : TIOCMBIC, &bit);
}

void hlpty_tty_drive(struct hlpty_tty *tty, unsigned levels)
{
    bool cts = (levels & HLSIM_LINE_CTS) != 0;
    struct termios settings;

    tty->driven = levels;
    if (!tty->has_lines || tcgetattr(tty->fd, &settings) != 0) {
        return;
    }
    drive(tty, TIOCM_DTR, (levels & HLSIM_LINE_DSR) != 0);
    /* While the modem is ready the kernel moves RTS as its memory fills; otherwise it is low. */
    settings.c_cflag &= ~(tcflag_t)CRTSCTS;
    settings.c_cflag |= cts && tty->flow ? CRTSCTS : 0u;
    tcsetattr(tty->fd, TCSANOW, &settings);
    drive(tty, TIOCM_RTS, cts);
}

void hlpty_tty_set_flow(struct hlpty_tty *tty, bool rts_cts)
{
    tty->flow = rts_cts;
    hlpty_tty_drive(tty, tty->driven);
}

/* ---- Life ---- */

static int configure(struct hlpty_tty *tty, const char *path, struct hlpty_error *reterr)
{
    struct termios settings;
    int bits = 0;

    if (tcgetattr(tty->fd, &tty->before) != 0) {
        return hlpty__fail_errno(reterr, path);
    }
    settings = tty->before;
    cfmakeraw(&settings);
    settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    if (tcsetattr(tty->fd, TCSANOW, &settings) != 0) {
        return hlpty__fail_errno(reterr, path);
    }
    if (!set_speed(tty, tty->config.speed)) {
        tcsetattr(tty->fd, TCSANOW, &tty->before);
        return hlpty__fail(reterr, HLSIM_E_IO, "%s: refuses %u bit/s", path, tty->config.speed);
    }
    tty->has_lines = ioctl(tty->fd, TIOCMGET, &bits) == 0;
    tcflush(tty->fd, TCIOFLUSH);
    return 0;
}

int hlpty_tty_open(struct hlpty_tty *tty, const struct hlpty_tty_config *config,
                   struct hlpty_error *reterr)
{
    int error;

    HLPTY_ASSERT(config->loop != NULL && config->lines != NULL && config->speed_set != NULL);
    memset(tty, 0, sizeof *tty);
    tty->config = *config;
    tty->config.path = NULL;
    tty->fd = open_device(config->path, reterr);
    if (tty->fd < 0) {
        error = tty->fd;
        tty->fd = -1;
        return error;
    }
    error = hold(tty, config->path, reterr);
    if (error == 0) {
        error = configure(tty, config->path, reterr);
        if (error < 0) {
            ioctl(tty->fd, TIOCNXCL);
        }
    }
    if (error < 0) {
        close(tty->fd);
        tty->fd = -1;
        return error;
    }
    ev_timer_init(&tty->speed_timer, on_speed_timer, 0.0, 0.0);
    ev_timer_init(&tty->line_timer, on_line_timer, LINE_PERIOD, LINE_PERIOD);
    tty->speed_timer.data = tty;
    tty->line_timer.data = tty;
    if (tty->has_lines) {
        look_at_lines(tty, true);
        ev_timer_start(config->loop, &tty->line_timer);
    }
    return 0;
}

void hlpty_tty_close(struct hlpty_tty *tty)
{
    if (tty->fd < 0) {
        return;
    }
    ev_timer_stop(tty->config.loop, &tty->line_timer);
    ev_timer_stop(tty->config.loop, &tty->speed_timer);
    tcflush(tty->fd, TCOFLUSH);
    tcsetattr(tty->fd, TCSANOW, &tty->before);
    ioctl(tty->fd, TIOCNXCL);
    close(tty->fd);
    tty->fd = -1;
}
