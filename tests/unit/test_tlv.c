/*
 * The TLV codec against the examples of OMA-TS-LightweightM2M-V1_0 6.4.3 and against bytes that lie
 * about their length.
 */
#include "codec/tlv.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdlib.h>
#include <string.h>

enum { BYTES_SIZE_MAX = 256, DEPTH_MAX = 3 };

/* The device object's only instance (6.4.3.1), and the same as an object instance (6.4.3.2 A). */
#define DEVICE                                                                                     \
    "c800144f70656e204d6f62696c6520416c6c69616e6365"                                               \
    "c801164c69676874776569676874204d324d20436c69656e74"                                           \
    "c80209333435303030313233c303312e30860641000141010588070842000ed842011388"                     \
    "870841007d42010384c10964c10a0f830b410000c40d5182428fc60e2b30323a3030c11055"
#define DEVICE_INSTANCE "080079" DEVICE
/* Two access control objects (6.4.3.2 B) and a server object (C). */
#define ACCESS_CONTROL                                                                             \
    "08000ec10001c101008302417f07c1037f080212c10003c101008702417f0761013601c1037f"
#define SERVER "08000fc10001c40100015180c10601c10755"
/* Object links: /65/0 and the two instances of object 66 (6.4.3.3). */
#define OBJECT_65 "88000c440000420000440100420001c8010d38363133383030373535353030c40212345678"
#define OBJECT_66                                                                                  \
    "080026c8000b6d79536572766963652031c8010f496e7465726e65742e31352e323334c40200430000"           \
    "080126c8000b6d79536572766963652032c8010f496e7465726e65742e31352e323335c402ffffffff"

static const char *const vectors[] = {DEVICE, DEVICE_INSTANCE, ACCESS_CONTROL,
                                      SERVER, OBJECT_65,       OBJECT_66};

static size_t from_hex(const char *hex, uint8_t bytes[BYTES_SIZE_MAX])
{
    size_t size = strlen(hex) / 2;

    CU_ASSERT_FATAL(size <= BYTES_SIZE_MAX);
    for (size_t i = 0; i < size; i++) {
        const char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};

        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return size;
}

/* Reads all levels and touches all values; the number of entries or the error. */
static int walk(const uint8_t *bytes, size_t size, int depth)
{
    struct hlsim__tlv_reader reader;
    struct hlsim__tlv entry;
    int count = 0;
    int rc;

    hlsim__tlv_reader_init(&reader, bytes, size);
    while ((rc = hlsim__tlv_read(&reader, &entry)) == 1) {
        unsigned sum = 0;
        int64_t number;
        bool flag;
        uint16_t id;

        count++;
        for (size_t i = 0; i < entry.size; i++)
            sum += entry.value[i];
        CU_ASSERT(sum <= 255 * size);
        (void)hlsim__tlv_int(&entry, &number);
        (void)hlsim__tlv_bool(&entry, &flag);
        (void)hlsim__tlv_object_link(&entry, &id, &id);
        if ((entry.kind == HLSIM__TLV_OBJECT_INSTANCE ||
             entry.kind == HLSIM__TLV_MULTIPLE_RESOURCE) &&
            depth < DEPTH_MAX) {
            rc = walk(entry.value, entry.size, depth + 1);
            if (rc < 0)
                return rc;
            count += rc;
        }
    }
    return rc < 0 ? rc : count;
}

/* Walks a copy that ends where its heap block ends, so that the sanitizer sees any overread. */
static int walk_exact(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    int rc;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, bytes, size);
    rc = walk(copy, size, 0);
    free(copy);
    return rc;
}

static int walk_hex(const char *hex)
{
    uint8_t bytes[BYTES_SIZE_MAX];

    return walk_exact(bytes, from_hex(hex, bytes));
}

/* Checks the next entry's kind, id and size. */
static void expect(struct hlsim__tlv_reader *reader, enum hlsim__tlv_kind kind, unsigned id,
                   size_t size, struct hlsim__tlv *entry)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__tlv_read(reader, entry), 1);
    CU_ASSERT_EQUAL(entry->kind, kind);
    CU_ASSERT_EQUAL(entry->id, id);
    CU_ASSERT_EQUAL_FATAL(entry->size, size);
}

static void expect_text(struct hlsim__tlv_reader *reader, unsigned id, const char *text)
{
    struct hlsim__tlv entry;

    expect(reader, HLSIM__TLV_RESOURCE, id, strlen(text), &entry);
    CU_ASSERT_EQUAL(memcmp(entry.value, text, entry.size), 0);
}

static void expect_int(struct hlsim__tlv_reader *reader, enum hlsim__tlv_kind kind, unsigned id,
                       size_t size, int64_t value)
{
    struct hlsim__tlv entry;
    int64_t number = ~value;

    expect(reader, kind, id, size, &entry);
    CU_ASSERT_EQUAL(hlsim__tlv_int(&entry, &number), 0);
    CU_ASSERT_EQUAL(number, value);
}

static void reads_the_device_object_of_the_specification(void)
{
    struct hlsim__tlv_reader reader;
    struct hlsim__tlv_reader inner;
    struct hlsim__tlv entry;
    uint8_t bytes[BYTES_SIZE_MAX];
    size_t size = from_hex(DEVICE, bytes);

    CU_ASSERT_EQUAL(size, 121);
    hlsim__tlv_reader_init(&reader, bytes, size);
    expect_text(&reader, 0, "Open Mobile Alliance");
    expect_text(&reader, 1, "Lightweight M2M Client");
    expect_text(&reader, 2, "345000123");
    expect_text(&reader, 3, "1.0");
    expect(&reader, HLSIM__TLV_MULTIPLE_RESOURCE, 6, 6, &entry);
    hlsim__tlv_reader_init(&inner, entry.value, entry.size);
    expect_int(&inner, HLSIM__TLV_RESOURCE_INSTANCE, 0, 1, 1);
    expect_int(&inner, HLSIM__TLV_RESOURCE_INSTANCE, 1, 1, 5);
    CU_ASSERT_EQUAL(hlsim__tlv_read(&inner, &entry), 0);
    expect(&reader, HLSIM__TLV_MULTIPLE_RESOURCE, 7, 8, &entry);
    hlsim__tlv_reader_init(&inner, entry.value, entry.size);
    expect_int(&inner, HLSIM__TLV_RESOURCE_INSTANCE, 0, 2, 3800);
    expect_int(&inner, HLSIM__TLV_RESOURCE_INSTANCE, 1, 2, 5000);
    expect(&reader, HLSIM__TLV_MULTIPLE_RESOURCE, 8, 7, &entry);
    hlsim__tlv_reader_init(&inner, entry.value, entry.size);
    expect_int(&inner, HLSIM__TLV_RESOURCE_INSTANCE, 0, 1, 125);
    expect_int(&inner, HLSIM__TLV_RESOURCE_INSTANCE, 1, 2, 900);
    expect_int(&reader, HLSIM__TLV_RESOURCE, 9, 1, 100);
    expect_int(&reader, HLSIM__TLV_RESOURCE, 10, 1, 15);
    expect(&reader, HLSIM__TLV_MULTIPLE_RESOURCE, 11, 3, &entry);
    expect_int(&reader, HLSIM__TLV_RESOURCE, 13, 4, 1367491215);
    expect_text(&reader, 14, "+02:00");
    expect_text(&reader, 16, "U");
    CU_ASSERT_EQUAL(hlsim__tlv_read(&reader, &entry), 0);
    CU_ASSERT_EQUAL(hlsim__tlv_read(&reader, &entry), 0);
}

static void reads_the_access_control_objects_with_wide_and_narrow_ids(void)
{
    struct hlsim__tlv_reader reader;
    struct hlsim__tlv_reader instance;
    struct hlsim__tlv_reader owners;
    struct hlsim__tlv entry;
    uint8_t bytes[BYTES_SIZE_MAX];

    hlsim__tlv_reader_init(&reader, bytes, from_hex(ACCESS_CONTROL, bytes));
    expect(&reader, HLSIM__TLV_OBJECT_INSTANCE, 0, 14, &entry);
    expect(&reader, HLSIM__TLV_OBJECT_INSTANCE, 2, 18, &entry);
    hlsim__tlv_reader_init(&instance, entry.value, entry.size);
    expect_int(&instance, HLSIM__TLV_RESOURCE, 0, 1, 3);
    expect_int(&instance, HLSIM__TLV_RESOURCE, 1, 1, 0);
    expect(&instance, HLSIM__TLV_MULTIPLE_RESOURCE, 2, 7, &entry);
    hlsim__tlv_reader_init(&owners, entry.value, entry.size);
    expect_int(&owners, HLSIM__TLV_RESOURCE_INSTANCE, 127, 1, 7);
    expect_int(&owners, HLSIM__TLV_RESOURCE_INSTANCE, 310, 1, 1);
    CU_ASSERT_EQUAL(hlsim__tlv_read(&owners, &entry), 0);
    expect_int(&instance, HLSIM__TLV_RESOURCE, 3, 1, 127);
    CU_ASSERT_EQUAL(hlsim__tlv_read(&reader, &entry), 0);
}

static void reads_object_links(void)
{
    struct hlsim__tlv_reader reader;
    struct hlsim__tlv_reader links;
    struct hlsim__tlv entry;
    uint16_t object = 0;
    uint16_t instance = 0;
    uint8_t bytes[BYTES_SIZE_MAX];

    hlsim__tlv_reader_init(&reader, bytes, from_hex(OBJECT_65, bytes));
    expect(&reader, HLSIM__TLV_MULTIPLE_RESOURCE, 0, 12, &entry);
    hlsim__tlv_reader_init(&links, entry.value, entry.size);
    for (unsigned i = 0; i < 2; i++) {
        expect(&links, HLSIM__TLV_RESOURCE_INSTANCE, i, 4, &entry);
        CU_ASSERT_EQUAL(hlsim__tlv_object_link(&entry, &object, &instance), 0);
        CU_ASSERT_EQUAL(object, 66);
        CU_ASSERT_EQUAL(instance, i);
    }
    expect_text(&reader, 1, "8613800755500");
    expect_int(&reader, HLSIM__TLV_RESOURCE, 2, 4, 0x12345678);
}

static void writes_the_device_object_of_the_specification(void)
{
    uint8_t expected[BYTES_SIZE_MAX];
    uint8_t bytes[BYTES_SIZE_MAX];
    size_t size = from_hex(DEVICE_INSTANCE, expected);
    struct hlsim__tlv_writer writer;
    struct hlsim__tlv_mark instance;
    struct hlsim__tlv_mark multiple;

    hlsim__tlv_writer_init(&writer, bytes, sizeof bytes);
    instance = hlsim__tlv_begin(&writer, HLSIM__TLV_OBJECT_INSTANCE, 0);
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 0, "Open Mobile Alliance");
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 1, "Lightweight M2M Client");
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 2, "345000123");
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 3, "1.0");
    multiple = hlsim__tlv_begin(&writer, HLSIM__TLV_MULTIPLE_RESOURCE, 6);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 0, 1);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 1, 5);
    hlsim__tlv_end(&writer, &multiple);
    multiple = hlsim__tlv_begin(&writer, HLSIM__TLV_MULTIPLE_RESOURCE, 7);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 0, 3800);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 1, 5000);
    hlsim__tlv_end(&writer, &multiple);
    multiple = hlsim__tlv_begin(&writer, HLSIM__TLV_MULTIPLE_RESOURCE, 8);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 0, 125);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 1, 900);
    hlsim__tlv_end(&writer, &multiple);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE, 9, 100);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE, 10, 15);
    multiple = hlsim__tlv_begin(&writer, HLSIM__TLV_MULTIPLE_RESOURCE, 11);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 0, 0);
    hlsim__tlv_end(&writer, &multiple);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE, 13, 1367491215);
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 14, "+02:00");
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 16, "U");
    hlsim__tlv_end(&writer, &instance);
    CU_ASSERT_EQUAL_FATAL(hlsim__tlv_writer_finish(&writer), (int)size);
    CU_ASSERT_EQUAL(memcmp(bytes, expected, size), 0);
}

static void writes_server_and_object_links_of_the_specification(void)
{
    uint8_t expected[BYTES_SIZE_MAX];
    uint8_t bytes[BYTES_SIZE_MAX];
    size_t size = from_hex(SERVER OBJECT_65, expected);
    struct hlsim__tlv_writer writer;
    struct hlsim__tlv_mark mark;

    hlsim__tlv_writer_init(&writer, bytes, sizeof bytes);
    mark = hlsim__tlv_begin(&writer, HLSIM__TLV_OBJECT_INSTANCE, 0);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE, 0, 1);
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE, 1, 86400);
    hlsim__tlv_write_bool(&writer, HLSIM__TLV_RESOURCE, 6, true);
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 7, "U");
    hlsim__tlv_end(&writer, &mark);
    mark = hlsim__tlv_begin(&writer, HLSIM__TLV_MULTIPLE_RESOURCE, 0);
    hlsim__tlv_write_object_link(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 0, 66, 0);
    hlsim__tlv_write_object_link(&writer, HLSIM__TLV_RESOURCE_INSTANCE, 1, 66, 1);
    hlsim__tlv_end(&writer, &mark);
    hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 1, "8613800755500");
    hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE, 2, 0x12345678);
    CU_ASSERT_EQUAL_FATAL(hlsim__tlv_writer_finish(&writer), (int)size);
    CU_ASSERT_EQUAL(memcmp(bytes, expected, size), 0);
}

static void writes_integers_in_the_fewest_bytes(void)
{
    static const struct {
        int64_t value;
        const char *hex;
    } cases[] = {
        {0, "c10100"},
        {127, "c1017f"},
        {128, "c2010080"},
        {-1, "c101ff"},
        {-128, "c10180"},
        {-129, "c201ff7f"},
        {32767, "c2017fff"},
        {32768, "c40100008000"},
        {-32769, "c401ffff7fff"},
        {INT32_MAX, "c4017fffffff"},
        {INT32_MIN, "c40180000000"},
        {INT64_C(2147483648), "c801080000000080000000"},
        {INT64_MAX, "c801087fffffffffffffff"},
        {INT64_MIN, "c801088000000000000000"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t expected[BYTES_SIZE_MAX];
        uint8_t bytes[BYTES_SIZE_MAX];
        size_t size = from_hex(cases[i].hex, expected);
        struct hlsim__tlv_writer writer;
        struct hlsim__tlv_reader reader;
        struct hlsim__tlv entry;
        int64_t value = 42;

        hlsim__tlv_writer_init(&writer, bytes, sizeof bytes);
        CU_ASSERT_EQUAL(hlsim__tlv_write_int(&writer, HLSIM__TLV_RESOURCE, 1, cases[i].value), 0);
        CU_ASSERT_EQUAL_FATAL(hlsim__tlv_writer_finish(&writer), (int)size);
        CU_ASSERT_EQUAL(memcmp(bytes, expected, size), 0);
        hlsim__tlv_reader_init(&reader, expected, size);
        CU_ASSERT_EQUAL_FATAL(hlsim__tlv_read(&reader, &entry), 1);
        CU_ASSERT_EQUAL(hlsim__tlv_int(&entry, &value), 0);
        CU_ASSERT_EQUAL(value, cases[i].value);
    }
}

static void writes_headers_at_the_borders_of_their_widths(void)
{
    static const struct {
        uint16_t id;
        size_t size;
        const char *header;
    } cases[] = {
        {255, 0, "c0ff"},
        {256, 0, "e00100"},
        {65535, 7, "e7ffff"},
        {0, 8, "c80008"},
        {0, 255, "c800ff"},
        {0, 256, "d0000100"},
        {5850, 65535, "f016daffff"},
        {0, 65536, "d800010000"},
    };
    static const uint8_t value[65536] = {0};
    const size_t capacity = sizeof value + HLSIM__TLV_HEADER_SIZE_MAX;
    uint8_t *bytes = malloc(capacity);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t header[BYTES_SIZE_MAX];
        size_t header_size = from_hex(cases[i].header, header);
        struct hlsim__tlv_writer writer;
        struct hlsim__tlv_reader reader;
        struct hlsim__tlv entry;
        int size;

        hlsim__tlv_writer_init(&writer, bytes, capacity);
        hlsim__tlv_write_opaque(&writer, HLSIM__TLV_RESOURCE, cases[i].id, value, cases[i].size);
        size = hlsim__tlv_writer_finish(&writer);
        CU_ASSERT_EQUAL_FATAL(size, (int)(header_size + cases[i].size));
        CU_ASSERT_EQUAL(memcmp(bytes, header, header_size), 0);
        hlsim__tlv_reader_init(&reader, bytes, (size_t)size);
        expect(&reader, HLSIM__TLV_RESOURCE, cases[i].id, cases[i].size, &entry);
    }
    free(bytes);
}

static void says_full_for_every_capacity_that_is_too_small(void)
{
    /* An object instance with one resource "abc"; all lengths fit the type bytes. */
    static const uint8_t expected[] = {0x05, 0x00, 0xC3, 0x01, 'a', 'b', 'c'};

    for (size_t capacity = 0; capacity <= sizeof expected; capacity++) {
        uint8_t *bytes = malloc(capacity > 0 ? capacity : 1);
        struct hlsim__tlv_writer writer;
        struct hlsim__tlv_mark mark;
        int rc;

        CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
        hlsim__tlv_writer_init(&writer, bytes, capacity);
        mark = hlsim__tlv_begin(&writer, HLSIM__TLV_OBJECT_INSTANCE, 0);
        hlsim__tlv_write_text(&writer, HLSIM__TLV_RESOURCE, 1, "abc");
        hlsim__tlv_end(&writer, &mark);
        rc = hlsim__tlv_writer_finish(&writer);
        if (capacity < sizeof expected) {
            CU_ASSERT_EQUAL(rc, HLSIM_E_FULL);
            CU_ASSERT_EQUAL(hlsim__tlv_write_bool(&writer, HLSIM__TLV_RESOURCE, 2, true),
                            HLSIM_E_FULL);
        } else {
            CU_ASSERT_EQUAL(rc, (int)sizeof expected);
            CU_ASSERT_EQUAL(memcmp(bytes, expected, sizeof expected), 0);
        }
        free(bytes);
    }
}

static void refuses_values_longer_than_24_bits_can_say(void)
{
    const size_t size = HLSIM__TLV_VALUE_SIZE_MAX + 1;
    uint8_t *value = calloc(1, size);
    uint8_t *bytes = malloc(size + HLSIM__TLV_HEADER_SIZE_MAX);
    struct hlsim__tlv_writer writer;

    CU_ASSERT_FATAL(value != NULL && bytes != NULL);
    hlsim__tlv_writer_init(&writer, bytes, size + HLSIM__TLV_HEADER_SIZE_MAX);
    CU_ASSERT_EQUAL(hlsim__tlv_write_opaque(&writer, HLSIM__TLV_RESOURCE, 0, value, size),
                    HLSIM_E_LIMIT);
    hlsim__tlv_writer_init(&writer, bytes, size + HLSIM__TLV_HEADER_SIZE_MAX);
    CU_ASSERT_EQUAL(hlsim__tlv_write_opaque(&writer, HLSIM__TLV_RESOURCE, 0, value, size - 1), 0);
    CU_ASSERT_EQUAL(memcmp(bytes, "\xD8\x00\xFF\xFF\xFF", 5), 0);
    free(bytes);
    free(value);
}

static void counts_the_entries_of_all_examples(void)
{
    /* Counted by hand in the tables of 6.4.3. */
    CU_ASSERT_EQUAL(walk_hex(DEVICE), 13 + 7);
    CU_ASSERT_EQUAL(walk_hex(DEVICE_INSTANCE), 14 + 7);
    CU_ASSERT_EQUAL(walk_hex(ACCESS_CONTROL), 2 + 4 + 1 + 4 + 2);
    CU_ASSERT_EQUAL(walk_hex(SERVER), 1 + 4);
    CU_ASSERT_EQUAL(walk_hex(OBJECT_65), 3 + 2);
    CU_ASSERT_EQUAL(walk_hex(OBJECT_66), 2 + 6);
}

static void refuses_lengths_that_lie(void)
{
    CU_ASSERT_EQUAL(walk_hex(""), 0);
    CU_ASSERT_EQUAL(walk_hex("c0"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_hex("c000"), 1);
    CU_ASSERT_EQUAL(walk_hex("c10a"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_hex("e100"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_hex("c800"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_hex("c8000241"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_hex("d00001"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_hex("d800ffffff41"), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_hex("0400c3004142"), HLSIM_E_FORMAT); /* The inner one is longer. */
    CU_ASSERT_EQUAL(walk_hex("c800024142"
                             "c1"),
                    HLSIM_E_FORMAT);
    /* With a length field of its own the low three bits mean nothing. */
    CU_ASSERT_EQUAL(walk_hex("cf00024142"), 1);
}

static void refuses_integers_and_flags_of_other_sizes(void)
{
    static const uint8_t bytes[9] = {2, 0, 0, 0, 0, 0, 0, 0, 0};
    struct hlsim__tlv entry = {.kind = HLSIM__TLV_RESOURCE, .value = bytes};

    for (size_t size = 0; size <= sizeof bytes; size++) {
        bool good = size == 1 || size == 2 || size == 4 || size == 8;
        int64_t value;
        bool flag;
        uint16_t id;

        entry.size = size;
        CU_ASSERT_EQUAL(hlsim__tlv_int(&entry, &value), good ? 0 : HLSIM_E_FORMAT);
        CU_ASSERT_EQUAL(hlsim__tlv_bool(&entry, &flag), HLSIM_E_FORMAT);
        CU_ASSERT_EQUAL(hlsim__tlv_object_link(&entry, &id, &id), size == 4 ? 0 : HLSIM_E_FORMAT);
    }
}

static void survives_every_truncation_and_every_flipped_bit(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t bytes[BYTES_SIZE_MAX];
        size_t size = from_hex(vectors[i], bytes);
        int whole = walk_exact(bytes, size);

        CU_ASSERT(whole > 0);
        for (size_t cut = 0; cut < size; cut++) {
            int rc = walk_exact(bytes, cut);

            CU_ASSERT(rc == HLSIM_E_FORMAT || (rc >= 0 && rc < whole));
        }
        for (size_t bit = 0; bit < 8 * size; bit++) {
            int rc;

            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            rc = walk_exact(bytes, size);
            CU_ASSERT(rc == HLSIM_E_FORMAT || rc > 0);
            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(reads_the_device_object_of_the_specification),
    SUITE_TEST(reads_the_access_control_objects_with_wide_and_narrow_ids),
    SUITE_TEST(reads_object_links),
    SUITE_TEST(writes_the_device_object_of_the_specification),
    SUITE_TEST(writes_server_and_object_links_of_the_specification),
    SUITE_TEST(writes_integers_in_the_fewest_bytes),
    SUITE_TEST(writes_headers_at_the_borders_of_their_widths),
    SUITE_TEST(says_full_for_every_capacity_that_is_too_small),
    SUITE_TEST(refuses_values_longer_than_24_bits_can_say),
    SUITE_TEST(counts_the_entries_of_all_examples),
    SUITE_TEST(refuses_lengths_that_lie),
    SUITE_TEST(refuses_integers_and_flags_of_other_sizes),
    SUITE_TEST(survives_every_truncation_and_every_flipped_bit),
};

int main(void)
{
    return suite_run("tlv", tests, sizeof tests / sizeof *tests);
}
