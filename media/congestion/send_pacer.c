#include "media/congestion/send_pacer.h"

#include "gateway/base/allocate.h"
#include "media/rtp/packet_buffer.h"

#include <errno.h>
#include <stdlib.h>

#define CAPACITY_FIRST 32u

static const uint64_t KEEP_EMPTY_US = 10000000;
/* Between these estimates the pacing factor rises from the least to the greatest. */
static const uint32_t NARROW_BPS = 300000;
static const uint32_t MIDDLE_BPS = 1000000;
static const uint32_t WIDE_BPS = 4000000;

/* ---- a queue ---- */

static struct paced_packet *at(const struct pacer_queue *queue, uint32_t index)
{
    return &queue->packets[(queue->first + index) % queue->capacity];
}

static void grow(struct pacer_queue *queue)
{
    const uint32_t capacity = queue->capacity == 0 ? CAPACITY_FIRST : 2 * queue->capacity;
    struct paced_packet *packets = allocate_zeroed(capacity, sizeof(*packets));
    for (uint32_t i = 0; i < queue->count; i++) {
        packets[i] = *at(queue, i);
    }
    free(queue->packets);
    queue->packets = packets;
    queue->capacity = capacity;
    queue->first = 0;
}

static int append(struct pacer_queue *queue, const struct paced_packet *packet)
{
    if (queue->count == SEND_PACER_WAITING_MAX) {
        return -ENOBUFS;
    }
    if (queue->count == queue->capacity) {
        grow(queue);
    }
    *at(queue, queue->count) = *packet;
    queue->count++;
    queue->bytes += packet->size;
    return 0;
}

static void take_first(struct pacer_queue *queue, struct paced_packet *ret_packet)
{
    *ret_packet = *at(queue, 0);
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    queue->bytes -= ret_packet->size;
}

static void drop(struct pacer_queue *queue, const void *line)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct paced_packet *packet = at(queue, i);
        if (line && packet->line != line) {
            *at(queue, kept++) = *packet;
        } else {
            queue->bytes -= packet->size;
            (void)packet_buffer_unlock(packet->packet);
        }
    }
    queue->count = kept;
}

static void release(struct pacer_queue *queue)
{
    drop(queue, NULL);
    free(queue->packets);
    *queue = (struct pacer_queue){.packets = NULL};
}

/* ---- */

void send_pacer_init(struct send_pacer *pacer)
{
    *pacer = (struct send_pacer){.ns_per_byte = 0};
}

void send_pacer_finish(struct send_pacer *pacer)
{
    release(&pacer->repair);
    release(&pacer->picture);
}

/* Between two points of a line. */
static uint64_t between(uint32_t at, uint32_t from, uint32_t to, uint64_t value, uint64_t value_to)
{
    const uint32_t within = at < from ? from : at > to ? to : at;
    return value + (value_to - value) * (within - from) / (to - from);
}

uint32_t send_pacer_rate_bps(uint32_t estimate_bps)
{
    const uint64_t permille = estimate_bps < MIDDLE_BPS
                                  ? between(estimate_bps, NARROW_BPS, MIDDLE_BPS, 1000, 1500)
                                  : between(estimate_bps, MIDDLE_BPS, WIDE_BPS, 1500, 2500);
    const uint64_t rate = estimate_bps * permille / 1000;
    return rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
}

void send_pacer_set_estimate(struct send_pacer *pacer, uint32_t estimate_bps)
{
    const uint32_t rate = send_pacer_rate_bps(estimate_bps);
    const uint32_t before = pacer->ns_per_byte;
    pacer->ns_per_byte = rate == 0 ? 0 : (uint32_t)(8000000000ull / rate) + 1;
    if (pacer->ns_per_byte == 0 || before == 0) {
        pacer->free_at_ns = 0;
    }
}

int send_pacer_wait(struct send_pacer *pacer, enum pacer_class class,
                    const struct paced_packet *packet)
{
    struct pacer_queue *queue = class == PACER_REPAIR ? &pacer->repair : &pacer->picture;
    int r = append(queue, packet);
    if (r == 0 && packet->packet) {
        (void)packet_buffer_lock(packet->packet);
    }
    return r;
}

static bool is_limited(const struct send_pacer *pacer)
{
    return pacer->ns_per_byte != 0 || pacer->held;
}

bool send_pacer_take(struct send_pacer *pacer, uint64_t now_us, struct paced_packet *ret_packet)
{
    struct pacer_queue *queue = pacer->repair.count > 0 ? &pacer->repair : &pacer->picture;
    if (queue->count == 0 || (is_limited(pacer) && send_pacer_is_busy(pacer, now_us))) {
        return false;
    }
    take_first(queue, ret_packet);
    return true;
}

bool send_pacer_has_waiting(const struct send_pacer *pacer)
{
    return pacer->repair.count + pacer->picture.count > 0;
}

uint64_t send_pacer_wait_us(const struct send_pacer *pacer, uint64_t now_us)
{
    const uint64_t now_ns = now_us * 1000;
    const uint64_t busy_ns = pacer->free_at_ns > now_ns ? pacer->free_at_ns - now_ns : 0;
    const uint64_t bytes = pacer->repair.bytes + pacer->picture.bytes;
    return (busy_ns + bytes * pacer->ns_per_byte) / 1000;
}

static bool is_one_frame(const struct pacer_queue *queue)
{
    const struct paced_packet *first = at(queue, 0);
    for (uint32_t i = 1; i < queue->count; i++) {
        const struct paced_packet *other = at(queue, i);
        if (other->line != first->line ||
            other->packet->rtp.timestamp != first->packet->rtp.timestamp) {
            return false;
        }
    }
    return true;
}

bool send_pacer_is_overdue(const struct send_pacer *pacer, uint64_t now_us)
{
    const uint64_t wait_us = send_pacer_wait_us(pacer, now_us);
    if (pacer->picture.count == 0 || wait_us <= SEND_PACER_WAIT_MAX_US) {
        return false;
    }
    return wait_us > SEND_PACER_KEYFRAME_WAIT_MAX_US || !is_one_frame(&pacer->picture);
}

void send_pacer_drop(struct send_pacer *pacer, const void *line)
{
    drop(&pacer->repair, line);
    drop(&pacer->picture, line);
}

void send_pacer_tend(struct send_pacer *pacer, uint64_t now_us)
{
    if (send_pacer_has_waiting(pacer)) {
        pacer->empty_since_us = now_us;
    } else if (now_us - pacer->empty_since_us >= KEEP_EMPTY_US) {
        release(&pacer->repair);
        release(&pacer->picture);
    }
}
