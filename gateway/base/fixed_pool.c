#include "gateway/base/fixed_pool.h"

#include "gateway/base/allocate.h"

#include <assert.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define POOL_POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_POISONED 1
#endif
#endif

#ifdef POOL_POISONED
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

#define OBJECT_ALIGNMENT 64

struct fixed_pool {
    size_t object_size; /* rounded up to the alignment */
    size_t capacity;
    size_t available;
    uint8_t *objects;    /* owned */
    uint32_t *free_list; /* owned; the last returned is taken first, as it is warm in the cache */
    uint8_t *taken;      /* owned; 1 for each object that is out */
};

struct fixed_pool *fixed_pool_create(size_t object_size, size_t capacity)
{
    assert(object_size > 0 && object_size < SIZE_MAX / 2);
    assert(capacity > 0 && capacity <= UINT32_MAX);
    struct fixed_pool *pool = allocate_zeroed(1, sizeof(*pool));
    pool->object_size = (object_size + OBJECT_ALIGNMENT - 1) / OBJECT_ALIGNMENT * OBJECT_ALIGNMENT;
    pool->capacity = capacity;
    pool->available = capacity;
    size_t bytes;
    if (__builtin_mul_overflow(pool->object_size, capacity, &bytes)) {
        abort();
    }
    pool->objects = aligned_alloc(OBJECT_ALIGNMENT, bytes);
    if (!pool->objects) {
        abort();
    }
    pool->taken = allocate_zeroed(capacity, 1);
    pool->free_list = allocate_zeroed(capacity, sizeof(*pool->free_list));
    for (size_t i = 0; i < capacity; i++) {
        pool->free_list[i] = (uint32_t)(capacity - 1 - i);
    }
    ASAN_POISON_MEMORY_REGION(pool->objects, bytes);
    return pool;
}

struct fixed_pool *fixed_pool_destroy(struct fixed_pool *pool)
{
    if (!pool) {
        return NULL;
    }
    assert(pool->available == pool->capacity);
    ASAN_UNPOISON_MEMORY_REGION(pool->objects, pool->object_size * pool->capacity);
    free(pool->objects);
    free(pool->free_list);
    free(pool->taken);
    free(pool);
    return NULL;
}

void *fixed_pool_take(struct fixed_pool *pool)
{
    if (pool->available == 0) {
        return NULL;
    }
    const uint32_t index = pool->free_list[--pool->available];
    uint8_t *object = pool->objects + index * pool->object_size;
    pool->taken[index] = 1;
    ASAN_UNPOISON_MEMORY_REGION(object, pool->object_size);
    return object;
}

void fixed_pool_return(struct fixed_pool *pool, void *object)
{
    const size_t offset = (size_t)((uint8_t *)object - pool->objects);
    const size_t index = offset / pool->object_size;
    assert(offset % pool->object_size == 0 && index < pool->capacity);
    assert(pool->taken[index]);
    pool->taken[index] = 0;
    pool->free_list[pool->available++] = (uint32_t)index;
    ASAN_POISON_MEMORY_REGION(object, pool->object_size);
}

size_t fixed_pool_available(const struct fixed_pool *pool)
{
    return pool->available;
}
