/*
 * Feeds every file of the named folders to one fuzz target, so that what was ever found is tried
 * with each run of the tests, without a fuzzer.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define INPUT_MAX 1048576

/* A copy that ends where its heap block ends, so that the sanitizer sees any overread. */
static void try_file(const char *path)
{
    static uint8_t bytes[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    uint8_t *copy;
    size_t size;

    FUZZ_EXPECT(file != NULL);
    size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    copy = malloc(size > 0 ? size : 1);
    FUZZ_EXPECT(copy != NULL);
    memcpy(copy, bytes, size);
    printf("%s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static size_t try_folder(const char *name)
{
    DIR *folder = opendir(name);
    struct dirent *entry;
    char path[1024];
    size_t count = 0;

    FUZZ_EXPECT(folder != NULL);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
            try_file(path);
            count++;
        }
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    size_t count = 0;

    for (int i = 1; i < argc; i++) {
        count += try_folder(argv[i]);
    }
    printf("%zu inputs\n", count);
    return count > 0 ? 0 : 1;
}
