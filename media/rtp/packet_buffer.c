#include "media/rtp/packet_buffer.h"

#include "gateway/base/allocate.h"
#include "gateway/base/fixed_pool.h"

#include <assert.h>
#include <string.h>

struct packet_buffer_pool {
    struct fixed_pool *buffers; /* owned */
    uint64_t exhausted_count;
};

struct packet_buffer_pool *packet_buffer_pool_create(size_t capacity)
{
    struct packet_buffer_pool *pool = allocate_zeroed(1, sizeof(*pool));
    pool->buffers = fixed_pool_create(sizeof(struct packet_buffer), capacity);
    return pool;
}

struct packet_buffer_pool *packet_buffer_pool_destroy(struct packet_buffer_pool *pool)
{
    if (pool) {
        pool->buffers = fixed_pool_destroy(pool->buffers);
        free(pool);
    }
    return NULL;
}

size_t packet_buffer_pool_available(const struct packet_buffer_pool *pool)
{
    return fixed_pool_available(pool->buffers);
}

uint64_t packet_buffer_pool_exhausted_count(const struct packet_buffer_pool *pool)
{
    return pool->exhausted_count;
}

struct packet_buffer *packet_buffer_take(struct packet_buffer_pool *pool)
{
    struct packet_buffer *packet = fixed_pool_take(pool->buffers);
    if (!packet) {
        pool->exhausted_count++;
        return NULL;
    }
    memset(packet, 0, offsetof(struct packet_buffer, data));
    packet->pool = pool;
    return packet;
}

static void give_back_if_free(struct packet_buffer *packet)
{
    if (packet->dropped && packet->locks == 0) {
        fixed_pool_return(packet->pool->buffers, packet);
    }
}

struct packet_buffer *packet_buffer_drop(struct packet_buffer *packet)
{
    if (packet) {
        assert(!packet->dropped);
        packet->dropped = true;
        give_back_if_free(packet);
    }
    return NULL;
}

struct packet_buffer *packet_buffer_lock(struct packet_buffer *packet)
{
    packet->locks++;
    return packet;
}

struct packet_buffer *packet_buffer_unlock(struct packet_buffer *packet)
{
    if (packet) {
        assert(packet->locks > 0);
        packet->locks--;
        give_back_if_free(packet);
    }
    return NULL;
}
