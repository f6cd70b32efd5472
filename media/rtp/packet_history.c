#include "media/rtp/packet_history.h"

#include "gateway/base/allocate.h"
#include "gateway/base/sequence_number.h"

#include <errno.h>
#include <stdbool.h>

#define SHRINK_AFTER_US 2000000

struct entry {
    struct packet_buffer *packet; /* locked, or NULL */
    uint32_t arrival_ms;          /* the packet's, here to spare a look into cold memory */
    uint16_t sequence;
};

struct packet_history {
    struct entry *entries; /* owned */
    size_t mask;
    uint32_t max_age_us;
    bool is_empty;
    uint16_t oldest; /* between them lies all that is kept */
    uint16_t newest;
    size_t most_used; /* since: */
    uint64_t most_used_since_us;
};

struct packet_history *packet_history_create(uint32_t max_age_us)
{
    struct packet_history *history = allocate_zeroed(1, sizeof(*history));
    history->entries = allocate_zeroed(PACKET_HISTORY_PLACES_MIN, sizeof(*history->entries));
    history->mask = PACKET_HISTORY_PLACES_MIN - 1;
    history->max_age_us = max_age_us;
    history->is_empty = true;
    return history;
}

struct packet_history *packet_history_destroy(struct packet_history *history)
{
    if (history) {
        packet_history_clear(history);
        free(history->entries);
        free(history);
    }
    return NULL;
}

size_t packet_history_places(const struct packet_history *history)
{
    return history->mask + 1;
}

size_t packet_history_bytes(const struct packet_history *history)
{
    return sizeof(*history) + packet_history_places(history) * sizeof(*history->entries);
}

static struct entry *place_of(const struct packet_history *history, uint16_t sequence)
{
    return &history->entries[sequence & history->mask];
}

static uint32_t ms_of(uint64_t time_us)
{
    return (uint32_t)(time_us / 1000);
}

/* A packet may be younger than the batch that asks: its age is then below zero. */
static bool is_too_old(const struct packet_history *history, const struct entry *entry,
                       uint64_t now_us)
{
    const int32_t age_ms = (int32_t)(ms_of(now_us) - entry->arrival_ms);
    return age_ms > (int32_t)(history->max_age_us / 1000);
}

/* How many numbers lie between the oldest and the newest packet, with both. */
static size_t used_places(const struct packet_history *history)
{
    return history->is_empty ? 0 : (size_t)(uint16_t)(history->newest - history->oldest) + 1;
}

/* ---- putting and finding ---- */

/* All that is kept lies within one ring's length after the oldest. */
static void drop_before(struct packet_history *history, uint16_t first)
{
    const size_t numbers = (uint16_t)(first - history->oldest);
    for (size_t i = 0; i < numbers && i <= history->mask; i++) {
        const uint16_t sequence = (uint16_t)(history->oldest + i);
        struct entry *entry = place_of(history, sequence);
        if (entry->packet && entry->sequence == sequence) {
            entry->packet = packet_buffer_unlock(entry->packet);
        }
    }
    history->oldest = first;
}

static void note_ends(struct packet_history *history, uint16_t sequence)
{
    if (history->is_empty) {
        history->is_empty = false;
        history->oldest = history->newest = sequence;
        return;
    }
    if (sequence_is_newer(sequence, history->newest)) {
        history->newest = sequence;
    } else if (sequence_is_newer(history->oldest, sequence)) {
        history->oldest = sequence;
    }
    if (used_places(history) > packet_history_places(history)) {
        drop_before(history, (uint16_t)(history->newest - history->mask));
    }
}

/* A packet that came late may hide older ones behind it for a while. */
static void let_go_of_old(struct packet_history *history, uint64_t now_us)
{
    const size_t used = used_places(history);
    for (size_t i = 0; i < used; i++) {
        struct entry *entry = place_of(history, history->oldest);
        const bool is_it = entry->packet && entry->sequence == history->oldest;
        if (is_it && !is_too_old(history, entry, now_us)) {
            return;
        }
        if (is_it) {
            entry->packet = packet_buffer_unlock(entry->packet);
        }
        history->oldest++;
    }
    history->is_empty = true;
}

int packet_history_put(struct packet_history *history, struct packet_buffer *packet)
{
    const uint16_t sequence = packet->rtp.sequence;
    struct entry *entry = place_of(history, sequence);
    if (entry->packet && entry->sequence == sequence) {
        return -EALREADY;
    }
    if (!history->is_empty && sequence_is_newer(history->newest, sequence) &&
        (uint16_t)(history->newest - sequence) > history->mask) {
        return -ESTALE;
    }
    packet_buffer_unlock(entry->packet);
    *entry = (struct entry){
        .packet = packet_buffer_lock(packet),
        .arrival_ms = ms_of(packet->arrival_us),
        .sequence = sequence,
    };
    note_ends(history, sequence);
    let_go_of_old(history, packet->arrival_us);
    return 0;
}

struct packet_buffer *packet_history_find(const struct packet_history *history, uint16_t sequence,
                                          uint64_t now_us)
{
    const struct entry *entry = place_of(history, sequence);
    if (!entry->packet || entry->sequence != sequence || is_too_old(history, entry, now_us)) {
        return NULL;
    }
    return entry->packet;
}

/* ---- on the tick ---- */

static void resize(struct packet_history *history, size_t places)
{
    const struct packet_history old = *history;
    history->entries = allocate_zeroed(places, sizeof(*history->entries));
    history->mask = places - 1;
    for (size_t i = 0; i <= old.mask; i++) {
        if (old.entries[i].packet) {
            *place_of(history, old.entries[i].sequence) = old.entries[i];
        }
    }
    free(old.entries);
}

void packet_history_tend(struct packet_history *history, uint32_t max_age_us, uint64_t now_us)
{
    const size_t places = packet_history_places(history);
    history->max_age_us = max_age_us;
    let_go_of_old(history, now_us);
    const size_t used = used_places(history);
    if (used > history->most_used) {
        history->most_used = used;
    }
    if (used > places / 2 && places < PACKET_HISTORY_PLACES_MAX) {
        resize(history, places * 2);
    } else if (now_us - history->most_used_since_us < SHRINK_AFTER_US) {
        return;
    } else if (history->most_used <= places / 8 && places > PACKET_HISTORY_PLACES_MIN) {
        resize(history, places / 2);
    }
    history->most_used = used;
    history->most_used_since_us = now_us;
}

void packet_history_clear(struct packet_history *history)
{
    for (size_t i = 0; i <= history->mask; i++) {
        history->entries[i].packet = packet_buffer_unlock(history->entries[i].packet);
    }
    history->is_empty = true;
}
