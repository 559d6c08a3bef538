/*
 * Out: reference, power latch, centre. In: the store or the host, as AT+CNMI says.
 */
#include "modem/sms.h"

#include "modem/cms.h"
#include "modem/modem.h"
#include "modem/sim_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A SUBMIT with a relative validity period; 24 hours of it (27.005 3.2.2). */
#define FIRST_OCTET   17
#define VALIDITY      167

#define CLASS_OF_CARD 2 /* 23.038 4: to the SIM card */

void hlsim__sms_init(struct hlsim__sms_service *service, const struct hlsim__modem *modem)
{
    memset(service, 0, sizeof *service);
    service->first = FIRST_OCTET;
    service->validity = VALIDITY;
    service->bearer = (int)modem->ram.personality->figures.cgsms_default;
}

/* --- Settings ------------------------------------------------------------------------------- */

void hlsim__sms_indications(const struct hlsim__modem *modem, int ret_values[HLSIM__CNMI_VALUES])
{
    const char *text = hlsim__setting_text(&modem->ram.settings, HLSIM__SETTING_CNMI);

    for (int i = 0; i < HLSIM__CNMI_VALUES; i++) {
        ret_values[i] = (int)strtol(text, NULL, 10);
        text += strcspn(text, ",");
        text += *text == ',';
    }
}

int hlsim__sms_set_indications(struct hlsim__modem *modem, const int values[HLSIM__CNMI_VALUES])
{
    char text[16];

    snprintf(text, sizeof text, "%d,%d,%d,%d,%d", values[0], values[1], values[2], values[3],
             values[4]);
    return hlsim__setting_put_text(&modem->ram.settings, HLSIM__SETTING_CNMI, text);
}

int hlsim__sms_refusal(const struct hlsim__modem *modem)
{
    switch (hlsim__sim_state(&modem->sim)) {
    case HLSIM__SIM_READY:
        return 0;
    case HLSIM__SIM_WANTS_PIN:
        return HLSIM__CMS_SIM_PIN;
    case HLSIM__SIM_WANTS_PUK:
        return HLSIM__CMS_SIM_PUK;
    case HLSIM__SIM_BLOCKED:
        return HLSIM__CMS_SIM_FAILURE;
    default:
        return HLSIM__CMS_SIM_ABSENT;
    }
}

/* --- The service centre's address ----------------------------------------------------------- */

void hlsim__sms_centre_read(const struct hlsim__modem *modem, struct hlsim__sms_address *ret_centre)
{
    const struct hlsim__sim_file *file = hlsim__sim_file(HLSIM__EF_SMSP);
    uint8_t record[HLSIM__SIM_RECORD_MAX];
    const uint8_t *address = record + HLSIM__EF_SMSP_CENTRE;
    size_t size;
    size_t digits;

    memset(ret_centre, 0, sizeof *ret_centre);
    hlsim__sim_record_read(&modem->sim, file, 1, record);
    size = address[0];
    if (size < 2 || size >= HLSIM__EF_SMSP_CENTRE_SIZE) {
        return;
    }
    digits = 2 * (size - 1) - (address[size] >> 4 == 0xf);
    if (hlsim__sms_address_decode(address + 1, size, digits, ret_centre) < 0) {
        memset(ret_centre, 0, sizeof *ret_centre);
    }
}

int hlsim__sms_centre_write(struct hlsim__modem *modem, const struct hlsim__sms_address *centre)
{
    const struct hlsim__sim_file *file = hlsim__sim_file(HLSIM__EF_SMSP);
    uint8_t record[HLSIM__SIM_RECORD_MAX];
    uint8_t *address = record + HLSIM__EF_SMSP_CENTRE;

    hlsim__sim_record_read(&modem->sim, file, 1, record);
    memset(address, 0xff, HLSIM__EF_SMSP_CENTRE_SIZE);
    if (centre->digits[0] != '\0') {
        address[0] = (uint8_t)hlsim__sms_address_encode(centre, address + 1);
        record[12] &= 0xfd;
    }
    return hlsim__sim_record_write(&modem->sim, file, 1, record);
}

/* --- Out ------------------------------------------------------------------------------------ */

int hlsim__sms_send(struct hlsim__modem *modem, const struct hlsim__sms_address *centre,
                    uint8_t *tpdu, size_t size)
{
    struct hlsim__sms_service *service = &modem->ram.sms;
    struct hlsim__sms_address own;
    enum hlsim_torn torn = HLSIM_TORN_NOTHING;
    int result = hlsim__sms_refusal(modem);

    if (result != 0) {
        return result;
    }
    hlsim__sms_centre_read(modem, &own);
    if (centre->digits[0] == '\0' && own.digits[0] == '\0') {
        return HLSIM__CMS_NO_CENTRE;
    }
    if (!hlsim__radio_registered(&modem->ram.radio)) {
        return HLSIM__CMS_NO_SERVICE;
    }
    tpdu[1] = service->reference++;
    result = hlsim__power_ask(&modem->power, HLSIM_CUT_NET, &torn);
    if (modem->centre.submit != NULL && (result == 0 || torn == HLSIM_TORN_COMPLETE)) {
        modem->centre.submit(modem->centre.user, tpdu, size);
    }
    return result;
}

/* --- In ------------------------------------------------------------------------------------- */

static void tell(struct hlsim__modem *modem, const struct hlsim__sms_arrival *arrival)
{
    if (modem->listener.message != NULL) {
        modem->listener.message(modem->listener.user, arrival);
    }
}

static int store(struct hlsim__modem *modem, struct hlsim__sms_arrival *arrival, bool indicate)
{
    int index = hlsim__messages_add(modem, arrival->store, &arrival->message);

    if (index < 0) {
        return index;
    }
    arrival->stored = true;
    arrival->index = (size_t)index;
    if (indicate) {
        tell(modem, arrival);
    }
    return 0;
}

/* Whether something can come in now: the network reaches the module, and its firmware listens. */
static bool is_reachable(const struct hlsim__modem *modem)
{
    return modem->power.on && modem->running && modem->listening && hlsim__sim_ready(&modem->sim) &&
           hlsim__radio_registered(&modem->ram.radio) && !modem->iface.asleep;
}

/* 27.005 3.4.1: <mt> 0 stored, 1 stored and said, 2 shown, but to the card what is of class 2;
 * <ds> 0 nothing, 1 shown, 2 stored and said. */
static int take(struct hlsim__modem *modem, const struct hlsim__sms *sms,
                struct hlsim__sms_arrival *arrival)
{
    bool for_card = hlsim__sms_class(sms->coding) == CLASS_OF_CARD;
    int indications[HLSIM__CNMI_VALUES];

    hlsim__sms_indications(modem, indications);
    arrival->report = hlsim__sms_kind(sms) == HLSIM__SMS_STATUS_REPORT;
    arrival->store = for_card ? HLSIM__STORE_SM : modem->ram.sms.memories[HLSIM__SMS_RECEIVING];
    if (arrival->report) {
        if (indications[HLSIM__CNMI_DS] == 2) {
            return store(modem, arrival, true);
        }
        if (indications[HLSIM__CNMI_DS] == 1) {
            tell(modem, arrival);
        }
        return 0;
    }
    if (indications[HLSIM__CNMI_MT] == 2 && !for_card) {
        tell(modem, arrival);
        return 0;
    }
    return store(modem, arrival, indications[HLSIM__CNMI_MT] != 0);
}

int hlsim__sms_deliver(struct hlsim__modem *modem, const uint8_t *tpdu, size_t size)
{
    struct hlsim__sms_arrival arrival = {.stored = false};
    struct hlsim__sms_address centre;
    struct hlsim__sms sms;

    if (!is_reachable(modem)) {
        return HLSIM_E_UNREACHABLE;
    }
    if (hlsim__sms_decode(tpdu, size, &sms) < 0) {
        return 0; /* refused with a cause that the centre does not try again after */
    }
    hlsim__promise_touch(&modem->scope);
    hlsim__sms_centre_read(modem, &centre);
    if (hlsim__message_make(&arrival.message, HLSIM__MESSAGE_UNREAD, &centre, tpdu, size) < 0) {
        return 0;
    }
    return take(modem, &sms, &arrival);
}

void hlsim__sms_ready(struct hlsim__modem *modem)
{
    if (modem->centre.ready != NULL) {
        modem->centre.ready(modem->centre.user);
    }
}
