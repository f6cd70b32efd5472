/* segment_writer.h - frames of one track -> an encrypted Matroska log.
 *
 * One track in each file: were sound and picture in one, the muxer would hold one back while the
 * other is muted, and a crash would take what was held. They come together when the recording is
 * finished, by their times. Clusters last 1 s at most, blocks leave the muxer as they come. Thread:
 * its owner's. */
#ifndef BEDSIDE_MEDIA_RECORDER_SEGMENT_WRITER_H
#define BEDSIDE_MEDIA_RECORDER_SEGMENT_WRITER_H

#include "gateway/base/cleanup.h"
#include "media/recorder/segment_description.h"
#include "media/recorder_control.h"

#include <gst/gst.h>

struct segment_writer;

/* `caps` are what the depayloader said of the frames; borrowed. Returns 0, or an errno of the disk
 * (-EEXIST: take another number), or -ENOTSUP when the muxer refuses the caps. */
int segment_writer_create(int directory_fd, const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                          const struct segment_description *description, GstCaps *caps,
                          struct segment_writer **ret_writer);
/* Without finish the segment is one that was broken off. */
struct segment_writer *segment_writer_destroy(struct segment_writer *writer);
DEFINE_AUTO(segment_writer)

/* Writes one frame; `buffer` is borrowed. Times are media time since the interval's start. Returns
 * 0, an errno of the disk, or -EBADMSG when the muxer gave up. */
int segment_writer_write(struct segment_writer *writer, GstBuffer *buffer, uint64_t pts_us,
                         uint64_t duration_us, bool keyframe, uint64_t now_us);
/* Seals what is older than a second. */
int segment_writer_on_tick(struct segment_writer *writer, uint64_t now_us);
/* Closes the file. Only report and destroy may follow. */
int segment_writer_finish(struct segment_writer *writer);
/* What is known of it; size, digest and `complete` after finish. */
void segment_writer_report(const struct segment_writer *writer,
                           struct recorder_file_report *ret_report);

#endif
