/*
 * Between ftp_client.c, which has sessions, ftp_dialogue.c, which talks to the server, and
 * ftp_transfer.c, which has the stream of a file.
 */
#ifndef HLSIM_MODEM_FTP_INSIDE_H
#define HLSIM_MODEM_FTP_INSIDE_H

#include "modem/ftp_client.h"

/* Bytes that are not shown, or not sent, yet above which the other side is stopped. */
#define HLSIM__FTP_WAITING_MAX 8192

/* Bytes of a list of files, which is shown when it is complete; what is more is left out. */
#define HLSIM__FTP_LIST_MAX 65536

/* <cause> of +KFTP_ERROR. */
enum hlsim__ftp_cause {
    HLSIM__FTP_CAUSE_DNS = 0,
    HLSIM__FTP_CAUSE_CONNECTION = 1,
    HLSIM__FTP_CAUSE_TIMEOUT = 2,
    HLSIM__FTP_CAUSE_NETWORK = 6,
};

/* --- ftp_client.c --------------------------------------------------------------------------- */

/* Something came, or is waited for: the figure ftp_answer_max begins anew. */
void hlsim__ftp_wait(struct hlsim__ftp_session *session);

/* The login is done. */
void hlsim__ftp_welcome(struct hlsim__ftp_session *session);

/* The order is carried out; or the server refuses it with that code (0: none), and the session
 * stays; or the session ends. */
void hlsim__ftp_done(struct hlsim__ftp_session *session);
void hlsim__ftp_refused(struct hlsim__ftp_session *session, unsigned code, int cme);
void hlsim__ftp_broken(struct hlsim__ftp_session *session, unsigned code, int cme);

/* A sleep has lost the streams: nothing is told by itself. */
void hlsim__ftp_forgotten(struct hlsim__ftp_session *session);

/* --- ftp_dialogue.c ------------------------------------------------------------------------- */

/* The control stream. */
extern const struct hlsim__remote_watch hlsim__ftp_dialogue;

/* Says a command and what follows it (NULL: nothing). */
void hlsim__ftp_say(struct hlsim__ftp_session *session, enum hlsim__ftp_step step,
                    const char *command, const char *argument);

/* Begins what was ordered; the session is open and idle. */
void hlsim__ftp_begin(struct hlsim__ftp_session *session);

/* The data stream is there: the order itself. */
void hlsim__ftp_order(struct hlsim__ftp_session *session);

/* --- ftp_transfer.c ------------------------------------------------------------------------- */

/* Connects the data stream. */
void hlsim__ftp_open_data(struct hlsim__ftp_session *session, uint16_t port);

/* It is done when both streams have said so. */
void hlsim__ftp_check_moved(struct hlsim__ftp_session *session);

/* What is left of a transfer. */
void hlsim__ftp_drop_data(struct hlsim__ftp_session *session);

#endif
