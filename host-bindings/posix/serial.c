/*
 * Opens and closes a serial port. Reads and writes nothing.
 */
#include <hlposix/serial.h>

#include "internal.h"

#include <hl78sim/link.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Slaves of Unix 98 pseudo terminals (Documentation/admin-guide/devices.txt: 136-143). */
#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST  143

static bool is_pty(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
           major(status.st_rdev) >= PTY_MAJOR_FIRST && major(status.st_rdev) <= PTY_MAJOR_LAST;
}

static int open_failed(const char *path, struct hlposix_error *reterr)
{
    switch (errno) {
    case ENOENT:
        return hlposix__fail(reterr, HLSIM_E_NOT_FOUND, "%s: no such device (not plugged in?)",
                             path);
    case EACCES:
        return hlposix__fail(reterr, HLSIM_E_IO,
                             "%s: permission denied (is this user in the group dialout?)", path);
    case EBUSY:
        return hlposix__fail(reterr, HLSIM_E_EXISTS, "%s: held by another program (TIOCEXCL)",
                             path);
    default:
        return hlposix__fail_errno(reterr, path);
    }
}

static int take(const struct hlposix_serial *serial, const char *path, struct hlposix_error *reterr)
{
    if (!isatty(serial->fd)) {
        return hlposix__fail(reterr, HLSIM_E_IO, "%s: is not a serial port", path);
    }
    if (flock(serial->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return hlposix__fail(reterr, HLSIM_E_EXISTS, "%s: held by another program (flock)",
                                 path);
        }
        return hlposix__fail_errno(reterr, path);
    }
    if (ioctl(serial->fd, TIOCEXCL) != 0) {
        return hlposix__fail_errno(reterr, path);
    }
    return 0;
}

/* Sets raw 115200 8N1; RTS/CTS where the device has it. */
static int configure(struct hlposix_serial *serial, const char *path, struct hlposix_error *reterr)
{
    struct termios wanted;
    struct termios got;

    if (tcgetattr(serial->fd, &serial->before) != 0) {
        return hlposix__fail_errno(reterr, path);
    }
    wanted = serial->before;
    cfmakeraw(&wanted);
    wanted.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    wanted.c_cflag |= CLOCAL | CREAD;
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    cfsetspeed(&wanted, B115200);
    serial->without_flow_control = is_pty(serial->fd);
    if (!serial->without_flow_control) {
        wanted.c_cflag |= CRTSCTS;
    }
    /* tcsetattr succeeds when any of the settings could be made: read back what counts. */
    if (tcsetattr(serial->fd, TCSANOW, &wanted) != 0 || tcgetattr(serial->fd, &got) != 0) {
        return hlposix__fail_errno(reterr, path);
    }
    if (cfgetospeed(&got) != B115200) {
        tcsetattr(serial->fd, TCSANOW, &serial->before);
        return hlposix__fail(reterr, HLSIM_E_IO, "%s: refuses 115200 bit/s", path);
    }
    serial->without_flow_control = (got.c_cflag & CRTSCTS) == 0;
    tcflush(serial->fd, TCIOFLUSH);
    return 0;
}

int hlposix_serial_open(struct hlposix_serial *serial, const char *path,
                        struct hlposix_error *reterr)
{
    int error;

    memset(serial, 0, sizeof *serial);
    serial->fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (serial->fd < 0) {
        return open_failed(path, reterr);
    }
    error = take(serial, path, reterr);
    if (error == 0) {
        error = configure(serial, path, reterr);
        if (error < 0) {
            ioctl(serial->fd, TIOCNXCL);
        }
    }
    if (error < 0) {
        close(serial->fd);
        serial->fd = -1;
    }
    return error;
}

int hlposix_serial_set_lines(const struct hlposix_serial *serial, unsigned mask, unsigned levels)
{
    static const struct {
        unsigned line;
        int bit;
    } lines[] = {{HLSIM_LINE_DTR, TIOCM_DTR}, {HLSIM_LINE_RTS, TIOCM_RTS}};
    int before;
    int after;
    unsigned changed = 0;

    if (((mask & HLSIM_LINE_RTS) != 0 && !serial->without_flow_control) ||
        ioctl(serial->fd, TIOCMGET, &before) != 0) {
        return HLSIM_E_UNSUPPORTED;
    }
    after = before;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if ((mask & lines[i].line) != 0) {
            after = (levels & lines[i].line) != 0 ? after | lines[i].bit : after & ~lines[i].bit;
            changed |= ((before ^ after) & lines[i].bit) != 0 ? lines[i].line : 0u;
        }
    }
    return ioctl(serial->fd, TIOCMSET, &after) == 0 ? (int)changed : HLSIM_E_UNSUPPORTED;
}

void hlposix_serial_close(struct hlposix_serial *serial)
{
    if (serial->fd < 0) {
        return;
    }
    tcflush(serial->fd, TCOFLUSH);
    tcsetattr(serial->fd, TCSANOW, &serial->before);
    ioctl(serial->fd, TIOCNXCL);
    close(serial->fd);
    serial->fd = -1;
}
