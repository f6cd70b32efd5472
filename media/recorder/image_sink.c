#include "media/recorder/image_sink.h"

#include <errno.h>
#include <gst/base/gstbasesink.h>

struct _ImageSink {
    GstBaseSink base;
    struct recording_file_writer *writer; /* borrowed, as is: */
    struct webm_sound_flags *sound_flags; /* or NULL */
    uint64_t offset;
    gint error; /* atomic */
};

G_DECLARE_FINAL_TYPE(ImageSink, image_sink, BEDSIDE, IMAGE_SINK, GstBaseSink)
G_DEFINE_TYPE(ImageSink, image_sink, GST_TYPE_BASE_SINK)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

/* The bytes are the muxer's, so the flags are set in a copy. */
static int write_here(ImageSink *sink, const GstMapInfo *map)
{
    if (!sink->sound_flags) {
        return recording_file_writer_write_at(sink->writer, sink->offset, map->data, map->size);
    }
    g_autofree uint8_t *bytes = g_memdup2(map->data, map->size);
    webm_sound_flags_set(sink->sound_flags, sink->offset, bytes, map->size);
    return recording_file_writer_write_at(sink->writer, sink->offset, bytes, map->size);
}

static GstFlowReturn image_sink_render(GstBaseSink *base, GstBuffer *buffer)
{
    ImageSink *sink = BEDSIDE_IMAGE_SINK(base);
    GstMapInfo map;
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        return GST_FLOW_ERROR;
    }
    const int error = write_here(sink, &map);
    sink->offset += map.size;
    gst_buffer_unmap(buffer, &map);
    if (error < 0) {
        g_atomic_int_compare_and_exchange(&sink->error, 0, error);
        GST_ELEMENT_ERROR(sink, RESOURCE, WRITE, (NULL),
                          ("writing failed: %s", g_strerror(-error)));
        return GST_FLOW_ERROR;
    }
    return GST_FLOW_OK;
}

/* Muxers seek by a new segment in bytes. */
static gboolean image_sink_event(GstBaseSink *base, GstEvent *event)
{
    ImageSink *sink = BEDSIDE_IMAGE_SINK(base);
    if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
        const GstSegment *segment = NULL;
        gst_event_parse_segment(event, &segment);
        if (segment->format == GST_FORMAT_BYTES) {
            sink->offset = segment->start;
        }
    }
    return GST_BASE_SINK_CLASS(image_sink_parent_class)->event(base, event);
}

static gboolean image_sink_query(GstBaseSink *base, GstQuery *query)
{
    if (GST_QUERY_TYPE(query) == GST_QUERY_SEEKING) {
        GstFormat format;
        gst_query_parse_seeking(query, &format, NULL, NULL, NULL);
        gst_query_set_seeking(query, format,
                              format == GST_FORMAT_BYTES || format == GST_FORMAT_DEFAULT, 0, -1);
        return TRUE;
    }
    return GST_BASE_SINK_CLASS(image_sink_parent_class)->query(base, query);
}

static void image_sink_class_init(ImageSinkClass *class)
{
    GstBaseSinkClass *base = GST_BASE_SINK_CLASS(class);
    base->render = image_sink_render;
    base->event = image_sink_event;
    base->query = image_sink_query;
    gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &sink_template);
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Image sink", "Sink",
                                          "Writes a recording's image", "Bedside");
}

static void image_sink_init(ImageSink *sink)
{
    gst_base_sink_set_sync(GST_BASE_SINK(sink), FALSE);
}

GstElement *image_sink_create(struct recording_file_writer *writer,
                              struct webm_sound_flags *sound_flags)
{
    ImageSink *sink = g_object_new(image_sink_get_type(), NULL);
    sink->writer = writer;
    sink->sound_flags = sound_flags;
    return GST_ELEMENT(sink);
}

int image_sink_error(GstElement *element)
{
    return g_atomic_int_get(&BEDSIDE_IMAGE_SINK(element)->error);
}
