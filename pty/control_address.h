/*
 * The address of a control socket, for both of its sides.
 */
#ifndef HLPTY_CONTROL_ADDRESS_H
#define HLPTY_CONTROL_ADDRESS_H

#include <sys/un.h>

#include <hlpty/error.h>

/* 0, or HLSIM_E_LIMIT when the path does not fit an address (107 characters). */
int hlpty__control_address(const char *path, struct sockaddr_un *ret_address,
                           struct hlpty_error *reterr);

/* Connects. A file descriptor, or -1 with errno set. */
int hlpty__control_connect(const struct sockaddr_un *address);

#endif
