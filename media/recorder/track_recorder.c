#include "media/recorder/track_recorder.h"

#include "gateway/base/allocate.h"
#include "gateway/base/log.h"
#include "gateway/base/token_bucket.h"
#include "media/recorder/element_chain.h"
#include "media/rtp/opus_packet.h"
#include "media/rtp/rtp_packet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

LOG_TOPIC("recorder");

#define REORDER_WAIT_US 600000
#define KEYFRAME_REQUEST_INTERVAL_US 500000
/* A publisher that changes its parameter sets with every frame fills no directory. */
#define SEGMENTS_PER_SECOND 1
#define SEGMENTS_BURST 20
#define FAILURE_LINES_PER_SECOND 1
#define PTS_STEP_MIN_US 1000 /* Matroska counts milliseconds */

struct track_recorder {
    uint16_t track;
    enum media_codec codec;
    char label[RECORDER_LABEL_SIZE_MAX];
    const struct track_recorder_ops *ops;
    void *context;
    struct packet_reorder *reorder;
    struct token_bucket new_segments;
    struct log_limiter failure_limiter;
    /* Of the interval: */
    bool flowing;
    uint64_t start_us;
    uint64_t end_us; /* UINT64_MAX while it is open */
    int64_t start_ms;
    struct element_chain *depayloader;
    uint32_t ssrc; /* of the packet that it had last */
    bool needs_keyframe;
    uint64_t keyframe_requested_us; /* 0: not yet */
    GstCaps *caps;                  /* of the frames */
    struct segment_writer *segment;
    bool has_pts;
    uint64_t last_pts_us;
    uint64_t now_us; /* of the packet being handled */
};

static enum media_kind kind_of(const struct track_recorder *recorder)
{
    return recorder->codec == MEDIA_CODEC_OPUS ? MEDIA_KIND_AUDIO : MEDIA_KIND_VIDEO;
}

struct track_recorder *track_recorder_create(uint16_t track, enum media_codec codec,
                                             const char *label,
                                             const struct track_recorder_ops *ops, void *context)
{
    struct track_recorder *recorder = allocate_zeroed(1, sizeof *recorder);
    recorder->track = track;
    recorder->codec = codec;
    snprintf(recorder->label, sizeof recorder->label, "%s", label);
    recorder->ops = ops;
    recorder->context = context;
    recorder->reorder = packet_reorder_create(REORDER_WAIT_US);
    token_bucket_init(&recorder->new_segments, SEGMENTS_PER_SECOND, SEGMENTS_BURST, 0);
    return recorder;
}

struct track_recorder *track_recorder_destroy(struct track_recorder *recorder)
{
    if (recorder) {
        element_chain_destroy(recorder->depayloader);
        segment_writer_destroy(recorder->segment);
        packet_reorder_destroy(recorder->reorder);
        gst_clear_caps(&recorder->caps);
        free(recorder);
    }
    return NULL;
}

uint16_t track_recorder_id(const struct track_recorder *recorder)
{
    return recorder->track;
}

enum media_codec track_recorder_codec(const struct track_recorder *recorder)
{
    return recorder->codec;
}

const char *track_recorder_label(const struct track_recorder *recorder)
{
    return recorder->label;
}

/* ---- segments ---- */

static void close_segment(struct track_recorder *recorder, int64_t end_ms)
{
    AUTO(segment_writer) segment = TAKE(recorder->segment);
    if (!segment) {
        return;
    }
    const int error = segment_writer_finish(segment);
    struct recorder_file_report report;
    segment_writer_report(segment, &report);
    report.interval_end_ms = end_ms;
    recorder->ops->on_segment_closed(recorder->context, &report);
    if (error < 0) {
        recorder->ops->on_disk_error(recorder->context, error);
    }
}

static void on_write_error(struct track_recorder *recorder, int error)
{
    if (error == -EBADMSG || error == -ENOTSUP) {
        /* The muxer did not like what the publisher sent. What it wrote is closed; the next key
         * frame begins anew. */
        recorder->needs_keyframe = kind_of(recorder) == MEDIA_KIND_VIDEO;
        close_segment(recorder, 0);
        return;
    }
    AUTO(segment_writer) segment = TAKE(recorder->segment);
    if (segment) {
        struct recorder_file_report report;
        segment_writer_report(segment, &report);
        recorder->ops->on_segment_closed(recorder->context, &report);
    }
    recorder->flowing = false;
    recorder->ops->on_disk_error(recorder->context, error);
}

static int open_segment(struct track_recorder *recorder)
{
    struct segment_description description = {
        .kind = kind_of(recorder),
        .codec = recorder->codec,
        .interval_start_ms = recorder->start_ms,
    };
    memcpy(description.label, recorder->label, sizeof description.label);
    return recorder->ops->create_segment(recorder->context, &description, recorder->caps,
                                         &recorder->segment);
}

static void want_keyframe(void *context)
{
    struct track_recorder *recorder = context;
    if (kind_of(recorder) == MEDIA_KIND_VIDEO) {
        recorder->needs_keyframe = true;
    }
}

static void write_frame(struct track_recorder *recorder, GstBuffer *buffer, uint64_t pts_us,
                        bool keyframe)
{
    uint64_t duration_us = 0;
    GstMapInfo map;
    if (recorder->codec == MEDIA_CODEC_OPUS && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        duration_us = opus_packet_duration_us(map.data, map.size);
        gst_buffer_unmap(buffer, &map);
    }
    const bool opens = !recorder->segment;
    if (opens && !token_bucket_take(&recorder->new_segments, recorder->now_us)) {
        want_keyframe(recorder);
        return;
    }
    int error = opens ? open_segment(recorder) : 0;
    if (error == 0) {
        error = segment_writer_write(recorder->segment, buffer, pts_us, duration_us, keyframe,
                                     recorder->now_us);
    }
    if (error < 0) {
        on_write_error(recorder, error);
        return;
    }
    recorder->last_pts_us = pts_us;
    recorder->has_pts = true;
    if (opens) {
        struct recorder_file_report report;
        segment_writer_report(recorder->segment, &report);
        recorder->ops->on_segment_opened(recorder->context, &report);
    }
}

/* ---- what the depayloader says ---- */

static bool parameter_sets_differ(GstCaps *a, GstCaps *b)
{
    const GValue *x = gst_structure_get_value(gst_caps_get_structure(a, 0), "codec_data");
    const GValue *y = gst_structure_get_value(gst_caps_get_structure(b, 0), "codec_data");
    return !x || !y || gst_value_compare(x, y) != GST_VALUE_EQUAL;
}

static void on_caps(void *context, GstCaps *caps)
{
    struct track_recorder *recorder = context;
    if (recorder->segment && recorder->codec == MEDIA_CODEC_H264 &&
        parameter_sets_differ(recorder->caps, caps)) {
        close_segment(recorder, 0);
        recorder->needs_keyframe = true;
    }
    gst_caps_replace(&recorder->caps, caps);
}

static int on_frame(void *context, GstBuffer *buffer)
{
    struct track_recorder *recorder = context;
    const bool keyframe = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    const bool whole =
        recorder->caps && GST_BUFFER_PTS_IS_VALID(buffer) && gst_buffer_get_size(buffer) > 0;
    uint64_t pts_us = whole ? GST_BUFFER_PTS(buffer) / GST_USECOND : 0;
    const bool inside = recorder->flowing && recorder->start_us + pts_us < recorder->end_us;
    if (!whole || !inside || (recorder->needs_keyframe && !keyframe)) {
        return 0;
    }
    recorder->needs_keyframe = false;
    recorder->keyframe_requested_us = 0;
    if (recorder->has_pts && pts_us < recorder->last_pts_us + PTS_STEP_MIN_US) {
        pts_us = recorder->last_pts_us + PTS_STEP_MIN_US;
    }
    write_frame(recorder, buffer, pts_us, keyframe);
    return 0;
}

static const struct element_chain_ops depayloader_ops = {
    .on_caps = on_caps,
    .on_buffer = on_frame,
    .on_keyframe_wanted = want_keyframe,
};

static const struct element_chain_ops h264_depayloader_ops = {
    .out_caps = "video/x-h264, stream-format=(string)avc, alignment=(string)au",
    .on_caps = on_caps,
    .on_buffer = on_frame,
    .on_keyframe_wanted = want_keyframe,
};

/* ---- depayloading ---- */

static GstElement *make_video_depayloader(const char *name)
{
    GstElement *element = gst_element_factory_make(name, NULL);
    if (element) {
        g_object_set(element, "wait-for-keyframe", TRUE, "request-keyframe", TRUE, NULL);
    }
    return element;
}

static int open_depayloader(struct track_recorder *recorder)
{
    GstElement *elements[2] = {NULL};
    const struct element_chain_ops *ops = &depayloader_ops;
    size_t count = 1;
    const char *text = NULL;
    switch (recorder->codec) {
    case MEDIA_CODEC_OPUS:
        elements[0] = gst_element_factory_make("rtpopusdepay", NULL);
        text = "application/x-rtp, media=(string)audio, clock-rate=(int)48000, "
               "encoding-name=(string)OPUS, "
               "payload=(int)111";
        break;
    case MEDIA_CODEC_VP8:
        elements[0] = make_video_depayloader("rtpvp8depay");
        text = "application/x-rtp, media=(string)video, clock-rate=(int)90000, "
               "encoding-name=(string)VP8";
        break;
    default: /* the protocol lets nothing else in */
        elements[0] = make_video_depayloader("rtph264depay");
        elements[1] = gst_element_factory_make("h264parse", NULL);
        count = 2;
        ops = &h264_depayloader_ops;
        text = "application/x-rtp, media=(string)video, clock-rate=(int)90000, "
               "encoding-name=(string)H264, "
               "packetization-mode=(string)1";
        break;
    }
    const int error =
        element_chain_create(elements, count, NULL, ops, recorder, &recorder->depayloader);
    if (error < 0) {
        return error;
    }
    g_autoptr(GstCaps) caps = gst_caps_from_string(text);
    want_keyframe(recorder);
    return element_chain_set_caps(recorder->depayloader, caps, GST_FORMAT_TIME);
}

static void close_depayloader(struct track_recorder *recorder)
{
    recorder->depayloader = element_chain_destroy(recorder->depayloader);
}

/* A depayloader does not survive another SSRC without losing the packet that brought it. */
static void follow_ssrc(struct track_recorder *recorder, const struct reordered_packet *packet)
{
    struct rtp_packet view;
    if (rtp_packet_parse(packet->bytes, packet->size, &view) == 0 && view.ssrc != recorder->ssrc) {
        recorder->ssrc = view.ssrc;
        close_depayloader(recorder);
    }
}

static void log_failure(struct track_recorder *recorder)
{
    uint32_t suppressed = 0;
    if (log_limiter_allows(&recorder->failure_limiter, FAILURE_LINES_PER_SECOND, recorder->now_us,
                           &suppressed)) {
        log_warning("depayloader_failed", "track=%u reason=%s suppressed=%" PRIu32, recorder->track,
                    element_chain_reason(recorder->depayloader), suppressed);
    }
}

/* Owns packet->bytes. */
static void depayload(struct track_recorder *recorder, const struct reordered_packet *packet)
{
    follow_ssrc(recorder, packet);
    if (!recorder->flowing || packet->media_time_us < recorder->start_us ||
        (!recorder->depayloader && open_depayloader(recorder) < 0)) {
        free(packet->bytes);
        return;
    }
    GstBuffer *buffer = gst_buffer_new_memdup(packet->bytes, packet->size);
    free(packet->bytes);
    GST_BUFFER_PTS(buffer) = (packet->media_time_us - recorder->start_us) * GST_USECOND;
    if (element_chain_push(recorder->depayloader, buffer) < 0) {
        log_failure(recorder);
        close_depayloader(recorder);
    }
}

/* ---- the owner's calls ---- */

void track_recorder_flow(struct track_recorder *recorder, uint64_t start_us, int64_t start_ms)
{
    packet_reorder_reset(recorder->reorder);
    close_depayloader(recorder);
    gst_clear_caps(&recorder->caps);
    recorder->flowing = true;
    recorder->start_us = start_us;
    recorder->end_us = UINT64_MAX;
    recorder->start_ms = start_ms;
    recorder->has_pts = false;
    recorder->needs_keyframe = kind_of(recorder) == MEDIA_KIND_VIDEO;
    recorder->keyframe_requested_us = 0;
}

static void request_keyframe_when_due(struct track_recorder *recorder, uint64_t now_us)
{
    const bool due = !recorder->keyframe_requested_us ||
                     now_us - recorder->keyframe_requested_us >= KEYFRAME_REQUEST_INTERVAL_US;
    if (recorder->flowing && recorder->needs_keyframe && due) {
        recorder->keyframe_requested_us = now_us;
        recorder->ops->request_keyframe(recorder->context, recorder->track);
    }
}

static void depayload_due(struct track_recorder *recorder, uint64_t now_us)
{
    struct reordered_packet packet;
    while (packet_reorder_take(recorder->reorder, now_us, &packet)) {
        depayload(recorder, &packet);
    }
    request_keyframe_when_due(recorder, now_us);
}

void track_recorder_on_rtp(struct track_recorder *recorder, const uint8_t *packet, size_t size,
                           uint64_t media_time_us, uint64_t now_us)
{
    if (!recorder->flowing) {
        return;
    }
    recorder->now_us = now_us;
    if (packet_reorder_push(recorder->reorder, packet, size, media_time_us, now_us) == 0) {
        depayload_due(recorder, now_us);
    }
}

void track_recorder_on_tick(struct track_recorder *recorder, uint64_t now_us)
{
    if (!recorder->flowing) {
        return;
    }
    recorder->now_us = now_us;
    depayload_due(recorder, now_us);
    const int error = recorder->segment ? segment_writer_on_tick(recorder->segment, now_us) : 0;
    if (error < 0) {
        on_write_error(recorder, error);
    }
}

void track_recorder_pause(struct track_recorder *recorder, uint64_t end_us, int64_t end_ms,
                          uint64_t now_us)
{
    if (!recorder->flowing) {
        return;
    }
    recorder->now_us = now_us;
    recorder->end_us = end_us;
    struct reordered_packet packet;
    while (packet_reorder_flush(recorder->reorder, &packet)) {
        depayload(recorder, &packet);
    }
    if (recorder->depayloader) {
        element_chain_end(recorder->depayloader);
    }
    recorder->flowing = false;
    close_segment(recorder, end_ms);
    close_depayloader(recorder);
}
