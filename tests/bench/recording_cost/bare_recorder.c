/* bare-recorder: what recording costs at least when it is made of GStreamer's elements, the
 * yardstick of bedside-recorder.
 *
 *   each track:  rtpjitterbuffer ! rtpvp8depay or rtpopusdepay ! matroskamux ! filesink
 *
 * It reads the same datagrams from the same kind of socket (descriptor 3) and writes one file per
 * track into the directory that is its argument, in clear. It has no sandbox, no encryption, no
 * consented intervals, no reports and no requests for key frames. Packets are pushed straight into
 * the jitter buffer, which has a thread of its own; an appsrc would add another thread and a queue.
 */
#include "gateway/base/allocate.h"
#include "media/recorder_protocol.h"
#include "tests/bench/recording_cost/bench_failure.h"

#include <gst/gst.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#define MEDIA_FD 3
#define TRACKS_MAX 64
#define END_TIMEOUT (5 * GST_SECOND)

struct track {
    uint16_t number;
    GstElement *pipeline;
    GstPad *in;
    bool announced;
    uint64_t first_us;
};

static struct track tracks[TRACKS_MAX];
static size_t track_count;

static void open_track(const struct recorder_message *message, const char *directory)
{
    const bool audio = message->codec == MEDIA_CODEC_OPUS;
    if (track_count == TRACKS_MAX) {
        bench_fail("opening so many tracks");
    }
    struct track *track = &tracks[track_count++];
    g_autofree char *description =
        g_strdup_printf("rtpjitterbuffer name=in ! %s ! matroskamux ! filesink location=%s/%u.mkv",
                        audio ? "rtpopusdepay" : "rtpvp8depay", directory, message->track);
    track->number = message->track;
    track->pipeline = gst_parse_launch(description, NULL);
    g_autoptr(GstElement) first =
        track->pipeline ? gst_bin_get_by_name(GST_BIN(track->pipeline), "in") : NULL;
    g_autoptr(GstPad) sink = first ? gst_element_get_static_pad(first, "sink") : NULL;
    track->in = gst_pad_new("in", GST_PAD_SRC);
    if (!sink || gst_pad_link(track->in, sink) != GST_PAD_LINK_OK) {
        bench_fail("building the bare pipeline");
    }
    gst_pad_set_active(track->in, TRUE);
    gst_element_set_state(track->pipeline, GST_STATE_PLAYING);
    g_autoptr(GstCaps) caps = gst_caps_from_string(
        audio ? "application/x-rtp, media=audio, clock-rate=48000, encoding-name=OPUS, payload=111"
              : "application/x-rtp, media=video, clock-rate=90000, encoding-name=VP8, payload=96");
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(track->in, gst_event_new_stream_start("in"));
    gst_pad_push_event(track->in, gst_event_new_caps(caps));
    gst_pad_push_event(track->in, gst_event_new_segment(&segment));
}

static void push(const struct recorder_message *message)
{
    for (size_t i = 0; i < track_count; i++) {
        struct track *track = &tracks[i];
        if (track->number != message->track) {
            continue;
        }
        if (!track->announced) {
            track->announced = true;
            track->first_us = message->media_time_us;
        }
        GstBuffer *buffer = gst_buffer_new_memdup(message->payload, message->payload_size);
        GST_BUFFER_PTS(buffer) = (message->media_time_us - track->first_us) * GST_USECOND;
        GST_BUFFER_DTS(buffer) = GST_BUFFER_PTS(buffer);
        gst_pad_push(track->in, buffer);
        return;
    }
}

static void end(void)
{
    for (size_t i = 0; i < track_count; i++) {
        gst_pad_push_event(tracks[i].in, gst_event_new_eos());
        g_autoptr(GstBus) bus = gst_element_get_bus(tracks[i].pipeline);
        g_autoptr(GstMessage) message =
            gst_bus_timed_pop_filtered(bus, END_TIMEOUT, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
        if (!message || GST_MESSAGE_TYPE(message) != GST_MESSAGE_EOS) {
            bench_fail("the bare pipeline");
        }
        gst_element_set_state(tracks[i].pipeline, GST_STATE_NULL);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        bench_fail("bare-recorder's directory");
    }
    gst_init(NULL, NULL);
    uint8_t *datagram = allocate_zeroed(1, RECORDER_DATAGRAM_SIZE_MAX);
    ssize_t size = 0;
    while ((size = recv(MEDIA_FD, datagram, RECORDER_DATAGRAM_SIZE_MAX, 0)) > 0) {
        struct recorder_walk walk;
        struct recorder_message message;
        recorder_walk_begin(&walk, datagram, (size_t)size);
        while (recorder_walk_next(&walk, &message) > 0) {
            if (message.type == RECORDER_TRACK) {
                open_track(&message, argv[1]);
            } else if (message.type == RECORDER_RTP) {
                push(&message);
            }
        }
    }
    end();
    free(datagram);
    return 0;
}
