#include "media/transport/address_map.h"

#include "gateway/base/allocate.h"
#include "gateway/base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

struct place {
    struct network_address address;
    struct peer_transport *peer; /* borrowed; NULL: the place is free */
};

struct address_map {
    uint64_t hash_key[3];
    size_t capacity;
    size_t count;
    size_t mask; /* places - 1; a free place always ends a search */
    _Alignas(64) struct place places[];
};

struct address_map *address_map_create(size_t capacity)
{
    assert(capacity > 0 && capacity < SIZE_MAX / 4 / sizeof(struct place));
    size_t places = 2;
    while (places < 2 * capacity) {
        places *= 2;
    }
    const size_t size = sizeof(struct address_map) + places * sizeof(struct place);
    struct address_map *map = aligned_alloc(64, (size + 63) / 64 * 64);
    if (!map) {
        abort();
    }
    memset(map, 0, size);
    random_bytes(map->hash_key, sizeof(map->hash_key));
    map->capacity = capacity;
    map->mask = places - 1;
    return map;
}

struct address_map *address_map_destroy(struct address_map *map)
{
    free(map);
    return NULL;
}

/* Both halves of the product, so that every bit of `a` and `b` is in every bit of the result. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    const unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static size_t home_of(const struct address_map *map, const struct network_address *address)
{
    uint64_t words[3];
    _Static_assert(sizeof(words) == sizeof(*address), "an address is its own key");
    memcpy(words, address, sizeof(words));
    const uint64_t ip = fold(words[0] ^ map->hash_key[0], words[1] ^ map->hash_key[1]);
    return fold(ip ^ map->hash_key[2], words[2] ^ map->hash_key[1]) & map->mask;
}

/* The place of the address, or the free place where it would go. */
static size_t place_of(const struct address_map *map, const struct network_address *address)
{
    size_t place = home_of(map, address);
    while (map->places[place].peer &&
           !network_address_equal(&map->places[place].address, address)) {
        place = (place + 1) & map->mask;
    }
    return place;
}

int address_map_insert(struct address_map *map, const struct network_address *address,
                       struct peer_transport *peer)
{
    assert(peer);
    struct place *place = &map->places[place_of(map, address)];
    if (place->peer) {
        return -EEXIST;
    }
    if (map->count == map->capacity) {
        return -ENOSPC;
    }
    *place = (struct place){.address = *address, .peer = peer};
    map->count++;
    return 0;
}

struct peer_transport *address_map_find(const struct address_map *map,
                                        const struct network_address *address)
{
    return map->places[place_of(map, address)].peer;
}

/* Closes the hole: each one after it that a search would reach through the hole moves into it, so
 * that no marks of removed ones are needed. */
static void close_hole(struct address_map *map, size_t hole)
{
    for (size_t place = (hole + 1) & map->mask; map->places[place].peer;
         place = (place + 1) & map->mask) {
        const size_t from_home = (place - home_of(map, &map->places[place].address)) & map->mask;
        const size_t from_hole = (place - hole) & map->mask;
        if (from_home >= from_hole) {
            map->places[hole] = map->places[place];
            hole = place;
        }
    }
    map->places[hole] = (struct place){0};
}

void address_map_remove(struct address_map *map, const struct network_address *address)
{
    const size_t place = place_of(map, address);
    if (map->places[place].peer) {
        close_hole(map, place);
        map->count--;
    }
}
