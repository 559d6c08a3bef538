/*
 * A byte link: the only thing between a host and a modem's port. It has two ends; each end is
 * handed bytes by a call and offers bytes by a call. Delivery is a scheduled event of its own, so
 * that nothing re-enters: bytes that are written while a receive call runs arrive after it.
 */
#ifndef HL78SIM_LINK_H
#define HL78SIM_LINK_H

#include <stddef.h>
#include <stdint.h>

/* The two ends, and so the two senders. */
enum hlsim_side {
    HLSIM_HOST,
    HLSIM_MODEM,
};

/* Bytes that wait in one direction at most. */
#define HLSIM_LINK_CAPACITY 8192

struct hlsim_link;

struct hlsim_link_end {
    void *user;
    /*
     * Bytes have come. Returns how many were taken; when fewer than `size`, the rest is kept and
     * offered again after hlsim_link_resume.
     */
    size_t (*receive)(void *user, const uint8_t *bytes, size_t size);
    /* After a write that was cut short: there is room again. May be NULL. */
    void (*writable)(void *user);
};

/* Puts a party at one end; `end` is copied. NULL: nobody is there, and what arrives is lost. */
void hlsim_link_attach(struct hlsim_link *link, enum hlsim_side side,
                       const struct hlsim_link_end *end);

/*
 * Queues bytes from `side`. Returns how many were taken; 0 means "full now" and that a `writable`
 * call follows; negative (HLSIM_E_POWER) means that this end can send nothing.
 */
int hlsim_link_write(struct hlsim_link *link, enum hlsim_side side, const uint8_t *bytes,
                     size_t size);

/* How many bytes of a write would be taken; 0 means "full now" and that a `writable` call follows.
 */
size_t hlsim_link_room(struct hlsim_link *link, enum hlsim_side side);

/* The party at `side` takes bytes again. */
void hlsim_link_resume(struct hlsim_link *link, enum hlsim_side side);

/* True when bytes wait in either direction. */
int hlsim_link_busy(const struct hlsim_link *link);

#endif
