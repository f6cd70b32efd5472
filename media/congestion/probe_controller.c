#include "media/congestion/probe_controller.h"

#include <math.h>

#define PACKETS_MIN 5
#define PACKETS_FOR_LOSS 20 /* times the share of packets lost anyway */
#define PACKET_BYTES 1200
#define PACKET_BYTES_MIN 64
/* Long enough that the unevenness of the link is no room, short enough to be no queue. */
#define LASTS_MIN_US 20000
#define LASTS_MAX_US 200000
#define UNEVENNESS_TIMES 8
/* Long enough that others before the same queue are seen, who send in bursts, too. */
#define LASTS_FULL_US 80000
/* Where there is no room a probe makes a queue no longer than this. */
#define QUEUE_MAX_US 60000
/* From here on one burst alone is not believed. */
#define UNEVEN_US 8000
#define MARGIN 3.5 /* of the unevenness, over the root of the packets */
/* What found so much more is followed by another soon. */
#define GAIN_WORTH 1.15
#define RULED_OUT_SHARE 1.25
/* How long the queue of a probe may stand that finds no room. */
#define SHADOW_US 60000
#define FIRST_US 0
/* Of the estimate: aimed at. Less where the queue of an overshoot would be long: probes of uneven
 * links last longer. */
#define TIMES 2.0
#define KEEN_TIMES 3.0
#define UNEVEN_TIMES 1.6
#define STRETCHED_SHARE 0.9
/* The queue of the first is gone before the second. */
#define CONFIRM_US 200000
#define NO_NEWS_US 1000000
#define FREQUENT_US 1500000
#define FREQUENT_FOR_US 60000000
#define SELDOM_US 8000000
/* The first failures may be chance. */
#define FAILURES_SOON 2
#define ANSWER_US 1000000
/* A fall below this share of what was is the link giving way, not the tide of a full one. */
#define DROP_SHARE 0.6
#define RECOVERED_SHARE 0.9
/* Less than this above the estimate is found without a probe. */
#define WORTH_SHARE 1.03
/* Aims so much higher, since what is measured may be a little less than what was sent. */
#define AIM_SHARE 1.05
#define UNEVEN_AIM_SHARE 1.2
#define ROOM_SHARE 0.9
/* Of a probe, beyond what is lost anyway: a policer. */
#define LOST_SHARE_MAX 0.3
#define POLICED_PACKETS 2
#define POLICED_SHARE 0.2
#define TOLD_SHARE 0.95
#define LOSSY_SHARE 0.005

void probe_controller_init(struct probe_controller *controller, uint64_t now_us)
{
    *controller = (struct probe_controller){.next_us = now_us + FIRST_US, .keen = true};
}

void probe_controller_set_wanted(struct probe_controller *controller, uint32_t wanted_bps,
                                 uint64_t now_us)
{
    if (wanted_bps > controller->wanted_bps + controller->wanted_bps / 2) {
        controller->next_us = now_us; /* more is wanted than ever was tried */
    }
    controller->wanted_bps = wanted_bps;
}

/* One burst alone would not be believed. */
static bool is_careful(const struct probe_controller *controller)
{
    return controller->unevenness_us > UNEVEN_US || controller->is_full;
}

static uint32_t target_bps(const struct probe_controller *controller, uint32_t bps)
{
    const double times = is_careful(controller)                   ? UNEVEN_TIMES
                         : controller->keen && controller->id > 0 ? KEEN_TIMES
                                                                  : TIMES;
    const double target = times * bps;
    const double aim = is_careful(controller) ? UNEVEN_AIM_SHARE : AIM_SHARE;
    const double most = aim * controller->wanted_bps;
    return (uint32_t)(target < most ? target : most);
}

static uint32_t lasts_us(const struct probe_controller *controller, double times)
{
    double lasts = LASTS_MIN_US + UNEVENNESS_TIMES * (double)controller->unevenness_us;
    lasts = controller->is_full && lasts < LASTS_FULL_US ? LASTS_FULL_US : lasts;
    lasts = lasts < LASTS_MAX_US ? lasts : LASTS_MAX_US;
    const double most = QUEUE_MAX_US / (times > 1.1 ? times - 1 : 0.1);
    return (uint32_t)(lasts < most || !is_careful(controller) ? lasts : most);
}

static struct probe_request make_request(struct probe_controller *controller,
                                         const struct probe_conditions *conditions)
{
    controller->unevenness_us = conditions->unevenness_us;
    controller->is_full = conditions->is_full;
    controller->bps = conditions->bps;
    const uint32_t target = target_bps(controller, conditions->bps);
    const uint32_t beside = conditions->sent_bps < target / 2 ? conditions->sent_bps : target / 2;
    struct probe_request request = {.bps = target - beside};
    request.bytes = (uint32_t)((uint64_t)request.bps *
                               lasts_us(controller, (double)target / conditions->bps) / 8000000);
    request.packets = (request.bytes + PACKET_BYTES - 1) / PACKET_BYTES;
    const uint32_t least = PACKETS_MIN + (uint32_t)(PACKETS_FOR_LOSS * conditions->usual_loss);
    request.packets = request.packets > least ? request.packets : least;
    if (request.bytes < request.packets * PACKET_BYTES_MIN) {
        request.bytes = request.packets * PACKET_BYTES_MIN;
    }
    controller->id = controller->id < UINT8_MAX ? (uint8_t)(controller->id + 1) : 1;
    request.id = controller->id;
    return request;
}

static bool is_due(const struct probe_controller *controller,
                   const struct probe_conditions *conditions, uint64_t now_us)
{
    return !controller->open && !conditions->held && now_us >= controller->next_us &&
           controller->wanted_bps > WORTH_SHARE * conditions->bps;
}

static void close_probe(struct probe_controller *controller, bool had_room, uint64_t now_us)
{
    const bool is_soon = controller->failures < FAILURES_SOON;
    controller->open = false;
    controller->keen = had_room;
    controller->failures = had_room ? 0 : controller->failures + 1;
    const bool is_frequent = now_us < controller->frequent_until_us || is_soon;
    controller->next_us = now_us + (had_room ? 0 : is_frequent ? FREQUENT_US : SELDOM_US);
}

bool probe_controller_take(struct probe_controller *controller,
                           const struct probe_conditions *conditions, uint64_t now_us,
                           struct probe_request *ret_request)
{
    if (controller->open && now_us > controller->deadline_us) {
        close_probe(controller, false, now_us);
    }
    if (controller->before_drop_bps > 0 &&
        conditions->bps > RECOVERED_SHARE * controller->before_drop_bps) {
        controller->before_drop_bps = 0;
        controller->frequent_until_us = 0;
    }
    if (!is_due(controller, conditions, now_us)) {
        return false;
    }
    controller->request = make_request(controller, conditions);
    controller->measure = (struct probe_measure){.told = 0};
    controller->open = true;
    const uint64_t lasts = (uint64_t)controller->request.bytes * 8000000 / controller->request.bps;
    controller->lasts_us = (uint32_t)lasts;
    controller->shadow_from_us = now_us;
    controller->shadow_to_us = now_us + 2 * lasts + SHADOW_US;
    controller->deadline_us = now_us + lasts + conditions->rtt_us + ANSWER_US;
    *ret_request = controller->request;
    return true;
}

bool probe_controller_shadows(const struct probe_controller *controller, uint64_t sent_us)
{
    return sent_us >= controller->shadow_from_us && sent_us < controller->shadow_to_us;
}

void probe_controller_end_shadow(struct probe_controller *controller)
{
    controller->shadow_to_us = controller->shadow_from_us;
}

uint32_t probe_controller_lasts_us(const struct probe_controller *controller)
{
    return controller->lasts_us;
}

static void line_add(struct probe_line *line, double x, double y)
{
    line->n++;
    line->x += x;
    line->y += y;
    line->xx += x * x;
    line->xy += x * y;
}

static double line_slope(const struct probe_line *line)
{
    const double below = line->n * line->xx - line->x * line->x;
    return below > 0 ? (line->n * line->xy - line->x * line->y) / below : 0;
}

static void measure_packet(struct probe_measure *measure, const struct packet_result *result)
{
    measure->told++;
    measure->told_bytes += result->size;
    if (!result->received) {
        return;
    }
    if (measure->received++ == 0) {
        measure->first_sent_us = result->sent_us;
        measure->first_arrival_us = result->arrival_us;
    } else {
        measure->bytes += result->size + measure->between_bytes;
    }
    measure->between_bytes = 0;
    line_add(&measure->sent, measure->bytes,
             (double)(int64_t)(result->sent_us - measure->first_sent_us));
    line_add(&measure->arrived, measure->bytes,
             (double)(int64_t)(result->arrival_us - measure->first_arrival_us));
}

/* More of it was lost than is lost anyway. */
static bool is_policed(const struct probe_measure *measure, double usual_loss)
{
    const double lost = measure->told - measure->received;
    return lost > POLICED_PACKETS + usual_loss * measure->told &&
           lost > (POLICED_SHARE + usual_loss) * measure->told;
}

/* What the link carries, by this burst alone. Arrivals are as uneven as the link: it is taken to
 * have been slower by that for what is believed, and faster for what is ruled out. */
static struct probe_result judge(const struct probe_controller *controller)
{
    const struct probe_measure *measure = &controller->measure;
    const double sent_us = line_slope(&measure->sent) * measure->bytes;
    const double arrived_us = line_slope(&measure->arrived) * measure->bytes;
    const double margin_us = MARGIN * controller->unevenness_us / sqrt(measure->received);
    const double bits = measure->bytes * 8.0;
    const bool has_room = ROOM_SHARE * arrived_us < sent_us;
    const double slow_us = (arrived_us > sent_us ? arrived_us : sent_us) + margin_us + 1;
    const double fast_us = arrived_us - 2 * margin_us;
    const double share = has_room || is_careful(controller) ? 1 : STRETCHED_SHARE;
    return (struct probe_result){
        .bps = share * bits * 1e6 / slow_us,
        .most_bps = !has_room && fast_us > 0 ? bits * 1e6 / fast_us : 0,
        .has_room = has_room,
    };
}

/* It carries little more than is believed. */
static bool rules_out(const struct probe_controller *controller, const struct probe_result *result)
{
    return !result->has_room && result->most_bps > 0 &&
           result->most_bps < RULED_OUT_SHARE * controller->bps;
}

/* Behind an uneven link one burst may come together by chance, so two must agree: the lower of
 * what is believed counts, the higher of what is ruled out. Returns whether the second is known. */
static bool agree(struct probe_controller *controller, struct probe_result *result, uint64_t now_us)
{
    const struct probe_result *first = &controller->first;
    if (!controller->has_first) {
        const bool is_lower = result->most_bps > 0 && result->most_bps < controller->bps;
        controller->first = *result;
        controller->has_first = result->bps > controller->bps || is_lower;
        if (controller->has_first) {
            controller->failures = 0;
            controller->next_us = now_us + (result->has_room ? 0 : CONFIRM_US);
        }
        return false;
    }
    controller->has_first = false;
    result->bps = fmin(result->bps, first->bps);
    result->most_bps =
        first->most_bps > 0 && result->most_bps > 0 ? fmax(result->most_bps, first->most_bps) : 0;
    return true;
}

/* Its packets may be smaller than was asked for, and then they are more. */
static bool is_all_told(const struct probe_controller *controller)
{
    return controller->measure.told >= controller->request.packets &&
           controller->measure.told_bytes >= TOLD_SHARE * controller->request.bytes;
}

static enum probe_outcome finish(struct probe_controller *controller, double usual_loss,
                                 uint64_t now_us, struct probe_result *ret_result)
{
    const struct probe_measure *measure = &controller->measure;
    const double enough = (double)controller->request.packets * (1 - usual_loss - LOST_SHARE_MAX);
    if (is_policed(measure, usual_loss)) {
        controller->has_first = false;
        close_probe(controller, false, now_us);
        return PROBE_POLICED;
    }
    if (measure->received < PACKETS_MIN - 1 || measure->received < enough) {
        controller->has_first = false;
        close_probe(controller, false, now_us);
        return PROBE_FAILED;
    }
    struct probe_result result = judge(controller);
    close_probe(controller, result.has_room, now_us);
    if (controller->failures > 0 && !rules_out(controller, &result)) {
        controller->failures--;
        controller->next_us = now_us + FREQUENT_US;
    }
    if (is_careful(controller) && result.has_room && result.bps < WORTH_SHARE * controller->bps) {
        controller->next_us = now_us + NO_NEWS_US; /* room, but none that was not known */
    }
    controller->has_first &= is_careful(controller);
    if (is_careful(controller) && !agree(controller, &result, now_us)) {
        return PROBE_NONE;
    }
    if (!result.has_room && result.bps > GAIN_WORTH * controller->bps) {
        controller->failures = 0;
        controller->next_us = now_us + FREQUENT_US;
    }
    *ret_result = result;
    return PROBE_TOLD;
}

enum probe_outcome probe_controller_add(struct probe_controller *controller,
                                        const struct packet_result *result, double usual_loss,
                                        uint64_t now_us, struct probe_result *ret_result)
{
    struct probe_measure *measure = &controller->measure;
    if (!controller->open) {
        return PROBE_NONE;
    }
    if (result->probe == controller->id) {
        measure_packet(measure, result);
        return is_all_told(controller) ? finish(controller, usual_loss, now_us, ret_result)
                                       : PROBE_NONE;
    }
    if (result->received && measure->received > 0) {
        measure->between_bytes += result->size;
    }
    const bool is_over = measure->told > 0 && result->sent_us > controller->shadow_to_us;
    return is_over ? finish(controller, usual_loss, now_us, ret_result) : PROBE_NONE;
}

void probe_controller_on_drop(struct probe_controller *controller, uint32_t before_bps,
                              uint32_t after_bps, uint64_t now_us)
{
    if (controller->before_drop_bps < before_bps) {
        controller->before_drop_bps = before_bps;
    }
    if (after_bps < DROP_SHARE * controller->before_drop_bps) {
        controller->frequent_until_us = now_us + FREQUENT_FOR_US;
    }
    controller->keen = controller->has_first = false;
    if (controller->next_us < now_us + FREQUENT_US || now_us < controller->frequent_until_us) {
        controller->next_us = now_us + FREQUENT_US;
    }
}

void probe_controller_on_doubt(struct probe_controller *controller, uint32_t before_bps,
                               uint64_t now_us)
{
    probe_controller_on_drop(controller, before_bps, 0, now_us);
    controller->next_us = now_us;
}
