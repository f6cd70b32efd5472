/* source_limiter.h - how much work one source may cause with checks that are refused.
 *
 * Only a check for a ufrag of ours costs a keyed hash, so only those count. A source that sends too
 * many bad ones is not read for a while; a peer's own proven addresses are never asked about here,
 * so that nobody can silence a peer by forging its address. A fixed table: sources that share a
 * place share a bucket.
 *
 * Pure. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SOURCE_LIMITER_H
#define BEDSIDE_MEDIA_TRANSPORT_SOURCE_LIMITER_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"

#include <stdbool.h>
#include <stdint.h>

struct source_limiter;

/* Each source has a bucket of `burst` refusals that fills with `per_second`. */
struct source_limiter *source_limiter_create(uint32_t per_second, uint32_t burst);
struct source_limiter *source_limiter_destroy(struct source_limiter *limiter);
DEFINE_AUTO(source_limiter)

/* False while the source's bucket is empty. The port plays no part. */
bool source_limiter_allows(const struct source_limiter *limiter,
                           const struct network_address *source, uint64_t now_us);
/* Counts a refusal. */
void source_limiter_charge(struct source_limiter *limiter, const struct network_address *source,
                           uint64_t now_us);

#endif
