/* Replies of an FTP server: the same in one piece and byte by byte; what PASV and SIZE say is a
 * number or an error. */
#include "fuzz.h"

#include "codec/ftp.h"

#include <string.h>

struct seen {
    size_t count; /* of replies */
    unsigned last;
    int error;
};

static struct seen take(const uint8_t *bytes, size_t size, size_t piece)
{
    struct hlsim__ftp_reply reply = {0};
    struct seen seen = {0};

    for (size_t at = 0; at < size && seen.error == 0;) {
        size_t left = size - at < piece ? size - at : piece;
        bool complete;
        int taken = hlsim__ftp_reply_take(&reply, bytes + at, left, &complete);

        if (taken < 0) {
            seen.error = taken;
            break;
        }
        FUZZ_EXPECT(taken > 0 && (size_t)taken <= left);
        at += (size_t)taken;
        if (complete) {
            uint64_t number;
            uint32_t ip;
            uint16_t port = 0;

            FUZZ_EXPECT(reply.code >= 100 && reply.code <= 599);
            FUZZ_EXPECT(strlen(reply.text) <= HLSIM__FTP_LINE_MAX);
            if (hlsim__ftp_parse_passive(reply.text, &ip, &port) == 0) {
                FUZZ_EXPECT(port != 0);
            }
            (void)hlsim__ftp_parse_size(reply.text, &number);
            seen.count++;
            seen.last = reply.code;
        }
    }
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct seen whole = take(bytes, size, size == 0 ? 1 : size);
    struct seen bytewise = take(bytes, size, 1);

    FUZZ_EXPECT(whole.count == bytewise.count && whole.last == bytewise.last);
    FUZZ_EXPECT(whole.error == bytewise.error);
    return 0;
}
