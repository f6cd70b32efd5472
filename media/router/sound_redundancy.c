#include "media/router/sound_redundancy.h"

static const uint64_t COUNT_US = 5000000;
static const uint64_t LESS_AFTER_US = 10000000;
static const uint32_t UNHEARD_MAX_PPM = 3000;
/* Second and third repeats are dear: beyond a fifth of sound's share only against so much. */
static const uint32_t UNHEARD_BAD_PPM = 10000;
static const uint32_t REPEATS_SHARE = 5;
/* One frame by itself proves nothing. */
static const uint32_t UNHEARD_LEAST = 2;
/* Silent frames are small; the estimate of a row is only as good as it is long. */
static const uint32_t PACKETS_LEAST = 25;

/* Fewer repeats first, and nearer ones. */
static const struct {
    uint8_t repeated;
    uint8_t repeats;
} plans[SOUND_PLANS] = {{0, 0}, {1, 1}, {2, 1}, {4, 1}, {3, 2}, {5, 2}, {7, 3}};

void sound_redundancy_init(struct sound_redundancy *redundancy)
{
    *redundancy = (struct sound_redundancy){.plan = 0};
}

uint32_t sound_cost_bps(const struct sound_cost *cost, unsigned repeats)
{
    const uint32_t repeated = repeats * (cost->frame_bytes + 4) + (repeats > 0 ? 1 : 0);
    return (SOUND_OVERHEAD_BYTES + cost->frame_bytes + repeated) * 8 * cost->packets_per_second;
}

/* The frame of SOUND_REPEATS_MAX packets ago: each that would have carried it is lost, too. */
static bool is_unheard(uint8_t lost, uint8_t repeated)
{
    for (unsigned ago = 1; ago <= SOUND_REPEATS_MAX; ago++) {
        if (repeated & 1u << (ago - 1) && !(lost & 1u << (SOUND_REPEATS_MAX - ago))) {
            return false;
        }
    }
    return true;
}

void sound_redundancy_on_packet(struct sound_redundancy *redundancy, bool came)
{
    struct sound_redundancy_count *count = &redundancy->counts[0];
    redundancy->has_feedback = true;
    redundancy->lost = (uint8_t)(redundancy->lost << 1 | !came);
    count->packets++;
    count->lost += !came;
    if (redundancy->lost & 1u << SOUND_REPEATS_MAX) { /* now all that could repeat it is known */
        for (unsigned plan = 0; plan < SOUND_PLANS; plan++) {
            count->unheard[plan] += is_unheard(redundancy->lost, plans[plan].repeated);
        }
    }
}

void sound_redundancy_on_report(struct sound_redundancy *redundancy, uint8_t fraction_lost)
{
    redundancy->reported_loss = fraction_lost;
}

static uint32_t packets_of(const struct sound_redundancy *redundancy)
{
    return redundancy->counts[0].packets + redundancy->counts[1].packets;
}

static uint32_t unheard_with(const struct sound_redundancy *redundancy, unsigned plan)
{
    return redundancy->counts[0].unheard[plan] + redundancy->counts[1].unheard[plan];
}

uint8_t sound_redundancy_loss(const struct sound_redundancy *redundancy)
{
    if (!redundancy->has_feedback) {
        return redundancy->reported_loss;
    }
    const uint32_t packets = packets_of(redundancy);
    const uint32_t lost = redundancy->counts[0].lost + redundancy->counts[1].lost;
    if (packets < PACKETS_LEAST) {
        return 0;
    }
    return lost >= packets ? UINT8_MAX : (uint8_t)(lost * 256 / packets);
}

/* Of a million frames, those that would not be heard. */
static uint32_t unheard_ppm(const struct sound_redundancy *redundancy, unsigned plan)
{
    if (redundancy->has_feedback) {
        const uint32_t unheard = unheard_with(redundancy, plan);
        return unheard < UNHEARD_LEAST ? 0
                                       : (uint32_t)(unheard * 1000000ull / packets_of(redundancy));
    }
    uint64_t unheard = 1000000; /* if losses know nothing of each other */
    for (unsigned i = 0; i <= plans[plan].repeats; i++) {
        unheard = unheard * redundancy->reported_loss / 256;
    }
    return (uint32_t)unheard;
}

/* The best that so many repeats can do. */
static uint32_t least_unheard_ppm(const struct sound_redundancy *redundancy, unsigned repeats)
{
    uint32_t least_ppm = UINT32_MAX;
    for (unsigned plan = 0; plan < SOUND_PLANS; plan++) {
        const uint32_t ppm = unheard_ppm(redundancy, plan);
        least_ppm = plans[plan].repeats == repeats && ppm < least_ppm ? ppm : least_ppm;
    }
    return least_ppm;
}

static unsigned repeats_needed(const struct sound_redundancy *redundancy, unsigned most)
{
    unsigned needed = 0;
    uint32_t left_ppm = least_unheard_ppm(redundancy, 0);
    for (unsigned repeats = 1; repeats <= most && left_ppm > UNHEARD_MAX_PPM; repeats++) {
        const uint32_t ppm = least_unheard_ppm(redundancy, repeats);
        if (ppm <= left_ppm / 2) {
            needed = repeats;
            left_ppm = ppm;
        }
    }
    return needed;
}

/* What the nearest frames may leave unheard: where even the best leave too much, more, since those
 * that are farther back are waited for by all. */
static uint32_t enough_ppm(uint32_t least_ppm)
{
    const uint32_t good_ppm = least_ppm + least_ppm / 4;
    const uint32_t most_ppm = least_ppm > UNHEARD_MAX_PPM ? UNHEARD_BAD_PPM : UNHEARD_MAX_PPM;
    return good_ppm > most_ppm ? good_ppm : most_ppm;
}

static unsigned plan_needed(const struct sound_redundancy *redundancy, unsigned most)
{
    const unsigned repeats = repeats_needed(redundancy, most);
    const uint32_t enough = enough_ppm(least_unheard_ppm(redundancy, repeats));
    unsigned plan = 0;
    while (plans[plan].repeats != repeats || unheard_ppm(redundancy, plan) > enough) {
        plan++;
    }
    return plan;
}

/* What is more than now has to fit with some room to spare, lest it come and go. */
static bool is_affordable(const struct sound_redundancy *redundancy, const struct sound_cost *cost,
                          unsigned repeats)
{
    const uint32_t bps = sound_cost_bps(cost, repeats);
    const uint32_t extra_bps = bps - sound_cost_bps(cost, 0);
    const uint32_t spare = repeats > plans[redundancy->plan].repeats ? 8 : UINT32_MAX;
    if (bps + bps / spare > cost->share_bps) {
        return false;
    }
    return repeats == 1 || !cost->beside_picture ||
           extra_bps + extra_bps / spare <= cost->share_bps / REPEATS_SHARE ||
           least_unheard_ppm(redundancy, repeats - 1) > UNHEARD_BAD_PPM;
}

static unsigned affordable(const struct sound_redundancy *redundancy, const struct sound_cost *cost)
{
    unsigned repeats = SOUND_REPEATS_MAX;
    while (cost->share_bps > 0 && repeats > 0 && !is_affordable(redundancy, cost, repeats)) {
        repeats--;
    }
    return repeats;
}

static void begin_count(struct sound_redundancy *redundancy, uint64_t now_us)
{
    if (now_us >= redundancy->count_due_us) {
        redundancy->count_due_us = now_us + COUNT_US;
        redundancy->counts[1] = redundancy->counts[0];
        redundancy->counts[0] = (struct sound_redundancy_count){0};
    }
}

void sound_redundancy_decide(struct sound_redundancy *redundancy, const struct sound_cost *cost,
                             uint64_t now_us)
{
    const unsigned most = affordable(redundancy, cost);
    const unsigned plan = plan_needed(redundancy, most);
    redundancy->least = plan > redundancy->least ? plan : redundancy->least;
    if (plan >= redundancy->plan || plans[redundancy->plan].repeats > most) {
        redundancy->plan = plan;
        redundancy->least = 0;
        redundancy->needed_at_us = now_us;
    } else if (now_us - redundancy->needed_at_us >= LESS_AFTER_US) {
        redundancy->plan = redundancy->least;
        redundancy->least = 0;
        redundancy->needed_at_us = now_us;
    }
    begin_count(redundancy, now_us);
}

uint8_t sound_redundancy_repeated(const struct sound_redundancy *redundancy)
{
    return plans[redundancy->plan].repeated;
}
