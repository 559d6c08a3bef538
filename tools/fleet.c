/*
 * Numbers and limits. Opens nothing itself.
 */
#include "fleet.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* Files besides the terminals: standard streams, loop, inotify, control clients, outputs. */
#define OTHER_FILES 64

/* ---- Numbers ---- */

/* The check digit behind `size` digits. */
static char check_digit(const char *digits, size_t size)
{
    unsigned sum = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned)(digits[size - 1 - i] - '0') * (i % 2 == 0 ? 2 : 1);

        sum += digit / 10 + digit % 10;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

/* Adds to the number in the last digits of a text, which keeps its size: beyond 99 comes 00. */
static void count_up(char *text, size_t size, size_t by)
{
    while (size > 0 && by > 0 && isdigit((unsigned char)text[size - 1])) {
        by += (size_t)(text[size - 1] - '0');
        text[size - 1] = (char)('0' + by % 10);
        by /= 10;
        size--;
    }
}

static void count_up_checked(char *text, size_t by)
{
    size_t size = strlen(text);
    bool digits = size > 1 && strspn(text, "0123456789") == size;
    bool checked = digits && text[size - 1] == check_digit(text, size - 1);

    count_up(text, checked ? size - 1 : size, by);
    if (checked) {
        text[size - 1] = check_digit(text, size - 1);
    }
}

struct hlsim_modem_config *fleet_make(const struct hlsim_modem_config *first, size_t count)
{
    struct hlsim_modem_config *modems = calloc(count, sizeof *modems);

    for (size_t i = 0; modems != NULL && i < count; i++) {
        modems[i] = *first;
        count_up_checked(modems[i].imei, i);
        count_up(modems[i].serial, strlen(modems[i].serial), i);
        count_up_checked(modems[i].iccid, i);
        count_up(modems[i].imsi, strlen(modems[i].imsi), i);
    }
    return modems;
}

/* ---- Limits ---- */

/* A number of the kernel's; 0 when it is not told. */
static unsigned long kernel_number(const char *path)
{
    FILE *file = fopen(path, "r");
    unsigned long number = 0;

    if (file != NULL) {
        if (fscanf(file, "%lu", &number) != 1) {
            number = 0;
        }
        fclose(file);
    }
    return number;
}

static int permit_files(size_t files, struct hlpty_error *reterr)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= files) {
        return 0;
    }
    if (limit.rlim_max < files) {
        snprintf(reterr->text, sizeof reterr->text,
                 "needs %zu open files, and the limit is %llu: see ulimit -Hn", files,
                 (unsigned long long)limit.rlim_max);
        return HLSIM_E_LIMIT;
    }
    limit.rlim_cur = limit.rlim_max;
    /* What refuses it shows when a file cannot be opened. */
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return 0;
}

void fleet_save_memory(void)
{
    /* Much of a modem's memory is never touched; a huge page would bring it all in at once. */
    (void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

int fleet_permit(size_t terminals, struct hlpty_error *reterr)
{
    unsigned long most = kernel_number("/proc/sys/kernel/pty/max");
    unsigned long used = kernel_number("/proc/sys/kernel/pty/nr");

    if (most > 0 && terminals + used > most) {
        snprintf(reterr->text, sizeof reterr->text,
                 "needs %zu pseudo terminals: %lu are in use, and kernel.pty.max is %lu", terminals,
                 used, most);
        return HLSIM_E_LIMIT;
    }
    /* A master and a slave each. */
    return permit_files(2 * terminals + OTHER_FILES, reterr);
}
