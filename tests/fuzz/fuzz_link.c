/* Link format: every slice lies in the text, every target is tried as a path. */
#include "fuzz.h"

#include "codec/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    struct hlsim__weblink_reader reader;
    struct hlsim__weblink link;
    int result;

    hlsim__weblink_reader_init(&reader, text, size);
    while ((result = hlsim__weblink_read(&reader, &link)) == 1) {
        struct hlsim__weblink_parameter parameter;
        struct hlsim__weblink_path path;
        size_t offset = 0;

        FUZZ_EXPECT(link.target >= text && link.target + link.target_size <= text + size);
        (void)hlsim__weblink_path(&link, "", &path);
        (void)hlsim__weblink_path(&link, "/lwm2m", &path);
        while (hlsim__weblink_parameter_next(&link, &offset, &parameter) == 1) {
            FUZZ_EXPECT(parameter.name + parameter.name_size <= text + size);
            FUZZ_EXPECT(!parameter.has_value ||
                        parameter.value + parameter.value_size <= text + size);
        }
        (void)hlsim__weblink_parameter_find(&link, "ct", &parameter);
    }
    FUZZ_EXPECT(result == 0 || hlsim__weblink_read(&reader, &link) == result);
    return 0;
}
