/*
 * What the files of a port have of each other: the line discipline (port.c), the framing of answers
 * (answer.c) and data modes (data_mode.c). Nobody else includes this.
 */
#ifndef HLSIM_AT_PORT_INSIDE_H
#define HLSIM_AT_PORT_INSIDE_H

#include "at/port.h"

/* Adds a final result, CONNECT included, to the answer. */
void hlsim__at_answer_result(struct hlsim__at_port *port, int result);

/* Adds CONNECT, with `more` behind it where X asks for it (V.250 6.2.7). */
void hlsim__at_answer_connect(struct hlsim__at_port *port, const char *more);

/* Sends, or queues behind what the link did not take yet; what fits nowhere is lost, as on a UART
 * whose other end has stalled. Power may have failed afterwards. */
void hlsim__at_port_send(struct hlsim__at_port *port, const char *text, size_t size);

/* Sets the timer of the answer. */
void hlsim__at_port_answer_soon(struct hlsim__at_port *port, int result);

/* Takes what came while a command was being carried out, then what waits on the link. */
void hlsim__at_port_go_on(struct hlsim__at_port *port);

/* The answer's time has come, and it is CONNECT or a prompt: data mode begins. */
void hlsim__at_port_enter_data(struct hlsim__at_port *port);

#endif
