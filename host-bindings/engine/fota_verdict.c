/*
 * What the version that runs says about an update: nothing to do, done, another one, not yet. Told
 * by AT+CGMR alone, by +WDSI: 15 and 16 where they were seen. It sends nothing.
 */
#include "fota.h"

#include "engine_state.h"
#include "version.h"

#include <string.h>

#define VERIFY_NEW_MS 30000 /* 15 or 16 after the boot, when another version runs already */
#define VERIFY_OLD_MS 60000 /* the same, while the version before runs */

static bool is_changed(const struct hlhost_engine *engine)
{
    return engine->report.before[0] != '\0' &&
           strcmp(engine->report.before, engine->report.after) != 0;
}

/* The version wanted runs; without a wish that is any other than before. */
static bool is_wanted(const struct hlhost_engine *engine)
{
    if (engine->config.version == NULL) {
        return is_changed(engine);
    }
    return hlhost__version_matches(engine->report.after, engine->config.version);
}

void hlhost__verdict_installed(struct hlhost_engine *engine, bool good)
{
    hlhost__fota_install_over(engine);
    if (good) {
        hlhost__access_finish(engine, HLHOST_RESULT_UPDATED, HLHOST_REASON_NONE, -1);
    } else {
        hlhost__access_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_WRONG_VERSION, -1);
    }
}

/* +WDSI: 16 was seen. True when that decides; a 16 which nothing explains does not. */
static bool decide_good(struct hlhost_engine *engine, bool first_contact)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool explained = fota->installing || (fota->phase != HLHOST__PHASE_IDLE && is_changed(engine));
    bool good = is_wanted(engine) || (engine->config.version == NULL && first_contact);

    fota->outcome = HLHOST__OUTCOME_UNKNOWN;
    if (good || explained) {
        hlhost__verdict_installed(engine, good);
        return true;
    }
    return false;
}

/* AT+CGMR was answered: is this the end, is it to be waited for, or does the setup go on? */
void hlhost__verdict_version(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool first_contact = engine->report.before[0] == '\0';
    bool wanted = is_wanted(engine);

    fota->version_seen = true;
    if (!fota->confirmed && is_changed(engine) && (engine->config.version == NULL || !wanted)) {
        fota->confirmed = true; /* too much hangs on it: a garbled line must not decide */
        return;
    }
    if (first_contact) {
        memcpy(engine->report.before, engine->report.after, sizeof engine->report.before);
        if (fota->phase != HLHOST__PHASE_IDLE) {
            hlhost__fota_phase(engine, fota->phase);
        }
    }
    if (fota->outcome == HLHOST__OUTCOME_BAD) {
        hlhost__fota_install_over(engine);
        fota->outcome = HLHOST__OUTCOME_UNKNOWN;
        hlhost__access_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_FAILED, -1);
        return;
    }
    if (fota->outcome == HLHOST__OUTCOME_GOOD && decide_good(engine, first_contact)) {
        return;
    }
    if (fota->installing || (wanted && fota->phase != HLHOST__PHASE_IDLE)) {
        hlhost__fota_wait(engine, HLHOST__STAGE_VERIFY,
                          is_changed(engine) || wanted ? VERIFY_NEW_MS : VERIFY_OLD_MS, 1);
    } else if (wanted && engine->config.agreements == 0) {
        hlhost__verdict_installed(engine, true);
    } else {
        fota->satisfied = wanted; /* what the modem is to ask for is set all the same */
        hlhost__setup_advance(engine);
    }
}

void hlhost__verdict_over(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool wanted = is_wanted(engine);

    if (wanted || is_changed(engine)) {
        hlhost__verdict_installed(engine, wanted);
        return;
    }
    /* Nothing was installed: the server may still have the operation. */
    hlhost__fota_install_over(engine);
    if (!fota->from_record) {
        fota->attempts++;
    }
    fota->from_record = false;
    if (fota->attempts >= engine->config.attempts) {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_FAILED, -1);
        return;
    }
    hlhost__fota_phase(engine, HLHOST__PHASE_DOWNLOAD);
    hlhost__setup_go_to(engine, HLHOST__COMMAND_MASK_READ);
}
