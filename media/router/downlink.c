#include "media/router/downlink.h"

#include "media/router/subscribed_track.h"

#include <assert.h>

/* Before the first feedback: the middle layer of a camera, or what an encoder begins with. */
static const uint32_t START_BPS = 500000;
/* A round trip that is so long before anything was sent is that of a poor link more often than not;
 * if it is a good one far away, probes find that out. */
static const uint32_t START_FAR_BPS = 150000;
static const uint32_t FAR_RTT_US = 200000;
static const uint32_t WIDE_BPS = 1500000;
static const uint32_t MIN_BPS = 10000;
static const uint32_t MAX_BPS = 50000000;
static const uint64_t GUESS_US = 2000000;
static const uint64_t UNHEARD_OF_US = 1000000;
static const uint32_t QUEUE_SHOWS_US = 60000;
static const uint16_t LOSS_SHOWS_PERMILLE = 50;
static const uint32_t PADDING_PACKETS_PER_TURN = 24;
/* A probe that has not found its padding in three times its span is over. */
static const uint64_t PROBE_PATIENCE = 3;

void downlink_init(struct downlink *downlink, const struct sink *sink, struct list *waiting)
{
    *downlink = (struct downlink){.sink = *sink, .waiting = waiting};
    send_pacer_init(&downlink->pacer);
    picture_protection_init(&downlink->protection);
    list_init(&downlink->in_waiting);
}

void downlink_finish(struct downlink *downlink)
{
    list_remove(&downlink->in_waiting);
    send_pacer_finish(&downlink->pacer);
    picture_protection_finish(&downlink->protection);
    downlink->sent = sent_packets_destroy(downlink->sent);
    downlink->estimator = bandwidth_estimator_destroy(downlink->estimator);
}

static void wake(struct downlink *downlink)
{
    if (list_is_empty(&downlink->in_waiting)) {
        list_append(downlink->waiting, &downlink->in_waiting);
    }
}

static void end_probe(struct downlink *downlink)
{
    downlink->probe.request.id = 0;
}

void downlink_begin_again(struct downlink *downlink)
{
    send_pacer_drop(&downlink->pacer, NULL);
    send_pacer_set_estimate(&downlink->pacer, 0);
    send_pacer_hold(&downlink->pacer, false);
    end_probe(downlink);
    downlink->sent = sent_packets_destroy(downlink->sent);
    downlink->estimator = bandwidth_estimator_destroy(downlink->estimator);
    downlink->governed = false;
    downlink->numbered_since_us = 0;
    downlink->feedback_began_us = 0;
}

/* ---- sending ---- */

static bool is_far(const struct downlink *downlink)
{
    return downlink->rtt_us >= FAR_RTT_US;
}

static uint32_t start_bps(const struct downlink *downlink)
{
    return is_far(downlink) ? START_FAR_BPS : START_BPS;
}

/* The first packet with a number: from now on its link can be told. */
static void begin_to_estimate(struct downlink *downlink, uint64_t now_us)
{
    const struct bandwidth_estimator_config config = {
        .start_bps = start_bps(downlink),
        .min_bps = MIN_BPS,
        .max_bps = MAX_BPS,
    };
    downlink->numbered_since_us = now_us;
    downlink->sent = sent_packets_create();
    downlink->estimator = bandwidth_estimator_create(&config, now_us);
}

static void record(struct downlink *downlink, uint32_t size, uint64_t now_us)
{
    if (!downlink->sent) {
        begin_to_estimate(downlink, now_us);
    }
    sent_packets_record(downlink->sent, downlink->next_transport_sequence++, size,
                        downlink->probe.request.id, now_us);
    bandwidth_estimator_on_sent(downlink->estimator, now_us);
    if (downlink->probe.request.id != 0) {
        downlink->probe.sent_bytes += size;
        downlink->probe.sent_packets++;
    }
}

void downlink_send(struct downlink *downlink, const struct packet_part *parts, size_t part_count,
                   bool is_numbered, uint64_t now_us)
{
    size_t size = DOWNLINK_TAG_BYTES + SENT_PACKETS_OVERHEAD_BYTES;
    for (size_t i = 0; i < part_count; i++) {
        size += parts[i].size;
    }
    if (is_numbered) {
        record(downlink, (uint32_t)size, now_us);
    }
    downlink->bytes += size;
    send_pacer_note_sent(&downlink->pacer, size, now_us);
    (void)sink_send(&downlink->sink, SINK_RTP, parts, part_count);
}

static void give_up_pictures(struct downlink *downlink, uint64_t now_us)
{
    struct pacer_queue *queue = &downlink->pacer.picture;
    downlink->overdue_count++;
    while (queue->count > 0) {
        struct subscribed_track *line = queue->packets[queue->first].line;
        send_pacer_drop(&downlink->pacer, line);
        subscribed_track_on_overdue(line, now_us);
    }
}

static bool is_stopped(const struct downlink *downlink)
{
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    return estimate && estimate->drained_wanted;
}

void downlink_wait(struct downlink *downlink, enum pacer_class class,
                   const struct paced_packet *packet, uint64_t now_us)
{
    if (class == PACER_REPAIR && is_stopped(downlink)) {
        return; /* pictures will begin anew */
    }
    const int r = send_pacer_wait(&downlink->pacer, class, packet);
    wake(downlink);
    if ((r < 0 && class == PACER_PICTURE) || send_pacer_is_overdue(&downlink->pacer, now_us)) {
        give_up_pictures(downlink, now_us);
    }
}

void downlink_forget(struct downlink *downlink, const struct subscribed_track *line)
{
    send_pacer_drop(&downlink->pacer, line);
    picture_protection_forget(&downlink->protection, line);
}

bool downlink_is_waiting(const struct downlink *downlink)
{
    return send_pacer_has_waiting(&downlink->pacer) || downlink->probe.request.id != 0 ||
           picture_protection_is_waiting(&downlink->protection);
}

/* ---- repetitions ---- */

void downlink_repeat(struct downlink *downlink, struct subscribed_track *line, uint16_t sequence,
                     uint16_t size, uint32_t after_us, uint64_t now_us)
{
    const struct picture_repeat repeat = {
        .line = line,
        .due_us = now_us + after_us,
        .sequence = sequence,
        .size = (uint16_t)(size + DOWNLINK_TAG_BYTES + SENT_PACKETS_OVERHEAD_BYTES),
    };
    picture_protection_add(&downlink->protection, &repeat);
    wake(downlink);
}

static void send_repeats(struct downlink *downlink, uint64_t now_us)
{
    struct picture_repeat repeat;
    while (downlink_is_clear(downlink, PACER_REPAIR, now_us) &&
           picture_protection_take(&downlink->protection, now_us, &repeat)) {
        const struct paced_packet again = {.line = repeat.line, .sequence = repeat.sequence};
        subscribed_track_send_waiting(repeat.line, &again, now_us);
    }
}

/* ---- probes ---- */

static bool is_probe_over(const struct downlink_probe *probe, uint64_t now_us)
{
    const uint64_t span_us = (uint64_t)probe->request.bytes * 8000000u / probe->request.bps;
    return (probe->sent_bytes >= probe->request.bytes &&
            probe->sent_packets >= probe->request.packets) ||
           now_us - probe->began_us > PROBE_PATIENCE * span_us + SEND_PACER_INTERVAL_US;
}

static void send_padding(struct downlink *downlink, struct subscribed_track *padder,
                         uint64_t now_us)
{
    struct downlink_probe *probe = &downlink->probe;
    const uint64_t elapsed_us = now_us - probe->began_us + SEND_PACER_INTERVAL_US;
    const uint64_t due_bytes = elapsed_us * probe->request.bps / 8000000u;
    for (uint32_t i = 0; i < PADDING_PACKETS_PER_TURN && probe->sent_bytes < due_bytes; i++) {
        if (is_probe_over(probe, now_us)) {
            break;
        }
        if (!padder || subscribed_track_pad(padder, due_bytes - probe->sent_bytes, now_us) < 0) {
            end_probe(downlink);
            return;
        }
    }
    if (is_probe_over(probe, now_us)) {
        end_probe(downlink);
    }
}

static void begin_probe(struct downlink *downlink, uint64_t now_us)
{
    struct probe_request request;
    if (downlink->probe.request.id == 0 &&
        bandwidth_estimator_take_probe(downlink->estimator, now_us, &request)) {
        downlink->probe = (struct downlink_probe){.request = request, .began_us = now_us};
        wake(downlink);
    }
}

/* ---- */

void downlink_send_waiting(struct downlink *downlink, struct subscribed_track *padder,
                           uint64_t now_us)
{
    struct paced_packet packet;
    while (send_pacer_take(&downlink->pacer, now_us, &packet)) {
        subscribed_track_send_waiting(packet.line, &packet, now_us);
    }
    send_repeats(downlink, now_us);
    if (downlink->probe.request.id != 0) {
        send_padding(downlink, padder, now_us);
    }
    if (!downlink_is_waiting(downlink)) {
        list_remove(&downlink->in_waiting);
    }
}

/* ---- what is known of the link ---- */

const struct bandwidth_estimate *downlink_estimate(const struct downlink *downlink)
{
    return downlink->feedback_began_us != 0 ? bandwidth_estimator_now(downlink->estimator) : NULL;
}

uint32_t downlink_believed_bps(const struct downlink *downlink, uint64_t now_us)
{
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    const uint32_t begins_bps = start_bps(downlink);
    if (estimate) {
        const uint32_t bps = estimate->lasting_bps;
        return downlink->governed || bps > begins_bps ? bps : begins_bps;
    }
    const bool is_silent =
        downlink->numbered_since_us != 0 && now_us - downlink->numbered_since_us >= GUESS_US;
    return downlink->numbers && !is_silent ? begins_bps : 0;
}

bool downlink_is_unheard_of(const struct downlink *downlink, uint64_t now_us)
{
    return is_far(downlink) && downlink->numbered_since_us != 0 &&
           downlink->feedback_began_us == 0 && now_us - downlink->numbered_since_us < UNHEARD_OF_US;
}

bool downlink_is_narrow(const struct downlink *downlink, uint64_t now_us)
{
    const uint32_t bps = downlink_believed_bps(downlink, now_us);
    return bps != 0 && bps < WIDE_BPS;
}

static bool link_shows(const struct bandwidth_estimate *estimate)
{
    return estimate->usage == NETWORK_USAGE_OVER || estimate->queue_us > QUEUE_SHOWS_US ||
           estimate->loss_permille > LOSS_SHOWS_PERMILLE || estimate->drained_wanted;
}

static void follow_estimate(struct downlink *downlink, uint64_t now_us)
{
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    if (!estimate) {
        return;
    }
    downlink->governed |= is_far(downlink) || link_shows(estimate) ||
                          now_us - downlink->feedback_began_us >= GUESS_US;
    if (downlink->governed) {
        const bool held = estimate->hold_wanted || estimate->drained_wanted;
        send_pacer_set_estimate(&downlink->pacer, estimate->bps);
        send_pacer_hold(&downlink->pacer, held);
        if (estimate->drained_wanted) {
            end_probe(downlink);
        }
    }
}

void downlink_on_feedback(struct downlink *downlink, const struct transport_cc_status *statuses,
                          size_t count, uint64_t now_us)
{
    struct packet_result results[SENT_PACKETS_MAX];
    if (!downlink->sent) {
        return;
    }
    assert(count <= SENT_PACKETS_MAX);
    const size_t told = sent_packets_on_feedback(downlink->sent, statuses, count, now_us, results);
    if (told == 0) {
        return;
    }
    if (downlink->feedback_began_us == 0) {
        downlink->feedback_began_us = now_us;
    }
    bandwidth_estimator_on_results(downlink->estimator, results, told, now_us);
    follow_estimate(downlink, now_us);
}

void downlink_suspect(struct downlink *downlink, uint64_t now_us)
{
    if (downlink->feedback_began_us != 0) {
        bandwidth_estimator_suspect(downlink->estimator, now_us);
        follow_estimate(downlink, now_us);
    }
}

void downlink_set_rtt(struct downlink *downlink, uint32_t rtt_us)
{
    downlink->rtt_us = rtt_us;
    if (downlink->estimator) {
        bandwidth_estimator_set_rtt(downlink->estimator, rtt_us);
    }
}

void downlink_on_report(struct downlink *downlink, uint8_t fraction_lost)
{
    downlink->reported_loss_permille = (uint16_t)(fraction_lost * 1000u / 256u);
}

void downlink_set_wanted(struct downlink *downlink, uint32_t wanted_bps, uint64_t now_us)
{
    if (downlink->estimator) {
        bandwidth_estimator_set_wanted(downlink->estimator, wanted_bps, now_us);
    }
}

static void protect(struct downlink *downlink, uint64_t now_us)
{
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    const struct protected_link link = {
        .estimate_bps = estimate ? estimate->bps : 0,
        .queue_us = estimate ? estimate->queue_us : 0,
        .rtt_us = downlink->rtt_us,
        .loss_permille = estimate ? estimate->loss_permille : downlink->reported_loss_permille,
        .bytes = downlink->bytes,
    };
    picture_protection_on_tick(&downlink->protection, &link, now_us);
}

void downlink_on_tick(struct downlink *downlink, uint64_t now_us)
{
    send_pacer_tend(&downlink->pacer, now_us);
    protect(downlink, now_us);
    if (!downlink->estimator) {
        return;
    }
    bandwidth_estimator_on_tick(downlink->estimator, now_us);
    follow_estimate(downlink, now_us);
    if (downlink->feedback_began_us != 0) {
        begin_probe(downlink, now_us);
    }
}
