#include "media/router/endpoint_uplink.h"

#include "media/router/room_state.h"
#include "media/rtp/rtcp_feedback.h"

/* A layer that was asked for, if its sender can. */
static const uint64_t BETTER_COMES_WITHIN_US = 3000000;
static const uint32_t RETURNED_TIMES = 3;
static const uint32_t RETURNED_LEAST_BPS = 500000;

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

static void read_lateness(struct room_endpoint *endpoint, uint64_t now_us,
                          struct uplink_relief_look *look)
{
    for (size_t i = 0; i < endpoint->track_count; i++) {
        struct published_track *track = endpoint->tracks[i];
        const bool is_sound = track->negotiated.kind != MEDIA_KIND_VIDEO;
        bool *has = is_sound ? &look->has_sound : &look->has_pictures;
        int64_t *least_us = is_sound ? &look->sound_late_us : &look->pictures_late_us;
        int64_t late_us;
        if (lateness_gauge_take(&track->streams[0].lateness_now, now_us, &late_us)) {
            *least_us = !*has || late_us < *least_us ? late_us : *least_us;
            *has = true;
        }
    }
}

static void look_for_relief(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct uplink_relief_look look = {.bytes = endpoint->bytes_received};
    const bool was_capped = uplink_relief_is_capped(&endpoint->relief);
    if (now_us < endpoint->relief_due_us) {
        return;
    }
    endpoint->relief_due_us = now_us + UPLINK_RELIEF_INTERVAL_US;
    read_lateness(endpoint, now_us, &look);
    uplink_relief_look(&endpoint->relief, &look, now_us);
    if (uplink_relief_is_capped(&endpoint->relief) && !was_capped) {
        uplink_watch_break(&endpoint->uplink, endpoint->relief.link_bps, now_us);
        endpoint->broken_down_bps = UINT32_MAX;
    }
}

/* Both ways of a browser's network are one more often than not: where the downlink broke with the
 * uplink and came back, so did the uplink. */
static void look_for_return(struct room_endpoint *endpoint, uint64_t now_us)
{
    const struct bandwidth_estimate *estimate = downlink_estimate(&endpoint->subscriber.downlink);
    if (endpoint->broken_down_bps == 0 || !estimate) {
        return;
    }
    if (estimate->bps < endpoint->broken_down_bps) {
        endpoint->broken_down_bps = estimate->bps;
    } else if (estimate->bps >= RETURNED_LEAST_BPS &&
               estimate->bps / RETURNED_TIMES >= endpoint->broken_down_bps) {
        endpoint->broken_down_bps = 0;
        uplink_watch_mend(&endpoint->uplink, now_us);
        for (size_t i = 0; i < endpoint->track_count; i++) {
            endpoint->demands[i].tries_again = true;
        }
    }
}

void endpoint_uplink_on_tick(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct uplink_look pictures = {0};
    struct uplink_look sound = {0};
    if (endpoint->circle == ROOM_OUTSIDE) {
        return;
    }
    if (voice_pulse_is_missed(&endpoint->pulse, now_us)) {
        downlink_suspect(&endpoint->subscriber.downlink, now_us);
    }
    look_for_relief(endpoint, now_us);
    look_for_return(endpoint, now_us);
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
    /* A queue that drains already asks for nothing more. */
    if (uplink_relief_is_capped(&endpoint->relief)) {
        return;
    }
    uplink_watch_look(&endpoint->uplink, pictures.has_packet ? &pictures : &sound,
                      endpoint->subscriber.rtt_us, now_us);
}

int endpoint_uplink_write_relief(struct room_endpoint *endpoint, struct byte_writer *writer,
                                 uint64_t now_us)
{
    uint32_t ssrcs[ENDPOINT_PUBLICATIONS_MAX * PUBLISHED_STREAMS_MAX];
    size_t count = 0;
    uint32_t bps;
    if (!uplink_relief_take(&endpoint->relief, writer->size > 0, now_us, &bps)) {
        return 0;
    }
    for (size_t t = 0; t < endpoint->track_count; t++) {
        for (size_t s = 0; s < endpoint->tracks[t]->stream_count; s++) {
            const struct published_stream *stream = &endpoint->tracks[t]->streams[s];
            if (published_stream_is_started(stream)) {
                ssrcs[count++] = stream->ssrc;
            }
        }
    }
    return rtcp_write_remb(writer, endpoint->reports.ssrc, bps, ssrcs, count);
}
