/*
 * The header of an update package: bytes <-> struct. Does not know what is in the payload.
 */
#include "package/header.h"

#include "base/checksum.h"
#include "base/le.h"
#include "package/bytes.h"

#include <string.h>

#define MAGIC  "HL78PKG" /* with its NUL: 8 bytes */
#define FORMAT 2

enum package_offset {
    AT_MAGIC = 0,
    AT_FORMAT = 8,
    AT_KIND = 10,
    AT_TOTAL_SIZE = 12,
    AT_PAYLOAD_SIZE = 16,
    AT_PAYLOAD_CRC = 20,
    AT_FROM = 24,
    AT_TO = AT_FROM + HLSIM_VERSION_TEXT,
    AT_MODEL = AT_TO + HLSIM_VERSION_TEXT,
    AT_HEADER_CRC = AT_MODEL + HLSIM_MODEL_TEXT,
};

_Static_assert(AT_HEADER_CRC + 4 == HLSIM_PACKAGE_HEADER_SIZE, "the documented size");

void hlsim__package_header_write(const struct hlsim_package_info *info, uint8_t *ret_bytes)
{
    memcpy(ret_bytes + AT_MAGIC, MAGIC, sizeof MAGIC);
    hlsim__le_put16(ret_bytes + AT_FORMAT, FORMAT);
    hlsim__le_put16(ret_bytes + AT_KIND, (uint16_t)info->kind);
    hlsim__le_put32(ret_bytes + AT_TOTAL_SIZE, info->total_size);
    hlsim__le_put32(ret_bytes + AT_PAYLOAD_SIZE, info->payload_size);
    hlsim__le_put32(ret_bytes + AT_PAYLOAD_CRC, info->payload_crc);
    hlsim__package_put_text(ret_bytes + AT_FROM, HLSIM_VERSION_TEXT, info->from);
    hlsim__package_put_text(ret_bytes + AT_TO, HLSIM_VERSION_TEXT, info->to);
    hlsim__package_put_text(ret_bytes + AT_MODEL, HLSIM_MODEL_TEXT, info->model);
    hlsim__le_put32(ret_bytes + AT_HEADER_CRC, hlsim__crc32(0, ret_bytes, AT_HEADER_CRC));
}

/* A delta is for one version; a full package may be for any. */
static bool texts_valid(const struct hlsim_package_info *info)
{
    return ((info->from[0] == '\0' && info->kind == HLSIM_PACKAGE_FULL) ||
            hlsim_version_valid(info->from)) &&
           hlsim_version_valid(info->to) && hlsim__package_model_valid(info->model);
}

int hlsim_package_parse(const uint8_t *bytes, size_t size, struct hlsim_package_info *ret_info)
{
    struct hlsim_package_info info;
    unsigned kind;

    if (size < HLSIM_PACKAGE_HEADER_SIZE) {
        return HLSIM_E_INCOMPLETE;
    }
    if (memcmp(bytes + AT_MAGIC, MAGIC, sizeof MAGIC) != 0) {
        return HLSIM_E_FORMAT;
    }
    if (hlsim__le_get32(bytes + AT_HEADER_CRC) != hlsim__crc32(0, bytes, AT_HEADER_CRC)) {
        return HLSIM_E_CORRUPT;
    }
    kind = hlsim__le_get16(bytes + AT_KIND);
    if (hlsim__le_get16(bytes + AT_FORMAT) != FORMAT ||
        (kind != HLSIM_PACKAGE_FULL && kind != HLSIM_PACKAGE_DELTA)) {
        return HLSIM_E_UNSUPPORTED;
    }
    info.kind = (enum hlsim_package_kind)kind;
    info.total_size = hlsim__le_get32(bytes + AT_TOTAL_SIZE);
    info.payload_size = hlsim__le_get32(bytes + AT_PAYLOAD_SIZE);
    info.payload_crc = hlsim__le_get32(bytes + AT_PAYLOAD_CRC);
    if (info.total_size < HLSIM_PACKAGE_SIZE_MIN || info.total_size > HLSIM_PACKAGE_SIZE_MAX ||
        info.payload_size !=
            info.total_size - HLSIM_PACKAGE_HEADER_SIZE - HLSIM_PACKAGE_SIGNATURE_SIZE) {
        return HLSIM_E_FORMAT;
    }
    if (!hlsim__package_get_text(bytes + AT_FROM, HLSIM_VERSION_TEXT, info.from) ||
        !hlsim__package_get_text(bytes + AT_TO, HLSIM_VERSION_TEXT, info.to) ||
        !hlsim__package_get_text(bytes + AT_MODEL, HLSIM_MODEL_TEXT, info.model) ||
        !texts_valid(&info)) {
        return HLSIM_E_FORMAT;
    }
    *ret_info = info;
    return 0;
}

bool hlsim_package_fits(const struct hlsim_package_info *info, const char *running)
{
    return info->from[0] == '\0' || hlsim_version_compare(info->from, running) == 0;
}
