#include "media/rtp/packet_history.h"

#include "gateway/base/allocate.h"
#include "gateway/base/sequence_number.h"

#include <assert.h>
#include <errno.h>

struct entry {
    struct packet_buffer *packet; /* locked, or NULL */
    uint64_t arrival_us;          /* the packet's, here to spare a look into cold memory */
    uint16_t sequence;
};

struct packet_history {
    size_t mask;
    uint32_t max_age_us;
    struct entry entries[];
};

struct packet_history *packet_history_create(size_t capacity, uint32_t max_age_us)
{
    assert(capacity > 0 && (capacity & (capacity - 1)) == 0 && capacity <= INT16_MAX);
    struct packet_history *history =
        allocate_zeroed(1, sizeof(*history) + capacity * sizeof(history->entries[0]));
    history->mask = capacity - 1;
    history->max_age_us = max_age_us;
    return history;
}

struct packet_history *packet_history_destroy(struct packet_history *history)
{
    if (history) {
        packet_history_clear(history);
        free(history);
    }
    return NULL;
}

static bool is_too_old(const struct packet_history *history, const struct entry *entry,
                       uint64_t now_us)
{
    return now_us > entry->arrival_us && now_us - entry->arrival_us > history->max_age_us;
}

int packet_history_put(struct packet_history *history, struct packet_buffer *packet)
{
    const uint16_t sequence = packet->rtp.sequence;
    struct entry *entry = &history->entries[sequence & history->mask];
    if (entry->packet && entry->sequence == sequence) {
        return -EALREADY;
    }
    if (entry->packet && sequence_is_newer(entry->sequence, sequence)) {
        return -ESTALE;
    }
    packet_buffer_unlock(entry->packet);
    *entry = (struct entry){
        .packet = packet_buffer_lock(packet),
        .arrival_us = packet->arrival_us,
        .sequence = sequence,
    };
    return 0;
}

struct packet_buffer *packet_history_find(const struct packet_history *history, uint16_t sequence,
                                          uint64_t now_us)
{
    const struct entry *entry = &history->entries[sequence & history->mask];
    if (!entry->packet || entry->sequence != sequence || is_too_old(history, entry, now_us)) {
        return NULL;
    }
    return entry->packet;
}

void packet_history_expire(struct packet_history *history, uint64_t now_us)
{
    for (size_t i = 0; i <= history->mask; i++) {
        struct entry *entry = &history->entries[i];
        if (entry->packet && is_too_old(history, entry, now_us)) {
            entry->packet = packet_buffer_unlock(entry->packet);
        }
    }
}

void packet_history_clear(struct packet_history *history)
{
    for (size_t i = 0; i <= history->mask; i++) {
        history->entries[i].packet = packet_buffer_unlock(history->entries[i].packet);
    }
}
