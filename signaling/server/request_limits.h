/* request_limits.h - rates and counts per client: sockets per address, attempts at secrets per
 * address. Pure: time arrives as `now_us`. Bounded: it remembers at most a fixed number of
 * addresses; beyond it, strangers share one entry, so that a flood of addresses costs memory to
 * nobody and tightens the limit for the flood alone. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_REQUEST_LIMITS_H
#define BEDSIDE_SIGNALING_SERVER_REQUEST_LIMITS_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Attempts to open a join link, to arrive or to take a seat: a burst for a hospital's morning
 * behind one address, then a rate that makes guessing 128 bits hopeless. */
#define REQUEST_LIMITS_ATTEMPTS_PER_SECOND 5
#define REQUEST_LIMITS_ATTEMPTS_BURST 100

struct request_limits;

struct request_limits *request_limits_create(size_t addresses_max,
                                             unsigned sockets_per_address_max);
struct request_limits *request_limits_destroy(struct request_limits *limits);
DEFINE_AUTO(request_limits)

/* Counts a socket of `address`. Returns false when the address has its fill (then nothing was
 * counted). */
bool request_limits_add_socket(struct request_limits *limits, const char *address);
void request_limits_remove_socket(struct request_limits *limits, const char *address);
unsigned request_limits_sockets(const struct request_limits *limits, const char *address);

/* Takes one attempt at a secret. Returns false when the address must wait. */
bool request_limits_take_attempt(struct request_limits *limits, const char *address,
                                 uint64_t now_us);
/* Forgets addresses without sockets whose buckets are full again. Call it now and then. */
void request_limits_sweep(struct request_limits *limits, uint64_t now_us);

#endif
