/*
 * One note in the store says what the last flashing left behind. It is written while no firmware
 * runs, as the tool would; nothing is written where nothing is left.
 */
#include "modem/flashing.h"

#include "base/assert.h"
#include "modem/flash_map.h"
#include "modem/modem.h"

#include <stdio.h>
#include <string.h>

#define NOTE_KEY    "flashed"
#define CARRIER_KEY "carrier"
#define STUCK_KEY   "stuck"

/* What the note says. */
#define LOCKED    "locked" /* restarts for ever */
#define DEAF      "deaf"   /* finds no network */
#define MENDED    "mended" /* was deaf, and another firmware was flashed since */

#define NOTE_SIZE 16

/* --- The note ------------------------------------------------------------------------------- */

static void read_value(const struct hlsim__nvm *store, const char *key, char *ret_text, size_t size)
{
    int length = hlsim__nvm_get(store, key, ret_text, size - 1);

    ret_text[length > 0 ? (size_t)length : 0] = '\0';
}

static bool note_is(const struct hlsim__modem *modem, const char *wanted)
{
    char note[NOTE_SIZE];

    read_value(&modem->ram.store, NOTE_KEY, note, sizeof note);
    return strcmp(note, wanted) == 0;
}

static int preset(struct hlsim__modem *modem, const char *key, const char *text)
{
    const struct hlsim__nvm_preset value = {.key = key, .bytes = text, .size = strlen(text)};

    return hlsim__nvm_preset(&modem->flash, &hlsim__map_store, &value, 1);
}

/* --- Flashing ------------------------------------------------------------------------------- */

/* What the tool finds in the module. */
struct finding {
    char version[HLSIM_VERSION_TEXT];
    char note[NOTE_SIZE];
    bool stuck;
    bool downloading;
};

static void look(const struct hlsim__modem *modem, struct finding *ret_finding)
{
    /* The sink of this mount's event is the world's; a look from outside must not be one. */
    struct hlsim__flash silent = modem->flash;
    struct hlsim_stream nobody = {.sched = modem->sched};
    struct hlsim__nvm store;
    char text[NOTE_SIZE];

    memset(ret_finding, 0, sizeof *ret_finding);
    silent.config.stream = &nobody;
    hlsim__modem_bootable_version(modem, ret_finding->version, sizeof ret_finding->version);
    ret_finding->downloading = modem->downloading;
    hlsim__flash_set_factory(&silent, true);
    if (hlsim__nvm_mount(&store, &silent, &hlsim__map_store) == 0) {
        read_value(&store, NOTE_KEY, ret_finding->note, sizeof ret_finding->note);
        read_value(&store, STUCK_KEY, text, sizeof text);
        ret_finding->stuck = text[0] != '\0';
    }
}

static const char *next_note(const struct hlsim__modem *modem, const char *version,
                             const struct finding *found)
{
    bool other = hlsim_version_compare(found->version, version) != 0;

    if (!found->downloading &&
        hlsim__modem_has_quirk(modem, version, HLSIM_QUIRK_flashing_locks_up)) {
        return LOCKED;
    }
    if (strcmp(found->note, MENDED) == 0 || (strcmp(found->note, DEAF) == 0 && other)) {
        return MENDED;
    }
    if (strcmp(found->note, DEAF) == 0) {
        return DEAF;
    }
    return other && hlsim__modem_has_quirk(modem, version, HLSIM_QUIRK_first_flashing_loses_network)
               ? DEAF
               : "";
}

/* Whether `word` is one of the comma-separated words of `list`. */
static bool listed(const char *list, const char *word)
{
    size_t size = strlen(word);

    while (*list != '\0') {
        size_t item = strcspn(list, ",");

        if (item == size && strncmp(list, word, size) == 0) {
            return true;
        }
        list += item + (list[item] == ',');
    }
    return false;
}

static int write_notes(struct hlsim__modem *modem, const struct hlsim__flashing *flashing,
                       const struct finding *found)
{
    const char *note = next_note(modem, flashing->version, found);
    int error = 0;

    if (strcmp(note, flashing->keep_store ? found->note : "") != 0) {
        error = preset(modem, NOTE_KEY, note);
    }
    if (error == 0 && flashing->keep_store && found->stuck) {
        error = preset(modem, STUCK_KEY, "");
    }
    if (error == 0 && flashing->carrier != NULL) {
        error = preset(modem, CARRIER_KEY, flashing->carrier);
    }
    return error;
}

int hlsim__modem_flash_firmware(struct hlsim__modem *modem, const struct hlsim__flashing *flashing)
{
    const struct hlsim_profile *profile;
    bool was_on = modem->power.on;
    struct finding found;
    int error = 0;

    if (!hlsim_version_valid(flashing->version)) {
        return HLSIM_E_INVALID;
    }
    profile = hlsim__profile_choose(modem->config.family, flashing->version, hlsim_version_compare);
    if (flashing->carrier != NULL && !listed(profile->figures.carriers, flashing->carrier)) {
        return HLSIM_E_INVALID;
    }
    look(modem, &found);
    if (strcmp(found.note, LOCKED) == 0 && !found.downloading) {
        return HLSIM_E_STATE;
    }
    hlsim__modem_power_off(modem, "firmware_set");
    if (!flashing->keep_store) {
        hlsim__flash_free(&modem->flash);
        error = hlsim__modem_preset_store(modem);
        HLSIM_ASSERT(error == 0);
    }
    error = hlsim__slots_preset(&modem->flash, modem->config.family->model, flashing->version);
    if (error == 0) {
        error = write_notes(modem, flashing, &found);
    }
    if (was_on) {
        hlsim__modem_power_on(modem);
    }
    return error;
}

/* --- Starts that come to no firmware -------------------------------------------------------- */

bool hlsim__modem_set_boot_pin(struct hlsim__modem *modem, bool held)
{
    const struct hlsim_profile *profile =
        hlsim__profile_choose(modem->config.family, modem->config.firmware, hlsim_version_compare);

    if (!profile->quirks[HLSIM_QUIRK_boot_pin] || modem->boot_pin == held) {
        return false;
    }
    modem->boot_pin = held;
    return true;
}

/* The ports of a module that restarts for ever; others' are somebody else's matter. */
static void show_ports(struct hlsim__modem *modem, bool there)
{
    if (modem->vanished != !there && modem->listener.link != NULL) {
        modem->vanished = !there;
        modem->listener.link(modem->listener.user, there);
    }
}

static void crash(void *owner)
{
    hlsim__modem_reset(owner, "crash");
}

static void next_step(struct hlsim__modem *modem, void (*step)(void *owner))
{
    hlsim__timer_init(&modem->ram.reset_timer, &modem->timers, step, modem);
    hlsim__timer_set_in(&modem->ram.reset_timer, modem->ram.personality->figures.reset_after);
}

static void vanish(void *owner)
{
    show_ports(owner, false);
    next_step(owner, crash);
}

static void appear(void *owner)
{
    struct hlsim__modem *modem = owner;

    show_ports(modem, true);
    next_step(modem, vanish);
}

bool hlsim__flashing_takes_start(struct hlsim__modem *modem)
{
    struct hlsim__modem_ram *ram = &modem->ram;

    modem->downloading = modem->boot_pin;
    modem->boot_pin = false;
    if (modem->downloading) {
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_BOOT, HLSIM_TEXT("step", "download"),
                    HLSIM_TEXT("firmware", ram->firmware));
        return true;
    }
    if (!note_is(modem, LOCKED)) {
        show_ports(modem, true);
        return false;
    }
    hlsim__timer_init(&ram->deaf_timer, &modem->timers, appear, modem);
    hlsim__timer_set_in(&ram->deaf_timer, ram->personality->figures.boot_deaf);
    return true;
}

/* --- What a firmware finds ------------------------------------------------------------------ */

bool hlsim__flashing_hides_network(const struct hlsim__modem *modem)
{
    return modem->ram.personality->quirks[HLSIM_QUIRK_first_flashing_loses_network] &&
           note_is(modem, DEAF);
}

void hlsim__flashing_carrier(const struct hlsim__modem *modem, char *ret_text, size_t size)
{
    read_value(&modem->ram.store, CARRIER_KEY, ret_text, size);
    if (ret_text[0] == '\0') {
        snprintf(ret_text, size, "%s", modem->ram.personality->figures.carrier);
    }
}

int hlsim__flashing_note_stuck(struct hlsim__modem *modem)
{
    return hlsim__nvm_put(&modem->ram.store, STUCK_KEY, "1", 1);
}

bool hlsim__flashing_is_stuck(const struct hlsim__modem *modem)
{
    char text[NOTE_SIZE];

    if (!modem->ram.personality->quirks[HLSIM_QUIRK_functionality_stuck]) {
        return false;
    }
    read_value(&modem->ram.store, STUCK_KEY, text, sizeof text);
    return text[0] != '\0';
}
