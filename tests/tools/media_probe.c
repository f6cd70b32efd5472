/* media_probe - decodes a recording and says what is in it, for tests.
 *
 *   media_probe FILE FREQUENCY...
 *
 * One line for each decoded picture, its 8 x 4 block means as hexadecimal bytes, and one for each
 * 10 ms of sound, its RMS and the amplitude at each frequency (16-bit scale); times are
 * presentation times in ms: v 1234.567 eb10... a 1240.000 812 0 5433 12 Exit code 1 with a sentence
 * when the file does not decode to its end. */

#include <glib.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define COLUMNS 8
#define ROWS 4
#define SAMPLE_RATE 48000
#define WINDOW (SAMPLE_RATE / 100)
#define FREQUENCIES_MAX 8

struct probe {
    double frequencies[FREQUENCIES_MAX];
    int frequency_count;
    int16_t window[WINDOW];
    int filled;
    double window_ms;
};

static double buffer_ms(GstSample *sample)
{
    /* Running time: presentation time within the file, edit lists applied. */
    const GstSegment *segment = gst_sample_get_segment(sample);
    const GstClockTime pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample));
    return (double)gst_segment_to_running_time(segment, GST_FORMAT_TIME, pts) / 1e6;
}

static double amplitude_at(const int16_t *samples, int count, double frequency)
{
    double real = 0;
    double imaginary = 0;
    for (int i = 0; i < count; i++) {
        const double angle = 2 * G_PI * frequency * i / SAMPLE_RATE;
        real += samples[i] * cos(angle);
        imaginary += samples[i] * sin(angle);
    }
    return 2 * sqrt(real * real + imaginary * imaginary) / count;
}

static void print_window(struct probe *probe)
{
    double squares = 0;
    for (int i = 0; i < WINDOW; i++) {
        squares += (double)probe->window[i] * probe->window[i];
    }
    /* One write for a line: pictures are printed by another thread. */
    char line[64 + 16 * FREQUENCIES_MAX];
    int size =
        snprintf(line, sizeof(line), "a %.3f %.0f", probe->window_ms, sqrt(squares / WINDOW));
    for (int i = 0; i < probe->frequency_count; i++) {
        size += snprintf(line + size, sizeof(line) - (size_t)size, " %.0f",
                         amplitude_at(probe->window, WINDOW, probe->frequencies[i]));
    }
    puts(line);
}

static GstFlowReturn on_sound(GstAppSink *sink, gpointer context)
{
    struct probe *probe = context;
    g_autoptr(GstSample) sample = gst_app_sink_pull_sample(sink);
    if (!sample) {
        return GST_FLOW_EOS;
    }
    GstMapInfo map;
    gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ);
    const int16_t *samples = (const int16_t *)(const void *)map.data;
    const int count = (int)(map.size / sizeof(int16_t));
    const double start_ms = buffer_ms(sample);
    for (int i = 0; i < count; i++) {
        const double at_ms = start_ms + i * 1000.0 / SAMPLE_RATE;
        /* A gap in the sound ends the window. */
        if (probe->filled > 0 &&
            fabs(at_ms - (probe->window_ms + probe->filled * 1000.0 / SAMPLE_RATE)) > 5) {
            probe->filled = 0;
        }
        if (probe->filled == 0) {
            probe->window_ms = at_ms;
        }
        probe->window[probe->filled++] = samples[i];
        if (probe->filled == WINDOW) {
            print_window(probe);
            probe->filled = 0;
        }
    }
    gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    return GST_FLOW_OK;
}

static GstFlowReturn on_picture(GstAppSink *sink, gpointer context)
{
    (void)context;
    g_autoptr(GstSample) sample = gst_app_sink_pull_sample(sink);
    if (!sample) {
        return GST_FLOW_EOS;
    }
    int width = 0;
    int height = 0;
    const GstStructure *caps = gst_caps_get_structure(gst_sample_get_caps(sample), 0);
    gst_structure_get_int(caps, "width", &width);
    gst_structure_get_int(caps, "height", &height);
    GstMapInfo map;
    gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ);
    const size_t stride = GST_ROUND_UP_4((size_t)width);
    char line[2 * COLUMNS * ROWS + 1];
    for (int block = 0; block < COLUMNS * ROWS; block++) {
        /* The middle half of the block: edges are blurred by the encoder. */
        const int left = (4 * (block % COLUMNS) + 1) * width / (4 * COLUMNS);
        const int right = (4 * (block % COLUMNS) + 3) * width / (4 * COLUMNS);
        const int top = (4 * (block / COLUMNS) + 1) * height / (4 * ROWS);
        const int bottom = (4 * (block / COLUMNS) + 3) * height / (4 * ROWS);
        unsigned long sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += map.data[(size_t)y * stride + (size_t)x];
            }
        }
        const unsigned long pixels = (unsigned long)(right - left) * (unsigned long)(bottom - top);
        snprintf(line + 2 * block, 3, "%02x", (unsigned)(pixels ? sum / pixels : 0));
    }
    printf("v %.3f %s %dx%d\n", buffer_ms(sample), line, width, height);
    gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    return GST_FLOW_OK;
}

static void on_pad(GstElement *decoder, GstPad *pad, gpointer pipeline)
{
    (void)decoder;
    g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
    const char *name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
    const char *bin = g_str_has_prefix(name, "audio/") ? "sound" : "picture";
    g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), bin);
    g_autoptr(GstPad) target = gst_element_get_static_pad(sink, "sink");
    if (!gst_pad_is_linked(target)) {
        gst_pad_link(pad, target);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: media_probe FILE FREQUENCY...\n");
        return 2;
    }
    gst_init(NULL, NULL);
    struct probe probe = {.frequency_count = MIN(argc - 2, FREQUENCIES_MAX)};
    for (int i = 0; i < probe.frequency_count; i++) {
        probe.frequencies[i] = g_ascii_strtod(argv[i + 2], NULL);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GstElement) pipeline =
        gst_parse_launch("filesrc name=file ! decodebin name=decoder "
                         "audioconvert name=sound ! audioresample ! "
                         "audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
                         "appsink name=sound_sink sync=false max-buffers=16 "
                         "videoconvert name=picture ! video/x-raw,format=GRAY8 ! "
                         "appsink name=picture_sink sync=false max-buffers=4",
                         &error);
    if (!pipeline) {
        fprintf(stderr, "media_probe: %s\n", error->message);
        return 1;
    }
    g_autoptr(GstElement) file = gst_bin_get_by_name(GST_BIN(pipeline), "file");
    g_object_set(file, "location", argv[1], NULL);
    g_autoptr(GstElement) decoder = gst_bin_get_by_name(GST_BIN(pipeline), "decoder");
    g_signal_connect(decoder, "pad-added", G_CALLBACK(on_pad), pipeline);
    g_autoptr(GstElement) sound = gst_bin_get_by_name(GST_BIN(pipeline), "sound_sink");
    g_autoptr(GstElement) picture = gst_bin_get_by_name(GST_BIN(pipeline), "picture_sink");
    GstAppSinkCallbacks sound_callbacks = {.new_sample = on_sound};
    GstAppSinkCallbacks picture_callbacks = {.new_sample = on_picture};
    gst_app_sink_set_callbacks(GST_APP_SINK(sound), &sound_callbacks, &probe, NULL);
    gst_app_sink_set_callbacks(GST_APP_SINK(picture), &picture_callbacks, &probe, NULL);
    g_object_set(sound, "async", FALSE, NULL);
    g_object_set(picture, "async", FALSE, NULL);

    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    g_autoptr(GstMessage) message =
        gst_bus_timed_pop_filtered(bus, 300 * GST_SECOND, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    int result = 0;
    if (!message || GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        g_autoptr(GError) failure = NULL;
        if (message) {
            gst_message_parse_error(message, &failure, NULL);
        }
        fprintf(stderr, "media_probe: %s\n", failure ? failure->message : "did not end in 300 s");
        result = 1;
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
    return result;
}
