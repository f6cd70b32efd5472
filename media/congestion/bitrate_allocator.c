#include "media/congestion/bitrate_allocator.h"

#include <assert.h>

/* Of a picture. */
enum rung { RUNG_NOTHING, RUNG_STILL, RUNG_BASE, RUNG_HALF, RUNG_LOWEST, RUNG_NEXT };

static const uint32_t STILL_BPS_MIN = 12000;
static const uint32_t STILL_SHARE = 8; /* of the rate of moving pictures, about */
/* To rise, a rung has to fit with room to spare; once taken it may exceed its share a little, since
 * encoders waver. */
static const uint32_t RISE_PERMILLE = 1050;
static const uint32_t STAY_PERMILLE = 950;
/* A publisher is asked for less than there is: headers come on top, about 6 %, and when it has done
 * as it was asked that has to fit with room to spare. */
static const uint32_t LIMIT_PERMILLE = 860;
/* The same, where what is lost cannot be asked for in time, and all is said twice. */
static const uint32_t LIMIT_TWICE_PERMILLE = 430;
static const uint32_t WITHOUT_HEADERS_PERMILLE = 940;
/* A better layer at this part of its rate is worth more than the one below in full. */
static const uint32_t AIM_PERMILLE = 550;
static const uint32_t KEEP_AIM_PERMILLE = 500;
static const uint32_t WANTED_PERMILLE = 1200;
static const uint32_t PATIENCE_MIN_US = 1000000;
static const uint32_t PATIENCE_MAX_US = 60000000;
/* A picture that stands is the worst of all: the least that moves is tried again at once. */
static const uint32_t STANDS_PATIENCE_US = 400000;
static const uint64_t FAILED_WITHIN_US = 10000000;
/* With so much room it is another link than the one on which an up-switch failed. */
static const uint32_t AMPLE_PERMILLE = 1300;
/* A layer serves a tile that is no larger than itself, but for what tiles are rounded by: what is
 * looked at is a face. */
static const uint32_t SERVES_PERMILLE = 1030;

uint32_t bitrate_allocator_nominal_bps(uint32_t lines)
{
    static const struct {
        uint32_t lines;
        uint32_t bps;
    } table[] = {{144, 100000},  {180, 140000},  {288, 300000},  {360, 450000},
                 {540, 1200000}, {720, 1800000}, {1080, 3000000}};
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

/* A link that gave way to less than it bore before the up-switch did so by itself. */
static void note_fall(struct allocation_memory *memory, int goal, uint64_t now_us)
{
    if (memory->raised_at_us == 0 || now_us - memory->raised_at_us > FAILED_WITHIN_US) {
        memory->patience_us = PATIENCE_MIN_US;
    } else if (goal >= memory->raised_from) {
        const uint32_t doubled = 2 * patience_of(memory);
        memory->patience_us = doubled < PATIENCE_MAX_US ? doubled : PATIENCE_MAX_US;
    }
    memory->raised_at_us = 0;
    memory->room_since_us = 0;
}

void allocation_memory_fall_back(struct allocation_memory *memory, uint64_t now_us)
{
    const int goal = memory->rung > RUNG_LOWEST ? RUNG_LOWEST : memory->rung;
    note_fall(memory, goal, now_us);
    memory->rung = (uint8_t)goal;
}

/* Whatever failed before failed with more than the base of the lowest layer. */
static bool moves_again(const struct allocation_memory *memory, int goal, uint64_t now_us)
{
    return memory->rung < RUNG_BASE && goal >= RUNG_BASE &&
           now_us - memory->room_since_us >= STANDS_PATIENCE_US;
}

/* While pictures are stopped nobody rises. */
static void move_to(struct allocation_memory *memory, int goal, bool may_rise, uint32_t patience_us,
                    uint64_t now_us)
{
    if (!memory->started || goal == memory->rung) {
        memory->room_since_us = 0;
        memory->rung = (uint8_t)goal;
    } else if (goal < memory->rung) {
        note_fall(memory, goal, now_us);
        memory->rung = (uint8_t)goal;
    } else if (memory->room_since_us == 0 || !may_rise) {
        memory->room_since_us = now_us;
    } else if (moves_again(memory, goal, now_us)) {
        memory->rung = RUNG_BASE;
    } else if (now_us - memory->room_since_us >= patience_us) {
        memory->raised_from = memory->rung;
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
    int aims[ALLOCATOR_SLOTS_MAX];            /* what it would have if publishers sent it slower */
    uint32_t limits_bps[ALLOCATOR_SLOTS_MAX]; /* how slow; 0: as fast as they like */
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
    for (size_t n = 0; n < shares->count; n++) {
        raise_within(input, memories, shares, shares->order[n], RUNG_BASE);
    }
    for (size_t n = 0; n < shares->count; n++) {
        const size_t i = shares->order[n];
        raise_within(input, memories, shares, i, wanted_rung(&input->slots[i]));
    }
}

static uint32_t nominal_of(const struct allocation_slot *slot, int rung)
{
    const int layer = layer_of(rung);
    return bitrate_allocator_nominal_bps(slot->layers[layer < 0 ? 0 : layer].height);
}

/* The best layer that could be had at a part of its rate, else the goal. */
static int aim_of(const struct allocation_slot *slot, const struct allocation_memory *memory,
                  int goal, uint32_t limit_bps)
{
    for (int rung = wanted_rung(slot); rung > goal && rung > RUNG_LOWEST; rung--) {
        const uint32_t part = rung <= memory->aim ? KEEP_AIM_PERMILLE : AIM_PERMILLE;
        if (limit_bps >= scaled(nominal_of(slot, rung), part)) {
            return rung;
        }
    }
    return goal;
}

/* What its publisher may send of the layer at which it aims. */
static uint32_t limit_of(const struct allocation_input *input, const struct allocation_slot *slot,
                         int goal, int aim, uint32_t limit)
{
    const uint32_t nominal = nominal_of(slot, aim);
    if (aim > RUNG_LOWEST && limit < scaled(nominal, AIM_PERMILLE)) {
        limit = scaled(nominal, AIM_PERMILLE);
    }
    /* What fits is never made less, if it need fit only once. */
    const uint32_t now = scaled(cost_of(slot, aim), WITHOUT_HEADERS_PERMILLE);
    if (!input->sends_twice && aim == goal && aim >= RUNG_LOWEST && limit < now) {
        limit = now;
    }
    /* A publisher that sends more than is usual is told so. */
    return limit < nominal || aim > goal ? limit : 0;
}

/* What is left serves to have better layers at a part of their rates, in the same order. */
static void set_aims(const struct allocation_input *input, struct allocation_memory *memories,
                     struct shares *shares)
{
    const uint32_t permille = input->sends_twice ? LIMIT_TWICE_PERMILLE : LIMIT_PERMILLE;
    for (size_t n = 0; n < shares->count; n++) {
        const size_t i = shares->order[n];
        const struct allocation_slot *slot = &input->slots[i];
        const int goal = shares->goals[i];
        const uint32_t cost = cost_of(slot, goal);
        const uint32_t share_bps = shares->left_bps + cost;
        const uint32_t most = scaled(share_bps, permille);
        const int aim = aim_of(slot, &memories[i], goal, most);
        const uint32_t limit = limit_of(input, slot, goal, aim, most);
        const uint32_t whole = (uint32_t)(nominal_of(slot, aim) * 1000ull / permille);
        const uint32_t taken = limit > 0 || whole > share_bps ? share_bps : whole;
        shares->aims[i] = aim;
        shares->limits_bps[i] = limit;
        shares->left_bps = share_bps - (taken > cost ? taken : cost);
        memories[i].aim = (uint8_t)aim;
    }
}

/* For how long there has to be room for its goal before it has it. */
static uint32_t patience_for(const struct allocation_input *input,
                             const struct allocation_memory *memory, const struct shares *shares,
                             size_t i)
{
    const uint32_t cost = cost_of(&input->slots[i], shares->goals[i]);
    const bool is_ample = shares->left_bps + cost >= scaled(cost, AMPLE_PERMILLE);
    return is_ample ? PATIENCE_MIN_US : patience_of(memory);
}

static void tell(const struct allocation_input *input, const struct allocation_memory *memories,
                 const struct shares *shares, size_t i, struct allocation_result *result)
{
    const struct allocation_slot *slot = &input->slots[i];
    const int wanted = wanted_rung(slot);
    const struct allocation_layer *best = &slot->layers[layer_of(wanted)];
    const uint32_t measured = whole_bps(best);
    const uint32_t nominal = bitrate_allocator_nominal_bps(best->height);
    const int rung = memories[i].rung;
    const bool is_slow = wanted == RUNG_LOWEST && shares->limits_bps[i] > 0;
    result->limits_bps[i] = shares->limits_bps[i];
    result->choices[i] = choice_of(slot, input->is_stopped ? RUNG_NOTHING : rung);
    result->layers_wanted[i] = (int8_t)layer_of(shares->aims[i] > rung ? shares->aims[i] : rung);
    result->is_full[i] = rung == wanted && !is_slow && result->choices[i].layer == layer_of(wanted);
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
        const uint32_t patience_us = patience_for(input, &memories[i], &shares, i);
        move_to(&memories[i], shares.goals[i], !input->is_stopped, patience_us, now_us);
    }
    set_aims(input, memories, &shares);
    for (size_t n = 0; n < shares.count; n++) {
        const size_t i = shares.order[n];
        tell(input, memories, &shares, i, ret_result);
    }
}
