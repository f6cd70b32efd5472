#include "media/router/picture_protection.h"

#include "gateway/base/allocate.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t LOSS_SPAN_US = 4000000;
static const uint32_t LOSS_SHOWS_PPM = 4000;
static const uint64_t LOSSY_FOR_US = 20000000;
static const uint32_t MUCH_IS_LOST_PPM = 30000;
static const uint32_t RTT_LONG_US = 250000;
static const uint32_t TWICE_FROM_PPM = 20000;
static const uint32_t USED_SPAN_US = 500000;
static const uint32_t CREDIT_SPAN_US = 500000;
static const uint32_t QUEUE_MAX_US = 60000;
/* What is repeated unasked comes as soon as it is noticed. */
static const struct repair_wait_far UNASKED = {
    .wait_us = PICTURE_PROTECTION_REPEAT_AFTER_US + REPAIR_WAIT_NOTICED_AFTER_US,
    .from_ppm = 20000,
    .until_ppm = 8000,
};
/* Of what is free, for those that matter more. */
static const unsigned BASE_LEAVES_PERCENT = 50;
static const unsigned REST_LEAVES_PERCENT = 75;

void picture_protection_init(struct picture_protection *protection)
{
    *protection = (struct picture_protection){.repeats = NULL};
}

void picture_protection_finish(struct picture_protection *protection)
{
    free(protection->repeats);
    protection->repeats = NULL;
    protection->count = 0;
}

/* ---- the link ---- */

static uint32_t smoothed(uint32_t before, uint32_t now, uint64_t elapsed_us, uint32_t span_us)
{
    const int64_t weight = elapsed_us < span_us ? (int64_t)elapsed_us : span_us;
    return (uint32_t)(before + ((int64_t)now - before) * weight / span_us);
}

static void look_at_loss(struct picture_protection *protection, const struct protected_link *link,
                         uint64_t elapsed_us, uint64_t now_us)
{
    protection->loss_ppm =
        smoothed(protection->loss_ppm, link->loss_permille * 1000u, elapsed_us, LOSS_SPAN_US);
    if (protection->loss_ppm >= LOSS_SHOWS_PPM) {
        protection->lossy_until_us = now_us + LOSSY_FOR_US;
    }
    protection->is_lossy = now_us < protection->lossy_until_us;
    protection->rtt_us = link->rtt_us;
}

static void look_at_room(struct picture_protection *protection, const struct protected_link *link,
                         uint64_t elapsed_us)
{
    const uint64_t sent = link->bytes - protection->bytes;
    const uint64_t repeated = protection->repeated - protection->repeated_then;
    const uint64_t used = sent > repeated ? sent - repeated : 0;
    protection->used_bps = smoothed(protection->used_bps, (uint32_t)(used * 8000000u / elapsed_us),
                                    elapsed_us, USED_SPAN_US);
    const uint32_t usable_bps = link->estimate_bps / 10 * 9;
    const bool has_room = usable_bps > protection->used_bps && link->queue_us < QUEUE_MAX_US;
    protection->free_bps = has_room ? usable_bps - protection->used_bps : 0;

    const int64_t most = (int64_t)((uint64_t)protection->free_bps * CREDIT_SPAN_US / 8000000u);
    protection->credit_bytes += (int64_t)(protection->free_bps * elapsed_us / 8000000u);
    if (protection->credit_bytes > most) {
        protection->credit_bytes = most;
    }
}

void picture_protection_on_tick(struct picture_protection *protection,
                                const struct protected_link *link, uint64_t now_us)
{
    const uint64_t elapsed_us = now_us - protection->tended_at_us;
    if (elapsed_us == 0) {
        return;
    }
    if (protection->tended_at_us != 0) {
        look_at_loss(protection, link, elapsed_us, now_us);
        look_at_room(protection, link, elapsed_us);
        repair_wait_update(&protection->wait, protection->loss_ppm, protection->rtt_us, &UNASKED);
    }
    protection->tended_at_us = now_us;
    protection->bytes = link->bytes;
    protection->repeated_then = protection->repeated;
}

/* ---- repetitions ---- */

static bool is_left(const struct picture_protection *protection, unsigned percent)
{
    const uint64_t most = (uint64_t)protection->free_bps * CREDIT_SPAN_US / 8000000u;
    return protection->credit_bytes > (int64_t)(most * percent / 100);
}

bool picture_protection_wants_all_twice(const struct picture_protection *protection)
{
    return protection->is_lossy && protection->loss_ppm >= TWICE_FROM_PPM &&
           protection->rtt_us >= RTT_LONG_US;
}

bool picture_protection_repeats(const struct picture_protection *protection, bool is_keyframe,
                                bool is_base)
{
    const bool is_bad =
        protection->loss_ppm >= MUCH_IS_LOST_PPM || protection->rtt_us >= RTT_LONG_US;
    if (!protection->is_lossy || !is_bad) {
        return false;
    }
    return is_left(protection, is_keyframe ? 0
                               : is_base   ? BASE_LEAVES_PERCENT
                                           : REST_LEAVES_PERCENT);
}

bool picture_protection_repeats_answers(const struct picture_protection *protection)
{
    return protection->is_lossy && protection->loss_ppm >= MUCH_IS_LOST_PPM &&
           protection->credit_bytes > 0;
}

void picture_protection_add(struct picture_protection *protection,
                            const struct picture_repeat *repeat)
{
    if (!protection->repeats) {
        protection->repeats =
            allocate_zeroed(PICTURE_PROTECTION_REPEATS_MAX, sizeof(*protection->repeats));
    }
    if (protection->count < PICTURE_PROTECTION_REPEATS_MAX) {
        protection->repeats[protection->count++] = *repeat;
        protection->credit_bytes -= repeat->size;
        protection->repeated += repeat->size;
    }
}

bool picture_protection_take(struct picture_protection *protection, uint64_t now_us,
                             struct picture_repeat *ret_repeat)
{
    for (size_t i = 0; i < protection->count; i++) {
        if (protection->repeats[i].due_us <= now_us) {
            *ret_repeat = protection->repeats[i];
            protection->count--;
            memmove(&protection->repeats[i], &protection->repeats[i + 1],
                    (protection->count - i) * sizeof(*protection->repeats));
            return true;
        }
    }
    return false;
}

void picture_protection_forget(struct picture_protection *protection, const void *line)
{
    size_t kept = 0;
    for (size_t i = 0; i < protection->count; i++) {
        if (protection->repeats[i].line != line) {
            protection->repeats[kept++] = protection->repeats[i];
        }
    }
    protection->count = kept;
}
