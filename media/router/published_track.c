#include "media/router/published_track.h"

#include <errno.h>
#include <string.h>

#define CACHE_LINE_SIZE 64
#define STATE_FETCHED (8 * CACHE_LINE_SIZE) /* what a packet needs of a subscribed_track */

/* A publisher that is so far away that each loss is a picture that stands. */
static const uint32_t FAR_FROM_PPM = 4000;
static const uint32_t FAR_UNTIL_PPM = 1000;
static const uint32_t REPAIRED_WITHIN_US = 1000000;

/* Loss is repaired only for video: a lost Opus packet is concealed sooner than it comes again. */
static bool repairs_losses(const struct endpoint_publication *negotiated)
{
    bool nack = false;
    for (size_t i = 0; i < negotiated->payload_count; i++) {
        nack |= negotiated->payloads[i].nack;
    }
    return nack && negotiated->kind == MEDIA_KIND_VIDEO;
}

static size_t stream_count_of(const struct endpoint_publication *negotiated)
{
    size_t count = negotiated->rid_count;
    if (negotiated->source_count > count) {
        count = negotiated->source_count;
    }
    if (count > PUBLISHED_STREAMS_MAX) {
        return PUBLISHED_STREAMS_MAX;
    }
    return count > 0 ? count : 1;
}

struct published_track *published_track_create(const struct endpoint_publication *negotiated,
                                               struct publisher_clock *publisher)
{
    struct published_track *track = calloc(1, sizeof(*track));
    track->negotiated = *negotiated;
    track->stream_count = stream_count_of(negotiated);
    list_init(&track->listeners);
    const struct published_stream_config config = {
        .kind = negotiated->kind,
        .nack = repairs_losses(negotiated),
        .publisher = publisher,
    };
    for (size_t i = 0; i < track->stream_count; i++) {
        published_stream_init(&track->streams[i], &config);
    }
    return track;
}

struct published_track *published_track_destroy(struct published_track *track)
{
    if (!track) {
        return NULL;
    }
    LIST_FOR_EACH (element, &track->listeners) {
        struct track_listener *listener = LIST_ENTRY(element, struct track_listener, in_track);
        list_remove(element);
        listener->ops->on_track_gone(listener);
    }
    for (size_t i = 0; i < track->stream_count; i++) {
        published_stream_finish(&track->streams[i]);
    }
    free(track);
    return NULL;
}

static bool same_payloads(const struct endpoint_publication *a,
                          const struct endpoint_publication *b)
{
    if (a->payload_count != b->payload_count) {
        return false;
    }
    for (size_t i = 0; i < a->payload_count; i++) {
        const struct media_payload *p = &a->payloads[i];
        const struct media_payload *q = &b->payloads[i];
        if (p->codec != q->codec || p->payload_type != q->payload_type ||
            p->rtx_payload_type != q->rtx_payload_type ||
            p->red_payload_type != q->red_payload_type || p->nack != q->nack || p->pli != q->pli ||
            p->fir != q->fir) {
            return false;
        }
    }
    return true;
}

static bool same_streams(const struct endpoint_publication *a, const struct endpoint_publication *b)
{
    if (a->source_count != b->source_count || a->rid_count != b->rid_count) {
        return false;
    }
    for (size_t i = 0; i < a->source_count; i++) {
        if (a->sources[i].ssrc != b->sources[i].ssrc ||
            a->sources[i].rtx_ssrc != b->sources[i].rtx_ssrc) {
            return false;
        }
    }
    for (size_t i = 0; i < a->rid_count; i++) {
        if (strcmp(a->rids[i], b->rids[i]) != 0) {
            return false;
        }
    }
    return true;
}

bool published_track_is_same(const struct published_track *track,
                             const struct endpoint_publication *negotiated)
{
    const struct endpoint_publication *mine = &track->negotiated;
    return mine->kind == negotiated->kind && strcmp(mine->mid, negotiated->mid) == 0 &&
           same_payloads(mine, negotiated) && same_streams(mine, negotiated);
}

static void tell_stream_changed(struct published_track *track,
                                const struct published_stream *stream)
{
    LIST_FOR_EACH (element, &track->listeners) {
        struct track_listener *listener = LIST_ENTRY(element, struct track_listener, in_track);
        listener->ops->on_stream_changed(listener, stream);
    }
}

void published_track_start_stream(struct published_track *track, struct published_stream *stream,
                                  uint32_t ssrc, uint32_t source)
{
    tell_stream_changed(track, stream);
    published_stream_start(stream, ssrc, source);
}

void published_track_stop_stream(struct published_track *track, struct published_stream *stream)
{
    tell_stream_changed(track, stream);
    published_stream_stop(stream);
}

void published_track_add_listener(struct published_track *track, struct track_listener *listener)
{
    list_append(&track->listeners, &listener->in_track);
}

void published_track_remove_listener(struct track_listener *listener)
{
    list_remove(&listener->in_track);
}

/* A worker knows more receivers than its caches hold: the next one's state is fetched while the
 * packet is encrypted for this one. */
static void fetch_state(const struct list *listener)
{
    const char *state = (const char *)LIST_ENTRY(listener, struct track_listener, in_track);
    for (size_t at = 0; at < STATE_FETCHED; at += CACHE_LINE_SIZE) {
        __builtin_prefetch(state + at);
    }
}

void published_track_route(struct published_track *track, const struct routed_packet *routed)
{
    LIST_FOR_EACH (element, &track->listeners) {
        struct track_listener *listener = LIST_ENTRY(element, struct track_listener, in_track);
        if (element->next != &track->listeners) {
            fetch_state(element->next);
        }
        listener->ops->on_packet(listener, routed);
    }
}

const struct media_payload *published_track_payload(const struct published_track *track,
                                                    uint8_t payload_type, bool *ret_is_rtx)
{
    for (size_t i = 0; i < track->negotiated.payload_count; i++) {
        const struct media_payload *payload = &track->negotiated.payloads[i];
        const bool is_red =
            payload->red_payload_type != 0 && payload->red_payload_type == payload_type;
        if (payload->payload_type == payload_type || payload->rtx_payload_type == payload_type ||
            is_red) {
            *ret_is_rtx = payload->payload_type != payload_type && !is_red;
            return payload;
        }
    }
    return NULL;
}

int published_track_layer_of_rid(const struct published_track *track,
                                 const struct rtp_extension_text *rid)
{
    if (track->negotiated.rid_count == 0) {
        return 0;
    }
    for (size_t i = 0; i < track->negotiated.rid_count; i++) {
        if (rtp_extension_text_equals(rid, track->negotiated.rids[i])) {
            return (int)i;
        }
    }
    return -ENOENT;
}

const struct published_stream *published_track_find_stream(const struct published_track *track,
                                                           uint32_t source)
{
    for (size_t i = 0; track && i < track->stream_count; i++) {
        if (track->streams[i].source == source) {
            return &track->streams[i];
        }
    }
    return NULL;
}

void published_track_look_at_losses(struct published_track *track, uint32_t rtt_us, uint64_t now_us)
{
    uint32_t worst_ppm = 0;
    for (size_t i = 0; i < track->stream_count; i++) {
        const struct published_stream *stream = &track->streams[i];
        if (stream->nack && simulcast_layer_flows(&stream->layer, now_us)) {
            const uint32_t loss_ppm = nack_generator_loss_ppm(stream->nack);
            worst_ppm = loss_ppm > worst_ppm ? loss_ppm : worst_ppm;
        }
    }
    const uint32_t repair_us = rtt_us + REPAIR_WAIT_NOTICED_AFTER_US;
    const struct repair_wait_far far = {
        .wait_us = repair_us < REPAIRED_WITHIN_US ? repair_us : 0,
        .from_ppm = FAR_FROM_PPM,
        .until_ppm = FAR_UNTIL_PPM,
    };
    repair_wait_update(&track->repairs, worst_ppm, rtt_us, &far);
}

bool published_track_flows(const struct published_track *track, uint64_t span_us, uint64_t now_us)
{
    for (size_t i = 0; i < track->stream_count; i++) {
        const struct published_stream *stream = &track->streams[i];
        if (stream->layer.last_packet_us != 0 && now_us - stream->layer.last_packet_us < span_us) {
            return true;
        }
    }
    return false;
}

bool published_track_takes_pli(const struct published_track *track)
{
    bool pli = false;
    for (size_t i = 0; i < track->negotiated.payload_count; i++) {
        pli |= track->negotiated.payloads[i].pli;
    }
    return pli;
}

bool published_track_takes_fir(const struct published_track *track)
{
    bool fir = false;
    for (size_t i = 0; i < track->negotiated.payload_count; i++) {
        fir |= track->negotiated.payloads[i].fir;
    }
    return fir;
}
