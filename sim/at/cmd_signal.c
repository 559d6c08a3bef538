/*
 * What is received: +CSQ, +CESQ. Both follow from the strength and quality of one cell.
 */
#include "at/port.h"

#define UNKNOWN      99
#define UNKNOWN_LTE  255
#define CSQ_MAX      31
#define CSQ_ZERO_DBM (-113) /* 27.007 8.5: 0 is -113 dBm or less, 2 dB a step */
#define RXLEV_ZERO   (-111) /* 27.007 8.69: 1 is -110 dBm, 1 dB a step */
#define RXLEV_MAX    63
#define RSRP_ZERO    (-141) /* 27.007 8.69: 1 is -140 dBm, 1 dB a step */
#define RSRP_MAX     97
#define RSRQ_ZERO    (-20) /* 27.007 8.69: 0.5 dB a step */
#define RSRQ_MAX     34

static int within(int64_t value, int max)
{
    return value < 0 ? 0 : value > max ? max : (int)value;
}

static int handle_strength(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    int strength = UNKNOWN;

    (void)request;
    if (hlsim__radio_hears(radio)) {
        strength =
            within((hlsim__radio_signal(radio).rsrp + figures->rssi_above_rsrp - CSQ_ZERO_DBM) / 2,
                   CSQ_MAX);
    }
    hlsim__at_answer(port, "+CSQ: %d,%d", strength, UNKNOWN);
    return HLSIM__AT_OK;
}

/* The fields of GSM and UMTS are unknown on an LTE cell, those of LTE on one of GSM. */
static int handle_quality(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__radio *radio = &hlsim__at_ram(port)->radio;
    struct hlsim__signal signal = hlsim__radio_signal(radio);
    int rsrq = UNKNOWN_LTE;
    int rsrp = UNKNOWN_LTE;
    int rxlev = UNKNOWN;

    (void)request;
    if (hlsim__radio_hears(radio) && radio->technology == HLSIM__TECHNOLOGY_GSM) {
        rxlev = within(signal.rsrp - RXLEV_ZERO, RXLEV_MAX);
    } else if (hlsim__radio_hears(radio)) {
        rsrq = within(2 * (signal.rsrq - RSRQ_ZERO), RSRQ_MAX);
        rsrp = within(signal.rsrp - RSRP_ZERO, RSRP_MAX);
    }
    hlsim__at_answer(port, "+CESQ: %d,%d,%d,%d,%d,%d", rxlev, UNKNOWN, UNKNOWN_LTE, UNKNOWN_LTE,
                     rsrq, rsrp);
    return HLSIM__AT_OK;
}

static const struct hlsim__at_row rows[] = {
    {.name = "+CSQ",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_strength,
     .help = "signal strength",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "CEL_CSQ; 27.007 8.5"},
    {.name = "+CESQ",
     .forms = HLSIM__AT_EXECUTE | HLSIM__AT_TEST,
     .handle = handle_quality,
     .help = "signal strength and quality",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "a driver reads its six fields; 27.007 8.69"},
};

const struct hlsim__at_topic hlsim__at_signal = {
    .set = "3gpp",
    .cme_range = HLSIM__AT_ERROR,
    .cme_missing = HLSIM__AT_ERROR,
    HLSIM__AT_ROWS(rows),
};
