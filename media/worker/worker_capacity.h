/* worker_capacity.h - how many people can a worker take?
 *
 *   by packets: 7/8 of the pool, 64 packets for each person. A camera of 1.5 Mbit/s sends 150
 *               packets a second, of which those of 300 ms are kept at round trips of 100 ms
 *               (retransmission_reach.h): 45, and what is under way. The last eighth is for what
 *               comes in while it is full.
 *   by memory:  half of the machine's, the pools taken off, 160 kB for each person beyond their
 *               packets
 *
 * The smaller of both, and of what is configured. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_CAPACITY_H
#define BEDSIDE_MEDIA_WORKER_WORKER_CAPACITY_H

#include <stdint.h>

#define WORKER_CAPACITY_PACKETS_PER_PERSON 64
#define WORKER_CAPACITY_BYTES_PER_PERSON (160 * 1024)
#define WORKER_CAPACITY_BYTES_PER_PACKET 1664
#define WORKER_CAPACITY_PEERS_MAX 10000

enum worker_bound { WORKER_BOUND_CONFIGURED, WORKER_BOUND_PACKETS, WORKER_BOUND_MEMORY };

struct worker_capacity_request {
    unsigned peers;   /* configured; 0: as many as packets and memory allow */
    unsigned packets; /* of one worker */
    unsigned workers;
    uint64_t memory_bytes; /* of the machine; 0: unknown */
};

struct worker_capacity {
    unsigned peers; /* of one worker; at least 1 */
    enum worker_bound bound;
};

struct worker_capacity worker_capacity_of(const struct worker_capacity_request *request);
/* "configured", "packets", "memory". */
const char *worker_bound_name(enum worker_bound bound);

#endif
