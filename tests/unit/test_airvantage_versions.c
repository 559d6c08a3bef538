/*
 * Which version a system gets: the package that was named or the latest that fits, for each system
 * its own, and what becomes of an operation for which there is none.
 */
#include "airvantage_rig.h"

#define PACKAGE_SIZE 1024
#define OTHER        "350000000000001"

struct packages {
    uint8_t bytes[8][PACKAGE_SIZE];
    struct hlsim_airvantage_config config;
};

static void build(struct packages *packages, const char *id, const char *from, const char *to,
                  uint32_t size)
{
    size_t index = packages->config.package_count++;
    struct hlsim_stored_package *stored = &packages->config.packages[index];

    CU_ASSERT_EQUAL_FATAL(
        hlsim_package_build(
            &(struct hlsim_package_spec){
                .full = from == NULL, .from = from, .to = to, .model = "HL7800", .size = size},
            packages->bytes[index], PACKAGE_SIZE, &stored->size),
        0);
    snprintf(stored->id, sizeof stored->id, "%s", id);
    stored->bytes = packages->bytes[index];
}

/* Deltas in a chain, one that goes over two versions at once, a full image of an old version. */
static void build_packages(struct packages *packages)
{
    memset(packages, 0, sizeof *packages);
    build(packages, "a", "1.6.3", "4.4.14.0", PACKAGE_SIZE);
    build(packages, "b", "4.4.14.0", "4.6.8.0", PACKAGE_SIZE);
    build(packages, "c", "4.6.8.0", "4.6.10.0", PACKAGE_SIZE);
    build(packages, "d", "4.4.14.0", "4.6.9.4", PACKAGE_SIZE);
    build(packages, "old", NULL, "4.5.0.0", PACKAGE_SIZE);
}

static struct rig_peer *add_device(struct rig *rig, const char *imei, const char *firmware)
{
    struct rig_peer *peer = rig_peer_new(rig, imei);

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, imei, ""), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, imei), 0);
    peer->automatic = true;
    snprintf(peer->device.firmware, sizeof peer->device.firmware, "%s", firmware);
    return peer;
}

static struct rig *rig_with(struct packages *packages, const char *firmware,
                            struct rig_peer **ret_peer)
{
    struct rig *rig;

    build_packages(packages);
    rig = rig_new((struct rig_options){.seed = 1, .config = &packages->config});
    *ret_peer = add_device(rig, RIG_IMEI, firmware);
    return rig;
}

static int upgrade(struct rig *rig, const char *package)
{
    return hlsim__airvantage_operate(rig->av, &(struct hlsim__airvantage_job){.package = package});
}

static bool is_offered(const struct rig_peer *peer, const char *id)
{
    char url[128];

    snprintf(url, sizeof url, "http://packages.airvantage.example/%s", id);
    return strcmp(peer->device.uri, url) == 0;
}

static void the_latest_is_the_highest_version_that_fits(void)
{
    static const struct {
        const char *firmware;
        const char *package;
    } cases[] = {
        {"BHL7800.1.6.3.0.20180803", "old"}, /* 4.5.0.0 is more than 4.4.14.0 */
        {"HL7800.4.4.14.0", "d"},            /* 4.6.9.4 is more than 4.6.8.0 */
        {"HL7800.4.6.8.0", "c"},             /* 4.6.10.0: numbers, not letters */
        {"HL7800.4.3.0.0", "old"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct packages packages;
        struct rig_peer *peer;
        struct rig *rig = rig_with(&packages, cases[i].firmware, &peer);

        CU_ASSERT_TRUE_FATAL(rig_register(peer));
        CU_ASSERT_EQUAL(upgrade(rig, "latest"), 1);
        rig_run_for(rig, HLSIM_SECOND);
        CU_ASSERT_TRUE(is_offered(peer, cases[i].package));
        rig_free(rig);
    }
}

static void nothing_newer_is_no_operation(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with(&packages, "HL7800.4.6.10.0", &peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(upgrade(rig, "latest"), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "none"));
    /* Any version that the server holds can be named, an older one too. */
    CU_ASSERT_EQUAL(upgrade(rig, "old"), 1);
    rig_free(rig);
}

static void of_two_to_the_same_version_the_smaller_is_sent(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig;

    memset(&packages, 0, sizeof packages);
    build(&packages, "large", "4.4.14.0", "4.6.8.0", PACKAGE_SIZE);
    build(&packages, "small", "4.4.14.0", "4.6.8.0", PACKAGE_SIZE - 1);
    build(&packages, "full", NULL, "4.6.8.0", PACKAGE_SIZE);
    rig = rig_new((struct rig_options){.seed = 1, .config = &packages.config});
    peer = add_device(rig, RIG_IMEI, "HL7800.4.4.14.0");
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(upgrade(rig, "latest"), 1);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(is_offered(peer, "small"));
    rig_free(rig);
}

static void each_system_gets_its_own_latest(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with(&packages, "HL7800.4.4.14.0", &peer);
    struct rig_peer *other = add_device(rig, OTHER, "HL7800.4.6.8.0");

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_TRUE_FATAL(rig_register(other));
    CU_ASSERT_EQUAL(upgrade(rig, "latest"), 1);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(is_offered(peer, "d"));
    CU_ASSERT_TRUE(is_offered(other, "c"));
    rig_free(rig);
}

/* A system that was never connected: the choice waits for its first word. */
static void the_latest_is_chosen_when_the_firmware_is_known(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with(&packages, "HL7800.4.6.8.0", &peer);

    CU_ASSERT_EQUAL(upgrade(rig, "latest"), 1);
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_TRUE(is_offered(peer, "c"));
    rig_free(rig);

    rig = rig_with(&packages, "HL7800.9.0.0.0", &peer);
    CU_ASSERT_EQUAL(upgrade(rig, "latest"), 1);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "failure"));
    CU_ASSERT_STRING_EQUAL(peer->device.uri, "");
    rig_free(rig);
}

static void a_package_is_not_looked_at_again_when_it_is_sent(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with(&packages, "HL7800.4.4.14.0", &peer);

    CU_ASSERT_EQUAL(hlsim__airvantage_set_firmware(rig->av, "350000000000009", "x"),
                    HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__airvantage_set_firmware(rig->av, RIG_IMEI, "HL7800.4.4.14.0"), 0);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.firmware", "HL7800.4.4.14.0"));
    CU_ASSERT_EQUAL(upgrade(rig, "c"), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(upgrade(rig, "b"), 1);
    snprintf(peer->device.firmware, sizeof peer->device.firmware, "HL7800.4.6.8.0");
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_TRUE(is_offered(peer, "b"));
    rig_free(rig);
}

static void operations_have_names(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with(&packages, "HL7800.4.4.14.0", &peer);
    struct hlsim__airvantage_job named = {.id = "first", .package = "b"};

    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.first", "none"));
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &named), 1);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.first", "in_progress"));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.1", "in_progress"));
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &named), HLSIM_E_EXISTS);
    named.id = "a name that is longer than any name may be";
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &named), HLSIM_E_INVALID);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.2", "none"));
    rig_free(rig);
}

/* What a scenario plans is not refused as a whole: it fails for the system that it is not for. */
static void a_planned_operation_fails_where_nothing_fits(void)
{
    struct packages packages;
    struct rig *rig;
    struct rig_peer *peer;
    struct rig_peer *other;

    build_packages(&packages);
    packages.config.operation_count = 2;
    packages.config.operations[0] =
        (struct hlsim_operation_config){.id = "fits-one", .at = 10 * HLSIM_SECOND, .package = "c"};
    packages.config.operations[1] = (struct hlsim_operation_config){
        .id = "forced", .at = 20 * HLSIM_SECOND, .package = "c", .force = true};
    rig = rig_new((struct rig_options){.seed = 1, .config = &packages.config});
    peer = add_device(rig, RIG_IMEI, "HL7800.4.4.14.0");
    other = add_device(rig, OTHER, "HL7800.4.6.8.0");
    hlsim__airvantage_start(rig->av);
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_TRUE_FATAL(rig_register(other));
    rig_run_for(rig, 12 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.fits-one", "failure"));
    CU_ASSERT_TRUE(rig_reads(rig, OTHER, "airvantage.operation.fits-one", "in_progress"));
    CU_ASSERT_STRING_EQUAL(peer->device.uri, "");
    CU_ASSERT_TRUE(is_offered(other, "c"));
    rig_run_for(rig, 10 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.forced", "in_progress"));
    CU_ASSERT_TRUE(is_offered(peer, "c"));
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_latest_is_the_highest_version_that_fits),
    SUITE_TEST(nothing_newer_is_no_operation),
    SUITE_TEST(of_two_to_the_same_version_the_smaller_is_sent),
    SUITE_TEST(each_system_gets_its_own_latest),
    SUITE_TEST(the_latest_is_chosen_when_the_firmware_is_known),
    SUITE_TEST(a_package_is_not_looked_at_again_when_it_is_sent),
    SUITE_TEST(operations_have_names),
    SUITE_TEST(a_planned_operation_fails_where_nothing_fits),
};

int main(void)
{
    return suite_run("airvantage versions", tests, sizeof tests / sizeof *tests);
}
