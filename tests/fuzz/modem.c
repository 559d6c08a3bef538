/*
 * A module by the public interface alone: typed at, run, listened to.
 */
#include "modem.h"

#include <stdbool.h>
#include <string.h>

static const char plain[] =
    "{\"name\": \"fuzz\", \"modem\": {\"profile\": \"HL7800-4.6.8.0\", \"credentials\": \"dm\","
    " \"settings\": {\"wdsi\": 4479}}, \"airvantage\": {\"system\": \"registered\"}}";

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct fuzz_modem *modem = user;

    for (size_t i = 0; i < size; i++) {
        if (modem->came_size + 1 == sizeof modem->came) {
            modem->came_size /= 2;
            memmove(modem->came, modem->came + modem->came_size, modem->came_size);
        }
        modem->came[modem->came_size++] = (char)bytes[i];
    }
    modem->came[modem->came_size] = '\0';
    return size;
}

void fuzz_modem_run(struct fuzz_modem *modem, int64_t duration)
{
    FUZZ_EXPECT(hlsim_world_run_until(modem->world, hlsim_world_now(modem->world) + duration) == 0);
}

/*
 * Looks for S3=, S4= and S5= in what is sent; too often rather than too seldom. Control characters
 * in between count for nothing, as in a command line.
 */
static void watch_registers(struct fuzz_modem *modem, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] < ' ') {
            continue;
        }
        if (modem->names_register && bytes[i] >= '3' && bytes[i] <= '5') {
            modem->registers_set = true;
        }
        modem->names_register =
            bytes[i] == 'S' || bytes[i] == 's' || (modem->names_register && bytes[i] == '0');
    }
}

void fuzz_modem_send(struct fuzz_modem *modem, const uint8_t *bytes, size_t size)
{
    watch_registers(modem, bytes, size);
    while (size > 0) {
        int taken = hlsim_link_write(modem->link, HLSIM_HOST, bytes, size);

        FUZZ_EXPECT(taken >= 0);
        bytes += taken;
        size -= (size_t)taken;
        fuzz_modem_run(modem, HLSIM_MS);
    }
}

void fuzz_modem_open(struct fuzz_modem *modem)
{
    fuzz_modem_open_with(modem, plain);
}

void fuzz_modem_open_with(struct fuzz_modem *modem, const char *scenario)
{
    const struct hlsim_link_end end = {.user = modem, .receive = receive};
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);

    memset(modem, 0, sizeof *modem);
    FUZZ_EXPECT(diagnostics != NULL);
    FUZZ_EXPECT(hlsim_load_scenario(scenario, strlen(scenario), NULL, &modem->setup, diagnostics) ==
                0);
    free(diagnostics);
    FUZZ_EXPECT(hlsim_setup_build_packages(modem->setup) == 0);
    FUZZ_EXPECT(hlsim_world_create(&modem->setup->world, &modem->world) == 0);
    modem->link = hlsim_world_port(modem->world, 0, 0);
    hlsim_link_attach(modem->link, HLSIM_HOST, &end);
    hlsim_world_power_on(modem->world);
    fuzz_modem_run(modem, 10 * HLSIM_SECOND);
}

void fuzz_modem_close(struct fuzz_modem *modem)
{
    hlsim_world_free(modem->world);
    hlsim_setup_free(modem->setup);
}

static bool answers(struct fuzz_modem *modem)
{
    fuzz_modem_send(modem, (const uint8_t *)"\rATQ0V1\r", 8);
    fuzz_modem_run(modem, 2 * HLSIM_MINUTE);
    modem->came_size = 0;
    modem->came[0] = '\0';
    fuzz_modem_send(modem, (const uint8_t *)"AT\r", 3);
    fuzz_modem_run(modem, 10 * HLSIM_SECOND);
    return strstr(modem->came, "\r\nOK\r\n") != NULL;
}

/* Presses the power key of a module that was switched off (AT+CPOF). */
static void wake(struct fuzz_modem *modem)
{
    struct hlsim_actor actor = hlsim_world_actor(modem->world);
    const struct hlsim_action wake = {.name = "wake"};

    if (actor.act(actor.user, &wake) == HLSIM_ACTED) {
        fuzz_modem_run(modem, HLSIM_MINUTE);
    }
}

/* Ends AT+CMUX (CLD, 27.010 5.4.6.3.3). Behind so many flags a frame is one of its own. */
static void close_down(struct fuzz_modem *modem)
{
    static const uint8_t flags[] = {0xf9, 0xf9, 0xf9, 0xf9, 0xf9, 0xf9, 0xf9, 0xf9};
    static const uint8_t sabm[] = {0xf9, 0x03, 0x3f, 0x01, 0x1c, 0xf9};
    static const uint8_t cld[] = {0xf9, 0x03, 0xef, 0x05, 0xc3, 0x01, 0xf2, 0xf9};

    for (size_t i = 0; i < 400; i++) {
        fuzz_modem_send(modem, flags, sizeof flags);
    }
    fuzz_modem_send(modem, sabm, sizeof sabm);
    fuzz_modem_send(modem, cld, sizeof cld);
}

/*
 * A line that was left open is ended first; then an update, a restart or a transfer that the input
 * began gets its time.
 */
void fuzz_modem_expect_alive(struct fuzz_modem *modem)
{
    close_down(modem);
    fuzz_modem_send(modem, (const uint8_t *)"\r\x18\x18", 3);
    fuzz_modem_run(modem, 20 * HLSIM_MINUTE);
    wake(modem);
    FUZZ_EXPECT(answers(modem) || modem->registers_set);
}
