/*
 * The goals "update" and "local update": have the firmware updated, check it and report. They
 * decide by three facts only: the agreement requests (+WDSI: 2 and 3), the outcome (+WDSI: 15 and
 * 16) and the version that runs (AT+CGMR); every other indication is at most a sign of life.
 *
 * fota.c holds the stages, fota_event.c the indications, fota_reply.c the agreements, fota_policy.c
 * what is put off, fota_setup.c the commands by which the engine learns where the modem is and
 * opens a session, fota_access.c those of them for SIM and network, fota_verdict.c what the running
 * version means, fota_local.c the transfer of a package over the line.
 */
#ifndef HLHOST_FOTA_H
#define HLHOST_FOTA_H

#include "at_client.h"
#include "hlhost/engine.h"
#include "record.h"
#include "xmodem_send.h"

#include <stdbool.h>
#include <stdint.h>

enum hlhost__stage {
    HLHOST__STAGE_PROBE,    /* AT again and again until the modem answers */
    HLHOST__STAGE_SETTLE,   /* late answers to earlier probes are let pass */
    HLHOST__STAGE_SETUP,    /* the steps of fota_setup.c */
    HLHOST__STAGE_PAUSE,    /* between two attempts */
    HLHOST__STAGE_SESSION,  /* a session was asked for, +WDSI: 23,1 has not come */
    HLHOST__STAGE_OFFER,    /* the session is open, nothing was offered yet */
    HLHOST__STAGE_DOWNLOAD, /* from the offer to the install */
    HLHOST__STAGE_VERIFY,   /* the version was read after an install; 15 or 16 may still come */
    HLHOST__STAGE_DECIDED,
};

/* Commands; those from ECHO to OPEN are the steps of the setup, in their order. */
enum hlhost__command {
    HLHOST__COMMAND_NONE,
    HLHOST__COMMAND_PROBE,
    HLHOST__COMMAND_REPLY, /* AT+WDSR */
    HLHOST__COMMAND_ECHO,
    HLHOST__COMMAND_CMEE,
    HLHOST__COMMAND_VERSION,
    HLHOST__COMMAND_MASK_READ,
    HLHOST__COMMAND_MASK_SET,
    HLHOST__COMMAND_AGREE_READ,
    HLHOST__COMMAND_AGREE_DOWNLOAD,
    HLHOST__COMMAND_AGREE_INSTALL,
    HLHOST__COMMAND_GATE,    /* no command: what the policy says */
    HLHOST__COMMAND_PACKAGE, /* is there one that the record does not know of? */
    HLHOST__COMMAND_SIM,
    HLHOST__COMMAND_PIN, /* only when asked for */
    HLHOST__COMMAND_EPS,
    HLHOST__COMMAND_GSM,
    HLHOST__COMMAND_REBOOT,
    HLHOST__COMMAND_CONTEXT,
    HLHOST__COMMAND_CID,
    HLHOST__COMMAND_STOP,
    HLHOST__COMMAND_OPEN, /* AT+WDSS=1,1; AT+WDSD with all its transfer */
};

/* What AT+CPIN? was answered. */
enum hlhost__sim {
    HLHOST__SIM_SILENT,
    HLHOST__SIM_READY,
    HLHOST__SIM_PIN,
    HLHOST__SIM_PUK,
};

enum hlhost__outcome {
    HLHOST__OUTCOME_UNKNOWN,
    HLHOST__OUTCOME_GOOD, /* +WDSI: 16 */
    HLHOST__OUTCOME_BAD,  /* +WDSI: 15 */
};

/* Signs of life stretch a wait for a session up to so many times: with stale keys five pairs of
 * +WDSI: 4 and 5 come before the bootstrap (AN5.0, key rotation). */
#define HLHOST__SESSION_STRETCH 6

#define HLHOST__PROBE_MS        1000 /* for the answer to one AT, and between two */
#define HLHOST__GOAL_MS         (24 * INT64_C(3600000)) /* whatever happens, a goal ends in a day */
#define HLHOST__CME_GENERAL     650 /* also: an agreement is pending (AN5.0, "DM connection error") */

/* What the modem asks for: bits of `asked`, named by their indication. */
#define HLHOST__ASKED_CONNECT  (1u << 1)
#define HLHOST__ASKED_DOWNLOAD (1u << 2)
#define HLHOST__ASKED_INSTALL  (1u << 3)

/* Small fields first: a Cortex-M0+ reaches bytes cheaply in the first 32 only. */
struct hlhost__fota {
    enum hlhost__stage stage;
    enum hlhost__command command; /* under way, NONE: none, or one whose answer counts no more */
    enum hlhost__command step;    /* of the setup */
    enum hlhost__phase phase;     /* as the record states it */
    enum hlhost__outcome outcome;
    enum hlhost__stage early; /* SETUP, or the stage that indications have shown before OPEN's OK */
    bool installing; /* from +WDSI: 14 or the accepted install until the outcome is known */
    bool leaving;    /* +WDSI: 14 was seen for this install */
    bool late;       /* an answer to an earlier command may still come */
    bool unsure; /* a package was seen, or there is no telling yet: until the modem speaks of its
                    own accord or has been asked, it may install now */
    bool from_record; /* the install, if there was one, began in an earlier life */
    bool blind;       /* nothing was asked: AT+WDSS=1,1 was refused as if something were */
    bool deferring;   /* the AT+WDSR under way puts off */
    bool outage_running;
    bool answered;      /* the step under way has had its information line */
    bool version_seen;  /* AT+CGMR was read since the last (re)start of the modem */
    bool confirmed;     /* an unwelcome version was read twice */
    bool satisfied;     /* the version wanted runs already */
    bool stop_first;    /* the next session is opened after closing the one before */
    bool reboot_first;  /* +WDSI: 11,3: only a reboot frees the memory */
    bool context_first; /* APN and cid are set before the next session */
    bool sim_ready;     /* since the last (re)start of the modem */
    enum hlhost__sim sim;
    uint8_t pin_tries; /* as the record has them */
    bool mask_known;
    bool mask_fell_back;
    bool put_off;       /* a request was, and may be granted before it is made again */
    bool stored;        /* the modem may hold a package that was sent */
    bool probe_refused; /* the modem answers, but not with OK */
    bool auth_failed;   /* the last word on authentication */
    uint8_t cause;      /* of the last +WDSI: 11 since the last progress; 0: none to be resumed */
    /* From here on the seldom used ones. */
    bool context_set;   /* that was tried */
    bool pin_entered;   /* since the last (re)start of the modem */
    bool small_blocks;  /* of XMODEM: large ones failed */
    bool no_package;    /* the caller cannot read it */
    bool abort_first;   /* the modem may sit in a transfer of an earlier life */
    bool abort_said;    /* in every second probe */
    uint8_t agreements; /* bits of enum hlhost_agreement as the modem has them */
    uint8_t agreements_known;
    enum hlhost__phase reply_phase; /* the phase to go back to when AT+WDSR is refused */
    enum hlhost_result kept_result; /* what ends the goal once the SIM is unlocked; PENDING: none */
    enum hlhost_reason kept_reason;

    int kept_detail;
    int blind_code;     /* the refusal that made it blind */
    unsigned asked;     /* agreements asked for and not answered */
    unsigned answering; /* the bit that the AT+WDSR under way answers */
    unsigned reply_tries;
    unsigned attempts; /* used up since the last progress */
    unsigned restarts;
    unsigned silences; /* commands without an answer since a session was opened */
    unsigned tries;    /* of the step under way */
    unsigned mask;     /* AT+WDSI as the modem has it */
    int progress;      /* highest percentage seen, -1: none */
    int held;          /* `+WDSI: n` that may be an answer or an indication; negative: none */
    int registration;  /* the last <stat>, -1: none */

    int64_t by_ms;      /* end of the stage */
    int64_t next_ms;    /* next probe, or next command of the setup */
    int64_t limit_ms;   /* signs of life do not move `by_ms` beyond */
    int64_t goal_by_ms; /* end of all patience */
    int64_t poll_by_ms; /* end of a polled step; INT64_MAX: not polling yet */
    int64_t probe_from_ms;
    int64_t probe_every_ms;
    int64_t install_by_ms;
    int64_t outage_from_ms;
    int64_t reply_at_ms;
    int64_t reopen_ms; /* a deferred goal goes on */
    struct hlhost__xmodem xmodem;
};

void hlhost__fota_start(struct hlhost_engine *engine, const struct hlhost__record *record);
void hlhost__fota_line(struct hlhost_engine *engine, const char *line);
void hlhost__fota_final(struct hlhost_engine *engine, enum hlhost__final final, int code);

/* Some command has ended: a line held as "answer or indication" becomes what it is. */
void hlhost__fota_settle(struct hlhost_engine *engine, enum hlhost__final final);
void hlhost__fota_link(struct hlhost_engine *engine);
void hlhost__fota_not_durable(struct hlhost_engine *engine);
void hlhost__fota_run(struct hlhost_engine *engine);
int64_t hlhost__fota_deadline(const struct hlhost_engine *engine);
bool hlhost__fota_power_off_allowed(const struct hlhost_engine *engine);

/* A transfer is under way; it takes this byte, so that it belongs to no line; data is wanted; here
 * it is. */
bool hlhost__local_is_sending(const struct hlhost_engine *engine);

/* Blocks and their answers pass: from the receiver's first word until the end or the cancellation
 * is said. */
bool hlhost__local_is_transfer(const struct hlhost_engine *engine);
bool hlhost__local_take(struct hlhost_engine *engine, uint8_t byte);
bool hlhost__local_wants(const struct hlhost_engine *engine, uint32_t *ret_offset,
                         uint32_t *ret_size);
void hlhost__local_data(struct hlhost_engine *engine, const uint8_t *data, size_t size);

/* From here on: between the files fota*.c only. */

bool hlhost__fota_is_decided(const struct hlhost_engine *engine);

void hlhost__fota_finish(struct hlhost_engine *engine, enum hlhost_result result,
                         enum hlhost_reason reason, int detail);
void hlhost__fota_phase(struct hlhost_engine *engine, enum hlhost__phase phase);

/* Enters a stage that ends after `wait_ms`; signs of life may stretch it to `stretch` times that.
 */
void hlhost__fota_wait(struct hlhost_engine *engine, enum hlhost__stage stage, int64_t wait_ms,
                       unsigned stretch);

/* Asks the modem where it is, beginning after `delay_ms`. */
void hlhost__fota_probe(struct hlhost_engine *engine, int64_t delay_ms);

/* A command was not answered: back to the probes, or the end when that has happened too often. */
void hlhost__fota_silent(struct hlhost_engine *engine);

/* One attempt is over. False when it was the last one: the goal has ended with this reason. */
bool hlhost__fota_may_again(struct hlhost_engine *engine, enum hlhost_reason reason, int detail);

/* The same; another one follows after a pause. */
void hlhost__fota_attempt_failed(struct hlhost_engine *engine, enum hlhost_reason reason,
                                 int detail);

/* The install is over, one way or the other: power may be cut. */
void hlhost__fota_install_over(struct hlhost_engine *engine);

/* The install was accepted or has begun: from now on the modem may be silent for minutes. */
void hlhost__fota_install_begins(struct hlhost_engine *engine);

/* 9, 10, 12, 18 and the requests 2 and 3: a package is on its way. */
void hlhost__fota_download_lives(struct hlhost_engine *engine);

/* Agreements: one is asked for and may be given now; give it; what AT+WDSR was answered. */
bool hlhost__reply_is_due(const struct hlhost_engine *engine);
void hlhost__reply_send(struct hlhost_engine *engine);
void hlhost__reply_final(struct hlhost_engine *engine, enum hlhost__final final, int code);

/* AT+WDSS=1,1 or AT+WDSD was refused with `code` as if this agreement were asked for. With
 * HLHOST__BLIND_PUT_OFF nothing was: the goal goes on when it is not taken. */
#define HLHOST__BLIND_PUT_OFF (-2)

void hlhost__reply_blindly(struct hlhost_engine *engine, unsigned bit, int code);

/* Policy: may an agreement be given now; the goal is deferred; is a request answered after the end
 * of the goal; the goal goes on after its end; it does so if its window has opened. */
bool hlhost__fota_is_open(const struct hlhost_engine *engine);
void hlhost__fota_defer(struct hlhost_engine *engine);
bool hlhost__fota_minds(const struct hlhost_engine *engine, unsigned agreement);
void hlhost__fota_resume(struct hlhost_engine *engine);
void hlhost__fota_reopen(struct hlhost_engine *engine);

/* Puts off what is asked for; grants what was put off once, false when nothing was; what putting
 * off was answered. */
void hlhost__reply_defer(struct hlhost_engine *engine, bool install);
bool hlhost__reply_ahead(struct hlhost_engine *engine);
void hlhost__reply_deferred(struct hlhost_engine *engine, enum hlhost__final final, unsigned bit);

/* SIM and network: the result of a step, other lines, AT+WDSS=1,1 was refused for good. */
void hlhost__access_final(struct hlhost_engine *engine, enum hlhost__command command, bool ok,
                          int code);
void hlhost__access_line(struct hlhost_engine *engine, const char *line);
void hlhost__access_refused(struct hlhost_engine *engine, int code);

/* As hlhost__fota_finish, after the PIN was entered where it is asked for. */
void hlhost__access_finish(struct hlhost_engine *engine, enum hlhost_result result,
                           enum hlhost_reason reason, int detail);

/* The modem restarts after the verdict: the PIN once more, and the verdict stays as it is. */
void hlhost__access_again(struct hlhost_engine *engine);

/* Local update: begin the transfer; its end; no install was asked for; what to probe with. */
bool hlhost__local_is_goal(const struct hlhost_engine *engine);
void hlhost__local_open(struct hlhost_engine *engine);
void hlhost__local_final(struct hlhost_engine *engine, bool ok, int code);
void hlhost__local_not_asked(struct hlhost_engine *engine);
void hlhost__local_run(struct hlhost_engine *engine);
int64_t hlhost__local_deadline(const struct hlhost_engine *engine);
const char *hlhost__local_probe(struct hlhost_engine *engine);

/* Setup, for those who have steps of it: another step, the next one, the same one for a while. */
void hlhost__setup_go_to(struct hlhost_engine *engine, enum hlhost__command step);
void hlhost__setup_advance(struct hlhost_engine *engine);
bool hlhost__setup_poll(struct hlhost_engine *engine, enum hlhost__command step, int64_t wait_ms);

/* Setup: from the first step; from the registration on; run; the result of a step; other lines. */
void hlhost__setup_begin(struct hlhost_engine *engine);
void hlhost__setup_reopen(struct hlhost_engine *engine);
void hlhost__setup_run(struct hlhost_engine *engine);
void hlhost__setup_final(struct hlhost_engine *engine, enum hlhost__command command,
                         enum hlhost__final final, int code);
void hlhost__setup_line(struct hlhost_engine *engine, const char *line);

/* Verdict: AT+CGMR was answered; VERIFY is over without 15 or 16, so that the version alone
 * decides; something was installed, and it is what was wanted or not. */
void hlhost__verdict_version(struct hlhost_engine *engine);
void hlhost__verdict_over(struct hlhost_engine *engine);
void hlhost__verdict_installed(struct hlhost_engine *engine, bool good);

#endif
