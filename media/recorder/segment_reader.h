/* segment_reader.h - an encrypted Matroska log -> the frames that were written, also of one that
 * was broken off. Thread: its owner's. The calls block on the disk. */
#ifndef BEDSIDE_MEDIA_RECORDER_SEGMENT_READER_H
#define BEDSIDE_MEDIA_RECORDER_SEGMENT_READER_H

#include "gateway/base/cleanup.h"
#include "media/recorder/segment_description.h"
#include "media/recorder_control.h"

#include <gst/gst.h>

struct segment_reader;

/* Returns 0, as recording_file_reader_open(), or -EBADMSG for a file that is no segment. */
int segment_reader_open(int directory_fd, const char *name,
                        const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                        struct segment_reader **ret_reader);
struct segment_reader *segment_reader_destroy(struct segment_reader *reader);
DEFINE_AUTO(segment_reader)

const struct segment_description *segment_reader_description(const struct segment_reader *reader);
bool segment_reader_is_complete(const struct segment_reader *reader);
uint64_t segment_reader_plain_size(const struct segment_reader *reader);
/* Of the frames, once one was read; borrowed. */
GstCaps *segment_reader_caps(const struct segment_reader *reader);
/* Returns 1 with the next frame (owned by the caller; its PTS is media time since the interval's
 * start), 0 after the last, or -EBADMSG where the file was changed. What can't be demuxed at the
 * end of a broken-off segment ends it. */
int segment_reader_next(struct segment_reader *reader, GstBuffer **ret_frame);

#endif
