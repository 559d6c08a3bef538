/*
 * One modem: its supply, flash, radio and firmware. The struct itself is hardware and lives as long
 * as the world; everything that a running firmware knows is in `ram`, which a loss of power
 * destroys and which every start builds anew from flash.
 */
#ifndef HLSIM_MODEM_MODEM_H
#define HLSIM_MODEM_MODEM_H

#include <hl78sim/modem.h>

#include "core/promise.h"
#include "exchange/dtls.h"
#include "flash/nvm.h"
#include "modem/clock.h"
#include "modem/dialup.h"
#include "modem/ftp_client.h"
#include "modem/http_client.h"
#include "modem/install.h"
#include "modem/pdp.h"
#include "modem/radio.h"
#include "modem/rest.h"
#include "modem/services.h"
#include "modem/settings.h"
#include "modem/sim.h"
#include "modem/sleep.h"
#include "modem/slots.h"
#include "modem/sms.h"
#include "modem/sockets.h"
#include "network/network.h"

#define HLSIM__MODEM_NAME_SIZE 16 /* "modem:999" */

#define HLSIM__NOISE_MAX       16 /* NULs at once */

/* Who speaks AT on the modem's ports. */
struct hlsim__modem_listener {
    void *user;
    /* The UART is listened to from now on, by a firmware that has just started; or no longer. */
    void (*uart)(void *user, bool listening);
    /* A line comes by itself, for every port. */
    void (*urc)(void *user, const char *text);
    /* The same with bytes behind the text, as far as there is room; and how much the first port
     * has, text included. May be NULL. */
    void (*urc_bytes)(void *user, const char *text, const uint8_t *bytes, size_t size);
    size_t (*urc_room)(void *user);
    /* The port vanishes from the bus, or comes back: a module that restarts for ever. May be NULL.
     */
    void (*link)(void *user, bool up);
    /* So many NULs on the line of the UART. May be NULL. */
    void (*noise)(void *user, size_t nuls);
    /* The UART falls asleep, or is on again; its context stays. May be NULL, as the next two. */
    void (*sleep)(void *user, bool asleep);
    /* RI is driven to this level. */
    void (*ring)(void *user, bool on);
    /* Whether a port owes its host something, or the other way round: then the modem stays awake.
     */
    bool (*busy)(void *user);
    /* What radio.h shows of that domain's registration has changed. */
    void (*registration)(void *user, enum hlsim__domain domain);
    /* A context or the attachment came or went: the text behind "+CGEV: ". */
    void (*packet_event)(void *user, const char *event);
    /* The network has said its time. */
    void (*network_time)(void *user);
    /* A short message came in, or a report of one. */
    void (*message)(void *user, const struct hlsim__sms_arrival *arrival);
};

/* Trouble of the hardware, which no start mends. */
struct hlsim__modem_faults {
    uint32_t room;      /* bytes of the package area that are free for a package */
    bool ram;           /* no memory for the verification of a package */
    bool flash;         /* the chip cannot be programmed */
    bool install_hangs; /* the installer does not go on */
};

/* Quirks that were switched by hand: they lie over every personality. */
struct hlsim__modem_quirks {
    bool switched[HLSIM_QUIRKS];
    bool on[HLSIM_QUIRKS];
    struct hlsim_profile *personality; /* owned; the running one with these; NULL: none switched */
};

/* What a running firmware knows. */
struct hlsim__modem_ram {
    const struct hlsim_profile *personality;
    struct hlsim__nvm boot;  /* which slot runs */
    struct hlsim__nvm store; /* settings, credentials, agreements, download record */
    enum hlsim__slot slot;   /* the booted one */
    uint8_t image_header[HLSIM_IMAGE_HEADER_SIZE]; /* of its image, as the start found it */
    char firmware[32];                             /* named there */
    struct hlsim__settings settings;
    int64_t ready_at; /* when +KSUP was due */
    struct hlsim__radio radio;
    struct hlsim__rest rest;
    struct hlsim__sleep sleep;
    struct hlsim__pdp pdp;
    struct hlsim__install install;
    struct hlsim__timer deaf_timer;
    struct hlsim__timer search_timer;
    struct hlsim__timer ready_timer;
    struct hlsim__timer reset_timer;
    struct hlsim__timer install_timer;
    struct hlsim__timer off_timer; /* until the UART falls silent, then until the end */
    bool leaves_at_once;           /* without taking leave of the network */
    bool woken;                    /* this start was the wake-up of a module that hibernated */
    bool deaf;                     /* the quirk deaf_after_hibernate has struck */
    uint32_t gpio_levels;          /* AT+KGPIO: one bit a pin */
    bool waits_for_sim;            /* what is pending in the services waits for the SIM card */
    bool own_numbers;              /* AT+CPBS="ON" */
    struct hlsim__sms_service sms;
    struct hlsim__services services;
    struct hlsim__sockets sockets; /* last: most modems never use it */
};

struct hlsim__modem {
    char name[HLSIM__MODEM_NAME_SIZE];
    struct hlsim_modem_config config;
    int64_t epoch; /* seconds since 1970 at the world's power-on */
    struct hlsim__sched *sched;
    struct hlsim_stream *stream;
    struct hlsim_network *network;
    uint64_t seed;
    struct hlsim__promise_scope scope;
    struct hlsim__timer_group timers;
    struct hlsim__power power;
    struct hlsim__flash flash;
    struct hlsim__rng card_rng; /* of the quirk ccid_unanswered_early */
    struct hlsim__sim sim;      /* has a memory of its own */
    struct hlsim__iface iface;
    struct hlsim__air air;
    struct hlsim__clock clock;
    struct hlsim__dtls dtls;       /* as the connections in the interface: a restart discards it */
    struct hlsim__dialup *dialups; /* likewise; NULL: no host has dialled */
    uint64_t dialup_count;         /* that there ever were */
    struct hlsim__socket_memory socket_memory; /* likewise */
    struct hlsim__http_memory http_memory;
    struct hlsim__ftp_memory ftp_memory;
    struct hlsim__modem_listener listener;
    struct hlsim__sms_centre centre;
    struct hlsim__modem_faults faults;
    struct hlsim__modem_quirks quirks;
    size_t known_count;
    const struct hlsim_package_known *known; /* packages whose sums were computed before */
    bool cold;                 /* the start under way began without supply, not with a reset */
    bool vanished;             /* its ports are not on the bus */
    bool boot_pin;             /* held at the next start */
    bool downloading;          /* in download mode: waits for a flashing tool */
    uint32_t *responses_given; /* owned; how often each of config.responses was */
    bool running;              /* a firmware runs: `ram` is what it knows */
    bool asleep;               /* switched off by itself, with its supply: waits for a pin */
    bool host_ready;           /* DTR, as the UART's last edge left it */
    bool monitor_high;         /* the low-power monitor (sleep.h) */
    struct hlsim__hibernation hibernation; /* of a modem that is `asleep` */
    struct hlsim__rng sleep_rng;
    uint64_t starts;               /* of the firmware, for whatever reason: no two draw the same */
    bool listening;                /* the UART is on */
    enum hlsim__registration past; /* last valid one (quirk past_registration_told); 0: none */
    uint64_t boots; /* starts that came as far as +KSUP, whether or not it was shown */
    /* What the model knows beyond the modem, for causes and promises; no behaviour rests on it. */
    uint64_t commits; /* event of the last commit of the update's record */
    bool installing;  /* the installer runs */
    bool verified;    /* the package in flash was found good */
    struct hlsim__modem_ram ram;
};

struct hlsim__modem_setup {
    const struct hlsim_modem_config *config;
    size_t index;
    int64_t epoch;
    uint64_t seed;
    struct hlsim__sched *sched;
    struct hlsim_stream *stream;
    struct hlsim__promises *promises;
    struct hlsim_network *network;
    struct hlsim__flash_pool *pool;
    size_t known_count;
    const struct hlsim_package_known *known;
};

/* A modem as it leaves the factory, without power. */
int hlsim__modem_init(struct hlsim__modem *modem, const struct hlsim__modem_setup *setup);
void hlsim__modem_free(struct hlsim__modem *modem);

void hlsim__modem_set_listener(struct hlsim__modem *modem,
                               const struct hlsim__modem_listener *listener);

void hlsim__modem_set_centre(struct hlsim__modem *modem, const struct hlsim__sms_centre *centre);

/* Gives the supply and starts the firmware. */
void hlsim__modem_power_on(struct hlsim__modem *modem);

/* Takes the supply away, now; also tidies up after a cut point that struck. */
void hlsim__modem_power_off(struct hlsim__modem *modem, const char *by);

/* Restarts the firmware, as the reset pin does. Harmless without power. */
void hlsim__modem_reset(struct hlsim__modem *modem, const char *by);

/* The same after the figure reset_after, for commands that answer OK before. */
void hlsim__modem_reset_soon(struct hlsim__modem *modem);

/* AT+CPOF, AT+CPWROFF: the UART falls silent after the figure reset_after; unless `fast`, the modem
 * takes leave of server and network for the figure switch_off_time; then it sleeps. */
void hlsim__modem_switch_off_soon(struct hlsim__modem *modem, bool fast);

/* The power key or the wake pin: starts a modem that has switched itself off or hibernates, wakes
 * one that sleeps. False when it does none of these. */
bool hlsim__modem_wake(struct hlsim__modem *modem);

/* Whether hlsim__modem_wake would have something to do. */
bool hlsim__modem_sleeps(const struct hlsim__modem *modem);

/* The firmware stops and waits for what wakes it: modem->hibernation says for what. */
void hlsim__modem_hibernate(struct hlsim__modem *modem);

/* The SIM card became ready or ceased to be: by a PIN, by a hand. */
void hlsim__modem_sim_changed(struct hlsim__modem *modem);

/* The UART is on: what it sends before the first line (quirk nul_before_first_line). */
void hlsim__modem_spurious_nul(struct hlsim__modem *modem);

/* Whether AT+CCID goes without an answer this time (quirk ccid_unanswered_early). */
bool hlsim__modem_card_is_mute(struct hlsim__modem *modem);

/* AT+CFUN=0, 1, 4 */
void hlsim__modem_set_functionality(struct hlsim__modem *modem, int functionality);

/* The firmware stops and the installer takes the modem over (AN5.0 6.4). */
void hlsim__modem_enter_install(struct hlsim__modem *modem);

/* The installer is done: start whatever slot is the bootable one now. */
void hlsim__modem_leave_install(struct hlsim__modem *modem);

/* Model side: the factory's values in an empty store. */
int hlsim__modem_preset_store(struct hlsim__modem *modem);

/* Model side: the version in the header of the image that starts, with power or without. */
int hlsim__modem_bootable_version(const struct hlsim__modem *modem, char *ret_text, size_t size);

/* Model side: DM credentials as an earlier bootstrap left them. */
int hlsim__modem_preset_account(struct hlsim__modem *modem,
                                const struct hlsim__lwm2m_account *account);

/*
 * Model side: trouble of the hardware, with power or without. True when something has changed.
 * Package room: whether the package area takes a package, or is full of something else. RAM: no
 * memory for the verification. Flash: the chip cannot be programmed where firmware and packages
 * lie; settings are not touched. Install: the installer hangs, or goes on where it hung.
 */
bool hlsim__modem_set_package_room(struct hlsim__modem *modem, bool room);
bool hlsim__modem_set_ram_fault(struct hlsim__modem *modem, bool faulty);
bool hlsim__modem_set_flash_fault(struct hlsim__modem *modem, bool faulty);
bool hlsim__modem_set_install_hang(struct hlsim__modem *modem, bool hangs);

/*
 * Model side: switches a quirk of this modem, at once and for every firmware that it will run. 1, 0
 * when the running firmware had it so, HLSIM_E_NO_MEMORY.
 */
int hlsim__modem_set_quirk(struct hlsim__modem *modem, enum hlsim_quirk quirk, bool on);

/* Whether that firmware would have the quirk in this modem. */
bool hlsim__modem_has_quirk(const struct hlsim__modem *modem, const char *version,
                            enum hlsim_quirk quirk);

/* What the firmware is that runs now (struct hlsim__modem_ram, personality). */
void hlsim__modem_choose_personality(struct hlsim__modem *modem);
/* The modem owes its host the next byte: it starts, opens or closes a session, downloads or
 * installs. What its ports owe is theirs to tell. */
bool hlsim__modem_owes(const struct hlsim__modem *modem);

/* A line by itself, when the UART is on. */
void hlsim__modem_urc(struct hlsim__modem *modem, const char *text);

/* A line with bytes behind the text, which may be any; hlsim__modem_urc_room says how many bytes in
 * all will not be lost now. */
void hlsim__modem_urc_bytes(struct hlsim__modem *modem, const char *text, const uint8_t *bytes,
                            size_t size);
size_t hlsim__modem_urc_room(struct hlsim__modem *modem);

/* A figure of type TEXT with {model}, {firmware}, {imei} and {serial} filled in; the firmware is
 * the one that runs, or, while none does, the factory's. */
void hlsim__modem_expand(const struct hlsim__modem *modem, const char *text, char *ret_text,
                         size_t size);

/* The identity of the factory's bootstrap account, by that personality's figures. */
void hlsim__modem_bootstrap_identity(const struct hlsim__modem *modem,
                                     const struct hlsim__figures *figures, char *ret_text,
                                     size_t size);

/* A flash operation failed: a loss of power unwinds by itself, anything else is our own mistake. */
void hlsim__modem_flash_failed(const struct hlsim__modem *modem, int error);

#endif
