/* track_source.h - the frames of one track of one participant, in order, over all segments of a
 * recording: those that lie within the consented intervals, each with its place on the recording's
 * time line. Pictures begin with a key frame after each gap. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RECORDER_TRACK_SOURCE_H
#define BEDSIDE_MEDIA_RECORDER_TRACK_SOURCE_H

#include "media/recorder/segment_catalogue.h"

#include <gst/gst.h>

struct segment_reader;

struct track_source {
    const struct segment_catalogue *catalogue; /* borrowed */
    const char *label;                         /* borrowed */
    enum media_codec codec;                    /* NONE: nothing */
    size_t next_segment;
    struct segment_reader *reader; /* of `frame` */
    GstBuffer *frame;              /* the next one, or NULL at the end */
    uint64_t frame_us;             /* where it lies on the recording's time line */
    bool needs_keyframe;
};

/* Goes to the first frame. */
void track_source_init(struct track_source *source, const struct segment_catalogue *catalogue,
                       const char *label, enum media_codec codec);
void track_source_finish(struct track_source *source);
/* Goes to the next frame. A segment that was changed ends where it was: that was told when it was
 * checked. */
void track_source_advance(struct track_source *source);

#endif
