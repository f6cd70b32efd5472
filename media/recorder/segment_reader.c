#include "media/recorder/segment_reader.h"

#include "gateway/base/allocate.h"
#include "media/recorder/element_chain.h"
#include "media/recording_file/recording_file.h"

#include <errno.h>

struct segment_reader {
    struct recording_file_reader *file;
    struct segment_description description;
    struct element_chain *chain;
    GstCaps *caps;
    GQueue frames;
    uint64_t offset;
    bool ended;
};

static void on_caps(void *context, GstCaps *caps)
{
    struct segment_reader *reader = context;
    gst_caps_replace(&reader->caps, caps);
}

static int on_frame(void *context, GstBuffer *frame)
{
    struct segment_reader *reader = context;
    if (GST_BUFFER_PTS_IS_VALID(frame) && gst_buffer_get_size(frame) > 0) {
        g_queue_push_tail(&reader->frames, gst_buffer_ref(frame));
    }
    return 0;
}

static const struct element_chain_ops demuxer_ops = {.on_caps = on_caps, .on_buffer = on_frame};

static int open_demuxer(struct segment_reader *reader)
{
    GstElement *demuxer = gst_element_factory_make("matroskademux", NULL);
    const int error = element_chain_create(&demuxer, 1, NULL, &demuxer_ops, reader, &reader->chain);
    return error < 0 ? error : element_chain_set_caps(reader->chain, NULL, GST_FORMAT_BYTES);
}

int segment_reader_open(int directory_fd, const char *name,
                        const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                        struct segment_reader **ret_reader)
{
    AUTO(segment_reader) reader = allocate_zeroed(1, sizeof *reader);
    g_queue_init(&reader->frames);
    int error = recording_file_reader_open(directory_fd, name, data_key, true, &reader->file);
    if (error < 0) {
        return error;
    }
    size_t size = 0;
    const uint8_t *description = recording_file_reader_description(reader->file, &size);
    error = segment_description_parse(description, size, &reader->description);
    if (error == 0) {
        error = open_demuxer(reader);
    }
    if (error < 0) {
        return error;
    }
    *ret_reader = TAKE(reader);
    return 0;
}

struct segment_reader *segment_reader_destroy(struct segment_reader *reader)
{
    if (reader) {
        element_chain_destroy(reader->chain);
        recording_file_reader_destroy(reader->file);
        g_queue_clear_full(&reader->frames, (GDestroyNotify)gst_buffer_unref);
        gst_clear_caps(&reader->caps);
        free(reader);
    }
    return NULL;
}

const struct segment_description *segment_reader_description(const struct segment_reader *reader)
{
    return &reader->description;
}

bool segment_reader_is_complete(const struct segment_reader *reader)
{
    return recording_file_reader_is_complete(reader->file);
}

uint64_t segment_reader_plain_size(const struct segment_reader *reader)
{
    return recording_file_reader_size(reader->file);
}

GstCaps *segment_reader_caps(const struct segment_reader *reader)
{
    return reader->caps;
}

/* Demuxes the next piece of the file. */
static int feed(struct segment_reader *reader)
{
    uint8_t *bytes = g_malloc(RECORDING_CHUNK_SIZE);
    const ssize_t count =
        recording_file_reader_read(reader->file, reader->offset, bytes, RECORDING_CHUNK_SIZE);
    if (count <= 0) {
        g_free(bytes);
        reader->ended = true;
        const int error = count < 0 ? (int)count : 0;
        element_chain_end(reader->chain);
        return error;
    }
    GstBuffer *buffer = gst_buffer_new_wrapped(bytes, (gsize)count);
    GST_BUFFER_OFFSET(buffer) = reader->offset;
    reader->offset += (uint64_t)count;
    reader->ended = element_chain_push(reader->chain, buffer) < 0;
    return 0;
}

int segment_reader_next(struct segment_reader *reader, GstBuffer **ret_frame)
{
    while (g_queue_is_empty(&reader->frames) && !reader->ended) {
        const int error = feed(reader);
        if (error < 0) {
            return error;
        }
    }
    *ret_frame = g_queue_pop_head(&reader->frames);
    return *ret_frame ? 1 : 0;
}
