/* path_whole.h - the gateway's own packet path on one thread: transport, SRTP, room, with real
 * peers behind it that have shaken hands. What is timed is what a worker does between two sleeps:
 *
 *   epoll_wait --> transport_host_receive() --> room --> every receiver's SRTP -->
 * transport_host_flush()
 *
 * Publishing, and reading at the receivers (which verifies every tag), are not timed; ticks run
 * between the rounds and are not either. Thread: the program's only one. */
#ifndef BEDSIDE_TESTS_BENCH_PATH_WHOLE_H
#define BEDSIDE_TESTS_BENCH_PATH_WHOLE_H

#include "media/transport/srtp_aead.h"
#include "tests/bench/path/path_case.h"

/* Returns ns per forwarded packet. */
double path_whole_measure(const struct path_case *traffic, enum srtp_aead_choice aead,
                          size_t rounds);

#endif
