/*
 * Data modes of HTTP: an answer on its way to the host, a body or lines of a head on their way to a
 * session. The commands judge their arguments, sessions speak HTTP.
 */
#ifndef HLSIM_AT_HTTP_DATA_H
#define HLSIM_AT_HTTP_DATA_H

#include "at/eof_pattern.h"
#include "modem/http_client.h"

struct hlsim__at_port;

/* What a port knows of the request that it serves. */
struct hlsim__at_http_data {
    struct hlsim__http_session *session; /* NULL: none */
    struct hlsim__eof_pattern pattern;
    const char *method; /* of a request whose body comes; NULL: lines of a head come */
    char uri[HLSIM__HTTP_URI_SIZE];
    bool show_head;
    bool answered;                     /* CONNECT will come, or is out */
    bool showing;                      /* CONNECT is out */
    bool ended;                        /* the answer is complete, or will not be */
    int result;                        /* of the command then */
    int64_t wanted;                    /* bytes of the body; negative: up to the pattern */
    bool refused;                      /* too many came */
    struct hlsim__socket_buffer *body; /* the model's, as what sessions have received */
};

/* Asks without a body, and shows the answer. What the handler is to return. */
int hlsim__at_http_ask(struct hlsim__at_port *port, struct hlsim__http_session *session,
                       const char *method, const char *uri, bool show_head);

/* Takes a body up to its announced length, or the pattern, then asks. `method` NULL: lines for
 * AT+KHTTPHEADER. What the handler is to return. */
int hlsim__at_http_upload(struct hlsim__at_port *port, struct hlsim__http_session *session,
                          const char *method, const char *uri);

#endif
