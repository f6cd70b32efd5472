#include "media/transport/source_limiter.h"

#include "gateway/base/allocate.h"
#include "gateway/base/random.h"
#include "gateway/base/siphash.h"
#include "gateway/base/token_bucket.h"

#include <string.h>

#define PLACES 1024 /* a power of two */
#define MUTE_US 1000000

struct place {
    uint8_t ip[16];
    struct token_bucket bucket; /* burst 0: never used */
    uint64_t muted_until_us;
};

struct source_limiter {
    uint64_t hash_key[2];
    uint32_t per_second;
    uint32_t burst;
    struct place places[PLACES];
};

struct source_limiter *source_limiter_create(uint32_t per_second, uint32_t burst)
{
    struct source_limiter *limiter = allocate_zeroed(1, sizeof(*limiter));
    random_bytes(limiter->hash_key, sizeof(limiter->hash_key));
    limiter->per_second = per_second;
    limiter->burst = burst;
    return limiter;
}

struct source_limiter *source_limiter_destroy(struct source_limiter *limiter)
{
    free(limiter);
    return NULL;
}

static size_t place_of(const struct source_limiter *limiter, const struct network_address *source)
{
    return siphash(limiter->hash_key, source->ip, sizeof(source->ip)) & (PLACES - 1);
}

bool source_limiter_allows(const struct source_limiter *limiter,
                           const struct network_address *source, uint64_t now_us)
{
    const struct place *place = &limiter->places[place_of(limiter, source)];
    return now_us >= place->muted_until_us || memcmp(place->ip, source->ip, sizeof(place->ip)) != 0;
}

void source_limiter_charge(struct source_limiter *limiter, const struct network_address *source,
                           uint64_t now_us)
{
    struct place *place = &limiter->places[place_of(limiter, source)];
    if (place->bucket.burst == 0 || memcmp(place->ip, source->ip, sizeof(place->ip)) != 0) {
        memcpy(place->ip, source->ip, sizeof(place->ip));
        token_bucket_init(&place->bucket, limiter->per_second, limiter->burst, now_us);
        place->muted_until_us = 0;
    }
    if (!token_bucket_take(&place->bucket, now_us)) {
        place->muted_until_us = now_us + MUTE_US;
    }
}
