#include "media/worker/worker_capacity.h"

static unsigned peers_by_packets(const struct worker_capacity_request *request)
{
    return (request->packets - request->packets / 8) / WORKER_CAPACITY_PACKETS_PER_PERSON;
}

static unsigned peers_by_memory(const struct worker_capacity_request *request)
{
    if (request->memory_bytes == 0) {
        return WORKER_CAPACITY_PEERS_MAX;
    }
    const uint64_t share = request->memory_bytes / 2 / request->workers;
    const uint64_t pool = (uint64_t)request->packets * WORKER_CAPACITY_BYTES_PER_PACKET;
    const uint64_t peers = share > pool ? (share - pool) / WORKER_CAPACITY_BYTES_PER_PERSON : 0;
    return peers < WORKER_CAPACITY_PEERS_MAX ? (unsigned)peers : WORKER_CAPACITY_PEERS_MAX;
}

static void bound_by(struct worker_capacity *capacity, unsigned peers, enum worker_bound bound)
{
    if (peers < capacity->peers) {
        capacity->peers = peers > 0 ? peers : 1;
        capacity->bound = bound;
    }
}

struct worker_capacity worker_capacity_of(const struct worker_capacity_request *request)
{
    struct worker_capacity capacity = {.peers = WORKER_CAPACITY_PEERS_MAX,
                                       .bound = WORKER_BOUND_CONFIGURED};
    if (request->peers > 0) {
        bound_by(&capacity, request->peers, WORKER_BOUND_CONFIGURED);
    }
    bound_by(&capacity, peers_by_packets(request), WORKER_BOUND_PACKETS);
    bound_by(&capacity, peers_by_memory(request), WORKER_BOUND_MEMORY);
    return capacity;
}

const char *worker_bound_name(enum worker_bound bound)
{
    static const char *const names[] = {"configured", "packets", "memory"};
    return names[bound];
}
