/*
 * Local update: AT+WDSD, the command that takes a package by XMODEM. Moves blocks from the receiver
 * to the services and keeps the receiver's time; what becomes of the package is decided in
 * modem/local_update.c.
 */
#include "at/port.h"
#include "modem/flash_map.h"
#include "modem/local_update.h"

/* How long a line that made no sense must be silent before the sender is asked again (XMODEM). */
#define PURGE_SILENCE HLSIM_SECOND

static size_t take(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);

static const struct hlsim__at_taker taker = {.receive = take};

static struct hlsim__services *services_of(const struct hlsim__at_port *port)
{
    return &hlsim__at_ram(port)->services;
}

static void end(struct hlsim__at_port *port, int result)
{
    hlsim__timer_cancel(&port->ram->upload.silence);
    hlsim__timer_cancel(&port->ram->upload.limit);
    hlsim__at_port_end_data(port, result);
}

static void give_up(struct hlsim__at_port *port, int result)
{
    hlsim__local_update_abort(services_of(port));
    if (port->modem->power.on) {
        end(port, result);
    }
}

/* Firmwares before 4.6.9.4 cannot take every size in blocks of 1024 bytes (EURY-4127) [SH]. */
static bool size_is_unlucky(const struct hlsim__at_port *port)
{
    const struct hlsim__xmodem *xmodem = &port->ram->upload.xmodem;
    uint32_t remainder = xmodem->size % HLSIM__XMODEM_BLOCK_MAX;

    return hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_xmodem_1k_fails] && xmodem->kilo &&
           remainder >= 1 && remainder <= hlsim__at_figures(port)->xmodem_1k_remainder_max;
}

static void finish(struct hlsim__at_port *port)
{
    int64_t cme = hlsim__at_figures(port)->xmodem_1k_cme;

    if (size_is_unlucky(port)) {
        give_up(port, cme > 0 ? (int)cme : HLSIM__AT_ERROR);
    } else if (hlsim__local_update_finish(services_of(port)) < 0) {
        give_up(port, (int)hlsim__at_figures(port)->wdsd_failed_cme);
    } else {
        end(port, HLSIM__AT_OK);
    }
}

static void wait(struct hlsim__at_port *port)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    struct hlsim__at_upload *upload = &port->ram->upload;

    switch (upload->xmodem.state) {
    case HLSIM__XMODEM_WAITS_START:
        hlsim__timer_set_in(&upload->silence, figures->xmodem_nak_period);
        break;
    case HLSIM__XMODEM_PURGES:
        hlsim__timer_set_in(&upload->silence, PURGE_SILENCE);
        break;
    default:
        hlsim__timer_set_in(&upload->silence, figures->xmodem_silence);
        break;
    }
}

/* Does what the receiver wants done. False when that was all. */
static bool carry_out(struct hlsim__at_port *port, struct hlsim__xmodem_step *step)
{
    struct hlsim__xmodem *xmodem = &port->ram->upload.xmodem;

    if (step->payload_size > 0 &&
        hlsim__local_update_data(services_of(port), step->payload, step->payload_size) < 0) {
        if (!port->modem->power.on) {
            return false;
        }
        hlsim__xmodem_abandon(xmodem, step);
    }
    if (step->reply_size > 0) {
        hlsim__at_port_send_data(port, step->reply, step->reply_size);
    }
    if (!port->modem->power.on) {
        return false;
    }
    if (xmodem->state == HLSIM__XMODEM_DONE) {
        finish(port);
    } else if (hlsim__xmodem_over(xmodem)) {
        give_up(port, (int)hlsim__at_figures(port)->wdsd_failed_cme);
    }
    return port->modem->power.on && !hlsim__xmodem_over(xmodem);
}

static size_t take(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_upload *upload = &port->ram->upload;
    bool started = upload->xmodem.state != HLSIM__XMODEM_WAITS_START;
    size_t taken = 0;

    while (taken < size) {
        struct hlsim__xmodem_step step;

        taken += hlsim__xmodem_take(&upload->xmodem, bytes + taken, size - taken, &step);
        if (!carry_out(port, &step)) {
            return taken;
        }
    }
    if (started || upload->xmodem.state != HLSIM__XMODEM_WAITS_START) {
        hlsim__timer_set_in(&upload->limit, hlsim__at_figures(port)->wdsd_timeout);
        wait(port);
    }
    return taken;
}

static void silent(void *owner)
{
    struct hlsim__at_port *port = owner;
    struct hlsim__xmodem_step step;

    hlsim__xmodem_silence(&port->ram->upload.xmodem, &step);
    if (carry_out(port, &step)) {
        wait(port);
    }
}

/* Nothing came for so long that the command is given up (AN5.0 7: five minutes). */
static void limit_reached(void *owner)
{
    struct hlsim__at_port *port = owner;

    give_up(port, HLSIM__CME_NOT_ALLOWED);
}

/* A profile may say more than the emulated flash holds. */
static int64_t size_max(const struct hlsim__figures *figures)
{
    return figures->wdsd_max < HLSIM__MAP_PACKAGE_SIZE ? figures->wdsd_max
                                                       : HLSIM__MAP_PACKAGE_SIZE;
}

static int handle_package(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    struct hlsim__at_upload *upload = &port->ram->upload;
    struct hlsim__timer_group *timers = &port->modem->timers;
    int64_t size = request->args[0].number;
    int result;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "+WDSD: (%lld-%lld)", (long long)figures->wdsd_min,
                         (long long)size_max(figures));
        return HLSIM__AT_OK;
    }
    if (size == 0 || !hlsim__at_port_takes_data(port)) {
        return HLSIM__CME_NOT_ALLOWED; /* [T:LD_WDSD; SH] */
    }
    if (size < figures->wdsd_min || size > size_max(figures)) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    result = hlsim__local_update_begin(services_of(port), (uint32_t)size);
    if (result != 0 || !port->modem->power.on) {
        return result != 0 ? result : HLSIM__AT_NO_WORD;
    }
    hlsim__xmodem_init(&upload->xmodem, (uint32_t)size);
    hlsim__timer_init(&upload->silence, timers, silent, port);
    hlsim__timer_init(&upload->limit, timers, limit_reached, port);
    hlsim__timer_set_in(&upload->silence, figures->answer_latency);
    hlsim__timer_set_in(&upload->limit, figures->wdsd_timeout);
    hlsim__at_port_begin_data(port, &taker);
    return HLSIM__AT_DATA;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+WDSD",
     .forms = HLSIM__AT_TEST | HLSIM__AT_SET,
     .specs = {{.range = "0-4294967295"}},
     .spec_count = 1,
     .handle = handle_package,
     .own_test = true,
     .help = "take a package by XMODEM",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "LD_WDSD; AN5.0 7"},
};

const struct hlsim__at_topic hlsim__at_local_update = {
    HLSIM__AT_OF_AVMS,
    HLSIM__AT_ROWS(rows),
};
