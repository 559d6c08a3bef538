/*
 * A firmware update over the air in memory: an emulated modem, the built-in host engine and the
 * model of AirVantage, in virtual time. Prints how it went.
 */
#include <hl78pair/engine_host.h>
#include <hl78pair/pair.h>
#include <hl78sim/load.h>

#include <stdio.h>
#include <string.h>

static const char scenario[] =
    "{ \"name\": \"Update in memory\","
    "  \"modem\": { \"profile\": \"HL7800-4.4.14.0\" },"
    "  \"airvantage\": { \"system\": \"registered\","
    "    \"packages\": [ { \"id\": \"new\", \"from\": \"4.4.14.0\", \"to\": \"4.6.8.0\","
    "                      \"size\": 524648 } ],"
    "    \"operations\": [ { \"at\": \"0s\", \"upgrade\": \"new\" } ] },"
    "  \"host\": { \"goal\": \"update\", \"version\": \"4.6.8.0\" },"
    "  \"expect\": [ { \"final\": { \"host.result\": \"updated\" } } ] }";

static bool reported(void *pair)
{
    return hlpair_report(pair) != NULL;
}

int main(void)
{
    static struct hlsim_diagnostics diagnostics;
    static struct hlpair_engine_setup engine;
    struct hlpair_config config = {.ops = &hlpair_engine_ops, .host_config = &engine.config};
    struct hlsim_setup *setup;
    struct hlpair *host;
    const struct hlsim_host_report *report;
    bool updated;

    if (hlsim_load_scenario(scenario, strlen(scenario), NULL, &setup, &diagnostics) < 0) {
        fprintf(stderr, "%s\n", diagnostics.entries[0].message);
        return 1;
    }
    if (hlsim_setup_build_packages(setup) < 0 ||
        hlpair_engine_setup(&setup->scenario.host, &engine) < 0 ||
        hlsim_world_create(&setup->world, &config.world) < 0 || hlpair_create(&config, &host) < 0) {
        return 1;
    }
    hlsim_world_power_on(config.world);
    hlpair_power_on(host);
    hlpair_run(config.world, &host, 1, setup->scenario.limit, reported, host);
    report = hlpair_report(host);
    updated = report != NULL && strcmp(report->result, "updated") == 0;
    if (report != NULL) {
        printf("%s: %s -> %s\n", report->result, report->before, report->after);
    }
    hlpair_free(host);
    hlsim_world_free(config.world);
    hlsim_setup_free(setup);
    return updated ? 0 : 1;
}
