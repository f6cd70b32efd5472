#include "tests/bench/recording_cost/clip.h"

#include "gateway/base/allocate.h"
#include "media/rtp/rtp_packet.h"
#include "tests/bench/recording_cost/bench_failure.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <string.h>

/* Noise, so that the encoder spends the whole rate that it is given. */
static const char *const video_pipeline =
    "videotestsrc num-buffers=100 pattern=snow ! "
    "video/x-raw,format=I420,width=288,height=160,framerate=25/1 ! "
    "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=50 end-usage=cbr target-bitrate=1200000 "
    "min-quantizer=4 max-quantizer=63 ! "
    "rtpvp8pay mtu=1200 picture-id-mode=2 pt=96 ! appsink name=out sync=false";
static const char *const audio_pipeline =
    "audiotestsrc num-buffers=200 samplesperbuffer=960 wave=pink-noise volume=0.2 ! "
    "audio/x-raw,rate=48000,channels=1 ! opusenc frame-size=20 bitrate=32000 ! "
    "rtpopuspay pt=111 ! appsink name=out sync=false";

static void add(struct clip *clip, GstSample *sample, bool is_audio)
{
    GstBuffer *buffer = gst_sample_get_buffer(sample);
    GstMapInfo map;
    struct rtp_packet rtp;
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ) ||
        rtp_packet_parse(map.data, map.size, &rtp) < 0) {
        bench_fail("the encoder's packets");
    }
    clip->packets = allocate_resized(clip->packets, clip->count + 1, sizeof *clip->packets);
    struct clip_packet *packet = &clip->packets[clip->count++];
    *packet = (struct clip_packet){
        .at_us = GST_BUFFER_PTS(buffer) / 1000,
        .is_audio = is_audio,
        .marker = rtp.marker,
        .payload = allocate_zeroed(1, rtp.payload_size),
        .size = rtp.payload_size,
    };
    memcpy(packet->payload, rtp_packet_payload(&rtp), rtp.payload_size);
    gst_buffer_unmap(buffer, &map);
}

static void encode(struct clip *clip, const char *description, bool is_audio)
{
    g_autoptr(GstElement) pipeline = gst_parse_launch(description, NULL);
    g_autoptr(GstElement) sink = pipeline ? gst_bin_get_by_name(GST_BIN(pipeline), "out") : NULL;
    if (!sink || gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
        bench_fail("GStreamer's encoders");
    }
    GstSample *sample = NULL;
    while ((sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)))) {
        add(clip, sample, is_audio);
        gst_sample_unref(sample);
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
}

static int compare_times(const void *a, const void *b)
{
    const struct clip_packet *x = a;
    const struct clip_packet *y = b;
    return (x->at_us > y->at_us) - (x->at_us < y->at_us);
}

/* A camera's packets leave within its frame, not at one moment; and a stable order needs different
 * times. */
static void spread_pictures(struct clip *clip)
{
    uint64_t frame_us = UINT64_MAX;
    unsigned within = 0;
    for (size_t i = 0; i < clip->count; i++) {
        struct clip_packet *packet = &clip->packets[i];
        within = packet->at_us == frame_us ? within + 1 : 0;
        frame_us = packet->at_us;
        packet->at_us += within * UINT64_C(200);
    }
}

void clip_create(struct clip *ret_clip)
{
    struct clip clip = {.length_us = CLIP_LENGTH_US};
    encode(&clip, video_pipeline, false);
    spread_pictures(&clip);
    encode(&clip, audio_pipeline, true);
    qsort(clip.packets, clip.count, sizeof *clip.packets, compare_times);
    *ret_clip = clip;
}

void clip_destroy(struct clip *clip)
{
    for (size_t i = 0; i < clip->count; i++) {
        free(clip->packets[i].payload);
    }
    free(clip->packets);
}

bool clip_player_take(struct clip_player *player, uint64_t now_us, struct clip_moment *ret_moment)
{
    const struct clip *clip = player->clip;
    const struct clip_packet *packet = &clip->packets[player->next];
    const uint64_t at_us = player->start_us + packet->at_us;
    if (at_us > now_us) {
        return false;
    }
    /* Its pictures share a timestamp: that of the frame, not of the moment at which a packet left.
     */
    const uint64_t frame_us = packet->is_audio ? at_us : at_us - packet->at_us % 40000;
    ret_moment->packet = packet;
    ret_moment->capture_us = frame_us;
    ret_moment->sequence = packet->is_audio ? player->audio_sequence++ : player->video_sequence++;
    ret_moment->timestamp =
        (uint32_t)(frame_us * (packet->is_audio ? UINT64_C(48) : UINT64_C(90)) / 1000);
    if (++player->next == clip->count) {
        player->next = 0;
        player->start_us += clip->length_us;
    }
    return true;
}
