/* layer_meter.h - how much one simulcast layer brings, by its temporal layers, and how large its
 * pictures are. Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_LAYER_METER_H
#define BEDSIDE_MEDIA_ROUTER_LAYER_METER_H

#include "media/congestion/bitrate_allocator.h"

#include <stdint.h>

#define LAYER_METER_INTERVAL_US 500000
#define LAYER_METER_OVERHEAD_BYTES 44 /* SRTP's tag, UDP, IP: what an estimate counts, too */

struct layer_meter {
    uint64_t since_us;
    uint32_t bytes[ALLOCATOR_TEMPORAL_MAX]; /* since then */
    uint32_t bps[ALLOCATOR_TEMPORAL_MAX];   /* smoothed; kept while nothing comes */
    uint16_t height; /* lines, without what it was scaled down by for a while; 0: unknown */
    uint32_t aspect_permille; /* width to height, of the last key frame; 0: unknown */
};

/* A packet of so many bytes, as RTP. */
static inline void layer_meter_add(struct layer_meter *meter, uint8_t temporal, uint32_t bytes)
{
    meter->bytes[temporal % ALLOCATOR_TEMPORAL_MAX] += bytes + LAYER_METER_OVERHEAD_BYTES;
}

/* Of a key frame; 0 x 0: it does not say. */
static inline void layer_meter_note_size(struct layer_meter *meter, uint16_t width, uint16_t height)
{
    if (height > 0) {
        meter->height = height > meter->height ? height : meter->height;
        meter->aspect_permille = width * 1000u / height;
    }
}

/* How many lines its picture has on a tile of so many pixels that it covers, as pages show it:
 * where the tile is broader in shape than the picture, parts of it above and below are cut off. */
uint32_t layer_meter_lines_on(const struct layer_meter *meter, uint32_t width, uint32_t height);

/* For the tick. */
void layer_meter_update(struct layer_meter *meter, uint64_t now_us);
/* Fills in the rates with temporal layers up to each one. */
void layer_meter_read(const struct layer_meter *meter, uint32_t ret_bps[ALLOCATOR_TEMPORAL_MAX]);

#endif
