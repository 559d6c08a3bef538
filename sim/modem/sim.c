/*
 * Counts tries, compares digits.
 */
#include "modem/sim.h"

#include "base/assert.h"
#include "modem/cme.h"
#include "modem/sim_files.h"

#include <stdio.h>
#include <string.h>

/* Of a card about whose secrets the scenario says nothing. */
#define DEFAULT_PIN "0000"
#define DEFAULT_PUK "12345678"

static const struct {
    int stat;
    const char *text;
} states[] = {
#define SIM_ROW(name, stat, text) [name] = {stat, text},
    HLSIM__SIM_MAP(SIM_ROW)
#undef SIM_ROW
};

int hlsim__sim_stat(enum hlsim__sim_state state)
{
    HLSIM_ASSERT((size_t)state < sizeof states / sizeof *states);
    return states[state].stat;
}

const char *hlsim__sim_text(enum hlsim__sim_state state)
{
    HLSIM_ASSERT((size_t)state < sizeof states / sizeof *states);
    return states[state].text;
}

/* Of a card about whose number the scenario says nothing: +999, which no country has (E.164), and
 * the end of the IMSI, so that every card has another. */
#define OWN_DIGITS 9

static void number(struct hlsim__sim *sim, const char *text)
{
    size_t size = strlen(sim->imsi);

    if (text[0] != '\0') {
        snprintf(sim->number, sizeof sim->number, "%s", text);
    } else {
        snprintf(sim->number, sizeof sim->number, "+999%s",
                 sim->imsi + (size > OWN_DIGITS ? size - OWN_DIGITS : 0));
    }
}

static void fill(struct hlsim__sim *sim, const char *pin, const char *puk)
{
    snprintf(sim->pin, sizeof sim->pin, "%s", pin[0] != '\0' ? pin : DEFAULT_PIN);
    snprintf(sim->puk, sizeof sim->puk, "%s", puk[0] != '\0' ? puk : DEFAULT_PUK);
    sim->pin_enabled = pin[0] != '\0';
    sim->pin_tries = HLSIM__SIM_PIN_TRIES;
    sim->puk_tries = HLSIM__SIM_PUK_TRIES;
    memset(sim->preferred, 0, sizeof sim->preferred);
    sim->shown = false;
}

void hlsim__sim_init(struct hlsim__sim *sim, const struct hlsim_modem_config *config)
{
    memset(sim, 0, sizeof *sim);
    sim->present = !config->sim_absent;
    snprintf(sim->iccid, sizeof sim->iccid, "%s", config->iccid);
    snprintf(sim->imsi, sizeof sim->imsi, "%s", config->imsi);
    number(sim, config->sim_number);
    fill(sim, config->sim_pin, config->sim_puk);
}

void hlsim__sim_free(struct hlsim__sim *sim)
{
    hlsim__sim_files_free(sim);
}

/* Copies digits that may be the card's own. */
static void renumber(char *digits, size_t size, const char *text)
{
    size_t length = strlen(text);

    HLSIM_ASSERT(length < size);
    memmove(digits, text, length + 1);
}

void hlsim__sim_exchange(struct hlsim__sim *sim, const char *iccid, const char *imsi)
{
    renumber(sim->iccid, sizeof sim->iccid, iccid);
    renumber(sim->imsi, sizeof sim->imsi, imsi);
    hlsim__sim_files_free(sim);
    number(sim, "");
    fill(sim, "", "");
}

void hlsim__sim_restart(struct hlsim__sim *sim)
{
    sim->shown = false;
}

enum hlsim__sim_state hlsim__sim_state(const struct hlsim__sim *sim)
{
    if (!sim->present || sim->unreadable) {
        return HLSIM__SIM_ABSENT;
    }
    if (sim->puk_tries == 0) {
        return HLSIM__SIM_BLOCKED;
    }
    if (sim->pin_tries == 0) {
        return HLSIM__SIM_WANTS_PUK;
    }
    return sim->pin_enabled && !sim->shown ? HLSIM__SIM_WANTS_PIN : HLSIM__SIM_READY;
}

int hlsim__sim_refusal(const struct hlsim__sim *sim)
{
    switch (hlsim__sim_state(sim)) {
    case HLSIM__SIM_READY:
        return 0;
    case HLSIM__SIM_WANTS_PIN:
        return HLSIM__CME_SIM_PIN;
    case HLSIM__SIM_WANTS_PUK:
        return HLSIM__CME_SIM_PUK;
    case HLSIM__SIM_BLOCKED:
        return HLSIM__CME_SIM_FAILURE;
    default:
        return HLSIM__CME_SIM_ABSENT;
    }
}

static bool is_digits(const char *text, size_t min, size_t max)
{
    size_t size = strlen(text);

    return size >= min && size <= max && strspn(text, "0123456789") == size;
}

static bool is_pin(const char *text)
{
    return is_digits(text, HLSIM__SIM_PIN_MIN, HLSIM__SIM_PIN_MAX);
}

/* VERIFY: a try is counted before the digits are compared, as a card does. */
static int verify(struct hlsim__sim *sim, const char *pin)
{
    HLSIM_ASSERT(sim->pin_tries > 0);
    sim->pin_tries--;
    if (strcmp(pin, sim->pin) != 0) {
        sim->shown = sim->shown && sim->pin_tries > 0;
        return HLSIM__CME_INCORRECT_PASSWORD;
    }
    sim->pin_tries = HLSIM__SIM_PIN_TRIES;
    return 0;
}

int hlsim__sim_show_pin(struct hlsim__sim *sim, const char *pin)
{
    enum hlsim__sim_state state = hlsim__sim_state(sim);
    int result;

    if (state == HLSIM__SIM_READY) {
        return HLSIM__CME_NOT_ALLOWED; /* nothing is waited for (27.007 8.3) */
    }
    if (state != HLSIM__SIM_WANTS_PIN) {
        return hlsim__sim_refusal(sim);
    }
    if (!is_pin(pin)) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    result = verify(sim, pin);
    sim->shown = result == 0;
    return result;
}

int hlsim__sim_unblock(struct hlsim__sim *sim, const char *puk, const char *new_pin)
{
    enum hlsim__sim_state state = hlsim__sim_state(sim);

    if (state == HLSIM__SIM_READY || state == HLSIM__SIM_WANTS_PIN) {
        return HLSIM__CME_NOT_ALLOWED;
    }
    if (state != HLSIM__SIM_WANTS_PUK) {
        return hlsim__sim_refusal(sim);
    }
    if (!is_digits(puk, HLSIM__SIM_PUK_SIZE, HLSIM__SIM_PUK_SIZE) || !is_pin(new_pin)) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    sim->puk_tries--;
    if (strcmp(puk, sim->puk) != 0) {
        return HLSIM__CME_INCORRECT_PASSWORD;
    }
    sim->puk_tries = HLSIM__SIM_PUK_TRIES;
    sim->pin_tries = HLSIM__SIM_PIN_TRIES;
    strcpy(sim->pin, new_pin);
    sim->pin_enabled = true; /* TS 102 221 11.1.13: UNBLOCK PIN enables it too */
    sim->shown = true;
    return 0;
}

int hlsim__sim_enable_pin(struct hlsim__sim *sim, bool enable, const char *pin)
{
    int result = hlsim__sim_refusal(sim);

    if (result != 0) {
        return result;
    }
    if (!is_pin(pin)) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    if (sim->pin_enabled == enable) {
        return HLSIM__CME_NOT_ALLOWED; /* TS 102 221 11.1.11: in contradiction to its state */
    }
    result = verify(sim, pin);
    if (result == 0) {
        sim->pin_enabled = enable;
        sim->shown = true;
    }
    return result;
}

int hlsim__sim_change_pin(struct hlsim__sim *sim, const char *pin, const char *new_pin)
{
    int result = hlsim__sim_refusal(sim);

    if (result != 0) {
        return result;
    }
    if (!is_pin(pin) || !is_pin(new_pin)) {
        return HLSIM__CME_INCORRECT_PARAMETERS;
    }
    if (!sim->pin_enabled) {
        return HLSIM__CME_NOT_ALLOWED; /* TS 102 221 11.1.10: only while it is enabled */
    }
    result = verify(sim, pin);
    if (result == 0) {
        strcpy(sim->pin, new_pin);
    }
    return result;
}
