#include "media/congestion/queue_gauge.h"

#define BASE_WINDOW_US 15000000
#define GROUP_US 5000
#define UNEVENNESS_SHIFT 4
/* One change counts for no more, or a queue that grows suddenly would pass for unevenness. */
#define CHANGE_MAX_US 60000
#define ALLOWANCE_MAX_US 50000
/* A millisecond less each second. */
#define ALLOWANCE_AGES 1000

void queue_gauge_init(struct queue_gauge *gauge)
{
    *gauge = (struct queue_gauge){.groups = 0};
    minimum_filter_init(&gauge->base, BASE_WINDOW_US);
}

static void note_change(struct queue_gauge *gauge, int64_t change_us)
{
    int64_t size_us = change_us < 0 ? -change_us : change_us;
    size_us = size_us < CHANGE_MAX_US ? size_us : CHANGE_MAX_US;
    const int64_t now_us = gauge->unevenness_us;
    gauge->unevenness_us = (uint32_t)(now_us + (size_us - now_us) / (1 << UNEVENNESS_SHIFT));
}

void queue_gauge_add(struct queue_gauge *gauge, uint64_t sent_us, uint64_t arrival_us)
{
    const int64_t delay_us = (int64_t)(arrival_us - sent_us);
    gauge->base_us = minimum_filter_add(&gauge->base, delay_us, sent_us);
    const int64_t since_us = (int64_t)(sent_us - gauge->ring[gauge->newest].sent_us);
    if (gauge->groups > 0 && since_us <= GROUP_US) {
        if (delay_us < gauge->ring[gauge->newest].delay_us) {
            gauge->ring[gauge->newest].delay_us = delay_us;
        }
        return;
    }
    const size_t next = gauge->groups > 0 ? (gauge->newest + 1) % QUEUE_GAUGE_GROUPS : 0;
    if (gauge->groups > 0) {
        note_change(gauge, delay_us - gauge->ring[gauge->newest].delay_us);
    }
    gauge->ring[next].sent_us = sent_us;
    gauge->ring[next].delay_us = delay_us;
    gauge->newest = next;
    gauge->groups += gauge->groups < QUEUE_GAUGE_GROUPS;
}

/* What a floor is above the base without any queue: it is forgotten with time. */
static uint32_t allowance_us(const struct queue_gauge *gauge)
{
    const uint64_t age_us = gauge->ring[gauge->newest].sent_us - gauge->allowed_at_us;
    const uint64_t forgotten_us = age_us / ALLOWANCE_AGES;
    return forgotten_us < gauge->allowance_us ? (uint32_t)(gauge->allowance_us - forgotten_us) : 0;
}

uint32_t queue_gauge_floor_us(const struct queue_gauge *gauge, uint64_t window_us,
                              size_t groups_min)
{
    if (gauge->groups < groups_min || gauge->groups == 0) {
        return 0;
    }
    int64_t least_us = INT64_MAX;
    const uint64_t newest_us = gauge->ring[gauge->newest].sent_us;
    for (size_t i = 0; i < gauge->groups; i++) {
        const size_t at = (gauge->newest + QUEUE_GAUGE_GROUPS - i) % QUEUE_GAUGE_GROUPS;
        if (i >= groups_min && newest_us - gauge->ring[at].sent_us > window_us) {
            break;
        }
        if (gauge->ring[at].delay_us < least_us) {
            least_us = gauge->ring[at].delay_us;
        }
    }
    const int64_t above_us = least_us - gauge->base_us - (int64_t)allowance_us(gauge);
    return above_us > 0 ? (uint32_t)above_us : 0;
}

uint32_t queue_gauge_wait_us(const struct queue_gauge *gauge, uint64_t sent_us, uint64_t arrival_us)
{
    const int64_t wait_us = (int64_t)(arrival_us - sent_us) - gauge->base_us;
    return gauge->groups > 0 && wait_us > 0 ? (uint32_t)wait_us : 0;
}

uint32_t queue_gauge_unevenness_us(const struct queue_gauge *gauge)
{
    return gauge->unevenness_us;
}

void queue_gauge_rebase(struct queue_gauge *gauge, bool is_uneven, uint64_t now_us)
{
    int64_t least_us = gauge->ring[gauge->newest].delay_us;
    for (size_t i = 0; i < gauge->groups && i < 8; i++) {
        const size_t at = (gauge->newest + QUEUE_GAUGE_GROUPS - i) % QUEUE_GAUGE_GROUPS;
        least_us = gauge->ring[at].delay_us < least_us ? gauge->ring[at].delay_us : least_us;
    }
    const int64_t above_us = least_us - gauge->base_us;
    if (is_uneven && above_us < ALLOWANCE_MAX_US) {
        gauge->allowance_us = above_us > 0 ? (uint32_t)above_us : 0;
        gauge->allowed_at_us = now_us;
        return;
    }
    minimum_filter_init(&gauge->base, BASE_WINDOW_US);
    gauge->base_us = minimum_filter_add(&gauge->base, least_us, now_us);
}
