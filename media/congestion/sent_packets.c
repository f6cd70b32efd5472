#include "media/congestion/sent_packets.h"

#include "gateway/base/allocate.h"
#include "gateway/base/sequence_number.h"

#define MASK (SENT_PACKETS_MAX - 1)
#define FORGOTTEN_AFTER_US 30000000
#define CLOCK_WRAP_US ((int64_t)(1 << 24) * TRANSPORT_CC_REFERENCE_US)

enum told { TOLD_UNUSED, TOLD_NOTHING, TOLD_LOST, TOLD_RECEIVED };

/* 8 bytes: the low bits of the time are enough for 71 minutes, probes wrap at 255. */
struct sent_packet {
    uint32_t sent_us_low;
    uint16_t size;
    uint8_t probe;
    uint8_t told; /* enum told */
};

struct sent_packets {
    bool started;
    bool arrival_known;
    int64_t highest; /* unwrapped number of the newest packet */
    int64_t first;   /* of the oldest one that counts */
    int64_t told_to; /* feedback has spoken of what is below */
    uint64_t newest_us;
    int64_t last_arrival_us; /* unwrapped */
    struct sent_packet packets[SENT_PACKETS_MAX];
};

struct sent_packets *sent_packets_create(void)
{
    return allocate_zeroed(1, sizeof(struct sent_packets));
}

struct sent_packets *sent_packets_destroy(struct sent_packets *log)
{
    free(log);
    return NULL;
}

static struct sent_packet *packet_at(struct sent_packets *log, int64_t index)
{
    return &log->packets[index & MASK];
}

void sent_packets_record(struct sent_packets *log, uint16_t sequence, uint32_t size, uint16_t probe,
                         uint64_t now_us)
{
    int64_t index = (int64_t)sequence + UINT16_MAX + 1;
    if (log->started) {
        index = sequence_unwrap(sequence, log->highest);
    }
    const bool follows = log->started && index > log->highest &&
                         index - log->highest < SENT_PACKETS_MAX &&
                         now_us - log->newest_us < FORGOTTEN_AFTER_US;
    if (!follows) {
        log->first = log->told_to = index;
    }
    for (int64_t skipped = log->highest + 1; follows && skipped < index; skipped++) {
        packet_at(log, skipped)->told = TOLD_UNUSED;
    }
    log->started = true;
    log->highest = index;
    if (index - log->first >= SENT_PACKETS_MAX) {
        log->first = index - MASK;
    }
    log->newest_us = now_us;
    *packet_at(log, index) = (struct sent_packet){
        .sent_us_low = (uint32_t)now_us,
        .size = (uint16_t)(size < UINT16_MAX ? size : UINT16_MAX),
        .probe = (uint8_t)probe,
        .told = TOLD_NOTHING,
    };
}

static uint64_t sent_us_of(const struct sent_packets *log, const struct sent_packet *packet)
{
    return log->newest_us - (uint32_t)((uint32_t)log->newest_us - packet->sent_us_low);
}

/* The receiver's clock wraps after 12 days; the nearest reading counts. */
static int64_t unwrap_arrival(struct sent_packets *log, int64_t arrival_us)
{
    if (!log->arrival_known) {
        log->arrival_known = true;
        return log->last_arrival_us = arrival_us + CLOCK_WRAP_US;
    }
    int64_t change = (arrival_us - log->last_arrival_us) % CLOCK_WRAP_US;
    if (change > CLOCK_WRAP_US / 2) {
        change -= CLOCK_WRAP_US;
    } else if (change < -CLOCK_WRAP_US / 2) {
        change += CLOCK_WRAP_US;
    }
    const int64_t unwrapped = log->last_arrival_us + change;
    if (unwrapped < 0) {
        return 0;
    }
    return log->last_arrival_us = unwrapped;
}

/* Between what feedback spoke of before and what it speaks of now. */
static uint32_t untold_before(struct sent_packets *log, int64_t index)
{
    uint32_t bytes = 0;
    int64_t from = log->told_to > log->first ? log->told_to : log->first;
    for (; from < index; from++) {
        const struct sent_packet *packet = packet_at(log, from);
        bytes += packet->told == TOLD_NOTHING ? packet->size : 0;
    }
    return bytes;
}

/* Returns whether this is news. */
static bool tell(struct sent_packets *log, const struct transport_cc_status *status,
                 uint64_t now_us, struct packet_result *ret_result)
{
    const int64_t index = sequence_unwrap(status->sequence, log->highest);
    if (index > log->highest || index < log->first) {
        return false;
    }
    struct sent_packet *packet = packet_at(log, index);
    const uint8_t told = status->received ? TOLD_RECEIVED : TOLD_LOST;
    const uint64_t sent_us = sent_us_of(log, packet);
    if (packet->told == TOLD_UNUSED || packet->told >= told ||
        now_us - sent_us > FORGOTTEN_AFTER_US) {
        return false;
    }
    const bool was_lost = packet->told == TOLD_LOST;
    packet->told = told;
    *ret_result = (struct packet_result){
        .sent_us = sent_us,
        .arrival_us = status->received ? (uint64_t)unwrap_arrival(log, status->arrival_us) : 0,
        .size = packet->size,
        .untold_bytes = untold_before(log, index),
        .probe = packet->probe,
        .received = status->received,
        .was_lost = was_lost,
    };
    log->told_to = index + 1 > log->told_to ? index + 1 : log->told_to;
    return true;
}

size_t sent_packets_on_feedback(struct sent_packets *log,
                                const struct transport_cc_status *statuses, size_t count,
                                uint64_t now_us, struct packet_result *ret_results)
{
    size_t told = 0;
    for (size_t i = 0; i < count && log->started; i++) {
        told += tell(log, &statuses[i], now_us, &ret_results[told]);
    }
    return told;
}
