/*
 * Fills the module's own names and numbers into the texts of a profile.
 */
#include "modem/modem.h"

#include "base/assert.h"

#include <stdio.h>
#include <string.h>

static const char *placeholder_value(const struct hlsim__modem *modem, const char *name,
                                     size_t size)
{
    const struct {
        const char *name;
        const char *value;
    } known[] = {
        {"model", modem->config.family->model},
        {"firmware", modem->running ? modem->ram.firmware : modem->config.firmware},
        {"imei", modem->config.imei},
        {"serial", modem->config.serial},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) == size && strncmp(known[i].name, name, size) == 0) {
            return known[i].value;
        }
    }
    return "";
}

void hlsim__modem_expand(const struct hlsim__modem *modem, const char *text, char *ret_text,
                         size_t size)
{
    size_t used = 0;

    HLSIM_ASSERT(size > 0);
    while (*text != '\0' && used + 1 < size) {
        size_t plain = strcspn(text, "{");
        size_t name = text[plain] == '{' ? strcspn(text + plain + 1, "}") : 0;
        int added = snprintf(ret_text + used, size - used, "%.*s%s", (int)plain, text,
                             name > 0 ? placeholder_value(modem, text + plain + 1, name) : "");

        used += (size_t)added;
        text += plain;
        if (*text == '{') {
            text += name + 1;
            text += *text == '}';
        }
    }
    ret_text[used < size ? used : size - 1] = '\0';
}

void hlsim__modem_bootstrap_identity(const struct hlsim__modem *modem,
                                     const struct hlsim__figures *figures, char *ret_text,
                                     size_t size)
{
    const struct hlsim_modem_config *config = &modem->config;
    bool given = config->lwm2m_identity[0] != '\0' && !config->credentials;

    hlsim__modem_expand(modem, given ? config->lwm2m_identity : figures->bootstrap_identity,
                        ret_text, size);
}
