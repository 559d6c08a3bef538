/*
 * The order of versions. It never chooses behaviour: that is what profiles are for.
 */
#include <hl78sim/package.h>

#include <string.h>

#define FIELDS_MAX 6
#define DIGITS_MAX 9

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

bool hlsim_version_valid(const char *text)
{
    size_t length = 0;

    for (unsigned fields = 1; fields <= FIELDS_MAX; fields++) {
        size_t digits = count_digits(text + length);

        if (digits == 0 || digits > DIGITS_MAX) {
            return false;
        }
        length += digits;
        if (length >= HLSIM_VERSION_TEXT) {
            return false;
        }
        if (text[length] == '\0') {
            return true;
        }
        if (text[length] != '.') {
            return false;
        }
        length++;
    }
    return false;
}

/* Takes the number at `*text`, 0 when none is there, and goes on behind its dot. */
static void take_number(const char **text, const char **ret_digits, size_t *ret_count)
{
    const char *digits = *text + strspn(*text, "0");

    *ret_digits = digits;
    *ret_count = count_digits(digits);
    *text = digits + *ret_count;
    if (**text == '.') {
        (*text)++;
    } else {
        *text += strlen(*text);
    }
}

int hlsim_version_compare(const char *left, const char *right)
{
    while (*left != '\0' || *right != '\0') {
        const char *left_digits;
        const char *right_digits;
        size_t left_count;
        size_t right_count;
        int order;

        take_number(&left, &left_digits, &left_count);
        take_number(&right, &right_digits, &right_count);
        if (left_count != right_count) {
            return left_count < right_count ? -1 : 1;
        }
        order = memcmp(left_digits, right_digits, left_count);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}
