/* path_steps.h - the single steps of the packet path, each hot and alone, through the very
 * functions that the gateway calls. Their sum is below the whole: nothing here is cold, and nobody
 * sleeps. Thread: the program's only one. */
#ifndef BEDSIDE_TESTS_BENCH_PATH_STEPS_H
#define BEDSIDE_TESTS_BENCH_PATH_STEPS_H

#include "media/transport/srtp_aead.h"
#include "tests/bench/path/path_case.h"

/* Per received packet: recvmmsg of one burst. */
double path_step_receive(const struct path_case *traffic, size_t rounds);
/* Per received packet: its kind, and whose it is among 300 peers. */
double path_step_demux(const struct path_case *traffic, size_t rounds);
/* Per packet. `provider` NULL: libsrtp2. */
double path_step_decrypt(const struct path_case *traffic, const struct srtp_aead_provider *provider,
                         size_t rounds);
double path_step_encrypt(const struct path_case *traffic, const struct srtp_aead_provider *provider,
                         size_t rounds);
/* Per forwarded packet: parsing, losses, clock, history, gate, numbers and header for each
 * receiver, up to the sink. */
double path_step_route(const struct path_case *traffic, size_t rounds);
/* Per forwarded packet: collecting by destination and one flush. */
double path_step_send(const struct path_case *traffic, size_t rounds);

#endif
