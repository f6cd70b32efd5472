#include "media/router/stream_gate.h"

void stream_gate_close(struct stream_gate *gate)
{
    *gate = (struct stream_gate){.source = 0, .layer = -1};
}

/* The layer that the listener should have now; -1 while none flows. */
static int wanted_layer(const struct stream_gate *gate, const struct published_track *track,
                        uint64_t now_us)
{
    struct simulcast_layer layers[PUBLISHED_STREAMS_MAX];
    if (track->stream_count == 1) {
        return 0;
    }
    for (size_t i = 0; i < track->stream_count; i++) {
        layers[i] = track->streams[i].layer;
    }
    return simulcast_selector_choose(layers, track->stream_count, gate->layer, now_us);
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
