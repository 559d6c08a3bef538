/*
 * One sector after the other, spread over the figure install_time. Works from flash alone: a cut
 * anywhere costs time and nothing else, because the slot that runs is not touched and a delta is
 * applied from its beginning again.
 */
#include "modem/install.h"

#include "base/checksum.h"
#include "modem/flash_map.h"
#include "modem/modem.h"

#include <string.h>

/* From one burst of NULs to the next. */
#define HUM_PERIOD HLSIM_SECOND

#define PAYLOAD_AT (HLSIM__MAP_PACKAGE + HLSIM_PACKAGE_HEADER_SIZE)

/* --- The end ------------------------------------------------------------------------------ */

static int note_outcome(struct hlsim__modem *modem, enum hlsim__update_result result)
{
    struct hlsim__update_record before;
    struct hlsim__update_record record = {.state = HLSIM__UPDATE_INSTALLED, .result = result};

    hlsim__update_record_load(&modem->ram.store, &before);
    record.local = before.local;
    return hlsim__update_record_store(&modem->ram.store, &record);
}

static void end(struct hlsim__install *install, enum hlsim__update_result result)
{
    int error = note_outcome(install->modem, result);

    if (error < 0) {
        hlsim__modem_flash_failed(install->modem, error);
        return;
    }
    hlsim__modem_leave_install(install->modem);
}

/* Without power everything unwinds by itself; any other error ends the installation (+WDSI: 15). */
static void fail(struct hlsim__install *install)
{
    if (install->modem->power.on) {
        end(install, HLSIM__RESULT_FAILED);
    }
}

/* --- The new image ------------------------------------------------------------------------ */

static uint32_t next_part(const struct hlsim__install *install)
{
    uint32_t left = install->image_size - install->done;

    return left < HLSIM__FLASH_SECTOR ? left : HLSIM__FLASH_SECTOR;
}

static int read_payload(void *user, uint32_t offset, void *ret_bytes, size_t size)
{
    const struct hlsim__install *install = user;

    return hlsim__flash_read(&install->modem->flash, PAYLOAD_AT + offset, ret_bytes, size);
}

/* The image that the module ran, and runs again if this fails. */
static int read_base(void *user, uint32_t offset, void *ret_bytes, size_t size)
{
    const struct hlsim__install *install = user;
    uint32_t from = hlsim__slot_address(hlsim__slot_other(install->slot));

    return hlsim__flash_read(&install->modem->flash, from + offset, ret_bytes, size);
}

static int make_part(struct hlsim__install *install, uint8_t *ret_bytes, uint32_t size)
{
    return install->package.kind == HLSIM_PACKAGE_DELTA
               ? hlsim__delta_read(&install->delta, ret_bytes, size)
               : read_payload(install, install->done, ret_bytes, size);
}

/* Whether the slot holds, whole and right, the image that the package speaks of: 1, 0, an error. */
static int slot_is_good(const struct hlsim__install *install)
{
    struct hlsim__flash *flash = &install->modem->flash;
    uint32_t slot_at = hlsim__slot_address(install->slot);
    struct hlsim_image_info image;
    uint32_t crc = 0;

    if (hlsim__slot_image(flash, install->slot, &image) < 0 || image.size != install->image_size ||
        strcmp(image.version, install->package.to) != 0 ||
        strcmp(image.model, install->package.model) != 0) {
        return install->modem->power.on ? 0 : HLSIM_E_POWER;
    }
    for (uint32_t at = HLSIM_IMAGE_HEADER_SIZE; at < image.size;) {
        const uint8_t *bytes;
        int part = hlsim__flash_view(flash, slot_at + at, image.size - at, &bytes);

        if (part < 0) {
            return part;
        }
        crc = hlsim__crc32(crc, bytes, (size_t)part);
        at += (uint32_t)part;
    }
    return crc == image.body_crc;
}

/* What a module sends that never comes out of its update [reports of an HL8548]. */
static void hum(void *owner)
{
    struct hlsim__install *install = owner;
    const struct hlsim__modem_listener *listener = &install->modem->listener;

    if (listener->noise != NULL) {
        listener->noise(listener->user, HLSIM__NOISE_MAX);
    }
    hlsim__timer_set_in(&install->timer, HUM_PERIOD);
}

static void finish(struct hlsim__install *install)
{
    struct hlsim__modem *modem = install->modem;
    int good;

    if (modem->ram.personality->quirks[HLSIM_QUIRK_update_ends_in_nuls] && !modem->cold) {
        hlsim__timer_init(&install->timer, &modem->timers, hum, install);
        hlsim__timer_set_in(&install->timer, HUM_PERIOD);
        return;
    }
    good = slot_is_good(install);
    if (good > 0) {
        good = hlsim__slots_switch(&modem->ram.boot, install->slot) < 0 ? -1 : 1;
    }
    if (good < 0) {
        hlsim__modem_flash_failed(modem, HLSIM_E_POWER);
        return;
    }
    end(install, good > 0 ? HLSIM__RESULT_SUCCESS : HLSIM__RESULT_FAILED);
}

static void program_sector(void *owner)
{
    struct hlsim__install *install = owner;
    struct hlsim__flash *flash = &install->modem->flash;
    uint32_t part = next_part(install);
    uint32_t to = hlsim__slot_address(install->slot) + install->done;
    uint8_t bytes[HLSIM__FLASH_SECTOR];
    int error;

    if (install->modem->faults.install_hangs) {
        return;
    }
    error = make_part(install, bytes, part);
    if (error == 0) {
        error = hlsim__flash_erase(flash, to);
    }
    if (error == 0) {
        error = hlsim__flash_program(flash, to, bytes, part);
    }
    if (error == 0) {
        error = hlsim__flash_sync(flash);
    }
    if (error < 0) {
        fail(install);
        return;
    }
    install->done += part;
    if (install->done < install->image_size) {
        hlsim__timer_set_in(&install->timer, install->pause);
    } else {
        finish(install);
    }
}

void hlsim__install_released(struct hlsim__install *install)
{
    if (!hlsim__timer_armed(&install->timer)) {
        hlsim__timer_set_in(&install->timer, install->pause);
    }
}

/* --- The beginning ------------------------------------------------------------------------ */

static bool read_package(struct hlsim__modem *modem, struct hlsim_package_info *ret_info)
{
    uint8_t header[HLSIM_PACKAGE_HEADER_SIZE];

    return hlsim__flash_read(&modem->flash, HLSIM__MAP_PACKAGE, header, sizeof header) == 0 &&
           hlsim_package_parse(header, sizeof header, ret_info) == 0;
}

/* Whether the package in flash holds that version. */
static bool package_names(struct hlsim__modem *modem, const char *version)
{
    struct hlsim_package_info info;

    return read_package(modem, &info) && hlsim_version_compare(info.to, version) == 0;
}

/* Whether a package of the host's own goes back to a lower version, which some firmwares ignore. */
static bool is_ignored(const struct hlsim__install *install, bool local)
{
    const struct hlsim__modem *modem = install->modem;

    return local && modem->ram.personality->quirks[HLSIM_QUIRK_local_downgrade_ignored] &&
           hlsim_version_compare(install->package.to, modem->ram.firmware) < 0;
}

static bool open_full(struct hlsim__install *install)
{
    uint8_t header[HLSIM_IMAGE_HEADER_SIZE];
    struct hlsim_image_info image;

    if (read_payload(install, 0, header, sizeof header) < 0 ||
        hlsim_image_header_parse(header, sizeof header, &image) < 0 ||
        image.size > install->package.payload_size) {
        return false;
    }
    install->image_size = image.size;
    return true;
}

/* A delta knows its base by the whole image, not by the version alone. */
static bool open_delta(struct hlsim__install *install)
{
    const struct hlsim__delta_source source = {
        .user = install, .payload = read_payload, .base = read_base};

    if (hlsim__delta_open(&install->delta, &source, install->package.payload_size) < 0 ||
        hlsim__delta_base_is_right(&install->delta) <= 0) {
        return false;
    }
    install->image_size = install->delta.info.image_size;
    return true;
}

/* Whether the package in flash is one for this module and for the firmware that it runs. */
static bool package_fits(struct hlsim__install *install, bool local)
{
    struct hlsim__modem *modem = install->modem;

    if (!read_package(modem, &install->package) ||
        !hlsim_package_fits(&install->package, modem->ram.firmware) ||
        strcmp(install->package.model, modem->config.family->model) != 0 ||
        is_ignored(install, local)) {
        return false;
    }
    return install->package.kind == HLSIM_PACKAGE_DELTA ? open_delta(install) : open_full(install);
}

void hlsim__install_begin(struct hlsim__install *install, struct hlsim__modem *modem)
{
    const struct hlsim__figures *figures = &modem->ram.personality->figures;
    enum hlsim__slot running = hlsim__slots_running(&modem->ram.boot);
    struct hlsim__update_record record;
    uint32_t sectors;

    memset(install, 0, sizeof *install);
    modem->installing = true;
    install->modem = modem;
    hlsim__timer_init(&install->timer, &modem->timers, program_sector, install);
    hlsim__update_record_load(&modem->ram.store, &record);
    install->slot = record.slot == HLSIM__SLOT_A ? HLSIM__SLOT_A : HLSIM__SLOT_B;
    if (running == install->slot) {
        /* It runs already, and only the note was lost to a cut; or somebody flashed another one. */
        end(install, package_names(modem, modem->ram.firmware) ? HLSIM__RESULT_SUCCESS
                                                               : HLSIM__RESULT_FAILED);
        return;
    }
    if (!package_fits(install, record.local)) {
        end(install, HLSIM__RESULT_FAILED);
        return;
    }
    sectors = (install->image_size + HLSIM__FLASH_SECTOR - 1) / HLSIM__FLASH_SECTOR;
    install->pause = figures->install_time / sectors;
    hlsim__timer_set_in(&install->timer, install->pause);
}
