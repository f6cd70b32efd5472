#include "media/router/room_endpoint.h"

#include "gateway/base/allocate.h"
#include "media/router/endpoint_feedback.h"
#include "media/router/room_sound.h"
#include "media/router/room_state.h"
#include "media/rtp/rtx_stream.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* 0.8 s of 5 Mbit/s: feedback goes out each 100 ms. */
static const size_t ARRIVALS_KEPT = 512;
static const uint64_t FLOWS_WITHIN_US = 2000000;

/* ---- life ---- */

struct room_endpoint *
room_endpoint_create(struct room *room, const struct room_endpoint_config *config, uint64_t now_us)
{
    struct room_endpoint *endpoint = calloc(1, sizeof(*endpoint));
    endpoint->room = room;
    endpoint->id = config->id;
    (void)snprintf(endpoint->label, sizeof(endpoint->label), "%s", config->label);
    downlink_init(&endpoint->subscriber.downlink, &config->sink, &room->waiting);
    endpoint->arrivals = arrival_log_create(ARRIVALS_KEPT);
    list_init(&endpoint->in_room_list);
    list_init(&endpoint->in_asking);
    list_init(&endpoint->speaker.in_room);
    publisher_clock_init(&endpoint->clock);
    stream_table_init(&endpoint->streams, now_us);
    endpoint_reports_init(&endpoint->reports, now_us);
    return endpoint;
}

static void drop_track(struct room_endpoint *endpoint, struct published_track *track)
{
    for (size_t i = 0; i < track->stream_count; i++) {
        endpoint->lost_before += published_stream_lost(&track->streams[i]);
    }
    stream_table_remove_track(&endpoint->streams, track);
    published_track_destroy(track);
}

struct room_endpoint *room_endpoint_destroy(struct room_endpoint *endpoint)
{
    if (!endpoint) {
        return NULL;
    }
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        subscribed_track_destroy(endpoint->slots[i].video);
        subscribed_track_destroy(endpoint->slots[i].audio);
    }
    for (size_t i = 0; i < endpoint->track_count; i++) {
        drop_track(endpoint, endpoint->tracks[i]);
    }
    list_remove(&endpoint->in_asking);
    downlink_finish(&endpoint->subscriber.downlink);
    endpoint->arrivals = arrival_log_destroy(endpoint->arrivals);
    free(endpoint->slots);
    free(endpoint);
    return NULL;
}

static void restart_stream(struct room_endpoint *endpoint, struct published_track *track,
                           struct published_stream *stream, bool goes_on)
{
    struct receive_window window = stream->window;
    published_track_start_stream(track, stream, stream->ssrc, endpoint->room->next_source++);
    if (goes_on) {
        receive_window_close(&window);
        stream->window = window;
    }
}

void room_endpoint_restart_streams(struct room_endpoint *endpoint, bool goes_on)
{
    for (size_t t = 0; t < endpoint->track_count; t++) {
        struct published_track *track = endpoint->tracks[t];
        for (size_t s = 0; s < track->stream_count; s++) {
            struct published_stream *stream = &track->streams[s];
            if (published_stream_is_started(stream)) {
                restart_stream(endpoint, track, stream, goes_on);
            }
        }
    }
}

bool room_endpoint_has_picture(const struct room_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->track_count; i++) {
        if (endpoint->tracks[i]->negotiated.kind == MEDIA_KIND_VIDEO) {
            return true;
        }
    }
    return false;
}

int room_endpoint_set_slot_view(struct room_endpoint *endpoint, uint32_t slot, uint32_t width,
                                uint32_t height)
{
    if (slot >= endpoint->slot_count) {
        return -ERANGE;
    }
    endpoint->slots[slot].view_width = width;
    endpoint->slots[slot].view_height = height;
    return 0;
}

void room_endpoint_set_priority(struct room_endpoint *endpoint, enum picture_priority priority)
{
    endpoint->priority = priority;
}

static void want_keyframes(struct room_endpoint *endpoint, uint64_t now_us)
{
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        if (endpoint->slots[i].video) {
            subscribed_track_want_keyframe(endpoint->slots[i].video, now_us);
        }
    }
}

void room_endpoint_set_connected(struct room_endpoint *endpoint, uint32_t rtt_us, uint64_t now_us)
{
    endpoint->connected = true;
    endpoint->subscriber.rtt_us = rtt_us;
    downlink_set_rtt(&endpoint->subscriber.downlink, rtt_us);
    endpoint->subscriber.open = endpoint->circle != ROOM_OUTSIDE;
    want_keyframes(endpoint, now_us);
}

void room_endpoint_on_return(struct room_endpoint *endpoint, uint64_t now_us)
{
    downlink_begin_again(&endpoint->subscriber.downlink);
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        endpoint->slots[i].picture.memory = (struct allocation_memory){.started = false};
    }
    want_keyframes(endpoint, now_us);
}

/* ---- what is negotiated ---- */

static struct published_track *take_same_track(struct room_endpoint *endpoint,
                                               const struct endpoint_publication *negotiated)
{
    for (size_t i = 0; i < endpoint->track_count; i++) {
        if (endpoint->tracks[i] && published_track_is_same(endpoint->tracks[i], negotiated)) {
            return TAKE(endpoint->tracks[i]);
        }
    }
    return NULL;
}

static void set_publications(struct room_endpoint *endpoint, const struct endpoint_media *media)
{
    struct published_track *tracks[ENDPOINT_PUBLICATIONS_MAX] = {NULL};
    for (size_t i = 0; i < media->publication_count; i++) {
        tracks[i] = take_same_track(endpoint, &media->publications[i]);
    }
    for (size_t i = 0; i < endpoint->track_count; i++) {
        if (endpoint->tracks[i]) {
            drop_track(endpoint, endpoint->tracks[i]);
        }
    }
    for (size_t i = 0; i < media->publication_count; i++) {
        const bool is_new = !tracks[i];
        if (is_new) {
            tracks[i] = published_track_create(&media->publications[i], &endpoint->clock);
            stream_table_add_track(&endpoint->streams, tracks[i], &endpoint->room->next_source);
        }
        if (is_new && room_endpoint_is_recorded(endpoint)) {
            recorder_feed_add_track(endpoint->room->recorder, tracks[i], endpoint->label);
        }
    }
    memcpy(endpoint->tracks, tracks, sizeof(tracks));
    endpoint->track_count = media->publication_count;
}

/* Slots are only ever appended. */
static void append_slots(struct room_endpoint *endpoint, size_t count)
{
    if (count <= endpoint->slot_count) {
        return;
    }
    endpoint->slots = allocate_resized(endpoint->slots, count, sizeof(*endpoint->slots));
    for (size_t i = endpoint->slot_count; i < count; i++) {
        endpoint->slots[i] = (struct room_slot){.subscriber = &endpoint->subscriber};
    }
    endpoint->slot_count = count;
}

static void set_slots(struct room_endpoint *endpoint, const struct endpoint_media *media)
{
    append_slots(endpoint, media->slot_count);
    for (size_t i = 0; i < media->slot_count; i++) {
        struct room_slot *slot = &endpoint->slots[i];
        slot->lines = media->slots[i];
        if (slot->audio) {
            subscribed_track_set_line(slot->audio, &slot->lines.audio);
        }
        if (slot->video) {
            subscribed_track_set_line(slot->video, &slot->lines.video);
        }
    }
}

void room_endpoint_set_media(struct room_endpoint *endpoint, const struct endpoint_media *media,
                             uint64_t now_us)
{
    assert(media->publication_count <= ENDPOINT_PUBLICATIONS_MAX);
    assert(media->slot_count <= ENDPOINT_SLOTS_MAX);
    endpoint->subscriber.extensions = media->extensions;
    endpoint->subscriber.downlink.numbers = media->extensions.transport_cc != 0;
    set_publications(endpoint, media);
    set_slots(endpoint, media);
    room_reconnect_source(endpoint->room, endpoint, now_us);
}

/* ---- what it sends ---- */

/* What a packet is. */
struct incoming {
    struct rtp_extensions extensions;
    const struct stream_table_entry *entry;
    const struct media_payload *payload;
    bool is_rtx;
    bool is_red;
};

/* Returns 0, or -EBADMSG for a packet that is malformed or not negotiated. */
static int identify(struct room_endpoint *endpoint, struct packet_buffer *packet,
                    struct incoming *ret_incoming)
{
    struct incoming *in = ret_incoming;
    struct rtp_packet *rtp = &packet->rtp;
    if (rtp_packet_parse(packet->data, packet->size, rtp) < 0 ||
        rtp_extensions_read(rtp, &endpoint->subscriber.extensions, &in->extensions) < 0) {
        return -EBADMSG;
    }
    endpoint->bytes_received += packet->size;
    packet->audio_level = in->extensions.audio_level;
    if (in->extensions.has_transport_sequence) {
        (void)arrival_log_record(endpoint->arrivals, in->extensions.transport_sequence,
                                 packet->arrival_us);
        endpoint->reports.last_media_ssrc = rtp->ssrc;
    }
    in->entry = stream_table_find(&endpoint->streams, rtp->ssrc);
    if (!in->entry) {
        const struct stream_table_claim claim = {
            .ssrc = rtp->ssrc,
            .payload_type = rtp->payload_type,
            .extensions = &in->extensions,
        };
        in->entry = stream_table_learn(&endpoint->streams, endpoint->tracks, endpoint->track_count,
                                       &claim, &endpoint->room->next_source, packet->arrival_us);
    }
    if (!in->entry) {
        return -EBADMSG;
    }
    in->payload = published_track_payload(in->entry->track, rtp->payload_type, &in->is_rtx);
    if (!in->payload || in->is_rtx != in->entry->is_rtx) {
        return -EBADMSG;
    }
    in->is_red = !in->is_rtx && rtp->payload_type != in->payload->payload_type;
    return 0;
}

/* Returns 0, -ENODATA for a retransmission without content or of an unknown stream, -EBADMSG. */
static int unwrap(const struct incoming *in, struct packet_buffer *packet)
{
    packet->retransmitted = true;
    if (!published_stream_is_started(in->entry->stream)) {
        return -ENODATA;
    }
    int r =
        rtx_unwrap(packet->data, &packet->rtp, in->entry->stream->ssrc, in->payload->payload_type);
    packet->size = packet->rtp.size;
    return r;
}

/* What it carries; MEDIA_CODEC_NONE for padding, and for a payload that makes no sense. */
static enum media_codec inspect(struct room_endpoint *endpoint, const struct incoming *in,
                                struct packet_buffer *packet)
{
    if (packet->rtp.payload_size == 0) {
        return MEDIA_CODEC_NONE;
    }
    int r = keyframe_detector_inspect(in->payload->codec, rtp_packet_payload(&packet->rtp),
                                      packet->rtp.payload_size, &packet->payload);
    if (r < 0) {
        endpoint->packets_rejected++;
        return MEDIA_CODEC_NONE;
    }
    return in->payload->codec;
}

static void route(struct room_endpoint *endpoint, const struct incoming *in,
                  struct packet_buffer *packet)
{
    struct published_stream *stream = in->entry->stream;
    const uint64_t now_us = packet->arrival_us;
    if (published_stream_receive(stream, packet, now_us) < 0) {
        return;
    }
    if (in->entry->track->negotiated.kind == MEDIA_KIND_AUDIO && !packet->retransmitted) {
        voice_pulse_on_packet(&endpoint->pulse, packet->rtp.timestamp, stream->clock_rate, now_us);
    }
    if (published_stream_misses(stream) && list_is_empty(&endpoint->in_asking)) {
        list_append(&endpoint->room->asking, &endpoint->in_asking);
    }
    const struct routed_packet routed = {
        .stream = stream,
        .packet = packet,
        .codec = inspect(endpoint, in, packet),
        .is_backlog = !packet->retransmitted &&
                      picture_backlog_has(&endpoint->backlog, packet->media_time_us, now_us),
        .now_us = now_us,
    };
    if (routed.codec != MEDIA_CODEC_NONE) {
        layer_meter_add(&stream->meter, packet->payload.temporal_layer, packet->rtp.size);
        layer_meter_note_size(&stream->meter, packet->payload.vp8.width,
                              packet->payload.vp8.height);
        if (packet->payload.keyframe) {
            keyframe_requester_on_keyframe(&stream->keyframes, packet->rtp.sequence,
                                           packet->rtp.timestamp);
        }
        if (packet_buffer_pool_available(endpoint->room->config.packets) >=
            endpoint->room->config.packets_reserve) {
            published_stream_keep(stream, packet);
        }
    }
    if (packet->audio_level.present) {
        speaker_member_on_level(&endpoint->speaker, packet->audio_level.minus_dbov, now_us);
    }
    published_track_route(in->entry->track, &routed);
}

static void route_missing(struct room_endpoint *endpoint, const struct incoming *in,
                          const struct packet_buffer *carrier,
                          const struct sound_repair_frame *missing)
{
    struct packet_buffer *packet = packet_buffer_take(endpoint->room->config.packets);
    if (packet) {
        sound_repair_fill(packet, carrier, missing);
        route(endpoint, in, packet);
        packet_buffer_drop(packet);
    }
}

/* Sound that repeats itself: what never came is routed first, as if it had come now. Returns 0, or
 * -EBADMSG. */
static int open_red(struct room_endpoint *endpoint, const struct incoming *in,
                    struct packet_buffer *packet)
{
    struct sound_repair_frame missing[RED_AUDIO_EARLIER_MAX];
    const struct published_stream *stream = in->entry->stream;
    if (packet->rtp.payload_size == 0) {
        return 0; /* padding alone */
    }
    const int count = sound_repair_open(&stream->sound, &stream->window, packet,
                                        in->payload->payload_type, missing);
    for (int i = 0; i < count; i++) {
        route_missing(endpoint, in, packet, &missing[i]);
    }
    return count < 0 ? count : 0;
}

/* Returns 0, or -EBADMSG. */
static int receive(struct room_endpoint *endpoint, struct packet_buffer *packet)
{
    struct incoming in = {0};
    int r = identify(endpoint, packet, &in);
    if (r < 0) {
        return r;
    }
    if (in.is_rtx) {
        r = unwrap(&in, packet);
    } else if (!published_stream_is_started(in.entry->stream)) {
        published_track_start_stream(in.entry->track, in.entry->stream, packet->rtp.ssrc,
                                     endpoint->room->next_source++);
    }
    if (r == 0 && in.is_red) {
        r = open_red(endpoint, &in, packet);
    }
    if (r == 0) {
        route(endpoint, &in, packet);
    }
    return r == -EBADMSG ? r : 0;
}

void room_endpoint_on_rtp(struct room_endpoint *endpoint, struct packet_buffer *packet)
{
    picture_backlog_on_rtp(&endpoint->backlog, packet->arrival_us);
    if (endpoint->circle != ROOM_OUTSIDE && receive(endpoint, packet) < 0) {
        endpoint->packets_rejected++;
    }
    packet_buffer_drop(packet);
}

void room_endpoint_on_rtcp(struct room_endpoint *endpoint, const uint8_t *compound, size_t size,
                           uint64_t now_us)
{
    if (endpoint->circle != ROOM_OUTSIDE) {
        endpoint_feedback_receive(endpoint, compound, size, now_us);
    }
}

/* ---- report ---- */

static bool kind_flows(const struct room_endpoint *endpoint, enum media_kind kind, uint64_t now_us)
{
    for (size_t i = 0; i < endpoint->track_count; i++) {
        const struct published_track *track = endpoint->tracks[i];
        if (track->negotiated.kind == kind &&
            published_track_flows(track, FLOWS_WITHIN_US, now_us)) {
            return true;
        }
    }
    return false;
}

uint64_t room_endpoint_packets_rejected(const struct room_endpoint *endpoint)
{
    return endpoint->packets_rejected;
}

static void report_link(const struct downlink *downlink, uint64_t now_us,
                        struct room_endpoint_report *report)
{
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    if (estimate) {
        report->estimate_down_bps = estimate->bps;
        report->queue_down_us =
            estimate->queue_us + (uint32_t)send_pacer_wait_us(&downlink->pacer, now_us);
        report->loss_down_permille = estimate->loss_permille;
    }
}

void room_endpoint_take_report(struct room_endpoint *endpoint, uint64_t now_us,
                               struct room_endpoint_report *ret_report)
{
    struct room_endpoint_report report = {
        .in_room = endpoint->circle != ROOM_OUTSIDE,
        .packets_lost_up = endpoint->lost_before,
        .packets_retransmitted = endpoint->subscriber.packets_retransmitted,
        .packets_rejected = endpoint->packets_rejected,
        .rtt_us = endpoint->subscriber.rtt_us,
        .fraction_lost_down = endpoint->reports.worst_fraction_lost,
        .audio_lost_permille = room_sound_take_lost_permille(endpoint),
        .audio_flowing = kind_flows(endpoint, MEDIA_KIND_AUDIO, now_us),
        .video_flowing = kind_flows(endpoint, MEDIA_KIND_VIDEO, now_us),
    };
    for (size_t t = 0; t < endpoint->track_count; t++) {
        for (size_t s = 0; s < endpoint->tracks[t]->stream_count; s++) {
            report.packets_lost_up += published_stream_lost(&endpoint->tracks[t]->streams[s]);
        }
    }
    report_link(&endpoint->subscriber.downlink, now_us, &report);
    endpoint->reports.worst_fraction_lost = 0;
    *ret_report = report;
}
