/* simulcast_selector.h - which layer of a simulcast track a receiver should get, and when to
 * change.
 *
 * The best layer that flows: one whose packets came within the last second, and not 400 ms before
 * those of a lower one: a sender whose link becomes too thin stops its better layers first. A
 * better one is taken after it has flowed for a second without a break, since each change costs the
 * publisher a key frame; a layer that stopped is left at once. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_ROUTER_SIMULCAST_SELECTOR_H
#define BEDSIDE_MEDIA_ROUTER_SIMULCAST_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct simulcast_layer {
    uint64_t flowing_since_us; /* 0: never began, or broke off */
    uint64_t last_packet_us;
};

/* Notes a packet of the layer: a pause of a second or more begins it anew. */
void simulcast_layer_on_packet(struct simulcast_layer *layer, uint64_t now_us);

/* Packets of it came within the last second. */
bool simulcast_layer_flows(const struct simulcast_layer *layer, uint64_t now_us);

/* `layers` from the lowest to the best, `current` an index or -1. Returns the index to use, or -1
 * when none flows and there is no current one. */
int simulcast_selector_choose(const struct simulcast_layer *layers, size_t count, int current,
                              uint64_t now_us);

#endif
