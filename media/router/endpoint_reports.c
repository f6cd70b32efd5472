#include "media/router/endpoint_reports.h"

#include "gateway/base/byte_writer.h"
#include "gateway/base/random.h"
#include "media/router/endpoint_uplink.h"
#include "media/router/room_state.h"
#include "media/rtp/rtcp_feedback.h"
#include "media/rtp/rtcp_packet.h"

#include <errno.h>

#define COMPOUND_SIZE_MAX 1200 /* fits every path with the SRTCP trailer */
#define NACKS_PER_TICK_MAX 128

static const uint64_t RECEIVER_REPORT_INTERVAL_US = 1000000;

/* One compound after the other is filled and sent. */
struct compound {
    const struct sink *sink;
    struct byte_writer writer;
    uint8_t bytes[COMPOUND_SIZE_MAX];
};

static void compound_begin(struct compound *compound, const struct sink *sink)
{
    compound->sink = sink;
    compound->writer = byte_writer_over(compound->bytes, sizeof(compound->bytes));
}

static void compound_send(struct compound *compound)
{
    if (compound->writer.size > 0) {
        const struct packet_part part = {compound->bytes, compound->writer.size};
        (void)sink_send(compound->sink, SINK_RTCP, &part, 1);
    }
    compound_begin(compound, compound->sink);
}

/* Sends what is there when less than `size` is left: what comes next is not torn apart. */
static void compound_make_room(struct compound *compound, size_t size)
{
    if (compound->writer.capacity - compound->writer.size < size) {
        compound_send(compound);
    }
}

void endpoint_reports_init(struct endpoint_reports *reports, uint64_t now_us)
{
    *reports = (struct endpoint_reports){
        .ssrc = random_u32(),
        .receiver_report_due_us = now_us + RECEIVER_REPORT_INTERVAL_US,
        .arrivals_due_us = now_us,
    };
    random_alphanumeric(reports->cname, ENDPOINT_CNAME_LENGTH);
}

/* ---- about what it sends ---- */

/* How much redundancy an Opus encoder makes follows from the fraction lost, and it is of use all
 * the way to who listens. What a sender may send follows from the cumulative count, which stays
 * that of its own way to us: loss behind us must not make its picture smaller. */
static void tell_receivers_loss(const struct published_track *track,
                                struct rtcp_report_block *block)
{
    if (track->receivers_loss > block->fraction_lost) {
        block->fraction_lost = track->receivers_loss;
    }
}

/* What can wait goes with the next feedback about arrivals: one packet instead of two. */
static bool is_for_what_waits(const struct endpoint_reports *reports, uint64_t now_us)
{
    return now_us >= reports->arrivals_due_us;
}

static void write_receiver_report(struct room_endpoint *endpoint, struct compound *compound,
                                  uint64_t now_us)
{
    struct rtcp_report_block blocks[ENDPOINT_PUBLICATIONS_MAX * PUBLISHED_STREAMS_MAX];
    struct endpoint_reports *reports = &endpoint->reports;
    size_t count = 0;
    if (now_us < reports->receiver_report_due_us || !is_for_what_waits(reports, now_us)) {
        return;
    }
    reports->receiver_report_due_us = now_us + RECEIVER_REPORT_INTERVAL_US;
    for (size_t t = 0; t < endpoint->track_count; t++) {
        struct published_track *track = endpoint->tracks[t];
        for (size_t s = 0; s < track->stream_count; s++) {
            struct published_stream *stream = &track->streams[s];
            if (published_stream_is_started(stream) &&
                reception_statistics_report(&stream->statistics, stream->ssrc, now_us,
                                            &blocks[count]) == 0) {
                stream->lost_reported = blocks[count].cumulative_lost;
                tell_receivers_loss(track, &blocks[count++]);
            }
        }
    }
    if (count > 0) {
        (void)rtcp_write_receiver_report(&compound->writer, reports->ssrc, blocks, count);
        (void)rtcp_write_cname(&compound->writer, reports->ssrc, reports->cname);
    }
}

static void write_nacks(struct room_endpoint *endpoint, struct published_stream *stream,
                        struct compound *compound, uint64_t now_us)
{
    uint16_t sequences[NACKS_PER_TICK_MAX];
    if (!stream->nack) {
        return;
    }
    int count = nack_generator_due(stream->nack, now_us, endpoint->subscriber.rtt_us, sequences,
                                   NACKS_PER_TICK_MAX);
    if (count == -ENOBUFS) {
        keyframe_requester_want(&stream->keyframes);
        count = nack_generator_due(stream->nack, now_us, endpoint->subscriber.rtt_us, sequences,
                                   NACKS_PER_TICK_MAX);
    }
    if (count > 0) {
        compound_make_room(compound, COMPOUND_SIZE_MAX / 2);
        (void)rtcp_write_nack(&compound->writer, endpoint->reports.ssrc, stream->ssrc, sequences,
                              (size_t)count);
    }
}

static void write_keyframe_request(struct room_endpoint *endpoint,
                                   const struct published_track *track,
                                   struct published_stream *stream, struct compound *compound,
                                   uint64_t now_us)
{
    struct endpoint_reports *reports = &endpoint->reports;
    if (!keyframe_requester_due(&stream->keyframes, now_us)) {
        return;
    }
    compound_make_room(compound, 32);
    if (published_track_takes_pli(track)) {
        (void)rtcp_write_pli(&compound->writer, reports->ssrc, stream->ssrc);
    } else if (published_track_takes_fir(track)) {
        const struct rtcp_fir_entry entry = {.ssrc = stream->ssrc,
                                             .command = ++reports->fir_command};
        (void)rtcp_write_fir(&compound->writer, reports->ssrc, &entry);
    }
}

static void write_requests(struct room_endpoint *endpoint, struct compound *compound,
                           uint64_t now_us)
{
    for (size_t t = 0; t < endpoint->track_count; t++) {
        struct published_track *track = endpoint->tracks[t];
        for (size_t s = 0; s < track->stream_count; s++) {
            struct published_stream *stream = &track->streams[s];
            if (!published_stream_is_started(stream)) {
                continue;
            }
            write_nacks(endpoint, stream, compound, now_us);
            write_keyframe_request(endpoint, track, stream, compound, now_us);
        }
    }
}

bool endpoint_reports_ask_for_missing(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct compound compound;
    bool misses = false;
    if (!endpoint->subscriber.open) {
        return false;
    }
    compound_begin(&compound, &endpoint->subscriber.downlink.sink);
    for (size_t t = 0; t < endpoint->track_count; t++) {
        struct published_track *track = endpoint->tracks[t];
        for (size_t s = 0; s < track->stream_count; s++) {
            if (published_stream_is_started(&track->streams[s])) {
                write_nacks(endpoint, &track->streams[s], &compound, now_us);
                misses |= published_stream_misses(&track->streams[s]);
            }
        }
    }
    compound_send(&compound);
    return misses;
}

static void write_arrivals(struct room_endpoint *endpoint, struct compound *compound,
                           uint64_t now_us)
{
    struct endpoint_reports *reports = &endpoint->reports;
    if (now_us < reports->arrivals_due_us) {
        return;
    }
    reports->arrivals_due_us = now_us + ARRIVAL_LOG_FEEDBACK_INTERVAL_US;
    compound_make_room(compound, COMPOUND_SIZE_MAX / 2);
    while (arrival_log_write_feedback(endpoint->arrivals, &compound->writer, reports->ssrc,
                                      reports->last_media_ssrc) == 1) {
        compound_make_room(compound, COMPOUND_SIZE_MAX / 2);
    }
}

/* ---- about what it receives ---- */

static void write_sender_report(struct room_endpoint *endpoint, struct subscribed_track *line,
                                struct compound *compound, uint64_t now_us)
{
    if (!line || !subscribed_track_report_is_due(
                     line, is_for_what_waits(&endpoint->reports, now_us), now_us)) {
        return;
    }
    compound_make_room(compound, 72);
    if (compound->writer.size == 0) {
        /* All compounds begin with one SSRC: SRTCP has a cipher and an index for each. */
        (void)rtcp_write_receiver_report(&compound->writer, endpoint->reports.ssrc, NULL, 0);
    }
    (void)subscribed_track_write_report(line, &compound->writer, now_us);
    (void)rtcp_write_cname(&compound->writer, subscribed_track_ssrc(line), endpoint->reports.cname);
}

/* Most ticks need not look at the lines. */
static void write_sender_reports(struct room_endpoint *endpoint, struct compound *compound,
                                 uint64_t now_us)
{
    if (!endpoint->subscriber.has_begun && !is_for_what_waits(&endpoint->reports, now_us)) {
        return;
    }
    endpoint->subscriber.has_begun = false;
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        write_sender_report(endpoint, endpoint->slots[i].audio, compound, now_us);
        write_sender_report(endpoint, endpoint->slots[i].video, compound, now_us);
    }
}

void endpoint_reports_on_tick(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct compound compound;
    if (!endpoint->subscriber.open) {
        return;
    }
    compound_begin(&compound, &endpoint->subscriber.downlink.sink);
    write_receiver_report(endpoint, &compound, now_us);
    write_sender_reports(endpoint, &compound, now_us);
    write_requests(endpoint, &compound, now_us);
    write_arrivals(endpoint, &compound, now_us);
    compound_make_room(&compound, ENDPOINT_UPLINK_RELIEF_SIZE_MAX);
    (void)endpoint_uplink_write_relief(endpoint, &compound.writer, now_us);
    compound_send(&compound);
}

void endpoint_reports_ask_for_keyframes(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct compound compound;
    if (!endpoint->subscriber.open) {
        return;
    }
    compound_begin(&compound, &endpoint->subscriber.downlink.sink);
    for (size_t t = 0; t < endpoint->track_count; t++) {
        struct published_track *track = endpoint->tracks[t];
        for (size_t s = 0; s < track->stream_count; s++) {
            if (published_stream_is_started(&track->streams[s])) {
                write_keyframe_request(endpoint, track, &track->streams[s], &compound, now_us);
            }
        }
    }
    compound_send(&compound);
}
