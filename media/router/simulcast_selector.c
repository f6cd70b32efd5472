#include "media/router/simulcast_selector.h"

static const uint64_t SILENCE_US = 1000000;
static const uint64_t STEADY_US = 1000000;
static const uint64_t BEHIND_US = 400000;

bool simulcast_layer_flows(const struct simulcast_layer *layer, uint64_t now_us)
{
    return layer->flowing_since_us != 0 && now_us - layer->last_packet_us < SILENCE_US;
}

/* Lower layers go on without it. */
static bool is_stopped(const struct simulcast_layer *layers, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (layers[i].last_packet_us >= layers[index].last_packet_us + BEHIND_US) {
            return true;
        }
    }
    return false;
}

static bool flows(const struct simulcast_layer *layers, size_t index, uint64_t now_us)
{
    return simulcast_layer_flows(&layers[index], now_us) && !is_stopped(layers, index);
}

static bool flows_steadily(const struct simulcast_layer *layers, size_t index, uint64_t now_us)
{
    return flows(layers, index, now_us) && now_us - layers[index].flowing_since_us >= STEADY_US;
}

void simulcast_layer_on_packet(struct simulcast_layer *layer, uint64_t now_us)
{
    if (!simulcast_layer_flows(layer, now_us)) {
        layer->flowing_since_us = now_us;
    }
    layer->last_packet_us = now_us;
}

static int best_that_flows(const struct simulcast_layer *layers, size_t count, uint64_t now_us)
{
    for (int i = (int)count - 1; i >= 0; i--) {
        if (flows(layers, (size_t)i, now_us)) {
            return i;
        }
    }
    return -1;
}

int simulcast_selector_choose(const struct simulcast_layer *layers, size_t count, int current,
                              uint64_t now_us)
{
    if (current < 0 || !flows(layers, (size_t)current, now_us)) {
        const int best = best_that_flows(layers, count, now_us);
        return best >= 0 ? best : current;
    }
    for (int i = (int)count - 1; i > current; i--) {
        if (flows_steadily(layers, (size_t)i, now_us)) {
            return i;
        }
    }
    return current;
}
