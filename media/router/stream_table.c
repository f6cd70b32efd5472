#include "media/router/stream_table.h"

#include <assert.h>

/* All layers of an endpoint at once, and what restarted encoders may want. */
static const uint32_t LEARNT_PER_SECOND = 2;
static const uint32_t LEARNT_BURST = 2 * STREAM_TABLE_ENTRIES_MAX;

void stream_table_init(struct stream_table *table, uint64_t now_us)
{
    *table = (struct stream_table){0};
    token_bucket_init(&table->learning, LEARNT_PER_SECOND, LEARNT_BURST, now_us);
}

const struct stream_table_entry *stream_table_find(const struct stream_table *table, uint32_t ssrc)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->entries[i].ssrc == ssrc) {
            return &table->entries[i];
        }
    }
    return NULL;
}

/* A stream has at most one SSRC for itself and one for its retransmissions. */
static const struct stream_table_entry *set_entry(struct stream_table *table,
                                                  const struct stream_table_entry *entry)
{
    for (size_t i = 0; i < table->count; i++) {
        struct stream_table_entry *old = &table->entries[i];
        if (old->stream == entry->stream && old->is_rtx == entry->is_rtx) {
            *old = *entry;
            return old;
        }
    }
    assert(table->count < STREAM_TABLE_ENTRIES_MAX);
    table->entries[table->count] = *entry;
    return &table->entries[table->count++];
}

static const struct stream_table_entry *
enter(struct stream_table *table, const struct stream_table_entry *entry, uint32_t *next_source)
{
    if (entry->is_rtx) {
        entry->stream->rtx_ssrc = entry->ssrc;
    } else {
        published_track_start_stream(entry->track, entry->stream, entry->ssrc, (*next_source)++);
    }
    return set_entry(table, entry);
}

void stream_table_add_track(struct stream_table *table, struct published_track *track,
                            uint32_t *next_source)
{
    for (size_t i = 0; i < track->negotiated.source_count && i < track->stream_count; i++) {
        struct stream_table_entry entry = {
            .ssrc = track->negotiated.sources[i].ssrc,
            .track = track,
            .stream = &track->streams[i],
        };
        if (entry.ssrc != 0 && !stream_table_find(table, entry.ssrc)) {
            (void)enter(table, &entry, next_source);
        }
        entry.ssrc = track->negotiated.sources[i].rtx_ssrc;
        entry.is_rtx = true;
        if (entry.ssrc != 0 && !stream_table_find(table, entry.ssrc)) {
            (void)enter(table, &entry, next_source);
        }
    }
}

void stream_table_remove_track(struct stream_table *table, const struct published_track *track)
{
    size_t kept = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (table->entries[i].track != track) {
            table->entries[kept++] = table->entries[i];
        }
    }
    table->count = kept;
}

static struct published_track *find_track(struct published_track *const *tracks, size_t count,
                                          const struct rtp_extension_text *mid)
{
    for (size_t i = 0; i < count; i++) {
        if (rtp_extension_text_equals(mid, tracks[i]->negotiated.mid)) {
            return tracks[i];
        }
    }
    return NULL;
}

const struct stream_table_entry *stream_table_learn(struct stream_table *table,
                                                    struct published_track *const *tracks,
                                                    size_t track_count,
                                                    const struct stream_table_claim *claim,
                                                    uint32_t *next_source, uint64_t now_us)
{
    bool is_rtx = false;
    struct published_track *track = find_track(tracks, track_count, &claim->extensions->mid);
    if (!track || !published_track_payload(track, claim->payload_type, &is_rtx)) {
        return NULL;
    }
    const int layer = published_track_layer_of_rid(track, is_rtx ? &claim->extensions->repaired_rid
                                                                 : &claim->extensions->rid);
    if (layer < 0 || !token_bucket_take(&table->learning, now_us)) {
        return NULL;
    }
    const struct stream_table_entry entry = {
        .ssrc = claim->ssrc,
        .is_rtx = is_rtx,
        .track = track,
        .stream = &track->streams[layer],
    };
    return enter(table, &entry, next_source);
}
