#include "tests/netlab/impairment.h"

#include "gateway/base/allocate.h"

#include <string.h>

/* So much on its way means a configuration without sense, not a network. */
#define ON_THEIR_WAY_MAX 65536
#define LATE_US 5000

#define IPV4_HEADER_SIZE 20
#define IPV4_PROTOCOL_OFFSET 9
#define PROTOCOL_UDP 17

struct impairment {
    struct impairment_settings settings;
    struct impairment_statistics statistics;
    uint64_t random;
    bool in_burst;
    uint64_t bottleneck_free_ns; /* when it has sent what it holds */
    uint64_t last_due_us;        /* of what was not reordered */
    uint64_t next_number;
    struct impaired_packet **heap; /* the soonest due first; owned */
    size_t heap_count;
    size_t heap_capacity;
};

/* What chance decides about one packet, each in [0, 100) but for the jitters, in [-1, 1). */
struct fate {
    double burst;
    double loss;
    double duplicate;
    double reorder;
    double jitter[2]; /* of the packet, and of its duplicate */
};

struct impairment *impairment_create(uint64_t seed)
{
    struct impairment *impairment = allocate_zeroed(1, sizeof(*impairment));
    impairment->random = seed;
    return impairment;
}

struct impairment *impairment_destroy(struct impairment *impairment)
{
    if (impairment) {
        for (size_t i = 0; i < impairment->heap_count; i++) {
            free(impairment->heap[i]);
        }
        free(impairment->heap);
        free(impairment);
    }
    return NULL;
}

struct impairment_settings *impairment_settings(struct impairment *impairment)
{
    return &impairment->settings;
}

const struct impairment_statistics *impairment_statistics(const struct impairment *impairment)
{
    return &impairment->statistics;
}

uint64_t impairment_take_longest_queue_us(struct impairment *impairment)
{
    const uint64_t longest_us = impairment->statistics.longest_queue_us;
    impairment->statistics.longest_queue_us = 0;
    return longest_us;
}

/* ---- chance ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): any seed will do. Returns a number in [0, 1). */
static double draw(struct impairment *impairment)
{
    uint64_t z = impairment->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static struct fate draw_fate(struct impairment *impairment)
{
    struct fate fate;
    fate.burst = 100 * draw(impairment);
    fate.loss = 100 * draw(impairment);
    fate.duplicate = 100 * draw(impairment);
    fate.reorder = 100 * draw(impairment);
    fate.jitter[0] = 2 * draw(impairment) - 1;
    fate.jitter[1] = 2 * draw(impairment) - 1;
    return fate;
}

static bool is_lost(struct impairment *impairment, const struct fate *fate)
{
    const struct impairment_settings *settings = &impairment->settings;
    if (impairment->in_burst) {
        impairment->in_burst = fate->burst >= settings->burst_leave_percent;
    } else {
        impairment->in_burst = fate->burst < settings->burst_enter_percent;
    }
    impairment->in_burst &= settings->burst_enter_percent > 0;
    return settings->cut || impairment->in_burst || fate->loss < settings->loss_percent;
}

static bool is_udp(const uint8_t *packet, size_t size)
{
    return size >= IPV4_HEADER_SIZE && packet[0] >> 4 == 4 &&
           packet[IPV4_PROTOCOL_OFFSET] == PROTOCOL_UDP;
}

/* ---- what is on its way ---- */

static bool is_sooner(const struct impaired_packet *a, const struct impaired_packet *b)
{
    return a->due_us < b->due_us || (a->due_us == b->due_us && a->number < b->number);
}

static void heap_put(struct impairment *impairment, struct impaired_packet *packet)
{
    if (impairment->heap_count == impairment->heap_capacity) {
        impairment->heap_capacity = impairment->heap_capacity ? 2 * impairment->heap_capacity : 64;
        impairment->heap =
            allocate_resized(impairment->heap, impairment->heap_capacity, sizeof(packet));
    }
    struct impaired_packet **heap = impairment->heap;
    size_t at = impairment->heap_count++;
    while (at > 0 && is_sooner(packet, heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = packet;
}

static struct impaired_packet *heap_take(struct impairment *impairment)
{
    struct impaired_packet **heap = impairment->heap;
    struct impaired_packet *first = heap[0];
    const size_t count = --impairment->heap_count;
    struct impaired_packet *moved = heap[count];
    size_t at = 0;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && is_sooner(heap[child + 1], heap[child]);
        if (is_sooner(moved, heap[child])) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
    return first;
}

/* ---- the bottleneck ---- */

static uint64_t queue_bytes(const struct impairment_settings *settings)
{
    return settings->queue_bytes > 0 ? settings->queue_bytes : settings->rate_bps / 8 / 4;
}

/* Returns 0 with the moment at which it has been sent, or -1: the queue is full. */
static int pass_bottleneck(struct impairment *impairment, size_t size, uint64_t now_us,
                           uint64_t *ret_sent_us)
{
    const struct impairment_settings *settings = &impairment->settings;
    const uint64_t now_ns = now_us * 1000;
    if (settings->rate_bps == 0) {
        *ret_sent_us = now_us;
        return 0;
    }
    uint64_t free_ns = impairment->bottleneck_free_ns;
    if (free_ns < now_ns) {
        free_ns = now_ns;
    }
    const double held = (double)(free_ns - now_ns) * (double)settings->rate_bps / 8e9;
    if (held + (double)size > (double)queue_bytes(settings)) {
        return -1;
    }
    const uint64_t waits_us = (free_ns - now_ns) / 1000;
    if (waits_us > impairment->statistics.longest_queue_us) {
        impairment->statistics.longest_queue_us = waits_us;
    }
    free_ns += (uint64_t)((double)size * 8e9 / (double)settings->rate_bps);
    impairment->bottleneck_free_ns = free_ns;
    *ret_sent_us = free_ns / 1000;
    return 0;
}

/* ---- packets ---- */

static uint64_t delay_us(const struct impairment_settings *settings, double jitter)
{
    const double delay = (double)settings->delay_us + jitter * (double)settings->jitter_us;
    return delay > 0 ? (uint64_t)delay : 0;
}

static uint64_t due_in_order(struct impairment *impairment, uint64_t due_us)
{
    if (due_us < impairment->last_due_us) {
        due_us = impairment->last_due_us;
    }
    impairment->last_due_us = due_us;
    return due_us;
}

static void send_on_its_way(struct impairment *impairment, const uint8_t *bytes, size_t size,
                            uint64_t due_us)
{
    struct impaired_packet *packet = allocate_zeroed(1, sizeof(*packet) + size);
    packet->due_us = due_us;
    packet->number = impairment->next_number++;
    packet->size = size;
    memcpy(packet->bytes, bytes, size);
    heap_put(impairment, packet);
}

void impairment_offer(struct impairment *impairment, const uint8_t *packet, size_t size,
                      uint64_t now_us)
{
    const struct impairment_settings *settings = &impairment->settings;
    const struct fate fate = draw_fate(impairment);
    impairment->statistics.offered++;
    if (is_lost(impairment, &fate) || (settings->noudp && is_udp(packet, size))) {
        impairment->statistics.lost++;
        return;
    }
    const bool twice = fate.duplicate < settings->duplicate_percent;
    impairment->statistics.duplicated += twice;
    for (int copy = 0; copy <= twice; copy++) {
        uint64_t due_us;
        if (impairment->heap_count == ON_THEIR_WAY_MAX ||
            pass_bottleneck(impairment, size, now_us, &due_us) < 0) {
            impairment->statistics.overflowed++;
        } else if (fate.reorder < settings->reorder_percent) {
            send_on_its_way(impairment, packet, size, due_us);
        } else {
            due_us = due_in_order(impairment, due_us + delay_us(settings, fate.jitter[copy]));
            send_on_its_way(impairment, packet, size, due_us);
        }
    }
}

uint64_t impairment_due_us(const struct impairment *impairment)
{
    return impairment->heap_count > 0 ? impairment->heap[0]->due_us : IMPAIRMENT_NOTHING_DUE;
}

struct impaired_packet *impairment_take(struct impairment *impairment, uint64_t now_us)
{
    if (impairment_due_us(impairment) > now_us) {
        return NULL;
    }
    struct impaired_packet *packet = heap_take(impairment);
    impairment->statistics.passed++;
    impairment->statistics.passed_bytes += packet->size;
    impairment->statistics.late += now_us >= packet->due_us + LATE_US;
    return packet;
}
