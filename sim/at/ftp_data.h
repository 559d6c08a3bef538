/*
 * Orders of FTP that a port waits for: a file on its way to the host or from it, a list, and what
 * has no data. The commands judge their arguments, sessions speak FTP.
 */
#ifndef HLSIM_AT_FTP_DATA_H
#define HLSIM_AT_FTP_DATA_H

#include "at/eof_pattern.h"
#include "modem/ftp_client.h"

struct hlsim__at_port;

/* What a port knows of the order that it waits for. */
struct hlsim__at_ftp_data {
    struct hlsim__ftp_session *session; /* NULL: none */
    struct hlsim__eof_pattern pattern;
    char path[HLSIM__FTP_PATH_SIZE]; /* what was asked for */
    bool sized;                      /* AT+KFTPLS with a file */
    bool connected;                  /* CONNECT will come, or is out */
    bool moving;                     /* CONNECT is out */
    bool ended;                      /* the file is complete, or will not be */
    bool full;                       /* the session takes no more for now */
    int result;                      /* of the command then */
    uint64_t shown;
};

/* AT+KFTPRCV, AT+KFTPLS, AT+KFTPDEL; AT+KFTPSND. `ask` without its watch. What the handler is to
 * return. */
int hlsim__at_ftp_receive(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                          struct hlsim__ftp_ask *ask);
int hlsim__at_ftp_plain(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                        struct hlsim__ftp_ask *ask);
int hlsim__at_ftp_send(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                       struct hlsim__ftp_ask *ask);

/* Between ftp_data.c and ftp_show.c: gives the order; what the handler is to return. */
int hlsim__at_ftp_give(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                       const struct hlsim__ftp_ask *ask);

#endif
