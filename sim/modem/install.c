/*
 * One sector after the other, spread over the figure install_time. Works from flash alone: a cut
 * anywhere costs time and nothing else, because the slot that runs is not touched.
 */
#include "modem/install.h"

#include <hl78sim/package.h>

#include "modem/flash_map.h"
#include "modem/modem.h"

#include <string.h>

static int note_outcome(struct hlsim__modem *modem, enum hlsim__update_result result)
{
    const struct hlsim__update_record record = {.state = HLSIM__UPDATE_INSTALLED, .result = result};

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

/* Compares the new slot with the package, byte by byte. 1 when they are equal, 0 when not. */
static int slot_is_good(const struct hlsim__install *install)
{
    return hlsim__flash_equal(&install->modem->flash, install->image_at,
                              hlsim__slot_address(install->slot), install->image_size);
}

static void finish(struct hlsim__install *install)
{
    struct hlsim__modem *modem = install->modem;
    int good = slot_is_good(install);

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
    uint32_t left = install->image_size - install->done;
    uint32_t part = left < HLSIM__FLASH_SECTOR ? left : HLSIM__FLASH_SECTOR;
    uint32_t to = hlsim__slot_address(install->slot) + install->done;
    uint8_t bytes[HLSIM__FLASH_SECTOR];
    int error = hlsim__flash_read(flash, install->image_at + install->done, bytes, part);

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
        hlsim__modem_flash_failed(install->modem, error);
        return;
    }
    install->done += part;
    if (install->done < install->image_size) {
        hlsim__timer_set_in(&install->timer, install->pause);
    } else {
        finish(install);
    }
}

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

/* Whether the package in flash is one for this module and for the firmware that it runs. */
static bool package_fits(struct hlsim__modem *modem, struct hlsim_package_info *ret_info)
{
    return read_package(modem, ret_info) && hlsim_package_fits(ret_info, modem->ram.firmware) &&
           strcmp(ret_info->model, modem->config.family->model) == 0;
}

void hlsim__install_begin(struct hlsim__install *install, struct hlsim__modem *modem)
{
    const struct hlsim__figures *figures = &modem->ram.personality->figures;
    enum hlsim__slot running = hlsim__slots_running(&modem->ram.boot);
    struct hlsim__update_record record;
    struct hlsim_package_info info;
    uint32_t sectors;

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
    if (!package_fits(modem, &info)) {
        end(install, HLSIM__RESULT_FAILED);
        return;
    }
    install->image_at = HLSIM__MAP_PACKAGE + HLSIM_PACKAGE_HEADER_SIZE;
    install->image_size = info.payload_size;
    install->done = 0;
    sectors = (info.payload_size + HLSIM__FLASH_SECTOR - 1) / HLSIM__FLASH_SECTOR;
    install->pause = figures->install_time / sectors;
    hlsim__timer_set_in(&install->timer, install->pause);
}
