/*
 * AT+WAMS: whether the host has the public key by which the module certifies packages. The key is
 * typed at a prompt, in hexadecimal digits.
 */
#include "at/port.h"
#include "codec/charset.h"
#include "package/keys.h"

#include <string.h>

#define SAME      0
#define DIFFERENT 2

static int compare(struct hlsim__at_port *port, const char *text, size_t size)
{
    const struct hlsim__key_pair *own = hlsim__package_key_pair(HLSIM_PACKAGE_KEY_MODULE);
    uint8_t key[HLSIM__AT_PROMPT_MAX / 2];
    int count =
        size > HLSIM__AT_PROMPT_MAX ? HLSIM_E_LIMIT : hlsim__hex_read(text, size, key, sizeof key);
    bool same = count >= 0 && (size_t)count == own->public_size &&
                memcmp(key, own->public_der, own->public_size) == 0;

    hlsim__at_answer(port, "+WAMS: %d", same ? SAME : DIFFERENT);
    return HLSIM__AT_OK;
}

static int handle_key(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    static const struct hlsim__at_prompt_kind kind = {"\r\n>", false, compare};

    (void)request;
    return hlsim__at_prompt_begin(port, &kind);
}

static const struct hlsim__at_row rows[] = {
    {.name = "+WAMS",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0"},
               {.range = "0-9"},
               {.range = "0-4096"},
               {.range = "0-1"},
               {.range = "0-1"}},
     .spec_count = 5,
     .handle = handle_key,
     .help = "compare the public key of packages",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "AV_WAMS: =0,9,n,1,0, prompt, digits, +WAMS: 0 or 2; the ranges are guesses",
     .lacks =
         "what the arguments choose: it is always the key of packages, as SubjectPublicKeyInfo"},
};

const struct hlsim__at_topic hlsim__at_public_key = {
    HLSIM__AT_OF_AVMS,
    HLSIM__AT_ROWS(rows),
};
