/* token_bucket.h - a rate limit with a burst, in whole tokens.
 * Pure. Thread: its owner's. */
#ifndef BEDSIDE_BASE_TOKEN_BUCKET_H
#define BEDSIDE_BASE_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct token_bucket {
    uint32_t per_second;
    uint32_t burst;
    uint64_t filled_at_us;
    uint64_t micro_tokens; /* millionths of a token */
};

static inline void token_bucket_init(struct token_bucket *bucket, uint32_t per_second,
                                     uint32_t burst, uint64_t now_us)
{
    *bucket = (struct token_bucket){.per_second = per_second,
                                    .burst = burst,
                                    .filled_at_us = now_us,
                                    .micro_tokens = (uint64_t)burst * 1000000u};
}

/* Takes one token. Returns false when there is none. */
static inline bool token_bucket_take(struct token_bucket *bucket, uint64_t now_us)
{
    const uint64_t full = (uint64_t)bucket->burst * 1000000u;
    const uint64_t elapsed_us = now_us > bucket->filled_at_us ? now_us - bucket->filled_at_us : 0;
    const uint64_t gained = elapsed_us > full ? full : elapsed_us * bucket->per_second;
    bucket->filled_at_us = now_us;
    bucket->micro_tokens =
        bucket->micro_tokens + gained > full ? full : bucket->micro_tokens + gained;
    if (bucket->micro_tokens < 1000000u) {
        return false;
    }
    bucket->micro_tokens -= 1000000u;
    return true;
}

#endif
