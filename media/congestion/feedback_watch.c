#include "media/congestion/feedback_watch.h"

#define SHIFT 4
#define LATE_TIMES 4
#define LATE_MARGIN_US 30000
#define LATE_MIN_US 100000
/* Of feedback some is lost where packets are: so much more, until the next. */
#define LOST_US 100000
/* News is fresh when it is no older than usual, by its unevenness and this. What is not may be the
 * beginning of a queue: it becomes usual slowly. */
#define FRESH_TIMES 3
#define FRESH_MARGIN_US 20000
#define STALE_STEP_US 10000
/* Before it knows what is usual it says nothing. */
#define TOLD_MIN 16
/* Less is no pause: sound alone has frames of 60 ms. */
#define GAP_US 100000
/* What delays news may go on growing. */
#define LEARN_TIMES 2
#define LEARN_MAX_US 4000000

void feedback_watch_init(struct feedback_watch *watch)
{
    *watch = (struct feedback_watch){.told = 0};
}

void feedback_watch_on_sent(struct feedback_watch *watch, uint64_t now_us)
{
    if (now_us - watch->last_sent_us > GAP_US) {
        watch->gap_from_us = watch->last_sent_us;
        watch->gap_to_us = now_us;
    }
    watch->last_sent_us = now_us;
    if (watch->open_since_us == 0) {
        watch->open_since_us = now_us;
    }
}

static uint64_t age_us(const struct feedback_watch *watch, uint64_t now_us)
{
    return watch->open_since_us > 0 ? now_us - watch->open_since_us : 0;
}

/* ---- what is usual ---- */

static uint64_t most_us(const struct feedback_habit *habit, unsigned times, uint32_t margin_us)
{
    const uint64_t off_us = (uint64_t)times * habit->off_us;
    return habit->mean_us + (off_us > margin_us ? off_us : margin_us);
}

static uint64_t late_us(const struct feedback_watch *watch)
{
    const uint64_t usual_us = most_us(&watch->age, LATE_TIMES, LATE_MARGIN_US);
    const uint64_t late_us = usual_us > LATE_MIN_US ? usual_us : LATE_MIN_US;
    return watch->is_lossy ? late_us + LOST_US : late_us;
}

static void follow(struct feedback_habit *habit, uint64_t sample_us, bool is_first)
{
    const int64_t off_us = (int64_t)sample_us - habit->mean_us;
    const int64_t more_us = (off_us < 0 ? -off_us : off_us) - habit->off_us;
    if (is_first) {
        *habit = (struct feedback_habit){.mean_us = (uint32_t)sample_us};
        return;
    }
    habit->mean_us = (uint32_t)(habit->mean_us + off_us / (1 << SHIFT));
    habit->off_us = (uint32_t)(habit->off_us + more_us / (1 << SHIFT));
}

static void learn(struct feedback_watch *watch, uint64_t age_us, uint64_t left_us, bool is_fresh)
{
    const uint64_t slow_us = (uint64_t)watch->age.mean_us + STALE_STEP_US;
    const bool is_first = watch->told == 0;
    const bool is_usual = is_fresh || watch->told < TOLD_MIN || age_us < slow_us;
    follow(&watch->age, is_usual ? age_us : slow_us, is_first);
    follow(&watch->left, left_us, is_first);
    watch->told += watch->told < TOLD_MIN;
}

/* ---- */

/* What was sent last is taken for the first of what is open, but where a pause is known between. */
static void close_up_to(struct feedback_watch *watch, uint64_t sent_us)
{
    if (sent_us >= watch->last_sent_us) {
        watch->open_since_us = 0;
    } else if (sent_us >= watch->gap_from_us && sent_us < watch->gap_to_us) {
        watch->open_since_us = watch->gap_to_us;
    } else if (sent_us > watch->open_since_us) {
        watch->open_since_us = sent_us;
    }
}

bool feedback_watch_on_told(struct feedback_watch *watch, uint64_t sent_us, uint64_t now_us)
{
    const uint64_t left_us = now_us - sent_us;
    const bool is_fresh = left_us < most_us(&watch->left, FRESH_TIMES, FRESH_MARGIN_US);
    watch->latest_age_us = age_us(watch, now_us);
    watch->latest_left_us = left_us;
    close_up_to(watch, sent_us);
    if (watch->held_since_us == 0) {
        learn(watch, watch->latest_age_us, left_us, is_fresh);
        return false;
    }
    if (!is_fresh && watch->open_since_us > 0 && sent_us < watch->held_since_us) {
        return false;
    }
    watch->held_since_us = 0;
    return true;
}

void feedback_watch_set_lossy(struct feedback_watch *watch, bool is_lossy)
{
    watch->is_lossy = is_lossy;
}

bool feedback_watch_on_tick(struct feedback_watch *watch, uint64_t now_us)
{
    if (watch->held_since_us > 0 || watch->told < TOLD_MIN ||
        age_us(watch, now_us) <= late_us(watch)) {
        return false;
    }
    watch->held_since_us = now_us;
    return true;
}

bool feedback_watch_suspect(struct feedback_watch *watch, uint64_t now_us)
{
    if (watch->held_since_us > 0 || watch->told < TOLD_MIN || watch->open_since_us == 0) {
        return false;
    }
    watch->held_since_us = now_us;
    return true;
}

uint64_t feedback_watch_held_us(const struct feedback_watch *watch, uint64_t now_us)
{
    return watch->held_since_us > 0 ? now_us - watch->held_since_us : 0;
}

bool feedback_watch_is_old(const struct feedback_watch *watch, uint64_t by_us)
{
    return watch->latest_left_us > watch->left.mean_us + by_us;
}

void feedback_watch_learn(struct feedback_watch *watch)
{
    const uint64_t us = LEARN_TIMES * watch->latest_age_us;
    const uint32_t least_us = (uint32_t)(us < LEARN_MAX_US ? us : LEARN_MAX_US);
    watch->held_since_us = 0;
    if (watch->latest_age_us > late_us(watch) && watch->age.mean_us < least_us) {
        watch->age.mean_us = least_us;
    }
}
