#include "media/router/stream_gate.h"

void stream_gate_init(struct stream_gate *gate)
{
    *gate = (struct stream_gate){.source = 0, .layer = -1};
}

void stream_gate_close(struct stream_gate *gate)
{
    gate->source = 0;
    gate->layer = -1;
}

static size_t layers_to_choose_from(const struct stream_gate *gate,
                                    const struct published_track *track)
{
    if (track->lowest_layer_alone) {
        return 1;
    }
    return gate->layers_max > 0 && gate->layers_max < track->stream_count ? gate->layers_max
                                                                          : track->stream_count;
}

/* The layer that the listener should have now; -1 while none flows. */
static int wanted_layer(const struct stream_gate *gate, const struct published_track *track,
                        uint64_t now_us)
{
    struct simulcast_layer layers[PUBLISHED_STREAMS_MAX];
    if (track->stream_count == 1) {
        return 0;
    }
    const size_t count = layers_to_choose_from(gate, track);
    const int current = gate->layer < (int)count ? gate->layer : -1;
    for (size_t i = 0; i < count; i++) {
        layers[i] = track->streams[i].layer;
    }
    return simulcast_selector_choose(layers, count, current, now_us);
}

static enum stream_gate_decision open_on(struct stream_gate *gate, int layer,
                                         const struct published_stream *stream)
{
    gate->layer = layer;
    gate->source = stream->source;
    return STREAM_GATE_SWITCH;
}

enum stream_gate_decision stream_gate_decide(struct stream_gate *gate,
                                             struct published_track *track,
                                             const struct routed_packet *routed)
{
    struct published_stream *stream = routed->stream;
    const int layer = (int)(stream - track->streams);
    const bool is_current = stream->source == gate->source;

    const int wanted = wanted_layer(gate, track, routed->now_us);
    if (wanted < 0 || wanted == gate->layer) {
        return is_current ? STREAM_GATE_PASS : STREAM_GATE_DROP;
    }
    if (layer == wanted && routed->codec != MEDIA_CODEC_NONE) {
        if (track->negotiated.kind == MEDIA_KIND_AUDIO || routed->packet->payload.keyframe) {
            return open_on(gate, layer, stream);
        }
        keyframe_requester_want(&stream->keyframes);
    }
    return is_current ? STREAM_GATE_PASS : STREAM_GATE_DROP;
}

static bool is_kept_since(const struct published_stream *stream, uint16_t first, uint64_t now_us)
{
    const uint16_t newest = (uint16_t)stream->statistics.highest;
    const uint16_t span = (uint16_t)(newest - first);
    if (span >= STREAM_GATE_PAST_PACKETS_MAX) {
        return false;
    }
    for (uint16_t i = 0; i <= span; i++) {
        if (!packet_history_find(stream->history, (uint16_t)(first + i), now_us)) {
            return false;
        }
    }
    return true;
}

struct packet_buffer *stream_gate_find_past(const struct stream_gate *gate,
                                            struct published_track *track, uint64_t now_us,
                                            struct published_stream **ret_stream)
{
    const int layer = wanted_layer(gate, track, now_us);
    if (layer < 0 || gate->source != 0) {
        return NULL;
    }
    struct published_stream *stream = &track->streams[layer];
    const uint16_t first = stream->keyframes.keyframe_sequence;
    if (!published_stream_is_started(stream) || !stream->history ||
        !stream->keyframes.has_keyframe || !is_kept_since(stream, first, now_us)) {
        return NULL;
    }
    *ret_stream = stream;
    return packet_history_find(stream->history, first, now_us);
}

void stream_gate_want_keyframe(const struct stream_gate *gate, struct published_track *track,
                               uint64_t now_us)
{
    if (track->negotiated.kind == MEDIA_KIND_AUDIO) {
        return;
    }
    const int layer = gate->layer >= 0 ? gate->layer : wanted_layer(gate, track, now_us);
    if (layer >= 0 && published_stream_is_started(&track->streams[layer])) {
        keyframe_requester_want(&track->streams[layer].keyframes);
    }
}
