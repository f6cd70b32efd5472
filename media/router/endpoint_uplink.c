#include "media/router/endpoint_uplink.h"

#include "media/router/room_state.h"

/* A layer that was asked for, if its sender can. */
static const uint64_t BETTER_COMES_WITHIN_US = 3000000;

/* One of several layers is enough: one that begins later than the queue knows nothing of it. */
static void take_lateness(struct published_stream *lowest, uint64_t now_us,
                          struct uplink_look *look)
{
    int64_t late_us;
    if (lateness_gauge_take(&lowest->lateness, now_us, &late_us)) {
        look->late_us = !look->has_packet || late_us < look->late_us ? late_us : look->late_us;
        look->has_packet = true;
    }
}

static void look_at_track(const struct room_endpoint *endpoint, size_t index, uint64_t now_us,
                          struct uplink_look *look)
{
    struct published_track *track = endpoint->tracks[index];
    const struct layers_wanted *wanted = &endpoint->demands[index].wanted;
    bool flows[PUBLISHED_STREAMS_MAX] = {false};
    for (size_t i = 0; i < track->stream_count; i++) {
        struct published_stream *stream = &track->streams[i];
        uint32_t bps[ALLOCATOR_TEMPORAL_MAX];
        layer_meter_read(&stream->meter, bps);
        flows[i] = simulcast_layer_flows(&stream->layer, now_us);
        look->arrived_bps += flows[i] ? bps[ALLOCATOR_TEMPORAL_MAX - 1] : 0;
        look->has_better |= i > 0 && flows[i];
        const uint32_t loss_ppm =
            flows[i] && stream->nack ? nack_generator_loss_ppm(stream->nack) : 0;
        look->loss_ppm = loss_ppm > look->loss_ppm ? loss_ppm : look->loss_ppm;
    }
    take_lateness(&track->streams[0], now_us, look);
    const bool is_asked = endpoint->demands[index].track == track && wanted->told.layers & 2 &&
                          now_us - wanted->told_at_us >= BETTER_COMES_WITHIN_US;
    look->is_short |= track->stream_count > 1 && is_asked && flows[0] && !flows[1];
}

void endpoint_uplink_on_tick(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct uplink_look pictures = {0};
    struct uplink_look sound = {0};
    if (!endpoint->in_room) {
        return;
    }
    if (voice_pulse_is_missed(&endpoint->pulse, now_us)) {
        downlink_suspect(&endpoint->subscriber.downlink, now_us);
    }
    if (now_us < endpoint->uplink_due_us) {
        return;
    }
    endpoint->uplink_due_us = now_us + UPLINK_WATCH_INTERVAL_US;
    for (size_t i = 0; i < endpoint->track_count; i++) {
        if (endpoint->tracks[i]->negotiated.kind == MEDIA_KIND_VIDEO) {
            look_at_track(endpoint, i, now_us, &pictures);
        } else {
            take_lateness(&endpoint->tracks[i]->streams[0], now_us, &sound);
        }
    }
    uplink_watch_look(&endpoint->uplink, pictures.has_packet ? &pictures : &sound,
                      endpoint->subscriber.rtt_us, now_us);
}
