/* fixed_map.h - bounded hash map from a short key (address, ufrag, ssrc) to a borrowed object.
 *
 * Open addressing in one allocation made at creation; lookups allocate nothing. The hash is keyed
 * per map (SipHash-like), so that a peer who chooses keys cannot make chains. Thread: its owner's.
 */
#ifndef BEDSIDE_BASE_FIXED_MAP_H
#define BEDSIDE_BASE_FIXED_MAP_H

#include "gateway/base/cleanup.h"

#include <stddef.h>

#define FIXED_MAP_KEY_SIZE_MAX 32

struct fixed_map;

/* Keys have at most FIXED_MAP_KEY_SIZE_MAX bytes. */
struct fixed_map *fixed_map_create(size_t capacity);
struct fixed_map *fixed_map_destroy(struct fixed_map *map);
DEFINE_AUTO(fixed_map)

/* Returns 0, -ENOSPC when full, -EEXIST when the key is there, -EINVAL for a key too long or empty.
 */
int fixed_map_insert(struct fixed_map *map, const void *key, size_t key_size, void *object);
/* Returns the object or NULL. */
void *fixed_map_find(const struct fixed_map *map, const void *key, size_t key_size);
/* Returns the object that was there, or NULL. */
void *fixed_map_remove(struct fixed_map *map, const void *key, size_t key_size);
size_t fixed_map_count(const struct fixed_map *map);

#endif
