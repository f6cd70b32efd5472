/* gstreamer_plugins.h - GStreamer with a fixed list of plugins: nothing is looked for, nothing is
 * loaded later. Thread: the first, before any other. */
#ifndef BEDSIDE_MEDIA_RECORDER_GSTREAMER_PLUGINS_H
#define BEDSIDE_MEDIA_RECORDER_GSTREAMER_PLUGINS_H

#include "media/recorder_control.h"

#include <stddef.h>

/* Initialises GStreamer with a registry of its own, in memory and without a scanner process, and
 * loads the plugins that `mode` needs. Changes the environment. Returns 0, -ELIBACC with the
 * missing plugin's name in *ret_missing (static), or -ENOTSUP. */
int gstreamer_plugins_load(enum recorder_mode mode, const char **ret_missing);

/* Names of the elements that may be made, one a line, sorted. Owned. */
char *gstreamer_plugins_list_elements(void);

#endif
