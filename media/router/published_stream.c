#include "media/router/published_stream.h"

#include <errno.h>

void published_stream_init(struct published_stream *stream,
                           const struct published_stream_config *config)
{
    const bool is_video = config->kind == MEDIA_KIND_VIDEO;
    *stream = (struct published_stream){
        .clock_rate = is_video ? 90000 : 48000,
        .publisher = config->publisher,
        .nack = config->nack ? nack_generator_create(&nack_generator_config_video) : NULL,
    };
    retransmission_reach_init(&stream->reach);
    if (is_video) {
        stream->history = packet_history_create(retransmission_reach_us(&stream->reach));
    }
    keyframe_requester_init(&stream->keyframes);
}

void published_stream_finish(struct published_stream *stream)
{
    stream->nack = nack_generator_destroy(stream->nack);
    stream->history = packet_history_destroy(stream->history);
    sound_history_clear(&stream->recent);
    stream->source = 0;
}

/* The losses of this SSRC so far. */
static uint64_t lost_since_start(const struct published_stream *stream)
{
    if (stream->nack) {
        return nack_generator_statistics(stream->nack)->lost_for_good;
    }
    const int64_t lost = (int64_t)stream->lost_reported - stream->recovered;
    return lost > 0 ? (uint64_t)lost : 0;
}

uint64_t published_stream_lost(const struct published_stream *stream)
{
    return stream->lost_before + lost_since_start(stream);
}

void published_stream_start(struct published_stream *stream, uint32_t ssrc, uint32_t source)
{
    stream->lost_before = published_stream_lost(stream);
    stream->lost_reported = 0;
    stream->recovered = 0;
    sound_repair_init(&stream->sound);
    sound_history_clear(&stream->recent);
    stream->ssrc = ssrc;
    stream->source = source;
    stream->layer = (struct simulcast_layer){0};
    stream->lateness = (struct lateness_gauge){0};
    receive_window_init(&stream->window);
    reception_statistics_init(&stream->statistics, stream->clock_rate);
    rtp_clock_init(&stream->clock, stream->publisher, stream->clock_rate);
    keyframe_requester_init(&stream->keyframes);
    if (stream->nack) {
        stream->nack = nack_generator_destroy(stream->nack);
        stream->nack = nack_generator_create(&nack_generator_config_video);
    }
    if (stream->history) {
        packet_history_clear(stream->history);
    }
}

void published_stream_stop(struct published_stream *stream)
{
    stream->source = 0;
    stream->layer = (struct simulcast_layer){0};
    sound_history_clear(&stream->recent);
    if (stream->history) {
        packet_history_clear(stream->history);
    }
}

/* It came after it had been recovered from another: it was not lost, only late. */
static void note_late(struct published_stream *stream, const struct packet_buffer *packet)
{
    stream->recovered -= stream->recovered > 0;
    reception_statistics_on_packet(&stream->statistics, packet->rtp.sequence, packet->rtp.timestamp,
                                   packet->arrival_us);
}

int published_stream_receive(struct published_stream *stream, struct packet_buffer *packet,
                             uint64_t now_us)
{
    int r = receive_window_accept(&stream->window, packet->rtp.sequence);
    const bool is_sound = !stream->history;
    if (r == -EALREADY && is_sound && !packet->retransmitted) {
        note_late(stream, packet);
    }
    if (stream->nack && r != -ESTALE) {
        (void)nack_generator_on_packet(stream->nack, packet->rtp.sequence, now_us);
    }
    if (r < 0) {
        return r;
    }
    sound_repair_on_packet(&stream->sound, &packet->rtp);
    stream->recovered += is_sound && packet->retransmitted;
    if (packet->retransmitted) {
        if (!rtp_clock_is_started(&stream->clock)) {
            return -ESTALE;
        }
        packet->media_time_us = rtp_clock_media_time_us(&stream->clock, packet->rtp.timestamp);
        return 0;
    }
    simulcast_layer_on_packet(&stream->layer, now_us);
    reception_statistics_on_packet(&stream->statistics, packet->rtp.sequence, packet->rtp.timestamp,
                                   packet->arrival_us);
    packet->media_time_us =
        rtp_clock_on_packet(&stream->clock, packet->rtp.timestamp, packet->arrival_us);
    lateness_gauge_note(&stream->lateness, packet->rtp.timestamp, stream->clock_rate,
                        packet->arrival_us);
    lateness_gauge_note(&stream->lateness_now, packet->rtp.timestamp, stream->clock_rate,
                        packet->arrival_us);
    return 0;
}

void published_stream_tend(struct published_stream *stream, uint32_t receivers_reach_us,
                           uint64_t now_us)
{
    layer_meter_update(&stream->meter, now_us);
    if (stream->history) {
        const uint32_t keep_us =
            retransmission_reach_update(&stream->reach, receivers_reach_us, now_us);
        packet_history_tend(stream->history, keep_us, now_us);
    }
}

void published_stream_keep(struct published_stream *stream, struct packet_buffer *packet)
{
    if (stream->history) {
        (void)packet_history_put(stream->history, packet);
    } else {
        sound_history_put(&stream->recent, packet);
    }
}
