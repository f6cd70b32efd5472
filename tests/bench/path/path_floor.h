/* path_floor.h - the floor: what it costs to receive a burst, decrypt it, encrypt it for every
 * receiver and send it, with nothing else around it: no demultiplexing, no state, no statistics.
 * Nobody's gateway is faster than that on this machine.
 *
 *   recvmmsg --> AES-128-GCM decrypt --> N x (12 bytes of header, encrypt) --> sendmmsg of
 * UDP_SEGMENT runs
 *
 * Thread: the program's only one. */
#ifndef BEDSIDE_TESTS_BENCH_PATH_FLOOR_H
#define BEDSIDE_TESTS_BENCH_PATH_FLOOR_H

#include "tests/bench/path/path_case.h"

/* Returns ns per forwarded packet with the cheapest cipher of this machine and build. */
double path_floor_measure(const struct path_case *traffic, size_t rounds);
/* The name of that cipher: "ipsec-mb" or "openssl". */
const char *path_floor_cipher(void);

#endif
