#include "gateway/base/fixed_map.h"

#include "gateway/base/allocate.h"
#include "gateway/base/random.h"
#include "gateway/base/siphash.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct entry {
    void *object; /* borrowed; NULL: the place is free */
    uint64_t hash;
    uint8_t key_size;
    uint8_t key[FIXED_MAP_KEY_SIZE_MAX];
};

struct fixed_map {
    uint64_t hash_key[2];
    size_t capacity;
    size_t count;
    size_t mask; /* places - 1; at least twice as many places as objects, so a free one always ends
                    a search */
    struct entry entries[];
};

struct fixed_map *fixed_map_create(size_t capacity)
{
    assert(capacity > 0 && capacity < SIZE_MAX / 4 / sizeof(struct entry));
    size_t places = 2;
    while (places < 2 * capacity) {
        places *= 2;
    }
    struct fixed_map *map =
        allocate_zeroed(1, sizeof(struct fixed_map) + places * sizeof(struct entry));
    random_bytes(map->hash_key, sizeof(map->hash_key));
    map->capacity = capacity;
    map->mask = places - 1;
    return map;
}

struct fixed_map *fixed_map_destroy(struct fixed_map *map)
{
    free(map);
    return NULL;
}

static bool is_key(const void *key, size_t key_size)
{
    return key && key_size > 0 && key_size <= FIXED_MAP_KEY_SIZE_MAX;
}

/* The place of the key, or the free place where it would go. */
static size_t place_of(const struct fixed_map *map, const void *key, size_t key_size, uint64_t hash)
{
    size_t place = hash & map->mask;
    for (;; place = (place + 1) & map->mask) {
        const struct entry *entry = &map->entries[place];
        if (!entry->object || (entry->hash == hash && entry->key_size == key_size &&
                               memcmp(entry->key, key, key_size) == 0)) {
            return place;
        }
    }
}

int fixed_map_insert(struct fixed_map *map, const void *key, size_t key_size, void *object)
{
    assert(object);
    if (!is_key(key, key_size)) {
        return -EINVAL;
    }
    const uint64_t hash = siphash(map->hash_key, key, key_size);
    struct entry *entry = &map->entries[place_of(map, key, key_size, hash)];
    if (entry->object) {
        return -EEXIST;
    }
    if (map->count == map->capacity) {
        return -ENOSPC;
    }
    *entry = (struct entry){.object = object, .hash = hash, .key_size = (uint8_t)key_size};
    memcpy(entry->key, key, key_size);
    map->count++;
    return 0;
}

void *fixed_map_find(const struct fixed_map *map, const void *key, size_t key_size)
{
    if (!is_key(key, key_size)) {
        return NULL;
    }
    const uint64_t hash = siphash(map->hash_key, key, key_size);
    return map->entries[place_of(map, key, key_size, hash)].object;
}

/* Closes the hole at `hole`: each object after it that a search would reach through the hole moves
 * into it, so that no marks of removed objects are needed. */
static void close_hole(struct fixed_map *map, size_t hole)
{
    size_t place = hole;
    for (;;) {
        place = (place + 1) & map->mask;
        const struct entry *entry = &map->entries[place];
        if (!entry->object) {
            break;
        }
        const size_t from_home = (place - entry->hash) & map->mask;
        const size_t from_hole = (place - hole) & map->mask;
        if (from_home >= from_hole) {
            map->entries[hole] = *entry;
            hole = place;
        }
    }
    map->entries[hole] = (struct entry){0};
}

void *fixed_map_remove(struct fixed_map *map, const void *key, size_t key_size)
{
    if (!is_key(key, key_size)) {
        return NULL;
    }
    const uint64_t hash = siphash(map->hash_key, key, key_size);
    const size_t place = place_of(map, key, key_size, hash);
    void *object = map->entries[place].object;
    if (object) {
        close_hole(map, place);
        map->count--;
    }
    return object;
}

size_t fixed_map_count(const struct fixed_map *map)
{
    return map->count;
}
