#include "media/congestion/bandwidth_estimator.h"

#include "gateway/base/allocate.h"
#include "media/congestion/delay_trend.h"
#include "media/congestion/feedback_watch.h"
#include "media/congestion/loss_controller.h"
#include "media/congestion/overuse_detector.h"
#include "media/congestion/probe_controller.h"
#include "media/congestion/queue_gauge.h"
#include "media/congestion/queue_signs.h"
#include "media/congestion/rate_control.h"
#include "media/congestion/rate_meter.h"

#include <math.h>

/* Of the estimate: who sends less has not filled the link, unless the queue is long. */
#define HARDLY_USED 0.7
#define GROUPS_BEFORE_PROBES 12
#define SHADOW_QUEUE_US 60000
#define SHADOW_UNEVENNESS 3
#define SHADOW_WAITS 2
#define RATE_WINDOW_US 1000000
#define BUSY_MIN_US 300000
#define SUDDEN_MIN_US 100000
#define AWAY_MIN_US 500000
#define AWAY_ROUND_TRIPS 3
#define AWAY_BACK_OFF 0.7
/* Pictures that were held for so long are not worth waiting for; the estimate is kept for longer.
 */
#define HELD_MAX_US 400000
#define HELD_KEEPS_US 1500000
/* After a longer silence it may be another link. */
#define HELD_RETURNS_US 3000000
#define OLD_NEWS_US 600000
#define OLD_NEWS_SHARE 0.8
#define BLIND_BPS 150000
#define LOSSY_SHARE 0.01 /* lost anyway, and of feedback as well */
#define LOSS_BACK_OFF 0.95
/* Loss says nothing about what is not used: that is doubted, not given up. */
#define LOSS_BACK_OFF_UNUSED 0.85
/* A full link gives a burst more than its share: that much is no news. */
#define STRETCHED_WORTH 1.25
#define FULL_US 10000000
#define ROOMY 1.2
#define PROBED_SHARE 1.5 /* of what is wanted, and no more */

struct bandwidth_estimator {
    struct bandwidth_estimate estimate;
    struct delay_trend trend;
    struct overuse_detector detector;
    struct queue_gauge gauge;
    struct loss_controller loss;
    struct rate_meter received; /* by time of arrival */
    struct rate_meter sent;     /* by time of sending, ordinary packets */
    struct rate_control rate;
    struct probe_controller probes;
    struct feedback_watch watch;
    uint32_t rtt_us;
    unsigned long_waits;     /* in a row, behind a probe */
    uint64_t latest_sent_us; /* of what arrived */
    uint64_t quiet_sent_us;  /* the same, when no queue stood */
    uint64_t waits_since_us; /* of what was sent, nothing has been told since; 0: nothing is open */
    uint64_t away_at_us;     /* backed off for feedback that stayed away */
    double before_cut_bps;
    uint64_t held_since_us; /* pictures are held or dropped; 0: they are not */
    double before_hold_bps; /* 0: a queue was found meanwhile */
    uint64_t told_sent_us;  /* of what was told of: the newest */
    uint64_t full_at_us;    /* it gave way to a queue; 0: never, or there was much room since */
};

static void publish(struct bandwidth_estimator *estimator)
{
    estimator->estimate.bps = (uint32_t)estimator->rate.bps;
    estimator->estimate.lasting_bps = (uint32_t)rate_control_lasting_bps(&estimator->rate);
    estimator->estimate.loss_permille = loss_controller_permille(&estimator->loss);
}

struct bandwidth_estimator *
bandwidth_estimator_create(const struct bandwidth_estimator_config *config, uint64_t now_us)
{
    struct bandwidth_estimator *estimator = allocate_zeroed(1, sizeof(*estimator));
    delay_trend_init(&estimator->trend);
    overuse_detector_init(&estimator->detector);
    queue_gauge_init(&estimator->gauge);
    loss_controller_init(&estimator->loss);
    rate_meter_init(&estimator->received);
    rate_meter_init(&estimator->sent);
    rate_control_init(&estimator->rate, config->start_bps, config->min_bps, config->max_bps,
                      now_us);
    probe_controller_init(&estimator->probes, now_us);
    feedback_watch_init(&estimator->watch);
    estimator->rtt_us = 100000;
    publish(estimator);
    return estimator;
}

struct bandwidth_estimator *bandwidth_estimator_destroy(struct bandwidth_estimator *estimator)
{
    free(estimator);
    return NULL;
}

/* What may be sent so that so much arrives: packets lost by chance took their place on the link. */
static double sendable(const struct bandwidth_estimator *estimator, double arriving_bps)
{
    return arriving_bps / (1 - loss_controller_usual(&estimator->loss));
}

void bandwidth_estimator_on_sent(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    feedback_watch_on_sent(&estimator->watch, now_us);
    if (estimator->waits_since_us == 0) {
        estimator->waits_since_us = now_us;
    }
}

static uint32_t noise_us(const struct bandwidth_estimator *estimator)
{
    return queue_signs_noise_us(&estimator->gauge, estimator->rate.bps);
}

/* ---- one packet ---- */

static double acknowledged_bps(const struct bandwidth_estimator *estimator)
{
    return sendable(estimator, rate_meter_bps(&estimator->received, RATE_WINDOW_US));
}

/* The estimate was found by probes, and is not put to the test by what is sent. */
static bool is_hardly_used(const struct bandwidth_estimator *estimator)
{
    return acknowledged_bps(estimator) < HARDLY_USED * estimator->rate.bps;
}

static void take_probe_result(struct bandwidth_estimator *estimator,
                              const struct packet_result *result, uint64_t now_us)
{
    struct probe_result probe;
    struct rate_control *rate = &estimator->rate;
    const double usual = loss_controller_usual(&estimator->loss);
    const enum probe_outcome outcome =
        probe_controller_add(&estimator->probes, result, usual, now_us, &probe);
    if (outcome == PROBE_POLICED) {
        loss_controller_doubt(&estimator->loss);
        estimator->full_at_us = now_us;
    }
    if (outcome != PROBE_TOLD || rate->draining) {
        return;
    }
    const double bps = fmin(probe.bps, PROBED_SHARE * estimator->probes.wanted_bps);
    const double worth = probe.has_room ? 1 : STRETCHED_WORTH;
    if (bps > worth * rate->bps) {
        if (probe.has_room && bps > ROOMY * rate->capacity_bps) {
            estimator->full_at_us = 0;
        }
        rate_control_set(rate, bps, now_us);
        if (probe.most_bps > 0) {
            rate_control_saw_capacity(rate, probe.most_bps);
        }
    } else if (probe.most_bps > 0 && probe.most_bps < rate->bps && is_hardly_used(estimator)) {
        rate_control_set(rate, fmax(probe.most_bps, acknowledged_bps(estimator)), now_us);
    }
}

/* Packets behind a probe wait for it, but not for long: then the link gave way. */
static bool is_shadowed(struct bandwidth_estimator *estimator, const struct packet_result *result)
{
    if (!probe_controller_shadows(&estimator->probes, result->sent_us)) {
        return false;
    }
    if (!result->received) {
        return true;
    }
    const uint32_t wait_us =
        queue_gauge_wait_us(&estimator->gauge, result->sent_us, result->arrival_us);
    const bool is_long = wait_us > SHADOW_QUEUE_US +
                                       2 * probe_controller_lasts_us(&estimator->probes) +
                                       SHADOW_UNEVENNESS * noise_us(estimator);
    estimator->long_waits = is_long ? estimator->long_waits + 1 : 0;
    if (estimator->long_waits >= SHADOW_WAITS) {
        probe_controller_end_shadow(&estimator->probes);
        return false;
    }
    return true;
}

static void take_packet(struct bandwidth_estimator *estimator, const struct packet_result *result,
                        uint64_t now_us)
{
    take_probe_result(estimator, result, now_us);
    if (result->sent_us > estimator->told_sent_us) {
        estimator->told_sent_us = result->sent_us;
    }
    const bool shadowed = is_shadowed(estimator, result);
    if (!shadowed) {
        loss_controller_add(&estimator->loss, result);
    }
    if (result->probe == 0) {
        rate_meter_add(&estimator->sent, result->size + result->untold_bytes, result->sent_us);
    }
    if (!result->received) {
        return;
    }
    if (result->sent_us > estimator->latest_sent_us) {
        estimator->latest_sent_us = result->sent_us;
    }
    rate_meter_add(&estimator->received, result->size + result->untold_bytes, result->arrival_us);
    if (shadowed) {
        return;
    }
    queue_gauge_add(&estimator->gauge, result->sent_us, result->arrival_us);
    double trend_ms;
    if (delay_trend_add(&estimator->trend, result->sent_us, result->arrival_us, &trend_ms)) {
        overuse_detector_update(&estimator->detector, trend_ms, result->arrival_us);
    }
}

/* ---- after a feedback ---- */

/* What got through while the queue stood: the link was never idle, so that is what it carries. */
static double busy_bps(const struct bandwidth_estimator *estimator, bool sudden)
{
    const uint64_t least_us = sudden ? SUDDEN_MIN_US : BUSY_MIN_US;
    uint64_t busy_us = estimator->latest_sent_us - estimator->quiet_sent_us;
    busy_us = busy_us > least_us ? busy_us : least_us;
    busy_us = busy_us < RATE_WINDOW_US ? busy_us : RATE_WINDOW_US;
    return sendable(estimator, rate_meter_bps(&estimator->received, busy_us));
}

static struct rate_conditions look_at_link(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    struct queue_signs signs;
    queue_signs_read(&estimator->gauge, estimator->detector.usage, estimator->rate.bps, &signs);
    if (signs.latest_us <= signs.drained_us) {
        estimator->quiet_sent_us = estimator->latest_sent_us;
    }
    return (struct rate_conditions){
        .now_us = now_us,
        .held_us = estimator->held_since_us,
        .heard_us = estimator->latest_sent_us,
        .over = signs.over,
        .sudden = signs.sudden,
        .doubtful = !signs.is_certain && is_hardly_used(estimator),
        .is_uneven = signs.is_uneven,
        .queue_us = signs.latest_us,
        .drained_us = signs.drained_us,
        .wanted_bps = estimator->probes.wanted_bps,
        .acknowledged_bps = acknowledged_bps(estimator),
        .busy_bps = busy_bps(estimator, signs.sudden),
    };
}

/* The queue is gone. Where news is old, what comes next is known late, too. */
static void return_from_hold(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    if (estimator->held_since_us > 0 && feedback_watch_is_old(&estimator->watch, OLD_NEWS_US)) {
        rate_control_set(&estimator->rate, OLD_NEWS_SHARE * estimator->rate.bps, now_us);
    }
    feedback_watch_learn(&estimator->watch);
    estimator->estimate.hold_wanted = false;
}

static void follow(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    const struct rate_conditions conditions = look_at_link(estimator, now_us);
    const double before_bps = estimator->rate.bps;
    struct bandwidth_estimate *estimate = &estimator->estimate;
    const enum rate_change change = rate_control_update(&estimator->rate, &conditions);
    if (change == RATE_BACKED_OFF) {
        estimator->before_hold_bps = 0;
        probe_controller_on_drop(&estimator->probes, (uint32_t)before_bps,
                                 (uint32_t)estimator->rate.bps, now_us);
        estimate->drained_wanted |= conditions.sudden;
        estimator->full_at_us = now_us;
    } else if (change == RATE_DRAINED || change == RATE_TAKEN_BACK) {
        return_from_hold(estimator, now_us);
    } else if (change == RATE_NOT_OURS) {
        queue_gauge_rebase(&estimator->gauge, conditions.is_uneven, estimator->latest_sent_us);
    }
    if (estimator->rate.draining || change != RATE_FOLLOWED) {
        loss_controller_restart(&estimator->loss, now_us);
    }
    estimate->drained_wanted &= estimator->rate.draining || estimate->hold_wanted;
    if (!estimate->drained_wanted && !estimate->hold_wanted) {
        estimator->held_since_us = 0;
    }
    estimate->queue_us = conditions.queue_us;
    estimate->usage = NETWORK_USAGE_NORMAL;
    if (estimator->rate.draining) {
        estimate->usage = NETWORK_USAGE_OVER;
    } else if (estimator->detector.usage == NETWORK_USAGE_UNDER) {
        estimate->usage = NETWORK_USAGE_UNDER;
    }
}

/* Behind bursts of chance, too, less is lost after a cut more often than not. */
static void cut_for_loss(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    const double before_bps = estimator->rate.bps;
    const double carried_bps =
        sendable(estimator, rate_meter_bps(&estimator->received, RATE_WINDOW_US));
    const bool is_used =
        rate_meter_bps(&estimator->sent, RATE_WINDOW_US) >= HARDLY_USED * before_bps;
    const double unused_bps = is_used ? 0 : LOSS_BACK_OFF_UNUSED * before_bps;
    const double bps = fmax(LOSS_BACK_OFF * carried_bps, unused_bps);
    estimator->before_cut_bps = before_bps;
    estimator->full_at_us = now_us;
    if (bps >= before_bps) {
        return;
    }
    if (is_used) {
        rate_control_saw_capacity(&estimator->rate, carried_bps);
    }
    rate_control_set(&estimator->rate, bps, now_us);
    probe_controller_on_drop(&estimator->probes, (uint32_t)before_bps,
                             (uint32_t)estimator->rate.bps, now_us);
}

static void follow_loss(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    const double before_bps = estimator->rate.bps;
    const enum loss_verdict verdict = loss_controller_judge(&estimator->loss, now_us);
    if (verdict == LOSS_CONGESTION) {
        cut_for_loss(estimator, now_us);
    } else if (verdict == LOSS_CHANCE && estimator->before_cut_bps > before_bps) {
        rate_control_set(&estimator->rate, estimator->before_cut_bps, now_us);
    }
}

/* ---- news that is late ---- */

static void begin_hold(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    estimator->estimate.hold_wanted = true;
    estimator->held_since_us = now_us;
    estimator->before_hold_bps = estimator->rate.bps;
}

void bandwidth_estimator_suspect(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    if (!estimator->rate.draining && feedback_watch_suspect(&estimator->watch, now_us)) {
        begin_hold(estimator, now_us);
    }
}

/* Returns for how long it was held, when that is over. */
static uint64_t end_hold(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    const uint64_t held_us = feedback_watch_held_us(&estimator->watch, now_us);
    if (!feedback_watch_on_told(&estimator->watch, estimator->told_sent_us, now_us)) {
        return 0;
    }
    estimator->estimate.hold_wanted = false;
    return held_us;
}

/* A queue that the hold kept short is gone before there is news of it, and nothing is left of it to
 * see. So where news is old it is begun with a small picture, and probed: a burst tells what the
 * link carries however late it is told of. */
static void return_blindly(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    const double before_bps = estimator->before_hold_bps;
    rate_control_set(&estimator->rate, fmin(before_bps, BLIND_BPS), now_us);
    probe_controller_on_doubt(&estimator->probes, (uint32_t)before_bps, now_us);
}

/* No queue was the cause: on from where it was. */
static void hold_was_false(struct bandwidth_estimator *estimator, uint64_t held_us, uint64_t now_us)
{
    const bool is_blind = feedback_watch_is_old(&estimator->watch, OLD_NEWS_US);
    feedback_watch_learn(&estimator->watch);
    if (is_blind) {
        return_blindly(estimator, now_us);
    } else if (held_us < HELD_RETURNS_US && estimator->before_hold_bps > estimator->rate.bps) {
        rate_control_set(&estimator->rate, estimator->before_hold_bps, now_us);
    }
}

/* Returns whether the estimate is to be kept for now. */
static bool hold(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    struct bandwidth_estimate *estimate = &estimator->estimate;
    feedback_watch_set_lossy(&estimator->watch,
                             loss_controller_usual(&estimator->loss) > LOSSY_SHARE);
    if (feedback_watch_on_tick(&estimator->watch, now_us)) {
        begin_hold(estimator, now_us);
    }
    const uint64_t held_us = feedback_watch_held_us(&estimator->watch, now_us);
    estimate->drained_wanted |= held_us > HELD_MAX_US;
    return estimate->hold_wanted && held_us < HELD_KEEPS_US;
}

void bandwidth_estimator_on_results(struct bandwidth_estimator *estimator,
                                    const struct packet_result *results, size_t count,
                                    uint64_t now_us)
{
    const uint64_t latest_us = estimator->latest_sent_us;
    for (size_t i = 0; i < count; i++) {
        take_packet(estimator, &results[i], now_us);
    }
    if (estimator->latest_sent_us == latest_us) {
        return; /* nothing new arrived */
    }
    estimator->waits_since_us = 0;
    const uint64_t held_us = end_hold(estimator, now_us);
    follow_loss(estimator, now_us);
    follow(estimator, now_us);
    if (held_us > 0 && estimator->before_hold_bps > 0) {
        hold_was_false(estimator, held_us, now_us);
    }
    publish(estimator);
}

/* ---- without feedback ---- */

void bandwidth_estimator_set_rtt(struct bandwidth_estimator *estimator, uint32_t rtt_us)
{
    estimator->rtt_us = rtt_us;
}

static uint64_t away_limit_us(const struct bandwidth_estimator *estimator)
{
    const uint64_t trips_us = (uint64_t)AWAY_ROUND_TRIPS * estimator->rtt_us;
    return trips_us > AWAY_MIN_US ? trips_us : AWAY_MIN_US;
}

static bool is_away(const struct bandwidth_estimator *estimator, uint64_t now_us)
{
    return estimator->waits_since_us != 0 &&
           now_us - estimator->waits_since_us >= away_limit_us(estimator);
}

void bandwidth_estimator_on_tick(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    if (hold(estimator, now_us) || !is_away(estimator, now_us) ||
        now_us - estimator->away_at_us < away_limit_us(estimator)) {
        return;
    }
    estimator->away_at_us = now_us;
    const double before_bps = estimator->rate.bps;
    rate_control_set(&estimator->rate, AWAY_BACK_OFF * before_bps, now_us);
    probe_controller_on_drop(&estimator->probes, (uint32_t)before_bps,
                             (uint32_t)estimator->rate.bps, now_us);
    publish(estimator);
}

void bandwidth_estimator_set_wanted(struct bandwidth_estimator *estimator, uint32_t wanted_bps,
                                    uint64_t now_us)
{
    probe_controller_set_wanted(&estimator->probes, wanted_bps, now_us);
}

bool bandwidth_estimator_take_probe(struct bandwidth_estimator *estimator, uint64_t now_us,
                                    struct probe_request *ret_request)
{
    const struct probe_conditions conditions = {
        .bps = (uint32_t)estimator->rate.bps,
        .sent_bps = rate_meter_bps(&estimator->sent, RATE_WINDOW_US),
        .rtt_us = estimator->rtt_us,
        .unevenness_us = noise_us(estimator),
        .usual_loss = loss_controller_usual(&estimator->loss),
        .is_full = estimator->full_at_us != 0 && now_us - estimator->full_at_us < FULL_US,
        .held = estimator->gauge.groups < GROUPS_BEFORE_PROBES || estimator->rate.draining ||
                estimator->estimate.hold_wanted || is_away(estimator, now_us),
    };
    return probe_controller_take(&estimator->probes, &conditions, now_us, ret_request);
}

const struct bandwidth_estimate *
bandwidth_estimator_now(const struct bandwidth_estimator *estimator)
{
    return &estimator->estimate;
}
