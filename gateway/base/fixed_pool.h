/* fixed_pool.h - bounded pool of equal objects in one allocation. An empty pool is ordinary.
 * Thread: its owner's. */
#ifndef BEDSIDE_BASE_FIXED_POOL_H
#define BEDSIDE_BASE_FIXED_POOL_H

#include "gateway/base/cleanup.h"

#include <stddef.h>

struct fixed_pool;

/* Objects are aligned to 64 bytes. */
struct fixed_pool *fixed_pool_create(size_t object_size, size_t capacity);
/* Every object must have been returned (asserted). */
struct fixed_pool *fixed_pool_destroy(struct fixed_pool *pool);
DEFINE_AUTO(fixed_pool)

/* Returns an object with undefined content, or NULL when all are taken. */
void *fixed_pool_take(struct fixed_pool *pool);
void fixed_pool_return(struct fixed_pool *pool, void *object);
size_t fixed_pool_available(const struct fixed_pool *pool);

#endif
