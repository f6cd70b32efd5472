#include "media/router/sound_redundancy.h"

static const uint64_t COUNT_US = 5000000;
static const uint64_t LESS_AFTER_US = 10000000;
static const uint32_t UNHEARD_MAX_PERMILLE = 3;
/* Second and third repeats are dear: beyond a third of sound's share only against so much. */
static const uint32_t UNHEARD_BAD_PERMILLE = 20;
static const uint32_t REPEATS_SHARE = 3;
/* One packet lost by itself proves nothing. */
static const uint32_t LOST_LEAST = 2;
/* Silent frames are small; the estimate of a row is only as good as it is long. */
static const uint32_t PACKETS_LEAST = 25;

void sound_redundancy_init(struct sound_redundancy *redundancy)
{
    *redundancy = (struct sound_redundancy){.repeats = 0};
}

uint32_t sound_cost_bps(const struct sound_cost *cost, unsigned repeats)
{
    const uint32_t repeated = repeats * (cost->frame_bytes + 4) + (repeats > 0 ? 1 : 0);
    return (SOUND_OVERHEAD_BYTES + cost->frame_bytes + repeated) * 8 * cost->packets_per_second;
}

void sound_redundancy_on_packet(struct sound_redundancy *redundancy, bool came)
{
    struct sound_redundancy_count *count = &redundancy->counts[0];
    redundancy->has_feedback = true;
    redundancy->row = came ? 0 : redundancy->row + 1;
    count->packets++;
    for (uint32_t repeats = 0; repeats <= SOUND_REPEATS_MAX; repeats++) {
        count->unheard[repeats] += redundancy->row > repeats;
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

static uint32_t unheard_with(const struct sound_redundancy *redundancy, unsigned repeats)
{
    return redundancy->counts[0].unheard[repeats] + redundancy->counts[1].unheard[repeats];
}

uint8_t sound_redundancy_loss(const struct sound_redundancy *redundancy)
{
    if (!redundancy->has_feedback) {
        return redundancy->reported_loss;
    }
    const uint32_t packets = packets_of(redundancy);
    const uint32_t lost = unheard_with(redundancy, 0);
    if (packets < PACKETS_LEAST) {
        return 0;
    }
    return lost >= packets ? UINT8_MAX : (uint8_t)(lost * 256 / packets);
}

/* Of a million frames, those that would not be heard. */
static uint32_t unheard_ppm(const struct sound_redundancy *redundancy, unsigned repeats)
{
    if (redundancy->has_feedback) {
        const uint32_t packets = packets_of(redundancy);
        return packets == 0 || unheard_with(redundancy, 0) < LOST_LEAST
                   ? 0
                   : (uint32_t)(unheard_with(redundancy, repeats) * 1000000ull / packets);
    }
    uint64_t unheard = 1000000; /* if losses know nothing of each other */
    for (unsigned i = 0; i <= repeats; i++) {
        unheard = unheard * redundancy->reported_loss / 256;
    }
    return (uint32_t)unheard;
}

static unsigned needed(const struct sound_redundancy *redundancy)
{
    unsigned repeats = 0;
    while (repeats < SOUND_REPEATS_MAX &&
           unheard_ppm(redundancy, repeats) > UNHEARD_MAX_PERMILLE * 1000) {
        repeats++;
    }
    return repeats;
}

/* What is more than now has to fit with some room to spare, lest it come and go. */
static bool is_affordable(const struct sound_redundancy *redundancy, const struct sound_cost *cost,
                          unsigned repeats)
{
    const uint32_t bps = sound_cost_bps(cost, repeats);
    const uint32_t extra_bps = bps - sound_cost_bps(cost, 0);
    const uint32_t spare = repeats > redundancy->repeats ? 8 : UINT32_MAX;
    if (bps + bps / spare > cost->share_bps) {
        return false;
    }
    return repeats == 1 || !cost->beside_picture ||
           extra_bps + extra_bps / spare <= cost->share_bps / REPEATS_SHARE ||
           unheard_ppm(redundancy, repeats - 1) > UNHEARD_BAD_PERMILLE * 1000;
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

unsigned sound_redundancy_decide(struct sound_redundancy *redundancy, const struct sound_cost *cost,
                                 uint64_t now_us)
{
    const unsigned wanted = needed(redundancy);
    const unsigned most = affordable(redundancy, cost);
    if (wanted >= redundancy->repeats) {
        redundancy->repeats = wanted;
        redundancy->needed_at_us = now_us;
    } else if (now_us - redundancy->needed_at_us >= LESS_AFTER_US) {
        redundancy->repeats--;
        redundancy->needed_at_us = now_us;
    }
    if (redundancy->repeats > most) {
        redundancy->repeats = most;
    }
    begin_count(redundancy, now_us);
    return redundancy->repeats;
}
