#include "media/congestion/bitrate_allocator.h"

#include <assert.h>

/* Of a picture. */
enum rung { RUNG_NOTHING, RUNG_STILL, RUNG_BASE, RUNG_HALF, RUNG_LOWEST, RUNG_NEXT };

static const uint32_t STILL_BPS_MIN = 12000;
static const uint32_t STILL_SHARE = 8; /* of the rate of moving pictures, about */
/* To rise, a rung has to fit with room to spare; once taken it may exceed its share a little, since
 * encoders waver. */
static const uint32_t RISE_PERMILLE = 1150;
static const uint32_t STAY_PERMILLE = 950;
/* A publisher that is asked for less is asked for a little less than there is. */
static const uint32_t LIMIT_PERMILLE = 900;
static const uint32_t WANTED_PERMILLE = 1200;
static const uint32_t PATIENCE_MIN_US = 1000000;
static const uint32_t PATIENCE_MAX_US = 60000000;
static const uint64_t FAILED_WITHIN_US = 10000000;
/* A layer serves a tile that is a little larger than itself. */
static const uint32_t SERVES_PERMILLE = 1250;

uint32_t bitrate_allocator_nominal_bps(uint32_t lines)
{
    static const struct {
        uint32_t lines;
        uint32_t bps;
    } table[] = {{144, 110000},  {180, 150000},  {288, 350000},  {360, 500000},
                 {540, 1000000}, {720, 1700000}, {1080, 3000000}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (lines <= table[i].lines) {
            return lines == 0 ? 0 : table[i].bps;
        }
    }
    return 5000000;
}

/* ---- one slot ---- */

static uint32_t scaled(uint32_t bps, uint32_t permille)
{
    return (uint32_t)((uint64_t)bps * permille / 1000);
}

static uint32_t whole_bps(const struct allocation_layer *layer)
{
    const uint32_t measured = layer->bps[ALLOCATOR_TEMPORAL_MAX - 1];
    return measured > 0 ? measured : bitrate_allocator_nominal_bps(layer->height);
}

static int top_rung(const struct allocation_slot *slot)
{
    return RUNG_LOWEST + (int)slot->layer_count - 1;
}

static int layer_of(int rung)
{
    return rung >= RUNG_LOWEST ? rung - RUNG_LOWEST : rung == RUNG_NOTHING ? -1 : 0;
}

/* What it is worth at the size at which it is shown. */
static int wanted_rung(const struct allocation_slot *slot)
{
    const int top = top_rung(slot);
    for (int rung = RUNG_LOWEST; slot->shown_lines > 0 && rung < top; rung++) {
        const uint32_t height = slot->layers[layer_of(rung)].height;
        if (height > 0 && scaled(height, SERVES_PERMILLE) >= slot->shown_lines) {
            return rung;
        }
    }
    return top;
}

static uint32_t cost_of(const struct allocation_slot *slot, int rung)
{
    const uint32_t lowest = whole_bps(&slot->layers[0]);
    const uint32_t still =
        lowest / STILL_SHARE > STILL_BPS_MIN ? lowest / STILL_SHARE : STILL_BPS_MIN;
    const uint32_t *temporal = slot->layers[0].bps;
    switch (rung) {
    case RUNG_NOTHING:
        return 0;
    case RUNG_STILL:
        return still < lowest ? still : lowest;
    case RUNG_BASE:
    case RUNG_HALF:
        return temporal[rung - RUNG_BASE] > 0 ? temporal[rung - RUNG_BASE] : lowest;
    default:
        return whole_bps(&slot->layers[layer_of(rung)]);
    }
}

/* With what margin a rung has to fit. */
static uint32_t claim_of(const struct allocation_slot *slot, const struct allocation_memory *memory,
                         int rung)
{
    const uint32_t cost = cost_of(slot, rung);
    if (!memory->started) {
        return cost;
    }
    return scaled(cost, rung > memory->rung ? RISE_PERMILLE : STAY_PERMILLE);
}

static int best_that_fits(const struct allocation_slot *slot,
                          const struct allocation_memory *memory, int most, uint32_t share_bps)
{
    for (int rung = most; rung > RUNG_NOTHING; rung--) {
        if (claim_of(slot, memory, rung) <= share_bps) {
            return rung;
        }
    }
    return RUNG_NOTHING;
}

static uint32_t patience_of(const struct allocation_memory *memory)
{
    return memory->patience_us > 0 ? memory->patience_us : PATIENCE_MIN_US;
}

static void note_fall(struct allocation_memory *memory, uint64_t now_us)
{
    if (memory->raised_at_us == 0 || now_us - memory->raised_at_us > FAILED_WITHIN_US) {
        memory->patience_us = PATIENCE_MIN_US;
    } else {
        const uint32_t doubled = 2 * patience_of(memory);
        memory->patience_us = doubled < PATIENCE_MAX_US ? doubled : PATIENCE_MAX_US;
    }
    memory->raised_at_us = 0;
    memory->room_since_us = 0;
}

void allocation_memory_fall_back(struct allocation_memory *memory, uint64_t now_us)
{
    note_fall(memory, now_us);
    memory->rung = memory->rung > RUNG_LOWEST ? RUNG_LOWEST : memory->rung;
}

static void move_to(struct allocation_memory *memory, int goal, uint64_t now_us)
{
    if (!memory->started || goal == memory->rung) {
        memory->room_since_us = 0;
        memory->rung = (uint8_t)goal;
    } else if (goal < memory->rung) {
        note_fall(memory, now_us);
        memory->rung = (uint8_t)goal;
    } else if (memory->room_since_us == 0) {
        memory->room_since_us = now_us;
    } else if (now_us - memory->room_since_us >= patience_of(memory)) {
        memory->rung = (uint8_t)goal;
        memory->raised_at_us = now_us;
        memory->room_since_us = 0;
    }
    memory->started = true;
}

static struct picture_choice choice_of(const struct allocation_slot *slot, int rung)
{
    struct picture_choice choice = {
        .layer = (int8_t)layer_of(rung),
        .temporal = rung == RUNG_BASE   ? 0
                    : rung == RUNG_HALF ? 1
                                        : ALLOCATOR_TEMPORAL_MAX - 1,
        .still = rung == RUNG_STILL,
    };
    while (choice.layer > 0 && !slot->layers[choice.layer].flows) {
        choice.layer--;
    }
    return choice;
}

/* ---- all of them ---- */

struct shares {
    size_t order[ALLOCATOR_SLOTS_MAX]; /* of the slots that are shown, by priority */
    size_t count;
    int goals[ALLOCATOR_SLOTS_MAX];
    uint32_t left_bps;
};

static void put_in_order(const struct allocation_input *input, struct shares *shares)
{
    shares->count = 0;
    for (size_t i = 0; i < input->slot_count; i++) {
        const struct allocation_slot *slot = &input->slots[i];
        if (!slot->is_shown || slot->layer_count == 0) {
            continue;
        }
        size_t at = shares->count++;
        for (; at > 0 && input->slots[shares->order[at - 1]].priority < slot->priority; at--) {
            shares->order[at] = shares->order[at - 1];
        }
        shares->order[at] = i;
    }
}

static void raise_within(const struct allocation_input *input,
                         const struct allocation_memory *memories, struct shares *shares, size_t i,
                         int most)
{
    const struct allocation_slot *slot = &input->slots[i];
    const uint32_t share_bps = shares->left_bps + cost_of(slot, shares->goals[i]);
    const int goal = best_that_fits(slot, &memories[i], most, share_bps);
    if (goal > shares->goals[i]) {
        const uint32_t cost = cost_of(slot, goal);
        shares->goals[i] = goal;
        shares->left_bps = share_bps > cost ? share_bps - cost : 0;
    }
}

static void set_goals(const struct allocation_input *input,
                      const struct allocation_memory *memories, struct shares *shares)
{
    shares->left_bps = input->budget_bps;
    for (size_t n = 0; n < shares->count; n++) {
        shares->goals[shares->order[n]] = RUNG_NOTHING;
    }
    for (size_t n = 0; n < shares->count && !input->is_stopped; n++) {
        raise_within(input, memories, shares, shares->order[n], RUNG_BASE);
    }
    for (size_t n = 0; n < shares->count && !input->is_stopped; n++) {
        const size_t i = shares->order[n];
        raise_within(input, memories, shares, i, wanted_rung(&input->slots[i]));
    }
}

/* Less than the lowest layer comfortably takes: what may its publisher send of it? */
static uint32_t limit_of(const struct allocation_slot *slot, int goal, uint32_t left_bps)
{
    const uint32_t nominal = bitrate_allocator_nominal_bps(slot->layers[0].height);
    const uint32_t share_bps = left_bps + (goal <= RUNG_LOWEST ? cost_of(slot, goal) : 0);
    return goal <= RUNG_LOWEST && share_bps < nominal ? scaled(share_bps, LIMIT_PERMILLE) : 0;
}

static void tell(const struct allocation_input *input, const struct allocation_memory *memories,
                 const struct shares *shares, size_t i, struct allocation_result *result)
{
    const struct allocation_slot *slot = &input->slots[i];
    const int wanted = wanted_rung(slot);
    const struct allocation_layer *best = &slot->layers[layer_of(wanted)];
    const uint32_t measured = whole_bps(best);
    const uint32_t nominal = bitrate_allocator_nominal_bps(best->height);
    result->limits_bps[i] = limit_of(slot, shares->goals[i], shares->left_bps);
    result->choices[i] = choice_of(slot, memories[i].rung);
    result->layers_wanted[i] =
        (int8_t)layer_of(shares->goals[i] > memories[i].rung ? shares->goals[i] : memories[i].rung);
    result->is_full[i] = memories[i].rung == wanted && result->limits_bps[i] == 0 &&
                         result->choices[i].layer == layer_of(wanted);
    result->wanted_bps += scaled(measured > nominal ? measured : nominal, WANTED_PERMILLE);
}

void bitrate_allocator_run(const struct allocation_input *input, struct allocation_memory *memories,
                           uint64_t now_us, struct allocation_result *ret_result)
{
    struct shares shares;
    assert(input->slot_count <= ALLOCATOR_SLOTS_MAX);
    *ret_result = (struct allocation_result){.wanted_bps = 0};
    for (size_t i = 0; i < input->slot_count; i++) {
        ret_result->choices[i] = PICTURE_CHOICE_NOTHING;
        ret_result->layers_wanted[i] = -1;
    }
    put_in_order(input, &shares);
    set_goals(input, memories, &shares);
    for (size_t n = 0; n < shares.count; n++) {
        const size_t i = shares.order[n];
        move_to(&memories[i], shares.goals[i], now_us);
        tell(input, memories, &shares, i, ret_result);
    }
}
