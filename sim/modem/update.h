/*
 * The firmware update inside the module: from a URI to a verified package in flash, and the durable
 * record of how far it has come. It downloads and verifies; it asks nobody for agreement and opens
 * no session - services.c does.
 */
#ifndef HLSIM_MODEM_UPDATE_H
#define HLSIM_MODEM_UPDATE_H

#include "flash/nvm.h"
#include "modem/download.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

/* X(name, text) How far the update has come; durable. Texts are those of the trace. */
#define HLSIM__UPDATE_STATE_MAP(X)                                                                 \
    X(HLSIM__UPDATE_IDLE, "idle")                                                                  \
    X(HLSIM__UPDATE_OFFERED, "offered") /* a URI is known, its size is not */                      \
    X(HLSIM__UPDATE_WAITS_DOWNLOAD, "waits for download agreement")                                \
    X(HLSIM__UPDATE_DOWNLOADING, "downloading")                                                    \
    X(HLSIM__UPDATE_DOWNLOADED, "downloaded") /* and verified */                                   \
    X(HLSIM__UPDATE_WAITS_INSTALL, "waits for install agreement")                                  \
    X(HLSIM__UPDATE_INSTALLING, "installing")                                                      \
    X(HLSIM__UPDATE_INSTALLED, "installed") /* the outcome was not told to the host yet */         \
    X(HLSIM__UPDATE_TO_REPORT, "to report") /* the outcome was not told to the server yet */       \
    X(HLSIM__UPDATE_RECEIVING, "receiving") /* a local package; a start forgets it */

enum hlsim__update_state {
#define HLSIM__UPDATE_STATE_ENUM(name, text) name,
    HLSIM__UPDATE_STATE_MAP(HLSIM__UPDATE_STATE_ENUM)
#undef HLSIM__UPDATE_STATE_ENUM
        HLSIM__UPDATE_STATES
};

/* LwM2M 1.0, object 5, resource 5. */
enum hlsim__update_result {
    HLSIM__RESULT_INITIAL = 0,
    HLSIM__RESULT_SUCCESS = 1,
    HLSIM__RESULT_NO_FLASH = 2,
    HLSIM__RESULT_NO_RAM = 3,
    HLSIM__RESULT_CONNECTION_LOST = 4,
    HLSIM__RESULT_INTEGRITY = 5,
    HLSIM__RESULT_TYPE = 6,
    HLSIM__RESULT_URI = 7,
    HLSIM__RESULT_FAILED = 8, /* 9, another protocol: refused when the URI is written */
};

/* The durable record. */
struct hlsim__update_record {
    enum hlsim__update_state state;
    enum hlsim__update_result result;
    uint32_t size;    /* of the package; 0: not known yet */
    uint32_t stored;  /* committed bytes: a prefix of the package */
    uint8_t slot;     /* while installing: which slot is programmed */
    uint8_t failures; /* in a row that could be mended, without a byte stored in between */
    bool local;       /* the host's own package (AT+WDSD): no server knows of it */
};

/* Why a package was not taken: the value of +WDSI: 11, or not certified (+WDSI: 13). */
enum hlsim__update_failure {
    HLSIM__FAILURE_MEMORY = 0,
    HLSIM__FAILURE_HTTP = 1,
    HLSIM__FAILURE_PACKAGE = 2,
    HLSIM__FAILURE_RAM = 3,        /* the package stays; a restart goes on */
    HLSIM__FAILURE_CONNECTION = 4, /* what is stored stays; the next session goes on */
    HLSIM__FAILURE_FLASH = 5,
    HLSIM__FAILURE_NOT_CERTIFIED = 13,
};

/* What is reported upwards, to the services. */
struct hlsim__update_ops {
    void *user;
    void (*available)(void *user);             /* the size is known */
    void (*progress)(void *user, int percent); /* -1: the download starts at the beginning */
    void (*downloaded)(void *user);            /* stored and verified */
    void (*failed)(void *user, enum hlsim__update_failure failure);
    void (*changed)(void *user); /* state or result are others now */
};

struct hlsim__update {
    struct hlsim__modem *modem;
    struct hlsim__update_ops ops;
    struct hlsim__update_record record;
    char uri[HLSIM__URI_SIZE];
    char tag[HLSIM__TAG_SIZE]; /* of the package of which bytes are stored; durable too */
    bool running;              /* a transfer is under way */
    bool starved;              /* no memory for the verification: nothing goes on until a restart */
    int percent;               /* the last one that was raised; -1: none */
    uint32_t received;         /* from the beginning of the package */
    uint32_t unit_size;
    uint32_t unit_fill;
    struct hlsim__download download;
    uint8_t unit[HLSIM__UNIT_MAX];
};

/* Reads the durable record. */
void hlsim__update_init(struct hlsim__update *update, struct hlsim__modem *modem,
                        const struct hlsim__update_ops *ops);

const char *hlsim__update_state_text(enum hlsim__update_state state);

/* The same in the four words of the path modem.update. */
const char *hlsim__update_path_text(enum hlsim__update_state state);

/* The server has named a package (or, with "", cancelled). 0; HLSIM_E_FORMAT: not a URI that can be
 * fetched; HLSIM_E_STATE: an install is under way; errors of the flash. */
int hlsim__update_offer(struct hlsim__update *update, const char *uri);

/* Goes on: asks for the size when it is not known, else downloads from what is stored. */
void hlsim__update_resume(struct hlsim__update *update);

/* Lets go of the download; the record stays. What the host is sending goes on. */
void hlsim__update_suspend(struct hlsim__update *update);

/* Bytes that are still to come. */
uint32_t hlsim__update_remaining(const struct hlsim__update *update);

/* Makes a new state durable. */
int hlsim__update_set_state(struct hlsim__update *update, enum hlsim__update_state state);

/* The same for the state installing; `slot` is the one to be programmed. */
int hlsim__update_begin_install(struct hlsim__update *update, uint8_t slot);

/*
 * A local package of `size` bytes comes; a local one that was there before is replaced. 0;
 * HLSIM_E_STATE: a server's package, or the report of one, is under way; errors of the flash.
 */
int hlsim__update_local_begin(struct hlsim__update *update, uint32_t size);

/* Its next bytes. HLSIM_E_LIMIT: more than were announced; errors of the flash, which end it. */
int hlsim__update_local_data(struct hlsim__update *update, const uint8_t *bytes, size_t size);

/* All its bytes came: it waits for the agreement to install it. Errors of the flash. */
int hlsim__update_local_finish(struct hlsim__update *update);

/* It will not come, or is done with: nothing of a local package is left in the record. */
void hlsim__update_local_forget(struct hlsim__update *update);

/*
 * Verifies the package in flash. 0; HLSIM_E_FORMAT and the like: it was given up and `failed` was
 * called; HLSIM_E_POWER.
 */
int hlsim__update_verify(struct hlsim__update *update);

/* The durable record by itself, for the installer, which runs without the firmware. */
int hlsim__update_record_load(const struct hlsim__nvm *store,
                              struct hlsim__update_record *ret_record);
int hlsim__update_record_store(struct hlsim__nvm *store, const struct hlsim__update_record *record);

#endif
