/* trace_file.h - what one receiver told of its packets, as text, a line each:
 *
 *   # a comment
 *   start 300000                the estimator begins with this, in bits per second
 *   wanted 2000000              what would be sent if it could be, from here on
 *   rtt 60000                   the round trip in us, from here on
 *   capacity 5000000 1000000    from this us on the link carries so many bits per second; for the
 *                               picture alone
 *   5000123 1164 82000456       sent at, bytes on the wire, arrived at on the receiver's clock (us)
 *   5000789 1164 lost
 *   5001000 244 82001900 3      one of the third probe
 *   feedback 5080000            at this us all lines since the last feedback were told
 *
 * Packets are in the order of sending. Without any `feedback` line they are told every 75 ms. */
#ifndef BEDSIDE_TESTS_BENCH_TRACE_FILE_H
#define BEDSIDE_TESTS_BENCH_TRACE_FILE_H

#include "media/congestion/bandwidth_estimator.h"

#include <stdio.h>

struct trace_point {
    uint64_t at_us;
    uint64_t capacity_bps; /* 0: not known */
    uint32_t received_bps;
    struct bandwidth_estimate estimate;
};

typedef void (*trace_point_fn)(void *context, const struct trace_point *point);

/* Replays the trace through a new estimator and tells of each 100 ms. Returns 0, or -EBADMSG with
 * the number of the line that makes no sense. */
int trace_file_replay(FILE *trace, trace_point_fn tell, void *context, unsigned *ret_line);

void trace_file_write(FILE *trace, const struct packet_result *results, size_t count,
                      uint64_t now_us);

#endif
