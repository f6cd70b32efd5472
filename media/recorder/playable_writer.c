#include "media/recorder/playable_writer.h"

#include "gateway/base/allocate.h"
#include "media/recorder/image_sink.h"
#include "media/recorder/webm_sound_flags.h"
#include "media/recording_file/recording_file.h"

#include <errno.h>
#include <gst/app/gstappsrc.h>
#include <stdio.h>

/* What a muxer goes back to: the head, and sizes of the cluster being written. */
#define IMAGE_WINDOW_BYTES (16u << 20)
#define VIDEO_QUEUE_BYTES (8u << 20)
#define AUDIO_QUEUE_BYTES (1u << 20)
#define WAIT_STEP_NS (2 * GST_MSECOND)
#define AAC_BITRATE 96000
#define CLUSTER_DURATION_NS ((gint64)(2 * GST_SECOND))
/* Of sound alone every packet would be in the index. */
#define INDEX_INTERVAL_NS ((gint64)(500 * GST_MSECOND))
#define REASON_SIZE 120

static const char opus_caps[] =
    "audio/x-opus, rate=(int)48000, channels=(int)2, channel-mapping-family=(int)0, "
    "stream-count=(int)1, coupled-count=(int)1";

struct playable_writer {
    struct playable_writer_config config; /* its name is not kept */
    struct recording_file_writer *file;
    struct webm_sound_flags *sound_flags; /* of a WebM */
    GstElement *pipeline;
    GstBus *bus;
    GstElement *muxer; /* borrowed from the pipeline, as are: */
    GstElement *sink;
    GstElement *audio;   /* appsrc */
    GstElement *video;   /* appsrc, or NULL */
    GstCaps *video_caps; /* as set */
    bool video_ended;
    bool caps_passed; /* by the filter in front of the muxer's picture */
    char reason[REASON_SIZE];
};

static GstElement *add(struct playable_writer *writer, const char *factory)
{
    GstElement *element = gst_element_factory_make(factory, NULL);
    if (element) {
        gst_bin_add(GST_BIN(writer->pipeline), element);
    }
    return element;
}

static GstElement *add_source(struct playable_writer *writer)
{
    GstElement *source = add(writer, "appsrc");
    if (source) {
        g_object_set(source, "format", GST_FORMAT_TIME, "block", FALSE, "max-bytes", (guint64)0,
                     NULL);
    }
    return source;
}

static GstElement *add_filter(struct playable_writer *writer, const char *text)
{
    GstElement *filter = add(writer, "capsfilter");
    if (filter) {
        g_autoptr(GstCaps) caps = gst_caps_from_string(text);
        g_object_set(filter, "caps", caps, NULL);
    }
    return filter;
}

static bool link_all(GstElement *const *elements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!elements[i] || (i > 0 && !gst_element_link(elements[i - 1], elements[i]))) {
            return false;
        }
    }
    return true;
}

static bool link_to_muxer(struct playable_writer *writer, GstElement *last, const char *pad_name,
                          GstPad **ret_pad)
{
    g_autoptr(GstPad) sink = gst_element_request_pad_simple(writer->muxer, pad_name);
    g_autoptr(GstPad) source = gst_element_get_static_pad(last, "src");
    const bool linked = sink && source && GST_PAD_LINK_SUCCESSFUL(gst_pad_link(source, sink));
    if (linked && ret_pad) {
        *ret_pad = g_steal_pointer(&source);
    }
    return linked;
}

static bool build_audio(struct playable_writer *writer)
{
    writer->audio = add_source(writer);
    if (!writer->audio) {
        return false;
    }
    g_autoptr(GstCaps) caps = gst_caps_from_string(opus_caps);
    g_object_set(writer->audio, "caps", caps, NULL);
    if (writer->config.video != MEDIA_CODEC_H264) {
        return link_to_muxer(writer, writer->audio, "audio_%u", NULL);
    }
    GstElement *encoder = add(writer, "voaacenc");
    GstElement *const chain[] = {
        writer->audio,
        add(writer, "opusdec"),
        add(writer, "audioconvert"),
        add(writer, "audioresample"),
        add_filter(writer, "audio/x-raw, format=(string)S16LE, rate=(int)48000, channels=(int)2"),
        encoder,
    };
    if (!link_all(chain, ARRAY_LENGTH(chain))) {
        return false;
    }
    g_object_set(encoder, "bitrate", AAC_BITRATE, NULL);
    return link_to_muxer(writer, encoder, "audio_%u", NULL);
}

/* Muxers refuse to hear of other caps later on. What may change (size of VP8, parameter sets that
 * are in the stream) is no matter to them. */
static GstPadProbeReturn pass_caps_once(GstPad *pad, GstPadProbeInfo *info, gpointer context)
{
    (void)pad;
    struct playable_writer *writer = context;
    if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) != GST_EVENT_CAPS) {
        return GST_PAD_PROBE_OK;
    }
    const bool pass = !writer->caps_passed;
    writer->caps_passed = true;
    return pass ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static bool build_video(struct playable_writer *writer)
{
    if (writer->config.video == MEDIA_CODEC_NONE) {
        return true;
    }
    writer->video = add_source(writer);
    GstElement *last = writer->video;
    if (last && writer->config.video == MEDIA_CODEC_H264 && writer->config.parameter_sets_vary) {
        GstElement *parser = add(writer, "h264parse");
        GstElement *const chain[] = {
            writer->video,
            parser,
            add_filter(writer, "video/x-h264, stream-format=(string)avc3, alignment=(string)au"),
        };
        if (!link_all(chain, ARRAY_LENGTH(chain))) {
            return false;
        }
        g_object_set(parser, "config-interval", -1, NULL);
        last = chain[2];
    }
    g_autoptr(GstPad) source = NULL;
    if (!last || !link_to_muxer(writer, last, "video_%u", &source)) {
        return false;
    }
    gst_pad_add_probe(source, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, pass_caps_once, writer, NULL);
    return true;
}

static bool build(struct playable_writer *writer)
{
    writer->pipeline = gst_object_ref_sink(gst_pipeline_new(NULL));
    writer->bus = gst_element_get_bus(writer->pipeline);
    const bool mp4 = writer->config.video == MEDIA_CODEC_H264;
    writer->muxer = add(writer, mp4 ? "mp4mux" : "webmmux");
    writer->sound_flags = mp4 ? NULL : webm_sound_flags_create();
    writer->sink = image_sink_create(writer->file, writer->sound_flags);
    gst_bin_add(GST_BIN(writer->pipeline), writer->sink);
    if (!writer->muxer || !gst_element_link(writer->muxer, writer->sink)) {
        return false;
    }
    if (!mp4) {
        g_object_set(writer->muxer, "max-cluster-duration", CLUSTER_DURATION_NS,
                     "min-index-interval", INDEX_INTERVAL_NS, "writing-app", "bedside-recorder",
                     NULL);
    }
    return build_audio(writer) && build_video(writer) &&
           gst_element_set_state(writer->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

int playable_writer_create(const struct playable_writer_config *config,
                           struct playable_writer **ret_writer)
{
    AUTO(playable_writer) writer = allocate_zeroed(1, sizeof *writer);
    writer->config = *config;
    writer->config.name = NULL;
    const int error =
        recording_file_writer_create_image(config->directory_fd, config->name, config->data_key, "",
                                           0, IMAGE_WINDOW_BYTES, &writer->file);
    if (error < 0) {
        return error;
    }
    if (!build(writer)) {
        return -ENOTSUP;
    }
    *ret_writer = TAKE(writer);
    return 0;
}

struct playable_writer *playable_writer_destroy(struct playable_writer *writer)
{
    if (writer) {
        if (writer->pipeline) {
            gst_element_set_state(writer->pipeline, GST_STATE_NULL);
        }
        g_clear_pointer(&writer->bus, gst_object_unref);
        g_clear_pointer(&writer->pipeline, gst_object_unref);
        gst_clear_caps(&writer->video_caps);
        webm_sound_flags_destroy(writer->sound_flags);
        recording_file_writer_destroy(writer->file);
        free(writer);
    }
    return NULL;
}

const char *playable_writer_reason(const struct playable_writer *writer)
{
    return writer->reason;
}

static int failure(struct playable_writer *writer, GstMessage *message)
{
    g_autoptr(GError) error = NULL;
    gst_message_parse_error(message, &error, NULL);
    snprintf(writer->reason, sizeof writer->reason, "%s: %s", GST_MESSAGE_SRC_NAME(message),
             error->message);
    const int disk = image_sink_error(writer->sink);
    return disk < 0 ? disk : -EBADMSG;
}

/* Waits for one of `types` or an error, at most `timeout_ns`. Returns 1 when it came, 0 when the
 * time is over. */
static int wait_for(struct playable_writer *writer, GstMessageType types, GstClockTime timeout_ns)
{
    if (writer->config.is_canceled && writer->config.is_canceled(writer->config.context)) {
        return -ECANCELED;
    }
    g_autoptr(GstMessage) message =
        gst_bus_timed_pop_filtered(writer->bus, timeout_ns, types | GST_MESSAGE_ERROR);
    if (!message) {
        return 0;
    }
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR ? failure(writer, message) : 1;
}

static int push(GstElement *source, GstBuffer *buffer)
{
    return gst_app_src_push_buffer(GST_APP_SRC(source), buffer) == GST_FLOW_OK ? 0 : -EBADMSG;
}

/* The muxer takes what is oldest. Sound never has a gap, so it always gets on with pictures that
 * wait here; pictures may have long ones, so sound (little of it) waits for them without a limit,
 * unless there are none. */
static bool is_waited_for(const struct playable_writer *writer)
{
    return !writer->video || writer->video_ended;
}

static int wait_for_room(struct playable_writer *writer, GstElement *source, guint64 queue_bytes)
{
    int error = 0;
    while (error == 0 && gst_app_src_get_current_level_bytes(GST_APP_SRC(source)) > queue_bytes) {
        error = wait_for(writer, 0, WAIT_STEP_NS);
    }
    return error;
}

int playable_writer_write_audio(struct playable_writer *writer, const uint8_t *packet, size_t size,
                                uint64_t pts_us, uint64_t duration_us)
{
    const int error =
        is_waited_for(writer) ? wait_for_room(writer, writer->audio, AUDIO_QUEUE_BYTES) : 0;
    if (error < 0) {
        return error;
    }
    GstBuffer *buffer = gst_buffer_new_memdup(packet, size);
    GST_BUFFER_PTS(buffer) = pts_us * GST_USECOND;
    GST_BUFFER_DURATION(buffer) = duration_us * GST_USECOND;
    return push(writer->audio, buffer);
}

int playable_writer_write_video(struct playable_writer *writer, GstBuffer *frame, GstCaps *caps,
                                uint64_t pts_us)
{
    const int error = wait_for_room(writer, writer->video, VIDEO_QUEUE_BYTES);
    if (error < 0) {
        return error;
    }
    if (!writer->video_caps || !gst_caps_is_equal(writer->video_caps, caps)) {
        gst_caps_replace(&writer->video_caps, caps);
        gst_app_src_set_caps(GST_APP_SRC(writer->video), caps);
    }
    GstBuffer *buffer = gst_buffer_copy(frame);
    GST_BUFFER_PTS(buffer) = pts_us * GST_USECOND;
    GST_BUFFER_DTS(buffer) =
        pts_us * GST_USECOND; /* nothing is reordered: WebRTC has no B frames */
    GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
    return push(writer->video, buffer);
}

void playable_writer_end_video(struct playable_writer *writer)
{
    if (writer->video && !writer->video_ended) {
        writer->video_ended = true;
        gst_app_src_end_of_stream(GST_APP_SRC(writer->video));
    }
}

int playable_writer_finish(struct playable_writer *writer, uint64_t *ret_plain_size,
                           uint64_t *ret_size, uint8_t ret_sha256[DIGEST_SHA256_SIZE])
{
    playable_writer_end_video(writer);
    gst_app_src_end_of_stream(GST_APP_SRC(writer->audio));
    int result = 0;
    while (result == 0) {
        result = wait_for(writer, GST_MESSAGE_EOS, 100 * GST_MSECOND);
    }
    if (result < 0) {
        return result;
    }
    gst_element_set_state(writer->pipeline, GST_STATE_NULL);
    *ret_plain_size = recording_file_writer_size(writer->file);
    return recording_file_writer_finish(writer->file, ret_size, ret_sha256);
}
