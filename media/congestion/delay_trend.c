#include "media/congestion/delay_trend.h"

#define GROUP_US 5000
#define BURST_MAX_US 100000
#define SMOOTHING 0.9
/* A slope counts for more the more groups stand behind it, up to this many. */
#define GROUPS_MAX 60
#define GAIN 4.0
/* A hole like this is a new path or a receiver that slept. */
#define RESET_US 3000000

void delay_trend_init(struct delay_trend *trend)
{
    *trend = (struct delay_trend){.groups = 0};
}

static int64_t span(uint64_t from, uint64_t to)
{
    return (int64_t)(to - from);
}

/* Packets that a link held back and let go together arrive closer than they left. */
static bool is_same_group(const struct packet_group *group, uint64_t sent_us, uint64_t arrival_us)
{
    const int64_t sent_after = span(group->last_sent_us, sent_us);
    const int64_t arrived_after = span(group->last_arrival_us, arrival_us);
    if (span(group->first_sent_us, sent_us) <= GROUP_US) {
        return true;
    }
    return arrived_after >= 0 && arrived_after <= GROUP_US && arrived_after < sent_after &&
           span(group->first_sent_us, sent_us) < BURST_MAX_US;
}

static double slope(const struct delay_trend *trend)
{
    /* Close to their origin the sums of one pass are exact enough. */
    const double x_from = trend->points[trend->next].arrival_ms;
    const double y_from = trend->points[trend->next].delay_ms;
    double sum_x = 0;
    double sum_y = 0;
    double sum_xx = 0;
    double sum_xy = 0;
    for (unsigned i = 0; i < DELAY_TREND_GROUPS; i++) {
        const double x = trend->points[i].arrival_ms - x_from;
        const double y = trend->points[i].delay_ms - y_from;
        sum_x += x;
        sum_y += y;
        sum_xx += x * x;
        sum_xy += x * y;
    }
    const double below = sum_xx - sum_x * sum_x / DELAY_TREND_GROUPS;
    return below > 0 ? (sum_xy - sum_x * sum_y / DELAY_TREND_GROUPS) / below : 0;
}

static bool add_point(struct delay_trend *trend, double *ret_trend_ms)
{
    const int64_t sent = span(trend->previous.last_sent_us, trend->current.last_sent_us);
    const int64_t arrived = span(trend->previous.last_arrival_us, trend->current.last_arrival_us);
    trend->accumulated_ms += (double)(arrived - sent) / 1000;
    trend->smoothed_ms = SMOOTHING * trend->smoothed_ms + (1 - SMOOTHING) * trend->accumulated_ms;
    if (trend->groups == 0) {
        trend->first_arrival_us = trend->current.last_arrival_us;
    }
    trend->groups += trend->groups < GROUPS_MAX;
    trend->points[trend->next].arrival_ms =
        (double)span(trend->first_arrival_us, trend->current.last_arrival_us) / 1000;
    trend->points[trend->next].delay_ms = trend->smoothed_ms;
    trend->next = (trend->next + 1) % DELAY_TREND_GROUPS;
    if (trend->groups < DELAY_TREND_GROUPS) {
        return false;
    }
    *ret_trend_ms = slope(trend) * trend->groups * GAIN;
    return true;
}

bool delay_trend_add(struct delay_trend *trend, uint64_t sent_us, uint64_t arrival_us,
                     double *ret_trend_ms)
{
    struct packet_group *current = &trend->current;
    if (trend->open && (span(current->last_sent_us, sent_us) > RESET_US ||
                        span(current->last_arrival_us, arrival_us) < -RESET_US)) {
        delay_trend_init(trend);
    }
    if (trend->open && span(current->first_sent_us, sent_us) < 0) {
        return false; /* overtaken: its group is over */
    }
    if (trend->open && is_same_group(current, sent_us, arrival_us)) {
        current->last_sent_us = sent_us > current->last_sent_us ? sent_us : current->last_sent_us;
        if (arrival_us > current->last_arrival_us) {
            current->last_arrival_us = arrival_us;
        }
        return false;
    }
    const bool has_point = trend->open && trend->known && add_point(trend, ret_trend_ms);
    trend->known = trend->open;
    trend->previous = *current;
    trend->open = true;
    *current = (struct packet_group){sent_us, sent_us, arrival_us};
    return has_point;
}
