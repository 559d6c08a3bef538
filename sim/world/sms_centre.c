/*
 * A parcel is a message on its way: up to the centre, then down to a modem, where it waits until it
 * is taken.
 */
#include "world/sms_centre.h"

#include "codec/charset.h"

#include <stdlib.h>
#include <string.h>

#define SOURCE "network"

struct hlsim__sms_parcel {
    struct hlsim__sms_parcel *next;
    struct hlsim_world *world;
    struct hlsim__world_modem *from; /* NULL: from beyond the world */
    struct hlsim__world_modem *to;   /* NULL: on its way up, or it leaves the world */
    struct hlsim__timer timer;
    bool wants_report;
    uint8_t reference; /* of that report */
    struct hlsim__sms sms;
};

/* --- Parcels -------------------------------------------------------------------------------- */

static struct hlsim__sms_parcel *make(struct hlsim_world *world, void (*fire)(void *owner))
{
    struct hlsim__sms_parcel **last = &world->parcels;
    struct hlsim__sms_parcel *parcel;

    if (world->parcel_count == HLSIM__SMS_PARCELS_MAX) {
        return NULL;
    }
    parcel = calloc(1, sizeof *parcel);
    if (parcel == NULL) {
        return NULL;
    }
    parcel->world = world;
    hlsim__timer_init(&parcel->timer, &world->timers, fire, parcel);
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = parcel;
    world->parcel_count++;
    return parcel;
}

static void drop(struct hlsim__sms_parcel *parcel)
{
    struct hlsim__sms_parcel **at = &parcel->world->parcels;

    while (*at != parcel) {
        at = &(*at)->next;
    }
    *at = parcel->next;
    parcel->world->parcel_count--;
    hlsim__timer_cancel(&parcel->timer);
    free(parcel);
}

void hlsim__sms_centre_free(struct hlsim_world *world)
{
    while (world->parcels != NULL) {
        drop(world->parcels);
    }
}

static void say(const struct hlsim__sms_parcel *parcel, const char *what)
{
    char other[HLSIM__SMS_DIGITS_MAX + 2];
    char text[3 * HLSIM__SMS_TEXT_MAX + 1] = "";
    uint16_t units[HLSIM__SMS_TEXT_MAX];
    const struct hlsim__sms *sms = &parcel->sms;
    bool up = hlsim__sms_kind(sms) == HLSIM__SMS_SUBMIT;
    const char *own = up ? parcel->from->modem.sim.number : parcel->to->modem.sim.number;

    hlsim__sms_address_write(&sms->address, other);
    if (hlsim__sms_kind(sms) != HLSIM__SMS_STATUS_REPORT) {
        hlsim__utf8_write(units, hlsim__sms_text(sms, units), text, sizeof text);
    }
    HLSIM__EMIT(&parcel->world->stream, SOURCE, HLSIM_EVENT_SMS, HLSIM_TEXT("what", what),
                HLSIM_TEXT("from", up ? own : other), HLSIM_TEXT("to", up ? other : own),
                HLSIM_TEXT("text", text));
}

/* --- Down ----------------------------------------------------------------------------------- */

static int64_t date_now(const struct hlsim__world_modem *slot)
{
    return slot->modem.epoch + slot->world->sched.now / HLSIM_SECOND;
}

/* What tells the sender that its message arrived (23.040 9.2.2.3). */
static void report(const struct hlsim__sms_parcel *delivered, const struct hlsim__sms_address *to);

static void deliver(void *owner)
{
    struct hlsim__sms_parcel *parcel = owner;
    struct hlsim__sms_address recipient;
    uint8_t tpdu[HLSIM__SMS_TPDU_MAX];
    int error = hlsim__sms_deliver(&parcel->to->modem, tpdu, hlsim__sms_encode(&parcel->sms, tpdu));

    if (error < 0) {
        say(parcel, "waits");
        return;
    }
    say(parcel, "delivered");
    if (parcel->wants_report && parcel->from != NULL &&
        hlsim__sms_address_read(parcel->to->modem.sim.number, &recipient) == 0) {
        report(parcel, &recipient);
    }
    drop(parcel);
}

static void send_down(struct hlsim__sms_parcel *parcel)
{
    hlsim__timer_set_in(&parcel->timer, parcel->world->network.config.delay_down);
}

static void report(const struct hlsim__sms_parcel *delivered, const struct hlsim__sms_address *to)
{
    struct hlsim__sms_parcel *parcel = make(delivered->world, deliver);

    if (parcel == NULL) {
        return;
    }
    parcel->to = delivered->from;
    parcel->sms.first = HLSIM__SMS_STATUS_REPORT | HLSIM__SMS_MMS;
    parcel->sms.reference = delivered->reference;
    parcel->sms.address = *to;
    parcel->sms.stamp = hlsim__sms_stamp(date_now(delivered->from));
    parcel->sms.discharged = parcel->sms.stamp;
    send_down(parcel);
}

/* The modem can be reached again: what waits for it comes in its order. */
static void ready(void *user)
{
    struct hlsim__world_modem *slot = user;

    for (struct hlsim__sms_parcel *parcel = slot->world->parcels; parcel != NULL;
         parcel = parcel->next) {
        if (parcel->to == slot && !hlsim__timer_armed(&parcel->timer)) {
            send_down(parcel);
        }
    }
}

/* --- Up ------------------------------------------------------------------------------------- */

/* With and without the '+' of an international number it is the same one. */
static struct hlsim__world_modem *find(struct hlsim_world *world, const char *digits)
{
    for (size_t i = 0; i < world->modem_count; i++) {
        const char *number = world->modems[i].modem.sim.number;

        if (strcmp(number + (number[0] == '+'), digits) == 0) {
            return &world->modems[i];
        }
    }
    return NULL;
}

/* A SUBMIT as its recipient gets it; a header and the coding of the text are passed through. */
static void turn_round(struct hlsim__sms_parcel *parcel)
{
    struct hlsim__sms *sms = &parcel->sms;
    uint8_t header = sms->first & HLSIM__SMS_UDHI;
    int error = hlsim__sms_address_read(parcel->from->modem.sim.number, &sms->address);

    (void)error; /* a card without a number sends from nowhere */
    sms->first = (uint8_t)(HLSIM__SMS_DELIVER | HLSIM__SMS_MMS | header);
    sms->stamp = hlsim__sms_stamp(date_now(parcel->from));
    hlsim__timer_init(&parcel->timer, &parcel->world->timers, deliver, parcel);
    send_down(parcel);
}

static void arrive(void *owner)
{
    struct hlsim__sms_parcel *parcel = owner;
    struct hlsim__world_modem *to = find(parcel->world, parcel->sms.address.digits);

    say(parcel, "sent");
    if (to != NULL) {
        parcel->to = to;
        turn_round(parcel);
        return;
    }
    if (parcel->wants_report) {
        report(parcel, &parcel->sms.address);
    }
    drop(parcel);
}

static void submit(void *user, const uint8_t *tpdu, size_t size)
{
    struct hlsim__world_modem *slot = user;
    struct hlsim__sms_parcel *parcel = make(slot->world, arrive);

    if (parcel == NULL) {
        return;
    }
    parcel->from = slot;
    if (hlsim__sms_decode(tpdu, size, &parcel->sms) < 0 ||
        hlsim__sms_kind(&parcel->sms) != HLSIM__SMS_SUBMIT) {
        drop(parcel);
        return;
    }
    parcel->wants_report = (parcel->sms.first & HLSIM__SMS_SRR) != 0;
    parcel->reference = parcel->sms.reference;
    hlsim__timer_set_in(&parcel->timer, slot->world->network.config.delay_up);
}

void hlsim__sms_centre_join(struct hlsim__world_modem *slot)
{
    const struct hlsim__sms_centre centre = {.user = slot, .submit = submit, .ready = ready};

    hlsim__modem_set_centre(&slot->modem, &centre);
}

int hlsim__sms_centre_send(struct hlsim__world_modem *slot, const char *from, const char *text)
{
    struct hlsim__sms sms = {.first = HLSIM__SMS_DELIVER | HLSIM__SMS_MMS};
    uint16_t units[HLSIM__SMS_TEXT_MAX];
    int count = hlsim__utf8_read(text, units, HLSIM__SMS_TEXT_MAX);
    struct hlsim__sms_parcel *parcel;
    int error;

    if (count < 0 || hlsim__sms_address_read(from, &sms.address) < 0) {
        return count == HLSIM_E_LIMIT ? count : HLSIM_E_FORMAT;
    }
    error = hlsim__sms_set_text(&sms, units, (size_t)count);
    if (error == HLSIM_E_RANGE) {
        sms.coding = 0x08; /* UCS2: what the default alphabet cannot say */
        error = hlsim__sms_set_text(&sms, units, (size_t)count);
    }
    if (error < 0) {
        return error;
    }
    parcel = make(slot->world, deliver);
    if (parcel == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    sms.stamp = hlsim__sms_stamp(date_now(slot));
    parcel->sms = sms;
    parcel->to = slot;
    send_down(parcel);
    return 0;
}
