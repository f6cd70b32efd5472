#include "media/recorder/track_source.h"

#include "media/recorder/consent_timeline.h"
#include "media/recorder/segment_reader.h"

#include <string.h>

static bool open_next_segment(struct track_source *source)
{
    const struct segment_catalogue *catalogue = source->catalogue;
    source->reader = segment_reader_destroy(source->reader);
    while (source->next_segment < catalogue->segment_count) {
        const struct recorder_file_report *segment = &catalogue->segments[source->next_segment++];
        if (segment->codec == source->codec && strcmp(segment->label, source->label) == 0) {
            source->needs_keyframe = segment->kind == MEDIA_KIND_VIDEO;
            if (segment_reader_open(catalogue->directory_fd, segment->name,
                                    catalogue->configuration->data_key, &source->reader) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Returns whether the frame lies within the consented intervals and can be decoded. */
static bool place_frame(struct track_source *source, const GstBuffer *frame)
{
    const struct segment_catalogue *catalogue = source->catalogue;
    const int64_t start_ms = segment_reader_description(source->reader)->interval_start_ms;
    const int64_t wall_us = start_ms * 1000 + (int64_t)(GST_BUFFER_PTS(frame) / GST_USECOND);
    if (!consent_timeline_place(catalogue->intervals, catalogue->interval_count, wall_us,
                                &source->frame_us)) {
        source->needs_keyframe = source->codec != MEDIA_CODEC_OPUS;
        return false;
    }
    if (source->needs_keyframe && GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT)) {
        return false;
    }
    source->needs_keyframe = false;
    return true;
}

void track_source_advance(struct track_source *source)
{
    g_clear_pointer(&source->frame, gst_buffer_unref);
    while (source->reader || open_next_segment(source)) {
        GstBuffer *frame = NULL;
        if (segment_reader_next(source->reader, &frame) <= 0) {
            source->reader = segment_reader_destroy(source->reader);
            continue;
        }
        if (place_frame(source, frame)) {
            source->frame = frame;
            return;
        }
        gst_buffer_unref(frame);
    }
}

void track_source_init(struct track_source *source, const struct segment_catalogue *catalogue,
                       const char *label, enum media_codec codec)
{
    *source = (struct track_source){.catalogue = catalogue, .label = label, .codec = codec};
    if (codec != MEDIA_CODEC_NONE) {
        track_source_advance(source);
    }
}

void track_source_finish(struct track_source *source)
{
    g_clear_pointer(&source->frame, gst_buffer_unref);
    source->reader = segment_reader_destroy(source->reader);
}
