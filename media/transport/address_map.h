/* address_map.h - which peer an address belongs to: one look for each packet that is received.
 *
 * A flat table of 32-byte places, at most half full, searched from the place that the hash says
 * until the address or a free place is found. The hash is a few instructions and keyed at random
 * for each map; and only addresses that passed an ICE check enter, a few for each peer
 * (packet_demux.h), so nobody can fill one corner of the table. fixed_map serves keys that
 * strangers choose.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_ADDRESS_MAP_H
#define BEDSIDE_MEDIA_TRANSPORT_ADDRESS_MAP_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"

#include <stddef.h>

struct peer_transport;
struct address_map;

struct address_map *address_map_create(size_t capacity);
/* Accepts NULL. Always returns NULL. */
struct address_map *address_map_destroy(struct address_map *map);
DEFINE_AUTO(address_map)

/* `peer` is borrowed until removed. Returns 0, -EEXIST when the address is there, -ENOSPC. */
int address_map_insert(struct address_map *map, const struct network_address *address,
                       struct peer_transport *peer);
/* Returns the peer, or NULL. */
struct peer_transport *address_map_find(const struct address_map *map,
                                        const struct network_address *address);
/* Harmless for an address that is not there. */
void address_map_remove(struct address_map *map, const struct network_address *address);

#endif
