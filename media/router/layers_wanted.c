#include "media/router/layers_wanted.h"

#include "media/congestion/bitrate_allocator.h"

static const uint64_t FORGET_AFTER_US = 10000000;
static const uint64_t MORE_AFTER_US = 3000000;
static const uint64_t TELL_INTERVAL_US = 1000000;
static const uint32_t LEAST_BPS = 30000;
static const uint32_t STEP_BPS = 5000;
/* So few lines are worse than fewer frames. */
static const uint32_t LINES_MIN = 90;
static const uint32_t SCALE_MAX = 4;
static const uint32_t LINES_UNKNOWN = 540;

void layers_demand_add(struct layers_demand *demand, int layer, uint32_t limit_bps)
{
    struct layer_demand *of = &demand->of[layer < 0 ? 0 : layer];
    demand->has_viewer = true;
    demand->layers |= layer >= 0 ? 1u << layer : 0;
    if (limit_bps == 0) {
        of->has_unlimited |= layer >= 0;
        return;
    }
    if (of->least_bps == 0 || limit_bps < of->least_bps) {
        of->least_bps = limit_bps;
    }
    if (limit_bps > of->most_bps) {
        of->most_bps = limit_bps;
    }
}

static uint32_t all_of(size_t layer_count)
{
    return (1u << layer_count) - 1;
}

void layers_wanted_init(struct layers_wanted *wanted, uint64_t now_us)
{
    *wanted = (struct layers_wanted){
        .began_us = now_us,
        .told = {.layers = 1},
    };
    for (size_t i = 0; i < LAYERS_WANTED_LAYERS_MAX; i++) {
        wanted->told.limits[i].scale_down = 1;
    }
}

static uint32_t layers_needed(struct layers_wanted *wanted, size_t layer_count,
                              const struct layers_demand *demand, uint64_t now_us)
{
    uint32_t layers = 1;
    if (now_us - wanted->began_us < FORGET_AFTER_US) {
        return all_of(layer_count);
    }
    for (size_t i = 0; i < layer_count; i++) {
        if (demand->layers & 1u << i) {
            wanted->needed_at_us[i] = now_us;
        }
        const uint64_t needed_us =
            wanted->needed_at_us[i] > wanted->began_us ? wanted->needed_at_us[i] : wanted->began_us;
        layers |= now_us - needed_us < FORGET_AFTER_US ? 1u << i : 0;
    }
    return layers;
}

static uint32_t limit_of(const struct layer_demand *demand, size_t layer, size_t layer_count)
{
    const bool is_lowest_of_several = layer == 0 && layer_count > 1;
    if (demand->has_unlimited && !is_lowest_of_several) {
        return 0;
    }
    uint32_t limit = layer_count > 1 ? demand->least_bps : demand->most_bps;
    limit = limit > 0 && limit < LEAST_BPS ? LEAST_BPS : limit;
    return limit - limit % STEP_BPS;
}

/* How the lowest picture, of so many lines, is best made smaller and slower: smaller first. */
static void shape(struct layer_limit *limit, uint32_t lines)
{
    limit->scale_down = 1;
    limit->max_fps = 0;
    if (limit->max_bps == 0) {
        return;
    }
    while (limit->scale_down < SCALE_MAX && lines / limit->scale_down / 2 >= LINES_MIN &&
           bitrate_allocator_nominal_bps(lines / limit->scale_down) > limit->max_bps * 2) {
        limit->scale_down *= 2;
    }
    const uint32_t nominal = bitrate_allocator_nominal_bps(lines / limit->scale_down);
    const uint32_t percent = (uint32_t)((uint64_t)limit->max_bps * 100 / nominal);
    limit->max_fps = percent >= 60 ? 0 : percent >= 40 ? 15 : percent >= 30 ? 10 : 6;
}

/* Those of the layers of which the publisher's link bears a good part, and the lowest. */
static uint32_t layers_borne(const struct layers_demand *demand, size_t layer_count,
                             uint32_t lowest_lines)
{
    uint32_t layers = 1;
    uint64_t below_bps = bitrate_allocator_nominal_bps(lowest_lines);
    if (demand->is_unproven || demand->is_draining) {
        return layers;
    }
    for (size_t i = 1; i < layer_count; i++) {
        const uint64_t bps = bitrate_allocator_nominal_bps(lowest_lines << i);
        if (demand->ceiling_bps == 0 || below_bps + bps / 2 <= demand->ceiling_bps) {
            layers |= 1u << i;
        }
        below_bps += bps;
    }
    return layers;
}

static uint32_t below_ceiling(const struct layers_demand *demand, uint32_t limit_bps)
{
    const uint32_t ceiling_bps = demand->ceiling_bps - demand->ceiling_bps % STEP_BPS;
    return ceiling_bps != 0 && (limit_bps == 0 || limit_bps > ceiling_bps) ? ceiling_bps
                                                                           : limit_bps;
}

static bool is_more(uint32_t limit_bps, uint32_t told_bps)
{
    return told_bps != 0 && (limit_bps == 0 || limit_bps > told_bps + told_bps / 4);
}

static bool is_less(uint32_t limit_bps, uint32_t told_bps)
{
    return limit_bps != 0 && (told_bps == 0 || limit_bps < told_bps - told_bps / 8);
}

/* The limit that holds now: down at once, up after a while, and little steps not at all. */
static uint32_t settle(struct layers_wanted *wanted, size_t layer, uint32_t limit_bps,
                       uint64_t now_us)
{
    const uint32_t told_bps = wanted->told.limits[layer].max_bps;
    uint64_t *more_since_us = &wanted->more_since_us[layer];
    if (is_less(limit_bps, told_bps)) {
        *more_since_us = 0;
        return limit_bps;
    }
    if (!is_more(limit_bps, told_bps)) {
        *more_since_us = 0;
        return told_bps;
    }
    if (*more_since_us == 0) {
        *more_since_us = now_us;
    }
    return now_us - *more_since_us >= MORE_AFTER_US ? limit_bps : told_bps;
}

static bool is_same(const struct layers_order *a, const struct layers_order *b)
{
    for (size_t i = 0; i < LAYERS_WANTED_LAYERS_MAX; i++) {
        if (a->limits[i].max_bps != b->limits[i].max_bps ||
            a->limits[i].max_fps != b->limits[i].max_fps ||
            a->limits[i].scale_down != b->limits[i].scale_down) {
            return false;
        }
    }
    return a->layers == b->layers;
}

bool layers_wanted_update(struct layers_wanted *wanted, size_t layer_count, uint32_t lowest_lines,
                          const struct layers_demand *demand, uint64_t now_us,
                          struct layers_order *ret_order)
{
    struct layers_order order = wanted->told;
    const bool is_turn = demand->is_draining != wanted->was_draining;
    const uint32_t lines = lowest_lines > 0 ? lowest_lines : LINES_UNKNOWN >> (layer_count - 1);
    order.layers = layers_needed(wanted, layer_count, demand, now_us) &
                   layers_borne(demand, layer_count, lines);
    for (size_t i = 0; i < layer_count; i++) {
        uint32_t limit =
            demand->has_viewer ? limit_of(&demand->of[i], i, layer_count) : order.limits[i].max_bps;
        limit = i == 0 ? below_ceiling(demand, limit) : limit;
        limit = i == 0 && demand->is_draining ? LEAST_BPS : limit;
        order.limits[i].max_bps = i == 0 && is_turn ? limit : settle(wanted, i, limit, now_us);
    }
    shape(&order.limits[0], lines);
    wanted->was_draining = demand->is_draining;
    const bool is_first = wanted->told_at_us == 0 && !demand->is_unproven;
    if ((is_same(&order, &wanted->told) && !is_first) ||
        (wanted->told_at_us != 0 && now_us - wanted->told_at_us < TELL_INTERVAL_US && !is_turn)) {
        return false;
    }
    wanted->told = order;
    wanted->told_at_us = now_us;
    *ret_order = order;
    return true;
}
