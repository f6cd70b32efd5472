/* packet_result.h - what became of one packet: transport-wide feedback joined with what was sent.
 * `sent_packets` makes them, `bandwidth_estimator` and its parts read them. Thread: any. */
#ifndef BEDSIDE_MEDIA_CONGESTION_PACKET_RESULT_H
#define BEDSIDE_MEDIA_CONGESTION_PACKET_RESULT_H

#include <stdbool.h>
#include <stdint.h>

struct packet_result {
    uint64_t sent_us;    /* our clock */
    uint64_t arrival_us; /* the receiver's clock, unwrapped; valid when received */
    uint32_t size;       /* bytes on the wire */
    /* Bytes sent just before this packet of which nothing was told: their feedback was lost. */
    uint32_t untold_bytes;
    uint16_t probe; /* probe_request.id, 0: an ordinary packet */
    bool received;
    bool was_lost; /* received, and told as lost before */
};

#endif
