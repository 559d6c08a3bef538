/*
 * Tests of the serial port (a pseudo terminal stands for the device) and of the durable record.
 */
#include <hlposix/record.h>
#include <hlposix/serial.h>

#include "lib/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int open_device(char *path, size_t size)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    CU_ASSERT_TRUE_FATAL(master >= 0);
    CU_ASSERT_EQUAL_FATAL(grantpt(master), 0);
    CU_ASSERT_EQUAL_FATAL(unlockpt(master), 0);
    CU_ASSERT_EQUAL_FATAL(ptsname_r(master, path, size), 0);
    return master;
}

static void the_line_is_raw_115200_8n1(void)
{
    struct hlposix_serial serial;
    struct termios settings;
    char path[64];
    int master = open_device(path, sizeof path);

    CU_ASSERT_EQUAL_FATAL(hlposix_serial_open(&serial, path, NULL), 0);
    CU_ASSERT_EQUAL(tcgetattr(serial.fd, &settings), 0);
    CU_ASSERT_EQUAL(cfgetospeed(&settings), B115200);
    CU_ASSERT_EQUAL(cfgetispeed(&settings), B115200);
    CU_ASSERT_EQUAL(settings.c_cflag & (tcflag_t)(CSIZE | PARENB | CSTOPB), CS8);
    CU_ASSERT_EQUAL(settings.c_lflag & (tcflag_t)(ICANON | ECHO | ISIG | IEXTEN), 0);
    CU_ASSERT_EQUAL(settings.c_iflag & (tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP), 0);
    CU_ASSERT_EQUAL(settings.c_oflag & (tcflag_t)OPOST, 0);
    CU_ASSERT_TRUE(serial.without_flow_control);
    CU_ASSERT_NOT_EQUAL(fcntl(serial.fd, F_GETFD) & FD_CLOEXEC, 0);
    CU_ASSERT_NOT_EQUAL(fcntl(serial.fd, F_GETFL) & O_NONBLOCK, 0);
    hlposix_serial_close(&serial);
    close(master);
}

static void the_settings_are_put_back(void)
{
    struct hlposix_serial serial;
    struct termios before;
    struct termios after;
    char path[64];
    int master = open_device(path, sizeof path);
    int keeper = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

    CU_ASSERT_EQUAL(tcgetattr(keeper, &before), 0);
    CU_ASSERT_NOT_EQUAL(before.c_lflag & (tcflag_t)ICANON, 0);
    CU_ASSERT_EQUAL_FATAL(hlposix_serial_open(&serial, path, NULL), 0);
    hlposix_serial_close(&serial);
    CU_ASSERT_EQUAL(tcgetattr(keeper, &after), 0);
    CU_ASSERT_EQUAL(before.c_lflag, after.c_lflag);
    CU_ASSERT_EQUAL(before.c_iflag, after.c_iflag);
    CU_ASSERT_EQUAL(before.c_cflag, after.c_cflag);
    close(keeper);
    close(master);
}

static void a_second_opener_is_refused_until_the_first_closes(void)
{
    struct hlposix_serial first;
    struct hlposix_serial second;
    struct hlposix_error error;
    char path[64];
    int master = open_device(path, sizeof path);

    CU_ASSERT_EQUAL_FATAL(hlposix_serial_open(&first, path, &error), 0);
    CU_ASSERT_EQUAL(hlposix_serial_open(&second, path, &error), HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(strncmp(error.text, path, strlen(path)), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "held by another program"));
    hlposix_serial_close(&first);
    CU_ASSERT_EQUAL_FATAL(hlposix_serial_open(&second, path, &error), 0);
    hlposix_serial_close(&second);
    close(master);
}

static void what_is_no_port_is_named(void)
{
    struct hlposix_serial serial;
    struct hlposix_error error;

    CU_ASSERT_EQUAL(hlposix_serial_open(&serial, "/dev/hl78sim-none", &error), HLSIM_E_NOT_FOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/dev/hl78sim-none: no such device"));
    CU_ASSERT_EQUAL(hlposix_serial_open(&serial, "/dev/null", &error), HLSIM_E_IO);
    CU_ASSERT_STRING_EQUAL(error.text, "/dev/null: is not a serial port");
}

static void what_others_have_left_in_the_line_is_dropped(void)
{
    struct hlposix_serial serial;
    char path[64];
    char byte;
    int master = open_device(path, sizeof path);
    int keeper = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

    CU_ASSERT_EQUAL(write(master, "old\r\n", 5), 5);
    CU_ASSERT_EQUAL_FATAL(hlposix_serial_open(&serial, path, NULL), 0);
    CU_ASSERT_EQUAL(read(serial.fd, &byte, 1), -1);
    hlposix_serial_close(&serial);
    close(keeper);
    close(master);
}

struct folder {
    char path[64];
    char record[96];
    char fresh[96];
};

static void make_folder(struct folder *folder)
{
    strcpy(folder->path, "/tmp/hl78sim-test-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder->path));
    snprintf(folder->record, sizeof folder->record, "%s/record", folder->path);
    snprintf(folder->fresh, sizeof folder->fresh, "%s/record.new", folder->path);
}

static void a_record_survives_and_is_replaced_whole(void)
{
    struct folder folder;
    uint8_t bytes[16];

    make_folder(&folder);
    CU_ASSERT_EQUAL(hlposix_record_read(folder.record, bytes, sizeof bytes, NULL), 0);
    CU_ASSERT_EQUAL(hlposix_record_write(folder.record, (const uint8_t *)"first\0one", 9, NULL), 0);
    CU_ASSERT_EQUAL(hlposix_record_read(folder.record, bytes, sizeof bytes, NULL), 9);
    CU_ASSERT_EQUAL(memcmp(bytes, "first\0one", 9), 0);
    CU_ASSERT_EQUAL(hlposix_record_write(folder.record, (const uint8_t *)"2", 1, NULL), 0);
    CU_ASSERT_EQUAL(hlposix_record_read(folder.record, bytes, sizeof bytes, NULL), 1);
    CU_ASSERT_EQUAL(bytes[0], '2');
    unlink(folder.record);
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

/* Power went while the next record was written: what lies beside it does not count. */
static void half_a_new_record_does_not_harm_the_old_one(void)
{
    struct folder folder;
    uint8_t bytes[16];
    int fd;

    make_folder(&folder);
    CU_ASSERT_EQUAL(hlposix_record_write(folder.record, (const uint8_t *)"good", 4, NULL), 0);
    fd = open(folder.fresh, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CU_ASSERT_EQUAL(write(fd, "torn and long", 13), 13);
    close(fd);
    CU_ASSERT_EQUAL(hlposix_record_read(folder.record, bytes, sizeof bytes, NULL), 4);
    CU_ASSERT_EQUAL(hlposix_record_write(folder.record, (const uint8_t *)"next", 4, NULL), 0);
    CU_ASSERT_EQUAL(hlposix_record_read(folder.record, bytes, sizeof bytes, NULL), 4);
    CU_ASSERT_EQUAL(memcmp(bytes, "next", 4), 0);
    unlink(folder.record);
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

static void a_record_that_is_too_large_is_refused(void)
{
    struct folder folder;
    struct hlposix_error error;
    uint8_t bytes[4];

    make_folder(&folder);
    CU_ASSERT_EQUAL(hlposix_record_write(folder.record, (const uint8_t *)"12345", 5, NULL), 0);
    CU_ASSERT_EQUAL(hlposix_record_read(folder.record, bytes, sizeof bytes, &error), HLSIM_E_LIMIT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, folder.record));
    unlink(folder.record);
    CU_ASSERT_EQUAL(rmdir(folder.path), 0);
}

static void a_record_that_cannot_be_stored_is_an_error(void)
{
    struct hlposix_error error;

    CU_ASSERT_EQUAL(hlposix_record_write("/nowhere/at/all", (const uint8_t *)"1", 1, &error),
                    HLSIM_E_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/nowhere/at/all"));
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_line_is_raw_115200_8n1),
    SUITE_TEST(the_settings_are_put_back),
    SUITE_TEST(a_second_opener_is_refused_until_the_first_closes),
    SUITE_TEST(what_is_no_port_is_named),
    SUITE_TEST(what_others_have_left_in_the_line_is_dropped),
    SUITE_TEST(a_record_survives_and_is_replaced_whole),
    SUITE_TEST(half_a_new_record_does_not_harm_the_old_one),
    SUITE_TEST(a_record_that_is_too_large_is_refused),
    SUITE_TEST(a_record_that_cannot_be_stored_is_an_error),
};

int main(void)
{
    return suite_run("posix serial", tests, sizeof tests / sizeof *tests);
}
