/* stream_table.h - which of an endpoint's streams does an SSRC belong to?
 *
 * SSRCs that the offer named are known from the start. Any other is learnt from a packet whose MID
 * names one of the endpoint's m-lines, and whose RID or repaired RID one of its layers (RFC
 * 8843, 9.2; RFC 8852), and not more often than a browser could mean it. What is neither belongs to
 * nobody. Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_STREAM_TABLE_H
#define BEDSIDE_MEDIA_ROUTER_STREAM_TABLE_H

#include "gateway/base/token_bucket.h"
#include "media/router/published_track.h"
#include "media/rtp/rtp_extensions.h"

#define STREAM_TABLE_ENTRIES_MAX (ENDPOINT_PUBLICATIONS_MAX * PUBLISHED_STREAMS_MAX * 2)

struct stream_table_entry {
    uint32_t ssrc;
    bool is_rtx;
    struct published_track *track;
    struct published_stream *stream;
};

struct stream_table {
    struct stream_table_entry entries[STREAM_TABLE_ENTRIES_MAX];
    size_t count;
    struct token_bucket learning;
};

void stream_table_init(struct stream_table *table, uint64_t now_us);
/* Enters the SSRCs that were negotiated, and starts their streams; `*next_source` numbers them. */
void stream_table_add_track(struct stream_table *table, struct published_track *track,
                            uint32_t *next_source);
void stream_table_remove_track(struct stream_table *table, const struct published_track *track);

/* Returns a borrowed entry (until the table changes), or NULL. */
const struct stream_table_entry *stream_table_find(const struct stream_table *table, uint32_t ssrc);

/* What is known of a packet of an unknown SSRC. */
struct stream_table_claim {
    uint32_t ssrc;
    uint8_t payload_type;
    const struct rtp_extensions *extensions;
};

/* Enters the SSRC as a stream of one of `tracks`, in place of what that stream had. Returns the
 * entry, or NULL when the claim names none. */
const struct stream_table_entry *stream_table_learn(struct stream_table *table,
                                                    struct published_track *const *tracks,
                                                    size_t track_count,
                                                    const struct stream_table_claim *claim,
                                                    uint32_t *next_source, uint64_t now_us);

#endif
