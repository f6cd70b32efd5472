/* track_recorder.h - RTP packets of one track -> segments.
 *
 *   packets -> packet_reorder -> depayloader (GStreamer) -> frames -> segment_writer
 *
 * A segment lies within one consented interval. Another begins when the H.264 parameter sets change
 * (Matroska can't hold two sets in one track) or when a muxer gives up. Pictures begin with a key
 * frame and are dropped after a loss until the next one, which is asked for. VP8 may change its
 * size within a segment: its key frames carry it. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RECORDER_TRACK_RECORDER_H
#define BEDSIDE_MEDIA_RECORDER_TRACK_RECORDER_H

#include "gateway/base/cleanup.h"
#include "media/recorder/packet_reorder.h"
#include "media/recorder/segment_writer.h"

struct track_recorder_ops {
    /* Gives the segment its number and creates it; as segment_writer_create(). */
    int (*create_segment)(void *context, struct segment_description *description, GstCaps *caps,
                          struct segment_writer **ret_writer);
    void (*on_segment_opened)(void *context, const struct recorder_file_report *report);
    /* `report->complete` is false when the disk refused the end. */
    void (*on_segment_closed)(void *context, const struct recorder_file_report *report);
    void (*request_keyframe)(void *context, uint16_t track);
    /* The disk refuses: nothing more can be written. */
    void (*on_disk_error)(void *context, int error);
};

struct track_recorder;

/* `label` is copied, `ops` borrowed. */
struct track_recorder *track_recorder_create(uint16_t track, enum media_codec codec,
                                             const char *label,
                                             const struct track_recorder_ops *ops, void *context);
/* An open segment is left broken off: pause first. */
struct track_recorder *track_recorder_destroy(struct track_recorder *recorder);
DEFINE_AUTO(track_recorder)

uint16_t track_recorder_id(const struct track_recorder *recorder);
enum media_codec track_recorder_codec(const struct track_recorder *recorder);
const char *track_recorder_label(const struct track_recorder *recorder);

/* An interval begins at `start_us` of media time, `start_ms` on the wall clock. What was captured
 * before is dropped. */
void track_recorder_flow(struct track_recorder *recorder, uint64_t start_us, int64_t start_ms);
void track_recorder_on_rtp(struct track_recorder *recorder, const uint8_t *packet, size_t size,
                           uint64_t media_time_us, uint64_t now_us);
/* Releases packets that waited long enough, seals chunks, repeats the request for a key frame. */
void track_recorder_on_tick(struct track_recorder *recorder, uint64_t now_us);
/* The interval ends at `end_us` of media time (UINT64_MAX: with what is there), `end_ms` on the
 * wall clock (0: unknown). Closes the segment. */
void track_recorder_pause(struct track_recorder *recorder, uint64_t end_us, int64_t end_ms,
                          uint64_t now_us);

#endif
