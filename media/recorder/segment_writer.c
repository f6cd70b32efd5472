#include "media/recorder/segment_writer.h"

#include "gateway/base/allocate.h"
#include "media/recorder/element_chain.h"
#include "media/recording_file/recording_file.h"

#include <errno.h>
#include <string.h>

#define CLUSTER_DURATION_NS (1000 * GST_MSECOND)

struct segment_writer {
    struct segment_description description;
    char name[SEGMENT_NAME_SIZE];
    struct recording_file_writer *file;
    struct element_chain *chain;
    uint64_t now_us; /* of the write that is under way */
    bool has_frames;
    bool finished;
    uint64_t start_us;
    uint64_t end_us;
    uint64_t size;
    uint8_t sha256[DIGEST_SHA256_SIZE];
};

static int on_muxed(void *context, GstBuffer *buffer)
{
    struct segment_writer *writer = context;
    GstMapInfo map;
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        return -EIO;
    }
    const int error =
        recording_file_writer_append(writer->file, map.data, map.size, writer->now_us);
    gst_buffer_unmap(buffer, &map);
    return error;
}

static const struct element_chain_ops muxer_ops = {.on_buffer = on_muxed};

static int make_muxer(struct segment_writer *writer, GstCaps *caps)
{
    GstElement *muxer = gst_element_factory_make("matroskamux", NULL);
    if (!muxer) {
        return -ENOTSUP;
    }
    g_object_set(muxer, "streamable", TRUE, "max-cluster-duration", (gint64)CLUSTER_DURATION_NS,
                 "writing-app", "bedside-recorder", NULL);
    const char *pad = writer->description.kind == MEDIA_KIND_AUDIO ? "audio_%u" : "video_%u";
    const int error = element_chain_create(&muxer, 1, pad, &muxer_ops, writer, &writer->chain);
    return error < 0 ? error : element_chain_set_caps(writer->chain, caps, GST_FORMAT_TIME);
}

int segment_writer_create(int directory_fd, const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                          const struct segment_description *description, GstCaps *caps,
                          struct segment_writer **ret_writer)
{
    AUTO(segment_writer) writer = allocate_zeroed(1, sizeof *writer);
    writer->description = *description;
    segment_name_write(description, writer->name);
    int error = make_muxer(writer, caps);
    if (error < 0) {
        return -ENOTSUP;
    }
    uint8_t bytes[SEGMENT_DESCRIPTION_SIZE_MAX];
    const size_t size = segment_description_write(description, bytes);
    error = recording_file_writer_create_log(directory_fd, writer->name, data_key, bytes, size,
                                             &writer->file);
    if (error < 0) {
        return error;
    }
    *ret_writer = TAKE(writer);
    return 0;
}

struct segment_writer *segment_writer_destroy(struct segment_writer *writer)
{
    if (writer) {
        element_chain_destroy(writer->chain);
        recording_file_writer_destroy(writer->file);
        free(writer);
    }
    return NULL;
}

int segment_writer_write(struct segment_writer *writer, GstBuffer *buffer, uint64_t pts_us,
                         uint64_t duration_us, bool keyframe, uint64_t now_us)
{
    GstBuffer *frame = gst_buffer_copy(buffer); /* the bytes are shared */
    GST_BUFFER_PTS(frame) = pts_us * GST_USECOND;
    GST_BUFFER_DTS(frame) = GST_CLOCK_TIME_NONE;
    GST_BUFFER_DURATION(frame) = duration_us ? duration_us * GST_USECOND : GST_CLOCK_TIME_NONE;
    if (keyframe) {
        GST_BUFFER_FLAG_UNSET(frame, GST_BUFFER_FLAG_DELTA_UNIT);
    } else {
        GST_BUFFER_FLAG_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT);
    }
    writer->now_us = now_us;
    const int error = element_chain_push(writer->chain, frame);
    if (error < 0) {
        return error;
    }
    if (!writer->has_frames) {
        writer->start_us = pts_us;
        writer->has_frames = true;
    }
    writer->end_us = pts_us + duration_us;
    return 0;
}

int segment_writer_on_tick(struct segment_writer *writer, uint64_t now_us)
{
    return recording_file_writer_on_tick(writer->file, now_us);
}

int segment_writer_finish(struct segment_writer *writer)
{
    int error = element_chain_end(writer->chain);
    if (error < 0) {
        return error;
    }
    error = recording_file_writer_finish(writer->file, &writer->size, writer->sha256);
    writer->finished = error == 0;
    return error;
}

void segment_writer_report(const struct segment_writer *writer,
                           struct recorder_file_report *ret_report)
{
    *ret_report = (struct recorder_file_report){
        .kind = writer->description.kind,
        .codec = writer->description.codec,
        .number = writer->description.number,
        .complete = writer->finished,
        .interval_start_ms = writer->description.interval_start_ms,
        .start_us = writer->start_us,
        .end_us = writer->end_us,
        .size = writer->size,
        .plain_size = recording_file_writer_size(writer->file),
    };
    memcpy(ret_report->name, writer->name, sizeof writer->name);
    memcpy(ret_report->label, writer->description.label, sizeof writer->description.label);
    memcpy(ret_report->sha256, writer->sha256, sizeof writer->sha256);
}
