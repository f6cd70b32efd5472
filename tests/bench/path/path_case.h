/* path_case.h - what all measurements of the packet path have in common: the traffic, and how a
 * figure is taken. Times are nanoseconds of one thread, hot, on loopback sockets.
 * Thread: the program's only one. */
#ifndef BEDSIDE_TESTS_BENCH_PATH_CASE_H
#define BEDSIDE_TESTS_BENCH_PATH_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_BURST_MAX 16
#define PATH_RECEIVERS_MAX 32

/* A burst of equal packets of one publisher waits in the socket; each goes to every receiver. */
struct path_case {
    const char *name;
    bool is_video;
    size_t payload_size;
    size_t burst;
    size_t receivers;
};

/* Rounds are timed one by one; of `count` the median is taken, which a neighbour on the machine
 * does not move. Sorts `times_ns`. */
double path_median(double *times_ns, size_t count);
uint64_t path_now_ns(void);
/* A non-blocking UDP socket on 127.0.0.1; its port in `ret_port`. Exits with a message on failure,
 * as everything of a benchmark does that cannot go on. */
int path_open_socket(uint16_t *ret_port);
_Noreturn void path_fail(const char *what);

#endif
