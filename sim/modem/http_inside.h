/*
 * Between http_client.c, which asks, and http_answers.c, which takes answers apart.
 */
#ifndef HLSIM_MODEM_HTTP_INSIDE_H
#define HLSIM_MODEM_HTTP_INSIDE_H

#include "modem/http_client.h"

/* Bytes that are not shown yet above which the server is stopped. */
#define HLSIM__HTTP_RECEIVED_MAX 8192

/* Something came, or is waited for: the figure http_answer_max begins anew. */
void hlsim__web_wait(struct hlsim__http_session *session);

/* Bytes of an answer. */
void hlsim__web_take(struct hlsim__http_session *session, const uint8_t *bytes, size_t size);

/* The answer has ended, or makes no sense. */
void hlsim__web_answer_complete(struct hlsim__http_session *session);
void hlsim__web_answer_broken(struct hlsim__http_session *session, int cme);

#endif
