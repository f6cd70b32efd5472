#include "media/router/endpoint_feedback.h"

#include "gateway/base/clock.h"
#include "media/router/room_sound.h"
#include "media/router/room_state.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/rtcp_feedback.h"
#include "media/rtp/rtcp_packet.h"
#include "media/rtp/rtcp_transport_cc.h"

/* Another browser's round trip is no longer than this; what claims more is noise. */
static const uint32_t ROUND_TRIP_MAX_US = 5000000;

typedef void feedback_handler(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                              uint64_t now_us);

static struct subscribed_track *find_line(struct room_endpoint *endpoint, uint32_t ssrc)
{
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        struct room_slot *slot = &endpoint->slots[i];
        if (slot->audio && subscribed_track_ssrc(slot->audio) == ssrc) {
            return slot->audio;
        }
        if (slot->video && subscribed_track_ssrc(slot->video) == ssrc) {
            return slot->video;
        }
    }
    return NULL;
}

/* ---- reports ---- */

static void on_report_blocks(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                             uint64_t now_us)
{
    const uint32_t now_compact = ntp_time_compact(ntp_time_from_unix_us(clock_wall_us_of(now_us)));
    for (size_t i = 0; i < packet->count; i++) {
        struct rtcp_report_block block;
        if (rtcp_report_block_read(packet, i, &block) < 0) {
            return;
        }
        const struct subscribed_track *line = find_line(endpoint, block.ssrc);
        if (!line) {
            continue;
        }
        if (subscribed_track_sound(line)) {
            sound_line_on_report(subscribed_track_sound(line), block.fraction_lost);
        } else {
            downlink_on_report(&endpoint->subscriber.downlink, block.fraction_lost);
        }
        if (block.fraction_lost > endpoint->reports.worst_fraction_lost) {
            endpoint->reports.worst_fraction_lost = block.fraction_lost;
        }
        const uint32_t rtt_us =
            ntp_time_round_trip_us(now_compact, block.last_sr, block.delay_since_last_sr);
        if (rtt_us != 0 && rtt_us <= ROUND_TRIP_MAX_US &&
            subscribed_track_tells_capture_times(line)) {
            endpoint->subscriber.rtt_us = rtt_us;
            downlink_set_rtt(&endpoint->subscriber.downlink, rtt_us);
        }
    }
}

static void on_sender_report(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                             uint64_t now_us)
{
    struct rtcp_sender_info info;
    if (rtcp_sender_report_read(packet, &info) < 0) {
        return;
    }
    const struct stream_table_entry *entry = stream_table_find(&endpoint->streams, info.ssrc);
    if (entry && !entry->is_rtx && published_stream_is_started(entry->stream)) {
        (void)rtp_clock_on_sender_report(&entry->stream->clock, info.ntp, info.rtp_timestamp,
                                         now_us);
        reception_statistics_on_sender_report(&entry->stream->statistics, info.ntp, now_us);
    }
    on_report_blocks(endpoint, packet, now_us);
}

static void on_bye(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                   uint64_t now_us)
{
    (void)now_us;
    for (size_t i = 0; i < packet->count; i++) {
        uint32_t ssrc = 0;
        if (rtcp_bye_read(packet, i, &ssrc) < 0) {
            return;
        }
        const struct stream_table_entry *entry = stream_table_find(&endpoint->streams, ssrc);
        if (entry && !entry->is_rtx && published_stream_is_started(entry->stream)) {
            published_track_stop_stream(entry->track, entry->stream);
        }
    }
}

/* ---- requests ---- */

static void on_nack(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                    uint64_t now_us)
{
    uint16_t sequences[RTCP_NACK_SEQUENCES_MAX];
    uint32_t ssrc = 0;
    const int count = rtcp_nack_read(packet, &ssrc, sequences, RTCP_NACK_SEQUENCES_MAX);
    struct subscribed_track *line = count > 0 ? find_line(endpoint, ssrc) : NULL;
    if (line) {
        subscribed_track_on_nack(line, sequences, (size_t)count, now_us);
    }
}

static void on_pli(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                   uint64_t now_us)
{
    uint32_t ssrc = 0;
    struct subscribed_track *line =
        rtcp_pli_read(packet, &ssrc) == 0 ? find_line(endpoint, ssrc) : NULL;
    if (line) {
        subscribed_track_want_keyframe(line, now_us);
    }
}

static void on_fir(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                   uint64_t now_us)
{
    struct rtcp_fir_entry entries[RTCP_FIR_ENTRIES_MAX];
    const int count = rtcp_fir_read(packet, entries, RTCP_FIR_ENTRIES_MAX);
    for (int i = 0; i < count; i++) {
        struct subscribed_track *line = find_line(endpoint, entries[i].ssrc);
        if (line) {
            subscribed_track_want_keyframe(line, now_us);
        }
    }
}

/* How many messages before this one are missing; none, where it is one of those itself. */
static unsigned count_missing(struct subscriber *subscriber, uint8_t feedback_count)
{
    const uint8_t ahead = (uint8_t)(feedback_count - subscriber->feedback_count);
    const bool is_late = subscriber->has_feedback && (ahead == 0 || ahead > INT8_MAX);
    const unsigned missing = subscriber->has_feedback && !is_late ? ahead - 1u : 0;
    if (!is_late) {
        subscriber->feedback_count = feedback_count;
    }
    subscriber->has_feedback = true;
    return missing;
}

static void on_transport_cc(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                            uint64_t now_us)
{
    struct transport_cc_feedback head;
    struct transport_cc_status statuses[SENT_PACKETS_MAX];
    const int count = rtcp_transport_cc_read(packet, &head, statuses, SENT_PACKETS_MAX);
    if (count < 0) {
        endpoint->packets_rejected++;
        return;
    }
    room_sound_on_feedback(endpoint, statuses, (size_t)count,
                           count_missing(&endpoint->subscriber, head.feedback_count));
    downlink_on_feedback(&endpoint->subscriber.downlink, statuses, (size_t)count, now_us);
    endpoint_pictures_on_estimate(endpoint, now_us);
}

static void on_feedback(struct room_endpoint *endpoint, const struct rtcp_packet *packet,
                        uint64_t now_us)
{
    static feedback_handler *const handlers[] = {
        [RTCP_FEEDBACK_NACK] = on_nack,
        [RTCP_FEEDBACK_PLI] = on_pli,
        [RTCP_FEEDBACK_FIR] = on_fir,
        [RTCP_FEEDBACK_TRANSPORT_CC] = on_transport_cc,
    };
    const enum rtcp_feedback_kind kind = rtcp_feedback_kind_of(packet);
    if ((size_t)kind < ARRAY_LENGTH(handlers) && handlers[kind]) {
        handlers[kind](endpoint, packet, now_us);
    }
}

void endpoint_feedback_receive(struct room_endpoint *endpoint, const uint8_t *compound, size_t size,
                               uint64_t now_us)
{
    static const struct {
        enum rtcp_type type;
        feedback_handler *handle;
    } handlers[] = {
        {RTCP_SENDER_REPORT, on_sender_report},
        {RTCP_RECEIVER_REPORT, on_report_blocks},
        {RTCP_BYE, on_bye},
        {RTCP_TRANSPORT_FEEDBACK, on_feedback},
        {RTCP_PAYLOAD_FEEDBACK, on_feedback},
    };
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    int r = 0;
    endpoint->subscriber.downlink.heard_at_us = now_us;
    rtcp_walk_begin(&walk, compound, size);
    while ((r = rtcp_walk_next(&walk, &packet)) > 0) {
        for (size_t i = 0; i < ARRAY_LENGTH(handlers); i++) {
            if (handlers[i].type == packet.type) {
                handlers[i].handle(endpoint, &packet, now_us);
            }
        }
    }
    if (r < 0) {
        endpoint->packets_rejected++;
    }
}
