/*
 * Small text helpers: comparing without case, appending, reading numbers. No AT knowledge.
 */
#include "text.h"

#include <string.h>

#define NUMBER_MAX 999999

char hlhost__text_lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

bool hlhost__text_starts(const char *line, const char *prefix)
{
    for (; *prefix != '\0'; line++, prefix++) {
        if (hlhost__text_lower(*line) != hlhost__text_lower(*prefix)) {
            return false;
        }
    }
    return true;
}

bool hlhost__text_same(const char *left, const char *right)
{
    return strlen(left) == strlen(right) && hlhost__text_starts(left, right);
}

void hlhost__text_add(char *buffer, size_t size, const char *text)
{
    size_t at = strlen(buffer);

    while (*text != '\0' && at + 1 < size) {
        buffer[at++] = *text++;
    }
    buffer[at] = '\0';
}

void hlhost__text_add_number(char *buffer, size_t size, unsigned number)
{
    char digits[12];
    size_t at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    hlhost__text_add(buffer, size, digits + at);
}

bool hlhost__text_number(const char **cursor, int *ret_number)
{
    const char *at = *cursor;
    int number = 0;

    while (*at == ' ') {
        at++;
    }
    if (*at < '0' || *at > '9') {
        return false;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        number = number > NUMBER_MAX / 10 ? NUMBER_MAX : number * 10 + (*at - '0');
    }
    if (number > NUMBER_MAX) {
        number = NUMBER_MAX;
    }
    *cursor = at;
    *ret_number = number;
    return true;
}

bool hlhost__text_comma(const char **cursor)
{
    const char *at = *cursor;

    while (*at == ' ') {
        at++;
    }
    if (*at != ',') {
        return false;
    }
    *cursor = at + 1;
    return true;
}
