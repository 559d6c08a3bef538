/*
 * Update packages and firmware images: what they look like, how they are made, how they are
 * checked. docs/package-format.md is the format's description.
 *
 * Nothing here asserts on the bytes of a package or an image: whatever comes, the answer is a code.
 * HLSIM_E_FORMAT: it cannot be parsed, lies about a size, or ends too early; HLSIM_E_CORRUPT: a
 * CRC-32 is wrong; HLSIM_E_UNSUPPORTED: a format or a kind that is not known here;
 * HLSIM_E_SIGNATURE: the signature is not by the key asked for.
 */
#ifndef HL78SIM_PACKAGE_H
#define HL78SIM_PACKAGE_H

#include <hl78sim/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for the texts with their terminating NUL. */
#define HLSIM_VERSION_TEXT           32
#define HLSIM_MODEL_TEXT             16

#define HLSIM_IMAGE_HEADER_SIZE      72
#define HLSIM_PACKAGE_HEADER_SIZE    108
#define HLSIM_PACKAGE_SIGNATURE_SIZE 256

/* The smallest package holds an image with a body of one byte. */
#define HLSIM_PACKAGE_SIZE_MIN                                                                     \
    (HLSIM_PACKAGE_HEADER_SIZE + HLSIM_IMAGE_SIZE_MIN + HLSIM_PACKAGE_SIGNATURE_SIZE)
#define HLSIM_PACKAGE_SIZE_MAX (7 << 20) /* those of the HL78xx have up to 5 MB [SH] */
#define HLSIM_IMAGE_SIZE_MIN   (HLSIM_IMAGE_HEADER_SIZE + 1)
#define HLSIM_IMAGE_SIZE_MAX   (4 << 20)

/*
 * The size of the image that every module has of a version: one version, one image, so that a delta
 * can be built for it from the two versions alone.
 */
#define HLSIM_IMAGE_SIZE 30000
/* The smallest delta that is built, and the smallest full package that has room for such an image;
 * a smaller one carries an image that is cut short, to which no delta fits. */
#define HLSIM_PACKAGE_DELTA_SIZE_MIN 540
#define HLSIM_PACKAGE_FULL_SIZE_WHOLE                                                              \
    (HLSIM_PACKAGE_HEADER_SIZE + HLSIM_IMAGE_SIZE + HLSIM_PACKAGE_SIGNATURE_SIZE)

#define HLSIM_PACKAGE_DIGEST_SIZE 32 /* SHA-256 */

/* ---- Versions: their order. Nothing else is ever concluded from a version. ---- */

/* One to six numbers with dots between them, each of 1 to 9 digits, together at most 31
 * characters. */
bool hlsim_version_valid(const char *text);

/*
 * Compares number by number; a missing one counts as 0 and leading zeros do not count. Negative,
 * 0 or positive as `left` is older, the same or newer. Of a text that is not valid the part before
 * the first character that does not fit counts.
 */
int hlsim_version_compare(const char *left, const char *right);

/* ---- Images: what a firmware slot holds ---- */

struct hlsim_image_info {
    char version[HLSIM_VERSION_TEXT]; /* what the module reports when it runs this image */
    char model[HLSIM_MODEL_TEXT];     /* "HL7800"; graphic ASCII */
    uint32_t size;                    /* of header and body, HLSIM_IMAGE_SIZE_MIN to _MAX */
    uint32_t body_crc;                /* CRC-32 */
};

/* Writes HLSIM_IMAGE_HEADER_SIZE bytes; HLSIM_E_INVALID for a text that does not fit the format,
 * HLSIM_E_RANGE for a size that does not. */
int hlsim_image_header_write(const struct hlsim_image_info *info, uint8_t *ret_bytes);

/* Reads a header from the first of `size` bytes; the body's CRC is the caller's to check.
 * HLSIM_E_INCOMPLETE, HLSIM_E_FORMAT, HLSIM_E_CORRUPT. */
int hlsim_image_header_parse(const uint8_t *bytes, size_t size, struct hlsim_image_info *ret_info);

struct hlsim_image_spec {
    const char *version;
    const char *model;
    uint32_t size; /* of header and body */
    uint64_t seed; /* 0: the official build of that version; same spec, same bytes */
};

/* Writes `spec->size` bytes. Versions of one model and seed have most of their code in common, at
 * other places. HLSIM_E_INVALID for a text, HLSIM_E_RANGE for a size that cannot be,
 * HLSIM_E_LIMIT when `capacity` is less than it. */
int hlsim_image_build(const struct hlsim_image_spec *spec, uint8_t *ret_bytes, size_t capacity);

/* ---- Packages ---- */

enum hlsim_package_kind {
    HLSIM_PACKAGE_FULL = 1,  /* the payload is one image, and bytes that nobody uses */
    HLSIM_PACKAGE_DELTA = 2, /* the payload makes an image of the one that runs */
};

/* The test key pairs in sim/package/keys; they protect nothing. */
enum hlsim_package_key {
    HLSIM_PACKAGE_KEY_MODULE, /* the one whose public half every module knows */
    HLSIM_PACKAGE_KEY_OTHER,
    HLSIM_PACKAGE_KEYS,
};

/* X(value, name): what can be wrong with a package on purpose. */
#define HLSIM_PACKAGE_BREAK_MAP(X)                                                                 \
    X(HLSIM_PACKAGE_BREAK_NONE, "none")                                                            \
    X(HLSIM_PACKAGE_BREAK_BIT_FLIP, "bit_flip")     /* one bit, after signing */                   \
    X(HLSIM_PACKAGE_BREAK_TRUNCATE, "truncate")     /* shorter than its header says */             \
    X(HLSIM_PACKAGE_BREAK_WRONG_KEY, "wrong_key")   /* signed by the other key */                  \
    X(HLSIM_PACKAGE_BREAK_WRONG_BASE, "wrong_base") /* for a version that nobody runs */

enum hlsim_package_break {
#define HLSIM_PACKAGE_BREAK_ENUM(value, name) value,
    HLSIM_PACKAGE_BREAK_MAP(HLSIM_PACKAGE_BREAK_ENUM)
#undef HLSIM_PACKAGE_BREAK_ENUM
        HLSIM_PACKAGE_BREAKS
};

const char *hlsim_package_break_name(enum hlsim_package_break breakage);

/* The value of that name, or -1. */
int hlsim_package_break_find(const char *name);

/* The version which HLSIM_PACKAGE_BREAK_WRONG_BASE asks for. */
#define HLSIM_PACKAGE_NOBODY "0.0.0.1"

struct hlsim_package_info {
    enum hlsim_package_kind kind;
    char from[HLSIM_VERSION_TEXT]; /* the version it can be applied to; "": any */
    char to[HLSIM_VERSION_TEXT];   /* the version of the image inside */
    char model[HLSIM_MODEL_TEXT];
    uint32_t total_size;   /* of header, payload and signature */
    uint32_t payload_size; /* the payload begins at HLSIM_PACKAGE_HEADER_SIZE */
    uint32_t payload_crc;
};

/* Reads a package's header from the first of `size` bytes, which may be fewer than the whole
 * package. HLSIM_E_INCOMPLETE when they are fewer than a header, HLSIM_E_FORMAT,
 * HLSIM_E_CORRUPT, HLSIM_E_UNSUPPORTED. */
int hlsim_package_parse(const uint8_t *bytes, size_t size, struct hlsim_package_info *ret_info);

/* Whether the package can be applied to a module which runs `running`. */
bool hlsim_package_fits(const struct hlsim_package_info *info, const char *running);

struct hlsim_package_spec {
    bool full;        /* a whole image; else a delta */
    const char *from; /* of a full package NULL or "": any version takes it */
    const char *to;
    const char *model;
    uint32_t size; /* of the whole package */
    enum hlsim_package_break breakage;
    uint64_t seed; /* from which the bytes that nobody uses are drawn; same spec, same bytes */
};

/*
 * Builds a package into the caller's buffer and says how many bytes it has: `spec->size`, but a
 * quarter less when it is to be truncated. HLSIM_E_INVALID for a text that does not fit the format
 * or a delta from nothing, HLSIM_E_RANGE for a size outside HLSIM_PACKAGE_SIZE_MIN (of a delta
 * _DELTA_SIZE_MIN) to _MAX, HLSIM_E_LIMIT when `capacity` is less than `spec->size`,
 * HLSIM_E_NO_MEMORY. Signing takes a few milliseconds.
 */
int hlsim_package_build(const struct hlsim_package_spec *spec, uint8_t *ret_bytes, size_t capacity,
                        size_t *ret_size);

/* As an offset: the middle of the payload; where a package is truncated, of its bytes. */
#define HLSIM_PACKAGE_MIDDLE SIZE_MAX

/*
 * Damages a finished package in place. `offset` says where a bit is turned and where a package is
 * cut off; HLSIM_E_RANGE when it is outside. Another key and another base need a whole package:
 * HLSIM_E_FORMAT or HLSIM_E_CORRUPT when it is none, HLSIM_E_NO_MEMORY.
 */
int hlsim_package_corrupt(uint8_t *bytes, size_t *size, enum hlsim_package_break kind,
                          size_t offset);

/* What a delta's payload says of itself; complete when its last byte was seen. */
struct hlsim_package_delta {
    uint32_t base_size; /* of the image that it is applied to */
    uint8_t base_digest[HLSIM_PACKAGE_DIGEST_SIZE];
    uint32_t image_size; /* of the image that it makes */
    uint32_t operations;
    uint32_t copied;  /* bytes taken from the base */
    uint32_t carried; /* bytes of the new image that the package carries */
    uint32_t unused;  /* bytes for nobody */
};

/*
 * A package whose sums were computed before: whoever verifies the same bytes very often (an
 * exploration) hashes them once and compares afterwards. The signature is checked every time.
 */
struct hlsim_package_known {
    const uint8_t *bytes; /* borrowed, never changed */
    size_t size;
    uint32_t payload_crc;
    uint8_t digest[HLSIM_PACKAGE_DIGEST_SIZE]; /* of header and payload */
};

/* Computes the sums of a package. Any error of hlsim_package_parse, or HLSIM_E_INCOMPLETE when it
 * is shorter than its header says. */
int hlsim_package_know(const uint8_t *bytes, size_t size, struct hlsim_package_known *ret_known);

/* The inside of a running SHA-256. */
struct hlsim_package_hash {
    uint64_t words[16];
};

/* Checks the payload of a delta as it arrives. Fields are private. */
struct hlsim_package_delta_check {
    struct hlsim_package_delta delta;
    uint32_t left; /* bytes of the payload that have not come */
    uint32_t skip; /* bytes that belong to the operation read last */
    uint32_t made; /* bytes of the image that the operations make so far */
    uint32_t collected;
    uint8_t head[40];
};

/*
 * Checks a package as it arrives, in pieces of any sizes. Plain memory without anything to free:
 * it can be copied and thrown away at any time. After a restart it is begun anew and fed again with
 * what flash holds. Fields are private.
 */
struct hlsim_package_verifier {
    enum hlsim_package_key key;
    int error;
    uint32_t received;
    uint32_t payload_crc;
    struct hlsim_package_info info;
    struct hlsim_package_hash hash;
    struct hlsim_package_delta_check delta;
    const struct hlsim_package_known *known;
    size_t known_count;
    const struct hlsim_package_known *alike; /* the known one that all bytes so far are those of */
    uint8_t header[HLSIM_PACKAGE_HEADER_SIZE];
    uint8_t image_header[HLSIM_IMAGE_HEADER_SIZE];
    uint8_t signature[HLSIM_PACKAGE_SIGNATURE_SIZE];
};

void hlsim_package_verifier_init(struct hlsim_package_verifier *verifier,
                                 enum hlsim_package_key key);

/* Before the first bytes: packages that are known already, borrowed as long as the verifier. */
void hlsim_package_verifier_recall(struct hlsim_package_verifier *verifier,
                                   const struct hlsim_package_known *known, size_t count);

/*
 * Takes the next bytes. An error is final, known as soon as the bytes show it, and returned by
 * every later call; CRC-32 of the payload and signature are judged at the end.
 */
int hlsim_package_verifier_update(struct hlsim_package_verifier *verifier, const void *bytes,
                                  size_t size);

/* 0 when the whole package has come and is good. To be called once, at the end; may also return
 * HLSIM_E_NO_MEMORY. */
int hlsim_package_verifier_finish(struct hlsim_package_verifier *verifier);

/* What the header says; NULL until it has come and could be read. */
const struct hlsim_package_info *
hlsim_package_verifier_info(const struct hlsim_package_verifier *verifier);

/* What the payload of a delta says; NULL for a full package, and until the payload has come. */
const struct hlsim_package_delta *
hlsim_package_verifier_delta(const struct hlsim_package_verifier *verifier);

/* Checks a whole package in one call. */
int hlsim_package_verify(const uint8_t *bytes, size_t size, enum hlsim_package_key key);

#endif
