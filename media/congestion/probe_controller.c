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
/* From here on one burst alone is not believed. */
#define UNEVEN_US 8000
#define MARGIN 1.0 /* of the unevenness */
/* What found so much more is followed by another soon. */
#define GAIN_WORTH 1.15
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

static bool is_uneven(const struct probe_controller *controller)
{
    return controller->unevenness_us > UNEVEN_US;
}

static uint32_t target_bps(const struct probe_controller *controller, uint32_t bps)
{
    const double times = is_uneven(controller)                    ? UNEVEN_TIMES
                         : controller->keen && controller->id > 0 ? KEEN_TIMES
                                                                  : TIMES;
    const double target = times * bps;
    const double aim = is_uneven(controller) ? UNEVEN_AIM_SHARE : AIM_SHARE;
    const double most = aim * controller->wanted_bps;
    return (uint32_t)(target < most ? target : most);
}

static uint32_t lasts_us(uint32_t unevenness_us)
{
    const uint64_t lasts = LASTS_MIN_US + (uint64_t)UNEVENNESS_TIMES * unevenness_us;
    return (uint32_t)(lasts < LASTS_MAX_US ? lasts : LASTS_MAX_US);
}

static struct probe_request make_request(struct probe_controller *controller,
                                         const struct probe_conditions *conditions)
{
    controller->unevenness_us = conditions->unevenness_us;
    controller->bps = conditions->bps;
    const uint32_t target = target_bps(controller, conditions->bps);
    const uint32_t beside = conditions->sent_bps < target / 2 ? conditions->sent_bps : target / 2;
    struct probe_request request = {.bps = target - beside};
    request.bytes =
        (uint32_t)((uint64_t)request.bps * lasts_us(conditions->unevenness_us) / 8000000);
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

static void measure_packet(struct probe_measure *measure, const struct packet_result *result)
{
    measure->told++;
    if (!result->received) {
        return;
    }
    if (measure->received++ == 0) {
        measure->first_sent_us = result->sent_us;
        measure->first_arrival_us = result->arrival_us;
        measure->last_arrival_us = result->arrival_us;
    } else {
        measure->bytes += result->size + measure->between_bytes;
    }
    measure->between_bytes = 0;
    measure->last_sent_us = result->sent_us;
    if (result->arrival_us > measure->last_arrival_us) {
        measure->last_arrival_us = result->arrival_us;
    }
}

/* What the link carries, by this burst alone. Arrivals are as uneven as the link: it is taken to
 * have been slower by that for what is believed, and faster for what is ruled out. */
static struct probe_result judge(const struct probe_controller *controller)
{
    const struct probe_measure *measure = &controller->measure;
    const double sent_us = (double)(measure->last_sent_us - measure->first_sent_us);
    const double arrived_us = (double)(measure->last_arrival_us - measure->first_arrival_us);
    const double margin_us = MARGIN * controller->unevenness_us;
    const double bits = measure->bytes * 8.0;
    const bool has_room = ROOM_SHARE * arrived_us < sent_us;
    const double slow_us = (arrived_us > sent_us ? arrived_us : sent_us) + margin_us + 1;
    const double fast_us = arrived_us - 2 * margin_us;
    const double share = has_room || is_uneven(controller) ? 1 : STRETCHED_SHARE;
    return (struct probe_result){
        .bps = share * bits * 1e6 / slow_us,
        .most_bps = !has_room && fast_us > 0 ? bits * 1e6 / fast_us : 0,
        .has_room = has_room,
    };
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

static enum probe_outcome finish(struct probe_controller *controller, double usual_loss,
                                 uint64_t now_us, struct probe_result *ret_result)
{
    const struct probe_measure *measure = &controller->measure;
    const double enough = (double)controller->request.packets * (1 - usual_loss - LOST_SHARE_MAX);
    if (measure->received < PACKETS_MIN - 1 || measure->received < enough) {
        controller->has_first = false;
        close_probe(controller, false, now_us);
        return PROBE_FAILED;
    }
    struct probe_result result = judge(controller);
    close_probe(controller, result.has_room, now_us);
    if (is_uneven(controller) && result.has_room && result.bps < WORTH_SHARE * controller->bps) {
        controller->next_us = now_us + NO_NEWS_US; /* room, but none that was not known */
    }
    controller->has_first &= is_uneven(controller);
    if (is_uneven(controller) && !agree(controller, &result, now_us)) {
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
        return measure->told < controller->request.packets
                   ? PROBE_NONE
                   : finish(controller, usual_loss, now_us, ret_result);
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
