#include "media/router/layer_meter.h"

#include <stdbool.h>
#include <string.h>

static bool is_empty(const struct layer_meter *meter)
{
    uint32_t bytes = 0;
    for (size_t i = 0; i < ALLOCATOR_TEMPORAL_MAX; i++) {
        bytes += meter->bytes[i];
    }
    return bytes == 0;
}

uint32_t layer_meter_lines_on(const struct layer_meter *meter, uint32_t width, uint32_t height)
{
    const uint64_t across =
        meter->aspect_permille > 0 ? (uint64_t)width * 1000u / meter->aspect_permille : 0;
    return across > height ? (uint32_t)across : height;
}

void layer_meter_update(struct layer_meter *meter, uint64_t now_us)
{
    const uint64_t span_us = now_us - meter->since_us;
    const bool is_first = meter->bps[0] == 0;
    if (meter->since_us != 0 && span_us < LAYER_METER_INTERVAL_US) {
        return;
    }
    const bool counts =
        meter->since_us != 0 && span_us < 4 * LAYER_METER_INTERVAL_US && !is_empty(meter);
    for (size_t i = 0; i < ALLOCATOR_TEMPORAL_MAX && counts; i++) {
        const uint32_t bps = (uint32_t)((uint64_t)meter->bytes[i] * 8000000u / span_us);
        meter->bps[i] = is_first ? bps : (uint32_t)(((uint64_t)meter->bps[i] * 2 + bps) / 3);
    }
    memset(meter->bytes, 0, sizeof(meter->bytes));
    meter->since_us = now_us;
}

void layer_meter_read(const struct layer_meter *meter, uint32_t ret_bps[ALLOCATOR_TEMPORAL_MAX])
{
    uint32_t sum = 0;
    for (size_t i = 0; i < ALLOCATOR_TEMPORAL_MAX; i++) {
        sum += meter->bps[i];
        ret_bps[i] = sum;
    }
}
