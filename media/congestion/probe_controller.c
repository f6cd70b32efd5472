#include "media/congestion/probe_controller.h"

#define PACKETS_MIN 5
#define PACKETS_FOR_LOSS 20 /* times the share of packets lost anyway */
#define PACKET_BYTES 1200
#define PACKET_BYTES_MIN 64
/* Long enough that the unevenness of the link is no room, short enough to be no queue. */
#define LASTS_MIN_US 20000
#define LASTS_MAX_US 80000
#define UNEVENNESS_TIMES 4
/* How long the queue of a probe may stand that finds no room. */
#define SHADOW_US 60000
#define FIRST_US 0
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

static uint32_t target_bps(const struct probe_controller *controller, uint32_t bps)
{
    const uint64_t target = (uint64_t)bps * (controller->keen && controller->id > 0 ? 3 : 2);
    const double most = AIM_SHARE * controller->wanted_bps;
    return (uint32_t)((double)target < most ? (double)target : most);
}

static uint32_t lasts_us(uint32_t unevenness_us)
{
    const uint64_t lasts = LASTS_MIN_US + (uint64_t)UNEVENNESS_TIMES * unevenness_us;
    return (uint32_t)(lasts < LASTS_MAX_US ? lasts : LASTS_MAX_US);
}

static struct probe_request make_request(struct probe_controller *controller,
                                         const struct probe_conditions *conditions)
{
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

static uint32_t rate(uint32_t bytes, uint64_t from_us, uint64_t to_us)
{
    const uint64_t bps =
        to_us > from_us ? (uint64_t)bytes * 8000000 / (to_us - from_us) : UINT32_MAX;
    return (uint32_t)(bps < UINT32_MAX ? bps : UINT32_MAX);
}

static enum probe_outcome finish(struct probe_controller *controller, double usual_loss,
                                 uint64_t now_us, struct probe_result *ret_result)
{
    const struct probe_measure *measure = &controller->measure;
    const double enough = (double)controller->request.packets * (1 - usual_loss - LOST_SHARE_MAX);
    if (measure->received < PACKETS_MIN - 1 || measure->received < enough) {
        close_probe(controller, false, now_us);
        return PROBE_FAILED;
    }
    ret_result->sent_bps = rate(measure->bytes, measure->first_sent_us, measure->last_sent_us);
    ret_result->received_bps =
        rate(measure->bytes, measure->first_arrival_us, measure->last_arrival_us);
    const bool has_room = ret_result->received_bps > ROOM_SHARE * ret_result->sent_bps;
    close_probe(controller, has_room, now_us);
    return has_room ? PROBE_ROOM : PROBE_STRETCHED;
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
    controller->keen = false;
    if (controller->next_us < now_us + FREQUENT_US || now_us < controller->frequent_until_us) {
        controller->next_us = now_us + FREQUENT_US;
    }
}
