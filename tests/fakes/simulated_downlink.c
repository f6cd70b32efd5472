#include "tests/fakes/simulated_downlink.h"

#include "gateway/base/allocate.h"
#include "media/congestion/arrival_log.h"
#include "media/congestion/bandwidth_estimator.h"
#include "media/congestion/send_pacer.h"
#include "media/congestion/sent_packets.h"
#include "media/congestion/voice_pulse.h"

#include <assert.h>
#include <string.h>

#define STEP_US 1000
#define TICK_US 20000
#define PACKET_MAX 1200
#define OVERHEAD 64 /* RTP, an extension, SRTP's tag, UDP, IP */
#define OTHERS 0xff
#define VOICE 0xfe
#define VOICE_RATE 48000
#define VOICE_FRAME_US 20000
/* Simulated clocks do not begin at 0, nor at the same time. */
#define BEGAN_US 5000000
#define RECEIVER_BEGAN_US 77000000
#define BACKLOG_MAX_US 500000
/* How soon receivers send less of their own, and how much less than their uplink carries. */
#define OWN_SETTLES_US 1200000
#define OWN_SHARE 0.8

struct simulated_sender {
    struct bandwidth_estimator *estimator;
    struct sent_packets *sent;
    struct arrival_log *arrivals;
    uint64_t next_sound_us;
    uint64_t next_picture_us;
    uint64_t next_key_us;
    uint64_t next_feedback_us;
    uint64_t next_probe_us;
    uint32_t backlog_bytes; /* of pictures, in the pacer */
    double budget_bytes;
    struct probe_request probe; /* packets: still to send */
    uint16_t sequence;
    uint32_t sent_bytes; /* since the last sample */
    uint32_t queue_us;
    uint64_t waits_us; /* of all of them */
    uint32_t held_us;
    unsigned packets;
};

struct simulated_downlink {
    struct simulated_downlink_config config;
    struct impairment *down;
    struct impairment *up;
    uint64_t now_us;
    uint64_t random;
    uint64_t free_ns; /* when the bottleneck has sent what it holds: a copy of its own account */
    unsigned changes;
    uint64_t next_others_us;
    uint64_t next_own_us;
    uint64_t next_voice_us;
    struct voice_pulse pulse;
    uint64_t changed_us;
    size_t receivers;
    struct simulated_sender senders[SIMULATED_RECEIVERS_MAX];
};

/* What is in a packet's bytes. */
struct simulated_header {
    uint8_t flow;
    uint16_t sequence;
    uint64_t sent_us;
};

static double draw(struct simulated_downlink *downlink)
{
    uint64_t z = downlink->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static void join(struct simulated_downlink *downlink)
{
    struct simulated_sender *sender = &downlink->senders[downlink->receivers++];
    const uint64_t now_us = downlink->now_us;
    const struct bandwidth_estimator_config config = {
        .start_bps = downlink->config.start_bps ? downlink->config.start_bps : 300000,
        .min_bps = 20000,
        .max_bps = 20000000,
    };
    sender->estimator = bandwidth_estimator_create(&config, now_us);
    sender->sent = sent_packets_create();
    sender->arrivals = arrival_log_create(1024);
    sender->next_sound_us = sender->next_picture_us = sender->next_key_us = now_us;
    sender->next_feedback_us = now_us + (uint64_t)(draw(downlink) * downlink->config.feedback_us);
    sender->sequence = (uint16_t)(65000 + 100 * downlink->receivers);
    bandwidth_estimator_set_wanted(sender->estimator, downlink->config.wanted_bps, now_us);
}

struct simulated_downlink *simulated_downlink_create(const struct simulated_downlink_config *config)
{
    struct simulated_downlink *downlink = allocate_zeroed(1, sizeof(*downlink));
    downlink->config = *config;
    if (downlink->config.feedback_us == 0) {
        downlink->config.feedback_us = 75000;
    }
    downlink->down = impairment_create(config->seed);
    downlink->up = impairment_create(config->seed + 1);
    *impairment_settings(downlink->down) = config->down;
    *impairment_settings(downlink->up) = config->up;
    downlink->random = config->seed + 2;
    downlink->now_us = BEGAN_US;
    downlink->next_others_us = BEGAN_US;
    downlink->next_own_us = BEGAN_US;
    downlink->next_voice_us = BEGAN_US;
    join(downlink);
    return downlink;
}

struct simulated_downlink *simulated_downlink_destroy(struct simulated_downlink *downlink)
{
    if (downlink) {
        for (size_t i = 0; i < downlink->receivers; i++) {
            struct simulated_sender *sender = &downlink->senders[i];
            sender->estimator = bandwidth_estimator_destroy(sender->estimator);
            sender->sent = sent_packets_destroy(sender->sent);
            sender->arrivals = arrival_log_destroy(sender->arrivals);
        }
        downlink->down = impairment_destroy(downlink->down);
        downlink->up = impairment_destroy(downlink->up);
        free(downlink);
    }
    return NULL;
}

/* ---- the link ---- */

/* Keeps the bottleneck's account, so that the true wait is known. Returns it. */
static uint32_t offer(struct simulated_downlink *downlink, const struct simulated_header *header,
                      uint32_t size)
{
    uint8_t bytes[PACKET_MAX + OVERHEAD] = {0};
    const struct impairment_statistics *statistics = impairment_statistics(downlink->down);
    const uint64_t rate_bps = impairment_settings(downlink->down)->rate_bps;
    const uint64_t gone = statistics->lost + statistics->overflowed;
    const uint64_t now_ns = downlink->now_us * 1000;
    assert(size >= sizeof(*header) && size <= sizeof(bytes));
    memcpy(bytes, header, sizeof(*header));
    impairment_offer(downlink->down, bytes, size, downlink->now_us);
    if (rate_bps == 0 || statistics->lost + statistics->overflowed > gone) {
        return 0;
    }
    const uint64_t from_ns = downlink->free_ns > now_ns ? downlink->free_ns : now_ns;
    downlink->free_ns = from_ns + (uint64_t)(size * 8e9 / (double)rate_bps);
    return (uint32_t)((from_ns - now_ns) / 1000);
}

static void send_others(struct simulated_downlink *downlink)
{
    const uint32_t size = 1000;
    const struct simulated_header header = {.flow = OTHERS};
    if (downlink->config.others_bps == 0 || downlink->now_us < downlink->next_others_us) {
        return;
    }
    offer(downlink, &header, size);
    const double every_us = size * 8e6 / downlink->config.others_bps;
    downlink->next_others_us += (uint64_t)(every_us * (0.5 + draw(downlink)));
    if (draw(downlink) < every_us / 4e6) { /* talks for four seconds, is silent for two */
        downlink->next_others_us += 2000000;
    }
}

/* The receivers' own camera; its packets go no further than the uplink. */
static void send_own(struct simulated_downlink *downlink)
{
    static const uint8_t packet[1100] = {OTHERS};
    double bps = downlink->config.own_bps;
    if (bps == 0 || downlink->now_us < downlink->next_own_us) {
        return;
    }
    const double most = OWN_SHARE * (double)impairment_settings(downlink->up)->rate_bps;
    if (most > 0 && bps > most && downlink->now_us - downlink->changed_us > OWN_SETTLES_US) {
        bps = most;
    }
    impairment_offer(downlink->up, packet, sizeof(packet), downlink->now_us);
    downlink->next_own_us += (uint64_t)(sizeof(packet) * 8e6 / bps);
}

/* The first receiver's own voice. */
static void send_voice(struct simulated_downlink *downlink)
{
    uint8_t packet[170] = {VOICE};
    if (!downlink->config.has_voice || downlink->now_us < downlink->next_voice_us) {
        return;
    }
    memcpy(packet + 1, &downlink->now_us, sizeof(downlink->now_us));
    impairment_offer(downlink->up, packet, sizeof(packet), downlink->now_us);
    downlink->next_voice_us += VOICE_FRAME_US;
}

static void hear_voice(struct simulated_downlink *downlink, const struct impaired_packet *packet)
{
    uint64_t said_us;
    memcpy(&said_us, packet->bytes + 1, sizeof(said_us));
    voice_pulse_on_packet(&downlink->pulse, (uint32_t)(said_us * VOICE_RATE / 1000000), VOICE_RATE,
                          downlink->now_us);
}

static void change_link(struct simulated_downlink *downlink)
{
    const unsigned next = downlink->changes;
    if (next < SIMULATED_CHANGES_MAX && downlink->config.changes[next].at_us > 0 &&
        downlink->now_us - BEGAN_US >= downlink->config.changes[next].at_us) {
        *impairment_settings(downlink->down) = downlink->config.changes[next].down;
        if (downlink->config.changes[next].up_bps > 0) {
            impairment_settings(downlink->up)->rate_bps = downlink->config.changes[next].up_bps;
            downlink->changed_us = downlink->now_us;
        }
        downlink->changes++;
    }
}

/* ---- one sender ---- */

static uint32_t estimate_of(const struct simulated_sender *sender)
{
    return bandwidth_estimator_now(sender->estimator)->bps;
}

static void send_packet(struct simulated_downlink *downlink, struct simulated_sender *sender,
                        uint32_t size, uint16_t probe)
{
    const struct simulated_header header = {
        .flow = (uint8_t)(sender - downlink->senders),
        .sequence = sender->sequence++,
        .sent_us = downlink->now_us,
    };
    sent_packets_record(sender->sent, header.sequence, size, probe, downlink->now_us);
    bandwidth_estimator_on_sent(sender->estimator, downlink->now_us);
    const uint32_t queue_us = offer(downlink, &header, size);
    sender->queue_us = queue_us > sender->queue_us ? queue_us : sender->queue_us;
    sender->waits_us += queue_us;
    sender->packets++;
    sender->sent_bytes += size;
    if (downlink->config.is_paced) {
        sender->budget_bytes -= size;
    }
}

/* Longer frames where headers would take too much. */
static bool has_long_frames(const struct simulated_sender *sender)
{
    return estimate_of(sender) < 150000;
}

static void send_sound(struct simulated_downlink *downlink, struct simulated_sender *sender)
{
    if (downlink->now_us < sender->next_sound_us) {
        return;
    }
    const bool is_long = has_long_frames(sender);
    send_packet(downlink, sender, (is_long ? 150 : 80) + OVERHEAD, 0);
    sender->next_sound_us += is_long ? 60000 : 20000;
}

static uint32_t picture_bps(const struct simulated_downlink *downlink,
                            const struct simulated_sender *sender)
{
    static const uint32_t layers_bps[] = {1700000, 500000, 150000, 60000};
    const uint32_t sound_bps = has_long_frames(sender) ? 28500 : 57600;
    uint32_t room_bps = estimate_of(sender);
    room_bps = room_bps < downlink->config.wanted_bps ? room_bps : downlink->config.wanted_bps;
    room_bps = room_bps > sound_bps ? room_bps - sound_bps : 0;
    if (downlink->config.pictures == SIMULATED_NONE) {
        return 0;
    }
    for (size_t i = 0; downlink->config.pictures == SIMULATED_LAYERS; i++) {
        if (i == ARRAY_LENGTH(layers_bps)) {
            return 0;
        }
        if (layers_bps[i] <= room_bps) {
            return layers_bps[i];
        }
    }
    return room_bps;
}

static void make_picture(struct simulated_downlink *downlink, struct simulated_sender *sender)
{
    const uint32_t bps = picture_bps(downlink, sender);
    if (downlink->now_us < sender->next_picture_us) {
        return;
    }
    const unsigned fps = bps < 60000 ? 5 : bps < 150000 ? 10 : 24;
    sender->next_picture_us += 1000000 / fps;
    if (bps < 8000 || bandwidth_estimator_now(sender->estimator)->drained_wanted) {
        sender->backlog_bytes = 0;
        return;
    }
    double bytes = bps / 8.0 / fps * (0.7 + 0.6 * draw(downlink));
    if (downlink->now_us >= sender->next_key_us) {
        bytes *= 4;
        sender->next_key_us = downlink->now_us + 10000000;
    }
    if (sender->backlog_bytes * 8e6 / bps < BACKLOG_MAX_US) {
        sender->backlog_bytes += (uint32_t)bytes;
    }
}

/* Unlike the real one, the simple pacer takes no account of sound and probes. */
static double pacing_bps(const struct simulated_downlink *downlink, uint32_t estimate_bps)
{
    return downlink->config.is_paced ? send_pacer_rate_bps(estimate_bps) : 1.5 * estimate_bps;
}

static void pace(struct simulated_downlink *downlink, struct simulated_sender *sender)
{
    const struct bandwidth_estimate *estimate = bandwidth_estimator_now(sender->estimator);
    if (estimate->hold_wanted || estimate->drained_wanted) {
        sender->held_us += STEP_US;
        return;
    }
    const double step_bytes = pacing_bps(downlink, estimate->bps) / 8e6 * STEP_US;
    sender->budget_bytes += step_bytes;
    if (sender->backlog_bytes == 0 && sender->budget_bytes > 0) {
        sender->budget_bytes = 0;
    }
    while (sender->backlog_bytes > 0 && sender->budget_bytes >= 0) {
        const uint32_t most = PACKET_MAX - 100;
        const uint32_t payload = sender->backlog_bytes < most ? sender->backlog_bytes : most;
        sender->backlog_bytes -= payload;
        if (!downlink->config.is_paced) {
            sender->budget_bytes -= payload + OVERHEAD;
        }
        send_packet(downlink, sender, payload + OVERHEAD, 0);
    }
}

static void send_probe(struct simulated_downlink *downlink, struct simulated_sender *sender)
{
    if (bandwidth_estimator_now(sender->estimator)->drained_wanted) {
        sender->probe.packets = 0;
    }
    if (sender->probe.packets == 0) {
        if (!bandwidth_estimator_take_probe(sender->estimator, downlink->now_us, &sender->probe)) {
            return;
        }
        sender->next_probe_us = downlink->now_us;
        sender->probe.bytes /= sender->probe.packets; /* of each */
    }
    while (sender->probe.packets > 0 && sender->next_probe_us <= downlink->now_us) {
        send_packet(downlink, sender, sender->probe.bytes, sender->probe.id);
        sender->next_probe_us += (uint64_t)sender->probe.bytes * 8000000 / sender->probe.bps;
        sender->probe.packets--;
    }
}

/* ---- arrivals and feedback ---- */

static uint64_t receiver_clock(const struct simulated_downlink *downlink, uint64_t at_us)
{
    const int64_t drift_us = (int64_t)at_us * downlink->config.drift_ppm / 1000000;
    return (uint64_t)((int64_t)(at_us + RECEIVER_BEGAN_US) + drift_us);
}

static void receive(struct simulated_downlink *downlink)
{
    struct impaired_packet *packet;
    while ((packet = impairment_take(downlink->down, downlink->now_us))) {
        struct simulated_header header;
        memcpy(&header, packet->bytes, sizeof(header));
        if (header.flow != OTHERS) {
            arrival_log_record(downlink->senders[header.flow].arrivals, header.sequence,
                               receiver_clock(downlink, packet->due_us));
        }
        free(packet);
    }
}

static void send_feedback(struct simulated_downlink *downlink, struct simulated_sender *sender)
{
    uint8_t buffer[PACKET_MAX];
    if (downlink->now_us < sender->next_feedback_us) {
        return;
    }
    sender->next_feedback_us += downlink->config.feedback_us;
    for (;;) {
        struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
        byte_writer_u8(&writer, (uint8_t)(sender - downlink->senders));
        struct byte_writer body = byte_writer_over(buffer + 4, sizeof(buffer) - 4);
        if (arrival_log_write_feedback(sender->arrivals, &body, 1, 2) <= 0) {
            return;
        }
        impairment_offer(downlink->up, buffer, 4 + body.size, downlink->now_us);
    }
}

static void read_feedback(struct simulated_downlink *downlink, const struct impaired_packet *packet)
{
    struct simulated_sender *sender = &downlink->senders[packet->bytes[0]];
    struct transport_cc_feedback head;
    struct transport_cc_status statuses[SENT_PACKETS_MAX];
    struct packet_result results[SENT_PACKETS_MAX];
    struct rtcp_walk walk;
    struct rtcp_packet feedback;
    rtcp_walk_begin(&walk, packet->bytes + 4, packet->size - 4);
    while (rtcp_walk_next(&walk, &feedback) == 1) {
        const int read = rtcp_transport_cc_read(&feedback, &head, statuses, SENT_PACKETS_MAX);
        assert(read >= 0);
        const size_t count = sent_packets_on_feedback(sender->sent, statuses, (size_t)read,
                                                      downlink->now_us, results);
        if (downlink->config.told && sender == downlink->senders) {
            downlink->config.told(downlink->config.context, results, count, downlink->now_us);
        }
        bandwidth_estimator_on_results(sender->estimator, results, count, downlink->now_us);
    }
}

static void receive_feedback(struct simulated_downlink *downlink)
{
    struct impaired_packet *packet;
    while ((packet = impairment_take(downlink->up, downlink->now_us))) {
        if (packet->bytes[0] == VOICE) {
            hear_voice(downlink, packet);
        } else if (packet->bytes[0] != OTHERS) {
            read_feedback(downlink, packet);
        }
        free(packet);
    }
}

static void tick(struct simulated_downlink *downlink, struct simulated_sender *sender)
{
    if (downlink->now_us % TICK_US == 0) {
        const uint32_t delay_us =
            downlink->config.down.delay_us + downlink->config.up.delay_us + 2000;
        bandwidth_estimator_set_rtt(sender->estimator, delay_us);
        bandwidth_estimator_on_tick(sender->estimator, downlink->now_us);
        if (sender == downlink->senders &&
            voice_pulse_is_missed(&downlink->pulse, downlink->now_us)) {
            bandwidth_estimator_suspect(sender->estimator, downlink->now_us);
        }
    }
}

static void step(struct simulated_downlink *downlink)
{
    downlink->now_us += STEP_US;
    change_link(downlink);
    const uint64_t second_at_us = downlink->config.second_at_us;
    if (second_at_us > 0 && downlink->receivers == 1 &&
        downlink->now_us - BEGAN_US >= second_at_us) {
        join(downlink);
    }
    receive(downlink);
    receive_feedback(downlink);
    for (size_t i = 0; i < downlink->receivers; i++) {
        struct simulated_sender *sender = &downlink->senders[i];
        send_feedback(downlink, sender);
        tick(downlink, sender);
        send_sound(downlink, sender);
        make_picture(downlink, sender);
        send_probe(downlink, sender);
        pace(downlink, sender);
    }
    send_others(downlink);
    send_own(downlink);
    send_voice(downlink);
}

void simulated_downlink_run(struct simulated_downlink *downlink,
                            struct simulated_sample ret_samples[SIMULATED_RECEIVERS_MAX])
{
    for (unsigned i = 0; i < SIMULATED_SAMPLE_US / STEP_US; i++) {
        step(downlink);
    }
    memset(ret_samples, 0, SIMULATED_RECEIVERS_MAX * sizeof(*ret_samples));
    for (size_t i = 0; i < downlink->receivers; i++) {
        struct simulated_sender *sender = &downlink->senders[i];
        const struct bandwidth_estimate *estimate = bandwidth_estimator_now(sender->estimator);
        ret_samples[i] = (struct simulated_sample){
            .at_us = downlink->now_us - BEGAN_US,
            .capacity_bps = impairment_settings(downlink->down)->rate_bps,
            .estimate_bps = estimate->bps,
            .sent_bps = (uint32_t)((uint64_t)sender->sent_bytes * 8000000 / SIMULATED_SAMPLE_US),
            .queue_us = sender->queue_us,
            .wait_us = (uint32_t)(sender->packets > 0 ? sender->waits_us / sender->packets : 0),
            .gauged_us = estimate->queue_us,
            .held_us = sender->held_us,
            .loss_permille = estimate->loss_permille,
        };
        sender->sent_bytes = 0;
        sender->queue_us = sender->held_us = 0;
        sender->waits_us = sender->packets = 0;
    }
}
