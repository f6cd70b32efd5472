/* image_sink.h - a GStreamer sink that writes into an image (recording_file.h) and goes where the
 * muxer asks it to. Thread: GStreamer's streaming thread; make and read it from another only while
 * the pipeline is stopped. */
#ifndef BEDSIDE_MEDIA_RECORDER_IMAGE_SINK_H
#define BEDSIDE_MEDIA_RECORDER_IMAGE_SINK_H

#include "media/recorder/webm_sound_flags.h"
#include "media/recording_file/recording_file.h"

#include <gst/gst.h>

/* Returns a floating element. `writer` and `sound_flags` (NULL: the bytes are written as they come)
 * are borrowed and outlive it. */
GstElement *image_sink_create(struct recording_file_writer *writer,
                              struct webm_sound_flags *sound_flags);
/* The first error of the disk, or 0. */
int image_sink_error(GstElement *sink);

#endif
